"""`yigui verify` asks of every warrant whether what it carries out stands there, carried out: by its kind, as the rooms declare it."""

import pytest
from django.conf import settings

from tests import city, money
from tests.entitlement.people import paid
from tests.integrity.test_every_row_and_column import ask, undone
from yigui.common.rooms import rooms
from yigui.integrity.verify import verify_all
from yigui.warrants.enums import WarrantKind
from yigui.warrants.verify import grounded_warrants

ISSUED = "SELECT warrants_issue_v1(%s, %s, %s, '', 3::smallint, '', NULL, '{}'::text[], '{}'::bigint[], '{}'::timestamptz[])"
NOT_DONE = "：所授权的业务不存在或未办结。"


@pytest.fixture(scope="module")
def house() -> None:
    """Cases, a month levied and in part paid, a pay run."""
    city.accept_class3()
    city.accept_class2()
    money.levied()
    money.receive(money.row(100_00, AAB001=city.next_employee().employer.unit_no))
    paid()


def faults_after(*statements: tuple[object, ...]) -> list[str]:
    """What is named after a superuser's statements, with all triggers on. Undone."""
    with undone():
        for sql, *parameters in statements:
            ask(str(sql), *parameters)
        return list(grounded_warrants("super"))


def test_of_every_kind_a_room_says_what_it_rests_on() -> None:
    assert {kind for room in rooms() for kind in room.grounds} == set(WarrantKind.values)


def test_silent_where_all_was_carried_out(house: None) -> None:
    assert {kind for (kind,) in ask("SELECT DISTINCT kind FROM warrants_warrant")} >= {"case", "run", "receipt", "opening"}
    assert list(verify_all()) == []


@pytest.mark.parametrize("kind", WarrantKind.values)
def test_a_warrant_of_what_was_never_done_is_named(kind: str, house: None) -> None:
    faults = faults_after((ISSUED, kind, 777_777, "OPENING-777777"))
    assert len(faults) == 1
    assert faults[0].startswith("warrants_warrant id=")
    assert faults[0].endswith(f"（OPENING-777777）{NOT_DONE}")


@pytest.mark.parametrize(
    ("kind", "statement"),
    [
        (
            "run",
            "UPDATE runs_batch SET status = 'approved' WHERE id = (SELECT max(subject_id) FROM warrants_warrant WHERE kind = 'run')",
        ),
        (
            "case",
            "UPDATE casework_case SET status = 'open' WHERE id = (SELECT max(subject_id) FROM warrants_warrant WHERE kind = 'case')",
        ),
        (
            "receipt",
            "UPDATE contributions_receipt SET amount_fen = amount_fen + 1 WHERE id = (SELECT max(id) FROM contributions_receipt)",
        ),
        ("receipt", "DELETE FROM contributions_receipt WHERE id = (SELECT max(id) FROM contributions_receipt)"),
        ("opening", "DELETE FROM runs_run WHERE id = (SELECT max(subject_id) FROM warrants_warrant WHERE kind = 'opening')"),
    ],
)
def test_a_warrant_whose_ground_was_taken_back_is_named(kind: str, statement: str, house: None) -> None:
    faults = faults_after(("SET LOCAL session_replication_role = replica",), (statement,))
    assert len(faults) == 1
    assert faults[0].endswith(NOT_DONE)
    assert [kind] == [
        k for (k,) in ask("SELECT kind FROM warrants_warrant WHERE id = %s", int(faults[0].partition("=")[2].partition("（")[0]))
    ]


def test_a_kind_that_no_room_declares_is_named(house: None) -> None:
    faults = faults_after(
        ("ALTER TABLE warrants_warrant DROP CONSTRAINT warrant_known_kind",), (ISSUED, "favour", 1, "FAVOUR-1"),
    )  # fmt: skip
    assert [fault.partition("（")[2] for fault in faults] == ["FAVOUR-1）：没有登记种类为 favour 的授权凭据。"]


def test_an_opening_load_after_the_first_day_of_business_is_named_unless_it_is_known_outside(
    house: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "OPENINGS", [])
    assert list(grounded_warrants("default")) == []
    city.new_user("teller")
    (run,) = ask("SELECT max(subject_id) FROM warrants_warrant WHERE kind = 'opening'")[0]
    faults = list(grounded_warrants("default"))
    assert len(faults) == 1
    assert faults[0].endswith(f"（OPENING-{run}）：期初装载在开始办理业务之后，且未列入 YIGUI_OPENINGS。")
    monkeypatch.setattr(settings, "OPENINGS", [range(run, run + 1)])
    assert list(grounded_warrants("default")) == []
