"""Opening a task (产生任务): always by what happened elsewhere, once for each origin, kind and part."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from yigui.common import clock
from yigui.registry.models import Agency, Employer, Person
from yigui.registry.queries import due_after
from yigui.staff.models import User
from yigui.staff.organisation import Section
from yigui.tasks.enums import ENDED
from yigui.tasks.event_log import begin_log
from yigui.tasks.kinds import kind_of
from yigui.tasks.models import Task
from yigui.tasks.people import agency_with, colleagues, section_with
from yigui.tasks.references import Reference


def open_task(
    *, kind: str, origin: Reference, note: str, agency: Agency, area_code: str, today: dt.date, person: Person | None = None,
    employer: Employer | None = None, amount_fen: int | None = None, due_on: dt.date | None = None, part: str = "",
    zone: str = "", section: Section | None = None,
    form: Mapping[str, Mapping[str, Any]] | None = None, actor: User | None = None,
) -> Task:  # fmt: skip
    """Open a task in the caller's transaction, or give the one this origin has already: running again changes nothing.

    It lies with the posts its kind names: in `agency`, or in the nearest one above where somebody holds such a post; there in the
    section of its stage, where one of its people does.

    Args:
        note: what is to be done and why, in one sentence.
        amount_fen: the money it is about, fen.
        due_on: a day set by what it came from; by the kind's term in working days when not given.
        zone: zone of the catalogue of what it came from, for the choice of the section where the kind names none.
        section: the section it lies in, where what it came from knows better than the kind's stage.
        part: tells tasks of one kind and origin apart.
        form: values the case that settles it begins with: item code -> field -> raw value.
        actor: whose deed it came out of; None for the system.

    Raises:
        KeyError: the kind is not declared.
    """
    wanted = kind_of(kind, today)
    once = {"kind": kind, "origin_kind": origin.kind, "origin_id": origin.id, "origin_no": origin.number, "part": part}
    known = Task.objects.filter(**once).first()
    if known is not None:
        return known
    deadline = due_after(today, wanted.term_workdays)
    place = agency_with(wanted.posts, agency) or agency
    if section is None and wanted.stage:
        section = section_with(wanted.posts, place, stage=wanted.stage, zone=wanted.zone or zone, on=today)
    if section is not None and not colleagues(wanted.posts, place.pk, section.pk).exists():
        section = None
    subject = person or employer
    task = Task(
        **once, kind_version=wanted.valid_from, person=person, employer=employer, subject_name=subject.name if subject else "",
        area_id=area_code, note=note, amount_fen=amount_fen, form={code: dict(values) for code, values in (form or {}).items()},
        opened_at=clock.now(), opened_on=today, agency=place, section=section, posts=list(wanted.posts),
        due_on=due_on or deadline.day, is_due_provisional=due_on is None and deadline.is_provisional,
    )  # fmt: skip
    try:
        with transaction.atomic():
            task.save(force_insert=True)
            begin_log(task, actor=actor)
    except IntegrityError as error:
        if "task_once_per_origin" not in str(error):
            raise
        # The same thing was noticed twice at the same moment; the other one has opened it.
        return Task.objects.get(**once)
    return task


def next_part(kind: str, origin: Reference) -> str:
    """The part by which what is wrong again after its task was ended is a task of its own; that of the one which is open, where one is."""
    ended = Task.objects.filter(kind=kind, origin_kind=origin.kind, origin_id=origin.id, state__in=ENDED).count()
    return str(ended) if ended else ""
