"""A case raised to class 2 is reviewed and rechecked by two further persons on the floor (R047), unless its item says otherwise."""

from collections.abc import Iterator

import pytest

from tests import city
from tests.conftest import TODAY
from yigui.casework.models import SamplingRule, Step
from yigui.casework.routes import route_of
from yigui.casework.sampling import add_sampling_rule
from yigui.catalogue.declarations import declared
from yigui.common.cache import forget_kept


@pytest.fixture
def sampled() -> Iterator[None]:
    """Every CHG-003 is raised to class 2."""
    rule = SamplingRule(item_group="CHG-003", share=1, to_class=2, reason="季度抽查", valid_from=TODAY, valid_to=TODAY)
    rule = add_sampling_rule(actor=city.user("auditor"), rule=rule)
    forget_kept()
    yield
    rule.delete(using="owner")
    forget_kept()


@pytest.mark.usefixtures("sampled")
def test_a_class_3_item_drawn_for_class_2_is_reviewed_on_the_floor_to_its_end() -> None:
    case = city.accept_class3()
    steps = Step.objects.filter(case=case).order_by("seq").values_list("code", "site")
    assert list(steps) == [("accept", "front_desk"), ("review", "on_site"), ("recheck", "on_site")]
    city.decide(case, "reviewer")
    done = city.decide(case, "rechecker")
    assert (done.status, done.effect_error) == ("finished", "")


def test_every_item_raised_to_class_2_lies_on_the_floor_unless_it_names_the_back_office() -> None:
    for versions in declared().versions.values():
        for item in versions:
            sites = {s.site for s in route_of(item, 2, is_trainee=False) if s.code == "review"}
            assert sites == ({"back_office"} if item.review_site == "back_office" else {"on_site"}), item.code
            assert {s.site for s in route_of(item, 1, is_trainee=False) if s.code == "review"} == {"back_office"}
