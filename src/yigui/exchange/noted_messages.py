"""Messages (报文) that came to nothing yet: they wait for a person (待核定), or are about nobody here (未匹配)."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import connection

from yigui.common.sqlfiles import named_sql
from yigui.exchange.import_records import Noted, noted_death
from yigui.exchange.import_registrations import RECORD_FILES
from yigui.exchange.models import FileKind, InMessage

#: Messages that were answered so when they came and are looked at again, the newest; what is older is found by its number.
LOOKED_AT = 300

_DEATHS = named_sql("exchange", "noted_messages")["deaths"]


@dataclass(frozen=True)
class NotedMessage:
    """A message and how it stands now."""

    message: InMessage
    noted: Noted


def noted_messages(most: int, areas: Collection[str] | None = None) -> list[NotedMessage]:
    """The newest messages that still wait for a person or are still about nobody here, with why: what was decided, registered or named since is none.

    Args:
        areas: of whose people (and units) alone; None of everybody, those nobody here knows included.
    """
    rows = list(InMessage.objects.filter(result__has_key="noted").select_related("partner").order_by("-id")[:LOOKED_AT])
    if areas is not None:
        rows = _about(rows, areas)
    now = _deaths([row for row in rows if row.kind == FileKind.DEATH])
    for kind in {row.kind for row in rows} - {FileKind.DEATH}:
        now |= _judged(kind, [row for row in rows if row.kind == kind])
    return [NotedMessage(row, now[row.pk]) for row in rows if row.pk in now][:most]


def _about(rows: Sequence[InMessage], areas: Collection[str]) -> list[InMessage]:
    """Those about people registered, or units, in some areas: by the rule of files (`exchange_record_area_v1`)."""
    asked = [{"message": row.pk, "id_number": row.content.get("AAC002"), "credit_code": row.content.get("AAB998")} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT message FROM jsonb_to_recordset(%s::jsonb) AS t (message bigint, id_number text, credit_code text)"
            " WHERE exchange_record_area_v1(id_number, credit_code) = ANY (%s)",
            [json.dumps(asked), list(areas)],
        )
        own = {number for (number,) in cursor.fetchall()}
    return [row for row in rows if row.pk in own]


def _deaths(rows: Sequence[InMessage]) -> dict[int, Noted]:
    """Reported deaths as they stand: what two people have decided counts."""
    told = {row.pk: row.content for row in rows}
    found: dict[int, Noted] = {}
    if not rows:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_DEATHS, [list(told)])
        for pk, standing in cursor.fetchall():
            content = told[pk]
            if (noted := noted_death(standing, content["AAC002"], content["AAC003"], content["AIC037"])) is not None:
                found[pk] = noted
    return found


def _judged(kind: str, rows: Sequence[InMessage]) -> dict[int, Noted]:
    """Messages of another kind, judged as if they came now: who is known under the number by now."""
    spec = RECORD_FILES[kind]
    blank = dict.fromkeys(spec.columns, "")
    records = [spec.model(**spec.record(blank | row.content), row_no=k) for k, row in enumerate(rows)]
    return {rows[k].pk: noted for k, noted in spec.judge(records).items()}
