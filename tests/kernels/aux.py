#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares `kinspect prog ID --print '*aux'` of each program with drgn's print of the same object, byte for byte.

    aux.py [--build DIR] CORE VMLINUX

CORE is an ELF dump with paging (drgn reads no other of QEMU's), VMLINUX the uncompressed kernel with debug information.
Without drgn, members() and printed() compare which members there are, in which order.
"""

import argparse
import json
import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))

from suite import Build, Suite  # noqa: E402

# Both sides without the choice among symbols of one address, and without what BTF cannot tell: [0] from [].
SYMBOL = re.compile(r"[\w.$]+\+0x[0-9a-f]+ = (0x[0-9a-f]+)")
MEMBER = re.compile(r"^\t\.(\w+) = ", re.M)


def members(btf, name):
    """The members of a struct, those of anonymous ones in it too, as bpftool reads the BTF."""
    dump = subprocess.run(["bpftool", "-j", "btf", "dump", "file", btf], check=True, capture_output=True)
    types = {type_["id"]: type_ for type_ in json.loads(dump.stdout)["types"]}

    def walk(type_):
        for member in type_["members"]:
            if member["name"] not in ("", "(anon)"):
                yield member["name"]
            elif "members" in types[member["type_id"]]:
                yield from walk(types[member["type_id"]])

    found = [type_ for type_ in types.values() if type_["kind"] == "STRUCT" and type_["name"] == name]
    return [list(walk(type_)) for type_ in found]


def printed(text):
    """The members that were printed, not those of members."""
    return MEMBER.findall(text)


def normal(text):
    return SYMBOL.sub(r"\1", text).replace("[0]", "[]")


def main():
    import drgn
    from drgn.helpers.linux.bpf import bpf_prog_for_each

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", metavar="DIR", help="default: %(default)s")
    parser.add_argument("core")
    parser.add_argument("vmlinux")
    options = parser.parse_args()
    prog, suite, build = drgn.Program(), Suite(), Build(options.build)
    prog.set_core_dump(options.core)
    prog.load_debug_info([options.vmlinux])
    for bpf in bpf_prog_for_each(prog):
        number = bpf.aux.id.value_()
        outcome = build.core(options.core, "prog", str(number), "--print", "*aux")
        ours, theirs = outcome.out.decode(), bpf.aux[0].format_() + "\n"
        suite.check(f"program {number}", outcome.status == 0 and normal(ours) == normal(theirs), *outcome.describe())
    suite.finish()


if __name__ == "__main__":
    main()
