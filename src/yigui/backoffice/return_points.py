"""The form of a return (退回补正): what may be named, beside each a reason from the list and words; on the page of a case and of a meeting.

The inputs are called `material:<code>`, `field:<name>` and `case:`, with `note:<input>` beside each. Where several cases stand on one page
their id and a dot come before it.
"""

from collections.abc import Iterable

from django.http import QueryDict

from yigui.casework.handlers import handler_of, is_open
from yigui.casework.models import Case
from yigui.casework.returns import Point
from yigui.catalogue.declarations import catalogue

#: Name of the input, label, and the reason and the note as they were typed before a refusal.
Pointable = list[tuple[str, str, str, str]]


def before(case_id: int) -> str:
    """What stands before the names of a case's inputs on a page with several."""
    return f"{case_id}."


def pointable(case: Case, given: Iterable[str], typed: QueryDict, at: str = "") -> Pointable:
    """What a return of a case may name: the item's materials and those `given`, its fields, the whole case."""
    item = catalogue().version(case.item_code, case.item_version)
    codes = dict.fromkeys([*(m.code for m in item.materials), *given])
    if is_open(item.code):
        codes |= dict.fromkeys(handler_of(item).optional_materials)
    papers = [(f"material:{code}", f"材料：{catalogue().materials[code].name}") for code in codes]
    fields = [(f"field:{f.name}", f"填报项：{f.label}") for f in item.input_fields]
    return [
        (f"{at}{name}", label, typed.get(f"{at}{name}", ""), typed.get(f"note:{at}{name}", ""))
        for name, label in (*papers, *fields, ("case:", "整件（须写明说明）"))
    ]


def points_of_post(typed: QueryDict, at: str = "") -> list[Point]:
    """What the form of a return names. A row with a note and no reason is named too: it is refused, not left out."""
    found = []
    for key, reason in typed.items():
        kind, _, name = key.removeprefix(at).partition(":")
        note = typed.get(f"note:{key}", "")
        if key.startswith(at) and kind in ("material", "field", "case") and (reason or note.strip()):
            found.append(
                Point(str(reason), material=name if kind == "material" else "", field=name if kind == "field" else "", note=note)
            )
    return found
