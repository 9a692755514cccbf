"""The teller's own cases: a person's name is masked in a list, an employer's is nobody's to hide."""

from tests import city
from tests.pages import signed_in, text_of


def test_the_name_of_an_employer_not_registered_yet_is_shown_and_a_persons_is_masked() -> None:
    unit, person = city.accept_class2(), city.accept_class3()
    page = text_of(signed_in("teller").get("/counter/cases/"))
    assert unit.subject_name in page
    assert person.subject_name not in page
