"""Carrying the declarations into the database."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from yigui.catalogue.declarations import Catalogue, Item, declared
from yigui.catalogue.models import ItemVersion, Source
from yigui.catalogue.records import record_of
from yigui.catalogue.routes import Record
from yigui.common.errors import Conflict


class VersionChanged(Conflict):
    """A version that cases may already rest on was edited in place."""

    code = "catalogue.version_changed"


def load_item_versions(using: str = "owner", *, allow_edit: bool = False, known: Catalogue | None = None) -> int:
    """Write new item versions; gives how many. Run as the owner.

    The first load is the owner's opening: what the files say holds. Later a file may change everything of an item but its risk
    record (class, route, places): that is kept as it was until a change of the day is signed (`change_item.py`). A version that a signed
    change made has the content of the file in force on its day, also where that file comes later than the signature.

    Args:
        allow_edit: for a catalogue no case rests on yet.

    Raises:
        VersionChanged: a version known to the database differs from the file. A change belongs into a new dated file.
    """
    written = 0
    with transaction.atomic(using=using):
        rows = {(v.code, v.valid_from): v for v in ItemVersion.objects.using(using).all()}
        is_opening = not rows or allow_edit
        for versions in (known or declared()).versions.values():
            for item in versions:
                old = rows.get((item.code, item.valid_from))
                if old is not None and old.digest == item.digest and old.finish_site:
                    if (old.desk_kind, old.applicant) != (item.desk_kind, item.applicant):
                        # A version of the release before, which did not tell the database; its risk record stays what was signed.
                        old.desk_kind, old.applicant = item.desk_kind, item.applicant
                        old.save(using=using, update_fields=["desk_kind", "applicant"])
                        written += 1
                    continue
                if (
                    old is not None
                    and old.source == Source.CHANGE
                    and old.digest in {v.digest for v in versions if v.valid_from < item.valid_from}
                ):
                    # A change was signed for the very day of a file that came later: what was signed stays.
                    written += _follow(old, item, using)
                    continue
                if old is not None and old.digest != item.digest and not allow_edit:
                    raise VersionChanged(
                        f"事项 {item.code} {item.valid_from} 版本与库中不同。已生效的版本不能原地修改，请新建一个日期更晚的声明文件。"
                    )
                before = _before(item, rows)
                is_kept = not is_opening and before is not None and before != item.record
                rows[item.code, item.valid_from] = _write(item, before if is_kept and before else item.record, is_kept, using)
                written += 1
        written += _follow_files(known or declared(), rows, using)
    return written


def _follow_files(known: Catalogue, rows: Mapping[tuple[str, dt.date], ItemVersion], using: str) -> int:
    """Give versions that only a signed change has made what a file dated before their day says now; gives how many changed."""
    changed = 0
    for (code, day), row in rows.items():
        base = next((item for item in reversed(known.versions.get(code, ())) if item.valid_from <= day), None)
        if row.source == Source.CHANGE and base is not None and base.valid_from != day and row.digest != base.digest:
            changed += _follow(row, base, using)
    return changed


def _follow(row: ItemVersion, item: Item, using: str) -> int:
    for name, value in _content(item).items():
        setattr(row, name, value)
    row.save(using=using, update_fields=list(_content(item)))
    return 1


def _content(item: Item) -> dict[str, str]:
    """What a version in the database has from the file, beside its risk record."""
    return {
        "name": item.name, "kind": item.kind, "desk_kind": item.desk_kind, "applicant": item.applicant, "digest": item.digest,
    }  # fmt: skip


def _before(item: Item, rows: Mapping[tuple[str, dt.date], ItemVersion]) -> Record | None:
    """The record in force before a version; None for the first one of its item."""
    earlier = [v for (code, _), v in rows.items() if code == item.code and v.valid_from < item.valid_from]
    return record_of(max(earlier, key=lambda v: v.valid_from)) if earlier else None


def _write(item: Item, record: Record, is_kept: bool, using: str) -> ItemVersion:
    row, _ = ItemVersion.objects.using(using).update_or_create(
        code=item.code,
        valid_from=item.valid_from,
        defaults=_content(item) | {"source": Source.KEPT if is_kept else Source.FILE, **record.as_dict()},
    )
    return row
