"""Verification (核验): everything recomputed from the tables; the first row that was tampered with is named.

Silent on a good database. Reads only.
"""

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any

from django.db import connections
from django.db.models import Prefetch

from yigui.accounts.verify import account_faults
from yigui.casework.enums import Verb
from yigui.casework.event_chain import event_digest
from yigui.casework.models import Case, Event
from yigui.catalogue.verify import catalogue_faults
from yigui.charges.verify import differing_open_bills
from yigui.common.digests import digest_of, sm3
from yigui.documents.models import IssuedDocument, StoredFile
from yigui.documents.store import path_of
from yigui.integrity.models import Seal
from yigui.integrity.seal import chain_heads, seal_root
from yigui.ledger.verify import ledger_faults
from yigui.levy.verify import differing_plans
from yigui.payment.verify import benefit_faults
from yigui.staff.verify import staff_faults
from yigui.tasks.verify import task_faults
from yigui.warrants.bulk_seals import Block, block_of, protected_tables
from yigui.warrants.models import BulkSeal, Signature, Warrant
from yigui.warrants.queries import changes_digest
from yigui.warrants.set_seals import differing_sets

_BATCH = 2000


def verify_all(using: str = "default", on_part: Callable[[str], None] | None = None) -> Iterator[str]:
    """Yield a sentence for every fault found, in the order of the parts."""
    for name, part in (
        ("事件链", _event_chains), ("办件与授权凭据", _finished_cases), ("受保护记录", _protected_rows),
        ("机构与人员", staff_faults), ("批量封存", _bulk_rows), ("批量账页", differing_sets), ("征缴计划", differing_plans), ("未结清缴费单", differing_open_bills),
        ("待遇发放", benefit_faults), ("基金账", ledger_faults), ("个人账户", account_faults), ("任务", task_faults),
        ("每日封存", _seals), ("文书与材料", _documents), ("事项目录", catalogue_faults),
    ):  # fmt: skip
        if on_part is not None:
            on_part(name)
        yield from part(using)


def _event_chains(using: str) -> Iterator[str]:
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


def _finished_cases(using: str) -> Iterator[str]:
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
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT w.id, w.subject_no FROM warrants_warrant w LEFT JOIN casework_case c ON c.id = w.subject_id "
            "AND c.case_no = w.subject_no AND c.status = 'finished' WHERE w.kind = 'case' AND c.id IS NULL ORDER BY w.id LIMIT 20"
        )
        for warrant_id, subject in cursor.fetchall():
            yield f"warrants_warrant id={warrant_id}：所授权的办件 {subject} 不存在或未办结。"


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


def _protected_rows(using: str) -> Iterator[str]:
    """Every protected row equals the newest image in its history; every row without history lies in a sealed block."""
    with connections[using].cursor() as cursor:
        for table in protected_tables():
            cursor.execute(
                f"WITH newest AS (SELECT DISTINCT ON (row_id) row_id, after FROM warrants_change "
                f"WHERE table_name = %s ORDER BY row_id, id DESC) "
                f"SELECT newest.row_id, t.id IS NULL FROM newest LEFT JOIN {table} t ON t.id = newest.row_id "
                f"WHERE t.id IS NULL OR NOT to_jsonb(t) @> newest.after ORDER BY 1 LIMIT 20",
                [table],
            )
            for row_id, is_gone in cursor.fetchall():
                yield f"{table} id={row_id}：{'记录已被删除' if is_gone else '现值与最后一次授权变更后的值不符'}。"
            cursor.execute(
                f"SELECT t.id FROM {table} t JOIN warrants_warrant w ON w.id = t.warrant_id "
                f"WHERE w.kind <> 'opening' AND NOT EXISTS "
                f"(SELECT 1 FROM warrants_change c WHERE c.table_name = %s AND c.row_id = t.id) ORDER BY 1 LIMIT 20",
                [table],
            )
            for (row_id,) in cursor.fetchall():
                yield f"{table} id={row_id}：没有变更记录。"
            cursor.execute(
                f"SELECT t.id FROM {table} t LEFT JOIN warrants_warrant w ON w.id = t.warrant_id WHERE w.id IS NULL LIMIT 20"
            )
            for (row_id,) in cursor.fetchall():
                yield f"{table} id={row_id}：没有授权凭据。"


def _bulk_rows(using: str) -> Iterator[str]:
    """Rows of the opening load against their blocks; the rows that differ are named."""
    for seal in BulkSeal.objects.using(using).order_by("id").iterator(chunk_size=50):
        found = block_of(seal.warrant_id, seal.table_name, seal.first_id, seal.last_id, seal.columns, using)
        if (found.row_count, found.digest) == (seal.row_count, seal.digest):
            continue
        sealed = Block(seal.row_count, seal.digest, seal.row_ids, seal.row_marks)
        for row_id in found.differing_rows(sealed)[:20] or [seal.first_id]:
            yield f"{seal.table_name} id={row_id}：期初装载的记录与封存摘要不符（封存块 {seal.first_id}–{seal.last_id}）。"


def _seals(using: str) -> Iterator[str]:
    previous, next_id = "0" * 64, 1
    for seal in Seal.objects.using(using).order_by("id").iterator(chunk_size=_BATCH):
        heads = chain_heads(seal.first_event_id, seal.last_event_id, using)
        if seal.previous != previous or seal.first_event_id != next_id or seal.root != seal_root(previous, heads):
            yield f"casework_seal id={seal.pk}（{seal.day}）：封存根与重算结果不符。"
        previous, next_id = seal.root, seal.last_event_id + 1


def _documents(using: str) -> Iterator[str]:
    for document in IssuedDocument.objects.using(using).order_by("id").iterator(chunk_size=_BATCH):
        content = {
            "code": document.code, "kind": document.kind, "title": document.title, "case_no": document.case_no,
            "holder": document.holder, "content": document.content,
        }  # fmt: skip
        if digest_of(content) != document.digest:
            yield f"documents_issued id={document.pk}（{document.case_no}）：文书内容与摘要不符。"
    for stored in StoredFile.objects.using(using).order_by("digest").iterator(chunk_size=_BATCH):
        path = path_of(stored.digest)
        if not path.exists():
            yield f"documents_stored_file {stored.digest[:16]}…：文件缺失。"
        elif sm3(path.read_bytes()) != stored.digest:
            yield f"documents_stored_file {stored.digest[:16]}…：文件内容与摘要不符。"
