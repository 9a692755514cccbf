"""What a template asks for and nobody gives fails in tests."""

from types import SimpleNamespace

import pytest
from django.template import Context, engines

from tests.strict_templates import UndefinedInTemplate


def rendered(source: str, **names: object) -> str:
    return engines["django"].engine.from_string(source).render(Context(names))  # type: ignore[attr-defined]


@pytest.mark.parametrize("source", [
    "{{ nothing }}", '{{ nothing|default:"x" }}', "{% if nothing %}x{% endif %}", "{% for x in nothing %}x{% endfor %}",
    "{{ case.misspelt }}", "{% if case.misspelt %}x{% endif %}", "{% for x in case.misspelt %}x{% endfor %}",
    "{{ case.person.name }}", "{{ kept.key }}", "{% if case %}{{ nothing }}{% endif %}",
])  # fmt: skip
def test_what_nobody_gave_fails(source: str) -> None:
    with pytest.raises(UndefinedInTemplate):
        rendered(source, case=SimpleNamespace(person=None), kept={})


def test_a_form_without_its_token_fails() -> None:
    with pytest.raises(UndefinedInTemplate, match="csrf_token"):
        rendered("<form>{% csrf_token %}</form>")
    assert "abc" in rendered("<form>{% csrf_token %}</form>", csrf_token="abc")


@pytest.mark.parametrize(("source", "text"), [
    ("{{ case.person }}", "None"), ("{% if case.person.name %}x{% endif %}", ""), ("{% for x in kept.rows %}x{% endfor %}", ""),
    ("{% if case %}{% else %}{{ nothing }}{% endif %}", ""), ('{% url "staff:account" as nothing %}{{ nothing }}', "/account/"),
])  # fmt: skip
def test_what_may_be_nothing_may_be_asked_for(source: str, text: str) -> None:
    assert rendered(source, case=SimpleNamespace(person=None), kept={}) == text
