/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "world.h"

/* Since and until when: the images named in the comments of libinspect's views, and where the layouts moved. */
const struct row world_rows[] = {
	ROW(list_head, next, NULL),
	ROW(xarray, xa_head, NULL),
	ROW(idr, idr_rt, "xarray"),
	ROW(xa_node, shift, NULL),
	ROW(xa_node, offset, NULL),
	ROW(xa_node, count, NULL),
	ROW(xa_node, parent, NULL),
	ROW(xa_node, slots, "[64]"),
	ROW(btf_header, str_len, NULL),
	ROW(btf, types, NULL),
	ROW(btf, strings, NULL),
	ROW(btf, hdr, "btf_header"),
	ROW(btf, nr_types, NULL),
	ROW(btf, id, NULL),
	ROW(btf, data, NULL),
	ROW(btf, data_size, NULL),
	ROW(btf, base_btf, "*btf", 511),
	ROW(btf, start_id, NULL, 511),
	ROW(btf, start_str_off, NULL, 511),
	ROW(btf, kernel_btf, NULL, 511),
	ROW(btf, name, "[56]", 511),
	ROW(btf_type, name_off, NULL),
	ROW(btf_type, type, NULL),
	ROW(bpf_func_info, insn_off, NULL),
	ROW(bpf_func_info, type_id, NULL),
	ROW(kuid_t, val, NULL),
	ROW(user_struct, uid, "kuid_t"),
	ROW(bpf_prog_offload, netdev, NULL),
	ROW(bpf_ksym, start, NULL, 507),
	ROW(bpf_ksym, end, NULL, 507),
	ROW(bpf_ksym, name, "[128]", 507),
	ROW(bpf_ksym, lnode, "list_head", 507),
	ROW(bpf_ksym, prog, NULL, 507),
	ROW(bpf_line_info, insn_off, NULL),
	ROW(bpf_line_info, file_name_off, NULL),
	ROW(bpf_line_info, line_off, NULL),
	ROW(bpf_line_info, line_col, NULL),
	ROW(bpf_prog_aux, id, NULL),
	ROW(bpf_prog_aux, used_map_cnt, NULL),
	ROW(bpf_prog_aux, used_maps, NULL),
	ROW(bpf_prog_aux, func_cnt, NULL),
	ROW(bpf_prog_aux, real_func_cnt, NULL, 607),
	ROW(bpf_prog_aux, func_idx, NULL),
	ROW(bpf_prog_aux, func, NULL),
	ROW(bpf_prog_aux, func_info, NULL),
	ROW(bpf_prog_aux, func_info_cnt, NULL),
	ROW(bpf_prog_aux, prog, "*bpf_prog"),
	ROW(bpf_prog_aux, btf, "*btf"),
	ROW(bpf_prog_aux, user, "*user_struct"),
	ROW(bpf_prog_aux, offload, "*bpf_prog_offload"),
	ROW(bpf_prog_aux, linfo, NULL),
	ROW(bpf_prog_aux, jited_linfo, NULL),
	ROW(bpf_prog_aux, nr_linfo, NULL),
	ROW(bpf_prog_aux, linfo_idx, NULL),
	ROW(bpf_prog_aux, main_prog_aux, "*bpf_prog_aux", 617),
	ROW(bpf_prog_aux, load_time, NULL),
	ROW(bpf_prog_aux, name, "[16]"),
	ROW(bpf_prog_aux, ksym_lnode, "list_head", 504, 506),
	ROW(bpf_prog_aux, ksym, "bpf_ksym", 507),
	ROW(bpf_prog_aux, attach_btf_id, NULL, 505),
	ROW(bpf_prog_aux, attach_func_name, NULL, 505),
	ROW(bpf_prog_aux, attach_func_proto, "*btf_type", 505),
	ROW(bpf_prog_aux, linked_prog, "*bpf_prog", 505, 509),
	ROW(bpf_prog_aux, trampoline, "*bpf_trampoline", 505, 509),
	ROW(bpf_prog_aux, dst_prog, "*bpf_prog", 510),
	ROW(bpf_prog_aux, dst_trampoline, "*bpf_trampoline", 510),
	ROW(bpf_prog_aux, tramp_hlist, "hlist_node", 505, 515),
	ROW(bpf_prog_aux, tail_call_reachable, NULL, 510),
	ROW(bpf_prog_aux, attach_btf, "*btf", 511),
	/* Twice the same in 5.4's BTF, since dedup failed there. */
	ROW_AS("bpf_prog", bpf_prog, pages, "pages", NULL),
	ROW_AS("bpf_prog", bpf_prog, flags, "gpl_compatible", NULL, .bit_offset = 2, .bit_size = 1),
	ROW_AS("bpf_prog", bpf_prog, type, "type", NULL),
	ROW_AS("bpf_prog", bpf_prog, expected_attach_type, "expected_attach_type", NULL),
	ROW_AS("bpf_prog", bpf_prog, len, "len", NULL),
	ROW_AS("bpf_prog", bpf_prog, jited_len, "jited_len", NULL),
	ROW_AS("bpf_prog", bpf_prog, tag, "tag", "[8]"),
	ROW_AS("bpf_prog", bpf_prog, aux, "aux", "*bpf_prog_aux"),
	ROW_AS("bpf_prog", bpf_prog, bpf_func, "bpf_func", NULL),
	ROW_AS("bpf_prog#2", bpf_prog, pages, "pages", NULL, 504, 504),
	ROW_AS("bpf_prog#2", bpf_prog, flags, "gpl_compatible", NULL, 504, 504, 2, 1),
	ROW_AS("bpf_prog#2", bpf_prog, type, "type", NULL, 504, 504),
	ROW_AS("bpf_prog#2", bpf_prog, expected_attach_type, "expected_attach_type", NULL, 504, 504),
	ROW_AS("bpf_prog#2", bpf_prog, len, "len", NULL, 504, 504),
	ROW_AS("bpf_prog#2", bpf_prog, jited_len, "jited_len", NULL, 504, 504),
	ROW_AS("bpf_prog#2", bpf_prog, tag, "tag", "[8]", 504, 504),
	ROW_AS("bpf_prog#2", bpf_prog, aux, "aux", "*bpf_prog_aux", 504, 504),
	ROW_AS("bpf_prog#2", bpf_prog, bpf_func, "bpf_func", NULL, 504, 504),
	ROW(bpf_map_owner, type, NULL),
	ROW(bpf_map_owner, jited, NULL),
	ROW(bpf_map, id, NULL),
	ROW(bpf_map, map_type, NULL),
	ROW(bpf_map, name, "[16]"),
	ROW(bpf_map, map_flags, NULL),
	ROW(bpf_map, key_size, NULL),
	ROW(bpf_map, value_size, NULL),
	ROW(bpf_map, max_entries, NULL),
	ROW(bpf_map, frozen, NULL),
	ROW(bpf_map, btf, "*btf"),
	ROW(bpf_map, ops, NULL),
	ROW_AS("bpf_map", bpf_map, inner_owner, "owner", "bpf_map_owner", 518, 616),
	ROW(bpf_map, owner, "*bpf_map_owner", 617),
	ROW(bpf_array, map, "bpf_map"),
	ROW(bpf_array, owner_prog_type, NULL, 504, 504),
	ROW(bpf_array, owner_jited, NULL, 504, 504),
	ROW(bpf_array, aux, "*bpf_array_aux", 505),
	ROW(bpf_array, ptrs, "[0]"),
	ROW(bpf_array_aux, type, NULL, 505, 509),
	ROW(bpf_array_aux, jited, NULL, 505, 509),
	ROW(bpf_array_aux, owner, "bpf_map_owner", 510, 517),
	ROW(bpf_array_aux, poke_progs, "list_head", 505),
	ROW(prog_poke_elem, list, "list_head", 505),
	ROW(prog_poke_elem, aux, "*bpf_prog_aux", 505),
	ROW(bpf_link, id, NULL, 508),
	ROW(bpf_link, type, NULL, 508),
	ROW(bpf_link, ops, NULL, 507),
	ROW(bpf_link, prog, "*bpf_prog", 507),
	ROW(bpf_tramp_link, link, "bpf_link", 600),
	ROW(bpf_tramp_link, tramp_hlist, "hlist_node", 600),
	ROW(bpf_tramp_link, cookie, NULL, 600),
	ROW_AS("bpf_tracing_link", bpf_tracing_link, link.link, "link", "bpf_link", 507, 515),
	ROW(bpf_tracing_link, link, "bpf_tramp_link", 600),
	ROW(bpf_tracing_link, trampoline, "*bpf_trampoline", 510),
	ROW(bpf_tracing_link, tgt_prog, NULL, 510),
	ROW(net_device, name, "[16]"),
	ROW(net_device, ifindex, NULL),
	ROW(bpf_xdp_link, link, "bpf_link", 509),
	ROW(bpf_xdp_link, dev, "*net_device", 509),
	ROW(bpf_xdp_link, flags, NULL, 509),
	ROW(hlist_node, next, NULL),
	ROW(bpf_trampoline_func, addr, NULL),
	ROW(bpf_trampoline, hlist, "hlist_node", 505),
	ROW(bpf_trampoline, key, NULL, 505),
	ROW(bpf_trampoline, func, "bpf_trampoline_func", 505),
	ROW(bpf_trampoline, extension_prog, NULL, 506),
	{ "bpf_trampoline", "progs_hlist", offsetof(struct bpf_trampoline, progs_hlist), 16, "[2]", 505, 506, 0, 0 },
	ROW(bpf_trampoline, progs_hlist, "[3]", 507), /* fmod_ret */
	{ "bpf_tramp_prog_type", "BPF_TRAMP_FENTRY", 0, 0, "=0", 505, 0, 0, 0 },
	{ "bpf_tramp_prog_type", "BPF_TRAMP_FEXIT", 0, 0, "=1", 505, 0, 0, 0 },
	{ "bpf_tramp_prog_type", "BPF_TRAMP_MODIFY_RETURN", 0, 0, "=2", 507, 0, 0, 0 },
	{ "bpf_prog_type", "BPF_PROG_TYPE_OF_TOMORROW", 0, 0, "=99", 504, 0, 0, 0 },
};
const size_t world_row_count = sizeof(world_rows) / sizeof(*world_rows);

