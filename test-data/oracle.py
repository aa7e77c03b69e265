#!/usr/bin/env python3
"""Computes, by brute force and from the files alone, what the dedup job must make of the sample events.

A second implementation of docs/digest.md and of the job's accounting: it shares no code with the project and needs only
the standard library of Python 3.8 or newer. It holds every row in memory; the sample is small.

    python3 test-data/oracle.py                 writes goldens/events.json, and prints it
    python3 test-data/oracle.py --rows          prints the surviving rows and their digests, to find a difference
"""

import argparse
import datetime
import gzip
import hashlib
import json
import pathlib
import re
import struct
import sys
from collections import Counter, defaultdict

HERE = pathlib.Path(__file__).resolve().parent

SOURCE = {
    "user_id": "string",
    "event_time": "timestamp",
    "ingest_time": "timestamp",
    "value": "double",
    "page": "string",
    "event_type": "string",
}
TABLE = {**SOURCE, "event_date": "string"}  # the partition column is a column, and so part of the row digest
KEY = ("user_id", "event_time")
REASONS = ("malformed", "type_mismatch", "duplicate_field", "invalid_utf8", "number_out_of_range", "invalid_time",
           "null_key", "rule:value_range")


# --- reading: one line of bytes -> a row, or the one reason why not


class Problem(Exception):
    """A line that is no row; the message is the reason."""


class Number(str):
    """A JSON number as it stands in the text."""


class Fields(list):
    """The (name, value) pairs of a JSON object, repeated names included."""


def refuse_constant(name):
    raise ValueError(name + " is not JSON")  # NaN, Infinity, -Infinity: Python reads them, JSON has no such thing


DECODER = json.JSONDecoder(object_pairs_hook=Fields, parse_int=Number, parse_float=Number,
                           parse_constant=refuse_constant, strict=True)


def lines_of(file):
    """The lines of a file, as bytes. Only \\n ends a line: U+2028 and others are text."""
    data = file.read_bytes()
    if file.suffix == ".gz":
        data = gzip.decompress(data)
    if b"\r" in data:
        raise SystemExit(f"{file}: a carriage return; git may have changed the line ends of this file")
    assert data.endswith(b"\n"), f"{file} ends within a line"
    return data[:-1].split(b"\n")


def parse(line):
    """The row of a line, all its columns present; raises Problem. A line of the sample has one problem at most."""
    problems = []
    try:
        text = line.decode("utf-8", "strict")
    except UnicodeDecodeError:
        problems.append("invalid_utf8")
        text = line.decode("utf-8", "replace")
    row = dict.fromkeys(SOURCE)
    try:
        fields = DECODER.decode(text.strip(" \t"))
    except ValueError:
        fields = None
    if not isinstance(fields, Fields):
        problems.append("malformed")
        fields = Fields()
    if len({name for name, _ in fields}) < len(fields):
        problems.append("duplicate_field")
    for name, value in fields:
        assert name in SOURCE, f"the sample has no field {name}"
        try:
            row[name] = convert(value, SOURCE[name])
        except Problem as problem:
            problems.append(str(problem))
    assert len(problems) <= 1, f"{problems} in {line!r}: the order of checks would decide the reason"
    if problems:
        raise Problem(problems[0])
    return row


def convert(value, type_name):
    if value is None:
        return None
    if type_name == "double":
        if not isinstance(value, Number):
            raise Problem("type_mismatch")
        number = float(value)
        if number in (float("inf"), float("-inf")):
            raise Problem("number_out_of_range")
        return number + 0.0  # -0.0 + 0.0 is 0.0: one value, one row
    if not isinstance(value, str) or isinstance(value, Number):
        raise Problem("type_mismatch")
    return micros(value) if type_name == "timestamp" else value


TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:Z|([+-])(\d\d):(\d\d))", re.ASCII)


def micros(text):
    """Microseconds since 1970-01-01T00:00:00Z, in whole numbers, of an ISO 8601 time with an offset."""
    match = TIME.fullmatch(text)
    assert match, f"the sample has times in one form only, also where no calendar has them; found {text!r}"
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    fraction, sign, offset_hour, offset_minute = match.groups()[6:]
    try:
        days = datetime.date(year, month, day).toordinal() - datetime.date(1970, 1, 1).toordinal()
        datetime.time(hour, minute, second)
    except ValueError:
        raise Problem("invalid_time") from None
    seconds = days * 86_400 + hour * 3_600 + minute * 60 + second
    if sign:
        offset = int(offset_hour) * 3_600 + int(offset_minute) * 60
        seconds -= offset if sign == "+" else -offset
    return seconds * 1_000_000 + int((fraction or "").ljust(6, "0"))


def event_date(time):
    days = time // 86_400_000_000  # rounds down, before 1970 too
    return datetime.date.fromordinal(datetime.date(1970, 1, 1).toordinal() + days).isoformat()


# --- digest, version 1


def sized(data):
    return struct.pack(">i", len(data)) + data


