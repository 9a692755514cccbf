"""Verification of what partners' files said: a file is kept whole, and a death out of it stands in it.

The kept file is read again by the reader that took it in: whatever encoding, wrapper or mark it was taken in with.
"""

from collections.abc import Iterator

from yigui.common.identifiers import widen_citizen_number
from yigui.common.normalise import plain_identity, plain_name
from yigui.documents.errors import FileRefused
from yigui.documents.models import StoredFile
from yigui.documents.store import path_of
from yigui.documents.tabular import Limits, read_table
from yigui.exchange.import_records import DEATHS, ROWS_MAX
from yigui.exchange.models import DeathRecord, FileKind, InboundFile


def deaths_of_files(using: str) -> Iterator[str]:
    """A sentence for every reported death whose file does not name that person, and every kept file that can no longer be read. Files of releases that
    kept none are not looked at; that a kept one is whole, `documents.verify` says."""
    for file in InboundFile.objects.using(using).filter(kind=FileKind.DEATH).order_by("id").iterator(chunk_size=200):
        path = path_of(file.digest)
        if not path.exists() or not StoredFile.objects.using(using).filter(digest=file.digest).exists():
            continue
        records = list(DeathRecord.objects.using(using).filter(file=file).order_by("id"))
        if not records:
            continue
        try:
            said = named_in(path.read_bytes(), file.file_name)
        except FileRefused as refused:
            yield f"exchange_inbound_file id={file.pk}：留存的文件无法再次读取，不能核对其中的死亡记录：{refused.message}"
            continue
        for record in records:
            if (widen_citizen_number(plain_identity(record.id_number)), plain_name(record.name)) not in said:
                yield f"exchange_death_record id={record.pk}：所称来源（回执 {file.pk} 号文件）中没有 {record.id_number} {record.name}。"


def named_in(content: bytes, file_name: str) -> set[tuple[str, str]]:
    """The people a file of deaths names: number of 18 places and plain name of each line, also of those that would not be taken in any more.

    Raises:
        FileRefused: it cannot be read.
    """
    return {
        (widen_citizen_number(plain_identity(row.cells["AAC002"])), plain_name(row.cells["AAC003"]))
        for row in read_table(content, file_name, DEATHS.table_columns, limits=Limits(rows=ROWS_MAX)).rows
        if row.cells["AAC002"] and row.cells["AAC003"]
    }
