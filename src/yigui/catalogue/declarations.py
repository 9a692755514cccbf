"""Reading and validating the declarations."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from yigui.common.digests import digest_of
from yigui.common.strict_yaml import Mapping, YamlError, load_yaml
from yigui.registry.enums import Insurance

DECLARATIONS = Path(__file__).parent / "declarations"

FIELD_TYPES = frozenset({
    "string", "enum", "id_number", "date", "money", "month", "bank_account", "int", "phone", "region", "text", "enum_list",
    "files", "table", "bool", "decimal", "credit_code", "year", "datetime", "email",
})  # fmt: skip
ROUTE_STEPS = ("accept", "review", "recheck", "request", "meeting", "approve", "finish")
APPLICANTS = frozenset({"person", "employer", "institution", "agency", "outlet", "bank", "township"})


@dataclass(frozen=True)
class Field:
    """One input of an item's form, with its LD/T 92 index code where there is one."""

    name: str
    label: str
    type: str
    required: bool
    index_code: str | None
    options: str | None


@dataclass(frozen=True)
class Check:
    """A check named by an item: its id, its rule, and the sentence shown when it refuses."""

    id: str
    rule: str
    message: str


@dataclass(frozen=True)
class ItemMaterial:
    """A material an item asks for; `when` describes the case in which alone it is needed."""

    code: str
    when: str


@dataclass(frozen=True)
class Material:
    """A kind of paper (材料). A shareable one can come from its department instead of the person."""

    code: str
    name: str
    is_shareable: bool
    department: str | None


@dataclass(frozen=True)
class Window:
    """A business window (受理时间规则): which items, through which channels, when, and for which period."""

    code: str
    kind: str
    channels: tuple[str, ...]
    items: tuple[str, ...]
    message: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Item:
    """One business item (事项) in one version."""

    code: str
    valid_from: dt.date
    group: str
    slug: str
    name: str
    name_en: str
    insurances: tuple[str, ...]
    zone: str
    applicant: str
    also_applicant: tuple[str, ...]
    kind: str
    risk_class: int
    monthly_share: float
    channels: tuple[str, ...]
    outlet_classes: tuple[str, ...]
    window: str
    review_site: str
    finish_site: str
    materials: tuple[ItemMaterial, ...]
    limit_working_days: int
    route: tuple[str, ...]
    business_windows: tuple[str, ...]
    postings: tuple[str, ...]
    feedback: str
    weight: float
    related: tuple[str, ...]
    effects: tuple[str, ...]
    guide: str
    fields: tuple[Field, ...]
    checks: tuple[Check, ...]
    digest: str

    @property
    def is_immediate(self) -> bool:
        return self.limit_working_days == 0

    @property
    def is_general(self) -> bool:
        return self.kind == "general"

    @property
    def input_fields(self) -> tuple[Field, ...]:
        """The fields a form asks for; uploads travel as materials."""
        return tuple(f for f in self.fields if f.type != "files")

    def check_named(self, check_id: str) -> Check:
        """The check with this id, of the item or common to all.

        Raises:
            KeyError: neither names it.
        """
        for check in self.checks:
            if check.id == check_id:
                return check
        return catalogue().common_checks[check_id]


@dataclass(frozen=True)
class Catalogue:
    """Everything declared, all versions."""

    versions: dict[str, tuple[Item, ...]]
    enums: dict[str, dict[str, str]]
    materials: dict[str, Material]
    channels: dict[str, str]
    windows: dict[str, Window]
    common_checks: dict[str, Check]
    feedback_kinds: dict[str, str]
    zones: dict[str, str]
    departments: dict[str, str]

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


_ITEM_KEYS = (
    "code", "slug", "name", "name_en", "insurances", "zone", "applicant", "also_applicant", "kind", "risk_class",
    "monthly_share", "channels", "outlet_classes", "window", "review_site", "finish_site", "materials",
    "limit_working_days", "route", "business_windows", "postings", "feedback", "weight", "related", "effects", "guide",
    "fields", "checks",
)  # fmt: skip


@cache
def catalogue() -> Catalogue:
    """The project's own catalogue, read once per process."""
    return load_catalogue(DECLARATIONS)


def load_catalogue(folder: Path) -> Catalogue:
    """Read and validate a folder of declarations.

    Raises:
        YamlError: unknown, missing or duplicate key, or a name that is declared nowhere; begins with file and line.
    """
    enums = _load_enums(folder)
    tables = _load_tables(folder)
    versions: dict[str, list[Item]] = {}
    for path in sorted((folder / "items").glob("*/*.yaml")):
        valid_from = _date_of(path)
        declared = load_yaml(path)
        _mapping(declared, path).check_keys(("items",))
        seen: dict[str, str] = {}
        for raw in declared["items"]:
            item = _item(raw, valid_from, path.parent.name, enums, tables)
            if item.code in seen:
                raise YamlError(f"{raw.where('code')}: 事项 {item.code} 在本文件中重复（前一处 {seen[item.code]}）")
            seen[item.code] = raw.where("code")
            versions.setdefault(item.code, []).append(item)
    for code, items in versions.items():
        items.sort(key=lambda i: i.valid_from)
        for item in items:
            for related in item.related:
                if related not in versions:
                    raise YamlError(f"{code}: 关联事项 {related} 未声明")
    return Catalogue(versions={c: tuple(i) for c, i in versions.items()}, enums=enums, **tables)


