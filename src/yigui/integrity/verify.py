"""Verification (核验): everything recomputed from the tables; the first row that was tampered with is named.

Each room says in its `room.py` what it can recompute. Silent on a good database. Reads only.
"""

from collections.abc import Callable, Iterator

from yigui.common.rooms import rooms
from yigui.integrity.models import Seal
from yigui.integrity.seal import chain_heads, seal_root

_BATCH = 2000


def verify_all(using: str = "default", on_part: Callable[[str], None] | None = None) -> Iterator[str]:
    """Yield a sentence for every fault found, in the order of the parts."""
    parts = [part for room in rooms() for part in room.verifications]
    for part in sorted(parts, key=lambda part: part.place):
        if on_part is not None:
            on_part(part.label)
        yield from part.faults(using)


def seals(using: str) -> Iterator[str]:
    """A sentence for every nightly seal that does not come out again."""
    previous, next_id = "0" * 64, 1
    for seal in Seal.objects.using(using).order_by("id").iterator(chunk_size=_BATCH):
        heads = chain_heads(seal.first_event_id, seal.last_event_id, using)
        if seal.previous != previous or seal.first_event_id != next_id or seal.root != seal_root(previous, heads):
            yield f"casework_seal id={seal.pk}（{seal.day}）：封存根与重算结果不符。"
        previous, next_id = seal.root, seal.last_event_id + 1
