"""Who is one person (同一人): an account, and every other account with the same identity number, over agencies.

Distinct people are asked for by this one rule, here and in the database (`staff_person_v1`, `staff_distinct_v1`).
"""

from collections.abc import Iterable

from yigui.staff.models import User


def accounts_of(person: User) -> frozenset[int]:
    """Numbers of every account of a person: the one they act with, and those with the same identity number where one is known."""
    number = person.id_number.strip()
    others = User.objects.filter(id_number__iexact=number).values_list("pk", flat=True)[:100] if number else ()
    return frozenset({person.pk, *others})


def is_one_of(person: User, others: Iterable[int | None]) -> bool:
    """Whether a person is one of others, who are named by account; None names nobody."""
    named = {other for other in others if other is not None}
    return bool(named) and (person.pk in named or not named.isdisjoint(accounts_of(person)))
