"""The yearly plans of residents (城乡居民年度征缴计划): one bill a person, for the pension by the grade on record, for medical by the year's sum."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Max, Min

from yigui.law.resident_contribution import resident_due_day, resident_sum
from yigui.law.resident_pension import resident_claim_age
from yigui.levy.errors import PlanRefused
from yigui.levy.left_out import LeftOut
from yigui.levy.levy_run import SAMPLES, left_out_listing, shown_sum, sum_checks, sums_page
from yigui.levy.models import LevyRate
from yigui.levy.verify import bill_sums, line_sums, plan_sums, totals_of
from yigui.registry.enums import AAE140, Insurance
from yigui.registry.models import Coverage
from yigui.runs.checks import warn
from yigui.runs.in_the_way import areas_left
from yigui.runs.kinds import Content, Listing, Opening, RunKind, Unit, Work, Written, two_people
from yigui.runs.models import Batch

#: Why an open relation has no line. `billed` needs no answer: the person has his bill of the year already.
REASONS = {
    "no_grade": "未登记缴费档次", "out_of_range": "登记的档次不在本年度标准内", "helped": "由政府代缴或补贴的人员",
    "of_age": "年初前已满领取年龄", "billed": "本年度已有缴费单",
}  # fmt: skip
#: The whole of a sum, as `LevyRate` keeps percentages.
_WHOLE_E8 = 100_000_000


def _call(function: str, *arguments: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}({', '.join(['%s'] * len(arguments))})", list(arguments))
        (answer,) = cursor.fetchone()
    return answer


class ResidentsKind(RunKind):
    """What residents owe for a year and one insurance."""

    unit = Unit.YEAR
    writes = ("contributions_line", "contributions_bill")
    signers = two_people("人数、标准和未列入人员已核对。", "同意按本计划征缴。")
    steps = ("缴费标准、明细与缴费单", "校验", "完成")
    wide_parts = ("levy/runs/sums.html",)
    hint = "居民年度计划填该年任一月份，到生成日系统自动生成；未登记档次的人员不列入，按居民养老保险缴费（LVY-008）选档。"

    def __init__(self, code: str, name: str, help_text: str, insurance: Insurance) -> None:
        self.code, self.name, self.help, self.insurance = code, name, help_text, insurance.value

    @property
    def has_account(self) -> bool:
        """Whether what is paid goes to the person's own account. Source: 国发〔2014〕8号 第六条."""
        return self.insurance == Insurance.RESIDENT_PENSION

    def opening(self, *, area_code: str, period: int, today: dt.date, **more: Any) -> Opening:
        """As `RunKind.opening`.

        Raises:
            BatchRefused: executed already for all its areas.
            ParameterMissing: no source gives the year's sum, or the last day to pay.
            PlanRefused: a year that is too far off, or nobody is insured.
            UnknownArea: no such area.
        """
        if period > today.year + 1:
            raise PlanRefused(f"{period} 年尚早，最多可生成 {today.year + 1} 年的计划。")
        areas = areas_left(self.code, area_code, period * 100 + 1)
        sums = {area: resident_sum(self.insurance, area, period) for area in areas}
        span = Coverage.objects.filter(insurance=self.insurance).aggregate(low=Min("person_id"), high=Max("person_id"))
        if span["low"] is None:
            raise PlanRefused(f"没有{Insurance(self.insurance).label}的参保关系，不能生成年度计划。")
        facts = {
            "sums": sums, "due": resident_due_day(self.insurance, area_code, period), "low": span["low"], "high": span["high"] + 1,
            "claim_age": resident_claim_age() if self.has_account else None,
        }  # fmt: skip
        return Opening(area_code, period * 100 + 1, tuple(areas), facts=facts)

    def begin(self, work: Work) -> None:
        account_e8 = _WHOLE_E8 if self.has_account else 0
        LevyRate.objects.bulk_create(
            [
                LevyRate(
                    batch_id=work.batch.pk, area_code=area, insurance=self.insurance, aae140=AAE140[self.insurance], payer="resident",
                    risk_class="", employer_e8=0, person_e8=_WHOLE_E8, account_e8=account_e8, floor_fen=row.lowest_fen,
                    ceiling_fen=row.highest_fen, source=row.source[:200], rule=row.rule[:300], bounds_rule=row.rule[:300],
                )
                for area, row in work.opening.facts["sums"].items()
            ]
        )  # fmt: skip

    def bounds(self, work: Work) -> list[int]:
        return [work.opening.facts["low"], work.opening.facts["high"]]

    def stage(self, work: Work, part: int) -> None:
        facts = work.opening.facts
        _call("contributions_stage_residents_v1", work.batch.pk, *work.bounds, facts["claim_age"], facts["due"])

    def content(self, work: Work, staged: Sequence[Any]) -> Content:
        facts = work.opening.facts
        sums = plan_sums([line_sums(work.batch.pk, 0)], bill_sums(work.batch.pk))
        missing = _left_out(work.batch.pk, facts["claim_age"])
        work.step()
        lines, fen, digest = totals_of(sums)
        summary = {
            "bounds": work.bounds, "due_on": facts["due"].isoformat(), "claim_age": facts["claim_age"],
            "sums": [shown_sum(row) for row in sums], "left_out": [row.__dict__ for row in missing],
        }  # fmt: skip
        to_answer = [row for row in missing if row.reason != "billed"]
        text = "、".join(f"{row.label} {row.count} 人" for row in to_answer)
        checks = sum_checks(sums)
        # Where there is nothing to choose and no age at which paying ends, nobody is left out but who has a bill.
        if facts["claim_age"] is not None or any(row.lowest_fen != row.highest_fen for row in facts["sums"].values()):
            checks.append(warn("relations", "在保关系均已列入计划或已有缴费单", passed=not to_answer, detail=text))
        return Content(lines, fen, digest, summary, checks)

    def write(self, batch: Batch) -> Written | None:
        """The second look is the stored function's own."""
        _call("contributions_execute_residents_v1", batch.pk)
        return None

    def drop(self, batch_id: int) -> None:
        _call("contributions_drop_stage_v1", batch_id)

    def page(self, batch: Batch) -> dict[str, Any]:
        return sums_page(batch)

    def listing(self, batch: Batch, name: str) -> Listing | None:
        return left_out_listing(batch) if name == "left-out" else None


def _left_out(batch_id: int, claim_age: int | None) -> list[LeftOut]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reason, count(*), (array_agg(person_id ORDER BY person_id))[1:%(samples)s], min(insurance) "
            "FROM contributions_residents_v1(%(batch)s, %(age)s) WHERE reason IS NOT NULL GROUP BY reason",
            {"batch": batch_id, "age": claim_age, "samples": SAMPLES},
        )
        found = {reason: (count, people, insurance) for reason, count, people, insurance in cursor.fetchall()}
    return [
        LeftOut(reason, label, found[reason][0], [(person, found[reason][2]) for person in found[reason][1]])
        for reason, label in REASONS.items()
        if reason in found
    ]


RESIDENT_PENSION = ResidentsKind(
    "resident-pension", "居民养老年度征缴计划", "yearly plan of residents' pension", Insurance.RESIDENT_PENSION
)
RESIDENT_MEDICAL = ResidentsKind(
    "resident-medical", "居民医保年度征缴计划", "yearly plan of residents' medical insurance", Insurance.RESIDENT_MEDICAL
)
