"""What pages of the hall show: who waits, who is called, what was promised and what came of it."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, QuerySet, Sum

from yigui.casework.models import Case
from yigui.catalogue.declarations import catalogue
from yigui.db.presence import asked
from yigui.registry.queries import areas_under
from yigui.staff.enums import Role, UserKind
from yigui.staff.locations import Desk, Location
from yigui.staff.models import User
from yigui.visits.enums import IN_HAND, DeskStatus, TicketState
from yigui.visits.models import (
    DeskSkill,
    DeskState,
    Guidance,
    HallDevice,
    Priority,
    Shift,
    Ticket,
    TicketEvent,
    TicketKind,
    Visit,
)

#: Tickets a list shows, calls a screen shows, at most.
TICKETS_MAX, CALLS_MAX, DESKS_MAX, CASES_MAX, TELLERS_MAX, GONE_MAX = 60, 5, 60, 20, 200, 10


def kinds_on(day: dt.date) -> dict[str, TicketKind]:
    """What people come for on a day, in order, by code."""
    return {kind.code: kind for kind in TicketKind.objects.in_force(day).order_by("place")}


def priorities_on(day: dt.date) -> dict[str, Priority]:
    """Who goes first on a day, in order, by code."""
    return {priority.code: priority for priority in Priority.objects.in_force(day).order_by("place")}


def offered(hall: Location, day: dt.date) -> list[TicketKind]:
    """Kinds that some desk of a hall serves: no other ticket is given there."""
    served = DeskSkill.objects.filter(desk__location=hall, desk__closed_on=None).values_list("kind", flat=True).distinct()
    wanted = set(served)
    return [kind for code, kind in kinds_on(day).items() if code in wanted]


def expected_minutes(hall: Location, kind: str, day: dt.date) -> int | None:
    """How long whoever takes a ticket of a kind now is told to wait; None: nothing can be promised yet."""
    found = asked("SELECT visits_expected_v1(%s, %s, %s)", hall.pk, kind, day)[0]
    return None if found is None else int(found)


def called_at_once(hall: Location, day: dt.date) -> set[str]:
    """Kinds for which a desk of a hall is free: whoever takes a ticket of one is called."""
    free = DeskState.objects.filter(hall=hall, day=day, state=DeskStatus.OPEN, ready_since__isnull=False)
    return set(DeskSkill.objects.filter(desk__in=free.values("desk")).values_list("kind", flat=True))


def ahead_of(ticket: Ticket) -> int:
    """How many of the same kind wait before it."""
    before = Ticket.objects.filter(hall=ticket.hall_id, day=ticket.day, kind=ticket.kind, state=TicketState.WAITING)
    return before.filter(queue_at__lt=ticket.queue_at).count()


def called_last(hall: Location, day: dt.date) -> list[Ticket]:
    """The last calls of a hall, the newest first."""
    rows = Ticket.objects.filter(hall=hall, day=day, called_at__isnull=False, state__in=(*IN_HAND, TicketState.DONE))
    return list(rows.select_related("desk").order_by("-called_at")[:CALLS_MAX])


def current_of(hall: Location, day: dt.date) -> dict[int, Ticket]:
    """The ticket that is called to, or served at, each desk of a hall."""
    rows = Ticket.objects.filter(hall=hall, day=day, state__in=IN_HAND, called_at__isnull=False).select_related("desk", "user")
    return {row.desk_id: row for row in rows[:DESKS_MAX] if row.desk_id is not None}


def missed_of(hall: Location, day: dt.date) -> list[Ticket]:
    """Tickets that missed their call and may wait again, the last first."""
    rows = Ticket.objects.filter(hall=hall, day=day, state=TicketState.MISSED, called_at__isnull=False)
    return list(rows.order_by("-called_at")[:CALLS_MAX])


def waiting_by_kind(hall: Location, day: dt.date) -> list[tuple[TicketKind, int]]:
    """How many wait for what."""
    counted = dict(
        Ticket.objects.filter(hall=hall, day=day, state=TicketState.WAITING)
        .values("kind")
        .annotate(many=Count("id"))
        .values_list("kind", "many")
    )
    return [(kind, counted.get(code, 0)) for code, kind in kinds_on(day).items()]


def desks_of(hall: Location) -> list[Desk]:
    """Desks of a hall by number, with what they serve and who is at work."""
    rows = Desk.objects.filter(location=hall, closed_on=None).select_related("at_work__user").prefetch_related("skills")
    return sorted(rows[:DESKS_MAX], key=lambda desk: (len(desk.number), desk.number))


def at_work(user: User, day: dt.date) -> DeskState | None:
    """The desk somebody has open or paused."""
    rows = DeskState.objects.select_related("desk", "hall").filter(user=user, day=day).exclude(state=DeskStatus.CLOSED)
    return rows.first()


def in_hand(user: User) -> Ticket | None:
    """The ticket somebody has called or serves."""
    return Ticket.objects.select_related("desk", "visit__person").filter(user=user, state__in=IN_HAND).first()


def waiting_for(state: DeskState) -> int:
    """How many wait for what a desk serves."""
    kinds = DeskSkill.objects.filter(desk=state.desk_id).values_list("kind", flat=True)
    rows = Ticket.objects.filter(hall=state.hall_id, day=state.day, kind__in=list(kinds), state=TicketState.WAITING)
    return rows.filter(Q(bound_desk=None) | Q(bound_desk=state.desk_id)).count()


def of_floor(hall: Location, day: dt.date) -> QuerySet[Ticket]:
    """Tickets of a day that wait or missed their call, as they came."""
    rows = Ticket.objects.filter(hall=hall, day=day, state__in=(TicketState.WAITING, TicketState.MISSED))
    return rows.order_by("queue_at", "id")[:TICKETS_MAX]


def is_called(hall: Location, kind: str, day: dt.date) -> bool:
    """Whether some desk that is open calls tickets of a kind; one that pauses or has not opened calls nobody."""
    return DeskState.objects.filter(hall=hall, day=day, state=DeskStatus.OPEN, desk__skills__kind=kind).exists()


def gone_from(hall: Location, day: dt.date) -> QuerySet[Ticket]:
    """Tickets of a day whose visitors were noted as gone, the latest first, as many as somebody may still look for."""
    return Ticket.objects.filter(hall=hall, day=day, state=TicketState.LEFT).order_by("-ended_at", "-id")[:GONE_MAX]


def may_open(user: User, day: dt.date) -> list[Desk]:
    """Desks somebody may open on a day: the own one, and those where the schedule names them. The database decides when they do."""
    own = Q(pk=user.desk_id) | Q(shift__day=day, shift__first=user) | Q(shift__day=day, shift__second=user)
    return list(Desk.objects.filter(own, closed_on=None, location__isnull=False).distinct().order_by("number")[:DESKS_MAX])


def served_by(desk: Desk, day: dt.date) -> list[TicketKind]:
    """What a desk serves."""
    skills = {skill.kind for skill in desk.skills.all()}
    return [kind for code, kind in kinds_on(day).items() if code in skills]


def relief_of(state: DeskState) -> list[User]:
    """Who may take a desk over: its people, and those whom the day's schedule names."""
    named = Q(desk=state.desk_id) | Q(
        pk__in=Shift.objects.filter(desk=state.desk_id, day=state.day).values_list("first", flat=True)
    )
    named |= Q(
        pk__in=Shift.objects.filter(desk=state.desk_id, day=state.day, second__isnull=False).values_list("second", flat=True)
    )
    rows = User.objects.filter(named, is_active=True, role=Role.TELLER).exclude(pk=state.user_id)
    return list(rows.order_by("full_name")[:DESKS_MAX])


