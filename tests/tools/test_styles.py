"""The sheet of styles that travels holds what our pages can use, and nothing else of it is changed but how a colour is written."""

import re

import pytest
from tools.styles.__main__ import SHEET, SOURCE, Words, main, own_sheets, own_sources, written

LICENCE = "/*! Somebody, MIT */"


def sheet(rules: str, *sources: str, more: str = "") -> str:
    """What stays of the rules, without the head."""
    text = written(f'@charset "UTF-8";{LICENCE}{rules}', Words(sources), more)
    assert text.startswith(f'@charset "UTF-8";\n{LICENCE}\n')
    return text.split("\n", 2)[2].strip()


@pytest.mark.parametrize(
    ("selector", "source", "stays"),
    [
        (".card", '<div class="card">', True),
        (".card", '<div class="cards">', False),
        (".card .title", '<div class="card">', False),
        (".card .title", 'card("title")', True),
        (".btn.show", "button.classList.add('show'); btn", True),
        ("a:hover", "", True),
        (".card:not(.never)", '<div class="card">', True),
        (":is(.one,.other)", "", True),
        ("[data-theme=dark]", "", False),
        ("[data-theme=dark]", "<body data-theme='light'>", True),
        ("#found", "<div id='found'>", True),
        ("#found", "", False),
        (".bg-red-lt", "<b class='bg-{{ tone }}-lt'>", True),
        (".bg-red-lt", "<b class='bg-{% if x %}red{% endif %}-lt'>", True),
        (".btn-red", "<b class='btn-{% if x %}blue{% else %}red{% endif %}'>", True),
        (".row-red-lt", "<b class='row-{{ a }}-{{ b }} card'>", True),
        (".row-red", "<b class='row {% if a %}red{% endif %}'>", False),
        (".text-red", "f'text-{tone}'", True),
        (".text-red", "`text-${tone}`", True),
        (".text-red", "f'bg-{tone}'", False),
    ],
)
def test_a_rule_stays_where_all_it_asks_for_may_stand_on_a_page(selector: str, source: str, *, stays: bool) -> None:
    assert (sheet(f"{selector}{{color:red}}", source) == f"{selector}{{color:red}}") == stays


def test_of_several_selectors_those_stay_that_can_be_met() -> None:
    assert sheet(".a,.b>p,.c{margin:0!important}", "a c") == ".a,.c{margin:0!important}"


def test_media_stay_with_what_is_left_in_them() -> None:
    assert (
        sheet("@media (min-width:768px){.a{top:0}.b{top:1px}}@media print{.b{top:0}}", "a") == "@media (min-width:768px){.a{top:0}}"
    )


def test_properties_and_frames_stay_while_something_reads_them() -> None:
    rules = (
        ":root{--one:1px;--two:var(--one);--three:3px;--four:4px}.a{top:var(--two)}.b{top:var(--three);animation:turn 1s}"
        "@keyframes turn{to{top:0}}"
    )
    assert sheet(rules, "a", more="p{left:var(--four)}") == ":root{--one:1px;--two:var(--one);--four:4px}\n.a{top:var(--two)}"
    assert "@keyframes turn{to{top:0}}" in sheet(rules, "a b")


def test_colours_are_written_as_older_browsers_know_them() -> None:
    assert (
        sheet("a{color:oklch(62.8% 0.2577 29.23deg);background:oklch(100% 0 0deg / 50%)}")
        == "a{color:#ff0000;background:rgba(255,255,255,0.5)}"
    )


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("light-dark(var(--a), color-mix(in oklab, var(--b) 40%, #fff))", "var(--a)"),
        ("1px solid light-dark(light-dark(#111,#222),#333)", "1px solid #111"),
        ("color-mix(in oklab,var(--a) calc(var(--tblr-text-opacity,1) * 100%),transparent)", "var(--a)"),
        ("color-mix(in oklab,var(--a) 10%,transparent)", "color-mix(in oklab,var(--a) 10%,transparent)"),
        ("color-mix(in oklab,var(--a) calc(var(--tblr-text-opacity) * 100%),#fff)", "color-mix(in oklab,var(--a) calc(var(--tblr-text-opacity) * 100%),#fff)"),
    ],
)  # fmt: skip
def test_pages_are_light_and_mix_no_colour_with_nothing(value: str, wanted: str) -> None:
    assert sheet(f"a{{color:{value}}}") == f"a{{color:{wanted}}}"


def test_a_class_of_opacity_would_be_noticed() -> None:
    mixed = "a{color:color-mix(in oklab,red calc(var(--tblr-text-opacity) * 100%),transparent)}"
    rules = f"{mixed}.text-opacity-50{{--tblr-text-opacity:.5}}b{{opacity:var(--tblr-text-opacity)}}"
    assert "text-opacity-50" not in sheet(rules, "")
    with pytest.raises(ValueError, match=r"--tblr-text-opacity to \.5"):
        sheet(rules, "<i class='text-opacity-50'>")


def test_what_is_not_known_is_refused_and_not_lost() -> None:
    with pytest.raises(ValueError, match="@layer"):
        sheet("@layer base{a{top:0}}")
    with pytest.raises(ValueError, match="rule within a rule"):
        sheet("a{top:0;&:hover{top:1px}}")


def test_the_sheet_is_the_one_that_our_sources_ask_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().out
    assert not re.search(r"oklch\((?!from)|light-dark\(", SHEET.read_text())
    assert len(SHEET.read_text()) < len(SOURCE.read_text()) / 4
    assert own_sheets()
    assert own_sources()
