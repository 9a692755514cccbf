"""An answer counts as its partner's: of the service it is asked for, with a key that counts, once, and in the words it was given in (D132)."""

import uuid
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction

from tests import city
from tests.exchange.test_live import KEY, Said, nobody_left_connected  # noqa: F401
from yigui.common.cache import forget_kept
from yigui.common.digests import digest_of
from yigui.exchange.asking import _plain, question_to
from yigui.exchange.models import DeathRecord, IdentityRecord, Partner, PartnerAnswer
from yigui.exchange.queries import identity_record
from yigui.registry.models import Person

WORDS = {"AAC003": "旧名", "AAC004": "1", "AAC006": "1960-01-01"}


def as_another(said: Said, partner: str, service: str) -> dict[str, Any]:
    """The same answer, given by another partner with a key of its own to a number that is right for it, as if it had been asked."""
    city.partner(partner, partner, base_url="http://127.0.0.1:1", key=KEY)
    with connections["super"].cursor() as cursor:
        cursor.execute("SELECT m, exchange_question_v1(%s, %s, %s::jsonb, m) FROM (SELECT floor(extract(epoch FROM clock_timestamp()) * 1000000)::bigint AS m) AS t",
            [partner, f"/{service}", f'{{"AAC002": "{said.request["AAC002"]}"}}'])  # fmt: skip
        moment, number = cursor.fetchone()
    said.answers({"found": True, "data": said.data}, number=number)
    return {"request_id": number, "moment": moment, "partner": Partner.objects.get(pk=partner), "service": service}


@pytest.mark.parametrize(
    ("partner", "service"),
    [
        ("bank", "death"),
        ("tax", "death"),
        ("public_security", "death"),
        ("bank", "identity"),
        ("employment_service", "prison"),
        ("bank", "anything"),
    ],
)
def test_no_partner_answers_for_another_nor_what_nobody_agreed(partner: str, service: str) -> None:
    said = Said()
    with pytest.raises(DatabaseError, match="没有这样的应答"):
        said.kept(**as_another(said, partner, service))
    # Nor is it asked.
    with pytest.raises(DatabaseError, match="不符合约定"), transaction.atomic():
        question_to(Partner.objects.get(pk=partner), f"/{service}", said.request)


def test_an_answer_of_its_own_partner_is_kept_whatever_number_it_was_made_from() -> None:
    said = Said()
    assert said.kept(**as_another(said, "civil_affairs", "death")).pk


@pytest.mark.parametrize("ended", [{"is_active": False}, {"key": ""}, {"base_url": ""}])
def test_a_partner_that_is_switched_off_or_has_no_key_any_more_answers_nothing_and_is_signed_nothing(ended: dict[str, Any]) -> None:
    said = Said()
    Partner.objects.using("super").filter(pk="civil_affairs").update(**ended)
    try:
        with pytest.raises(DatabaseError, match="没有这样的应答"):
            said.kept()
        signed = question_to(Partner.objects.get(pk="civil_affairs"), "/death", said.request).signed
        assert "" in signed.headers.values()
        # A key that is written anew counts again, and it alone.
        Partner.objects.using("super").filter(pk="civil_affairs").update(
            is_active=True, base_url="http://127.0.0.1:1", key="another"
        )
        with pytest.raises(DatabaseError, match="没有这样的应答"):
            said.kept()
        said.answers({"found": True, "data": said.data}, key="another")
        assert said.kept().pk
    finally:
        Partner.objects.using("super").filter(pk="civil_affairs").update(is_active=True)


def named(name: str, request: dict[str, str]) -> PartnerAnswer:
    return Said("identity", request=request, data=WORDS | {"AAC003": name}).kept()


def identified(answer: PartnerAnswer, *, name: str, number: str) -> None:
    with transaction.atomic():
        IdentityRecord.objects.create(id_number=number, name=name, gender="1", born_on="1960-01-01", answer=answer)