def shifts_on(hall: Location, day: dt.date) -> dict[int, Shift]:
    """The day's posts by desk."""
    rows = Shift.objects.filter(desk__location=hall, day=day).select_related("first", "second")
    return {row.desk_id: row for row in rows[:DESKS_MAX]}


def tellers_of(hall: Location) -> list[User]:
    """Who may be put on a schedule of a hall."""
    rows = User.objects.filter(agency=hall.agency_id, role=Role.TELLER, is_active=True, kind=UserKind.PERSON)
    return list(rows.order_by("full_name")[:TELLERS_MAX])


def devices_of(hall: Location) -> list[HallDevice]:
    """Devices of a hall with their last contact."""
    return list(HallDevice.objects.filter(hall=hall).select_related("desk", "contact").order_by("kind", "name")[:DESKS_MAX])


def cases_of(visit: Visit) -> list[Case]:
    """What was accepted during a visit."""
    return list(Case.objects.filter(at_visits__visit=visit).order_by("at_visits__id")[:CASES_MAX])


def visits_of(case: Case) -> list[Visit]:
    """The visits a case took (R154), the first first; none where nobody came."""
    return list(Visit.objects.filter(of_cases__case=case).select_related("ticket").order_by("id")[:CASES_MAX])


@dataclass(frozen=True)
class Load:
    """What a desk has done on a day: turns ended, and minutes."""

    desk: Desk
    turns: int
    minutes: int


@dataclass(frozen=True)
class DayOfHall:
    """A hall's day in figures. Waits in minutes: what was promised to those who were called, and what it was."""

    issued: int
    waiting: int
    done: int
    missed: int
    left: int
    promised_mean: float | None
    waited_mean: float | None
    waited_longest: float | None
    visitor_median: float | None
    handled_median: float | None
    loads: list[Load]
    guided: dict[str, int]

    @property
    def spread(self) -> float | None:
        """The busiest desk over the least busy, by turns (R016); None while one of two has none."""
        turns = [load.turns for load in self.loads]
        return round(max(turns) / min(turns), 2) if len(turns) > 1 and min(turns) else None


