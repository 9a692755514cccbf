"""What the pages of a draft show: its form with what is wrong in it, its materials, what a return named, what is to be checked once more."""

import uuid
from copy import deepcopy
from typing import Any

from django import forms

from yigui.applying.base_lists import has_list, list_context
from yigui.applying.door import Door
from yigui.applying.drafts import shown_digest
from yigui.applying.linked import linked_items
from yigui.casework.application import Application, Examination
from yigui.casework.application_form import Filled, form_mark, number_of
from yigui.casework.enums import MaterialSource
from yigui.casework.errors import FormInvalid
from yigui.casework.findings import Finding
from yigui.casework.hall_hours import outside_hours
from yigui.casework.hand_over_draft import special_desks
from yigui.casework.handlers import Place, handler_of
from yigui.casework.models import Draft, ReturnPoint
from yigui.casework.papers import Owner, owner_of, papers_of
from yigui.casework.resubmit_case import unchanged_reminder
from yigui.casework.returns import points_of
from yigui.casework.who_may import needs_special_desk
from yigui.catalogue.declarations import Item, catalogue
from yigui.catalogue.forms import form_class, shown_values, stored_values
from yigui.common import clock
from yigui.common.errors import NotFound, YiguiError
from yigui.common.texts import int_or_none
from yigui.documents.models import Paper
from yigui.registry.queries import person_by_number
from yigui.staff.locations import Desk


class PaperNotOnFile(NotFound):
    code = "applying.paper_not_on_file"


class FormIncomplete(YiguiError):
    code = "applying.form_incomplete"


def form_context(door: Door, draft: Draft, item: Item, bound: forms.Form, *, has_errors: bool = False) -> dict[str, Any]:
    """What the page of a form needs, filled anew or with what is wrong in it."""
    today = clock.today()
    return {
        "door": door, "login": door.login, "draft": draft, "item": item, "form": asked_form(door, bound, draft, item), "has_errors": has_errors, "not_shown": (),
        # Which open page it is: what it sends is merged with what another one has saved meanwhile.
        "page_key": uuid.uuid4().hex,
        "materials": material_rows(draft, item), "returned": returned_fields(draft), "desks": _desks(door, draft, item),
        "outside": outside_hours(door.operator, door.channel),
        "list": list_context(draft) if has_list(item) else None,
        "bases": catalogue().on(today).bases.get(item.code, ()),
        "linked": linked_items(
            item, channel=door.channel, offers=door.offers, today=today, person=draft.person, employer=draft.employer
        ),
    }  # fmt: skip


def asked_form(door: Door, shown: forms.Form, draft: Draft, item: Item) -> forms.Form:
    """The form of a draft, without the fields that are not asked and the choices that are not known by the rule of its place."""
    handler, place = handler_of(item), place_of(door, draft)
    for name in handler.unasked(place, draft.form):
        shown.fields.pop(name, None)
    for name, codes in handler.offered(place, draft.form).items():
        if (field := shown.fields.get(name)) is not None:
            # The fields of an item are shared by all its forms.
            own: Any = deepcopy(field)
            own.choices = [(code, label) for code, label in own.choices if code in codes]
            shown.fields[name] = own
    return shown


def filled_form(door: Door, draft: Draft, item: Item) -> Filled:
    """A draft as its paper shows it.

    Raises:
        FormIncomplete: with the labels of what is missing or wrong.
    """
    bound = asked_form(door, form_class(item, clock.today())(draft.form), draft, item)
    if not bound.is_valid():
        labels = "、".join(str(bound.fields[name].label) for name in bound.errors if name in bound.fields)
        raise FormIncomplete(f"申请表还不能打印，请先填好：{labels}。")
    subject = draft.person or draft.employer
    # Who is not registered yet is called as the form calls them.
    named = subject.name if subject else str(draft.form.get("unit_name") or draft.form.get("person_name") or "")
    return Filled(
        item, stored_values(item, bound.cleaned_data), named, number_of(draft.person, draft.employer), door.channel,
        door.operator.agency.name, clock.today(), [(r["material"].code, r["source"]) for r in material_rows(draft, item) if r["given"]],
    )  # fmt: skip


def place_of(door: Door, draft: Draft) -> Place:
    """By whose rule a draft is filled: that of its person, also of one whose number was typed; else of its employer, else of the door."""
    number = str(draft.form.get("id_number") or "")
    # At a door of people outside the database shows nobody who is not theirs.
    person = draft.person or (person_by_number(number) if number else None)
    area = person.area_id if person else draft.employer.area_id if draft.employer else door.operator.agency.area_id
    return Place(area, clock.today(), person)


def _desks(door: Door, draft: Draft, item: Item) -> list[Desk] | None:
    """Special desks a form can be handed over to; None where this teller may go on (R029)."""
    if not door.names.hand_over or draft.case_id or not needs_special_desk(door.operator, item, door.channel, clock.today()):
        return None
    return special_desks(door.operator)


def say_in_form(bound: forms.Form, invalid: FormInvalid) -> list[str]:
    """Put what is wrong beside the fields; the form may have known already. Gives what is wrong with fields that the page does not show."""
    not_shown = []
    for name, sentences in invalid.fields.items():
        if name not in bound.fields:
            not_shown += sentences
        elif name not in bound.errors:
            for sentence in sentences:
                bound.add_error(name, sentence)
    return not_shown


