"""Records of the reference partners: what they have sent us already, and what only they know."""

import datetime as dt
import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from yigui.entitlement.models import Benefit
from yigui.exchange.models import DeathRecord, EmploymentRegistration, IdentityRecord
from yigui.registry.models import Employer, Person

#: Most rows of a kind; a demonstration needs no more.
ROWS_MAX = 60_000
NEW_HIRES, NEW_DEATHS, COUPLES = 60, 20, 200
DEPARTMENTS = ("employment_service", "public_security", "civil_affairs", "market_regulation", "tax", "bank")


def write_partner_data(folder: Path, today: dt.date) -> None:
    """One file of JSON lines for each department: service, what is asked, what is answered."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = {
        "employment_service": _registrations(today), "public_security": _identities(), "civil_affairs": _civil(today),
        "market_regulation": _licences(), "bank": _accounts(),
    }  # fmt: skip
    for department in DEPARTMENTS:
        with (folder / f"{department}.jsonl").open("w", encoding="utf-8") as file:
            for row in itertools.islice(rows.get(department, iter(())), ROWS_MAX * 3):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _row(service: str, asks: dict[str, str], answer: dict[str, str]) -> dict[str, Any]:
    return {"service": service, "asks": asks, "answer": answer}


def _registrations(today: dt.date) -> Iterator[dict[str, Any]]:
    """All we know, and people who registered yesterday with an employer and whom we do not know of yet."""
    known = EmploymentRegistration.objects.order_by("id")
    unknown = IdentityRecord.objects.exclude(id_number__in=known.values("id_number")).exclude(
        id_number__in=Person.objects.values("id_number")
    )
    employers = list(Employer.objects.filter(status="active").order_by("id")[:NEW_HIRES])
    for hire, employer in zip(unknown.order_by("id")[:NEW_HIRES], itertools.cycle(employers), strict=False):
        yield _registration(hire.id_number, hire.name, employer.credit_code, today - dt.timedelta(days=1))
    for row in known[:ROWS_MAX]:
        yield _registration(row.id_number, row.name, row.credit_code, row.registered_on)


def _registration(id_number: str, name: str, credit_code: str, day: dt.date) -> dict[str, Any]:
    asks = {"AAC002": id_number, "AAB998": credit_code}
    return _row("employment_registration", asks, {"AAC003": name, "ACC031": day.isoformat()})


def _identities() -> Iterator[dict[str, Any]]:
    for row in IdentityRecord.objects.order_by("id")[:ROWS_MAX]:
        answer = {"AAC003": row.name, "AAC004": row.gender, "AAC006": row.born_on.isoformat()}
        yield _row("identity", {"AAC002": row.id_number}, answer)


def _civil(today: dt.date) -> Iterator[dict[str, Any]]:
    """Deaths we know, some of last week that we do not, and married couples."""
    for row in DeathRecord.objects.order_by("id")[:ROWS_MAX]:
        yield _row("death", {"AAC002": row.id_number}, {"AAC003": row.name, "AIC037": row.died_on.isoformat()})
    old = Person.objects.filter(born_on__lt=today - dt.timedelta(days=80 * 365)).order_by("id")[:NEW_DEATHS]
    for person in old:
        died = (today - dt.timedelta(days=7)).isoformat()
        yield _row("death", {"AAC002": person.id_number}, {"AAC003": person.name, "AIC037": died})
    adults = Person.objects.filter(born_on__lt=today - dt.timedelta(days=30 * 365))
    wives, husbands = (adults.filter(gender=g).order_by("id")[:COUPLES] for g in ("2", "1"))
    for wife, husband in zip(wives, husbands, strict=False):
        for one, other in ((wife, husband), (husband, wife)):
            answer = {"AAC003": one.name, "AAC058": other.id_number, "AAE030": "2015-05-20"}
            yield _row("marriage", {"AAC002": one.id_number}, answer)


def _licences() -> Iterator[dict[str, Any]]:
    for employer in Employer.objects.order_by("id")[:ROWS_MAX]:
        day = employer.enrolled_on.isoformat()
        answer = {"AAB004": employer.name, "AAB013": employer.legal_rep or "未登记", "AAE047": day}
        yield _row("business_licence", {"AAB998": employer.credit_code}, answer)


def _accounts() -> Iterator[dict[str, Any]]:
    """Accounts that are in use, and for everybody one more to change to: 6222 before the personal number."""
    for account, name in (
        Employer.objects.exclude(account_no="").order_by("id").values_list("account_no", "account_name")[:ROWS_MAX]
    ):
        yield _account(account, name)
    benefits = Benefit.objects.exclude(account_no="").order_by("id").values_list("account_no", "account_name")
    for account, name in benefits[:ROWS_MAX]:
        yield _account(account, name)
    for number, name in Person.objects.order_by("id").values_list("person_no", "name")[:ROWS_MAX]:
        yield _account(f"6222{number}", name)


def _account(account: str, name: str) -> dict[str, Any]:
    return _row("account", {"AAE010": account, "AAE009": name}, {"AAE100": "1"})
