"""What is still wanting before an application can be accepted (受理前一次性告知单): told once and in full, as a paper for whoever has come."""

from typing import Any

from yigui.applying.door import Door
from yigui.applying.drafts import application_of
from yigui.applying.shown import lacking_materials, say_in_form, take_untouched
from yigui.casework.application import examine_so_far
from yigui.casework.decisions import asking_at
from yigui.casework.enums import MaterialSource
from yigui.casework.errors import FormInvalid
from yigui.casework.findings import PAPERS
from yigui.casework.models import Draft
from yigui.catalogue.declarations import Item, catalogue
from yigui.catalogue.forms import form_class
from yigui.common import clock
from yigui.common.errors import YiguiError


def wanting(door: Door, draft: Draft, item: Item) -> list[tuple[str, str]]:
    """Each paper and each field that is not there or not right, with how it is put right; the same that the page of the form says."""
    bound = form_class(item, clock.today())(draft.form)
    found = [(name, "请提供原件或扫描件") for name in lacking_materials(draft, item)]
    bound.is_valid()
    empty = [(label, "尚未填写") for _, label in take_untouched(bound, draft.form)]
    try:
        findings, _ = examine_so_far(application_of(draft, door, may_ask=False))
    except FormInvalid as invalid:
        findings = []
        found += [("本件", sentence) for sentence in say_in_form(bound, invalid)]
    wrong = [(str(bound.fields[name].label), str(error)) for name, errors in bound.errors.items() for error in errors]
    labels = {field.name: field.label for field in item.fields}
    # What is not there yet has its own row above.
    refused = [f for f in findings if f.is_refusal and not (f.check == PAPERS and found)]
    return [*found, *empty, *wrong, *((labels.get(f.field, "本件"), f.sentence) for f in refused)]


def notice_content(door: Door, draft: Draft, item: Item) -> dict[str, Any]:
    """The paper for `documents.render.render_content`.

    Raises:
        YiguiError: nothing is wanting.
    """
    rows = wanting(door, draft, item)
    if not rows:
        raise YiguiError("材料和填报项已经齐全，可以核对提交，不需要告知。")
    today, agency = clock.today(), door.operator.agency
    asking = asking_at(agency, today)
    subject = draft.person.name if draft.person else draft.employer.name if draft.employer else "（未登记）"
    sections: list[dict[str, Any]] = [
        {
            "title": "受理前需要补齐的内容", "head": ["序号", "材料或填报项", "怎样补齐"],
            "rows": [[str(n), what, how] for n, (what, how) in enumerate(rows, start=1)], "widths": [1, 4, 7],
        },
    ]  # fmt: skip
    kept = [
        [catalogue().materials[code].name, MaterialSource(given["source"]).label]
        for code, given in draft.materials.items()
        if code in catalogue().materials
    ]
    if kept:
        sections.append({"title": "已收到、不用再交的材料", "head": ["材料", "来源"], "rows": kept})
    return {
        "title": "一次性告知单", "agency": agency.name, "issued_on": today, "case_no": "", "path": "",
        "facts": [("业务事项", f"{item.name}（{item.code}）"), ("办理对象", subject), ("告知日期", today.isoformat()), ("经办机构", agency.name)],
        "sections": sections, "notes": ["签收人：________________　　签收日期：________________"],
        "parts": [{"title": "怎样办理", "lines": ["补齐以上内容后，请持本单再来办理。", "本单不是受理回执，办理时限自受理之日起计算。"]}],
        "boxed": {"title": "不清楚的可以问", "lines": [f"{asking.place}，电话 {asking.phone}。"]},
    }  # fmt: skip
