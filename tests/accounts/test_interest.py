"""The yearly interest run equals the law for every account, is attached under its warrant once, and can be recomputed."""

import random

import pytest
from django.db import Error, connections, transaction

from tests.city import user
from tests.money import answers
from yigui.accounts.errors import YearRefused
from yigui.accounts.interest import INTEREST
from yigui.accounts.models import AccountEntry, AccountYear, PersonalAccount
from yigui.accounts.queries import balance_of, recompute, statement
from yigui.accounts.verify import account_faults
from yigui.law.account_interest import interest_rate, year_end_by_month
from yigui.law.parameter_table import ParameterMissing
from yigui.registry.errors import UnknownArea
from yigui.registry.models import Person
from yigui.runs.batches import BatchRefused, approve_batch
from yigui.runs.models import Batch
from yigui.runs.staged import execute, prepare

CITY, PENSION = "511100", "employee_pension"


def entries_of_2025(people: list[int]) -> None:
    """Monthly credits of 2025, put in as the opening load would: the run only reads them."""
    rows = random.Random(5)
    with connections["super"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for person in people:
            for month in rows.sample(range(1, 13), 7):
                cursor.execute(
                    "INSERT INTO accounts_entry (warrant_id, person_id, base_fen, amount_fen, source_id, period, owed_period, insurance, year, kind) "
                    "SELECT min(id), %s, 500000, %s, 0, %s, %s, 110, 2025, 1 FROM warrants_warrant",
                    [person, rows.randrange(30000, 90000), 202500 + month, 202500 + month],
                )
        cursor.execute("SET session_replication_role = DEFAULT")


def executed() -> Batch:
    known = Batch.objects.filter(kind="interest", period=202512, status="executed").first()
    if known is not None:
        return known
    people = list(
        PersonalAccount.objects.filter(insurance=PENSION, opened_period__lte=202412)
        .order_by("id")
        .values_list("person_id", flat=True)[:60]
    )
    entries_of_2025(people)
    batch = prepare(INTEREST, area_code=CITY, period=2025, user=user("accountant"))
    assert batch.is_sound, batch.checks
    with pytest.raises(BatchRefused):
        execute(batch_id=batch.pk)
    approve_batch(batch_id=batch.pk, user=user("director"), answers=answers(batch))
    return execute(batch_id=batch.pk)


def test_every_account_gets_the_interest_of_the_law() -> None:
    batch = executed()
    rate = interest_rate(PENSION, 2025, CITY)
    before = dict(AccountYear.objects.filter(insurance=110, year=2024).values_list("person_id", "closing_fen"))
    credits: dict[int, list[tuple[int, int]]] = {}
    for person, period, fen in AccountEntry.objects.filter(insurance=110, year=2025).values_list(
        "person_id", "period", "amount_fen"
    ):
        credits.setdefault(person, []).append((period % 100, fen))
    closings = list(AccountYear.objects.filter(batch_id=batch.pk))
    assert len(closings) == batch.row_count == PersonalAccount.objects.filter(insurance=PENSION, opened_period__lte=202512).count()
    assert len(credits) == 60
    for closing in closings:
        expected = year_end_by_month(before.get(closing.person_id, 0), credits.get(closing.person_id, []), rate, 2025)
        assert (closing.opening_fen, closing.credits_fen, closing.interest_fen, closing.closing_fen) == (
            expected.opening_fen, expected.credits_fen, expected.interest_fen, expected.closing_fen)  # fmt: skip
    assert sum(c.interest_fen for c in closings) == batch.total_fen


def test_executed_again_nothing_changes_and_no_second_run_is_made() -> None:
    batch = executed()
    count = AccountYear.objects.count()
    assert execute(batch_id=batch.pk).status == "executed"
    assert AccountYear.objects.count() == count
    with pytest.raises(BatchRefused):
        prepare(INTEREST, area_code=CITY, period=2025, user=user("accountant"))


def test_a_rate_that_is_not_published_gives_no_run() -> None:
    with pytest.raises(ParameterMissing) as refused:
        prepare(INTEREST, area_code=CITY, period=2003, user=user("accountant"))
    assert "记账利率" in refused.value.message
    # A year's rate is published when it has ended: nobody closes one before.
    with pytest.raises(YearRefused, match="2026 年尚未终了"):
        prepare(INTEREST, area_code=CITY, period=2026, user=user("accountant"))
    with pytest.raises(UnknownArea):
        prepare(INTEREST, area_code="999999", period=2025, user=user("accountant"))


def test_any_account_can_be_recomputed_from_its_entries_and_a_change_is_found() -> None:
    batch = executed()
    person = AccountEntry.objects.filter(year=2025).values_list("person_id", flat=True).first()
    assert person is not None
    assert recompute(person, 110, insurance_name=PENSION, area=CITY) == []
    assert list(account_faults("default")) == []
    years = statement(person, 110, insurance_name=PENSION, area=CITY, start_year=2024, end_year=2026)
    assert years[-1].closing is not None
    assert years[-1].computed is not None
    assert years[-1].closing.closing_fen == years[-1].computed.closing_fen == balance_of(person, 110)
    with connections["super"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "UPDATE accounts_year SET interest_fen = interest_fen + 1, closing_fen = closing_fen + 1 WHERE batch_id = %s AND person_id = %s",
            [batch.pk, person],
        )
        try:
            assert [w[0] for w in recompute(person, 110, insurance_name=PENSION, area=CITY)] == [2025]
        finally:
            cursor.execute(
                "UPDATE accounts_year SET interest_fen = interest_fen - 1, closing_fen = closing_fen - 1 WHERE batch_id = %s AND person_id = %s",
                [batch.pk, person],
            )
            cursor.execute("SET session_replication_role = DEFAULT")


@pytest.mark.parametrize(
    ("statement_text", "code"),
    [
        ("INSERT INTO accounts_entry SELECT 1, 1, 1, 1, 1, 202611, 202611, 110, 2026, 1", "YG001"),
        ("INSERT INTO accounts_entry_2026 SELECT 1, 1, 1, 1, 1, 202611, 202611, 110, 2026, 1", "42501"),
        ("UPDATE accounts_entry SET amount_fen = 0", "42501"),
        ("INSERT INTO accounts_year SELECT 1, 1, 1, 1, 1, 3, 110, 2025", "42501"),
        ("SELECT accounts_execute_year_v2(1)", "YG001"),
    ],
)
def test_raw_sql_as_the_application_is_refused(statement_text: str, code: str) -> None:
    with pytest.raises(Error) as refused, transaction.atomic(), connections["default"].cursor() as cursor:
        cursor.execute(statement_text)
    assert refused.value.__cause__.sqlstate == code  # type: ignore[union-attr]


def test_entries_that_take_away_need_a_class_1_warrant() -> None:
    from tests.ledger.test_books import under_warrant

    person = Person.objects.order_by("id").first()
    assert person is not None
    with pytest.raises(Error) as refused, under_warrant() as warrant:
        AccountEntry.objects.create(
            warrant_id=warrant, person_id=person.pk, insurance=110, year=2026, period=202611, owed_period=202611, kind=12, base_fen=-1,
            amount_fen=-1, source_id=-1,
        )  # fmt: skip
    assert refused.value.__cause__.sqlstate == "YG002"  # type: ignore[union-attr]
