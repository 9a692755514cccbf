"""An unemployment benefit is stopped by an item: suspended for a sentence and drawn on afterwards, ended for what the law ends it."""

import datetime as dt

import pytest
from django.db import connections, transaction

from tests.city import TODAY, application, user
from tests.entitlement.people import decided, done, next_month, paid, planned
from tests.payment.test_reemployed import claimant, taken_on
from tests.payment.test_sentences import before, sentenced
from yigui.casework.application import examine
from yigui.casework.handlers import handler_of
from yigui.catalogue.declarations import catalogue
from yigui.common.months import add_months, first_day, format_period, period_of
from yigui.entitlement.award import stands_in_the_way
from yigui.entitlement.enums import AmountSource, BenefitKind, BenefitStatus
from yigui.entitlement.models import Award, Benefit
from yigui.items.common.known import Known
from yigui.items.unemployment.unemployment_benefit import months_left
from yigui.law import unemployment
from yigui.payment.models import HeldLine, PayLine
from yigui.registry.models import Employment
from yigui.runs.models import Run
from yigui.runs.opening_warrant import opening_warrant
from yigui.runs.staged import execute
from yigui.tasks.enums import TaskState
from yigui.tasks.models import Task
from yigui.tasks.sentences import look_for_sentences
from yigui.tasks.watches import look_for_employed
from yigui.tasks.work_on import take

NOW = period_of(TODAY)
#: The standard of a month of receipt in these tests, fen.
FIRST_YEAR, SECOND_YEAR = 2000_00, 1500_00


@pytest.fixture(autouse=True)
def _standards(monkeypatch: pytest.MonkeyPatch) -> None:
    def amount(area: str, day: dt.date, month: int, *, paid_months: int) -> int:
        assert (area, paid_months) == ("511102", 120)
        return FIRST_YEAR if month <= 12 else SECOND_YEAR

    monkeypatch.setattr(unemployment, "monthly_amount", amount)


def drawing(since: int, months: int = 24) -> Benefit:
    """Somebody who draws an unemployment benefit of so many months since a month."""
    benefit = claimant(since)
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        warrant = opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
        Benefit.objects.using("owner").filter(pk=benefit.pk).update(end_period=add_months(since, months - 1))
        Award.objects.using("owner").create(
            warrant_id=warrant, benefit=benefit, version=1, start_period=since, is_provisional=False, total_fen=1864_00,
            inputs={"paid_months": 120, "months": months}, lines=[["basic", "失业保险金", "", 1864_00, ""]], source=AmountSource.AWARD,
            source_id=0, assessed_on=first_day(since),
        )  # fmt: skip
    return Benefit.objects.get(pk=benefit.pk)


def resumed(benefit: Benefit, reason: str, month: int) -> dict[str, str]:
    return {name: value for name, value in form_of(benefit, reason, month).items() if name != "note"}


def form_of(benefit: Benefit, reason: str, month: int, note: str = "") -> dict[str, str]:
    return {
        "id_number": benefit.person.id_number, "person_name": benefit.person.name, "insurance": "unemployment",
        "change_reason": reason, "start_month": format_period(month), "note": note,
    }  # fmt: skip


def refusals(code: str, form: dict[str, str], *materials: str) -> list[str]:
    found = examine(application(code, form, username="special", materials=("id_card", *materials))).findings
    return [f.message + f.detail for f in found if f.is_refusal]


def now(benefit: Benefit) -> Benefit:
    return Benefit.objects.get(pk=benefit.pk)


def lines(benefit: Benefit) -> dict[int, int]:
    return dict(PayLine.objects.filter(benefit_id=benefit.pk).order_by("pay_period").values_list("pay_period", "amount_fen"))


