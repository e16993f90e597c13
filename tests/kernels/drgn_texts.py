#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What drgn says about objects and types of a dump, for comparison with what kinspect says.

    drgn_texts.py CORE VMLINUX <REQUESTS

CORE is an ELF dump with paging (drgn reads no other of QEMU's), VMLINUX the kernel with debug information. A request a
line, words separated by tabs; OPTIONS are those of drgn's format_(), as JSON:

    objects OPTIONS          many structures that hang on one another
    samples OPTIONS          one of each group of these, now in the group "sample"
    variable OPTIONS NAME    a variable; of a per-CPU one that of CPU 0
    type FILE NAME           a type as FILE defines it; no FILE: as the only definition does

An answer a line, in JSON: {"group": …, "name": …, "text": …}; objects have the "options" as well, and those in memory
an "address" and the type of a "pointer" to them; "error" instead of the text is why drgn has none.

The interpreter is the one that Debian's drgn is made for.
"""

import functools
import json
import os
import signal
import sys

import drgn
from drgn.helpers.linux.bpf import bpf_map_for_each, bpf_prog_for_each
from drgn.helpers.linux.fs import for_each_file, for_each_mount
from drgn.helpers.linux.list import list_for_each_entry
from drgn.helpers.linux.net import for_each_net
from drgn.helpers.linux.percpu import per_cpu_ptr
from drgn.helpers.linux.pid import for_each_task

# For one answer.
SECONDS = 2
# Of the largest object.
SIZE_MAX = 16 << 20
# Here begins the kernel's memory; below are the offsets of per-CPU variables.
KERNEL_START = 1 << 63


def tasks(prog):
    for task in for_each_task(prog):
        yield "task", task
        for member in ("mm", "fs", "files", "signal", "sighand", "cred", "nsproxy"):
            yield member, task.member_(member)


def bpf_objects(prog):
    for bpf in bpf_prog_for_each(prog):
        yield "prog", bpf
        yield "prog aux", bpf.aux
    for bpf_map in bpf_map_for_each(prog):
        yield "map", bpf_map


def files(prog):
    socket_operations = prog["socket_file_ops"].address_
    for task in for_each_task(prog):
        for _, file in for_each_file(task):
            yield "file", file
            if file.f_op.value_() == socket_operations:
                socket = drgn.cast("struct socket *", file.private_data)
                yield "socket", socket
                yield "sock", socket.sk


def net_devices(prog):
    for net in for_each_net(prog):
        yield "net", net
        for device in list_for_each_entry("struct net_device", net.dev_base_head.address_of_(), "dev_list"):
            yield "net device", device


def super_blocks(prog):
    for block in list_for_each_entry("struct super_block", prog["super_blocks"].address_of_(), "s_list"):
        yield "super block", block
        yield "dentry", block.s_root
        yield "inode", block.s_root.d_inode
        yield "file system", block.s_type


def mounts(prog):
    for mount in for_each_mount(prog):
        yield "mount", mount


def objects(prog):
    """(group, expression, object), each object once."""
    seen = set()
    for walk in (tasks, bpf_objects, files, net_devices, super_blocks, mounts):
        try:
            for group, pointer in walk(prog):
                if pointer and (group, pointer.value_()) not in seen:
                    seen.add((group, pointer.value_()))
                    yield group, f"*({pointer.type_.type_name()}){pointer.value_():#x}", pointer[0]
        except (AttributeError, LookupError, drgn.FaultError) as error:  # the kernel is newer than drgn's helper
            print(f"drgn cannot walk {walk.__name__}: {error}", file=sys.stderr)


@functools.cache
def samples(prog):
    """The first object of each group."""
    found = {}
    for group, name, obj in objects(prog):
        found.setdefault(group, (group, name, obj))
    return list(found.values())


def variable(prog, name):
    obj = prog.variable(name)
    if not obj.address_ or obj.address_ >= KERNEL_START:
        return "variable", name, obj
    return "per-CPU variable", f"per_cpu({name}, 0)", per_cpu_ptr(obj.address_of_(), 0)[0]


def describe(options, group, name, obj):
    """The answer about an object."""
    answer = {"group": group, "name": name, "options": options}
    if obj.absent_ or (obj.address_ is not None and obj.address_ < KERNEL_START):
        return {**answer, "error": "not in memory"}
    if drgn.sizeof(obj) > SIZE_MAX:
        return {**answer, "error": "too large"}
    answer["text"] = obj.format_(**{"columns": None, **options})
    if obj.address_ is not None:
        answer.update(address=obj.address_, pointer=obj.prog_.pointer_type(obj.type_).type_name())
    return answer


def expand(prog, kind, option, *name):
    """(group, option, name, object) for each answer that a request wants."""
    if kind == "type":
        return [(kind, option, *name, None)]
    options = json.loads(option)
    if kind == "variable":
        return [(kind, options, *name, None)]
    if kind == "samples":
        return [("sample", options, *found) for _, *found in samples(prog)]
    return [(group, options, *found) for group, *found in objects(prog)]


def answer(prog, group, option, name, obj):
    try:
        if group == "type":
            return {"group": group, "name": name, "text": str(prog.type(name, option or None))}
        if group == "variable":
            group, name, obj = variable(prog, name)
        return describe(option, group, name, obj)
    except Exception as error:  # itself is what drgn raises at forms it does not know
        return {"group": group, "name": name, "error": f"{type(error).__name__}: {error}"}


def answers_in_time(prog, requests):
    """The answers. Children make them, since nothing but a signal ends a slow one, and it ends the child."""
    done = 0
    while done < len(requests):
        read, write = os.pipe()
        if not os.fork():
            with os.fdopen(write, "w") as out:
                for request in requests[done:]:
                    signal.alarm(SECONDS)
                    text = json.dumps(answer(prog, *request))
                    signal.alarm(0)
                    print(text, file=out, flush=True)
            os._exit(0)
        os.close(write)
        with os.fdopen(read) as lines:
            for line in lines:
                done += 1
                yield line
        _, status = os.wait()
        if done < len(requests):
            if not os.WIFSIGNALED(status) or os.WTERMSIG(status) != signal.SIGALRM:
                sys.exit(f"drgn broke off at {requests[done][:3]}")
            group, _, name, _ = requests[done]
            yield json.dumps({"group": group, "name": name, "error": f"takes more than {SECONDS} s"}) + "\n"
            done += 1


def main():
    core, vmlinux = sys.argv[1:]
    prog = drgn.Program()
    prog.set_core_dump(core)
    prog.load_debug_info([vmlinux])
    requests = [request for line in sys.stdin for request in expand(prog, *line.rstrip("\n").split("\t"))]
    sys.stdout.writelines(answers_in_time(prog, requests))


if __name__ == "__main__":
    main()
