"""PDF of an issued document, typeset with typst, with a QR code of its verification page."""

import io
import json
from pathlib import Path

import segno
import typst
from django.conf import settings

from yigui.documents.models import IssuedDocument

_HERE = Path(__file__).parent


def verification_url(document: IssuedDocument) -> str:
    """The public page on which anybody can verify the document."""
    return f"{settings.PUBLIC_URL}/v/{document.code}"


def render_pdf(document: IssuedDocument) -> bytes:
    """The document as PDF. The same content gives the same pages."""
    qr = io.BytesIO()
    segno.make(verification_url(document), error="m").save(qr, kind="svg", border=0)
    data = {
        "title": document.title,
        "code": document.code,
        "case_no": document.case_no,
        "issued_on": document.issued_on.strftime("%Y年%m月%d日"),
        "url": verification_url(document),
        "digest": document.digest,
        "qr": qr.getvalue().decode(),
        "agency": document.content.get("agency", ""),
        "facts": document.content.get("facts", []),
        "sections": document.content.get("sections", []),
        "notes": document.content.get("notes", []),
    }
    pdf = typst.compile(
        (_HERE / "typst" / "document.typ").read_bytes(),
        font_paths=[str(_HERE / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    assert isinstance(pdf, bytes)
    return pdf
