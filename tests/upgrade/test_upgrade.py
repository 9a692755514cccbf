"""A database made by the release before is upgraded by the present code: nothing is lost, `verify` is silent, work goes on."""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.upgrade import databases
from tests.upgrade.databases import RELEASES, Place, copy_of, empty, sources_of
from yigui.config.pg_programs import program
from yigui.synthetic.demo_staff import API_TOKEN, PASSWORD

pytestmark = pytest.mark.slow
RELEASE = "0.1"
FACTS: dict[str, Any] = json.loads((RELEASES / RELEASE / "facts.json").read_text())
_TOKEN = {"Authorization": f"Bearer {API_TOKEN}"}


@pytest.fixture(scope="module")
def upgraded() -> Iterator[Place]:
    """The release's database, brought to the present version. Tests that write take a copy."""
    place = databases.upgraded(RELEASE, "upgraded")
    yield place
    shutil.rmtree(place.data)


def test_verify_is_silent_after_the_upgrade(upgraded: Place) -> None:
    assert upgraded.yigui("verify") == ""


def test_nothing_is_lost_by_the_upgrade(upgraded: Place) -> None:
    assert dict(upgraded.ask("SELECT case_no, status FROM casework_case")) == FACTS["statuses"]
    batches = upgraded.ask("SELECT id, kind, period, status, row_count, total_fen FROM runs_batch")
    assert {str(row[0]): [*row[1:]] for row in batches} == FACTS["batches"]
    assert [root for (root,) in upgraded.ask("SELECT root FROM casework_seal ORDER BY id")] == FACTS["seals"]
    assert upgraded.ask("SELECT coalesce(sum(amount_fen), 0)::bigint FROM contributions_receipt") == [
        (FACTS["balances"]["received"],)
    ]
    assert upgraded.ask("SELECT count(*) FROM benefits_line") == [(FACTS["batches"][str(FACTS["paid"])][3],)]


_OPERATORS = """
import django
django.setup()
from yigui.identity import demo
from yigui.identity.models import UnitLogin
from yigui.identity.outside_sessions import SignInPlace, unit_of_session
from yigui.identity.proof import proof_of
from yigui.identity.unit_logins import UnitLoginBackend, enter_unit
import datetime as dt
name = UnitLogin.objects.order_by("id").values_list("username", flat=True)[0]
print(UnitLoginBackend().authenticate(None, username=name, password="wrong", realm="unit"))
login = UnitLoginBackend().authenticate(None, username=name, password=demo.PASSWORD, realm="unit")
entered = enter_unit(proof_of(login), "", place=SignInPlace("online", dt.timedelta(minutes=20)))
print(unit_of_session(entered.secret, entered.number).username == name)
print(UnitLogin.objects.exclude(password="").count())
"""


def test_operators_of_units_sign_in_with_the_password_of_the_release(upgraded: Place) -> None:
    place = copy_of(upgraded, "operators")
    assert place.ask("SELECT count(*) > 0 FROM identity_credential WHERE holder LIKE 'unit:%%'") == [(True,)]
    assert place.python("-c", _OPERATORS).split() == ["None", "True", "0"]
    assert place.yigui("verify") == ""


def test_migrating_again_changes_nothing(upgraded: Place) -> None:
    before = schema_of(upgraded)
    upgraded.yigui("migrate")
    assert schema_of(upgraded) == before


def test_an_upgraded_schema_is_the_schema_of_a_new_installation(upgraded: Place) -> None:
    # As the first migration of an empty database has left it, at the beginning of this run.
    new = copy_of(Place("prepared", Path(tempfile.mkdtemp(prefix="yigui-fresh-"))), "fresh")
    # A dump writes some conditions in another form, and only what the release made has been through one; so go both now.
    places = (through_a_dump(upgraded, "upgraded_again"), through_a_dump(new, "fresh_again"))
    old, fresh = map(schema_of, places)
    for place in (new, *places):
        shutil.rmtree(place.data)
    assert sorted(old - fresh) == []
    assert sorted(fresh - old) == []


def through_a_dump(place: Place, name: str) -> Place:
    """A database with the same schema, read from a dump."""
    again = empty(name)
    dumped = subprocess.run([program("pg_dump"), "-s", "-d", place.url("YIGUI_TEST_SUPER_URL")], check=True, capture_output=True)
    subprocess.run(
        [program("psql"), "-qX", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, "-d", again.url("YIGUI_TEST_SUPER_URL")], input=dumped.stdout, check=True
    )  # fmt: skip
    return again


def schema_of(place: Place) -> set[str]:
    """Every statement of the schema, privileges included; what bears a number is left out: tables that the release's batches made, and
    the counters of tries to sign in, one for each person. So is what the server's own preparation takes away in the database it starts with."""
    dump = [program("pg_dump"), "--schema-only", "-d", place.url("YIGUI_TEST_SUPER_URL")]
    text = subprocess.run(dump, check=True, capture_output=True, text=True).stdout
    text = re.sub(r"^(--.*|\\(un)?restrict .*)\n", "", text, flags=re.MULTILINE)
    statements = {" ".join(part.split()) for part in re.split(r";\n\n", text)}
    of_batch = re.compile(rf"\b[a-z_]+_({'|'.join(FACTS['batches'])})(_\w+)?\b")
    counters = re.compile(r"\bidentity_tries_[a-z]+_\d+\b")
    statements = {part for part in statements if " ON FUNCTION pg_catalog." not in part}
    return {part for part in statements if part and not of_batch.search(part.split(" (")[0]) and not counters.search(part)}


