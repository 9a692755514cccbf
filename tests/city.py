"""People of the generated city for one test each, and applications about them."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import connections, transaction

from tests import seen
from tests.conftest import TODAY
from tests.pdf import pdf
from yigui.casework.accept_case import accept_case
from yigui.casework.application import Application, GivenMaterial
from yigui.casework.decide_step import decide_step
from yigui.casework.enums import MaterialSource
from yigui.casework.meetings import record_meeting
from yigui.casework.models import Case
from yigui.casework.queries import current_step
from yigui.casework.rehearse import to_sign
from yigui.casework.returns import Point
from yigui.catalogue.declarations import catalogue
from yigui.common.identifiers import credit_code_check_character, read_citizen_number
from yigui.documents.store import keep_paper
from yigui.exchange.contracts import contracts
from yigui.exchange.import_registrations import import_registrations
from yigui.exchange.models import ApiToken, EmploymentRegistration, Partner
from yigui.identity.proof import keep_password
from yigui.registry.enums import EMPLOYEE_INSURANCES
from yigui.registry.models import Coverage, Employer, Employment, Person
from yigui.runs.models import Run
from yigui.runs.opening_warrant import opening_warrant
from yigui.staff.enums import UserKind
from yigui.staff.locations import Location
from yigui.staff.models import User

T = TypeVar("T")
FIVE = [str(i) for i in EMPLOYEE_INSURANCES]


def user(username: str) -> User:
    return User.objects.select_related("agency", "desk__location").get(username=username)


_people = iter(range(10_000))


def new_user(role: str, *, agency: str = "51110001", password: str = "!", **more: Any) -> User:
    """Somebody new with a post, as an opening load writes it: the application itself gives nobody a post."""
    username = more.pop("username", f"u{next(_people)}-{role}")
    if "location" not in more:
        # Whoever works at an agency works somewhere: in its hall, as the people of the generated city do.
        more["location"] = Location.objects.filter(agency_id=agency, kind="hall").order_by("id").first()
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
        made = User(username=username, role=role, agency_id=agency, **({"full_name": "新人"} | more))
        made.set_password(password) if password != "!" else setattr(made, "password", "!")
        made.save(using="owner")
        if password != "!":
            keep_password(f"staff:{made.pk}", password)
    return User.objects.select_related("agency__area").get(pk=made.pk)


def partner(code: str, name: str, **more: str) -> Partner:
    """A partner the owner has made, with what else is said of it."""
    Partner.objects.using("owner").update_or_create(code=code, defaults={"name": name} | more)
    return Partner.objects.get(pk=code)


def sender_of(kind: str) -> Partner:
    """The partner of whom files of a kind of records are taken first of all."""
    code = contracts().files[kind][0]
    return partner(code, catalogue().departments.get(code, code))


def program(code: str) -> User:
    """The account of a partner's program, which the owner has given a key: under it the partner's files and messages come in."""

    def made() -> User:
        account = new_user("teller", username=f"api-of-{code}", full_name=f"{code} 接口", kind=UserKind.PROGRAM)
        if not Partner.objects.filter(pk=code).exists():
            partner(code, code)
        ApiToken.objects.using("owner").create(partner_id=code, digest=f"program {code}", user=account, channel="online")
        return account

    return of_city(f"program of {code}", made)


_taken: dict[str, Any] = {}


def of_city(name: str, make: Callable[[], T]) -> T:
    """What the tests of one file share about their city, by name: made at first use, forgotten with the city."""
    if name not in _taken:
        _taken[name] = make()
    return _taken[name]  # type: ignore[no-any-return]


def forget_taken() -> None:
    """Another city: everybody is there again."""
    _taken.clear()


def _seekers() -> list[EmploymentRegistration]:
    known = set(Person.objects.values_list("id_number", flat=True))
    rows = EmploymentRegistration.objects.filter(registered_on__lt=TODAY).order_by("id")
    return [r for r in rows if r.id_number not in known]


def _employees() -> list[Employment]:
    return list(Employment.objects.filter(end_period=None).select_related("person", "employer").order_by("id"))


def _stopped() -> list[EmploymentRegistration]:
    numbers = Employment.objects.exclude(end_period=None).filter(person__employments__end_period__gte=202601)
    stopped = set(numbers.values_list("person__id_number", flat=True))
    rows = EmploymentRegistration.objects.filter(registered_on__lt=TODAY).order_by("id")
    return [r for r in rows if r.id_number in stopped]


def _flexible() -> list[Person]:
    return list(Person.objects.filter(retired_on=None, employments=None, coverages__insurance="employee_pension").order_by("id"))


def next_seeker() -> EmploymentRegistration:
    """A person registered as employed before today and not yet insured."""
    return next(of_city("seekers", lambda: iter(_seekers())))


def next_employee() -> Employment:
    """A person at work and insured in all five insurances."""
    known = of_city("employees", lambda: iter(_employees()))
    return next(e for e in known if _at_work_and_insured(e))


def _at_work_and_insured(employment: Employment) -> bool:
    """As it is now, not as it was when the first was asked for: another test may have ended it."""
    open_now = Coverage.objects.filter(person=employment.person_id, employer=employment.employer_id, end_period=None)
    is_open = Employment.objects.filter(pk=employment.pk, end_period=None).exists()
    return is_open and set(open_now.values_list("insurance", flat=True)) >= set(FIVE)


def next_stopped() -> EmploymentRegistration:
    """A person insured before, stopped this year, and registered as employed again."""
    return next(of_city("stopped", lambda: iter(_stopped())))


def next_person() -> Person:
    """A self-payer (灵活就业人员)."""
    return next(of_city("flexible", lambda: iter(_flexible())))


def unit(credit_code: str) -> Employer:
    return Employer.objects.get(credit_code=credit_code)


def enrolment_form(seeker: EmploymentRegistration, **changed: Any) -> dict[str, Any]:
    citizen = read_citizen_number(seeker.id_number)
    assert citizen is not None
    return {
        "unit_no": unit(seeker.credit_code).unit_no, "id_type": "01", "id_number": seeker.id_number, "person_name": seeker.name,
        "gender": citizen.gender, "birth_date": citizen.born_on.isoformat(), "household_type": "01", "employment_form": "01",
        "mobile": "13812345678", "insurances": FIVE, "enrol_date": "2026-11-10", "declared_wage": "5200", "settle_period": "2026-11",
    } | changed  # fmt: skip


def resume_form(stopped: EmploymentRegistration, **changed: Any) -> dict[str, Any]:
    return {
        "unit_no": unit(stopped.credit_code).unit_no, "id_number": stopped.id_number, "person_name": stopped.name,
        "employment_form": "01", "insurances": FIVE, "enrol_date": "2026-11-10", "declared_wage": "6000",
        "settle_period": "2026-11",
    } | changed  # fmt: skip


def registered(person: Person, employer: Employer, day: dt.date) -> None:
    """Somebody registered as employed (就业备案), by a file of the employment service."""
    content = f"AAC002,AAC003,AAB998,ACC031\n{person.id_number},{person.name},{employer.credit_code},{day}\n".encode()
    template = EmploymentRegistration.objects.first()
    assert template is not None
    assert template.file is not None
    import_registrations(content=content, file_name="r.csv", partner=template.file.partner, user=user("head"), today=TODAY)


def transfer_form() -> dict[str, Any]:
    """An employee of one unit whom another unit has registered as employed, and who moves there."""
    employment = next_employee()
    target = Employer.objects.exclude(pk=employment.employer_id).order_by("id")[next(_units) % 100]
    registered(employment.person, target, dt.date(2026, 11, 2))
    return {
        "unit_no": target.unit_no, "from_unit_no": employment.employer.unit_no, "id_number": employment.person.id_number,
        "person_name": employment.person.name, "declared_wage": "7000", "insurances": FIVE, "change_date": "2026-11-10",
        "settle_period": "2026-11",
    }  # fmt: skip


def stop_form(employment: Employment, **changed: Any) -> dict[str, Any]:
    return {
        "unit_no": employment.employer.unit_no, "id_number": employment.person.id_number,
        "person_name": employment.person.name, "insurances": FIVE, "change_reason": "01", "change_date": "2026-11-10",
        "settle_period": "2026-11",
    } | changed  # fmt: skip


def unit_form(number: int, **changed: Any) -> dict[str, Any]:
    code = "91511102" + f"MA{number:07d}"
    return {
        "credit_code": code + credit_code_check_character(code), "unit_name": f"测试{number}号有限公司", "unit_type": "01",
        "economic_type": "150", "industry": "C", "industry_risk": "3", "legal_rep": "王建国", "region": "511102",
        "address": "市中区嘉定路 1 号", "contact_name": "李晓春", "phone": "13900001111", "bank_code": "102665100001",
        "account_name": f"测试{number}号有限公司", "account_no": "622212345678901", "levy_method": "01", "insurances": FIVE,
        "unit_enrol_date": "2026-11-10",
    } | changed  # fmt: skip


UNIT_MATERIALS = ("application_form", "business_licence", "unit_bank_account", "agent_id_card")


def key_change_form(person: Person, **changed: Any) -> dict[str, Any]:
    if changed.get("change_item") == "02":
        changed["old_value"] = person.id_number
    return {
        "id_number": person.id_number, "person_name": person.name, "change_item": "04", "old_value": person.born_on.isoformat(),
        "new_value": (person.born_on - dt.timedelta(days=40)).isoformat(), "change_reason": "03",
    } | changed  # fmt: skip


KEY_MATERIALS = ("application_form", "id_card", "identity_change_proof", "personnel_file")


def basic_change_form(person: Person, **changed: Any) -> dict[str, Any]:
    return {
        "id_number": person.id_number, "person_name": person.name, "change_item": "01", "old_value": person.mobile,
        "new_value": "13912340000",
    } | changed  # fmt: skip


def with_token(username: str, channel: str) -> None:
    """Somebody of the agency hands in through another channel than the counter only by a token of a partner's."""

    def made() -> ApiToken:
        return ApiToken.objects.using("owner").create(
            partner=partner("door", "渠道"), digest=f"{username} {channel}"[:64], user=user(username), channel=channel
        )

    if user(username).kind != UserKind.DOOR:
        of_city(f"token of {username} at {channel}", made)


