"""What somebody says of a service, as it comes from a form (评价内容)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from yigui.common.normalise import plain_text
from yigui.common.texts import int_or_none

WORDS_MAX, TAGS_MAX = 500, 10


@dataclass(frozen=True)
class Given:
    """A level, the codes of its tags, words, and whether a call back is welcome."""

    level: int | None
    tags: Sequence[str] = ()
    words: str = ""
    wants_call: bool = False
    phone: str = ""

    @property
    def parameters(self) -> tuple[Any, ...]:
        """As the database's functions take them."""
        return self.level, list(self.tags), self.words, self.wants_call, self.phone


def given_in(form: QueryDict) -> Given:
    """What a form says; the database judges it."""
    return Given(
        level=int_or_none(form.get("level", "")),
        tags=form.getlist("tags")[:TAGS_MAX],
        words=plain_text(form.get("words", ""))[:WORDS_MAX],
        wants_call=form.get("wants_call") == "1",
        phone=plain_text(form.get("phone", ""))[:20],
    )
