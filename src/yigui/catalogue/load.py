"""Carrying the declarations into the database."""

from django.db import transaction

from yigui.catalogue.declarations import catalogue
from yigui.catalogue.models import ItemVersion
from yigui.common.errors import Conflict


class VersionChanged(Conflict):
    """A version that cases may already rest on was edited in place."""

    code = "catalogue.version_changed"


def load_item_versions(using: str = "owner", *, allow_edit: bool = False) -> int:
    """Write new item versions; gives how many. Run as the owner.

    Raises:
        VersionChanged: a version known to the database differs from the file. A change belongs into a new dated file;
            `allow_edit` is for a catalogue no case rests on yet.
    """
    written = 0
    with transaction.atomic(using=using):
        known = {(v.code, v.valid_from): v for v in ItemVersion.objects.using(using).all()}
        for versions in catalogue().versions.values():
            for item in versions:
                old = known.get((item.code, item.valid_from))
                if old is not None and old.digest == item.digest:
                    continue
                if old is not None and not allow_edit:
                    raise VersionChanged(
                        f"事项 {item.code} {item.valid_from} 版本与库中不同。已生效的版本不能原地修改，请新建一个日期更晚的声明文件。"
                    )
                ItemVersion.objects.using(using).update_or_create(
                    code=item.code,
                    valid_from=item.valid_from,
                    defaults={
                        "name": item.name, "kind": item.kind, "risk_class": item.risk_class,
                        "route": list(item.route), "digest": item.digest,
                    },
                )  # fmt: skip
                written += 1
    return written
