"""Verification: chains of events recomputed, and cases against what their events say."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from django.db import connections
from django.db.models import Prefetch

from yigui.casework.enums import Verb
from yigui.casework.event_chain import event_digest
from yigui.casework.models import Case, Event
from yigui.common.digests import digest_of
from yigui.warrants.models import Signature, Warrant
from yigui.warrants.queries import changes_digests

_BATCH = 2000
#: Cases that are looked at together: what they changed is held in memory.
_CASES = 500


def event_chains(using: str) -> Iterator[str]:
    """A sentence for the first event of each chain that is missing, out of order or changed."""
    events = Event.objects.using(using).order_by("case_id", "seq").iterator(chunk_size=_BATCH)
    for case_id, chain in groupby(events, key=lambda e: e.case_id):
        previous = "0" * 64
        for expected, event in enumerate(chain, start=1):
            where = f"casework_event id={event.pk}（办件 id={case_id} 第 {event.seq} 个事件）"
            if event.seq != expected:
                yield f"{where}：事件链缺第 {expected} 环。"
                break
            if event.previous != previous:
                yield f"{where}：与上一环的摘要不相接。"
                break
            if event_digest(event) != event.digest:
                yield f"{where}：内容与摘要不符。"
                break
            previous = event.digest


def unconfirmed(using: str) -> Iterator[str]:
    """A sentence for every step of class 1 that was passed, and every meeting, without the one-time code of whoever it names."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT kind, id, case_no FROM casework_unconfirmed_v1()")
        for kind, number, case_no in cursor.fetchall():
            if kind == "step":
                yield f"casework_step id={number}（办件 {case_no}）：一类办件的环节没有经办人的动态口令确认。"
            else:
                yield f"casework_meeting id={number}：会议没有主持人的动态口令确认。"


def finished_cases(using: str) -> Iterator[str]:
    """A sentence for every case that is not what its events, its warrant and its signatures say."""
    wanted = Event.objects.filter(verb__in=(Verb.ACCEPT, Verb.RESUBMIT, Verb.VERIFY, Verb.FINISH)).order_by("seq")
    cases = Case.objects.using(using).order_by("id").prefetch_related(Prefetch("events", wanted))
    rows = cases.iterator(chunk_size=_CASES)
    while some := list(islice(rows, _CASES)):
        yield from _some_cases(using, some)


def _some_cases(using: str, cases: Sequence[Case]) -> Iterator[str]:
    """The same of some cases; what they rest on is read by a few statements for all of them."""
    links = {case.pk: list(case.events.all()) for case in cases}
    finished = {pk: next((e.payload for e in events if e.verb == Verb.FINISH), None) for pk, events in links.items()}
    grounds = _grounds(using, cases, [payload["warrant"] for payload in finished.values() if payload is not None])
    for case in cases:
        where = f"casework_case id={case.pk}（办件 {case.case_no}）"
        forms = [e.payload for e in links[case.pk] if e.verb in (Verb.ACCEPT, Verb.RESUBMIT, Verb.VERIFY)]
        if not forms or forms[-1]["form"] != digest_of(case.form):
            yield f"{where}：申请内容与受理时的摘要不符。"
        # What was asked and answered at hand-in; cases older than its digest bear none.
        elif (asked := _asked(links[case.pk])) is not None and asked != digest_of(case.findings):
            yield f"{where}：核查提示及其答复与提交时的摘要不符。"
        elif (forms[0]["item"], forms[-1]["risk_class"]) != (case.item_code, case.risk_class):
            yield f"{where}：事项或风险等级与事件链不符。"
        finish = finished[case.pk]
        if (case.status == "finished") != (finish is not None):
            yield f"{where}：状态与事件链不符。"
        elif finish is not None:
            yield from _finished_case(case, finish, where, grounds)


def _asked(events: Sequence[Event]) -> str | None:
    """The digest of what was asked at the last hand-in; None of one older than that digest."""
    said = [e.payload.get("asked") for e in events if e.verb in (Verb.ACCEPT, Verb.RESUBMIT)]
    return said[-1] if said else None


@dataclass(frozen=True)
class _Grounds:
    """What some cases rest on: warrants by their id, who signed each and what it changed, and the steps by their case."""

    warrants: dict[int, Warrant]
    signed: dict[int, list[tuple[str, int]]]
    changes: dict[int, tuple[int, str]]
    steps: dict[int, list[tuple[str, int]]]


def _grounds(using: str, cases: Sequence[Case], warrants: Sequence[int]) -> _Grounds:
    signed: dict[int, list[tuple[str, int]]] = defaultdict(list)
    signatures = Signature.objects.using(using).filter(warrant__in=warrants).order_by("warrant", "seq")
    for warrant, step, user in signatures.values_list("warrant_id", "step", "user_id"):
        signed[warrant].append((step, user))
    steps: dict[int, list[tuple[str, int]]] = defaultdict(list)
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT s.case_id, s.code, s.decided_by_id FROM casework_step s JOIN casework_case c ON c.id = s.case_id AND c.round = s.round "
            "WHERE c.id = ANY (%s::bigint[]) AND s.code <> 'meeting' AND s.state = 'passed' ORDER BY s.case_id, s.seq",
            [[case.pk for case in cases]],
        )
        for case_id, step, user in cursor.fetchall():
            steps[case_id].append((step, user))
    return _Grounds(Warrant.objects.using(using).in_bulk(warrants), signed, changes_digests(warrants, using), steps)


def _finished_case(case: Case, finish: dict[str, Any], where: str, grounds: _Grounds) -> Iterator[str]:
    if finish["outcome"] != digest_of(case.outcome):
        yield f"{where}：办理结果与办结时的摘要不符。"
    warrant = grounds.warrants.get(finish["warrant"])
    if warrant is None or (warrant.kind, warrant.subject_id, warrant.risk_class) != ("case", case.pk, case.risk_class):
        yield f"{where}：授权凭据 id={finish['warrant']} 缺失或不属于本办件。"
        return
    if grounds.signed.get(warrant.pk, []) != grounds.steps.get(case.pk, []):
        yield f"warrants_warrant id={warrant.pk}（办件 {case.case_no}）：签署人与环节经办人不符。"
    if (finish["changes"], finish["changes_digest"]) != grounds.changes[warrant.pk]:
        yield f"warrants_change（授权凭据 id={warrant.pk}，办件 {case.case_no}）：变更记录与办结时的摘要不符。"
