"""The file store: content-addressed, checked by what a file is, not by what it is called."""

import datetime as dt
import math
import os
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from yigui.common.digests import sm3
from yigui.common.media import fault_of
from yigui.db.presence import be_present
from yigui.documents.errors import FileMissing, FileRefused
from yigui.documents.models import Paper, StoredFile
from yigui.registry.models import Employer, Person
from yigui.staff.models import User

#: Kinds of papers taken, by their first bytes. Office files with macros and HTML are not papers.
_SIGNATURES = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"II*\x00": "image/tiff",
    b"MM\x00*": "image/tiff",
}


def media_type_of(content: bytes) -> str | None:
    """The media type by the first bytes; None for a kind that is not taken."""
    return next((kind for start, kind in _SIGNATURES.items() if content.startswith(start)), None)


def refuse_too_large(file_name: str, size: int) -> None:
    """Refuse a paper by its size in bytes, before it is read; the sentence says the size rounded up.

    Raises:
        FileRefused: larger than `FILE_SIZE_MAX`.
    """
    limit, megabyte = settings.FILE_SIZE_MAX, 1024 * 1024
    if size > limit:
        said = math.ceil(size * 10 / megabyte) / 10
        message = f"文件“{file_name}”为 {said:.1f} MB，超过 {limit // megabyte} MB 上限，请降低扫描分辨率或分成几份上传。"
        raise FileRefused(message, file_name=file_name)


def store_file(content: bytes, file_name: str) -> StoredFile:
    """Keep a scanned paper.

    Raises:
        FileRefused: empty, larger than `FILE_SIZE_MAX`, neither PDF, JPEG, PNG nor TIFF, or not that alone (see `common.media`).
    """
    if not content:
        raise FileRefused(f"文件“{file_name}”是空的，请重新扫描后上传。", file_name=file_name)
    refuse_too_large(file_name, len(content))
    media_type = media_type_of(content)
    if media_type is None:
        message = f"文件“{file_name}”不是 PDF、JPG、PNG 或 TIFF 格式，请扫描成其中一种格式后上传。"
        raise FileRefused(message, file_name=file_name)
    if fault := fault_of(content, media_type):
        message = f"文件“{file_name}”{fault}，不能作为材料接收。请重新扫描，或打印成新的 PDF 后上传。"
        raise FileRefused(message, file_name=file_name)
    return store_made(content, media_type)


def keep_paper(
    content: bytes, file_name: str, *, material_code: str, taken_by: User, taken_on: dt.date, person: Person | None = None,
    employer: Employer | None = None, handed_in_by: Any = None,
) -> Paper:  # fmt: skip
    """Keep a scanned paper on file, under the person's name if there is one, else the employer's.

    Args:
        handed_in_by: who has signed in, where `taken_by` is the account of a channel: an employer's operator, or a person.

    Raises:
        FileRefused: see `store_file`. NotSeen: nobody has signed in.
    """
    name = file_name[:200]
    with transaction.atomic():
        be_present(handed_in_by or taken_by)
        return Paper.objects.create(
            person=person, employer=None if person else employer, material_code=material_code, file=store_file(content, name),
            file_name=name, taken_by=taken_by, taken_on=taken_on,
        )  # fmt: skip


def store_made(content: bytes, media_type: str) -> StoredFile:
    """Keep a file the house made itself (an export)."""
    digest = sm3(content)
    _write(path_of(digest), content)
    stored, _ = StoredFile.objects.get_or_create(digest=digest, defaults={"size": len(content), "media_type": media_type})
    return stored


def path_of(digest: str) -> Path:
    """Where the file with this digest lies."""
    return Path(settings.DOCUMENT_STORE) / digest[:2] / digest[2:4] / digest


def read_file(stored: StoredFile) -> bytes:
    """The content of a stored file.

    Raises:
        FileMissing: the store does not hold it.
    """
    try:
        return path_of(stored.digest).read_bytes()
    except FileNotFoundError as error:
        raise FileMissing("材料文件不在存储中，请联系系统管理员核查。", digest=stored.digest) from error


def _write(path: Path, content: bytes) -> None:
    """Write beside and rename, so that a file is either whole or absent."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    Path(name).rename(path)
