"""A trial is counted, summed and digested by the database from what was staged, nobody left out; what held before is the database's own answer."""

import datetime as dt
import json
import random
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.forms.models import model_to_dict

from tests import city
from tests.city import TODAY
from tests.entitlement import people
from tests.parameters.test_change_parameter import BOUNDS, DAY, as_the_files_say, base_of_2026, checked, proposed, signed, tried
from tests.parameters.test_what_the_database_asks import PLAN_DAY, written
from yigui.db.presence import Moved
from yigui.integrity.verify import record_faults
from yigui.law.parameter_kinds import parameter_kinds
from yigui.law.parameter_table import Entry
from yigui.levy.rates import levy_rates
from yigui.parameters.change_parameter import sign
from yigui.parameters.models import FiledRow, ParameterChange, ParameterRow, StagedLine, Trial, TrialLine
from yigui.parameters.trial import order_trial, try_change
from yigui.parameters.verify import parameter_faults
from yigui.registry.models import Area

__all__ = ["as_the_files_say"]


def asked(statement: str, *given: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(given))
        return cursor.fetchone()[0]


def said(entry: Entry | None) -> dict[str, Any]:
    """What the law reads, as a change keeps it."""
    if entry is None:
        return {}
    return {
        "columns": {name: f"{value:f}" for name, value in entry.columns.items()}, "source": entry.source, "area": entry.area,
        "from": entry.first_day.isoformat(), "to": entry.last_day.isoformat(), "number": entry.number,
    }  # fmt: skip


def before_of(table: str, keys: str, area: str, day: dt.date) -> Any:
    """What the database says held before a change of this."""
    found = asked("SELECT parameters_at_v1(%s, %s, %s, %s)", table, keys, area, day)
    return json.loads(found) if isinstance(found, str) else found


def test_what_held_before_is_what_the_law_reads_of_every_kind() -> None:
    chance = random.Random(45)
    looked = 0
    for kind in parameter_kinds().values():
        rows = kind.filed()
        for row in chance.sample(rows, min(len(rows), 12)):
            for area in {row.area, "511102", "510000", "national"}:
                for day in (row.first_day, row.first_day - dt.timedelta(days=1), TODAY):
                    assert before_of(kind.name, "|".join(row.keys), area, day) == said(kind.at(row.keys, area, day)), (
                        kind.name,
                        row,
                        area,
                        day,
                    )
                    looked += 1
    assert looked > 1_000
    assert FiledRow.objects.count() == sum(len(kind.filed()) for kind in parameter_kinds().values())


def test_what_held_before_is_written_by_the_database_whatever_the_application_says() -> None:
    change = written(before={"columns": {"floor": "1", "ceiling": "2"}, "source": "假的", "area": "510000"})
    change.refresh_from_db()
    kind = parameter_kinds()[BOUNDS]
    assert change.before == said(kind.at((), "510000", DAY)) != {}


def test_a_signed_row_is_what_held_before_the_next_one() -> None:
    first = signed(proposed())
    second = proposed(columns={"floor": "4800", "ceiling": "24000"})
    assert (second.before["number"], second.before["columns"]) == (first.pk, {"floor": "4700", "ceiling": "23500"})


def test_what_held_before_and_has_changed_since_is_not_signed_over() -> None:
    change = proposed()
    trial = tried(change)
    checked(change)
    with connections["super"].cursor() as cursor:
        cursor.execute(
            "UPDATE parameters_filed SET source = '另一份文件', columns = columns || '{\"floor\": \"4589\"}' WHERE table_name = %s",
            [BOUNDS],
        )
        try:
            with pytest.raises(Moved, match="变更前的值已不同"):
                sign(change_id=change.pk, leader=city.user("director"), trial_id=trial.pk, shown=trial.digest)
        finally:
            for row in parameter_kinds()[BOUNDS].filed():
                cursor.execute(
                    "UPDATE parameters_filed SET source = %s, columns = columns || jsonb_build_object('floor', %s::text) "
                    "WHERE table_name = %s AND area_code = %s AND valid_from = %s",
                    [row.source, f"{row.columns['floor']:f}", BOUNDS, row.area, row.first_day],
                )
    assert not [fault for fault in parameter_faults("super") if "parameters_filed" in fault]


def test_a_source_in_other_words_is_signed_over_for_no_value_has_changed() -> None:
    change = proposed()
    trial = tried(change)
    checked(change)
    filed = FiledRow.objects.using("super").filter(table_name=BOUNDS, area_code="510000", valid_from=dt.date(2026, 1, 1))
    was = filed.get().source
    filed.update(source="同一份文件的另一种写法")
    try:
        assert sign(change_id=change.pk, leader=city.user("director"), trial_id=trial.pk, shown=trial.digest).status == "signed"
    finally:
        filed.update(source=was)


def test_a_file_row_laid_out_otherwise_is_named() -> None:
    with transaction.atomic(using="super"):
        FiledRow.objects.using("super").filter(table_name=BOUNDS, place=0).update(source="另一份文件")
        assert any("parameters_filed" in fault and BOUNDS in fault for fault in parameter_faults("super"))
        transaction.set_rollback(True, using="super")


def begun(change: ParameterChange) -> Trial:
    trial = order_trial(change_id=change.pk, person=city.user("head"))
    asked("SELECT parameters_begin_trial_v2(%s, %s)::text", trial.pk, TODAY)
    return trial


