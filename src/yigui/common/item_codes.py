"""Codes of business items (事项编码): `REG-004` is the fourth of REG."""


def prefix_of(item_code: str) -> str:
    """The first part of an item's code, which authority and sampling are given for."""
    return item_code.partition("-")[0]


def scopes_of(item_code: str) -> frozenset[str]:
    """Everything that covers an item: all items, its prefix, itself."""
    return frozenset({"*", prefix_of(item_code), item_code})
