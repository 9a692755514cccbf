"""An import contract: items and doors write tables only through the use cases of the room that owns them, and hold no SQL.

What a table demands of whoever writes it (its warrant, its lock, the rows that go with it) is known by the room that owns it. Import
contracts see who imports what; whether a model is imported to be read or to be written only the source says. It is read, not run, and
what is not known to be harmless is refused: every attribute with the name of a writing method, called or handed on, every way to a
connection, and every helper of a lower room that takes SQL.
"""

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grimp
from importlinter import Contract, ContractCheck, fields, output

#: Writing methods of managers, query sets, rows and related managers.
_WRITES = {
    "create", "create_user", "get_or_create", "update_or_create", "bulk_create", "bulk_update", "update", "delete", "save", "save_base",
    "add", "set", "remove", "clear",
}  # fmt: skip
WRITES = _WRITES | {f"a{name}" for name in _WRITES} | {"_raw_delete", "_insert", "_update", "_do_insert", "_do_update"}
#: Ways past the models.
SQL = {"cursor", "execute", "executemany", "callproc", "copy_expert", "RawSQL", "get_connection", "_base_manager"}
#: The same, but also names of columns: refused where they are called, or handed on from a manager.
_ALSO_FIELDS = {"raw", "extra"}
#: What leads past the models when it is imported; so does the module it lies in, imported whole.
ROADS = {
    "django.db.connection", "django.db.connections", "django.db.backends", "psycopg", "operator.methodcaller",
    *(f"yigui.db.rows.{name}" for name in ("insert_row", "insert_rows", "update_row", "update_together", "update_where")),
    *(f"yigui.db.presence.{name}" for name in ("signed", "asked", "act_and_ask")),
}  # fmt: skip
#: Methods that give rows of the model they are asked of.
_SAME_MODEL = {
    "all", "filter", "exclude", "get", "first", "last", "latest", "earliest", "order_by", "only", "defer", "select_related",
    "select_for_update", "prefetch_related", "using", "create", "get_queryset",
}  # fmt: skip
#: Values of Python with methods of the same names.
_PLAIN = {"set", "dict", "list", "frozenset", "Counter", "defaultdict", "deque", "OrderedDict"}


class Writes(ast.NodeVisitor):
    """The writes of one module to tables of other rooms, and its own SQL: (line, words, word), the last for an exception."""

    def __init__(self, tree: ast.Module, room: str) -> None:
        self.room = room
        self.found: list[tuple[int, str, str]] = []
        self.models: dict[str, str] = {}
        self.returns: dict[str, str] = {}
        self.types: dict[str, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("yigui.") and not node.level:
                for name in node.names:
                    self.models[name.asname or name.name] = str(node.module).split(".")[1]
            elif isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith("models.Model") for base in node.bases):
                self.models[node.name] = room
            elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns is not None:
                self.returns[node.name] = _bare(node.returns)
        self.types = _types(tree.body, self)
        self.visit(tree)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        before = self.types
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        given = {argument.arg: _bare(argument.annotation) if argument.annotation else "" for argument in arguments}
        for name, kind in _types(node.body, self).items():
            given[name] = kind if given.get(name, kind) == kind else ""
        self.types = before | given
        self.generic_visit(node)
        self.types = before

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Import(self, node: ast.Import) -> None:
        for name in node.names:
            self._road(node, name.name, is_module=True)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for name in node.names:
            self._road(node, str(node.module) if name.name == "*" else f"{node.module}.{name.name}", is_module=name.name == "*")

    def _road(self, node: ast.AST, name: str, *, is_module: bool) -> None:
        """An import of a way past the models, or of the whole module it lies in."""
        leads = any(name == road or name.startswith(f"{road}.") or road.rpartition(".")[0] == name for road in ROADS)
        if leads or name.endswith(".RawSQL") or (is_module and any(road.startswith(f"{name}.") for road in ROADS)):
            self._say(node, f"imports {name}", name)

    def visit_Call(self, node: ast.Call) -> None:
        called = node.func
        if isinstance(called, ast.Call) and isinstance(called.func, ast.Name) and called.func.id == "getattr":
            self._say(node, f"calls {ast.unparse(called)[:60]}", "getattr")
        elif isinstance(called, ast.Name) and called.id in ("exec", "eval", "__import__"):
            self._say(node, f"calls {called.id}", called.id)
        elif isinstance(called, ast.Name) and called.id == "getattr" and len(node.args) > 1:
            named = node.args[1]
            if isinstance(named, ast.Constant) and named.value in WRITES | SQL | _ALSO_FIELDS:
                self._say(node, f"getattr of {named.value}", str(named.value))
        elif isinstance(called, ast.Attribute) and called.attr == "save" and _is_kept_unsaved(node):
            self.visit(called.value)
            return
        elif isinstance(called, ast.Attribute) and called.attr in _ALSO_FIELDS:
            self._say(node, f"{ast.unparse(called)[-60:]}()", called.attr)
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.generic_visit(node)
        if node.attr in SQL or (node.attr in _ALSO_FIELDS and "objects" in ast.unparse(node.value)):
            self._say(node, f"{ast.unparse(node)[-60:]}", node.attr)
        elif node.attr in WRITES and isinstance(node.ctx, ast.Load):
            model = self.model_of(node.value)
            if self.models.get(model) != self.room and model.partition("[")[0] not in _PLAIN:
                self._say(node, f"{ast.unparse(node)[-60:]} of {model or 'something unknown'}", node.attr)

    def _say(self, node: ast.AST, words: str, word: str) -> None:
        self.found.append((getattr(node, "lineno", 0), words, word))

    def model_of(self, value: ast.expr) -> str:
        """The class of a value as far as the module says it; "" for what is not known: an attribute of a row may be anything."""
        if isinstance(value, ast.Name):
            return self.types.get(value.id, "")
        if isinstance(value, ast.Attribute):
            if value.attr == "objects" and isinstance(value.value, ast.Name):
                return value.value.id
            return self.types.get(ast.unparse(value), "")
        if isinstance(value, ast.Subscript):
            return self.model_of(value.value) if self.models.get(self.model_of(value.value)) else ""
        if isinstance(value, ast.Call):
            return self._called(value.func)
        kinds = {ast.Set: "set", ast.SetComp: "set", ast.Dict: "dict", ast.DictComp: "dict", ast.List: "list", ast.ListComp: "list"}
        return kinds.get(type(value), "")

    def _called(self, called: ast.expr) -> str:
        if isinstance(called, ast.Name):
            is_class = called.id in _PLAIN or (called.id in self.models and called.id[0].isupper())
            return called.id if is_class else self.returns.get(called.id, "")
        return self.model_of(called.value) if isinstance(called, ast.Attribute) and called.attr in _SAME_MODEL else ""


