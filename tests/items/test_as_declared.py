"""What declarations promise and no single effect shows: papers that data replace, and what is typed of somebody known."""

from tests import city
from tests.city import application
from tests.entitlement.people import carry
from tests.items.benefit_forms import FORMS
from tests.items.money_forms import flexible_form
from yigui.casework.accept_case import accept_case
from yigui.casework.application import examine
from yigui.casework.handlers import handler_of
from yigui.exchange.import_records import DEATHS, import_records
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
    import_records(DEATHS, content=content, file_name="deaths.csv", partner=sender, user=None, today=city.TODAY)
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
