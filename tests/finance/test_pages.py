"""The finance desk over HTTP: who may do what, bad input keeps the page, commands and interface do the same as the pages."""

import datetime as dt
import io
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections, transaction
from django.test import Client

from tests import city, money
from tests.entitlement.people import done
from tests.items import money_forms as forms
from tests.pages import signed_in
from yigui.catalogue.declarations import catalogue
from yigui.charges.unit_bill import unit_bill
from yigui.common.digests import sm3
from yigui.common.errors import YiguiError
from yigui.common.money import plain_fen
from yigui.config.money_commands import MONEY_COMMANDS
from yigui.exchange.models import ApiToken
from yigui.identity.proof import keep_partner
from yigui.items.prefill import initial_values
from yigui.ledger import posting
from yigui.ledger.models import Voucher
from yigui.receipts.models import Receipt, ReceiptFile
from yigui.receipts.not_booked import not_booked
from yigui.receipts.reconcile import reconcile
from yigui.registry.queries import areas_under
from yigui.runs.jobs import prepare_for
from yigui.runs.kinds import run_kinds
from yigui.runs.models import Batch, Run
from yigui.staff.models import DataExport

ROOT = Path(__file__).resolve().parents[2]


PAGES = (
    "",
    "batches/",
    "receipts/",
    "suspense/",
    "refunds/",
    "vouchers/",
    "ledger/",
    "ledger/1005/",
    "reconciliation/",
    "settlement/",
)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("query", ["", "?area=511102&fund=injury&period=2026-11", "?area=x&fund=y&period=z"])
def test_pages_open_with_any_choice(path: str, query: str) -> None:
    answer = signed_in("accountant").get(f"/finance/{path}{query}")
    assert answer.status_code == 200
    # The vouchers are a list like all others: what it does not know is named there (tests/shell/test_lists.py).
    if "fund=y" in query and path != "vouchers/":
        assert "已显示" in answer.content.decode()


def test_only_cashier_and_accountant_import_and_only_once() -> None:
    content = money.csv_file([money.row(1_23, AAB004="页面测试")])

    def send(username: str) -> str:
        upload = SimpleUploadedFile("到账.csv", content)
        answer = signed_in(username).post("/finance/receipts/", {"partner": "tax", "area": "511102", "file": upload}, follow=True)
        return answer.content.decode()

    assert "由出纳或会计办理" in send("auditor")
    assert "入账 1 笔" in send("cashier")
    assert "未做任何改动" in send("cashier")
    file = ReceiptFile.objects.latest("id")
    page = signed_in("accountant").get(f"/finance/receipts/{file.pk}/").content.decode()
    assert "页面测试" in page
    voucher = Voucher.objects.get(source_kind="receipt_file", source_id=file.pk)
    assert "2001.01" in signed_in("accountant").get(f"/finance/vouchers/{voucher.pk}/").content.decode()


