# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the suites share: counting checks, running kinspect, asking tests/tools/query."""

import dataclasses
import os
import subprocess
import sys

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SECONDS = 120
# A report of a sanitizer ends the run, with a status of its own: 1 is a partial answer.
SANITIZER_STATUS = 99
SANITIZERS = {"ASAN_OPTIONS": f"exitcode={SANITIZER_STATUS}",
              "UBSAN_OPTIONS": f"halt_on_error=1:print_stacktrace=1:exitcode={SANITIZER_STATUS}"}
DIFFERENCES_SHOWN = 20


class Suite:
    """Counts checks and shows those that fail. The last line it prints is `N passed, N failed`."""

    def __init__(self, verbose=False):
        self.passed = self.failed = 0
        self.verbose = verbose

    def check(self, name, ok, *details):
        """One check; @details, lines of text, are shown where it fails."""
        if ok:
            self.passed += 1
            if self.verbose:
                print(f"ok    {name}")
        else:
            self.failed += 1
            print(f"FAIL  {name}")
            for line in details[:DIFFERENCES_SHOWN]:
                print(f"      {line}")
            if len(details) > DIFFERENCES_SHOWN:
                print(f"      … {len(details) - DIFFERENCES_SHOWN} more")
        sys.stdout.flush()
        return ok

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        sys.exit(1 if self.failed or not self.passed else 0)


@dataclasses.dataclass
class Outcome:
    """How a run of a command ended; a status below 0 is a signal, None a run that did not end in time."""

    status: int
    out: bytes
    err: bytes

    def describe(self):
        ended = "did not end" if self.status is None else f"ended with status {self.status}"
        return [ended, *(f"stderr: {line}" for line in self.err.decode(errors="replace").splitlines()[-15:])]


def run(*command, seconds=SECONDS, **options):
    """Runs a command without a terminal and without the user's locale."""
    environment = {**os.environ, **SANITIZERS, "LC_ALL": "C", "TZ": "UTC", **options.pop("env", {})}
    try:
        result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=seconds,
                                env=environment, **options)
    except subprocess.TimeoutExpired as late:
        return Outcome(None, late.stdout or b"", late.stderr or b"")
    return Outcome(result.returncode, result.stdout, result.stderr)


class Build:
    """The binaries of a build directory, plain or with sanitizers."""

    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        self.kinspect_path = os.path.join(self.folder, "scripts/kinspect")
        self.query_path = self.tool("query")

    def tool(self, name):
        """The path of one of tests/tools."""
        return os.path.join(self.folder, "tests/tools", name)

    def kinspect(self, *arguments, **options):
        return run(self.kinspect_path, *arguments, **options)

    def core(self, cores, *arguments, **options):
        """kinspect on a dump of one file or, split, of several."""
        cores = [cores] if isinstance(cores, str) else cores
        return self.kinspect(*(word for core in cores for word in ("-c", core)), *arguments, **options)


class Query:
    """A conversation with tests/tools/query about one dump."""

    def __init__(self, build, *cores):
        self.process = subprocess.Popen([build.query_path, *cores], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def ask(self, *words):
        """The answer as text; LookupError where the dump does not tell."""
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        if answer in ("", "-"):
            raise LookupError(f"query: no answer to {words}")
        return answer

    def number(self, *words):
        return int(self.ask(*words), 16)

    def read(self, address, size):
        return bytes.fromhex(self.ask("read", hex(address), size))

    def pointer(self, address):
        return int.from_bytes(self.read(address, 8), "little")
