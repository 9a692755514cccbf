"""Reported deaths: matched by every number a person ever had, by name and by day; what contradicts waits, and every line is accounted for."""

import datetime as dt
import io
import itertools
import random
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests import city
from tests.conftest import TODAY
from tests.entitlement.people import done, next_retiring, pensioner
from tests.pages import text_of
from tests.runs.test_kinds import signed_in
from yigui.backoffice.tasks import pane_of
from yigui.common.errors import Forbidden
from yigui.common.identifiers import citizen_check_character
from yigui.config.cli import main
from yigui.db.presence import act_as
from yigui.entitlement.queries import death_of
from yigui.exchange.errors import FileTwice
from yigui.exchange.import_records import DEATHS, LIFE_SIGNS, import_records
from yigui.exchange.inbox import take_message
from yigui.exchange.models import DeathRecord, DeathVerdict, InboundFile
from yigui.registry.models import FormerIdentity, Person
from yigui.registry.queries import names_of, numbers_of, person_by_number, persons_by_numbers
from yigui.registry.search import search_persons
from yigui.tasks.death_conflicts import (
    SETTLING,
    DeathSettled,
    life_after,
    look_for_conflicts,
    report_of,
    reports_of,
    settle_death,
    waiting_reports,
    why_not,
)
from yigui.tasks.models import Task

_HEAD = "AAC002,AAC003,AIC037"
_serial = itertools.count(1)


def free_number(person: Person) -> str:
    """A number nobody has, of the person's birth date and sex."""
    while True:
        first17 = f"510402{person.born_on:%Y%m%d}{2 * next(_serial) + (person.gender == '1'):03d}"
        number = first17 + citizen_check_character(first17)
        if person_by_number(number) is None:
            return number


def renumbered(person: Person) -> str:
    """The person gets another number by CHG-004; gives the former one."""
    former = person.id_number
    form = city.key_change_form(person, change_item="02", new_value=free_number(person), change_reason="01")
    done("CHG-004", form, city.KEY_MATERIALS)
    person.refresh_from_db()
    assert person.id_number != former
    return former


def reported(*rows: str, by: str = "head") -> InboundFile:
    content = "\n".join([_HEAD, *rows, f"511102194001010000,第{next(_serial)}行,2020-01-01"]).encode()
    partner = city.partner("civil_affairs", "民政")
    with transaction.atomic():
        return import_records(DEATHS, content=content, file_name="d.csv", partner=partner, user=city.user(by), today=TODAY)


def row(person: Person, *, number: str = "", name: str = "", day: str = "2026-10-20") -> str:
    return f"{number or person.id_number},{name or person.name},{day}"


def counts(file: InboundFile) -> tuple[int | None, ...]:
    """Of a file of `reported`, whose last line is always sent back: taken, known, waiting, about nobody."""
    assert file.rejected_count == len(file.rejected) >= 1
    assert file.row_count == sum(
        (file.matched_count, file.known_count, file.rejected_count, file.waiting_count, file.unmatched_count)  # type: ignore[arg-type]
    )
    return file.matched_count, file.known_count, file.waiting_count, file.unmatched_count


def test_a_former_number_leads_to_the_person_at_every_door() -> None:
    person = pensioner().person
    former = renumbered(person)
    assert numbers_of(person) == [person.id_number, former]
    assert person_by_number(former) == person
    assert person_by_number(person.id_number) == person
    assert persons_by_numbers([former, person.id_number, "nobody"]) == {former: person, person.id_number: person}
    assert [p.pk for p in search_persons(former).rows] == [person.pk]
    page = signed_in("teller").post("/search/results/", {"q": former}).content.decode()
    assert person.person_no in page
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_person_of_v1(%s)", [former])
        assert cursor.fetchone() == (person.pk,)


def test_a_death_under_a_former_number_is_that_persons() -> None:
    person = pensioner().person
    file = reported(row(person, number=renumbered(person)))
    assert counts(file) == (1, 0, 0, 0)
    death = death_of(person)
    assert death is not None
    assert death.died_on == dt.date(2026, 10, 20)


