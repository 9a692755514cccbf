"""Items outside the national list are told in people and yuan, and one whose signed term is over stops the pay plan."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

from django.db import connections, transaction

from tests.city import TODAY
from tests.entitlement.people import next_month, paid, planned
from tests.pages import page_of, signed_in
from tests.payment.test_raise import signed
from tests.payment.test_reemployed import claimant
from yigui.common.months import first_day
from yigui.entitlement.enums import AmountSource, BenefitKind
from yigui.entitlement.models import Award, Benefit
from yigui.law.parameter_table import areas_of, table
from yigui.law.province import provinces_of_files
from yigui.law.signed_rows import SignedRow
from yigui.payment.local_items import lapsed, paid_items, registered
from yigui.runs.models import Run
from yigui.runs.opening_warrant import opening_warrant

__all__ = ["signed"]
AREA = "511102"
LABEL = "月增发养老金（独生子女父母）"


def with_supplement(since: int, fen: int = 60_00) -> Benefit:
    benefit = claimant(since, BenefitKind.PENSION)
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        warrant = opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
        lines = [["basic", "基础养老金", "", 1804_00, "国发〔2005〕38号"], ["supplement", LABEL, "", fen, "川劳社发〔2006〕17号"]]
        Award.objects.using("owner").create(
            warrant_id=warrant, benefit=benefit, version=1, start_period=since, is_provisional=False, total_fen=1804_00 + fen, inputs={},
            lines=lines, source=AmountSource.AWARD, source_id=0, assessed_on=first_day(since),
        )  # fmt: skip
    return benefit


def row(since: dt.date, until: dt.date, paid_by: str = "2") -> SignedRow:
    return SignedRow(
        9,
        "pension/local_items",
        ("supplement",),
        "510000",
        since,
        until,
        {"paid_by": Decimal(paid_by)},
        "川府发〔2024〕某号",
        "verified",
        TODAY,
    )


def test_every_supplement_of_a_provinces_rule_is_registered() -> None:
    for province in provinces_of_files().values():
        for version in province.versions:
            for extra in version.extras:
                for area in extra.areas or (province.area,):
                    known = [
                        e for e in table("pension/local_items").entries() if e.keys == (extra.name,) and e.area in areas_of(area)
                    ]
                    assert any(e.first_day <= version.first_day for e in known), (area, extra.name)


def test_what_is_paid_beside_the_nations_parts_is_told_in_people_and_yuan(signed: list[SignedRow]) -> None:
    with_supplement(202610)
    before, _, _ = paid_items([AREA], TODAY)
    with_supplement(202610, 40_00)
    rows, _, _ = paid_items([AREA], TODAY)
    one = next(r for r in rows if r.label == LABEL)
    was = next(r for r in before if r.label == LABEL)
    assert (one.people - was.people, one.fen - was.fen, one.year_fen) == (1, 40_00, one.fen * 12)
    assert one.document == "川劳社发〔2006〕17号"
    page = page_of(signed_in("head").get("/parameters/local-items/"))
    assert LABEL in page
    assert "文件未写明" in page
    assert {r.item for r in rows}.isdisjoint({"basic", "account", "transitional"})
    signed.append(row(dt.date(2024, 1, 1), dt.date(2026, 12, 31)))
    page = page_of(signed_in("head").get("/parameters/local-items/"))
    assert "2026-12-31（已签署）" in page
    assert "财政" in page


def test_an_item_past_its_signed_term_stops_the_plan_until_it_is_signed_anew(signed: list[SignedRow]) -> None:
    paid()
    month = next_month()
    with_supplement(month)
    last = first_day(month) - dt.timedelta(days=1)

    def checked() -> dict[str, SimpleNamespace]:
        batch = planned(month)
        return {c["id"]: SimpleNamespace(passed=c["passed"], detail=c["detail"], sound=batch.is_sound) for c in batch.checks}

    assert checked()["local_items"].passed
    signed.append(row(dt.date(2024, 1, 1), last))
    assert registered("supplement", AREA, last) is not None
    assert registered("supplement", AREA, first_day(month)) is None
    assert [(area, item) for area, item, _ in lapsed([AREA], first_day(month))] == [(AREA, "supplement")]
    barred = checked()["local_items"]
    assert (barred.passed, barred.sound) == (False, False)
    assert "有效期已过" in barred.detail
    signed.append(replace(row(dt.date(2024, 1, 1), dt.date.max), number=10))
    assert checked()["local_items"].passed
