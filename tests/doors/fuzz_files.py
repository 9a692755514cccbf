"""A hundred thousand files nobody should send, through the readers of money and records: `python -m tests.doors.fuzz_files --cases 100000`.

Outside the suite, which tries some hundreds with the database behind (`test_any_file`). Here the readers run in this very process, without the
bounds of theirs: each file is refused with a sentence in Chinese, or every line of it is a row or has a sentence. Anything else ends with 1.
"""

import argparse
import collections
import importlib
import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

FILES = Path(__file__).parent / "files"
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
    from yigui.documents.sheets import read_sheet
    from yigui.documents.tabular.xml import is_xml
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
    elif folder == "results":
        found = read_results(content, "f")
        for row in found.rows:
            yield row.fault
    else:
        columns = {code: (code, zh) for code, zh in RECORD_FILES[folder].columns.items()}
        for cells in read_sheet(content, "f", columns, rows_max=50_000):
            yield str(cells.get("problem") or "")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yigui.config.settings")
    import django

    django.setup()
    from yigui.common.apart import Refused
    from yigui.common.errors import YiguiError

    paths = sorted(path for path in FILES.glob("*/*") if path.stat().st_size < 20_000)
    counts: collections.Counter[str] = collections.Counter()
    began = time.monotonic()
    for case in range(chosen.cases):
        chance = random.Random(f"{chosen.seed}-{case}")
        path = chance.choice(paths)
        content = bend(path.read_bytes(), chance)
        try:
            with (
                patch("yigui.documents.tabular.read.stream_apart", _streamed), patch("yigui.documents.tabular.xml.run_apart", _called),
            ):  # fmt: skip
                said = list(rows_of(path.parent.name, content))
            counts["taken"] += 1
            counts["rows"] += len(said)
            counts["rows refused"] += sum(1 for sentence in said if sentence)
        except (YiguiError, Refused) as refused:
            counts["refused"] += 1
            said = [str(refused)]
        except Exception as fault:
            counts["faults"] += 1
            print(f"case {case} of {path.name}: {type(fault).__name__}: {str(fault)[:200]}", file=sys.stderr)
            continue
        bare = [sentence for sentence in said if sentence and not any("\u4e00" <= letter <= "\u9fff" for letter in sentence)]
        if bare:
            counts["faults"] += 1
            print(f"case {case} of {path.name}: no sentence: {bare[0][:200]}", file=sys.stderr)
    print(f"{chosen.cases:,} files in {time.monotonic() - began:.0f} s: {dict(sorted(counts.items()))}")
    return 1 if counts["faults"] or not counts["taken"] or not counts["refused"] else 0


if __name__ == "__main__":
    sys.exit(main())