def newest(area: str = "510000", most: int = 3) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT benefit_id FROM parameters_to_try_v1(%s, 0, 1000000) ORDER BY 1 LIMIT %s", [area, most])
        return [number for (number,) in cursor.fetchall()]


def test_nobody_is_left_out_of_a_trial_of_awards() -> None:
    for _ in range(2):
        people.released(since=202601)
    trial = begun(base_of_2026())
    one, two, *_ = newest()
    stage = "SELECT parameters_stage_awards_v1(%s, %s::bigint[], %s::bigint[], %s::bigint[], %s::text[])::text"
    asked(stage, trial.pk, [one], [100], [200], [""])
    with pytest.raises(DatabaseError, match="没有试算，不能完成"):
        asked("SELECT parameters_close_trial_v1(%s, ARRAY['x'])::text", trial.pk)
    with pytest.raises(DatabaseError, match="staged_benefit_once"):
        asked(stage, trial.pk, [one], [1], [2], [""])
    for given in ([[999_999_999], [1], [2], [""]], [[two, two], [1, 1], [2, 2], ["", ""]]):
        with pytest.raises(DatabaseError, match=r"每笔一次|staged_benefit_once"):
            asked(stage, trial.pk, *given)
    with pytest.raises(DatabaseError, match="staged_sums_or_reason"):
        asked(stage, trial.pk, [two], [1], [None], [""])


def test_the_months_contributions_are_computed_by_the_database_for_everybody() -> None:
    change = proposed()
    trial = begun(change)
    areas = list(Area.objects.order_by("code").values_list("code", flat=True))
    rates = json.dumps([model_to_dict(rate) for rate in levy_rates(areas, 202612)])

    def stage(period: int, size: int, after: str = rates) -> Any:
        return asked("SELECT parameters_stage_levy_v2(%s, %s::jsonb, %s::jsonb, %s, %s)", trial.pk, rates, after, period, size)

    close = "SELECT parameters_close_trial_v1(%s, ARRAY['x'])::text"
    with pytest.raises(DatabaseError, match="同一套费率"):
        stage(202611, 10)
    assert stage(202612, 1) is not None
    with pytest.raises(DatabaseError, match="同一套费率"):
        stage(202612, 10, "[]")
    with pytest.raises(DatabaseError, match="没有试算，不能完成"):
        asked(close, trial.pk)
    assert stage(202612, 1_000_000_000) is None
    asked(close, trial.pk)
    trial.refresh_from_db()
    assert trial.digest
    assert trial.looked_at > 1_000


def test_sums_and_digest_are_those_of_the_lines_and_verify_names_another_sum() -> None:
    people.released(since=202601)
    change = base_of_2026()
    trial = tried(change)
    lines = TrialLine.objects.filter(trial=trial)
    assert trial.touched == trial.summary["listed"] == lines.count() > 0
    assert trial.before_fen == sum(line.before_fen for line in lines)
    assert trial.after_fen == sum(line.after_fen for line in lines)
    assert trial.looked_at >= trial.touched + trial.summary["refused_count"]
    assert [line.place for line in lines.order_by("place")] == list(range(1, trial.touched + 1))
    assert not StagedLine.objects.using("super").exists()
    signed(change, trial)
    assert not list(parameter_faults("super"))
    with transaction.atomic(using="super"):
        with connections["super"].cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
        Trial.objects.using("super").filter(pk=trial.pk).update(after_fen=trial.before_fen)
        assert any("汇总时的摘要" in fault for fault in parameter_faults("super"))
        transaction.set_rollback(True, using="super")


def test_the_digest_is_of_everybody_also_of_the_untouched() -> None:
    first = tried(base_of_2026())
    second = order_trial(change_id=first.change_id, person=city.user("head"))
    try_change(second.pk)
    second.refresh_from_db()
    assert second.summary["lines"] == first.summary["lines"]
    assert second.digest != first.digest


def test_a_change_nothing_is_computed_by_says_so_and_looks_at_nobody() -> None:
    change = written(**PLAN_DAY)
    trial = begun(change)
    with pytest.raises(DatabaseError, match="须写明缘由"):
        asked("SELECT parameters_close_trial_v1(%s, ARRAY[]::text[])::text", trial.pk)
    try_change(trial.pk)
    trial.refresh_from_db()
    assert (trial.looked_at, trial.touched, len(trial.summary["notes"])) == (0, 0, 1)


def test_a_signed_parameter_taken_away_by_a_superuser_is_refused_or_named() -> None:
    change = signed(proposed())
    row = ParameterRow.objects.get(change=change)
    with pytest.raises(DatabaseError, match="不能删除"), transaction.atomic(using="super"):
        ParameterRow.objects.using("super").filter(pk=row.pk).delete()
    with (
        pytest.raises(DatabaseError, match="foreign key"),
        transaction.atomic(using="super"),
        connections["super"].cursor() as cursor,
    ):
        cursor.execute("DELETE FROM parameters_change WHERE id = %s", [change.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    # Only the guard that keeps it off, the record of rows on: the deletion itself is named.
    with transaction.atomic(using="super"):
        with connections["super"].cursor() as cursor:
            cursor.execute("ALTER TABLE parameters_row DISABLE TRIGGER pgtrigger_parameter_row_no_delete_7388d")
            cursor.execute("DELETE FROM parameters_row WHERE id = %s", [row.pk])
        assert any("parameters_row" in fault and str(row.pk) in fault for fault in record_faults("parameters_row", "super"))
        transaction.set_rollback(True, using="super")
