"""Where a partner is asked is an address and nothing else."""

import pytest
from django.test import override_settings

from yigui.common.errors import YiguiError
from yigui.exchange.asking import partner_address


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://police.example", "https://police.example"), ("https://Police.Example:8443/share/v1/", "https://police.example:8443/share/v1/"),
        ("http://127.0.0.1:9100", "http://127.0.0.1:9100"),
    ],
)  # fmt: skip
def test_an_address_is_kept(given: str, kept: str) -> None:
    assert partner_address(given) == kept


@pytest.mark.parametrize(
    "given",
    [
        "https://evil\r\nX: y", "https://evil.example/\r\nHost: x", "https://evil.example\n", "https://user:word@host.example", "https://host@evil.example",
        "https://", "https:///path", "https://host.example:port", "https://host.example:99999", "https://host.example/?q=1", "https://host.example/#x",
        "https://host.example/a b", "https://host.example\\@evil.example", "ftp://host.example", "http://host.example", "http://127.0.0.1.evil.example:1",
        "javascript:alert(1)", "//host.example", "host.example", "https://-bad.example", "https://ho_st.example/", "https://主机.example", "http://127.0.0.1",
        "https://host.example/../../etc", "https://host.example/%0d%0a", "https://[::1]/",
    ],
)  # fmt: skip
def test_anything_else_is_refused(given: str) -> None:
    with pytest.raises(YiguiError, match="服务地址"):
        partner_address(given)


@override_settings(PARTNER_HOSTS=["gov.example"])
def test_where_the_network_is_opened_host_by_host_no_other_is_taken() -> None:
    assert partner_address("https://police.gov.example/x")
    for other in ("https://gov.example.evil.example", "https://notgov.example", "https://10.0.0.1"):
        with pytest.raises(YiguiError, match="名单"):
            partner_address(other)
