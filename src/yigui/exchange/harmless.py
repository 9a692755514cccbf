"""Heads and lines of one sender's files of money that two people of finance have found to say nothing of the money (无关列登记), beside the declared lists.

They are passed over where the lists pass theirs over, and no further. A further head of a column that is read (a second 币种) is never one of them.
What their cells say of direction, state, unit or currency refuses a file all the same
(`said_of_lines`), and a line that says that rows are no money that came is never harmless (`around`).
"""

from yigui.db.presence import proof_of
from yigui.documents.tabular.heads import plain_head
from yigui.exchange.around import plain_line
from yigui.exchange.models import Harmless
from yigui.staff.asking import done
from yigui.staff.models import User

HEAD, LINE = "head", "line"
KINDS = {HEAD: "表头", LINE: "说明"}
SOURCES = {"bank": "银行到账明细", "tax": "税务到账明细", "results": "发放结果"}
#: Entries of a page.
ROWS_MAX = 200


def approved(partner: str, source: str, kind: str) -> frozenset[str]:
    """The words that hold for a partner's files of one kind, as they are compared."""
    rows = Harmless.objects.filter(partner_id=partner, source=source, kind=kind, ended_at=None).exclude(confirmed_at=None)
    return frozenset(rows.values_list("word", flat=True))


def plain_of(kind: str, text: str) -> str:
    """How a head or a line is compared."""
    return plain_head(text, with_remark=True) if kind == HEAD else plain_line(text)


def ask(*, user: User, partner: str, source: str, kind: str, text: str, reason: str) -> int:
    """Ask that a head or a line be passed over; gives the number of the entry. Another person of the city confirms it.

    Raises:
        NotAuthorised: neither cashier nor accountant. Moved: something is missing, or it stands there already.
    """
    return int(
        done(
            "SELECT exchange_ask_harmless_v1(%s, %s, %s, %s, %s, %s, %s)",
            proof_of(user),
            partner,
            source,
            kind,
            plain_of(kind, text),
            text.strip(),
            reason,
        )
    )


def confirm(*, user: User, number: int) -> None:
    """Confirm an entry: from now on it holds for every file of its partner.

    Raises:
        NotAuthorised: not of the city's finance, or whoever asked. Moved: it does not wait.
    """
    done("SELECT exchange_confirm_harmless_v1(%s, %s)", proof_of(user), number)


def end(*, user: User, number: int) -> None:
    """End an entry, or take a request back.

    Raises:
        NotAuthorised: somebody else's. Moved: it has ended.
    """
    done("SELECT exchange_end_harmless_v1(%s, %s)", proof_of(user), number)
