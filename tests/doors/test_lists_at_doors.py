"""Employers' lists as people sent them, at the platform's page and at the counter: each gives its right answer, and every line is accounted for.

`people/lists/` names people of a real-looking unit; their registrations as employed are taken in first, as of a unit of this city.
`people/bases/` names two units' staff; a unit of this city takes their place.
"""

import io
import re
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from tests import city
from tests.pages import signed_in as at_the_counter
from tests.pages import text_of
from tests.portal.test_applying import begin, login_of
from tests.portal.test_signing_in import signed_in
from yigui.casework.models import ApplicationList, Draft
from yigui.common.money import parse_yuan
from yigui.common.texts import in_one
from yigui.exchange.import_records import import_records
from yigui.exchange.import_registrations import RECORD_FILES
from yigui.identity.models import UnitLogin
from yigui.levy.declare import judge, read_wage_list
from yigui.registry.models import Employer, Person

HERE = Path(__file__).parent / "people"
#: People a file of bases names.
PEOPLE = 24
ANSWERS: dict[str, Any] = yaml.safe_load((HERE / "answers.yaml").read_text(encoding="utf-8"))
LISTS = sorted(path.name for path in (HERE / "lists").iterdir())
BASES = sorted(path.name for path in (HERE / "bases").iterdir())


def unit() -> tuple[UnitLogin, Client]:
    """A unit of the city at which everybody of the lists is registered as employed."""

    def make() -> tuple[UnitLogin, Client]:
        login = login_of(city.unit(city.next_seeker().credit_code))
        people = (HERE / "registrations.csv").read_text(encoding="utf-8").replace("CREDIT", login.employer.credit_code)
        partner = city.partner("employment_service", "就业")
        file = import_records(
            RECORD_FILES["employment_registration"],
            content=people.encode(),
            file_name="备案.csv",
            partner=partner,
            user=city.user("head"),
            today=city.TODAY,
        )
        assert not file.rejected
        return login, signed_in(login)

    return city.of_city("unit of the lists", make)


def at_door(door: str) -> tuple[Client, str]:
    """A browser at a door, and where lists of the unit are sent there."""
    login, client = unit()
    if door == "portal":
        return client, "/unit/apply/lists/REG-004/"
    return at_the_counter("teller"), f"/counter/lists/{login.employer.unit_no}/REG-004/"


#: Rows of a page's part that are listed one by one.
SHOWN = 100


def judged(name: str, door: str) -> dict[str, Any]:
    """What the page says of a list: the refusal, or the rows by their state, and the sentences of those that came back."""
    client, url = at_door(door)
    with transaction.atomic():
        before = ApplicationList.objects.count()
        answer = client.post(url, {"file": SimpleUploadedFile(name, (HERE / "lists" / name).read_bytes())})
        if answer.status_code != 302:
            assert (answer.status_code, ApplicationList.objects.count()) == (422, before)
            found = {"refused": _refusal(text_of(answer))}
        else:
            kept = ApplicationList.objects.latest("pk")
            page = text_of(client.get(answer["Location"]))
            states = {word: sum(row["state"] == word for row in kept.rows) for word in ("good", "bad", "aside")}
            said = [[row["row_no"], sentence] for row in kept.rows for sentence in row["sentences"]]
            told = [row for row in kept.rows if row["sentences"]]
            assert [row for row in told[:SHOWN] if in_one(row["sentences"]) not in page] == []
            assert sum(states.values()) == len(kept.rows)
            if len(told) > SHOWN:
                said = sorted([count, sentence] for sentence, count in Counter(s[:9] for _, s in said).items())
            notes = [[row["row_no"], note] for row in kept.rows for note in (*row["notes"], *filter(None, [row.get("unread")]))]
            assert [row["unread"] for row in kept.rows if "unread" in row and row["unread"] not in page] == []
            found = {**states, "said": said, "notes": notes}
        transaction.set_rollback(True)
    return found


def _refusal(page: str) -> str:
    found = re.search(r"文件“[^”]+”[^<]*?。(?:[^<]*?。)?", page)
    assert found is not None, page
    return found[0]


@pytest.mark.parametrize("name", LISTS)
def test_a_list_as_people_sent_it_gives_its_answer_at_both_doors(name: str) -> None:
    assert judged(name, "portal") == ANSWERS["lists"][name]
    assert judged(name, "counter") == ANSWERS["lists"][name]


