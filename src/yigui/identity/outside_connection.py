"""Reading as somebody outside the agency (外部用户), through the database login that sees their rows only.

Inside `as_outsider` every statement of this thread's transaction, whoever wrote it, goes through the login `yigui_outside`
in the role of a unit or a person. Nothing can be written there: what somebody applies for goes through casework, outside it.

Why the connection is exchanged rather than handed on: the queries that pages of outsiders ask are those of the counter, through the ORM, raw
cursors and named statements alike. An alias handed on would have to be taken along by each of them, and one that forgot it would read with
the application's rights, unseen. Exchanged, forgetting is impossible: there is no other connection to be had. `SET ROLE` on the
application's login is no way either, an injected statement could set it back; the outsiders' login has nothing to go back to. What holds it:
it begins no block inside a transaction, the exchange is this thread's and is undone whatever happens, and the pages that read so say it at
their door (`own_eyes` of `unit_page` and `person_page`). `tests/identity/test_outside.py` tries it with threads, faults and hostile SQL.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, connections, transaction

from yigui.identity.outside_sessions import Outsider, end_session
from yigui.warrants.row_security import PERSON_ROLE, UNIT_ROLE


@contextmanager
def as_outsider(outsider: Outsider) -> Iterator[None]:
    """Read as somebody outside: one transaction, one role, own rows. What is rendered must be rendered inside.

    Raises:
        RuntimeError: a transaction is already open, which would go on with the application's own rights.
    """
    if connection.in_atomic_block:
        raise RuntimeError("as_outsider inside a transaction of the application")
    inside, outside = connections["default"], connections["outside"]
    # The application's connection is looked at once a request; where it has been made anew, the server was away, and so is this one.
    if getattr(outside, "beside", None) is not inside.connection:
        outside.close()
    outside.beside = inside.connection  # type: ignore[attr-defined]
    connections["default"] = outside
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            role = UNIT_ROLE if outsider.is_unit else PERSON_ROLE
            cursor.execute(
                "SELECT set_config('role', %s, true), set_config('yigui.session', %s, true), "
                "set_config('transaction_read_only', 'on', true)",
                [role, outsider.secret],
            )
            yield
    finally:
        connections["default"] = inside


__all__ = ["Outsider", "as_outsider", "end_session"]
