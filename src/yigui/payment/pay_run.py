"""The monthly pay run (支付计划): set-based SQL fills fresh tables, compared, checked by rules, decided by three people, executed once
under their class-1 warrant. The execution looks again: whoever died, was suspended or changed the account since is taken out.
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from yigui.common import clock
from yigui.common.errors import NotFound
from yigui.common.money import format_fen
from yigui.common.months import add_months, first_day, format_period
from yigui.entitlement.enums import MONTHLY_KINDS, BenefitKind
from yigui.entitlement.models import BackDue, Recovery
from yigui.law.key_words import words_of
from yigui.law.parameter_table import table
from yigui.ledger.declarations import FUND_OF
from yigui.ledger.posting import post, posting_day
from yigui.ledger.queries import credited, vouchers_from
from yigui.payment.against_last_month import Against, against, words
from yigui.payment.bank_files import delimited, delimited_file, files_of, pain001
from yigui.payment.bank_results import standing
from yigui.payment.enums import Hold, LineReason
from yigui.payment.errors import PayRefused
from yigui.payment.local_items import lapsed
from yigui.payment.models import Reissue
from yigui.payment.paying_balance import EXPENDITURE, short_accounts
from yigui.payment.queries import settled_doubts
from yigui.payment.run_listings import SAMPLES, listing_of
from yigui.payment.settled_returns import post_settled
from yigui.payment.since_prepared import check_notes, since_prepared
from yigui.registry.enums import INSURANCE_OF, insurance_label
from yigui.registry.queries import area_name
from yigui.runs.batches import give_way
from yigui.runs.checks import bar, warn
from yigui.runs.in_the_way import areas_left
from yigui.runs.kinds import Content, FileContent, Listing, Opening, RunKind, TakenOut, Work, Written, three_people
from yigui.runs.models import Batch, BatchStatus
from yigui.runs.staged import CONNECTIONS

DIFFERENCES = {
    "new": "新增", "stopped": "停发", "held": "拦截", "adjusted": "标准变化", "back": "补发", "recovered": "抵扣多领",
}  # fmt: skip
#: Settled contradictions that are told in words; the others stand in the list.
_SAID = 20
FLAGS = {
    "over_limit": "单笔金额超过提示限额", "no_account": "缺少账号或户名", "shared_account": "同一账号发给多人",
    "untold": "逾期未认证、告知不足而照发", "sentenced": "部门报送服刑、尚未核实",
    "settled_doubt": "银行结果曾矛盾、核实后重发",
}  # fmt: skip


@dataclass(frozen=True)
class RunSum:
    """Lines of a run for one area, insurance, kind, reason and hold; fen."""

    area: int
    insurance: int
    kind: int
    reason: int
    hold: int
    lines: int
    people: int
    basic_fen: int
    account_fen: int
    transitional_fen: int
    extra_fen: int
    adjusted_fen: int
    amount_fen: int
    digest: int


@dataclass(frozen=True)
class PayContent:
    """What a run pays, as its checks look at it: sums of lines, number and sum of payments (fen), flags, returned payments sent with it, how it differs
    from the month before, and what of that the next month's run needs to know."""

    paid: Sequence[RunSum]
    count: int
    fen: int
    flags: Sequence[dict[str, Any]]
    reissues: Sequence[Reissue]
    differences: Sequence[dict[str, Any]]


_OF_AREAS = """SELECT b.insurance, count(*), coalesce(sum(p.amount_fen), 0)::bigint
FROM benefits_payment p JOIN benefits_benefit b ON b.id = p.benefit_id WHERE p.batch_id = %s AND b.area_id = ANY (%s) GROUP BY 1 ORDER BY 1"""


