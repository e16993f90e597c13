# SPDX-License-Identifier: LGPL-2.1-or-later
"""drgn_type.py FILE TYPE: prints the first type of a vmlinux; on stderr, how long it took without Python's start."""

import sys
import time

import drgn

begin = time.perf_counter()
prog = drgn.Program()
prog.load_debug_info([sys.argv[1]])
text = str(prog.type(sys.argv[2]))
print(f"seconds: {time.perf_counter() - begin:.6f}", file=sys.stderr)
print(text)
