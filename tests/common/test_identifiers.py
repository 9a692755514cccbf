"""Numbers of people and organisations."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from yigui.common import identifiers as ids


def test_the_published_citizen_number_is_right() -> None:
    found = ids.read_citizen_number("360426199101010071")
    assert found == ids.CitizenNumber("360426199101010071", dt.date(1991, 1, 1), "1")


@given(st.dates(dt.date(1900, 1, 1), dt.date(2025, 12, 31)), st.integers(0, 999))
def test_numbers_with_a_computed_check_character_pass_here_and_in_the_library(born: dt.date, seq: int) -> None:
    first17 = f"511102{born:%Y%m%d}{seq:03d}"
    number = first17 + ids.citizen_check_character(first17)
    found = ids.read_citizen_number(number)
    assert found is not None
    assert (found.born_on, found.gender) == (born, "1" if seq % 2 else "2")
    assert ric.calc_check_digit(number) == number[-1]


@given(st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(place: int, shift: int) -> None:
    number = "360426199101010071"
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert ids.read_citizen_number(wrong) is None


def test_a_fifteen_digit_number_is_widened() -> None:
    assert ids.widen_citizen_number("360426910101007") == "360426199101010071"


@pytest.mark.parametrize("number", ["36042619910101007X", "360426199113010071", "12345", "", "36042619910101007１"])
def test_impossible_citizen_numbers_are_refused(number: str) -> None:
    assert ids.read_citizen_number(number) is None


def test_the_published_credit_code_is_right_and_agrees_with_the_library() -> None:
    assert ids.is_credit_code("91110000600037341L")
    assert uscc.is_valid("91110000600037341L")
    assert not ids.is_credit_code("91110000600037342L")
    assert not ids.is_credit_code("9111000060003734IL")


@pytest.mark.parametrize(
    ("id_type", "number", "is_right"),
    [
        ("07", "USA110188010130", True), ("07", "us1", False), ("04", "H12345678", True), ("04", "X12345678", False),
        ("06", "12345678", True), ("06", "1234", False), ("08", "E12345678", True), ("08", "!", False),
    ],
)  # fmt: skip
def test_documents_of_foreigners_and_compatriots_have_their_own_form(id_type: str, number: str, is_right: bool) -> None:
    assert ids.is_identity_number(id_type, number) is is_right


def test_the_new_permit_of_eighteen_places_follows_the_citizen_number() -> None:
    first17 = "91100019880101013"
    assert ids.is_permit_number(first17 + ids.citizen_check_character(first17))


def test_masks_keep_what_the_counter_needs() -> None:
    assert ids.mask_name("张三丰") == "张*丰"
    assert ids.mask_name("张三") == "*三"
    assert ids.mask_number("360426199101010071") == "360426********0071"
    assert ids.mask_phone("13812345678") == "138****5678"
