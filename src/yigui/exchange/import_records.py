"""Import of partners' records from CSV files: good rows are kept, bad rows come back with their sentence, the same file comes in once."""

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, models, transaction

from yigui.common import clock
from yigui.common.digests import sm3
from yigui.common.identifiers import read_citizen_number
from yigui.db.presence import be_present
from yigui.documents.errors import FileRefused
from yigui.documents.sheets import read_sheet
from yigui.documents.store import store_made
from yigui.exchange.errors import FileTwice, FileUnreadable
from yigui.exchange.models import DeathRecord, FileKind, InboundFile, LifeSign, Partner, PrisonRecord
from yigui.staff.models import User

ROWS_MAX = 50_000


@dataclass(frozen=True)
class RecordFile:
    """What a kind of file looks like: its columns (LD/T 92 name -> Chinese name), the verdict on a row, and its record.

    `verdict` gives "" for a good row, else the sentence; `record` makes the unsaved row of the model from good values. Columns in
    `optional` must be there and may be blank.
    """

    kind: FileKind
    columns: Mapping[str, str]
    model: type[models.Model]
    verdict: Callable[[Mapping[str, str], dt.date], str]
    record: Callable[[Mapping[str, str]], dict[str, Any]]
    optional: Collection[str] = ()


@transaction.atomic
def import_records(
    spec: RecordFile, *, content: bytes, file_name: str, partner: Partner, user: User | None, today: dt.date
) -> InboundFile:
    """Take a file in. CSV in UTF-8 or GB 18030; a row that is known already counts as accepted.

    Raises:
        FileUnreadable: not text, a column missing, no rows, or more than `ROWS_MAX`.
        FileTwice: the same content came in before; nothing is changed.
    """
    digest = sm3(content)
    earlier = InboundFile.objects.filter(kind=spec.kind, digest=digest).first()
    if earlier is not None:
        when = clock.local(earlier.received_at).strftime("%Y-%m-%d %H:%M")
        raise FileTwice(f"该文件内容已于 {when} 接收过（回执 {earlier.pk} 号），本次未做任何改动。", receipt=earlier.pk)
    rows = _read(content, file_name, spec.columns)
    good: list[models.Model] = []
    rejected = []
    for row in rows:
        number = row["row_no"]
        sentence = (
            "有空白的必填列"
            if any(not row.get(code) for code in spec.columns if code not in spec.optional)
            else spec.verdict(row, today)
        )
        if sentence:
            rejected.append([number, sentence])
        else:
            good.append(spec.model(**spec.record(row), row_no=number))
    # What the file said is kept whole: no death stands without it (`exchange_death_ground_v1`), and `verify` reads it again.
    store_made(content, "application/octet-stream")
    try:
        with transaction.atomic():
            be_present(user)
            receipt = InboundFile.objects.create(
                kind=spec.kind, partner=partner, file_name=file_name[:200], digest=digest, row_count=len(rows), accepted_count=len(good),
                rejected=rejected, received_by=user,
            )  # fmt: skip
    except IntegrityError as error:
        raise FileTwice("该文件刚刚由其他人接收，本次未做任何改动。") from error
    for record in good:
        record.file = receipt  # type: ignore[attr-defined]
    spec.model._default_manager.bulk_create(good, ignore_conflicts=True, batch_size=2000)
    return receipt


def _read(content: bytes, file_name: str, columns: Mapping[str, str]) -> list[dict[str, Any]]:
    try:
        return read_sheet(content, file_name, {code: (code, zh) for code, zh in columns.items()}, rows_max=ROWS_MAX)
    except FileRefused as refused:
        raise FileUnreadable(refused.message) from refused


def number_verdict(number: str) -> str:
    """The sentence about a citizen number, "" when it is right."""
    return "" if read_citizen_number(number) is not None else f"证件号码 {number} 校验未通过"


def day_verdict(label: str, text: str, today: dt.date) -> str:
    """The sentence about a day that must not lie in the future, "" when it is right."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return f"{label} {text} 不是日期，应为 2026-01-31 的形式"
    return f"{label} {day} 晚于今天" if day > today else ""


#: Deaths (死亡信息) and traces of life (生存比对信息) of pensioners.
DEATHS = RecordFile(
    FileKind.DEATH, {"AAC002": "证件号码", "AAC003": "姓名", "AIC037": "死亡日期"}, DeathRecord,
    lambda row, today: number_verdict(row["AAC002"]) or day_verdict("死亡日期", row["AIC037"], today),
    lambda row: {"id_number": row["AAC002"].upper(), "name": row["AAC003"], "died_on": dt.date.fromisoformat(row["AIC037"])},
)  # fmt: skip
LIFE_SIGNS = RecordFile(
    FileKind.LIFE_SIGN, {"AAC002": "证件号码", "AAC003": "姓名", "AAE036": "发生日期"}, LifeSign,
    lambda row, today: number_verdict(row["AAC002"]) or day_verdict("发生日期", row["AAE036"], today),
    lambda row: {"id_number": row["AAC002"].upper(), "name": row["AAC003"], "seen_on": dt.date.fromisoformat(row["AAE036"])},
)  # fmt: skip
PRISON = RecordFile(
    FileKind.PRISON, {"AAC002": "证件号码", "AAC003": "姓名", "start_date": "服刑起始日期", "end_date": "服刑终止日期"}, PrisonRecord,
    lambda row, today: number_verdict(row["AAC002"]) or _span_verdict(row["start_date"], row["end_date"], today),
    lambda row: {
        "id_number": row["AAC002"].upper(), "name": row["AAC003"], "began_on": dt.date.fromisoformat(row["start_date"]),
        "ended_on": dt.date.fromisoformat(row["end_date"]) if row["end_date"] else None,
    },
    optional=("end_date",),
)  # fmt: skip


def _span_verdict(start: str, end: str, today: dt.date) -> str:
    """The sentence about the days of a sentence: begun by today; an end, where there is one, a day that is not before it."""
    if sentence := day_verdict("服刑起始日期", start, today):
        return sentence
    try:
        return (
            f"服刑终止日期 {end} 早于起始日期 {start}" if end and dt.date.fromisoformat(end) < dt.date.fromisoformat(start) else ""
        )
    except ValueError:
        return f"服刑终止日期 {end} 不是日期，应为 2026-01-31 的形式"
