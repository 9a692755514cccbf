"""Checks (核查): one function each, with the id and the sentence of the catalogue, shared by all items that name it.

A check takes facts and returns its findings; an empty tuple when all is well.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from yigui.casework.findings import Finding

if TYPE_CHECKING:
    from yigui.items.common.facts import Facts

CheckFunction = Callable[["Facts"], Iterable[Finding]]

_CHECKS: dict[str, CheckFunction] = {}

#: Run for every item before its own.
COMMON_CHECKS = ("channel_open", "special_window", "outlet_authorised", "materials_complete")


def check(check_id: str) -> Callable[[CheckFunction], CheckFunction]:
    """Register a function under the catalogue's check id."""

    def register(function: CheckFunction) -> CheckFunction:
        assert check_id not in _CHECKS, f"two functions for check {check_id}"
        _CHECKS[check_id] = function
        return function

    return register


def check_function(check_id: str) -> CheckFunction:
    """The function of a check.

    Raises:
        KeyError: the check has no function; a test keeps items and checks together.
    """
    return _CHECKS[check_id]


def known_checks() -> frozenset[str]:
    """Ids of all checks that have a function."""
    return frozenset(_CHECKS)
