"""Finished cases with a scanned paper, and what happens to its file."""

from collections.abc import Callable
from dataclasses import replace

from tests import city
from tests.conftest import TODAY
from yigui.archive.file_cases import file_due
from yigui.archive.models import Volume
from yigui.casework.accept_case import accept_case
from yigui.casework.application import GivenMaterial
from yigui.casework.enums import MaterialSource
from yigui.casework.models import Case
from yigui.documents.models import Paper
from yigui.documents.store import keep_paper, path_of


def with_paper(name: str) -> Case:
    """A finished case with a scanned paper of its own, of three pages."""
    person = city.next_person()
    content = b"%PDF-1.7 " + name.encode() + b" <</Type/Pages/Count 3/Kids[]>> <</Type/Page>> trailer<</Root 1 0 R>>\n%%EOF"
    paper = keep_paper(content, f"{name}.pdf", material_code="id_card", taken_by=city.user("teller"), taken_on=TODAY, person=person)
    application = city.application("CHG-003", city.basic_change_form(person))
    return accept_case(replace(application, materials=[GivenMaterial("id_card", MaterialSource.SCANNED, paper)]))


def paper_of(case: Case) -> Paper:
    paper = case.materials.get().paper
    assert paper is not None
    return paper


def lost(case: Case) -> Callable[[], object]:
    """The file of a case is gone from the store; gives what puts it back."""
    path = path_of(paper_of(case).file_id)
    aside = path.with_suffix(".aside")
    path.rename(aside)
    return lambda: aside.rename(path)


def filed(case: Case) -> Volume:
    file_due()
    return Volume.objects.get(case=case)
