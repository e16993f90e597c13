# SPDX-License-Identifier: LGPL-2.1-or-later
"""Whether a partial answer is right: what it says is as in the whole one, and it tells that something is missing."""

import json

# Exit statuses of kinspect.
WHOLE, PARTIAL, FAILED = 0, 1, 3


def parse(text):
    """The records of a --json answer by id; None where it is no JSON."""
    try:
        return {record["id"]: record for record in json.loads(text)}
    except (ValueError, KeyError):
        return None


def wrong_values(record, clean, path=""):
    """The paths at which a record says something else than the clean one; what is unknown is null or left out."""
    if record is None or record == clean:
        return []
    if isinstance(record, dict) and isinstance(clean, dict):
        return [wrong for key, value in record.items() if key != "errors"
                for wrong in wrong_values(value, clean.get(key), f"{path}.{key}")]
    if isinstance(record, list) and isinstance(clean, list):
        return [f"{path}: {item!r}, in none of {clean!r}" for item in record
                if not any(not wrong_values(item, other) for other in clean)]
    return [f"{path}: {record!r}, not {clean!r}"]


def unkeyed_problems(clean, outcome):
    """The same as partial_problems() for records without ids, as lists: an unmarked one says nothing that none of the clean
    ones says, and no less without a message."""
    if outcome.status == FAILED:
        return [] if outcome.err else ["failed without a message"]
    if outcome.status not in (WHOLE, PARTIAL):
        return outcome.describe()
    records = json.loads(outcome.out)
    if outcome.status == WHOLE:
        return [] if records == clean else ["status 0, but not the whole answer"]
    marked = any("errors" in record for record in records)
    problems = [] if outcome.err or marked else ["nothing tells what is missing"]
    return problems + [f"not in the clean answer, not marked: {record}" for record in records
                       if "errors" not in record and record not in clean and not
                       (outcome.err and any(not wrong_values(record, other) for other in clean))]


def partial_problems(clean, outcome):
    """What is wrong with an answer to a --json command that may be partial."""
    if outcome.status == FAILED:
        return [] if outcome.err else ["failed without a message"]
    if outcome.status not in (WHOLE, PARTIAL):
        return outcome.describe()
    records = parse(outcome.out)
    if records is None:
        return [f"no JSON: {outcome.out[-80:]!r}"]
    if outcome.status == WHOLE:
        return [] if list(records.values()) == list(clean.values()) else ["status 0, but not the whole answer"]
    problems = [] if outcome.err or any(record.get("errors") for record in records.values()) else ["nothing tells what is missing"]
    for number, record in records.items():
        marked = record.get("errors")
        if number not in clean:
            problems += [] if marked else [f"{number}: not in the clean answer, not marked"]
            continue
        problems += [f"{number}: {wrong}" for wrong in wrong_values(record, clean[number])]
        if record != clean[number] and not marked and not outcome.err:
            problems.append(f"{number}: incomplete without a mark or a message")
    return problems
