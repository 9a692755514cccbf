"""What the first visitor would otherwise wait for: the catalogue, the forms, the pinyin dictionary, the calendar."""

from yigui.casework.handlers import is_open
from yigui.catalogue.declarations import declared
from yigui.catalogue.forms import form_class
from yigui.common import clock
from yigui.common.pinyin import pinyin_initials
from yigui.common.workdays import announced_years


def warm_up() -> None:
    """Load it once, before the web server forks its workers. Touches no database."""
    for item in declared().items(clock.today()):
        pinyin_initials(item.name)
        if is_open(item.code):
            form_class(item, clock.today())
    announced_years()
