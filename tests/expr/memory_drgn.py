#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares expressions over the memory of a dump with what drgn makes of the same objects, type and value.

    memory_drgn.py [--build DIR] CORE VMLINUX

CORE is an ELF dump with paging (drgn reads no other of QEMU's), VMLINUX the uncompressed kernel with debug information.
A case is a text for us and a function for drgn, whose operators follow C's rules too.
"""

import argparse
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))

import drgn  # noqa: E402
from drgn import Object, cast, container_of  # noqa: E402
from drgn.helpers.linux.list import list_for_each_entry  # noqa: E402
from drgn.helpers.linux.percpu import per_cpu, per_cpu_ptr  # noqa: E402
from drgn.helpers.linux.pid import for_each_task  # noqa: E402
from drgn.helpers.linux.radixtree import radix_tree_for_each  # noqa: E402
from drgn.helpers.linux.rbtree import rbtree_inorder_for_each_entry  # noqa: E402
from drgn.helpers.linux.xarray import xa_for_each  # noqa: E402
from suite import Build, Suite  # noqa: E402

AT_ONCE = 100
TASKS = 24
AT_LEAST = 500
SYMBOL = re.compile(r"[\w.$]+\+0x[0-9a-f]+ = (0x[0-9a-f]+)")

VARIABLES = ("jiffies_64", "nr_cpu_ids", "panic_timeout", "sysctl_sched_rt_runtime", "totalram_pages", "high_memory",
             "max_pfn", "saved_command_line", "init_task.pid", "init_task.flags", "init_task.tasks.next",
             "init_task.comm[2]",
             "init_task.mm", "init_task.cred", "init_mm.pgd", "init_mm.start_code", "modules.next", "nr_threads",
             "loops_per_jiffy", "system_state", "oops_in_progress", "page_offset_base", "vmalloc_base",
             "preset_lpj", "sysctl_overcommit_ratio", "console_printk[1]", "init_task.policy", "init_task.prio",
             "init_task.rt_priority")
INTEGERS = {
    "({v}) + 1": lambda v: v + 1,
    "({v}) - 7": lambda v: v - 7,
    "({v}) * 3": lambda v: v * 3,
    "({v}) / 5": lambda v: v / 5,
    "({v}) % 11": lambda v: v % 11,
    "({v}) << 2": lambda v: v << 2,
    "({v}) >> 1": lambda v: v >> 1,
    "({v}) & 0xff": lambda v: v & 0xff,
    "({v}) | 0x100": lambda v: v | 0x100,
    "({v}) ^ 5": lambda v: v ^ 5,
    "-({v})": lambda v: -v,
    "~({v})": lambda v: ~v,
    "+({v})": lambda v: +v,
    "(signed char)({v})": lambda v: cast("signed char", v),
    "(unsigned short)({v})": lambda v: cast("unsigned short", v),
    "(long)({v})": lambda v: cast("long", v),
}
POINTERS = {
    "({v}) + 2": lambda v: v + 2,
    "(unsigned long)({v})": lambda v: cast("unsigned long", v),
    "(void *)({v})": lambda v: cast("void *", v),
}
TASK = {
    "{t}->pid": lambda t: t.pid,
    "{t}->comm": lambda t: t.comm,
    "{t}->comm[1]": lambda t: t.comm[1],
    "{t}->flags & 0x200000": lambda t: t.flags & 0x200000,
    "{t}->parent->pid": lambda t: t.parent.pid,
    "{t}->parent->parent->comm": lambda t: t.parent.parent.comm,
    "{t}->cred->uid.val": lambda t: t.cred.uid.val,
    "&{t}->tasks": lambda t: t.tasks.address_of_(),
    "&{t}->comm[4]": lambda t: t.comm[4].address_of_(),
    "{t}->sched_class": lambda t: t.sched_class,
    "{t}->stack + 16": lambda t: t.stack + 16,
    "{t}->tasks.next->prev": lambda t: t.tasks.next.prev,
    "container_of({t}->tasks.next, struct task_struct, tasks)":
        lambda t: container_of(t.tasks.next, "struct task_struct", "tasks"),
    "container_of(&{t}->se.run_node, struct task_struct, se.run_node)->pid": lambda t: t.pid,
    "&{t}[1]": lambda t: t + 1,
    "({t} + 1) - {t}": lambda t: (t + 1) - t,
    "(char *)&{t}->pid - (char *){t}": lambda t: cast("char *", t.pid.address_of_()) - cast("char *", t),
    "{t}->se.on_rq": lambda t: t.se.on_rq,
    "{t}->policy": lambda t: t.policy,
    "{t}->signal->nr_threads": lambda t: t.signal.nr_threads,
}


def without_typedefs(type_):
    while type_.kind == drgn.TypeKind.TYPEDEF:
        type_ = type_.type
    return type_


def variable(prog, text):
    """The object that a C text of names, members and constant indices means."""
    words = re.findall(r"\w+", text)
    found = prog[words[0]]
    for word in words[1:]:
        found = found[int(word)] if word.isdigit() else found.member_(word)
    return found


def variable_cases(prog):
    for text in VARIABLES:
        try:
            value = variable(prog, text)
            value.read_()
        except (LookupError, AttributeError, TypeError, drgn.FaultError, drgn.ObjectAbsentError):
            continue  # this kernel has no such variable
        kind = without_typedefs(value.type_).kind
        yield text, value
        if kind in (drgn.TypeKind.INT, drgn.TypeKind.BOOL, drgn.TypeKind.ENUM):
            for form, function in INTEGERS.items():
                result = function(value)
                # drgn keeps the name of a typedef that C's arithmetic forgets.
                yield form.format(v=text), cast(without_typedefs(result.type_), result)
        elif kind == drgn.TypeKind.POINTER:
            yield from ((form.format(v=text), function(value)) for form, function in POINTERS.items())


def task_cases(prog):
    for number, task in enumerate(for_each_task(prog)):
        if number == TASKS:
            break
        name = f"((struct task_struct *){task.value_():#x})"
        yield from ((form.format(t=name), function(task)) for form, function in TASK.items())


# Each is one sequence with all of its values.
SEQUENCES = {
    "list(&init_task.tasks, struct task_struct, tasks).pid": lambda prog: [
        task.pid for task in list_for_each_entry("struct task_struct", prog["init_task"].tasks.address_of_(), "tasks")],
    "rbtree(&vmap_area_root, struct vmap_area, rb_node).va_start": lambda prog: [
        area.va_start for area in
        rbtree_inorder_for_each_entry("struct vmap_area", prog["vmap_area_root"].address_of_(), "rb_node")],
    "list(&super_blocks, struct super_block, s_list).s_id": lambda prog: [
        block.s_id
        for block in list_for_each_entry("struct super_block", prog["super_blocks"].address_of_(), "s_list")],
    "idr(&prog_idr)": lambda prog: [
        entry for _, entry in radix_tree_for_each(prog["prog_idr"].idr_rt.address_of_())],
    "xarray(&prog_idr.idr_rt)": lambda prog: [
        entry for _, entry in xa_for_each(prog["prog_idr"].idr_rt.address_of_())],
    "array(&console_printk[0], 4)": lambda prog: [prog["console_printk"][i] for i in range(4)],
}


def cpu_cases(prog):
    queues = prog["runqueues"]
    for cpu in range(2):
        yield f"per_cpu(runqueues, {cpu}).cpu", per_cpu(queues, cpu).cpu
        yield f"per_cpu_ptr(&runqueues, {cpu})->nr_running", per_cpu_ptr(queues.address_of_(), cpu).nr_running


def file_cases(prog):
    """Static variables that several files have."""
    for file in ("dsargs.c", "drivers/acpi/acpica/nsxfeval.c", "acpica/utmath.c", "evgpe.c"):
        yield f"'{file}'::_acpi_module_name", prog.variable("_acpi_module_name", os.path.basename(file))


def format_(value):
    value = value if isinstance(value, Object) else Object(None, "int", value)
    # To the compiler, the difference of two pointers is a long.
    return SYMBOL.sub(r"\1", value.format_(dereference=False)).replace("(ptrdiff_t)", "(long)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", metavar="DIR", help="default: %(default)s")
    parser.add_argument("core")
    parser.add_argument("vmlinux")
    options = parser.parse_args()
    prog, suite, build = drgn.Program(), Suite(), Build(options.build)
    prog.set_core_dump(options.core)
    prog.load_debug_info([options.vmlinux])

    def answer(*texts):
        outcome = build.core(options.core, "-s", options.vmlinux, "--types", "dwarf", "print", "--no-dereference", "--",
                             *texts)
        return SYMBOL.sub(r"\1", outcome.out.decode()).splitlines(), outcome

    cases = [(text, format_(value)) for make in (variable_cases, task_cases, cpu_cases, file_cases)
             for text, value in make(prog)]
    for first in range(0, len(cases), AT_ONCE):
        part = cases[first:first + AT_ONCE]
        lines, outcome = answer(*(text for text, _ in part))
        suite.check(f"cases from {first}: an answer for each", len(lines) == len(part), f"{len(lines)}",
                    *outcome.describe())
        for (text, theirs), ours in zip(part, lines):
            suite.check(text, theirs == ours, f"drgn: {theirs}", f"us: {ours}")
    for text, function in SEQUENCES.items():
        try:
            values = function(prog)
        except KeyError:  # this kernel has no such variable
            continue
        lines, outcome = answer(text)
        suite.check(text, lines == [format_(value) for value in values] and lines, *outcome.describe())
    suite.check("enough cases", len({text for text, _ in cases}) >= AT_LEAST, f"{len(cases)}")
    suite.finish()


if __name__ == "__main__":
    main()
