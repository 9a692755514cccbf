"""What stands in a good row beside a hostile name costs that row alone; what leads to nobody here is counted, listed and said, in every feed."""

from collections.abc import Callable, Mapping

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client

from tests import city
from tests.api.test_problems import assert_problem, token_of
from tests.conftest import TODAY
from tests.pages import signed_in, text_of
from yigui.casework.accept_case import accept_case
from yigui.common.errors import YiguiError
from yigui.exchange.errors import FileTwice, SenderUnfit
from yigui.exchange.import_records import DEATHS, LIFE_SIGNS, PRISON, RecordFile, import_records, take_elsewhere
from yigui.exchange.import_registrations import REGISTRATIONS
from yigui.exchange.inbox import take_message
from yigui.exchange.models import DeathRecord, InboundFile, InMessage, PrisonRecord
from yigui.exchange.noted_messages import noted_messages
from yigui.exchange.verify import records_of_files
from yigui.registry.models import Employer, Person
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User
from yigui.tasks.death_conflicts import settle_death

NOBODY = "11010519491231002X"
Row = Callable[[str, str], str]
ROWS: Mapping[str, tuple[RecordFile, Row]] = {
    "death": (DEATHS, lambda number, name: f"{number},{name},2026-10-03"),
    "life_sign": (LIFE_SIGNS, lambda number, name: f"{number},{name},2026-10-03"),
    "prison": (PRISON, lambda number, name: f"{number},{name},2026-10-03,"),
    "employment_registration": (REGISTRATIONS, lambda number, name: f"{number},{name},91110000600037341L,2026-10-03"),
}
NO_NAMES = ("张" * 61, "张" * 51, "Mohammad " * 12, "张三123（新）", "-", "张", "😀😀", "王?", "a" * 2001)


def content_of(kind: str, *people: tuple[str, str]) -> bytes:
    spec, row = ROWS[kind]
    return "\n".join([",".join(spec.columns), *(row(*who) for who in people), ""]).encode()


def taken(kind: str, *people: tuple[str, str]) -> InboundFile:
    return import_records(
        ROWS[kind][0], content=content_of(kind, *people), file_name="x.csv", partner=city.sender_of(kind), user=city.user("head"), today=TODAY,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ROWS)
def test_a_name_that_is_none_costs_its_row_alone(kind: str) -> None:
    people = [city.next_person() for _ in NO_NAMES]
    good = city.next_person()
    file = taken(kind, *((p.id_number, name) for p, name in zip(people, NO_NAMES, strict=True)), (good.id_number, good.name))
    assert [row for row, _ in file.rejected] == list(range(2, 2 + len(NO_NAMES)))
    assert all("姓名" in sentence and len(sentence) < 120 for _, sentence in file.rejected)
    numbers = ROWS[kind][0].model._default_manager.filter(file=file).values_list("id_number", flat=True)
    assert list(numbers) == [good.id_number]


@pytest.mark.parametrize("name", ["迪丽热巴·迪力木拉提", "买买提．艾力", "欧 阳 修", "Anna-Maria O'Neil", "𠮷田"])
def test_every_way_a_name_is_written_is_one(name: str) -> None:
    person = city.next_person()
    assert taken("prison", (person.id_number, name)).rejected == []


def test_the_page_and_the_interface_answer_a_long_name_with_its_sentence() -> None:
    city.partner("civil_affairs", "民政")
    for door in ("page", "interface"):
        good, bad = city.next_person(), city.next_person()
        upload = SimpleUploadedFile("a.csv", content_of("life_sign", (good.id_number, good.name), (bad.id_number, "张" * 61)))
        if door == "page":
            chosen = {"kind": "life_sign", "partner": city.sender_of("life_sign").pk, "file": upload}
            assert "2 行，入库 1 行，退回 1 行" in text_of(signed_in("head").post("/imports/", chosen, follow=True))
        else:
            token = token_of("public_security")
            answer = Client().post("/api/records/life_sign", {"file": upload}, HTTP_AUTHORIZATION=f"Bearer {token}").json()
            assert (answer["rows"], answer["matched"], [row for row, _ in answer["rejected"]]) == (2, 1, [3])