#: The answer to what is computed by a row of the law that nobody has read in a document.
UNREAD_ANSWERED: dict[str, Any] = {"confirmed": ("unread_parameter",), "reasons": {"unread_parameter.": "已按当地文件核对标准"}}


def application(
    item_code: str, form: dict[str, Any], *, username: str = "teller", channel: str = "counter", today: dt.date = TODAY,
    materials: Sequence[str] = (), **more: Any,
) -> Application:  # fmt: skip
    outside = more.get("login") or more.get("applicant")
    if outside is not None:
        seen.at_door(outside, channel)
    elif channel != "counter":
        with_token(username, channel)
    if item_code == "CHG-004":
        # What a changed birth date or start of work is asked about.
        more.setdefault("confirmed", ("birth_not_of_number", "worked_young"))
    more["confirmed"] = (*more.get("confirmed", ()), *UNREAD_ANSWERED["confirmed"])
    more["reasons"] = UNREAD_ANSWERED["reasons"] | dict(more.get("reasons", {}))
    return Application(
        item_code=item_code, form=form, operator=user(username), channel=channel, today=today,
        materials=[given_at(code, channel, more) for code in materials], **more,
    )  # fmt: skip


def given_at(code: str, channel: str, more: dict[str, Any]) -> GivenMaterial:
    """A material as its door takes it: seen by staff; from outside a file, or the identity that was verified at sign-in."""
    if more.get("login") is None and more.get("applicant") is None:
        return GivenMaterial(code)
    if code == "id_card" and more.get("applicant") is not None:
        return GivenMaterial(code, MaterialSource.SHARED)
    if catalogue().materials[code].generated == "form":
        return GivenMaterial(code, MaterialSource.GENERATED)
    content = pdf(code.encode())
    taken_by = user(f"channel-{channel}")
    paper = keep_paper(
        content,
        f"{code}.pdf",
        material_code=code,
        taken_by=taken_by,
        taken_on=TODAY,
        handed_in_by=more.get("login") or more.get("applicant"),
    )
    return GivenMaterial(code, MaterialSource.SCANNED, paper)


