"""Lists (名单申报): one item for many people from a workbook; every row gets its verdict, the good ones become cases.

A row is an application like any other: the same form, checks, papers and effects, and a case of its own. A paper is handed in
once for everybody on the list. The list is kept, so that bad rows can be mended later and a list handed in twice accepts nobody
twice. The employer's operator sends it on the platform, or brings it to the counter, where a teller does the same with it.
"""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

from yigui.applying.door import Door
from yigui.applying.list_tables import columns_of, table_columns
from yigui.applying.said_in_lists import against_row, refuse_other_sheet
from yigui.casework.accept_case import accept_case
from yigui.casework.application import Application, Examination, GivenMaterial, examine
from yigui.casework.application_lists import (
    going_over,
    keep_list,
    keep_papers,
    keep_rows,
    key_of,
    lists_before,
    open_lists,
    papers_with,
    refuse_too_many,
)
from yigui.casework.enums import CaseStatus, MaterialSource
from yigui.casework.errors import CaseRefused, FormInvalid, NotConfirmed
from yigui.casework.findings import said_by_check, sentences_of
from yigui.casework.handlers import handler_of, is_open, reaches
from yigui.casework.models import ApplicationList
from yigui.casework.queries import look_ahead_for_blocking_cases
from yigui.casework.who_may import why_not_accept, why_not_today
from yigui.catalogue.declarations import Field, Item, catalogue
from yigui.catalogue.field_kinds import kind_of
from yigui.catalogue.forms import question_of, shown_values, stored_values
from yigui.catalogue.intake import intake_of
from yigui.catalogue.shapes import FieldType
from yigui.common.errors import NotFound, YiguiError
from yigui.common.identifiers import kind_of_document, says_its_kind
from yigui.common.texts import in_one
from yigui.db.rows import looking_ahead
from yigui.documents.models import Paper
from yigui.documents.sheets import read_warily, unread_of, unread_said
from yigui.documents.store import keep_paper
from yigui.documents.tabular import Limits, Row
from yigui.exchange.queries import look_ahead_for_records
from yigui.identity.models import UnitLogin
from yigui.items.common.checks.acceptance import missing_materials
from yigui.items.common.facts import Facts
from yigui.items.prefill import initial_values
from yigui.registry.models import Employer, Employment, Person
from yigui.registry.queries import look_ahead_for_employer, look_ahead_for_employments, look_ahead_for_persons, persons_by_numbers
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User

ROWS_MAX = 5_000
#: Questions that are still open and are said in one refusal; the page shows them all.
_OPEN_SHOWN = 5
#: The list itself.
_ROSTER = "employee_list"
#: Looked up for everybody on the list; nobody brings it.
_LOOKED_UP = "employment_registration"

#: What a second list does with rows of earlier ones that wait.
HOW = frozenset({"merge", "replace"})


def is_for_lists(item: Item) -> bool:
    """Whether an employer can send the item for many people at once."""
    return is_open(item.code) and handler_of(item).list_able


def list_items(channel: str, day: dt.date) -> list[Item]:
    """Items that an employer can send as a list through a channel, by code."""
    return [item for item in catalogue().items(day) if is_for_lists(item) and reaches(item, channel)]


def why_not_now(door: Door, item: Item, employer: Employer, today: dt.date) -> YiguiError | None:
    """Why no list of an item is taken at a door on a day: what would refuse every row of it is said once, before anything is read."""
    if not is_for_lists(item) or not reaches(item, door.channel):
        return YiguiError(f"“{item.name}”不能用名单办理，请逐人申报。")
    intake = intake_of(item, door.channel, today)
    if not intake.is_open:
        return YiguiError(intake.rule.message if intake.rule else f"“{item.name}”目前不受理，请稍后再办。")
    if door.is_staffed:
        reason = why_not_accept(door.operator, item, channel=door.channel, area_code=employer.area_id, on=today)
        reason = reason or why_not_today(door.operator, door.channel, today)
        if reason is not None:
            return NotAuthorised(reason.sentence, item=item.code, reason=reason.code)
    return None


def waiting_in(lists: Sequence[ApplicationList]) -> int:
    """How many people wait in lists to be handed in."""
    return sum(row["state"] == "good" for one in lists for row in one.rows)


def earlier_lists(door: Door, item: Item, employer: Employer) -> list[ApplicationList]:
    """Lists of an item that were sent at this door for an employer and have rows that wait, newest first."""
    return open_lists(user=door.operator, login=door.login, employer=employer, item_code=item.code)