def _date_of(path: Path) -> dt.date:
    try:
        return dt.date.fromisoformat(path.stem)
    except ValueError as error:
        raise YamlError(f"{path.name}:0: 文件名不是日期（应为 2026-01-01.yaml）") from error


def _mapping(value: Any, path: Path) -> Mapping:
    if not isinstance(value, Mapping):
        raise YamlError(f"{path.name}:1: 文件应为键值结构")
    return value


def _load_enums(folder: Path) -> dict[str, dict[str, str]]:
    enums: dict[str, dict[str, str]] = {}
    for path in sorted((folder / "enums").glob("*.yaml")):
        for name, raw in _mapping(load_yaml(path), path).items():
            raw.check_keys(("source", "options"))
            enums[name] = {str(value): label for value, label in raw["options"].items()}
    return enums


def _load_tables(folder: Path) -> dict[str, Any]:
    merged: dict[str, list[Mapping]] = {}
    for path in sorted((folder / "tables").glob("*.yaml")):
        declared = _mapping(load_yaml(path), path)
        declared.check_keys(
            (),
            ("insurances", "zones", "channels", "outlet_classes", "feedback_kinds", "departments", "materials",
             "common_checks", "business_windows", "table_columns"),
        )  # fmt: skip
        merged.update({k: v for k, v in declared.items() if isinstance(v, list)})
    for raw in merged["materials"]:
        raw.check_keys(("code", "name", "name_en", "shareable", "department"))
    for raw in merged["common_checks"]:
        raw.check_keys(("id", "applies", "rule", "message"))
    window_keys = ("code", "kind", "channels", "items", "message")
    return {
        "materials": {m["code"]: Material(m["code"], m["name"], m["shareable"], m["department"]) for m in merged["materials"]},
        "channels": {c["code"]: c["name"] for c in merged["channels"]},
        "windows": {
            w["code"]: Window(
                w["code"], w["kind"], tuple(w["channels"]), tuple(w["items"]), w["message"],
                {k: v for k, v in w.items() if k not in window_keys},
            )
            for w in merged["business_windows"]
        },
        "common_checks": {c["id"]: Check(c["id"], c["rule"], c["message"]) for c in merged["common_checks"]},
        "feedback_kinds": {f["code"]: f["name"] for f in merged["feedback_kinds"]},
        "zones": {z["code"]: z["name"] for z in merged["zones"]},
        "departments": {d["code"]: d["name"] for d in merged["departments"]},
    }  # fmt: skip


def _known(raw: Mapping, key: str, allowed: Collection[Any]) -> None:
    values = raw[key] if isinstance(raw[key], list) else [raw[key]]
    for value in values:
        if value not in allowed:
            raise YamlError(f"{raw.where(key)}: {key} 的值 {value!r} 未声明（unknown value）")


def _item(raw: Any, valid_from: dt.date, group: str, enums: dict[str, dict[str, str]], tables: dict[str, Any]) -> Item:
    if not isinstance(raw, Mapping):
        raise YamlError(f"{group}: 事项应为键值结构")
    raw.check_keys(_ITEM_KEYS)
    _known(raw, "insurances", Insurance.values)
    _known(raw, "channels", tables["channels"])
    _known(raw, "business_windows", tables["windows"])
    _known(raw, "route", ROUTE_STEPS)
    _known(raw, "zone", tables["zones"])
    _known(raw, "feedback", tables["feedback_kinds"])
    _known(raw, "kind", ("general", "complex"))
    _known(raw, "window", ("general", "special"))
    _known(raw, "risk_class", (1, 2, 3))
    for material in raw["materials"]:
        material.check_keys(("code",), ("when",))
        _known(material, "code", tables["materials"])
    for field in raw["fields"]:
        field.check_keys(("name", "label", "type", "required", "index_code"), ("options",))
        _known(field, "type", FIELD_TYPES)
        if field["type"] in ("enum", "enum_list"):
            _known(field, "options", enums)
    for check in raw["checks"]:
        check.check_keys(("id", "rule", "message"))
    plural = (
        "insurances",
        "also_applicant",
        "channels",
        "outlet_classes",
        "route",
        "business_windows",
        "postings",
        "related",
        "effects",
    )
    values: dict[str, Any] = {key: tuple(raw[key]) if key in plural else raw[key] for key in _ITEM_KEYS}
    values["materials"] = tuple(ItemMaterial(m["code"], m.get("when", "")) for m in raw["materials"])
    values["fields"] = tuple(
        Field(f["name"], f["label"], f["type"], f["required"], f["index_code"], f.get("options")) for f in raw["fields"]
    )
    values["checks"] = tuple(Check(c["id"], c["rule"], c["message"]) for c in raw["checks"])
    return Item(valid_from=valid_from, group=group, digest=digest_of(raw), **values)
