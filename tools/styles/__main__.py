"""Write the sheet of styles that travels to browsers: of the vendored one what our pages can use, in colours that older phones know.

`python -m tools.styles` writes it; `--check` only says whether it would be another one (a step of ./check).

A rule stays while each class, id and attribute that its selector asks for stands as a word somewhere in our templates, scripts or Python; a word that a
template puts together (`bg-{{ tone }}-lt`) stands for all that begin and end like it. A custom property stays while something reads it, a sequence
of frames while something names it.
"""

import math
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tinycss2

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCE = Path(__file__).with_name("tabler.min.css")
SHEET = ROOT / "src/yigui/ui/static/ui/vendor/tabler.css"
#: The licence of what is vendored, which the sheet keeps.
_LICENCE = re.compile(r"/\*!.*?\*/", re.DOTALL)
_WORD = re.compile(r"[A-Za-z][\w-]*")
#: What a template or a script fills in, and a word with such parts in it.
_FILLED = re.compile(r"\{\{[^}]*\}\}|\{%[^%]*%\}|\$?\{[^{}]*\}")
_MADE = re.compile(r"[\w-]*\0[\w\0-]*")
#: What a sheet reads: properties, and frames.
_READ = re.compile(r"var\(\s*(--[\w-]+)")
_FRAMES = re.compile(r"animation(?:-name)?:([^;}]*)")
#: A colour of which all is taken, where a class of opacity says nothing else; our pages use none.
_WHOLE = re.compile(r"(.*\S)\s+calc\(var\(--tblr-(?:text|bg|border|link)-opacity(?:,\s*1)?\)\s*\*\s*100%\)")
_OKLCH = re.compile(r"oklch\(\s*([\d.]+)%\s+([\d.]+)\s+([\d.]+|none)(?:deg)?\s*(?:/\s*([\d.]+)(%?)\s*)?\)")


class Words:
    """The words of our own sources, and what those begin and end with that are put together."""

    def __init__(self, sources: Iterable[str]) -> None:
        self.words: set[str] = set()
        made: set[tuple[str, str]] = set()
        for source in sources:
            self.words.update(_WORD.findall(source))
            for word in _MADE.findall(_FILLED.sub("\0", source)):
                first, last = word[: word.index("\0")], word[word.rindex("\0") + 1 :]
                if first.endswith("-") or last.startswith("-"):
                    made.add((first, last))
        self._made = re.compile("|".join(f"{re.escape(first)}[\\w-]+{re.escape(last)}" for first, last in sorted(made)) or "(?!)")

    def has(self, word: str) -> bool:
        """Whether a class, an id or an attribute may stand on a page."""
        return word in self.words or self._made.fullmatch(word) is not None


def own_sources() -> list[str]:
    """Templates, scripts and Python of the house."""
    paths = [*ROOT.glob("src/**/templates/**/*"), *ROOT.glob("src/**/static/**/*.js"), *ROOT.glob("src/yigui/**/*.py")]
    return [path.read_text() for path in sorted(paths) if path.is_file() and "vendor" not in path.parts]


def own_sheets() -> str:
    """The sheets of the house that stand on top of the vendored one."""
    return "\n".join(path.read_text() for path in sorted(ROOT.glob("src/**/static/**/*.css")) if "vendor" not in path.parts)


@dataclass(frozen=True)
class Rule:
    """One of the sheet: its head (selectors, or an at-rule's), and its declarations or the rules within."""

    head: str
    declarations: tuple[tuple[str, str], ...] = ()
    within: tuple["Rule", ...] = ()

    @property
    def text(self) -> str:
        """As it is written."""
        return f"{self.head}{{{';'.join(f'{name}:{value}' for name, value in self.declarations)}{''.join(r.text for r in self.within)}}}"


def written(source: str, words: Words, more: str) -> str:
    """The sheet as it travels.

    Args:
        more: sheets and sources beside it that read its properties.
    """
    rules = _kept(tinycss2.parse_stylesheet(source, skip_comments=True, skip_whitespace=True), words)
    while True:
        text = "\n".join(rule.text for rule in rules)
        fewer = _read_by(rules, _read_in(text + more))
        if fewer == rules:
            # `_WHOLE` took them for 1.
            for name, value in re.findall(r"(--tblr-(?:text|bg|border|link)-opacity):([^;}]*)", text):
                if value.strip() != "1":
                    raise ValueError(f"a class of our pages sets {name} to {value}")
            licence = _LICENCE.search(source)
            return f'@charset "UTF-8";\n{licence[0] if licence else ""}\n{_OKLCH.sub(_plain_colour, text)}\n'
        rules = fewer


def _read_in(text: str) -> set[str]:
    """The properties a sheet reads, and the words that may name its frames."""
    return {*_READ.findall(text), *_WORD.findall(" ".join(_FRAMES.findall(text)))}


