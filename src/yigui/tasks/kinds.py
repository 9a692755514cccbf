"""Kinds of tasks (任务种类): dated YAML, read and validated once per process."""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from yigui.catalogue.declarations import declared
from yigui.common.rooms import rooms
from yigui.common.yaml_files import Mapping, YamlError, load_yaml
from yigui.staff.enums import Role, Stage

#: The kinds of the house; a room may have its own (`Room.task_kinds`).
DECLARATIONS = Path(__file__).parent / "declarations"
#: Which finished case ends a task by itself: one begun from it, or any case of these items about the same person or employer.
CLOSES = ("linked", "subject")


@dataclass(frozen=True)
class Outcome:
    """One way a task can end (处理结果).

    `items`: a finished case of one of these items is needed; `closes` says which one ends the task by itself.
    `needs_note`: the person must say something. `by_system`: nobody can choose it.
    """

    code: str
    label: str
    items: tuple[str, ...] = ()
    closes: str = ""
    needs_note: bool = False
    by_system: bool = False


@dataclass(frozen=True)
class Kind:
    """One kind of task in one version: who works it (posts, and the stage and zone of the work whose section it lies in; "" for the
    whole agency), to which other posts it may be handed on, in how many working days, how it may end, on what ground."""

    code: str
    valid_from: dt.date
    label: str
    text: str
    posts: tuple[str, ...]
    stage: str
    zone: str
    hand_on: tuple[str, ...]
    term_workdays: int
    outcomes: tuple[Outcome, ...]
    source: str

    @property
    def items(self) -> tuple[str, ...]:
        """Items whose cases end it, in the order of the outcomes."""
        return tuple(dict.fromkeys(code for o in self.outcomes for code in o.items))

    @property
    def choices(self) -> tuple[Outcome, ...]:
        """The outcomes a person may choose."""
        return tuple(o for o in self.outcomes if not o.by_system)

    def outcome(self, code: str) -> Outcome:
        """The outcome with this code.

        Raises:
            KeyError: the kind has none.
        """
        return {o.code: o for o in self.outcomes}[code]


@cache
def _all() -> dict[str, tuple[Kind, ...]]:
    found: dict[str, tuple[Kind, ...]] = {}
    for folder in (room.task_kinds for room in rooms() if room.task_kinds is not None):
        of_room = load_kinds(folder)
        if twice := found.keys() & of_room.keys():
            raise YamlError(f"{folder.parent.name}: 任务种类 {'、'.join(sorted(twice))} 已由其他模块声明")
        found |= of_room
    return found


def kind_of(code: str, on: dt.date) -> Kind:
    """The version of a kind in force on a day.

    Raises:
        KeyError: no such kind, or not yet in force.
    """
    for kind in reversed(_all()[code]):
        if kind.valid_from <= on:
            return kind
    raise KeyError(code)


def kind_version(code: str, valid_from: dt.date) -> Kind:
    """Exactly one version of a kind: the one a task was opened under."""
    return next(k for k in _all()[code] if k.valid_from == valid_from)


def all_kinds(on: dt.date) -> list[Kind]:
    """All kinds in force on a day, as declared."""
    return [kind_of(code, on) for code, versions in _all().items() if versions[0].valid_from <= on]


@cache
def closing_items() -> frozenset[str]:
    """Items whose finished cases may end a task, of any version."""
    return frozenset(code for versions in _all().values() for kind in versions for code in kind.items)


def load_kinds(folder: Path) -> dict[str, tuple[Kind, ...]]:
    """Read and validate a folder of declarations.

    Raises:
        YamlError: unknown, missing or duplicate key, a post or an item that does not exist; begins with file and line.
    """
    found: dict[str, list[Kind]] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            valid_from = dt.date.fromisoformat(path.stem)
        except ValueError as error:
            raise YamlError(f"{path.name}:0: 文件名不是日期（应为 2026-01-01.yaml）") from error
        declared = load_yaml(path)
        declared.check_keys(("kinds",))
        seen: set[str] = set()
        for raw in declared["kinds"]:
            kind = _kind(raw, valid_from)
            if kind.code in seen:
                raise YamlError(f"{raw.where('code')}: 任务种类 {kind.code} 重复")
            seen.add(kind.code)
            found.setdefault(kind.code, []).append(kind)
    return {code: tuple(versions) for code, versions in found.items()}


def _kind(raw: Mapping, valid_from: dt.date) -> Kind:
    raw.check_keys(("code", "label", "text", "posts", "stage", "term_workdays", "outcomes", "source"), ("zone", "hand_on"))
    for post in [*raw["posts"], *raw.get("hand_on", ())]:
        if post not in Role.values:
            raise YamlError(f"{raw.where('posts')}: 岗位 {post!r} 不存在")
    if raw["stage"] not in ("", *Stage.values):
        raise YamlError(f"{raw.where('stage')}: 业务环节 {raw['stage']!r} 不存在")
    if raw.get("zone", "") not in ("", *declared().zones):
        raise YamlError(f"{raw.where('zone')}: 业务分区 {raw['zone']!r} 不存在")
    outcomes = tuple(_outcome(o) for o in raw["outcomes"])
    if not raw["posts"] or not any(not o.by_system for o in outcomes):
        raise YamlError(f"{raw.where()}: 任务种类 {raw['code']} 没有人能办结")
    if len({o.code for o in outcomes}) != len(outcomes) or raw["term_workdays"] <= 0:
        raise YamlError(f"{raw.where()}: 任务种类 {raw['code']} 的结果重复，或期限不是正数")
    return Kind(
        code=raw["code"], valid_from=valid_from, label=raw["label"], text=raw["text"], posts=tuple(raw["posts"]), stage=raw["stage"],
        zone=raw.get("zone", ""), hand_on=tuple(raw.get("hand_on", ())),
        term_workdays=raw["term_workdays"], outcomes=outcomes, source=raw["source"],
    )  # fmt: skip


def _outcome(raw: Any) -> Outcome:
    raw.check_keys(("code", "label"), ("items", "closes", "note", "system"))
    for code in raw.get("items", ()):
        if code not in declared().versions:
            raise YamlError(f"{raw.where('items')}: 事项 {code} 未声明")
    closes = raw.get("closes", "")
    if (closes != "") != bool(raw.get("items")) or closes not in ("", *CLOSES):
        raise YamlError(f"{raw.where()}: 须以办件为据的结果应写明 items 和 closes（linked 或 subject）")
    return Outcome(
        code=raw["code"], label=raw["label"], items=tuple(raw.get("items", ())), closes=closes, needs_note=raw.get("note", False),
        by_system=raw.get("system", False),
    )  # fmt: skip
