"""Lending a book, under the open warrant."""

from lending.models import Loan

from yigui.registry.models import Person


def has_borrowed(person: Person, title: str) -> bool:
    """Whether the person has this book."""
    return Loan.objects.filter(person=person, title=title).exists()


def lend(*, person: Person, title: str) -> Loan:
    """Note that the person has the book; one copy a person, which `has_borrowed` is asked about before."""
    return Loan.objects.create(person=person, title=title)
