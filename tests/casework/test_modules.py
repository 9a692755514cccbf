"""The room is read from top to bottom: no module needs one that needs it, and none is fetched inside a function."""

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import yigui.casework

ROOM = Path(yigui.casework.__file__).parent


def modules_named(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom) and (node.module or "") == "yigui.casework":
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("yigui.casework."):
        return [(node.module or "").split(".")[2]]
    return []


def test_no_module_of_casework_needs_one_that_needs_it() -> None:
    needs = {}
    for file in ROOM.glob("*.py"):
        tree = ast.parse(file.read_text())
        at_top = {id(node) for node in tree.body}
        needs[file.stem] = {name for node in ast.walk(tree) for name in modules_named(node)}
        local = [
            node.lineno for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom)) and id(node) not in at_top
        ]
        assert local == [], f"{file.name}: imports inside a function at {local}"
    assert len(needs) > 20
    assert {"accept_case", "decide_step", "resubmit_case", "withdraw_case"} <= set(TopologicalSorter(needs).static_order())
