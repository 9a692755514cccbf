"""Finishing a case files it by itself; what it lacks becomes somebody's work; numbers have neither gap nor double."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections, transaction

from tests import city
from tests.archive.papers import filed, lost, paper_of, with_paper
from tests.conftest import TODAY
from yigui.archive import file_cases
from yigui.archive.declared import declared_rules
from yigui.archive.file_cases import adopt_earlier, file_case, file_due, file_with_note
from yigui.archive.models import Due, Piece, Rule, Volume
from yigui.archive.verify import volumes
from yigui.casework.finish_case import finish_approved
from yigui.casework.models import Case, CaseMaterial, Event
from yigui.catalogue.declarations import catalogue
from yigui.db.presence import Moved
from yigui.documents.store import path_of
from yigui.staff.errors import NotAuthorised
from yigui.tasks.end_task import drop
from yigui.tasks.enums import TaskVerb
from yigui.tasks.errors import TaskRefused
from yigui.tasks.event_log import change
from yigui.tasks.models import Task

pytestmark = pytest.mark.usefixtures("fresh_city")


def test_finishing_a_case_files_it_with_every_paper_and_document() -> None:
    case = with_paper("filed")
    assert Due.objects.get(case=case).reason == ""
    volume = filed(case)
    assert not Due.objects.filter(case=case).exists()
    assert (volume.class_no, volume.class_name, volume.years, volume.period_words) == (1, "管理类", 100, "100 年")
    assert volume.keep_until == dt.date(TODAY.year + 100, 12, 31)
    assert volume.number == f"{case.agency_id}-{volume.year}-01-{volume.seq:06d}"
    rows = list(volume.listed.order_by("seq").values_list("kind", "code", "pages", "media_type"))
    assert rows[0][0] == "result"
    assert rows[0][2] == 1
    assert ("material", "id_card", 3, "application/pdf") in rows
    assert [kind for kind, *_ in rows] == ["result", "form", "material", "chain"]
    assert volume.listed.get(kind="material").digest == f"sm3:{paper_of(case).file_id}"
    check = volume.checks.get()
    assert check.is_sound
    assert {r["property"] for r in check.results} == {"authentic", "whole", "usable", "safe"}
    assert [r["result"] for r in check.results if r["check"] == "virus"] == ["not_made"]
    assert list(volumes("owner")) == []


def test_a_case_that_is_finished_waits_in_the_very_transaction() -> None:
    before = Due.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        city.accept_class3()
        assert Due.objects.count() == before + 1
        raise RuntimeError
    assert Due.objects.count() == before


def test_what_ended_without_a_finish_is_no_volume() -> None:
    case = city.accept_class2()
    city.decide(case, "reviewer", "declined", "不符合条件")
    assert not Due.objects.filter(case=case).exists()


def test_a_missing_file_is_a_task_and_the_case_is_filed_when_it_is_back() -> None:
    case = with_paper("lost")
    put_back = lost(case)
    file_due()
    held = Due.objects.get(case=case)
    assert "文件不在存储中" in held.reason
    task = Task.objects.get(kind="archive_gap", origin_id=case.pk)
    assert held.reason in task.note
    put_back()
    assert file_case(case.pk)
    task.refresh_from_db()
    assert (task.state, task.outcome) == ("done", "filed")
    assert Volume.objects.filter(case=case).exists()


def test_a_file_that_is_not_what_was_handed_in_is_not_filed() -> None:
    case = with_paper("exchanged")
    path = path_of(paper_of(case).file_id)
    before = path.read_bytes()
    path.write_bytes(before.replace(b"exchanged", b"forgeries"))
    file_due()
    assert "内容与摘要不符" in Due.objects.get(case=case).reason
    path.write_bytes(before)
    assert file_case(case.pk)


def test_a_paper_the_chain_names_and_nobody_has_is_not_filed_silently() -> None:
    case = with_paper("named")
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        CaseMaterial.objects.using("super").filter(case=case).delete()
    file_due()
    reason = Due.objects.get(case=case).reason
    assert "身份证" in reason
    assert "与受理时登记的不符或缺失" in reason


def test_what_was_needed_at_the_acceptance_stands_in_the_chain() -> None:
    case = city.accept_class3()
    assert Event.objects.get(case=case, seq=1).payload["needed"] == ["id_card"]


def test_a_head_who_did_not_handle_it_files_with_a_note_that_stays() -> None:
    case = with_paper("noted")
    lost(case)
    file_due()
    head = city.user("head")
    with pytest.raises(Moved, match="写明缺什么"):
        file_with_note(actor=head, case=case, note="丢了")
    with pytest.raises(NotAuthorised):
        file_with_note(actor=city.user("teller"), case=case, note="扫描件损坏，原件已退还本人")
    volume = file_with_note(actor=head, case=case, note="扫描件损坏，原件已退还本人")
    assert (volume.note, volume.filed_by) == ("扫描件损坏，原件已退还本人", head)
    assert not volume.checks.get().is_sound
    assert Task.objects.get(kind="archive_gap", origin_id=case.pk).outcome == "filed"


def test_nothing_is_filed_with_a_note_that_was_not_held() -> None:
    case = with_paper("sound")
    with pytest.raises(Moved, match="没有因缺漏"):
        file_with_note(actor=city.user("head"), case=case, note="没有缺漏也写明情况")
    filed(case)


def test_numbers_run_on_without_gap_though_a_filing_is_undone() -> None:
    first, second, third = (city.accept_class3() for _ in range(3))
    file_case(first.pk)
    with pytest.raises(RuntimeError), transaction.atomic():
        file_case(second.pk)
        raise RuntimeError
    file_case(third.pk)
    file_case(second.pk)
    numbers = [Volume.objects.get(case=case).seq for case in (first, third, second)]
    assert numbers == list(range(numbers[0], numbers[0] + 3))
    own = Volume.objects.filter(case__in=(first, third, second))
    assert not [fault for fault in volumes("owner") if any(volume.number in fault for volume in own)]


def test_filing_at_once_gives_every_number_once() -> None:
    file_due()
    cases = [city.accept_class3().pk for _ in range(8)]

    def one(number: int) -> bool:
        try:
            return file_case(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(one, [*cases, *cases]))
    assert done.count(True) == len(cases)
    seqs = sorted(Volume.objects.filter(case__in=cases).values_list("seq", flat=True))
    assert seqs == list(range(seqs[0], seqs[0] + len(cases)))
    # What other tests did to volumes of their own is not asked here.
    own = Volume.objects.filter(case__in=cases)
    assert not [fault for fault in volumes("owner") if any(volume.number in fault for volume in own)]


def test_cases_finished_before_are_filed_and_the_job_goes_on_where_it_was() -> None:
    file_due()
    earlier = [city.accept_class3() for _ in range(3)]
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("DELETE FROM archive_due WHERE case_id = ANY(%s)", [[c.pk for c in earlier]])
        cursor.execute("DELETE FROM archive_scan WHERE name = 'earlier'")
    open_case = city.accept_class2()
    while adopt_earlier():
        pass
    file_due()
    assert Volume.objects.filter(case__in=earlier).count() == 3
    assert not Due.objects.filter(case=open_case).exists()
    # What it had passed while it was open is brought by the finish itself.
    city.decide(open_case, "reviewer")
    city.decide(open_case, "rechecker")
    finish_approved(case_id=open_case.pk)
    assert Case.objects.get(pk=open_case.pk).status == "finished"
    assert filed(open_case).period == "permanent"


def test_every_item_has_one_rule_on_every_day_and_the_day_of_the_end_chooses() -> None:
    declared = {row["item_code"] for row in declared_rules()}
    assert declared == set(catalogue().versions)
    assert Rule.objects.count() == len(declared_rules())
    case = city.accept_class3()
    with transaction.atomic(using="owner"):
        rule = Rule.objects.using("owner").get(item_code="CHG-003")
        former = rule.valid_to
        rule.valid_to = TODAY - dt.timedelta(days=1)
        rule.save(using="owner")
    try:
        file_due()
        assert "没有归档规则" in Due.objects.get(case=case).reason
    finally:
        rule.valid_to = former
        rule.save(using="owner")
    assert file_case(case.pk)


@pytest.mark.parametrize("period", [row for row in declared_rules() if row["period"] == "undecided"], ids=lambda r: r["item_code"])
def test_a_period_nobody_gave_is_none(period: dict[str, Any]) -> None:
    assert period["years"] is None
    assert "由档案主管部门确定" in period["source"]


def test_a_verification_names_a_piece_that_was_exchanged() -> None:
    volume = filed(with_paper("verified"))
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Piece.objects.using("super").filter(volume=volume, kind="material").update(digest="sm3:" + "0" * 64)
    assert any(volume.number in sentence for sentence in volumes("owner"))


def test_while_a_case_waits_its_task_is_not_dropped_and_one_that_ended_has_a_successor() -> None:
    case = with_paper("dropped")
    lost(case)
    file_due()
    task = Task.objects.get(kind="archive_gap", origin_id=case.pk)
    with pytest.raises(TaskRefused, match="仍在待归档"):
        drop(task_id=task.pk, actor=city.user("head"), note="不必办了", today=TODAY)
    with transaction.atomic():
        change(task, TaskVerb.DROP, actor=city.user("head"), note="不必办了", said="不必办了", ended_on=TODAY)
    assert not file_case(case.pk)
    assert not file_case(case.pk)
    assert Task.objects.filter(kind="archive_gap", origin_id=case.pk).count() == 2


def test_more_than_a_batch_is_filed_in_a_run_and_what_fails_hides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_cases, "TAKEN_MAX", 2)
    cases = [city.accept_class3().pk for _ in range(5)]
    file_due()
    assert Volume.objects.filter(case__in=cases).count() == 5
    bad, *good = [city.accept_class3().pk for _ in range(5)]
    real = file_cases.file_case

    def one(number: int) -> bool:
        assert number != bad
        return real(number)

    monkeypatch.setattr(file_cases, "file_case", one)
    file_due()
    assert set(Volume.objects.filter(case__in=[bad, *good]).values_list("case", flat=True)) == set(good)
    monkeypatch.setattr(file_cases, "RUN_SECONDS", -1)
    more = city.accept_class3().pk
    file_due()
    assert not Volume.objects.filter(case=more).exists()


def test_earlier_cases_are_not_laid_before_those_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    file_due()
    monkeypatch.setattr(file_cases, "TAKEN_MAX", 2)
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("DELETE FROM archive_scan WHERE name = 'earlier'")
    city.accept_class3()
    city.accept_class3()
    assert adopt_earlier() == 0
    file_due()
    assert adopt_earlier() > 0


def test_the_number_after_the_millionth_is_its_own() -> None:
    first = filed(with_paper("before the millionth"))
    cases = [with_paper("past the millionth"), with_paper("past it again")]
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE archive_counter SET last = 1000000 + last WHERE agency_id = %s", [first.agency_id])
    numbers = []
    with pytest.raises(RuntimeError), transaction.atomic():
        for case in cases:
            assert file_case(case.pk)
            numbers.append(Volume.objects.get(case=case))
        raise RuntimeError
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE archive_counter SET last = last - 1000000 WHERE agency_id = %s", [first.agency_id])
    assert [v.number.rpartition("-")[2] for v in numbers] == [str(v.seq) for v in numbers]
    assert min(v.seq for v in numbers) > 1_000_000