_units = iter(range(1, 10_000))


def accept_class1(**changed: Any) -> Case:
    """A class-1 case at its review."""
    person = next_person()
    return accept_case(application("CHG-004", key_change_form(person, **changed), username="special", materials=KEY_MATERIALS))


def accept_class2(username: str = "teller") -> Case:
    """A class-2 case at its review."""
    return accept_case(application("REG-001", unit_form(next(_units)), username=username, materials=UNIT_MATERIALS))


def accept_class3(**more: Any) -> Case:
    """A class-3 case, finished."""
    return accept_case(application("CHG-003", basic_change_form(next_person()), materials=["id_card"], **more))


def decide(case: Case, username: str, verdict: str = "passed", opinion: str = "同意", today: dt.date = TODAY) -> Case:
    """Decide the step the case stands at."""
    case = Case.objects.get(pk=case.pk)
    step = current_step(case)
    assert step is not None
    points = [Point("other", note=opinion)] if verdict == "returned" and opinion else []
    return decide_step(
        case_id=case.pk, step_id=step.pk, actor=user(username), verdict=verdict, opinion=opinion, points=points, today=today,
        shown=to_sign(case.pk).shown,
    )  # fmt: skip


def meet(case: Case, today: dt.date = TODAY) -> None:
    """The meeting a case stands at passes it."""
    record_meeting(
        chair=user("director"), held_on=today, minutes="会议听取了汇报，查阅了档案，同意按核定结果办理。", attendees=[user("head"), user("reviewer2")],
        verdicts={case.pk: ("passed", "")}, today=today,
    )  # fmt: skip


def past_the_guards(case: Case, **changes: Any) -> Case:
    """A case as if it had been accepted with other values, which the guards let nobody write afterwards."""
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Case.objects.using("super").filter(pk=case.pk).update(**changes)
    return Case.objects.get(pk=case.pk)
