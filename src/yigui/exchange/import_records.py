"""Import of partners' records from CSV files: good rows are kept, bad rows come back with their sentence, the same file comes in once."""

import datetime as dt
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import connection, models, transaction

from yigui.common import clock
from yigui.common.digests import sm3
from yigui.common.identifiers import says_its_kind, widen_citizen_number
from yigui.common.locks import Lock
from yigui.common.normalise import NAME_MAX, NAME_MIN, is_name, plain_identity, plain_name, read_day
from yigui.common.tables import delimited_lines
from yigui.db.presence import act_as
from yigui.documents.errors import FileRefused
from yigui.documents.models import StoredFile
from yigui.documents.sheets import Sheet, read_sheet
from yigui.documents.store import read_file, store_made
from yigui.documents.tabular import Column, Kind
from yigui.exchange.contracts import contracts
from yigui.exchange.errors import FileTwice, FileUnreadable, SenderUnfit
from yigui.exchange.models import DeathRecord, FileKind, InboundFile, LifeSign, Partner, PrisonRecord
from yigui.exchange.said_of_records import against_record
from yigui.staff.enums import UserKind
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User
from yigui.staff.scope import is_at_city, own_areas

ROWS_MAX = 50_000
#: Lines of a file that are kept with their sentence.
NOTED_MAX = 5_000
#: What the columns of all kinds of files hold, by their LD/T 92 names and our own: days, numbers and names are read as such whatever a sheet made of them.
_HOLD = {
    "AAC002": Kind.ID, "AAB998": Kind.ID, "AAC003": Kind.NAME, "AIC037": Kind.DATE, "AAE036": Kind.DATE, "ACC031": Kind.DATE,
    "start_date": Kind.DATE, "end_date": Kind.DATE,
}  # fmt: skip


@dataclass(frozen=True)
class RecordFile:
    """What a kind of file looks like: its columns (LD/T 92 name -> Chinese name), the verdict on a row, and its record.

    `verdict` gives "" for a good row, else the sentence about what is its own; number and name are judged alike in all (`fault`). `record` makes
    the unsaved row of the model from good values. Columns in `optional` must be there and may be blank. `key`: attributes by which a record is
    known again, the number first; with `says` all it says, so that one that says something else is not taken for known. `judge`: what new records mean, by row
    number, for those that are not simply taken: a `Noted`.
    """

    kind: FileKind
    columns: Mapping[str, str]
    model: type[models.Model]
    verdict: Callable[[Mapping[str, str], dt.date], str]
    record: Callable[[Mapping[str, str]], dict[str, Any]]
    key: tuple[str, ...]
    #: What a later row of the same key may say otherwise: it is kept, and the newest counts.
    says: tuple[str, ...] = ()
    optional: Collection[str] = ()
    judge: Callable[[Sequence[models.Model]], Mapping[int, "Noted"]] = lambda records: {}

    def fault(self, row: Mapping[str, str], today: dt.date, held: Collection[str]) -> str:
        """The sentence about a row of a file or a message that has nothing blank, "" when it is right. `held`: `held_numbers` of its number."""
        return number_verdict(row["AAC002"], held) or name_verdict(row["AAC003"]) or self.verdict(row, today)

    @property
    def table_columns(self) -> list[Column]:
        """The columns as the reader of tables looks for them."""
        return [
            Column(code, (code, name), _HOLD[code], required=True, shown=name, may_be_blank=code in self.optional)
            for code, name in self.columns.items()
        ]

    @property
    def heads(self) -> list[str]:
        """What may head each column, in words: LD/T 92 code and Chinese name; a name of our own only in Chinese."""
        return [f"{code}（{name}）" if code.isupper() else name for code, name in self.columns.items()]


@dataclass(frozen=True)
class Noted:
    """A line that is kept and yet means nothing by itself: it waits for a person, or is about nobody here; the sentence says which and why."""

    is_waiting: bool
    sentence: str

    @property
    def word(self) -> str:
        """What became of it."""
        return "待核定" if self.is_waiting else "未匹配"


