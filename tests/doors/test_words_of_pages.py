"""English never shows, nor an internal key: the words in Latin letters on every page of every door are those this list allows."""

import html
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import yigui.law
from tests.doors.test_statements import name, pages
from tests.doors.world import World
from yigui.catalogue.declarations import declared
from yigui.common.item_codes import prefix_of
from yigui.common.yaml_files import load_yaml
from yigui.exchange.models import Partner
from yigui.staff.models import User

#: Names of the house, formats, standards, keys of the keyboard, initials that may be typed (jy: 减员): what people at an agency know by these letters.
KNOWN = {
    "yigui", "MA", "PDF", "CSV", "XLSX", "csv", "xlsx", "xls", "ods", "SM3", "UTF-8", "GB", "camt.054", "pain.002", "Alt", "Ctrl", "Enter", "Esc",
    "jy", *(prefix_of(code) for code in declared().versions),
}  # fmt: skip
#: What is no word: items, columns of LD/T 92, codes of verification, of payment and of files, numbers with letters, commands that a page tells the
#: administrator to run, the demonstration's password and machine, the address of a reader on this machine.
CODES = re.compile(
    r"[A-Z]{3}-\d{3}|\b[A-Z]\d+(?:-\d+)+\b|\b[0-9a-f]{8,64}\b|\b[A-Z]{3}\d{3}\b|\b(?:[A-Z0-9]{4}-){3}[A-Z0-9]{4}\b|\bJF[A-Z0-9]{8,}\b|(?<![\w.-])[A-Z0-9]*\d[A-Z0-9]*(?![\w.-])|[A-Z0-9]*\*[A-Z0-9*]*|\b\w+\.(?:csv|txt|pdf|xlsx)\b"
    r"|yigui (?:verify|seal|backup|check-backup)(?: --write)?|Yigui-2026|yigui-demo-(?:kiosk|machine|window|screen)|http://127\.0\.0\.1:\d+/card"
)
WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*[A-Za-z0-9_]")
#: The names of public tables that parameters come from, and other authors' marks on them.
SOURCES = set(WORD.findall(str(load_yaml(Path(yigui.law.__file__).parent / "source_names.yaml"))))
#: Attributes a person reads or hears.
READ = ("placeholder", "aria-label", "title", "alt")
#: Elements whose text nobody reads.
UNREAD = ("script", "style", "template")


class Seen(HTMLParser):
    """What a page says to a person: its text, and the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNREAD:
            self._inside.append(tag)
        found = dict(attrs)
        self.said += [found[key] or "" for key in READ if key in found]
        if tag in ("input", "button") and found.get("type") in ("submit", "button", "reset"):
            self.said.append(found.get("value") or "")

    def handle_endtag(self, tag: str) -> None:
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.said.append(data)


def latin(source: str) -> set[str]:
    """The words in Latin letters of a page that nothing allows."""
    seen = Seen()
    seen.feed(source)
    text = CODES.sub(" ", html.unescape(" ".join(seen.said)))
    # What people have typed as the name of an account or a partner is theirs.
    typed = [*User.objects.values_list("username", flat=True), *User.objects.values_list("full_name", flat=True)]
    named = KNOWN | SOURCES | set(WORD.findall(" ".join([*typed, *Partner.objects.values_list("name", flat=True)])))
    return {word for word in WORD.findall(text) if word not in named}


@pytest.fixture(scope="module")
def world(fresh_city: None) -> World:
    return World()


@pytest.mark.parametrize("path", [path for path in pages() if not path.startswith(("/api/",))], ids=name)
def test_no_english_and_no_key_of_ours(path: str, world: World) -> None:
    url = world.address(path)
    answer = world.visitor(path, url).get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    if not answer["Content-Type"].startswith("text/html"):
        return
    assert latin(answer.content.decode()) == set()


def test_a_word_of_english_and_a_key_would_be_found() -> None:
    page = (
        "<p>参保 active</p><input placeholder='id_card'><p title='SM3 of row'>REG-006</p><script>let unseen</script>"
        "<p>91511100MA00000021 91511*****MA* camt.054 UTF-8</p>"
    )
    assert latin(page) == {"active", "id_card", "of", "row"}
