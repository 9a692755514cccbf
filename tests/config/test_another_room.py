"""A room needs nothing but its own folder: a protected table, function, page with a menu entry, run kind with its day, job and verification
come with its `room.py`, a door with a channel and an item of a new group with what lies beside it. Item and run write the protected table
under warrants that open it because they say so themselves (`writes`).

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
from lending.models import Loan, Wish
from yigui.identity.outside_connection import as_outsider
from yigui.integrity.verify import verify_all
from yigui.registry.models import Person
from yigui.runs.commands import is_run_command
from yigui.runs.kinds import kind_of
from tests import seen
from tests.pages import submitted
from tests.texts import texts
from yigui.runs.batches import approve_batch, check_batch
from yigui.runs.staged import execute, prepare
from yigui.tasks.models import Task
from yigui.tasks.watches import look_around
from yigui.warrants.models import Change
from yigui.runs.schedule import due_plan
from yigui.staff.models import Authority, User
from yigui.catalogue.declarations import catalogue
from yigui.casework.models import Case
from yigui.common import clock
from yigui.common.rooms import packages
from yigui.runs.models import Run
from yigui.runs.opening_warrant import opening_warrant
import re

told = {}
with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
    # Who accepts for the new channel: an account as an opening load writes it, with authority for the new group alone.
    opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
    account = User(username="channel-reading_room", kind="door", role="teller", agency_id="51110001", full_name="阅览室终端", password="!")
    account.save(using="owner")
    Authority.objects.using("owner").create(
        user_id=account.pk, step="accept", item_group="LEN", area_code="*", valid_from="2025-01-01", valid_to="2030-12-31"
    )
    mine, other = Person.objects.order_by("id")[:2]
    Loan.objects.using("owner").create(person_id=mine.pk, title="社会保险法")
    Loan.objects.using("owner").create(person_id=other.pk, title="")
Wish.objects.create(title="社会保险法释义")
Wish.objects.create(title="")
def refused(sql):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall()
    except DatabaseError as error:
        return error.__cause__.sqlstate
told["called"] = refused("SELECT lending_count_v1()")
told["truncate"] = refused("TRUNCATE lending_loan")
told["without a warrant"] = [
    refused(f"INSERT INTO lending_loan (person_id, title) VALUES ({mine.pk}, 'x')"), refused("UPDATE lending_loan SET title = 'x'"),
    refused("DELETE FROM lending_loan"),
]
seen.carry()
with as_outsider(seen.open_session(person=mine, channel="mobile")):
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
batch = prepare(kind_of("stocktaking"), area_code="511100", period=202610, user=User.objects.get(username="head"))
told["batch"] = [batch.kind, batch.status, batch.row_count]
told["command"] = is_run_command("stocktaking")
told["batch page"] = head.get(f"/finance/batches/{batch.pk}/").content.decode()
check_batch(batch_id=batch.pk, user=User.objects.get(username="accountant"))
approve_batch(batch_id=batch.pk, user=User.objects.get(username="director"))
told["executed"] = execute(batch_id=batch.pk).status
told["counted"] = list(Loan.objects.filter(counted_in=batch.pk).order_by("id").values_list("id", flat=True))
told["run's warrants"] = Change.objects.filter(table_name="lending_loan", warrant__kind="run", kind="U").count()
told["faults"] = [fault for fault in verify_all() if "lending" in fault]
look_around(clock.today())
look_around(clock.today())
told["tasks"] = list(Task.objects.filter(kind="loan_of_nothing").values_list("note", "posts"))
told["job"] = app.tasks["lending.forget_untitled"].func(timestamp=0)
told["left"] = Wish.objects.count()
told["periodic"] = sorted(task.task.name for task in app.periodic_registry.periodic_tasks.values())
plan = due_plan(kind_of("stocktaking"), "511100", clock.today())
told["plan"] = [plan.period, plan.due_on.day]
reader = Person.objects.exclude(mobile="").order_by("id")[5]
client, who = Client(), {"id_number": reader.id_number, "name": reader.name}
told["nobody"] = client.get("/lending/room/").headers["Location"]
client.post("/lending/room/sign-in/", who)
client.post("/lending/room/sign-in/", who | {"code": re.search(r"[0-9]{6}", texts()[-1]["text"])[0]})
told["offered"] = client.get("/lending/room/").content.decode()
def borrow(title):
    form = client.post("/lending/room/start/", {"item": "LEN-001"}).headers["Location"]
    page = client.get(form).content.decode()
    values = {"id_number": reader.id_number, "person_name": reader.name, "book_title": title}
    client.post(form + "live/", values)
    return page, submitted(client, form)
told["form"], done = borrow("工伤保险条例")
told["done"] = client.get(done.headers["Location"]).content.decode()
told["again"] = borrow("工伤保险条例")[1].content.decode()
told["elsewhere"] = client.post("/lending/room/start/", {"item": "PEN-002"}).status_code
case = Case.objects.get(item_code="LEN-001")
told["case"] = [case.status, case.channel, case.risk_class, case.accepted_by.username]
told["loans"] = list(Loan.objects.filter(person=reader).values_list("title", flat=True))
told["guide"] = Client().get("/guide/", {"visitor": "reader", "item": "LEN-001"}).content.decode()
teller = Client()
teller.force_login(User.objects.get(username="teller"), backend="yigui.identity.staff_backend.StaffBackend")
told["item page"] = teller.get("/items/LEN-001/").content.decode()
told["case faults"] = [fault for fault in verify_all() if "没有书名" not in fault]
told["case's warrants"] = list(
    Change.objects.filter(table_name="lending_loan", warrant__item_code="LEN-001").values_list("kind", flat=True)
)
# Somebody with the rights of a superuser changes a row past every guard.
with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
    cursor.execute("SET LOCAL session_replication_role = replica")
    cursor.execute("UPDATE lending_loan SET title = '别的书' WHERE id = 1")
told["changed"] = [fault for fault in verify_all() if "没有书名" not in fault]
print(json.dumps(told, ensure_ascii=False))
"""