@transaction.atomic
def import_records(
    spec: RecordFile,
    *,
    content: bytes,
    file_name: str,
    partner: Partner,
    user: User,
    today: dt.date,
    continues: InboundFile | None = None,
) -> InboundFile:
    """Take a file in. CSV in UTF-8 or GB 18030; a row that is known already counts as accepted. A line about somebody, or a unit, that another area
    answers for is sent back alone and waits for the city (`take_elsewhere`).

    Args:
        user: the section head who takes it in, or the account of the partner's program, carrying its key.
        continues: the file whose lines of elsewhere these are.

    Raises:
        FileUnreadable: not text, a column missing, no rows, or more than `ROWS_MAX`.
        FileTwice: the same content came in before; nothing is changed.
        SenderUnfit: no such records are taken from this partner.
    """
    if partner.pk not in contracts().files.get(str(spec.kind), ()):
        raise SenderUnfit(_unfit(spec, partner))
    digest = sm3(content)
    _one_at_a_time(spec.kind)
    earlier = InboundFile.objects.filter(kind=spec.kind, digest=digest).first()
    if earlier is not None:
        when = clock.local(earlier.received_at).strftime("%Y-%m-%d %H:%M")
        raise FileTwice(f"该文件内容已于 {when} 接收过（回执 {earlier.pk} 号），本次未做任何改动。", receipt=earlier.pk)
    rows = read_records(spec, content, file_name)
    held = held_numbers(row["AAC002"] for row in rows)
    good: list[models.Model] = []
    rejected = []
    for row in rows:
        # A line that is damaged, a sum or an example, and one with a cell that cannot be read, says so itself.
        sentence = row.get("problem") or spec.fault(row, today, held)
        if sentence:
            rejected.append([row["row_no"], sentence])
        else:
            good.append(spec.model(**spec.record(row), row_no=row["row_no"]))
    if continues is not None and (late := _said_since(spec, good, continues)):
        rejected = sorted([*rejected, *([number, _SINCE] for number in late)], key=lambda row: row[0])
        good = [record for record in good if record.row_no not in late]  # type: ignore[attr-defined]
    new = unknown(spec, good)
    elsewhere = _of_elsewhere(new, user)
    if elsewhere:
        rejected = sorted([*rejected, *([number, _ELSEWHERE] for number in elsewhere)], key=lambda row: row[0])
        new, good = ([r for r in rows_ if r.row_no not in elsewhere] for rows_ in (new, good))  # type: ignore[attr-defined]
    noted = spec.judge(new)
    waiting = sum(n.is_waiting for n in noted.values())
    # What the file said is kept whole: no record stands without it (`exchange_record_ground_v1`), and `verify` reads it again.
    store_made(content, "application/octet-stream")
    act_as(user)
    receipt = InboundFile.objects.create(
        kind=spec.kind, partner=partner, file_name=file_name[:200], digest=digest, row_count=len(rows), accepted_count=len(good),
        rejected=rejected, received_by=user, matched_count=len(new) - len(noted), known_count=len(good) - len(new),
        rejected_count=len(rejected), waiting_count=waiting, unmatched_count=len(noted) - waiting,
        noted=[[number, n.word, n.sentence] for number, n in sorted(noted.items())][:NOTED_MAX], elsewhere=sorted(elsewhere),
        continues=continues, unread_heads=list(rows.unread),
    )  # fmt: skip
    for record in new:
        record.file = receipt  # type: ignore[attr-defined]
    spec.model._default_manager.bulk_create(new, batch_size=2000)
    return receipt


#: The sentence of a line that is another area's.
_ELSEWHERE = "该行的参保人或用人单位由其他地区经办，本机构不能接收，已转市级机构待接收"


#: The sentence of a line that was taken out of an earlier file when something newer had been reported.
_SINCE = "该行所在的收文之后，同一事项另有较新的报送，以较新的为准，未入库；与事实不符的，请报送单位重新报送"


