#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares how we print objects and types of a dump with how drgn does, byte for byte.

    print_drgn.py [--types] [--show-differences N] SHOW CORE VMLINUX

SHOW is the program built from tests/tools/show.c, CORE an ELF dump with paging (drgn reads no other of QEMU's), VMLINUX
the uncompressed kernel with debug information. Prints how many are equal and which differ; status 1 where any does.
"""

import argparse
import collections
import difflib
import re
import subprocess
import sys

import drgn
from drgn.helpers.linux.bpf import bpf_map_for_each, bpf_prog_for_each
from drgn.helpers.linux.fs import for_each_mount
from drgn.helpers.linux.list import list_for_each_entry
from drgn.helpers.linux.net import for_each_net
from drgn.helpers.linux.pid import for_each_task

FLAGS = ("dereference", "symbolize", "string", "char", "type_name", "member_type_names", "element_type_names",
         "members_same_line", "elements_same_line", "member_names", "element_indices", "implicit_members",
         "implicit_elements")
DEFAULT = {"dereference", "symbolize", "string", "type_name", "member_type_names", "elements_same_line",
           "member_names", "implicit_members"}
COLUMNS = (1, 20, 40, 80, 120)
SIZE_MAX = 1 << 20
# Both sides without drgn's choice among symbols, and without what BTF cannot tell: [0] from [].
SYMBOL = re.compile(r"[\w.$]+\+0x[0-9a-f]+ = (0x[0-9a-f]+)")


class Show:
    """Our side: one request, one answer."""

    def __init__(self, program, core):
        self.process = subprocess.Popen([program, core], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.rest = b""

    def ask(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()
        while b"\0" not in self.rest:
            more = self.process.stdout.read1(1 << 20)
            if not more:
                raise SystemExit(f"show died at {line!r}")
            self.rest += more
        answer, _, self.rest = self.rest.partition(b"\0")
        return answer.decode()

    def object(self, obj, flags=DEFAULT, columns=0):
        bits = sum(1 << i for i, flag in enumerate(FLAGS) if flag in flags)
        return self.ask(f"object {bits} {columns} {obj.address_} {obj.type_.unqualified().type_name()}")


def normal(text):
    return SYMBOL.sub(r"\1", text).replace("[0]", "[]")


class Tally:
    """What was compared."""

    def __init__(self):
        self.equal = collections.Counter()
        self.different = []
        self.skipped = collections.Counter()
        self.unknown = set()

    def add(self, group, name, ours, theirs):
        if not ours:
            self.skipped["no such type, or several, in BTF"] += 1
            self.unknown.add(name.split(" at ")[0])
        elif normal(ours) == normal(theirs):
            self.equal[group] += 1
        elif re.search(r"\]\[[1-9]", theirs):
            self.skipped["arrays of arrays, which BTF has as one"] += 1
        else:
            self.different.append((group, name, ours, theirs))

    def report(self, differences):
        for group, count in self.equal.items():
            print(f"{group}: {count} equal")
        for reason, count in self.skipped.items():
            print(f"skipped, {reason}: {count}")
        if self.unknown:
            print("not in BTF, or several:", ", ".join(sorted(self.unknown)))
        for group, name, ours, theirs in self.different[:differences]:
            print(f"\nDIFFERENT {group}: {name}")
            lines = difflib.unified_diff(normal(theirs).splitlines(), normal(ours).splitlines(), "drgn", "ours",
                                         lineterm="", n=1)
            print("\n".join(line[:200] for line in list(lines)[:24]))
        print(f"\n{sum(self.equal.values())} equal, {len(self.different)} different")
        return 1 if self.different else 0


def tasks(prog):
    for task in for_each_task(prog):
        yield "task", task[0]
        for member in ("mm", "fs", "files", "signal", "sighand", "cred", "nsproxy"):
            pointer = task.member_(member)
            if pointer:
                yield member, pointer[0]


def bpf_objects(prog):
    for bpf in bpf_prog_for_each(prog):
        yield "prog", bpf[0]
        yield "prog aux", bpf.aux[0]
    for bpf_map in bpf_map_for_each(prog):
        yield "map", bpf_map[0]


def net_devices(prog):
    for net in for_each_net(prog):
        yield "net", net[0]
        for device in list_for_each_entry("struct net_device", net.dev_base_head.address_of_(), "dev_list"):
            yield "net device", device[0]


def super_blocks(prog):
    for block in list_for_each_entry("struct super_block", prog["super_blocks"].address_of_(), "s_list"):
        yield "super block", block[0]
        yield "dentry", block.s_root[0]
        yield "inode", block.s_root.d_inode[0]
        yield "file system", block.s_type[0]


def mounts(prog):
    for mount in for_each_mount(prog):
        yield "mount", mount[0]


def kernel_objects(prog):
    """(group, object) for many structures that hang on one another."""
    for walk in (tasks, bpf_objects, net_devices, super_blocks, mounts):
        try:
            yield from walk(prog)
        except AttributeError as error:  # the kernel is newer than drgn's helper
            print(f"drgn cannot list {walk.__name__}: {error}")


def variables(prog, vmlinux):
    """Every data symbol that is a variable whose type has a name."""
    named = (drgn.TypeKind.STRUCT, drgn.TypeKind.UNION, drgn.TypeKind.ENUM, drgn.TypeKind.TYPEDEF)
    table = subprocess.run(["readelf", "-sW", vmlinux], stdout=subprocess.PIPE, check=True).stdout.decode()
    names = sorted({row[7] for row in map(str.split, table.splitlines()) if len(row) == 8 and row[3] == "OBJECT"})
    for name in names:
        try:
            obj = prog[name]
        except Exception:  # also of a form that drgn does not know
            continue
        if obj.absent_ or obj.address_ is None or obj.address_ < 1 << 63 or obj.type_.kind not in named:
            continue
        if obj.type_.qualifiers:
            obj = drgn.Object(prog, obj.type_.unqualified(), address=obj.address_)
        if getattr(obj.type_, "tag", "") is not None:
            yield name, obj


def compare(tally, show, group, name, obj, flags=frozenset(DEFAULT), columns=0):
    options = {flag: flag in flags for flag in FLAGS}
    try:
        if drgn.sizeof(obj) > SIZE_MAX:
            tally.skipped["larger than 1 MB"] += 1
            return
        theirs = obj.format_(columns=columns or None, **options)
    except (drgn.FaultError, TypeError) as error:
        tally.skipped["drgn: " + type(error).__name__] += 1
        return
    tally.add(group, name, show.object(obj, flags, columns), theirs)


def compare_objects(prog, tally, show, vmlinux):
    seen = set()
    for group, obj in kernel_objects(prog):
        if (obj.address_, group) not in seen:
            seen.add((obj.address_, group))
            obj = drgn.Object(prog, obj.type_.unqualified(), address=obj.address_)
            compare(tally, show, group, f"{obj.type_.type_name()} at {obj.address_:#x}", obj)
    for name, obj in variables(prog, vmlinux):
        compare(tally, show, "variable", name, obj)


def compare_options(prog, tally, show):
    """One object of each group with each flag the other way round, and at several widths."""
    seen = set()
    for group, obj in kernel_objects(prog):
        if group in seen:
            continue
        seen.add(group)
        for columns in (0,) + COLUMNS:
            for flag in (None,) + FLAGS:
                flags = set(DEFAULT) ^ ({flag} if flag else set())
                if columns:  # lines break elsewhere where drgn has no name for what a pointer points to
                    flags.discard("symbolize")
                compare(tally, show, "option", f"{group} {flag} {columns}", obj, flags, columns)
                compare(tally, show, "option", f"{group} {flag} {columns} same line", obj,
                        flags | {"members_same_line"}, columns)


def compare_types(prog, tally, show):
    names = collections.Counter(show.ask("names").splitlines())
    for name, count in names.items():
        if count > 1:
            tally.skipped["name of several types in BTF"] += 1
            continue
        try:
            theirs = prog.type(name)
        except LookupError:
            tally.skipped["no such type in DWARF"] += 1
            continue
        tally.add("type", name, show.ask("type " + name), str(theirs))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--types", action="store_true", help="compare types instead of objects")
    parser.add_argument("--options", action="store_true", help="compare a few objects with all options")
    parser.add_argument("--show-differences", type=int, default=5, metavar="N")
    parser.add_argument("show")
    parser.add_argument("core")
    parser.add_argument("vmlinux")
    arguments = parser.parse_args()
    prog = drgn.Program()
    prog.set_core_dump(arguments.core)
    prog.load_debug_info([arguments.vmlinux])
    show = Show(arguments.show, arguments.core)
    tally = Tally()
    if arguments.types:
        compare_types(prog, tally, show)
    elif arguments.options:
        compare_options(prog, tally, show)
    else:
        compare_objects(prog, tally, show, arguments.vmlinux)
    return tally.report(arguments.show_differences)


if __name__ == "__main__":
    sys.exit(main())
