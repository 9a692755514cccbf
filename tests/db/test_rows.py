"""Rows written by statements that are made once."""

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, transaction

from tests import city
from yigui.casework.models import Case, Feedback
from yigui.db.rows import insert_rows, one_of, update_together, update_where
from yigui.documents.models import IssuedDocument
from yigui.exchange.models import OutMessage, Partner

LATER = dt.datetime(2026, 11, 20, 8, 0, tzinfo=dt.UTC)


def messages(count: int) -> list[OutMessage]:
    partner = Partner.objects.order_by("code")[0]
    return [
        OutMessage(message_id=uuid.uuid4(), partner=partner, kind=f"rows-{n}", content={"n": n}, attempts=n, next_try_at=LATER)
        for n in range(count)
    ]


@pytest.mark.parametrize("count", [1, 7])
def test_rows_written_at_once_get_their_numbers_in_their_order(count: int) -> None:
    with transaction.atomic():
        made = messages(count)
        insert_rows(made)
        found = OutMessage.objects.in_bulk([row.pk for row in made])
        assert [(found[row.pk].kind, found[row.pk].attempts, found[row.pk].content) for row in made] == [
            (f"rows-{n}", n, {"n": n}) for n in range(count)
        ]
        assert {(row.next_try_at, row.taken_at, row.dropped_by_id) for row in found.values()} == {(LATER, None, None)}
        transaction.set_rollback(True)


def test_as_many_rows_as_there_are_are_changed() -> None:
    case = city.past_the_guards(city.accept_class2(), status="waiting")
    assert update_where(Case, "effect_error = %s", one_of("id", [case.pk, 0]), "x", case.pk, 0) == 1
    assert Case.objects.get(pk=case.pk).effect_error == "x"


def test_a_row_and_what_belongs_to_it_are_stored_together_or_not_at_all() -> None:
    case = city.past_the_guards(city.accept_class2(), status="waiting")
    feedback = Feedback(case=case, channel="counter", message="一并写入")
    case.effect_error = "y"
    with transaction.atomic():
        update_together(case, ("effect_error",), [feedback])
        assert Feedback.objects.get(pk=feedback.pk).message == "一并写入"
        assert Case.objects.get(pk=case.pk).effect_error == "y"
        # A result without a deed is not kept when the transaction ends.
        transaction.set_rollback(True)
    nowhere = Case(pk=0, effect_error="z")
    lost = Feedback(case=case, channel="counter", message="没有这一行")
    with pytest.raises(DatabaseError, match="no row 0"), transaction.atomic():
        update_together(nowhere, ("effect_error",), [lost])
    assert not Feedback.objects.filter(message="没有这一行").exists()


def test_a_finished_case_names_its_document_and_its_applicant_is_told_once() -> None:
    case = city.accept_class3()
    document = IssuedDocument.objects.get(case_no=case.case_no)
    assert (case.document_id, Case.objects.get(pk=case.pk).document_id) == (document.pk, document.pk)
    assert case.document == document
    assert Feedback.objects.filter(case=case).count() == 1
