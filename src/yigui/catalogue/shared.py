"""What the items share (代码表、材料、渠道、受理时间、服务人群): files laid upon each other, as in force on a day."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yigui.catalogue.shapes import (
    AmountSpan,
    BasesFile,
    CodeList,
    CommonCheck,
    DateSpan,
    IntakeRule,
    Material,
    Named,
    PolicyDocument,
    TablesFile,
    Visitor,
    VisitorsFile,
    WordsFile,
)
from yigui.common.dated_files import day_of, in_force, merged
from yigui.common.item_codes import prefix_of
from yigui.common.strict_yaml import read_as
from yigui.common.yaml_files import load_yaml
from yigui.registry.enums import Insurance

#: Lists of a tables file whose codes other declarations may name.
_CODED = ("zones", "channels", "outlet_classes", "feedback_kinds", "departments", "materials")


@dataclass(frozen=True)
class Basis:
    """What an item rests on (政策依据): a document and its articles, "" where the whole of it."""

    document: PolicyDocument
    articles: str

    def __str__(self) -> str:
        return f"《{self.document.name}》（{self.document.number}）{self.articles}"

    @property
    def is_verified(self) -> bool:
        """Whether the text was read."""
        return self.document.status == "verified"


@dataclass(frozen=True, eq=False)
class Tables:
    """What the items share, as in force on one day.

    `enums` are the codes that can be chosen, by list; `labels` also those withdrawn since, so that an old case still says what
    was chosen. `channels`, `feedback_kinds`, `zones`, `departments` and `outlet_classes` are code and name. `bases` and `words`
    (what the counter calls it): by item.
    `date_spans`: by item ("" for all others) and field; `amount_spans`: by field.
    """

    enums: Mapping[str, Mapping[str, str]]
    labels: Mapping[str, Mapping[str, str]]
    materials: Mapping[str, Material]
    channels: Mapping[str, str]
    self_service: frozenset[str]
    windows: Mapping[str, IntakeRule]
    common_checks: Mapping[str, CommonCheck]
    feedback_kinds: Mapping[str, str]
    zones: Mapping[str, str]
    departments: Mapping[str, str]
    outlet_classes: Mapping[str, str]
    table_columns: Mapping[str, tuple[str, ...]]
    date_spans: Mapping[tuple[str, str], DateSpan]
    amount_spans: Mapping[str, AmountSpan]
    visitors: Mapping[str, Visitor]
    bases: Mapping[str, tuple[Basis, ...]]
    words: Mapping[str, tuple[str, ...]]

    def label(self, code_list: str | None, value: str) -> str:
        """The words of a code; the code itself where the list does not know it."""
        return self.labels.get(code_list or "", {}).get(value, value)


class Shared:
    """The files of `tables`, `enums`, `visitors`, `bases` and `words` of some folders, read and validated, those of later days too.

    Raises:
        YamlError: unknown, missing or duplicate key, or a name that is declared nowhere; begins with file and line.
    """

    def __init__(self, *folders: Path) -> None:
        self._folders = folders
        self._tables: dict[Path, TablesFile] = {}
        self._enums: dict[Path, dict[str, CodeList]] = {}
        self._visitors: dict[Path, VisitorsFile] = {}
        self._bases: dict[Path, BasesFile] = {}
        self._words: dict[Path, WordsFile] = {}
        self._items: list[str] = []
        self._kept: dict[dt.date, Tables] = {}
        kinds = ("tables", "enums", "visitors", "bases", "words")
        self._days = sorted({day_of(path) for kind in kinds for path in self._files(kind)})
        for path in self._files("tables"):
            raw = load_yaml(path)
            self._tables[path] = read_as(TablesFile, raw, self._names(day_of(path), raw))
        for path in self._files("enums"):
            self._enums[path] = {name: read_as(CodeList, row) for name, row in load_yaml(path).items()}

    def read_what_names_items(self, items: Collection[str]) -> None:
        """The kinds of visitors, the bases and the words, once the items they are about are known."""
        for path in self._files("visitors"):
            names = self._names(day_of(path)) | {"items": items}
            self._visitors[path] = read_as(VisitorsFile, load_yaml(path), names)
        documents: set[str] = set()
        for path in self._files("bases"):
            raw = load_yaml(path)
            documents |= {str(row.get("code")) for row in raw.get("documents", ()) if isinstance(row, dict)}
            names = {"items": {*items, *map(prefix_of, items)}, "documents": documents}
            self._bases[path] = read_as(BasesFile, raw, names)
        for path in self._files("words"):
            self._words[path] = read_as(WordsFile, load_yaml(path), {"items": items})
        self._items = sorted(items)
        self._kept.clear()

    def _files(self, kind: str) -> list[Path]:
        return in_force((path for folder in self._folders for path in (folder / kind).glob("*.yaml")), dt.date.max)

    def on(self, day: dt.date) -> Tables:
        """What holds on a day; kept for each day on which something changes."""
        since = max((d for d in self._days if d <= day), default=dt.date.min)
        if since not in self._kept:
            self._kept[since] = self._laid(since)
        return self._kept[since]

    def _laid(self, day: dt.date) -> Tables:
        tables = [self._tables[path] for path in in_force(self._tables, day)]
        lists = [self._enums[path] for path in in_force(self._enums, day)]
        visitors = [self._visitors[path] for path in in_force(self._visitors, day)]
        options = {name: merged(c[name].options for c in lists if name in c) for codes in lists for name in codes}
        said = {name: _said(c[name].options for c in lists if name in c) for name in options}
        return Tables(
            enums={name: {code: label for code, label in codes.items() if label is not None} for name, codes in options.items()},
            labels=said,
            materials=merged({m.code: m for m in file.materials} for file in tables),
            channels=_names_of(file.channels for file in tables),
            self_service=frozenset(
                code for code, c in merged({c.code: c for c in f.channels} for f in tables).items() if c.self_service
            ),
            windows=merged({w.code: w for w in file.business_windows} for file in tables),
            common_checks=merged({c.id: c for c in file.common_checks} for file in tables),
            feedback_kinds=_names_of(file.feedback_kinds for file in tables),
            zones=_names_of(file.zones for file in tables),
            departments=_names_of(file.departments for file in tables),
            outlet_classes=_names_of(file.outlet_classes for file in tables),
            table_columns=merged(file.table_columns for file in tables),
            date_spans=merged(
                {(code, span.field): span for span in file.date_spans for code in span.items or ("",)} for file in tables
            ),
            amount_spans=merged({span.field: span for span in file.amount_spans} for file in tables),
            visitors=merged({v.code: v for v in file.visitors} for file in visitors),
            bases=self._bases_on(day),
            words=merged({w.item: tuple(w.words) for w in self._words[path].words} for path in in_force(self._words, day)),
        )

    def _bases_on(self, day: dt.date) -> dict[str, tuple[Basis, ...]]:
        """What each item rests on; the items a later file names rest on what that file says alone."""
        files = [self._bases[path] for path in in_force(self._bases, day)]
        documents = merged({d.code: d for d in file.documents} for file in files)
        return merged(
            {
                code: tuple(Basis(documents[b.document], b.articles) for b in file.bases if {code, prefix_of(code)} & set(b.items))
                for code in self._items
                if any({code, prefix_of(code)} & set(b.items) for b in file.bases)
            }
            for file in files
        )

    def names_on(self, day: dt.date) -> dict[str, Collection[Any]]:
        """What an item that holds from a day may name, for `read_as`."""
        now = self.on(day)
        return self._names(day) | {"windows": now.windows, "enums": now.enums, "table_columns": now.table_columns}

    def _names(self, day: dt.date, raw: Mapping[str, Any] | None = None) -> dict[str, Collection[Any]]:
        """Codes declared up to a day; of a file being read its own as well."""
        files = [self._tables[path] for path in in_force(self._tables, day) if path in self._tables]
        names: dict[str, Collection[Any]] = {"insurances": Insurance.values}
        for key in _CODED:
            own = {row.get("code") for row in (raw or {}).get(key, ()) if isinstance(row, dict)}
            names[key] = own | {entry.code for file in files for entry in getattr(file, key)}
        return names


def _names_of(layers: Iterable[Iterable[Named]]) -> dict[str, str]:
    return merged({entry.code: entry.name for entry in layer} for layer in layers)


def _said(layers: Iterable[Mapping[str, str | None]]) -> dict[str, str]:
    """The last label of every code, whether it can still be chosen or not."""
    return merged({code: label for code, label in layer.items() if label is not None} for layer in layers)
