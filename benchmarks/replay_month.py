"""A month of the agencies' own: 20,000 cases through all channels, as fast as it goes; then every check of the books is silent.

The items are those that make up most of the month in the sources, with their shares; what a share stands for is scaled to the
20,000. Cases come in through counter, platform, machine, phone and outlet, each with its own account and applicant; those of
class 2 and 1 are decided by different people to the end, class 1 with request, meeting and leader; what a self-payer orders is
paid, split, posted and credited. Two processes work, as two web workers would. Afterwards `verify` recomputes chains, warrants, rows, bills, books.
"""

import argparse
import datetime as dt
import itertools
import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from bench import TODAY, database, line, make_city, settle_disk, sign_everybody_in
from levy_plan import one_month

DAY = dt.date.fromisoformat(TODAY)
FIVE = ["employee_pension", "unemployment", "injury", "maternity", "employee_medical"]
TWO = ["employee_pension", "employee_medical"]
PROCESSES = 2
#: Which account accepts at a channel. At the counter special business goes to its own window.
ACCOUNTS = {
    "counter": "teller",
    "online": "channel-online",
    "kiosk": "channel-kiosk",
    "mobile": "channel-mobile",
    "bank_outlet": "teller2",
}
PEOPLE = {"review": "reviewer", "recheck": "rechecker", "request": "head", "approve": "director2"}
Job = dict[str, Any]


