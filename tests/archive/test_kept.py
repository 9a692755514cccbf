"""What belongs to a finished case stays, whoever asks: the owner's login too (R080)."""

import pytest
from django.db import DatabaseError, connections, transaction

from tests import city
from tests.archive.papers import filed, paper_of, with_paper
from tests.conftest import TODAY
from tests.pdf import pdf
from yigui.casework.models import Case
from yigui.documents.store import keep_paper

pytestmark = pytest.mark.usefixtures("fresh_city")


@pytest.fixture(scope="module")
def case(fresh_city: None) -> Case:
    kept = with_paper("kept")
    filed(kept)
    return kept


def refused(statement: str, number: int) -> str:
    with pytest.raises(DatabaseError) as found, transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(statement, [number])
    return str(found.value.__cause__.sqlstate)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM casework_case_material WHERE case_id = %s",
        "UPDATE casework_case_material SET paper_id = NULL WHERE case_id = %s",
        "UPDATE casework_case_material SET material_code = 'photo' WHERE case_id = %s",
        "UPDATE casework_case_material SET case_id = case_id - 1 WHERE case_id = %s",
        "INSERT INTO casework_case_material (case_id, material_code, source, note) VALUES (%s, 'photo', 'seen', '')",
        "DELETE FROM archive_volume WHERE case_id = %s",
        "UPDATE archive_volume SET period = 'undecided' WHERE case_id = %s",
        "DELETE FROM archive_piece WHERE volume_id = (SELECT id FROM archive_volume WHERE case_id = %s)",
        "UPDATE archive_check SET is_sound = true WHERE volume_id = (SELECT id FROM archive_volume WHERE case_id = %s)",
        "UPDATE casework_case SET form = '{}' WHERE id = %s",
        "UPDATE documents_issued SET content = '{}' WHERE case_no = (SELECT case_no FROM casework_case WHERE id = %s)",
        "TRUNCATE casework_case_material, archive_volume, archive_piece, archive_check -- %s",
    ],
)
def test_of_a_finished_case_nothing_is_exchanged_or_removed(case: Case, statement: str) -> None:
    assert refused(statement, case.pk) == "YG003"


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM documents_paper WHERE id = %s",
        "UPDATE documents_paper SET file_id = (SELECT max(digest) FROM documents_stored_file) WHERE id = %s",
        "UPDATE documents_paper SET material_code = 'photo' WHERE id = %s",
        "UPDATE documents_paper SET person_id = NULL WHERE id = %s",
        "DELETE FROM documents_stored_file WHERE digest = (SELECT file_id FROM documents_paper WHERE id = %s)",
    ],
)
def test_nor_are_its_papers(case: Case, statement: str) -> None:
    assert refused(statement, paper_of(case).pk) == "YG003"


def test_before_it_is_filed_nothing_is_removed_either() -> None:
    waiting = with_paper("not filed yet")
    assert refused("DELETE FROM casework_case_material WHERE case_id = %s", waiting.pk) == "YG003"


def test_until_when_a_paper_serves_is_no_part_of_it(case: Case) -> None:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE documents_paper SET valid_until = %s WHERE id = %s", [TODAY, paper_of(case).pk])
        assert cursor.rowcount == 1


def test_a_paper_of_no_finished_case_is_not_held() -> None:
    paper = keep_paper(pdf(b"free"), "free.pdf", material_code="id_card", taken_by=city.user("teller"), taken_on=TODAY)
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM documents_paper WHERE id = %s", [paper.pk])
        assert cursor.rowcount == 1
