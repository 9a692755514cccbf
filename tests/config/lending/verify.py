"""Verification."""

from collections.abc import Iterator

from lending.models import Loan


def loans_without_title(using: str) -> Iterator[str]:
    """A sentence for every loan of nothing."""
    for loan in Loan.objects.using(using).filter(title=""):
        yield f"lending_loan id={loan.pk}：没有书名。"