@pytest.mark.parametrize("kind", ["death", "life_sign", "prison"])
def test_a_row_about_nobody_is_counted_and_listed(kind: str) -> None:
    person = city.next_person()
    file = taken(kind, (NOBODY, "无此人"), (person.id_number, person.name))
    assert (file.matched_count, file.unmatched_count, file.rejected_count) == (1, 1, 0)
    assert file.noted == [[2, "未匹配", f"{NOBODY} 无此人：现在和曾用的证件号码中均未找到该参保人"]]


def test_a_trace_of_life_under_another_name_is_no_proof_and_said() -> None:
    person = city.next_person()
    file = taken("life_sign", (person.id_number, "另一人"))
    assert (file.matched_count, file.unmatched_count) == (0, 1)
    assert "姓名与参保登记不一致" in file.noted[0][2]


def test_a_prison_term_under_another_name_is_for_a_person_to_look_at() -> None:
    person = city.next_person()
    assert taken("prison", (person.id_number, "另一人")).matched_count == 1


def death_of(number: str, name: str, day: str = "2026-10-05") -> dict[str, str]:
    return {"AAC002": number, "AAC003": name, "AIC037": day}


def test_a_message_about_nobody_says_so_and_is_listed() -> None:
    civil = city.partner("civil_affairs", "民政")
    result, is_new = take_message(
        partner=civil,
        message_id="NOBODY-1",
        kind="death",
        content=death_of(NOBODY, "无此人", "2026-10-06"),
        user=city.program("civil_affairs"),
    )
    assert is_new
    assert result["noted"] == ["未匹配", f"{NOBODY} 无此人：现在和曾用的证件号码中均未找到该参保人"]
    page = text_of(signed_in("head").get("/imports/"))
    assert "待核定和未匹配的报文" in page
    assert "NOBODY-1" in page
    again, _ = take_message(
        partner=civil,
        message_id="NOBODY-2",
        kind="death",
        content=death_of(NOBODY, "无此人", "2026-10-06"),
        user=city.program("civil_affairs"),
    )
    assert again == {"taken": True, "known": True}


def test_a_message_that_contradicts_the_record_says_that_it_waits() -> None:
    person = city.next_person()
    result, _ = take_message(
        partner=city.partner("civil_affairs", "民政"),
        message_id="OTHER-1",
        kind="death",
        content=death_of(person.id_number, "另一人"),
        user=city.program("civil_affairs"),
    )
    assert result["noted"][0] == "待核定"


def test_a_message_leaves_the_list_when_it_was_decided_or_its_number_is_known() -> None:
    civil, person, seeker = city.partner("civil_affairs", "民政"), city.next_person(), city.next_seeker()
    told = {
        "LIST-WAITS": ("death", death_of(person.id_number, "另一人")),
        "LIST-NOBODY": ("death", death_of(NOBODY, "无此人", "2026-10-11")),
        "LIST-LIFE": ("life_sign", {"AAC002": seeker.id_number, "AAC003": seeker.name, "AAE036": "2026-10-03"}),
    }
    for message_id, (kind, content) in told.items():
        sender = city.partner("public_security", "公安") if kind == "life_sign" else civil
        assert (
            "noted"
            in take_message(partner=sender, message_id=message_id, kind=kind, content=content, user=city.program(sender.pk))[0]
        )

    def listed() -> dict[str, str]:
        rows = {row.message.message_id: row.noted.word for row in noted_messages(30)}
        page = text_of(signed_in("head").get("/imports/"))
        assert {name for name in told if name in page} == rows.keys() & told.keys()
        return {name: word for name, word in rows.items() if name in told}

    assert listed() == {"LIST-WAITS": "待核定", "LIST-NOBODY": "未匹配", "LIST-LIFE": "未匹配"}
    record = DeathRecord.objects.get(message__message_id="LIST-WAITS")
    settle_death(record_id=record.pk, actor=city.user("reviewer"), holds=False, reason="电话核实，同号不同人", today=TODAY)
    assert listed() == {"LIST-NOBODY": "未匹配", "LIST-LIFE": "未匹配"}
    accepted = accept_case(city.application("REG-004", city.enrolment_form(seeker)))
    assert accepted.status == "finished"
    assert listed() == {"LIST-NOBODY": "未匹配"}
    assert len(noted_messages(1)) == 1


