"""The lists of screening: leads of the own areas with what came of them, and all rules with how each is looked for and how often it was right."""

from typing import Any

from django.db.models import CharField, Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from yigui.audit.enums import Frequency, Severity, Way
from yigui.audit.models import Lead, Screening, ScreenRule
from yigui.audit.screening import LEAD, OF_LEAD
from yigui.common import clock
from yigui.common.identifiers import mask_name
from yigui.shell.list_pages import list_page
from yigui.shell.lists import As, Chips, Choice, Column, Day, Listing, Tone
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.staff.same_person import accounts_of
from yigui.staff.scope import own_areas
from yigui.tasks.kinds import all_kinds, kind_of
from yigui.tasks.list_exports import declared
from yigui.tasks.models import Task

#: What came of a lead: outcomes of its task, or how it stands.
_OPEN, _WATCHED = "open", "watched"
_TONES = {_OPEN: Tone.WARN, _WATCHED: Tone.HELD, "proven": Tone.BAD}


def _outcomes() -> dict[str, str]:
    kind = kind_of(LEAD, clock.today())
    return {_OPEN: "核查中", _WATCHED: "关注", **{o.code: o.label for o in kind.outcomes}}


def _leads(user: User) -> "QuerySet[Lead]":
    task = Task.objects.filter(kind=LEAD, origin_kind=OF_LEAD, origin_id=OuterRef("pk"))
    rows = (
        Lead.objects.filter(area__in=own_areas(user))
        .exclude(user__in=accounts_of(user))
        .select_related("person", "employer", "user", "area")
    )
    ended = Subquery(task.exclude(outcome="").values("outcome")[:1])
    waits = Subquery(task.annotate(s=Value(_OPEN)).values("s")[:1])
    return rows.annotate(
        task=Subquery(task.values("pk")[:1]), came=Coalesce(ended, waits, Value(_WATCHED), output_field=CharField())
    )  # fmt: skip


def _about(lead: Lead) -> str:
    if lead.user is not None:
        return str(lead.user.full_name)
    return mask_name(lead.person.name) if lead.person is not None else str(lead.employer.name) if lead.employer is not None else ""


def _task(lead: Any) -> str:
    return reverse("backoffice:task", args=[lead.task]) if lead.task else ""


def _rules(user: User) -> list[tuple[str, str]]:
    return [(r.code, f"{r.code} {r.name}") for r in ScreenRule.objects.in_force(clock.today()).order_by("code")]


LEADS = declared(
    Listing(
        "audit-leads", "疑点", "audit_leads", "audit:leads", _leads,
        (
            Column("no", "编号", lambda v: v.pk, As.CODE, ("pk",), link=_task, width=10),
            Column("rule", "规则", lambda v: v.rule_name, note=lambda v: v.rule, width=24),
            Column("severity", "等次", lambda v: v.get_severity_display(), width=8),
            Column("about", "对象", _about, width=16),
            Column("words", "情况", lambda v: v.words, width=60),
            Column("found", "发现", lambda v: v.found_on, As.DAY, ("found_on",), width=12),
            Column("came", "结果", lambda v: _outcomes()[v.came], As.STATE, tone=lambda v: _TONES.get(v.came, Tone.DONE), width=16),
            Column("area", "地区", lambda v: v.area.name, is_second=True, width=14),
        ),
        ("-pk",),
        conditions=(
            Choice("rule", "规则", _rules, lambda rows, code: rows.filter(rule=code)),
            Choice("severity", "等次", lambda user: [(str(c), str(n)) for c, n in Severity.choices], lambda rows, code: rows.filter(severity=code)),
            Day("from", "发现自", "found_on__gte"), Day("until", "发现至", "found_on__lte"),
        ),
        chips=Chips("came", "结果", "came", _outcomes), nothing="还没有筛查出疑点。",
    )
)  # fmt: skip


def _with_results(rows: list[Any]) -> list[Any]:
    """How often each rule of a page has run, and what came of its leads."""
    codes = [rule.code for rule in rows]
    ended = Task.objects.filter(kind=LEAD, origin_kind=OF_LEAD).exclude(outcome="")
    of_rule = Lead.objects.filter(pk=OuterRef("origin_id")).values("rule")[:1]
    came = {
        row["rule"]: row
        for row in ended.annotate(rule=Subquery(of_rule)).filter(rule__in=codes).values("rule").annotate(
            closed=Count("pk"), proven=Count("pk", filter=Q(outcome="proven"))
        )
    }  # fmt: skip
    leads = {row["rule"]: row["n"] for row in Lead.objects.filter(rule__in=codes).values("rule").annotate(n=Count("pk"))}
    last = dict(Screening.objects.filter(rule__in=codes).order_by("day").values_list("rule", "day"))
    for rule in rows:
        found = came.get(rule.code, {"closed": 0, "proven": 0})
        if rule.way != Way.STATEMENT:
            # Nothing is counted here of what is looked for elsewhere or not at all.
            rule.leads = rule.last = rule.closed = rule.proven = None
            continue
        rule.leads, rule.last, rule.closed, rule.proven = (
            leads.get(rule.code, 0),
            last.get(rule.code),
            found["closed"],
            found["proven"],
        )
    return rows


def _what(rule: ScreenRule) -> str:
    if rule.way == Way.TASK:
        return next(f"任务“{kind.label}”" for kind in all_kinds(clock.today()) if kind.code == rule.what)
    return str(rule.what)


def _right(rule: Any) -> str:
    return f"{rule.proven * 100 / rule.closed:.0f}%" if rule.closed else ""


RULES = declared(
    Listing(
        "audit-rules", "筛查规则", "audit_leads", "audit:rules", lambda user: ScreenRule.objects.in_force(clock.today()),
        (
            Column("code", "规则", lambda r: r.code, As.CODE, ("code",), width=8),
            Column("name", "名称", lambda r: r.name, width=26),
            Column("severity", "等次", lambda r: r.get_severity_display(), width=8),
            Column("frequency", "频次", lambda r: r.get_frequency_display(), width=8),
            Column("way", "做法", lambda r: r.get_way_display(), width=16),
            Column("what", "内容", _what, width=60),
            Column("last", "最近筛查", lambda r: r.last, As.DAY, width=12),
            Column("leads", "疑点", lambda r: r.leads, As.NUMBER, width=8),
            Column("closed", "已核查", lambda r: r.closed, As.NUMBER, width=8),
            Column("right", "属实比例", _right, width=10),
        ),
        ("code",),
        conditions=(Choice("frequency", "频次", lambda user: [(str(c), str(n)) for c, n in Frequency.choices], lambda rows, c: rows.filter(frequency=c)),),
        chips=Chips("way", "做法", "way", lambda: {str(c): str(n) for c, n in Way.choices}), prepared=_with_results,
    )
)  # fmt: skip


@require_GET
@page_right("audit_leads")
def leads(request: OfficerRequest) -> HttpResponse:
    """What rules have found, the newest first."""
    return list_page(request, LEADS)


@require_GET
@page_right("audit_leads")
def rules(request: OfficerRequest) -> HttpResponse:
    """All rules, those that are not looked for among them."""
    return list_page(request, RULES)
