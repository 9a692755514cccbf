"""Area, fund and month of a finance page, read from the address; wrong ones fall back with a message."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest

from yigui.common import clock
from yigui.common.months import parse_period, period_of
from yigui.registry.enums import Insurance
from yigui.registry.models import Area
from yigui.registry.queries import areas_under
from yigui.staff.models import User


@dataclass(frozen=True)
class Choice:
    """What a page shows: an area with its counties, a fund or all, a month."""

    area: Area
    areas: list[str]
    fund: str
    period: int
    all_areas: list[Area]
    #: A month was asked for that is none: the page shows this month's, and must not answer for the other.
    is_other_month: bool = False

    @property
    def funds(self) -> list[tuple[str, str]]:
        """The funds that have books, as choices."""
        return [("", "全部基金"), *((i.value, i.label) for i in Insurance if i != Insurance.MATERNITY)]

    @property
    def query(self) -> str:
        return f"area={self.area.code}&fund={self.fund}&period={self.period}"


def choice_of(request: HttpRequest, *, own: User | None = None) -> Choice:
    """The choice of a page; the city, all funds and this month where nothing is said.

    Args:
        own: of a page that names payers: whose agency answers for the areas that may be chosen; theirs where nothing is said.
    """
    areas = list(Area.objects.order_by("level", "code")[:200])
    if own is not None:
        mine = areas_under(own.agency.area_id)
        areas = [a for a in areas if a.code in mine]
        if request.GET.get("area", mine[0]) not in mine:
            messages.error(request, "该地区的到账和退费由其经办机构或市级经办机构查看，以下为本机构的。")
    city = next((a for a in areas if a.parent_id is None), areas[0])
    area = next((a for a in areas if a.code == request.GET.get("area")), city)
    under = sorted({area.code, *(a.code for a in areas if a.parent_id == area.code)})
    fund = request.GET.get("fund", "")
    if fund and fund not in Insurance.values:
        messages.error(request, f"没有基金“{fund[:30]}”，已显示全部基金。")
        fund = ""
    text, period, is_other = request.GET.get("period", ""), period_of(clock.today()), False
    if text:
        try:
            period = parse_period(text)
        except ValueError:
            messages.error(request, f"“{text[:20]}”不是年月，应为 2026-11 的形式，以下为本月情况。")
            is_other = True
    return Choice(area, under, fund, period, areas, is_other)
