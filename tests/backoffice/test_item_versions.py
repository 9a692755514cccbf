"""The versions of the items by date, and what two of them differ in, as whoever must know reads it."""

import datetime as dt
from itertools import pairwise

import pytest

from tests.pages import page_of, signed_in
from yigui.catalogue.declarations import declared
from yigui.catalogue.differences import differences

PEN = "/item-versions/PEN-001/"


def test_every_item_stands_there_with_its_versions_by_date() -> None:
    page = page_of(signed_in("teller").get("/item-versions/"))
    for code, versions in declared().versions.items():
        assert code in page
        assert versions[-1].name in page
    assert "2026-11-09 现行" in page
    assert "2025-01-01 已被替代" in page
    assert f"共 {len(declared().versions)} 个事项" in page


def test_it_is_narrowed_by_code_name_and_by_what_changed() -> None:
    teller = signed_in("teller")
    assert "共 1 个事项" in page_of(teller.get("/item-versions/?q=reg-006"))
    assert "REG-006" in page_of(teller.get("/item-versions/?q=职工停保"))
    changed = page_of(teller.get("/item-versions/?which=changed"))
    several = [code for code, versions in declared().versions.items() if len(versions) > 1]
    assert f"共 {len(several)} 个事项" in changed
    assert "没有符合条件的事项" in page_of(teller.get("/item-versions/?q=没有这个"))


def test_what_is_yet_to_come_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    teller = signed_in("teller")
    assert "没有符合条件的事项" in page_of(teller.get("/item-versions/?which=coming"))
    monkeypatch.setenv("YIGUI_TODAY", "2026-11-05")
    page = page_of(teller.get("/item-versions/?which=coming&q=PEN-001"))
    assert "2026-11-09 尚未生效" in page
    assert "2026-11-01 现行" in page


def test_two_versions_are_compared_in_words() -> None:
    teller = signed_in("teller")
    page = page_of(teller.get(PEN))
    assert "2026-11-06 版本 → 2026-11-09 版本" in page
    chosen = page_of(teller.get(f"{PEN}?from=2026-11-09&to=2025-01-01"))
    assert "2025-01-01 版本 → 2026-11-09 版本" in chosen
    assert "2026-11-06 版本 →" not in chosen
    first, last = declared().versions["PEN-001"][0], declared().versions["PEN-001"][-1]
    found = differences(first, last, declared().shared)
    assert found
    for difference in found:
        assert difference.before != difference.after
        assert difference.label in chosen


def test_days_that_are_no_versions_show_each_with_the_one_before() -> None:
    teller = signed_in("teller")
    for asked in ("?from=2026-11-08&to=2025-01-01", "?from=x&to=", "?from=2025-01-01&to=2025-01-01"):
        assert "2026-11-06 版本 → 2026-11-09 版本" in page_of(teller.get(PEN + asked))


def test_an_item_with_one_version_says_so_and_one_that_is_none_is_refused() -> None:
    teller = signed_in("teller")
    assert "本事项只有一个版本" in page_of(teller.get("/item-versions/REG-006/"))
    answer = teller.get("/item-versions/REG-999/")
    assert answer.status_code == 404
    assert "没有事项 REG-999" in answer.content.decode()


def test_a_changed_part_is_named_and_its_key_is_not_shown() -> None:
    before = declared().versions["REG-006"][-1]
    note = next(f for f in before.fields if f.name == "note")
    after = before.model_copy(
        update={
            "valid_from": dt.date(2026, 12, 1), "limit_working_days": 3, "materials": (),
            "fields": (*(f for f in before.fields if f is not note), note.model_copy(update={"required": True})),
        }
    )  # fmt: skip
    found = [(d.label, d.before, d.after) for d in differences(before, after, declared().shared)]
    assert ("办理时限", "即时", "3 个工作日") in found
    assert ("修改表单项", "备注（选填）", "备注（必填）") in found
    assert {label for label, *_ in found} == {"办理时限", "取消材料", "修改表单项"}
    assert "termination_proof" not in str(found)


def test_each_version_of_each_item_is_said_in_words() -> None:
    for versions in declared().versions.values():
        for before, after in pairwise(versions):
            for difference in differences(before, after, declared().shared):
                assert "其他" not in (difference.before, difference.after), (after.code, difference)


def test_whoever_guides_visitors_does_not_open_it() -> None:
    assert signed_in("guide").get("/item-versions/").status_code == 403
