"""The warrant of an item opens what its cases write and nothing else (`writes`): the guards refuse less, this file refuses more.

Each open item is carried out in its situations and in the accepted cases of its own file, and near them until every table it declares
has been written.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from tests import city, money, writes
from tests.entitlement.people import CITY, awarded, carry, decided, done, pensioner, planned, released
from tests.exchange.test_deaths import reported, row
from tests.items import money_forms
from tests.items.benefit_forms import FORMS, HEIR
from tests.items.change.test_merge import (
    MATERIALS,
    base_of,
    renamed_as,
    stopped_and_enrolled_again,
    stopped_employee,
    without_relations,
)
from tests.items.effects import NotAccepted, carried_out
from tests.items.situations import (
    NOW,
    SITUATIONS,
    Situation,
    assisted,
    first_payment,
    last_paid,
    ordinary,
    recovery,
    resident_claim,
)
from tests.items.test_effects_refuse_nothing import AFTER_SOMETHING, situation_of
from tests.items.test_item_cases import file_of, prepared, read
from tests.items.variations import variations
from tests.payment.test_reemployed import claimant
from yigui.casework.accept_case import accept_case
from yigui.casework.application import Application, examine
from yigui.casework.handlers import handler_of, open_codes, writes_of
from yigui.casework.models import Case
from yigui.catalogue.declarations import declared
from yigui.charges.queries import open_bills
from yigui.common.errors import YiguiError
from yigui.common.money import plain_fen
from yigui.common.months import format_period
from yigui.common.rooms import Kind, tables
from yigui.db.presence import act_as
from yigui.exchange.models import EmploymentRegistration
from yigui.levy.models import ContributionBase
from yigui.payment.adjust_run import ADJUST
from yigui.payment.models import Payment
from yigui.payment.queries import account_left
from yigui.receipts.models import Claim, Receipt
from yigui.registry.models import Coverage, Employer, Employment, Person
from yigui.runs.staged import execute, prepare

#: Tables of a person's own record, and of what they have with an employer.
PERSONAL = {
    "registry_person": Person,
    "registry_employment": Employment,
    "registry_coverage": Coverage,
    "contributions_base": ContributionBase,
}
HEIRS = ("application_form", "id_card", "death_certificate", "kinship_proof", "bank_card")


def merge() -> Situation:
    kept, doubled, _ = stopped_and_enrolled_again()
    base_of(doubled)
    form = city.key_change_form(kept, change_item="06", old_value=kept.id_number, new_value=doubled.id_number, change_reason="04")
    return Situation(form, (*MATERIALS, "identity_change_proof"))


def merged_pensioner() -> Situation:
    """The double record draws a pension that was awarded here, and its person was to be visited at home."""
    doubled, _ = released(since=4)
    form, materials, _ = FORMS["assisted"]()
    done("CRT-002", form | {"id_number": doubled.id_number, "person_name": doubled.name}, tuple(materials))
    kept = renamed_as(without_relations(stopped_and_enrolled_again()[0]), doubled)
    form = city.key_change_form(kept, change_item="06", old_value=kept.id_number, new_value=doubled.id_number, change_reason="04")
    return Situation(form, MATERIALS)


def merged_account() -> Situation:
    """The double record has an account with money in it."""
    doubled = stopped_employee()
    kept = renamed_as(without_relations(stopped_and_enrolled_again()[0]), doubled)
    form = city.key_change_form(kept, change_item="06", old_value=kept.id_number, new_value=doubled.id_number, change_reason="04")
    return Situation(form, MATERIALS)


def living_after_all() -> Situation:
    """Somebody whose heirs were awarded the grants lives; a report of the death had come in too."""
    dead = paid_after_death()
    done("PEN-005", dead.form, dead.materials)
    person = dead.person
    reported(row(person, day="2026-09-03"))
    form = city.key_change_form(person, change_item="07", old_value="2026-09-03 死亡", new_value="生存", change_reason="03")
    return Situation(form, (*MATERIALS, "identity_change_proof"))


def helped_certification() -> Situation:
    """Somebody who was to be visited at home is certified."""
    task = assisted()
    done("CRT-002", task.form, task.materials)
    return ordinary("certification", id_number=task.person.id_number, person_name=task.person.name)


def _recognised(unit: Employer, fen: int) -> None:
    """Money of nobody that somebody has recognised as a unit's."""
    taken = money.receive(money.row(fen, AAB004="说不清的付款人"), area=unit.area_id, partner="bank")
    receipt = Receipt.objects.get(file=taken.file)
    with transaction.atomic():
        act_as(city.user("cashier"))
        Claim.objects.create(
            receipt=receipt,
            employer=unit,
            reason="单位出示汇款凭证",
            ground="付款人为其代缴，已核对委托书",
            claimed_by_id=city.user("cashier").pk,
        )


