"""Filters and tags every template has."""

import re
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, Select, Textarea
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from yigui.common.identifiers import mask_name, mask_number, mask_phone
from yigui.common.item_codes import scope_words
from yigui.common.money import format_fen
from yigui.common.months import format_period
from yigui.common.reasons import REASON_MAX, REASON_MIN
from yigui.ui.way_back import page_shown

register = template.Library()

register.filter("fen", format_fen)
register.filter("period", format_period)
register.filter("mask_name", mask_name)
register.filter("mask_number", mask_number)
register.filter("mask_phone", mask_phone)
register.filter("item_scope", scope_words)
register.filter("page_shown", page_shown)


#: A number as it is read: an amount with its commas, decimals and unit, or a day or month.
_NUMBER = re.compile(r"[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?|-?[0-9][0-9,]*(?:\.[0-9]+)?(?: ?(?:元|%|个月))?")


@register.filter
def unbroken(text: Any) -> SafeString:
    """A text whose numbers are not broken at the end of a line, on a page or on paper."""
    plain, parts, at = str(text), [], 0
    for found in _NUMBER.finditer(plain):
        parts += [escape(plain[at : found.start()]), format_html('<span class="nowrap">{}</span>', found[0])]
        at = found.end()
    return mark_safe("".join([*parts, escape(plain[at:])]))


#: Where a case number is read in parts: division, day, running number.
_PARTS_OF_NUMBER = (6, 14)
_LENGTH_OF_NUMBER = 22


@register.filter
def grouped(number: Any) -> SafeString:
    """A case number (办件编号) in its three parts, so that it can be read out; copied, it is without blanks. Other texts stay as they are."""
    plain = str(number)
    if len(plain) != _LENGTH_OF_NUMBER or not plain.isdecimal():
        return escape(plain)
    first, second = _PARTS_OF_NUMBER
    parts = (plain[:first], plain[first:second], plain[second:])
    return format_html(
        '<span class="number-parts num">{}</span>', format_html_join("", "<span>{}</span>", ((part,) for part in parts))
    )


@register.filter
def lookup(mapping: Any, key: Any) -> Any:
    """`mapping[key]`, or an empty string."""
    return mapping.get(key, "") if mapping else ""


