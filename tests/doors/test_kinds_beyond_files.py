"""Kinds F21 to F40 where they are more than one file: two keys of a row, two days, two at once, a text with our number, messages, commands.

The answers of single files stand in `kinds/`; here is what has to be looked up behind the door.
"""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from tests import city, money
from tests.api.test_api import call
from tests.api.test_problems import assert_problem, token_of
from tests.entitlement import people
from tests.exchange.test_live import partner_saying
from tests.payment.test_bank_results import number, payments, report, took
from tests.portal.test_lists import company, judged, row_of, states, workbook
from tests.texts import code_sent
from yigui.applying.lists import accept_list
from yigui.casework.accept_case import accept_case
from yigui.casework.errors import CaseRefused
from yigui.casework.models import Case
from yigui.common.errors import YiguiError
from yigui.common.money import plain_fen
from yigui.config.cli import main
from yigui.exchange.import_records import DEATHS, import_records
from yigui.exchange.import_registrations import RECORD_FILES
from yigui.exchange.live import live_death
from yigui.exchange.models import DeathRecord, InboundFile
from yigui.payment.queries import last_word
from yigui.payment.reason_codes import reason_in_words
from yigui.portal.applying import door_at
from yigui.receipts.files import import_receipts
from yigui.receipts.models import Receipt

ACCOUNT = "9558800000000001"


def credited(*rows: dict[str, Any], partner: str = "tax") -> list[tuple[int | None, int | None, str]]:
    """Whose each row's money is taken for (employer, person), and what is doubtful of it."""
    file = money.receive(*rows, partner=partner).file
    assert file is not None
    return [(r.employer_id, r.person_id, r.doubt) for r in Receipt.objects.filter(file=file).order_by("seq")]


def two_units() -> tuple[Any, Any]:
    money.levied()
    one = city.next_employee().employer
    while True:
        other = city.next_employee().employer
        if other.pk != one.pk and money.bills(one) and money.bills(other):
            return one, other


@pytest.mark.parametrize("partner", ["tax", "bank"])
def test_f27_keys_that_lead_to_different_payers_lead_to_nobody(partner: str) -> None:
    one, other = two_units()
    person, stranger = city.next_person(), city.next_person()
    while not money.bills(person=person):
        person = city.next_person()
    bill, bill_of = money.bills(one)[0].bill, money.bills(person=person)[0].bill
    order = money.ordered([(bill, 1_00)], one)
    found = credited(
        money.row(1_01, AAZ288=bill.id, AAB001=other.unit_no),
        money.row(1_02, 缴费码=order.code, AAB001=other.unit_no),
        money.row(1_03, AAZ288=bill_of.id, AAC002=stranger.id_number),
        money.row(1_04, AAC002=person.id_number, AAB004=stranger.name),
        money.row(1_05, AAC002=person.id_number, AAB004=f"{person.name[0]} {person.name[1:]}"),
        money.row(1_06, AAB001=f" {one.unit_no} "),
        partner=partner,
    )  # fmt: skip
    assert [(who, whom) for who, whom, _ in found[:4]] == [(None, None)] * 4
    assert all(doubt for _, _, doubt in found[:4])
    assert found[4:] == [(None, person.pk, ""), (one.pk, None, "")]


def test_f27_a_payer_under_a_former_name_is_the_person_of_the_number() -> None:
    person = city.next_person()
    before = person.name
    people.done("CHG-004", city.key_change_form(person, change_item="01", old_value=before, new_value="更名后"), city.KEY_MATERIALS)
    assert credited(money.row(2_01, AAC002=person.id_number, AAB004=before)) == [(None, person.pk, "")]


def statement(reference: str, text: str, fen: int, *, opening: str = "", closing: str = "", day: str = "2026-11-09") -> bytes:
    def balance(kind: str, yuan: str) -> str:
        return (
            f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy='CNY'>{yuan}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
            if yuan
            else ""
        )

    return (
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'><BkToCstmrStmt><Stmt><Id>S</Id><Acct><Id><Othr><Id>"
        f"{ACCOUNT}</Id></Othr></Id></Acct>{balance('PRCD', opening)}{balance('CLBD', closing)}<Ntry><Amt Ccy='CNY'>{fen // 100}.{fen % 100:02d}</Amt>"
        f"<CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef><NtryDtls><TxDtls>"
        f"<RmtInf>{text}</RmtInf></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"
    ).encode()


def taken_in(content: bytes) -> Any:
    return import_receipts(
        content=content, file_name="s.xml", partner="bank", area_code="511102", user=city.user("cashier"), today=city.TODAY
    )