def test_a_sentence_suspends_it_and_after_the_release_the_months_that_were_not_drawn_follow() -> None:
    paid()
    month = next_month()
    benefit = drawing(add_months(month, -11))
    sentenced(benefit, before(month))
    look_for_sentences(TODAY)
    task = Task.objects.get(origin_kind="prison_record", part=str(benefit.pk))
    take(task_id=task.pk, actor=user("auditor"))
    assert "没有办理暂停的事项" not in task.note
    assert task.form["PEN-006"]["change_reason"] == "01"
    done("PEN-006", form_of(benefit, "01", month), ("id_card", "court_document"))
    task.refresh_from_db()
    assert (task.state, task.outcome) == (TaskState.DONE, "suspended")
    paid()
    assert lines(benefit) == {}
    # Eleven months were drawn before, thirteen are left; the twelfth is still one of the first year.
    back = next_month()
    asked = resumed(benefit, "02", back)
    found = examine(application("PEN-007", asked, username="special", materials=("id_card", "court_document")))
    handler = handler_of(catalogue().item("PEN-007", TODAY))
    assert handler.amount_fen(found.facts) == FIRST_YEAR + 12 * SECOND_YEAR
    assert [p.after for p in handler.preview(found.facts)][1] == f"13 个月，至 {format_period(add_months(back, 12))}"
    case = done("PEN-007", asked, ("id_card", "court_document"))
    assert case.document is not None
    assert ["继续领取的月数", "13"] in [list(line) for line in case.document.content["facts"]]
    after = now(benefit)
    assert (after.status, after.suspended_from, after.end_period) == (BenefitStatus.ACTIVE, None, add_months(back, 12))
    assert months_left(benefit.person) == 0
    sentenced(benefit, before(month), first_day(month))
    paid()
    paid()
    assert lines(benefit) == {back: FIRST_YEAR, add_months(back, 1): SECOND_YEAR}


def test_a_second_suspension_counts_what_was_drawn_before_and_between() -> None:
    start = add_months(NOW, -9)
    benefit = drawing(start)
    # Three months drawn, two suspended, two drawn, two suspended.
    for since, back in ((3, 5), (7, 9)):
        done("PEN-006", form_of(now(benefit), "01", add_months(start, since)), ("id_card", "court_document"))
        done("PEN-007", resumed(now(benefit), "02", add_months(start, back)), ("id_card", "court_document"))
    after = now(benefit)
    assert after.end_period == add_months(start, 23 + 4)
    assert after.awards.order_by("-version")[0].inputs == {"paid_months": 120, "months": 24, "gap_months": 4}
    # Month 12 of receipt is the sixteenth of the calendar.
    steps = {a.start_period: a.total_fen for a in after.amounts.order_by("id")}
    assert max(steps) == add_months(start, 16)
    assert steps[add_months(start, 16)] == SECOND_YEAR
    done("PEN-006", form_of(after, "01", NOW), ("id_card", "court_document"))
    assert months_left(benefit.person) == 24 - 5


def test_what_is_suspended_gives_way_to_a_new_claim() -> None:
    benefit = drawing(add_months(NOW, -9))
    assert stands_in_the_way(benefit.person, BenefitKind.UNEMPLOYMENT, add_months(NOW, 1))
    done("PEN-006", form_of(benefit, "01", NOW), ("id_card", "court_document"))
    assert not stands_in_the_way(benefit.person, BenefitKind.UNEMPLOYMENT, add_months(NOW, 1))


def test_work_on_record_ends_it_from_the_month_it_began_and_its_task_with_it() -> None:
    paid()
    month = next_month()
    benefit = drawing(month)
    paid()
    taken_on(benefit, next_month())
    batch = paid()
    assert HeldLine.objects.filter(batch_id=batch.pk, benefit_id=benefit.pk).count() == 1
    look_for_employed(TODAY)
    task = Task.objects.get(origin_kind="employed", origin_id=benefit.pk)
    assert task.kind == "at_work"
    stops = add_months(month, 1)
    assert task.form == {"PEN-006": {"change_reason": "07", "start_month": format_period(stops)}}
    item = catalogue().item("PEN-006", TODAY)
    begun = handler_of(item).prefill(Known(item, "counter", TODAY, benefit.person, None))
    assert (begun["insurance"], begun["change_reason"], begun["start_month"]) == ("unemployment", "07", format_period(stops))
    assert refusals("PEN-006", form_of(benefit, "07", add_months(stops, 1))) == [
        f"登记的就业使失业保险金自 {format_period(stops)} 起停止，请按此填写；就业登记有误的先更正。"
    ]
    case = done("PEN-006", form_of(benefit, "07", stops), ("id_card",))
    task.refresh_from_db()
    assert (task.state, task.outcome) == (TaskState.DONE, "stopped")
    after = now(benefit)
    assert (after.status, after.end_period, after.status_reason) == (BenefitStatus.ENDED, month, "重新就业")
    assert months_left(benefit.person) == 23
    assert case.document is not None
    assert "另行申领失业保险金（UNE-001）" in str(case.document.content["notes"])
    assert lines(benefit) == {month: 1864_00}