def encode(value, type_name):
    if value is None:
        return b"\x00"
    if type_name == "double":
        return b"\x03" + struct.pack(">d", value)
    if type_name == "timestamp":
        return b"\x08" + struct.pack(">q", value)
    return b"\x05" + sized(value.encode("utf-8"))


def in_byte_order(names):
    return sorted(names, key=lambda name: name.encode("utf-8"))


def row_digest(row):
    return hashlib.sha256(b"".join(encode(row[name], TABLE[name]) for name in in_byte_order(TABLE))).digest()


def schema_digest():
    columns = (sized(name.encode("utf-8")) + sized(TABLE[name].encode("utf-8")) for name in in_byte_order(TABLE))
    return hashlib.sha256(b"".join(columns)).digest()


def partitions_of(survivors):
    """(path, count, sum) of each date, in the byte order of the paths."""
    digests = defaultdict(list)
    for row in survivors:
        digests["event_date=" + row["event_date"]].append(int.from_bytes(row_digest(row), "big"))
    return [(path, len(digests[path]), sum(digests[path]) % 2**256) for path in in_byte_order(digests)]


def count_and_sum(count, total):
    return struct.pack(">q", count) + total.to_bytes(32, "big")


def partition_digest(count, total):
    return hashlib.sha256(b"lakeproof.partition.1" + count_and_sum(count, total)).hexdigest()


def table_digest(partitions):
    entries = (sized(path.encode("utf-8")) + count_and_sum(count, total) for path, count, total in partitions)
    return hashlib.sha256(b"lakeproof.table.1" + schema_digest() + b"".join(entries)).hexdigest()


# --- dedup


def quarantine_reason(row):
    """The first that applies: a null key, then the rules in their order. A rule that is null has failed."""
    if any(row[name] is None for name in KEY):
        return "null_key"
    if row["value"] is None or not -1e6 <= row["value"] <= 1e6:
        return "rule:value_range"
    return None


def survivor(rows):
    """The latest ingest_time, nulls last, then the smallest row digest."""
    def rank(row):
        time = row["ingest_time"]
        return time is None, 0 if time is None else -time, row_digest(row)

    return min(rows, key=rank)


def dedup(files):
    quarantined, blank, accepted, read = Counter(), 0, [], 0
    for line in (line for file in files for line in lines_of(file)):
        if not line.strip(b" \t"):
            blank += 1
            continue
        read += 1
        try:
            row = parse(line)
        except Problem as problem:
            quarantined[str(problem)] += 1
            continue
        reason = quarantine_reason(row)
        if reason:
            quarantined[reason] += 1
        else:
            accepted.append({**row, "event_date": event_date(row["event_time"])})

    distinct = {tuple(row[name] for name in TABLE): row for row in accepted}  # by value, not by digest
    by_key = defaultdict(list)
    for row in distinct.values():
        by_key[tuple(row[name] for name in KEY)].append(row)
    counts = {
        "read": read,
        "kept": len(by_key),
        "replaced": 0,
        "exactDuplicates": len(accepted) - len(distinct),
        "conflictDuplicates": len(distinct) - len(by_key),
        "quarantined": {reason: quarantined[reason] for reason in REASONS},
    }
    assert set(quarantined) == set(REASONS), "the sample has every reason"
    assert read == sum(n for n in counts.values() if isinstance(n, int)) - read + sum(quarantined.values())
    return counts, blank, [survivor(rows) for rows in by_key.values()]


def golden(counts, blank, survivors):
    partitions = partitions_of(survivors)
    return {
        "digestVersion": 1,
        "key": list(KEY),
        "order": ["ingest_time desc"],
        "rules": [{"name": "value_range", "expr": "value between -1e6 and 1e6"}],
        "columns": {name: TABLE[name] for name in in_byte_order(TABLE)},
        "blankLines": blank,
        "counts": counts,
        "schemaDigest": schema_digest().hex(),
        "digest": table_digest(partitions),
        "partitions": [
            {"path": path, "count": count, "sum": f"{total:064x}", "digest": partition_digest(count, total)}
            for path, count, total in partitions
        ],
    }


def print_rows(survivors):
    for row in sorted(survivors, key=lambda row: (row["event_time"], row["user_id"].encode("utf-8"))):
        print(json.dumps({"digest": row_digest(row).hex(), **{name: row[name] for name in TABLE}}))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=pathlib.Path, default=HERE / "events")
    parser.add_argument("--out", type=pathlib.Path, default=HERE / "goldens" / "events.json")
    parser.add_argument("--rows", action="store_true", help="print the surviving rows, write nothing")
    arguments = parser.parse_args()
    files = sorted(arguments.events.glob("date=*/part-*"))
    if not files:
        sys.exit(f"{arguments.events}: no file date=*/part-*; run GenerateEvents.java first")

    counts, blank, survivors = dedup(files)

    if arguments.rows:
        print_rows(survivors)
        return
    text = json.dumps(golden(counts, blank, survivors), indent=2) + "\n"
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_bytes(text.encode("ascii"))
    sys.stdout.write(text)


if __name__ == "__main__":
    main()
