"""Own inputs of the kinds F21 to F40 of what comes from outside, at every door: what `kinds/f21-to-f40.yaml` says must become of each is what becomes of it.

The answers were thought out before the inputs were tried. What stands in braces is of the city: people, payments that were sent, bills; `_people` says whom.
"""

import datetime as dt
import io
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client

from tests import city, money
from tests.doors import test_kinds_beyond_files
from tests.doors.test_files_at_doors import Taken, by_command, by_interface, by_page, kind_of, undone
from tests.doors.test_lists_at_doors import declared_at, large_unit
from tests.entitlement import people
from tests.pages import PART, signed_in, text_of
from tests.payment.test_bank_results import number as payment_number
from tests.payment.test_bank_results import payments
from tests.portal.test_lists import company
from tests.portal.test_signing_in import signed_in as unit_signed_in
from yigui.casework.accept_case import accept_case
from yigui.casework.models import ApplicationList, Draft
from yigui.common.identifiers import citizen_check_character, read_citizen_number
from yigui.common.money import parse_yuan, plain_fen
from yigui.common.sqlfiles import named_sql
from yigui.common.texts import in_one
from yigui.entitlement.queries import death_of
from yigui.exchange.import_records import import_records
from yigui.exchange.import_registrations import RECORD_FILES
from yigui.exchange.models import InboundFile
from yigui.exchange.queries import employment_registration
from yigui.identity.models import UnitLogin
from yigui.levy.declare import judge, read_wage_list
from yigui.receipts.files import import_receipts
from yigui.receipts.models import Receipt
from yigui.registry.models import Person
from yigui.registry.search import search_persons

KINDS = [f"F{n}" for n in range(21, 41)]
INPUTS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "kinds" / "f21-to-f40.yaml").read_text(encoding="utf-8"))


def _words() -> Mapping[str, str]:
    """What stands in the place of the words in braces."""

    def make() -> Mapping[str, str]:
        sent = payments(6)
        of = {f"P{k}": payment_number(p) for k, p in enumerate(sent, start=1)} | {
            f"A{k}": plain_fen(p.amount_fen) for k, p in enumerate(sent, start=1)
        }
        rows = Person.objects.filter(life_status="01", merged_into=None, id_number__regex=r"^\d{17}[\dX]$").order_by("-pk")
        people = [p for p in rows if not p.employments.exists()][:8]
        for k, person in enumerate(people, start=1):
            of |= {f"I{k}": person.id_number, f"N{k}": person.name}
        return of | {"ACCT": "9558800000000001"}

    return city.of_city("words of the kinds", make)


def _filled(text: str, words: Mapping[str, str] | None = None) -> str:
    for word, value in (_words() if words is None else words).items():
        text = text.replace(f"{{{word}}}", value)
    return text


