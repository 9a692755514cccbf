"""Behaviour of the room's item: a book is borrowed."""

from collections.abc import Iterator

from lending.lend import has_borrowed, lend

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome
from yigui.casework.models import Case
from yigui.items.common.base import ItemHandler, item, needed_person
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts


@item("LEN-001")
class Borrowing(ItemHandler[Facts]):
    """Notes who has which book."""

    writes = ("lending_loan",)

    def apply(self, facts: Facts, case: Case) -> Outcome:
        person = needed_person(facts)
        lend(person=person, title=facts["book_title"])
        return Outcome(summary=f"{person.name} 已借阅《{facts['book_title']}》。", lines=[("书名", facts["book_title"])])


@check("book_not_borrowed")
def book_not_borrowed(facts: Facts) -> Iterator[Finding]:
    """One copy of a book a person."""
    if facts.person is not None and has_borrowed(facts.person, facts["book_title"]):
        yield facts.refuse("book_not_borrowed", field="book_title")