class PayKind(RunKind):
    """Pays the benefits of an area and its counties for a month, and what earlier months are short of."""

    code, name, help = "pay", "支付计划", "monthly pay run"
    writes: tuple[str, ...] = (
        "benefits_line", "benefits_payment", "benefits_held", "benefits_back_due", "benefits_recovery", "benefits_recovery_return",
        "benefits_reissue", "benefits_settled_return", "ledger_voucher", "ledger_entry",
    )  # fmt: skip
    signers = three_people("发放人数、差额和拦截已核对。", "提示事项已逐笔核对。", "同意按本计划发放。")
    steps = ("准备", "发放明细，与上月比较", "支付指令", "校验", "完成")
    parts = ("runs/differences.html",)
    wide_parts = ("payment/runs/pay.html",)
    #: What its differences are called, in their order.
    labels: Mapping[str, str] = DIFFERENCES
    hint = "支付计划到生成日系统自动生成；须由第三人复核。"

    def opening(self, *, area_code: str, period: int, today: dt.date, **more: Any) -> Opening:
        """As `RunKind.opening`.

        Raises:
            BatchRefused: executed already for all its areas.
            UnknownArea: no such area.
            PayRefused: a month to come.
        """
        if first_day(period) > today:
            raise PayRefused(f"{format_period(period)} 尚未到月，不能生成支付计划。")
        return Opening(area_code, period, tuple(areas_left(self.code, area_code, period)))

    def begin(self, work: Work) -> None:
        """What a supplementary batch nobody has signed holds is due with the month: it gives way."""
        said = f"{format_period(work.batch.period)} 期支付计划已生成，补发的人员由该计划列入"
        for batch_id in give_way("pay-supplement", work.opening.areas, said):
            self.drop(batch_id)

    def parts_wanted(self) -> int:
        """How many connections fill it side by side."""
        return CONNECTIONS

    def bounds(self, work: Work) -> list[int]:
        (bounds,) = _call("benefits_bounds_v1", self.parts_wanted())
        if not bounds:
            raise PayRefused("没有待发放的待遇。")
        work.notes["last_mark"] = BackDue.objects.order_by("-id").values_list("id", flat=True).first() or 0
        work.step()
        return list(bounds)

    def stage(self, work: Work, part: int) -> list[tuple[Any, ...]]:
        return stage_part(work, part, before=add_months(work.batch.period, -1))

    def content(self, work: Work, staged: Sequence[Any]) -> Content:
        batch, areas = work.batch, list(work.opening.areas)
        (payments,) = _call("benefits_finish_stage_v1", batch.pk, work.parts)
        work.step()
        sums = run_sums(batch.pk, work.parts)
        paid = [s for s in sums if not s.hold]
        count, fen, payment_digest = _call("benefits_payment_sums_v1", batch.pk)
        limit = table("pension/pay_flags").at(area=batch.area_code, day=first_day(batch.period))["single_payment"]
        waiting, marks, kept = waiting_reissues(areas)
        sentences = _sentences(batch.pk, work.parts, waiting)
        doubts = settled_doubts({(r.batch_id, r.benefit_id) for r in waiting})
        flags = [*_flags(batch.pk, int(limit * 100)), _sentenced(sentences), _once_doubted(doubts), *self.own_flags(work)]
        _, again_fen, again_digest = _call("benefits_reissue_sums_v1", [r.pk for r in waiting], areas)
        differences = _differences(staged, self.labels)
        summary = {
            "bounds": work.bounds, "last_mark": work.notes["last_mark"], "before": add_months(batch.period, -1),
            "differences": differences, "payments": payments, "pay": [_shown(s) for s in sums],
            "held": _held(batch.pk, work.parts), "flags": flags,
            "reissues": {"count": len(waiting), "fen": again_fen, "held": _by_hold(kept), "kept": kept[:SAMPLES]},
            "reissue_marks": marks, "sentences": sentences,
            "sent_again": [[r.benefit_id, r.amount_fen] for r in waiting[:SAMPLES]],
        }  # fmt: skip
        content = PayContent(paid, count, fen, flags, waiting, differences)
        checks = [*self.own_checks(work, content, summary), *_checks(content), *_warnings(content, limit, work.today)]
        work.step()
        digest = f"{_digest(sums):016x}{(payment_digest ^ again_digest) & 0xFFFFFFFFFFFFFFFF:016x}"
        return Content(sum(s.lines for s in paid) + len(waiting), fen + again_fen, digest, summary, checks)

    def own_checks(self, work: Work, content: PayContent, summary: dict[str, Any]) -> list[dict[str, Any]]:
        """What a month's run alone is held against; what the next one needs to know of it goes into the summary."""
        batch, before = work.batch, add_months(work.batch.period, -1)
        ran = Batch.objects.filter(kind=batch.kind, status=BatchStatus.EXECUTED, areas__overlap=batch.areas)
        is_first = not ran.filter(period__lt=batch.period).exists()
        skipped = not is_first and not ran.filter(period=before).exists()
        now: dict[tuple[str, int], int] = {}
        for row in content.paid:
            if row.reason == LineReason.MONTH:
                now[str(row.area), row.kind] = now.get((str(row.area), row.kind), 0) + row.amount_fen
        held = against(work.opening.areas, before=before, differences=content.differences, now=now)
        summary["against"] = held.kept
        bound = table("pension/pay_watch").at(area=batch.area_code, day=first_day(batch.period))["more_than_usual"]
        return [
            bar("not_empty", "有可发放的待遇", passed=content.count > 0, detail=f"{content.count} 笔"),
            bar(
                "no_gap", "与上一次发放之间没有漏发的月份", passed=not skipped,
                detail="本系统此前没有发放过" if is_first else f"上月 {before} {'未发放' if skipped else '已发放'}",
            ),
            _local_items(work.opening.areas, batch.period),
            *_sentinels(held, bound),
        ]  # fmt: skip

    def own_flags(self, work: Work) -> list[dict[str, Any]]:
        """Flags beside those of single payments."""
        return [_untold(work.wanted, work.batch.period)]

    def write(self, batch: Batch) -> Written | None:
        """Everything in the database, the second look included; gives what was really paid."""
        (found,) = _call("benefits_execute_v2", batch.pk)
        done = json.loads(found) if isinstance(found, str) else found
        sums = [RunSum(**row) for row in done["sums"]]
        taken = tuple(TakenOut(f"taken-{hold}", Hold(hold).label, benefits, fen) for hold, benefits, fen in done["taken"])
        again, again_fen = done["again"]
        return Written(sum(s.lines for s in sums) + again, sum(s.amount_fen for s in sums) + again_fen, taken, details=sums)

    def post(self, batch: Batch, written: Written | None) -> None:
        assert written is not None
        _post_paid(batch, written.details)
        _post_reissued(batch)
        post_settled(batch)

    def drop(self, batch_id: int) -> None:
        _call("benefits_drop_stage_v1", batch_id)

    def of_areas(self, batch: Batch, areas: Sequence[str]) -> list[tuple[str, int, int]]:
        """Payments by insurance, of the benefits that are paid in these areas."""
        with connection.cursor() as cursor:
            cursor.execute(_OF_AREAS, [batch.pk, list(areas)])
            return [(insurance_label(insurance), count, fen) for insurance, count, fen in cursor.fetchall()]

    def page(self, batch: Batch) -> dict[str, Any]:
        return _page(batch)

    def listing(self, batch: Batch, name: str) -> Listing | None:
        return listing_of(batch, name)

    def file(self, batch: Batch, name: str) -> FileContent:
        number, _, form = name.partition("/")
        if not (number.isdecimal() and len(number) < 9 and form in ("xml", "txt")):
            raise NotFound(f"第 {batch.pk} 号支付计划没有文件 {name}。")
        file_name = f"pay-{batch.period}-{batch.pk}-{number}.{form}"
        if form == "xml":
            return FileContent(pain001(batch, int(number)), "application/xml; charset=utf-8", file_name)
        encoding = delimited()["payment"]["encoding"]
        return FileContent(delimited_file(batch, int(number)), f"text/plain; charset={encoding}", file_name, encoding)

    def lines(self, batch: Batch) -> list[str]:
        differences = [f"与上期比较：{row['label']} {row['lines']} 行" for row in batch.summary.get("differences", [])]
        return differences + [f"请复核人核对：{r['label']} {r['found']} 笔" for r in batch.summary.get("flags", []) if r["found"]]


