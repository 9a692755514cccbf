"""What a check says is read as sentences, wherever it stands."""

import pytest

from yigui.casework.findings import Finding, sentences_of


@pytest.mark.parametrize(
    ("message", "detail", "said"),
    [
        ("无此人就业备案信息", "请先办理就业备案。", "无此人就业备案信息。请先办理就业备案。"),
        ("起止年月填写有误。", "填写的是 2026年1月。", "起止年月填写有误。填写的是 2026年1月。"),
        ("无此人就业备案信息", "", "无此人就业备案信息"),
    ],
)
def test_a_message_without_an_end_gets_one_before_its_detail(message: str, detail: str, said: str) -> None:
    finding = Finding("some", message, detail=detail)
    assert finding.sentence == said
    assert sentences_of([finding]) == [said]
