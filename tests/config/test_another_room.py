"""A room needs nothing but its own folder: table, function, page with a menu entry, run kind, job and verification come with its `room.py`.

The room `lending` lies beside this file, outside the house. A program of its own prepares a copy of the database with it.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest

from tests.conftest import ROOT, _copy_database

PROGRAM = """
import json
import django
django.setup()
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from django.test.utils import setup_test_environment
from procrastinate.contrib.django import app
from yigui.config.prepare import prepare_database
prepare_database()
setup_test_environment()
from lending.models import Loan
from yigui.identity.outside_connection import as_outsider, open_session
from yigui.integrity.verify import verify_all
from yigui.registry.models import Person
from yigui.runs.commands import is_run_command
from yigui.runs.kinds import kind_of
from tests import seen
from yigui.runs.staged import prepare
from yigui.staff.models import User

told = {}
mine, other = Person.objects.order_by("id")[:2]
Loan.objects.create(person=mine, title="社会保险法")
Loan.objects.create(person=other, title="")
def refused(sql):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()
    except DatabaseError as error:
        return error.__cause__.sqlstate
told["called"] = refused("SELECT lending_count_v1()")
told["truncate"] = refused("TRUNCATE lending_loan")
with as_outsider(open_session(person=mine, channel="mobile", minutes=5)):
    told["own"] = [loan.title for loan in Loan.objects.all()]
told["pages"] = {}
for name in ("guide", "teller"):
    client = Client()
    client.force_login(User.objects.get(username=name), backend="yigui.identity.staff_backend.StaffBackend")
    answer = client.get("/lending/")
    told["pages"][name] = answer.status_code
    told[f"text of {name}"] = answer.content.decode()
    told[f"home of {name}"] = client.get("/account/").content.decode()
    told[f"forgotten by {name}"] = client.get("/lending/forgotten/").status_code
head = Client()
head.force_login(User.objects.get(username="head"), backend="yigui.identity.staff_backend.StaffBackend")
told["batches"] = head.get("/finance/batches/").content.decode()
seen.carry()
batch = prepare(kind_of("stocktaking"), area_code="511100", period=0, user=User.objects.get(username="head"))
told["batch"] = [batch.kind, batch.status, batch.row_count]
told["command"] = is_run_command("stocktaking")
told["batch page"] = head.get(f"/finance/batches/{batch.pk}/").content.decode()
told["faults"] = [fault for fault in verify_all() if "lending" in fault]
told["job"] = app.tasks["lending.forget_untitled"].func(timestamp=0)
told["left"] = Loan.objects.count()
told["periodic"] = sorted(task.task.name for task in app.periodic_registry.periodic_tasks.values())
print(json.dumps(told, ensure_ascii=False))
"""


def _at(url: str, database: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{database}"))


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """What the program with the further room found."""
    _copy_database("city", to="lending")
    logins = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_OUTSIDE_URL")
    environment = os.environ | {name: _at(os.environ[name], "lending") for name in logins}
    environment |= {"YIGUI_TEST_SUPER_URL": _at(os.environ["YIGUI_TEST_SUPER_URL"], "lending")}
    environment |= {
        "YIGUI_ROOMS": "lending",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT), str(Path(__file__).parent)]),
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_its_table_has_the_privileges_of_its_kind(told: dict[str, Any]) -> None:
    assert told["truncate"] == "42501"
    assert told["left"] == 1


def test_its_function_can_be_called(told: dict[str, Any]) -> None:
    assert told["called"] == [[2]]


def test_a_person_reads_their_own_rows(told: dict[str, Any]) -> None:
    assert told["own"] == ["社会保险法"]


def test_its_page_is_open_to_those_who_hold_its_right_and_in_their_menu(told: dict[str, Any]) -> None:
    assert told["pages"] == {"guide": 200, "teller": 403}
    assert "社会保险法" in told["text of guide"]
    assert "/lending/" in told["home of guide"]
    assert "/lending/" not in told["home of teller"]


def test_a_page_it_forgot_to_declare_is_refused(told: dict[str, Any]) -> None:
    assert told["forgotten by guide"] == told["forgotten by teller"] == 403


def test_its_job_and_its_verification_run(told: dict[str, Any]) -> None:
    assert told["faults"] == ["lending_loan id=2：没有书名。"]
    assert "lending.forget_untitled" in told["periodic"]


def test_its_kind_of_run_has_a_page_and_a_command(told: dict[str, Any]) -> None:
    assert "借阅盘点" in told["batches"]
    assert told["batch"] == ["stocktaking", "prepared", 2]
    assert "借阅盘点" in told["batch page"]
    assert told["command"]