def test_a_number_given_up_that_is_somebody_elses_leads_to_whose_it_is_now() -> None:
    person, other = pensioner().person, pensioner().person
    former = renumbered(person)
    FormerIdentity.objects.using("super").create(person=person, id_number=other.id_number, name="误登")
    assert person_by_number(other.id_number) == other
    assert person_by_number(former) == person


def test_a_former_name_is_no_other_name() -> None:
    person = pensioner().person
    earlier = person.name
    form = city.key_change_form(person, change_item="01", old_value=earlier, new_value=f"{earlier}新", change_reason="01")
    done("CHG-004", form, city.KEY_MATERIALS)
    person.refresh_from_db()
    assert names_of(person) == [f"{earlier}新", earlier]
    assert counts(reported(row(person, name=earlier))) == (1, 0, 0, 0)


def test_fifteen_places_are_widened() -> None:
    person = next(p for p in (pensioner().person for _ in range(50)) if p.id_number[6:8] == "19")
    assert counts(reported(row(person, number=person.id_number[:6] + person.id_number[8:17]))) == (1, 0, 0, 0)
    assert death_of(person) is not None


@pytest.mark.parametrize(
    ("change", "words"),
    [({"name": "欧阳某某"}, "与参保登记不一致"), ({"day": "1930-01-01"}, "早于参保登记的出生日期")],
    ids=["another name", "before the birth"],
)
def test_what_contradicts_our_record_waits_and_holds_nobody(change: dict[str, str], words: str) -> None:
    person = pensioner().person
    file = reported(row(person, **change))
    assert counts(file) == (0, 0, 1, 0)
    assert words in file.noted[0][2]
    assert death_of(person) is None


def told(*rows: str) -> None:
    """Traces of life come in."""
    content = "\n".join(["AAC002,AAC003,AAE036", *rows]).encode()
    with transaction.atomic():
        import_records(
            LIFE_SIGNS,
            content=content,
            file_name="l.csv",
            partner=city.partner("medical", "医保"),
            user=city.user("head"),
            today=TODAY,
        )


def certified(person: Person) -> None:
    form = {
        "id_number": person.id_number, "person_name": person.name, "survival_status": "01", "certify_way": "05",
        "apply_date": TODAY.isoformat(),
    }  # fmt: skip
    done("CRT-001", form, ("id_card",), username="teller", confirmed=("due_window",))


def test_a_death_long_before_work_and_contributions_waits() -> None:
    person = next_retiring()[0]
    reported(row(person, day="2000-01-01"))
    report = reports_of(person)[0]
    assert report.standing == "contradicted"
    assert [w[7:] for w in life_after(report, person)] == [" 起就业参保", " 仍缴费"]
    assert death_of(person) is None


def test_a_death_before_retirement_and_a_certification_waits_and_shows_them() -> None:
    person = pensioner().person
    certified(person)
    told(row(person, day="2026-03-10"))
    file = reported(row(person, day="2000-01-01"))
    assert counts(file) == (0, 0, 1, 0)
    assert "之后还有本人在世的记录" in file.noted[0][2]
    assert death_of(person) is None
    report = reports_of(person)[0]
    assert report.standing == "contradicted"
    words = life_after(report, person)
    assert {f"{TODAY} 本人办理资格认证", "2026-03-10 有生存比对信息", f"{person.retired_on} 退休"} <= set(words)
    assert look_for_conflicts(TODAY) >= 1
    assert f"{person.retired_on} 退休" in Task.objects.get(kind="death_conflict", origin_id=report.record.pk).note
    client = signed_in("reviewer")
    page = text_of(client.get(f"/deaths/{report.record.pk}/"))
    assert "该日之后" in page
    assert all(w in page for w in words)
    client.post(f"/deaths/{report.record.pk}/hold/", {"reason": "户籍注销证明载明该日"})
    assert report_of(report.record.pk)[0].standing == "in_force"


@pytest.mark.parametrize("day", ["2026-11-08", "2026-10-20", "2026-08-20"])
def test_an_ordinary_report_holds_although_everybody_went_on_paying(day: str) -> None:
    person = pensioner().person
    told(row(person, day=str(dt.date.fromisoformat(day) + dt.timedelta(days=20))) if day < "2026-10-20" else row(person, day=day))
    assert counts(reported(row(person, day=day))) == (1, 0, 0, 0)
    assert death_of(person) is not None


