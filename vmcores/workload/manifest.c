/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The records of what was made, in the order it was made. */
#include "manifest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct manifest manifest;

/* One more record of `size` bytes at the end of `list`, zeroed. */
static void *append(struct record_list *list, size_t size)
{
	char *records = realloc(list->records, (list->count + 1) * size);
	char *record;

	if (!records)
		die("no memory");
	list->records = records;
	record = records + list->count++ * size;
	memset(record, 0, size);
	return record;
}

void manifest_prog(int fd, const char *name, const char *section)
{
	struct prog_record *record = append(&manifest.progs, sizeof(*record));
	struct bpf_prog_info info = { 0 };
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		die("information on program %s: %s", name, strerror(errno));
	*record = (struct prog_record){ .id = info.id, .type = info.type, .name = name, .section = section };
}

static struct map_record *find_record(__u32 id)
{
	struct map_record *records = manifest.maps.records;

	for (size_t i = 0; i < manifest.maps.count; i++)
		if (records[i].info.id == id)
			return &records[i];
	return NULL;
}

static struct bpf_map_info map_info(int fd)
{
	struct bpf_map_info info = { 0 };
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		die("information on a map: %s", strerror(errno));
	return info;
}

void manifest_map(int fd, long count)
{
	struct bpf_map_info info = map_info(fd);
	struct map_record *record = find_record(info.id);

	if (!record)
		record = append(&manifest.maps, sizeof(*record));
	record->fd = fd;
	record->info = info;
	record->count = count;
}

void manifest_element(int fd, const void *key, size_t key_size, const void *value, size_t value_size)
{
	struct map_record *record = find_record(map_info(fd).id);
	struct element *element;

	if (!record)
		die("an element of a map that is not recorded");
	element = append(&record->elements, sizeof(*element));
	element->key_size = key_size;
	element->value_size = value_size;
	memcpy(element->key, key, key_size);
	memcpy(element->value, value, value_size);
	record->count = (long)record->elements.count;
}

__u32 manifest_link(int fd, const char *feature, const char *prog_name)
{
	struct bpf_link_info info = { 0 };
	__u32 size = sizeof(info);
	struct link_record *record;

	if (bpf_obj_get_info_by_fd(fd, &info, &size)) {
		/* The descriptor of a perf event: there were no links of these before 5.15. */
		feature_failed("perf_event_link", errno);
		manifest_attachment(feature, prog_name, "perf event");
		return 0;
	}
	record = append(&manifest.links, sizeof(*record));
	*record = (struct link_record){
		.id = info.id, .type = info.type, .prog_id = info.prog_id, .feature = feature, .prog_name = prog_name
	};
	return info.id;
}

void manifest_attachment(const char *feature, const char *prog_name, const char *where)
{
	struct attachment_record *record = append(&manifest.attachments, sizeof(*record));

	*record = (struct attachment_record){ .feature = feature, .prog_name = prog_name, .where = where };
}

void manifest_relation(const struct relation *relation)
{
	struct relation *record = append(&manifest.relations, sizeof(*record));

	*record = *relation;
}

void manifest_skip(const char *feature, int error)
{
	struct skip_record *record = append(&manifest.skips, sizeof(*record));

	*record = (struct skip_record){ .feature = feature, .error = error };
}

bool feature_skipped(const char *feature)
{
	const struct skip_record *records = manifest.skips.records;

	for (size_t i = 0; i < manifest.skips.count; i++)
		if (!strcmp(records[i].feature, feature))
			return true;
	return false;
}
