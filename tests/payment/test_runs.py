"""Runs over everybody: adjustment, recalculation, certification by data; and files against the schema of ISO 20022."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sepaxml
import xmlschema
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from tests import city
from tests.city import TODAY, user
from tests.entitlement.people import CITY, awarded, decided, paid, pensioner, released
from tests.money import answers
from yigui.common.months import add_months
from yigui.entitlement import assess_person as assess_module
from yigui.entitlement.certification import CERTIFY, due_list, overdue_count
from yigui.entitlement.models import Amount, Award, Benefit, Certification
from yigui.entitlement.queries import amount_at, certified_until
from yigui.exchange.import_records import LIFE_SIGNS, import_records
from yigui.law import pension_adjustment as adjustment_module
from yigui.law import province as province_module
from yigui.law.parameter_table import ParameterMissing
from yigui.law.payout_months import payout_months
from yigui.law.pension_adjustment import AdjustmentPlan, Pensioner, adjustment_plan
from yigui.payment import recalculate_run as recalculate_module
from yigui.payment.adjust_run import ADJUST, adjustments_of
from yigui.payment.bank_files import pain001
from yigui.payment.errors import PayRefused
from yigui.payment.models import PayLine
from yigui.payment.recalculate_run import RECALCULATE
from yigui.runs.batches import BatchRefused, approve_batch
from yigui.runs.staged import execute, prepare, void
from yigui.tasks.models import Task
from yigui.tasks.watches import look_for_lowered


def test_payment_files_are_valid_by_the_schema() -> None:
    schema = xmlschema.XMLSchema(str(Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd"))
    text = "".join(pain001(paid(), 1))
    schema.validate(text)  # Names the place of what is wrong.
    assert schema.is_valid(text)


@given(
    months=st.integers(1, 600), pension=st.integers(1, 1_500_000), born=st.dates(dt.date(1920, 1, 1), dt.date(1980, 12, 31)),
    gender=st.sampled_from(["1", "2"]), found=st.sampled_from(adjustment_module._plans()),
)  # fmt: skip
def test_a_plan_says_the_same_to_one_and_to_all(
    months: int, pension: int, born: dt.date, gender: str, found: AdjustmentPlan
) -> None:
    # What a document was not read for is refused to one and never asked for all.
    if "不满一年的缴费月数如何计算" in found.unread:
        months = max(12, months // 12 * 12)
    if "按养老金水平增加的部分如何取整" in found.unread:
        pension = pension // 10_000 * 10_000
    expressions = ", ".join(sql for _, sql in found.as_sql())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {expressions} FROM (SELECT %s::integer AS months, %s::bigint AS pension_fen, %s::date AS born_on, %s::text AS gender) AS who",
            [months, pension, born, gender],
        )
        by_sql = [int(value) for value in cursor.fetchone()]
    person = Pensioner(months, pension, born, gender)
    assert by_sql == [step.fen(person)[1] for step in found.steps]


@pytest.fixture
def plan_of_2025(monkeypatch: pytest.MonkeyPatch) -> AdjustmentPlan:
    """The trial plan a year earlier: the tests' runs begin in 2024."""
    plan = replace(adjustment_plan(CITY, 2026), year=2025, effective=dt.date(2025, 1, 1), retired_by=dt.date(2024, 12, 31))
    monkeypatch.setattr(adjustment_module, "_plans", lambda: (plan,))
    return plan