@pytest.mark.parametrize(("day", "standing"), [("2026-10-09", "in_force"), ("2026-10-08", "contradicted")])
def test_a_trace_of_life_counts_a_month_after_the_reported_day(day: str, standing: str) -> None:
    person = pensioner().person
    told(row(person, day="2026-11-09"))
    reported(row(person, day=day))
    assert reports_of(person)[0].standing == standing


def test_somebody_seen_in_person_the_day_after_is_not_dead() -> None:
    person = pensioner().person
    certified(person)
    reported(row(person, day=str(TODAY - dt.timedelta(days=1))))
    assert reports_of(person)[0].standing == "contradicted"


def test_what_comes_in_after_the_report_releases_nothing() -> None:
    person = pensioner().person
    reported(row(person, day="2026-08-20"))
    told(row(person, day="2026-11-09"))
    assert reports_of(person)[0].standing == "in_force"
    assert death_of(person) is not None


def test_a_death_before_the_birth_is_adopted_by_nobody() -> None:
    person = pensioner().person
    day = person.born_on - dt.timedelta(days=1)
    reported(row(person, day=day.isoformat()))
    record = reports_of(person)[0].record
    client = signed_in("reviewer")
    page = text_of(client.get(f"/deaths/{record.pk}/"))
    assert f"采信：{day}" not in page
    assert "请报送单位更正后重报" in page
    answer = client.post(f"/deaths/{record.pk}/hold/", {"reason": "以公安为准"}, follow=True)
    assert "早于登记的出生日期" in text_of(answer)
    assert report_of(record.pk)[0].standing == "before_birth"
    with pytest.raises(DatabaseError, match="早于登记的出生日期"), transaction.atomic():
        act_as(city.user("reviewer"))
        DeathVerdict.objects.create(record=record, verdict="holds", reason="绕过页面", decided_by=city.user("reviewer"))
    client.post(f"/deaths/{record.pk}/dismiss/", {"reason": "请民政更正后重报"})
    assert report_of(record.pk)[0].standing == "dismissed"


def test_who_may_settle_is_said_by_the_names_of_their_posts() -> None:
    report = report_of(waiting().pk)[0]
    assert not why_not(city.user("reviewer"), report)
    assert why_not(city.user("rechecker"), report) == "死亡信息由审核人员、科室负责人或稽核人员核定。"
    for role in SETTLING:
        assert role.label in why_not(city.user("rechecker"), report)


def test_the_page_of_benefits_does_not_call_alive_and_paid_whom_it_holds() -> None:
    person = pensioner().person
    reported(row(person))
    page = text_of(signed_in("teller").get(f"/persons/{person.person_no}/benefits/"))
    assert "待遇已拦截" in page
    assert "已拦截（死亡信息）" in page
    assert "健在" not in page
    assert "正常发放" not in page


def test_of_somebody_without_a_benefit_nothing_is_said_to_be_held() -> None:
    person = next_retiring()[0]
    reported(row(person))
    page = text_of(signed_in("teller").get(f"/persons/{person.person_no}/benefits/"))
    assert "没有本人在发的待遇须拦截" in page
    assert "待遇已拦截" not in page


def test_the_heads_of_a_file_are_said_without_english() -> None:
    page = text_of(signed_in("head").get("/imports/"))
    assert "AAC002（证件号码）、AAC003（姓名）、服刑起始日期、服刑终止日期" in page
    assert "start_date" not in page


def test_two_days_hold_and_wait_for_a_reviewer() -> None:
    person = pensioner().person
    assert counts(reported(row(person))) == (1, 0, 0, 0)
    assert counts(reported(row(person, day="2026-10-25"))) == (0, 0, 1, 0)
    assert {r.standing for r in reports_of(person)} == {"other_day"}
    assert death_of(person) is not None
    late = reports_of(person)[1].record
    done_ = settle_death(record_id=late.pk, actor=city.user("reviewer"), holds=True, reason="以户籍注销证明为准", today=TODAY)
    assert done_.standing == "in_force"
    assert [r.standing for r in reports_of(person)] == ["dismissed", "in_force"]
    death = death_of(person)
    assert death is not None
    assert death.died_on == dt.date(2026, 10, 25)


