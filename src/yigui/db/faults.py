"""What the database answers when it refuses or fails: a sentence for the person, and whether it will pass by itself."""

from django.db import Error, InterfaceError, OperationalError

from yigui.common.rooms import taken

#: Classes of SQLSTATE that say nothing about the business: connection, resources, rollback by deadlock, intervention, locks.
_PASSING_CLASSES = ("08", "53", "40", "57")
_LOCK_NOT_AVAILABLE = "55P03"
_READ_ONLY = "25006"
#: A row with this key stands there already: by a unique index, by an exclusion.
_TAKEN = ("23505", "23P01")


def sqlstate_of(error: BaseException) -> str:
    """The SQLSTATE of a database error, "" where there was no answer at all."""
    diag = getattr(error.__cause__, "diag", None) or getattr(error, "diag", None)
    return (diag.sqlstate if diag is not None else "") or ""


def constraint_of(error: BaseException) -> str:
    """The name of the constraint that a statement has violated, "" for none; of a part of a table that of the table's own."""
    diag = getattr(error.__cause__, "diag", None) or getattr(error, "diag", None)
    return getattr(diag, "constraint_name", None) or ""


def is_passing(error: BaseException) -> bool:
    """Whether a fault passes by itself (disk full, connection lost, deadlock, lock not had), so that trying again makes sense."""
    if not isinstance(error, Error):
        return False
    state = sqlstate_of(error)
    if not state:
        return isinstance(error, (OperationalError, InterfaceError))
    return state.startswith(_PASSING_CLASSES) or state == _LOCK_NOT_AVAILABLE


def database_sentence(error: Error, *, is_tried_again: bool = False) -> str:
    """The sentence of a refusal by the database's own guards (codes YG…), or of a key that is taken; for others what to do next.

    Args:
        is_tried_again: whether the caller has seen to it that the work is tried again by itself.
    """
    state = sqlstate_of(error)
    if state.startswith("YG"):
        diag = getattr(error.__cause__, "diag", None)
        assert diag is not None
        return str(diag.message_primary)
    if state in _TAKEN and (words := taken().get(constraint_of(error))):
        return f"{words}本次未产生任何变更。"
    if is_passing(error):
        return f"数据库暂时不能写入（{state or type(error).__name__}），未产生任何变更，{'系统将自动重试' if is_tried_again else '请稍后重试'}。"
    return f"数据库拒绝写入（{state or type(error).__name__}），未产生任何变更，请联系系统管理员。"


def is_read_only(error: BaseException) -> bool:
    """Whether the database takes no writes just now (a standby, a session that only reads)."""
    return sqlstate_of(error) == _READ_ONLY