#define BTF_ENTRY 1  /* ids in the target's BTF */
#define BTF_HELPER 2
#define BTF_VFS_READ 1234

void world_hlist(uint64_t *pointer, struct hlist_node *node)
{
	node->next = 0;
	node->pprev = address_of(pointer);
	*pointer = address_of(node);
}

static void put_idr(struct idr *idr, struct xa_node *node, uint64_t id, const void *object)
{
	idr->idr_rt.xa_head = address_of(node) | 2;
	node->slots[id] = address_of(object);
	node->count++;
}

static void put_prog(struct world_memory *m, unsigned int id, const char *name, uint32_t type, uint32_t attach_type)
{
	struct bpf_prog *prog = &m->progs[id];
	struct bpf_prog_aux *aux = &m->auxs[id];

	*prog = (struct bpf_prog){
		.pages = 1, .flags = 4, .type = type, .expected_attach_type = attach_type, .len = 10 + id,
		.jited_len = 100 + id, .tag = { 0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, (uint8_t)id },
		.aux = address_of(aux), .bpf_func = address_of(m->images[id]),
	};
	*aux = (struct bpf_prog_aux){
		.id = id, .prog = address_of(prog), .user = address_of(&m->user), .load_time = 5,
	};
	strcpy(aux->name, name);
	aux->ksym.start = prog->bpf_func;
	aux->ksym.end = prog->bpf_func + prog->jited_len;
	aux->ksym.prog = 1;
	snprintf(aux->ksym.name, sizeof(aux->ksym.name), "bpf_prog_1032547698badc%02x_%s", id, name);
	if (id <= 5)
		put_idr(&m->prog_idr, &m->prog_node, id, prog);
}

