"""Sessions in the database, read by one prepared statement: the first thing every request does."""

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from yigui.db.rows import row_where


class SessionStore(db.SessionStore):
    """Django's own store; only the look-up is written out."""

    def _get_session_from_db(self) -> Any:
        found = row_where(self.model, "session_key = %s AND expire_date > %s", self.session_key, timezone.now())
        if found is None:
            self._session_key = None
        return found
