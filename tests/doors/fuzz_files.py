"""A hundred thousand files and messages nobody should send, through the readers of money, records and employers' lists:
`python -m tests.doors.fuzz_files --cases 100000`.

Outside the suite, which tries some hundreds with the database behind (`test_any_file`). Here many files are read in one process, and what takes
too much there once more in the reader's own, with its bounds: each file is refused with a sentence in Chinese, or every line of it is a row or
has a sentence, and the reader's own count of lines says the same. Every fourth case is a row of a message. Anything else ends with 1.
"""

import argparse
import collections
import contextlib
import importlib
import io
import json
import os
import random
import resource
import signal
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

FILES, LISTS = Path(__file__).parent / "files", Path(__file__).parent / "people"
#: What a file may take of the process in which many are read; seconds of the clock, and memory.
SECONDS, MEMORY_BYTES = 20, 2 * 1024**3
#: One case in so many is a row of a message instead of a file.
MESSAGES = 4
HOSTILE = (
    "", " ", "0", "-1", "1e9", "NaN", '="8000"', "'12", "１２３", "12,34", "9" * 400, "٣", "²", "2026-13-45", "99999-01-01", "#REF!", "\x00", "\ufeff", "\u202e",
    "😀", '"', '""', "合计", "NOTPROVIDED", "P1-1", "<a>", "&lt;", "%s", "\\", "110105491231002", "贷", "\r", "\n", "\t", ";", "|", ",",
)  # fmt: skip


class _Whole(list[Any]):
    """What a reader in a process of its own gives, as far as it is asked here."""

    last: Any = None


def _called(function: str, content: bytes, options: dict[str, Any], bounds: Any = None) -> Any:
    module, _, name = function.partition(":")
    return getattr(importlib.import_module(module), name)(content, **options)


def _streamed(function: str, content: bytes, options: dict[str, Any], bounds: Any = None, *, block: int = 1) -> _Whole:
    items, found = _called(function, content, options), _Whole()
    while True:
        try:
            found.append(next(items))
        except StopIteration as ended:
            found.last = ended.value
            return found


def bend(content: bytes, chance: random.Random) -> bytes:
    """A file changed in one to four places: of a workbook mostly one of its parts, packed again, so that its readers come to see it."""
    if not content.startswith(b"PK") or chance.randrange(5) == 0:
        return _bent(content, chance)
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
            chosen = chance.choice([part.filename for part in old.infolist()])
            for part in old.infolist():
                inner = old.read(part)
                new.writestr(part.filename, _bent(inner, chance) if part.filename == chosen else inner)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return _bent(content, chance)
    return out.getvalue()


