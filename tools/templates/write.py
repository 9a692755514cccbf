"""The lines of a template, from its tree with the gaps marked."""

import re

from tools.templates.gaps import Gaps, block_name, classes_of, is_block
from tools.templates.layout import HARD, Document, Fill, Group, Indent, Line, render
from tools.templates.tree import DJANGO, Branch, Node, end_of_tag, read


class Writer:
    """Turns a tree with marked gaps into lines."""

    def write(self, top: Branch, *, outside_is_ignored: bool) -> str:
        lines = render(Group(self._sequence(top, own_lines=True), hard=True)).split("\n")
        return "\n".join(line.rstrip() for line in lines).strip("\n") + "\n" * bool(top.after or outside_is_ignored)

    def _sequence(self, branch: Branch, *, own_lines: bool) -> list[Document]:
        """The nodes of a branch with the places to break between them; the edges are the caller's."""
        out: list[Document] = []
        run: list[Document] = []
        nodes = branch.nodes
        crowded = _is_crowded(branch)

        def flush() -> None:
            if run:
                out.append(Fill(list(run)))
                run.clear()

        for at, node in enumerate(nodes):
            if at:
                may_break = branch.gaps[at]
                apart = own_lines and may_break and (crowded or _stands_alone(node) or _stands_alone(nodes[at - 1]))
                if apart:
                    flush()
                    out.append(HARD)
                elif may_break:
                    run.append(Line(" " if node.before else ""))
            run.append(self._node(node))
        flush()
        return out

    def _node(self, node: Node) -> Document:
        if node.kind == "element":
            return self._element(node)
        if node.kind == "branch":
            return self._branch(node)
        if node.kind == "comment":
            return node.raw
        if node.kind == "verbatim":
            end = end_of_tag(node.raw, 0)
            return [_opening(node.raw[:end]), node.raw[end:]]
        return re.sub(r"\s+", " ", node.raw)

    def _element(self, node: Node) -> Document:
        opening = _opening(node.raw)
        if not node.branches:
            return opening
        body = node.branches[0]
        hard = _is_tree(body) and node.name not in ("title", "h1")
        return Group([opening, *self._body(body, hard), node.end], hard=hard)

    def _body(self, body: Branch, hard: bool, foldable: bool = True) -> list[Document]:
        if not body.nodes:
            return [" "] if body.after and not body.gaps[0] else []
        first, last = body.gaps[0], body.gaps[-1]
        if not hard and not (first and last and foldable):
            first = last = False
            before, after = " " * body.nodes[0].before, " " * body.after
            return [before, *self._sequence(body, own_lines=False), after]
        inner = self._sequence(body, own_lines=hard)
        start = [Line(" " if body.nodes[0].before and not hard else "")] if first else []
        end = [Line(" " if body.after and not hard else "")] if last else []
        return [Indent([*start, *inner]), *end]

    def _branch(self, node: Node) -> Group:
        hard = any(_is_tree(branch) for branch in node.branches) or (node.name == "block" and block_name(node) == "content")
        if node.name == "block" and block_name(node) in ("title", "heading"):
            hard = False
        parts: list[Document] = []
        foldable = all(branch.gaps[0] and branch.gaps[-1] for branch in node.branches)
        for branch in node.branches:
            parts += [branch.raw, *self._body(branch, hard, foldable)]
        return Group([*parts, node.end], hard=hard)


def _is_tree(branch: Branch) -> bool:
    """Whether its parts must stand on lines of their own: it holds blocks, or several things to press or fill in."""
    return any(_stands_alone(node) for node in branch.nodes) or (_is_crowded(branch) and any(branch.gaps[1:-1]))


def _is_crowded(branch: Branch) -> bool:
    weight = 0
    for node in branch.nodes:
        if node.kind == "element" and (
            node.name in ("form", "button", "input", "select", "textarea", "label") or "btn" in classes_of(node)
        ):
            weight += 1
        elif node.kind == "verbatim" or node.raw == "{% csrf_token %}":
            weight += 1
        elif node.kind == "branch":
            weight += any(_is_crowded(inner) for inner in node.branches)
    return weight > 1


def _stands_alone(node: Node) -> bool:
    if node.kind == "django":
        return node.name in ("include", "load", "extends")
    if node.kind == "comment":
        return node.raw.startswith(("{#", "{% comment", "<!"))
    if node.kind == "branch":
        return node.name == "block" or any(_is_tree(branch) for branch in node.branches)
    if node.kind == "element" and (node.name == "form" or (node.name == "label" and node.branches and _is_tree(node.branches[0]))):
        return True
    return is_block(node)


def _opening(raw: str) -> Document:
    """An opening tag, to be broken between its attributes when it is long."""
    parts: list[str] = []
    part, at, quote = "", 0, ""
    while at < len(raw):
        tag = DJANGO.match(raw, at)
        if tag:
            part += tag[0]
            at = tag.end()
            continue
        sign = raw[at]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'":
            quote = sign
        if sign.isspace() and not quote and part.count("{% if") == part.count("{% endif"):
            parts.append(part)
            part = ""
            while raw[at + 1].isspace():
                at += 1
        else:
            part += sign
        at += 1
    parts.append(part)
    parts = [part for part in parts if part]
    if parts[-1] in (">", "/>"):
        parts[-2:] = [parts[-2] + parts[-1].replace("/", "")]
    rest: list[Document] = []
    for part in parts[1:]:
        rest += [Line(" "), part]
    return Group([parts[0], Indent(rest, by=4)]) if rest else parts[0]


def formatted(source: str) -> str:
    """The template, to be read."""
    ignored = "{% extends" in source
    top = read(source)
    Gaps(top, outside_is_ignored=ignored)
    return Writer().write(top, outside_is_ignored=ignored)
