"""Money as integer fen (分). Yuan exists only at the edges: forms, templates, documents."""

import re

from yigui.common.normalise import plain_amount

#: Commas stand between groups of three or nowhere: 526,40 and 1234,56 are refused, not read as a hundred times as much.
_YUAN = re.compile(r"(?P<sign>-?)(?P<yuan>[0-9]{1,13}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.(?P<fen>[0-9]{1,2}))?")


def parse_yuan(text: str) -> int:
    """Read an amount in yuan with at most two decimals and give it in fen.

    Commas between groups of three, full-width forms, 元 behind, ¥ before and surrounding blanks are accepted.

    Raises:
        ValueError: not an amount, or more than two decimals.
    """
    match = _YUAN.fullmatch(plain_amount(text))
    if match is None:
        raise ValueError(f"not an amount in yuan: {text!r}")
    fen = int(match["yuan"].replace(",", "")) * 100 + int((match["fen"] or "0").ljust(2, "0"))
    return -fen if match["sign"] else fen


def format_fen(fen: int | None) -> str:
    """Show fen as yuan with thousands separators and two decimals: 1234567 -> 12,345.67."""
    if fen is None:
        return ""
    sign, yuan, rest = _parts(fen)
    return f"{sign}{yuan:,}.{rest:02d}"


def plain_fen(fen: int) -> str:
    """Fen as yuan with two decimals and no separators, as forms, files and partners write it: 1234567 -> 12345.67."""
    sign, yuan, rest = _parts(fen)
    return f"{sign}{yuan}.{rest:02d}"


def _parts(fen: int) -> tuple[str, int, int]:
    """Sign, yuan and the rest; a sum of the database may come as a Decimal, which must be whole."""
    whole = int(fen)
    if whole != fen:
        raise ValueError(f"not whole fen: {fen!r}")
    return "-" if whole < 0 else "", *divmod(abs(whole), 100)


def chart_yuan(fen: int) -> float:
    """Fen as a number of yuan for a chart, which draws and never adds up."""
    return round(fen / 100, 2)
