"""A pace kept within one process: so many in so many seconds by one key. For what is only looked at, where nothing may be written."""

import threading
import time

_KEYS_MAX = 50_000


class Pace:
    """A bucket per key that fills evenly; each `take` empties it by one."""

    def __init__(self, *, most: int, seconds: float) -> None:
        self._most = most
        self._each = most / seconds
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, key: str, now: float | None = None) -> bool:
        """Whether one more is within the pace."""
        now = time.monotonic() if now is None else now
        with self._lock:
            left, since = self._buckets.get(key, (float(self._most), now))
            left = min(float(self._most), left + (now - since) * self._each)
            if len(self._buckets) >= _KEYS_MAX:
                self._buckets.clear()
            self._buckets[key] = (left - 1 if left >= 1 else left, now)
        return left >= 1
