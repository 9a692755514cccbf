"""Background jobs: the nightly seal, and the rows of parts that runs have attached."""

import logging

from django.db import connection

from yigui.integrity.seal import seal_day

logger = logging.getLogger(__name__)


def seal_today() -> None:
    """Seal what has happened since the last seal."""
    sealed = seal_day()
    logger.info("sealed: %s", sealed.root if sealed else "nothing new")


def take_parts() -> None:
    """Record the rows of parts that executed batches have attached since."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT integrity_take_parts_v1()")
        (taken,) = cursor.fetchone()
    if taken:
        logger.info("parts recorded: %s", taken)
