# SPDX-License-Identifier: LGPL-2.1-or-later
"""Printing compared with drgn's, byte for byte: every variable that DWARF defines once, and what tasks, programs, maps,
files, sockets, net devices, super blocks and mounts are made of. By DWARF; by BTF as *(TYPE *)ADDRESS; and one object
of each kind with all options."""

import collections
import itertools
import json
import re

import peers
from compare import Result

# So many objects must have been compared with drgn's symbols and all.
AT_LEAST = 2000
# Each takes drgn milliseconds: symbols of one variable of so many.
SYMBOLS_EVERY = 8

# Objects that differ, with the reason.
DIFFERENT = {
    "NOP": "an enumerator of another file, too, which our expression means",
    "evmkey_len": "128 as DW_FORM_data1: drgn extends the sign, which gcc does not mean by this form",
    "per_cpu(cea_exception_stacks, 0)": "drgn shows but a pointer where a part cannot be read: here, guard pages",
    "per_cpu(hardirq_stack_ptr, 0)": "as above",
}
NESTED_ARRAY = "BTF has an array of arrays as one array"
# Types of which BTF says less than DWARF.
LESS_IN_BTF = {
    "struct bpf_seq_printf_buf": NESTED_ARRAY,
    "struct cgroup_root": NESTED_ARRAY,
    "struct e820_entry": "BTF before 6.0 does not tell whether an enum is signed",
    "struct e820_table": "as above",
    "struct hugetlb_cgroup": NESTED_ARRAY,
    "struct mthp_stat": NESTED_ARRAY,
    "struct p4_event_bind": NESTED_ARRAY,
    "struct psi_group": NESTED_ARRAY,
    "struct psi_group_cpu": NESTED_ARRAY,
    "struct suspend_stats": NESTED_ARRAY,
}

# drgn's options, not as they are by default, and ours.
OPTIONS = (
    ({}, ()),
    ({"char": True}, ("--chars",)),
    ({"dereference": False}, ("--no-dereference",)),
    ({"element_indices": True}, ("--indices",)),
    ({"element_type_names": True}, ("--element-type-names",)),
    ({"elements_same_line": False}, ("--no-elements-same-line",)),
    ({"implicit_elements": True}, ("--implicit-elements",)),
    ({"implicit_members": False}, ("--no-implicit-members",)),
    ({"member_names": False}, ("--no-member-names",)),
    ({"member_type_names": False}, ("--no-member-type-names",)),
    ({"string": False}, ("--no-strings",)),
    ({"type_name": False}, ("--no-type-names",)),
)
SAME_LINE = (({}, ()), ({"members_same_line": True}, ("--members-same-line",)))
# Lines break elsewhere where drgn has another symbol.
WIDTHS = ((({}, ())), *(({"columns": width, "symbolize": False}, ("--width", str(width), "--no-symbols"))
                        for width in (1, 20, 40, 80, 120)))

# Expressions for one run of kinspect, and what is printed between two of them.
BATCH = 2000
MARK = "7216543201234567"
PRINTED_MARK = re.compile(rf"(?:\(long\))?{MARK}\n")

# drgn's choice among the symbols of an address differs between its own runs, and most variables are printed without.
DEREFERENCED = re.compile(r"\([\w.$]+\+0x[0-9a-f]+ = (0x[0-9a-f]+)\)")
SYMBOL = re.compile(r"[\w.$]+\+0x[0-9a-f]+ = (0x[0-9a-f]+)")
# Our strings end after 64 KiB. A pointer into memory that was freed after boot may lead to any text.
LONG_STRING = re.compile(r'"((?:\\x[0-9a-f]{2}|\\[^x]|[^"\\]){65536})[^"]*"(?:\.\.\.)?')


def normal(text):
    text = SYMBOL.sub(r"\1", DEREFERENCED.sub(r"\1", text))
    longest = max(map(len, text.split('"')))
    return LONG_STRING.sub(r'"\1"...', text) if longest >= 65536 else text


