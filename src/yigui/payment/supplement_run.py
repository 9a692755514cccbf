"""The supplementary run (补发批次): what was held and is free again, or came back and has a good account, waits for no month's run.

Who is certified again, is found to live, has been resumed: the months a run held are due, and the last month's run is over. A returned payment
whose account was put right is due as well. A batch of these people, and of nobody else, prepares itself on the morning after; three people sign
it like the month's, on the same tables and under the same guards. While a month's plan is being made or waits, it holds them itself and no
supplementary batch is made; one that nobody has signed gives way to it.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Q

from yigui.common.money import format_fen
from yigui.common.months import format_period
from yigui.payment.enums import PAY_KINDS
from yigui.payment.errors import PayRefused
from yigui.payment.pay_run import PayContent, PayKind, stage_part, waiting_reissues
from yigui.registry.queries import areas_under
from yigui.runs.checks import bar
from yigui.runs.errors import ContentChanged
from yigui.runs.kinds import Opening, Work, three_people
from yigui.runs.models import Batch, BatchStatus

_MONTHLY, _CODE = PAY_KINDS
_OPEN = (BatchStatus.DRAFT, BatchStatus.PREPARED, BatchStatus.APPROVED)
_SIGNED = Q(confirmed_at__isnull=False) | Q(checked_by__isnull=False) | Q(approved_by__isnull=False)


class PaySupplementKind(PayKind):
    """Pays those a run held and nothing holds any more, and sends returned payments with a corrected account again."""

    code, name, help = _CODE, "补发批次", "what was held or came back, between two monthly runs"
    writes = (
        "benefits_line", "benefits_payment", "benefits_held", "benefits_back_due", "benefits_reissue", "ledger_voucher", "ledger_entry",
    )  # fmt: skip
    signers = three_people("补发人员、月份和重发账户已核对。", "补发依据已逐笔核对。", "同意按本批次补发。")
    steps = ("准备", "补发明细", "支付指令", "校验", "完成")
    parts = ("payment/runs/supplement.html",)
    labels = {"new": "补发当月待遇", "back": "补发以前月份"}
    is_repeated = True
    is_taken_up_again = True
    hint = (
        "补发批次只列此前被拦截、现已恢复的人员和账户已更正的退票，由系统在次日自动生成；有支付计划尚未执行的，随该计划发放。"
        "须由第三人复核。"
    )

    def has_work(self, *, area_code: str, today: dt.date) -> bool:
        return bool(self.arrivals(area_code=area_code, today=today))

    def arrivals(self, *, area_code: str, today: dt.date) -> Sequence[int]:
        """The last month that was paid, where somebody is due and neither a month's plan nor another batch of this kind is on its way."""
        period, areas = _last_paid(areas_under(area_code))
        if not period or _first_open(_MONTHLY, areas) or _first_open(self.code, areas, _SIGNED):
            return ()
        return (period,) if _released(areas, period) or waiting_reissues(areas)[0] else ()

    def opening(self, *, area_code: str, period: int, today: dt.date, **more: Any) -> Opening:
        """As `RunKind.opening`: of the last month that was paid.

        Raises:
            UnknownArea: no such area.
            PayRefused: another month, a month's plan is on its way, another such batch is signed, or nobody is due.
        """
        last, areas = _last_paid(areas_under(area_code))
        if not last:
            raise PayRefused("该地区尚未执行过支付计划，没有可补发的待遇。")
        if period != last:
            raise PayRefused(f"补发批次按最近一次已执行的支付计划办理，应为 {format_period(last)} 期，请改填该月份。", period=last)
        monthly = _first_open(_MONTHLY, areas)
        if monthly is not None:
            raise PayRefused(_step_back(monthly), batch=monthly.pk)
        signed = _first_open(self.code, areas, _SIGNED)
        if signed is not None:
            raise PayRefused(f"第 {signed.pk} 号补发批次（{signed.state_label}）尚未执行，请先执行或作废。", batch=signed.pk)
        if not _released(areas, last) and not waiting_reissues(areas)[0]:
            raise PayRefused("没有可补发的待遇：拦截尚未解除，也没有账户已更正、待重发的退票。")
        done = Batch.objects.filter(kind=self.code, period=last, areas__overlap=areas, status=BatchStatus.EXECUTED)
        return Opening(area_code, last, tuple(areas), f"第{done.count() + 1}批")

    def begin(self, work: Work) -> None:
        """Nothing gives way to it."""

    def parts_wanted(self) -> int:
        return 1

    def stage(self, work: Work, part: int) -> list[tuple[Any, ...]]:
        """The lines, beside no month before: everything of it is listed."""
        return stage_part(work, part, before=0)

    def own_checks(self, work: Work, content: PayContent, summary: dict[str, Any]) -> list[dict[str, Any]]:
        detail = f"{content.count} 笔，重发 {len(content.reissues)} 笔"
        return [bar("not_empty", "有可补发的待遇或待重发的退票", passed=content.count + len(content.reissues) > 0, detail=detail)]

    def own_flags(self, work: Work) -> list[dict[str, Any]]:
        return []

    def look_again(self, batch: Batch) -> None:
        """As `RunKind.look_again`; the stored function asks the same."""
        monthly = _first_open(_MONTHLY, batch.areas)
        if monthly is not None:
            raise ContentChanged(_step_back(monthly), batch=batch.pk)

    def remark(self, batch: Batch) -> str:
        again = batch.summary.get("reissues", {})
        return f"其中重发退票 {again['count']} 笔 {format_fen(again['fen'])} 元" if again.get("count") else ""


def _last_paid(areas: Sequence[str]) -> tuple[int, list[str]]:
    """The last month any of the areas was paid by its run, and those of them that were; 0 where none has been."""
    runs = Batch.objects.filter(kind=_MONTHLY, status=BatchStatus.EXECUTED, areas__overlap=list(areas))
    period = runs.order_by("-period").values_list("period", flat=True).first()
    if period is None:
        return 0, []
    paid = {area for batch in runs.filter(period=period).defer("summary", "checks")[:500] for area in batch.areas}
    return period, [area for area in areas if area in paid]


def _first_open(kind: str, areas: Sequence[str], *conditions: Q) -> Batch | None:
    """The first batch of a kind that is being made, waits or is approved, and holds some of the areas."""
    rows = Batch.objects.filter(*conditions, kind=kind, status__in=_OPEN, areas__overlap=list(areas))
    return rows.defer("summary", "checks").order_by("id").first()


def _step_back(monthly: Batch) -> str:
    return (
        f"第 {monthly.pk} 号支付计划（{format_period(monthly.period)} 期，{monthly.state_label}）尚未执行，补发的人员和月份由它列入。"
        "请先执行该支付计划；不执行的，作废后再办理补发。"
    )


def _released(areas: Sequence[str], period: int) -> bool:
    """Whether anybody a run held is due and free (`benefits_released_v1`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM benefits_released_v1(%s::text[], %s))", [list(areas), period])
        return bool(cursor.fetchone()[0])


PAY_SUPPLEMENT = PaySupplementKind()
