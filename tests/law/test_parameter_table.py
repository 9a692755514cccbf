"""Parameter files: unknown and duplicate keys, overlapping validity and unquoted numbers are refused with file and line."""

from pathlib import Path

import pytest

from yigui.common.strict_yaml import YamlError, load_yaml
from yigui.law.parameter_table import Table, areas_of

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