/* Two lines for each of the target's functions: the main program's code is its first subprogram's. */
static void put_lines(struct world_memory *m)
{
	strcpy(m->strings + 100, "./target.c");
	for (unsigned int i = 0; i < 4; i++) {
		m->lines[i] = (struct bpf_line_info){ .file_name_off = 100, .line_off = 120 + 20 * i,
						      .line_col = (10 + i) << 10 | 3 };
		snprintf(m->strings + 120 + 20 * i, 20, "\t line %u", i);
		m->line_addresses[i] = address_of(m->images[i < 2 ? 1 : 7]) + 16 * (i % 2);
	}
}

/* The target's BTF and its subprograms. */
static void put_target(struct world_memory *m)
{
	struct bpf_prog_aux *aux = &m->auxs[1];

	put_prog(m, 1, "target", 6, 0);
	put_prog(m, 6, "F", 6, 0);
	put_prog(m, 7, "F", 6, 0);
	strcpy(m->strings + 1, "entry");
	strcpy(m->strings + 7, "helper");
	m->type_records[BTF_ENTRY].name_off = 1;
	m->type_records[BTF_HELPER].name_off = 7;
	m->types[BTF_ENTRY] = address_of(&m->type_records[BTF_ENTRY]);
	m->types[BTF_HELPER] = address_of(&m->type_records[BTF_HELPER]);
	m->btf = (struct btf){ .types = address_of(m->types), .strings = address_of(m->strings), .nr_types = 3, .id = 7,
			       .hdr = { sizeof(m->strings) } };
	m->func_info[0].type_id = BTF_ENTRY;
	m->func_info[1].type_id = BTF_HELPER;
	m->funcs[0] = address_of(&m->progs[6]);
	m->funcs[1] = address_of(&m->progs[7]);
	m->used_maps[0] = address_of(&m->map);
	m->used_maps[1] = address_of(&m->array);
	for (unsigned int i = 0; i < 3; i++) {
		struct bpf_prog_aux *each = i ? &m->auxs[5 + i] : aux;

		each->btf = address_of(&m->btf);
		each->func_info = address_of(m->func_info);
		each->func_info_cnt = 2;
		each->func_cnt = each->real_func_cnt = i ? 0 : 2;
		each->func = address_of(m->funcs);
		each->func_idx = i ? i - 1 : 0;
		each->linfo = address_of(m->lines);
		each->jited_linfo = address_of(m->line_addresses);
		each->nr_linfo = 4;
		each->linfo_idx = i == 2 ? 2 : 0;
		each->main_prog_aux = address_of(aux);
		each->id = i ? 0 : 1;
	}
	aux->used_maps = address_of(m->used_maps);
	aux->used_map_cnt = 2;
	strcpy(m->auxs[6].ksym.name, "bpf_prog_1032547698badc06_entry");
	strcpy(m->auxs[7].ksym.name, "bpf_prog_1032547698badc07_helper");
	put_lines(m);
}

