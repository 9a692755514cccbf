"""An employer that stops some insurances only of somebody it still employs, and one that stops somebody who died."""

from typing import Any

from django.db import connections, transaction
from django.urls import reverse
from tests import city
from tests.city import application
from tests.entitlement.people import done
from tests.items.benefit_forms import resident_enrolment
from tests.pages import signed_in

from yigui.applying.linked import linked_items
from yigui.casework.accept_case import accept_case
from yigui.casework.application import examine
from yigui.casework.handlers import handler_of
from yigui.casework.models import Case
from yigui.catalogue.declarations import catalogue
from yigui.items.prefill import initial_values
from yigui.registry.models import Coverage, Employment, Person
from yigui.tasks.models import Task

PAPERS = ["termination_proof"]
GROUND = {"confirmed": ("stops_all",), "reasons": {"stops_all.insurances": "乐人社函〔2026〕8 号，援外期间在当地参保"}}


def asked(form: dict[str, Any], papers: list[str] = PAPERS, code: str = "REG-006") -> dict[str, list[str]]:
    found = examine(application(code, form, materials=papers))
    return {
        "refused": [f.message + f.detail for f in found.refusals], "asked": [f.message for f in found.reminders if f.needs_reason],
    }  # fmt: skip


def recorded(employment: Employment, held: str, **changed: Any) -> None:
    """A relation of the opening load, which no item has written."""
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        own = Coverage.objects.using("super").filter(person_id=employment.person_id, employer_id=employment.employer_id)
        assert own.filter(insurance=held, end_period=None).update(**changed) == 1


def stopped_in_part() -> tuple[Employment, Case]:
    employment = city.next_employee()
    form = city.stop_form(employment, insurances=["employee_pension"], change_reason="07")
    case = done("REG-006", form, (), username="teller", **GROUND)
    return employment, case


def test_who_leaves_retires_or_dies_leaves_all_insurances() -> None:
    employment = city.next_employee()
    for reason in ("01", "03", "04", "05", "06"):
        form = city.stop_form(employment, insurances=["employee_pension"], change_reason=reason)
        (said,) = asked(form, [*PAPERS, "death_certificate"])["refused"]
        assert "须停该职工在本单位的全部险种；未选择：" in said
        assert "工伤保险" in said
        assert "企业职工基本养老保险" not in said.split("未选择：")[1]
    assert asked(city.stop_form(employment)) == {"refused": [], "asked": []}
    # Told at once with a paper that is missing.
    said = "".join(asked(city.stop_form(employment, insurances=["employee_pension"]), [])["refused"])
    assert "须停该职工在本单位的全部险种" in said
    assert "终止或解除劳动关系证明" in said


def test_a_stop_of_some_for_another_reason_is_asked_for_its_ground_and_reviewed() -> None:
    form = city.stop_form(city.next_employee(), insurances=["employee_pension"], change_reason="07")
    (question,) = asked(form, [])["asked"]
    assert "请写明在职期间停保的依据" in question
    # Nobody is asked to prove the end of an employment that has not ended.
    assert asked(form, [])["refused"] == []
    found = examine(application("REG-006", form))
    assert handler_of(found.facts.item).risk(found.facts) == (2, ["在职人员只停部分险种"])


def test_what_was_stopped_is_named_and_what_goes_on_too() -> None:
    employment, case = stopped_in_part()
    said = case.outcome["summary"]
    assert "的企业职工基本养老保险自 2026-11 起停保；" in said
    assert "工伤保险" in said.split("；")[1]
    assert said.endswith("继续参保。")
    assert Employment.objects.get(pk=employment.pk).end_period is None


def test_it_is_put_right_without_a_new_registration_as_employed() -> None:
    employment, _ = stopped_in_part()
    form = {
        "unit_no": employment.employer.unit_no, "id_number": employment.person.id_number, "person_name": employment.person.name,
        "employment_form": employment.employment_form, "insurances": ["employee_pension"], "enrol_date": "2026-11-10",
        "declared_wage": f"{employment.declared_wage_fen / 100:.2f}", "settle_period": "2026-11",
    }  # fmt: skip
    (wage,) = asked(form | {"declared_wage": "9999"}, [], "REG-005")["refused"]
    assert "请按在册金额填写" in wage
    case = accept_case(application("REG-005", form))
    assert (case.status, case.effect_error) == ("finished", "")
    assert "续保（企业职工基本养老保险）" in case.outcome["summary"]
    assert Employment.objects.filter(person=employment.person, end_period=None).count() == 1
    own = employment.person.coverages.filter(insurance="employee_pension").order_by("start_period")
    assert [c.end_period for c in own][-2:] == [202610, None]


