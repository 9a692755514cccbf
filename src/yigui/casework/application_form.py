"""The application form (业务申请表) as a paper: what the person is asked to sign, made from the form at any door and of an accepted case."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from yigui.casework.models import Case
from yigui.catalogue.declarations import Item, catalogue
from yigui.catalogue.forms import shown_values
from yigui.common.digests import digest_of
from yigui.registry.models import Employer, Person


@dataclass(frozen=True)
class Filled:
    """A form as it was filled in, with who is named on its paper.

    `stored` are the values as `catalogue.forms.stored_values` gives them; `number` is the label and the number of whom it is about, blank
    where they are not registered yet; `materials` pairs of a material's code and the words of its source.
    """

    item: Item
    stored: Mapping[str, Any]
    subject: str
    number: tuple[str, str]
    channel: str
    agency: str
    filled_on: dt.date
    materials: Sequence[tuple[str, str]]
    case_no: str = ""


def form_mark(item: Item, stored: Mapping[str, Any]) -> str:
    """Sixteen characters that differ where the version of the item or any answer differs: a signed paper is held against its case by them."""
    return str(digest_of([item.code, item.valid_from, dict(stored)]))[:16]


def form_of_case(case: Case) -> dict[str, Any]:
    """The form an accepted case was accepted with, as content for `documents.render.render_content`."""
    item = catalogue().version(case.item_code, case.item_version)
    materials = [(m.material_code, m.get_source_display()) for m in case.materials.all()]
    return form_sheet(
        Filled(
            item,
            case.form,
            case.subject_name,
            number_of(case.person, case.employer),
            case.channel,
            case.agency.name,
            case.accepted_on,
            materials,
            case.case_no,
        )
    )


def number_of(person: Person | None, employer: Employer | None) -> tuple[str, str]:
    """Label and number of whom a form is about."""
    if person is not None:
        return "个人编号", person.person_no
    return "单位编号", employer.unit_no if employer is not None else ""


def form_sheet(filled: Filled) -> dict[str, Any]:
    """The paper as content for `documents.render.render_content`: every answer in words, the materials, the place to sign."""
    item = filled.item
    answers = [[field.label, text] for field, text in shown_values(item, filled.stored)]
    known = catalogue().materials
    # The paper does not name itself.
    materials = [[known[code].name, source] for code, source in filled.materials if known[code].generated != "form"]
    sections = [{"title": "填报内容", "head": ["项目", "内容"], "widths": [1, 2], "rows": answers}]
    if materials:
        sections.append({"title": "提交的材料", "head": ["材料", "来源"], "widths": [2, 1], "rows": materials})
    facts = [("业务事项", f"{item.name}（{item.code}）"), ("办理对象", filled.subject)]
    facts += [filled.number] if filled.number[1] else []
    facts += [("受理渠道", catalogue().channels[filled.channel]), ("填表日期", filled.filled_on.isoformat())]
    facts += [("办件编号", filled.case_no)] if filled.case_no else []
    facts += [("内容校验码", form_mark(item, filled.stored))]
    return {
        "title": "业务申请表", "case_no": "", "issued_on": filled.filled_on, "agency": filled.agency, "issuer": "", "path": "", "facts": facts, "sections": sections,
        "notes": [
            "以上内容由申请人核对后签名（单位加盖公章）。内容校验码与办件中的一致，方为本次申请的内容；填报内容有改动的，请重新打印。",
            "申请人（经办人）签名：＿＿＿＿＿＿＿＿＿＿＿＿＿＿　　单位（公章）：",
            "日期：＿＿＿＿年＿＿月＿＿日",
        ],
    }  # fmt: skip