def _bare(annotation: ast.expr) -> str:
    return ast.unparse(annotation).strip("'\"").removesuffix(" | None")


def _is_kept_unsaved(node: ast.Call) -> bool:
    """A form gives its row without storing it."""
    return any(k.arg == "commit" and isinstance(k.value, ast.Constant) and k.value.value is False for k in node.keywords)


def _types(body: list[ast.stmt], module: Writes) -> dict[str, str]:
    """What each name of a scope holds; "" for one that is bound in more than one way, or in a way that says nothing."""
    found: dict[str, set[str]] = {}
    simple: set[int] = set()
    for node in (inner for statement in body for inner in ast.walk(statement)):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, kind = node.targets[0], module.model_of(node.value)
        elif isinstance(node, ast.AnnAssign):
            target, kind = node.target, _bare(node.annotation)
        else:
            continue
        if isinstance(target, ast.Name | ast.Attribute):
            simple.add(id(target))
            found.setdefault(ast.unparse(target), set()).add(kind)
    for node in (inner for statement in body for inner in ast.walk(statement)):
        if isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store) and id(node) not in simple:
            found.setdefault(ast.unparse(node), set()).add("")
    return {name: kinds.pop() if len(kinds) == 1 else "" for name, kinds in found.items()}


def writes_of(source: str, room: str) -> list[tuple[int, str, str]]:
    """What the source of a module of a room writes past other rooms: (line, words, word)."""
    return sorted(set(Writes(ast.parse(source), room).found))


def page_modules(root: Path) -> set[Path]:
    """The modules whose functions are named in an `urls.py`: those that answer a page, whatever room they lie in."""
    found: set[Path] = set()
    for urls in root.glob("*/urls.py"):
        tree = ast.parse(urls.read_text())
        answering = {
            inner.id
            for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) in ("path", "re_path") and len(node.args) > 1
            for inner in ast.walk(node.args[1]) if isinstance(inner, ast.Name)
        }  # fmt: skip
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{root.name}."):
                for name in node.names:
                    if (name.asname or name.name) in answering:
                        found.add(_file_of(root, f"{node.module}.{name.name}") or _file_of(root, str(node.module)) or urls)
    return found


def _file_of(root: Path, module: str) -> Path | None:
    path = root.joinpath(*module.split(".")[1:])
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.exists()), None)


def held_modules(root: Path, keepers: set[str]) -> Iterator[Path]:
    """Every module of a room that is no keeper, and every page of those that are."""
    pages = page_modules(root)
    for path in sorted(root.glob("*/**/*.py")):
        if "migrations" not in path.parts and (path.relative_to(root).parts[0] not in keepers or path in pages):
            yield path


class UseCases(Contract):
    """The contract `use_cases`.

    Configuration options:
        - keepers:    rooms that write their own tables. Of these only the pages are held; every other room is held whole.
        - exceptions: `module: word` of what may stay; one that nothing needs any more breaks the contract.
    """

    type_name = "use_cases"

    keepers = fields.SetField(subfield=fields.StringField())
    exceptions = fields.SetField(subfield=fields.StringField(), required=False)

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        (name,) = self.session_options["root_packages"]
        root = Path(str(importlib.util.find_spec(name).origin)).parent  # type: ignore[union-attr]
        keepers: set[str] = set(self.keepers)  # type: ignore[call-overload]
        unused = set(self.exceptions or ())  # type: ignore[call-overload]
        allowed, found = frozenset(unused), []
        for path in held_modules(root, keepers):
            module = ".".join((name, *path.relative_to(root).with_suffix("").parts))
            for line, words, word in writes_of(path.read_text(), path.relative_to(root).parts[0]):
                unused.discard(f"{module}: {word}")
                if f"{module}: {word}" not in allowed:
                    found.append(f"{path.relative_to(root)}:{line}: {words}")
        found += [f"{exception}: an exception nothing needs" for exception in sorted(unused)]
        found += [f"{room}: no such room" for room in sorted(keepers) if not (root / room).is_dir()]
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: Any) -> None:
        output.print_error("Move these into a use case of the room that owns the table:", bold=True)
        for line in check.metadata["found"]:
            output.print_error(re.sub(r"\s+", " ", line), bold=False)
