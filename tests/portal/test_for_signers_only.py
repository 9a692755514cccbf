"""What is made for signers (whose money it was, on what ground the agency recognised it) is read at staffed doors only, at whichever item."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.city import user
from tests.items.test_item_cases import FILES, prepared, read
from tests.pages import page_of
from tests.portal.test_applying import begin, login_of, paper
from tests.portal.test_signing_in import signed_in
from tests.receipts.test_claims import GROUND, REASON, another_than, came, settlement
from yigui.casework.application import examine
from yigui.casework.handlers import handler_of
from yigui.common.money import format_fen
from yigui.receipts.recognise import recognise

PAYER, REMARK = "无关第三方商贸行", "代他处缴社保款"
ORDINARY = [
    (path, case)
    for path in FILES
    if (case := next((c for c in read(path)["cases"] if not {"refused", "reminded", "invalid"} & c.keys()), None)) is not None
]


def test_an_employer_reads_day_and_sum_of_its_money_and_who_signs_reads_all() -> None:
    unit, form, materials = settlement()
    other = another_than(unit)
    receipt = came(43_21, name=other.name, text=f"{other.unit_no} 10月社保", area=unit.area_id)
    recognise(receipt_id=receipt.pk, unit_no=unit.unit_no, reason=REASON, ground=GROUND, user=user("cashier"))
    client = signed_in(login_of(unit))
    url = begin(client, "FND-001")
    client.post(f"{url}live/", form)
    for code in materials:
        client.post(f"{url}materials/", {"code": code, "source": "scanned", "file": paper(code)})
    page = re.sub(r"<[^>]+>", "", page_of(client.get(f"{url}answers/")))
    assert f"到账 {receipt.reference}" in page
    assert f"{format_fen(receipt.amount_fen)} 元，{receipt.received_on} 到账" in page
    assert "由经办机构认定" in page
    for word in (other.name, other.unit_no, "附言", REASON, GROUND, user("cashier").full_name, "来款信息不一致"):
        assert word not in page, word


@pytest.mark.parametrize(("path", "case"), ORDINARY, ids=[str(read(p)["item"]) for p, _ in ORDINARY])
def test_no_item_shows_outside_what_signers_are_told(path: Path, case: dict[str, Any]) -> None:
    application, _ = prepared(path, case)
    facts: Any = examine(application).facts
    employer, person = getattr(facts, "employer", None), getattr(facts, "person", None)
    if employer is not None or person is not None:
        receipt = came(1_11, name=PAYER, text=REMARK, area=(employer or person).area_id)
        whose = {"unit_no": employer.unit_no} if employer is not None else {"id_number": person.id_number}
        recognise(receipt_id=receipt.pk, reason=REASON, ground=GROUND, user=user("cashier"), **whose)
    found = examine(application)
    lines = [line.at(is_staffed=False) for line in handler_of(found.item).preview(found.facts)]
    outside = "\n".join([*(f"{x.label} {x.before} {x.after}" for x in lines), *(f"{f.message} {f.detail}" for f in found.findings)])
    for word in (PAYER, REMARK, REASON, GROUND, user("cashier").full_name):
        assert word not in outside, word