@contextmanager
def before_there_were_batches(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The posting rules of November 2026, by which refunds are paid in batches, are not in force yet: for the program and for the database."""
    rule_of, first, later = posting.rule_of, dt.date(2026, 11, 1), dt.date(2099, 11, 1)

    def move(of: dt.date, to: dt.date) -> None:
        with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("UPDATE ledger_rule SET version = %s WHERE version = %s", [to, of])
            assert cursor.rowcount

    move(first, later)
    try:
        with monkeypatch.context() as patch:
            patch.setattr(posting, "rule_of", lambda event, on: rule_of(event, min(on, first - dt.timedelta(days=1))))
            yield
    finally:
        move(later, first)


def test_refunds_stand_on_their_page_and_old_ones_in_the_cashiers_list(monkeypatch: pytest.MonkeyPatch) -> None:
    materials = ("application_form", "refund_statement", "payment_receipt", "bank_card")
    person, fen = forms.paid_flexible()
    # Decided under the rules of before: booked as paid, and transferred from the list.
    with before_there_were_batches(monkeypatch):
        case = done("LVY-011", forms.refund_form(person, fen), materials)
    fresh_person, fresh_fen = forms.paid_flexible()
    fresh = done("LVY-011", forms.refund_form(fresh_person, fresh_fen), materials)
    query = f"?area={case.area_id}&period=2026-11"
    page = signed_in("accountant").get(f"/finance/refunds/{query}").content.decode()
    assert case.case_no in page
    assert "6222123456789012" in page
    assert "按清单付款" in page
    owed = signed_in("accountant").get(f"/finance/refunds/?area={fresh.area_id}&period=2026-11").content.decode()
    assert fresh.case_no in owed
    assert "改付" in owed
    assert "改付" not in signed_in("cashier").get(f"/finance/refunds/?area={fresh.area_id}&period=2026-11").content.decode()
    assert "6222123456789012" not in signed_in("auditor").get(f"/finance/refunds/{query}").content.decode()
    assert signed_in("auditor").post(f"/finance/refunds/list/{query}").status_code == 403
    cashier = signed_in("cashier")
    assert cashier.post(f"/finance/refunds/list/{query}")["Location"] == "/exports/"
    number = DataExport.objects.latest("id").pk
    book = openpyxl.load_workbook(io.BytesIO(cashier.post(f"/exports/{number}/").content))
    assert f"导出编号 {number}" in str(book.worksheets[0]["A1"].value)
    rows = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(min_row=2)]
    assert [row[3:6] for row in rows if row[1] == case.case_no] == [[person.name, "6222123456789012", plain_fen(fen)]]
    assert not [row for row in rows if row[1] == fresh.case_no]
    assert case.case_no not in signed_in("accountant").get("/finance/refunds/?period=2026-10").content.decode()
    other = "511181" if case.area_id != "511181" else "511102"
    assert case.case_no not in signed_in("accountant").get(f"/finance/refunds/?area={other}").content.decode()


def test_a_receipt_is_recognised_once_with_its_reason() -> None:
    done = money.receive(money.row(9_99, AAB004="待认领"))
    receipt = Receipt.objects.get(file=done.file)
    unit = city.next_employee().employer
    client = signed_in("cashier")
    url = f"/finance/suspense/{receipt.pk}/claim/"
    assert "依据" in client.post(url, {"unit_no": unit.unit_no, "reason": ""}, follow=True).content.decode()
    assert "未查询到单位编号" in client.post(url, {"unit_no": "0", "reason": "汇款凭证"}, follow=True).content.decode()
    given = {"unit_no": unit.unit_no, "reason": "汇款凭证", "ground": "付款人为其代缴，已核对委托书", "shown": str(unit.pk)}
    assert "已认领为" in client.post(url, given, follow=True).content.decode()
    assert "已被认领" in client.post(url, given, follow=True).content.decode()


@pytest.mark.parametrize(
    ("kind", "area", "period", "says"),
    [
        ("levy", "511102", 202412, "参数“缴费比例”"),
        ("interest", "511100", 202611, "记账利率"),
        ("close", "511100", 202607, "已完成"),
    ],
)
def test_a_page_that_waits_for_a_preparation_gets_its_end_or_its_refusal(kind: str, area: str, period: int, says: str) -> None:
    client = signed_in("accountant")
    newest = Run.objects.order_by("-id").first()
    page = f"/finance/batches/progress/?after={newest.pk if newest else 0}"
    assert "等待后台开始生成" in client.get(page).content.decode()
    with suppress(YiguiError):
        prepare_for(kind, area, period, city.user("accountant").pk)
    assert says in client.get(page).content.decode()


def test_only_certain_posts_execute() -> None:
    batch = money.plan(202604, "511102")
    answer = signed_in("auditor").post(f"/finance/batches/{batch.pk}/execute/", follow=True)
    # Who only looks is refused at the door.
    assert answer.status_code == 403
    code, text = run("levy", "execute", "--batch", str(batch.pk), "--user", "teller", "--write")
    assert (code, "不能执行或作废批次" in text) == (1, True)
    assert (
        "已作废"
        in signed_in("head")
        .post(f"/finance/batches/{batch.pk}/void/", {"reason": "试验结束，不再需要"}, follow=True)
        .content.decode()
    )


def test_an_enquiry_is_not_narrowed_by_prefilling() -> None:
    person = city.next_person()
    item = catalogue().item("ENQ-003", city.TODAY)
    values = initial_values(item, channel="counter", today=city.TODAY, person=person, employer=None)
    assert not {"start_month", "end_month"} & set(values)


def test_reconciliation_agrees() -> None:
    money.levied()
    money.receive(money.row(4_56, AAB004="对账"))
    areas = ["511100", *money.levied().areas]
    found = reconcile(areas=areas, period=202611)
    assert found.received_fen == found.booked_fen > 0
    # Lines of other tests may wait or be rejected; nothing else may part bank and books.
    assert found.agrees == (found.outside_fen == 0 and not found.rejected), found.todos
    assert found.outside_fen == sum(row.amount_fen for row in not_booked(areas, dt.date(2026, 12, 1)) if row.counts)


def run(*arguments: str) -> tuple[int, str]:
    """A command in a process of its own."""
    import os

    process = subprocess.run(
        [sys.executable, "-c", "from yigui.config.cli import main; main()", *arguments], capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    return process.returncode, process.stdout + process.stderr


def test_commands_are_dry_unless_told_to_write(tmp_path: Path) -> None:
    asked_for = {kind.code for kind in run_kinds() if kind.is_asked_for}
    assert {"levy", "pay", "adjust", "recalculate", "certify", "transfer", "close", "interest"} <= asked_for
    assert set(MONEY_COMMANDS) == {"receipts", "reconcile", "results"}
    code, text = run("levy", "plan", "--area", "511102", "--period", "202605", "--user", "head")
    assert (code, "已作废" in text) == (0, True), text
    assert not Batch.objects.filter(kind="levy", period=202605, status="prepared").exists()
    code, text = run("levy", "plan", "--area", "511102", "--period", "202605", "--user", "head", "--write")
    batch = Batch.objects.get(kind="levy", period=202605, status="prepared")
    code, text = run("levy", "execute", "--batch", str(batch.pk), "--user", "head", "--write")
    assert (code, "须先审批" in text) == (1, True)
    code, text = run("levy", "approve", "--batch", str(batch.pk), "--user", "director")
    assert "试运行" in text
    code, text = run("levy", "approve", "--batch", str(batch.pk), "--user", "director", "--write")
    assert (code, "须书面说明" in text) == (1, True)
    answers = [f"--answer={check_id}={text}" for check_id, text in money.answers(batch).items()]
    assert run("levy", "approve", "--batch", str(batch.pk), "--user", "director", "--write", *answers)[0] == 0
    assert run("levy", "execute", "--batch", str(batch.pk), "--user", "head", "--write")[0] == 0
    assert Batch.objects.get(pk=batch.pk).status == "executed"
    path = tmp_path / "f.csv"
    path.write_bytes(money.csv_file([money.row(7_77, AAB004="命令"), money.row(0)]))
    arguments = ("receipts", "import", str(path), "--partner", "tax", "--area", "511102", "--user", "cashier")
    code, text = run(*arguments)
    assert (code, "试运行" in text, "没有可入账的金额" in text) == (1, True, True)
    assert not Receipt.objects.filter(payer_name="命令").exists()
    run(*arguments, "--write")
    assert Receipt.objects.filter(payer_name="命令").count() == 1
    agrees = reconcile(areas=areas_under("511100"), period=202611).agrees
    assert run("reconcile", "--area", "511100", "--period", "202611")[0] == (0 if agrees else 1)
    assert run("levy", "plan", "--area", "999999", "--period", "202605", "--user", "head")[0] == 1
    assert run("interest", "plan", "--area", "511100", "--period", "2026", "--user", "accountant")[0] == 1


def token(partner: str) -> dict[str, str]:
    secret = f"secret-{partner}-{money.reference()}"
    ApiToken.objects.using("owner").create(
        partner=city.partner(partner, partner),
        digest=sm3(secret),
        user=city.user("teller"),
        channel="bank_outlet",
        outlet_class="A",
    )
    keep_partner(city.user("teller").pk, secret, using="super")
    return {"HTTP_AUTHORIZATION": f"Bearer {secret}"}


def test_the_interface_takes_receipts_and_gives_the_plan() -> None:
    money.levied()
    client, tax = Client(), token("tax")
    unit = city.next_employee().employer
    left = sum(s.left_fen for s in money.bills(unit))
    body = {
        "area": "511102",
        "message": money.reference(),
        "rows": [{k: str(v) for k, v in money.row(max(left, 1), AAB001=unit.unit_no).items()}],
    }
    answer = client.post("/api/receipts", body, content_type="application/json", **tax)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["new_rows"]) == (200, 1), answer.content
    again = client.post("/api/receipts", body, content_type="application/json", **tax)  # type: ignore[arg-type]
    assert (again.status_code, again.json()) == (200, answer.json())
    plan = client.get("/api/levy/plan?period=202610&area=511100", **tax).json()  # type: ignore[arg-type]
    assert plan["rows"]
    other = client.get("/api/levy/plan?period=202610&area=511100", **token("employer-x"))  # type: ignore[arg-type]
    assert other.status_code == 403
    unknown = client.post(
        "/api/payments/JFNONE", {"reference": "abcd", "amount": "1.00", "paid_on": "2026-11-10", "area": "511102"},
        content_type="application/json", **token("bank"),  # type: ignore[arg-type]
    )  # fmt: skip
    assert (unknown.status_code, unknown.json()["code"]) == (409, "contributions.order_refused")


def test_a_unit_gets_one_bill_of_the_month_with_every_insurance_its_rate_and_its_rule() -> None:
    batch = money.levied()
    unit = city.next_employee().employer
    bills = [s for s in money.bills(unit) if s.bill.source_id == batch.pk]
    page = signed_in("teller").get(f"/finance/units/{unit.unit_no}/bills/202610/").content.decode()
    for state in bills:
        assert str(state.bill.id) in page
        assert state.label in page
    found = unit_bill(unit, 202610)
    assert found.total_fen == sum(row.state.bill.total_fen for row in found.rows) >= sum(s.bill.total_fen for s in bills) > 0
    pension = next(row for row in found.rows if row.state.bill.insurance == 110 and row.rate is not None)
    assert (pension.rate.employer, pension.rate.person) == (16, 8)  # type: ignore[union-attr]
    assert "国办发〔2019〕13号（2019-05-01 起）" in page
    assert "2006-01-01 起" in page
    assert signed_in("teller").get("/finance/units/0000/bills/202610/").status_code == 404
