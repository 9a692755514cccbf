"""What is asked before a case or a draft ends for good (再次确认): the same words at every door."""

from django.urls import reverse

from yigui.applying.door import Door
from yigui.casework.models import Case, Draft
from yigui.catalogue.declarations import Item
from yigui.common import clock
from yigui.common.identifiers import mask_name
from yigui.shell.sure import Sure, yuan

WITHDRAWN = "撤回后本件终结，不能恢复；需要时须重新申请。"


def sure_of(case: Case, deed: str, why: str, warning: str, *, back: str, door: Door | None = None) -> Sure:
    """The question before a case is ended: which item, whose, how much money it would set free, and why it ends; `door` of whoever applied."""
    facts = [
        ("办件编号", case.case_no), ("事项", f"{case.item_code} {case.item_name}"), ("对象", case.shown_subject),
        *([("金额", yuan(case.amount_fen))] if case.amount_fen is not None else []), ("原因", why),
    ]  # fmt: skip
    amount = f"，{yuan(case.amount_fen)}" if case.amount_fen else ""
    return Sure(f"{deed}？", facts, warning, f"确认{deed}{amount}", back, *_frame(door))


def _frame(door: Door | None) -> tuple[str, dict[str, object]]:
    """The template of a door's pages, and what it asks for."""
    return (door.base, {"door": door, "login": door.login}) if door is not None else ("", {})


def sure_of_draft(draft: Draft, item: Item, door: Door) -> Sure:
    """The question before a draft is thrown away: whose, how much is filled in, and of when."""
    subject = mask_name(draft.person.name) if draft.person else draft.employer.name if draft.employer else "尚未填写"
    filled = sum(1 for value in draft.form.values() if value)
    facts = [
        ("事项", item.name), ("对象", subject), ("已填", f"{filled} 项，材料 {len(draft.materials)} 份"),
        ("最后保存", f"{clock.local(draft.updated_at):%Y-%m-%d %H:%M}"),
    ]  # fmt: skip
    return Sure(
        "删除草稿？",
        facts,
        "删除后已填内容和已交材料不能恢复。",
        "确认删除草稿",
        reverse(door.names.form, args=[draft.token]),
        *_frame(door),
    )
