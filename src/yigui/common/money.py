"""Money as integer fen (分). Yuan exists only at the edges: forms, templates, documents."""

import re

_YUAN = re.compile(r"^(?P<sign>-?)(?P<yuan>\d{1,13})(?:\.(?P<fen>\d{1,2}))?$")


def parse_yuan(text: str) -> int:
    """Read an amount in yuan with at most two decimals and give it in fen.

    Thousands separators (`,` and `，`) and surrounding blanks are accepted.

    Raises:
        ValueError: not an amount, or more than two decimals.
    """
    plain = text.strip().replace(",", "").replace("，", "")
    match = _YUAN.match(plain)
    if match is None:
        raise ValueError(f"not an amount in yuan: {text!r}")
    fen = int(match["yuan"]) * 100 + int((match["fen"] or "0").ljust(2, "0"))
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