def content_of(one: Mapping[str, Any], words: Mapping[str, str] | None = None) -> bytes:
    """The bytes of an input: a text in its encoding and with its line ends, or the sheets of a workbook."""
    if "sheets" not in one:
        text = _filled(one["text"], words)
        text = text if not one.get("open_end") else text.rstrip("\n")
        return bytes.fromhex(one.get("mark", "")) + text.replace("\n", one.get("end", "\n")).encode(one.get("encoding", "utf-8"))
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    for name, rows in one["sheets"].items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([_filled(value, words) if isinstance(value, str) else value for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("one", INPUTS, ids=lambda one: f"{one['kind']}-{one['name']}")
def test_an_input_of_a_kind_is_answered_rightly_at_every_door(one: dict[str, Any], tmp_path: Path) -> None:
    kind = kind_of(one["door"])
    city.partner(kind.sender, kind.sender)
    path = tmp_path / one["name"]
    path.write_bytes(content_of(one))
    taken = by_command(kind, path)
    assert by_page(kind, path, taken) == taken
    if kind.address:
        assert by_interface(kind, path) == taken
    assert _found(taken, one) == _expected(one)
    if "payers" in one:
        with undone():
            by = import_receipts(
                content=path.read_bytes(), file_name=one["name"], partner=one["door"], area_code="511102", user=city.user("cashier"),
                today=city.TODAY,
            )  # fmt: skip
            assert list(Receipt.objects.filter(file=by.file).values_list("payer_name", flat=True)) == one["payers"]


def _expected(one: Mapping[str, Any]) -> dict[str, Any]:
    told = {key: one[key] for key in ("refused", "counts") if key in one}
    return told | ({"lines": [[row, _filled(said)] for row, said in one["lines"]]} if "lines" in one else {})


def _found(taken: Taken, one: Mapping[str, Any]) -> dict[str, Any]:
    """What became of it, each sentence as far as the answer has it."""
    if taken.refused:
        said = one.get("refused", "")
        return {"refused": said if said and said in taken.refused else taken.refused}
    wanted = [(row, _filled(said)) for row, said in one.get("lines", ())]
    lines = [
        [row, next((said for at, said in wanted if at == row and _says(sentence, said)), sentence)] for row, sentence in taken.lines
    ]
    return {"counts": list(taken.counts), "lines": lines}


def _says(sentence: str, answer: str) -> bool:
    """Whether a sentence begins as the answer does, and has the rest of it."""
    first, *more = answer.split("…")
    return sentence.startswith(first) and all(part in sentence for part in more)


#: Numbers of documents that are no citizen numbers, and what kind they are (AAC058): a foreigner's permit of the old form, a pass of Hong Kong.
OTHER_NUMBERS = {"USA110188010130": "07", "H12345678": "04"}


@pytest.mark.parametrize("number", OTHER_NUMBERS)
def test_whoever_has_another_document_is_registered_insured_declared_reported_and_found_under_it(number: str) -> None:
    template = city.next_seeker()
    unit = city.unit(template.credit_code)
    told = f"证件号码,姓名,统一社会信用代码,备案日期\n {number.lower()},MARIA  LI,{unit.credit_code},2026-11-02\n"
    assert took("employment_registration", told).matched_count == 1
    form = city.enrolment_form(
        template, id_type=OTHER_NUMBERS[number], id_number=number, person_name="MARIA LI", gender="2", birth_date="1988-01-01"
    )
    person = accept_case(city.application("REG-004", form, confirmed=("identity_unshared",))).person
    assert (person.id_number, person.name) == (number, "MARIA LI")
    rows = [{"row_no": "2", "id_number": number, "person_name": "MARIA LI", "declared_wage": "6000"}]
    assert [v.state for v in judge(rows=rows, employer=unit, year=2026)] == ["good"]
    assert [found.pk for found in search_persons(f" {number.lower()}\u200b").rows] == [person.pk]
    dead = took("death", f"证件号码,姓名,死亡日期\n{number},Maria Li,2026-11-05\n{number},MARIA LI,2026-11-06\n")
    assert (dead.matched_count, dead.waiting_count, dead.rejected) == (1, 1, [])
    death = death_of(person)
    assert death is not None
    assert death.died_on == dt.date(2026, 11, 6)


def test_a_wrong_number_of_another_document_is_rejected_and_a_held_one_of_any_kind_is_taken() -> None:
    file = took(
        "life_sign", "证件号码,姓名,发生日期\nX12345678,某人,2026-11-05\nUSA11018801013,某人,2026-11-05\n12345678,某人,2026-11-05\n"
    )
    assert [row for row, _ in file.rejected] == [2, 3, 4]


def test_a_record_that_says_something_else_is_not_taken_for_the_one_that_is_known() -> None:
    person = city.next_person()
    number, name = person.id_number, person.name
    first = took("life_sign", f"证件号码,姓名,发生日期\n{number},别的姓名,2026-11-05\n")
    assert (first.unmatched_count, first.known_count) == (1, 0)
    right = took("life_sign", f"证件号码,姓名,发生日期\n{number},{name},2026-11-05\n")
    assert (right.matched_count, right.known_count) == (1, 0)
    heads = "证件号码,姓名,服刑起始日期,服刑终止日期\n"
    assert took("prison", f"{heads}{number},{name},2026-01-05,\n").matched_count == 1
    assert took("prison", f"{heads}{number},{name},2026-01-05,2026-06-30\n").matched_count == 1
    assert took("prison", f"{heads}{number},{name},2026-01-05,2026-06-30\n\n").known_count == 1
    seeker = city.next_seeker()
    again = f"证件号码,姓名,统一社会信用代码,备案日期\n{seeker.id_number},更正名,{seeker.credit_code},{seeker.registered_on}\n"
    assert took("employment_registration", again).matched_count == 1
    found = employment_registration(seeker.id_number, seeker.credit_code)
    assert found is not None
    assert found.name == "更正名"


def test_of_a_sentence_reported_again_with_its_end_only_the_newest_report_is_asked_about() -> None:
    benefit = people.pensioner()
    number, name = benefit.person.id_number, benefit.person.name
    heads = "证件号码,姓名,服刑起始日期,服刑终止日期\n"
    took("prison", f"{heads}{number},{name},2026-01-05,\n")
    took("prison", f"{heads}{number},{name},2026-01-05,2026-06-30\n")
    until = money.one("SELECT array_agg(until) FROM benefits_sentenced_v1() WHERE benefit_id = %s", benefit.pk)
    assert until == [202606]


def test_a_trace_of_life_under_any_number_and_any_name_of_somebody_is_theirs() -> None:
    benefit = people.pensioner()
    person, before, old = benefit.person, benefit.person.name, str(benefit.person.id_number)
    first17 = f"{old[:14]}{(int(old[14:17]) + 500) % 1000:03d}"
    new = first17 + citizen_check_character(first17)
    people.done("CHG-004", city.key_change_form(person, change_item="01", old_value=before, new_value="更名后"), city.KEY_MATERIALS)
    person.refresh_from_db()
    people.done("CHG-004", city.key_change_form(person, change_item="02", new_value=new), city.KEY_MATERIALS)
    matched = took("life_sign", f"证件号码,姓名,发生日期\n{new},{before},2026-11-05\n{old},更名后,2026-11-06\n")
    assert (matched.matched_count, matched.unmatched_count) == (2, 0)
    asked = {"kinds": [int(benefit.kind)], "areas": [benefit.area_id], "since": "2026-11-05"}
    with connection.cursor() as cursor:
        cursor.execute(named_sql("entitlement", "certification")["match"], asked)
        assert (person.pk, dt.date(2026, 11, 6)) in cursor.fetchall()
        cursor.execute("SELECT kind, on_day FROM exchange_life_after_v1(%s, '2026-09-01', NULL)", [person.pk])
        assert ("seen", dt.date(2026, 11, 6)) in cursor.fetchall()


def took(kind: str, text: str) -> InboundFile:
    """A file of records, taken in."""
    sender = kind_of(kind).sender
    return import_records(
        RECORD_FILES[kind],
        content=text.encode(),
        file_name=f"{kind}.csv",
        partner=city.partner(sender, sender),
        user=city.user("head"),
        today=city.TODAY,
    )


@pytest.mark.parametrize("written", ["{0} {1}", "\u202a{0}{1}\u202c", "\uff10{0}{1}", "'{0}{1}", "{0}\u3000{1}"])
def test_a_number_is_found_however_it_is_typed_or_pasted(written: str) -> None:
    person = city.next_person()
    number = str(person.id_number)
    text = written.replace("\uff10{0}", "".join(chr(ord(c) + 0xFEE0) for c in number[:6])).format(number[:6], number[6:])
    page = text_of(signed_in().post("/search/results/", {"q": text}, headers=PART))
    assert person.person_no in page


LISTS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "kinds" / "lists-f21-to-f40.yaml").read_text(encoding="utf-8")
)


