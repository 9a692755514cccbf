"""What a parameter was read in is told by the name of a document: no mark of this project and no remark in another language stands on a page."""

import re

import pytest

from yigui.law.parameter_kinds import parameter_kinds
from yigui.law.source_names import _names, named

#: Latin words that are names somebody can look for: projects, sites.
_NAMES = re.compile(r"pension-calculator|salary-calculator|linianhui/blog|e-cloud/|SIToolsNet8|[a-z]+(?:\.[a-z]+)+")


@pytest.mark.parametrize("kind", parameter_kinds().values(), ids=lambda kind: kind.name)
def test_no_source_holds_a_mark_or_a_word_of_ours(kind) -> None:  # type: ignore[no-untyped-def]
    told = {entry.source: _NAMES.sub("", entry.source) for entry in kind.filed()}
    assert {source for source, plain in told.items() if re.search(r"[A-Za-z]", plain)} == set()


def test_a_mark_is_told_by_its_document_once_where_two_are_one() -> None:
    assert named("皖人社秘〔2025〕154号；出处 A25、PP") == f"皖人社秘〔2025〕154号；出处 {_names()['A25']}、{_names()['PP']}"
    assert named("出处 DOM/LBF、与上年平均工资相符（R）") == f"出处 {_names()['LBF']}、与上年平均工资相符（{_names()['R']}）"
    assert named("国发〔2005〕38号 附件 A") == "国发〔2005〕38号 附件 A"
    with pytest.raises(KeyError):
        named("出处 XYZ")