def _said_since(spec: RecordFile, records: Sequence[models.Model], file: InboundFile) -> set[int]:
    """Numbers of the lines out of an earlier file of which something else was reported since it came: the newest report counts, and they are not it."""
    if not spec.says:
        return set()
    width = len(spec.key)
    numbers = sorted({getattr(r, spec.key[0]) for r in records})
    since = models.Q(file__received_at__gt=file.received_at) | models.Q(message__received_at__gt=file.received_at)
    newest: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for at in range(0, len(numbers), 5000):
        found = spec.model._default_manager.filter(since, **{f"{spec.key[0]}__in": numbers[at : at + 5000]}).order_by("pk")
        newest |= {values[:width]: values[width:] for values in found.values_list(*spec.key, *spec.says)}
    late = set()
    for record in records:
        values = tuple(getattr(record, name) for name in (*spec.key, *spec.says))
        if newest.get(values[:width], values[width:]) != values[width:]:
            late.add(record.row_no)  # type: ignore[attr-defined]
    return late


def _of_elsewhere(records: Sequence[models.Model], user: User) -> set[int]:
    """Numbers of the new lines a county's officer brings that are another county's (`exchange_record_ground_v1` asks again); a partner's program brings its own."""
    if user.kind != UserKind.PERSON or is_at_city(user):
        return set()
    asked = [
        {"row_no": r.row_no, "id_number": r.id_number, "credit_code": getattr(r, "credit_code", None)}  # type: ignore[attr-defined]
        for r in records
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_no FROM jsonb_to_recordset(%s::jsonb) AS t (row_no integer, id_number text, credit_code text)"
            " WHERE exchange_record_area_v1(id_number, credit_code) <> ALL (%s)",
            [json.dumps(asked), own_areas(user)],
        )
        return {number for (number,) in cursor.fetchall()}


def _unfit(spec: RecordFile, partner: Partner) -> str:
    senders = Partner.objects.filter(pk__in=contracts().files.get(str(spec.kind), ())).order_by("pk").values_list("name", flat=True)
    named = "、".join(senders) or "尚未登记的协作单位（请系统管理员登记）"
    return f"{spec.kind.label}由{named}提供，{partner.name}不报送此类数据，本次未做任何改动。请按数据来源选择报送单位。"


def take_elsewhere(spec: RecordFile, *, file: InboundFile, user: User, today: dt.date) -> InboundFile:
    """Take the lines of a county's file that other areas answer for (待市级接收的行), as a file of their own made of what the kept one says; once.

    Raises:
        NotAuthorised: somebody of a county. FileTwice: they have been taken. FileUnreadable: as `import_records`.
    """
    if not is_at_city(user):
        raise NotAuthorised("其他地区的行由市级机构的科室负责人接收。")
    if InboundFile.objects.filter(continues=file).exists() or not file.elsewhere:
        raise FileTwice(f"第 {file.pk} 号回执中其他地区的行已接收，本次未做任何改动。", receipt=file.pk)
    kept = read_file(StoredFile.objects.get(digest=file.digest))
    wanted = set(file.elsewhere)
    rows = [row for row in read_records(spec, kept, file.file_name) if row["row_no"] in wanted]
    # Above the head stands which file they are of: the same line of two counties' files is two contents.
    table = [[f"回执 {file.pk} 号转来的行"], list(spec.columns), *([row[name] for name in spec.columns] for row in rows)]
    content = "".join(delimited_lines(table)).encode()
    name = f"{file.file_name[:150]}（{file.pk} 号回执转来）"
    return import_records(
        spec, content=content, file_name=f"{name}.csv", partner=file.partner, user=user, today=today, continues=file
    )


