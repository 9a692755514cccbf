"""Verification of the catalogue: every version is what its file or a signed change says."""

from collections.abc import Iterator

from yigui.catalogue.declarations import Item, declared
from yigui.catalogue.models import ChangeStatus, ItemChange, ItemVersion, Source
from yigui.catalogue.records import record_of
from yigui.catalogue.routes import Record
from yigui.common.texts import full_width
from yigui.warrants.models import Signature, Warrant


def catalogue_faults(using: str) -> Iterator[str]:
    """A sentence for every version whose content or risk record rests on nothing, and for every change without its signatures."""
    before: dict[str, Record] = {}
    for row in ItemVersion.objects.using(using).select_related("change").order_by("code", "valid_from"):
        where = f"catalogue_item_version id={row.pk}（事项 {row.code} {row.valid_from} 版本）"
        base = next((i for i in reversed(declared().versions.get(row.code, ())) if i.valid_from <= row.valid_from), None)
        if base is None or _content(row) != (base.digest, base.name, base.kind, base.desk_kind, base.applicant):
            yield f"{where}：内容与目录文件不符。"
        elif record_of(row) != _record_due(row, base, before.get(row.code)):
            yield f"{where}：风险等级、环节或地点与{row.get_source_display()}不符。"
        before[row.code] = record_of(row)
    effected = ItemChange.objects.using(using).filter(status=ChangeStatus.EFFECTED).order_by("id")
    for change in effected:
        where = f"catalogue_item_change id={change.pk}（事项 {change.code}）"
        yield from (f"{where}：{fault}" for fault in _unsigned(using, change))
    signed = {f"ITEM-{change.pk}" for change in effected}
    for warrant in Warrant.objects.using(using).filter(kind="item").exclude(subject_no__in=signed).order_by("id"):
        yield f"warrants_warrant id={warrant.pk}：所授权的事项变更 {warrant.subject_no} 不存在或未办理。"


def _content(row: ItemVersion) -> tuple[str, str, str, str, str]:
    # A name stored by a release that had it as in the file.
    return row.digest, full_width(row.name), row.kind, row.desk_kind, row.applicant


def _record_due(row: ItemVersion, base: Item, before: Record | None) -> Record | None:
    match row.source:
        case Source.FILE:
            return base.record
        case Source.KEPT:
            return before
    change = row.change
    if change is None or change.status != ChangeStatus.EFFECTED:
        return None
    is_same = (change.code, change.valid_from, change.reason) == (row.code, row.valid_from, row.reason)
    return Record(change.risk_class, tuple(change.route), change.review_site, change.finish_site) if is_same else None


def _unsigned(using: str, change: ItemChange) -> Iterator[str]:
    warrant = Warrant.objects.using(using).filter(kind="item", subject_id=change.pk).first()
    if warrant is None:
        yield "已办理，却没有授权凭据。"
        return
    people = list(Signature.objects.using(using).filter(warrant=warrant).order_by("seq").values_list("step", "user_id"))
    wanted = [("apply", change.applied_by_id), ("approve", change.approved_by_id), ("effect", change.effected_by_id)]
    if change.checked_by_id is not None:  # Internal control examines changes since release 0.2.
        wanted.insert(1, ("check", change.checked_by_id))
    if people != wanted or warrant.item_code != change.code:
        yield "经手人与授权凭据的签署人不符。"
    if not change.versions.using(using).exists():
        yield "已办理，目录中却没有相应的版本。"
