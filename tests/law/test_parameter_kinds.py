"""Every kind of parameter has its words; signed rows lie over those of the files, by legal date, the newest first."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yigui.law.parameter_kinds import STATUS_WORDS, parameter_kinds
from yigui.law.parameter_table import Entry, ParameterMissing, table
from yigui.law.province import BASE_TABLE, WAGE_TABLE, province_of, rules_at
from yigui.law.signed_rows import NONE, SignedRow, reading, signed

BOUNDS = "contribution/base_bounds"
FIRST = dt.date(2025, 1, 1)


def row(name: str, keys: tuple[str, ...] = (), *, area: str = "510000", first: dt.date, last: dt.date, number: int = 1, **columns: str) -> SignedRow:  # fmt: skip
    values = {column: Decimal(value) for column, value in columns.items()}
    return SignedRow(number, name, keys, area, first, last, values, "川人社〔2026〕1号", "verified", dt.date(2026, 6, 1))


def test_every_kind_tells_its_unit_keys_columns_and_group_in_chinese() -> None:
    kinds = parameter_kinds()
    assert len(kinds) > 40
    assert list(kinds)[:2] == [BASE_TABLE, WAGE_TABLE]
    for kind in kinds.values():
        words = [
            kind.label,
            kind.unit,
            kind.group,
            *(word for _, word in kind.key_labels()),
            *(word for _, word in kind.column_labels()),
        ]
        assert all(re.search(r"[一-鿿%]", word) for word in words), kind.name
        for entry in kind.filed():
            assert STATUS_WORDS[entry.status]
            assert entry.source
            assert [value for _, value in kind.values_of(entry)]
            assert not kind.key_names or re.search("[一-鿿]", kind.keys_in_words(entry.keys)), (kind.name, entry.keys)


def test_what_a_kind_says_is_in_force_is_what_the_law_reads() -> None:
    for kind in parameter_kinds().values():
        for area in ("511102", "310000", "340100", "national"):
            for day in (FIRST, dt.date(2026, 11, 27)):
                if kind.is_by_year:
                    continue
                for entry in kind.in_force(area, day):
                    assert entry == kind.at(entry.keys, area, day)
                    assert entry == table(kind.name).find(*entry.keys, area=area, day=day)


@pytest.mark.parametrize(
    "area", ["510000", "510100", "511102", "370200", "440300", "330100", "310000", "340100", "610100", "650100"]
)
@pytest.mark.parametrize("day", [dt.date(2025, 3, 1), dt.date(2026, 3, 1), dt.date(2026, 8, 31), dt.date(2026, 11, 27)])
def test_the_base_said_to_be_in_force_is_the_one_an_award_of_the_day_takes(area: str, day: dt.date) -> None:
    held = parameter_kinds()[BASE_TABLE].in_force(area, day)
    try:
        taken = province_of(area).base_at(area, day, day)
    except ParameterMissing:
        assert held == []
    else:
        assert [(int(entry.keys[0]), entry["value"]) for entry in held] == [(taken.year, taken.local)]


def test_of_two_signed_rows_the_newer_is_in_force_though_it_begins_earlier() -> None:
    older = row(BOUNDS, first=dt.date(2026, 7, 1), last=dt.date(2027, 6, 30), number=1, floor="4700", ceiling="23000")
    newer = row(BOUNDS, first=dt.date(2026, 1, 1), last=dt.date(2027, 12, 31), number=2, floor="4800", ceiling="24000")
    with reading(NONE.with_row(older).with_row(newer)):
        (held,) = parameter_kinds()[BOUNDS].in_force("510000", dt.date(2026, 8, 1))
        assert held.number == 2
        assert held["floor"] == table(BOUNDS).at(area="511102", day=dt.date(2026, 8, 1))["floor"] == 4800


def test_a_year_written_in_another_way_is_no_year() -> None:
    kind = parameter_kinds()[BASE_TABLE]
    assert kind.knows(("2026",))
    assert not any(kind.knows((key,)) for key in ("２０２６", "02026", "2026.0", "+2026", "二〇二六"))


def test_bases_and_wages_of_provinces_are_rows_by_year() -> None:
    found = parameter_kinds()[BASE_TABLE].at(("2024",), "510000", dt.date(2024, 5, 1))
    assert found is not None
    assert (found["value"], found.area, found.status) == (8321, "510000", "verified")
    wage = parameter_kinds()[WAGE_TABLE].at(("1993",), "511102", dt.date(1993, 5, 1))
    assert wage is not None
    assert wage["value"] == Decimal("246.75")


def test_a_signed_row_goes_before_the_files_on_its_days_alone_and_in_its_area() -> None:
    before = {
        day: table(BOUNDS).at(area="511102", day=day) for day in (dt.date(2026, 6, 30), dt.date(2026, 7, 1), dt.date(2026, 12, 31))
    }
    new = row(BOUNDS, first=dt.date(2026, 7, 1), last=dt.date(2026, 11, 30), floor="4700", ceiling="23500")
    with reading(signed().with_row(new)):
        assert table(BOUNDS).at(area="511102", day=dt.date(2026, 6, 30)) == before[dt.date(2026, 6, 30)]
        found = table(BOUNDS).at(area="511102", day=dt.date(2026, 7, 1))
        assert (found["floor"], found.rule, found.number) == (4700, "川人社〔2026〕1号（2026-07-01 起）", 1)
        assert table(BOUNDS).at(area="511102", day=dt.date(2026, 12, 31)) == before[dt.date(2026, 12, 31)]
        assert table(BOUNDS).at(area="340100", day=dt.date(2026, 7, 1)).number == 0
    assert table(BOUNDS).at(area="511102", day=dt.date(2026, 7, 1)) == before[dt.date(2026, 7, 1)]


def test_of_two_signed_rows_the_newer_holds_where_both_do() -> None:
    old = row(BOUNDS, first=dt.date(2026, 7, 1), last=dt.date(2026, 12, 31), number=1, floor="4700", ceiling="23500")
    new = row(BOUNDS, first=dt.date(2026, 9, 1), last=dt.date(2026, 9, 30), number=2, floor="4800", ceiling="24000")
    with reading(NONE.with_row(old).with_row(new)):
        numbers = [table(BOUNDS).at(area="510000", day=dt.date(2026, month, 1)).number for month in (8, 9, 10)]
    assert numbers == [1, 2, 1]


def test_a_signed_base_is_used_from_its_publication_on_and_a_signed_wage_divides_its_year() -> None:
    province, wages_of_anhui = province_of("511102"), province_of("340100").wages
    assert province.base_at("511102", dt.date(2026, 3, 1), dt.date(2026, 7, 1)).is_provisional
    base = row(BASE_TABLE, ("2026",), first=dt.date(2026, 1, 1), last=dt.date(2026, 12, 31), value="8700")
    wage = row(WAGE_TABLE, ("2026",), first=dt.date(2026, 1, 1), last=dt.date(2026, 12, 31), value="8000")
    with reading(NONE.with_row(base).with_row(wage)):
        found = province_of("511102").base_at("511102", dt.date(2026, 3, 1), dt.date(2026, 7, 1))
        assert (found.local, found.is_provisional, found.year) == (8700, False, 2026)
        assert "川人社〔2026〕1号" in found.source
        assert province_of("511102").base_at("511102", dt.date(2026, 3, 1), dt.date(2026, 5, 31)).is_provisional, (
            "published on 1 June"
        )
        assert province_of("511102").wage_of(2026) == (8000, False)
        assert rules_at("511102", dt.date(2026, 3, 1))[0].wage_of(2026) == (8000, False), "no process keeps the province of before"
        assert province_of("340100").wages == wages_of_anhui
    assert rules_at("511102", dt.date(2026, 3, 1))[0] is province_of("511102")


DAYS = st.dates(dt.date(2024, 12, 1), dt.date(2027, 2, 1))


@given(laid=st.lists(st.tuples(st.sampled_from(["511102", "511100", "510000", "national"]), DAYS, DAYS), max_size=8), day=DAYS)
def test_files_and_signed_rows_are_one_lookup_by_date(laid: list[tuple[str, dt.date, dt.date]], day: dt.date) -> None:
    """The rule written plainly: the narrowest area that has a row of the day; of its rows the newest signed one, then the file's."""
    rows = [
        row(BOUNDS, area=area, first=min(a, b), last=max(a, b), number=n, floor=str(n), ceiling=str(n + 1))
        for n, (area, a, b) in enumerate(laid, 1)
    ]
    stack = NONE
    for one in rows:
        stack = stack.with_row(one)
    wanted: Entry | SignedRow | None = None
    for area in ("511102", "511100", "510000", "national"):
        signed_ones = [r for r in rows if r.area == area and r.first_day <= day <= r.last_day]
        filed = [e for e in parameter_kinds()[BOUNDS].filed() if e.area == area and e.first_day <= day <= e.last_day]
        if signed_ones or filed:
            wanted = signed_ones[-1] if signed_ones else filed[0]
            break
    with reading(stack):
        if wanted is None:
            with pytest.raises(ParameterMissing):
                table(BOUNDS).at(area="511102", day=day)
        else:
            found = table(BOUNDS).at(area="511102", day=day)
            assert (found.columns, found.first_day, found.number) == (wanted.columns, wanted.first_day, wanted.number)