def papers_of(item: Item) -> list[str]:
    """Codes of the materials that are handed in once, as one file for everybody on the list."""
    return [m.code for m in item.materials if not m.when and m.code != _LOOKED_UP]


def read_list(
    door: Door, *, item: Item, employer: Employer, content: bytes, file_name: str, today: dt.date,
    papers: Mapping[str, tuple[str, bytes]] | None = None, how: str = "",
) -> ApplicationList:  # fmt: skip
    """Judge every row of a file and keep the list.

    Args:
        papers: by material code, name and content of the file that holds for everybody on the list.
        how: where rows of an earlier list wait, whether the new one is merged with them or put in their place (`HOW`).

    Raises:
        YiguiError: the item has no lists here or now, an earlier list waits and nothing was said of it, the file cannot be read, or it is more
            than one list holds, with those it is merged with.
        NotAuthorised: whoever sits at the door may not accept the item.
        FileRefused: a paper is not one.
    """
    refused = why_not_now(door, item, employer, today)
    if refused is not None:
        raise refused
    earlier = earlier_lists(door, item, employer)
    if earlier and how not in HOW:
        raise YiguiError(
            f"上一份名单“{earlier[0].file_name}”还有 {waiting_in(earlier)} 人核对通过、尚未提交，请选择“并入已有名单”或“替换已有名单”后再上传；"
            "本次未做任何改动。"
        )
    direction = handler_of(item).direction
    table, read = read_warily(
        content,
        file_name,
        table_columns(item),
        limits=Limits(rows=ROWS_MAX),
        wary=partial(against_row, item.name, direction) if direction else None,
    )
    if direction:
        refuse_other_sheet(item.name, direction, table.sheet)
    if earlier and how == "merge":
        refuse_too_many(len(read), going_over(earlier, [line.cells.get("id_number", "") for line in read]), ROWS_MAX)
    on_file = _on_file(door, item, employer, today, papers or {})
    materials = _materials(item, on_file)
    staff = _staff(item, employer, [row.cells.get("id_number", "") for row in read])
    with looking_ahead():
        numbers = {line.cells.get("id_number", "") for line in read} - {""}
        look_ahead_for_persons(numbers)
        look_ahead_for_records(numbers, employer.credit_code)
        look_ahead_for_employer(employer.unit_no)
        look_ahead_for_employments(numbers, intake_of(item, door.channel, today).period)
        look_ahead_for_blocking_cases(numbers, item.code)
        rows = _judged(door, item, employer, read, staff=staff, materials=materials, on_file=on_file, today=today)
    if rows and (unread := unread_said(unread_of(table))):
        # A list has no words of its own: its first row keeps which columns were read of none.
        rows[0]["unread"] = unread
    return keep_list(
        user=door.operator, login=door.login, employer=employer, item_code=item.code, file_name=file_name, rows=rows,
        papers={code: paper.pk for code, paper in on_file.items()}, most=ROWS_MAX, lines_in=len(read), how=how if earlier else "",
    )  # fmt: skip


def _judged(
    door: Door, item: Item, employer: Employer, read: Sequence[Row], *, staff: Mapping[str, Person], materials: list[GivenMaterial],
    on_file: Mapping[str, Paper], today: dt.date,
) -> list[dict[str, Any]]:  # fmt: skip
    """Every row of a list with what becomes of it."""
    fields = {f.name: f for f in columns_of(item)}
    rows: list[dict[str, Any]] = []
    seen: dict[str, int] = {}
    told_of = _rows_of(read)
    for line in read:
        row: dict[str, Any] = {
            "row_no": line.number, "name": line.cells.get("person_name", ""), "number": line.cells.get("id_number", ""), "values": {},
            "cells": line.cells, "notes": line.notes,
        }  # fmt: skip
        if line.problems:
            # What cannot be read is said, and nothing that would follow from it.
            state = "aside" if line.is_aside else "bad"
            rows.append(row | {"state": state, "sentences": [f"{sentence}。" for sentence in line.problems]})
            continue
        key = row["number"]
        if key and key in seen:
            rows.append(row | {"state": "bad", "sentences": [f"与第 {seen[key]} 行是同一人，请删除一行。"]})
            continue
        if key and len(told_of[key]) > 1:
            # Which of them is meant nobody but the employer knows.
            places = "、".join(str(n) for one in told_of[key] for n in one if n != line.number)
            rows.append(row | {"state": "bad", "sentences": [f"与第 {places[:100]} 行是同一人而内容不同，请只保留正确的一行。"]})
            continue
        seen[key] = line.number
        row["values"] = _values(item, fields, line, staff.get(key), door=door, employer=employer, today=today)
        rows.append(row | _verdict(_application(door, item, row["values"], today, materials), on_file))
    return rows


