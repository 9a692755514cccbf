"""Verification of what partners' files said: a file is kept whole, and every record out of it stands in it.

The kept file is read again by the reader that took it in: whatever encoding, wrapper or mark it was taken in with.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from django.db.models import Model

from yigui.common.identifiers import widen_citizen_number
from yigui.common.normalise import plain_identity, plain_name
from yigui.documents.errors import FileRefused
from yigui.documents.models import StoredFile
from yigui.documents.store import path_of
from yigui.documents.tabular import Limits, read_table
from yigui.exchange.import_records import ROWS_MAX, RecordFile
from yigui.exchange.import_registrations import RECORD_FILES
from yigui.exchange.models import FileKind, InboundFile


def records_of_files(using: str) -> Iterator[str]:
    """A sentence for every record of a partner whose file does not say that of that person, and every kept file that can no longer be read. Files of
    releases that kept none are not looked at; that a kept one is whole, `documents.verify` says."""
    for file in InboundFile.objects.using(using).filter(kind__in=RECORD_FILES).order_by("id").iterator(chunk_size=200):
        path, spec = path_of(file.digest), RECORD_FILES[file.kind]
        if not path.exists() or not StoredFile.objects.using(using).filter(digest=file.digest).exists():
            continue
        records: list[Any] = list(spec.model._default_manager.using(using).filter(file=file).order_by("id"))
        if not records:
            continue
        try:
            said = said_in(spec, path.read_bytes(), file.file_name)
        except FileRefused as refused:
            yield f"exchange_inbound_file id={file.pk}：留存的文件无法再次读取，不能核对其中的{FileKind(file.kind).label}：{refused.message}"
            continue
        for record in records:
            if _told(spec, record) not in said:
                yield (
                    f"{spec.model._meta.db_table} id={record.pk}：所称来源（回执 {file.pk} 号文件）中没有 "
                    f"{record.id_number} {record.name} 的这条{FileKind(file.kind).label}。"
                )


def _told(spec: RecordFile, record: Model) -> tuple[Any, ...]:
    """What a record says, as `said_in` has it."""
    return _plain(spec, {name: getattr(record, name) for name in (*spec.key, *spec.says)})


def _plain(spec: RecordFile, values: Mapping[str, Any]) -> tuple[Any, ...]:
    folded = dict(values) | {
        "id_number": widen_citizen_number(plain_identity(values["id_number"])),
        "name": plain_name(values["name"]),
    }
    return tuple(folded[name] for name in (*spec.key, *spec.says))


def said_in(spec: RecordFile, content: bytes, file_name: str) -> set[tuple[Any, ...]]:
    """What the lines of a file say: number of 18 places, plain name, days and units in the order of the kind, also of lines that would not be taken in any more.

    Raises:
        FileRefused: it cannot be read.
    """
    said = set()
    for row in read_table(content, file_name, spec.table_columns, limits=Limits(rows=ROWS_MAX)).rows:
        # A line without a day that can be read has become nothing.
        with suppress(ValueError):
            said.add(_plain(spec, spec.record(row.cells)))
    return said