def test_work_that_has_ended_again_is_somebody_s_task_too() -> None:
    paid()
    month = next_month()
    benefit = drawing(month)
    taken_on(benefit, month)
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
        Employment.objects.using("owner").filter(person_id=benefit.person_id).update(end_period=month)
    batch = decided(planned())
    execute(batch_id=batch.pk)
    assert HeldLine.objects.filter(batch_id=batch.pk, benefit_id=benefit.pk).exists() or not lines(benefit)
    look_for_employed(TODAY)
    assert Task.objects.filter(origin_kind="employed", origin_id=benefit.pk).exists()


def test_who_was_never_due_a_month_is_paid_none() -> None:
    paid()
    month = next_month()
    benefit = drawing(month)
    done("PEN-006", form_of(benefit, "08", month, note="入伍通知书"), ("id_card",))
    after = now(benefit)
    assert (after.status, after.end_period, after.suspended_from) == (BenefitStatus.ENDED, month, month)
    paid()
    assert lines(benefit) == {}
    assert months_left(benefit.person) == 24


@pytest.mark.parametrize(
    ("reason", "note", "said"),
    [
        ("02", "", "失业保险金不以“失踪”暂停"),
        ("03", "", "失业保险金不以“未按期认证”暂停"),
        ("09", "", "请在备注中写明暂停（停止）的具体原因和依据"),
        ("07", "", "请在备注中写明暂停（停止）的具体原因和依据"),
        ("01", "", "服刑、失踪须收取法律文书"),
        ("10", "在外地领取养老金", ""),
        ("11", "两次拒绝职业介绍，见记录", ""),
    ],
)
def test_each_reason_is_held_against_the_kind_and_its_ground(reason: str, note: str, said: str) -> None:
    found = refusals("PEN-006", form_of(drawing(add_months(NOW, -5)), reason, NOW, note))
    assert any(said in words for words in found) if said else found == []


@pytest.mark.parametrize(
    ("suspended", "reason", "said"),
    [("01", "01", "恢复原因为“刑满释放”"), ("01", "02", ""), ("04", "04", ""), ("04", "03", "恢复原因为")],
)
def test_it_goes_on_after_a_sentence_or_an_error_alone(suspended: str, reason: str, said: str) -> None:
    benefit = drawing(add_months(NOW, -5))
    done("PEN-006", form_of(benefit, suspended, NOW, "见通报"), ("id_card", "court_document"))
    found = refusals("PEN-007", resumed(benefit, reason, NOW), "court_document")
    assert any(said in words for words in found) if said else found == []


def test_what_was_stopped_in_error_goes_on_as_it_was() -> None:
    benefit = drawing(add_months(NOW, -5))
    end, amounts = benefit.end_period, benefit.amounts.count()
    done("PEN-006", form_of(benefit, "04", NOW, "见通报"), ("id_card",))
    done("PEN-007", resumed(benefit, "04", NOW), ("id_card",))
    after = now(benefit)
    assert (after.status, after.end_period, after.amounts.count(), after.awards.count()) == (BenefitStatus.ACTIVE, end, amounts, 1)


def test_a_person_at_work_does_not_go_on_drawing_it() -> None:
    benefit = drawing(add_months(NOW, -5))
    done("PEN-006", form_of(benefit, "01", add_months(NOW, -1)), ("id_card", "court_document"))
    taken_on(benefit, NOW)
    assert any("有就业登记，不能恢复" in words for words in refusals("PEN-007", resumed(benefit, "02", NOW), "court_document"))


def test_work_ends_an_allowance_from_the_month_after_and_nothing_else_of_the_law_of_unemployment_does() -> None:
    benefit = claimant(add_months(NOW, -5), BenefitKind.DISABILITY)
    taken_on(benefit, add_months(NOW, -2))
    form = form_of(benefit, "07", add_months(NOW, -1)) | {"insurance": "employee_pension"}
    assert any("不停止病残津贴" in words for words in refusals("PEN-006", form | {"change_reason": "08", "note": "入伍"}))
    done("PEN-006", form, ("id_card",))
    after = now(benefit)
    assert (after.status, after.end_period) == (BenefitStatus.ENDED, add_months(NOW, -2))