def _rows_of(read: Sequence[Row]) -> dict[str, list[list[int]]]:
    """By number of a person the rows that can be read of them, those that say the same together."""
    found: dict[str, dict[tuple[tuple[str, str], ...], list[int]]] = {}
    for line in read:
        if not line.problems:
            same = found.setdefault(line.cells.get("id_number", ""), {})
            same.setdefault(tuple(sorted(line.cells.items())), []).append(line.number)
    return {number: list(same.values()) for number, same in found.items()}


def _on_file(
    door: Door, item: Item, employer: Employer, today: dt.date, papers: Mapping[str, tuple[str, bytes]]
) -> dict[str, Paper]:
    """Papers that hold for everybody on a list, kept; by material code."""
    return {
        code: keep_paper(scan, name, material_code=code, taken_by=door.operator, taken_on=today, employer=employer, handed_in_by=door.login)
        for code, (name, scan) in papers.items() if code in papers_of(item)
    }  # fmt: skip


def unread_in(kept: ApplicationList) -> list[str]:
    """Which columns of the file, or of the files that were merged, nobody asked for and were not read."""
    return list(dict.fromkeys(row["unread"] for row in kept.rows if row.get("unread")))


def lacking(kept: ApplicationList) -> dict[str, int]:
    """Papers that hold for everybody on the list and are not there yet: code, and how many people need it."""
    # Who comes back for something else brings it with the next list.
    waiting = [row for row in kept.rows if row["state"] == "bad" and not row["sentences"]]
    needed = Counter(code for row in waiting for code in row.get("lacks", ()))
    return {code: count for code, count in needed.items() if code not in kept.papers}


def add_papers(door: Door, kept: ApplicationList, *, papers: Mapping[str, tuple[str, bytes]], today: dt.date) -> ApplicationList:
    """Take papers that were forgotten, and judge the rows that need them anew.

    Raises:
        YiguiError: none of them is wanted.
        FileRefused: a paper is not one.
    """
    wanted = lacking(kept)
    sent = {code: paper for code, paper in papers.items() if code in wanted}
    if not sent:
        raise YiguiError("请先选择要补传的材料文件（PDF 或图片）。" if wanted else "这份名单没有要补传的材料，请刷新后查看。")
    item = catalogue().item(kept.item_code, today)
    new = _on_file(door, item, kept.employer, today, sent)
    on_file = Paper.objects.in_bulk(kept.papers.values())
    all_ = {code: on_file[pk] for code, pk in kept.papers.items()} | new
    materials = _materials(item, all_)
    judged = set()
    for place, row in enumerate(kept.rows):
        if row["state"] == "bad" and row.pop("lacks", None):
            row |= _verdict(_application(door, item, row["values"], today, materials), all_)
            judged.add(place)
    return keep_papers(kept, {code: paper.pk for code, paper in new.items()}, door.login or door.operator, judged=judged)


def _values(
    item: Item, fields: Mapping[str, Field], line: Row, person: Person | None, *, door: Door, employer: Employer, today: dt.date
) -> dict[str, Any]:
    """The form of a row: what is known of the person, and over it what the row says."""
    known = initial_values(item, channel=door.channel, today=today, person=person, employer=employer)
    if "insurances" in fields:
        known.setdefault("insurances", list(item.insurances))
    told = {
        name: kind_of(fields[name]).from_cell(question_of(item, fields[name], today), text)
        for name, text in line.cells.items()
        if text
    }
    if "id_type" in known and person is None:
        # The kind of the document is no column: the number shows it.
        known["id_type"] = kind_of_document(line.cells.get("id_number", ""))
    return known | told


def _staff(item: Item, employer: Employer, numbers: Sequence[str]) -> dict[str, Person]:
    """The employer's own people among these numbers; what is known of them fills cells left blank."""
    if handler_of(item).joins:
        return {}
    found = persons_by_numbers(number for number in numbers if number)
    own = Employment.objects.filter(employer=employer, person_id__in={person.pk for person in found.values()})
    employed = set(own.values_list("person_id", flat=True))
    return {number: person for number, person in found.items() if person.pk in employed}


