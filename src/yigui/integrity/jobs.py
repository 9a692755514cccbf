"""Background job: the nightly seal."""

import logging

from yigui.common import clock
from yigui.integrity.seal import seal_day

logger = logging.getLogger(__name__)


def seal_today() -> None:
    """Seal what has happened since the last seal."""
    sealed = seal_day(clock.today())
    logger.info("sealed: %s", sealed.root if sealed else "nothing new")
