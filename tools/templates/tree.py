"""A template as a tree of elements and branching tags."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

VOID = set("meta link input br hr img col source".split())
ENDS = {"if": "endif", "for": "endfor", "block": "endblock", "with": "endwith", "cache": "endcache"}
MIDDLES = {"else", "elif", "empty"}
DJANGO = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}")
_TOKEN = re.compile(
    r"\s+|\{% comment.*?\{% endcomment %\}|\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<!--.*?-->|<!doctype[^>]*>|<(?=[a-zA-Z/])|[^\s{<]+|.",
    re.S | re.I,
)


@dataclass
class Node:
    """A part of a page. `before` says whether white space stood before it; `children` of a branching tag are one list a branch."""

    kind: str  # text, var, comment, django, element, branch
    raw: str
    before: bool = False
    name: str = ""
    branches: list["Branch"] = field(default_factory=list)
    end: str = ""


@dataclass
class Branch:
    """What stands inside an element, or under one tag (`{% if %}`, `{% else %}`) of a branching one; `after`: white space at its end."""

    raw: str
    nodes: list[Node] = field(default_factory=list)
    after: bool = False
    #: For each gap (before each node, and after the last): may white space stand there?
    gaps: list[bool] = field(default_factory=list)


class Unreadable(Exception):
    """A template the formatter cannot follow: tags that do not nest."""


def _tokens(source: str) -> Iterator[str]:
    """White space, template tags, whole HTML tags, text."""
    at = 0
    while at < len(source):
        found = _TOKEN.match(source, at)
        assert found
        end = end_of_tag(source, at) if found[0] == "<" else found.end()
        yield source[at:end]
        at = end


def end_of_tag(source: str, start: int) -> int:
    at, quote = start + 1, ""
    while True:
        tag = DJANGO.match(source, at)
        if tag:
            at = tag.end()
            continue
        sign = source[at]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        elif sign == ">":
            return at + 1
        at += 1


def read(source: str) -> Branch:
    """The tree of a template."""
    top = Branch("")
    open_nodes: list[Node] = []
    space = False
    for token in _merged(source):
        here = open_nodes[-1].branches[-1] if open_nodes else top
        word = token[2:].split()[0] if token.startswith("{%") else ""
        closing = token.startswith("</")
        if token.isspace():
            space = True
            continue
        if closing or word in MIDDLES or word.startswith("end"):
            if not open_nodes or not _closes(open_nodes[-1], token, word):
                raise Unreadable(f"{token} closes nothing that is open")
            here.after, space = space, False
            if word in MIDDLES:
                open_nodes[-1].branches.append(Branch(token))
            else:
                open_nodes.pop().end = token
            continue
        node = Node(_kind(token, word), token, space, _name(token, word))
        space = False
        here.nodes.append(node)
        if (node.kind == "element" and node.name not in VOID) or node.kind == "branch":
            node.branches.append(Branch(token))
            open_nodes.append(node)
    if open_nodes:
        raise Unreadable(f"{open_nodes[-1].raw} is not closed")
    top.after = space
    return top


def _merged(source: str) -> Iterator[str]:
    """Tokens, with words of text joined, and a textarea or script as one token."""
    text, verbatim = "", ""
    for token in _tokens(source):
        if verbatim:
            text += token
            if token == f"</{verbatim}>":
                yield text
                text, verbatim = "", ""
            continue
        plain = not token.startswith(("{%", "{{", "{#", "<")) and not token.isspace()
        if plain:
            text += token
            continue
        if text:
            yield text
            text = ""
        if token.startswith(("<textarea", "<pre", "<script")) and not re.match(r"<script[^>]*\ssrc=", token):
            text, verbatim = token, _name(token, "")
            continue
        yield token
    if text:
        yield text


def _kind(token: str, word: str) -> str:
    if word == "comment":
        return "comment"
    if word:
        return "branch" if word in ENDS else "django"
    if token.startswith(("{#", "<!")):
        return "comment"
    if token.startswith("<"):
        verbatim = token.startswith(("<textarea", "<pre", "<script")) and token.endswith(("</textarea>", "</pre>", "</script>"))
        return "verbatim" if verbatim else "element"
    return "var" if token.startswith("{{") else "text"


def _name(token: str, word: str) -> str:
    found = re.match(r"<([a-zA-Z0-9]+)", token)
    return word or (found[1].lower() if found else "")


def _closes(node: Node, token: str, word: str) -> bool:
    if token.startswith("</"):
        return node.kind == "element" and token == f"</{node.name}>"
    if word in MIDDLES:
        return node.kind == "branch" and node.name in ("if", "for")
    return node.kind == "branch" and ENDS[node.name] == word
