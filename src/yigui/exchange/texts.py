"""Text messages (短信): handed to an adapter. The one that ships writes a file, one message a line; an agency puts its gateway's there.

The setting `YIGUI_TEXTS` names a callable `send(phone, text)`.
"""

import json

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string


def send_text(phone: str, text: str) -> None:
    """Hand a message to the adapter."""
    import_string(settings.TEXT_ADAPTER)(phone, text)


def to_file(phone: str, text: str) -> None:
    """Append to `texts.jsonl` in the data directory."""
    path = settings.DATA / "texts.jsonl"
    path.touch(mode=0o600, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"at": timezone.now().isoformat(), "phone": phone, "text": text}, ensure_ascii=False) + "\n")
