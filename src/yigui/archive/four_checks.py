"""The test of the four properties (四性检测) of what is filed, or is to be: authentic, whole, usable, safe.

The properties and what is looked at are those of DA/T 70-2018 as far as we have read of it; checks that nothing here can make are kept as not made.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from yigui.archive.enums import PieceKind, Property, Result
from yigui.archive.page_counts import pages_of
from yigui.catalogue.declarations import catalogue
from yigui.common.digests import sm3
from yigui.common.media import fault_of
from yigui.documents.errors import FileMissing
from yigui.documents.issue import content_digest
from yigui.documents.models import IssuedDocument, StoredFile
from yigui.documents.render import render_pdf
from yigui.documents.store import media_type_of, read_file

#: Kept with each result: what looked.
TOOL = "yigui 1"
FORMATS = ("application/pdf", "image/jpeg", "image/png", "image/tiff")
_FILE = "sm3:"
#: How a fault of a file begins that makes it dangerous, not only broken (`common.media`).
_UNSAFE = ("内含", "含有", "开头混有", "结尾之后另有")
_FAULTS_SAID = 5

#: Check -> its property and what it is called.
CHECKS = {
    "content": (Property.AUTHENTIC, "文件内容与摘要一致"),
    "electronic": (Property.AUTHENTIC, "文件的大小、格式与登记一致"),
    "record": (Property.AUTHENTIC, "文件与受理时的登记一致"),
    "required": (Property.WHOLE, "应收材料和结果文书齐全"),
    "files": (Property.WHOLE, "登记的文件都在存储中"),
    "metadata": (Property.WHOLE, "著录项目齐全"),
    "number": (Property.WHOLE, "卷号连续"),
    "list": (Property.WHOLE, "卷内文件与归档时一致"),
    "format": (Property.USABLE, "格式可长期读取，文件完整"),
    "opens": (Property.USABLE, "能打开，没有加密"),
    "active": (Property.SAFE, "不含脚本、附件或其他类型的内容"),
    "virus": (Property.SAFE, "病毒查杀"),
}  # fmt: skip
_UNLOOKED = {"number": "归档时给出，归档后检测", "list": "归档时形成，归档后检测"}
_GAPS = {
    "file": "record",
    "chain": "record",
    "material": "required",
    "needed": "required",
    "document": "required",
    "rule": "metadata",
}


class Filed(Protocol):
    """A piece as it is looked at (`models.Piece`, or a row of what is to be filed)."""

    kind: str
    code: str
    title: str
    maker: str
    media_type: str
    size: int | None
    digest: str


@dataclass
class Tested:
    """What was found: faults by check, how many things each has looked at, and pages by digest."""

    faults: dict[str, list[str]] = field(default_factory=dict)
    looked: dict[str, int] = field(default_factory=dict)
    #: Faults by check that somebody has answered for already: they are said, and are no faults any more.
    known: dict[str, list[str]] = field(default_factory=dict)
    pages: dict[str, int] = field(default_factory=dict)

    def look(self, check: str, fault: str = "") -> None:
        """One thing was looked at; `fault` says what is wrong with it."""
        self.looked[check] = self.looked.get(check, 0) + 1
        if fault:
            self.faults.setdefault(check, []).append(fault)

    def leave_out(self, known: Mapping[str, Collection[str]]) -> None:
        """Faults that are known (by check, in the same words) are set apart; a new one beside them stays a fault."""
        for check, faults in list(self.faults.items()):
            old = known.get(check, ())
            self.known[check] = [fault for fault in faults if fault in old]
            self.faults[check] = [fault for fault in faults if fault not in old]

    @property
    def results(self) -> list[dict[str, Any]]:
        """As it is kept."""
        return [_row(check, self.looked.get(check, 0), self.faults.get(check, []), self.known.get(check, [])) for check in CHECKS]

    @property
    def sentence(self) -> str:
        """What is wrong, in one sentence; "" when nothing is."""
        wrong = [fault for check in CHECKS for fault in self.faults.get(check, [])]
        more = f"等 {len(wrong)} 项" if len(wrong) > _FAULTS_SAID else ""
        return "；".join(wrong[:_FAULTS_SAID]) + more + ("。" if wrong else "")


def faults_in(results: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """By check the faults that a test as it is kept has, those known then too."""
    return {row["check"]: [*row.get("faults", ()), *row.get("known", ())] for row in results}


def _row(check: str, count: int, faults: Sequence[str], known: Sequence[str]) -> dict[str, Any]:
    more: dict[str, Any] = {}
    if faults:
        result, words = Result.FAIL, "；".join(faults[:_FAULTS_SAID])
        more = {"faults": list(faults)}
    elif known:
        result, words = Result.NOTED, "；".join(known[:_FAULTS_SAID])
    elif check == "virus":
        result, words = Result.NOT_MADE, "没有接入病毒查杀"
    else:
        result, words = (Result.PASS, "") if count else (Result.NOT_MADE, _UNLOOKED.get(check, "没有需要检测的内容"))
    more |= {"known": list(known)} if known else {}
    return {"property": str(CHECKS[check][0]), "check": check, "result": str(result), "count": count, "words": words[:400], **more}


def name_of(piece: Filed) -> str:
    """What a piece is called: the material, or the document."""
    if piece.kind == PieceKind.MATERIAL:
        return material_name(piece.code)
    return piece.title


def material_name(code: str) -> str:
    """What a material is called; its code where the catalogue has it no longer."""
    known = catalogue().materials.get(code)
    return known.name if known else code


def tested(pieces: Sequence[Filed], gaps: Iterable[tuple[str, str]]) -> Tested:
    """Test pieces: their files and documents, and the gaps the records have (`archive_gaps_v1`)."""
    found = Tested()
    for kind, code in gaps:
        found.look(_GAPS[kind], _gap_words(kind, code))
    if not found.faults.get("required"):
        found.look("required")
    found.look("record")
    for piece in pieces:
        found.look(
            "metadata", "" if piece.kind and piece.code and piece.maker.strip() else f"第 {name_of(piece) or piece.code} 缺责任者"
        )
        if piece.kind in (PieceKind.RESULT, PieceKind.LETTER):
            _test_document(piece, found)
        elif piece.kind == PieceKind.MATERIAL and piece.digest:
            _test_file(piece, found)
    return found


def _gap_words(kind: str, code: str) -> str:
    if kind == "chain":
        return "没有受理记录"
    if kind == "document":
        return "没有办理结果文书"
    if kind == "rule":
        return f"事项 {code} 没有归档规则"
    name = material_name(code)
    return f"缺应收材料“{name}”" if kind == "needed" else f"材料“{name}”与受理时登记的不符或缺失"


def _test_document(piece: Filed, found: Tested) -> None:
    """A document the house issued: its content against its digest, and that it can be typeset."""
    name = piece.title
    document = IssuedDocument.objects.filter(digest=piece.digest.removeprefix(_FILE)).order_by("id").first()
    found.look("files", "" if document else f"文书“{name}”不在库中")
    if document is None:
        return
    found.look("content", "" if content_digest(document) == document.digest else f"文书“{name}”的内容与摘要不符")
    try:
        made = render_pdf(document)
    except (RuntimeError, LookupError, TypeError, ValueError, AttributeError) as error:
        # Whatever the typesetter stumbles over is a fault of this piece and of no other.
        found.look("opens", f"文书“{name}”不能排版（{type(error).__name__}）")
        return
    found.look("opens")
    _keep_pages(piece, made, "application/pdf", found)


def _test_file(piece: Filed, found: Tested) -> None:
    """A paper: the file in the store against what is registered of it."""
    name, digest = name_of(piece), piece.digest.removeprefix(_FILE)
    try:
        content = read_file(StoredFile(digest=digest))
    except (FileMissing, OSError):
        found.look("files", f"材料“{name}”的文件不在存储中")
        return
    found.look("files")
    if sm3(content) != digest:
        found.look("content", f"材料“{name}”的文件内容与摘要不符")
        return
    found.look("content")
    media_type = media_type_of(content)
    is_as_registered = len(content) == piece.size and media_type == piece.media_type
    found.look("electronic", "" if is_as_registered else f"材料“{name}”的大小或格式与登记不符")
    if media_type not in FORMATS:
        found.look("format", f"材料“{name}”不是可长期保存的格式")
        return
    fault = fault_of(content, media_type)
    is_unsafe = fault.startswith(_UNSAFE)
    found.look("format", f"材料“{name}”{fault}" if fault and not is_unsafe else "")
    found.look("active", f"材料“{name}”{fault}" if is_unsafe else "")
    is_locked = media_type == "application/pdf" and b"/Encrypt" in content
    found.look("opens", f"材料“{name}”已加密" if is_locked else "")
    _keep_pages(piece, content, media_type, found)


def _keep_pages(piece: Filed, content: bytes, media_type: str, found: Tested) -> None:
    pages = pages_of(content, media_type)
    if pages is not None:
        found.pages[piece.digest] = pages
