"""Text messages of the tests: the courier carries what waits, and the adapter that ships has written them to a file."""

import json
import re
from typing import Any

from django.conf import settings

from yigui.exchange.courier import carry_texts


def texts() -> list[dict[str, Any]]:
    """Every message that went out, the last one last."""
    carry_texts()
    path = settings.DATA / "texts.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def code_sent() -> str:
    """The six digits of the message that went out last."""
    found = re.search(r"验证码 (\d{6})", texts()[-1]["text"])
    assert found is not None
    return found[1]