def test_a_colleague_is_told_that_he_is_one_and_nothing_else() -> None:
    employment = city.next_employee()
    form = {
        "unit_no": employment.employer.unit_no, "id_type": "01", "id_number": employment.person.id_number,
        "person_name": employment.person.name, "gender": employment.person.gender, "birth_date": employment.person.born_on.isoformat(),
        "household_type": "01", "employment_form": "01", "mobile": "13812345678", "insurances": city.FIVE, "enrol_date": "2026-11-10",
        "declared_wage": "5200", "settle_period": "2026-11",
    }  # fmt: skip
    said = "".join(asked(form, [], "REG-004")["refused"])
    assert "无须再次申报" in said
    assert "就业备案" not in said
    assert "CHG-006" not in said


def test_the_form_begins_with_all_insurances_as_a_list_does() -> None:
    item = catalogue().item("REG-006", city.TODAY)
    employer = city.next_employee().employer
    begun = initial_values(item, channel="online", today=city.TODAY, person=None, employer=employer)
    assert sorted(begun["insurances"]) == sorted(item.insurances)


def died() -> tuple[Person, Case]:
    employment = city.next_employee()
    form = city.stop_form(employment, change_reason="03")
    assert "死亡" in "".join(asked(form)["refused"])
    case = done("REG-006", form, ("death_certificate",), username="teller")
    return employment.person, case


def test_a_stop_for_a_death_is_proved_and_leaves_the_death_to_be_registered() -> None:
    person, case = died()
    task = Task.objects.get(person=person, kind="survivor_follow_up")
    assert "以死亡为由停保" in task.note
    assert case.status == "finished"
    page = signed_in("teller").get(reverse("counter:person", args=[person.person_no])).content.decode()
    assert "以死亡停保，死亡登记待办" in page
    assert "健在" not in page


def test_nobody_whose_death_was_stated_is_offered_what_is_for_the_living() -> None:
    person, _ = died()
    item = catalogue().item("REG-006", city.TODAY)
    about = {"channel": "counter", "offers": lambda _: True, "today": city.TODAY}
    assert [one.item.code for one in linked_items(item, **about, person=person)] == []
    alive = city.next_employee().person
    assert {one.item.code for one in linked_items(item, **about, person=alive)} == {"REG-005", "PEN-001", "UNE-001"}


def test_a_move_that_leaves_an_insurance_behind_is_asked_for_its_ground() -> None:
    form = city.transfer_form()
    form["insurances"] = [i for i in form["insurances"] if i != "unemployment"]
    (question,) = asked(form, ["employment_contract"], "CHG-006")["asked"]
    assert "调动后不再参加失业保险" in question


def test_an_insurance_that_the_form_does_not_offer_is_not_asked_for() -> None:
    employment = city.next_employee()
    recorded(employment, "employee_pension", insurance="civil_service_pension")
    held = [i for i in city.FIVE if i != "employee_pension"]
    form = city.stop_form(employment, insurances=held)
    assert asked(form) == {"refused": [], "asked": []}
    assert asked(form | {"change_reason": "07"}) == {"refused": [], "asked": []}
    # What can be chosen is still asked for.
    (said,) = asked(form | {"insurances": held[1:]})["refused"]
    assert "未选择：失业保险。" in said


def test_a_move_asks_no_ground_for_what_the_form_does_not_offer_and_says_that_it_ends() -> None:
    form = city.transfer_form()
    employment = Employment.objects.get(person__id_number=form["id_number"], end_period=None)
    recorded(employment, "employee_pension", insurance="civil_service_pension")
    form["insurances"] = [i for i in form["insurances"] if i != "employee_pension"]
    found = examine(application("CHG-006", form, materials=["employment_contract"]))
    assert "moves_all" not in {f.check for f in [*found.refusals, *found.reminders]}
    shown = [line.before for line in handler_of(found.facts.item).preview(found.facts) if line.label == "不再参保"]
    assert shown == ["机关事业单位基本养老保险"]


