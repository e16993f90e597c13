# SPDX-License-Identifier: LGPL-2.1-or-later
"""Backtraces: of all tasks, that they end where a stack does and equal drgn's; of a panic inside of a BPF program's helper,
that they name the program."""

import json
import os
import subprocess

from compare import Result

HERE = os.path.dirname(os.path.abspath(__file__))
# The outermost function of a stack, by machine and kernel.
ENDS = {"ret_from_fork", "ret_from_fork_asm", "entry_SYSCALL_64_after_hwframe", "el0t_64_sync"}
# The program of vmcores/workload/crash.c, innermost function first.
CRASHED = [("crash_sync", "crash_turn"), ("crash_sync", "crash_turn_again"), ("crash_sync", None)]

# QEMU's -smp in vmcores/lib/machine.py.
GUEST_CPUS = 2
# drgn 0.0.22 and kernels from 6.4 on, where a task has entered the kernel by a system call.
UNKNOWN_ORC = "unknown ORC entry type 3"


def outermost(backtrace):
    return backtrace["frames"][-1]["symbol"] if backtrace.get("frames") else None


def compare_ends(backtraces):
    """Nothing is guessed, nothing missing."""
    result = Result(0, [])
    for backtrace in backtraces:
        who = f"{backtrace['pid']} ({backtrace['command']})"
        result.expect("note" not in backtrace, f"{who}: {backtrace.get('note')}")
        result.expect("cpu" in backtrace or outermost(backtrace) in ENDS, f"{who} ends in {outermost(backtrace)}")
        result.expect(not any(frame.get("doubtful") or frame.get("scanned") for frame in backtrace.get("frames", ())),
                      f"{who} has frames that are guessed")
    return result


def lines(backtrace):
    """As backtrace_drgn.py has them."""
    return [[frame["symbol"] if frame.get("inlined") else None, [frame["file"], frame["line"]] if "file" in frame else None]
            for frame in backtrace["frames"]]


def compare_drgn(backtraces, core, vmlinux):
    """The same frames and lines as drgn's, task by task. What runs is left out: QEMU's notes have a CPU's number, counted from 1, for a
    pid, and drgn takes that CPU's registers for the task's with this pid. So are tasks that drgn cannot unwind."""
    output = subprocess.run([os.path.join(HERE, "backtrace_drgn.py"), core, vmlinux], check=True, capture_output=True).stdout
    theirs, result = json.loads(output), Result(0, [])
    for backtrace in backtraces:
        answer = theirs.get(backtrace["task"], {"error": "no such task"})
        if "cpu" in backtrace or answer.get("pid", 0) <= GUEST_CPUS or answer.get("error") == UNKNOWN_ORC:
            continue
        frames = [int(frame["pc"], 16) for frame in backtrace["frames"] if not frame.get("inlined")]
        result.expect(frames == answer.get("frames"), f"{backtrace['pid']} ({backtrace['command']}): "
                      f"{[hex(pc) for pc in frames]}, drgn has {answer}")
        result.expect(lines(backtrace) == answer.get("lines"), f"{backtrace['pid']} ({backtrace['command']}): "
                      f"{lines(backtrace)}, drgn has {answer}")
    return result


def compare_crash(backtraces):
    """What ran on the CPU that panicked."""
    result = Result(0, [])
    panicked = [backtrace for backtrace in backtraces if backtrace["panic"]]
    result.expect(len(panicked) == 1 == len(backtraces), f"{len(backtraces)} backtraces, {len(panicked)} of a panic")
    for backtrace in panicked:
        frames = backtrace["frames"]
        symbols = [frame["symbol"] for frame in frames]
        programs = [(frame["prog_name"], frame.get("subprogram")) for frame in frames if "prog_id" in frame]
        result.expect("panic" in symbols and "note" not in backtrace, f"frames: {symbols}, {backtrace.get('note')}")
        result.expect(programs[-2:] == CRASHED[-2:] and set(programs) <= set(CRASHED), f"programs: {programs}")
        result.expect(symbols[-1] in ENDS, f"ends in {symbols[-1]}")
        result.expect(all(frame.get("file", "").endswith("crash.bpf.c") and frame["line"] and frame["text"]
                          for frame in frames if "prog_id" in frame), f"no source of {programs}")
    return result
