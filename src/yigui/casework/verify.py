"""Verification: chains of events recomputed, and cases against what their events say."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db import connections
from django.db.models import Prefetch

from yigui.casework.enums import Verb
from yigui.casework.event_chain import event_digest
from yigui.casework.models import Case, Event
from yigui.common.digests import digest_of
from yigui.warrants.models import Signature, Warrant
from yigui.warrants.queries import changes_digest

_BATCH = 2000


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


def finished_cases(using: str) -> Iterator[str]:
    """A sentence for every case that is not what its events, its warrant and its signatures say."""
    wanted = Event.objects.filter(verb__in=(Verb.ACCEPT, Verb.RESUBMIT, Verb.VERIFY, Verb.FINISH)).order_by("seq")
    cases = Case.objects.using(using).order_by("id").prefetch_related(Prefetch("events", wanted))
    for case in cases.iterator(chunk_size=_BATCH):
        where = f"casework_case id={case.pk}（办件 {case.case_no}）"
        links = list(case.events.all())
        forms = [e.payload for e in links if e.verb in (Verb.ACCEPT, Verb.RESUBMIT, Verb.VERIFY)]
        if not forms or forms[-1]["form"] != digest_of(case.form):
            yield f"{where}：申请内容与受理时的摘要不符。"
        elif (forms[0]["item"], forms[-1]["risk_class"]) != (case.item_code, case.risk_class):
            yield f"{where}：事项或风险等级与事件链不符。"
        finish = next((e.payload for e in links if e.verb == Verb.FINISH), None)
        if (case.status == "finished") != (finish is not None):
            yield f"{where}：状态与事件链不符。"
        elif finish is not None:
            yield from _finished_case(using, case, finish, where)


def _finished_case(using: str, case: Case, finish: dict[str, Any], where: str) -> Iterator[str]:
    if finish["outcome"] != digest_of(case.outcome):
        yield f"{where}：办理结果与办结时的摘要不符。"
    warrant = Warrant.objects.using(using).filter(pk=finish["warrant"]).first()
    if warrant is None or (warrant.kind, warrant.subject_id, warrant.risk_class) != ("case", case.pk, case.risk_class):
        yield f"{where}：授权凭据 id={finish['warrant']} 缺失或不属于本办件。"
        return
    signed = list(Signature.objects.using(using).filter(warrant=warrant).order_by("seq").values_list("step", "user_id"))
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT code, decided_by_id FROM casework_step WHERE case_id = %s AND round = %s AND code <> 'meeting' "
            "AND state = 'passed' ORDER BY seq",
            [case.pk, case.round],
        )
        steps = cursor.fetchall()
    if signed != steps:
        yield f"warrants_warrant id={warrant.pk}（办件 {case.case_no}）：签署人与环节经办人不符。"
    if (finish["changes"], finish["changes_digest"]) != changes_digest(warrant.pk, using):
        yield f"warrants_change（授权凭据 id={warrant.pk}，办件 {case.case_no}）：变更记录与办结时的摘要不符。"
