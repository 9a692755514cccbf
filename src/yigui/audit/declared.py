"""Shares, numbers and kinds of errors as declared, carried into the database."""

from pathlib import Path

from yigui.audit.models import AuditRule, ErrorKind, Share
from yigui.db.dated_rows import Parts, carry_rows

_PARTS: Parts = {
    "shares": (Share, "stratum", ("percent", "why")),
    "rules": (AuditRule, "name", ("value", "why")),
    "kinds": (ErrorKind, "code", ("grade", "name", "points", "place")),
}


def load_audit(using: str = "owner") -> int:
    """Carry what is declared into the database; gives how many rows. Run as the owner; safe to run again."""
    return carry_rows(Path(__file__).parent / "declarations", "audit-", _PARTS, using)
