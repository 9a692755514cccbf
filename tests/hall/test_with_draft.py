"""Three cases of one visit: two at the general desk, the third begun there and taken along to the special desk; asked for nothing twice."""

import uuid
from typing import Any

from django.db import connections, transaction
from django.test import Client

from tests import city
from tests.conftest import TODAY
from tests.counter.test_drafts import start
from tests.pages import signed_in, submitted, text_of
from yigui.casework.accept_case import accept_case
from yigui.casework.drafts import open_draft
from yigui.casework.hand_over_draft import handed_to
from yigui.casework.models import Case, Draft
from yigui.casework.resubmit_case import resubmit_case
from yigui.registry.models import Person
from yigui.visits.models import BegunForm, Ticket, TicketEvent, Visit, VisitCase
from yigui.visits.queries import trips_of, visits_of


def _act(client: Client, do: str, **more: Any) -> str:
    return text_of(client.post("/hall/desk/act/", {"do": do} | more, follow=True))


def _accept(username: str, item: str, form: dict[str, Any], materials: tuple[str, ...]) -> Case:
    return accept_case(city.application(item, form, username=username, materials=materials))


def test_one_ticket_one_identity_check_three_cases_the_special_one_by_transfer_with_its_draft() -> None:
    teller, special = signed_in("teller"), signed_in("special")
    at, far = city.user("teller").desk, city.user("special").desk
    assert at is not None
    assert far is not None
    person, machine = city.next_person(), Client()
    machine.post("/hall/activate/", {"secret": "yigui-demo-machine"})
    machine.post("/hall/machine/", {"kind": "personal", "priority": "none", "id_number": person.id_number})
    given = Ticket.objects.latest("id")
    _act(teller, "open", desk=at.pk)
    _act(special, "open", desk=far.pk)
    _act(teller, "next")
    _act(teller, "start")
    _act(teller, "identify", id_number=person.id_number, proof="id_card")
    leaving = city.next_employee()
    first = _accept("teller", "CHG-003", city.basic_change_form(person), ("id_card",))
    second = _accept("teller", "REG-006", city.stop_form(leaving), ("termination_proof",))

    form = start(teller, "CHG-004", person)
    said = text_of(teller.post(f"{form}hand-over/", {"desk": far.pk}, follow=True))
    assert f"号票 {given} 随草稿转去，号码不变" in said
    sent = Ticket.objects.get(pk=given.pk)
    assert (sent.state, sent.kind, sent.bound_desk_id, str(sent)) == ("waiting", "special", far.pk, str(given))
    # Nobody else gets it; the special desk does, and finds the form there.
    assert "没有人等候" in _act(teller, "next")
    _act(special, "next")
    page = _act(special, "start")
    assert "核验身份（一次来访一次）" not in page
    assert "已核验（身份证原件）" in text_of(special.get("/hall/desk/strip/"))
    (draft,) = handed_to(city.user("special"))
    special.post(f"/counter/drafts/{draft.token}/take/")
    third = accept_case(
        city.application(
            "CHG-004", city.key_change_form(person), username="special", materials=city.KEY_MATERIALS,
            idempotency_key=f"draft:{draft.token}",
        )
    )  # fmt: skip
    _act(special, "gone")
    _act(special, "finish")
    _act(special, "close")
    _act(teller, "close")

    visit = Visit.objects.get(ticket=given)
    assert list(VisitCase.objects.filter(visit=visit).order_by("id").values_list("case", flat=True)) == [
        first.pk,
        second.pk,
        third.pk,
    ]
    assert (visit.person, visit.checked_by) == (person, city.user("teller"))
    assert visit.visitor_until is not None
    assert visit.ended_at is not None
    verbs = list(TicketEvent.objects.filter(ticket=given).order_by("id").values_list("verb", flat=True))
    assert verbs == ["issue", "call", "start", "transfer", "call", "start", "gone", "finish"]
    assert "到厅 1 次" in text_of(special.get(f"/cases/{third.case_no}/"))


