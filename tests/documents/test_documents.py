"""Papers by digest, and issued documents with their public verification."""

import subprocess
from pathlib import Path

import pytest
from django.test import Client

from tests import city
from tests.pdf import pdf
from yigui.documents.errors import FileRefused
from yigui.documents.render import render_pdf
from yigui.documents.store import path_of, store_file


def test_the_same_paper_is_kept_once() -> None:
    first, second = store_file(pdf(b"one"), "一.pdf"), store_file(pdf(b"one"), "二.pdf")
    assert first == second
    assert path_of(first.digest).read_bytes() == pdf(b"one")


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "空.pdf", "是空的"), (b"<html><script>", "页面.pdf", "不是 PDF"), (b"PK\x03\x04 word/vbaProject.bin", "宏.docm", "不是 PDF"),
        (b"%PDF-" + b"0" * (20 * 1024 * 1024), "大.pdf", "超过 20 MB"), (b"MZ\x90", "程序.jpg", "不是 PDF"),
    ],
    ids=["empty", "html", "macro", "large", "program"],
)  # fmt: skip
def test_what_is_no_scanned_paper_is_refused(content: bytes, name: str, words: str) -> None:
    with pytest.raises(FileRefused, match=words):
        store_file(content, name)


def test_a_receipt_is_a_pdf_with_its_text_and_code(tmp_path: Path) -> None:
    case = city.accept_class3()
    assert case.document is not None
    pdf = render_pdf(case.document)
    assert pdf.startswith(b"%PDF-")
    assert len(pdf) < 200_000
    path = tmp_path / "receipt.pdf"
    path.write_bytes(pdf)
    if subprocess.run(["which", "pdftotext"], capture_output=True).returncode == 0:
        text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
        assert case.document.code in text
        assert case.case_no in text


def test_the_verification_page_shows_a_masked_name_and_nothing_more() -> None:
    case = city.accept_class3()
    assert case.document is not None
    assert case.person is not None
    page = Client().get(f"/v/{case.document.code}").content.decode()
    assert "文书真实有效" in page
    assert case.subject_name not in page
    assert case.subject_name[-1] in page
    for secret in (case.person.id_number, case.person.mobile, case.person.address, case.case_no, case.person.person_no):
        assert secret not in page


def test_an_unknown_code_is_told_not_to_be_believed() -> None:
    answer = Client().get("/v/ZZZZ-ZZZZ-ZZZZ-ZZZZ")
    assert answer.status_code == 404
    assert "不要采信" in answer.content.decode()
