"""What PostgreSQL renders of an expression, brought to one form: a dump and its restoration write the same in another way.

Two ways differ, and mean the same: `(ARRAY['a'::character varying])::text[]` comes back as `ARRAY[('a'::character varying)::text]`, and
`((a OR b) OR c)` as `(a OR b OR c)`. How ANDs and ORs are grouped otherwise stays.
"""

import re

_TEXT = r"'(?:[^']|'')*'"
_WHOLE = re.compile(rf"\(ARRAY\[((?:{_TEXT}::character varying(?:, )?)+)\]\)::text\[\]")
_EACH = re.compile(rf"\(({_TEXT}::character varying)\)::text(?=[,\]])")
_WORD = re.compile(rf"{_TEXT}|\(|\)|[^'()]+", re.S)

Node = list["str | Node"]


def one_form(said: str) -> str:
    """A rendering of the server, as it is the same before a dump and after its restoration."""
    if "ARRAY[" in said:
        said = _EACH.sub(r"\1", _WHOLE.sub(r"ARRAY[\1]", said))
    if " OR " not in said and " AND " not in said:
        return said
    root: Node = []
    open_nodes = [root]
    for word in _WORD.findall(said):
        if word == "(":
            node: Node = []
            open_nodes[-1].append(node)
            open_nodes.append(node)
        elif word == ")" and len(open_nodes) > 1:
            open_nodes.pop()
        else:
            open_nodes[-1].append(word)
    return "".join(part if isinstance(part, str) else _group(part) for part in root)


def _group(node: Node) -> str:
    return f"({_flat(node)[1]})"


def _flat(node: Node) -> tuple[str, str]:
    """What joins the parts of a group (OR, AND, or ""), and the group without its parentheses."""
    inner = [part for part in node if not (isinstance(part, str) and not part.strip())]
    if len(inner) == 1 and not isinstance(inner[0], str):
        return _flat(inner[0])
    for joint in ("OR", "AND"):
        parts = _split(node, f" {joint} ")
        if len(parts) > 1:
            return joint, f" {joint} ".join(_part(part, joint) for part in parts)
    return "", "".join(part if isinstance(part, str) else _group(part) for part in node)


def _part(part: Node, joint: str) -> str:
    inner = [p for p in part if not (isinstance(p, str) and not p.strip())]
    if len(inner) == 1 and not isinstance(inner[0], str):
        of, text = _flat(inner[0])
        return text if of == joint else f"({text})"
    return "".join(p if isinstance(p, str) else _group(p) for p in part).strip()


def _split(node: Node, joint: str) -> list[Node]:
    parts: list[Node] = [[]]
    for piece in node:
        if isinstance(piece, str) and not piece.startswith("'"):
            first, *others = piece.split(joint)
            parts[-1].append(first)
            parts += [[other] for other in others]
        else:
            parts[-1].append(piece)
    return parts
