"""What is wrong with the shape of a request, place by place, in words of ours: those of the library that looked are English."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

FAULTS_MAX = 20
#: By the beginning of the library's stable word for a fault; the first that fits.
_WORDS = {
    "missing": "缺少此项", "extra_forbidden": "没有此项，请删除", "json_invalid": "不是合法的 JSON", "string_type": "应为文字",
    "string_too_short": "文字过短", "string_too_long": "文字过长", "string_pattern_mismatch": "格式不符合接口说明", "int_": "应为整数",
    "float_": "应为数字", "decimal_": "应为数字", "bool_": "应为 true 或 false", "date_": "应为日期，如 2026-11-10", "datetime_": "应为日期和时间",
    "time_": "应为日期和时间", "uuid_": "应为 UUID", "list_type": "应为数组", "too_long": "项数过多", "too_short": "项数过少", "dict_type": "应为对象",
    "model_": "应为对象", "literal_error": "不在可选范围内", "enum": "不在可选范围内", "greater_than": "数值过小", "less_than": "数值过大",
    "none_required": "应为空",
}  # fmt: skip


def faults_of(errors: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Each fault: where it is, and what it is."""
    return [{"where": ".".join(str(part) for part in one["loc"]), "what": _words(one)} for one in errors[:FAULTS_MAX]]


def _words(fault: Mapping[str, Any]) -> str:
    kind = str(fault.get("type", ""))
    return next((words for start, words in _WORDS.items() if kind.startswith(start)), f"不符合接口说明（{kind or '未知'}）")


def place_of(error: BaseException) -> dict[str, int]:
    """Where a body stops being JSON: line and column; nothing where that cannot be told."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, json.JSONDecodeError):
        cause = cause.__cause__ or cause.__context__
    return {} if cause is None else {"line": cause.lineno, "column": cause.colno}