def _materials(item: Item, papers: Mapping[str, Paper]) -> list[GivenMaterial]:
    """What every application of a list comes with: the list itself, and the papers handed in with it."""
    given = [GivenMaterial(code, MaterialSource.SCANNED, paper, "随名单一并提交") for code, paper in papers.items()]
    if any(m.code == _ROSTER for m in item.materials):
        given.append(GivenMaterial(_ROSTER, MaterialSource.GENERATED))
    return given


def _application(
    door: Door, item: Item, values: Mapping[str, Any], today: dt.date, materials: list[GivenMaterial], **more: Any
) -> Application:
    return Application(
        item_code=item.code, form=values, operator=door.operator, channel=door.channel, login=door.login, today=today,
        materials=materials, is_listed=True, **more,
    )  # fmt: skip


def _verdict(application: Application, papers: Mapping[str, Paper]) -> dict[str, Any]:
    """`good`, or `bad` with its sentences; reminders go with a good row and are agreed to for the whole list.

    A paper that holds for the whole list and is not there is said of the list, once: the row `lacks` its code and has no sentence of it.
    """
    try:
        found = examine(application)
    except FormInvalid as invalid:
        return {"state": "bad", "sentences": [s for sentences in invalid.fields.values() for s in sentences]}
    if found.refusals:
        missing = missing_materials(cast(Facts, found.facts))[0] if any(f.check == _PAPERS for f in found.refusals) else []
        lacks = [code for code in missing if code in papers_of(found.item) and code not in papers]
        # Whoever is not registered as employed is told that, not besides that the registration is lacking.
        told = {_LOOKED_UP} if any(f.check == _REGISTERED for f in found.refusals) else set()
        is_said = set(missing) <= {*lacks, *told}
        said = [f for f in found.refusals if f.check != _PAPERS or not is_said]
        names = "、".join(catalogue().materials[code].name for code in missing if code not in lacks and code not in told)
        said = [replace(f, detail=f"缺：{names}。") if f.check == _PAPERS else f for f in said]
        return {"state": "bad", "sentences": sentences_of(said), "lacks": lacks}
    if unanswered := [f for f in found.reminders if f.needs_reason]:
        # A reason is one person's: no tick for the whole list gives it.
        asked = [replace(f, detail=f"{f.detail}名单不能填写理由，请将此人单独申报。") for f in unanswered]
        return {"state": "bad", "sentences": sentences_of(asked)}
    return {"state": "good", "sentences": [], "reminders": said_by_check(found.reminders), "told": _told(found)}


#: Kinds of fields that a row of a list is shown with before it is handed in.
_SAID = frozenset({
    FieldType.ENUM, FieldType.ENUM_LIST, FieldType.REGION, FieldType.DATE, FieldType.MONTH, FieldType.YEAR, FieldType.MONEY, FieldType.INT,
    FieldType.DECIMAL, FieldType.BOOL,
})  # fmt: skip


def _told(found: Examination) -> str:
    """What would be handed in for somebody, in words: days, months, amounts and choices; free text (telephones, addresses) is left out."""
    columns = {f.name for f in columns_of(found.item)}
    rows = shown_values(found.item, stored_values(found.item, found.values))
    return "，".join(f"{field.label} {text}" for field, text in rows if field.type in _SAID and field.name in columns)


#: The checks of papers and of the registration as employed.
_PAPERS, _REGISTERED = "materials_complete", "employment_registered"


def my_list(user: User, token: uuid.UUID, login: UnitLogin | None = None) -> ApplicationList:
    """One's own list.

    Raises:
        NotFound: not there, or somebody else's.
    """
    found = ApplicationList.objects.select_related("employer").filter(user=user, login=login, token=token).first()
    if found is None:
        raise NotFound("没有这份名单，请重新上传。")
    return found


@dataclass(frozen=True)
class LeftBehind:
    """What of an earlier list is not in this one: rows that were returned and not put right since, and people who had passed and are not handed in."""

    kept: ApplicationList
    returned: int
    dropped: list[str]


#: What has become of a row that was put right.
_TAKEN = ("good", "done", "moved")


