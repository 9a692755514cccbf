"""What somebody may do with a request that goes from hand to hand: carry it on, refuse it, take it back."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DecideCell:
    """The cell of one request for one reader (`includes/decide_cell.html`).

    Args:
        page: of the deeds, with the request's number and the verb.
        of: what is refused, for who listens.
        verb, label: what carries it on, and its button.
        is_turn: whether it is the reader's turn to carry it on or refuse it.
        wants_code: carried on with a one-time code only.
        is_late: its day has come, and it is dropped instead.
        no: what a refusal is called (不批准, 不同意).
    """

    page: str
    number: int
    of: str
    verb: str
    label: str
    is_turn: bool
    may_take_back: bool
    wants_code: bool = False
    is_late: bool = False
    no: str = "不批准"
