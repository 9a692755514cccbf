"""What has been agreed with partners (共享与交换约定): what we ask, what we tell, what we take."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from yigui.common.yaml_files import load_yaml

FILE = Path(__file__).parent / "contracts" / "services.yaml"


@dataclass(frozen=True)
class Service:
    """Something a department answers: LD/T 92 names of what we give and of what comes back, with their Chinese names.

    `material` is the paper an answer stands in for, "" for none.
    """

    code: str
    department: str
    name: str
    asks: Mapping[str, str]
    answers: Mapping[str, str]
    material: str
    timeout_seconds: int
    found_minutes: int
    missing_seconds: int


@dataclass(frozen=True)
class Tell:
    """A message the department gets after one of these items is finished."""

    kind: str
    department: str
    name: str
    items: frozenset[str]


@dataclass(frozen=True)
class Take:
    """A message the department may send us, with its fields."""

    kind: str
    department: str
    name: str
    fields: Mapping[str, str]


@dataclass(frozen=True)
class Contracts:
    """All of them, by code or kind."""

    services: Mapping[str, Service]
    tells: tuple[Tell, ...]
    takes: Mapping[str, Take]
    #: By kind of file of records the departments it is taken from.
    files: Mapping[str, tuple[str, ...]]

    def for_material(self, material: str) -> Service | None:
        """The service whose answer stands in for a paper."""
        return next((s for s in self.services.values() if material and s.material == material), None)


@cache
def contracts() -> Contracts:
    """The project's contracts, read once per process.

    Raises:
        YamlError: an unknown or missing key; begins with file and line.
    """
    declared = load_yaml(FILE)
    declared.check_keys(("services", "tells", "takes", "files"))
    for raw in declared["services"]:
        raw.check_keys(tuple(Service.__dataclass_fields__))
    for raw in declared["tells"]:
        raw.check_keys(tuple(Tell.__dataclass_fields__))
    for raw in declared["takes"]:
        raw.check_keys(tuple(Take.__dataclass_fields__))
    for raw in declared["files"]:
        raw.check_keys(("kind", "departments"))
    return Contracts(
        services={s["code"]: Service(**s) for s in declared["services"]},
        tells=tuple(Tell(**{**t, "items": frozenset(t["items"])}) for t in declared["tells"]),
        takes={t["kind"]: Take(**t) for t in declared["takes"]},
        files={f["kind"]: tuple(f["departments"]) for f in declared["files"]},
    )
