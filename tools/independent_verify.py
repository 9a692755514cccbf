"""A verifier of its own: reads a plain dump of the database and the published seals, and names what does not agree. Needs Python alone.

    PGTZ=UTC pg_dump --format=plain DATABASE > city.sql
    python independent_verify.py city.sql [--published yigui-seals.txt]

It knows nothing of the program that wrote the database: which tables are recorded, with which columns and keys, stands in the dump itself
(`integrity_shape`). The format is described in docs/verification-format.md, and whoever does not trust this program can write another one
from that page. Exits 0 when everything agrees, 1 when something is named, 2 when the dump cannot be read.
"""

import argparse
import datetime as dt
import hashlib
import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

Row = list[str | None]

_COPY = re.compile(r'COPY (?:public\.)?("?)(\w+)\1 \((.*)\) FROM stdin;\n?')
_TABLE = re.compile(r'CREATE (?:UNLOGGED )?TABLE (?:public\.)?"?(\w+)"? \(\n?')
_COLUMN = re.compile(r'    ("?)(\w+)\1 ([a-z][^,]*?)(?: NOT NULL| DEFAULT| COLLATE| CONSTRAINT| GENERATED|,?$)')
_ATTACH = re.compile(r'ALTER TABLE ONLY (?:public\.)?"?(\w+)"? ATTACH PARTITION (?:public\.)?"?(\w+)"? (.*);\n?')
_INHERITS = re.compile(r'INHERITS \((?:public\.)?"?(\w+)"?\);\n?')
_BATCH = re.compile(r"FOR VALUES IN \('?(\d+)'?\)")
_INSTANT = re.compile(r"(\d+)-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(\.\d+)?([+-])(\d\d)(?::(\d\d))?")
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_QUOTED = re.compile(r'["\\(),\s]', re.ASCII)


class Unreadable(Exception):
    """The dump is not what this program reads."""


@dataclass
class Shape:
    """How the rows of a table are recorded."""

    table: str
    columns: list[str]
    keys: list[str]
    attached: str


@dataclass
class Entry:
    """An entry of the record."""

    number: int
    shape: int
    part: str
    op: str
    keys: list[str | None]
    digests: list[str | None]
    stamp: str


@dataclass
class Dump:
    """What the first reading keeps: types of columns, parts, and the record."""

    types: dict[str, dict[str, str]] = field(default_factory=dict)
    whole: dict[str, str] = field(default_factory=dict)
    batches: dict[str, str] = field(default_factory=dict)
    shapes: dict[int, Shape] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    roots: list[dict[str, str]] = field(default_factory=list)
    counters: list[dict[str, str]] = field(default_factory=list)
    executed: dict[str, str] = field(default_factory=dict)
    writes: set[tuple[str, str]] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


def plain(cell: str) -> str | None:
    """A cell of COPY text as the value's own text."""
    if cell == r"\N":
        return None
    if "\\" not in cell:
        return cell
    return re.sub(r"\\(.)", lambda found: _ESCAPED.get(found[1], found[1]), cell, flags=re.S)


def in_utc(text: str) -> str:
    """An instant with its offset, in UTC, as PostgreSQL writes it."""
    if text.endswith("+00"):
        return text
    found = _INSTANT.fullmatch(text)
    if found is None or (found[9] == "00" and found[10] in (None, "00")):
        return text
    offset = dt.timedelta(hours=int(found[9]), minutes=int(found[10] or 0)) * (-1 if found[8] == "-" else 1)
    moved = dt.datetime(*(int(found[n]) for n in range(1, 7)), tzinfo=dt.UTC) - offset
    return f"{moved:%Y-%m-%d %H:%M:%S}{found[7] or ''}+00"


def record_text(values: Row) -> str:
    """The text of a record, as PostgreSQL writes one."""
    if None not in values and "" not in values and not _QUOTED.search("".join(values)):  # type: ignore[arg-type]
        return f"({','.join(values)})"  # type: ignore[arg-type]
    cells = []
    for value in values:
        if value is None:
            cells.append("")
        elif value == "" or _QUOTED.search(value):
            doubled = value.replace("\\", "\\\\").replace('"', '""')
            cells.append(f'"{doubled}"')
        else:
            cells.append(value)
    return f"({','.join(cells)})"


