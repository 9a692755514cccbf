"""What stands behind a material (材料) that is handed in: a file, the original in a colleague's hands, or the house's own record."""

from collections.abc import Sequence
from typing import Any, Protocol

from yigui.casework.enums import MaterialSource
from yigui.casework.errors import MaterialUnproved
from yigui.casework.models import CaseMaterial
from yigui.catalogue.declarations import catalogue


class Given(Protocol):
    """A material as it is handed in (`application.GivenMaterial`)."""

    @property
    def code(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def paper(self) -> Any: ...


class HandedIn(Protocol):
    """What is asked of an application (`application.Application`), which asks this module."""

    @property
    def materials(self) -> Sequence[Given]: ...
    @property
    def case_id(self) -> int | None: ...
    @property
    def login(self) -> Any: ...
    @property
    def applicant(self) -> Any: ...
    @property
    def is_listed(self) -> bool: ...


def refuse_not_generated(code: str) -> None:
    """Only what the catalogue says is made from the form (系统生成) is confirmed instead of handed in.

    Raises:
        MaterialUnproved: any other paper.
    """
    known = catalogue().materials[code]
    if known.generated != "form":
        raise MaterialUnproved(
            f"“{known.name}”不是系统生成的材料，不能以确认代替，请上传扫描件或照片，或沿用在档材料。", material=code
        )


def refuse_unproved(application: HandedIn) -> None:
    """Every material of an application that is to be stored has something behind it.

    Without a file, only: what the system makes from the form or a list (`generated`), an original seen by staff of the agency or
    of a partner, the identity verified at sign-in, and what the corrected case has been accepted with.

    Raises:
        MaterialUnproved: a material is only claimed.
    """
    kept = None
    for material in application.materials:
        if material.paper is not None or _stands_alone(application, material):
            continue
        if kept is None:
            kept = _kept_sources(application.case_id)
        if (material.code, material.source) in kept:
            continue
        name = catalogue().materials[material.code].name
        raise MaterialUnproved(
            f"材料“{name}”标为“{MaterialSource(material.source).label}”，但没有文件可查，请上传扫描件或照片，或沿用在档材料后再提交。",
            material=material.code,
        )


def _stands_alone(application: HandedIn, material: Given) -> bool:
    if material.source == MaterialSource.SEEN:
        return application.login is None and application.applicant is None
    if material.source == MaterialSource.GENERATED:
        generated = catalogue().materials[material.code].generated
        return generated == "form" or (generated == "list" and application.is_listed)
    return material.source == MaterialSource.SHARED and material.code == "id_card" and application.applicant is not None


def _kept_sources(case_id: int | None) -> set[tuple[str, str]]:
    """Code and source of what a case to correct has been accepted with: verified, seen, or made by the system."""
    if case_id is None:
        return set()
    rows = CaseMaterial.objects.filter(case_id=case_id).values_list("material_code", "source")[:200]
    known = catalogue().materials
    proved = (MaterialSource.SHARED, MaterialSource.SEEN)
    return {
        (code, source)
        for code, source in rows
        if source in proved or (source == MaterialSource.GENERATED and known[code].generated is not None)
    }