def recovery_with_money() -> Situation:
    """What was paid too much has come back in part, and waits as the person's."""
    found = recovery()
    money.receive(money.row(50_00, AAC002=found.form["id_number"]), partner="bank", area=found.person.area_id)
    return Situation(found.form | {"paid_back": "50.00"}, found.materials)


def settlement_with_money() -> Situation:
    """A unit whose money waits in suspense."""
    form, materials, _ = money_forms.FORMS["settlement"]()
    unit = Employer.objects.get(unit_no=form["unit_no"])
    _recognised(unit, next(s for s in money.bills(unit) if s.bill.insurance == 110).left_fen)
    return Situation(form, tuple(materials))


def settlement_of_late_money() -> Situation:
    """A unit whose money came after the day on which what it owes was due."""
    money.levied(202609)
    left = 0
    while left == 0:
        unit = city.next_employee().employer
        states = [s for s in money.bills(unit, period=202609) if s.bill.insurance == 110]
        left = sum(s.left_fen for s in states if s.paid_fen == 0)
    _recognised(unit, sum(s.left_fen for s in open_bills(employer=unit)) + 1000_00)
    due = sum(s.bill.total_fen for s in states)
    form = {
        "unit_no": unit.unit_no, "start_month": "2026-09", "end_month": "2026-09", "insurances": ["employee_pension"],
        "bill_total": plain_fen(due), "paid_total": "0.00", "difference": plain_fen(due), "note": "款项已到账，请认定",
    }  # fmt: skip
    return Situation(form, ("reconciliation_sheet",))


def released_claimant() -> Situation:
    """Somebody whose unemployment benefit was suspended for a sentence that has been served: the months left follow, by an award of their own."""
    benefit = claimant(202606)
    form = {
        "id_number": benefit.person.id_number, "person_name": benefit.person.name, "insurance": "unemployment", "change_reason": "01",
        "start_month": "2026-10",
    }  # fmt: skip
    done("PEN-006", form | {"note": "判决书"}, ("id_card", "court_document"))
    return Situation(form | {"change_reason": "02", "start_month": "2026-11"}, ("id_card", "court_document"))


def paid_after_death() -> Situation:
    """A pensioner whose pension was paid for a month after the death."""
    batch = last_paid()
    people = {p.benefit_id for p in Payment.objects.filter(batch_id=batch.pk)}
    person = next(b for b in (pensioner() for _ in range(60)) if b.pk in people).person
    return ordinary("dead pensioner", id_number=person.id_number, person_name=person.name, death_date="2026-09-03")


def death_at_work() -> Situation:
    """Somebody who died before a pension: the relations end."""
    person = city.next_employee().person
    form = {"id_number": person.id_number, "person_name": person.name, "death_date": "2026-10-03", "mobile": "13812345678"} | HEIR
    return Situation(form, HEIRS)


def first_payment_after_an_adjustment() -> Situation:
    """An adjustment was executed while the award was on its way."""
    person, benefit = awarded()
    execute(batch_id=decided(prepare(ADJUST, area_code=CITY, period=2026, user=city.user("head"))).pk)
    form = first_payment().form | {
        "id_number": person.id_number, "person_name": person.name, "benefit_start": format_period(benefit.start_period),
        "amount": plain_fen(benefit.awards.get().total_fen), "account_name": person.name,
    }  # fmt: skip
    return Situation(form, ("id_card", "bank_card"))


def corrected_after_the_plan() -> Situation:
    """A base is corrected whose month has been levied."""
    money.levied(202611)
    form, materials, _ = money_forms.FORMS["base correction"]()
    return Situation(form, tuple(materials))


def at_work_again() -> Situation:
    """Somebody who drew unemployment benefit, was taken on again, and died."""
    claim = ordinary("unemployed", benefit_start="2026-11")
    done("UNE-001", claim.form, claim.materials)
    hired = EmploymentRegistration.objects.filter(id_number=claim.person.id_number).order_by("id")[0]
    done("REG-005", city.resume_form(hired), (), username="teller")
    return ordinary("dead claimant", id_number=claim.person.id_number, person_name=claim.person.name, death_date="2026-11-05")


def _paid_on() -> tuple[Person, Person]:
    """A claimant of unemployment benefit and a pensioner of the residents' scheme, paid up to this month."""
    claim, resident = ordinary("unemployed", benefit_start="2026-10"), resident_claim()
    for item, situation in (("UNE-001", claim), ("RES-001", resident)):
        done(item, situation.form, situation.materials)
    last_paid()
    execute(batch_id=decided(planned(NOW)).pk)
    return claim.person, resident.person


def claimant_paid_after_death() -> Situation:
    person, _ = city.of_city("paid on", _paid_on)
    return ordinary("dead claimant", id_number=person.id_number, person_name=person.name, death_date="2026-10-05")


def resident_paid_after_death() -> Situation:
    _, person = city.of_city("paid on", _paid_on)
    left = account_left(person, "resident_pension", until=202610, run=202611).left_fen
    form = {
        "id_number": person.id_number, "person_name": person.name, "change_reason": "01", "death_date": "2026-10-08",
        "account_balance": plain_fen(left),
    } | HEIR  # fmt: skip
    return Situation(form, HEIRS)


