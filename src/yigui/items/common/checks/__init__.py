"""Checks (核查): one function each, with the id and the sentence of the catalogue.

What several items name stands here or in the `checks.py` of their group, what one item names beside that item. An item may have
its own function for a shared id. A check takes facts and returns its findings; an empty tuple when all is well.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from yigui.casework.findings import Finding

CheckFunction = Callable[[Any], Iterable[Finding]]
C = TypeVar("C", bound=CheckFunction)

_CHECKS: dict[tuple[str, str], CheckFunction] = {}

#: Run for every item before its own.
COMMON_CHECKS = (
    "channel_open", "special_window", "not_oneself", "outlet_authorised", "materials_complete", "identity_lock", "date_plausible",
    "amount_plausible", "account_of_others",
)  # fmt: skip


class CheckMissing(LookupError):
    """The catalogue names a check that nobody has written."""


def check(check_id: str, *, of: str = "") -> Callable[[C], C]:
    """Register a function under the catalogue's check id; `of` one item alone, where it differs from the others."""

    def register(function: C) -> C:
        assert (check_id, of) not in _CHECKS, f"two functions for check {check_id} {of}"
        _CHECKS[check_id, of] = function
        return function

    return register


def check_function(check_id: str, item_code: str) -> CheckFunction:
    """The function of a check for an item: its own, else the shared one.

    Raises:
        CheckMissing: there is none; says where to write it.
    """
    found = _CHECKS.get((check_id, item_code)) or _CHECKS.get((check_id, ""))
    if found is None:
        raise CheckMissing(
            f"no function for check {check_id} of {item_code}; write it in the item's module, or in items/common/checks"
        )
    return found


def known_checks() -> frozenset[str]:
    """Ids of all checks that have a function."""
    return frozenset(check_id for check_id, _ in _CHECKS)
