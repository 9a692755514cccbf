"""A benefit is not decided in silence by a row of the law that nobody has read in a document."""

import datetime as dt
from decimal import Decimal

from tests.city import TODAY, application
from tests.entitlement.people import done
from tests.items.benefit_forms import FORMS
from tests.law.sheets import base_of
from tests.law.test_needs import ANSWERED, facts_of
from yigui.casework.application import examine
from yigui.law.parameter_table import table
from yigui.law.pension import assess
from yigui.law.province import province_of
from yigui.law.unemployment import monthly_amount
from yigui.law.unread import named, unread


def test_the_standard_of_sichuan_is_answered_for_in_writing_and_named_on_the_sheet() -> None:
    form, materials, _ = FORMS["unemployed"]()
    asked = examine(application("UNE-001", form, username="special", materials=materials)).findings
    (question,) = (f for f in asked if f.check == "unread_parameter")
    assert (question.needs_reason, question.is_refusal) == (True, False)
    assert "失业保险金月标准 1864" in question.message
    assert "须核实" in question.message
    case = done("UNE-001", form, materials)
    (kept,) = (f for f in case.findings if f["check"] == "unread_parameter")
    assert kept["answer"] == "已按当地文件核对标准"
    assert case.document is not None
    assert any("未核对原文的参数：失业保险金月标准 1864" in note for note in case.document.content["notes"])
    assert any("已按当地文件核对标准" in cell for s in case.document.content["sections"] for row in s["rows"] for cell in row)


def test_a_benefit_by_rows_that_were_read_asks_nothing() -> None:
    form, materials, _ = FORMS["first payment"]()
    found = examine(application("PEN-010", form, username="special", materials=materials)).findings
    assert "unread_parameter" not in {f.check for f in found}


def test_only_rows_that_decide_a_benefit_and_rest_on_no_document_are_collected() -> None:
    with unread() as rows:
        monthly_amount("511102", TODAY, 1, paid_months=24)
        assert [row.label for row in rows] == ["失业保险金月标准"]
        table("contribution/calendar")
        monthly_amount("310000", TODAY, 1, paid_months=24)  # verified
        assert len(rows) == 1
        henan = province_of("410100")
        henan.base_at("410100", dt.date(2022, 3, 1), TODAY)
    assert "2022 年养老金计发基数 6155 元" in named(rows)
    with unread() as outside:
        pass
    monthly_amount("511102", TODAY, 1, paid_months=24)
    assert not outside


def test_a_supplement_whose_sources_conflict_is_named_where_it_is_due() -> None:
    for titles, is_named in ((frozenset({"childless"}), True), (frozenset({"one_child"}), False)):
        facts = facts_of("511100", dt.date(2025, 3, 15), **ANSWERED | {"titles": titles, "supplement_percent": None})
        with unread() as rows:
            assess(facts, base_of(2025, Decimal(8000)))
        assert ("终身无子女 40 元" in named(rows)) is is_named
