"""Whose areas the finance pages show, and area, fund and month of one, read from the address; wrong ones fall back with a message."""

from dataclasses import dataclass

from django.contrib import messages

from yigui.common import clock
from yigui.common.errors import Forbidden
from yigui.common.months import parse_period, period_of
from yigui.registry.enums import Insurance
from yigui.registry.models import Area
from yigui.registry.queries import area_name
from yigui.runs.signing import answers_for
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.scope import own_areas


def refuse_foreign(user: User, area_code: str, what: str) -> None:
    """Refuse what belongs to an area another agency answers for; one of the staff may know that it is there.

    Args:
        what: the thing in words, as the sentence begins.

    Raises:
        Forbidden: somebody else's.
    """
    if not answers_for(user, area_code):
        raise Forbidden(
            f"{what}属于{area_name(area_code)}，由该地区或其市级经办机构的人员查看和办理；确需查看的，请向该机构查询。",
            area=area_code,
        )


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


def choice_of(request: OfficerRequest) -> Choice:
    """The choice of a page: of the areas the agency of whoever looks answers for; all of them, all funds and this month where nothing is said."""
    mine = own_areas(request.user)
    areas = list(Area.objects.filter(code__in=mine).order_by("level", "code")[:200])
    if (request.GET.get("area") or mine[0]) not in mine:
        messages.error(request, "该地区的收支和账务由其经办机构或市级经办机构查看，以下为本机构的。")
    own = next(a for a in areas if a.code == request.user.agency.area_id)
    area = next((a for a in areas if a.code == request.GET.get("area")), own)
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
