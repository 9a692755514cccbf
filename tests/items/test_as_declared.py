"""What declarations promise and no single effect shows: papers that data replace, and what is typed of somebody known."""

from tests import city
from tests.city import application
from tests.entitlement.people import carry
from tests.items.benefit_forms import FORMS
from tests.items.money_forms import flexible_form
from yigui.casework.accept_case import accept_case
from yigui.casework.application import examine
from yigui.casework.handlers import handler_of
from yigui.common.money import plain_fen
from yigui.entitlement.assess_person import PENSION
from yigui.entitlement.dossier import dossier_of
from yigui.exchange.import_records import DEATHS, import_records
from yigui.payment.queries import account_left
from yigui.registry.models import Coverage, Employment, Person


def test_a_death_on_file_stands_in_for_the_certificate() -> None:
    form, materials, _ = FORMS["dead pensioner"]()
    papers = tuple(code for code in materials if code != "death_certificate")

    def refused() -> dict[str, str]:
        found = examine(application("PEN-005", form, username="special", materials=papers)).findings
        return {f.check: f.message + f.detail for f in found if f.is_refusal}

    assert {"materials_complete", "death_recorded"} <= refused().keys()
    content = f"证件号码,姓名,死亡日期\n{form['id_number']},{form['person_name']},{form['death_date']}\n".encode()
    sender = city.partner("civil_affairs", "民政")
    import_records(DEATHS, content=content, file_name="deaths.csv", partner=sender, user=city.user("head"), today=city.TODAY)
    assert refused() == {}
    case = carry(accept_case(application("PEN-005", form, username="special", materials=papers)))
    assert (case.status, case.effect_error) == ("finished", "")


def test_what_a_flexible_worker_known_already_types_is_taken() -> None:
    open_relations = Coverage.objects.filter(end_period=None).values("person_id")
    at_work = Employment.objects.filter(end_period=None).values("person_id")
    rows = Person.objects.filter(retired_on=None, life_status="01", born_on__year__range=(1980, 2004), benefits=None)
    rows = rows.exclude(pk__in=open_relations).exclude(pk__in=at_work).order_by("id")
    new = {"household_type": "02", "household_address": "乐山市市中区新村街 1 号", "mobile": "13900001234"}
    for person in rows[:40]:
        form = flexible_form(
            id_number=person.id_number, person_name=person.name, gender=person.gender, birth_date=person.born_on.isoformat(), **new
        )
        found = examine(application("REG-007", form, materials=["id_card", "application_form"]))
        if not [f for f in found.findings if f.is_refusal]:
            break
    shown = {line.label: line.after for line in handler_of(found.facts.item).preview(found.facts)}
    assert (shown["移动电话"], shown["户口所在地"]) == ("13900001234", "乐山市市中区新村街 1 号")
    case = accept_case(application("REG-007", form, materials=["id_card", "application_form"]))
    assert (case.status, case.effect_error) == ("finished", "")
    person.refresh_from_db()
    assert (person.mobile, person.household_place, person.household_type) == ("13900001234", "乐山市市中区新村街 1 号", "02")
    assert case.document is not None
    assert any("移动电话由" in note for note in case.document.content["notes"])


def test_an_account_is_not_paid_out_to_a_woman_whose_age_of_retirement_nobody_has_found() -> None:
    """She may be of the group of 55: before that month only a dossier can say otherwise."""
    covered = Coverage.objects.filter(insurance=PENSION, end_period=None).values("person_id")
    women = Person.objects.filter(
        pk__in=covered, gender="2", born_on__range=("1972-06-01", "1975-12-31"), retired_on=None, benefits=None
    )
    person = next(p for p in women.order_by("id")[:200] if dossier_of(p) is None)
    own = {
        "payee_name": person.name,
        "payee_id": person.id_number,
        "account_name": person.name,
        "account_no": "6222021234567890123",
    }
    form, _, _ = FORMS["account lump"]()
    form = form | own | {"id_number": person.id_number, "person_name": person.name, "change_reason": "03", "death_date": ""}
    form["account_balance"] = plain_fen(account_left(person, PENSION).left_fen)
    found = examine(
        application(
            "ACC-002",
            {k: v for k, v in form.items() if v},
            username="special",
            materials=("application_form", "id_card", "bank_card"),
        )
    )
    said = [f.message + f.detail for f in found.refusals if f.check == "written_choice"]
    assert any("尚无退休档案，不知是否按原 50 周岁退休" in words for words in said)
