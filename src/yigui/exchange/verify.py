"""Verification of what partners' files said: a file is kept whole, and a death out of it stands in it."""

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator

from yigui.documents.models import StoredFile
from yigui.documents.store import path_of
from yigui.exchange.models import DeathRecord, FileKind, InboundFile

#: Bytes of a workbook that are looked through, unpacked.
_UNPACKED_MAX = 200_000_000


def deaths_of_files(using: str) -> Iterator[str]:
    """A sentence for every reported death whose file does not name that person. Files of releases that kept none are not looked at; that a kept one is
    whole, `documents.verify` says."""
    for file in InboundFile.objects.using(using).filter(kind=FileKind.DEATH).order_by("id").iterator(chunk_size=200):
        path = path_of(file.digest)
        if not path.exists() or not StoredFile.objects.using(using).filter(digest=file.digest).exists():
            continue
        said = text_of(path.read_bytes())
        for record in DeathRecord.objects.using(using).filter(file=file).order_by("id"):
            if not names(said, record):
                yield f"exchange_death_record id={record.pk}：所称来源（回执 {file.pk} 号文件）中没有 {record.id_number} {record.name}。"


def names(said: str, record: DeathRecord) -> bool:
    """Whether a text, as `text_of` gives it, names the person of a report: the number, also of fifteen digits, and the name."""
    number = record.id_number.upper()
    return (number in said or number[:6] + number[8:17] in said) and _plain(record.name) in said


def text_of(content: bytes) -> str:
    """What a file says, letters and digits alone: of CSV in UTF-8 or GB 18030, or of a workbook."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            parts = [part for part in book.infolist() if part.filename.endswith(".xml")]
            if sum(part.file_size for part in parts) > _UNPACKED_MAX:
                return ""
            content = b"\n".join(book.read(part) for part in parts)
    try:
        return _plain(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _plain(content.decode("gb18030", errors="replace"))


def _plain(text: str) -> str:
    return re.sub(r"[\s\-·・.]", "", unicodedata.normalize("NFKC", text)).upper()
