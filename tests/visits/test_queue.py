"""Taking a ticket, calling, missing, sending on, ending: the life of a ticket by its public faces."""

import datetime as dt

import pytest

from tests import city
from tests.conftest import TODAY
from tests.visits.halls import new_desk, new_hall, state_of, ticket
from yigui.db.presence import Moved
from yigui.staff.errors import NotAuthorised
from yigui.synthetic.demo_hall import come_in
from yigui.tasks.models import Task
from yigui.visits import queries
from yigui.visits.desk_work import (
    call_next,
    close_desk,
    hand_over_desk,
    identify,
    move_ticket,
    open_desk,
    pause_desk,
    transfer,
    typed_number,
)
from yigui.visits.hall_settings import register_device, set_shift, set_skills
from yigui.visits.jobs import end_days
from yigui.visits.models import DeskEvent, DeskState, HallDevice, Ticket, TicketEvent, TypedNumber, Visit
from yigui.visits.room import ROOM
from yigui.visits.tickets import has_left, has_not_left, take_back, take_ticket, wait_again


def test_numbers_follow_each_other_per_hall_and_letter() -> None:
    hall, other = new_hall(), new_hall()
    new_desk(hall, is_open=False)
    new_desk(other, is_open=False)
    given = [str(ticket(hall)), str(ticket(hall, "unit")), str(ticket(hall)), str(ticket(other))]
    assert given == ["A001", "B001", "A002", "A001"]


def test_a_ticket_nobody_in_the_hall_serves_is_not_given() -> None:
    hall = new_hall()
    new_desk(hall, kinds=("personal",))
    with pytest.raises(Moved, match="本大厅没有办理“单位业务”的窗口"):
        ticket(hall, "unit")
    assert [kind.code for kind in queries.offered(hall, TODAY)] == ["personal"]


def test_who_waits_longest_is_called_first_and_a_desk_calls_what_it_serves() -> None:
    hall = new_hall()
    teller, _ = new_desk(hall, kinds=("personal",))
    clerk, _ = new_desk(hall, kinds=("unit",))
    # Both desks are open but have not asked: nothing is called by itself.
    unit, first, second = ticket(hall, "unit"), ticket(hall), ticket(hall)
    assert call_next(teller=teller, today=TODAY) == first
    assert call_next(teller=clerk, today=TODAY) == unit
    with pytest.raises(Moved, match=f"号票 {first} 还在您手上"):
        call_next(teller=teller, today=TODAY)
    assert state_of(second) == "waiting"


def _waited(given: Ticket, minutes: int) -> None:
    """As if it had been given so long ago."""
    at = given.issued_at - dt.timedelta(minutes=minutes)
    Ticket.objects.using("owner").filter(pk=given.pk).update(issued_at=at, queue_at=at)


def test_priority_goes_before_but_nobody_waits_longer_than_the_bound_because_of_it() -> None:
    hall = new_hall()
    teller, _ = new_desk(hall)
    plain, elderly, old = ticket(hall), ticket(hall, priority="elderly"), ticket(hall, "unit")
    _waited(plain, 10)
    _waited(elderly, 5)
    _waited(old, 61)
    called = []
    for _ in range(3):
        called.append(call_next(teller=teller, today=TODAY))
        move_ticket(teller=teller, move="start")
        move_ticket(teller=teller, move="finish")
    # 61 minutes are beyond the bound; 5 x 3 is more than 10 x 1.
    assert called == [old, elderly, plain]


def test_a_free_desk_is_called_to_by_whoever_comes_and_the_one_that_worked_least_first() -> None:
    hall = new_hall()
    one, desk = new_desk(hall)
    two, other = new_desk(hall)
    assert call_next(teller=one, today=TODAY) is None
    first = ticket(hall)
    assert Ticket.objects.get(pk=first.pk).desk_id == desk.pk
    move_ticket(teller=one, move="start")
    move_ticket(teller=one, move="finish")
    assert call_next(teller=one, today=TODAY) is None
    assert call_next(teller=two, today=TODAY) is None
    # The first has waited longer for somebody, and has worked more.
    TicketEvent.objects.filter(desk=desk)
    assert Ticket.objects.get(pk=ticket(hall).pk).desk_id == other.pk