static void put_maps(struct world_memory *m)
{
	m->map = (struct bpf_map){ .ops = address_of(&m->hash_ops), .id = 1, .map_type = 1, .map_flags = 1,
				   .key_size = 4, .value_size = 8, .max_entries = 100, .frozen = 1, .name = "counts" };
	m->array.map = (struct bpf_map){ .ops = address_of(&m->array_ops), .owner = address_of(&m->array_aux.owner),
					 .id = 2, .map_type = 3, .key_size = 4, .value_size = 4, .max_entries = 4,
					 .name = "tails", .inner_owner = { 6, 1 } };
	m->array.owner_prog_type = m->array_aux.type = m->array_aux.owner.type = 6;
	m->array.owner_jited = m->array_aux.jited = m->array_aux.owner.jited = 1;
	m->array.aux = address_of(&m->array_aux);
	m->array.ptrs[1] = address_of(&m->progs[1]);
	m->array_aux.poke_progs.next = m->array_aux.poke_progs.prev = address_of(&m->poke.list);
	m->poke.list.next = m->poke.list.prev = address_of(&m->array_aux.poke_progs);
	m->poke.aux = address_of(&m->auxs[1]);
	put_idr(&m->map_idr, &m->map_node, 1, &m->map);
	put_idr(&m->map_idr, &m->map_node, 2, &m->array);
}

/* Tracing program @id on @target (NULL: the kernel's vfs_read), through trampoline @t. */
static void put_tracing(struct world *world, unsigned int id, const struct bpf_prog *target, uint32_t btf_id,
			unsigned int t)
{
	struct world_memory *m = &world->m;
	struct bpf_prog_aux *aux = &m->auxs[id];
	struct bpf_trampoline *trampoline = &m->trampolines[t];
	uint64_t kernel_key = world->s.series >= 511 ? UINT64_C(1) << 32 | TRAMPOLINE_KEY_KERNEL : 0;

	aux->attach_btf_id = btf_id;
	aux->attach_func_name = target ? address_of(m->strings + m->type_records[btf_id].name_off) :
					 address_of(m->function_name);
	aux->attach_btf = target ? 0 : address_of(&m->vmlinux_btf);
	aux->linked_prog = address_of(target);
	aux->trampoline = address_of(trampoline);
	trampoline->key = btf_id | (target ? (uint64_t)1 << 32 : kernel_key);
	trampoline->func.addr = target ? target->bpf_func : address_of(m->vfs_read);
	if (!trampoline->hlist.pprev)
		world_hlist(&m->trampoline_table[t * 300], &trampoline->hlist);
}

