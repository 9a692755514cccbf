"""Templates are written to be read, and reading them changes no page."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tools.templates.__main__ import LONGEST, main, template_paths
from tools.templates.tree import Unreadable
from tools.templates.write import formatted

ALL = template_paths()


def lines(source: str) -> list[str]:
    return formatted(source).splitlines()


def test_each_element_stands_on_a_line_of_its_own() -> None:
    assert lines("<table><tr><td>{{ a }}</td><td>{{ b }}</td></tr></table>\n") == [
        "<table>",
        "  <tr>",
        "    <td>{{ a }}</td>",
        "    <td>{{ b }}</td>",
        "  </tr>",
        "</table>",
    ]


@pytest.mark.parametrize("source", [
    "<p>{{ amount }}元</p>",
    "<p><strong>{{ amount }}</strong>元{% if late %}（逾期）{% endif %}。</p>",
    '<p>{% for x in xs %}{{ x }}{% if not forloop.last %}、{% endif %}{% endfor %}</p>',
    "<p>" + "长" * 60 + "<strong>{{ x }}</strong>" + "长" * 60 + "{% if a %}甲{% else %}乙{% endif %}</p>",
])  # fmt: skip
def test_no_white_space_is_added_where_a_page_would_show_it(source: str) -> None:
    wanted = re.sub(r"(?<=<p>)|(?=</p>)", " ", source).replace("<p> ", "<p>").replace(" </p>", "</p>")
    assert re.sub(r"(?<=<p>)\s+|\s+(?=</p>)", "", formatted(source)) == wanted


def test_white_space_that_was_there_stays() -> None:
    assert "</a> <a" in re.sub(r"\s+", " ", formatted("<td>{{ x }}<a>甲</a> <a>乙</a>丙</td>"))


def test_things_in_a_flex_box_stand_apart_and_those_in_a_line_do_not() -> None:
    boxes = '<div class="{}"><button>甲</button><button>乙</button></div>'
    assert len(lines(boxes.format("d-flex"))) == 4
    assert "</button><button>" in formatted(boxes.format("plain"))


def test_long_tags_are_broken_between_attributes_and_values_stay_whole() -> None:
    found = lines(
        f'<div><form class="d-flex" hx-post="{{% url \'a:b\' x %}}" hx-vals=\'{{"a":  "b"}}\' data-x="{"很" * 40}">x</form></div>'
    )
    assert any(line.strip() == """hx-vals='{"a":  "b"}'""" for line in found)
    assert any(line.strip() == """hx-post="{% url 'a:b' x %}\"""" for line in found)


def test_a_textarea_is_left_as_it_is() -> None:
    assert "<textarea>\n  a\n   b</textarea>" in formatted("<div><textarea>\n  a\n   b</textarea></div>")


@pytest.mark.parametrize("source", ["<div><p></div>", "{% if a %}<div>{% endif %}</div>", "<div>", "{% endif %}"])
def test_tags_that_do_not_nest_are_refused(source: str) -> None:
    with pytest.raises(Unreadable):
        formatted(source)


def test_every_template_is_written_to_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().out


def test_a_template_that_is_not_is_named_and_rewritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.html"
    page.write_text("<div><p>甲</p><p>乙</p></div>\n")
    assert main(["--check", str(page)]) == 1
    assert str(page) in capsys.readouterr().out
    assert main([str(page)]) == 0
    assert page.read_text() == "<div>\n  <p>甲</p>\n  <p>乙</p>\n</div>\n"
    page.write_text("<p>" + "长" * LONGEST + "</p>\n")
    assert main(["--check", str(page)]) == 1


def test_an_include_gets_what_it_lists_and_nothing_else() -> None:
    includes = [(path, tag) for path in ALL for tag in re.findall(r"\{% include .*?%\}", path.read_text())]
    # A page too long for one file is cut: its part, included there alone and with nothing named, sees what the page sees.
    tags = [tag for _, tag in includes]
    open_ones = [(path, tag) for path, tag in includes if not tag.endswith(" only %}")]
    assert [f"{path}: {tag}" for path, tag in open_ones if " with " in tag or tags.count(tag) > 1] == []
    parts = [path for path in ALL if "includes" in path.parts]
    assert [str(path) for path in parts if not path.read_text().startswith(("{# Inputs: ", "{# No inputs. "))] == []


class _Inline(HTMLParser):
    """Handlers and styles written into tags."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [f"<{tag} {name}={value}>" for name, value in attrs if name.startswith(("on", "hx-on"))]
        # A width that comes from data has no other place than the tag.
        self.found += [f"<{tag} style={value}>" for name, value in attrs if name == "style" and "{{" not in (value or "")]
        self.found += ["<script> in the page"] if tag == "script" and "src" not in dict(attrs) else []


@pytest.mark.parametrize("path", ALL, ids=lambda path: "/".join(path.parts[path.parts.index("templates") + 1 :]))
def test_no_template_holds_handlers_scripts_or_fixed_styles(path: Path) -> None:
    reader = _Inline()
    reader.feed(re.sub(r"\{%.*?%\}|\{#.*?#\}", "", path.read_text()))
    assert not reader.found
