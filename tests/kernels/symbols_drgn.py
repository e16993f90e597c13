#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares which symbol an address belongs to with drgn, by the symbols of the same vmlinux.

    symbols_drgn.py [--build DIR] CORE VMLINUX

Asked are the first address of each symbol, the one behind its last, and some between. Of several symbols with the same
start, size and binding drgn takes any, another one in the next run: these are equal here.
"""

import argparse
import collections
import json
import os
import random
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib"))

import drgn  # noqa: E402
from suite import Build, Suite  # noqa: E402

AT_ONCE = 1000
KERNEL = 1 << 63


def addresses(build, options):
    """What is asked."""
    listed = json.loads(build.core(options.core, "-s", options.vmlinux, "--json", "sym").out)
    asked = set()
    for symbol in listed:
        start, size = int(symbol["address"], 16), symbol.get("size", 0)
        if start < KERNEL or symbol.get("module"):
            continue
        asked |= {start, start + 1, start + size // 2, start + max(size, 1) - 1, start + size}
    return random.Random(options.seed).sample(sorted(asked), min(options.count, len(asked)))


def ours(build, options, asked):
    """address -> (start, name)"""
    found = {}
    for first in range(0, len(asked), AT_ONCE):
        words = [hex(address) for address in asked[first:first + AT_ONCE]]
        for symbol in json.loads(build.core(options.core, "-s", options.vmlinux, "--json", "sym", *words).out):
            if "module" not in symbol:
                start = int(symbol["address"], 16)
                found[start + int(symbol["offset"], 16)] = (start, symbol["name"])
    return found


def symbol_at(prog, address):
    try:
        return prog.symbol(address)
    except LookupError:
        return None


def is_same(prog, symbol, answer):
    """Whether drgn's symbol (None: there is none) is our answer, or as good. Behind the end of a symbol the dump's own
    kallsyms answers, which has no sizes. Where drgn 0.0.22 takes a label, it does not care for the bindings of others
    at the same address, nor for a local symbol that has a size."""
    if answer is None or symbol is None:
        before = answer and symbol_at(prog, answer[0])
        return symbol is None and (not before or before.size > 0)
    if not symbol.size:
        return answer[0] == symbol.address
    equals = [other for other in [symbol, *prog.symbols(symbol.address)]
              if (other.address, other.size, other.binding) == (symbol.address, symbol.size, symbol.binding)]
    return answer in [(other.address, other.name) for other in equals]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", metavar="DIR", help="default: %(default)s")
    parser.add_argument("--count", type=int, default=5000, help="of addresses (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("core")
    parser.add_argument("vmlinux")
    options = parser.parse_args()
    prog, suite, build = drgn.Program(), Suite(), Build(options.build)
    prog.set_core_dump(options.core)
    prog.load_debug_info([options.vmlinux])
    asked = addresses(build, options)
    found, seen = ours(build, options, asked), collections.Counter()
    for address in asked:
        symbol = symbol_at(prog, address)
        seen["none" if symbol is None else "size" if symbol.size else "no size"] += 1
        suite.check(f"{address:#x}", is_same(prog, symbol, found.get(address)), f"drgn: {symbol}",
                    f"us: {found.get(address)}")
    print(", ".join(f"{kind}: {count}" for kind, count in seen.items()))
    suite.finish()


if __name__ == "__main__":
    main()
