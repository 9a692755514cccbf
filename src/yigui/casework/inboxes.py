"""Inboxes of sections (科室待办): a back-office step lies with the section whose stage it is, at once and without paper (R027)."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import Q, QuerySet

from yigui.casework.enums import StepState
from yigui.casework.models import Step
from yigui.catalogue.declarations import catalogue
from yigui.staff.organisation import Section
from yigui.staff.sections import Chart, chart_on

#: Where a step is done that belongs to a section; what is done on the floor belongs to whoever stands there.
_IN_SECTIONS = "back_office"


def section_of_step(step: Step, on: dt.date, chart: Chart | None = None) -> Section | None:
    """The section whose inbox a step lies in; None on the floor, and where no section is made for its stage."""
    if step.site != _IN_SECTIONS:
        return None
    zone = catalogue().versions[step.item_code][-1].zone
    return (chart or chart_on(on)).section_for(step_code=step.code, zone=zone, agency_id=step.agency_id)


def steps_of_sections(sections: Sequence[Section], on: dt.date, chart: Chart | None = None) -> QuerySet[Step]:
    """Waiting steps that lie in these sections' inboxes.

    Grain: one row per waiting step; sorted by due date, then by waiting time.
    """
    chart = chart or chart_on(on)
    codes: dict[str, list[str]] = {zone: [] for zone in catalogue().zones}
    for code, versions in catalogue().versions.items():
        codes[versions[-1].zone].append(code)
    wanted = Q(pk__in=[])
    for section in sections:
        for share in chart.shares_of(section, zones=list(codes)):
            one = Q(code=share.step_code, agency_id__in=share.agency_ids)
            if len(share.zones) < len(codes):
                one &= Q(item_code__in=[code for zone in share.zones for code in codes[zone]])
            wanted |= one
    return (
        Step.objects.filter(wanted, state=StepState.READY, site=_IN_SECTIONS)
        .select_related("case", "case__area", "case__agency", "case__accepted_by", "suggested_to", "claimed_by")
        .order_by("case__due_on", "ready_at", "id")
    )
