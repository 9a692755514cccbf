"""What a paper says, shown to whoever has its verification code (文书核验): its own figures, so that an altered one is noticed; persons masked."""

import re
from typing import Any

from yigui.common.identifiers import mask_name, mask_number, mask_phone
from yigui.documents.models import IssuedDocument

#: Papers that are shown to others to prove something: what they certify is shown. Of every other only its head is.
CERTIFYING = frozenset({"certificate_print", "payment_voucher"})
#: What identifies a person, by the label or the head of the column it stands under.
_NAMES = frozenset({"姓名", "办理对象", "缴费人"})
_NUMBERS = frozenset({"个人编号", "社会保障号码", "证件号码", "银行账号", "账号"})
_CITIZEN = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9X](?![0-9])")
_MOBILE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")


def shown_paper(document: IssuedDocument) -> dict[str, Any] | None:
    """Facts and tables of a paper that certifies something, as `{"facts": [(label, text)], "sections": [...]}`; None for any other kind."""
    if document.kind not in CERTIFYING:
        return None
    content = document.content
    sections = [
        {
            "title": section["title"],
            "head": section["head"],
            "rows": [
                [_cell(document, head, text) for head, text in zip(section["head"], row, strict=False)] for row in section["rows"]
            ],
        }
        for section in content.get("sections", [])
    ]
    return {"facts": [(label, _cell(document, label, text)) for label, text in content.get("facts", [])], "sections": sections}


def _cell(document: IssuedDocument, label: str, text: Any) -> str:
    """A text of the paper with whatever names a person masked: by its label, and wherever the holder's name or somebody's number stands in it."""
    plain = str(text)
    if document.is_holder_person:
        if label in _NAMES:
            return mask_name(plain)
        if len(document.holder) > 1:
            plain = plain.replace(document.holder, mask_name(document.holder))
    elif label == "姓名":
        return mask_name(plain)
    if label in _NUMBERS and "*" not in plain:
        return mask_number(plain)
    return _MOBILE.sub(lambda found: mask_phone(found[0]), _CITIZEN.sub(lambda found: mask_number(found[0]), plain))
