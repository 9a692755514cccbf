"""The row somebody chose is one of those they may choose, or none."""

import pytest

from tests import city
from yigui.db.chosen import chosen_row
from yigui.staff.models import User


def test_the_row_of_a_number_is_found_among_those_offered_only() -> None:
    head = city.user("head")
    assert chosen_row(User.objects.all(), str(head.pk)) == head
    assert chosen_row(User.objects.exclude(pk=head.pk), str(head.pk)) is None


@pytest.mark.parametrize("number", ["", "x", "-1", "1.0", "９" * 30, "9" * 30, "0"])
def test_what_is_no_number_of_a_row_gives_none(number: str) -> None:
    assert chosen_row(User.objects.all(), number) is None
