"""Formulas of the law that no room calls yet are listed in one place, each of them tested."""

import ast
import re
from pathlib import Path

import yigui
from yigui import law

ROOT = Path(yigui.__file__).parent
TESTS = Path(__file__).parent


def formulas_without_caller() -> set[str]:
    """Public functions of `law` whose name stands nowhere else in the product, nor twice in their own module."""
    sources = {path: path.read_text() for path in ROOT.rglob("*.py") if path.name != "field_names.py"}
    listed = ROOT / "law" / "__init__.py"
    words = {path: set(re.findall(r"\w+", text)) for path, text in sources.items()}
    found = set()
    for path in sorted((ROOT / "law").glob("*.py")):
        tree = ast.parse(sources[path])
        called = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        for node in tree.body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                elsewhere = any(node.name in said for other, said in words.items() if other not in (path, listed))
                if not elsewhere and node.name not in called:
                    found.add(f"{path.stem}.{node.name}")
    return found


def test_formulas_ahead_of_their_callers_are_those_listed() -> None:
    assert formulas_without_caller() == set(law.AHEAD_OF_CALLERS)


def test_a_formula_ahead_of_its_callers_is_tested() -> None:
    tests = "\n".join(path.read_text() for path in TESTS.glob("test_*.py") if path != Path(__file__))
    assert not [name for name in law.AHEAD_OF_CALLERS if not re.search(rf"\b{name.split('.')[1]}\b", tests)]
