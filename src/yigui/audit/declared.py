"""Shares, numbers, kinds of errors and rules of screening as declared, carried into the database."""

from pathlib import Path

from yigui.audit.models import AuditRule, ErrorKind, ScreenRule, Share
from yigui.db.dated_rows import Parts, carry_rows

_PARTS: Parts = {
    "shares": (Share, "stratum", ("percent", "why")),
    "rules": (AuditRule, "name", ("value", "why")),
    "kinds": (ErrorKind, "code", ("grade", "name", "points", "place")),
}
_SCREENING: Parts = {"screening": (ScreenRule, "code", ("name", "severity", "frequency", "way", "what"))}


def load_audit(using: str = "owner") -> int:
    """Carry what is declared into the database; gives how many rows. Run as the owner; safe to run again."""
    folder = Path(__file__).parent / "declarations"
    return carry_rows(folder, "audit-", _PARTS, using) + carry_rows(folder, "screening-", _SCREENING, using)