def test_called_three_times_missed_back_behind_three_and_void_at_the_second_time() -> None:
    hall = new_hall()
    teller, _ = new_desk(hall)
    late = ticket(hall)
    others = [ticket(hall) for _ in range(4)]
    call_next(teller=teller, today=TODAY)
    move_ticket(teller=teller, move="recall")
    move_ticket(teller=teller, move="recall")
    with pytest.raises(Moved, match="已呼叫 3 次"):
        move_ticket(teller=teller, move="recall")
    with pytest.raises(Moved, match="还没有到窗"):
        move_ticket(teller=teller, move="finish")
    assert move_ticket(teller=teller, move="miss").state == "missed"
    wait_again(actor=city.user("guide"), ticket=late, today=TODAY)
    called = []
    for _ in range(4):
        called.append(call_next(teller=teller, today=TODAY))
        move_ticket(teller=teller, move="start" if called[-1] != late else "miss")
        if called[-1] != late:
            move_ticket(teller=teller, move="finish")
    assert called == [*others[:3], late]
    assert state_of(late) == "void"
    with pytest.raises(Moved, match="不是今天过号的"):
        wait_again(actor=city.user("guide"), ticket=late, today=TODAY)
    has_left(actor=city.user("guide"), ticket=others[3])
    assert state_of(others[3]) == "left"


def test_a_transfer_keeps_number_and_arrival_and_goes_to_the_desk_it_was_sent_to() -> None:
    hall = new_hall()
    teller, _ = new_desk(hall)
    _, near = new_desk(hall, kinds=("special",), kind="special")
    special, far = new_desk(hall, kinds=("special",), kind="special")
    visitor = ticket(hall, priority="elderly")
    call_next(teller=teller, today=TODAY)
    move_ticket(teller=teller, move="start")
    with pytest.raises(Moved, match="原因"):
        transfer(teller=teller, kind="special", desk=far, reason=" ")
    sent = transfer(teller=teller, kind="special", desk=far, reason="改出生日期")
    assert (str(sent), sent.issued_at, sent.priority, sent.bound_desk_id) == (str(visitor), visitor.issued_at, "elderly", far.pk)
    assert near.pk != far.pk
    assert call_next(teller=special, today=TODAY) == visitor
    move_ticket(teller=special, move="start")
    move_ticket(teller=special, move="finish")
    visit = Visit.objects.get(ticket=visitor)
    assert visit.ended_at == visit.visitor_until
    # Both turns count for the desks that had them.
    assert {load.turns for load in queries.day_of(hall, TODAY).loads} == {1}


def test_identity_is_checked_once_a_visit_and_what_was_typed_is_wiped() -> None:
    hall = new_hall()
    teller, _ = new_desk(hall)
    person = city.next_person()
    visitor = ticket(hall, id_number=person.id_number.lower())
    call_next(teller=teller, today=TODAY)
    assert typed_number(teller) == ""
    move_ticket(teller=teller, move="start")
    assert typed_number(teller) == person.id_number
    identify(teller=teller, person=person, proof="id_card")
    with pytest.raises(Moved, match="一次来访只核验一次"):
        identify(teller=teller, person=person, proof="id_card")
    assert TypedNumber.objects.using("owner").filter(ticket=visitor).exists()
    gone = move_ticket(teller=teller, move="gone")
    assert gone.state == "serving"
    move_ticket(teller=teller, move="finish")
    visit = Visit.objects.get(ticket=visitor)
    assert visit.person == person
    assert visit.visitor_until is not None
    assert visit.ended_at is not None
    assert visit.visitor_until < visit.ended_at
    assert not TypedNumber.objects.using("owner").filter(ticket=visitor).exists()
    figures = queries.day_of(hall, TODAY)
    assert figures.visitor_median is not None
    assert figures.handled_median is not None
    assert figures.visitor_median <= figures.handled_median


def test_a_machine_gives_tickets_of_its_hall_and_nothing_else_does() -> None:
    given = take_ticket(secret="yigui-demo-machine", kind="personal", priority="none", id_number="", today=TODAY)
    assert (given.source, given.hall.name) == ("machine", "市政务服务中心社保大厅")
    for secret in ("yigui-demo-screen", "nothing"):
        with pytest.raises(NotAuthorised, match="不是在用的取号机"):
            take_ticket(secret=secret, kind="personal", priority="none", id_number="", today=TODAY)
    with pytest.raises(Moved, match="须由导办人员核对"):
        take_ticket(secret="yigui-demo-machine", kind="personal", priority="appointment", id_number="", today=TODAY)
    with pytest.raises(Moved, match="证件号码不完整"):
        take_ticket(secret="yigui-demo-machine", kind="personal", priority="none", id_number="12", today=TODAY)


def test_a_machine_takes_no_more_than_people_do_and_its_head_is_told() -> None:
    hall = new_hall()
    new_desk(hall)
    machine, secret = register_device(actor=city.user("head2"), hall=hall, kind="machine", name="洪水机", place="门口", desk=None)

    def take() -> Ticket:
        return take_ticket(secret=secret, kind="personal", priority="none", id_number="", today=TODAY)

    for _ in range(15):
        take()
    for _ in range(2):
        with pytest.raises(Moved, match="取号过多，暂停取号"):
            take()
    assert Ticket.objects.filter(device=machine).count() == 15
    (told,) = Task.objects.filter(kind="machine_flood", origin_id=machine.pk)
    assert "洪水机" in told.note
    assert told.posts == ["section_head"]


