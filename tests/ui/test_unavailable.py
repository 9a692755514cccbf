"""What passes by itself is answered with 503, a sentence and when to come again; a fault stays a fault."""

import logging
import sys
from typing import Any

import psycopg
import pytest
from django.db import DataError, IntegrityError, InternalError, OperationalError, connection, transaction
from django.test import RequestFactory

from yigui.ui.unavailable import ShortWhenPassing, is_passing, sqlstate, unavailable
from yigui.ui.views import server_error


def wrapped(inner: psycopg.Error, outer: type[Exception] = OperationalError) -> Exception:
    """As Django raises what the driver raised."""
    try:
        try:
            raise inner
        except psycopg.Error as error:
            raise outer(*error.args) from error
    except Exception as error:
        return error


@pytest.mark.parametrize(
    ("error", "words", "seconds"),
    [
        (psycopg.OperationalError("server closed the connection unexpectedly"), "暂时连接不上", "5"),
        (psycopg.errors.AdminShutdown("terminating connection"), "暂时连接不上", "5"),
        (psycopg.errors.CannotConnectNow("the database system is starting up"), "暂时连接不上", "5"),
        (psycopg.errors.DiskFull("could not extend file"), "磁盘已满", "60"),
        (psycopg.errors.DeadlockDetected("deadlock detected"), "系统正忙", "2"),
        (psycopg.errors.LockNotAvailable("canceling statement due to lock timeout"), "系统正忙", "2"),
        (psycopg.errors.QueryCanceled("canceling statement due to statement timeout"), "系统正忙", "10"),
    ],
)
def test_each_kind_has_its_sentence(error: psycopg.Error, words: str, seconds: str) -> None:
    raised = wrapped(error)
    assert is_passing(raised)
    answer = unavailable(RequestFactory().get("/cases/"), raised)
    assert (answer.status_code, answer["Retry-After"], words in answer.content.decode()) == (503, seconds, True)


def test_faults_stay_faults() -> None:
    assert not is_passing(wrapped(psycopg.errors.UniqueViolation("twice"), IntegrityError))
    assert not is_passing(wrapped(psycopg.errors.NumericValueOutOfRange("too large"), DataError))
    assert not is_passing(KeyError("fact"))
    assert not is_passing(None)


def test_writing_where_only_reading_was_meant_is_a_fault_on_a_primary() -> None:
    with pytest.raises(InternalError) as raised, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
        cursor.execute("DELETE FROM django_session")
    assert sqlstate(raised.value) == "25006"
    assert not is_passing(raised.value)


def test_a_form_sent_is_not_sent_again_by_the_page_itself() -> None:
    lost = wrapped(psycopg.OperationalError("gone"))
    assert "http-equiv" in unavailable(RequestFactory().get("/"), lost).content.decode()
    assert "http-equiv" not in unavailable(RequestFactory().post("/"), lost).content.decode()


def _answer(error: Exception) -> Any:
    try:
        raise error
    except Exception:
        return server_error(RequestFactory().get("/api/items"))


def test_the_page_of_faults_asks_what_was_raised() -> None:
    assert _answer(wrapped(psycopg.OperationalError("gone"))).status_code == 503


def test_the_log_gets_a_line_instead_of_a_traceback() -> None:
    def record(error: Exception) -> logging.LogRecord:
        try:
            raise error
        except Exception:
            made = logging.LogRecord("django.request", logging.ERROR, "", 0, "Internal Server Error: %s", ("/x/",), sys.exc_info())
        assert ShortWhenPassing().filter(made)
        return made

    short = record(wrapped(psycopg.OperationalError("gone\nIs the server running?")))
    assert (short.getMessage(), short.exc_info, short.levelname) == ("Internal Server Error: /x/: gone", None, "WARNING")
    assert record(KeyError("fact")).exc_info is not None
