"""Files of partners on their page."""

from tests.pages import signed_in, text_of
from yigui.exchange.models import InboundFile


def test_a_file_that_nobody_brought_says_so() -> None:
    newest = InboundFile.objects.order_by("-id").first()
    assert newest is not None
    assert newest.received_by is None
    assert "系统自动导入" in text_of(signed_in("head").get("/imports/"))
