"""Searching persons and employers by whatever people call them. Bounded: each kind of text uses an index, and at most `SEARCH_MAX` rows are given.

A name is found by any part of it through an index of its characters: one entry a character, which the server keeps. Pinyin rests on the same index:
a spelling is turned into the characters that can be read so, in any of their readings, so nothing is stored that could differ from the name.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import connection, models
from django.db.models import Q

from yigui.common.identifiers import widen_citizen_number
from yigui.common.normalise import plain_code, plain_identity, plain_name, plain_text
from yigui.common.pinyin import Spelt, spellings
from yigui.registry.models import Employer, Employment, FormerIdentity, Person

#: How many persons or employers a search shows at most.
SEARCH_MAX = 20
#: Of how many that a text names those are looked for whom somebody may find, where not everybody is found.
WIDE_MAX = 2000

_NUMBER = re.compile(r"[0-9]{4,17}[0-9X]?")
_LETTERS = re.compile(r"[A-Za-zÜü]{2,40}")

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class SearchResult(Generic[Row]):
    """At most `SEARCH_MAX` rows, and whether there were more."""

    rows: list[Row]
    has_more: bool


@dataclass(frozen=True)
class Told:
    """What tells a found person from others of the name: the employer now, and whether a former name or number led here."""

    employer: Employer | None
    is_former: bool


def search_persons(text: str, within: Q | None = None) -> SearchResult[Person]:
    """Persons by number (18, 15 places or a beginning, or 个人编号), also a former one; by a part of the name, also a former one; by pinyin or its initials.

    Blanks and other widths do not matter. What begins with the text comes first, then what holds it, then who was called so before.

    Args:
        within: whom somebody may find, as a condition of a person; it is asked before the first are taken. None: everybody.
    """
    code = plain_identity(text)
    if not code:
        return SearchResult([], False)
    if _NUMBER.fullmatch(code):
        number = widen_citizen_number(code)
        if len(number) == 18 or len(code) == 12:
            return _by_number(number, code, within)
        return _persons(within, [
            lambda most: _keys(Person.objects.filter(id_number__startswith=number).order_by("id_number"), most),
            lambda most: _former(Q(id_number__startswith=number), most),
        ])  # fmt: skip
    named = plain_name(text)
    if _LETTERS.fullmatch(code):
        found = _persons(within, [*_spelt("person", code), *_named(named), lambda most: _formerly_spelt(code, most)])
        return found if found.rows else _by_number(code, code, within)
    if _HAN.search(named):
        return _persons(within, _named(named))
    return _by_number(code, code, within)


#: Chinese characters with their extensions, as names have them.
_HAN = re.compile("[㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff]")

_Ask = Callable[[int], list[int]]


def _named(name: str) -> list[_Ask]:
    return [
        lambda most: _keys(Person.objects.filter(name__startswith=name).order_by("name", "id"), most),
        lambda most: _holding("person", name, most),
        lambda most: _holding("former_identity", name, most),
    ]


def _spelt(table: str, letters: str) -> list[_Ask]:
    """By whole syllables from the beginning of the name, then by initials, then by syllables within it."""
    known = spellings(plain_text(letters))
    initials = letters.lower()
    return [
        *(lambda most, s=s: _read(table, s, most, at_start=True) for s in known),  # type: ignore[misc]
        lambda most: _initials(table, initials, most),
        *(lambda most, s=s: _read(table, s, most, at_start=False) for s in known),  # type: ignore[misc]
    ]


def _formerly_spelt(letters: str, most: int) -> list[int]:
    found: list[int] = []
    for spelt in spellings(letters):
        found += _read("former_identity", spelt, most, at_start=True)
    return found[:most]


def _initials(table: str, initials: str, most: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM registry_{table} WHERE pinyin LIKE %s ORDER BY pinyin, id LIMIT %s", [initials + "%", most])
        return [key for (key,) in cursor.fetchall()]


def _holding(table: str, part: str, most: int) -> list[int]:
    """Rows whose name holds a text."""
    return _with_characters(table, list(part), most, at_start=False)


def _read(table: str, spelt: Spelt, most: int, *, at_start: bool) -> list[int]:
    """Rows whose name is read so, from its beginning or from any character on."""
    return _with_characters(table, ["".join(each) for each in spelt.characters], most, at_start=at_start)


def _with_characters(table: str, places: list[str], most: int, *, at_start: bool) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_named_v1(%s, %s, %s, %s)", [table, places, at_start, most])
        return [found for (found,) in cursor.fetchall()]


def _keys(rows: "models.QuerySet[Row]", most: int) -> list[int]:
    return list(rows.values_list("pk", flat=True)[:most])


def _former(condition: Q, most: int) -> list[int]:
    return list(FormerIdentity.objects.filter(condition).order_by("id").values_list("person_id", flat=True)[:most])


def _gathered(rows: "models.QuerySet[Row]", within: Q | None, asks: Iterable[_Ask]) -> SearchResult[Row]:
    """Rows in the order they were found, each once; the later questions are asked only while there is room."""
    found: dict[int, None] = {}
    is_cut = False
    for ask in asks:
        if len(found) > SEARCH_MAX:
            break
        if within is None:
            # As many as there is room for, and those that are known already.
            found |= dict.fromkeys(ask(SEARCH_MAX + 1 + len(found)))
            continue
        keys = ask(WIDE_MAX)
        may_find = set(rows.filter(within, pk__in=keys).values_list("pk", flat=True))
        found |= dict.fromkeys(key for key in keys if key in may_find)
        is_cut = is_cut or len(keys) == WIDE_MAX
    shown = list(found)[:SEARCH_MAX]
    known = rows.select_related("area").in_bulk(shown)
    return SearchResult([known[key] for key in shown if key in known], is_cut or len(found) > SEARCH_MAX)


def _persons(within: Q | None, asks: Iterable[_Ask]) -> SearchResult[Person]:
    return _gathered(Person.objects.all(), within, asks)


def _by_number(number: str, plain: str, within: Q | None) -> SearchResult[Person]:
    """The person of a number, also a former one, and the record of a 个人编号; a merged record is shown beside the kept one."""
    persons = Person.objects.select_related("area").filter(within or Q())
    found = list(persons.filter(Q(id_number=number) | Q(person_no=plain)).order_by("id")[:SEARCH_MAX])
    if not found or any(p.merged_into_id for p in found):
        kept = [p.merged_into_id for p in found if p.merged_into_id]
        former = FormerIdentity.objects.filter(id_number=number).values("person_id")
        found += persons.filter(Q(pk__in=former) | Q(pk__in=kept)).exclude(pk__in=[p.pk for p in found]).order_by("id")[:SEARCH_MAX]
    return SearchResult(found[:SEARCH_MAX], len(found) > SEARCH_MAX)


def search_employers(text: str, within: Q | None = None) -> SearchResult[Employer]:
    """Employers by unit number or credit code, or the beginning of one; by a part of the name; by pinyin, or initials or a part of them. `within` as of
    persons."""
    code, named = plain_identity(text), plain_text(text)
    if not code:
        return SearchResult([], False)
    asks: list[_Ask] = []
    if re.fullmatch(r"[0-9]{4,10}", code):
        asks.append(lambda most: _keys(Employer.objects.filter(unit_no__startswith=plain_code(code)).order_by("unit_no"), most))
    if re.fullmatch(r"[0-9A-Z]{6,18}", code):
        asks.append(lambda most: _keys(Employer.objects.filter(credit_code__startswith=code).order_by("credit_code"), most))
    asks.append(lambda most: _keys(Employer.objects.filter(name__startswith=named).order_by("name", "id"), most))
    if _LETTERS.fullmatch(code):
        # Employers are a fiftieth of the persons: part of the initials is looked for in all of them.
        asks += [
            *_spelt("employer", code),
            lambda most: _keys(Employer.objects.filter(pinyin__contains=code.lower()).order_by("id"), most),
        ]
    if not code.isdigit():
        asks.append(lambda most: _holding("employer", "".join(named.split()), most))
    return _gathered(Employer.objects.all(), within, asks)


def told_apart(persons: Sequence[Person], text: str, period: int) -> dict[int, Told]:
    """What tells the found persons apart, by their key: where each works in a month (YYYYMM), and whether it is a former name or number that was typed."""
    rows = Employment.objects.filter(person__in=[p.pk for p in persons], start_period__lte=period)
    running = rows.filter(Q(end_period=None) | Q(end_period__gte=period)).select_related("employer").order_by("start_period", "id")
    employers = {row.person_id: row.employer for row in running[: 10 * SEARCH_MAX]}
    name, number = plain_name(text), widen_citizen_number(plain_identity(text))
    former = FormerIdentity.objects.filter(person__in=[p.pk for p in persons])[: 10 * SEARCH_MAX]
    led = {row.person_id for row in former if (_HAN.search(name) and name in row.name) or row.id_number.startswith(number)}
    return {
        p.pk: Told(
            employers.get(p.pk), p.pk in led and name not in p.name and not p.id_number.startswith(number) and number != p.person_no
        )
        for p in persons
    }
