"""Bad files: lists of bases and receipts in wrong shapes; camt.053 whole, cut off, lying, and hostile."""

import io

import openpyxl
import pytest

from tests import city, money
from tests.items.money_forms import employer_with_staff
from yigui.documents.errors import FileRefused
from yigui.exchange.money_formats import formats, read_csv
from yigui.exchange.statements import read_statements
from yigui.ledger.models import BankLine
from yigui.levy.declare import COLUMNS, judge, missing_staff, read_wage_list, template_workbook
from yigui.levy.tax_plan import HEAD, plan_lines, plan_rows
from yigui.receipts.files import Import, import_receipts
from yigui.receipts.models import Receipt
from yigui.registry.models import Employment

HEADS = [column.word for column in COLUMNS]


def excel(*rows: list[object], heads: list[str] | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(heads or HEADS)
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def staff() -> tuple[object, list[Employment]]:
    while True:
        unit = employer_with_staff()
        rows = list(Employment.objects.filter(employer=unit, end_period=None).select_related("person"))
        if len(rows) >= 3:
            return unit, rows


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (excel(heads=["号码", "名字", "钱"]), "缺少列"),
        (excel(), "没有数据行"),
        (b"PK\x03\x04 not a workbook", "不是可读取的 Excel"),
        (b"\x00\x01\x02\x00", "不是 Excel 工作簿"),
        ("社会保障号码,姓名\n1,2\n".encode(), "缺少列：申报工资"),
        (b"", "空文件（0 字节）"),
    ],
)
def test_a_list_that_cannot_be_read_says_why(content: bytes, says: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read_wage_list(content, "名册")
    assert says in refused.value.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_both_encodings_and_both_kinds_of_heads_are_read(encoding: str) -> None:
    unit, rows = staff()
    text = "AAC002,AAC003,AAC040\n" + "".join(f"{e.person.id_number},{e.person.name},6000\n" for e in rows)
    verdicts = judge(rows=read_wage_list(text.encode(encoding), "名册.csv"), employer=unit, year=2026)  # type: ignore[arg-type]
    assert [v.state for v in verdicts] == ["good"] * len(rows)
    assert missing_staff(verdicts, employer=unit, year=2026) == []  # type: ignore[arg-type]


def test_every_row_has_its_verdict_and_good_rows_go_on() -> None:
    unit, rows = staff()
    one, two, three = (e.person for e in rows[:3])
    stranger = city.next_person()
    content = excel(
        [one.id_number, one.name, 6000.5], [one.id_number, one.name, 7000], [two.id_number, "某某某", 6000], [two.id_number, two.name, "=1+1"],
        [stranger.id_number, stranger.name, 6000], ["123", "甲", 6000], [None, None, None], ["", "乙", 6000], [three.id_number, three.name, None],
    )  # fmt: skip
    verdicts = judge(rows=read_wage_list(content, "名册.xlsx"), employer=unit, year=2026)  # type: ignore[arg-type]
    said = {v.row_no: (v.state, v.sentence) for v in verdicts}
    assert said[2] == ("bad", "与第 3 行为同一人而内容不同，请只保留正确的一行")
    words = {3: "同一人", 4: "姓名与参保登记不一致", 5: "公式", 6: "不是", 7: "校验未通过", 9: "为空", 10: "申报工资为空"}
    assert {n: word in said[n][1] for n, word in words.items()} == dict.fromkeys(words, True), said
    assert [p.person.id_number for p in missing_staff([verdicts[0]], employer=unit, year=2026)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wage", "state", "base"),
    [("4587.99", "capped", 4588_00), ("4588", "good", 4588_00), ("22938", "good", 22938_00), ("22938.01", "capped", 22938_00),
     ("0", "bad", 0), ("-1", "bad", 0), ("六千", "bad", 0), ("6000.123", "good", 6000_12), ("12,34", "bad", 0), ("6,000.10", "good", 6000_10)],
)  # fmt: skip
def test_wages_at_the_bounds(wage: str, state: str, base: int) -> None:
    unit, rows = staff()
    row = {"id_number": rows[0].person.id_number, "person_name": rows[0].person.name, "declared_wage": wage}
    verdict = judge(rows=[row], employer=unit, year=2026)[0]  # type: ignore[arg-type]
    assert (verdict.state, verdict.base_fen) == (state, base)


def test_the_template_is_what_the_reader_wants() -> None:
    with pytest.raises(FileRefused, match="没有数据行"):
        read_wage_list(template_workbook(), "模板.xlsx")


CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>S{number}</Id>
<Acct><Id><Othr><Id>9558800000000002</Id></Othr></Id></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{closing}</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-09</Dt></BookgDt><AcctSvcrRef>C{number}</AcctSvcrRef>
<NtryDtls><TxDtls><Refs><EndToEndId>{bill}</EndToEndId></Refs><RltdPties><Dbtr><Pty><Nm>某单位</Nm></Pty></Dbtr></RltdPties>
<RmtInf><Ustrd>社保费</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="CNY">25.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-11-09</Dt></BookgDt><AcctSvcrRef>D{number}</AcctSvcrRef></Ntry>
</Stmt></BkToCstmrStmt></Document>"""


def camt(amount: str = "500.00", closing: str = "1475.00", currency: str = "CNY", bill: str = "NOTPROVIDED") -> bytes:
    return CAMT.format(amount=amount, closing=closing, currency=currency, bill=bill, number=money.reference()).encode()


def test_a_bank_statement_is_taken_in_and_its_debits_go_to_the_work_list() -> None:
    money.levied()
    unit = employer_with_staff()
    state = money.bills(unit)[0]
    total = state.left_fen / 100
    content = camt(f"{total:.2f}", f"{1000 + total - 25:.2f}", bill=str(state.bill.id))
    done = import_receipts(
        content=content, file_name="camt.xml", partner="bank", area_code="511102", user=city.user("cashier"), today=city.TODAY
    )
    assert done.settlement is not None
    assert done.settlement.passes == {"reference": 1}
    assert BankLine.objects.filter(file_id=done.file.pk if done.file else 0, amount_fen=-25_00).count() == 1
    money.assert_agree()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (camt(closing="1475.01"), "不等于期末余额"),
        (camt()[:600], "个字符为止），可能传输中断"),
        (b"<html></html>", "实为网页（HTML）"),
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>', "不允许的 XML 结构"),
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>', "不允许的 XML 结构"),
    ],
)
def test_a_statement_that_is_wrong_is_refused_with_its_reason(content: bytes, says: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read_statements(content, "camt.xml")
    assert says in refused.value.message


def test_receipt_files_in_wrong_shapes() -> None:
    form = formats()["tax"]
    with pytest.raises(FileRefused, match="缺少列"):
        list(read_csv(b"a,b\n1,2\n", "x.csv", form))
    with pytest.raises(FileRefused, match="可识别的文本文件"):
        list(read_csv(b"\x00\x01\x02", "x.csv", form))
    with pytest.raises(FileRefused, match="没有协作单位"):
        import_receipts(
            content=b"", file_name="x", partner="nobody", area_code="511102", user=city.user("cashier"), today=city.TODAY
        )
    with pytest.raises(FileRefused, match="没有区划代码"):
        import_receipts(content=b"", file_name="x", partner="tax", area_code="000000", user=city.user("cashier"), today=city.TODAY)


def test_the_plan_goes_out_in_the_partners_own_codes_and_adds_up() -> None:
    batch = money.levied()
    rows = list(plan_lines(areas=batch.areas, period=batch.period, form=formats()["tax"]))
    assert all(len(row) == len(HEAD) for row in rows)
    codes = {row[HEAD.index("AAE140")] for row in rows}
    assert codes <= {"10210", "10204", "10205", "10206", "10207"}
    assert codes
    page = plan_rows(areas=batch.areas, period=batch.period, form=formats()["bank"], limit=2)
    assert page[0]["AAZ288"] < page[1]["AAZ288"]
    left = money.one(
        "SELECT sum(b.total_fen - coalesce((SELECT sum(a.amount_fen) FROM contributions_allocation a WHERE a.bill_id = b.id), 0))::bigint "
        "FROM contributions_bill b WHERE b.period = %s AND b.kind <> 9",
        batch.period,
    )
    assert sum(round(float(row[HEAD.index("AAE019")]) * 100) for row in rows) == left


@pytest.mark.parametrize(
    ("above", "is_ours"),
    [
        ("账号：9558800000000001", True), ("账号:,9558 8000 0000 0002", True), ("账号：6222000000000001", False),
        ("本方账号\t9558800000000099", False), ("起始日期：2026-11-01", True),
    ],
)  # fmt: skip
def test_the_account_of_a_letterhead_is_one_of_ours(above: str, is_ours: bool) -> None:
    text = f"某银行账户明细\n{above}\n交易流水号,交易日期,交易金额,付款户名,附言\n{money.reference()},2026-11-09,1.00,某人,往来\n"

    def take() -> Import:
        return import_receipts(
            content=text.encode("gb18030"),
            file_name="明细.csv",
            partner="bank",
            area_code="511102",
            user=city.user("cashier"),
            today=city.TODAY,
        )

    if is_ours:
        assert take().new_rows == 1
    else:
        with pytest.raises(FileRefused, match="不是该地区在 2026-11-10 的收入户"):
            take()


@pytest.mark.parametrize("heads", ["付款人名称,付款账号", "对方户名,对方账号", "付款户名,付款人账号"])
def test_the_payer_is_read_under_the_usual_heads_and_a_column_nobody_reads_is_named(heads: str) -> None:
    number = money.reference()
    text = (
        f"交易流水号,交易日期,交易金额,{heads},附言,网点名称\n{number},2026-11-09,12.30,乐山某某公司,6228480011112222,社保费,甲\n"
    )
    done = import_receipts(
        content=text.encode(),
        file_name=f"{number}.csv",
        partner="bank",
        area_code="511102",
        user=city.user("cashier"),
        today=city.TODAY,
    )
    receipt = Receipt.objects.get(file=done.file)
    assert (receipt.payer_name, receipt.payer_account, receipt.amount_fen) == ("乐山某某公司", "6228480011112222", 12_30)
    assert done.unknown == ("网点名称",)
    assert "未读取的列：网点名称" in done.said
    assert "付款" not in done.said.split("未读取的列：")[1].split("；")[0]