PAY = PayKind()


def run_sums(batch_id: int, parts: int) -> list[RunSum]:
    """Sums of the staged lines."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM benefits_stage_sums_v1(%s, %s)", [batch_id, parts])
        return [RunSum(*row) for row in cursor.fetchall()]


def stage_part(work: Work, part: int, *, before: int) -> list[tuple[Any, ...]]:
    """Fill one part of a run; gives how it differs from the lines of a month before (YYYYMM; 0: from nothing)."""
    batch, low, high = work.batch, work.bounds[part], work.bounds[part + 1]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT benefits_stage_v1(%s, %s, %s, %s, %s::text[], %s)", [batch.pk, part, low, high, work.wanted, batch.period]
        )
        cursor.execute(
            "SELECT * FROM benefits_differences_v1(%s, %s, %s, %s, %s::text[], %s, %s)",
            [batch.pk, part, low, high, work.wanted, before, SAMPLES],
        )
        return cursor.fetchall()


def _call(function: str, *arguments: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {function}({', '.join(['%s'] * len(arguments))})", list(arguments))
        return cursor.fetchone()


def _digest(sums: Sequence[RunSum]) -> int:
    found = 0
    for row in sums:
        found ^= row.digest
    return found & 0xFFFFFFFFFFFFFFFF


def _shown(row: RunSum) -> dict[str, Any]:
    return {
        "area": str(row.area), "insurance": row.insurance, "label": BenefitKind(row.kind).label, "kind": row.kind,
        "reason": row.reason, "reason_label": LineReason(row.reason).label, "hold": row.hold, "hold_label": Hold(row.hold).label,
        "lines": row.lines, "people": row.people, "amount_fen": row.amount_fen,
    }  # fmt: skip


def _held(batch_id: int, parts: int) -> list[list[Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM benefits_staged_held_v1(%s, %s, %s)", [batch_id, parts, SAMPLES])
        return [list(row) for row in cursor.fetchall()]


def _flags(batch_id: int, limit_fen: int) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM benefits_flags_v1(%s, %s, %s)", [batch_id, limit_fen, SAMPLES])
        rows = cursor.fetchall()
    return [{"flag": flag, "label": FLAGS[flag], "found": found, "benefits": list(ids or [])} for flag, found, ids in rows]


def _untold(areas: Sequence[str], period: int) -> dict[str, Any]:
    """The flag of benefits that are paid although the certification has run out: the person was not told often enough (停发前告知)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), (array_agg(benefit_id ORDER BY valid_until, benefit_id))[1:%s] "
            "FROM benefits_overdue_v1(NULL, NULL, %s::text[], %s) WHERE NOT may_hold",
            [SAMPLES, list(areas), period],
        )
        found, benefits = cursor.fetchone()
    return {"flag": "untold", "label": FLAGS["untold"], "found": found, "benefits": list(benefits or [])}


