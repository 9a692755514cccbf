"""Who a deed is done by: the token of a sign-in travels with the person's object, from the door to the owner's functions.

A person is an officer, an operator of an employer, or somebody outside: whoever carries the token of a sign-in that the database has opened
(`identity/sql/functions.sql`). `act_as` makes them present until the end of the transaction: a column that names who signed takes the name
of whoever is present and no other (`signed` of a room's `Table`).
"""

from collections.abc import Callable
from typing import Any

from django.db import Error, connection

from yigui.common.errors import Conflict, Forbidden, YiguiError

_ATTRIBUTE = "_proof_token"
_CODE = "_proof_code"
#: How the token of somebody outside begins: the secret of their session follows.
OUTSIDE = "outside:"
#: What the field of a form is called in which somebody types a one-time code.
CODE_FIELD = "one_time_code"


class NotSeen(Forbidden):
    """The deed asks for a person whom the database has seen."""

    code = "identity.not_seen"


class CodeWrong(Forbidden):
    """The deed asks for a one-time code: there was none, a wrong one, or one that was used already."""

    code = "identity.code_wrong"


class Moved(Conflict):
    """What was to be signed does not stand there any more."""

    code = "identity.moved"


def with_proof(person: Any, token: str) -> Any:
    """The person (user of the staff, or login of an outsider), carrying the token of their open sign-in."""
    setattr(person, _ATTRIBUTE, token)
    return person


def proof_of(person: Any) -> str:
    """The token a person carries.

    Raises:
        NotSeen: they carry none: somebody has only named them.
    """
    token = _token_of(person)
    if not token:
        raise NotSeen("登录已失效，请重新登录后再办理。")
    return token


def _token_of(person: Any) -> str:
    return str(getattr(person, _ATTRIBUTE, ""))


def with_code(person: Any, code: str | Callable[[], str]) -> Any:
    """The person, carrying the one-time code they have typed for what they are about to do; a callable is asked only when it counts."""
    setattr(person, _CODE, code)
    return person


def code_of(person: Any) -> str:
    """The one-time code a person has typed; "" when none: the database says whether one is wanted."""
    return _code_of(person)


def _code_of(person: Any) -> str:
    given = getattr(person, _CODE, "")
    return str(given() if callable(given) else given).strip()


def same_person(person: Any, like: Any) -> Any:
    """The person, carrying what another object of the same person carries."""
    for name in (_ATTRIBUTE, _CODE):
        if hasattr(like, name):
            setattr(person, name, getattr(like, name))
    return person


def door_or_proof_of(person: Any) -> str:
    """As `proof_of`, and "" for somebody who carries none: the database says whether theirs is an account of a door."""
    return _token_of(person)


def signed(statement: str, *parameters: Any) -> Any:
    """Ask a function that signs; gives the first column of its answer.

    Raises:
        NotSeen, CodeWrong, Moved: in the database's own words.
    """
    return _signed(statement, *parameters)[0]


def _signed(statement: str, *parameters: Any) -> Any:
    try:
        return asked(statement, *parameters)
    except Error as error:
        diag = getattr(error.__cause__, "diag", None)
        refused = _REFUSALS.get(diag.sqlstate) if diag is not None else None
        if diag is None or refused is None:
            raise
        raise refused(str(diag.message_primary)) from error


def act_as(person: Any) -> None:
    """From now until the end of the transaction this person is present: what names who signed may name them.

    Raises:
        NotSeen: they have not signed in, or their sign-in has ended.
        RuntimeError: there is no transaction to be present in.
    """
    act_and_ask(person, "NULL")


def act_and_ask(person: Any, columns: str, *parameters: Any) -> tuple[Any, ...]:
    """As `act_as`, and gives in the same statement what else is asked: `columns`, a constant of the code.

    Raises:
        NotSeen, RuntimeError: see there.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("act_as outside a transaction")
    return tuple(_signed(f"SELECT identity_act_v1(%s), {columns}", proof_of(person), *parameters)[1:])


def be_present(person: Any | None) -> None:
    """As `act_as` for somebody who carries a sign-in; nothing for whoever carries none: the process itself (None), or the account of a
    channel, for which somebody outside is present already."""
    if person is not None and _token_of(person):
        act_as(person)


def is_present(person: Any) -> bool:
    """Whether the account of this person is present in the open transaction."""
    return bool(asked("SELECT identity_who_v1()")[0] == person.pk)


_REFUSALS: dict[str, type[YiguiError]] = {"YG009": NotSeen, "YG010": CodeWrong, "YG006": Moved}


def asked(statement: str, *parameters: Any) -> Any:
    """The one row a statement answers."""
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        return cursor.fetchone()
