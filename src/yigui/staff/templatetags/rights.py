"""What the reader of a page may open."""

from typing import Any

from django import template

from yigui.staff.rights import has_page_right

register = template.Library()


@register.filter
def may_open(user: Any, right: str) -> bool:
    """Whether somebody has the right to a page, so that it is linked for them; others read its number only."""
    return has_page_right(user, right)
