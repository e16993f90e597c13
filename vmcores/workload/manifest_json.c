/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "manifest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

/* All strings of the manifest are names: letters, digits, `_ / . -` and spaces, so nothing needs an escape. */
static void string(FILE *out, const char *before, const char *text)
{
	if (text)
		fprintf(out, "%s\"%s\"", before, text);
}

void json_hex(FILE *out, const void *bytes, size_t size)
{
	const unsigned char *byte = bytes;

	fputc('"', out);
	for (size_t i = 0; i < size; i++)
		fprintf(out, "%02x", byte[i]);
	fputc('"', out);
}

static void write_prog(FILE *out, const void *records, size_t i)
{
	const struct prog_record *record = (const struct prog_record *)records + i;

	fprintf(out, "{\"id\":%u,\"type\":%u", record->id, record->type);
	string(out, ",\"name\":", record->name);
	string(out, ",\"section\":", record->section);
	fputc('}', out);
}

static void write_relation(FILE *out, const void *records, size_t i)
{
	const struct relation *record = (const struct relation *)records + i;

	fprintf(out, "{\"prog_id\":%u", record->prog_id);
	string(out, ",\"prog_name\":", record->prog_name);
	string(out, ",\"kind\":", record->kind);
	if (record->target_prog_id)
		fprintf(out, ",\"target_prog_id\":%u", record->target_prog_id);
	fprintf(out, ",\"target_btf_id\":%u", record->target_btf_id);
	string(out, ",\"target_name\":", record->target_name);
	string(out, ",\"function\":", record->function);
	string(out, ",\"module\":", record->module);
	if (record->link_id)
		fprintf(out, ",\"link_id\":%u", record->link_id);
	fprintf(out, ",\"attached\":%s}", record->attached ? "true" : "false");
}

static void write_link(FILE *out, const void *records, size_t i)
{
	const struct link_record *record = (const struct link_record *)records + i;

	fprintf(out, "{\"id\":%u,\"type\":%u,\"prog_id\":%u", record->id, record->type, record->prog_id);
	string(out, ",\"prog_name\":", record->prog_name);
	string(out, ",\"feature\":", record->feature);
	fputc('}', out);
}

static void write_attachment(FILE *out, const void *records, size_t i)
{
	const struct attachment_record *record = (const struct attachment_record *)records + i;

	string(out, "{\"feature\":", record->feature);
	string(out, ",\"prog_name\":", record->prog_name);
	string(out, ",\"where\":", record->where);
	fputc('}', out);
}

static void write_map(FILE *out, const void *records, size_t i)
{
	const struct map_record *record = (const struct map_record *)records + i;

	fprintf(out, "{\"id\":%u,\"type\":%u", record->info.id, record->info.type);
	string(out, ",\"name\":", record->info.name);
	/* bpftool 7.8 repeats the btf_id of another map on kernels that leave the field alone (seen on 7.3). */
	fprintf(out, ",\"bytes_key\":%u,\"bytes_value\":%u,\"max_entries\":%u,\"flags\":%u,\"btf_id\":%u,",
		record->info.key_size, record->info.value_size, record->info.max_entries, record->info.map_flags,
		record->info.btf_id);
	map_dump(out, record);
	fputc('}', out);
}

static void write_skip(FILE *out, const void *records, size_t i)
{
	const struct skip_record *record = (const struct skip_record *)records + i;

	string(out, "{\"feature\":", record->feature);
	fprintf(out, ",\"errno\":%d}", record->error);
}

static const struct {
	const char *key;
	const struct record_list *list;
	void (*write)(FILE *out, const void *records, size_t i);
} sections[] = {
	{ "programs", &manifest.progs, write_prog }, { "relations", &manifest.relations, write_relation },
	{ "links", &manifest.links, write_link },    { "attachments", &manifest.attachments, write_attachment },
	{ "maps", &manifest.maps, write_map },       { "skipped", &manifest.skips, write_skip },
};

void manifest_write(const char *path)
{
	FILE *out = fopen(path, "w");
	struct utsname name;

	if (!out)
		die("%s: %s", path, strerror(errno));
	uname(&name);
	fprintf(out, "{\"release\":\"%s\",\"machine\":\"%s\"", name.release, name.machine);
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		fprintf(out, ",\n\"%s\":[", sections[i].key);
		for (size_t j = 0; j < sections[i].list->count; j++) {
			fputs(j ? ",\n" : "\n", out);
			sections[i].write(out, sections[i].list->records, j);
		}
		fputc(']', out);
	}
	fputs("}\n", out);
	if (fclose(out))
		die("%s: %s", path, strerror(errno));
}