def test_who_leaves_in_the_month_in_which_an_insurance_was_added_leaves_the_others_at_once_and_that_one_with_the_next() -> None:
    employment = city.next_employee()
    recorded(employment, "injury", start_period=202611)
    others = [i for i in city.FIVE if i != "injury"]
    (said,) = asked(city.stop_form(employment))["refused"]
    assert "工伤保险自 2026-11 起参保，最早可自 2026-12 起停保" in said
    form = city.stop_form(employment, insurances=others)
    assert asked(form) == {"refused": [], "asked": []}
    # Whoever stays with it is asked as ever.
    (question,) = asked(form | {"change_reason": "07"})["asked"]
    assert "仍在本单位参加工伤保险" in question
    (said,) = asked(form | {"insurances": others[1:]})["refused"]
    assert "工伤保险" not in said
    found = examine(application("REG-006", form, materials=PAPERS))
    shown = {line.label: line.after for line in handler_of(found.facts.item).preview(found.facts)}
    assert shown["工伤保险"] == "本次未停，最早可自 2026-12 起停保"
    case = done("REG-006", form, tuple(PAPERS), username="teller")
    assert case.status == "finished"
    assert "继续参保" not in case.outcome["summary"]
    assert case.document is not None
    (note,) = [n for n in case.document.content["notes"] if "工伤保险" in n]
    assert "最早可自 2026-12 起停保，请届时再申报" in note
    # The employment ends with the last relation.
    assert Employment.objects.get(pk=employment.pk).end_period is None


def test_a_first_enrolment_beside_a_running_employment_drops_neither_wage_nor_form() -> None:
    employment, _ = stopped_in_part()
    form = {
        "unit_no": employment.employer.unit_no, "id_type": "01", "id_number": employment.person.id_number,
        "person_name": employment.person.name, "gender": employment.person.gender, "birth_date": employment.person.born_on.isoformat(),
        "household_type": "01", "employment_form": employment.employment_form, "mobile": "13812345678", "insurances": ["employee_pension"],
        "enrol_date": "2026-11-10", "declared_wage": f"{employment.declared_wage_fen / 100:.2f}", "settle_period": "2026-11",
    }  # fmt: skip
    assert asked(form, [], "REG-004")["refused"] == []
    (wage,) = asked(form | {"declared_wage": "9999"}, [], "REG-004")["refused"]
    assert "请按在册金额填写" in wage
    other = next(code for code in ("01", "02") if code != employment.employment_form)
    (work,) = asked(form | {"employment_form": other}, [], "REG-004")["refused"]
    assert "请按在册填写" in work


def test_a_form_of_employment_that_is_on_no_list_any_more_is_no_obstacle() -> None:
    employment, _ = stopped_in_part()
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Employment.objects.using("super").filter(pk=employment.pk).update(employment_form="ZZ")
    form = {
        "unit_no": employment.employer.unit_no, "id_number": employment.person.id_number,
        "person_name": employment.person.name, "insurances": ["employee_pension"], "enrol_date": "2026-11-10",
        "employment_form": "01", "declared_wage": f"{employment.declared_wage_fen / 100:.2f}", "settle_period": "2026-11",
    }  # fmt: skip
    assert asked(form, [], "REG-005")["refused"] == []


def test_what_is_for_the_living_is_asked_about_whose_death_was_stated() -> None:
    of_living = ("PEN-007", "PEN-010", "REG-004", "REG-005", "REG-007", "REG-009", "RES-001", "CHG-006")
    assert [code for code in of_living if not handler_of(catalogue().item(code, city.TODAY)).needs_living] == []
    person, _ = died()
    form = resident_enrolment(person.id_number) | {
        "person_name": person.name, "gender": person.gender, "birth_date": person.born_on.isoformat(),
    }  # fmt: skip
    assert "单位以死亡为由停保" in "".join(asked(form, ["id_card", "household_register"], "REG-009")["asked"])