def change_form(place: Place, number: int) -> dict[str, Any]:
    """An application of class 3: another mobile number of a person insured on their own account."""
    ((id_number, name, mobile),) = place.ask(
        "SELECT id_number, name, mobile FROM registry_person p WHERE retired_on IS NULL AND NOT EXISTS (SELECT 1 FROM registry_employment e "
        "WHERE e.person_id = p.id) AND NOT EXISTS (SELECT 1 FROM casework_case c WHERE c.person_id = p.id) ORDER BY id OFFSET %s LIMIT 1",
        number,
    )
    return {
        "id_number": id_number,
        "person_name": name,
        "change_item": "01",
        "old_value": mobile,
        "new_value": f"1390000{number:04d}",
    }


def renewed(place: Place) -> str:
    """The partner's token, made anew as the page about upgrades says: the database knows no program by a token it has never seen."""
    return place.yigui("token", "--partner", "demo_platform", "--user", "api-demo", "--channel", "online").strip()


def accept(address: str, form: dict[str, Any], token: str) -> dict[str, Any]:
    """The case made by the interface; with the token of the release it is refused in words, and nothing is kept."""
    body = {"item_code": "CHG-003", "form": form, "materials": [{"code": "id_card"}]}
    refused = httpx.post(f"{address}/api/cases", json=body, headers=_TOKEN, timeout=60)
    assert (refused.status_code, refused.json()["code"]) == (403, "identity.not_seen")
    answer = httpx.post(f"{address}/api/cases", json=body, headers={"Authorization": f"Bearer {token}"}, timeout=60)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


_GO_ON = """
import django
django.setup()
import time
from tests import city
from tests.conftest import TODAY
import sys
under_way, class_1 = sys.argv[1:]
from yigui.casework.models import Case
from yigui.identity import demo, proof
from yigui.staff.models import User
people = {}
for name in ("reviewer", "rechecker"):
    people[name] = User.objects.select_related("agency").get(username=name)
    # The password is the one of the release; a device of the database's own is set up once, with a code of `yigui enrol`.
    proof.with_proof(people[name], proof.sign_in(name, demo.PASSWORD).token)
city.user = people.get
secret, step = proof.begin_device(people["rechecker"], proof.issue_enrolment(people["rechecker"].pk)), int(time.time()) // 30
assert proof.confirm_device(people["rechecker"], demo.code_of(secret, step))
proof.with_code(people["rechecker"], demo.code_of(secret, step + 1))
case = Case.objects.get(case_no=under_way)
city.decide(case, "reviewer")
print(city.decide(case, "rechecker").status)
print(city.decide(Case.objects.get(case_no=class_1), "rechecker").status)
"""


def test_work_goes_on_where_the_release_left_it(upgraded: Place) -> None:
    place = copy_of(upgraded, "worked")
    token = renewed(place)
    with place.served() as address:
        assert accept(address, change_form(place, 3), token)["status"] == "finished"
    assert place.python("-c", _GO_ON, FACTS["under_way"], FACTS["class_1"]).split() == ["finished", "open"]
    place.yigui("levy", "execute", "--batch", str(FACTS["approved"]), "--user", "head", "--write")
    assert place.ask("SELECT status FROM runs_batch WHERE id = %s", FACTS["approved"]) == [("executed",)]
    assert "封存根" in place.yigui("seal", "--write")
    assert place.ask("SELECT count(*) FROM casework_seal") == [(len(FACTS["seals"]) + 1,)]
    assert place.yigui("verify") == ""


@pytest.fixture(scope="module")
def old_sources() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="yigui-release-"))
    yield sources_of(RELEASE, folder)
    shutil.rmtree(folder)


def test_the_release_reads_the_upgraded_database_until_its_web_servers_are_restarted(upgraded: Place, old_sources: Path) -> None:
    """What is promised of a rolling restart: the code before reads and signs people in. It signs nothing any more: for the database the
    people at its pages have not signed in."""
    place = copy_of(upgraded, "rolling")
    with place.served(old_sources) as address:
        cases = place.ask("SELECT count(*) FROM casework_case")
        body = {"item_code": "CHG-003", "form": change_form(place, 4), "materials": [{"code": "id_card"}]}
        assert httpx.post(f"{address}/api/cases", json=body, headers=_TOKEN, timeout=60).status_code >= 500
        assert place.ask("SELECT count(*) FROM casework_case") == cases
        case_no = next(iter(FACTS["statuses"]))
        with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
            client.get("/sign-in/")
            signed_in = client.post(
                "/sign-in/", data={"username": "teller", "password": PASSWORD, "csrfmiddlewaretoken": client.cookies["csrftoken"]}
            )
            assert "林晓燕" in signed_in.text
            page = client.get(f"/cases/{case_no}/")
            assert page.status_code == 200
            assert case_no in page.text
    assert place.yigui("verify") == ""