def _sentences(batch_id: int, parts: int, reissues: Sequence[Reissue]) -> list[list[int]]:
    """Reports of a sentence that nobody has decided about people a run pays: record and benefit. One beyond these is held by the execution."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT record_id, benefit_id FROM benefits_sentences_asked_v1(%s, %s, %s) LIMIT 10000",
            [batch_id, parts, [r.pk for r in reissues]],
        )
        return [list(row) for row in cursor.fetchall()]


def _sentenced(sentences: Sequence[Sequence[int]]) -> dict[str, Any]:
    """The flag of benefits that are paid while a partner reports a sentence being served (服刑): probation does not stop them, so people say."""
    benefits = sorted({benefit for _, benefit in sentences})
    return {"flag": "sentenced", "label": FLAGS["sentenced"], "found": len(benefits), "benefits": benefits[:SAMPLES]}


def _once_doubted(doubts: Mapping[tuple[int, int], str]) -> dict[str, Any]:
    """The flag of returned payments that are sent again after the bank had contradicted itself about them and somebody found out what holds:
    whoever checks and approves reads what was found."""
    benefits = sorted({benefit for _, benefit in doubts})
    said = [f"P{batch}-{benefit}：{words}" for (batch, benefit), words in sorted(doubts.items())]
    return {"flag": "settled_doubt", "label": FLAGS["settled_doubt"], "found": len(doubts), "benefits": benefits[:SAMPLES],
            "said": said[:_SAID]}  # fmt: skip


def _differences(parts: Sequence[Sequence[tuple[Any, ...]]], labels: Mapping[str, str]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for reason, lines, before_fen, after_fen, samples in (row for part in parts for row in part):
        total = found.setdefault(
            reason, {"reason": reason, "label": labels[reason], "lines": 0, "before_fen": 0, "after_fen": 0, "samples": []}
        )
        total["lines"] += lines
        total["before_fen"] += before_fen
        total["after_fen"] += after_fen
        total["samples"] = (total["samples"] + json.loads(samples))[:SAMPLES]
    return [found[reason] for reason in labels if reason in found]


def waiting_reissues(areas: Sequence[str]) -> tuple[list[Reissue], list[list[int]], list[list[int]]]:
    """Returned payments of some areas that a case has given a good account and no run has sent yet: those that nothing holds, with the mark
    of each as its run freezes it; and of the others hold, benefit and amount."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reissue_id, mark, hold, benefit_id, amount_fen FROM benefits_waiting_reissues_v1(%s::text[]) ORDER BY 1 LIMIT 20000",
            [list(areas)],
        )
        rows = cursor.fetchall()
    marks = [[number, mark] for number, mark, hold, _, _ in rows if not hold][:10_000]
    found = Reissue.objects.select_related("benefit").in_bulk([number for number, _ in marks])
    kept = [[hold, benefit, fen] for _, _, hold, benefit, fen in rows if hold]
    return [found[number] for number, _ in marks], marks, kept