def _rows(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(sql, list(parameters))
        return list(cursor.fetchall())


def _seekers(count: int) -> Iterator[tuple[Any, ...]]:
    """People registered as employed and not known: number, name, gender, birth, unit, employer."""
    from yigui.common.identifiers import read_citizen_number

    rows = _rows(
        "SELECT r.id_number, r.name, e.unit_no, e.id FROM exchange_employment_registration r JOIN registry_employer e USING (credit_code) "
        "WHERE r.registered_on < %s AND NOT EXISTS (SELECT 1 FROM registry_person p WHERE p.id_number = r.id_number) ORDER BY r.id LIMIT %s",
        DAY, count,
    )  # fmt: skip
    for number, name, unit, employer in rows:
        citizen = read_citizen_number(number)
        assert citizen is not None
        yield number, name, citizen.gender, citizen.born_on.isoformat(), unit, employer


def _staff(count: int, remainder: int) -> list[tuple[Any, ...]]:
    """Employees: number, name, unit, employer, person, mobile."""
    return _rows(
        "SELECT p.id_number, p.name, e.unit_no, e.id, p.id, p.mobile FROM registry_employment m JOIN registry_person p ON p.id = m.person_id "
        "JOIN registry_employer e ON e.id = m.employer_id WHERE m.end_period IS NULL AND m.start_period < 202611 AND p.id %% 5 = %s "
        "ORDER BY m.id LIMIT %s",
        remainder, count,
    )  # fmt: skip


def _stopped(count: int) -> list[tuple[Any, ...]]:
    """People stopped this year and registered as employed again."""
    return _rows(
        "SELECT p.id_number, p.name, e.unit_no, e.id FROM exchange_employment_registration r JOIN registry_employer e USING (credit_code) "
        "JOIN registry_person p ON p.id_number = r.id_number WHERE r.registered_on < %s AND NOT EXISTS (SELECT 1 FROM registry_employment m "
        "WHERE m.person_id = p.id AND m.end_period IS NULL) AND EXISTS (SELECT 1 FROM registry_employment m WHERE m.person_id = p.id) "
        "ORDER BY r.id LIMIT %s",
        DAY, count,
    )  # fmt: skip


def _flexible(count: int) -> list[tuple[Any, ...]]:
    """Self-payers: number, name, person."""
    return _rows(
        "SELECT DISTINCT p.id_number, p.name, p.id FROM registry_coverage c JOIN registry_person p ON p.id = c.person_id "
        "WHERE c.employer_id IS NULL AND c.end_period IS NULL AND c.insurance = 'employee_pension' ORDER BY p.id LIMIT %s",
        count,
    )


def _pensioners(count: int, remainder: int) -> list[tuple[Any, ...]]:
    return _rows(
        "SELECT p.id_number, p.name, p.id FROM benefits_benefit b JOIN registry_person p ON p.id = b.person_id WHERE b.status = 'paying' "
        "AND p.id %% 3 = %s ORDER BY b.id LIMIT %s",
        remainder, count,
    )  # fmt: skip


def _shares() -> dict[str, tuple[float, Callable[[int], Iterator[Job]]]]:
    """Items with their share of the month in the sources, and what makes so many forms of them."""
    return {
        "REG-006": (0.150, _stops), "REG-004": (0.125, _enrolments), "REG-005": (0.070, _resumes), "LVY-007": (0.056, _payments),
        "REG-007": (0.042, _flexible_enrolments), "REG-008": (0.023, _suspensions), "CHG-003": (0.021, _changes), "CRT-001": (0.018, _certified),
        "ENQ-003": (0.0165, _records), "ENQ-001": (0.012, _unit_enquiries), "CHG-004": (0.0115, _key_changes), "CHG-001": (0.010, _unit_changes),
        "REG-001": (0.008, _new_units), "ENQ-002": (0.006, _unit_certificates), "PEN-008": (0.0055, _accounts), "ENQ-005": (0.005, _payments_seen),
    }  # fmt: skip


def _job(item: str, form: dict[str, Any], materials: tuple[str, ...] = (), *, employer: int = 0, person: int = 0) -> Job:
    return {"item": item, "form": form, "materials": materials, "employer": employer, "person": person}


def _stops(count: int, remainder: int = 1) -> Iterator[Job]:
    for number, name, unit, employer, *_ in _staff(count, remainder):
        form = {"unit_no": unit, "id_number": number, "person_name": name, "insurances": FIVE, "change_reason": "01", "change_date": TODAY,
                "settle_period": "2026-11"}  # fmt: skip
        yield _job("REG-006", form, ("termination_proof",), employer=employer)


def _enrolments(count: int) -> Iterator[Job]:
    for number, name, gender, born, unit, employer in _seekers(count):
        form = {"unit_no": unit, "id_type": "01", "id_number": number, "person_name": name, "gender": gender, "birth_date": born,
                "household_type": "01", "employment_form": "01", "mobile": "13812345678", "insurances": FIVE, "enrol_date": TODAY,
                "declared_wage": "5200", "settle_period": "2026-11"}  # fmt: skip
        yield _job("REG-004", form, employer=employer)


def _resumes(count: int) -> Iterator[Job]:
    for number, name, unit, employer in _stopped(count):
        form = {"unit_no": unit, "id_number": number, "person_name": name, "employment_form": "01", "insurances": FIVE, "enrol_date": TODAY,
                "declared_wage": "6000", "settle_period": "2026-11"}  # fmt: skip
        yield _job("REG-005", form, employer=employer)


def _payments(count: int) -> Iterator[Job]:
    for number, name, person in _flexible(count):
        form = {"id_number": number, "person_name": name, "insurances": ["employee_pension"], "start_month": "2026-11", "end_month": "2026-11",
                "contribution_base": "5000", "pay_channel": "04"}  # fmt: skip
        yield _job("LVY-007", form, ("id_card",), person=person)


def _flexible_enrolments(count: int) -> Iterator[Job]:
    seekers = list(_seekers(1_000_000))[-count:]
    for number, name, gender, born, *_ in seekers:
        form = {"id_number": number, "person_name": name, "gender": gender, "birth_date": born, "household_type": "01", "mobile": "13812345678",
                "insurances": TWO, "contribution_base": "5000", "enrol_date": TODAY, "pay_channel": "04"}  # fmt: skip
        yield _job("REG-007", form, ("id_card", "application_form"))


def _suspensions(count: int) -> Iterator[Job]:
    for number, name, person in _flexible(1_000_000)[-count:]:
        form = {
            "id_number": number,
            "person_name": name,
            "insurances": ["employee_pension"],
            "change_reason": "01",
            "settle_period": "2026-11",
        }
        yield _job("REG-008", form, ("id_card",), person=person)


def _changes(count: int) -> Iterator[Job]:
    for number, name, _, _, person, mobile in _staff(count, 2):
        form = {"id_number": number, "person_name": name, "change_item": "01", "old_value": mobile, "new_value": "13912340000"}
        yield _job("CHG-003", form, ("id_card",), person=person)


def _certified(count: int) -> Iterator[Job]:
    for number, name, person in _pensioners(count, 0):
        form = {"id_number": number, "person_name": name, "survival_status": "01", "certify_way": "05", "apply_date": TODAY}
        yield _job("CRT-001", form, ("id_card", "photo"), person=person)


def _records(count: int) -> Iterator[Job]:
    for number, name, _, _, person, _ in _staff(count, 3):
        yield _job("ENQ-003", {"id_number": number, "person_name": name}, ("id_card",), person=person)


def _units(count: int, remainder: int) -> list[tuple[Any, ...]]:
    return _rows(
        "SELECT unit_no, id, address FROM registry_employer WHERE status = 'active' AND id %% 3 = %s ORDER BY id LIMIT %s",
        remainder,
        count,
    )


def _unit_enquiries(count: int) -> Iterator[Job]:
    for unit, employer, *_ in _units(count, 0):
        yield _job("ENQ-001", {"unit_no": unit, "start_month": "2026-10", "end_month": "2026-11"}, ("id_card",), employer=employer)


def _unit_certificates(count: int) -> Iterator[Job]:
    for unit, employer, *_ in _units(count, 1):
        yield _job("ENQ-002", {"unit_no": unit, "start_month": "2026-10", "end_month": "2026-10"}, ("id_card",), employer=employer)


def _unit_changes(count: int) -> Iterator[Job]:
    for unit, employer, address in _units(count, 2):
        form = {"unit_no": unit, "change_item": "01", "old_value": address, "new_value": "市中区嘉定路 8 号", "change_date": TODAY}
        yield _job("CHG-001", form, ("application_form", "agent_id_card"), employer=employer)


def _key_changes(count: int) -> Iterator[Job]:
    for number, name, _, _, person, _ in _staff(count, 4):
        born = dt.date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}")
        form = {"id_number": number, "person_name": name, "change_item": "04", "old_value": born.isoformat(),
                "new_value": (born - dt.timedelta(days=40)).isoformat(), "change_reason": "03"}  # fmt: skip
        yield _job("CHG-004", form, ("application_form", "id_card", "identity_change_proof", "personnel_file"), person=person)