def _at(url: str, database: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{database}"))


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """What the program with the further room found."""
    _copy_database("city", to="lending")
    logins = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_OUTSIDE_URL", "DATABASE_COURIER_URL")
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


def test_its_protected_table_is_written_only_under_a_warrant(told: dict[str, Any]) -> None:
    assert told["without a warrant"] == ["YG001", "YG001", "42501"]
    assert told["case's warrants"] == ["I"]
    assert told["run's warrants"] == 2


def test_verification_names_a_row_of_its_table_that_somebody_changed(told: dict[str, Any]) -> None:
    assert told["changed"] == [
        "lending_loan id=1：现值与最后一次授权变更后的值不符。", "lending_loan id=1：现值与最后一次写入时的摘要不符。",
    ]  # fmt: skip


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


def test_its_watch_opens_a_task_of_a_kind_of_its_own(told: dict[str, Any]) -> None:
    assert told["tasks"] == [["第 2 号借阅没有书名。", ["teller"]]]


def test_its_kind_of_run_has_a_page_and_a_command(told: dict[str, Any]) -> None:
    assert "借阅盘点" in told["batches"]
    assert told["batch"] == ["stocktaking", "prepared", 2]
    assert "借阅盘点" in told["batch page"]
    assert (told["executed"], told["counted"]) == ("executed", [1, 2])
    assert told["command"]


def test_its_plan_makes_itself_on_the_day_the_room_says(told: dict[str, Any]) -> None:
    assert told["plan"] in ([202611, 20], [202610, 20])


def test_an_item_of_a_new_group_is_applied_for_at_the_rooms_own_door(told: dict[str, Any]) -> None:
    assert told["nobody"] == "/lending/room/sign-in/"
    assert "图书借阅登记" in told["offered"]
    assert "个人基本信息变更" not in told["offered"]
    assert "《阅览室管理办法》（本馆〔2025〕1号）第三条" in told["form"]
    assert "已借阅《工伤保险条例》" in told["done"]
    assert told["case"] == ["finished", "reading_room", 3, "channel-reading_room"]
    assert told["loans"] == ["工伤保险条例"]
    assert told["case faults"] == []


def test_its_check_refuses_with_the_sentence_of_its_declaration(told: dict[str, Any]) -> None:
    assert "您已借阅此书" in told["again"]


def test_its_door_takes_nothing_but_what_the_channel_reaches(told: dict[str, Any]) -> None:
    assert told["elsewhere"] == 403


def test_the_guide_and_the_catalogue_know_the_item_and_lead_to_the_door(told: dict[str, Any]) -> None:
    assert "/lending/room/" in told["guide"]
    assert "阅览室终端" in told["guide"]
    assert "图书借阅登记" in told["item page"]
