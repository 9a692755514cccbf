"""Lists of cases (办件清单): those of one's own areas, those past their day, and a teller's own. The same columns and conditions, told apart by whose they are."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from yigui.casework.enums import CaseStatus
from yigui.casework.models import Case
from yigui.casework.queries import RUNNING, lights, overdue_cases, own_cases
from yigui.catalogue.declarations import catalogue
from yigui.common import clock
from yigui.common.identifiers import mask_name
from yigui.common.normalise import plain_code
from yigui.registry.models import Agency, Employer, Person
from yigui.registry.search import search_employers, search_persons
from yigui.shell.lists import As, Chips, Choice, Column, Condition, Day, Find, Listing, Text, Tone
from yigui.staff.models import User
from yigui.tasks.list_exports import declared
from yigui.tasks.looks import employers_within, people_within
from yigui.warrants.enums import RiskClass

_NUMBER_LENGTH = 22
#: Of the people and the employers a text names so many are looked for; the part says that there were more.
_FIRST, _MORE = 10, "m"
_TONES = {
    CaseStatus.WAITING: Tone.HELD, CaseStatus.OPEN: Tone.GO, CaseStatus.RETURNED: Tone.WARN, CaseStatus.APPROVED: Tone.GO,
    CaseStatus.FINISHED: Tone.DONE, CaseStatus.DECLINED: Tone.BAD, CaseStatus.WITHDRAWN: Tone.OVER,
}  # fmt: skip
_LIGHTS = {"red": ("已超期", Tone.BAD), "amber": ("将超期", Tone.WARN)}


def _rows() -> "QuerySet[Case]":
    rows = Case.objects.select_related("agency", "area", "accepted_by")
    return rows.defer("form", "preview", "findings", "outcome", "waiting_money", "risk_reasons")


def _lit(rows: list[Any]) -> list[Any]:
    """Each case with its light; the agency's calendar is read once."""
    light = lights(clock.today())
    for case in rows:
        case.light = light(case)
    return rows


def grouped(case_no: str) -> str:
    """A case number as people read it: agency, day, running number."""
    return re.sub(r"^([0-9]{6})([0-9]{8})([0-9]{8})$", r"\1 \2 \3", case_no)


def _people(user: User) -> Q | None:
    """Whom a list of cases is narrowed to: whom somebody may look at, and whom a case of their own areas is about. None: everybody."""
    within = people_within(user)
    return within and within | Q(Exists(Case.objects.filter(own_cases(user), person=OuterRef("pk"))))


def _units(user: User) -> Q | None:
    within = employers_within(user)
    return within and within | Q(Exists(Case.objects.filter(own_cases(user), employer=OuterRef("pk"))))


def _found(user: User, text: str) -> Mapping[str, str] | str:
    """A case's own page by its number; else whom the text names, by the house's numbers."""
    digits = plain_code(text)
    if digits.isdigit() and len(digits) == _NUMBER_LENGTH and Case.objects.filter(case_no=digits).exists():
        return reverse("backoffice:case", args=[digits])
    people, units = search_persons(text, _people(user)), search_employers(text, _units(user))
    found = [f"p{p.person_no}" for p in people.rows[:_FIRST]] + [f"u{e.unit_no}" for e in units.rows[:_FIRST]]
    if any(result.has_more or len(result.rows) > _FIRST for result in (people, units)):
        found.insert(0, _MORE)
    if not found and digits.isdigit():
        found = [f"c{digits[:_NUMBER_LENGTH]}"]
    return {"who": ".".join(found) or "0"}


def _parts(value: str) -> tuple[list[str], list[str], list[str]]:
    parts = value.split(".")
    return tuple([part[1:] for part in parts if part[:1] == kind] for kind in "puc")  # type: ignore[return-value]


def _about(rows: Any, value: str) -> Any:
    people, units, numbers = _parts(value)
    about = Q(pk__in=[])
    if people:
        about |= Q(person__in=list(Person.objects.filter(person_no__in=people).values_list("pk", flat=True)))
    if units:
        about |= Q(employer__in=list(Employer.objects.filter(unit_no__in=units).values_list("pk", flat=True)))
    for number in numbers:
        about |= Q(case_no__startswith=number)
    return rows.filter(about)


def cases_about(user: User, people: list[int], units: list[int]) -> "QuerySet[Case]":
    """Of the cases somebody may see in the list those of some persons and employers, newest first."""
    return CASES.rows(user).filter(Q(person__in=people) | Q(employer__in=units)).order_by("-pk")


def _said(user: User, value: str) -> str:
    """Whom the parameter names, as far as whoever looks may find them."""
    people, units, numbers = _parts(value)
    known = Person.objects.filter(_people(user) or Q(), person_no__in=people[:1]) if people else Person.objects.none()
    names = [mask_name(name) for name in known.values_list("name", flat=True)]
    own = Employer.objects.filter(_units(user) or Q(), unit_no__in=units[:1]) if units else Employer.objects.none()
    names += list(own.values_list("name", flat=True))
    names += [f"编号 {number} 开头" for number in numbers]
    has_more = _MORE in value.split(".")
    if not names:
        return "符合的太多，没有找全，请用号码查找" if has_more else "没有找到这样的个人、单位或办件"
    count = len(people) + len(units) + len(numbers)
    said = "、".join(names) + (f" 等 {count} 个" if count > len(names) else "")
    return f"{said}（只按前 {_FIRST} 个查找，其余请用号码）" if has_more else said


WHO = Find(
    "who", "对象或办件编号", "姓名、单位名称的部分文字、拼音或首字母；证件号码、个人编号、单位编号、办件编号", _found, _about, _said
)