def _unit() -> tuple[UnitLogin, Client, Mapping[str, str]]:
    """A unit that has six people of the last century registered, who are not yet insured; its browser, and what stands for their numbers and names."""

    def make() -> tuple[UnitLogin, Client, Mapping[str, str]]:
        login, found = company(14)
        seekers = [s for s in found if s.id_number[6:8] == "19" and len(s.name) > 1][:6]
        words: dict[str, str] = {}
        for k, s in enumerate(seekers, start=1):
            number = s.id_number
            citizen = read_citizen_number(number)
            assert citizen is not None
            words |= {
                f"S{k}": number, f"M{k}": s.name, f"T{k}": number[:6] + number[8:17], f"B{k}": citizen.born_on.isoformat(),
                f"S{k}w": "".join(chr(ord(c) + 0xFEE0) for c in number), f"S{k}s": f"{number[:6]} {number[6:14]} {number[14:]}",
                f"M{k}s": " ".join(s.name),
            }  # fmt: skip
        first = read_citizen_number(seekers[0].id_number)
        assert first is not None
        return login, unit_signed_in(login), words | {"G2": "女" if first.gender == "1" else "男"}

    return city.of_city("unit of the kinds", make)


def test_a_foreigner_in_a_list_is_taken_under_the_number_of_the_permit() -> None:
    login, client, _ = _unit()
    number = "DEU110199001010"
    told = f"证件号码,姓名,统一社会信用代码,备案日期\n{number},HANS MÜLLER,{login.employer.credit_code},2026-11-02\n"
    assert took("employment_registration", told).matched_count == 1
    heads = "社会保障号码,姓名,性别,出生日期,户口性质,移动电话,个人参保日期,申报工资\n"
    rows = f"{heads}{number.lower()},Hans Müller,男,1990-01-01,本地城镇,13812345678,2026-11-10,9000\n".upper()
    with transaction.atomic():
        answer = client.post("/unit/apply/lists/REG-004/", {"file": SimpleUploadedFile("名单.csv", rows.encode())})
        assert answer.status_code == 302, text_of(answer)
        (row,) = ApplicationList.objects.latest("pk").rows
        transaction.set_rollback(True)
    assert (row["state"], row["sentences"], row["values"]["id_type"]) == ("good", [], "07")


