"""Words of the catalogue's enumerations."""

from yigui.catalogue.declarations import catalogue


def reason_label(enumeration: str, value: str) -> str:
    """The words of a value of an enumeration."""
    return catalogue().enums[enumeration].get(value, value)
