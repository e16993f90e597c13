# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is measured beside whom: listing programs, the first type of a vmlinux, printing tasks."""

import os
import re

from lib.run import Failure, output
from measure import SLOW, Command, Goals, table

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = "/usr/bin/python3"  # the one that Debian's drgn is for
DRGN_SCRIPT = "/usr/share/doc/python3-drgn/examples/tools/bpf_inspect.py"
# ELF with paging, since drgn reads no page tables without virtual addresses in the program headers.
FORMS = ("kdump-zlib-d31", "elf-paging")
MEGABYTES = 32


class Programs:
    """kinspect prog beside drgn's bpf_inspect and crash's bpf."""

    title = "kinspect prog beside drgn's bpf_inspect and crash's bpf"
    unit = "kinspect"
    # The id of a program, where it begins a row of the output.
    rows = {"drgn": r"^ *(\d+): BPF_PROG_TYPE_", "crash": r"^ *(\d+) +[0-9a-f]{16} +[0-9a-f]{16} +[A-Z]",
            "kinspect": r"^ *(\d+): BPF_PROG_TYPE_", "kinspect --json": r'"id": ?(\d+), ?"type": ?"'}
    # On FORMS[0]: how many times longer the peers must take.
    least = {"drgn": 12, "crash": 80}

    def __init__(self, bench):
        self.bench = bench
        self.commands = [command for form in FORMS for command in self.of_form(form)]

    def of_form(self, form):
        dump, debug, kinspect = self.bench.dump(form), self.bench.debug, self.bench.kinspect
        drgn = ["drgn", "-q", "-c", dump, "--no-default-symbols", "-s", debug, DRGN_SCRIPT, "prog"]
        return [Command("drgn", form, drgn),
                Command("kinspect", form, [kinspect, "-c", dump, "prog"]),
                Command("crash", form, ["crash", "-s", debug, dump], "bpf\nquit\n", every=SLOW),
                Command("kinspect --json", form, [kinspect, "-c", dump, "prog", "--json"])]

    def programs(self, command):
        """The ids in the output of the last run."""
        return re.findall(self.rows[command.name], command.output(), re.M)

    def check(self):
        """All must have listed the same programs."""
        expected = self.programs(self.commands[0])
        for command in self.commands:
            if not expected or self.programs(command) != expected:
                raise Failure(f"{command.name} on {command.form}: {len(self.programs(command))} programs, not those of "
                              f"{self.commands[0].name} ({len(expected)})")

    def text(self):
        info = output(self.bench.kinspect, "-c", self.bench.dump(FORMS[0]), "info")
        opened = re.search(r"^opened in: *(.*)", info, re.M)
        return (f"{len(self.programs(self.commands[0]))} BPF programs; drgn with the script of its package. Where ours "
                f"goes, on {FORMS[0]}, by `kinspect info`: {opened[1]}.")

    def goals(self):
        goals = Goals()
        named = {command.name: command for command in self.commands if command.form == FORMS[0]}
        for ours in ("kinspect", "kinspect --json"):
            for peer, least in self.least.items():
                goals.faster(named[ours], named[peer], least)
            goals.smaller(named[ours], MEGABYTES)
        return goals


