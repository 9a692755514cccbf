"""What is decided is decided upon what stands now: nobody writes with an older sight of the database (warrants_sight_v1)."""

import re

import pytest
from django.db import DatabaseError, connection, transaction

from tests import city, seen
from tests.warrants.test_declarations import OURS, rows
from yigui.common.rooms import Kind, tables
from yigui.warrants.grants import is_callable

#: Locks that a function may take and then read behind them: they renew the sight of a transaction in read committed only.
LOCKS = re.compile(r"\bFOR\s+(?:NO\s+KEY\s+)?(?:UPDATE|SHARE)\b|pg_advisory_xact_lock", re.I)
WRITES = re.compile(r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+(?:ONLY\s+)?(\w+)", re.I)
#: The functions that refuse such a sight themselves, or ask somebody's proof, which does.
ASKS = re.compile(r"warrants_sight_v1|identity_require_v1|identity_act_v1|transaction_isolation")
#: What locks and rests on nothing that another transaction decides, with the reason.
ALONE = {
    "archive_adopt_v1": "How far it has looked: what is looked at twice is due once.",
    "archive_check_from_v1": "The same of the yearly check.",
    "archive_hold_v1": "When a volume is tried again.",
    "procrastinate_defer_periodic_job_v2": "The queue's library.",
    "procrastinate_fetch_job_v2": "The queue's library.",
    "procrastinate_retry_job_v1": "The queue's library.",
    "procrastinate_retry_job_v2": "The queue's library.",
}


def decided_upon() -> set[str]:
    return {name for name, table in tables().items() if table.kind in (Kind.PROTECTED, Kind.APPEND_ONLY, Kind.EVIDENCE)}


def test_every_table_that_decisions_rest_on_is_written_with_a_sight_of_now_only() -> None:
    """By statement, before it (no row bit, the bit for before), for insert, delete and update, and always on."""
    found = rows(
        "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgfoid = 'warrants_now_v1'::regproc AND tgenabled = 'O' AND tgtype = 2 + 4 + 8 + 16"
    )
    assert {name for (name,) in found} == decided_upon()


def test_whatever_locks_and_then_reads_asks_which_sight_it_has() -> None:
    """By a trigger of the table it guards, by what it writes, by what it asks, or through a function that it calls."""
    texts = dict(rows(f"SELECT p.proname, p.prosrc FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND {OURS}"))
    guards = rows(
        "SELECT p.proname, t.tgrelid::regclass::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal"
    )
    held = {name for name, text in texts.items() if ASKS.search(text) or set(WRITES.findall(text)) & decided_upon()}
    held |= {name for name, table in guards if table in decided_upon()}
    while more := {name for name, text in texts.items() if name not in held and set(re.findall(r"\b\w+_v\d+\b", text)) & held}:
        held |= more
    locking = {name for name, text in texts.items() if LOCKS.search(text)}
    assert len(locking) > 20
    # What only others call is asked by those.
    opened = {name for name in locking - held if is_callable(name) or name in {guard for guard, _ in guards}}
    assert sorted(opened) == sorted(ALONE)


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_nobody_is_present_in_an_older_sight(level: str) -> None:
    token = seen.token_of(city.user("cashier"))
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET TRANSACTION ISOLATION LEVEL {level}")
        cursor.execute("SELECT identity_act_v1(%s)", [token])
    assert refused.value.__cause__.sqlstate == "YG006"  # type: ignore[union-attr]


#: What asks several things at once, each by a count or an EXISTS, which are never no answer.
COUNTED = {
    "benefits_decide_result_v1", "catalogue_effect_change_v1", "contributions_file_hand_v1", "identity_begin_device_v1",
    "identity_change_password_v1", "registry_own_subjects_v1", "runs_issue_warrant_v1", "staff_request_guard_v1",
}  # fmt: skip
#: Days that nothing compares before they stand in a column that takes no row without one.
KEPT = {
    "contributions_stage_bills_v1", "contributions_stage_residents_v1", "contributions_stage_supplement_v1", "ledger_post_v1",
    "visits_set_shift_v1",
}  # fmt: skip


def test_a_refusal_does_not_pass_where_there_is_no_answer() -> None:
    """`NOT f(x)` is no answer, and refuses nothing, where f(x) is none; so is `p NOT IN (...)` where nothing is given: IS NOT TRUE asks them."""
    refusal = re.compile(
        r"\b(?:ELS)?IF\s+NOT\s+(?!warrants_by_application_v1)\w+_v\d+\([^;]*?\)\s+THEN\s+RAISE"
        r"|\bIF\s[^;]*?\bp_\w+\s+NOT\s+(?:IN|BETWEEN)\b[^;]*?\bTHEN\s+RAISE"
    )
    texts = rows(
        f"SELECT p.proname, p.prosrc FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND {OURS} AND p.proname !~ '^procrastinate'"
    )
    assert len(texts) > 300
    passing = {name for name, text in texts if refusal.search(re.sub(r"--[^\n]*", "", text))}
    assert sorted(passing) == sorted({"identity_business_day_v1"} | COUNTED)


def test_a_function_that_writes_and_is_given_its_day_refuses_none() -> None:
    """It hands the day to `identity_business_day_v1`, which refuses none; or to a function that does; or asks whether there is one."""
    found = rows(
        "SELECT p.proname, p.prosrc, a.name FROM pg_proc p, unnest(p.proargnames[1:p.pronargs], p.proargtypes::oid[]) AS a (name, type) "
        f"WHERE p.pronamespace = 'public'::regnamespace AND p.provolatile = 'v' AND NOT p.proisstrict AND a.type = 'date'::regtype AND {OURS}"
    )
    assert len(found) > 30
    asks = {
        (name, day) for name, text, day in found
        if re.search(rf"identity_business_day_v1\({day}\)|\b{day} IS (NOT )?NULL|\({day} [^()]*\) IS NOT TRUE", text)
    }  # fmt: skip
    while more := {
        (name, day) for name, text, day in found
        if (name, day) not in asks and any(re.search(rf"\b{other}\([^;]*\b{day}\b", text) for other, _ in asks)
    }:  # fmt: skip
        asks |= more
    left = {name for name, _, day in found if (name, day) not in asks and is_callable(name)}
    assert sorted(left) == sorted(KEPT)
