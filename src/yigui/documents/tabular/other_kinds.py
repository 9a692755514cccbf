"""What a file really is, by its first bytes, where it is neither a table nor a message: the sentence says so instead of what is missing in it."""

import io
import re
import zipfile

from yigui.common.texts import decoded
from yigui.documents.errors import FileRefused

_LOOKED_AT = 4_000
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|table|body|meta)\b", re.IGNORECASE | re.DOTALL
)
_SPREADSHEET_XML = re.compile(r"urn:schemas-microsoft-com:office:spreadsheet|progid=\"Excel\.Sheet\"", re.IGNORECASE)
_MT940 = re.compile(r"(?:\{1:F01[\s\S]{0,200}|\s*):20:[\s\S]{0,400}:(?:25|28C?|60[FM]):")
_BY_BYTES = (
    (b"%PDF-", "PDF 文件", "请上传原始的表格（.xlsx 或 .csv）"), (b"\x89PNG", "图片", "请上传原始的表格（.xlsx 或 .csv）"),
    (b"\xff\xd8\xff", "图片", "请上传原始的表格（.xlsx 或 .csv）"), (b"Rar!", "压缩包（RAR）", "请解压后上传其中的文件"),
    (b"7z\xbc\xaf", "压缩包（7z）", "请解压后上传其中的文件"), (b"\x1f\x8b", "压缩包（GZIP）", "请解压后上传其中的文件"),
)  # fmt: skip
#: What stands in an archive of each kind; a workbook's own are not among them.
_BY_MEMBER = (
    ("OFD.xml", "OFD 版式文件", "请上传原始的表格（.xlsx 或 .csv）"), ("word/document.xml", "Word 文档", "请把其中的表格另存为 .xlsx 后上传"),
    ("ppt/presentation.xml", "演示文稿", "请上传原始的表格（.xlsx 或 .csv）"),
)  # fmt: skip
_OF_WORKBOOKS = ("[Content_Types].xml", "xl/workbook.xml", "xl/workbook.bin", "content.xml", "mimetype")


def refuse_other_kinds(content: bytes, file_name: str) -> None:
    """Refuse what is of another kind, by what it is.

    Raises:
        FileRefused: a PDF, an image, an archive of other files, a page of the web, a table of Excel 2003 in XML, a message MT940; not anything else.
    """
    kind, advice = _kind_of(content)
    if kind:
        raise FileRefused(
            f"文件“{file_name}”实为{' ' if kind[0].isascii() else ''}{kind}，不是可读取的表格或报文，未作任何改动。{advice}。"
        )


def _kind_of(content: bytes) -> tuple[str, str]:
    for begins, kind, advice in _BY_BYTES:
        if content.startswith(begins):
            return kind, advice
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_archive(content)
    text = decoded(content[:_LOOKED_AT]) or content[:_LOOKED_AT].decode("latin-1")
    text = text.lstrip("\ufeff")
    if _HTML.match(text):
        return "网页（HTML）", "请用 Excel 或 WPS 打开后另存为 .xlsx，核对后上传"
    if text.lstrip().startswith("<") and _SPREADSHEET_XML.search(text):
        return "Excel 2003 的 XML 表格", "请用 Excel 或 WPS 打开后另存为 .xlsx 后上传"
    if _MT940.match(text):
        return "SWIFT 对账单（MT940）", "请向银行索取 camt.053 对账单或表格"
    return "", ""


def _kind_of_archive(content: bytes) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist()[:2000])
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return "", ""
    for member, kind, advice in _BY_MEMBER:
        if member in names:
            return kind, advice
    return ("", "") if names.intersection(_OF_WORKBOOKS) or not names else ("压缩包（ZIP）", "请解压后上传其中的文件")
