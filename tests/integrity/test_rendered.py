"""Renderings of expressions are the same before a dump and after its restoration; what means something else stays different."""

import pytest

from yigui.integrity.rendered import one_form

_SAME = (
    (
        "CHECK (((kind)::text = ANY ((ARRAY['case'::character varying, 'it''s (x)'::character varying])::text[])))",
        "CHECK (((kind)::text = ANY (ARRAY[('case'::character varying)::text, ('it''s (x)'::character varying)::text])))",
    ),
    (
        "WHEN ((((a)::text = b) OR (c = d)) OR (e IS NULL)) EXECUTE FUNCTION f()",
        "WHEN (((a)::text = b) OR (c = d) OR (e IS NULL)) EXECUTE FUNCTION f()",
    ),
    ("CHECK ((((a = 1) AND (b = 2)) AND ((c = 3) OR (d = 4))))", "CHECK (((a = 1) AND (b = 2) AND ((c = 3) OR (d = 4))))"),
)
_OTHER = (
    ("CHECK (((a OR b) AND c))", "CHECK ((a OR (b AND c)))"),
    ("CHECK ((a = ' OR '))", "CHECK ((a = ' AND '))"),
    ("CHECK (((a)::text = ANY ((ARRAY['x'::character varying])::text[])))", "CHECK (((a)::text = ANY ((ARRAY['y'::character varying])::text[])))"),
    ("CHECK (((a OR b) OR c))", "CHECK (((a OR b) AND c))"),
)  # fmt: skip


@pytest.mark.parametrize(("before", "after"), _SAME)
def test_what_a_restoration_writes_in_another_way_is_the_same(before: str, after: str) -> None:
    assert one_form(before) == one_form(after)


@pytest.mark.parametrize(("one", "other"), _OTHER)
def test_what_means_something_else_is_not_the_same(one: str, other: str) -> None:
    assert one_form(one) != one_form(other)
