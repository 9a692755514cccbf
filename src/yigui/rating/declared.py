"""Levels, tags and numbers of ratings as declared, carried into the database."""

from pathlib import Path

from yigui.db.dated_rows import Parts, carry_rows
from yigui.rating.models import Level, RatingRule, Tag

_PARTS: Parts = {
    "levels": (Level, "code", ("name", "is_bad")),
    "tags": (Tag, "code", ("level", "site", "name", "place")),
    "rules": (RatingRule, "name", ("value", "why")),
}


def load_ratings(using: str = "owner") -> int:
    """Carry what is declared into the database; gives how many rows. Run as the owner; safe to run again."""
    return carry_rows(Path(__file__).parent / "declarations", "rating-", _PARTS, using)