def _checks(content: PayContent) -> list[dict[str, Any]]:
    lines_fen, fen = sum(s.amount_fen for s in content.paid), content.fen
    missing = next(f["found"] for f in content.flags if f["flag"] == "no_account")
    detail = f"{format_fen(fen)} / {format_fen(lines_fen)} 元"
    if content.reissues:
        again = sum(r.amount_fen for r in content.reissues)
        detail += (
            f"；重发退票 {len(content.reissues)} 笔 {format_fen(again)} 元另列，不是新的明细，合计支付 {format_fen(fen + again)} 元"
        )
    return [
        bar("amount", "支付指令金额等于明细金额", passed=fen == lines_fen, detail=detail),
        bar("accounts", "支付指令均有户名和账号", passed=missing == 0, detail=f"缺 {missing} 笔"),
        bar(
            "positive",
            "没有不大于零的发放明细",
            passed=all(s.amount_fen > 0 for s in content.paid if s.reason != LineReason.DEDUCTION),
        ),
    ]


def _sentinels(held: Against, bound: Decimal) -> list[dict[str, Any]]:
    """What the checker and the approver answer in writing where a run stops, begins or changes more than usual (批次哨兵, R308)."""
    if held.is_first:
        return []
    beyond, by = held.sums_beyond(bound), f"{(bound * 100).normalize():f}%"
    return [
        warn("stops", f"停发、拦截的比例没有比上月多出 {by} 以上", passed=held.stopped.is_within(bound), detail=held.stopped.said),
        warn(
            "begun", f"首次发放、恢复发放的比例没有比上月多出 {by} 以上", passed=held.begun.is_within(bound), detail=held.begun.said
        ),
        warn("sums", f"各地区各待遇的金额与上月相差不超过 {by}", passed=not beyond, detail=words(beyond)),
    ]


def _local_items(areas: Sequence[str], period: int) -> dict[str, Any]:
    """No item outside the national list is paid after the term a place signed for it (清单外项目, R326)."""
    over = lapsed(areas, first_day(period))
    named = [f"{words_of(['item'], [item])}（{area_name(area)}，{people} 人）" for area, item, people in over]
    detail = f"{'、'.join(named)}的有效期已过，请先签署新的期限，或以养老金重核（PEN-009）去除后再生成" if over else "均在有效期内"
    return bar("local_items", "清单外项目均在有效期内", passed=not over, detail=detail)