def _one_at_a_time(kind: str) -> None:
    """Files of a kind are taken in one after the other: the second of two that come at once sees what the first did. Until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [Lock.RECORDS, kind])


def unknown(spec: RecordFile, records: Sequence[models.Model]) -> list[models.Model]:
    """Those of the records that are not known yet, each once, and those that say something else of what is known than its newest does."""
    width = len(spec.key)
    numbers = sorted({getattr(r, spec.key[0]) for r in records})
    newest: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for at in range(0, len(numbers), 5000):
        found = spec.model._default_manager.filter(**{f"{spec.key[0]}__in": numbers[at : at + 5000]}).order_by("pk")
        newest |= {values[:width]: values[width:] for values in found.values_list(*spec.key, *spec.says)}
    fresh = []
    for record in sorted(records, key=lambda r: r.row_no):  # type: ignore[attr-defined]
        values = tuple(getattr(record, name) for name in (*spec.key, *spec.says))
        if newest.get(values[:width]) != values[width:]:
            newest[values[:width]] = values[width:]
            fresh.append(record)
    return fresh


def read_records(spec: RecordFile, content: bytes, file_name: str) -> Sheet:
    """The lines of a file as they are read: `row_no` and cells, or what is wrong with one as `problem`.

    Raises:
        FileUnreadable: not a table, a column missing, no rows, or more than `ROWS_MAX`.
    """
    try:
        return read_sheet(content, file_name, spec.table_columns, rows_max=ROWS_MAX, wary=partial(against_record, spec.kind))
    except FileRefused as refused:
        raise FileUnreadable(refused.message) from refused


def held_numbers(numbers: Iterable[str]) -> set[str]:
    """Those of the numbers which do not show by themselves that they are right, and which somebody here has or had: passports, passes of Taiwan."""
    asked = sorted({plain_identity(number) for number in numbers if number and not says_its_kind(number)})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id_number FROM registry_person WHERE id_number = ANY (%s)"
            " UNION SELECT id_number FROM registry_former_identity WHERE id_number = ANY (%s)",
            [asked, asked],
        )
        return {number for (number,) in cursor.fetchall()}


def number_verdict(number: str, held: Collection[str]) -> str:
    """The sentence about the number of somebody's document, "" when it is right. `held`: `held_numbers` of it."""
    return "" if says_its_kind(number) or plain_identity(number) in held else f"证件号码 {number} 校验未通过"


def name_verdict(name: str) -> str:
    """The sentence about a name, "" when it can be one."""
    plain = plain_name(name)
    if is_name(plain):
        return ""
    shown = plain if len(plain) <= 20 else f"{plain[:20]}…"
    return f"姓名“{shown}”应为 {NAME_MIN} 至 {NAME_MAX} 个汉字（各部分之间用“·”）或字母，请核对后重新报送"


def day_verdict(label: str, text: str, today: dt.date) -> str:
    """The sentence about a day that must not lie in the future, "" when it is right."""
    try:
        day = read_day(text)
    except ValueError:
        return f"{label} {text[:40]} 不是日期，应为 2026-01-31 的形式"
    return f"{label} {day} 晚于今天" if day > today else ""


_NOBODY = "现在和曾用的证件号码中均未找到该参保人"
_OTHER_NAME = "报送姓名与参保登记不一致，不作为在世依据，请报送单位核对"
#: Why a reported death is not simply taken, by its standing (`exchange_deaths_v1`).
_WAITS = {
    "other_name": "报送姓名“{name}”与参保登记不一致，待审核人员核定，核定前不影响待遇",
    "before_birth": "死亡日期 {day} 早于参保登记的出生日期，待审核人员核定，核定前不影响待遇",
    "contradicted": "死亡日期 {day} 之后还有本人在世的记录，待审核人员核定，核定前不影响待遇",
    "other_day": "另有死亡信息载明的日期不同，待审核人员核定以哪一日为准，核定前停发待遇",
}


def judged_deaths(records: Sequence[models.Model]) -> Mapping[int, Noted]:
    """What new reports of deaths are that are not simply matched: in doubt, or about nobody who is or was insured here."""
    told = [
        {"row_no": r.row_no, "id_number": r.id_number, "name": r.name, "died_on": r.died_on.isoformat()}
        for r in records
        if isinstance(r, DeathRecord)
    ]
    by_row = {row["row_no"]: row for row in told}
    noted = {}
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_no, standing FROM exchange_new_deaths_v1(%s::jsonb)", [json.dumps(told)])
        for number, standing in cursor.fetchall():
            row = by_row[number]
            if (said := noted_death(standing, str(row["id_number"]), str(row["name"]), str(row["died_on"]))) is not None:
                noted[number] = said
    return noted


def noted_death(standing: str, id_number: str, name: str, day: str) -> Noted | None:
    """What a reported death is by its standing (`exchange_deaths_v1`); None where nothing of it is open."""
    if standing == "unmatched":
        return Noted(False, f"{id_number} {name}：{_NOBODY}")
    if standing in _WAITS:
        return Noted(True, f"{id_number} {name}：{_WAITS[standing].format(name=name, day=day)}")
    return None