def test_a_day_to_come_and_a_wrong_number_are_sent_back() -> None:
    person = pensioner().person
    file = reported(
        row(person, day="2027-01-01"), row(person, number=person.id_number[:17] + "Z"), f"{person.id_number},,2026-10-01"
    )
    assert (counts(file), len(file.rejected)) == ((0, 0, 0, 0), 4)


def test_nobody_here_is_listed_and_the_same_again_is_known() -> None:
    person = pensioner().person
    stranger = free_number(person)
    file = reported(row(person), row(person), f"{stranger},无名氏,2026-10-02")
    assert counts(file) == (1, 1, 0, 1)
    assert [(n[0], n[1]) for n in file.noted] == [(4, "未匹配")]
    assert stranger in file.noted[0][2]
    assert counts(reported(row(person), f"{stranger},无名氏,2026-10-02")) == (0, 2, 0, 0)


def test_the_same_day_under_another_name_is_not_known_but_waits() -> None:
    person = pensioner().person
    assert counts(reported(row(person, name="别人"))) == (0, 0, 1, 0)
    assert counts(reported(row(person))) == (1, 0, 0, 0)
    assert death_of(person) is not None


def test_lines_that_do_not_add_up_are_refused_by_the_database() -> None:
    file = reported(row(pensioner().person))
    with pytest.raises(IntegrityError, match="inbound_file_lines_accounted"), transaction.atomic():
        act_as(city.user("head"))
        InboundFile.objects.create(
            kind="death", partner=file.partner, file_name="x", digest="0" * 64, row_count=3, accepted_count=2, received_by=city.user("head"),
            matched_count=1, known_count=0, rejected_count=1, waiting_count=0, unmatched_count=0,
        )  # fmt: skip


def waiting(by: str = "head") -> DeathRecord:
    person = pensioner().person
    reported(row(person, name="欧阳某某"), by=by)
    return reports_of(person)[0].record


def test_a_conflict_becomes_a_task_and_a_reviewer_settles_it_with_a_reason() -> None:
    record = waiting()
    assert look_for_conflicts(TODAY) >= 1
    task = Task.objects.get(kind="death_conflict", origin_id=record.pk)
    assert (task.state, task.posts) == ("open", ["reviewer"])
    assert record.name in task.note
    assert record.pk in {r.record.pk for r, _ in waiting_reports(city.user("reviewer"))}
    client = signed_in("reviewer")
    origin = pane_of(city.user("reviewer"), task, TODAY).origin
    assert origin is not None
    assert origin.url == f"/deaths/{record.pk}/"
    page = text_of(client.get(f"/deaths/{record.pk}/"))
    assert "欧阳某某" in page
    assert task.person is not None
    assert task.person.name in page
    assert f"{record.pk} 号" in text_of(client.get("/deaths/"))
    client.post(f"/deaths/{record.pk}/dismiss/", {"reason": ""})
    assert report_of(record.pk)[0].is_waiting
    client.post(f"/deaths/{record.pk}/dismiss/", {"reason": "电话核实，同号不同人"})
    assert report_of(record.pk)[0].standing == "dismissed"
    task.refresh_from_db()
    assert (task.state, task.outcome) == ("done", "settled")
    with pytest.raises(DeathSettled, match=r"已由 .* 核定为“不予采信”：电话核实"):
        settle_death(record_id=record.pk, actor=city.user("auditor"), holds=True, reason="再看一遍", today=TODAY)


def test_whoever_took_the_file_in_does_not_settle_it_nor_another_account_of_theirs() -> None:
    record = waiting()
    with pytest.raises(Forbidden, match="您接收了这份文件"):
        settle_death(record_id=record.pk, actor=city.user("head"), holds=True, reason="我看是的", today=TODAY)
    with pytest.raises(DatabaseError, match="接收这份文件的人员不能核定"), transaction.atomic():
        act_as(city.user("head"))
        DeathVerdict.objects.create(record=record, verdict="holds", reason="绕过页面", decided_by=city.user("head"))
    with pytest.raises(Forbidden, match="由审核人员、科室负责人或稽核人员"):
        settle_death(record_id=record.pk, actor=city.user("teller"), holds=True, reason="我看是的", today=TODAY)


