"""Every page of every door, with the statements it sends: a page that asks more than yesterday shows in the difference.

After a change that is meant: `pytest tests/doors --snapshot-update`, and read the difference in the commit.
"""

import re
from functools import cache
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from tests.doors.statements import counted, statements
from tests.doors.world import World
from yigui.api.urls import api
from yigui.common.cache import forget_kept

#: No pages: what only a POST opens, files, and what a browser reads by itself.
NO_PAGES = (
    "<int:material_id>/",
    ".pdf",
    ".xlsx",
    ".csv",
    "export/",
    "sw.js",
    "manifest.webmanifest",
    "<str:form>",
    "<path:name>",
    "levy/plan",
)
#: How often one statement may be sent: for each insurance, not for each row.
REPEATS_MAX = 8
#: Where a person is led on to the page that is theirs.
LEADS_ON = ("/", "/sections/", "/queue/", "/queue/cross-check/", "/account/device/")


def opened_by_get(view: Any) -> bool:
    """Whether a page may be asked for, as its decorator says (`require_POST`, `require_http_methods`); one without any may."""
    while view is not None:
        for cell in getattr(view, "__closure__", None) or ():
            methods = cell.cell_contents
            if isinstance(methods, list) and methods and all(isinstance(m, str) and m.isupper() for m in methods):
                return "GET" in methods
        view = getattr(view, "__wrapped__", None)
    return True


@cache
def pages() -> list[str]:
    """Every address that a GET opens: pages of every door, and what the interface answers."""
    found: list[str] = []
    answered = {path for path, methods in api.get_openapi_schema()["paths"].items() if "get" in methods}

    def walk(patterns: list[Any], prefix: str) -> None:
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, path)
            elif isinstance(pattern, URLPattern):
                if path.startswith("/api/") and re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path) not in answered:
                    continue
                is_page = not path.endswith(NO_PAGES) and path not in LEADS_ON and opened_by_get(pattern.callback)
                found.extend([path] if is_page else [])

    walk(get_resolver().url_patterns, "/")
    return found


@pytest.fixture(scope="module")
def world(fresh_city: None) -> World:
    return World()


class PlainFiles(SingleFileSnapshotExtension):
    """One file a page, to be read as text."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(PlainFiles)


def name(path: str) -> str:
    """A path as the name of a file."""
    return re.sub(r"<(?:\w+:)?(\w+)>", r"\1", path).strip("/").replace("/", "-")


@pytest.mark.parametrize("path", pages(), ids=name)
def test_the_statements_of_a_page(path: str, world: World, snapshot: SnapshotAssertion) -> None:
    url = world.address(path)
    visitor = world.visitor(path, url)
    answer = visitor.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    forget_kept()
    with statements() as sent:
        assert visitor.get(url).status_code == 200
    assert "\n".join(counted(sent)) + "\n" == snapshot
    again = {line: sent.count(line) for line in sent if sent.count(line) > REPEATS_MAX}
    assert not again, "a statement for each row of a list"