def test_the_interface_answers_how_a_message_stands() -> None:
    token, client = token_of("civil_affairs"), Client(raise_request_exception=False)

    def sent(message_id: str, content: dict[str, str]) -> object:
        return client.post(
            "/api/messages", {"id": message_id, "kind": "death", "content": content}, content_type="application/json",
            HTTP_AUTHORIZATION=f"Bearer {token}",
        )  # fmt: skip

    person = city.next_person()
    answer = sent("STANDS-01", death_of(person.id_number, person.name)).json()  # type: ignore[attr-defined]
    assert (answer["taken"], answer["known"], answer["noted"]) == (True, False, [])
    answer = sent("STANDS-02", death_of(NOBODY, "无此人", "2026-10-08")).json()  # type: ignore[attr-defined]
    assert answer["noted"][0] == "未匹配"
    for k, name in enumerate(NO_NAMES):
        refused = sent(f"STANDS-1{k}", death_of(person.id_number, name))
        assert "姓名" in assert_problem(refused, 422)["detail"]
    assert not InMessage.objects.filter(message_id__startswith="STANDS-1").exists()


@pytest.mark.parametrize("name", NO_NAMES)
def test_a_message_with_no_name_is_not_taken(name: str) -> None:
    person: Person = city.next_person()
    with pytest.raises(YiguiError, match=r"姓名.*报文未接收"):
        take_message(
            partner=city.partner("civil_affairs", "民政"),
            message_id="NONAME",
            kind="death",
            content=death_of(person.id_number, name),
            user=city.program("civil_affairs"),
        )


def brought(kind: str, user: User, *people: tuple[str, str]) -> InboundFile:
    return import_records(
        ROWS[kind][0],
        content=content_of(kind, *people),
        file_name="x.csv",
        partner=city.sender_of(kind),
        user=user,
        today=TODAY,
    )


@pytest.mark.parametrize("kind", ["death", "life_sign", "prison"])
def test_a_county_brings_in_its_own_people_and_the_line_of_another_waits_alone(kind: str) -> None:
    """Who is known nowhere stands in no county's way; the other's line is sent back with its reason and taken by the city, once, out of the kept file."""
    county = city.new_user("section_head", agency="51118101")
    other = Person.objects.filter(area_id="511102", merged_into=None).exclude(id_number=NOBODY).order_by("-id").first()
    assert other is not None
    records = ROWS[kind][0].model._default_manager
    file = brought(kind, county, (NOBODY, "张三"), (other.id_number, other.name))
    assert (file.accepted_count, file.rejected_count, file.elsewhere) == (1, 1, [3])
    assert "由其他地区经办" in file.rejected[0][1]
    assert "1 行属其他地区，待市级机构接收" in file.said
    assert not records.filter(file=file, id_number=other.id_number).exists()
    with pytest.raises(NotAuthorised, match="市级机构"):
        take_elsewhere(ROWS[kind][0], file=file, user=county, today=TODAY)
    # The database asks it too.
    with pytest.raises(DatabaseError, match="市级机构"), transaction.atomic():
        import_records(
            ROWS[kind][0], content=content_of(kind, (NOBODY, "李四")), file_name="y.csv", partner=city.sender_of(kind), user=county,
            today=TODAY, continues=file,
        )  # fmt: skip
    head = signed_in("head")
    assert f"回执 {file.pk} 号" in text_of(head.get("/imports/")).split("待市级接收的行")[1].split("收文回执")[0]
    assert head.post(f"/imports/{file.pk}/elsewhere/").status_code == 302
    taken_by_city = InboundFile.objects.get(continues=file)
    assert (taken_by_city.row_count, taken_by_city.accepted_count, taken_by_city.partner_id) == (1, 1, file.partner_id)
    assert records.get(file=taken_by_city).id_number == other.id_number
    assert "此前" not in text_of(head.get("/imports/")).split("收文回执")[0]
    with pytest.raises(FileTwice, match="已接收"):
        take_elsewhere(ROWS[kind][0], file=file, user=city.user("head"), today=TODAY)
    assert list(records_of_files("default")) == []


