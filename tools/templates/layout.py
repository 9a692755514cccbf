"""Folding text into lines, as in Wadler's prettier printer: groups stay on one line where they fit.

A document is a string, a list of documents, or one of the classes below.
"""

import unicodedata
from dataclasses import dataclass
from typing import TypeAlias

#: Columns of a line; a Chinese character takes two.
WIDTH = 132


@dataclass
class Line:
    """A place to break: `flat` is what stands there when the line is not broken."""

    flat: str = ""


HARD = Line("\n")


@dataclass
class Group:
    """Broken at all its own lines or at none."""

    parts: list["Document"]
    hard: bool = False


@dataclass
class Fill:
    """Broken at those of its own lines after which there is no room for what follows."""

    parts: list["Document"]


@dataclass
class FillLine:
    """A line of a Fill, with what follows it and where what stands before it began."""

    flat: str
    following: list["Document"]
    began: "Began"


@dataclass
class Began:
    line: int = 0


@dataclass
class Indent:
    parts: list["Document"]
    by: int = 2


#: What is folded.
Document: TypeAlias = "str | list[Document] | Line | FillLine | Began | Group | Fill | Indent"


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def render(document: Document) -> str:
    """The classic fold: a group is flat if it and what is glued to it fit into the width."""
    out: list[str] = []
    column = lines = 0
    stack: list[tuple[int, bool, Document]] = [(0, True, document)]

    def fresh_line(indent: int) -> None:
        nonlocal column, lines
        out.append("\n" + " " * indent)
        column, lines = indent, lines + 1

    while stack:
        indent, broken, part = stack.pop()
        if isinstance(part, str):
            out.append(part)
            column += _columns(part)
        elif isinstance(part, list):
            stack += [(indent, broken, inner) for inner in reversed(part)]
        elif isinstance(part, Indent):
            stack += [(indent + part.by, broken, inner) for inner in reversed(part.parts)]
        elif isinstance(part, Fill):
            stack += [(indent, broken, inner) for inner in reversed(_with_fill_lines(part.parts))]
        elif isinstance(part, Began):
            part.line = lines
        elif isinstance(part, Line) and broken:
            fresh_line(indent)
        elif isinstance(part, FillLine) and (
            part.began.line != lines or not _fits(Group(part.following), column + len(part.flat), stack, alone=False)
        ):
            fresh_line(indent)
        elif isinstance(part, (Line, FillLine)):
            out.append(part.flat)
            column += len(part.flat)
        else:
            assert isinstance(part, Group)
            breaks = part.hard or not _fits(part, column, stack)
            stack += [(indent, breaks, inner) for inner in reversed(part.parts)]
    return "".join(out)


def _with_fill_lines(parts: list["Document"]) -> list[Document]:
    """The parts of a Fill, each line knowing what follows it until the next."""
    out: list[Document] = [Began()]
    for at, part in enumerate(parts):
        if isinstance(part, Line):
            following: list[Document] = []
            for later in parts[at + 1 :]:
                if isinstance(later, Line):
                    break
                following.append(later)
            last = next(mark for mark in reversed(out) if isinstance(mark, Began))
            out += [FillLine(part.flat, following, last), Began()]
        else:
            out.append(part)
    return out


def _fits(group: Group, column: int, stack: list[tuple[int, bool, Document]], *, alone: bool = True) -> bool:
    """Whether a group written flat, and (if `alone`) what is glued to it, fit into what is left of the line."""
    left = WIDTH - column
    todo: list[tuple[bool, Document]] = [(False, part) for part in reversed(group.parts)]
    rest = len(stack)
    while left >= 0:
        if not todo:
            if not rest or not alone:
                return True
            rest -= 1
            todo.append((stack[rest][1], stack[rest][2]))
        broken, part = todo.pop()
        within = rest == len(stack)
        if isinstance(part, str):
            left -= _columns(part)
        elif isinstance(part, (Line, FillLine)):
            if broken or part is HARD or not within:
                return not within or part is not HARD
            left -= len(part.flat)
        elif isinstance(part, list):
            todo += [(broken, inner) for inner in reversed(part)]
        elif isinstance(part, (Indent, Fill)):
            todo += [(broken, inner) for inner in reversed(part.parts)]
        elif isinstance(part, Group):
            if part.hard and within:
                return False
            todo += [(part.hard, inner) for inner in reversed(part.parts)]
    return False
