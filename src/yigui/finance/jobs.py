"""Long preparations as background jobs, so that the page shows progress instead of waiting."""

import logging

from yigui.accounts.interest import plan_interest
from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.entitlement.certification import plan_match
from yigui.ledger.close import plan_close
from yigui.ledger.transfer import plan_transfer
from yigui.levy.levy_run import plan_levy
from yigui.payment.adjust_run import plan_adjust
from yigui.payment.pay_run import plan_pay
from yigui.payment.recalculate_run import plan_recalculation
from yigui.staff.models import User

logger = logging.getLogger(__name__)

#: Kinds that are prepared from the batches' page, and all there are.
PREPARED_HERE = {
    "levy": "征缴计划", "pay": "支付计划", "transfer": "资金划转", "close": "月度结账", "interest": "个人账户计息", "adjust": "年度调待",
    "recalculate": "预发重算", "certify": "数据比对认证",
}  # fmt: skip
KINDS = PREPARED_HERE | {"reversal": "凭证冲销"}


def prepare(kind: str, area_code: str, period: int, user_id: int) -> int:
    """Prepare a batch of one of the kinds; gives its number. `period` is a month; of interest, adjustment and recalculation
    its year counts."""
    user = User.objects.get(pk=user_id)
    if kind == "levy":
        return plan_levy(area_code=area_code, period=period, user=user).pk
    if kind == "interest":
        return plan_interest(area_code=area_code, year=period // 100, user=user).pk
    if kind == "transfer":
        return plan_transfer(area_code=area_code, period=period, user=user).pk
    if kind == "pay":
        return plan_pay(area_code=area_code, period=period, user=user).pk
    if kind == "adjust":
        return plan_adjust(area_code=area_code, year=period // 100, user=user).pk
    if kind == "recalculate":
        return plan_recalculation(area_code=area_code, year=period // 100, user=user).pk
    if kind == "certify":
        return plan_match(area_code=area_code, user=user, today=clock.today()).pk
    return plan_close(area_code=area_code, period=period, user=user).pk


def prepare_in_background(kind: str, area_code: str, period: int, user_id: int) -> None:
    """The job: a refusal's sentence stands on the run's record, where the page shows it."""
    try:
        prepare(kind, area_code, period, user_id)
    except YiguiError as refused:
        logger.info("batch %s %s %s: %s", kind, area_code, period, refused.message)
