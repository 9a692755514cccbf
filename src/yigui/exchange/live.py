"""What a partner answers becomes a record of ours, with the answer as its proof."""

import datetime as dt

from yigui.exchange.asking import Reply, ask
from yigui.exchange.models import DeathRecord, EmploymentRegistration, IdentityRecord
from yigui.exchange.queries import employment_registration, identity_record


def live_registration(id_number: str, credit_code: str, *, may_ask: bool) -> tuple[EmploymentRegistration | None, Reply]:
    """The employment registration (就业备案) of a person with an employer, asked of the employment service."""
    reply = ask("employment_registration", {"AAC002": id_number, "AAB998": credit_code}, may_ask=may_ask)
    day = _day(reply, "ACC031")
    if day is not None and may_ask and reply.data is not None:
        EmploymentRegistration.objects.get_or_create(
            id_number=id_number, credit_code=credit_code, registered_on=day, name=reply.data["AAC003"],
            defaults={"answer": reply.answer},
        )  # fmt: skip
    return employment_registration(id_number, credit_code) if day else None, reply


def live_identity(id_number: str, *, may_ask: bool) -> tuple[IdentityRecord | None, Reply]:
    """What public security knows of a number."""
    reply = ask("identity", {"AAC002": id_number}, may_ask=may_ask)
    day = _day(reply, "AAC006")
    if day is not None and may_ask and reply.data is not None and not IdentityRecord.objects.filter(answer=reply.answer).exists():
        IdentityRecord.objects.create(
            id_number=id_number, name=reply.data["AAC003"], gender=reply.data["AAC004"], born_on=day, answer=reply.answer
        )
    return identity_record(id_number) if day else None, reply


def live_death(id_number: str, *, may_ask: bool) -> tuple[DeathRecord | None, Reply]:
    """The death civil affairs knows of, if any."""
    reply = ask("death", {"AAC002": id_number}, may_ask=may_ask)
    day = _day(reply, "AIC037")
    if day is not None and may_ask and reply.data is not None:
        DeathRecord.objects.get_or_create(
            id_number=id_number, died_on=day, name=reply.data["AAC003"], defaults={"answer": reply.answer}
        )
    told = {"id_number": id_number, "died_on": day, "name": reply.data["AAC003"]} if day and reply.data else {}
    return DeathRecord.objects.filter(**told).first() if told else None, reply


def _day(reply: Reply, name: str) -> dt.date | None:
    """A day of the answer, which is one (`asking`); None where nothing was found, or what was kept by an earlier release is none."""
    try:
        return dt.date.fromisoformat(reply.data[name]) if reply.data else None
    except ValueError:
        return None
