"""A pace: bursts up to its size, then evenly."""

from yigui.common.pace import Pace


def test_a_burst_is_taken_and_then_one_as_the_bucket_fills() -> None:
    pace = Pace(most=3, seconds=30)
    assert [pace.take("a", now=0) for _ in range(5)] == [True, True, True, False, False]
    assert not pace.take("a", now=9)
    assert pace.take("a", now=10)
    assert not pace.take("a", now=10)


def test_keys_do_not_share_a_bucket() -> None:
    pace = Pace(most=1, seconds=10)
    assert pace.take("a", now=0)
    assert pace.take("b", now=0)
    assert not pace.take("a", now=0)
