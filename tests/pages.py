"""What a page says, as a person reads it."""

import html
from typing import Any


def text_of(answer: Any) -> str:
    """The source of an answer's page with entities read and white space folded, as a browser folds it."""
    return " ".join(html.unescape(answer.content.decode()).split())
