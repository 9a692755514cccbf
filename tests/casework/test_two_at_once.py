"""Two at once: the second of two equal deeds is told what the first did, and nothing is done twice. Real connections, at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from tests import city
from tests.conftest import TODAY
from tests.entitlement.people import pensioner
from yigui.casework import accept_case as accepting
from yigui.casework.accept_case import accept_case
from yigui.casework.drafts import keep_form, my_draft, open_draft
from yigui.casework.errors import CaseRefused
from yigui.casework.models import Case, Draft
from yigui.common.errors import YiguiError
from yigui.exchange.errors import FileTwice
from yigui.exchange.import_records import DEATHS, import_records
from yigui.exchange.models import DeathRecord, InboundFile
from yigui.registry.models import Coverage, Person


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Each on a connection of its own, begun at the same moment; gives answers and refusals."""
    ready = threading.Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        try:
            ready.wait(timeout=20)
            return deed()
        except YiguiError as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def examined_together(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Whoever accepts waits with what it has examined until all have: none has seen what another one did."""
    gate, first = threading.Barrier(count), threading.local()
    agreed = accepting.agreed

    def waiting(application: Any) -> Any:
        found = agreed(application)
        if not getattr(first, "passed", False):
            first.passed = True
            gate.wait(timeout=30)
        return found

    monkeypatch.setattr(accepting, "agreed", waiting)


@pytest.mark.parametrize("round_", range(2))
def test_one_of_two_equal_stops_is_done_and_the_other_is_told_of_it(monkeypatch: pytest.MonkeyPatch, round_: int) -> None:
    employment = city.next_employee()
    form = city.stop_form(employment)
    examined_together(monkeypatch, 2)
    answers = at_once(
        *(
            lambda name=name: accept_case(city.application("REG-006", form, username=name, materials=["termination_proof"]))
            for name in ("teller", "special")
        )
    )
    done = [a for a in answers if isinstance(a, Case)]
    refused = [a for a in answers if isinstance(a, CaseRefused)]
    assert (len(done), len(refused)) == (1, 1), answers
    assert done[0].status == "finished"
    told = next(f for f in refused[0].findings if f.check == "done_meanwhile")
    assert done[0].case_no in told.message
    assert Case.objects.filter(person=employment.person, item_code="REG-006").count() == 1
    assert not Coverage.objects.filter(person=employment.person, end_period=None).exists()


def test_one_of_two_changes_is_done_and_the_other_sees_that_the_value_has_moved(monkeypatch: pytest.MonkeyPatch) -> None:
    person = city.next_person()
    examined_together(monkeypatch, 2)
    answers = at_once(
        *(
            lambda new=new: accept_case(
                city.application("CHG-003", city.basic_change_form(person, new_value=new), materials=["id_card"])
            )
            for new in ("13912340001", "13912340002")
        )
    )
    done = [a for a in answers if isinstance(a, Case)]
    assert len(done) == 1, answers
    refused = next(a for a in answers if isinstance(a, CaseRefused))
    assert done[0].case_no in str(refused)
    assert Person.objects.get(pk=person.pk).mobile == done[0].form["new_value"]


def test_ten_at_once_do_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    employment = city.next_employee()
    form = city.stop_form(employment)
    examined_together(monkeypatch, 4)
    answers = at_once(*(lambda: accept_case(city.application("REG-006", form, materials=["termination_proof"])) for _ in range(4)))
    assert sum(isinstance(a, Case) for a in answers) == 1, answers
    assert all(isinstance(a, Case | CaseRefused) for a in answers)


def test_another_deed_about_the_same_person_goes_on() -> None:
    person = city.next_person()
    answers = at_once(
        lambda: accept_case(city.application("CHG-003", city.basic_change_form(person), materials=["id_card"])),
        lambda: accept_case(
            city.application("ENQ-003", {"id_number": person.id_number, "person_name": person.name}, materials=["id_card"])
        ),
    )
    assert [a.status for a in answers] == ["finished", "finished"], answers


def test_the_same_file_at_the_same_moment_comes_in_once() -> None:
    person = pensioner().person
    content = f"AAC002,AAC003,AIC037\n{person.id_number},{person.name},2026-10-20\n".encode()
    partner = city.partner("civil_affairs", "民政")
    answers = at_once(
        *(
            lambda name=name: import_records(
                DEATHS, content=content, file_name=name, partner=partner, user=city.user("head"), today=TODAY
            )
            for name in ("a.csv", "b.csv")
        )
    )
    assert sum(isinstance(a, InboundFile) for a in answers) == 1, answers
    assert any(isinstance(a, FileTwice) and "接收过" in str(a) for a in answers)
    assert DeathRecord.objects.filter(id_number=person.id_number).count() == 1


def test_two_files_with_the_same_line_at_the_same_moment_count_it_once() -> None:
    person = pensioner().person
    line = f"{person.id_number},{person.name},2026-10-20\n"
    partner = city.partner("civil_affairs", "民政")
    files = [f"AAC002,AAC003,AIC037\n{line}{'' if k else line}".encode() for k in (0, 1)]
    answers = at_once(
        *(
            lambda content=content: import_records(
                DEATHS, content=content, file_name="x.csv", partner=partner, user=city.user("head"), today=TODAY
            )
            for content in files
        )
    )
    assert sum(a.matched_count for a in answers) == 1
    assert sum(a.known_count for a in answers) == 2


def draft_of(person: Person) -> Any:
    form = city.basic_change_form(person)
    with transaction.atomic():
        return open_draft(user=city.user("teller"), item_code="CHG-003", form=form, person=person)


def test_two_pages_of_one_draft_are_merged_field_by_field() -> None:
    draft = draft_of(city.next_person())
    start = dict(draft.form)
    ours, theirs = (my_draft(city.user("teller"), draft.token) for _ in range(2))
    assert keep_form(ours, start | {"new_value": "13911111111"}, page="one", version=0) == []
    told = keep_form(theirs, start | {"change_item": "02"}, page="two", version=0)
    assert [(t.name, t.theirs, t.is_overruled) for t in told] == [("new_value", "13911111111", False)]
    kept = my_draft(city.user("teller"), draft.token)
    assert (kept.form["new_value"], kept.form["change_item"], kept.version) == ("13911111111", "02", 2)
    # The stale page goes on showing its old value; it is never taken for a change of its own.
    again = my_draft(city.user("teller"), draft.token)
    assert [t.name for t in keep_form(again, start | {"change_item": "02"}, page="two", version=0)] == ["new_value"]
    assert my_draft(city.user("teller"), draft.token).form["new_value"] == "13911111111"


def test_the_same_field_in_two_pages_keeps_the_later_and_says_what_the_other_was() -> None:
    draft = draft_of(city.next_person())
    start = dict(draft.form)
    keep_form(draft, start | {"new_value": "13911111111"}, page="one", version=0)
    told = keep_form(draft, start | {"new_value": "13922222222"}, page="two", version=0)
    assert [(t.theirs, t.mine, t.is_overruled) for t in told] == [("13911111111", "13922222222", True)]
    assert my_draft(city.user("teller"), draft.token).form["new_value"] == "13922222222"


def test_what_a_list_fills_stays_as_it_stands_whatever_a_page_has_read_of_it() -> None:
    draft = draft_of(city.next_person())
    start = dict(draft.form)
    for page in ("", "one"):
        rows = [{"id_number": "1", "page": page}]
        Draft.objects.filter(pk=draft.pk).update(form=start | {"base_rows": rows})
        keep_form(
            draft, start | {"base_rows": [], "new_value": f"1391111111{len(page)}"}, page=page, version=0, untyped=["base_rows"]
        )
        kept = my_draft(city.user("teller"), draft.token).form
        assert (kept["base_rows"], kept["new_value"]) == (rows, f"1391111111{len(page)}")
    Draft.objects.filter(pk=draft.pk).update(form=start)
    keep_form(draft, start | {"base_rows": [{"id_number": "1"}]}, page="", version=0, untyped=["base_rows"])
    assert "base_rows" not in my_draft(city.user("teller"), draft.token).form


def test_pages_that_save_at_the_same_moment_lose_nothing() -> None:
    draft = draft_of(city.next_person())
    start = dict(draft.form)

    def save(field: str) -> Any:
        return keep_form(my_draft(city.user("teller"), draft.token), start | {field: f"x-{field}"}, page=field, version=0)

    fields = ["old_value", "new_value", "change_item", "person_name"]
    at_once(*(lambda field=field: save(field) for field in fields))
    kept = my_draft(city.user("teller"), draft.token)
    assert {f: kept.form[f] for f in fields} == {f: f"x-{f}" for f in fields}
    assert kept.version == len(fields)