def test_a_desk_pauses_goes_on_is_handed_over_by_the_schedule_and_closes() -> None:
    hall = new_hall()
    teller, desk = new_desk(hall)
    second = city.new_user("teller")
    with pytest.raises(NotAuthorised, match="排班"):
        open_desk(teller=second, desk=desk, today=TODAY)
    pause_desk(teller=teller, reason="meal", today=TODAY)
    with pytest.raises(Moved, match="窗口已暂停"):
        call_next(teller=teller, today=TODAY)
    with pytest.raises(Moved, match="已经暂停"):
        pause_desk(teller=teller, reason="meeting", today=TODAY)
    pause_desk(teller=teller, reason="", today=TODAY)
    set_shift(actor=city.user("head2"), desk=desk, on=TODAY, first=teller, second=second, today=TODAY)
    visitor = ticket(hall)
    call_next(teller=teller, today=TODAY)
    with pytest.raises(Moved, match="还有办理中的号票"):
        hand_over_desk(teller=teller, to=second, today=TODAY)
    move_ticket(teller=teller, move="miss")
    hand_over_desk(teller=teller, to=second, today=TODAY)
    assert queries.at_work(teller, TODAY) is None
    close_desk(teller=second, today=TODAY)
    verbs = list(DeskEvent.objects.filter(desk=desk).order_by("id").values_list("verb", flat=True))
    assert verbs == ["skills", "open", "pause", "resume", "schedule", "hand_over", "close"]
    assert state_of(visitor) == "missed"


def test_only_special_desks_serve_special_business_and_only_who_runs_the_floor_says_what() -> None:
    hall = new_hall()
    _, desk = new_desk(hall, is_open=False)
    with pytest.raises(Moved, match="特殊业务只由特殊业务窗口办理"):
        set_skills(actor=city.user("head2"), desk=desk, kinds=("special",), today=TODAY)
    for name in ("teller", "head", "guide"):
        with pytest.raises(NotAuthorised, match="综合业务科负责人"):
            set_skills(actor=city.user(name), desk=desk, kinds=("personal",), today=TODAY)


def test_waiting_is_promised_from_what_was_measured_and_not_before() -> None:
    hall = new_hall()
    teller, _ = new_desk(hall)
    first = ticket(hall)
    assert first.expected_minutes is None
    call_next(teller=teller, today=TODAY)
    move_ticket(teller=teller, move="start")
    move_ticket(teller=teller, move="finish")
    # It took ten minutes.
    done = Ticket.objects.get(pk=first.pk)
    assert done.ended_at is not None
    Ticket.objects.using("owner").filter(pk=first.pk).update(started_at=done.ended_at - dt.timedelta(minutes=10))
    assert [ticket(hall).expected_minutes for _ in range(3)] == [0, 10, 20]
    new_desk(hall)
    assert ticket(hall).expected_minutes == 15


def test_the_day_after_closes_what_is_left() -> None:
    hall = new_hall()
    teller, _ = new_desk(hall)
    waiting, served = ticket(hall, id_number="11010119900307002X"), ticket(hall)
    called = call_next(teller=teller, today=TODAY)
    assert called == waiting
    move_ticket(teller=teller, move="start")
    end_days()
    assert (state_of(waiting), state_of(served)) == ("serving", "waiting")
    yesterday = TODAY - dt.timedelta(days=1)
    Ticket.objects.using("owner").filter(hall=hall).update(day=yesterday)
    assert end_days() == 2
    assert {state_of(waiting), state_of(served)} == {"closed"}
    assert not TypedNumber.objects.using("owner").filter(ticket=waiting).exists()
    assert Visit.objects.get(ticket=waiting).ended_at is not None


def test_a_ticket_in_the_hand_of_who_has_gone_is_taken_back_by_the_guide_and_both_names_are_kept() -> None:
    hall = new_hall()
    teller, desk = new_desk(hall)
    second = city.new_user("teller")
    set_shift(actor=city.user("head2"), desk=desk, on=TODAY, first=teller, second=second, today=TODAY)
    visitor = ticket(hall)
    call_next(teller=teller, today=TODAY)
    move_ticket(teller=teller, move="start")
    with pytest.raises(Moved, match="由导办人员或科室负责人"):
        open_desk(teller=second, desk=desk, today=TODAY)
    with pytest.raises(NotAuthorised, match="由导办人员或科室负责人收回"):
        take_back(actor=second, ticket=visitor)
    guide = city.user("guide")
    take_back(actor=guide, ticket=visitor)
    assert state_of(visitor) == "waiting"
    told = TicketEvent.objects.filter(ticket=visitor).latest("id")
    assert (told.verb, told.user_id, told.note) == ("back", guide.pk, f"{guide.full_name}从{teller.full_name}手中收回")
    with pytest.raises(Moved, match="不用收回"):
        take_back(actor=guide, ticket=visitor)
    open_desk(teller=second, desk=desk, today=TODAY)
    assert call_next(teller=second, today=TODAY) == visitor
    move_ticket(teller=second, move="start")
    move_ticket(teller=second, move="finish")
    assert Visit.objects.get(ticket=visitor).ended_at is not None


