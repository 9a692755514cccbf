"""Asking the stored functions of a room that move something: a refusal of who may not becomes the house's own."""

from typing import Any

from django.db import Error

from yigui.db.faults import database_sentence, sqlstate_of
from yigui.db.presence import signed
from yigui.staff.errors import NotAuthorised


def done(statement: str, *parameters: Any) -> Any:
    """Ask a function that moves something; gives the first column of its answer.

    Raises:
        NotSeen, Moved: in the database's own words. NotAuthorised: somebody else's work.
    """
    try:
        return signed(statement, *parameters)
    except Error as error:
        if sqlstate_of(error) != "YG005":
            raise
        raise NotAuthorised(database_sentence(error)) from error
