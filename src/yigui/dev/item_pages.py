"""What the documentation says of the items: the lists in both READMEs, between marks, and docs/items.md. Made from the catalogue."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path

from yigui.casework.handlers import is_open
from yigui.catalogue.declarations import Item, declared
from yigui.common.item_codes import prefix_of

BEGIN, END = "<!-- items: made by `./yigui docs items --write` -->", "<!-- /items -->"
#: Order of the groups in the lists: that of a person's way through the house.
_GROUPS = ("REG", "CHG", "LVY", "ACC", "PEN", "CRT", "UNE", "RES", "ENQ", "FND")
#: Words of a list in each language: between numbers, from the first to the last of a run, between groups.
_WORDS = {"en": (", ", " to ", ", "), "zh": ("、", " 至 ", "，")}
_HEAD = """# Items

Made by `./yigui docs items --write` from the catalogue; a test compares. Do not edit. `./yigui items` says the same of a running
installation, with the changes signed there. Weight is the work of one case against the simplest, share is the part of a month's cases it is
expected to be; both are estimates that nothing decides by yet. Postings are the catalogue's own codes of what a case moves."""


def newest() -> list[Item]:
    """The newest version of every item, by code; asks no database."""
    return [versions[-1] for _, versions in sorted(declared().versions.items())]


def codes_in_words(codes: Iterable[str], language: str) -> str:
    """Codes as people list them: `REG-001, 004 to 006, CHG-001` (en) or `REG-001、004 至 006，CHG-001` (zh)."""
    comma, to, between = _WORDS[language]
    places = {prefix: n for n, prefix in enumerate(_GROUPS)}
    ordered = sorted(codes, key=lambda c: (places.get(prefix_of(c), len(places)), c))
    groups = []
    for prefix, group in groupby(ordered, key=prefix_of):
        numbers = [int(code.rpartition("-")[2]) for code in group]
        runs = [[n for _, n in run] for _, run in groupby(enumerate(numbers), key=lambda pair: pair[1] - pair[0])]
        parts = []
        for run in runs:
            parts += [f"{run[0]:03d}{to}{run[-1]:03d}"] if len(run) > 2 else [f"{n:03d}" for n in run]
        groups.append(f"{prefix}-{comma.join(parts)}")
    return between.join(groups)


def english_list() -> str:
    """The line of README.md."""
    codes, shut = _open_and_shut()
    return (
        f"- {len(codes)} items are open: {codes_in_words(codes, 'en')}. The other {shut} of the catalogue are shown as "
        '"not yet open" (暂未开通) and cannot be accepted. [All items](docs/items.md) · [How to add one](docs/adding-an-item.md).'
    )


def chinese_list() -> str:
    """The line of README.zh-CN.md."""
    codes, shut = _open_and_shut()
    listed = codes_in_words(codes, "zh")
    return f"- {len(codes)} 个事项可办：{listed}；其余 {shut} 项显示“暂未开通”，不能受理。[全部事项](docs/items.md) · [怎样新增一个](docs/adding-an-item.md)。"


def _open_and_shut() -> tuple[list[str], int]:
    items = newest()
    codes = [item.code for item in items if is_open(item.code)]
    return codes, len(items) - len(codes)


def with_list(text: str, line: str) -> str:
    """A page with the line between its marks.

    Raises:
        ValueError: the marks are not there, once each.
    """
    if text.count(BEGIN) != 1 or text.count(END) != 1:
        raise ValueError(f"the page needs {BEGIN} and {END} once each")
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{line}\n{END}{rest.partition(END)[2]}"


def items_page() -> str:
    """docs/items.md: every item with its class, versions and dates, and what it does."""
    return "\n".join([_HEAD, *_page(newest(), declared().versions)]) + "\n"


def _page(items: list[Item], versions: Mapping[str, tuple[Item, ...]]) -> Iterator[str]:
    for group, members in groupby(sorted(items, key=lambda i: (i.group, i.code)), key=lambda i: i.group):
        yield ""
        yield f"## {group}"
        for item in members:
            yield ""
            yield f"### {item.code} {item.name}"
            yield ""
            yield f"{item.name_en}. {'Open' if is_open(item.code) else 'Not yet open'}, {item.kind}, {versions_in_words(versions[item.code])}."
            yield f"Weight {item.weight:g}, share {item.monthly_share:.2%}. Postings: {', '.join(item.postings) or 'none'}."
            yield ""
            yield from (f"- {effect}" for effect in item.effects)


def versions_in_words(versions: Iterable[Item]) -> str:
    """`class 2 from 2025-01-01, class 1 from 2027-01-01`."""
    return ", ".join(f"class {item.risk_class} from {item.valid_from}" for item in versions)


def pages(root: Path) -> dict[Path, str]:
    """Every page these are written to, as it should be."""
    readme, chinese = root / "README.md", root / "README.zh-CN.md"
    return {
        readme: with_list(readme.read_text(encoding="utf-8"), english_list()),
        chinese: with_list(chinese.read_text(encoding="utf-8"), chinese_list()),
        root / "docs" / "items.md": items_page(),
    }  # fmt: skip


def write(root: Path) -> list[Path]:
    """Write the pages; gives their paths."""
    found = pages(root)
    for path, text in found.items():
        path.write_text(text, encoding="utf-8")
    return list(found)
