"""Divisions in words."""

from django import template

from yigui.registry.models import Area
from yigui.registry.queries import area_name

register = template.Library()


@register.filter
def area(code: str) -> str:
    """The name of a division; 全市 for the scope of all, and the code itself of one the table of divisions does not have."""
    if code == "*":
        return "全市"
    try:
        return area_name(code)
    except Area.DoesNotExist:
        return code
