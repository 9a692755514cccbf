"""What the items share counts by date: code lists, tables, windows, visitors."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from yigui.catalogue.declarations import DECLARATIONS, load_catalogue
from yigui.common.yaml_files import YamlError

BEFORE, FROM = dt.date(2026, 12, 31), dt.date(2027, 1, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "declarations"
    shutil.copytree(DECLARATIONS, target)
    return target


def later(folder: Path, kind: str, text: str) -> None:
    (folder / kind / "2027-01-01.yaml").write_text(text)


def test_a_code_list_of_a_later_day_adds_renames_and_withdraws_codes_from_then_on(folder: Path) -> None:
    later(folder, "enums", "id_type:\n  source: national\n  options: {'01': 公民身份证, '08': null, '09': 新证件}\n")
    known = load_catalogue(folder)
    before, after = known.on(BEFORE), known.on(FROM)
    assert "09" not in before.enums["id_type"]
    assert before.enums["id_type"]["01"] == "居民身份证"
    assert (after.enums["id_type"]["01"], after.enums["id_type"]["09"]) == ("公民身份证", "新证件")
    assert after.enums["id_type"]["04"] == before.enums["id_type"]["04"]
    assert "08" not in after.enums["id_type"]
    assert after.label("id_type", "08") == "外国人护照"
    assert after.enums["gender"] == before.enums["gender"]


def test_a_table_of_a_later_day_says_only_what_changes(folder: Path) -> None:
    later(
        folder,
        "tables",
        "materials:\n- {code: id_card, name: 身份证, name_en: Card, shareable: false, department: null}\n"
        "business_windows:\n- {code: change_window_counter, kind: day_of_month, channels: [counter], items: [REG-004], day_from: 1,"
        " day_to: 20, message: 每月1日至20日}\n",
    )
    known = load_catalogue(folder)
    before, after = known.on(BEFORE), known.on(FROM)
    assert before.materials["id_card"].is_shareable
    assert not after.materials["id_card"].is_shareable
    assert after.materials.keys() == before.materials.keys()
    assert after.channels == before.channels
    assert [known.on(day).windows["change_window_counter"].day_to for day in (BEFORE, FROM)] == [15, 20]


def test_a_visitor_of_a_later_day_is_not_among_those_of_today(folder: Path) -> None:
    later(
        folder,
        "visitors",
        "visitors:\n- {code: student, name: 在校学生, applicant: person, channels: [mobile], items: [REG-010]}\n",
    )
    known = load_catalogue(folder)
    assert "student" not in known.on(BEFORE).visitors
    assert known.on(FROM).visitors.keys() == known.on(BEFORE).visitors.keys() | {"student"}


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("tables", "materials:\n- {code: x, name: y, name_en: z, shareable: yes, department: moon}\n", ":2: department 的值 'moon' 未声明"),
        ("tables", "materials:\n- {code: x, name: y, name_en: z, shareabel: true, department: null}\n", ":2: 未知的键 'shareabel'"),
        ("tables", "papers: []\n", ":1: 未知的键 'papers'"),
        ("tables", "business_windows:\n- {code: w, kind: whenever, channels: [], items: [], message: m}\n", ":2: business_windows"),
        (
            "tables",
            "business_windows:\n- code: w\n  kind: season\n  channels: []\n  items: []\n  month_day_from: soon\n"
            "  month_day_to: '12-31'\n  message: m\n",
            ":6: month_day_from 的值 'soon'",
        ),
        ("enums", "gender:\n  options: {'1': 男}\n", "缺少键 'source'"),
        ("enums", "gender:\n  source: own\n  options: {1: 男}\n", ":3: "),
        ("visitors", "visitors:\n- {code: s, name: n, applicant: person, channels: [mobile], items: [XXX-001]}\n", "'XXX-001' 未声明"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_though_its_day_is_far_away(folder: Path, kind: str, text: str, words: str) -> None:
    later(folder, kind, text)
    with pytest.raises(YamlError, match=r"^2027-01-01\.yaml:\d+: ") as error:
        load_catalogue(folder)
    assert words in str(error.value)


def test_an_item_may_not_name_what_begins_after_it(folder: Path) -> None:
    later(folder, "tables", "zones:\n- {code: moon, name: 月, name_en: Moon, items: 1, insurance_count: 1, insurances: [injury]}\n")
    path = folder / "items" / "account" / "2025-01-01.yaml"
    path.write_text(path.read_text().replace("  zone: pension", "  zone: moon", 1))
    with pytest.raises(YamlError, match="zone 的值 'moon' 未声明"):
        load_catalogue(folder)
    assert path.rename(path.with_name("2027-02-01.yaml"))
    load_catalogue(folder)
