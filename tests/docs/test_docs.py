"""What the documentation names is there: links, files, variables, metrics, programs of the service units."""

import re
from importlib.util import find_spec

import pytest

from tests.conftest import ROOT
from yigui.config import metrics

PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "benchmarks" / "README.md"])
OPERATING = ROOT / "docs" / "operating"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: object) -> None:
    text = page.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if link.startswith(("http", "mailto:")):
            continue
        place, _, anchor = link.partition("#")
        target = (page.parent / place).resolve() if place else page  # type: ignore[attr-defined]
        assert target.exists(), link
        if anchor:
            heads = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}, link


def test_every_variable_that_is_read_is_explained_and_the_other_way_round() -> None:
    sources = "\n".join(path.read_text() for path in (ROOT / "src" / "yigui").rglob("*.py"))
    read = set(re.findall(r"environ(?:\.get\(|\.setdefault\(|\[)\s*\"((?:YIGUI|DATABASE)_\w+)\"", sources))
    text = (OPERATING / "installation.md").read_text()
    told = set(re.findall(r"`((?:YIGUI|DATABASE)_[A-Z_]+)`", text))
    short = {f"YIGUI_MAIL{ending}" for ending in re.findall(r"`(_[A-Z]+)`", text)}
    # Of the reference partners and of programs that are rooms of their own.
    inner = {"YIGUI_PARTNER_KEY", "YIGUI_ROOMS"}
    assert sorted(read - told - short - inner) == []
    assert sorted(told - read) == []


def test_every_metric_is_explained_and_the_other_way_round() -> None:
    text = (OPERATING / "monitoring.md").read_text()
    table = text[text.index("| metric |") : text.index("## Alarms")]
    told = set(re.findall(r"yigui_[a-z_]+", table)) | {
        f"yigui_database{ending}" for ending in re.findall(r"`(_[a-z_]+)(?:\{|`)", table)
    }
    made = {question[0] for question in metrics._QUESTIONS}
    made |= {"yigui_requests_total", "yigui_request_seconds", "yigui_database_up", "yigui_documents_free_bytes"}
    assert told == made
    alarms = set(re.findall(r"yigui_[a-z_]+", text[text.index("## Alarms") :]))
    assert {name.removesuffix("_bucket") for name in alarms} <= made


def test_service_units_start_what_is_there() -> None:
    units = list((ROOT / "deploy" / "systemd").glob("*.service"))
    assert len(units) >= 4
    for unit in units:
        start = re.search(r"^ExecStart=(.*)$", unit.read_text(), re.MULTILINE)
        assert start is not None, unit.name
        module = re.search(r"-m (\S+)(?: (\w+))?", start[1])
        assert module is not None
        assert find_spec(module[1]) is not None, unit.name
        if module[1] == "yigui.config":
            from yigui.config.cli import COMMANDS

            assert module[2] in COMMANDS


def test_the_map_names_what_stands_in_the_files() -> None:
    for line in (ROOT / "docs" / "reading-map.md").read_text().splitlines():
        named = re.search(r"\]\((\.\./\S+)\) ((?:`\w+`(?:, )?)+) \|", line)
        if named is None:
            continue
        text = (ROOT / "docs" / named[1]).resolve().read_text()
        for name in re.findall(r"`(\w+)`", named[2]):
            assert name in text, line
