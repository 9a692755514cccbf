"""What the night does."""

from lending.models import Loan


def forget_untitled() -> int:
    """Throw away loans of nothing."""
    return Loan.objects.filter(title="").delete()[0]
