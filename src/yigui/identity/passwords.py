"""Password rules beyond Django's own."""

import re
from typing import Any

from django.contrib.auth.password_validation import MinimumLengthValidator, get_default_password_validators
from django.core.exceptions import ValidationError


class SeveralKindsValidator:
    """At least three of: lower case, upper case, digits, signs. Source: GB/T 22239-2019, 三级 身份鉴别."""

    def validate(self, password: str, user: Any = None) -> None:
        kinds = sum(bool(re.search(p, password)) for p in (r"[a-z]", r"[A-Z]", r"\d", r"[^A-Za-z0-9]"))
        if kinds < 3:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        return "密码须包含大写字母、小写字母、数字、符号中的三类。"


def password_rule() -> str:
    """What a new password must be, in a few words, by the validators that will read it (beside the field: 新密码)."""
    shortest = next(v.min_length for v in get_default_password_validators() if isinstance(v, MinimumLengthValidator))
    return f"至少 {shortest} 位，含大写字母、小写字母、数字、符号中的三类"
