"""docs/data-model.md, made from what rooms declare and from the models: one section per room, one table per table."""

import inspect
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db.models import Field, ForeignKey, Model, UniqueConstraint

from yigui.common.rooms import PRIVILEGES, Kind, Room, Table, rooms

_HEAD = """# Data model

Made by `./yigui docs data-model --write` from `room.py` and the models of each room; a test compares. Do not edit.

| kind | what it says | the application's login may |
| --- | --- | --- |
{kinds}

Where a table gives less than its kind it says so. Own rows: what people outside the agency read of it, an employer (unit) or a person, by
row-level security. A table without a model is a library's."""
_KINDS = {
    Kind.PROTECTED: "written only under a warrant, changed never or with a history of every change",
    Kind.APPEND_ONLY: "history that triggers keep from being changed by anybody",
    Kind.EVIDENCE: "what decisions rest on; may move on, is never deleted",
    Kind.WORKING: "drafts, sessions, queues, codes: nothing rests on it",
    Kind.DERIVED: "made by the owner out of other tables",
}


def data_model() -> str:
    """The whole page."""
    kinds = "\n".join(f"| {kind.value} | {said} | {', '.join(PRIVILEGES[kind])} |" for kind, said in _KINDS.items())
    models = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    parts = [_HEAD.format(kinds=kinds)]
    for room in rooms():
        if room.tables:
            parts += ["", *_room(room, models)]
    return "\n".join(parts) + "\n"


def _room(room: Room, models: dict[str, type[Model]]) -> Iterator[str]:
    yield f"## {room.name}"
    for name in sorted(room.tables):
        yield ""
        yield from _table(name, room.tables[name], models.get(name))


def _table(name: str, table: Table, model: type[Model] | None) -> Iterator[str]:
    yield f"### {name}"
    yield ""
    if model is not None and model.__module__.startswith("yigui."):
        yield _first_paragraph(model)
        yield ""
    yield f"{table.kind.value}{_narrower(table)}{_outside(table)}."
    if model is None or not model.__module__.startswith("yigui."):
        return
    yield ""
    yield "| column | type | what |"
    yield "| --- | --- | --- |"
    for field in model._meta.concrete_fields:
        yield f"| {field.column} | {_type(field)} | {_what(field)} |"
    unique = [", ".join(c.fields) for c in model._meta.constraints if isinstance(c, UniqueConstraint) and c.fields]
    if unique:
        yield ""
        yield "Once each: " + "; ".join(unique) + "."


def _first_paragraph(model: type[Model]) -> str:
    return inspect.cleandoc(model.__doc__ or "").partition("\n\n")[0].replace("\n", " ")


def _narrower(table: Table) -> str:
    if table.privileges is None or table.privileges == PRIVILEGES[table.kind]:
        return ""
    return f"; only {', '.join(table.privileges)}" if table.privileges else "; no privilege at all"


def _outside(table: Table) -> str:
    if table.courier:
        return "; read and removed by the courier"
    if table.is_public:
        return "; read by everybody outside"
    if table.own is None:
        return ""
    readers = [who for who, rows in (("unit", table.own.unit), ("person", table.own.person)) if rows]
    return f"; own rows: {', '.join(readers)}" + ("; some columns" if table.own.columns else "")


def _type(field: Field) -> str:  # type: ignore[type-arg]
    if isinstance(field, ForeignKey):
        return f"→ {field.remote_field.model._meta.db_table}"
    words = type(field).__name__.removesuffix("Field")
    return words + (f"({field.max_length})" if field.max_length else "") + (", may be empty" if field.null else "")


def _what(field: Field) -> str:  # type: ignore[type-arg]
    name = str(field.verbose_name)
    said = "" if name == field.name.replace("_", " ") or name == "ID" else name
    return f"{said}, key".lstrip(", ") if field.primary_key else said


def write(root: Path) -> list[Path]:
    """Write the page; gives its path."""
    path = root / "docs" / "data-model.md"
    path.write_text(data_model(), encoding="utf-8")
    return [path]
