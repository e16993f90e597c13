#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What drgn says the tasks of a dump were doing: backtrace_drgn.py CORE VMLINUX.

CORE is an ELF dump with paging (drgn reads no other of QEMU's), VMLINUX the kernel with debug information. Prints, in JSON,
for each task's address its pid and the addresses of its frames, innermost first, and the name of the function, file and line of
these and of those inlined into them; or why drgn has none.

The interpreter is the one that Debian's drgn is made for.
"""

import json
import sys

import drgn
from drgn.helpers.linux.pid import for_each_task


def line(frame):
    try:
        return list(frame.source()[:2])
    except LookupError:
        return None


def describe(trace):
    """The kernel's frames: drgn goes on into the process."""
    frames = [frame for frame in trace if frame.pc >> 63]
    return {"frames": [frame.pc for frame in frames if not frame.is_inline],
            "lines": [(frame.name if frame.is_inline else None, line(frame)) for frame in frames]}


def main():
    prog = drgn.Program()
    prog.set_core_dump(sys.argv[1])
    prog.load_debug_info([sys.argv[2]])
    answers = {}
    for task in for_each_task(prog):
        answer = {"pid": task.pid.value_()}
        try:
            answer.update(describe(prog.stack_trace(task)))
        except (ValueError, LookupError, drgn.FaultError) as error:
            answer["error"] = str(error)
        answers[hex(task.value_())] = answer
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
