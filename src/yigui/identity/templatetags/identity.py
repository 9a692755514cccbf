"""What forms that are signed show."""

from typing import Any

from django import template
from django.conf import settings

from yigui.identity import proof
from yigui.identity.demo import code_of, secret_of

register = template.Library()


@register.simple_tag
def demo_code(person: Any) -> str:
    """The one-time code a demonstration account can use next; "" outside the demonstration."""
    if not settings.IS_DEMO:
        return ""
    step = proof.next_step(person)
    return code_of(secret_of(person.username), step) if step is not None else ""
