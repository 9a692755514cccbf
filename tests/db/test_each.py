"""A job survives one bad element, whatever it raises, marks it and goes on."""

import logging

import pytest

from yigui.config.jobs import _periodic
from yigui.db.each import Done, LeftBehind, answered_for, each


def test_whatever_one_element_raises_the_others_are_done(caplog: pytest.LogCaptureFixture) -> None:
    marked: list[tuple[int, str]] = []

    def do(number: int) -> bool:
        if number == 1:
            raise TypeError("'<' not supported between 'str' and 'int'")
        if number == 2:
            raise MemoryError
        return number != 3

    def mark(number: int, error: Exception) -> None:
        marked.append((number, type(error).__name__))
        if number == 2:
            raise KeyError("the mark fails too")

    with caplog.at_level(logging.ERROR):
        assert each([1, 2, 3, 4], do, job="test", mark=mark) == Done(done=1, failed=2)
    assert marked == [(1, "TypeError"), (2, "MemoryError")]
    assert "test: 1 done, 2 failed" in caplog.text


def test_whoever_stops_the_process_stops_the_job() -> None:
    def do(number: int) -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        each([1, 2], do, job="test")


def fails_at_two(number: int) -> bool:
    if number == 2:
        raise ValueError("two")
    return True


def test_a_job_fails_when_all_is_over_if_nothing_is_written_on_what_failed() -> None:
    done: list[int] = []

    def job() -> None:
        each([1, 2, 3], lambda n: fails_at_two(n) and done.append(n), job="some.job")  # type: ignore[func-returns-value]
        done.append(99)

    with pytest.raises(LeftBehind, match=r"some\.job 2: ValueError"):
        _periodic(job)(0)
    assert done == [1, 3, 99]


def test_a_job_whose_failures_bear_a_mark_is_done() -> None:
    marked: list[int] = []
    with answered_for():
        each([1, 2, 3], fails_at_two, job="some.job", mark=lambda n, _: marked.append(n))
    assert marked == [2]


def test_a_mark_that_fails_too_is_no_mark() -> None:
    with pytest.raises(LeftBehind), answered_for():
        each([2], fails_at_two, job="some.job", mark=lambda n, _: fails_at_two(n))


def test_what_one_job_left_behind_is_not_the_next_ones() -> None:
    with pytest.raises(LeftBehind), answered_for():
        each([2], fails_at_two, job="some.job")
    with answered_for():
        assert each([1], fails_at_two, job="some.job").done == 1
