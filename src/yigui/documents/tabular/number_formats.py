"""What the number format of a cell shows beside its figures (数字格式): a unit, a currency or a sign that its value does not have. Whoever looks at the
sheet sees 5.00万元 where the cell holds 5: such an amount is not read in yuan.

Of .xlsx here, of .xls and .ods in `older_formats` by the same rule.
"""

import io
import re
import zipfile
from collections.abc import Collection, Mapping, Sequence
from html import unescape

#: Formats that every spreadsheet has under a number and no file writes out: percent. Those of the money of its country show that of whoever looks.
PERCENTS = {"9": "0%", "10": "0.00%"}
_STYLES = "xl/styles.xml"
_STYLES_MAX = 16 * 1024 * 1024
_FORMAT = re.compile(r"<(?:\w+:)?numFmt\s([^>]*?)/?>", re.DOTALL)
_CELL_FORMATS = re.compile(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_CELL_FORMAT = re.compile(r"<(?:\w+:)?xf\s([^>]*?)/?>", re.DOTALL)
_ATTRIBUTE = re.compile(r"""\b(\w+)=(?:"([^"]*)"|'([^']*)')""")
#: Parts of a format: a text in quotation marks, one letter behind a stroke, what stands in brackets, what only takes room.
_PART = re.compile(r'"(?P<quoted>[^"]*)"?|[\\!](?P<letter>.)|\[(?P<bracket>[^\]]*)\]|[_*].|(?P<end>;)|(?P<other>.)', re.DOTALL)
_COLOUR = re.compile(
    r"(?:black|white|red|green|blue|yellow|magenta|cyan|color\s*[0-9]+|黑色|白色|红色|绿色|蓝色|黄色|洋红|青色|颜色\s*[0-9]+)",
    re.IGNORECASE,
)
_RED = re.compile(r"red|红色", re.IGNORECASE)
_LOCALE = re.compile(r"(?:\$-[0-9A-Fa-f,]+|DBNum[0-9]|NatNum[0-9]|h+|m+|s+)", re.IGNORECASE)
#: What may stand beside the figures of an amount in yuan.
_YUAN = re.compile(r"(?:人民币|RMB|CNY?|[¥￥元圆整正]|[\s():：（）\u00a0])*", re.IGNORECASE)
_FIGURES = re.compile(r"[0#?]")
_SCALED = re.compile(r"[0#?],+(?![0#?,])")
#: The condition of a section; one that is of nothing alone shows no amount, whatever it shows.
_CONDITION = re.compile(r"\[\s*(?:=|<>|[<>]=?)\s*-?[0-9.]+\s*\]")
_OF_NOTHING = re.compile(r"\[\s*=\s*-?0*\.?0*\s*\]")
#: Sections of a format in their order: what each is of.
POSITIVE, NEGATIVE, ZERO, TEXT = range(4)


def odd_styles(content: bytes, parts: Collection[str]) -> Mapping[bytes, Sequence[str]]:
    """The styles of cells whose format shows more than the figures, by their number as cells name it: of each, by section, what it shows beside ("" where
    it is nothing)."""
    if _STYLES not in parts:
        return {}
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(_STYLES) as part:
        text = part.read(_STYLES_MAX).decode("utf-8", "replace")
    codes = dict(PERCENTS)
    for attributes in _FORMAT.findall(text):
        said = _attributes(attributes)
        codes[said.get("numFmtId", "")] = unescape(said.get("formatCode", ""))
    block = _CELL_FORMATS.search(text)
    found = {}
    for place, attributes in enumerate(_CELL_FORMAT.findall(block[0]) if block else ()):
        code = codes.get(_attributes(attributes).get("numFmtId", ""), "")
        shown = shown_beside(code) if code else ()
        if any(shown):
            found[str(place).encode()] = shown
    return found


def is_yuan_mark(text: str) -> bool:
    """Whether a text is nothing, or what may stand beside the figures of an amount in yuan."""
    return _YUAN.fullmatch(text) is not None


def _attributes(text: str) -> dict[str, str]:
    return {name: one or other for name, one, other in _ATTRIBUTE.findall(text)}


def shown_beside(code: str) -> Sequence[str]:
    """What a format shows of a number above nothing, of one below, of nothing, and of a text, beside its figures; "" where that is nothing."""
    sections = _sections(code)
    if len(sections) == 1 and "@" in sections[0]:
        return "", "", "", _beside(sections[0], POSITIVE)
    if any(_CONDITION.search(section) for section in sections):
        # Which figures a section is of, its condition says: what any of them shows is held against every amount.
        shown = next(filter(None, (_beside(s, POSITIVE) for s in sections[:3] if not _OF_NOTHING.search(s))), "")
        return shown, shown, "", ""
    first = sections[0]
    below = _beside(sections[1], NEGATIVE) if len(sections) > 1 else _beside(first, POSITIVE)
    # Nothing is nothing in every unit, whatever stands for it.
    nothing = "" if len(sections) > 2 else _beside(first, POSITIVE)
    text = _beside(sections[3], TEXT) if len(sections) > 3 else ""
    return _beside(first, POSITIVE), below, nothing, text


def _sections(code: str) -> list[str]:
    sections, at = [""], 0
    for part in _PART.finditer(code):
        if part["end"]:
            sections.append("")
        else:
            sections[-1] += part[0]
        at = part.end()
    return [*sections[:-1], sections[-1] + code[at:]]


def _beside(section: str, of: int) -> str:
    plain = section
    if not plain.strip():
        # A section of nothing shows nothing: of what is nothing itself, and of texts, that is usual.
        return "（不显示）" if of in (POSITIVE, NEGATIVE) else ""
    if plain.strip().casefold() in ("general", "@", "g/通用格式", "g/標準"):
        return "" if of != NEGATIVE else "（不显示负号）"
    words, is_red, figures = "", False, ""
    for part in _PART.finditer(plain):
        if part["quoted"] is not None or part["letter"] is not None:
            words += part["quoted"] or part["letter"] or ""
        elif (bracket := part["bracket"]) is not None:
            is_red = is_red or _RED.fullmatch(bracket) is not None
            if bracket[:1] == "$":
                words += bracket[1:].split("-")[0]
            elif not _COLOUR.fullmatch(bracket) and not _LOCALE.fullmatch(bracket) and bracket[:1] not in "<>=":
                words += bracket
        elif (other := part["other"]) is not None:
            figures += other
    # A day or a moment is no amount, and is read as what it is.
    if not _FIGURES.search(figures) and re.search(r"[ymdhs年月日]", figures, re.IGNORECASE):
        return ""
    others = re.sub(r"[0#?.,@/ ]|E[+-]|General|G/通用格式|G/標準", "", figures, flags=re.IGNORECASE)
    signs = {"-", "−", "－"}
    everything = words + others
    if of == POSITIVE and (set(everything) & signs or {"(", ")"} <= set(others) or {"（", "）"} <= set(everything)):
        return everything.strip()
    if of == NEGATIVE and not is_red and not set(everything) & (signs | {"(", "（"}):
        return "（不显示负号）"
    without = everything if of == POSITIVE else re.sub(r"[-−－]", "", everything)
    if not _YUAN.fullmatch(without):
        return without.strip()
    if _SCALED.search(figures):
        return "（按千缩小）"
    return (
        ""
        if _FIGURES.search(figures) or of in (ZERO, TEXT) or re.search(r"general|通用格式|@", figures, re.IGNORECASE)
        else "（不显示数字）"
    )


#: A cell with a style and a value, as a sheet writes it.
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)<")
_IS_TEXT = re.compile(rb"""\st=["'](?:s|str|inlineStr)["']""")
_STYLE = re.compile(rb"""\ss=["']([0-9]{1,6})["']""")


def shown_of_cell(attributes: bytes, inner: bytes, styles: Mapping[bytes, Sequence[str]]) -> str:
    """What the format of a cell shows beside its figures; "" where that is nothing, or the cell is blank."""
    style = _STYLE.search(attributes)
    shown = styles.get(style[1]) if style else None
    if shown is None or not inner:
        return ""
    if _IS_TEXT.search(attributes):
        return shown[TEXT]
    value = _VALUE.search(inner)
    if value is None:
        return ""
    try:
        figure = float(value[1])
    except ValueError:
        return ""
    return shown[POSITIVE if figure > 0 else NEGATIVE if figure < 0 else ZERO]