def of_unit(name: str) -> tuple[Employer, bytes]:
    """A file of bases with the staff of a unit of this city in the place of those it was made with; all else of it as it was."""
    file = "staff-two.csv" if name[:2] in ("20", "21", "22") else "staff-one.csv"
    people = [line.split(",") for line in (HERE / file).read_text(encoding="utf-8").splitlines()[1:]]
    employer, staff = city.of_city("staff of the bases", large_unit)
    changes = [(number, str(one.id_number)) for (number, _), one in zip(people, staff, strict=False)]
    for (_, word), one in zip(people, staff, strict=False):
        changes += [(f">{word}", f">{one.name}"), (f">{word[0]} {word[1:]}", f">{one.name[0]} {one.name[1:]}")]
    out = io.BytesIO()
    with zipfile.ZipFile(HERE / "bases" / name) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            text = old.read(part)
            # All at once: what has taken somebody's place is nobody else's.
            pattern = re.compile("|".join(re.escape(before) for before, _ in sorted(changes, key=lambda c: -len(c[0]))))
            is_words = part.filename.endswith((".xml",)) and "/" in part.filename
            new.writestr(part, pattern.sub(lambda found: dict(changes)[found[0]], text.decode()) if is_words else text)
    return employer, out.getvalue()


def large_unit() -> tuple[Employer, list[Person]]:
    """A unit with as many people at work as a file of bases names."""
    for employer in Employer.objects.order_by("pk"):
        people = Person.objects.filter(employments__employer=employer, employments__end_period=None).distinct().order_by("pk")
        numeric = [person for person in people if str(person.id_number).isdigit() and len(person.name) > 1]
        if len(numeric) >= PEOPLE:
            return employer, numeric[:PEOPLE]
    raise AssertionError("no unit of this city is large enough")


def sent(client: Client, url: str, name: str, how: str = "") -> dict[str, Any]:
    """What the page of a declaration says of a list: the refusal, or how many of its rows are in the draft, and what the others lack."""
    employer, content = of_unit(name)
    page = text_of(client.post(f"{url}list/", {"file": SimpleUploadedFile(name, content), "how": how}))
    rows = Draft.objects.get(token=url.rstrip("/").rsplit("/", 1)[-1]).form.get("base_rows", [])
    if not rows and "文件“" in page:
        return {"refused": _refusal(page)}
    verdicts = judge(rows=read_wage_list(content, name), employer=employer, year=2026)
    told = [[v.row_no, v.sentence] for v in verdicts if v.sentence]
    assert [v.sentence for v in verdicts if v.state == "bad" and v.sentence not in page] == []
    return {"kept": [len(rows), sum(parse_yuan(row["declared_wage"]) for row in rows)], "said": told}


def declared_at(door: str, employer: Employer) -> tuple[Client, str]:
    """A declaration of bases begun at a door: the platform's or the counter's."""
    if door == "portal":
        client = signed_in(login_of(employer))
        return client, begin(client, "LVY-001")
    client = at_the_counter("teller")
    return client, str(client.post("/counter/drafts/", {"item": "LVY-001", "unit_no": employer.unit_no}).headers["Location"])


def by_page(door: str, name: str) -> dict[str, Any]:
    return sent(*declared_at(door, of_unit(name)[0]), name)


@pytest.mark.parametrize("name", BASES)
def test_a_list_of_bases_gives_its_answer_at_both_doors(name: str) -> None:
    assert by_page("portal", name) == ANSWERS["bases"][name]
    assert by_page("counter", name) == ANSWERS["bases"][name]


@pytest.mark.parametrize("door", ["portal", "counter"])
def test_the_two_rows_that_came_back_are_mended_and_merged(door: str) -> None:
    client, url = declared_at(door, of_unit("20-two-bad.xlsx")[0])
    assert sent(client, url, "20-two-bad.xlsx")["kept"] == [11, 11 * 6000_00]
    mended = "21-only-the-two-mended.xlsx"
    assert sent(client, url, mended)["kept"] == [11, 11 * 6000_00]
    assert sent(client, url, mended, "merge")["kept"] == [13, 13 * 6000_00]
    assert sent(client, url, "22-again-higher.xlsx", "replace")["kept"] == [13, 13 * 9000_00]


def test_every_file_has_its_answer() -> None:
    assert (set(ANSWERS["lists"]), set(ANSWERS["bases"])) == (set(LISTS), set(BASES))
