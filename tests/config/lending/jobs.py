"""What the night does."""

from lending.models import Wish


def forget_untitled() -> int:
    """Throw away wishes for nothing."""
    return Wish.objects.filter(title="").delete()[0]
