"""A case is about somebody: what an item says of its subject is not trusted."""

from typing import Any

import pytest

from tests import city
from yigui.casework import handlers
from yigui.casework.accept_case import accept_case
from yigui.casework.errors import SubjectMissing
from yigui.casework.findings import Finding
from yigui.casework.handlers import Subject
from yigui.casework.models import Case
from yigui.items.common.base import ItemHandler, person_subject
from yigui.items.common.facts import Facts

NOTHING: list[tuple[Any, Any, Any]] = [
    (None, "张三", "511102"), ("", "张三", "511102"), ("person:", "张三", "511102"), ("person: ", "张三", "511102"),
    ("person:None", "张三", "511102"), ("person:511102199001011234", None, "511102"), ("person:511102199001011234", " ", "511102"),
    ("person:511102199001011234", "张三", None),
]  # fmt: skip


@pytest.mark.parametrize(("key", "name", "area_code"), NOTHING)
def test_a_subject_that_says_nothing_is_refused_with_a_sentence(key: Any, name: Any, area_code: Any) -> None:
    with pytest.raises(SubjectMissing, match="没有写明办理对象"):
        Subject(key, name, area_code)


class Nameless(ItemHandler):
    """An item of a person whose form has neither number nor name."""

    code = "CHG-003"

    def check(self, facts: Facts) -> list[Finding]:
        return []

    def subject(self, facts: Facts) -> Subject:
        values = facts.values | {"id_number": None, "person_name": None}
        return person_subject(None, Facts(item=facts.item, values=values, application=facts.application))


def test_an_application_about_nobody_is_refused_and_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    application = city.application("CHG-003", city.basic_change_form(city.next_person()), materials=["id_card"])
    monkeypatch.setitem(handlers._HANDLERS, "CHG-003", Nameless())
    before = Case.objects.count()
    with pytest.raises(SubjectMissing, match="请填写参保人的证件号码和姓名"):
        accept_case(application)
    assert Case.objects.count() == before
