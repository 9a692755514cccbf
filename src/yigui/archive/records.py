"""What the records say of a case that is to be filed, and of a volume's case now (`sql/functions.sql`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from yigui.archive.four_checks import Filed

_COLUMNS = "kind, code, title, maker, media_type, size, digest, note"


@dataclass
class ToFile(Filed):
    """A piece as the records have it."""

    kind: str
    code: str
    title: str
    maker: str
    media_type: str
    size: int | None
    digest: str
    note: str


def _rows(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def to_file(case_id: int) -> list[ToFile]:
    """The pieces of a case in the order they are filed in."""
    return [ToFile(*row) for row in _rows(f"SELECT {_COLUMNS} FROM archive_list_v1(%s) ORDER BY seq", [case_id])]


def gaps_of(case_id: int) -> list[tuple[str, str]]:
    """What a case lacks by its own records: kind and material."""
    return [(kind, code) for kind, code in _rows("SELECT kind, code FROM archive_gaps_v1(%s) ORDER BY 1, 2", [case_id])]


def changed_pieces(volume_id: int) -> int:
    """How many pieces of a volume are not what they were when it was filed."""
    ((count,),) = _rows("SELECT archive_changed_v1(%s)", [volume_id])
    return int(count)
