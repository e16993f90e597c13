# SPDX-License-Identifier: LGPL-2.1-or-later
"""What kinspect says about a dump, compared with what the guest's own tools said.

Each comparison takes both sides as data and gives a Result: how many facts were compared, and a line for each that
differs. Nothing here runs anything.
"""

import collections
import dataclasses
import itertools
import json
import re

# What memory alone does not tell, or tells in a later version.
IGNORED = {
    "prog": {"pinned", "pids", "run_time_ns", "run_cnt", "recursion_misses"},
    "map": {"bytes_memlock", "pinned", "pids"},
    "link": {"pinned", "pids"},
}
AT_LEAST = {"prog": 55, "map": 50, "link": 25}
# Our additions to a record; all other keys are bpftool's.
OURS = {"kernel", "errors"}

# The facts of a link that must be there: of every type, and of these types. Where other keys are there, they are equal.
LINK_KEYS = {"id", "type", "prog_id"}
LINK_KEYS_OF_TYPE = {
    "tracing": {"prog_type", "attach_type", "target_obj_id", "target_btf_id"},
    "xdp": {"devname", "ifindex"},
}
# Ids start at 1: with a 0 the kernel (before 5.13) says that it does not tell.
NOT_TOLD_BY_ZERO = {"target_obj_id", "target_btf_id"}

RELATION_KEYS = ("prog_id", "kind", "target_prog_id", "target_btf_id", "function", "module", "link_id", "attached")
LOADED_AT_SECONDS = 1
PF_KTHREAD = 0x00200000
TRANSIENT = ("bpftool", "cat", "init", "kinspect", "kworker/", "ld-linux", "sh", "sleep", "tar")
# What the kernel does not count exactly for /proc, and what the guest frees before it is dumped.
RESIDENT_KIB = 1024


@dataclasses.dataclass
class Result:
    """The outcome of one comparison."""

    compared: int
    differences: list

    def expect(self, condition, difference):
        """Counts one more fact; @difference tells what is wrong where it does not hold."""
        self.compared += 1
        if not condition:
            self.differences.append(difference)


def unescape(text):
    """What the text sink made \\xNN again: gcc names some local labels of arm64 modules with a control character."""
    return re.sub(r"\\x([0-9a-f]{2})", lambda match: chr(int(match[1], 16)), text)


def symbols(text):
    """The lines of /proc/kallsyms as a multiset of (address, letter, name, module)."""
    found = collections.Counter()
    for line in text.split("\n"):
        if not line:
            continue
        symbol, _, module = line.partition("\t")
        address, letter, name = symbol.split(" ", 2)
        found[int(address, 16), letter, name, module.strip("[]")] += 1
    return found


def compare_symbols(ours, theirs):
    """Both as the text of /proc/kallsyms."""
    ours, theirs = symbols(unescape(ours)), symbols(theirs)
    differences = [f"{how} {count}x {address:016x} {letter} {name} [{module}]"
                   for how, side in (("missing", theirs - ours), ("extra", ours - theirs))
                   for (address, letter, name, module), count in sorted(side.items())]
    return Result(sum(theirs.values()), differences)


def module_line(module):
    """A record of a module as /proc/modules has it."""
    used_by = [user["name"] for user in module["used_by"]] + ["[permanent]"] * module["permanent"]
    taints = f" ({module['taints']})" if "taints" in module else ""
    return (f"{module['name']} {module['size']} {module['references']} {''.join(user + ',' for user in used_by) or '-'} "
            f"{module['state']} 0x{int(module['base'], 16):016x}{taints}")


def compare_modules(ours, theirs):
    """Records with the text of /proc/modules, whose lines stand in the same order."""
    ours, theirs = [module_line(module) for module in ours], [line.rstrip() for line in theirs.splitlines()]
    result = Result(0, [])
    for our, their in itertools.zip_longest(ours, theirs, fillvalue="nothing"):
        result.expect(our == their, f"{our}, not {their}")
    return result


def compare_log(ours, theirs):
    """Both as dmesg with a prefix before each line; the kernel may have said more since the guest's was taken."""
    result = Result(0, [])
    for our, their in itertools.zip_longest(ours.splitlines(), theirs.splitlines()):
        if their is None:
            break
        result.expect(our == their, f"{our}, not {their}")
    return result


@dataclasses.dataclass
class Task:
    """A line of /proc/PID/task/TID/stat."""

    pid: int
    comm: str
    state: str
    ppid: int
    kernel_thread: bool
    virtual_kib: int
    resident_pages: int


def parse_stat(line):
    """What proc(5) says of the fields."""
    start, _, rest = line.rpartition(") ")
    pid, _, comm = start.partition(" (")
    fields = rest.split()
    return Task(int(pid), comm, fields[0], int(fields[1]), bool(int(fields[6]) & PF_KTHREAD), int(fields[20]) // 1024,
                int(fields[21]))


def stays(pid, comm):
    """Whether a task is there as long as the guest is, and is nothing that the guest runs to look at itself."""
    return pid == 1 or not comm.startswith(TRANSIENT)


