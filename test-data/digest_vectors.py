#!/usr/bin/env python3
"""Prints the block of test vectors that docs/digest.md ends with, one JSON object a line.

An implementation of the content digest, version 1, of its own: it shares nothing with the Java code, so that an error has to be made
twice to go unseen. Standard library only. After a change, paste the output between the two fences of docs/digest.md:

    python3 test-data/digest_vectors.py
"""

import hashlib
import json
import struct
from datetime import datetime, timedelta
from decimal import Decimal

MODULUS = 1 << 256
INTEGERS = ("tinyint", "smallint", "int", "bigint")
TO_ESCAPE = {chr(c) for c in range(0x01, 0x20)} | set("\"#%'*/:=?[\\]^{\x7f")


def sha256(data):
    return hashlib.sha256(data).digest()


def sized(data):
    return struct.pack(">i", len(data)) + data


# ---- types: "map<string,int>" -> ("map", [(None, ("string", [])), (None, ("int", []))])


def parse_type(text):
    parsed, rest = type_at(text)
    if rest:
        raise ValueError(f"{text}: not a type, it goes on with {rest!r}")
    return parsed


def type_at(text):
    end = next((i for i, c in enumerate(text) if c in "<>,("), len(text))
    name, rest = text[:end], text[end:]
    if rest.startswith("("):
        return (name, []), rest[rest.index(")") + 1 :]
    children = []
    if rest.startswith("<"):
        while rest[0] != ">":
            rest, field = rest[1:], None
            if rest[0] == ">":  # struct<>
                break
            if name == "struct":
                field, rest = rest.split(":", 1)
            child, rest = type_at(rest)
            children.append((field, child))
        rest = rest[1:]
    return (name, children), rest


# ---- values


def encode(kind, value):
    name, children = kind
    if value is None:
        return b"\x00"
    if name == "boolean":
        return b"\x01" + (b"\x01" if value else b"\x00")
    if name in INTEGERS:
        return b"\x02" + struct.pack(">q", value)
    if name in ("float", "double"):
        return b"\x03" + encode_double(name, float(value))
    if name == "decimal":
        return b"\x04" + encode_decimal(Decimal(value))
    if name in ("char", "varchar") or name.split(" ")[0] == "string":
        return b"\x05" + sized(bytes.fromhex(value["hex"]) if isinstance(value, dict) else value.encode("utf-8"))
    if name == "binary":
        return b"\x06" + sized(bytes.fromhex(value))
    if name in ("date", "timestamp", "timestamp_ntz"):
        return {"date": b"\x07", "timestamp": b"\x08", "timestamp_ntz": b"\x09"}[name] + struct.pack(">q", value)
    if name == "array":
        return b"\x0a" + counted([encode(children[0][1], v) for v in value])
    if name == "map":
        return b"\x0b" + counted(sorted(encode(children[0][1], k) + encode(children[1][1], v) for k, v in value))
    if name == "struct":
        fields = sorted((field.encode("utf-8"), child, value[field]) for field, child in children)
        return b"\x0c" + counted([sized(field) + encode(child, v) for field, child, v in fields])
    raise ValueError(f"{name} has no place in version 1")


def counted(encoded):
    return struct.pack(">i", len(encoded)) + b"".join(encoded)


def encode_double(name, value):
    if value != value:
        return bytes.fromhex("7ff8000000000000")
    if name == "float":
        (value,) = struct.unpack(">f", struct.pack(">f", value))
    return struct.pack(">d", 0.0 if value == 0 else value)