def test_what_is_in_force_is_not_set_aside_by_a_reviewers_word() -> None:
    person = pensioner().person
    reported(row(person))
    record = reports_of(person)[0].record
    with pytest.raises(DatabaseError, match="不在待核定状态"), transaction.atomic():
        act_as(city.user("reviewer"))
        DeathVerdict.objects.create(record=record, verdict="dismissed", reason="让他继续领", decided_by=city.user("reviewer"))


def test_nobody_signs_for_somebody_else() -> None:
    record = waiting()
    with pytest.raises(DatabaseError), transaction.atomic():
        act_as(city.user("teller"))
        DeathVerdict.objects.create(record=record, verdict="dismissed", reason="冒名", decided_by=city.user("reviewer"))


def test_page_command_and_message_give_the_same(tmp_path: Path) -> None:
    people = [pensioner().person for _ in range(3)]
    lines = [row(people[0]), row(people[1], name="欧阳某某"), f"{free_number(people[2])},无名氏,2026-10-02"]
    by_page = "\n".join([_HEAD, *lines]).encode()
    client = signed_in("head")
    city.partner("civil_affairs", "民政")
    answer = client.post(
        "/imports/", {"kind": "death", "partner": "civil_affairs", "file": SimpleUploadedFile("a.csv", by_page)}, follow=True
    )
    page = text_of(answer)
    assert "3 行，入库 1 行，待核定 1 行，未匹配到参保人 1 行，退回 0 行" in page
    assert "未匹配" in page
    file = tmp_path / "b.csv"
    file.write_text("\n".join([_HEAD, *lines, row(people[2], day="2026-09-30")]), encoding="utf-8")
    said = io.StringIO()
    with redirect_stdout(said), pytest.raises(SystemExit) as ended:
        main(["import-records", "death", str(file), "--partner", "civil_affairs", "--user", "head", "--write"])
    assert ended.value.code == 0
    assert "4 行，入库 1 行，此前已知 3 行，退回 0 行。" in said.getvalue()
    content = {"AAC002": people[0].id_number, "AAC003": people[0].name, "AIC037": "2026-10-21"}
    _, is_new = take_message(
        partner=city.partner("civil_affairs", "民政"),
        message_id="D-1",
        kind="death",
        content=content,
        user=city.program("civil_affairs"),
    )
    assert is_new
    assert {r.standing for r in reports_of(people[0])} == {"other_day"}


def test_the_same_file_is_known() -> None:
    person = pensioner().person
    content = "\n".join([_HEAD, row(person)]).encode()
    partner = city.partner("civil_affairs", "民政")
    import_records(DEATHS, content=content, file_name="a.csv", partner=partner, user=city.user("head"), today=TODAY)
    with pytest.raises(FileTwice, match="接收过"):
        import_records(DEATHS, content=content, file_name="b.csv", partner=partner, user=city.user("head"), today=TODAY)


@pytest.mark.parametrize("seed", range(3))
def test_every_line_of_any_file_is_accounted_for_whatever_the_order_and_however_often(seed: int) -> None:
    chance = random.Random(seed)
    people = [pensioner().person for _ in range(8)]
    kinds = ("good", "name", "birth", "stranger", "future", "number", "blank")
    lines = []
    for person in people:
        match chance.choice(kinds):
            case "good":
                lines.append(row(person))
            case "name":
                lines.append(row(person, name="别的姓名"))
            case "birth":
                lines.append(row(person, day="1901-01-01"))
            case "stranger":
                lines.append(f"{free_number(person)},无名氏,2026-10-02")
            case "future":
                lines.append(row(person, day="2099-01-01"))
            case "number":
                lines.append(row(person, number=person.id_number[:17] + "Z"))
            case _:
                lines.append(f"{person.id_number},,2026-10-01")
    repeated = lines + chance.choices(lines, k=4)
    chance.shuffle(repeated)
    first = reported(*repeated)
    counts(first)
    kept = DeathRecord.objects.filter(file=first).count()
    assert first.matched_count + first.waiting_count + first.unmatched_count == kept  # type: ignore[operator]
    chance.shuffle(repeated)
    again = reported(*repeated)
    counts(again)
    assert (again.matched_count, again.waiting_count, again.unmatched_count) == (0, 0, 0)
    assert again.known_count == len(repeated) + 1 - again.rejected_count  # type: ignore[operator]
