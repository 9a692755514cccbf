"""Verification: issued documents against their digests, stored files against their names."""

from collections.abc import Iterator

from yigui.common.digests import sm3
from yigui.documents.issue import content_digest
from yigui.documents.models import IssuedDocument, StoredFile
from yigui.documents.store import path_of

_BATCH = 2000


def documents(using: str) -> Iterator[str]:
    """A sentence for every document or file that is changed or missing."""
    for document in IssuedDocument.objects.using(using).order_by("id").iterator(chunk_size=_BATCH):
        if content_digest(document) != document.digest:
            yield f"documents_issued id={document.pk}（{document.case_no}）：文书内容与摘要不符。"
    for stored in StoredFile.objects.using(using).order_by("digest").iterator(chunk_size=_BATCH):
        path = path_of(stored.digest)
        if not path.exists():
            yield f"documents_stored_file {stored.digest[:16]}…：文件缺失。"
        elif sm3(path.read_bytes()) != stored.digest:
            yield f"documents_stored_file {stored.digest[:16]}…：文件内容与摘要不符。"