def test_an_answer_is_used_once_and_never_when_a_later_one_says_otherwise() -> None:
    number = city.next_person().id_number
    request = {"AAC002": number}
    first = named("旧名", request)
    unused = named("旧名", request)
    identified(first, name="旧名", number=number)
    with pytest.raises(DatabaseError, match="已经登记过"):
        identified(first, name="旧名", number=number)
    identified(named("新名", request), name="新名", number=number)
    for old in (first, unused):
        with pytest.raises(DatabaseError, match="不能登记"):
            identified(old, name="旧名", number=number)
    forget_kept()
    known = identity_record(number)
    assert known is not None
    assert known.name == "新名"


def test_an_answer_to_the_question_about_one_number_says_nothing_of_another_writing_of_it() -> None:
    number = next(p.id_number for p in Person.objects.filter(id_number__endswith="X").order_by("id")[:1])
    said = Said("identity", request={"AAC002": number.lower()}, data=WORDS)
    with pytest.raises(DatabaseError, match="不能登记"):
        identified(said.kept(), name="旧名", number=number)


def test_an_answer_that_is_no_longer_good_becomes_no_record() -> None:
    said = Said()
    answer = PartnerAnswer.objects.using("super").create(
        request_id=uuid.uuid4(), service="death", partner_id="civil_affairs", subject=digest_of(said.request), request=said.request, outcome="found",
        data=said.data, took_ms=1, moment=said.question.moment - 2 * 86_400_000_000,
    )  # fmt: skip
    with pytest.raises(DatabaseError, match="不能登记"), transaction.atomic():
        DeathRecord.objects.create(id_number=said.person.id_number, name=said.person.name, died_on="2026-11-01", answer=answer)


ACCOUNT = {"AAE010": "6222", "AAE009": "张三"}


@pytest.mark.parametrize(
    ("service", "name", "said", "kept"),
    [
        ("account", "AAE100", "1.0", "10"), ("account", "AAE100", "-1", "1"), ("account", "AAE100", "1=", "1"), ("account", "AAE100", "①", "1"),
        ("account", "AAE100", "10", "1 0"), ("account", "AAE100", "a", "A"), ("account", "AAE100", "", "1"),
        ("marriage", "AAC058", "510101600101123", "510101206001011237"), ("marriage", "AAC058", "510101600101123", "510101196001011231"),
        ("marriage", "AAC058", "510101-196001011234", "510101196001011234"), ("marriage", "AAC003", "安·娜", "安娜"), ("marriage", "AAC003", "An-Na", "AnNa"),
        ("marriage", "AAC003", "An Na", "AnNa"), ("marriage", "AAC003", "Li", "LI"), ("marriage", "AAE030", "2020-01-02", "2020-02-01"),
    ],
)  # fmt: skip
def test_what_is_kept_is_what_was_said_sign_by_sign(service: str, name: str, said: str, kept: str) -> None:
    with connections["super"].cursor() as cursor:
        cursor.execute("SELECT exchange_says_v1(%s, %s, %s)", [name, said, kept])
        assert cursor.fetchone()[0] is not True
    data = {"account": {"AAE100": "1"}, "marriage": {"AAC003": "安娜", "AAC058": "510101196001011234", "AAE030": "2020-01-02"}}[
        service
    ]
    answer = Said(service, request=ACCOUNT if service == "account" else None, data=data | {name: said})
    with pytest.raises(DatabaseError, match="没有这样的应答"):
        answer.kept(data=data | {name: kept})


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("AAE100", " １ "), ("AAE100", "正\u200b常  户"), ("AAE100", "-1.0"), ("AAC058", "510101600101123"), ("AAC058", "５１０１０１ 19600101123x"),
        ("AAC058", '="510101196001011231"'), ("AAC003", "阿依•古丽"), ("AAC003", " 张\u3000三 "), ("AAC003", "Anna  Lee-Ho"), ("AAC003", "阿依.古丽"),
        ("AAC004", "女性"), ("AAC004", "1"), ("AAE030", "2020年1月2日"), ("AAB013", "张（三）"),
    ],
)  # fmt: skip
def test_the_database_reads_what_the_program_makes_of_it(name: str, said: str) -> None:
    with connections["super"].cursor() as cursor:
        cursor.execute("SELECT exchange_says_v1(%s, %s, %s)", [name, said, _plain(name, said)])
        assert cursor.fetchone()[0] is True
