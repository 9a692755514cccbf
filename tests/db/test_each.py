"""A job survives one bad element, whatever it raises, marks it and goes on."""

import logging

import pytest

from yigui.db.each import Done, each


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