def _bent(content: bytes, chance: random.Random) -> bytes:
    """Cut, doubled or changed in one to four places, mostly in one."""
    bent = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randrange(len(bent) + 1)
        kind = chance.randrange(6)
        if kind == 0:
            del bent[at:]
        elif kind == 1:
            bent[at:at] = bent[at // 2 : at][:300]
        elif kind == 2:
            bent[at : at + 1] = chance.randbytes(chance.randint(0, 3))
        elif kind == 3:
            del bent[at : at + chance.randint(1, 40)]
        else:
            word = chance.choice(HOSTILE).encode(chance.choice(("utf-8", "gb18030", "utf-16-le")), "replace")
            bent[at : at + chance.randint(0, 12)] = word
    return bytes(bent)


def rows_of(folder: str, content: bytes) -> Iterator[str]:
    """ "" for each row that was read, its sentence for each that was not."""
    from yigui.documents.tabular import read_table
    from yigui.documents.tabular.xml import is_xml
    from yigui.exchange.import_records import read_records
    from yigui.exchange.import_registrations import RECORD_FILES
    from yigui.exchange.money_formats import formats, read_csv
    from yigui.exchange.receipt_rows import RefusedRow
    from yigui.exchange.statements import read_statements
    from yigui.payment.result_formats import read_results

    if folder in ("bank", "tax"):
        lines = (
            [line for s in read_statements(content, "f") for line in s.lines]
            if is_xml(content)
            else read_csv(content, "f", formats()[folder])
        )
        for line in lines:
            yield line.sentence if isinstance(line, RefusedRow) else ""
    elif folder in ("lists", "bases"):
        table = read_table(content, "f", columns_of_list(folder))
        said = ["；".join(row.problems) for row in table.rows]
        assert len(said) == table.read + table.rejected + table.aside, "lines that are not accounted for"
        yield from said
    elif folder == "results":
        found = read_results(content, "f")
        for row in found.rows:
            yield row.fault
    else:
        for cells in read_records(RECORD_FILES[folder], content, "f"):
            yield str(cells.get("problem") or "")


def columns_of_list(folder: str) -> list[Any]:
    """The columns of an employer's list: of enrolments, or of bases."""
    import datetime as dt

    from yigui.applying.list_tables import table_columns
    from yigui.catalogue.declarations import declared
    from yigui.levy.declare import COLUMNS

    return list(COLUMNS) if folder == "bases" else table_columns(declared().item("REG-004", dt.date(2026, 11, 10)))


def message_row(chance: random.Random) -> list[str]:
    """A row of a message with values of any kind under heads it may know: "" where it was read, else its sentences."""
    from yigui.documents.tabular import read_row

    columns = columns_of_list(chance.choice(("lists", "bases")))
    values = (
        *HOSTILE,
        None,
        True,
        0,
        -1,
        10**30,
        1.5,
        float("nan"),
        float("inf"),
        [1],
        {"a": 1},
        "511102198503130014",
        "2026-11-10",
        "5200.00",
        "张三",
    )
    heads = [head for column in columns for head in column.heads] + ["没有这一列", ""]
    cells = {chance.choice(heads): chance.choice(values) for _ in range(chance.randint(0, 20))}
    row = read_row(1, cells, columns)
    assert row.cells.keys() == {column.name for column in columns}, "a cell that is not accounted for"
    assert all(isinstance(text, str) for text in row.cells.values()), "a cell that is no text"
    return row.problems or [""]


def one(case: int, seed: int, paths: list[Path], *, is_apart: bool = False) -> tuple[collections.Counter[str], str]:
    """What became of a case: counts, and its fault; "" for none. `is_apart`: through the reader's own process, with its bounds."""
    from yigui.common.apart import Refused
    from yigui.common.errors import YiguiError

    counts: collections.Counter[str] = collections.Counter()
    chance = random.Random(f"{seed}-{case}")
    path = chance.choice(paths)
    content = bend(path.read_bytes(), chance)
    try:
        with contextlib.ExitStack() as patched:
            # There is no database: nobody has accepted a head or a line.
            for module in ("exchange.said_of_lines", "exchange.money_formats", "payment.result_formats"):
                patched.enter_context(patch(f"yigui.{module}.approved", _nothing_accepted))
            if not is_apart:
                patched.enter_context(patch("yigui.documents.tabular.read.stream_apart", _streamed))
                patched.enter_context(patch("yigui.documents.tabular.xml.run_apart", _called))
            if case % MESSAGES == 0:
                said = message_row(chance)
                counts["messages"] += 1
            else:
                said = list(rows_of(path.parent.name, content))
                counts["taken"] += 1
        counts["rows"] += len(said)
        counts["rows refused"] += sum(1 for sentence in said if sentence)
    except (YiguiError, Refused) as refused:
        counts["refused"] += 1
        said = [str(refused)]
    except Exception as fault:
        return collections.Counter(faults=1), f"case {case} of {path.name}: {type(fault).__name__}: {str(fault)[:200]}"
    bare = [sentence for sentence in said if sentence and not any("\u4e00" <= letter <= "\u9fff" for letter in sentence)]
    if bare:
        return collections.Counter(faults=1), f"case {case} of {path.name}: no sentence: {bare[0][:200]}"
    return counts, ""


def until_it_bursts(first: int, last: int, seed: int, paths: list[Path]) -> Iterator[tuple[collections.Counter[str], str]]:
    """Cases in a process of their own, one after the other, until one takes more than it may or all are done."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        # What a library says of its own end is not for the summary.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
        with os.fdopen(writing, "w") as out:
            for case in range(first, last):
                signal.alarm(SECONDS)
                print(json.dumps(one(case, seed, paths)), file=out, flush=True)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as lines:
        for line in lines:
            counts, fault = json.loads(line)
            yield collections.Counter(counts), fault
    os.waitpid(child, 0)


def _nothing_accepted(*_: str) -> frozenset[str]:
    return frozenset()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yigui.config.settings")
    import django

    django.setup()
    folders = [*FILES.glob("*/*"), *(path for name in ("lists", "bases") for path in (LISTS / name).iterdir())]
    paths = sorted(path for path in folders if path.stat().st_size < 20_000)
    counts: collections.Counter[str] = collections.Counter()
    began = time.monotonic()
    done = 0
    while done < chosen.cases:
        for found, fault in until_it_bursts(done, chosen.cases, chosen.seed, paths):
            done += 1
            counts.update(found)
            if fault:
                print(fault, file=sys.stderr, flush=True)
        if done < chosen.cases:
            # What took too much here is what the reader's own process is for: there it must be refused.
            found, fault = one(done, chosen.seed, paths, is_apart=True)
            counts.update(found + collections.Counter({"through the bounds": 1}))
            done += 1
            if fault:
                print(fault, file=sys.stderr, flush=True)
    print(f"{done:,} files and messages, seed {chosen.seed}, in {time.monotonic() - began:.0f} s: {dict(sorted(counts.items()))}")
    return 1 if counts["faults"] or not counts["taken"] or not counts["refused"] else 0


if __name__ == "__main__":
    sys.exit(main())
