"""How many pages a file has, where that can be known without opening it in a viewer."""

import re
import struct
import zlib

#: Pictures of a TIFF, bytes of an unpacked stream, streams of a PDF that are looked at, at most.
_PICTURES_MAX, _STREAM_MAX, _STREAMS_MAX = 2000, 4_000_000, 500
_TREE = re.compile(rb"/Type\s*/Pages\b")
_COUNT = re.compile(rb"/Count\s+(\d{1,6})\b")
_OBJECTS = re.compile(rb"/Type\s*/ObjStm\b.{0,400}?stream\r?\n", re.DOTALL)


def pages_of(content: bytes, media_type: str) -> int | None:
    """Pages of a paper; None where nobody can tell (a PDF that was changed by adding to it, a damaged file)."""
    if media_type in ("image/jpeg", "image/png"):
        return 1
    if media_type == "image/tiff":
        return _pictures(content)
    return _pages(content) if media_type == "application/pdf" else None


def _pictures(content: bytes) -> int | None:
    order = "<" if content[:2] == b"II" else ">"
    count, seen = 0, set()
    try:
        (place,) = struct.unpack(f"{order}I", content[4:8])
        while place and count < _PICTURES_MAX:
            if place in seen:
                return None
            seen.add(place)
            (entries,) = struct.unpack(f"{order}H", content[place : place + 2])
            end = place + 2 + 12 * entries
            (place,) = struct.unpack(f"{order}I", content[end : end + 4])
            count += 1
    except struct.error:
        return None
    return count or None


def _pages(content: bytes) -> int | None:
    if content.count(b"%%EOF") != 1:
        return None
    parts = [content, *_unpacked(content)]
    counts = [
        int(found[1]) for part in parts for at in _TREE.finditer(part) for found in [_COUNT.search(_around(part, at))] if found
    ]
    return max(counts, default=0) or None


def _around(part: bytes, at: "re.Match[bytes]") -> bytes:
    """The dictionary a match stands in."""
    begins, ends = part.rfind(b"<<", max(0, at.start() - 2000), at.start()), part.find(b">>", at.end(), at.end() + 20_000)
    return part[max(begins, 0) : ends if ends > 0 else at.end()]


def _unpacked(content: bytes) -> list[bytes]:
    """The object streams of a PDF."""
    found = []
    for at in list(_OBJECTS.finditer(content))[:_STREAMS_MAX]:
        try:
            found.append(zlib.decompressobj().decompress(content[at.end() :], _STREAM_MAX))
        except zlib.error:
            continue
    return found
