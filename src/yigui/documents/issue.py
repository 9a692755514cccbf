"""Issuing documents (出具文书): content frozen with a digest and a verification code."""

import datetime as dt
import secrets
from typing import Any

from yigui.common.digests import digest_of
from yigui.common.normalise import plain_identity
from yigui.db.rows import insert_row
from yigui.documents.models import IssuedDocument

# Without characters that are mistaken for each other when typed from paper.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
#: A code is so many groups of so many characters, with a hyphen between.
_GROUPS, _IN_GROUP = 4, 4


def issue_document(
    *, kind: str, title: str, case_no: str, holder: str, is_holder_person: bool, content: dict[str, Any], issued_on: dt.date,
    is_stored: bool = True,
) -> IssuedDocument:  # fmt: skip
    """Issue a document; its PDF is typeset from `content` whenever it is asked for.

    `is_stored`: False where the caller stores it together with what it belongs to.
    """
    code = _grouped("".join(secrets.choice(_ALPHABET) for _ in range(_GROUPS * _IN_GROUP)))
    document = IssuedDocument(
        code=code, kind=kind, title=title, case_no=case_no, holder=holder, is_holder_person=is_holder_person,
        content=content, issued_on=issued_on,
    )  # fmt: skip
    document.digest = content_digest(document)
    if is_stored:
        insert_row(document)
    return document


def document_code(typed: str) -> str:
    """A verification code as it is kept, however it was typed: small or wide letters, hyphens left out or blanks in their place."""
    plain = plain_identity(typed).replace("-", "")
    return _grouped(plain) if len(plain) == _GROUPS * _IN_GROUP else plain_identity(typed)


def _grouped(plain: str) -> str:
    return "-".join(plain[at : at + _IN_GROUP] for at in range(0, len(plain), _IN_GROUP))


def content_digest(document: IssuedDocument) -> str:
    """SM3 of what a document says; it is whole while this equals the digest it was issued with."""
    frozen = ("code", "kind", "title", "case_no", "holder", "content")
    return digest_of({name: getattr(document, name) for name in frozen})