def _new_units(count: int) -> Iterator[Job]:
    from yigui.common.identifiers import credit_code_check_character

    for n in range(count):
        code = "91511102" + f"MB{n:07d}"
        form = {"credit_code": code + credit_code_check_character(code), "unit_name": f"新设{n}号有限公司", "unit_type": "01", "economic_type": "150",
                "industry": "C", "industry_risk": "3", "legal_rep": "王建国", "region": "511102", "address": "市中区嘉定路 1 号", "contact_name": "李晓春",
                "phone": "13900001111", "bank_code": "102665100001", "account_name": f"新设{n}号有限公司", "account_no": "622212345678901",
                "levy_method": "01", "insurances": FIVE, "unit_enrol_date": TODAY}  # fmt: skip
        yield _job("REG-001", form, ("application_form", "business_licence", "unit_bank_account", "agent_id_card"))


def _accounts(count: int) -> Iterator[Job]:
    for k, (number, name, person) in enumerate(_pensioners(count, 1)):
        form = {"id_number": number, "person_name": name, "bank_code": "102665100001", "account_name": name, "account_no": f"62221234{k:08d}",
                "mobile": "13812345678"}  # fmt: skip
        yield _job("PEN-008", form, ("id_card", "bank_card"), person=person)


def _payments_seen(count: int) -> Iterator[Job]:
    for number, name, person in _pensioners(count, 2):
        yield _job("ENQ-005", {"id_number": number, "person_name": name}, ("id_card",), person=person)


