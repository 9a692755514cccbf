"""The yearly interest run (年度计息): staged by set-based SQL, checked, approved, attached under its warrant."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Max, Min

from yigui.accounts.errors import YearRefused
from yigui.accounts.models import PersonalAccount
from yigui.common.money import format_fen
from yigui.law.account_interest import interest_rate
from yigui.ledger.models import Voucher
from yigui.ledger.queries import book_label, last_closed
from yigui.registry.enums import AAE140, Insurance
from yigui.runs.checks import bar, warn
from yigui.runs.in_the_way import areas_left
from yigui.runs.kinds import Content, Opening, RunKind, Unit, Work, Written, two_people
from yigui.runs.models import Batch
from yigui.runs.staged import CONNECTIONS

_PENSION = Insurance.EMPLOYEE_PENSION.value
_NUMBER = AAE140[_PENSION]


def _call(statement: str, *arguments: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(arguments))
        return cursor.fetchone()


class InterestKind(RunKind):
    """Interest of a year for the pension accounts of an area, and their closing."""

    code, name, unit, help = "interest", "个人账户计息", Unit.YEAR, "yearly interest of personal accounts"
    writes = ("accounts_year",)
    signers = two_people("利率和账户合计已核对。", "同意计息并结转。")
    steps = ("计息与结转", "校验", "完成")
    parts = ("accounts/runs/interest.html",)
    hint = "计息填该年任一月份，一般在该年十二月结账后办理。"

    def opening(self, *, area_code: str, period: int, today: dt.date, **more: Any) -> Opening:
        """As `RunKind.opening`.

        Raises:
            BatchRefused: executed already for all its areas.
            ParameterMissing: the year's rate is not published.
            UnknownArea: no such area.
            YearRefused: the year has not ended, or there are no accounts.
        """
        if period >= today.year:
            raise YearRefused(f"{period} 年尚未终了，该年记账利率待公布，不能计息，请在该年十二月结账后办理。", year=period)
        areas = areas_left(self.code, area_code, period * 100 + 12)
        rate = interest_rate(_PENSION, period, area_code)
        span = PersonalAccount.objects.filter(insurance=_PENSION).aggregate(low=Min("person_id"), high=Max("person_id"))
        if span["low"] is None:
            raise YearRefused("没有养老保险个人账户。")
        facts = {"rate": rate, "year": period, "low": span["low"], "high": span["high"] + 1}
        return Opening(area_code, period * 100 + 12, tuple(areas), facts=facts)

    def bounds(self, work: Work) -> list[int]:
        low, high = work.opening.facts["low"], work.opening.facts["high"]
        return sorted({low + (high - low) * k // CONNECTIONS for k in range(CONNECTIONS + 1)})

    def stage(self, work: Work, part: int) -> None:
        facts, bounds = work.opening.facts, work.bounds
        _call(
            "SELECT accounts_stage_year_v1(%s, %s, %s, %s, %s::text[], %s::smallint, %s, %s, %s::numeric)",
            work.batch.pk, part, bounds[part], bounds[part + 1], work.wanted, _NUMBER, _PENSION, facts["year"], facts["rate"],
        )  # fmt: skip
        _call("SELECT accounts_stage_key_v1(%s, %s)", work.batch.pk, part)

    def content(self, work: Work, staged: Sequence[Any]) -> Content:
        count, opening, credits, interest, closing, negative, digest = _call(
            "SELECT * FROM accounts_stage_sums_v1(%s, %s)", work.batch.pk, work.parts
        )
        work.step()
        end = work.batch.period
        kept = Voucher.objects.filter(area_code__in=work.opening.areas, fund=_PENSION, period__lte=end)
        books = sorted(set(kept.values_list("area_code", flat=True)))
        unclosed = [book_label(area, _PENSION) for area in books if (last_closed(area, _PENSION) or 0) < end]
        checks = [
            bar("not_empty", "有应计息账户", passed=count > 0, detail=f"{count} 户"),
            bar(
                "sum",
                "年初余额加记账加利息等于年末余额",
                passed=opening + credits + interest == closing,
                detail=f"{format_fen(closing)} 元",
            ),
            bar("negative", "没有负余额", passed=negative == 0, detail=f"{negative} 户"),
            warn("year_closed", "该年十二月账套已结账", passed=not unclosed, detail="、".join(unclosed[:20])),
        ]
        summary = {
            "year": work.opening.facts["year"], "rate": str(work.opening.facts["rate"]), "bounds": work.bounds, "opening_fen": opening,
            "credits_fen": credits, "interest_fen": interest, "closing_fen": closing,
        }  # fmt: skip
        return Content(count, interest, digest, summary, checks)

    def write(self, batch: Batch) -> Written | None:
        _call("SELECT accounts_execute_year_v2(%s)", batch.pk)
        return None

    def drop(self, batch_id: int) -> None:
        _call("SELECT accounts_drop_stage_v1(%s)", batch_id)


INTEREST = InterestKind()
