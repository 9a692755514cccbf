"""A reason in writing is one rule, whatever it is asked for."""

from functools import partial

import pytest

from yigui.common.errors import YiguiError
from yigui.common.reasons import REASON_MAX, reason_of


@pytest.mark.parametrize("text", ["", "  \n ", "x", "不要了", "好" * (REASON_MAX + 1), None])
def test_what_says_nothing_or_too_much_is_refused_in_the_callers_words(text: object) -> None:
    with pytest.raises(YiguiError, match="请写明原因（4 至 200 个字）。") as refused:
        reason_of(text, "请写明原因", partial(YiguiError, batch=7))
    assert refused.value.data == {"batch": 7}


def test_a_reason_is_kept_as_one_line() -> None:
    assert reason_of("  名单有误，\n 退回重做 ", "请写明原因", YiguiError) == "名单有误， 退回重做"
    assert reason_of("好" * REASON_MAX, "请写明原因", YiguiError) == "好" * REASON_MAX