def _kept(parsed: list[Any], words: Words) -> list[Rule]:
    """The rules somebody can meet."""
    kept = []
    for rule in parsed:
        if rule.type == "error":
            raise ValueError(f"line {rule.source_line}: {rule.message}")
        if rule.type == "qualified-rule":
            selectors = [tinycss2.serialize(s).strip() for s in _parts(rule.prelude) if _can_be_met(s, words)]
            if selectors:
                kept.append(Rule(",".join(selectors), _declarations(rule)))
        elif rule.lower_at_keyword in ("media", "supports"):
            within = _kept(tinycss2.parse_stylesheet(rule.content, skip_comments=True, skip_whitespace=True), words)
            if within:
                kept.append(Rule(_head(rule), within=tuple(within)))
        elif rule.lower_at_keyword.endswith("keyframes"):
            frames = tinycss2.parse_stylesheet(rule.content, skip_comments=True, skip_whitespace=True)
            kept.append(
                Rule(_head(rule), within=tuple(Rule(tinycss2.serialize(f.prelude).strip(), _declarations(f)) for f in frames))
            )
        elif rule.lower_at_keyword == "property":
            kept.append(Rule(_head(rule), _declarations(rule)))
        elif rule.lower_at_keyword != "charset":
            raise ValueError(f"line {rule.source_line}: @{rule.at_keyword} is not known here")
    return kept


def _head(rule: Any) -> str:
    return f"@{rule.at_keyword} {tinycss2.serialize(rule.prelude).strip()}"


def _declarations(rule: Any) -> tuple[tuple[str, str], ...]:
    found = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
    wrong = [d for d in found if d.type != "declaration"]
    if wrong:
        raise ValueError(f"line {rule.source_line}: a rule within a rule is not known here")
    return tuple((d.name, tinycss2.serialize(_older(d.value)).strip() + ("!important" if d.important else "")) for d in found)


def _older(value: list[Any]) -> list[Any]:
    """A value as browsers before 2023 know it: our pages are light, and mix no colour with nothing."""
    found: list[Any] = []
    for token in value:
        if token.type != "function":
            found.append(token)
            continue
        parts = _parts(token.arguments)
        if token.lower_name == "light-dark":
            found += _older(parts[0])
        elif (
            token.lower_name == "color-mix"
            and (whole := _WHOLE.fullmatch(tinycss2.serialize(parts[1]).strip()))
            and tinycss2.serialize(parts[2]).strip() == "transparent"
        ):
            found += tinycss2.parse_component_value_list(whole[1])
        else:
            token.arguments[:] = _older(token.arguments)
            found.append(token)
    return found


def _parts(tokens: list[Any]) -> list[list[Any]]:
    """What stands between the commas: selectors of a list, arguments of a function."""
    found: list[list[Any]] = [[]]
    for token in tokens:
        if token.type == "literal" and token.value == ",":
            found.append([])
        else:
            found[-1].append(token)
    return found


def _can_be_met(selector: list[Any], words: Words) -> bool:
    """Whether all it asks for may stand on a page; what it excludes (`:not`) or leaves to choose (`:is`) asks for nothing."""
    for before, token in zip([None, *selector], selector, strict=False):
        if token.type == "hash" and not words.has(token.value):
            return False
        if (
            token.type == "ident"
            and before is not None
            and before.type == "literal"
            and before.value == "."
            and not words.has(token.value)
        ):
            return False
        if token.type == "[] block" and not words.has(next(t.value for t in token.content if t.type == "ident")):
            return False
    return True


def _read_by(rules: Iterable[Rule], read: set[str]) -> list[Rule]:
    """The same without properties, frames and rules that nothing reads."""
    kept = []
    for rule in rules:
        kind, _, name = rule.head.partition(" ")
        if kind in ("@property", "@keyframes", "@-webkit-keyframes"):
            if name in read:
                kept.append(rule)
            continue
        declarations = tuple(d for d in rule.declarations if not d[0].startswith("--") or d[0] in read)
        within = tuple(_read_by(rule.within, read))
        if declarations or within:
            kept.append(Rule(rule.head, declarations, within))
    return kept


def _plain_colour(found: re.Match[str]) -> str:
    """A colour of OKLCH in sRGB, which browsers before 2023 know: what they do not, they leave out. Outside sRGB the nearest of each part."""
    lightness, chroma, hue = float(found[1]) / 100, float(found[2]), math.radians(0 if found[3] == "none" else float(found[3]))
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    # Björn Ottosson, A perceptual color space for image processing (2020): Oklab to linear sRGB.
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    parts = [round(255 * _with_gamma(min(max(part, 0), 1))) for part in linear]
    if found[4] is None:
        return "#" + "".join(f"{part:02x}" for part in parts)
    alpha = float(found[4]) / (100 if found[5] else 1)
    return f"rgba({parts[0]},{parts[1]},{parts[2]},{alpha:g})"


def _with_gamma(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055


def main(arguments: list[str]) -> int:
    """Write the sheet, or with --check say whether it is as it would be written."""
    sources = own_sources()
    wanted = written(SOURCE.read_text(), Words(sources), "\n".join((own_sheets(), *sources)))
    if SHEET.exists() and SHEET.read_text() == wanted:
        print(f"{SHEET.name} is as it should be, {len(wanted):,} of {len(SOURCE.read_text()):,} characters.")
        return 0
    if "--check" in arguments:
        print(f"{SHEET.relative_to(ROOT)} is not what our pages use: run python -m tools.styles")
        return 1
    SHEET.write_text(wanted)
    print(f"{SHEET.name}: {len(wanted):,} of {len(SOURCE.read_text()):,} characters.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
