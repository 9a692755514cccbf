"""PDF of an issued document, typeset with typst, with a QR code of its verification page."""

import io
import json
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings

from yigui.documents.models import IssuedDocument

_HERE = Path(__file__).parent


def verification_url(document: IssuedDocument) -> str:
    """The public page on which anybody can verify the document."""
    return f"{settings.PUBLIC_URL}/v/{document.code}"


def render_pdf(document: IssuedDocument) -> bytes:
    """An issued document as PDF. The same content gives the same pages."""
    return _typeset({
        "title": document.title, "code": document.code, "case_no": document.case_no, "issued_on": document.issued_on,
        "url": verification_url(document), "digest": document.digest, **document.content,
    })  # fmt: skip


def render_content(content: dict[str, Any]) -> bytes:
    """A paper without verification code as PDF; its QR code opens `path` on the public pages, where there is one."""
    return _typeset({"code": "", "digest": "", "url": settings.PUBLIC_URL + content["path"] if content["path"] else "", **content})


def _qr(url: str) -> str:
    """A QR code as SVG."""
    out = io.BytesIO()
    segno.make(url, error="m").save(out, kind="svg", border=0)
    return out.getvalue().decode()


def _typeset(content: dict[str, Any]) -> bytes:
    shown = ("title", "code", "case_no", "url", "digest", "agency", "facts", "sections", "notes")
    data = {key: content.get(key, "") for key in shown}
    data["parts"], data["boxed"] = content.get("parts", []), content.get("boxed")
    data |= {"issued_on": content["issued_on"].strftime("%Y年%m月%d日"), "qr": _qr(content["url"]) if content["url"] else ""}
    # Who puts their name below: the agency, unless the paper is somebody else's to sign.
    data["issuer"] = content.get("issuer", content.get("agency", ""))
    scan = content.get("scan")
    data["scan"] = [scan["label"], _qr(settings.PUBLIC_URL + scan["path"])] if scan else []
    source: Any = (_HERE / "typst" / "document.typ").read_bytes()
    pdf = typst.compile(
        source,
        font_paths=[str(_HERE / "fonts")],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    assert isinstance(pdf, bytes)
    return pdf