def test_f28_the_closing_balance_of_the_day_before_is_the_opening_and_a_gap_waits() -> None:
    with pytest.raises(YiguiError, match="不等于期末余额"):
        taken_in(statement("F28a", "<Ustrd>x</Ustrd>", 5_00, opening="100.00", closing="999.00"))
    first = taken_in(statement("F28b", "<Ustrd>x</Ustrd>", 5_00, opening="100.00", closing="105.00", day="2026-11-06"))
    assert (first.new_rows, first.waiting) == (1, [])
    gap = taken_in(statement("F28c", "<Ustrd>x</Ustrd>", 5_00, opening="205.00", closing="210.00", day="2026-11-09"))
    assert (gap.new_rows, len(gap.waiting)) == (0, 1)
    on = taken_in(statement("F28d", "<Ustrd>x</Ustrd>", 100_00, opening="105.00", closing="205.00", day="2026-11-07"))
    assert on.new_rows == 1


@pytest.mark.parametrize(
    ("reference", "written"),
    [
        ("F35a", "<Ustrd>缴纳社保费，缴费单号：{wide}</Ustrd>"), ("F35b", "<Ustrd>单号\u200b{plain}\u200b</Ustrd>"),
        ("F35c", "<Strd><CdtrRefInf><Ref> {plain} </Ref></CdtrRefInf></Strd>"), ("F35d", "<Ustrd>NO.{plain}/2026</Ustrd>"),
    ],
)  # fmt: skip
def test_f35_our_number_is_known_in_a_text_however_it_is_written(reference: str, written: str) -> None:
    unit = two_units()[0]
    bill = money.bills(unit)[0].bill
    plain = str(bill.id)
    text = written.format(plain=plain, wide="".join(chr(ord(c) + 0xFEE0) for c in plain))
    taken_in(statement(reference, text, 3_00 + ord(reference[-1])))
    receipt = Receipt.objects.get(reference=reference)
    assert (receipt.employer_id, receipt.bill_id) == (unit.pk, bill.id)


def test_f37_reason_and_day_of_a_result_are_those_of_its_status() -> None:
    one, two = payments(2)
    body = "".join(
        f"<OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>{number(p)}</OrgnlEndToEndId><TxSts>RJCT</TxSts>{info}<OrgnlTxRef>"
        "<ReqdExctnDt><Dt>2026-11-01</Dt></ReqdExctnDt><PmtTpInf><SvcLvl><Cd>URGP</Cd></SvcLvl><CtgyPurp><Cd>SALA</Cd></CtgyPurp></PmtTpInf>"
        "<RmtInf><Ustrd>AM04</Ustrd></RmtInf></OrgnlTxRef></TxInfAndSts></OrgnlPmtInfAndSts>"
        for p, info in (
            (one, ""),
            (
                two,
                "<StsRsnInf><Orgtr><Nm>MS03</Nm></Orgtr><Rsn><Prtry>户名不符</Prtry></Rsn><AddtlInf>请核对</AddtlInf></StsRsnInf>",
            ),
        )
    )
    took(report(body, made="2026-11-10T01:00:00Z"))
    words = [last_word(p.batch_id, p.benefit_id) for p in (one, two)]
    assert [(w.reason, str(w.booked_on)) for w in words if w] == [("", "2026-11-10"), ("户名不符 请核对", "2026-11-10")]


def test_f37_of_a_return_on_a_statement_the_reason_is_its_own_and_the_day_the_booked_one() -> None:
    (sent,) = payments(1)
    content = (
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.054.001.08'><BkToCstmrDbtCdtNtfctn><Ntfctn><Id>F37</Id><Ntry>"
        f"<Amt Ccy='CNY'>{plain_fen(sent.amount_fen)}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
        "<BookgDt><DtTm>2026-11-09T18:30:00Z</DtTm></BookgDt><ValDt><Dt>2026-11-01</Dt></ValDt><NtryDtls><TxDtls><Refs>"
        f"<EndToEndId> {number(sent)} </EndToEndId></Refs><RtrInf><OrgnlBkTxCd><Prtry><Cd>AM04</Cd></Prtry></OrgnlBkTxCd><Rsn><Cd>AC04</Cd></Rsn>"
        "</RtrInf><Purp><Cd>PENS</Cd></Purp></TxDtls></NtryDtls></Ntry></Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"
    )
    assert took(content.encode("utf-16"), "n.xml").returned_count == 1
    word = last_word(sent.batch_id, sent.benefit_id)
    assert word is not None
    assert (word.reason, str(word.booked_on)) == (reason_in_words("AC04"), "2026-11-10")


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"enrol_date": "1926-11-10"}, "1926-11-10"), ({"enrol_date": "2027-11-10"}, "2027-11-10"), ({"enrol_date": "2026-W46-2"}, "日期"),
        ({"declared_wage": "9,999,999,999.99"}, "不可能属实"), ({"declared_wage": "0.01"}, "元"), ({"declared_wage": "12,34"}, "金额"),
        ({"settle_period": "2027-11"}, "2027"),
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("item", ["REG-004", "REG-005"])
def test_f34_days_and_wages_without_sense_are_refused_or_asked_about_in_every_enrolment(
    item: str, changed: dict[str, str], says: str
) -> None:
    form = (
        city.enrolment_form(city.next_seeker(), **changed)
        if item == "REG-004"
        else city.resume_form(city.next_stopped(), **changed)
    )
    with pytest.raises(YiguiError) as refused:
        accept_case(city.application(item, form))
    told = str([refused.value.message, getattr(refused.value, "fields", ""), getattr(refused.value, "findings", "")])
    assert says in told