def _by_acceptor(rows: Any, text: str) -> Any:
    return rows.filter(
        accepted_by__in=list(User.objects.filter(Q(full_name__contains=text) | Q(username=text)).values_list("pk", flat=True)[:200])
    )


def _items(user: User) -> list[tuple[str, str]]:
    return [(item.code, f"{item.code} {item.name}") for item in catalogue().items(clock.today())]


_ITEM = Choice("item", "事项", _items, lambda rows, code: rows.filter(item_code=code))
_FROM, _UNTIL = Day("from", "受理自", "accepted_on__gte"), Day("until", "受理至", "accepted_on__lte")
_CHANNEL = Choice("channel", "渠道", lambda user: list(catalogue().channels.items()), lambda rows, code: rows.filter(channel=code))
_CLASS = Choice(
    "class",
    "风险等级",
    lambda user: [(str(value), label) for value, label in RiskClass.choices],
    lambda rows, code: rows.filter(risk_class=code),
)
#: How soon a case is due whose days run: the days from today, from the first to the last.
DUE: dict[str, tuple[str, int | None, int | None]] = {
    "overdue": ("已超期", None, -1), "today": ("今日到期", 0, 0), "week": ("七日内到期", 1, 7), "later": ("七日后到期", 8, None),
}  # fmt: skip


def _by_due(rows: Any, code: str) -> Any:
    _, first, last = DUE[code]
    today, rows = clock.today(), rows.filter(RUNNING)
    if first is not None:
        rows = rows.filter(due_on__gte=today + dt.timedelta(days=first))
    return rows.filter(due_on__lte=today + dt.timedelta(days=last)) if last is not None else rows


_DUE_IN = Choice("due", "在办时限", lambda user: [(code, words) for code, (words, _, _) in DUE.items()], _by_due)
_AGENCY = Choice(
    "agency",
    "经办机构",
    lambda user: list(Agency.objects.order_by("code").values_list("code", "name")[:200]),
    lambda rows, code: rows.filter(agency=code),
)
_ACCEPTOR = Text("by", "受理人", _by_acceptor, "姓名或用户名")
_STATUS = Chips("status", "状态", "status", lambda: dict(CaseStatus.choices))

_NUMBER = Column(
    "no",
    "办件编号",
    lambda c: grouped(c.case_no),
    As.CODE,
    ("pk",),
    link=lambda c: reverse("backoffice:case", args=[c.case_no]),
    width=26,
)
_NAME = Column("item", "事项", lambda c: c.item_name, note=lambda c: c.item_code, width=30)
_SUBJECT = Column("subject", "对象", lambda c: c.shown_subject, width=26)
_STATE = Column("status", "状态", lambda c: c.get_status_display(), As.STATE, tone=lambda c: _TONES[CaseStatus(c.status)], width=12)
_ACCEPTED = Column("accepted", "受理", lambda c: c.accepted_on, As.DAY, ("accepted_on",), width=12)
_DUE = Column("due", "承诺办结", lambda c: c.due_on, As.DAY, ("due_on",), width=12)
_LIGHT = Column(
    "light", "时限", lambda c: _LIGHTS[c.light][0] if c.light in _LIGHTS else "", As.STATE,
    tone=lambda c: _LIGHTS[c.light][1] if c.light in _LIGHTS else Tone.OVER, width=10,
)  # fmt: skip
_BY = Column("by", "受理人", lambda c: c.accepted_by.full_name, is_second=True, width=12)
_OF = Column("agency", "经办机构", lambda c: c.agency.name, is_second=True, width=30)
_PLACE = Column("area", "参保归属地", lambda c: c.area.name, is_second=True, width=12)
_THROUGH = Column("channel", "渠道", lambda c: catalogue().channels.get(c.channel, c.channel), is_second=True, width=14)

_ASKED: tuple[Condition, ...] = (_ITEM, _FROM, _UNTIL, _CHANNEL, _CLASS, _DUE_IN)

CASES = declared(
    Listing(
        "cases", "办件查询", "cases", "backoffice:cases", lambda user: _rows().filter(own_cases(user)),
        (_NUMBER, _NAME, _SUBJECT, _STATE, _LIGHT, _ACCEPTED, _DUE, _BY, _OF, _THROUGH), ("-pk",),
        conditions=(*_ASKED, _AGENCY, _ACCEPTOR), find=WHO, chips=_STATUS, prepared=_lit, nothing="还没有办件。",
    )
)  # fmt: skip

OVERDUE = declared(
    Listing(
        "overdue", "超时办件", "overdue", "backoffice:overdue",
        lambda user: overdue_cases(clock.today()).filter(own_cases(user)).defer("form", "preview", "findings", "outcome", "waiting_money", "risk_reasons"),
        (_NUMBER, _NAME, _SUBJECT, _STATE, _DUE, _ACCEPTED, _BY, _OF), ("due_on", "pk"),
        conditions=(_ITEM, _AGENCY, _ACCEPTOR), find=WHO, chips=_STATUS, nothing="没有超时办件。",
    )
)  # fmt: skip

MINE = declared(
    Listing(
        "mine", "我的办件", "counter", "counter:my_cases", lambda user: _rows().filter(accepted_by=user),
        (_NUMBER, _NAME, _SUBJECT, _STATE, _LIGHT, _ACCEPTED, _DUE, _PLACE, _THROUGH), ("-pk",),
        conditions=_ASKED, find=WHO, chips=_STATUS, prepared=_lit, nothing="还没有受理过业务。",
    )
)  # fmt: skip
