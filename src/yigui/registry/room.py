"""Areas, agencies, persons, employers, employment, coverage, the calendar."""

from yigui.common.rooms import BY_EMPLOYER, BY_PERSON, READ, Functions, Kind, Own, Room, Table

_STAFF = "EXISTS (SELECT 1 FROM registry_employment e WHERE e.person_id = {table}.id AND e.employer_id = {employer})"
_EMPLOYERS = "EXISTS (SELECT 1 FROM registry_employment e WHERE e.employer_id = {table}.id AND e.person_id = {person})"

ROOM = Room(
    "registry",
    floor=2,
    tables={
        # Areas and agencies are set up by the owner; every decision names one.
        "registry_area": Table(Kind.EVIDENCE, READ, is_public=True),
        "registry_agency": Table(Kind.EVIDENCE, READ, is_public=True),
        # Due dates rest on it.
        "registry_calendar_day": Table(Kind.EVIDENCE, is_public=True),
        "registry_person": Table(Kind.PROTECTED, own=Own(_STAFF, "id = {person}")),
        "registry_employer": Table(Kind.PROTECTED, own=Own("id = {employer}", _EMPLOYERS)),
        "registry_employer_enrolment": Table(Kind.PROTECTED, own=Own(BY_EMPLOYER)),
        "registry_employment": Table(Kind.PROTECTED, own=Own(BY_EMPLOYER, BY_PERSON)),
        "registry_coverage": Table(Kind.PROTECTED, own=Own(BY_EMPLOYER, BY_PERSON)),
    },
    functions=Functions(after=("warrants",), sequences=("registry_person_no", "registry_unit_no")),
)
