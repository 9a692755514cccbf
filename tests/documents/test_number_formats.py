"""What the number format of a cell shows beside its figures: an amount in another unit is seen, zeros that are hidden are not held against a file."""

import pytest

from yigui.documents.tabular.number_formats import NEGATIVE, POSITIVE, shown_beside


@pytest.mark.parametrize(
    "code",
    [
        "0.00", "#,##0.00", "G/通用格式", '[=0]"";G/通用格式', '[=0]"";0.00', '[=0]"-";#,##0.00', '0.00;-0.00;"无"', '0.00;-0.00;"/"', "0.00!元",
        "[$CN¥-804]0.00", "[$¥-804]#,##0.00", '"¥"#,##0.00', "#,##0.00_);(#,##0.00)", "0.00_);[Red](0.00)", '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
        "[Red]0.00", "yyyy-mm-dd",
    ],
)  # fmt: skip
def test_a_format_that_shows_the_amount_itself_is_fine(code: str) -> None:
    assert not any(shown_beside(code))


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ('0.00"万元"', "万元"), ("$0.00", "$"), ("0%", "%"), ("-0.00", "-"), ('[>=10000]0.00;0.00"万元"', "万元"), ('0.00"万元";[=0]""', "万元"),
        ('[<10000]0.00;0!.0000"万"', ".万"), ("0.00\\万", "万"),
    ],
)  # fmt: skip
def test_a_format_that_shows_another_amount_is_seen(code: str, shown: str) -> None:
    found = shown_beside(code)
    assert found[POSITIVE] == shown
    assert found[NEGATIVE]
