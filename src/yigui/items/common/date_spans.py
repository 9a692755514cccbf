"""What can be true of a date (日期的合理区间): every date, month and year that a form asks for has its span.

The spans are declared (`date_spans` of the catalogue's tables), by the name of the field and the day; `items/common/checks/dates.py` holds
what was typed against them; a test wants a span for every such field of the catalogue.
"""

import datetime as dt

from yigui.catalogue.declarations import catalogue
from yigui.catalogue.shapes import DateSpan

#: The first month anybody was insured (劳动保险条例, 政务院 1951-02-26, in force 1951-03-01), YYYYMM.
FIRST_MONTH = 195103
#: Months between the day of an event and the period it is declared for, from which months were levied meanwhile.
LEVIED_MEANWHILE = 2


def span_of(item_code: str, name: str, day: dt.date) -> DateSpan:
    """The span of a date field of an item on a day.

    Raises:
        KeyError: nobody has said what can be true of it.
    """
    spans = catalogue().on(day).date_spans
    return spans.get((item_code, name)) or spans["", name]