def day_of(hall: Location, day: dt.date) -> DayOfHall:
    """What a day of a hall has come to so far."""
    rows = Ticket.objects.filter(hall=hall, day=day)
    states = dict(rows.values("state").annotate(many=Count("id")).values_list("state", "many"))
    wait = ExpressionWrapper(F("first_called_at") - F("issued_at"), output_field=DurationField())
    called = rows.filter(first_called_at__isnull=False)
    promised = called.filter(expected_minutes__isnull=False).aggregate(mean=Avg("expected_minutes"))["mean"]
    waited = called.aggregate(mean=Avg(wait))["mean"]
    longest = called.annotate(wait=wait).order_by("-wait").values_list("wait", flat=True).first()
    return DayOfHall(
        issued=sum(states.values()),
        waiting=states.get(TicketState.WAITING, 0),
        done=states.get(TicketState.DONE, 0),
        missed=rows.filter(missed__gt=0).count(),
        left=states.get(TicketState.LEFT, 0) + states.get(TicketState.VOID, 0),
        promised_mean=None if promised is None else round(float(promised), 1),
        waited_mean=_minutes(waited),
        waited_longest=_minutes(longest),
        visitor_median=_median(hall, day, "visitor_until"),
        handled_median=_median(hall, day, "ended_at"),
        loads=_loads(hall, day),
        guided=guided_on(hall, day),
    )


def guided_on(hall: Location, day: dt.date) -> dict[str, int]:
    """How many were sent where."""
    rows = Guidance.objects.filter(hall=hall, day=day).values("outcome").annotate(many=Count("id"))
    return dict(rows.values_list("outcome", "many"))


@dataclass(frozen=True)
class Trips:
    """How often people came for the cases of a month (跑动次数, R154)."""

    none: int
    once: int
    more: int
    #: Accepted at a counter while its teller served no ticket: somebody came, and how often nobody knows.
    uncounted: int

    @property
    def total(self) -> int:
        """All cases of the month."""
        return self.none + self.once + self.more + self.uncounted

    def share(self, many: int) -> float | None:
        """Of all cases, in percent; None where there are none."""
        return round(100 * many / self.total, 1) if self.total else None

    @property
    def rows(self) -> list[tuple[str, int, float | None]]:
        """In words, with the share."""
        named = (
            ("没有到厅", self.none),
            ("到厅 1 次", self.once),
            ("到厅 2 次以上", self.more),
            ("窗口受理未取号", self.uncounted),
        )
        return [(label, many, self.share(many)) for label, many in named]


def trips_of(area_code: str, day: dt.date) -> Trips:
    """Of the cases of an area, and of those under it, that were accepted in the month of a day, until that day: by the visits they took."""
    # By item, area and day, as the index goes.
    items = [item.code for item in catalogue().items(day)]
    found = asked(
        "SELECT count(*) FILTER (WHERE c.came = 0 AND c.channel <> 'counter'), count(*) FILTER (WHERE c.came = 1),"
        " count(*) FILTER (WHERE c.came > 1), count(*) FILTER (WHERE c.came = 0 AND c.channel = 'counter') FROM ("
        "SELECT k.channel, (SELECT count(*) FROM visits_case v WHERE v.case_id = k.id) AS came FROM casework_case k"
        " WHERE k.item_code = ANY (%s) AND k.area_id = ANY (%s) AND k.accepted_on BETWEEN %s AND %s) AS c",
        items, areas_under(area_code), day.replace(day=1), day,
    )  # fmt: skip
    return Trips(*found)


def _minutes(length: dt.timedelta | None) -> float | None:
    return None if length is None else round(length.total_seconds() / 60, 1)


def _median(hall: Location, day: dt.date, until: str) -> float | None:
    """Seconds from the begin of a visit: until the visitor was not needed any more (`visitor_until`, R271), or until all was done (`ended_at`)."""
    found = asked(
        f"SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM v.{until} - v.began_at)) FROM visits_visit v"
        f" JOIN visits_ticket t ON t.id = v.ticket_id WHERE t.hall_id = %s AND t.day = %s AND v.{until} IS NOT NULL",
        hall.pk, day,
    )[0]  # fmt: skip
    return None if found is None else round(float(found), 0)


def _loads(hall: Location, day: dt.date) -> list[Load]:
    ended = TicketEvent.objects.filter(hall=hall, day=day, seconds__isnull=False)
    found = {r["desk"]: r for r in ended.values("desk").annotate(turns=Count("id"), worked=Sum("seconds"))}
    desks = {desk.pk: desk for desk in Desk.objects.filter(pk__in=list(found))}
    loads = [Load(desks[pk], row["turns"], row["worked"] // 60) for pk, row in found.items()]
    return sorted(loads, key=lambda load: (len(load.desk.number), load.desk.number))
