# SPDX-License-Identifier: LGPL-2.1-or-later
"""Types compared with those of other programs: definitions from DWARF with drgn's, from BTF with bpftool's, and the
layouts of structs with pahole's."""

import json
import re

import peers
from compare import Result

# So many types with one definition, and so many layouts, must have been compared.
TYPES_AT_LEAST, LAYOUTS_AT_LEAST = 9000, 500
TAGS = ("struct", "union", "enum")
BATCH = 4000
SUMS = re.compile(r"/\* ((?:size|sum members|sum bitfield|padding|bit_padding|last cacheline): .*) \*/")

# What differs, with the reason: types, and layouts.
DIFFERENT = {
    "__builtin_va_list": "bpftool leaves out what the compiler itself defines",
    "struct elf_thread_core_info": "one file defines two, since another includes it: drgn takes them for one",
}
DIFFERENT_LAYOUTS = {
    "struct leaf_0x2_reg": "pahole counts the bits before a first bit-field as one hole",
    "struct parsed_partitions": "pahole lays out what has no name behind a pointer, too",
    "struct rdists": "as above",
    "struct vm_fault": "pahole sums up a qualified member without a name",
}
# Before 6.0 BTF does not tell whether an enum is signed.
WITHOUT_SIGN = ("5.10",)

SPELLINGS = (("long long unsigned int", "unsigned long long"), ("long long int", "long long"),
             ("long unsigned int", "unsigned long"), ("short unsigned int", "unsigned short"), ("long int", "long"),
             ("short int", "short"))


def normal_bpftool(text):
    """One definition of bpftool's as we write it."""
    text = re.sub(r" __attribute__\(\(.*?\)\)(?=[; ])", "", text)
    text = re.sub(r"___\d+\b", "", text)  # numbers for one name of several types
    text = re.sub(r"\n\t+(?:char|short|int|long): \d+;", "", text)  # padding
    text = re.sub(r"(\w): (\d+;)", r"\1 : \2", text).replace("* (*", "*(*")
    text = re.sub(r"^(\t*)(.*{)}", r"\1\2\n\1}", text, flags=re.M)
    text = re.sub(r"(= -?\d+)U?LL,", r"\1,", text)
    for spelling, ours in SPELLINGS:
        text = re.sub(rf"\b{spelling}\b", ours, text)
    return shorten_elements(text)[:-1]


def shorten_elements(text):
    """drgn writes out what has no name where it is a member's whole type, not behind a pointer or in an array."""
    lines, starts = [], []
    for line in text.split("\n"):
        if line.endswith("{"):
            starts.append(len(lines))
        lines.append(line)
        if re.match(r"\t*}", line):
            start = starts.pop()
            if declarator := re.match(r"\t*} ?(.*[*\[(].*)", line):
                lines[start:] = [lines[start].replace("{", "<anonymous> ") + declarator[1]]
    return "\n".join(lines)


def normal_btf(text, without_sign):
    """BTF cannot tell [0] from []."""
    text = text.replace("[0]", "[]")
    return re.sub(r"= (-\d+),", lambda number: f"= {int(number[1]) % 2**32},", text) if without_sign else text


def records(kernel, core, options, *names):
    """The records of `type`, for any number of names."""
    for start in range(0, max(len(names), 1), BATCH):
        yield from json.loads(kernel.build.core(core, "type", "--json", *options, *names[start:start + BATCH]).out)


def compare_drgn(kernel, core, vmlinux, defined):
    """Each definition from DWARF; where a name has several, all of them."""
    places = {f"{kind} {name}" if kind in TAGS else name: sorted(set(files))
              for kind in (*TAGS, "typedef") for name, files in defined[kind].items()}
    once = {name for name, files in places.items() if len(files) == 1}
    requests = [("type", "" if name in once else file, name) for name, files in places.items() for file in files]
    theirs, ours, result = {}, {}, Result(0, [])
    for answer in peers.drgn(core, vmlinux, requests):
        theirs.setdefault(answer["name"], set()).add(answer.get("text", answer.get("error")))
    for record in records(kernel, core, ["-s", vmlinux, "--types=dwarf"], *places):
        ours.setdefault(record["name"], set()).add(record["text"])
    for name in places:
        if name not in DIFFERENT:
            result.expect(ours.get(name) == theirs[name], f"{name}: drgn has {theirs[name]}, we {ours.get(name)}")
    kernel.result("types by DWARF", result)
    kernel.suite.check(f"{kernel.name}: {len(once)} types with one definition, at least {TYPES_AT_LEAST}",
                       len(once) >= TYPES_AT_LEAST)