def _warnings(content: PayContent, limit: Any, today: dt.date) -> list[dict[str, Any]]:
    """What the checker and the approver answer in writing: flagged payments, and a paying account that does not hold the sum."""
    found = {f["flag"]: f["found"] for f in content.flags}
    short = _short_accounts(content, today)
    rows = [
        warn("over_limit", f"没有单笔超过 {limit} 元的支付", passed=not found["over_limit"], detail=f"{found['over_limit']} 笔"),
        warn(
            "shared_account", "没有发给多人的同一账号", passed=not found["shared_account"], detail=f"{found['shared_account']} 笔"
        ),
        warn("balance", "支出户余额足够支付本批次", passed=not short, detail="；".join(short[:20])),
        warn(
            "sentenced",
            "没有部门报送服刑、尚未核实的领取人",
            passed=not found["sentenced"],
            detail=f"{found['sentenced']} 笔，缓刑、监外执行的除外；应停发的先以待遇暂停（PEN-006）办理"
            if found["sentenced"]
            else "0 笔",
        ),
    ]
    doubted = next(f for f in content.flags if f["flag"] == "settled_doubt")
    if doubted["found"]:
        more = f"；另 {doubted['found'] - len(doubted['said'])} 笔见清单" if doubted["found"] > len(doubted["said"]) else ""
        detail = f"{doubted['found']} 笔：{'；'.join(doubted['said'])}{more}"
        rows.append(warn("settled_doubt", "没有银行结果曾经矛盾、核实后重发的退票", passed=False, detail=detail))
    if "untold" in found:
        detail = f"{found['untold']} 笔告知不足，照常发放"
        rows.append(warn("untold", "逾期未认证的均已按规定告知", passed=not found["untold"], detail=detail))
    return rows


def _short_accounts(content: PayContent, today: dt.date) -> list[str]:
    """The books whose expenditure account holds less than the run pays from it, in words."""
    wanted: dict[tuple[str, str], int] = {}
    lines = [(str(s.area), s.insurance, s.amount_fen) for s in content.paid]
    for area, insurance, fen in [*lines, *((r.benefit.area_id, r.benefit.insurance, r.amount_fen) for r in content.reissues)]:
        key = (area, FUND_OF[INSURANCE_OF[insurance].value])
        wanted[key] = wanted.get(key, 0) + fen
    return short_accounts(wanted, today)


def _page(batch: Batch) -> dict[str, Any]:
    """What a pay run pays and holds, by kind and reason; of an executed one its files and what bank and books say."""
    rows: dict[tuple[int, int, int], dict[str, Any]] = {}
    for row in batch.summary.get("pay", []):
        total = rows.setdefault((row["hold"], row["kind"], row["reason"]), row | {"lines": 0, "people": 0, "amount_fen": 0})
        for key in ("lines", "people", "amount_fen"):
            total[key] += row[key]
    held: dict[int, int] = {}
    for (hold, _, _), row in rows.items():
        if hold:
            held[hold] = held.get(hold, 0) + row["lines"]
    since = since_prepared(batch)
    context: dict[str, Any] = {
        "since": [(Hold(hold).label, people) for hold, people in sorted(since.items())], "check_notes": check_notes(batch, since),
        "pay_rows": [rows[key] for key in sorted(rows)], "files": [], "recoveries": [], "standing": None, "posted_fen": None,
        "again_held": [(f"kept-{h}", Hold(h).label, n, fen) for h, n, fen in batch.summary.get("reissues", {}).get("held", [])],
        "held_counts": [(f"hold-{hold}", Hold(hold).label, count) for hold, count in sorted(held.items())],
    }  # fmt: skip
    if batch.status == BatchStatus.EXECUTED:
        vouchers = vouchers_from("batch", batch.pk)
        recoveries = Recovery.objects.filter(case_id=-batch.pk).select_related("benefit__person").order_by("id")
        context |= {
            "files": files_of(batch), "standing": standing(batch.pk), "recoveries": list(recoveries[:SAMPLES]),
            "posted_fen": credited([v.pk for v in vouchers if v.event == "benefit_payment"], EXPENDITURE),
        }  # fmt: skip
    return context


