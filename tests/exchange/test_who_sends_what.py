"""Whose program may send what is said twice, for people and for the database: the two agree."""

from django.db import connections

from yigui.exchange.contracts import contracts
from yigui.exchange.money_formats import formats


def test_the_database_knows_what_is_agreed_with_whom() -> None:
    kinds = {
        **{kind: take.department for kind, take in contracts().takes.items()},
        "prison": None,
        "identity": None,
        "gossip": None,
    }
    assert len(kinds) == 6
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT k, exchange_takes_v1(k) FROM unnest(%s::text[]) AS k", [list(kinds)])
        assert dict(cursor.fetchall()) == kinds
        files = {**contracts().files, "identity": None, "gossip": None}
        cursor.execute("SELECT k, exchange_senders_v1(k) FROM unnest(%s::text[]) AS k", [list(files)])
        assert {kind: senders and tuple(senders) for kind, senders in cursor.fetchall()} == files
        assert all((take.department in files[kind]) for kind, take in contracts().takes.items())  # type: ignore[operator]
        answered = {s.code: (s.department, s.found_minutes) for s in contracts().services.values()} | {
            "prison": (None, None),
            "gossip": (None, None),
        }
        cursor.execute("SELECT c, (exchange_service_v1(c)).* FROM unnest(%s::text[]) AS c", [list(answered)])
        assert {code: (partner, minutes) for code, partner, minutes in cursor.fetchall()} == answered
        cursor.execute("SELECT exchange_banks_v1()")
        assert set(cursor.fetchone()[0]) == {form.partner for form in formats().values() if form.source == "bank"}
