"""Two key facts changed in turn, or a merge after a change: nothing of class 1 goes on before audit has released it, nothing pays for ninety days."""

import datetime as dt
from typing import Any

import pytest

from tests import city
from tests.casework.test_routes_and_decisions import meet
from tests.doors.statements import statements
from tests.items.change.test_merge import enrolled, merge
from yigui.casework.accept_case import accept_case
from yigui.casework.errors import CaseRefused
from yigui.casework.models import Case
from yigui.items.change._double_change import _saw_neither
from yigui.items.common.checks.locks import IDENTITY_LOCK, MERGED_DAYS, identity_lock
from yigui.registry.models import Person
from yigui.tasks.end_task import finish
from yigui.tasks.errors import TaskRefused
from yigui.tasks.models import Task
from yigui.tasks.work_on import take


def changed(person: Person, **form: Any) -> Case:
    """Carry a change of a key fact to its end."""
    person.refresh_from_db()
    application = city.application(
        "CHG-004", city.key_change_form(person, **form), username="special", materials=city.KEY_MATERIALS
    )
    case = accept_case(application)
    for name in ("reviewer", "rechecker", "head"):
        city.decide(case, name)
    meet(case)
    done = city.decide(case, "director")
    assert done.status == "finished", done.effect_error
    person.refresh_from_db()
    return done


def name_of(person: Person) -> dict[str, str]:
    return {"change_item": "01", "old_value": person.name, "new_value": f"{person.name}新", "change_reason": "03"}


def lock_of(person: Person) -> Task | None:
    return Task.objects.filter(person=person, kind=IDENTITY_LOCK).first()


def wants_another(person: Person) -> Case:
    person.refresh_from_db()
    form = city.key_change_form(person, change_item="05", old_value="（空）", new_value=f"{person.born_on.year + 20}-07-01")
    if person.work_started_on is not None:
        form["old_value"] = person.work_started_on.isoformat()
    return accept_case(city.application("CHG-004", form, username="special", materials=city.KEY_MATERIALS))


def test_one_change_locks_nothing() -> None:
    person = city.next_person()
    changed(person)
    assert lock_of(person) is None
    wants_another(person)


@pytest.mark.parametrize("first", ["name", "birth"])
def test_name_and_birth_date_in_turn_lock_the_next_deed_of_class_1(first: str) -> None:
    person = city.next_person()
    steps = [lambda: changed(person, **name_of(person)), lambda: changed(person)]
    for step in steps if first == "name" else reversed(steps):
        done = step()
    lock = lock_of(person)
    assert lock is not None
    assert (lock.posts, lock.origin_no) == (["auditor"], done.case_no)
    assert any("已转稽核核实" in note for note in done.document.content["notes"])  # type: ignore[union-attr]
    with pytest.raises(CaseRefused, match="先后变更") as refused:
        wants_another(person)
    assert f"任务 {lock.pk} 号" in str(refused.value.findings[0].detail)
    # What is of a lower class goes on.
    accept_case(city.application("CHG-003", city.basic_change_form(person), materials=["id_card"]))


def locked() -> tuple[Person, Task]:
    person = city.next_person()
    changed(person, **name_of(person))
    changed(person)
    task = lock_of(person)
    assert task is not None
    return person, task


def test_audit_releases_it() -> None:
    person, task = locked()
    auditor = city.user("auditor")
    take(task_id=task.pk, actor=auditor)
    finish(task_id=task.pk, actor=auditor, outcome="released", note="已调阅纸质档案，照片相符", today=city.TODAY)
    assert wants_another(person).risk_class == 1


def test_what_audit_finds_false_stays_locked() -> None:
    person, task = locked()
    auditor = city.user("auditor")
    take(task_id=task.pk, actor=auditor)
    finish(task_id=task.pk, actor=auditor, outcome="false_change", note="照片不符，移送公安机关", today=city.TODAY)
    with pytest.raises(CaseRefused, match="先后变更"):
        wants_another(person)


def test_who_saw_a_change_does_not_release_it() -> None:
    _, task = locked()
    auditor = city.user("auditor")
    take(task_id=task.pk, actor=auditor)
    task.refresh_from_db()
    assert _saw_neither(task) == ""
    task.owner = city.user("reviewer")
    assert "没有经手过" in _saw_neither(task)
    task.owner = city.user("special")
    assert "没有经手过" in _saw_neither(task)


def test_a_merge_after_a_change_stops_what_pays_for_ninety_days() -> None:
    doubled, unit_no = enrolled(dt.date(2026, 11, 10))
    stop = {
        "unit_no": unit_no, "id_number": doubled.id_number, "person_name": doubled.name, "insurances": city.FIVE, "change_reason": "01",
        "change_date": "2026-12-02", "settle_period": "2026-12",
    }  # fmt: skip
    accept_case(city.application("REG-006", stop, today=dt.date(2026, 12, 2), materials=["termination_proof"]))
    changed(doubled, **name_of(doubled))
    kept, _ = enrolled(dt.date(2026, 11, 20), settle_period="2026-12")
    done = merge(kept, doubled)
    assert done.status == "finished", done.effect_error
    lock = lock_of(kept)
    assert lock is not None
    assert lock.part == "merged"

    class Facts:
        person = kept
        today = city.TODAY

        class item:
            prefix, code, risk_class = "PEN", "PEN-002", 2

    assert "九十" not in str(next(iter(identity_lock(Facts()))).message)  # type: ignore[arg-type]
    Facts.today = lock.opened_on + dt.timedelta(days=MERGED_DAYS)
    assert not list(identity_lock(Facts()))  # type: ignore[arg-type]


def test_the_check_reads_nothing_for_other_business() -> None:
    class Facts:
        person = city.next_person()
        today = city.TODAY

        class item:
            prefix, code, risk_class = "REG", "REG-006", 3

    with statements() as sent:
        assert not list(identity_lock(Facts()))  # type: ignore[arg-type]
    assert sent == []


def test_a_refusal_names_the_task_to_go_to() -> None:
    _, task = locked()
    auditor = city.user("auditor")
    take(task_id=task.pk, actor=auditor)
    with pytest.raises(TaskRefused, match="须写明"):
        finish(task_id=task.pk, actor=auditor, outcome="released", note="", today=city.TODAY)