_ICONS = {
    "search": "M10 10m-7 0a7 7 0 1 0 14 0a7 7 0 1 0 -14 0M21 21l-6 -6",
    "home": "M5 12l-2 0l9 -9l9 9l-2 0M5 12v7a2 2 0 0 0 2 2h10a2 2 0 0 0 2 -2v-7M9 21v-6a2 2 0 0 1 2 -2h2a2 2 0 0 1 2 2v6",
    "chart": "M3 13a1 1 0 0 1 1 -1h4a1 1 0 0 1 1 1v6a1 1 0 0 1 -1 1h-4a1 1 0 0 1 -1 -1zM15 9a1 1 0 0 1 1 -1h4a1 1 0 0 1 1 1v10a1 1 0 0 1 -1 1h-4a1 1 0 0 1 -1 -1zM9 5a1 1 0 0 1 1 -1h4a1 1 0 0 1 1 1v14a1 1 0 0 1 -1 1h-4a1 1 0 0 1 -1 -1zM4 20h14",
    "inbox": "M4 4m0 2a2 2 0 0 1 2 -2h12a2 2 0 0 1 2 2v12a2 2 0 0 1 -2 2h-12a2 2 0 0 1 -2 -2zM4 13h3l3 3h4l3 -3h3",
    "list": "M9 6l11 0M9 12l11 0M9 18l11 0M5 6l0 .01M5 12l0 .01M5 18l0 .01",
    "file": "M14 3v4a1 1 0 0 0 1 1h4M17 21h-10a2 2 0 0 1 -2 -2v-14a2 2 0 0 1 2 -2h7l5 5v11a2 2 0 0 1 -2 2z",
    "shield": "M12 3a12 12 0 0 0 8.5 3a12 12 0 0 1 -8.5 15a12 12 0 0 1 -8.5 -15a12 12 0 0 0 8.5 -3M9 12l2 2l4 -4",
    "users": "M9 7m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0M3 21v-2a4 4 0 0 1 4 -4h4a4 4 0 0 1 4 4v2M16 3.13a4 4 0 0 1 0 7.75M21 21v-2a4 4 0 0 0 -3 -3.85",
    "upload": "M4 17v2a2 2 0 0 0 2 2h12a2 2 0 0 0 2 -2v-2M7 9l5 -5l5 5M12 4l0 12",
    "clock": "M12 12m-9 0a9 9 0 1 0 18 0a9 9 0 1 0 -18 0M12 7v5l3 3",
    "eye": "M10 12a2 2 0 1 0 4 0a2 2 0 0 0 -4 0M21 12c-2.4 4 -5.4 6 -9 6c-3.6 0 -6.6 -2 -9 -6c2.4 -4 5.4 -6 9 -6c3.6 0 6.6 2 9 6",
    "key": "M16.555 3.843l3.602 3.602a2.877 2.877 0 0 1 0 4.069l-2.643 2.643a2.877 2.877 0 0 1 -4.069 0l-.301 -.301l-6.558 6.558a2 2 0 0 1 -1.239 .578l-.175 .008h-1.172a1 1 0 0 1 -.993 -.883l-.007 -.117v-1.172a2 2 0 0 1 .467 -1.284l.119 -.13l.414 -.414h2v-2h2v-2l2.144 -2.144l-.301 -.301a2.877 2.877 0 0 1 0 -4.069l2.643 -2.643a2.877 2.877 0 0 1 4.069 0zM15 9h.01",
    "print": "M17 17h2a2 2 0 0 0 2 -2v-4a2 2 0 0 0 -2 -2h-14a2 2 0 0 0 -2 2v4a2 2 0 0 0 2 2h2M17 9v-4a2 2 0 0 0 -2 -2h-6a2 2 0 0 0 -2 2v4M7 13m0 2a2 2 0 0 1 2 -2h6a2 2 0 0 1 2 2v4a2 2 0 0 1 -2 2h-6a2 2 0 0 1 -2 -2z",
    "check": "M5 12l5 5l10 -10",
    "meeting": "M3 21l18 0M5 21v-14l8 -4v18M19 21v-10l-6 -4M9 9l0 .01M9 12l0 .01M9 15l0 .01M9 18l0 .01",
    "flag": "M5 5a5 5 0 0 1 7 0a5 5 0 0 0 7 0v9a5 5 0 0 1 -7 0a5 5 0 0 0 -7 0v-9zM5 21v-7",
    "bell": "M10 5a2 2 0 1 1 4 0a7 7 0 0 1 4 6v3a4 4 0 0 0 2 3h-16a4 4 0 0 0 2 -3v-3a7 7 0 0 1 4 -6M9 17v1a3 3 0 0 0 6 0v-1",
    "undo": "M9 14l-4 -4l4 -4M5 10h11a4 4 0 1 1 0 8h-1",
    "alert": "M12 9v4M10.363 3.591l-8.106 13.534a1.914 1.914 0 0 0 1.636 2.871h16.214a1.914 1.914 0 0 0 1.636 -2.87l-8.106 -13.536a1.914 1.914 0 0 0 -3.274 0zM12 16h.01",
}


@register.simple_tag
def reason_limits() -> SafeString:
    """The attributes of an input for a reason in writing, by the rule that reads it (`common.reasons`)."""
    return format_html('minlength="{}" maxlength="{}"', REASON_MIN, REASON_MAX)


@register.simple_tag
def icon(name: str) -> SafeString:
    """An outline icon (shapes from Tabler Icons, MIT), decorative."""
    return format_html(
        '<svg class="icon" width="20" height="20" viewBox="0 0 24 24" stroke-width="1.75" stroke="currentColor" fill="none" '
        'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="{}"/></svg>',
        _ICONS[name],
    )


@register.filter
def widget(field: BoundField) -> SafeString:
    """A form field's widget with Tabler's classes, its errors and hints tied to it."""
    drawn = field.field.widget
    # A list of boxes is a select to Django: what is ticked comes first.
    css = (
        "form-check-input"
        if is_check(field) or is_choice_list(field)
        else "form-select"
        if isinstance(drawn, Select)
        else "form-control"
    )
    attrs: dict[str, str | bool] = {
        "class": css + (" is-invalid" if field.errors else ""),
        "aria-describedby": f"{field.auto_id}_hint",
    }
    if field.field.required and not is_choice_list(field):
        attrs["aria-required"] = "true"
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)


@register.filter
def input_id(field: BoundField) -> str:
    """The id of what takes the cursor for a form field: its input, the first box of a list; what is filled by a list of its own has only its hint."""
    if is_choice_list(field):
        return f"{field.auto_id}_0"
    return f"{field.auto_id}_hint" if field.is_hidden else str(field.id_for_label)


@register.filter
def is_choice_list(field: BoundField) -> bool:
    """Whether the field is a list of check boxes."""
    return isinstance(field.field.widget, CheckboxSelectMultiple)


@register.filter
def is_check(field: BoundField) -> bool:
    """Whether the field is a single check box."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_wide(field: BoundField) -> bool:
    """Whether the field wants a whole row."""
    return isinstance(field.field.widget, Textarea) or is_choice_list(field)
