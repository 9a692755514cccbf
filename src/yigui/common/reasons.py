"""Reasons in writing (书面理由): what a person must say before a deed that others will read about, by one rule."""

from collections.abc import Callable

#: Characters of a reason.
REASON_MIN, REASON_MAX = 4, 200


def reason_of(text: object, asked: str, refused: Callable[[str], Exception]) -> str:
    """A reason as it is kept: one line, white space folded.

    Args:
        text: as it was typed; None where nothing was.
        asked: what is to be said, with an example where that helps: `请写明票据作废的原因`.
        refused: the error that a sentence becomes.

    Raises:
        what `refused` makes: too short to say anything, or longer than it is kept.
    """
    said = " ".join(("" if text is None else str(text)).split())
    if not REASON_MIN <= len(said) <= REASON_MAX:
        raise refused(f"{asked}（{REASON_MIN} 至 {REASON_MAX} 个字）。")
    return said