class FirstType:
    """The first type that is asked for, from the DWARF of a whole kernel."""

    title = "The first type of a vmlinux"
    unit = "kinspect, by a symbol"
    type, symbol, member = "bpf_prog_aux", "bpf_prog_put", "used_map_cnt"

    def __init__(self, bench):
        dump, debug, name = bench.dump(FORMS[1]), bench.debug, f"struct {self.type}"
        drgn = [PYTHON, os.path.join(HERE, "drgn_type.py"), debug, name]
        self.anchor = Command(self.unit, "vmlinux", [bench.first_type, debug, name, self.symbol])
        self.index = Command("kinspect, by an index of all names", "vmlinux",
                             [bench.kinspect, "-c", dump, "-s", debug, "--types=dwarf", "type", name])
        self.btf = Command("kinspect, from BTF", "vmlinux", [bench.kinspect, "-c", dump, "type", name])
        self.whole = Command("drgn", "vmlinux", drgn)
        self.inside = Command("drgn, without Python's start", "vmlinux", drgn, inside=True)
        self.commands = [
            self.inside, self.anchor, self.whole, self.index,
            Command("pahole", "vmlinux", ["pahole", "-F", "dwarf", "-C", self.type, debug]), self.btf,
            Command("crash", "vmlinux", ["crash", "-s", debug, dump], f"struct {self.type}\nquit\n", every=SLOW),
            Command("gdb", "vmlinux", ["gdb", "-nx", "-batch", "-ex", f"ptype {name}", debug], every=SLOW),
        ]

    def check(self):
        """Ours print what drgn prints, the others the same struct in forms of their own."""
        expected = self.whole.output()
        for command in self.commands:
            if self.member not in command.output():
                raise Failure(f"{command.name}: no struct {self.type} with a member {self.member}")
        for command in (self.anchor, self.index, self.inside):
            if command.output() != expected:
                raise Failure(f"{command.name} prints another struct {self.type} than drgn")

    def text(self):
        return (f"`struct {self.type}`, as text. \"By a symbol\" is a program that asks for the type in the file that "
                f"defines `{self.symbol}()`; all others look for the name. The other two of kinspect open a dump as "
                "well, as crash does; BTF is the dump's own. kinspect and drgn use as many threads as there are cores.")

    def goals(self):
        goals = Goals()
        best = min(self.whole, self.inside, key=Command.wall)
        goals.faster(self.anchor, best, 10)
        goals.smaller(self.anchor, MEGABYTES)
        goals.faster(self.index, best, 2)
        return goals


class Tasks:
    """Printing large objects to a file."""

    title = "Printing 2,000 task_structs"
    unit = "kinspect"
    least = 2000
    expression = "list(&((struct task_struct *)&init_task)->tasks, struct task_struct, tasks)"

    def __init__(self, bench):
        dump, debug = bench.dump(FORMS[1]), bench.debug
        tasks = len(output(bench.kinspect, "-c", dump, "print", self.expression + ".pid").splitlines())
        times = -(-self.least // tasks)
        self.count = tasks * times
        words = ["print", *[self.expression] * times]
        self.drgn = Command("drgn", FORMS[1], ["drgn", "-q", "-c", dump, "--no-default-symbols", "-s", debug,
                                               os.path.join(HERE, "drgn_tasks.py"), str(times)], every=SLOW)
        self.ours = Command("kinspect", FORMS[1], [bench.kinspect, "-c", dump, *words])
        self.dwarf = Command("kinspect --types=dwarf", FORMS[1],
                             [bench.kinspect, "-c", dump, "-s", debug, "--types=dwarf", *words])
        self.commands = [self.drgn, self.ours, self.dwarf]

    def check(self):
        """As many objects, and as much text: tests/kernels compares it byte for byte."""
        expected = self.drgn.size()
        for command in self.commands:
            with open(command.out.name) as file:
                found = sum(line.startswith("*(struct task_struct *)0x") for line in file)
            if found != self.count or abs(command.size() - expected) * 100 > expected:
                raise Failure(f"{command.name}: {found} tasks in {command.size()} bytes; drgn writes {self.count} in "
                              f"{expected}")

    def text(self):
        size = self.ours.size() / self.count / 1024
        return (f"{self.count} objects of {size:.1f} KiB of text each, to a file: "
                f"{self.count / self.ours.wall():.0f} a second, drgn {self.count / self.drgn.wall():.0f}.")

    def goals(self):
        goals = Goals()
        goals.faster(self.ours, self.drgn, 20)
        return goals


SECTIONS = {"programs": Programs, "types": FirstType, "tasks": Tasks}


def report(section):
    """A section of the results, and whether its goals are reached."""
    goals = section.goals()
    return "\n".join([f"## {section.title}", "", section.text(), "", *table(section.commands, section.unit), "",
                      *goals.lines, ""]), goals.reached