def array(text: str) -> list[str | None]:
    """The elements of an array of one dimension."""
    items: list[str | None] = []
    for quoted, bare in re.findall(r'"((?:[^"\\]|\\.)*)"|([^{},"]+)', text[1:-1], flags=re.S):
        if bare:
            items.append(None if bare == "NULL" else bare)
        else:
            items.append(re.sub(r"\\(.)", r"\1", quoted, flags=re.S))
    return items


def tables(path: Path, dump: Dump | None = None) -> Iterator[tuple[str, list[str], Iterator[Row]]]:
    """Name, columns and rows of every table in the dump; on the way, types and parts are noted in `dump`."""
    with path.open(encoding="utf-8", newline="\n") as lines:
        for line in lines:
            copy = _COPY.fullmatch(line)
            if copy:
                columns = [name.strip().strip('"') for name in copy[3].split(",")]
                rows = _rows(lines, columns)
                yield copy[2], columns, rows
                for _ in rows:
                    pass
            elif dump is not None:
                _note(line, lines, dump)


def _rows(lines: Iterator[str], columns: list[str]) -> Iterator[Row]:
    for line in lines:
        if line == "\\.\n":
            return
        cells = line.rstrip("\n").split("\t")
        if len(cells) != len(columns):
            raise Unreadable(f"a row has {len(cells)} cells, not {len(columns)}: {line[:80]!r}")
        # What is empty or escaped is written with a backslash.
        yield [plain(cell) for cell in cells] if "\\" in line else cells  # type: ignore[misc]
    raise Unreadable("the dump ends within a table")


def _note(line: str, lines: Iterator[str], dump: Dump) -> None:
    made = _TABLE.fullmatch(line)
    if made:
        types = dump.types.setdefault(made[1], {})
        for inner in lines:
            if inner.startswith(")"):
                return
            column = _COLUMN.match(inner.rstrip("\n"))
            if column and column[2] != "CONSTRAINT":
                types[column[2]] = column[3]
        return
    child = _INHERITS.fullmatch(line)
    if child:
        dump.faults.append(f"{child[1]}: another table inherits from it, whose rows are taken for its own")
    part = _ATTACH.fullmatch(line)
    if part:
        dump.whole[part[2]] = part[1]
        batch = _BATCH.fullmatch(part[3])
        if batch:
            dump.batches[part[2]] = batch[1]


def read_record(path: Path) -> Dump:
    """The first reading."""
    dump = Dump()
    for name, columns, rows in tables(path, dump):
        if name in ("integrity_shape", "integrity_entry", "integrity_root", "integrity_counter", "runs_batch", "warrants_scope"):
            for values in rows:
                _keep(dump, name, {column: value or "" for column, value in zip(columns, values, strict=True)})
    if not dump.shapes:
        raise Unreadable("the dump has no integrity_shape: it is no plain dump of such a database, or of a release before 0.2")
    return dump


def _keep(dump: Dump, name: str, row: dict[str, str]) -> None:
    if name == "runs_batch":
        if row["status"] == "executed":
            dump.executed[row["id"]] = row["kind"]
    elif name == "warrants_scope":
        if row["kind"] == "run":
            dump.writes.add((row["code"], row["table_name"]))
    elif name == "integrity_shape":
        names = [[n or "" for n in array(row[column])] for column in ("columns", "keys")]
        dump.shapes[int(row["id"])] = Shape(row["table_name"], names[0], names[1], row["attached"])
    elif name == "integrity_entry":
        text = record_text([row[column] for column in ("id", "shape_id", "part", "op", "keys", "digests")])
        digests = [None if d is None else d.removeprefix("\\x") for d in array(row["digests"])]
        stamp = row["stamp"].removeprefix("\\x")
        if hashlib.sha256(text.encode()).hexdigest() != stamp:
            dump.faults.append(f"integrity_entry id={row['id']}: the entry was changed")
        dump.entries.append(Entry(int(row["id"]), int(row["shape_id"]), row["part"], row["op"], array(row["keys"]), digests, stamp))
    else:
        (dump.roots if name == "integrity_root" else dump.counters).append(row)


