"""The catalogue in memory: every version of every item, and what the items share on a day."""

import datetime as dt
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path

from yigui.catalogue.records import SignedRecord, signed_records
from yigui.catalogue.shapes import Check, CommonCheck, DeclaredItem, Field, FieldType, IntakeRule, Material, Visitor
from yigui.catalogue.shared import Shared, Tables
from yigui.common import clock
from yigui.common.dated_files import day_of
from yigui.common.digests import digest_of
from yigui.common.item_codes import prefix_of
from yigui.common.rooms import further_folders
from yigui.common.strict_yaml import read_as
from yigui.common.texts import full_width
from yigui.common.yaml_files import Mapping, YamlError, load_yaml, with_texts

DECLARATIONS = Path(__file__).parent / "declarations"


class Item(DeclaredItem):
    """One business item (事项) in one version.

    `monthly_share` (estimated share of a month's cases) and `weight` (how much work one case is) are for the statistics and
    for performance; `effects` says in words what it does.
    """

    valid_from: dt.date
    group: str
    digest: str

    def __hash__(self) -> int:
        return hash((self.code, self.valid_from))

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Item) and self._key() == other._key())

    def _key(self) -> tuple[object, ...]:
        return self.code, self.valid_from, self.digest, self.record

    @property
    def is_immediate(self) -> bool:
        return self.limit_working_days == 0

    @property
    def is_general(self) -> bool:
        return self.kind == "general"

    @property
    def prefix(self) -> str:
        """The first part of its code (REG, PEN …): what authority is given for."""
        return prefix_of(self.code)

    @cached_property
    def input_fields(self) -> tuple[Field, ...]:
        """The fields a form asks for; uploads travel as materials."""
        return tuple(f for f in self.fields if f.type != FieldType.FILES)

    def check_named(self, check_id: str) -> Check:
        """The check with this id, of the item or common to all.

        Raises:
            KeyError: neither names it.
        """
        own = next((check for check in self.checks if check.id == check_id), None)
        return own or catalogue().common_checks[check_id]


@dataclass(frozen=True)
class Catalogue:
    """Everything declared, all versions.

    What the items share is asked of a day (`on`); the attributes with its names give what holds today, for pages.
    """

    versions: AnyMapping[str, tuple[Item, ...]]
    shared: Shared

    def on(self, day: dt.date) -> Tables:
        """What the items share, on a day."""
        return self.shared.on(day)

    def item(self, code: str, on: dt.date) -> Item:
        """The version of an item in force on a day.

        Raises:
            KeyError: no such item, or not yet in force.
        """
        for item in reversed(self.versions[code]):
            if item.valid_from <= on:
                return item
        raise KeyError(code)

    def version(self, code: str, valid_from: dt.date) -> Item:
        """Exactly one version of an item: the one a case was accepted under."""
        return next(i for i in self.versions[code] if i.valid_from == valid_from)

    def items(self, on: dt.date) -> list[Item]:
        """All items in force on a day, by code."""
        return [self.item(code, on) for code in sorted(self.versions) if self.versions[code][0].valid_from <= on]

    @property
    def enums(self) -> AnyMapping[str, AnyMapping[str, str]]:
        return self.on(clock.today()).enums

    @property
    def materials(self) -> AnyMapping[str, Material]:
        return self.on(clock.today()).materials

    @property
    def channels(self) -> AnyMapping[str, str]:
        return self.on(clock.today()).channels

    @property
    def common_checks(self) -> AnyMapping[str, CommonCheck]:
        return self.on(clock.today()).common_checks

    @property
    def feedback_kinds(self) -> AnyMapping[str, str]:
        return self.on(clock.today()).feedback_kinds

    @property
    def zones(self) -> AnyMapping[str, str]:
        return self.on(clock.today()).zones

    @property
    def departments(self) -> AnyMapping[str, str]:
        return self.on(clock.today()).departments

    @property
    def visitors(self) -> AnyMapping[str, Visitor]:
        return self.on(clock.today()).visitors