def test_f34_a_child_with_a_permit_is_no_employee() -> None:
    seeker = city.next_seeker()
    number = "CHN110115010130"
    registered = f"证件号码,姓名,统一社会信用代码,备案日期\n{number},LI MING,{seeker.credit_code},2026-11-02\n"
    import_records(
        RECORD_FILES["employment_registration"], content=registered.encode(), file_name="r.csv", partner=city.sender_of("employment_registration"),
        user=city.user("head"), today=city.TODAY,
    )  # fmt: skip
    form = city.enrolment_form(seeker, id_type="07", id_number=number, person_name="LI MING", gender="1", birth_date="2015-01-01")
    with pytest.raises(CaseRefused) as refused:
        accept_case(city.application("REG-004", form, confirmed=("identity_unshared",)))
    assert "working_age" in {f.check for f in refused.value.findings}


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What each of some deeds gave that were begun together: its value, or its refusal."""
    said: list[Any] = [None] * len(deeds)
    gate = threading.Barrier(len(deeds))

    def run(place: int) -> None:
        try:
            gate.wait(10)
            said[place] = deeds[place]()
        except Exception as error:
            said[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(k,)) for k in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return said


def test_f29_the_same_file_of_deaths_twice_at_once_and_two_files_with_the_same_death() -> None:
    partner, person = city.partner("civil_affairs", "民政"), city.next_person()
    content = f"证件号码,姓名,死亡日期\n{person.id_number},{person.name},2026-11-03\n".encode()

    def take(more: bytes = b"") -> Callable[[], InboundFile]:
        return lambda: import_records(
            DEATHS, content=content + more, file_name="d.csv", partner=partner, user=city.user("head"), today=city.TODAY
        )

    said = at_once(take(), take(), take(b"\n"))
    files = [one for one in said if isinstance(one, InboundFile)]
    refused = [one for one in said if not isinstance(one, InboundFile)]
    assert (len(files), len(refused)) == (2, 1), said
    assert "本次未做任何改动" in str(refused[0])
    assert (sum(f.matched_count for f in files), sum(f.known_count for f in files)) == (1, 1)
    assert DeathRecord.objects.filter(id_number=person.id_number).count() == 1


def test_f29_a_list_handed_in_twice_at_once_accepts_everybody_once() -> None:
    login, seekers = company(2)
    kept = judged(login, workbook([row_of(s) for s in seekers]))

    def hand_in() -> Any:
        return accept_list(door_at("portal", login), type(kept).objects.get(pk=kept.pk), confirmed=(), today=city.TODAY)

    said = at_once(hand_in, hand_in)
    assert Case.objects.filter(person__id_number__in=[s.id_number for s in seekers], item_code="REG-004").count() == 2
    kept.refresh_from_db()
    assert states(kept) == {"done": 2}, said


def test_f38_a_reference_of_a_payment_belongs_to_its_content_and_an_order_is_known_however_it_is_typed() -> None:
    unit = two_units()[0]
    bill = money.bills(unit)[1].bill
    order = money.ordered([(bill, 7_00)], unit)
    body = {"reference": "F38-PAY-1", "amount": "7.00", "paid_on": "2026-11-09", "area": "511102"}
    token = token_of("bank")
    first = call("POST", f"/payments/{order.code.lower()}", body, token=token)
    assert (first.status_code, first.json()["is_new"]) == (200, True), first.content
    assert call("POST", f"/payments/{order.code}", body, token=token).json()["is_new"] is False
    for changed in ({"amount": "7000.00"}, {"paid_on": "2026-11-08"}):
        said = assert_problem(call("POST", f"/payments/{order.code}", body | changed, token=token), 409)
        assert "另一份缴费结果" in said["detail"]


@pytest.mark.parametrize("day", [20261109, 1762646400, "1762646400", "2026-W46-1", "9.11.2026", "", None])
def test_f38_what_is_no_day_is_said_in_our_words(day: Any) -> None:
    body = {"reference": "F38-PAY-2", "amount": "7.00", "paid_on": day, "area": "511102"}
    said = assert_problem(call("POST", "/payments/JF0000000000000000", body, token=token_of("bank")), 422)
    assert [(f["where"], f["what"][:4]) for f in said["data"]["faults"]] == [("body.body.paid_on", "应为日期")]


def test_f38_a_message_of_a_department_is_known_by_its_content_too() -> None:
    person, token = city.next_person(), token_of("civil_affairs")
    content = {"AAC002": person.id_number, "AAC003": person.name, "AIC037": "2026-11-01"}
    first = call("POST", "/messages", {"id": "F38-MSG-0001", "kind": "death", "content": content}, token=token)
    assert first.status_code == 200, first.content
    other = {"id": "F38-MSG-0001", "kind": "death", "content": content | {"AIC037": "2026-11-02"}}
    assert "已用于另一份内容" in assert_problem(call("POST", "/messages", other, token=token), 409)["detail"]
    wide = {"id": "F38-MSG-0002", "kind": "death", "content": content | {"AAC003": f" {person.name}\u200b", "AIC037": "2026/11/1"}}
    assert call("POST", "/messages", wide, token=token).json()["known"] is True


@pytest.mark.parametrize(
    "command", [["results", "--user", "cashier"], ["import-records", "death", "--partner", "civil_affairs", "--user", "head"]]
)
def test_f40_a_file_that_is_none_is_said_in_a_sentence(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    city.partner("civil_affairs", "民政")
    with pytest.raises(SystemExit) as ended:
        main([*command, str(tmp_path), "--write"])
    said = capsys.readouterr()
    assert ended.value.code == 1
    assert (said.err.count("\n"), "是文件夹" in said.err) == (1, True), said.err


def test_f40_a_command_whose_reader_has_gone_acts_all_the_same(tmp_path: Path) -> None:
    city.partner("civil_affairs", "民政")
    person, path = city.next_person(), tmp_path / "d.csv"
    rows = "".join(f"X{k},张三,2026-10-01\n" for k in range(4000))
    path.write_text(f"证件号码,姓名,死亡日期\n{person.id_number},{person.name},2026-11-04\n{rows}", encoding="utf-8")
    program = [
        sys.executable, "-m", "yigui", "import-records", "death", str(path), "--partner", "civil_affairs", "--user", "head", "--write",
    ]  # fmt: skip
    running = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert running.stdout is not None
    running.stdout.readline()
    running.stdout.close()
    assert running.stderr is not None
    assert "Traceback" not in running.stderr.read()
    assert running.wait(60) == 141
    assert DeathRecord.objects.filter(id_number=person.id_number).exists()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"AAC003": " 张\u200b 三 ", "AIC037": "2026/11/1"}, ("张三", "2026-11-01")),
        ({"AAC003": "阿依·古丽".replace("·", "．"), "AIC037": "2026-10-31T16:30:00Z"}, ("阿依·古丽", "2026-11-01")),
        ({"AAC003": "张三", "AIC037": "2026-W44-7"}, None), ({"AAC003": "张三", "AIC037": "2026-11"}, None),
        ({"AAC003": "张三", "AIC037": "2027-01-01"}, None), ({"AAC003": "三" * 61, "AIC037": "2026-11-01"}, None),
    ],
    ids=str,
)  # fmt: skip
def test_f21_what_a_department_answers_is_read_like_a_file_and_never_taken_for_nothing(
    said: dict[str, str], kept: tuple[str, str] | None
) -> None:
    number = city.next_seeker().id_number
    with partner_saying("civil_affairs", lambda path, content: {"found": True, "data": said}):
        found, reply = live_death(number, may_ask=True)
    assert (None if found is None else (found.name, str(found.died_on))) == kept
    assert reply.answer is not None
    assert reply.answer.outcome == ("found" if kept else "malformed")
    city.partner("civil_affairs", "民政", base_url="", key="")


@pytest.mark.parametrize("name", ["{0} {1}", "\u3000{0}{1}\u200b", "{0}\u00a0{1}"])
def test_f32_somebody_signs_in_on_the_phone_however_number_name_and_code_are_typed(name: str) -> None:
    person = city.next_person()
    number = "".join(chr(ord(c) + 0xFEE0) for c in str(person.id_number))
    given = {"id_number": f" {number[:6]} {number[6:]} ", "name": name.format(person.name[0], person.name[1:])}
    client = Client()
    assert client.post("/m/sign-in/", given).status_code == 200
    code = code_sent()
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    assert client.post("/m/sign-in/code/", given | {"code": f"{wide[:3]} {wide[3:]}"}).status_code == 302
    assert client.get("/m/").status_code == 200