def resident_insured_until_the_claim() -> Situation:
    """A resident whose relation began before the month of the first pension: it ends with it."""
    claim = resident_claim()
    return Situation(claim.form | {"benefit_start": "2026-12"}, claim.materials)


#: Beside the ordinary situation of an item: what it writes only then.
FURTHER: dict[str, tuple[Callable[[], Situation], ...]] = {
    "CHG-004": (merge, merged_account, merged_pensioner, living_after_all), "CRT-001": (helped_certification,),
    "FND-001": (settlement_with_money, settlement_of_late_money), "FND-003": (recovery_with_money,),
    "LVY-002": (corrected_after_the_plan,), "UNE-005": (at_work_again, claimant_paid_after_death), "RES-002": (resident_paid_after_death,),
    "RES-001": (resident_insured_until_the_claim,),
    "PEN-005": (paid_after_death, death_at_work), "PEN-007": (released_claimant,), "PEN-010": (first_payment_after_an_adjustment,),
}  # fmt: skip


def situations_of(code: str) -> list[Application]:
    """Applications of an item in its situations; each can be carried to its end."""
    found = [SITUATIONS[code]] if code in SITUATIONS.keys() - AFTER_SOMETHING else []
    made = [one() for one in (*found, *FURTHER.get(code, ()))]
    applied = [city.application(code, m.form, username="special", materials=m.materials) for m in made]
    reminded = ("birth_not_of_number", "worked_young", "merge_identity")
    return [situation_of(code), *(replace(a, confirmed=reminded) if code == "CHG-004" else a for a in applied)]


def own_cases(code: str) -> Iterator[Application]:
    """Applications of the item's own file that are accepted."""
    path = file_of(code)
    for case in read(path)["cases"]:
        if not {"refused", "reminded", "invalid"} & case.keys():
            yield prepared(path, case)[0]


def to_the_end(application: Application) -> Case:
    """A real case, signed by everybody its route wants, under the warrant it has earned."""
    reminders = examine(application).reminders
    reasons = {finding.key: "已按材料核实" for finding in reminders if finding.needs_reason} | dict(application.reasons)
    return carry(accept_case(replace(application, confirmed=tuple(finding.check for finding in reminders), reasons=reasons)))


def written_by(application: Application) -> set[str]:
    """Protected tables that the effects of an accepted application write; all is undone."""
    with carried_out(application):
        return writes.written_under(writes.open_now())


def written_near(application: Application, wanted: set[str]) -> set[str]:
    """What applications with one field otherwise write, as far as they are accepted, until what is wanted is among it."""
    found: set[str] = set()
    for _, form in variations(application.item_code, dict(application.form), application.today):
        if found >= wanted:
            break
        try:
            found |= written_by(replace(application, form=form))
        except (NotAccepted, YiguiError):
            continue
    return found


@pytest.mark.parametrize("code", sorted(open_codes()))
def test_an_item_declares_what_its_cases_write_and_nothing_else(code: str) -> None:
    declared, situations = set(writes_of(code)), situations_of(code)
    found: set[str] = set().union(*(written_by(application) for application in (*situations, *own_cases(code))))
    if declared - found:
        found |= written_near(situations[0], declared - found)
    assert declared - found == set(), "declared, and written in no situation: take them out, or add the situation to FURTHER"
    assert found - declared == set(), "written, and not declared: the database refuses these cases"
    for application in situations:
        case = to_the_end(application)
        assert (case.status, case.effect_error) == ("finished", "")


def test_further_situations_are_those_of_items() -> None:
    assert FURTHER.keys() <= open_codes()


@pytest.mark.parametrize("code", sorted(code for code in open_codes() if writes_of(code)))
def test_what_an_item_declares_is_protected(code: str) -> None:
    declared: Any = writes_of(code)
    assert [name for name in declared if tables()[name].kind is not Kind.PROTECTED] == []
    assert len(set(declared)) == len(declared)


def test_what_an_item_changes_of_records_and_relations_elsewhere_are_columns_of_tables_it_writes() -> None:
    columns = {table: {f.column for f in model._meta.concrete_fields} for table, model in PERSONAL.items()}
    found = {code: handler_of(declared().versions[code][-1]) for code in open_codes()}
    for code, handler in found.items():
        assert set(handler.own_record) <= columns["registry_person"], code
        assert not handler.own_record or "registry_person" in handler.writes, code
        relations = [columns[table] for table in PERSONAL if table != "registry_person" and table in handler.writes]
        assert set(handler.elsewhere) <= set().union(*relations), code
        assert not handler.joins or not (handler.own_record or handler.elsewhere), (
            f"{code} takes somebody on, whose record is theirs"
        )
    assert {code for code, handler in found.items() if handler.own_record} > {"CHG-003", "CHG-004", "PEN-002"}
