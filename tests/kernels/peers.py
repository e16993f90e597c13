# SPDX-License-Identifier: LGPL-2.1-or-later
"""What other programs say about a kernel's types and objects: libdw, drgn, bpftool, pahole."""

import json
import os
import subprocess
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def output(*command, text=None, **options):
    """What a command prints; its failure is ours."""
    return subprocess.run(command, input=text, stdout=subprocess.PIPE, text=True, check=True, **options).stdout


def definitions(build, vmlinux):
    """What DWARF defines, by a plain walk with libdw: "struct", … -> name -> files, one for each definition."""
    found = {}
    for line in output(build.tool("definitions"), vmlinux).splitlines():
        kind, name, file, _ = line.split("\t")
        found.setdefault(kind, {}).setdefault(name, []).append(file)
    return found


def drgn(core, vmlinux, requests):
    """drgn's answers to the requests of drgn_texts.py."""
    lines = "".join("\t".join(request) + "\n" for request in requests)
    answers = output(os.path.join(HERE, "drgn_texts.py"), core, vmlinux, text=lines)
    return [json.loads(line) for line in answers.splitlines()]


def bpftool(btf):
    """The types of a BTF file as C."""
    return output("bpftool", "btf", "dump", "file", btf, "format", "c",
                  env={**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin"})


def pahole(file, names):
    """The layouts of structs, "struct x", as far as the file has them."""
    with tempfile.NamedTemporaryFile("w") as wanted:
        wanted.writelines(name.removeprefix("struct ") + "\n" for name in names)
        wanted.flush()
        # It complains of each BTF record of a kind that is newer than itself.
        return output("pahole", "-F", "btf", "-C", "file://" + wanted.name, file, stderr=subprocess.DEVNULL)