def test_what_an_earlier_day_has_left_keeps_nobody_from_a_desk_where_the_job_did_not_run() -> None:
    hall = new_hall()
    teller, left = new_desk(hall)
    visitor = ticket(hall, id_number="11010119900307002X")
    call_next(teller=teller, today=TODAY)
    move_ticket(teller=teller, move="start")
    yesterday = TODAY - dt.timedelta(days=1)
    Ticket.objects.using("owner").filter(hall=hall).update(day=yesterday)
    DeskState.objects.using("owner").filter(desk=left).update(day=yesterday)
    _, desk = new_desk(hall, is_open=False)
    set_shift(actor=city.user("head2"), desk=desk, on=TODAY, first=teller, second=None, today=TODAY)
    open_desk(teller=teller, desk=desk, today=TODAY)
    assert state_of(visitor) == "closed"
    assert DeskState.objects.get(desk=left).state == "closed"
    assert not TypedNumber.objects.using("owner").filter(ticket=visitor).exists()


def test_the_day_is_ended_again_and_again_so_that_a_missed_hour_is_made_up() -> None:
    (job,) = ROOM.jobs
    assert job.cron == "*/10 * * * *"


def test_only_where_a_desk_is_free_is_anybody_called_at_once() -> None:
    hall = new_hall()
    teller, _ = new_desk(hall)
    assert queries.called_at_once(hall, TODAY) == set()
    call_next(teller=teller, today=TODAY)
    assert queries.called_at_once(hall, TODAY) == {"personal", "unit"}
    ticket(hall)
    assert queries.called_at_once(hall, TODAY) == set()


def test_in_a_demonstration_some_have_come_and_come_once() -> None:
    machine = HallDevice.objects.get(name="1 号取号机")
    Ticket.objects.using("super").filter(hall=machine.hall_id, day=TODAY).update(day=TODAY - dt.timedelta(days=30))
    assert come_in(TODAY) == Ticket.objects.filter(hall=machine.hall_id, day=TODAY, state="waiting").count() == 10
    assert come_in(TODAY) == 0


def test_a_departure_noted_wrongly_is_undone_on_its_day_by_the_floor_of_its_hall() -> None:
    hall = new_hall()
    teller, desk = new_desk(hall, is_open=False)
    guide = city.new_user("guide", location=hall)
    visitor, next_one = ticket(hall), ticket(hall)
    place = Ticket.objects.get(pk=visitor.pk).queue_at
    has_left(actor=guide, ticket=visitor)
    with pytest.raises(NotAuthorised):
        has_not_left(actor=city.new_user("guide", agency="51110201"), ticket=visitor, today=TODAY)
    with pytest.raises(Moved, match="不是今天登记离开的"):
        has_not_left(actor=guide, ticket=next_one, today=TODAY)
    has_not_left(actor=guide, ticket=visitor, today=TODAY)
    found = Ticket.objects.get(pk=visitor.pk)
    assert (found.state, found.queue_at, found.ended_at) == ("waiting", place, None)
    told = TicketEvent.objects.filter(ticket=visitor).latest("id")
    assert (told.verb, told.user_id, told.note) == ("back", guide.pk, "撤销离开登记")
    set_shift(actor=city.user("head2"), desk=desk, on=TODAY, first=teller, second=None, today=TODAY)
    open_desk(teller=teller, desk=desk, today=TODAY)
    assert call_next(teller=teller, today=TODAY) == visitor
    move_ticket(teller=teller, move="miss")
    has_left(actor=guide, ticket=visitor)
    has_not_left(actor=guide, ticket=visitor, today=TODAY)
    assert state_of(visitor) == "missed"
    has_left(actor=guide, ticket=visitor)
    with pytest.raises(Moved, match="不是今天登记离开的"):
        has_not_left(actor=guide, ticket=visitor, today=TODAY + dt.timedelta(days=1))


def test_a_kind_is_called_while_a_desk_that_serves_it_is_open() -> None:
    hall = new_hall()
    new_desk(hall, kinds=("unit",), is_open=False)
    assert not queries.is_called(hall, "unit", TODAY)
    teller, _ = new_desk(hall, kinds=("unit",))
    assert queries.is_called(hall, "unit", TODAY)
    assert not queries.is_called(hall, "personal", TODAY)
    close_desk(teller=teller, today=TODAY)
    assert not queries.is_called(hall, "unit", TODAY)