_WHOSE = """SELECT t.row_no, w.person IS NOT NULL, registry_same_name_v1(w.person, t.name)
FROM jsonb_to_recordset(%s::jsonb) AS t (row_no integer, id_number text, name text)
CROSS JOIN LATERAL (SELECT registry_person_of_v1(t.id_number) AS person) AS w"""


def _whose(records: Sequence[Any]) -> Iterator[tuple[str, int, bool, bool]]:
    """Number and name, row, whether the number leads to anybody, and whether that one is called so, or was; of each record."""
    told = {r.row_no: f"{r.id_number} {r.name}" for r in records}
    asked = [{"row_no": r.row_no, "id_number": r.id_number, "name": r.name} for r in records]
    with connection.cursor() as cursor:
        cursor.execute(_WHOSE, [json.dumps(asked)])
        for number, is_known, is_called_so in cursor.fetchall():
            yield told[number], number, is_known, is_called_so


def judged_life_signs(records: Sequence[models.Model]) -> Mapping[int, Noted]:
    """Traces of life that mean nothing here: about nobody, or under a name the person never had (`entitlement.certification` takes none of these)."""
    return {
        number: Noted(False, f"{who}：{_OTHER_NAME if is_known else _NOBODY}")
        for who, number, is_known, is_called_so in _whose(records)
        if not is_called_so
    }


def judged_prison_terms(records: Sequence[models.Model]) -> Mapping[int, Noted]:
    """Prison terms about nobody here. One under another name is somebody's to look at: the watch of sentences shows the name."""
    return {number: Noted(False, f"{who}：{_NOBODY}") for who, number, is_known, _ in _whose(records) if not is_known}


#: Deaths (死亡信息) and traces of life (生存比对信息) of pensioners.
DEATHS = RecordFile(
    FileKind.DEATH, {"AAC002": "证件号码", "AAC003": "姓名", "AIC037": "死亡日期"}, DeathRecord,
    lambda row, today: day_verdict("死亡日期", row["AIC037"], today),
    lambda row: {"id_number": widen_citizen_number(row["AAC002"]), "name": plain_name(row["AAC003"]), "died_on": read_day(row["AIC037"])},
    key=("id_number", "died_on", "name"), judge=judged_deaths,
)  # fmt: skip
LIFE_SIGNS = RecordFile(
    FileKind.LIFE_SIGN, {"AAC002": "证件号码", "AAC003": "姓名", "AAE036": "发生日期"}, LifeSign,
    lambda row, today: day_verdict("发生日期", row["AAE036"], today),
    lambda row: {"id_number": widen_citizen_number(row["AAC002"]), "name": plain_name(row["AAC003"]), "seen_on": read_day(row["AAE036"])},
    key=("id_number", "seen_on", "name"), judge=judged_life_signs,
)  # fmt: skip
PRISON = RecordFile(
    FileKind.PRISON, {"AAC002": "证件号码", "AAC003": "姓名", "start_date": "服刑起始日期", "end_date": "服刑终止日期"}, PrisonRecord,
    lambda row, today: _span_verdict(row["start_date"], row["end_date"], today),
    lambda row: {
        "id_number": widen_citizen_number(row["AAC002"]), "name": plain_name(row["AAC003"]), "began_on": read_day(row["start_date"]),
        "ended_on": read_day(row["end_date"]) if row["end_date"] else None,
    },
    key=("id_number", "began_on"), says=("name", "ended_on"), optional=("end_date",), judge=judged_prison_terms,
)  # fmt: skip


def _span_verdict(start: str, end: str, today: dt.date) -> str:
    """The sentence about the days of a sentence: begun by today; an end, where there is one, a day that is not before it."""
    if sentence := day_verdict("服刑起始日期", start, today):
        return sentence
    try:
        return f"服刑终止日期 {end} 早于起始日期 {start}" if end and read_day(end) < read_day(start) else ""
    except ValueError:
        return f"服刑终止日期 {end[:40]} 不是日期，应为 2026-01-31 的形式"