/* Attaches program @id, by link @link; @kind 3 is freplace. */
static void put_attachment(struct world *world, unsigned int id, unsigned int link, unsigned int kind, unsigned int t)
{
	struct world_memory *m = &world->m;
	struct bpf_tracing_link *tracing = &m->links[link];

	*tracing = (struct bpf_tracing_link){
		.link.link = { link, LINK_TYPE_TRACING, address_of(&m->tracing_ops), address_of(&m->progs[id]) },
		.trampoline = address_of(&m->trampolines[t]),
		.tgt_prog = m->auxs[id].linked_prog,
	};
	put_idr(&m->link_idr, &m->link_node, link, tracing);
	if (kind == 3)
		m->trampolines[t].extension_prog = address_of(&m->progs[id]);
	else
		world_hlist(&m->trampolines[t].progs_hlist[kind],
			    world->s.series < 600 ? &m->auxs[id].tramp_hlist : &tracing->link.tramp_hlist);
}

static void put_kallsyms(struct world_memory *m, unsigned int series)
{
	static const unsigned int listed[] = { 1, 2, 7 };
	struct list_head *last = &m->bpf_kallsyms;

	for (size_t i = 0; i < 3; i++) {
		struct bpf_prog_aux *aux = &m->auxs[listed[i]];
		struct list_head *node = series < 507 ? &aux->ksym_lnode : &aux->ksym.lnode;

		last->next = address_of(node);
		node->prev = address_of(last);
		last = node;
	}
	last->next = address_of(&m->bpf_kallsyms);
	m->bpf_kallsyms.prev = address_of(last);
}

static void put_symbols(struct world *world, unsigned int series)
{
	struct synthetic *s = &world->s;
	struct world_memory *m = &world->m;

	synthetic_symbol(s, "prog_idr", &m->prog_idr);
	synthetic_symbol(s, "map_idr", &m->map_idr);
	synthetic_symbol(s, "btf_idr", &m->btf_idr);
	synthetic_symbol(s, "bpf_kallsyms", &m->bpf_kallsyms);
	synthetic_symbol(s, "htab_map_ops", &m->hash_ops);
	synthetic_symbol(s, "prog_array_map_ops", &m->array_ops);
	synthetic_symbol(s, "bpf_tracing_link_lops", &m->tracing_ops);
	synthetic_symbol(s, "bpf_xdp_link_lops", &m->xdp_ops);
	synthetic_symbol(s, "vfs_read", m->vfs_read);
	if (series >= 505)
		synthetic_symbol(s, "trampoline_table", m->trampoline_table);
	if (series >= 508)
		synthetic_symbol(s, "link_idr", &m->link_idr);
	synthetic_ready(s);
}

struct world *world_create(unsigned int series)
{
	struct world *world = calloc(1, sizeof(*world));
	struct world_memory *m;

	ck_assert_ptr_nonnull(world);
	m = &world->m;
	synthetic_init(&world->s, world_rows, world_row_count, series);
	synthetic_map(&world->s, m, sizeof(*m));
	put_symbols(world, series);
	bpf_init(&world->bpf, &world->s.kernel);
	world->bpf.clock_tried = true; /* there is no clock here */
	world->pool = inspect_pool_create();
	strcpy(m->function_name, "vfs_read");
	strcpy(m->vmlinux_btf.name, "vmlinux");
	m->user.uid.val = 1000;
	put_target(m);
	put_maps(m);
	put_prog(m, 2, "on_target", PROG_TYPE_TRACING, ATTACH_TRACE_FEXIT);
	put_prog(m, 3, "waiting", PROG_TYPE_TRACING, ATTACH_TRACE_FENTRY);
	put_prog(m, 4, "on_kernel", PROG_TYPE_TRACING, ATTACH_TRACE_FENTRY);
	put_prog(m, 5, "replacing", PROG_TYPE_EXT, 0);
	put_tracing(world, 2, &m->progs[1], BTF_HELPER, 0);
	put_tracing(world, 3, &m->progs[1], BTF_ENTRY, 1);
	put_tracing(world, 4, NULL, BTF_VFS_READ, 2);
	put_tracing(world, 5, &m->progs[1], BTF_ENTRY, 1);
	m->auxs[3].dst_prog = address_of(&m->progs[1]); /* NULL once attached */
	m->auxs[3].dst_trampoline = address_of(&m->trampolines[1]);
	put_attachment(world, 2, 1, 1, 0);
	put_attachment(world, 4, 2, 0, 2);
	put_attachment(world, 5, 3, 3, 1);
	put_kallsyms(m, series);
	return world;
}

