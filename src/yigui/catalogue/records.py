"""Risk records that differ from what the files say, because people signed a change: read from the database, kept for seconds."""

import datetime as dt
from dataclasses import dataclass

from yigui.catalogue.models import ItemVersion, Source
from yigui.catalogue.routes import Record
from yigui.common.cache import kept_for


@dataclass(frozen=True)
class SignedRecord:
    """The record an item has from a day on."""

    code: str
    valid_from: dt.date
    record: Record


@kept_for(5)
def signed_records() -> tuple[SignedRecord, ...]:
    """Versions whose record is not the files': signed ones, and later ones that keep a signed record; by code and day."""
    rows = ItemVersion.objects.exclude(source=Source.FILE).order_by("code", "valid_from")
    return tuple(SignedRecord(v.code, v.valid_from, record_of(v)) for v in rows)


def record_of(version: ItemVersion) -> Record:
    """The risk record of a version in the database."""
    return Record(version.risk_class, tuple(version.route), version.review_site, version.finish_site)