def test_an_adjustment_raises_everybody_and_the_next_run_pays_what_was_short(plan_of_2025: AdjustmentPlan) -> None:
    while (first := paid()).period < 202501:
        pass
    batch = prepare(ADJUST, area_code=CITY, period=2025, user=user("head"))
    with pytest.raises(BatchRefused, match="尚未复核"):
        approve_batch(batch_id=batch.pk, user=user("director"), answers=answers(batch))
    sample = pensioner()
    before = amount_at(sample, 202412)
    assert before is not None
    execute(batch_id=decided(batch).pk)
    assert execute(batch_id=batch.pk).status == "executed"
    (explained,) = adjustments_of(sample.pk)
    increase, lines = plan_of_2025.adjust(
        Pensioner(sample.contribution_months, before.total_fen, sample.person.born_on, sample.person.gender)
    )
    assert explained.increase_fen == increase == sum(line.amount_fen for line in lines) == sum(explained.steps)
    after = amount_at(sample, 202501)
    assert after is not None
    assert after.total_fen == before.total_fen + increase
    assert amount_at(sample, 202412) == before
    assert Amount.objects.filter(source="adjustment", source_id=batch.pk).count() == batch.row_count
    second = paid()
    lines_of = list(
        PayLine.objects.filter(benefit_id=sample.pk)
        .order_by("pay_period", "version")
        .values_list("pay_period", "version", "amount_fen")
    )
    # What was paid before is topped up month by month; months that were never paid are paid in full.
    assert (first.period, 0, before.total_fen) in lines_of
    assert (first.period, 1, increase) in lines_of
    assert (second.period, 0, after.total_fen) in lines_of
    assert all(fen == after.total_fen for month, version, fen in lines_of if version == 0 and month > first.period)
    # Executed once for the city, a county cannot have its own.
    for area in (CITY, "511102"):
        with pytest.raises(BatchRefused):
            prepare(ADJUST, area_code=area, period=2025, user=user("head"))


def test_an_adjustment_can_be_thrown_away() -> None:
    with pytest.raises(ParameterMissing, match="调整方案"):
        prepare(ADJUST, area_code=CITY, period=2031, user=user("head"))
    batch = prepare(ADJUST, area_code=CITY, period=2026, user=user("head"))
    void(batch_id=batch.pk, user=user("head"), reason="试验结束，不再需要")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname ~ %s", [f"^benefits_adjust_{batch.pk}_[0-9]+$"])
        assert cursor.fetchone() == (0,)


def published(monkeypatch: pytest.MonkeyPatch) -> None:
    """The base and the wage of 2026 are published."""
    sichuan = province_module.province_of(CITY)
    published = province_module.BaseEntry(2026, "510000", assess_module.Decimal(8600), dt.date(2026, 11, 1), "verified", "测试")
    known = province_module._now() | {
        "510000": replace(sichuan, bases=(*sichuan.bases, published), wages=sichuan.wages | {2026: assess_module.Decimal(7800)})
    }
    monkeypatch.setattr(province_module, "_now", lambda: known)


def test_provisional_awards_are_made_again_when_the_base_appears(monkeypatch: pytest.MonkeyPatch) -> None:
    _, benefit = released(since=202601)
    first = benefit.awards.get()
    assert first.is_provisional
    with pytest.raises(PayRefused, match="没有 2031"):
        prepare(RECALCULATE, area_code=CITY, period=2031, user=user("head"))
    refused = prepare(RECALCULATE, area_code=CITY, period=2026, user=user("head"))
    assert not refused.is_sound  # the base of 2026 is not published: a check says so
    published(monkeypatch)
    batch = prepare(RECALCULATE, area_code=CITY, period=2026, user=user("head"))
    assert batch.is_sound, batch.checks
    execute(batch_id=decided(batch).pk)
    again = benefit.awards.order_by("-version")[0]
    assert (again.version, again.is_provisional, again.base_year, again.source) == (2, False, 2026, "recalculation")
    assert "8600" in again.lines[0][2]
    assert again.total_fen > first.total_fen
    assert Award.objects.get(pk=first.pk).total_fen == first.total_fen
    amount = amount_at(benefit, 202612)
    assert amount is not None
    assert amount.total_fen == again.total_fen
    # Nothing is left to make again; an award that comes later is made again by another batch, on the same day too.
    with pytest.raises(PayRefused, match="没有 2026"):
        prepare(RECALCULATE, area_code=CITY, period=2026, user=user("head"))


