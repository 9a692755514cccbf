"""Where in a page white space may be added: the rules by which a browser drops it."""

import copy
import re
from collections.abc import Callable
from pathlib import Path

from tools.templates.tree import DJANGO, Branch, Node

SOURCES = Path(__file__).resolve().parent.parent.parent / "src"

_BLOCKS = set(
    "html head body meta link title script style div p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tfoot tr td th caption form fieldset "
    "legend details summary header footer main nav section article hr br noscript option".split()
)
_CONTROLS = set("input select textarea button img svg progress".split())
#: Classes whose display is block-like, that are boxes in a line, and whose children are laid out as flex or grid items.
_BLOCK_CLASSES = set(
    "list-group-item card alert row form-label form-control form-select form-check form-check-label d-block d-flex card-title entry btn-list".split()
)
_INLINE_CLASSES = {"d-inline", "d-inline-block"}
_BOX_CLASSES = set("btn badge light choice visually-hidden form-check-input skip-link".split())
_FLEX_CLASSES = set(
    "btn badge card card-header row d-flex btn-list input-group page-title layout entry topbar choice timeline-grid timeline-years route "
    "unit-bar unit-menu phone-bar tiles kiosk-ask guide-who papers".split()
)


def classes_of(node: Node) -> set[str]:
    found = re.search(r'\sclass="([^"]*)"', node.raw)
    return set(DJANGO.sub(" ", found[1]).split()) if found else set()


def is_block(node: Node) -> bool:
    """An element that stands by itself on the page: white space beside and within its edges is not shown."""
    if node.kind not in ("element", "verbatim") or not node.name:
        return False
    classes = classes_of(node)
    if classes & _BOX_CLASSES - {"form-check-input"} and "w-100" not in classes:
        return False
    return bool(classes & _BLOCK_CLASSES) or (node.name in _BLOCKS and not classes & _INLINE_CLASSES)


def _is_box(node: Node) -> bool:
    return node.name in _CONTROLS or bool(classes_of(node) & (_BOX_CLASSES | _INLINE_CLASSES))


class Gaps:
    """Marks each gap of a tree where white space would not be shown. A state is the set of what may stand before: edge, or solid."""

    def __init__(self, top: Branch, *, outside_is_ignored: bool) -> None:
        self._mark(top)
        edge = {"edge"}
        if outside_is_ignored:
            for node in top.nodes:
                if node.kind == "branch" and node.name == "block":
                    start = edge if block_name(node) not in ("title", "heading") else {"solid"}
                    self._forward(node.branches[0], start, flex=False)
                    self._backward(node.branches[0], start, flex=False)
            top.gaps = [True] * (len(top.nodes) + 1)
        else:
            self._forward(top, {"solid"}, flex=False)
            self._backward(top, {"solid"}, flex=False)

    def _mark(self, branch: Branch) -> None:
        branch.gaps = [node.before for node in branch.nodes] + [branch.after]
        for node in branch.nodes:
            for inner in node.branches:
                self._mark(inner)

    def _forward(self, branch: Branch, state: set[str], *, flex: bool) -> set[str]:
        for at, node in enumerate(branch.nodes):
            if branch.gaps[at] or state == {"edge"}:
                branch.gaps[at], state = True, {"edge"}
            state = self._through(node, state, flex=flex, forward=True)
        if branch.gaps[-1] or state == {"edge"}:
            branch.gaps[-1], state = True, {"edge"}
        return state

    def _backward(self, branch: Branch, state: set[str], *, flex: bool) -> set[str]:
        for at in range(len(branch.nodes), -1, -1):
            if branch.gaps[at] or state == {"edge"}:
                branch.gaps[at], state = True, {"edge"}
            if at:
                state = self._through(branch.nodes[at - 1], state, flex=flex, forward=False)
        return state

    def _through(self, node: Node, state: set[str], *, flex: bool, forward: bool) -> set[str]:
        walk = self._forward if forward else self._backward
        if node.kind == "branch":
            return self._through_branches(node, state, flex=flex, walk=walk)
        if node.kind == "comment" or (node.kind == "django" and node.name in ("load", "extends")):
            return state
        if node.kind == "element" and 'type="hidden"' in node.raw:
            return state
        if node.kind == "element":
            inner_flex = bool(classes_of(node) & _FLEX_CLASSES)
            edge = flex or is_block(node) or node.name == "select"
            box = _is_box(node) or edge
            for branch in node.branches:
                inner = walk(branch, {"edge"} if box else state, flex=inner_flex)
                state = state if box else inner
            if edge and node.name != "select":
                return {"edge"}
            return {"solid"} if box or not node.branches else state
        if node.kind == "verbatim":
            return {"edge"} if flex or is_block(node) else {"solid"}
        if node.kind == "django" and node.name == "icon" and flex:
            return {"edge"}
        if node.kind == "django" and node.name == "csrf_token":
            return state  # a hidden field: neither an edge nor shown
        if node.kind == "django" and node.name == "include" and _has_edges(node):
            return {"edge"}
        return {"solid"}

    def _through_branches(self, node: Node, state: set[str], *, flex: bool, walk: Callable[..., set[str]]) -> set[str]:
        if node.name == "block" and block_name(node) in ("title", "heading"):
            return {"solid"}
        if node.name == "for":
            once = walk(_copy(node.branches[0]), set(state), flex=flex)
            start = state | once
        else:
            start = state
        ends = set()
        for branch in node.branches:
            ends |= walk(branch, set(start), flex=flex)
        complete = node.name in ("block", "with", "cache") or any(
            "else" in b.raw[:8] or "empty" in b.raw[:10] for b in node.branches
        )
        return ends if complete and not (node.name == "for" and len(node.branches) == 1) else ends | state


def _copy(branch: Branch) -> Branch:
    return copy.deepcopy(branch)


def block_name(node: Node) -> str:
    return node.raw.split()[2]


def _has_edges(include: Node) -> bool:
    """Whether an included template begins and ends with white space or a block."""
    found = re.search(r'include "([^"]+)"', include.raw)
    paths = list(SOURCES.glob(f"*/*/templates/{found[1]}")) if found else []
    if not paths:
        return False
    source = paths[0].read_text()
    return source.endswith("\n") and bool(re.match(r"(\{#.*?#\}|\{% load [^%]*%\})?\s", source))