def jobs(count: int) -> list[Job]:
    """The month's applications, mixed, each with the channel it comes through."""
    from yigui.catalogue.declarations import catalogue

    dice, made = random.Random(7), []
    shares = _shares()
    whole = sum(share for share, _ in shares.values())
    for code, (share, make) in shares.items():
        item = catalogue().item(code, DAY)
        known = [c for c in item.channels if c in ACCOUNTS]
        for job in itertools.islice(make(round(count * share / whole) + 1), round(count * share / whole) + 1):
            channel = dice.choice(known)
            if channel in ("online", "kiosk", "mobile") and not (job["employer"] or job["person"]):
                channel = "counter"
            made.append(job | {"channel": channel})
    # Where the city has too few people for an item, more are stopped.
    for job in itertools.islice(_stops(count, 0), max(0, count - len(made))):
        made.append(job | {"channel": dice.choice(["counter", "online", "kiosk"])})
    dice.shuffle(made)
    return made[:count]


def _work(part: int, share: list[Job], out: Any) -> None:
    """One worker: accept, and decide to the end; sends back counts and refusals."""
    import django

    django.setup()
    sign_everybody_in(everybody=False)
    from django.db import connections
    from tests import seen
    from tests.city import decide, given_at

    from yigui.casework.accept_case import accept_case
    from yigui.casework.application import Application
    from yigui.casework.meetings import record_meeting
    from yigui.casework.queries import current_step
    from yigui.catalogue.declarations import catalogue
    from yigui.charges.models import PaymentOrder
    from yigui.common.errors import YiguiError
    from yigui.exchange.models import ApiToken, Partner
    from yigui.identity.models import UnitLogin
    from yigui.receipts.pay_order import pay_order
    from yigui.registry.models import Employer, Person
    from yigui.staff.models import User

    people = {u.username: u for u in User.objects.select_related("agency", "desk")}
    # An outlet's program hands in by its token: without one the account has no other channel than the counter.
    partner, _ = Partner.objects.using("owner").get_or_create(code="replay_outlet", defaults={"name": "重放网点"})
    ApiToken.objects.using("owner").get_or_create(
        digest="replay-outlet",
        defaults={"partner": partner, "user_id": people[ACCOUNTS["bank_outlet"]].pk, "channel": "bank_outlet"},
    )
    done: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for number, job in enumerate(share):
        item, channel = catalogue().item(job["item"], DAY), job["channel"]
        login = applicant = None
        account = ACCOUNTS[channel]
        if item.desk_kind == "special" and channel == "counter":
            account = "special"
        if channel in ("online", "kiosk", "mobile"):
            if job["employer"]:
                employer = Employer.objects.get(pk=job["employer"])
                UnitLogin.objects.using("owner").get_or_create(username=employer.unit_no, defaults={"employer_id": employer.pk})
                login = UnitLogin.objects.get(username=employer.unit_no)
            else:
                applicant = Person.objects.get(pk=job["person"])
            if outside := login or applicant:
                seen.at_door(outside, channel)
        application = Application(
            item_code=job["item"], form=job["form"], operator=people[account], channel=channel, today=DAY,
            materials=[given_at(m, channel, {"login": login, "applicant": applicant}) for m in job["materials"]],
            outlet_class="A" if channel == "bank_outlet" else "",
            confirmed=("period_assigned", "identity_unshared", "freeze_before_pay", "birth_not_of_number", "worked_young"),
            idempotency_key=f"replay:{part}:{number}", login=login,
            applicant=applicant,
        )  # fmt: skip
        try:
            case = accept_case(application)
            while case.status == "open":
                step = current_step(case)
                assert step is not None
                if step.code == "meeting":
                    record_meeting(
                        chair=people["director"], held_on=DAY, minutes="会议听取汇报并查阅档案，一致同意变更。", today=DAY,
                        attendees=[people["head2"], people["auditor"]], verdicts={case.pk: ("passed", "")},
                    )  # fmt: skip
                    case.refresh_from_db()
                else:
                    case = decide(case, PEOPLE[step.code], opinion="情况属实，同意办理。", today=DAY)
        except YiguiError as error:
            findings = "；".join(f.check for f in getattr(error, "findings", [])) or str(
                getattr(error, "fields", "") or error.message
            )
            refused[f"{job['item']} {channel}: {findings}"[:160]] += 1
        else:
            done[f"{channel} {case.risk_class} {case.status}"] += 1
            if order := PaymentOrder.objects.filter(case_id=case.pk).first():
                pay_order(
                    code=order.code, amount_fen=order.amount_fen, reference=f"R{part}-{number}", partner="bank", area_code="511102", paid_on=DAY,
                    today=DAY,
                )  # fmt: skip
            if case.effect_error:
                refused[f"{job['item']}: {case.effect_error}"[:160]] += 1
    connections.close_all()
    out.send((dict(done), dict(refused)))


