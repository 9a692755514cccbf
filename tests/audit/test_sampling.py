"""A month is drawn once, by a seed nobody chooses, so that anybody can draw it again; what is not as drawn is named."""

import hashlib
from math import ceil

import pytest
from django.db import DatabaseError, connection, connections, transaction

from tests import city
from tests.audit.samples import NEXT, drawn, task_of
from yigui.audit.models import Sample, SampledCase, Share
from yigui.audit.verify import samples
from yigui.casework.models import Case
from yigui.db.presence import asked
from yigui.rating.models import Service


@pytest.fixture(scope="module", autouse=True)
def sample(fresh_city: None) -> Sample:
    """Beside the generated city's: a case of class 2 that is not finished, which is not drawn."""
    city.accept_class2()
    drawn(11)
    return Sample.objects.get(agency="51110001", month=202611)


def test_the_seed_draws_the_same_cases_again_with_anybodys_tools(sample: Sample) -> None:
    ended = Service.objects.filter(agency="51110001", ended_on__year=2026, ended_on__month=11, case__status="finished").values(
        "case_id"
    )
    cases = list(Case.objects.filter(pk__in=ended))
    assert sample.population == len(cases) >= 11
    digest = hashlib.sha256("\n".join(sorted(f"{c.case_no}|{_stratum(c)}" for c in cases)).encode()).hexdigest()
    assert sample.population_digest == digest
    chosen = []
    for stratum in ("class_1", "raised", "class_2", "class_3"):
        of = sorted((c for c in cases if _stratum(c) == stratum), key=lambda c: _rank(sample, c))
        chosen += of[: ceil(len(of) * sample.shares[stratum] / 100)]
    rest = sorted((c for c in cases if c not in chosen), key=lambda c: _rank(sample, c))
    chosen += rest[: max(0, ceil(len(cases) * sample.shares["least"] / 100) - len(chosen))]
    expected = [c.pk for c in sorted(chosen, key=lambda c: _rank(sample, c))]
    assert list(sample.cases.order_by("place").values_list("case_id", flat=True)) == expected
    assert sample.size == len(expected) >= 5


def _stratum(case: Case) -> str:
    if case.risk_class == 1:
        return "class_1"
    return "raised" if case.risk_reasons else f"class_{case.risk_class}"


def _rank(sample: Sample, case: Case) -> str:
    return hashlib.sha256(f"{sample.seed}:{case.case_no}".encode()).hexdigest()


def test_every_drawn_case_is_a_task_and_the_month_is_drawn_once(sample: Sample) -> None:
    assert asked("SELECT audit_draw_v1(%s)", NEXT)[0] == 0
    for one in sample.cases.all():
        task = task_of(one)
        assert (task.posts, task.state, task.agency_id) == (["auditor"], "open", "51110001")
        assert one.case.case_no in task.note
        assert task.subject_name == "", "it names nobody"


def test_who_draws_looks_and_rolls_back_gets_the_same_again(sample: Sample) -> None:
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM audit_sampled_case WHERE sample_id = %s", [sample.pk])
        cursor.execute("DELETE FROM audit_sample WHERE id = %s", [sample.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")
        seeds = set()
        for _ in range(2):
            cursor.execute("SAVEPOINT again")
            cursor.execute("SELECT audit_draw_v1(%s)", [NEXT])
            cursor.execute("SELECT seed, size FROM audit_sample WHERE agency_id = '51110001' AND month = 202611")
            seeds.add(cursor.fetchone())
            cursor.execute("ROLLBACK TO again")
        transaction.set_rollback(True, using="super")
    assert seeds == {(sample.seed, sample.size)}


def test_a_month_is_drawn_when_it_is_over_and_not_before() -> None:
    agency = city.user("teller-511111").agency_id
    drawn_there = Sample.objects.filter(agency=agency, month=202611)
    assert not drawn_there.exists()
    city.accept_class3(username="teller-511111")
    for day in ("2026-11-10", "2026-11-30"):
        asked("SELECT audit_draw_v1(%s)", day)
        assert not drawn_there.exists(), day
    assert asked("SELECT audit_draw_v1(%s)", NEXT)[0] == 1
    assert drawn_there.exists()


def test_a_month_on_which_nothing_ran_is_made_up_for() -> None:
    agency = city.user("teller-511112").agency_id
    city.accept_class3(username="teller-511112")
    assert asked("SELECT audit_draw_v1(%s)", "2027-02-03")[0] == 1
    assert Sample.objects.filter(agency=agency, month=202611).exists()


def test_where_days_do_not_move_nothing_is_drawn_of_the_day_that_begins() -> None:
    """A day counts five minutes early for who signs; a month is over by the clock alone."""
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SELECT identity_let_days_move_v1(false)")
        for day in ("2026-12-01", "2099-01-01"):
            cursor.execute("SAVEPOINT one")
            with pytest.raises(DatabaseError, match="业务日期"):
                cursor.execute("SELECT audit_draw_v1(%s)", [day])
            cursor.execute("ROLLBACK TO one")
        transaction.set_rollback(True, using="super")


def test_a_share_that_is_not_declared_is_refused_by_its_name() -> None:
    Share.objects.using("owner").filter(stratum="raised").update(valid_to="2026-11-30")
    try:
        with pytest.raises(DatabaseError, match="抽取比例 raised"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT audit_draw_v1(%s)", [NEXT])
    finally:
        Share.objects.using("owner").filter(stratum="raised").update(valid_to=None)


@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        (
            "UPDATE audit_sampled_case SET case_id = (SELECT max(c.id) FROM casework_case c WHERE c.status <> 'finished') WHERE id = %s",
            "不是由种子抽出",
        ),
        ("DELETE FROM audit_sampled_case WHERE id = %s", "抽取件数"),
        (
            "UPDATE audit_sample SET seed = repeat('0', 64) WHERE id = (SELECT sample_id FROM audit_sampled_case WHERE id = %s)",
            "种子",
        ),
    ],
)
def test_a_sample_that_was_changed_is_named(sample: Sample, tamper: str, named: str) -> None:
    assert list(samples("default")) == []
    one = SampledCase.objects.filter(sample=sample).latest("pk")
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(tamper, [one.pk])
        assert any(named in sentence for sentence in samples("super"))
        transaction.set_rollback(True, using="super")
