"""Advisory locks have one register."""

import re
from pathlib import Path

from yigui.common.locks import Lock

SOURCES = Path(__file__).resolve().parents[2] / "src" / "yigui"
#: A lock with its first key: a number, or what fills the place.
TAKEN = re.compile(r"pg_(?:try_)?advisory_(?:xact_)?lock(?:_shared)?\((\d+)")


def test_each_number_stands_in_the_register_and_is_written_by_hand_only_where_python_does_not_reach() -> None:
    written: dict[int, set[str]] = {}
    for path in [*SOURCES.rglob("*.py"), *SOURCES.rglob("*.sql")]:
        if "migrations" not in path.parts:
            for number in TAKEN.findall(path.read_text()):
                written.setdefault(int(number), set()).add(path.relative_to(SOURCES).as_posix())
    assert written == {
        Lock.PERSON: {"registry/models.py"}, Lock.BOOK: {"ledger/sql/functions.sql"}, Lock.SECTIONS: {"staff/sql/functions.sql"},
    }  # fmt: skip


def test_no_two_locks_share_a_number() -> None:
    assert len({lock.value for lock in Lock}) == len(Lock.__members__)
