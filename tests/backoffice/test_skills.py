"""The matrix of skills (R013): what it says somebody may do is what the counter takes from them, and nothing else."""

import pytest

from tests import city
from tests.conftest import TODAY
from tests.pages import page_of, signed_in
from tests.staff.test_rights import applied, granted
from yigui.casework.accept_case import accept_case
from yigui.casework.skills import Matrix, groups_with, items_with, skill_matrix
from yigui.catalogue.declarations import Item
from yigui.registry.models import Agency
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User


def of(user: User, matrix: Matrix) -> dict[str, tuple[str, ...]]:
    """The codes of what somebody holds, by column."""
    row = next(skills for found, skills in matrix.rows if found.pk == user.pk)
    return {column.code: tuple(item.code for item in skill.held) for column, skill in zip(matrix.columns, row, strict=True)}


def of_city(group: str = "", step: str = "accept") -> Matrix:
    return skill_matrix(agency=Agency.objects.get(pk="51110001"), step=step, group=group, on=TODAY)


def test_what_stands_as_held_is_accepted_and_what_does_not_is_refused() -> None:
    teller = city.new_user("teller", full_name="单独项", password="Ein-Passwort-9")
    granted(applied(teller, steps=("accept",), item_groups=["CHG-003"]))
    assert of(teller, of_city("CHG")) == {item.code: (("CHG-003",) if item.code == "CHG-003" else ()) for item in changes()}
    assert of(teller, of_city())["CHG"] == ("CHG-003",)
    assert of(teller, of_city())["REG"] == ()
    ask = {"username": teller.username, "materials": ["id_card"]}
    assert accept_case(city.application("CHG-003", city.basic_change_form(city.next_person()), **ask)).status == "finished"
    with pytest.raises(NotAuthorised, match="没有"):
        accept_case(city.application("REG-001", city.unit_form(771_001), **(ask | {"materials": city.UNIT_MATERIALS})))


def changes() -> list[Item]:
    return [item for item in items_with("accept", TODAY) if item.code.startswith("CHG-")]


def test_items_that_nobody_or_one_person_holds_are_named() -> None:
    county = Agency.objects.get(pk="51111101")
    before = skill_matrix(agency=county, step="recheck", group="CHG", on=TODAY)
    assert {item.code for item in before.nobody} | {item.code for item, _ in before.alone} <= {c.code for c in before.columns}
    for column in before.columns:
        held = sum(
            1 for _, skills in before.rows for skill, c in zip(skills, before.columns, strict=True) if c == column and skill.held
        )
        assert column.holders == held
        assert (column.code in {item.code for item in before.nobody}) == (held == 0)
        assert (column.code in {item.code for item, _ in before.alone}) == (held == 1)


def test_items_are_those_of_the_step_and_the_counter() -> None:
    codes = {item.code for item in items_with("accept", TODAY)}
    assert {"CHG-003", "CHG-004"} <= codes
    assert "CHG-003" not in {item.code for item in items_with("review", TODAY)}
    assert "CHG-004" in {item.code for item in items_with("approve", TODAY)}
    assert ("PEN", "养老待遇") in groups_with("accept", TODAY)


def test_rights_of_an_area_and_up_to_an_amount_say_so() -> None:
    checker = city.new_user("rechecker", full_name="限地区限额", password="Ein-Passwort-9")
    granted(applied(checker, item_groups=["PEN"], area_code="511102", amount_fen_max=500_000))
    matrix = of_city(step="recheck")
    row = next(skills for user, skills in matrix.rows if user.pk == checker.pk)
    skill = next(s for s, c in zip(row, matrix.columns, strict=True) if c.code == "PEN")
    assert (skill.is_whole, skill.areas, skill.is_limited) == (True, ("511102",), True)


def test_the_page_shows_a_group_by_item_and_who_may_not_open_it_is_refused() -> None:
    teller = city.new_user("teller", full_name="页上一人", password="Ein-Passwort-9")
    granted(applied(teller, steps=("accept",), item_groups=["CHG-003"]))
    head = signed_in("head")
    page = page_of(head.get("/rights/skills/"))
    assert "页上一人" in page
    assert f"1／{len(changes())}" in page
    assert "CHG-003" in page_of(head.get("/rights/skills/?group=CHG"))
    assert head.get("/rights/skills/?agency=99999999").status_code == 404
    assert signed_in("teller").get("/rights/skills/").status_code == 403