def expected(dump: Dump) -> dict[str, dict[str, tuple[str, int]]]:
    """Of each table what its rows must be: key -> digest and shape. Entries taken in (O) and attached (P) stand first."""
    found: dict[str, dict[str, tuple[str, int]]] = {shape.table: {} for shape in dump.shapes.values()}
    gone: dict[str, set[str]] = {table: set() for table in found}
    written: dict[str, set[str]] = {table: set() for table in found}
    for entry in sorted(dump.entries, key=lambda e: e.number):
        if entry.shape not in dump.shapes:
            dump.faults.append(f"integrity_entry id={entry.number}: no shape {entry.shape}")
            continue
        table = dump.shapes[entry.shape].table
        if len(entry.keys) != len(entry.digests):
            dump.faults.append(f"integrity_entry id={entry.number}: {len(entry.keys)} keys, {len(entry.digests)} digests")
            continue
        for key, digest in zip(entry.keys, entry.digests, strict=True):
            key = key or ""
            if entry.op in "OP":
                if key in written[table]:
                    continue
            else:
                written[table].add(key)
            if digest is None:
                gone[table].add(key)
                found[table].pop(key, None)
            else:
                found[table][key] = (digest, entry.shape)
    return found


def ways_around(dump: Dump) -> Iterator[str]:
    """Rows taken in after that was closed, shapes that lost a column while rows were carried over, parts under a batch that does not write them."""
    closed: set[tuple[str, str]] = set()
    carried = {entry.shape for entry in dump.entries if entry.op == "R"}
    for entry in sorted(dump.entries, key=lambda e: e.number):
        if entry.op != "O" or entry.shape not in dump.shapes:
            continue
        place = (dump.shapes[entry.shape].table, entry.part)
        if not entry.keys:
            closed.add(place)
        elif place in closed:
            yield f"integrity_entry id={entry.number}: rows of {place[0]} taken in after that was closed"
    before: dict[str, Shape] = {}
    for number, shape in sorted(dump.shapes.items()):
        lost = sorted(set(before[shape.table].columns) - set(shape.columns)) if shape.table in before else []
        if lost and any(n >= number and dump.shapes[n].table == shape.table for n in carried if n in dump.shapes):
            yield f"integrity_shape id={number}: {shape.table} lost {', '.join(lost)}; what stood there was compared with nothing"
        before[shape.table] = shape
    attached = {shape.table for shape in before.values() if shape.attached}
    for name in sorted(dump.batches):
        table, batch = root_table(dump, name)
        if table not in attached or not batch:
            continue
        if batch not in dump.executed:
            yield f"{name}: a part of no executed batch"
        elif (dump.executed[batch], table) not in dump.writes:
            yield f"{name}: a part under batch {batch}, whose kind {dump.executed[batch]} does not write {table}"


