"""What two versions of an item (事项版本) differ in, in words of the house: for whoever must know what changes on a day, and from which."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

from yigui.catalogue.declarations import Item, Tables
from yigui.catalogue.shapes import Field
from yigui.catalogue.shared import Shared
from yigui.registry.enums import Insurance
from yigui.staff.enums import DeskKind, StepKind

#: Who applies, in words.
_APPLICANTS = {
    "person": "个人", "employer": "用人单位", "institution": "机关事业单位", "agency": "经办机构", "outlet": "合作网点", "bank": "银行",
    "township": "乡镇（街道）",
}  # fmt: skip
_KINDS = {"general": "一般业务", "complex": "复杂业务"}
#: Where an item is reviewed and finished, in words.
REVIEW_SITES = {"on_site": "现场", "back_office": "后台", "none": "无"}
FINISH_SITES = {"front_desk": "前台", "back_office": "后台"}
_NOTHING = "无"


@dataclass(frozen=True)
class Difference:
    """One point in which two versions differ: what it is called, before and after, in words."""

    label: str
    before: str
    after: str


def differences(before: Item, after: Item, shared: Shared) -> list[Difference]:
    """The points in which `after` is not as `before`, in the order of the declaration; each with the words of its own day.

    What stands in the declarations for those who build the house (the rule of a check, the effects) is named as changed, not shown.
    """
    old, new = shared.on(before.valid_from), shared.on(after.valid_from)
    found = []
    for label, said in _POINTS:
        was, becomes = said(before, old), said(after, new)
        if was != becomes:
            found.append(Difference(label, was or _NOTHING, becomes or _NOTHING))
    found.extend(_of_parts("材料", _materials(before, old), _materials(after, new)))
    found.extend(_of_parts("表单项", _fields(before, old), _fields(after, new)))
    found.extend(_of_parts("校验", _checks(before), _checks(after)))
    if before.effects != after.effects:
        found.append(Difference("办理效果", f"{len(before.effects)} 项", f"{len(after.effects)} 项，内容有改动"))
    return found


def _listed(codes: Collection[str], words: Mapping[str, str]) -> str:
    return "、".join(words.get(code, "其他") for code in codes)


def _windows(item: Item, tables: Tables) -> str:
    return "".join(tables.windows[code].message for code in item.business_windows)


#: What a version says by one word or one list: label, and how it is said with the tables of its day.
_POINTS: tuple[tuple[str, Callable[[Item, Tables], str]], ...] = (
    ("名称", lambda item, _: item.name),
    ("险种", lambda item, _: _listed(item.insurances, dict(Insurance.choices))),
    ("区域", lambda item, tables: tables.zones[item.zone]),
    ("申请人", lambda item, _: _listed((item.applicant, *item.also_applicant), _APPLICANTS)),
    ("业务类别", lambda item, _: _KINDS[item.kind]),
    ("风险等级", lambda item, _: f"{item.risk_class} 类"),
    ("渠道", lambda item, tables: _listed(item.channels, tables.channels)),
    ("网点类别", lambda item, tables: _listed(item.outlet_classes, tables.outlet_classes)),
    ("受理柜台", lambda item, _: str(DeskKind(item.desk_kind).label)),
    ("环节", lambda item, _: "—".join(str(StepKind(step).label) for step in item.route)),
    ("审核地点", lambda item, _: REVIEW_SITES[item.review_site]),
    ("办结地点", lambda item, _: FINISH_SITES[item.finish_site]),
    ("办理时限", lambda item, _: "即时" if item.is_immediate else f"{item.limit_working_days} 个工作日"),
    ("受理时间", _windows),
    ("结果反馈", lambda item, tables: tables.feedback_kinds[item.feedback]),
    ("记账", lambda item, _: f"{len(item.postings)} 类" if item.postings else ""),
    ("工作量", lambda item, _: f"{item.weight:g}"),
    ("关联事项", lambda item, _: "、".join(item.related)),
    ("办事指南", lambda item, _: item.guide),
)


def _materials(item: Item, tables: Tables) -> dict[str, str]:
    return {m.code: tables.materials[m.code].name + (f"（{m.when}）" if m.when else "") for m in item.materials}


def _fields(item: Item, tables: Tables) -> dict[str, str]:
    return {f.name: _field(f, tables) for f in item.fields}


def _field(field: Field, tables: Tables) -> str:
    said = f"{field.label}（{'必填' if field.required else '选填'}）"
    options = tables.enums.get(field.options or "")
    return f"{said}：{'、'.join(options.values())}" if options else said


def _checks(item: Item) -> dict[str, str]:
    return {check.id: check.message for check in item.checks}


def _of_parts(label: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Difference]:
    """Parts that came, went or are said otherwise; a part is known by its name in the declaration, which is not shown."""
    for name in [*before, *(n for n in after if n not in before)]:
        was, becomes = before.get(name, ""), after.get(name, "")
        if was == becomes:
            continue
        what = f"新增{label}" if name not in before else f"取消{label}" if name not in after else f"修改{label}"
        yield Difference(what, was or _NOTHING, becomes or _NOTHING)
