"""A view that takes the one who asks as an officer stands behind a page right."""

import ast
from pathlib import Path

import yigui

ROOT = Path(yigui.__file__).parent


def officer_views(source: str) -> dict[str, list[str]]:
    """Decorated functions that take an `OfficerRequest`, with their decorators as written."""
    return {
        node.name: [ast.unparse(d) for d in node.decorator_list]
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef)
        and node.decorator_list
        and any(a.annotation is not None and ast.unparse(a.annotation) == "OfficerRequest" for a in node.args.args)
    }


def test_a_view_of_officers_stands_behind_a_page_right() -> None:
    views = {f"{p.relative_to(ROOT)}:{n}": ds for p in ROOT.rglob("*.py") for n, ds in officer_views(p.read_text()).items()}
    assert len(views) > 30
    assert not [name for name, decorators in views.items() if not any(d.startswith("page_right(") for d in decorators)]


def test_no_view_asserts_what_its_door_has_asked() -> None:
    assert not [p for p in ROOT.rglob("*.py") if "assert isinstance(request.user, User)" in p.read_text()]