def roots(dump: Dump, published: Path | None) -> Iterator[str]:
    """Faults of the seals."""
    entries = sorted(dump.entries, key=lambda e: e.number)
    numbers = [e.number for e in entries]
    number, last, total, root = 0, 0, 0, "0" * 64
    for row in sorted(dump.roots, key=lambda r: int(r["number"])):
        where = f"integrity_root number={row['number']}"
        names = ("number", "day", "first_entry", "last_entry", "entry_count", "total_count", "digest", "events", "previous")
        if hashlib.sha256("|".join(row[n] for n in names).encode()).hexdigest() != row["root"]:
            yield f"{where}: its content does not give its root"
        number, total = number + 1, total + int(row["entry_count"])
        if (int(row["number"]), row["previous"], int(row["first_entry"]), int(row["total_count"])) != (
            number,
            root,
            last + 1,
            total,
        ):
            yield f"{where}: does not follow the seal before; seals are missing"
        first, last, root, number = int(row["first_entry"]), int(row["last_entry"]), row["root"], int(row["number"])
        sealed = entries[bisect_left(numbers, first) : bisect_right(numbers, last)]
        digest = hashlib.sha256(b"".join(bytes.fromhex(e.stamp) for e in sealed)).hexdigest()
        if (len(sealed), digest) != (int(row["entry_count"]), row["digest"]):
            yield f"{where}: {row['entry_count']} entries were sealed, {len(sealed)} are found, or others"
    counted = [(int(row["number"]), int(row["total_count"]), row["root"]) for row in dump.counters] or [(0, 0, "0" * 64)]
    if counted != [(number, total, root)]:
        yield f"integrity_counter: counts seal {counted[0][0]}, the newest found is {number}"
    standing = {row["number"]: f"{row['number']} {row['day']} {row['total_count']} {row['root']}" for row in dump.roots}
    for line in published.read_text(encoding="utf-8").splitlines() if published else []:
        if line.strip() and not line.startswith("#") and standing.get(line.split()[0]) != line.strip():
            yield f"integrity_root number={line.split()[0]}: is not as it was published: {line.strip()}"


def root_table(dump: Dump, name: str) -> tuple[str, str]:
    """The recorded table a part belongs to, and the batch that attached it ("" for none)."""
    batch = ""
    while name in dump.whole:
        batch = dump.batches.get(name, "")
        name = dump.whole[name]
    return name, batch


def rows(path: Path, dump: Dump, must: dict[str, dict[str, tuple[str, int]]]) -> Iterator[str]:
    """Faults of the rows: the second reading. What is found is taken out of `must`; what is left over at the end is gone."""
    taken = {entry.part for entry in dump.entries if entry.op == "P"}
    newest = {shape.table: shape for _, shape in sorted(dump.shapes.items())}
    for name, columns, found in tables(path):
        table, batch = root_table(dump, name)
        if table not in newest:
            continue
        if newest[table].attached and batch and name not in taken:
            print(f"{name}: not recorded yet, not judged", file=sys.stderr)
            continue
        instants = [
            n for n, column in enumerate(columns) if dump.types.get(name, {}).get(column, "").startswith("timestamp with time zone")
        ]
        place = {column: n for n, column in enumerate(columns)}
        keys = [place[key] for key in newest[table].keys]
        orders = {
            number: [place[c] for c in shape.columns]
            for number, shape in dump.shapes.items()
            if shape.table == table and set(shape.columns) <= set(place)
        }
        for values in found:
            for n in instants:
                value = values[n]
                values[n] = None if value is None else in_utc(value)
            key = (values[keys[0]] or "") if len(keys) == 1 else record_text([values[n] for n in keys])
            digest, shape = must[table].pop(key, ("", 0))
            where = f"{table} {', '.join(newest[table].keys)}={key}"
            if not shape:
                yield f"{where}: put in past the record"
            elif (
                shape not in orders
                or hashlib.sha256(record_text([values[n] for n in orders[shape]]).encode()).hexdigest()[:32] != digest
            ):
                yield f"{where}: changed past the record"
    for table, left in sorted(must.items()):
        for key in sorted(left):
            yield f"{table} {', '.join(newest[table].keys)}={key}: removed past the record"


def main() -> int:
    """Read the dump twice, name what does not agree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dump", type=Path)
    parser.add_argument("--published", type=Path, help="file of published seals")
    chosen = parser.parse_args()
    try:
        dump = read_record(chosen.dump)
        must = expected(dump)
        faults = [*dump.faults, *ways_around(dump), *roots(dump, chosen.published), *rows(chosen.dump, dump, must)]
    except (Unreadable, OSError, KeyError, ValueError) as error:
        print(f"the dump cannot be read: {error!r}", file=sys.stderr)
        return 2
    for fault in faults:
        print(fault)
    print(f"{len(dump.entries)} entries, {len(dump.roots)} seals, {len(faults)} faults", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
