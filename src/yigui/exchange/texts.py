"""Text messages (短信): handed to an adapter. The one that ships writes a file, one message a line; an agency puts its gateway's there.

The setting `YIGUI_TEXTS` names a callable `send(phone, text)`.
"""

import json
import logging
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string


def send_text(phone: str, text: str) -> None:
    """Hand a message to the adapter."""
    import_string(settings.TEXT_ADAPTER)(phone, text)


def send_soon(phone: str, text: str) -> None:
    """Hand a message to the adapter beside the request that asked for it: how long the answer takes tells nobody whether one was sent."""
    if settings.TEXTS_BESIDE:
        _beside.submit(_send_or_log, phone, text)
    else:
        send_text(phone, text)


def _send_or_log(phone: str, text: str) -> None:
    try:
        send_text(phone, text)
    except Exception:
        # The person asks for another code; who runs the gateway must hear of it.
        logger.exception("text message not sent")


#: Its threads begin with the first message, after the processes of the server have parted.
_beside = ThreadPoolExecutor(max_workers=2, thread_name_prefix="texts")
logger = logging.getLogger(__name__)


def to_file(phone: str, text: str) -> None:
    """Append to `texts.jsonl` in the data directory."""
    path = settings.DATA / "texts.jsonl"
    path.touch(mode=0o600, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"at": timezone.now().isoformat(), "phone": phone, "text": text}, ensure_ascii=False) + "\n")
