"""Every visible sheet through the items: PEN-001 built and reviewed, PEN-002 or PEN-003 accepted, reviewed and awarded by people."""

import pytest

from tests.entitlement.sheet_people import awarded_by_people
from tests.law.sheets import Sheet, amounts_differ, by_clerk, published, transcribed
from yigui.entitlement import assess_person

SHEETS = [*transcribed(), *published()]
#: Sheets that the formula itself gives otherwise, with what differs: (found, on the sheet), fen.
OFF = {"zhejiang-8": {"adjustment": (562_65, 562_66), "jiao_top_up": (6, 5)}}


@pytest.mark.parametrize("sheet", SHEETS, ids=[s.id for s in SHEETS])
def test_what_people_award_is_what_the_sheet_says(sheet: Sheet, monkeypatch: pytest.MonkeyPatch) -> None:
    # A sheet printed before the base of its year was published has that of the year before; it is awarded with the base it prints.
    monkeypatch.setattr(assess_person, "base_at", lambda *_: sheet.base)
    award = awarded_by_people(sheet)
    by_rule = by_clerk(sheet)
    assert {line[0]: line[3] for line in award.lines} == {c.kind: c.amount_fen for c in by_rule.components}
    assert award.total_fen == by_rule.total_fen
    assert amounts_differ(by_rule, sheet) == OFF.get(sheet.id, {})
