"""How areas of parameters are called: divisions of this house, the nation, provinces it has no division of."""

from collections.abc import Iterable
from functools import cache

from yigui.law.parameter_table import NATIONAL
from yigui.law.province import provinces_of_files
from yigui.registry.models import Area


def area_names(codes: Iterable[str]) -> dict[str, str]:
    """The names of areas by code; of one that is no division of this house, the province's name with the code."""
    wanted = list(codes)
    known = dict(Area.objects.filter(pk__in=wanted).values_list("code", "name"))
    return {code: known[code] if code in known else _elsewhere(code) for code in wanted}


@cache
def area_said(code: str) -> str:
    """The name of one; divisions change only with a new installation, so it is kept."""
    return area_names([code])[code]


def _elsewhere(code: str) -> str:
    if code == NATIONAL:
        return "全国"
    province = provinces_of_files().get(code[:2] + "0000")
    return code if province is None else f"{province.label.partition('企业职工')[0]}（{code}）"
