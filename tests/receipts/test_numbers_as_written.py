"""A number is read as people write it (full width, blanks, lower case, a mark of a spreadsheet) wherever it is typed: one normalising at the doors."""

from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests import city, money
from tests.items.money_forms import employer_with_staff
from yigui.receipts.errors import ClaimRefused
from yigui.receipts.models import Receipt
from yigui.receipts.recognise import recognise
from yigui.registry.queries import employer_by_unit_no


def wide(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) for letter in text)


WAYS: tuple[Callable[[str], str], ...] = (
    wide, lambda t: f"\u3000{t} ", lambda t: f"{t[:4]} {t[4:]}", lambda t: f"'{t}", lambda t: f"{t[:3]}\u200b{t[3:]}", lambda t: wide(t).lower(),
)  # fmt: skip


@pytest.mark.parametrize("written", WAYS)
def test_money_is_claimed_by_a_number_however_it_is_written(written: Callable[[str], str]) -> None:
    person, employer = city.next_person(), employer_with_staff()
    receipt = Receipt.objects.get(file=money.receive(money.row(777, AAB004="谁")).file)
    for given in ({"unit_no": written(employer.unit_no)}, {"id_number": written(person.id_number)}):
        with transaction.atomic():
            claim = recognise(
                receipt_id=receipt.pk,
                reason="汇款凭证一致",
                ground="付款人为其代缴，已核对委托书",
                user=city.user("cashier"),
                **given,
            )
            assert (claim.employer or claim.person) in (employer, person)
            transaction.set_rollback(True)


def test_another_number_is_nobody_s() -> None:
    receipt = Receipt.objects.get(file=money.receive(money.row(778, AAB004="谁")).file)
    with pytest.raises(ClaimRefused, match="未查询到单位编号"):
        recognise(receipt_id=receipt.pk, unit_no=wide("5199999999"), reason="汇款凭证一致", user=city.user("cashier"))


@pytest.mark.parametrize("written", WAYS)
def test_a_unit_is_found_by_its_number_however_it_is_written(written: Callable[[str], str]) -> None:
    employer = employer_with_staff()
    assert employer_by_unit_no(written(employer.unit_no)) == employer


def test_the_code_of_a_document_is_read_as_it_is_typed() -> None:
    for written in WAYS:
        answer = Client().get(reverse("enquiry:verify_form"), {"code": written("AB12CD34")})
        assert answer.headers["Location"] == reverse("enquiry:verify", args=["AB12CD34"])