def left_behind(kept: ApplicationList) -> list[LeftBehind]:
    """Of every list that this one has gone on from or replaced, newest first, what is still to be done or was dropped; lists with nothing are left out."""
    found = []
    handed_in = {row["number"] for row in kept.rows if row["state"] in _TAKEN}
    named = {row["number"] for row in kept.rows if row["number"]}
    # Whose number was none is found by the name under which the row was mended.
    mended = {row["name"] for row in kept.rows if row["state"] in _TAKEN and row["name"]}
    for one in lists_before(kept):
        returned = sum(
            row["state"] == "bad" and row["number"] not in named and not _mended_by_name(row, mended) for row in one.rows
        )
        dropped = [row["name"] for row in one.rows if row["state"] == "moved" and row["number"] not in handed_in]
        # Of a later list the same person is not told again.
        handed_in |= {row["number"] for row in one.rows if row["state"] in ("moved", "done")}
        named |= {row["number"] for row in one.rows if row["number"]}
        mended |= {row["name"] for row in one.rows if row["state"] in _TAKEN and row["name"]}
        if returned or dropped:
            found.append(LeftBehind(one, returned, dropped))
    return found


def _mended_by_name(row: Mapping[str, Any], mended: set[str]) -> bool:
    """Whether a row that came back is found by its name: only where its number is none, else it may be a namesake's."""
    return row["name"] in mended and not says_its_kind(row["number"])


def reminders_of(kept: ApplicationList) -> dict[str, dict[str, list[str]]]:
    """What has to be agreed to before the good rows are handed in: by check each sentence with its details, and the names of the people it is
    about."""
    found: dict[str, dict[str, list[str]]] = {}
    for row in kept.rows:
        if row["state"] == "good":
            for check, text in row.get("reminders", {}).items():
                found.setdefault(check, {}).setdefault(text, []).append(row["name"])
    return found


def accept_list(
    door: Door, kept: ApplicationList, *, confirmed: tuple[str, ...], today: dt.date, limit: int = ROWS_MAX
) -> ApplicationList:
    """Accept the good rows as cases of their own, at most `limit` of them. A second call goes on, and finds the cases of the first.

    Raises:
        YiguiError: a reminder of a good row was not agreed to, or no list of the item is taken now; nothing is accepted.
        NotAuthorised: whoever sits at the door may not accept it.
    """
    open_ = [text for check, texts in reminders_of(kept).items() if check not in confirmed for text in texts]
    if open_:
        more = f"等 {len(open_)} 项提示" if len(open_) > _OPEN_SHOWN else ""
        raise YiguiError("请先确认：" + in_one(open_[:_OPEN_SHOWN]) + more)
    item = catalogue().item(kept.item_code, today)
    refused = why_not_now(door, item, kept.employer, today)
    if refused is not None:
        raise refused
    papers = Paper.objects.in_bulk({pk for row in kept.rows for pk in papers_with(kept, row).values()})
    people = sum(row["state"] in ("good", "done") for row in kept.rows)
    good = [(place, row) for place, row in enumerate(kept.rows) if row["state"] == "good"]
    judged = set()
    counted: dict[str, int] = {}
    try:
        for place, row in good[:limit]:
            materials = _materials(item, {code: papers[pk] for code, pk in papers_with(kept, row).items()})
            row |= _accepted(
                _application(
                    # Agreed to is what was shown of this person, word for word, and nothing that has come up since.
                    door, item, row["values"], today, materials, confirmed=confirmed, agreed_to=row.get("reminders", {}),
                    idempotency_key=key_of(kept, row),
                    list_people=people, counted=counted,
                )
            )  # fmt: skip
            judged.add(place)
    except YiguiError:
        # What stops the whole list (the day was closed meanwhile) takes nothing back of what was accepted before.
        keep_rows(kept, door.login or door.operator, judged=judged)
        raise
    return keep_rows(kept, door.login or door.operator, judged=judged)


def _accepted(application: Application) -> dict[str, Any]:
    """What became of a row: a case, or its reason."""
    try:
        case = accept_case(application)
    except NotConfirmed as asked:
        # It came up since the list was read: nobody has been asked about it.
        return {"state": "bad", "sentences": ["名单上传后新出现以下提示，请再次上传并确认。", *sentences_of(asked.findings)]}
    except CaseRefused as refused:
        return {"state": "bad", "sentences": sentences_of(refused.findings)}
    except FormInvalid as invalid:
        return {"state": "bad", "sentences": [invalid.message]}
    said = case.result.summary or case.effect_error or case.get_status_display()
    return {"state": "done", "case_no": case.case_no, "summary": said, "is_finished": case.status == CaseStatus.FINISHED}