void world_destroy(struct world *world)
{
	inspect_pool_destroy(world->pool);
	bpf_deinit(&world->bpf);
	synthetic_deinit(&world->s);
	free(world);
}

struct inspect_record *world_prog(struct world *world, uint64_t id, unsigned int flags)
{
	struct inspect_record *record = inspect_record_create(&inspect_prog_schema, world->pool);

	expect_success(bpf_prog_fill(&world->bpf, address_of(&world->m.progs[id]), id <= 5 ? id : 0, flags, record));
	ck_assert(!world->pool->failed);
	ck_assert_ptr_null(world->pool->misused);
	return record;
}

struct inspect_record *world_map(struct world *world, const void *map, uint64_t id, unsigned int flags)
{
	struct inspect_record *record = inspect_record_create(&inspect_map_schema, world->pool);

	expect_success(bpf_map_fill(&world->bpf, address_of(map), id, flags, record));
	ck_assert_ptr_null(world->pool->misused);
	return record;
}

struct inspect_record *world_link(struct world *world, const void *link, uint64_t id, unsigned int flags)
{
	struct inspect_record *record = inspect_record_create(&inspect_link_schema, world->pool);

	expect_success(bpf_link_fill(&world->bpf, address_of(link), id, flags, record));
	ck_assert_ptr_null(world->pool->misused);
	return record;
}

static int print_value(const struct cell *cell, enum inspect_cell_kind kind, char *text, size_t size)
{
	int length = 0;

	switch (kind) {
	case INSPECT_CELL_BOOL:
		return snprintf(text, size, "%s", cell->boolean ? "true" : "false");
	case INSPECT_CELL_STRING:
		return snprintf(text, size, "%.*s", (int)cell->string.length, cell->string.bytes);
	case INSPECT_CELL_ENUM:
		return cell->enumerator.name ? snprintf(text, size, "%s", cell->enumerator.name) :
					       snprintf(text, size, "%lld", (long long)cell->enumerator.number);
	case INSPECT_CELL_U64S:
		for (size_t i = 0; i < cell->u64s.count; i++)
			length += snprintf(text + length, size - (size_t)length, "%s%llu", i ? "," : "[",
					   (unsigned long long)cell->u64s.items[i]);
		return length + snprintf(text + length, size - (size_t)length, "]");
	case INSPECT_CELL_RECORD:
	case INSPECT_CELL_RECORDS:
		for (struct inspect_record *record = cell->records.first; record; record = record->next)
			length++;
		return snprintf(text, size, "%d records", length);
	case INSPECT_CELL_ADDRESS:
		return snprintf(text, size, "0x%llx", (unsigned long long)cell->u64);
	default:
		return snprintf(text, size, "%llu", (unsigned long long)cell->u64);
	}
}

const char *cell_text(const struct inspect_record *record, unsigned int column)
{
	static char text[1024];
	const struct cell *cell;
	int length;

	ck_assert_ptr_nonnull(record);
	cell = &record->cells[column];
	if (cell->state == CELL_LEFT_OUT)
		return "-";
	if (cell->state == CELL_ABSENT)
		return "absent";
	if (cell->state == CELL_FAULT) {
		if (cell->trouble->fault)
			snprintf(text, sizeof(text), "fault 0x%llx", (unsigned long long)cell->trouble->address);
		else
			snprintf(text, sizeof(text), "damaged %s", cell->trouble->cause);
		return text;
	}
	length = print_value(cell, record->schema->columns[column].kind, text, sizeof(text) - 2);
	if (cell->state == CELL_SUSPECT)
		strcpy(text + length, "?");
	return text;
}

const struct inspect_record *cell_nested(const struct inspect_record *record, unsigned int column, size_t index)
{
	struct inspect_record *nested;

	ck_assert_ptr_nonnull(record);
	nested = cell_has_value(&record->cells[column]) ? record->cells[column].records.first : NULL;
	while (nested && index--)
		nested = nested->next;
	return nested;
}