def test_data_certify_first_and_lists_show_the_rest() -> None:
    areas = list(Benefit.objects.values_list("area_id", flat=True).distinct())
    overdue = due_list(areas, low=0, high=202610)
    assert overdue
    assert overdue_count(areas, 202611) >= len(overdue)
    row = overdue[0]
    partner = city.partner("medical", "医疗保障")
    seen = (TODAY - dt.timedelta(days=20)).isoformat()
    old = (TODAY - dt.timedelta(days=300)).isoformat()
    content = f"AAC002,AAC003,AAE036\n{row.id_number},{row.name},{seen}\n{overdue[1].id_number},{overdue[1].name},{old}\n".encode()
    import_records(LIFE_SIGNS, content=content, file_name="l.csv", partner=partner, user=city.user("head"), today=TODAY)
    batch = prepare(CERTIFY, area_code=CITY, period=0, user=user("head"))
    assert batch.summary["certify"] == [[row.person_id, seen]]
    approve_batch(batch_id=batch.pk, user=user("director"), answers=answers(batch))
    execute(batch_id=batch.pk)
    assert execute(batch_id=batch.pk).status == "executed"
    assert certified_until(row.person_id) == add_months(202610, 12)
    assert Certification.objects.filter(person_id=row.person_id, way="data", source_id=batch.pk).count() == 1
    assert row.person_id not in {r.person_id for r in due_list(areas, low=0, high=202610)}


def test_an_awards_lines_add_up_and_repeat_themselves() -> None:
    _, benefit = awarded()
    award = benefit.awards.get()
    retired, born = dt.date.fromisoformat(award.inputs["retired_on"]), benefit.person.born_on
    age = (retired.year - born.year) * 12 + retired.month - born.month
    assert award.inputs["payout_months"] == str(payout_months(age, retired))
    assessment, inputs, _ = assess_module.reassess(award.inputs, award.assessed_on)
    assert assessment.total_fen == award.total_fen == sum(line[3] for line in award.lines)
    assert {k: v for k, v in inputs.items() if k != "years"} == {k: v for k, v in award.inputs.items() if k != "years"}


def test_an_award_that_would_be_lower_is_left_to_people_and_the_rest_is_paid(monkeypatch: pytest.MonkeyPatch) -> None:
    (_, stays), (_, lower) = released(since=202601), released(since=202601)
    kept, before = lower.awards.get().inputs, lower.awards.get().total_fen
    published(monkeypatch)
    real = recalculate_module.reassess

    def reassess(inputs: dict[str, Any], as_of: dt.date) -> tuple[Any, dict[str, Any], bool]:
        found, made_from, is_provisional = real(inputs, as_of)
        return replace(found, components=found.components[:1]) if inputs == kept else found, made_from, is_provisional

    monkeypatch.setattr(recalculate_module, "reassess", reassess)
    batch = prepare(RECALCULATE, area_code=CITY, period=2026, user=user("head"))
    assert batch.is_sound, batch.checks
    (said,) = (c for c in batch.checks if c["id"] == "lower")
    assert (said["passed"], said["level"], "1 人" in said["detail"]) == (False, "warning", True)
    ((benefit_id, was, now),) = batch.summary["lowered"]
    assert (benefit_id, was) == (lower.pk, before)
    assert now < before
    execute(batch_id=decided(batch).pk)
    assert (stays.awards.count(), lower.awards.count()) == (2, 1)
    look_for_lowered(TODAY)
    task = Task.objects.get(origin_kind="lowered", origin_id=lower.pk)
    assert (task.kind, task.part) == ("benefit_review", f"{before}-{now}")
    assert "未列入批次" in task.note
    assert look_for_lowered(TODAY) == 0
    # Nobody waits for another run because of it.
    assert 2026 not in RECALCULATE.arrivals(area_code=CITY, today=TODAY)
