"""Whose papers (在档材料) serve a form: one rule, asked where they are offered, where one is taken, and again when the form is stored."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from yigui.casework.errors import MaterialOfAnother
from yigui.casework.given_materials import Given
from yigui.casework.models import Draft
from yigui.casework.subjects import PERSON_FIELDS
from yigui.catalogue.declarations import Item, catalogue
from yigui.db.rows import rows_where
from yigui.documents.models import Paper
from yigui.registry.models import Employer, Person
from yigui.registry.queries import person_by_number, records_of


@dataclass(frozen=True)
class Owner:
    """Whose papers a form takes: those of the person it names, else of its employer. An employee's papers are not the employer's.

    Args:
        person: whom the form names, where that is somebody registered.
        employer: at whom it was begun.
        is_person: it names a person, registered or not.
    """

    person: Person | None
    employer: Employer | None
    is_person: bool


def owner_of(draft: Draft, item: Item) -> Owner:
    """Whose papers a draft takes as it is filled in now: a number that was typed counts before whom the form was begun for."""
    field = next((f for f in item.input_fields if f.name in PERSON_FIELDS), None)
    if field is None:
        return Owner(draft.person, draft.employer, is_person=draft.person_id is not None)
    number = str(draft.form.get(field.name) or "")
    known = draft.person
    if number and (known is None or known.id_number != number):
        known = person_by_number(number)
    return Owner(known, draft.employer, is_person=bool(number) or known is not None or field.required)


#: Handed in with a case about a person: no paper of the employer itself, whatever it was kept under.
_OF_A_PERSON = """EXISTS (SELECT 1 FROM casework_case_material m JOIN casework_case c ON c.id = m.case_id
    WHERE m.paper_id = documents_paper.id AND c.subject_key LIKE 'person:%%')"""
#: Handed in with a case about an employer: what tells it from an employee's paper that was kept under the employer.
_OF_AN_EMPLOYER = """EXISTS (SELECT 1 FROM casework_case_material m JOIN casework_case c ON c.id = m.case_id
    WHERE m.paper_id = documents_paper.id AND c.subject_key LIKE 'employer:%%')"""


def papers_of(owner: Owner, today: dt.date, number: int | None = None) -> list[Paper]:
    """Valid papers that serve a form, newest first, at most 200; with a number that one only, if it is among them.

    Those of the person under every record of theirs, and those of the employer itself. A paper under nobody's name (of somebody not
    registered yet, of a partner) is on file for nobody.
    """
    whose: list[str] = []
    keys: list[Any] = []
    if owner.person is not None:
        whose.append("person_id = ANY(%s)")
        keys.append(list(records_of(owner.person)))
    if owner.employer is not None:
        proved = f" AND {_OF_AN_EMPLOYER}" if owner.is_person else ""
        whose.append(f"(employer_id = %s AND person_id IS NULL AND NOT {_OF_A_PERSON}{proved})")
        keys.append(owner.employer.pk)
    if not whose:
        return []
    one = "" if number is None else " AND id = %s"
    papers = rows_where(
        Paper, f"({' OR '.join(whose)}){one} ORDER BY id DESC LIMIT 200", *keys, *([] if number is None else [number])
    )
    return [p for p in papers if p.valid_until is None or p.valid_until >= today]


def refuse_of_others(
    item: Item, materials: Sequence[Given], *, person: Person | None, employer: Employer | None, subject_key: str, case_id: int | None,
    is_listed: bool,
) -> None:  # fmt: skip
    """Papers of a form that is to be stored are those of whom it is about, whatever page or interface took them and whatever was typed since.

    A paper kept under no person's name serves one person only; that of a list serves the people of the list.

    Raises:
        MaterialOfAnother: a paper of another person or employer.
    """
    records = list(records_of(person)) if person is not None else []
    is_naming = any(f.name in PERSON_FIELDS for f in item.input_fields)
    unnamed: list[Given] = []
    for material in materials:
        paper = material.paper
        if paper is None:
            continue
        if paper.person_id is not None:
            if is_naming and paper.person_id not in records:
                raise _another(material)
            continue
        if paper.employer_id is not None and employer is not None and paper.employer_id != employer.pk:
            raise _another(material)
        if not is_listed:
            unnamed.append(material)
    used = _used_for_others([m.paper.pk for m in unnamed], records, subject_key, case_id) if unnamed else set()
    for material in unnamed:
        if material.paper.pk in used:
            raise _another(material)


_USED = """SELECT m.paper_id FROM casework_case_material m JOIN casework_case c ON c.id = m.case_id
    WHERE m.paper_id = ANY(%s) AND c.subject_key LIKE 'person:%%' AND c.subject_key <> %s AND c.id <> %s
      AND coalesce(c.person_id, 0) <> ALL(%s::bigint[])"""


def _used_for_others(papers: list[int], records: list[int], subject_key: str, case_id: int | None) -> set[int]:
    """Which of the papers came in with a case about another person."""
    with connection.cursor() as cursor:
        cursor.execute(_USED, [papers, subject_key, case_id or 0, records])
        return {number for (number,) in cursor.fetchall()}


def _another(material: Given) -> MaterialOfAnother:
    name = catalogue().materials[material.code].name
    return MaterialOfAnother(
        f"材料“{name}”所附的“{material.paper.file_name}”不是本次办理对象的材料（属于另一人或另一单位），不能用于本次办理，"
        "请移除后上传或沿用办理对象自己的材料。",
        material=material.code,
    )