def test_a_line_of_elsewhere_taken_late_does_not_stand_before_what_was_reported_since() -> None:
    other = Person.objects.filter(area_id="511102", merged_into=None).exclude(id_number=NOBODY).order_by("-id")[3]
    head = "AAC002,AAC003,start_date,end_date"

    def sent(user: User, end: str) -> InboundFile:
        content = f"{head}\n{other.id_number},{other.name},2025-03-01,{end}\n".encode()
        return import_records(PRISON, content=content, file_name="x.csv", partner=city.sender_of("prison"), user=user, today=TODAY)

    waiting = sent(city.new_user("section_head", agency="51118101"), "2027-01-31")
    assert waiting.elsewhere == [2]
    sent(city.user("head"), "2026-11-05")
    late = take_elsewhere(PRISON, file=waiting, user=city.user("head"), today=TODAY)
    assert (late.accepted_count, late.rejected_count) == (0, 1)
    assert "较新的报送" in late.rejected[0][1]
    newest = PrisonRecord.objects.filter(id_number=other.id_number, began_on="2025-03-01").order_by("-pk").first()
    assert newest is not None
    assert str(newest.ended_on) == "2026-11-05"
    assert list(records_of_files("default")) == []


@pytest.mark.parametrize(("kind", "sender"), [("prison", "civil_affairs"), ("life_sign", "employment_service"), ("death", "bank")])
def test_records_are_taken_of_the_partners_that_keep_them(kind: str, sender: str) -> None:
    person, before = city.next_person(), InboundFile.objects.count()
    upload = SimpleUploadedFile("x.csv", content_of(kind, (person.id_number, person.name)))
    partner = city.partner(sender, f"单位{sender}")
    page = text_of(signed_in("head").post("/imports/", {"kind": kind, "partner": sender, "file": upload}, follow=True))
    assert f"单位{sender}不报送此类数据" in page
    with pytest.raises(SenderUnfit, match="请按数据来源选择报送单位"):
        import_records(
            ROWS[kind][0], content=upload.open().read(), file_name="x.csv", partner=partner, user=city.user("head"), today=TODAY
        )
    assert InboundFile.objects.count() == before


def test_columns_nobody_read_are_kept_by_name() -> None:
    person = city.next_person()
    content = f"AAC002,AAC003,AIC037,火化机构\n{person.id_number},{person.name},2026-10-03,第一殡仪馆\n".encode()
    file = import_records(
        DEATHS, content=content, file_name="x.csv", partner=city.sender_of("death"), user=city.user("head"), today=TODAY
    )
    assert InboundFile.objects.get(pk=file.pk).unread_heads == ["火化机构"]
    assert "未读取的列：火化机构" in text_of(signed_in("head").get("/imports/"))


def test_a_county_sees_the_messages_about_its_own_people() -> None:
    person = Person.objects.filter(area_id="511102", merged_into=None).order_by("-id")[1]
    civil, content = city.partner("civil_affairs", "民政"), death_of(person.id_number, "另一人", "2026-10-09")
    take_message(partner=civil, message_id="OF-A-COUNTY", kind="death", content=content, user=city.program("civil_affairs"))
    for agency, sees in (("51110201", True), ("51118101", False)):
        county = city.new_user("section_head", agency=agency)
        assert ("OF-A-COUNTY" in text_of(signed_in(county.username).get("/imports/"))) == sees


def test_a_registration_is_brought_by_who_answers_for_the_unit() -> None:
    county = city.new_user("section_head", agency="51118101")
    seeker = city.next_seeker()
    for area, is_own in (("511102", False), ("511181", True)):
        unit = Employer.objects.filter(area_id=area, status="active").order_by("id")[0]
        content = f"{','.join(REGISTRATIONS.columns)}\n{seeker.id_number},{seeker.name},{unit.credit_code},2026-10-03\n".encode()
        file = import_records(
            REGISTRATIONS,
            content=content,
            file_name="x.csv",
            partner=city.partner("employment_service", "就业"),
            user=county,
            today=TODAY,
        )
        assert (file.accepted_count, file.elsewhere) == ((1, []) if is_own else (0, [2]))
