"""Whose request it is."""

import pytest

from yigui.common.addresses import client_address, is_in, networks, source_of

PROXIES = networks("127.0.0.1,10.0.0.0/8")


def address(peer: str, forwarded: str = "") -> str:
    return client_address({"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded}, PROXIES)


def test_a_stranger_cannot_say_who_they_are() -> None:
    assert address("203.0.113.9", "198.51.100.1") == "203.0.113.9"


def test_a_proxy_is_believed_about_the_last_stranger_only() -> None:
    assert address("127.0.0.1", "198.51.100.1, 203.0.113.9") == "203.0.113.9"
    assert address("127.0.0.1", "198.51.100.1, 203.0.113.9, 10.1.2.3") == "203.0.113.9"


def test_without_a_word_or_with_nonsense_the_peer_counts() -> None:
    assert address("127.0.0.1") == "127.0.0.1"
    assert address("10.0.0.1", "198.51.100.1, x y") == "10.0.0.1"


@pytest.mark.parametrize(
    ("one", "other"),
    [("2001:db8:1:2::1", "2001:db8:1:2:ffff::9"), ("::ffff:203.0.113.9", "203.0.113.9")],
)
def test_addresses_of_one_household_count_as_one(one: str, other: str) -> None:
    assert source_of(one) == source_of(other)


def test_neighbours_do_not() -> None:
    assert source_of("203.0.113.9") != source_of("203.0.113.8")
    assert source_of("2001:db8:1:2::1") != source_of("2001:db8:1:3::1")


def test_what_is_no_address_lies_in_no_network() -> None:
    assert not is_in("unix", PROXIES)
    assert is_in("::ffff:10.1.1.1", PROXIES)


def test_a_wrong_network_is_refused() -> None:
    with pytest.raises(ValueError, match="x"):
        networks("10.0.0.0/8,x")
