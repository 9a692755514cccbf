"""What is still wanting before an application can be accepted (受理前一次性告知单): told once and in full, as a paper for whoever has come."""

from collections.abc import Mapping
from typing import Any

from yigui.applying.door import Door
from yigui.applying.drafts import application_of
from yigui.applying.shown import say_in_form, take_untouched
from yigui.casework.application import examine, examine_so_far
from yigui.casework.decisions import asking_at
from yigui.casework.enums import MaterialSource
from yigui.casework.errors import FormInvalid
from yigui.casework.findings import PAPERS, Finding
from yigui.casework.models import Draft
from yigui.catalogue.declarations import Item, catalogue
from yigui.catalogue.forms import form_class
from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.documents.models import Paper

#: How a paper is put right, by where it comes from.
_BRING, _MADE = "请提供原件或扫描件", "由系统按填报内容生成，办理时核对签名，不用自备"

#: Checks that speak to the teller, of the desk and of themselves: nothing a visitor could put right.
_OF_THE_DESK = frozenset({"special_window", "desk_open", "not_oneself"})


def wanting(door: Door, draft: Draft, item: Item) -> list[tuple[str, str]]:
    """Each paper and each field that is not there or not right, with how it is put right: what the page of the form says, by the same examination."""
    bound = form_class(item, clock.today())(draft.form)
    is_whole = bound.is_valid()
    empty = [(label, "尚未填写") for _, label in take_untouched(bound, draft.form)]
    application = application_of(draft, door, may_ask=False)
    findings: list[Finding] = []
    silent: frozenset[str] = frozenset()
    beside: list[str] = []
    try:
        findings, silent = examine_so_far(application)
        if is_whole:
            # An item that says one thing first says nothing of papers then; they are told all the same, once.
            asked = [f for f in findings if f.lacks]
            findings = [*asked, *(f for f in examine(application).findings if not f.lacks)]
    except FormInvalid as invalid:
        beside = say_in_form(bound, invalid)
        silent = frozenset({PAPERS})
    papers = _papers_so_far(draft, item) if PAPERS in silent else [(code, "") for f in findings for code in f.lacks]
    wrong = [(str(bound.fields[name].label), str(error)) for name, errors in bound.errors.items() for error in errors]
    labels = {field.name: field.label for field in item.fields}
    return [
        *(_said(code, when) for code, when in papers), *empty, *wrong, *(("本件", sentence) for sentence in beside),
        # What is not there yet has its own row above.
        *((labels.get(f.field, "本件"), f.sentence) for f in findings if f.is_refusal and not f.lacks and f.check not in _OF_THE_DESK),
    ]  # fmt: skip


def _papers_so_far(draft: Draft, item: Item) -> list[tuple[str, str]]:
    """Papers that are not there, where the form does not say yet which are needed: those of every application, and the others with their condition."""
    return [(m.code, m.when or "") for m in item.materials if m.code not in draft.materials]


def _said(code: str, when: str) -> tuple[str, str]:
    material = catalogue().materials[code]
    how = _MADE if material.generated == "form" else _BRING
    return material.name, f"仅限：{when}。属于此情形的，{how}" if when else how


def _again(given: Mapping[str, Any], papers: Mapping[int, Paper]) -> str:
    """What has to be done with a material that was there, when the visitor comes again: another window knows what is on file, and this draft not."""
    if given["source"] == MaterialSource.GENERATED:
        return "再来办理时重新核对签名"
    paper = papers.get(given.get("paper") or 0)
    if paper is not None and (paper.person_id is not None or paper.employer_id is not None):
        return "已在档，不用再交"
    return "再来办理时请再带原件"


def notice_content(door: Door, draft: Draft, item: Item) -> dict[str, Any]:
    """The paper for `documents.render.render_content`.

    Raises:
        YiguiError: nothing is wanting, or the case was accepted long ago: what a return asks for stands in its own paper.
    """
    if draft.case_id is not None:
        raise YiguiError("本件已受理，需要补正的内容见该办件的一次性告知单，请在办件页打印。")
    rows = wanting(door, draft, item)
    if not rows:
        raise YiguiError("材料和填报项已经齐全，不需要告知。")
    today, agency = clock.today(), door.operator.agency
    asking = asking_at(agency, today)
    subject = draft.person.name if draft.person else draft.employer.name if draft.employer else "（未登记）"
    sections: list[dict[str, Any]] = [
        {
            "title": "受理前需要补齐的内容", "head": ["序号", "材料或填报项", "怎样补齐"],
            "rows": [[str(n), what, how] for n, (what, how) in enumerate(rows, start=1)], "widths": [1, 4, 7],
        },
    ]  # fmt: skip
    papers = Paper.objects.in_bulk([given["paper"] for given in draft.materials.values() if given.get("paper")])
    kept = [
        [catalogue().materials[code].name, MaterialSource(given["source"]).label, _again(given, papers)]
        for code, given in draft.materials.items()
        if code in catalogue().materials
    ]
    if kept:
        sections.append({"title": "本次已看过、已收到的材料", "head": ["材料", "来源", "再来办理时"], "rows": kept})
    return {
        "title": "一次性告知单", "agency": agency.name, "issued_on": today, "case_no": "", "path": "",
        "facts": [("业务事项", f"{item.name}（{item.code}）"), ("办理对象", subject), ("告知日期", today.isoformat()), ("经办机构", agency.name)],
        "sections": sections, "notes": ["签收人：________________　　签收日期：________________"],
        "parts": [{"title": "怎样办理", "lines": ["补齐以上内容后，请持本单再来办理。", "本单不是受理回执，办理时限自受理之日起计算。"]}],
        "boxed": {"title": "不清楚的可以问", "lines": [f"{asking.place}，电话 {asking.phone}。"]},
    }  # fmt: skip
