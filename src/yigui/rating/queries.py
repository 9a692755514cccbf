"""What can be rated, and with which words; what somebody reads of their own rating. Nobody of the staff reads a rating here."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection

from yigui.casework.models import Case
from yigui.db.rows import row_where
from yigui.rating.enums import Opinion
from yigui.rating.models import Level, Rating, RatingRule, Service, Tag


@dataclass(frozen=True)
class Choice:
    """A level with its tags."""

    level: Level
    tags: list[Tag]


@dataclass(frozen=True)
class Asked:
    """What the screen of a window asks about."""

    service: int
    ticket: int
    what: str
    site: str


@dataclass(frozen=True)
class OfCase:
    """How a case stands with its rating, for whoever may rate it: the levels to choose from, what was given, or why it cannot be."""

    site: str
    choices: list[Choice]
    rating: Rating | None
    refusal: str
    receipt: str = ""

    @property
    def level_name(self) -> str:
        """The level that was given, in words of the day it was given on."""
        assert self.rating is not None
        return Level.objects.in_force(self.rating.rated_on).get(code=self.rating.level).name


def choices_on(day: dt.date, site: str) -> list[Choice]:
    """The levels of a day, best first, with the tags for how the service was given."""
    tags = list(Tag.objects.in_force(day).filter(site=site).order_by("level", "place"))
    return [
        Choice(level, [tag for tag in tags if tag.level == level.code]) for level in Level.objects.in_force(day).order_by("-code")
    ]


def asked_at_window(secret: str, day: dt.date, *, is_typing: bool = False) -> list[Asked]:
    """What the visitor at the desk of this screen can rate, the last service first; longer for one who is typing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT service_id, ticket_id, what, site FROM rating_asked_v1(%s, %s, %s)", [secret, day, is_typing])
        return [Asked(*row) for row in cursor.fetchall()]


def site_of_case(case: Case) -> str | None:
    """How the service of an ended case was given; None: there is none to rate."""
    service = row_where(Service, "case_id = %s", case.pk)
    return service.site if service is not None else None


def of_own_case(case: Case, day: dt.date) -> OfCase | None:
    """How an own case stands, read with the holder's eyes; None: it has not ended, or from before there were ratings."""
    service = row_where(Service, "case_id = %s", case.pk)
    if service is None:
        return None
    rating = row_where(Rating, "service_id = %s", service.pk)
    if rating is None and day > service.ended_on + dt.timedelta(days=_open_days(day)):
        # The database says it when one is sent; a page that is opened later does not ask.
        return OfCase(service.site, [], None, f"办件已于 {service.ended_on} 办结，已过评价期。")
    return OfCase(service.site, choices_on(day, service.site), rating, "", rating.receipt if rating is not None else "")


def _open_days(day: dt.date) -> int:
    return int(RatingRule.objects.in_force(day).get(name="open_days").value)


def of_slip(case_no: str, code: str, day: dt.date) -> OfCase | None:
    """How a case stands for whoever has its query code; None without it, or where there is nothing to rate. It tells nothing of what was
    said, nor whether anything was: everybody who serves can print the slip."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT site, refusal FROM rating_of_slip_v1(%s, %s, %s)", [case_no, code, day])
        found = cursor.fetchone()
    return OfCase(found[0], choices_on(day, found[0]), None, found[1]) if found is not None else None


@dataclass(frozen=True)
class Followed:
    """A round of a rating, as whoever has its receipt reads it; without an answer it is being looked into."""

    what: str
    level: str
    is_bad: bool
    rated_on: dt.date
    round: int
    answer: str | None
    answered_on: dt.date | None
    opinion: str | None

    @property
    def opinion_label(self) -> str:
        """What was said of the answer, in words."""
        return str(Opinion(self.opinion).label) if self.opinion else ""


def followed(receipt: str) -> list[Followed]:
    """What became of a rating, by rounds; nothing where there is no such receipt."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT what, level, is_bad, rated_on, round, answer, answered_on, opinion FROM rating_followed_v1(%s)", [receipt]
        )
        return [Followed(*row) for row in cursor.fetchall()]
