"""How long an officer's sign-in may rest: kept by the server in the session's own row, whatever cookies a browser sends or leaves out."""

import threading
import time

from django.conf import settings
from django.db import connection

from yigui.identity.models import WorkSession
from yigui.staff.models import User

#: That somebody is at work is written at most this often, or ten times in a session's rest.
_NOTED_SECONDS = 60
_REMEMBERED_MAX = 10_000
_noted: dict[str, float] = {}
_lock = threading.Lock()


def is_at_work(user: User, session_key: str) -> bool:
    """Whether an officer's session has not rested too long; notes that they are at work now."""
    rest = float(settings.IDLE_MINUTES * 60)
    every, now = min(_NOTED_SECONDS, rest / 10), time.monotonic()
    with _lock:
        if now - _noted.get(session_key, -every) < every:
            return True
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE staff_work_session SET seen_at = now() WHERE session_key = %s AND seen_at > now() - make_interval(secs => %s)",
            [session_key, rest],
        )
        if not cursor.rowcount:
            # One that nobody has entered yet begins now; one that is there has rested.
            _, is_new = WorkSession.objects.get_or_create(session_key=session_key, defaults={"user": user})
            if not is_new:
                return False
    with _lock:
        if len(_noted) >= _REMEMBERED_MAX:
            _noted.clear()
        _noted[session_key] = now
    return True
