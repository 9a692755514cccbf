"""Verification: samples against the seed that drew them, scores against the findings."""

from collections.abc import Iterator

from django.db import connections


def samples(using: str) -> Iterator[str]:
    """A sentence for every sample that its seed does not draw, and every score that its findings do not give."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT audit_faults_v1()")
        yield from (sentence for (sentence,) in cursor.fetchall())
