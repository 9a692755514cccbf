"""What an item rests on is data of a day: every item has a basis, and a file that names nothing known is refused."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from yigui.catalogue.declarations import DECLARATIONS, catalogue, load_catalogue
from yigui.common.yaml_files import YamlError

TODAY = dt.date(2026, 11, 26)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DECLARATIONS, tmp_path / "declarations"))


def test_every_item_names_what_it_rests_on() -> None:
    bases = catalogue().on(TODAY).bases
    assert [item.code for item in catalogue().items(TODAY) if not bases.get(item.code)] == []
    assert [str(basis) for basis in bases["REG-006"]] == [
        "《中华人民共和国社会保险法》（主席令第35号，2018年修正）第五十八条",
        "《社会保险经办条例》（国务院令第765号）",
    ]
    assert [basis.is_verified for basis in bases["LVY-011"]] == [False, False]


def test_a_later_file_replaces_the_bases_of_the_items_it_names_from_its_day(folder: Path) -> None:
    (folder / "bases" / "2027-01-01.yaml").write_text(
        "documents:\n- {code: new_rule, name: 新规定, number: 某号, status: recalled}\n"
        "bases:\n- {document: new_rule, articles: 第二条, items: [REG-006, CRT]}\n"
    )
    loaded = load_catalogue(folder)
    after, before = loaded.on(dt.date(2027, 1, 1)).bases, loaded.on(dt.date(2026, 12, 31)).bases
    assert [str(basis) for basis in after["REG-006"]] == ["《新规定》（某号）第二条"]
    assert [str(basis) for basis in after["CRT-002"]] == ["《新规定》（某号）第二条"]
    assert after["REG-005"] == before["REG-005"]
    assert len(before["REG-006"]) == 2


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("items: [REG-003]", "items: [REG-999]", "REG-999"),
        ("{document: construction,", "{document: nothing,", "nothing"),
        ("status: verified", "status: read", "status"),
    ],
)
def test_a_basis_of_nothing_known_is_refused_with_file_and_line(folder: Path, old: str, new: str, words: str) -> None:
    path = folder / "bases" / "2025-01-01.yaml"
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(YamlError, match=r"^2025-01-01\.yaml:\d+: ") as error:
        load_catalogue(folder)
    assert words in str(error.value)