def compare_bpftool(kernel, core, btf):
    """All definitions from BTF."""
    without_sign = kernel.name.startswith(WITHOUT_SIGN)
    found = re.findall(r"^(?:(?:struct|union|enum) \w+ {|typedef).*?;$(?=\n\n)", peers.bpftool(btf), re.M | re.S)
    theirs = {normal_btf(normal_bpftool(definition), without_sign) for definition in found}
    names = [record["name"] for record in records(kernel, core, ["--types=btf", "--grep", "."])
             if record["source"] == "vmlinux" and record["kind"] in (*TAGS, "typedef")]
    ours = {normal_btf(record["text"], without_sign): record["name"]
            for record in records(kernel, core, ["--types=btf"], *sorted(set(names)))
            if record["source"] == "vmlinux" and record["kind"] in (*TAGS, "typedef")}
    # drgn has but the name of a typedef of what is only declared.
    declared = {text for text in ours if re.fullmatch(r"\w+", text)}
    theirs = {text for text in theirs if not text.startswith("typedef") or text.rpartition(" ")[2] not in declared}
    theirs |= declared
    result = Result(len(ours), [f"not bpftool's: {text}" for text, name in ours.items()
                                if text not in theirs and name not in DIFFERENT])
    result.differences += [f"only bpftool's: {text}" for text in theirs - ours.keys()]
    kernel.result("types by BTF", result)


def layout(text):
    """What pahole's text or ours says: members with their places, holes, cache lines, sums."""
    facts, holes = [], []
    for line in text.splitlines():
        text = re.sub(r" ?__attribute__\(\(.*?\)\)+", "", line)
        if hole := re.search(r"XXX (\d+ (?:bit|byte))s? hole", text):
            holes.append(hole[1])
        elif boundary := re.search(r"cacheline (\d+) boundary \((\d+) bytes\)(?: was (\d+) bytes? ago)?", text):
            facts.append(boundary.groups())
        elif sums := SUMS.search(text):
            facts.append((*sorted(holes), sums[1]))
            holes = []
        elif member := re.match(r"(\t*)(.*);\s*/\*\s*(\d+)(?:: ?(\d+))?\s+(\d+) \*/", text):
            name = (re.search(r"\(\*+ ?(?:const )?(\w+)", member[2]) or
                    re.search(r"(\w*)(?:\[\d*\])*(?: ?: ?\d+)? *$", member[2]))
            facts.append((*sorted(holes), len(member[1]), name[1], *member.groups()[2:]))
            holes = []
    return facts


def compare_pahole(kernel, core, btf):
    """The layouts of all structs that have one definition."""
    names = sorted({record["name"] for record in records(kernel, core, ["--types=btf", "--grep", "."])
                    if record["source"] == "vmlinux" and record["kind"] == "struct"})
    ours = {}
    for record in records(kernel, core, ["--types=btf", "--offsets"], *names):
        ours.setdefault(record["name"], []).append(layout(record["text"]))
    theirs = re.findall(r"^(struct \w+) {(.*?\n)}", peers.pahole(btf, names), re.M | re.S)
    result = Result(0, [])
    for name, text in theirs:
        if len(ours[name]) == 1 and name not in DIFFERENT_LAYOUTS:
            expected = layout(text)
            part = next(((a, b) for a, b in zip(expected, ours[name][0]) if a != b), "the end")
            result.expect(expected == ours[name][0], f"{name}: {part}")
    kernel.result("layouts", result)
    kernel.suite.check(f"{kernel.name}: {result.compared} layouts, at least {LAYOUTS_AT_LEAST}",
                       result.compared >= LAYOUTS_AT_LEAST)
