"""Chinese is printed with Chinese punctuation (全角标点): what the declarations show, and every text of the product."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

import yigui
from yigui.catalogue.declarations import DECLARATIONS, declared
from yigui.catalogue.models import ItemVersion
from yigui.catalogue.verify import catalogue_faults
from yigui.common import clock
from yigui.common.dated_files import day_of
from yigui.common.digests import digest_of
from yigui.common.texts import full_width
from yigui.common.yaml_files import load_yaml

SOURCE = Path(yigui.__file__).parent
#: A half-width mark with Chinese on both sides, or a half-width bracket between Chinese.
HALF = re.compile("(?<=[\u4e00-\u9fff])[,;:?!()](?=[\u4e00-\u9fff])")
#: Items are signed for by the digest of their file: those written before the rule are left as they are and shown by it.
WRITTEN_BEFORE = [path for path in DECLARATIONS.glob("items/*/*.yaml") if day_of(path).isoformat() <= "2026-11-01"]


def texts(value: Any) -> Iterator[str]:
    """Every text in a declaration, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, BaseModel):
        yield from texts(value.__dict__)
    elif hasattr(value, "__dataclass_fields__"):
        yield from texts([getattr(value, f.name) for f in fields(value)])
    elif isinstance(value, dict):
        yield from texts(list(value.values()))
    elif isinstance(value, (list, tuple, set, frozenset)):
        for part in value:
            yield from texts(part)
    elif hasattr(value, "items"):
        yield from texts(dict(value.items()))


def test_no_text_of_the_catalogue_has_half_width_marks_between_chinese_characters() -> None:
    found = [text for items in declared().versions.values() for item in items for text in texts(item)]
    found += texts(declared().on(clock.today()))
    assert sum("，" in text for text in found) > 500
    assert [text for text in found if HALF.search(text)] == []


def test_no_file_of_the_product_has_them() -> None:
    files = [path for kind in ("py", "html", "yaml", "sql", "js", "typ") for path in SOURCE.rglob(f"*.{kind}")]
    assert len(files) > 500
    assert [str(path) for path in files if path not in WRITTEN_BEFORE and HALF.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("材料不齐全,请按一次性告知单补齐。", "材料不齐全，请按一次性告知单补齐。"),
        ("业务申请表(系统生成,签名确认)", "业务申请表（系统生成，签名确认）"),
        ("正常退休(职)申请", "正常退休（职）申请"),
        ("已受理;请等待:三分钟", "已受理；请等待：三分钟"),
        ("AAC002,AAC003(a,b)满 15 年,可", "AAC002,AAC003(a,b)满 15 年，可"),
        ("标准 GB/T 2260(2007)", "标准 GB/T 2260(2007)"),
    ],
)
def test_marks_become_full_width_where_chinese_stands_on_both_sides(text: str, shown: str) -> None:
    assert full_width(text) == shown
    assert full_width(shown) == shown


def test_a_version_in_force_keeps_its_digest_and_a_name_stored_before_is_not_a_fault() -> None:
    raw = {r["code"]: r for path in WRITTEN_BEFORE if "2025-01-01" in path.name for r in load_yaml(path)["items"]}
    item = declared().item("PEN-002", clock.today().replace(year=2025))
    assert item.name == "城镇职工正常退休（职）申请"
    assert item.digest == digest_of(raw["PEN-002"])
    row = ItemVersion.objects.using("super").get(code="PEN-002", valid_from=item.valid_from)
    assert row.name == item.name
    for stored, faults in ((raw["PEN-002"]["name"], 0), ("城镇职工退休申请", 1)):
        ItemVersion.objects.using("super").filter(pk=row.pk).update(name=stored)
        try:
            assert len([f for f in catalogue_faults("owner") if "PEN-002" in f]) == faults
        finally:
            ItemVersion.objects.using("super").filter(pk=row.pk).update(name=row.name)
