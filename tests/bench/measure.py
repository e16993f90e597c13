# SPDX-License-Identifier: LGPL-2.1-or-later
"""Running commands in alternating rounds, and tables of how long they took and how much memory they had."""

import os
import re
import sys
import tempfile
import time

from lib.run import Failure

# Commands that take seconds are run in every fifth round only.
SLOW = 5


def median(values):
    values = sorted(values)
    return (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2


class Command:
    """What is measured: a command line, what it reads from stdin, and its runs.

    Where a command tells on stderr how long a part of it took ("seconds: 0.123"), @inside measures that part.
    """

    def __init__(self, name, form, words, stdin="", every=1, inside=False):
        self.name, self.form, self.words, self.every, self.inside = name, form, words, every, inside
        self.stdin = tempfile.TemporaryFile()
        self.stdin.write(stdin.encode())
        self.out, self.err = tempfile.NamedTemporaryFile(), tempfile.TemporaryFile()
        self.walls, self.cpus, self.peak = [], [], 0

    def run(self, environment, counts):
        self.stdin.seek(0)
        for file in (self.out, self.err):
            file.seek(0)
            file.truncate()
        begin = time.perf_counter()
        child = os.posix_spawnp(self.words[0], self.words, environment, file_actions=[
            (os.POSIX_SPAWN_DUP2, file.fileno(), fd) for fd, file in enumerate((self.stdin, self.out, self.err))])
        _, status, usage = os.wait4(child, 0)
        wall = time.perf_counter() - begin
        if status:
            raise Failure(f"{' '.join(self.words)}: status {status}\n{self.errors()}")
        if counts:
            self.walls.append(self.seconds_told() if self.inside else wall)
            self.cpus.append(usage.ru_utime + usage.ru_stime)
            self.peak = max(self.peak, usage.ru_maxrss / 1024)

    def errors(self):
        self.err.seek(0)
        return self.err.read().decode(errors="replace")

    def seconds_told(self):
        told = re.search(r"^seconds: ([\d.]+)$", self.errors(), re.M)
        if not told:
            raise Failure(f"{' '.join(self.words)}: it does not tell how long it took")
        return float(told[1])

    def output(self):
        """What the last run wrote."""
        with open(self.out.name, errors="replace") as file:
            return file.read()

    def size(self):
        """The bytes of it: what is large is not held in memory, which children would seem to have too."""
        return os.path.getsize(self.out.name)

    def wall(self):
        return median(self.walls)


def measure(measured, rounds):
    """Runs all, round by round, in an empty home folder that must be empty afterwards."""
    with tempfile.TemporaryDirectory() as home:
        environment = {"PATH": os.environ["PATH"], "HOME": home, "LC_ALL": "C", "TZ": "UTC"}
        for number in range(rounds + 1):
            for command in measured:
                if number % command.every == 0:
                    command.run(environment, number > 0)
            print(f"\rround {number} of {rounds} ", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
        if os.listdir(home):
            raise Failure(f"left on disk: {', '.join(os.listdir(home))}")


def table(measured, unit):
    """A line for each command; the last column compares with the command of its form that is named @unit."""
    lines = [f"| on | command | wall, median | min – max | CPU time, median | peak memory | times {unit}'s wall |",
             "|---|---|---:|---:|---:|---:|---:|"]
    for command in measured:
        ours = next(c for c in measured if c.form == command.form and c.name == unit)
        walls = [wall * 1e3 for wall in command.walls]
        cpu = "" if command.inside else f"{median(command.cpus) * 1e3:.1f} ms"
        lines.append(f"| {command.form} | {command.name} | {median(walls):.1f} ms "
                     f"| {min(walls):.1f} – {max(walls):.1f} | {cpu} | {command.peak:.1f} MB "
                     f"| {command.wall() / ours.wall():.1f} |")
    return lines


class Goals:
    """Facts that are held against goals, as lines of text."""

    def __init__(self):
        self.lines, self.reached = [], True

    def add(self, text, ok):
        self.lines.append(f"- {text}: {'reached' if ok else 'MISSED'}")
        self.reached &= ok

    def faster(self, ours, peer, least):
        """Whether the command @peer takes at least @least times as long as @ours."""
        times = peer.wall() / ours.wall()
        self.add(f"{ours.name} on {ours.form}: 1/{times:.1f} of the wall time of {peer.name} (goal: 1/{least})",
                 times >= least)

    def smaller(self, command, megabytes):
        self.add(f"{command.name} on {command.form}: {command.peak:.1f} MB (goal: under {megabytes} MB)",
                 command.peak < megabytes)
