# SPDX-License-Identifier: LGPL-2.1-or-later
"""Running other programs, and the one exception that ends a run with a message."""

import shlex
import subprocess

MESSAGE_CHARACTERS = 4000


class Failure(Exception):
    """What went wrong and what to do about it."""


def run(*command, **options):
    """Runs a command; its failure is ours, with what it printed."""
    result = subprocess.run(command, stderr=subprocess.PIPE, **{"stdout": subprocess.PIPE, **options})
    if result.returncode:
        text = ((result.stdout or b"") + result.stderr).decode(errors="replace").strip()
        if len(text) > MESSAGE_CHARACTERS:
            text = text[:MESSAGE_CHARACTERS // 2] + "\n[...]\n" + text[-MESSAGE_CHARACTERS // 2:]
        raise Failure(f"{shlex.join(command)}\nfailed with status {result.returncode}\n{text}")
    return result


def output(*command):
    """What a command prints on stdout."""
    result = subprocess.run(command, capture_output=True)
    if result.returncode:
        raise Failure(f"{shlex.join(command)}\nfailed: {result.stderr.decode(errors='replace').strip()}")
    return result.stdout.decode(errors="replace")