def take_untouched(bound: forms.Form, values: dict[str, Any]) -> list[tuple[str, str]]:
    """Names and labels of required fields not filled yet; while typing they are listed, not scolded beside the field."""
    missing = [n for n in bound.errors if not values.get(n)]
    for name in missing:
        del bound.errors[name]
    return [(n, str(bound.fields[n].label)) for n in missing]


def lacking_materials(draft: Draft, item: Item) -> list[str]:
    """Papers every application of the item needs and that are not there yet; what the checks say of them once the form can be read."""
    return [catalogue().materials[m.code].name for m in item.materials if not m.when and m.code not in draft.materials]


def returned_fields(draft: Draft) -> dict[str, list[Finding]]:
    """The same by field, to stand beside it; "" for the case as a whole."""
    by_field: dict[str, list[Finding]] = {}
    for point in _points(draft):
        if not point.material_code:
            by_field.setdefault(point.field, []).append(Finding.reminder("returned", _said(point), field=point.field))
    return by_field


def _points(draft: Draft) -> list[ReturnPoint]:
    """What the return named that this draft corrects."""
    return points_of(draft.case) if draft.case_id and draft.case is not None else []


def _said(point: ReturnPoint) -> str:
    return f"退回原因：{point.get_reason_display()}" + (f"（{point.note}）" if point.note else "")


def material_rows(draft: Draft, item: Item) -> list[dict[str, Any]]:
    """Each material of the item with what was given for it and the papers already on file."""
    rows = []
    conditions = {m.code: m.when for m in item.materials}
    returned = [p for p in _points(draft) if p.material_code]
    owner = owner_of(draft, item)
    filed = papers_of(owner, clock.today())
    for code in material_codes(item):
        valid = [(p, _whose(p, owner)) for p in filed if p.material_code == code][:3]
        given = draft.materials.get(code)
        rows.append({
            "material": catalogue().materials[code], "when": conditions.get(code, "需要时"), "given": {"name": "", **given} if given else None,
            "source": MaterialSource(given["source"]).label if given else "",
            "on_file": valid, "may_see": code in ("id_card", "agent_id_card", "social_card"),
            "is_generated": catalogue().materials[code].generated == "form", "returned": [_said(p) for p in returned if p.material_code == code],
        })  # fmt: skip
    return rows


def material_codes(item: Item) -> list[str]:
    """Codes of the materials an item takes."""
    return list(dict.fromkeys([*(m.code for m in item.materials), *handler_of(item).optional_materials]))


def _whose(paper: Paper, owner: Owner) -> str:
    """Under whose name a paper that serves a form is on file, as its button says it."""
    found = owner.person if paper.person_id is not None else owner.employer
    return found.name if found is not None else ""


def paper_on_file(draft: Draft, item: Item, material_code: str, number: str) -> Paper:
    """The paper of whom the form is about that a page named by its number.

    Raises:
        PaperNotOnFile: no such paper, another's, of another material, or one that holds no longer; who asks is not told which.
    """
    key = int_or_none(number)
    found = (
        [] if key is None else [p for p in papers_of(owner_of(draft, item), clock.today(), key) if p.material_code == material_code]
    )
    if not found:
        raise PaperNotOnFile("没有可沿用的该份在档材料，请重新选择，或上传新的材料。")
    return found[0]


def unchanged(draft: Draft, examination: Examination, application: Application) -> list[Finding]:
    """The question about a returned case that is about to be handed in just as it was."""
    asked = unchanged_reminder(draft.case, examination, application) if draft.case_id and draft.case is not None else None
    return [asked] if asked is not None else []


#: Name of the field that takes the reason for a reminder, before the reminder's key.
REASON = "reason."


def _asked(draft: Draft, examination: Examination, application: Application) -> list[tuple[Finding, bool, str]]:
    """The reminders of a page of answers, each with whether it was ticked and the reason that was typed before a refusal."""
    asked = [*examination.reminders, *unchanged(draft, examination, application)]
    return [(f, f.check in application.confirmed, application.reasons.get(f.key, "")) for f in asked]


def answers_context(door: Door, draft: Draft, item: Item, application: Application, examination: Examination) -> dict[str, Any]:
    """What the page of answers needs: what was filled in, what it would change, what the checks found."""
    stored = stored_values(item, examination.values)
    filled = shown_values(item, stored)
    preview = [] if examination.refusals else handler_of(item).preview(examination.facts)
    return {
        "door": door, "login": door.login, "draft": draft, "item": item, "rows": [(field.label, text) for field, text in filled],
        "preview": [line.at(is_staffed=door.is_staffed) for line in preview],
        "refusals": examination.refusals, "reminders": _asked(draft, examination, application),
        "waits": examination.waits, "outside": outside_hours(door.operator, door.channel),
        "materials": [m for m in material_rows(draft, item) if m["given"]], "shown": shown_digest(draft, item),
        "form_mark": form_mark(item, stored),
    }  # fmt: skip