def encode_decimal(value):
    sign, digits, exponent = value.as_tuple()
    unscaled, scale = int("".join(map(str, digits))), -exponent
    if unscaled == 0:
        scale = 0
    while unscaled and unscaled % 10 == 0:
        unscaled, scale = unscaled // 10, scale - 1
    unscaled = -unscaled if sign else unscaled
    bits = (unscaled if unscaled >= 0 else ~unscaled).bit_length()
    return struct.pack(">i", scale) + sized(unscaled.to_bytes(bits // 8 + 1, "big", signed=True))


# ---- rows, partitions, schemas, tables


def encode_row(schema, values):
    columns = sorted((name.encode("utf-8"), kind, value) for (name, kind), value in zip(schema, values, strict=True))
    return b"".join(encode(parse_type(kind), value) for _, kind, value in columns)


def escape(text):
    return "".join(f"%{ord(c):02X}" if c in TO_ESCAPE else c for c in text)


def partition_text(kind, value):
    if value is None or value == "":
        return "__HIVE_DEFAULT_PARTITION__"
    if kind == "boolean":
        return "true" if value else "false"
    if kind in INTEGERS:
        return str(value)
    if kind == "date":
        return str((datetime(1970, 1, 1) + timedelta(days=value)).date())
    if kind in ("timestamp", "timestamp_ntz"):
        text = str(datetime(1970, 1, 1) + timedelta(microseconds=value))
        return escape(text.rstrip("0") if "." in text else text)
    if kind == "string":
        return escape(value)
    raise ValueError(f"{kind} cannot be a partition column")


def partition_path(schema, partition_columns, values):
    by_name = {name: (kind, value) for (name, kind), value in zip(schema, values, strict=True)}
    return "/".join(escape(name) + "=" + partition_text(*by_name[name]) for name in partition_columns)


def set_digest(schema, rows):
    digests = [sha256(encode_row(schema, row)) for row in rows]
    return len(rows), sum(int.from_bytes(d, "big") for d in digests) % MODULUS, digests


def count_and_sum(count, total):
    return struct.pack(">q", count) + total.to_bytes(32, "big")


def encode_partition(count, total):
    return b"lakeproof.partition.1" + count_and_sum(count, total)


def encode_schema(schema):
    columns = sorted((name.encode("utf-8"), kind.encode("utf-8")) for name, kind in schema)
    return b"".join(sized(name) + sized(kind) for name, kind in columns)


def partitions_of(schema, partition_columns, rows):
    grouped = {}
    for row in rows:
        grouped.setdefault(partition_path(schema, partition_columns, row).encode("utf-8"), []).append(row)
    return [(path, *set_digest(schema, grouped[path])[:2]) for path in sorted(grouped)]


def encode_table(schema, partitions):
    entries = b"".join(sized(path) + count_and_sum(count, total) for path, count, total in partitions)
    return b"lakeproof.table.1" + sha256(encode_schema(schema)) + entries


# ---- the vectors


def emit(name, kind, inputs, encoded, same_as=None, **outputs):
    vector = {"name": name, "kind": kind, **inputs}
    if same_as:
        vector["sameAs"] = same_as
    vector |= outputs | {"encoded": encoded.hex(), "sha256": sha256(encoded).hex()}
    print(json.dumps(vector, separators=(",", ":")))


def value(name, kind, content, same_as=None):
    emit(name, "value", {"type": kind, "value": content}, encode(parse_type(kind), content), same_as)


def row(name, schema, values, same_as=None):
    emit(name, "row", {"schema": schema, "values": values}, encode_row(schema, values), same_as)


def partition(name, schema, partition_columns, rows, same_as=None):
    paths = {partition_path(schema, partition_columns, r) for r in rows} or {""}
    (path,) = paths
    count, total, digests = set_digest(schema, rows)
    inputs = {"schema": schema, "partitionColumns": partition_columns, "rows": rows}
    outputs = {"rowDigests": [d.hex() for d in digests], "path": path, "count": count, "sum": f"{total:064x}"}
    emit(name, "partition", inputs, encode_partition(count, total), same_as, **outputs)


def schema(name, columns, same_as=None):
    emit(name, "schema", {"schema": columns}, encode_schema(columns), same_as)


def table(name, columns, partition_columns, rows, same_as=None):
    entries = partitions_of(columns, partition_columns, rows)
    inputs = {"schema": columns, "partitionColumns": partition_columns, "rows": rows}
    shown = [{"path": path.decode("utf-8"), "count": count, "sum": f"{total:064x}"} for path, count, total in entries]
    outputs = {"schemaDigest": sha256(encode_schema(columns)).hex(), "partitions": shown}
    emit(name, "table", inputs, encode_table(columns, entries), same_as, **outputs)


def simple_values():
    value("null", "void", None)
    value("null of type string", "string", None, "null")
    value("null of type struct", "struct<a:int>", None, "null")
    value("true", "boolean", True)
    value("false", "boolean", False)
    value("long 42", "bigint", 42)
    value("int 42", "int", 42, "long 42")
    value("short 42", "smallint", 42, "long 42")
    value("byte 42", "tinyint", 42, "long 42")
    value("long -1", "bigint", -1)
    value("smallest long", "bigint", -(1 << 63))
    value("largest long", "bigint", (1 << 63) - 1)


def fractions():
    value("double 0.0", "double", 0.0)
    value("double -0.0", "double", -0.0, "double 0.0")
    value("float -0.0", "float", -0.0, "double 0.0")
    value("double NaN", "double", "NaN")
    value("float NaN", "float", "NaN", "double NaN")
    value("double -Infinity", "double", "-Infinity")
    value("double 0.5", "double", 0.5)
    value("float 0.5", "float", 0.5, "double 0.5")
    value("double 0.1", "double", 0.1)
    value("float 0.1 is not double 0.1", "float", 0.1)
    value("decimal 1", "decimal(10,0)", "1")
    value("decimal 1.00", "decimal(10,2)", "1.00", "decimal 1")
    value("decimal 100", "decimal(10,0)", "100")
    value("decimal 100.00", "decimal(10,2)", "100.00", "decimal 100")
    value("decimal 0", "decimal(10,0)", "0")
    value("decimal 0.000", "decimal(10,3)", "0.000", "decimal 0")
    value("decimal -1.50", "decimal(10,2)", "-1.50")
    value("decimal 128 takes two bytes", "decimal(10,0)", "128")
    value("decimal -128 takes one byte", "decimal(10,0)", "-128")
    value("decimal of 38 digits", "decimal(38,18)", "-99999999999999999999.999999999999999999")


def bytes_and_times():
    value("empty string", "string", "")
    value("string a", "string", "a")
    value("varchar a", "varchar(3)", "a", "string a")
    value("non-ASCII string", "string", "Gr\u00fc\u00dfe \u65e5\u672c \U0001f600")
    value("letter and combining accent, not normalized", "string", "u\u0308")
    value("string that is not UTF-8", "string", {"hex": "61ff62"})
    value("empty binary", "binary", "")
    value("binary", "binary", "00ff61")
    value("date 1970-01-01", "date", 0)
    value("date 1969-12-31", "date", -1)
    value("timestamp 1969-12-31T23:59:59.999999Z", "timestamp", -1)
    value("the same without zone", "timestamp_ntz", -1)


def nested_values():
    value("empty array", "array<int>", [])
    value("array with a null", "array<int>", [1, None, 1])
    value("empty map", "map<string,int>", [])
    value("map", "map<string,int>", [["a", 1], ["b", None], ["aa", 2]])
    value("map in another order", "map<string,int>", [["aa", 2], ["b", None], ["a", 1]], "map")
    value("map with keys that encode alike", "map<double,int>", [[0.0, 2], [-0.0, 1]])
    value("struct", "struct<b:string,a:int>", {"b": "x", "a": 1})
    value("struct in another order", "struct<a:int,b:string>", {"a": 1, "b": "x"}, "struct")
    value("struct with another name", "struct<a:int,c:string>", {"a": 1, "c": "x"})
    deep = "array<map<string,struct<t:timestamp,d:decimal(10,2),l:array<double>>>>"
    value("nested", deep, [[["k", {"t": 0, "d": "12.30", "l": [1.5, "NaN"]}], ["j", None]], []])


EVENTS = [["user_id", "string"], ["event_date", "date"], ["value", "double"]]
U1, U2, U3 = ["u1", 14944, 1.5], ["u2", 14944, None], ["u1", 14945, -2.0]


def rows():
    row("row", [["a", "int"], ["b", "string"]], [1, "x"])
    row("row with its columns in another order", [["b", "string"], ["a", "int"]], ["x", 1], "row")
    row("row of one null", [["a", "int"]], [None], "null")
    # UTF-16 order, as of Java's String.compareTo, has these the other way round.
    row("columns in the byte order of UTF-8", [["\U0001f600", "int"], ["\ufb00", "int"], ["Z", "int"], ["a", "int"]], [4, 3, 1, 2])


def partitions():
    partition("empty set", EVENTS, [], [])
    partition("set of one row", EVENTS, [], [U1])
    partition("set of two rows", EVENTS, [], [U1, U2])
    partition("set of two rows in another order", EVENTS, [], [U2, U1], "set of two rows")
    partition("set with a duplicated row", EVENTS, [], [U1, U2, U1])
    partition("the sum wraps", EVENTS, [], [U1] * 7)
    partition("partition", EVENTS, ["event_date"], [U1, U2], "set of two rows")
    model = [["year", "string"], ["month", "string"], ["day", "string"], ["model", "string"], ["x", "bigint"]]
    partition("partition of a model", model, ["year", "month", "day", "model"], [["2024", "11", "05", "v2", 1]])
    odd = [["a b/c", "string"], ["n", "int"], ["s", "string"], ["ok", "boolean"], ["at", "timestamp"]]
    odd_row = ["\u00fc %:=?#*[]^{}\\'\"<>|~\x7f\t", -7, None, True, -1500000]
    partition("escaped path", odd, ["s", "ok", "a b/c", "n", "at"], [odd_row])
    partition("empty string as a partition value", [["p", "string"]], ["p"], [[""]])


def schemas_and_tables():
    schema("schema", EVENTS)
    schema("schema in another order", EVENTS[::-1], "schema")
    schema("schema with nested types", [["m", "map<string,array<struct<b:int,a:decimal(10,2)>>>"], ["M", "timestamp_ntz"]])
    table("table without rows", EVENTS, ["event_date"], [])
    table("table without partitions", EVENTS, [], [U1, U2, U3])
    table("table with two partitions", EVENTS, ["event_date"], [U1, U2, U3])
    by_number = [["n", "bigint"], ["x", "string"]]
    table("partitions in the byte order of their paths", by_number, ["n"], [[2, "b"], [10, "a"], [None, "c"]])
    table("table with its rows in another order", EVENTS, ["event_date"], [U3, U2, U1], "table with two partitions")


if __name__ == "__main__":
    for section in (simple_values, fractions, bytes_and_times, nested_values, rows, partitions, schemas_and_tables):
        section()
