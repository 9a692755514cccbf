"""How long an officer's sign-in may rest: kept by the server in the session's own row, whatever cookies a browser sends or leaves out."""

import threading
import time

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models.functions import Now

from yigui.db.faults import is_read_only
from yigui.identity.models import WorkSession
from yigui.identity.proof import seen

#: That somebody is at work is written at most this often, or ten times in a session's rest.
_NOTED_SECONDS = 60
_REMEMBERED_MAX = 10_000
_noted: dict[str, float] = {}
_lock = threading.Lock()


def is_at_work(session_key: str, token: str = "") -> bool:
    """Whether an officer's session has not rested too long; notes that they are at work now, where the database takes it.

    Every sign-in has its row, and the session goes with the row; one without (tools that sign in by themselves) has no rest to keep.

    Args:
        token: of the sign-in that the database has opened for them (`proof`), which rests as long; "" for none.
    """
    rest = float(settings.IDLE_MINUTES * 60)
    every, now = min(_NOTED_SECONDS, rest / 10), time.monotonic()
    with _lock:
        if now - _noted.get(session_key, -every) < every:
            return True
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seen_at > now() - make_interval(secs => %s) FROM staff_work_session WHERE session_key = %s", [rest, session_key]
        )
        row = cursor.fetchone()
    if row is not None and not row[0]:
        return False
    try:
        WorkSession.objects.filter(session_key=session_key).update(seen_at=Now())
        if token:
            seen(token)
    except DatabaseError as error:
        if not is_read_only(error):
            raise
    with _lock:
        if len(_noted) >= _REMEMBERED_MAX:
            _noted.clear()
        _noted[session_key] = now
    return True
