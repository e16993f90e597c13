# SPDX-License-Identifier: LGPL-2.1-or-later
"""The ways in which one place of a dump is damaged.

Each case says what it writes where, and which rows may be other than in the clean answer; these must be marked.
"""

import dataclasses
import os

from objects import INTERNAL, SLOTS_OF_A_NODE, VALUE, pack

# What no kernel maps: no canonical address, and one between the areas.
GARBAGE = {"garbage": 0xdeadbeef12345678, "unmapped": 0xffff8fffdeadb000}


@dataclasses.dataclass
class Damage:
    """Bytes written at an address of the kernel."""

    name: str
    address: int
    data: bytes
    marked: dict                # kind -> ids of the rows that must be marked
    lost: dict = dataclasses.field(default_factory=dict)  # kind -> ids of rows that a message speaks of instead
    spoken: bool = False        # a message speaks of it, and any row that hangs on it may be marked or not
    touched: dict = dataclasses.field(default_factory=dict)  # kind -> ids of rows that may have changed without a mark
    more: list = dataclasses.field(default_factory=list)     # further (address, bytes)


def hidden_program(objects):
    """A program that was taken out of prog_idr as the kernel does it, and still runs: what a rootkit would do."""
    record = objects.first("prog", lambda record: any(edge["attached"] and "target_prog_id" not in edge
                                                      for edge in record["kernel"].get("attached", [])))
    slot, node = objects.slot("prog", record["id"])
    count = objects.member(node, "xa_node", "count")
    yield Damage(f"program {record['id']} hidden from prog_idr", slot, pack(0), {}, lost={"prog": {record["id"]}},
                 more=[(count, bytes([objects.query.read(count, 1)[0] - 1]))])


def plain_program(objects):
    """A program that nothing refers to, and that is attached to nothing."""
    targets = {edge.get("target_prog_id") for record in objects.records["prog"].values()
               for edge in record["kernel"].get("attached", [])}
    held = {record.get("prog_id") for record in objects.records["link"].values()}
    return objects.first("prog", lambda record: record["id"] not in targets | held and "btf_id" in record
                         and "attached" not in record["kernel"])


def damaged_programs(objects):
    record = plain_program(objects)
    number, program, aux = record["id"], objects.address(record), objects.address(record, "aux")
    pointer = objects.member(program, "bpf_prog", "aux")
    for name, value in {**GARBAGE, "NULL": 0, "odd": aux + 1, "in the first page": 0x41}.items():
        yield Damage(f"aux of program {number}: {name}", pointer, pack(value), {"prog": {number}})
    for member in ("func_info", "btf", "user"):
        yield Damage(f"aux->{member} of program {number}: garbage", objects.member(aux, "bpf_prog_aux", member),
                     pack(GARBAGE["garbage"]), {"prog": {number}})


def damaged_slots(objects):
    """One slot of each xarray."""
    for kind, records in objects.records.items():
        number = plain_program(objects)["id"] if kind == "prog" else list(records)[len(records) // 2]
        slot, node = objects.slot(kind, number)
        entry = objects.query.pointer(slot)
        # What hangs on a link is told without its id when the link cannot be found.
        touched = {"prog": {records[number]["prog_id"]}} if kind == "link" else {}
        for name, value in {**GARBAGE, "odd": entry | VALUE, "a node that is none": entry | INTERNAL,
                            "its own node": node | INTERNAL}.items():
            yield Damage(f"slot of {kind} {number}: {name}", slot, pack(value), {kind: {number}}, touched=touched)
        yield Damage(f"slot of {kind} {number}: zero", slot, pack(0), {}, lost={kind: {number}}, touched=touched)


def node_in_itself(objects):
    """A node of nodes that holds itself in a slot that was not used, so that all rows are as they were."""
    for kind in objects.records:
        node = objects.entry(kind) & ~INTERNAL
        shift = objects.query.read(objects.member(node, "xa_node", "shift"), 1)[0]
        index = (max(objects.records[kind]) >> shift) + 1
        if shift and index < SLOTS_OF_A_NODE:
            yield Damage(f"xarray node of {kind}s in itself", objects.node_slot(node, index), pack(node | INTERNAL),
                         {kind: set()}, spoken=True)


def damaged_links(objects):
    record = objects.first("link", lambda link: link["type"] == "xdp")
    number, pointer = record["id"], objects.member(objects.address(record), "bpf_link", "prog")
    for name, value in {**GARBAGE, "NULL": 0}.items():
        yield Damage(f"program of link {number}: {name}", pointer, pack(value), {"link": {number}})


def damaged_maps(objects):
    # A map without users among the programs, whose listings would lose its id.
    used = {number for record in objects.records["prog"].values() for number in record.get("map_ids", [])}
    record = objects.first("map", lambda entry: entry["id"] not in used and "btf_id" in entry)
    number, address = record["id"], objects.address(record)
    yield Damage(f"btf of map {number}: garbage", objects.member(address, "bpf_map", "btf"), pack(GARBAGE["garbage"]),
                 {"map": {number}})
    yield Damage(f"id of map {number}: another", objects.member(address, "bpf_map", "id"), pack(number + 1000)[:4],
                 {"map": {number}})


def damaged_trampolines(objects):
    """The list of programs on one trampoline."""
    program, edge = next((record, edge) for record in objects.records["prog"].values()
                         for edge in record["kernel"].get("attached", [])
                         if edge["kind"] == "BPF_TRAMP_FENTRY" and "trampoline" in edge)
    trampoline = int(edge["trampoline"], 16)
    heads = objects.member(trampoline, "bpf_trampoline", "progs_hlist")
    node = objects.query.pointer(heads)
    on_it = {record["id"] for record in objects.records["prog"].values()
             for other in record["kernel"].get("attached", []) if other.get("trampoline") == edge["trampoline"]}
    links = {record["id"] for record in objects.records["link"].values() if record.get("prog_id") in on_it}
    touched = {"prog": on_it, "link": links}
    for name, where, value in (("head: garbage", heads, GARBAGE["garbage"]), ("head: unmapped", heads, GARBAGE["unmapped"]),
                               ("node: garbage", node, GARBAGE["garbage"]), ("node: itself", node, node)):
        yield Damage(f"trampoline of program {program['id']}, {name}", where, pack(value), {"prog": set()}, spoken=True,
                     touched=touched)


CASES = (hidden_program, damaged_programs, damaged_slots, node_in_itself, damaged_links, damaged_maps,
         damaged_trampolines)


def flatten(source, target, block=1 << 16):
    """Writes a dump in makedumpfile's flattened form (-F): a header, then blocks with their offset and size."""
    with open(source, "rb") as plain, open(target, "wb") as flat:
        flat.write(b"makedumpfile".ljust(16, b"\0") + (1).to_bytes(8, "big") * 2 + bytes(4096 - 32))
        offset = 0
        while data := plain.read(block):
            flat.write(offset.to_bytes(8, "big") + len(data).to_bytes(8, "big") + data)
            offset += len(data)
        flat.write(b"\xff" * 16)
    return os.path.getsize(target)
