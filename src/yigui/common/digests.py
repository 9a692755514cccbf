"""SM3 digests (GB/T 32905) over canonical JSON."""

import datetime as dt
import hashlib
import json
from decimal import Decimal
from pathlib import Path
from typing import Any


def sm3(data: bytes | str) -> str:
    """SM3 as 64 hexadecimal digits; text is read as UTF-8."""
    return hashlib.new("sm3", data.encode() if isinstance(data, str) else data).hexdigest()


def sm3_of_file(path: Path) -> str:
    """SM3 of a file, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.new("sm3")).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"no canonical form for {type(value).__name__}")


def canonical_json(value: Any) -> str:
    """One text for one value: keys sorted, no blanks, instants in UTC to the microsecond."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)


def digest_of(value: Any) -> str:
    """SM3 of the canonical JSON of a value."""
    return sm3(canonical_json(value))