@cache
def declared() -> Catalogue:
    """The declarations of the house and of the rooms beside it as the files say them, read once per process; asks no database."""
    return load_catalogue(DECLARATIONS, *of_further_rooms())


def of_further_rooms() -> list[Path]:
    """The folders of declarations of rooms that are not of the house (`YIGUI_ROOMS`), where they have any."""
    return [folder / "declarations" for folder in further_folders() if (folder / "declarations").is_dir()]


@cache
def field_names() -> frozenset[str]:
    """Names of the fields of all items, in all versions."""
    return frozenset(f.name for items in declared().versions.values() for item in items for f in item.fields)


def catalogue() -> Catalogue:
    """The catalogue in force: the declarations with the risk records that people have signed (`catalogue/changes.py`).

    A change holds from a later day than the one it is signed on, so seeing it seconds late is early enough.
    """
    return _with_records(signed_records())


@lru_cache(maxsize=4)
def _with_records(records: tuple[SignedRecord, ...]) -> Catalogue:
    known = declared()
    if not records:
        return known
    versions = dict(known.versions)
    for signed in records:
        rows = versions.get(signed.code, ())
        base = next((i for i in reversed(rows) if i.valid_from <= signed.valid_from), None)
        if base is not None:
            changed = base.model_copy(
                update=signed.record.as_dict() | {"route": signed.record.route, "valid_from": signed.valid_from}
            )
            others = (i for i in rows if i.valid_from != signed.valid_from)
            versions[signed.code] = tuple(sorted((*others, changed), key=lambda i: i.valid_from))
    return Catalogue(versions, known.shared)


def load_catalogue(*folders: Path) -> Catalogue:
    """Read and validate folders of declarations, those of later days too; the first is the house's.

    The texts of items come with full-width punctuation, however their file has them: a version in force is never edited in place, and
    its digest is that of the file.

    Raises:
        YamlError: unknown, missing or duplicate key, a name that is declared nowhere, an item twice; begins with file and line.
    """
    shared = Shared(*folders)
    versions: dict[str, list[Item]] = {}
    for path in (path for folder in folders for path in sorted((folder / "items").glob("*/*.yaml"))):
        for item in _items_of(path, shared):
            if any(other.valid_from == item.valid_from for other in versions.get(item.code, ())):
                raise YamlError(f"{path.name}:1: 事项 {item.code} {item.valid_from} 版本在另一文件中已声明")
            versions.setdefault(item.code, []).append(item)
    for code, items in versions.items():
        items.sort(key=lambda i: i.valid_from)
        for related in (r for item in items for r in item.related):
            if related not in versions:
                raise YamlError(f"{code}: 关联事项 {related} 未声明")
    shared.read_what_names_items(versions)
    return Catalogue({code: tuple(items) for code, items in versions.items()}, shared)


def _items_of(path: Path, shared: Shared) -> list[Item]:
    valid_from = day_of(path)
    declared = load_yaml(path)
    if not isinstance(declared, Mapping):
        raise YamlError(f"{path.name}:1: 文件应为键值结构")
    declared.check_keys(("items",))
    context = shared.names_on(valid_from)
    found: dict[str, Item] = {}
    for raw in declared["items"]:
        read = read_as(DeclaredItem, with_texts(raw, full_width), context)
        if read.code in found:
            raise YamlError(f"{raw.where('code')}: 事项 {read.code} 在本文件中重复")
        found[read.code] = Item.model_construct(
            **{name: getattr(read, name) for name in DeclaredItem.model_fields},
            valid_from=valid_from, group=path.parent.name, digest=digest_of(raw),
        )  # fmt: skip
    return list(found.values())


__all__ = [
    "DECLARATIONS",
    "Catalogue",
    "Field",
    "IntakeRule",
    "Item",
    "Material",
    "Tables",
    "Visitor",
    "catalogue",
    "declared",
    "load_catalogue",
]