def _by_hold(kept: Sequence[Sequence[int]]) -> list[list[int]]:
    """Returned payments that are not sent again, by what holds them: hold, how many, fen."""
    holds = sorted({hold for hold, _, _ in kept})
    sums = {hold: [fen for other, _, fen in kept if other == hold] for hold in holds}
    return [[hold, len(sums[hold]), sum(sums[hold])] for hold in holds]


#: Amount of the posting rule for the benefits that are no pension.
_DETAIL = {
    BenefitKind.DISABILITY: "disability", BenefitKind.UNEMPLOYMENT: "unemployment", BenefitKind.FUNERAL: "death",
    BenefitKind.SURVIVOR: "death", BenefitKind.ACCOUNT: "account_lump", BenefitKind.RURAL_GRANT: "other",
}  # fmt: skip


def posting_amounts(rows: Sequence[RunSum]) -> dict[str, int]:
    """What one book's lines come to by the amounts of the rule `benefit_payment`, fen; none below zero.

    A deduction for this year's months lowers the expense of the months, also when it is kept back from a grant that is paid once;
    one for earlier years is other income. Source: 财会〔2017〕28号.
    """
    found: dict[str, int] = {}
    for row in rows:
        if row.kind in (BenefitKind.PENSION, BenefitKind.RESIDENT) and row.reason != LineReason.DEDUCTION:
            parts = {
                "basic": row.basic_fen + row.adjusted_fen, "account": row.account_fen, "transitional": row.transitional_fen,
                "subsidy": row.extra_fen,
            }  # fmt: skip
        elif row.reason == LineReason.DEDUCTION:
            monthly = "unemployment" if INSURANCE_OF[row.insurance].value == "unemployment" else "basic"
            detail = _DETAIL.get(BenefitKind(row.kind), "basic") if row.kind in MONTHLY_KINDS else monthly
            parts = {detail: row.basic_fen, "recovered": -row.extra_fen}
        else:
            parts = {_DETAIL[BenefitKind(row.kind)]: row.amount_fen}
        for name, fen in parts.items():
            found[name] = found.get(name, 0) + fen
    # A part that a new assessment made smaller is made up by the largest one.
    for name in [n for n, fen in found.items() if fen < 0]:
        largest = max((n for n in found if n != "recovered"), key=lambda n: found[n])
        found[largest] += found[name]
        found[name] = 0
    found["total"] = sum(fen for name, fen in found.items() if name != "recovered") - found.get("recovered", 0)
    return found


def _post_paid(batch: Batch, paid: Sequence[RunSum]) -> None:
    today = clock.today()
    for area, insurance in sorted({(s.area, s.insurance) for s in paid}):
        fund = FUND_OF[INSURANCE_OF[insurance].value]
        post(
            event="benefit_payment", fund=fund, area_code=str(area), on=posting_day(today, area=str(area), fund=fund),
            amounts=posting_amounts([s for s in paid if (s.area, s.insurance) == (area, insurance)]), source_kind="batch",
            source_id=batch.pk, summary=f"{batch.period} 期{insurance_label(insurance)}待遇发放",
        )  # fmt: skip


def _post_reissued(batch: Batch) -> None:
    today = clock.today()
    sums: dict[tuple[str, int], int] = {}
    for reissue in Reissue.objects.filter(sent_batch=batch.pk).select_related("benefit"):
        key = (reissue.benefit.area_id, reissue.benefit.insurance)
        sums[key] = sums.get(key, 0) + reissue.amount_fen
    for (area, insurance), fen in sorted(sums.items()):
        fund = FUND_OF[INSURANCE_OF[insurance].value]
        post(
            event="benefit_reissued", fund=fund, area_code=area, on=posting_day(today, area=area, fund=fund), amounts={"total": fen},
            source_kind="batch", source_id=batch.pk,
        )  # fmt: skip
