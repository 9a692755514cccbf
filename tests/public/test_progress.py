"""Progress of a case is for whoever holds its slip: numbers can be counted through, what stands beside them cannot be guessed."""

import re
from typing import Any

import pytest
from django.test import Client

from tests import city
from tests.pages import text_of
from yigui.casework.accept_case import accept_case
from yigui.casework.models import Case
from yigui.casework.query_code import opens, query_code
from yigui.casework.slip import acceptance_slip
from yigui.identity.limits import PROGRESS_CASE, PROGRESS_SOURCE
from yigui.identity.models import Attempt


def ask(case_no: str, code: str, *, at: str = "203.0.113.7") -> Any:
    return Client(REMOTE_ADDR=at).post("/progress/", {"case_no": case_no, "code": code})


@pytest.fixture(scope="module")
def case(fresh_city: None) -> Case:
    return city.accept_class1()


def test_the_link_and_the_code_of_the_slip_open_it(case: Case) -> None:
    slip = acceptance_slip(case)
    code = dict(slip["facts"])["查询码"]
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", code)
    assert case.item_name in text_of(Client().get(slip["path"]))
    assert case.item_name in text_of(ask(case.case_no, code))
    # As people type it: small, wide, with blanks, without the hyphen.
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code.replace("-", ""))
    for typed in (code.lower(), code.replace("-", " "), wide):
        assert case.item_name in text_of(ask(f" {case.case_no} ", typed)), typed


def test_an_old_slip_opens_it_with_the_last_places_of_the_number(case: Case) -> None:
    assert case.person is not None
    assert case.item_name in text_of(ask(case.case_no, case.person.id_number[-6:]))
    leaving = city.next_employee()
    stop = accept_case(city.application("REG-006", city.stop_form(leaving), materials=["termination_proof"]))
    assert stop.employer is not None
    assert stop.item_name in text_of(ask(stop.case_no, stop.employer.credit_code[-6:].lower()))


@pytest.mark.parametrize("code", ["", "AAAA-AAAA", "000000"])
def test_a_number_alone_or_with_a_wrong_code_says_nothing(case: Case, code: str) -> None:
    for answer in (ask(case.case_no, code), Client().get("/progress/", {"case_no": case.case_no, "code": code})):
        page = text_of(answer)
        assert case.item_name not in page
        assert case.get_status_display() not in page


def test_places_of_a_number_open_nothing_by_a_link(case: Case) -> None:
    """An address is not counted, so what can be tried through does not count there."""
    assert case.person is not None
    answer = Client().get("/progress/", {"case_no": case.case_no, "code": case.person.id_number[-6:]})
    assert answer.status_code == 404


def test_a_number_that_is_none_is_answered_like_a_wrong_code(case: Case) -> None:
    there, nowhere = ask(case.case_no, "AAAA-AAAA"), ask("9" * len(case.case_no), "AAAA-AAAA")
    assert there.status_code == nowhere.status_code == 404
    said = [re.sub(r'value="[^"]*"', "", a.content.decode()) for a in (there, nowhere)]
    assert said[0] == said[1]


def test_codes_of_neighbours_have_nothing_in_common(case: Case) -> None:
    codes = {query_code(str(int(case.case_no) + k)) for k in range(200)}
    assert len(codes) == 200
    assert not opens(case, case.case_no, query_code(str(int(case.case_no) + 1)), by_number=True)


def test_trying_numbers_through_is_stopped_and_the_code_goes_on_working() -> None:
    case = city.accept_class1()
    for k in range(PROGRESS_CASE.most):
        assert ask(case.case_no, f"{k:06d}", at=f"198.51.100.{k}").status_code == 404
    assert case.person is not None
    assert ask(case.case_no, case.person.id_number[-6:], at="198.51.100.99").status_code == 404
    assert ask(case.case_no, query_code(case.case_no), at="198.51.100.99").status_code == 200


def test_one_address_cannot_walk_through_the_numbers(case: Case) -> None:
    answers = [ask(str(int(case.case_no) + k), "ABCDEF", at="203.0.113.200").status_code for k in range(PROGRESS_SOURCE.most + 5)]
    assert answers[:-5] == [404] * PROGRESS_SOURCE.most
    assert answers[-5:] == [429] * 5
    assert ask(case.case_no, query_code(case.case_no), at="203.0.113.201").status_code == 200


def test_looking_by_a_link_writes_nothing(case: Case) -> None:
    before = list(Attempt.objects.values_list("key", "count"))
    Client().get("/progress/", {"case_no": case.case_no, "code": "AAAA-AAAA"})
    assert list(Attempt.objects.values_list("key", "count")) == before


def test_nobody_else_can_work_out_a_code(case: Case) -> None:
    """The secret lies where the application's login cannot read."""
    from django.db import connection, transaction
    from django.db.utils import ProgrammingError

    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pepper FROM identity_pepper")
