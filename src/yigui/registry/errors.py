"""Refusals of the registry."""

from yigui.common.errors import Conflict, NotFound, YiguiError


class PersonNotFound(NotFound):
    code = "registry.person_not_found"


class EmployerNotFound(NotFound):
    code = "registry.employer_not_found"


class CoverageOverlaps(Conflict):
    """The database refused a second coverage of the same person and insurance in the same months."""

    code = "registry.coverage_overlaps"


class RecordsHeld(Conflict):
    """A double record holds what cannot move to the other one."""

    code = "registry.records_held"


class DuplicateNumber(Conflict):
    """The identity number or credit code is already somebody's."""

    code = "registry.duplicate_number"


class UnknownArea(YiguiError):
    """There is no area with this code."""

    code = "registry.unknown_area"