@pytest.mark.parametrize("door", ["portal", "counter"])
@pytest.mark.parametrize("one", LISTS, ids=lambda one: f"{one['kind']}-{one['name']}")
def test_a_list_of_a_kind_is_answered_rightly_at_both_doors(one: dict[str, Any], door: str) -> None:
    login, client, words = _unit()
    url = "/unit/apply/lists/REG-004/"
    if door == "counter":
        client, url = signed_in("teller"), f"/counter/lists/{login.employer.unit_no}/REG-004/"
    with transaction.atomic():
        answer = client.post(url, {"file": SimpleUploadedFile(one["name"], content_of(one, words))})
        assert answer.status_code == 302, text_of(answer)
        kept = ApplicationList.objects.latest("pk")
        page = text_of(client.get(answer["Location"]))
        transaction.set_rollback(True)
    assert [row for row in kept.rows if row["sentences"] and in_one(row["sentences"]) not in page] == []
    said = [(row["row_no"], in_one(row["sentences"])) for row in kept.rows if row["sentences"]]
    told = [[at, next((a for n, a in one["said"] if n == at and _says(s, a)), s)] for at, s in said]
    states = [sum(row["state"] == word for row in kept.rows) for word in ("good", "bad", "aside")]
    assert (states, told) == (one["states"], one["said"])


def test_every_kind_has_two_inputs_of_our_own() -> None:
    """What is more than one file or list stands in `test_kinds_beyond_files`, by kind in the names of its tests."""
    own = Counter(one["kind"] for one in (*INPUTS, *LISTS, *BASES))
    for name, test in vars(test_kinds_beyond_files).items():
        if name.startswith("test_f"):
            given = [mark.args[1] for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
            own[name[5:8].upper()] += len(given[0]) if given else 1
    assert {kind: own[kind] for kind in KINDS if own[kind] < 2} == {}


BASES: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "kinds" / "bases-f21-to-f40.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("door", ["portal", "counter"])
@pytest.mark.parametrize("one", BASES, ids=lambda one: f"{one['kind']}-{one['name']}")
def test_a_list_of_bases_of_a_kind_is_answered_rightly_at_both_doors(one: dict[str, Any], door: str) -> None:
    employer, staff = city.of_city("staff of the kinds", large_unit)
    born_before = [p for p in staff if str(p.id_number)[6:8] == "19"]
    words = {
        word: value
        for k, p in enumerate(born_before[:4], start=1)
        for word, value in (
            (f"S{k}", str(p.id_number)),
            (f"M{k}", p.name),
            (f"T{k}", str(p.id_number)[:6] + str(p.id_number)[8:17]),
        )
    }
    content = content_of(one, words)
    client, url = declared_at(door, employer)
    page = text_of(client.post(f"{url}list/", {"file": SimpleUploadedFile(one["name"], content)}))
    rows = Draft.objects.get(token=url.rstrip("/").rsplit("/", 1)[-1]).form.get("base_rows", [])
    found = [v for v in judge(rows=read_wage_list(content, one["name"]), employer=employer, year=2026) if v.state == "bad"]
    assert [v.sentence for v in found if v.sentence not in page] == []
    told = [[v.row_no, next((a for n, a in one["said"] if n == v.row_no and _says(v.sentence, a)), v.sentence)] for v in found]
    assert ([len(rows), sum(parse_yuan(row["declared_wage"]) for row in rows)], told) == (one["kept"], one["said"])