def expect_task(result, our, their, page_kib):
    """One task as we and the guest see it."""
    resident_kib = our.get("resident_kib", 0)
    result.expect(our["ppid"] == their.ppid, f"{our}: ppid {their.ppid}")
    result.expect(our["kernel_thread"] == their.kernel_thread, f"{our}: kernel_thread {their.kernel_thread}")
    result.expect(our.get("virtual_kib", 0) == their.virtual_kib, f"{our}: virtual_kib {their.virtual_kib}")
    result.expect(abs(resident_kib - their.resident_pages * page_kib) <= RESIDENT_KIB,
                  f"{our}: resident pages {their.resident_pages}")
    result.expect(our["state"] == their.state or {our["state"], their.state} & {"R", "D"},
                  f"{our}: state {their.state}")


def compare_tasks(ours, theirs, page_kib):
    """Records with lines of /proc/PID/task/TID/stat, which knows longer names of kernel threads than comm holds. Some
    tasks come and go between the two."""
    ours = {task["pid"]: task for task in ours if task["pid"]}
    theirs = {task.pid: task for task in map(parse_stat, theirs.splitlines())}
    result = Result(0, [])
    for pid in sorted(ours.keys() | theirs.keys()):
        our, their = ours.get(pid), theirs.get(pid)
        if our and their and their.comm.startswith(our["comm"]):
            expect_task(result, our, their, page_kib)
            continue
        result.expect(not our or not stays(pid, our["comm"]), f"not in the guest: {our}")
        result.expect(not their or not stays(pid, their.comm), f"missing: {their}")
    return result


def compare_bytes(ours, theirs):
    """Named blobs: a dictionary of bytes each. Ours may have no blob that the guest's tools did not show."""
    result = Result(0, [])
    for name in sorted(ours.keys() | theirs.keys()):
        if name not in ours or name not in theirs:
            result.expect(False, f"{name}: only {'the guest has' if name in theirs else 'we have'} it")
            continue
        result.expect(ours[name] == theirs[name],
                      f"{name}: {len(ours[name])} bytes differ from the guest's {len(theirs[name])}")
    return result


def same(kind, key, ours, theirs):
    """Whether two values of a key are the same fact."""
    if key == "loaded_at":
        return abs(ours - theirs) <= LOADED_AT_SECONDS
    if kind == "link" and key in NOT_TOLD_BY_ZERO and theirs == 0:
        return True
    return ours == theirs


def keys_to_compare(kind, ours, theirs):
    """The keys of one record that are compared, be they on one side or on both."""
    if kind != "link":
        return (ours.keys() | theirs.keys()) - OURS - IGNORED[kind]
    required = (LINK_KEYS | LINK_KEYS_OF_TYPE.get(theirs["type"], set())) & theirs.keys()
    return required | ((ours.keys() & theirs.keys()) - OURS - IGNORED[kind])


def with_loaders_btf(records, manifest):
    """The guest's maps with the btf_id that the loader was told, where it notes it.

    Kernels from 7.0 on keep in their answer what the caller's buffer held, and bpftool does not clear it between two maps: it
    prints the btf_id of the map before for a map that has none.
    """
    told = {record["id"]: record["btf_id"] for record in manifest["maps"] if "btf_id" in record}
    for record in records:
        number = told.get(record["id"])
        if number is not None:
            record.pop("btf_id", None)
            record.update({"btf_id": number} if number else {})
    return records


def compare_records(kind, ours, theirs, manifest):
    """The records of `KIND --json` and of `bpftool -j KIND show`."""
    result = Result(0, [])
    if kind == "map":
        theirs = with_loaders_btf(theirs, manifest)
    ours, theirs = ({record["id"]: record for record in records} for records in (ours, theirs))
    result.expect(len(theirs) >= AT_LEAST[kind], f"the guest has {len(theirs)} only")
    for number in sorted(ours.keys() | theirs.keys()):
        if number not in ours or number not in theirs:
            result.expect(False, f"{number}: only {'the guest has' if number in theirs else 'we have'} it")
            continue
        mine, other = ours[number], theirs[number]
        result.expect(not mine.get("errors"), f"{number}: errors: {json.dumps(mine.get('errors'))}")
        for key in sorted(keys_to_compare(kind, mine, other)):
            result.expect(key in mine and key in other and same(kind, key, mine[key], other[key]),
                          f"{number} ({mine.get('name', mine['type'])}): {key}: we have {mine.get(key, 'no such key')!r}, "
                          f"the guest {other.get(key, 'no such key')!r}")
    return result


def relation(record):
    """A relation as one comparable thing; what does not apply is None."""
    return tuple(record.get(key) for key in RELATION_KEYS)


def compare_relations(programs, manifest):
    """What hangs on what: `prog --json` and the manifest of the loader."""
    ours = collections.Counter(relation({"prog_id": program["id"], **edge}) for program in programs
                               for edge in program["kernel"].get("attached", []))
    theirs = collections.Counter(map(relation, manifest["relations"]))
    differences = [f"{how} {dict(zip(RELATION_KEYS, edge))}"
                   for how, side in (("missing", theirs - ours), ("extra", ours - theirs)) for edge in side]
    if not theirs:
        differences.append("the loader attached nothing")
    return Result(sum(theirs.values()), differences)


def compare_names(programs, manifest):
    """Full names: the loader knows what it called its programs; bpftool prints what the kernel kept, 15 characters."""
    result = Result(0, [])
    ours = {program["id"]: program for program in programs}
    for program in manifest["programs"]:
        full = ours.get(program["id"], {}).get("kernel", {}).get("full_name", "")
        result.expect(full == program["name"], f"{program['id']}: we have {full!r}, the loader {program['name']!r}")
    return result
