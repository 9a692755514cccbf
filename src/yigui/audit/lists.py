"""The lists of audit: samples by month and agency, and the cases that were drawn; of the areas one's agency answers for."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from yigui.audit.enums import Progress, State, Stratum
from yigui.audit.models import SampledCase
from yigui.audit.queries import sampled_for, samples_for
from yigui.common.months import format_period, parse_period
from yigui.common.normalise import plain_code
from yigui.shell.list_pages import list_page
from yigui.shell.lists import As, Chips, Choice, Column, Listing, Text, Tone
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.tasks.list_exports import declared

_TONES = {State.WAITING: Tone.WARN, State.SOUND: Tone.DONE, State.WRONG: Tone.BAD}


def _month(field: str) -> Any:
    def of(rows: Any, text: str) -> Any:
        try:
            return rows.filter(**{field: parse_period(text)})
        except ValueError as error:
            raise ValueError(f"“月份”应为年月，例如 2026-11；“{text[:20]}”未作为条件。") from error

    return of


def _strata(user: User) -> list[tuple[str, str]]:
    return [(str(code), str(label)) for code, label in Stratum.choices]


def _examiner(row: SampledCase) -> str:
    return row.examination.made_by.full_name if row.state != State.WAITING else ""  # type: ignore[attr-defined]


SAMPLED = declared(
    Listing(
        "audit-cases", "稽核抽查", "audit", "audit:cases", sampled_for,
        (
            Column("no", "办件编号", lambda s: s.case.case_no, As.CODE, ("pk",), link=lambda s: reverse("audit:case", args=[s.pk]), width=26),
            Column("item", "事项", lambda s: s.case.item_name, note=lambda s: s.case.item_code, width=30),
            Column("month", "月份", lambda s: format_period(s.sample.month), As.CODE, ("sample__month",), width=10),
            Column("stratum", "分层", lambda s: s.get_stratum_display(), width=12),
            Column("state", "检查", lambda s: State(s.state).label, As.STATE, tone=lambda s: _TONES[State(s.state)], width=14),
            Column("by", "检查人", _examiner, width=12),
            Column("subject", "对象", lambda s: s.case.shown_subject, is_second=True, width=20),
            Column("agency", "经办机构", lambda s: s.sample.agency.name, is_second=True, width=30),
        ),
        ("-sample__month", "place", "pk"),
        conditions=(
            Text("month", "月份", _month("sample__month"), "例如 2026-11"),
            Text("case", "办件编号", lambda rows, text: rows.filter(case__case_no__startswith=plain_code(text)), "编号的开头部分"),
            Choice("stratum", "分层", _strata, lambda rows, code: rows.filter(stratum=code)),
        ),
        chips=Chips("state", "检查", "state", lambda: {str(code): str(label) for code, label in State.choices}),
        nothing="还没有抽中的办件：每月初抽取上一个月办结的。",
    )
)  # fmt: skip

SAMPLES = declared(
    Listing(
        "audit-samples", "稽核样本", "audit", "audit:samples", samples_for,
        (
            Column("no", "编号", lambda s: s.pk, As.CODE, ("pk",), link=lambda s: reverse("audit:sample", args=[s.pk]), width=10),
            Column("month", "月份", lambda s: format_period(s.month), As.CODE, ("month",), width=10),
            Column("agency", "经办机构", lambda s: s.agency.name, width=30),
            Column("population", "办结件数", lambda s: s.population, As.NUMBER, ("population",), width=10),
            Column("size", "抽取件数", lambda s: s.size, As.NUMBER, ("size",), width=10),
            Column("examined", "已检查", lambda s: s.examined, As.NUMBER, width=10),
            Column("wrong", "有差错", lambda s: s.wrong, As.NUMBER, width=10),
            Column("state", "进度", lambda s: Progress(s.state).label, width=12),
        ),
        ("-month", "agency", "pk"),
        conditions=(Text("month", "月份", _month("month"), "例如 2026-11"),),
        chips=Chips("state", "进度", "state", lambda: {str(code): str(label) for code, label in Progress.choices}),
        nothing="还没有样本：每月初抽取上一个月办结的办件。",
    )
)  # fmt: skip


@require_GET
@page_right("audit")
def cases(request: OfficerRequest) -> HttpResponse:
    """Cases that were drawn, the newest month first, in the order of the draw."""
    return list_page(request, SAMPLED)


@require_GET
@page_right("audit")
def samples(request: OfficerRequest) -> HttpResponse:
    """Samples, the newest month first."""
    return list_page(request, SAMPLES)