def self_payers_pay() -> None:
    """What self-payers were levied before has come in, so that they may suspend."""
    from yigui.common.digests import sm3
    from yigui.exchange.money_formats import ReceiptRow
    from yigui.identity.at_terminal import sign_in_as
    from yigui.receipts.files import take_in
    from yigui.staff.models import User

    owed = _rows(
        "SELECT p.id_number, o.area::text, sum(o.left_fen)::bigint, min(o.due_on) FROM contributions_open_bill o "
        "JOIN registry_person p ON p.id = o.person_id WHERE o.employer_id = 0 GROUP BY 1, 2"
    )
    rows = [
        ReceiptRow(k, f"self-{k}", due, fen, id_number=number, area=area)
        for k, (number, area, fen, due) in enumerate(owed, start=1)
    ]
    take_in(
        rows=rows,
        digest=sm3("self payers"),
        file_name="灵活就业到账",
        partner="tax",
        source="tax",
        area_code="511102",
        user=sign_in_as(User.objects.get(username="cashier")),
        today=DAY,
    )


def measure(count: int) -> None:
    """Replay, then verify."""
    from yigui.integrity.verify import verify_all

    month = jobs(count)
    settle_disk()
    context = multiprocessing.get_context("spawn")
    started = time.perf_counter()
    running = []
    for part in range(PROCESSES):
        here, there = context.Pipe()
        process = context.Process(target=_work, args=(part, month[part::PROCESSES], there))
        process.start()
        running.append((process, here))
    done: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for process, here in running:
        counts, faults = here.recv()
        done.update(counts)
        refused.update(faults)
        process.join()
    seconds = time.perf_counter() - started
    finished = sum(n for key, n in done.items() if key.endswith("finished"))
    by_channel, by_class = Counter[str](), Counter[str]()
    for key, n in done.items():
        channel, risk_class, _ = key.split()
        by_channel[channel] += n
        by_class[risk_class] += n
    line(
        f"a month replayed: {len(month):,} cases, {finished:,} finished, {sum(refused.values())} refused", f"{seconds:.0f} s, {finished / seconds:.0f}/s",
        "no limit set; none refused", finished == len(month),
    )  # fmt: skip
    print(f"    by channel {dict(by_channel)}; by class {dict(by_class)}")
    for text, n in refused.most_common(15):
        print(f"    {n} x {text}")
    started = time.perf_counter()
    faults = list(verify_all())
    line(
        "  verify afterwards: chains, warrants, rows, bills, books",
        f"{time.perf_counter() - started:.0f} s, {len(faults)} faults",
        "silent",
        not faults,
    )
    for fault in faults[:10]:
        print(f"    {fault}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=300_000)
    parser.add_argument("--cases", type=int, default=20_000)
    chosen = parser.parse_args()
    with database():
        from yigui.runs.models import Batch

        make_city(chosen.persons)
        if not Batch.objects.filter(kind="levy", status="executed").exists():
            one_month()
            self_payers_pay()
        measure(chosen.cases)