def test_a_case_that_comes_back_and_is_handed_in_at_another_visit_counts_two() -> None:
    """Each case knows its visits (R154); one that nobody came for has none."""
    client, desk = signed_in("teller2"), city.user("teller2").desk
    assert desk is not None
    _act(client, "open", desk=desk.pk)
    alone = city.accept_class2("teller2")
    assert not VisitCase.objects.filter(case=alone).exists()
    form = city.unit_form(7_654_321)
    guide = signed_in("guide")
    for turn in range(2):
        guide.post("/hall/guide/", {"do": "ticket", "kind": "unit", "priority": "none", "id_number": ""})
        _act(client, "next")
        _act(client, "start")
        again = city.application(
            "REG-001", form | {"phone": f"1390000111{turn}"}, username="teller2", materials=city.UNIT_MATERIALS
        )
        if turn == 0:
            case = accept_case(again)
            city.decide(case, "reviewer", "returned", "请补营业执照。")
        else:
            resubmit_case(case=Case.objects.get(pk=case.pk), application=again)
        _act(client, "finish")
    assert [v.ticket.issued_by for v in visits_of(case)] == [city.user("guide")] * 2
    assert "到厅 2 次" in text_of(client.get(f"/cases/{case.case_no}/"))
    hall = desk.location
    assert hall is not None
    trips = trips_of(hall.agency.area_id, TODAY)
    assert (trips.more, trips.uncounted) == (1, 1)
    assert sum(many for _, many, _ in trips.rows) == trips.total == Case.objects.filter(accepted_on=TODAY).count()
    assert f'<th>到厅 2 次以上</th> <td class="num">1 件，{trips.share(1)}%</td>' in text_of(signed_in("head2").get("/hall/day/"))
    _act(client, "close")


def _next_visitor(teller: Client, guide: Client) -> Visit:
    guide.post("/hall/guide/", {"do": "ticket", "kind": "personal", "priority": "none", "id_number": ""})
    _act(teller, "next")
    _act(teller, "start")
    return Visit.objects.latest("id")


def _handed_in(client: Client, form: str, person: Person) -> Case:
    """A change of the phone number, typed into a form that is open and handed in."""
    client.post(f"{form}live/", city.basic_change_form(person))
    client.post(f"{form}materials/", {"code": "id_card", "source": "seen"})
    assert submitted(client, form).status_code == 302
    return Case.objects.get(person=person, item_code="CHG-003")


def test_a_form_finished_while_the_next_visitor_is_served_stays_of_the_visit_it_was_begun_at() -> None:
    client, guide, desk = signed_in("teller2"), signed_in("guide"), city.user("teller2").desk
    assert desk is not None
    _act(client, "open", desk=desk.pk)
    alone = start(client, "CHG-003", nobody := city.next_person())
    first = _next_visitor(client, guide)
    mine, left, late = city.next_person(), city.next_person(), city.next_person()
    form, unfinished, of_yesterday = (start(client, "CHG-003", person) for person in (mine, left, late))
    _act(client, "finish")
    second = _next_visitor(client, guide)
    of_second = start(client, "CHG-003", other := city.next_person())
    assert [v.pk for v in visits_of(_handed_in(client, form, mine))] == [first.pk]
    assert [v.pk for v in visits_of(_handed_in(client, of_second, other))] == [second.pk]
    # Begun while nobody was there.
    assert visits_of(_handed_in(client, alone, nobody)) == []
    _act(client, "finish")
    # Who comes again for an unfinished form was here twice.
    third = _next_visitor(client, guide)
    _act(client, "identify", id_number=left.id_number, proof="id_card")
    assert [v.pk for v in visits_of(_handed_in(client, unfinished, left))] == [first.pk, third.pk]
    # So was who comes for a form of another day, also where nobody has looked at a card: nobody of that day sits there any more.
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE visits_ticket SET day = day - 1 WHERE id = %s", [first.ticket_id])
    assert [v.pk for v in visits_of(_handed_in(client, of_yesterday, late))] == [first.pk, third.pk]
    _act(client, "finish")
    _act(client, "close")
    assert not BegunForm.objects.filter(ticket__in=[first.ticket_id, second.ticket_id]).exists()


def test_a_form_in_the_name_of_a_teller_who_is_not_there_is_of_no_visit() -> None:
    client, guide, desk = signed_in("teller2"), signed_in("guide"), city.user("teller2").desk
    assert desk is not None
    _act(client, "open", desk=desk.pk)
    visit = _next_visitor(client, guide)
    form = Draft.objects.create(token=uuid.uuid4(), user=city.user("teller2"), item_code="CHG-003", form={})
    assert not BegunForm.objects.filter(token=form.token).exists()
    own = open_draft(user=city.user("teller2"), item_code="CHG-003", form={})
    assert BegunForm.objects.get(token=own.token).ticket_id == visit.ticket_id
    Draft.objects.filter(pk=own.pk).update(user=city.user("teller"))
    assert not BegunForm.objects.filter(token=own.token).exists()
    _act(client, "finish")
    _act(client, "close")
