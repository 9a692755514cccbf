"""Parameter files: unknown and duplicate keys, overlapping validity and unquoted numbers are refused with file and line."""

import datetime as dt
import re
from pathlib import Path

import pytest

from yigui.common.yaml_files import YamlError, load_yaml
from yigui.law.key_words import WORDS, words_of
from yigui.law.parameter_table import ROOT, ParameterMissing, Table, areas_of, table
from yigui.registry.enums import Insurance

HEAD = "label: 试\nunit: percent\nkeys: [kind]\ncolumns: [value]\nvalues:\n"
ROW = '  - {kind: a, value: "1", area: national, from: 2020-01-01, to: 2020-12-31, source: 文, status: verified, verified_on: 2026-01-01}\n'


def _load(tmp_path: Path, text: str) -> Table:
    path = tmp_path / "table.yaml"
    path.write_text(text, encoding="utf-8")
    return Table("table", load_yaml(path))


def test_a_good_file_is_read(tmp_path: Path) -> None:
    assert len(_load(tmp_path, HEAD + ROW)._entries) == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEAD + ROW.replace("kind: a", "kind: a, kond: b"), "table.yaml:6: 未知的键 'kond'"),
        (HEAD + ROW.replace("kind: a", "kind: a, kind: b"), "table.yaml:6: 重复的键 'kind'"),
        (HEAD + ROW.replace("source: 文, ", ""), "table.yaml:6: 缺少键 'source'"),
        (HEAD + ROW.replace('"1"', "1.5"), "table.yaml:6: 数值须加引号"),
        (HEAD + ROW.replace('"1"', '"一"'), "table.yaml:6: '一' 不是数值"),
        (HEAD + ROW.replace("status: verified", "status: sure"), "table.yaml:6: 未知的状态"),
        (HEAD + ROW + ROW.replace("2020-12-31", "null"), "table.yaml:7: 与 table.yaml:6 的有效期重叠"),
        (HEAD + ROW.replace("to: 2020-12-31", "to: 2019-12-31"), "table.yaml:6: 起止日期有误"),
        ("unknown: 1\n" + HEAD + ROW, "table.yaml:1: 未知的键 'unknown'"),
    ],
)
def test_a_bad_file_is_refused_with_file_and_line(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(YamlError) as refused:
        _load(tmp_path, text)
    assert says in str(refused.value)


def test_areas_from_the_narrowest_to_the_nation() -> None:
    assert areas_of("511102") == ("511102", "511100", "510000", "national")
    assert areas_of("510000") == ("510000", "national")
    assert areas_of("national")[0] == "national"


def house_tables() -> list[str]:
    return sorted(
        str(path.relative_to(ROOT).with_suffix(""))
        for path in ROOT.rglob("*.yaml")
        if path.relative_to(ROOT).parts[:2] not in {("pension", "provinces"), ("pension", "adjustments")}
        and "keys" in load_yaml(path)
    )


def test_every_key_of_the_houses_tables_is_told_in_chinese() -> None:
    names = house_tables()
    assert len(names) > 20
    untold = set()
    for name in names:
        found = table(name)
        for keys, _ in found._entries:
            for key_name, key in zip(found.key_names, keys, strict=True):
                if not re.search("[一-鿿]", words_of([key_name], [key])):
                    untold.add((name, key))
    assert untold == set()


def test_what_is_missing_is_said_in_words_and_not_in_codes() -> None:
    with pytest.raises(ParameterMissing) as missing:
        table("contribution/resident_due").at("resident_medical", area="990000", day=dt.date(1990, 1, 1))
    assert "（城乡居民基本医疗保险）" in missing.value.message
    assert "resident_medical" not in missing.value.message
    assert missing.value.data["keys"] == ["resident_medical"], "programs get the code"


def test_the_words_of_insurances_are_the_houses() -> None:
    assert WORDS["insurance"] == {i.value: i.label for i in Insurance}
