"""What one asked for and others did not grant stands in one's inbox with the reason, whatever it was, and leaves it once read."""

import re
from collections.abc import Callable, Iterator

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, connections, transaction

from tests import city
from tests.catalogue.test_change_item import applied as item_change
from tests.catalogue.test_change_item import record
from tests.city import TODAY
from tests.pages import page_of, signed_in, text_of
from tests.parameters.test_change_parameter import proposed as parameter
from tests.runs.test_kinds import Parcels
from tests.staff.test_accounts import asked as account
from tests.staff.test_accounts import made as new_account
from tests.staff.test_post_rules import proposed as post_rule
from tests.staff.test_rights import applied as rights
from yigui.catalogue.change_item import refuse_change
from yigui.common.inbox import Row
from yigui.parameters.change_parameter import refuse as refuse_parameter
from yigui.registry.models import Agency
from yigui.runs.jobs import prepare_for
from yigui.runs.kinds import forget_kind, register_kinds
from yigui.runs.models import Batch, BatchStatus
from yigui.runs.staged import void
from yigui.shell.inbox import address_of, inbox_page
from yigui.staff.account_requests import refuse_request
from yigui.staff.grant_rights import refuse_rights, take_back
from yigui.staff.merge_agencies import ask_to_merge, refuse_merge
from yigui.staff.models import AnswerRead, User
from yigui.staff.not_granted import AnswerGone, kinds, read_answer
from yigui.staff.set_post_rule import refuse_rule
from yigui.tasks.end_task import drop, finish
from yigui.tasks.exports import ExportKind, Listing, ask_export, register_export
from yigui.tasks.kinds import all_kinds
from yigui.tasks.looks import LOOKS_A_DAY, LooksSpent, look
from yigui.tasks.models import Task
from yigui.tasks.work_on import take

#: Why each of them is not granted here.
REASON = "依据的文件已经废止"
EVERYBODY = 400


@pytest.fixture(autouse=True)
def parcels() -> Iterator[None]:
    register_kinds(Parcels())
    register_export(ExportKind("not-granted", "试验清单", lambda user, parameters: Listing("试验", ("名",), [("人",)] * 300)))
    yield
    for batch in Batch.objects.filter(kind="parcels").exclude(status__in=(BatchStatus.VOID, BatchStatus.EXECUTED)):
        void(batch_id=batch.pk, user=city.user("head"), reason="试验结束，不再需要")
    forget_kind("parcels")


def _rights() -> str:
    request = rights(city.new_user("rechecker"))
    refuse_rights(request_id=request.pk, person=city.user("auditor"), note=REASON)
    return "head"


def _rule() -> str:
    refuse_rule(rule_id=post_rule().pk, person=city.user("auditor"), note=REASON)
    return "head"


def _account() -> str:
    request = account(new_account(), "leave")
    refuse_request(request_id=request.pk, administrator=city.user("secadmin"), note=REASON)
    return "sysadmin"


def _merge() -> str:
    merged, into = Agency.objects.get(pk="51118101"), Agency.objects.get(pk="51110001")
    merge = ask_to_merge(actor=city.user("sysadmin"), merged=merged, into=into, reason="编委发〔2026〕9号")
    refuse_merge(merge_id=merge.pk, administrator=city.user("secadmin"), note=REASON)
    return "sysadmin"


def _item_change() -> str:
    change = item_change("REG-001", record("REG-001", route=("accept", "review", "recheck", "request", "finish")))
    refuse_change(change_id=change.pk, person=city.user("auditor"), note=REASON)
    return "head"


def _parameter() -> str:
    refuse_parameter(change_id=parameter().pk, person=city.user("auditor"), note=REASON)
    return "head"


def _batch() -> str:
    number = prepare_for("parcels", "511133", 202510, city.user("head").pk)
    void(batch_id=number, user=city.user("director"), reason=REASON)
    return "head"


def _export() -> str:
    made = ask_export(user=city.user("auditor"), kind="not-granted", parameters={}, reason="季度检查留存")
    _refused(Task.objects.get(kind="export_approval", origin_id=made.pk))
    return "auditor"


def _looks() -> str:
    teller = city.user("teller2")
    for _ in range(LOOKS_A_DAY):
        look(user=teller, subject=city.next_person(), ground="call", words="参保人来电查询缴费")
    with pytest.raises(LooksSpent):
        look(user=teller, subject=city.next_person(), ground="call", words="参保人来电查询缴费")
    _refused(Task.objects.get(kind="look_quota", origin_id=teller.pk))
    return "teller2"


def _refused(task: Task) -> None:
    take(task_id=task.pk, actor=city.user("head"))
    finish(task_id=task.pk, actor=city.user("head"), outcome="refused", note=REASON, today=TODAY)