def normal_btf(text):
    """BTF cannot tell [0] from []."""
    return normal(text).replace("[0]", "[]")


def printed(build, core, options, expressions):
    """What kinspect prints for each expression."""
    for start in range(0, len(expressions), BATCH):
        batch = expressions[start:start + BATCH]
        words = itertools.chain.from_iterable((expression, MARK) for expression in batch)
        outcome = build.core(core, "print", *options, *words)
        texts = PRINTED_MARK.split(outcome.out.decode())
        assert len(texts) == len(batch) + 1, [batch[len(texts) - 1], *outcome.describe()]
        yield from (text[:-1] for text in texts[:-1])


def difference(theirs, ours):
    """Where two texts part."""
    lines = itertools.zip_longest(theirs.splitlines(), ours.splitlines())
    number, (a, b) = next((number, pair) for number, pair in enumerate(lines, 1) if pair[0] != pair[1])
    return f"line {number}: drgn has {str(a)[:100]!r}, we {str(b)[:100]!r}"


def compare(build, core, options, answers, expressions, normal):
    result = Result(0, [])
    for answer, expression, ours in zip(answers, expressions, printed(build, core, options, expressions)):
        theirs, ours = normal(answer["text"]), normal(ours)
        if answer["name"] not in DIFFERENT:
            result.expect(theirs == ours, theirs != ours and f"{expression}: {difference(theirs, ours)}")
    return result


def merged(choices):
    return {option: value for choice, _ in choices for option, value in choice.items()}


def requests(defined):
    """What is asked of drgn."""
    yield "objects", "{}"
    for choices in itertools.product(WIDTHS, OPTIONS, SAME_LINE):
        yield "samples", json.dumps(merged(choices))
    # A function of the same name would be what an expression means.
    once = [name for name, files in defined["variable"].items() if len(files) == 1 and name not in defined["function"]]
    for number, name in enumerate(sorted(once)):
        yield "variable", json.dumps({"symbolize": number % SYMBOLS_EVERY == 0}), name


def compare_options(build, core, by_dwarf, answers):
    """The samples with each choice of options."""
    total = Result(0, [])
    for choices in itertools.product(WIDTHS, OPTIONS, SAME_LINE):
        words = [word for _, ours in choices for word in ours]
        chosen = [answer for answer in answers if answer["options"] == merged(choices)]
        result = compare(build, core, [*by_dwarf, *words], chosen, [answer["name"] for answer in chosen], normal)
        total.compared += result.compared
        total.differences += [f"{' '.join(words)}: {difference}" for difference in result.differences]
    return total


def compare_kernel(kernel, core, vmlinux, defined):
    """Compares all, and counts it in @kernel's suite."""
    by_dwarf = ["-s", vmlinux, "--types=dwarf"]
    answers = peers.drgn(core, vmlinux, requests(defined))
    for error, count in collections.Counter(answer["error"] for answer in answers if "error" in answer).items():
        print(f"{kernel.name}: print: {count} without an answer, drgn: {error}", flush=True)
    samples = [answer for answer in answers if "text" in answer and answer["group"] == "sample"]
    answers = [answer for answer in answers if "text" in answer and answer["group"] != "sample"]
    named = [answer for answer in answers if "pointer" in answer and "<anonymous>" not in answer["pointer"] and
             answer["pointer"].partition(" *")[0].partition(" (")[0] not in LESS_IN_BTF]
    with_symbols = sum(answer["options"].get("symbolize", True) for answer in answers)
    kernel.suite.check(f"{kernel.name}: print: {with_symbols} with symbols, at least {AT_LEAST}",
                       with_symbols >= AT_LEAST)
    build, names = kernel.build, [answer["name"] for answer in answers]
    kernel.result("print by DWARF", compare(build, core, by_dwarf, answers, names, normal))
    references = [f"*({answer['pointer']}){answer['address']:#x}" for answer in named]
    kernel.result("print by BTF", compare(build, core, ["--types=btf"], named, references, normal_btf))
    kernel.result("print with options", compare_options(build, core, by_dwarf, samples))
