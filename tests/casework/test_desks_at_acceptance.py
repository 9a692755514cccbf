"""Where somebody sits when they accept (特殊业务窗口、已撤销的柜台): forms, pages, deeds, the signature and the warrant say the same."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from tests import city
from tests.casework.test_routes_and_decisions import meet
from tests.conftest import TODAY
from tests.pages import signed_in, text_of
from tests.seen import token_of
from yigui.casework.accept_case import accept_case
from yigui.casework.application import examine
from yigui.casework.enums import Verb
from yigui.casework.models import Case, Step
from yigui.casework.who_may import SENTENCES, deeds_of, why_not_accept
from yigui.catalogue.declarations import catalogue
from yigui.catalogue.load import load_item_versions
from yigui.catalogue.models import ItemVersion
from yigui.db.presence import act_as
from yigui.staff.edit_desk import close_desk, give_desk, save_desk
from yigui.staff.locations import Desk, Location
from yigui.staff.models import User

GENERAL, SPECIAL = "CHG-003", "CHG-004"
_numbers = iter(range(500, 600))


def new_desk(kind: str) -> Desk:
    hall = Location.objects.get(name="市政务服务中心社保大厅")
    return save_desk(actor=city.user("head2"), location=hall, number=str(next(_numbers)), kind=kind, note="", reason="增设")


def seated(place: str) -> User:
    """The second teller at a desk of a kind."""

    def at() -> Desk | None:
        desk = None if place == "nowhere" else new_desk(place.removeprefix("closed "))
        give_desk(actor=city.user("head2"), person=city.user("teller2"), desk=desk, reason="轮岗")
        if place.startswith("closed") and desk is not None:
            close_desk(actor=city.user("head2"), desk=desk, on=TODAY, reason="合并窗口")
        return desk

    desk = city.of_city(f"desk: {place}", at)
    User.objects.using("super").filter(username="teller2").update(desk=desk)
    return city.user("teller2")


#: Where the teller sits, and what is said at a general and at a special item.
PLACES = {
    "general": (None, "special_desk"),
    "special": (None, None),
    "nowhere": (None, "special_desk"),
    "closed general": ("desk_closed", "desk_closed"),
    "closed special": ("desk_closed", "desk_closed"),
}


def application(item: str) -> Any:
    person = city.next_person()
    if item == GENERAL:
        return city.application(item, city.basic_change_form(person), username="teller2", materials=["id_card"])
    return city.application(item, city.key_change_form(person), username="teller2", materials=city.KEY_MATERIALS)


class _Undone(Exception):
    """Nothing of it is to stay."""


@contextmanager
def undone(using: str = "default") -> Iterator[Any]:
    with pytest.raises(_Undone), transaction.atomic(using=using), connections[using].cursor() as cursor:
        yield cursor
        raise _Undone


def signed_by_hand(item: str, teller: User) -> str | None:
    """What the database answers when the application writes a case by raw SQL and has its acceptance signed; undone."""
    model = city.of_city("a model", city.accept_class1)
    version = catalogue().item(item, TODAY)
    answer: str | None = None
    with undone() as cursor:
        act_as(teller)
        cursor.execute(
            "INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, "
            "subject_key, subject_name, area_id, agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, "
            "is_due_provisional, outcome, effect_error, request_digest, visits, person_id) "
            "SELECT 'by-hand', %s, %s, item_name, channel, 'open', 1, %s, risk_reasons, 'x', subject_name, area_id, agency_id, form, preview, "
            "'[]', %s, now(), accepted_on, due_on, false, '{}', '', '', 1, person_id FROM casework_case WHERE id = %s RETURNING id",
            [item, version.valid_from, version.risk_class, teller.pk, model.pk],
        )
        (case,) = cursor.fetchone()
        try:
            with transaction.atomic():
                cursor.execute(
                    "SELECT casework_lay_out_v1(%s, %s, %s, %s)",
                    [token_of(teller), case, TODAY, '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]'],
                )
        except DatabaseError as error:
            diag = error.__cause__.diag  # type: ignore[union-attr]
            if diag.sqlstate != "YG004":
                raise
            answer = diag.message_detail
    return answer


def page_says(item: str) -> str:
    client, person = signed_in("teller2"), city.next_person()
    return text_of(client.get(client.post("/counter/drafts/", {"item": item, "person_no": person.person_no}).headers["Location"]))


@pytest.mark.parametrize("place", PLACES)
def test_the_rule_in_words_the_check_the_form_and_the_signature_say_the_same(place: str) -> None:
    teller = seated(place)
    for item, code in zip((GENERAL, SPECIAL), PLACES[place], strict=True):
        declared = catalogue().item(item, TODAY)
        reason = why_not_accept(teller, declared, channel="counter", area_code="511102", on=TODAY)
        assert (reason.code if reason else None) == code, item
        assert signed_by_hand(item, teller) == code, item
        found = {f.message for f in examine(application(item)).refusals}
        assert (SENTENCES[code] in found) if code else not found, item
        if code != "desk_closed":
            assert ('id="hand-over"' in page_says(item)) == (code == "special_desk"), item
        for channel in ("online", "bank_outlet"):
            elsewhere = why_not_accept(teller, declared, channel=channel, area_code="511102", on=TODAY)
            assert elsewhere is None, "other channels have no desks"


def test_a_form_is_not_begun_at_a_closed_desk_and_the_teller_is_told_what_to_do() -> None:
    seated("closed general")
    answer = signed_in("teller2").post("/counter/drafts/", {"item": GENERAL, "person_no": city.next_person().person_no})
    assert answer.status_code == 403
    assert SENTENCES["desk_closed"] in text_of(answer)
    assert "（已撤销）" in text_of(signed_in("teller2").get("/counter/"))


def test_a_returned_case_is_handed_in_again_only_where_it_could_be_accepted() -> None:
    seated("special")
    case = accept_case(application(SPECIAL))
    city.decide(case, "reviewer", verdict="returned", opinion="材料不清")
    for place, (_, code) in PLACES.items():
        teller = seated(place)
        reason = deeds_of(teller, Case.objects.get(pk=case.pk), TODAY)[Verb.RESUBMIT]
        assert (reason.code if reason else None) == code, place
        answer = signed_in("teller2").post(f"/cases/{case.case_no}/correct/")
        assert (answer.status_code == 403) == (code is not None), place


def test_what_was_accepted_at_a_special_desk_finishes_after_the_teller_has_left_it_and_the_desk_is_closed() -> None:
    desk = new_desk("special")
    give_desk(actor=city.user("head2"), person=city.user("teller2"), desk=desk, reason="轮岗")
    case = accept_case(application(SPECIAL))
    seated("general")
    close_desk(actor=city.user("head2"), desk=desk, on=TODAY, reason="合并窗口")
    for who in ("reviewer", "rechecker", "head"):
        city.decide(case, who, opinion="同意，附书面请示")
    meet(case)
    assert city.decide(case, "director2").status == "finished"


def test_no_warrant_for_special_business_signed_at_a_general_desk() -> None:
    """Signed when the item was general business, or by somebody who got past the signature: the warrant asks again."""
    seated("general")
    done = accept_case(application(GENERAL))
    assert done.status == "finished"
    step = Step.objects.get(case=done, seq=1)
    with undone("super") as cursor:
        cursor.execute("UPDATE catalogue_item_version SET desk_kind = 'special' WHERE code = %s", [GENERAL])
        cursor.execute(
            "SELECT casework_unfit_at_v1(%s, 1, 'accept', 'front_desk', true, %s, %s, %s)",
            [done.pk, step.decided_by_id, step.decided_on, step.decided_at],
        )
        assert cursor.fetchone() == ("special_desk",)


def test_every_version_in_the_database_has_the_desk_of_its_file() -> None:
    rows = {(v.code, v.valid_from): v.desk_kind for v in ItemVersion.objects.all()}
    declared = {(i.code, i.valid_from): i.desk_kind for versions in catalogue().versions.values() for i in versions}
    assert {key: rows[key] for key in declared} == declared
    assert set(rows.values()) == {"general", "special"}


def test_versions_of_the_release_before_learn_their_desk_and_keep_their_record() -> None:
    version = ItemVersion.objects.get(code=SPECIAL, valid_from=catalogue().item(SPECIAL, TODAY).valid_from)
    ItemVersion.objects.using("owner").filter(pk=version.pk).update(desk_kind="", source="change", risk_class=1)
    assert load_item_versions() == 1
    again = ItemVersion.objects.get(pk=version.pk)
    assert (again.desk_kind, again.source) == ("special", "change")
    ItemVersion.objects.using("owner").filter(pk=version.pk).update(source=version.source, risk_class=version.risk_class)


def test_what_says_nothing_counts_as_special_business() -> None:
    teller = seated("general")
    with connection.cursor() as cursor:
        cursor.execute("SELECT casework_unfit_desk_v1(%s, 'counter', '', %s, NULL)", [teller.pk, TODAY])
        assert cursor.fetchone() == ("special_desk",)