#: How each kind comes to nothing; gives who had asked.
MADE: dict[str, Callable[[], str]] = {
    "rights": _rights, "post_rule": _rule, "account": _account, "merge": _merge, "item_change": _item_change, "parameter_change": _parameter,
    "batch": _batch, "export": _export, "looks": _looks,
}  # fmt: skip


def of_kind(user: User, code: str) -> list[Row]:
    """What stands in somebody's inbox of a kind of request."""
    rows = [w.row for w in inbox_page(user, TODAY, code="not_granted").rows]
    return [row for row in rows if row.key.startswith(f"{code}-")]


@pytest.mark.parametrize("code", MADE)
def test_whoever_asked_finds_the_reason_in_their_inbox_until_they_have_read_it(code: str) -> None:
    asker = city.user(MADE[code]())
    (row,) = (one for one in of_kind(asker, code) if REASON in one.more)
    # Nobody else of the whole house finds it.
    people = User.objects.select_related("agency__area").exclude(pk=asker.pk).filter(is_active=True).order_by("id")[:EVERYBODY]
    assert [str(u) for u in people if any(one.key == row.key for one in of_kind(u, code))] == []
    client = signed_in(asker.username)
    page = page_of(client.get(f"/inbox/?kind=not_granted&at=not_granted:{row.key}"))
    assert REASON in page
    assert re.search(r'<button [^>]*id="settle"[^>]*>\s*已阅\s*</button>', page), "the button that ends it"
    assert "None" not in page
    assert client.get(address_of(row.target)).status_code == 200
    with pytest.raises(AnswerGone):
        read_answer(city.user("reviewer"), row.key)
    answer = client.post("/inbox/settle/", {"at": f"not_granted:{row.key}", "kind": "not_granted"}, follow=True)
    assert "已办结：已阅" in text_of(answer)
    assert row.key not in {one.key for one in of_kind(asker, code)}
    # A second click is told so, and nothing else changes.
    again = client.post("/inbox/settle/", {"at": f"not_granted:{row.key}"}, follow=True)
    assert "已阅过" in text_of(again)


def test_every_request_that_can_be_refused_is_told_to_whoever_asked() -> None:
    """Found by code: whatever has a status of refusal, and every kind of task that ends by not allowing."""
    assert {kind.code for kind in kinds()} == set(MADE)
    told = {kind.model for kind in kinds()}
    refusable = {
        model
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.name == "status" and "refused" in {value for value, _ in field.flatchoices}
    }
    assert len(refusable) >= 6
    assert refusable <= told
    asking = {kind.code for kind in all_kinds(TODAY) if any(outcome.code == "refused" for outcome in kind.outcomes)}
    assert asking == {"export_approval", "look_quota"}


def test_a_batch_that_is_prepared_anew_by_a_colleague_is_nothing_to_read() -> None:
    prepare_for("parcels", "511133", 202509, city.user("head").pk)
    before = [row.key for row in of_kind(city.user("head"), "batch")]
    prepare_for("parcels", "511133", 202509, city.user("accountant").pk)
    assert [row.key for row in of_kind(city.user("head"), "batch")] == before


def test_an_export_whose_task_was_dropped_is_told_too() -> None:
    made = ask_export(user=city.user("auditor"), kind="not-granted", parameters={}, reason="季度检查留存")
    task = Task.objects.get(kind="export_approval", origin_id=made.pk)
    drop(task_id=task.pk, actor=city.user("head"), note="申请重复，不再审批", today=TODAY)
    assert any("申请重复" in row.more for row in of_kind(city.user("auditor"), "export"))


def test_what_was_granted_or_taken_back_is_nothing_to_read() -> None:
    before = [row.key for row in of_kind(city.user("head"), "rights")]
    request = rights(city.new_user("rechecker"))
    take_back(request_id=request.pk, applicant=city.user("head"))
    assert [row.key for row in of_kind(city.user("head"), "rights")] == before


def test_nobody_reads_in_anothers_name() -> None:
    """The database lets a row name nobody but who is there, and what a colleague has read takes nothing from the asker's inbox."""
    asker = city.user(_rule())
    (row,) = of_kind(asker, "post_rule")[-1:]
    number = int(row.key.rpartition("-")[2])
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO staff_answer_read (kind, number, read_by_id, read_at) VALUES ('post_rule', %s, %s, now())",
            [number, asker.pk],
        )
    with connections["super"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO staff_answer_read (kind, number, read_by_id, read_at) VALUES ('post_rule', %s, %s, now())",
            [number, city.user("reviewer").pk],
        )
    assert row.key in [one.key for one in of_kind(asker, "post_rule")]
    read_answer(asker, row.key)
    assert AnswerRead.objects.filter(kind="post_rule", number=number, read_by=asker).exists()
