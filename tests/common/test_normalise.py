"""Text made plain at the door: one answer whatever it looked like, and the same again when it is made plain twice."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yigui.common import normalise
from yigui.common.identifiers import is_identity_number, is_mobile, widen_citizen_number
from yigui.common.normalise import (
    is_name,
    plain_code,
    plain_identity,
    plain_lines,
    plain_name,
    plain_phone,
    plain_text,
    read_day,
    read_yes,
    same_name,
)

ANY = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


@given(text=ANY, name=st.sampled_from(["plain_text", "plain_lines", "plain_name", "plain_code", "plain_identity"]))
def test_plain_is_plain(text: str, name: str) -> None:
    plain = getattr(normalise, name)
    assert plain(plain(text)) == plain(text)
    assert not normalise.INVISIBLE.search(plain_text(text))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("R \u0327", "\u0156"),
        ("c\u200b \u0327", "\u00c7"),
        ("''8000", "8000"),
        ('="=""8000"""', "8000"),
        ("\u03b1\u0345", "\u0391\u0399"),
    ],
)
def test_a_code_is_plain_at_once(typed: str, code: str) -> None:
    """A letter and its mark kept apart, one wrapper in another, and a letter whose capital is two."""
    assert plain_identity(typed) == plain_identity(code) == code


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("丁　学红", "丁学红"), ("丁\u200b学 红 ", "丁学红"), ("买买提•阿不都", "买买提·阿不都"), ("买买提.阿不都", "买买提·阿不都"),
        ("买买提 ・ 阿不都", "买买提·阿不都"), ("买买提．阿不都", "买买提·阿不都"), ("Ｊｏｈｎ　 Smith", "John Smith"), ("\ufeff李四\u202c", "李四"),
    ],
)  # fmt: skip
def test_a_name_is_one_name_however_it_is_written(typed: str, name: str) -> None:
    assert plain_name(typed) == name
    assert is_name(name)
    assert same_name(typed, name)


@pytest.mark.parametrize("name", ["朱洋明（新）", "冯磊x", "张三1", "王", "", "李四、王五", "某某/某", "王" * 51, "·", "公司@"])
def test_what_is_no_name_is_known(name: str) -> None:
    assert not is_name(plain_name(name))


@pytest.mark.parametrize(
    "typed",
    ["511102199812198471", "５１１１０２１９９８１２１９８４７１", "511102 19981219 8471", "\u200b511102199812198471", '="511102199812198471"',
     "'511102199812198471", "\t511102199812198471", "511102981219847"],
)  # fmt: skip
def test_a_number_is_one_number_however_it_is_written(typed: str) -> None:
    assert widen_citizen_number(typed) == "511102199812198471"


def test_a_number_that_was_not_made_plain_is_no_number() -> None:
    """Whoever checks without making plain would store what stands there."""
    assert not is_identity_number("01", "５１１１０２１９９８１２１９８４７１")
    assert not is_mobile("13８９７４７４４６１")
    assert plain_code("13８９ 7474 461") == "13897474461"
    assert plain_identity("51110219810101002ｘ") == "51110219810101002X"


@given(st.dates(dt.date(1900, 1, 1), dt.date(2199, 12, 31)))
def test_a_day_is_read_in_every_form(day: dt.date) -> None:
    y, m, d = day.year, day.month, day.day
    forms = [
        f"{y}-{m:02d}-{d:02d}",
        f"{y}/{m}/{d}",
        f"{y}.{m}.{d}",
        f"{y}年{m}月{d}日",
        f"{y}{m:02d}{d:02d}",
        f"{y}-{m}-{d} 08:30:00",
        f" {y} 年 {m} 月 {d} 日",
    ]
    assert {read_day(form) for form in forms} == {day}


@pytest.mark.parametrize(
    "text", ["2026-W45-1", "10/11/2026", "2026-11", "26-11-09", "2026-11-31", "2026/11-9", "2026-11-09x", "", "46335"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="day"):
        read_day(text)


def test_lines_keep_their_ends_and_yes_is_no_guess() -> None:
    assert plain_lines("甲 \r\n\u200b乙\r丙") == "甲\n乙\n丙"
    assert [read_yes(word) for word in ("√", "Y", "是", "否", "×", "N", "")] == [True, True, True, False, False, False, False]
    with pytest.raises(ValueError, match="neither"):
        read_yes("农民工")


@pytest.mark.parametrize(
    "written",
    ["138-1234-5678", "138 1234 5678", "+86 13812345678", "86-13812345678", "0086 138 1234 5678", "１３８１２３４５６７８"],
)
def test_a_mobile_number_is_one_however_it_is_grouped(written: str) -> None:
    assert plain_phone(written) == "13812345678"


@pytest.mark.parametrize("written", ["0833-2101234", "8613812345", "1381234567", "86138123456789"])
def test_what_is_no_mobile_number_stays_as_it_is(written: str) -> None:
    assert plain_phone(written) == written


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026-11-08T16:30:00Z", "2026-11-09"), ("2026-11-08 15:59:59+00:00", "2026-11-08"), ("2026-11-09T23:59+08:00", "2026-11-09"),
        ("2026-11-09T00:10:00.5-0500", "2026-11-09"), ("2026/11/9 上午 9:30:00", "2026-11-09"), ("2026年11月9日 星期一", "2026-11-09"),
        ("2026年11月9日星期一", "2026-11-09"), ("2026-11-09 9:30:00 PM", "2026-11-09"),
    ],
)  # fmt: skip
def test_a_moment_is_the_day_it_was_in_china(written: str, day: str) -> None:
    assert str(read_day(written)) == day
