"""Generating a city (模拟城市) by set-based SQL, as the owner, under an opening warrant (期初装载).

Bulk rows are written with the guards of their tables off and their indexes away; both come back before the transaction
ends, and the indexes and constraints are then built over the whole set, so the database has judged every row. Field
history holds no line per row of an opening load: its rows are taken into the record at once, block by block.
"""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connections, transaction

from yigui.common.digests import sm3
from yigui.common.errors import Conflict
from yigui.common.identifiers import citizen_weighted_sum
from yigui.common.months import period_of
from yigui.common.pinyin import pinyin_initials
from yigui.common.sqlfiles import named_sql
from yigui.exchange.models import FileKind, InboundFile, Partner
from yigui.integrity.recording import take_in
from yigui.registry.models import Agency, Area
from yigui.runs.models import Run, RunStatus
from yigui.runs.opening_warrant import opening_warrant
from yigui.synthetic import words

_BULK_TABLES = (
    "registry_employer", "registry_employer_enrolment", "registry_person", "registry_employment", "registry_coverage",
    "accounts_personal_account", "contributions_base", "exchange_identity_record", "exchange_employment_registration",
    "contributions_year", "contributions_resident_grade", "benefits_benefit", "benefits_amount", "benefits_certification",
)  # fmt: skip


@dataclass(frozen=True)
class CitySize:
    """How large the city is: insured people, pensioners, employers, and job seekers who are not registered yet."""

    insured: int = 24_000
    pensioners: int = 6_600
    employers: int = 1_200
    seekers: int = 600


class CityExists(Conflict):
    """The database already holds people."""

    code = "synthetic.city_exists"


def generate_city(size: CitySize, today: dt.date, *, seed: int = 1, on_step: Callable[[str], None] | None = None) -> dict[str, int]:
    """Generate the city; gives the number of rows per table.

    Raises:
        CityExists: there are people already; nothing is changed.
    """
    say = on_step or (lambda _: None)
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM registry_person)")
        if cursor.fetchone()[0]:
            raise CityExists("数据库中已有参保人，不能再生成模拟城市。请使用空的数据目录。")
        _areas()
        run = Run.objects.using("owner").create(kind="opening", status=RunStatus.DONE, result=size.__dict__)
        parameters = _parameters(size, today, seed) | {"warrant": opening_warrant(cursor, run)} | _files(size)
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 2")
        _word_tables(cursor, today)
        rebuild = _strip_indexes(cursor)
        for table in _BULK_TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        counts = {}
        for name, statements in _statements():
            say(name)
            if name == "people":
                parameters["first_employer"] = _first_id(cursor, "registry_employer")
            cursor.execute(statements, parameters)
            counts[name] = cursor.rowcount
        cursor.execute("SELECT setval('registry_person_no', %s), setval('registry_unit_no', %s)",
                       [510000000000 + size.insured + size.pensioners + 1, 5100000000 + size.employers + 1])  # fmt: skip
        cursor.execute("SELECT setval(pg_get_serial_sequence('registry_person', 'id'), (SELECT max(id) FROM registry_person))")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in _BULK_TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for statement in rebuild:
            say(re.sub(r".*(?:INDEX|CONSTRAINT) (\S+).*", r"index \1", statement, flags=re.S))
            cursor.execute(statement)
        cursor.execute(_CHARACTERS)
        cursor.execute(
            "DROP TABLE synth_person, synth_work, synth_surname, synth_given, synth_area, synth_brand, synth_trade, synth_day"
        )
    say("digests of rows")
    take_in(_BULK_TABLES, f"OPENING-{run.pk}")
    say("analyze")
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    return counts


#: What the trigger of the registry, which was off, would have written.
_CHARACTERS = """INSERT INTO registry_name_character (character)
    SELECT DISTINCT unnest(string_to_array(name, NULL)) FROM (SELECT name FROM registry_person UNION ALL SELECT name FROM registry_employer) AS named
    ON CONFLICT DO NOTHING"""


def _areas() -> None:
    city, _ = Area.objects.using("owner").get_or_create(code=words.CITY[0], defaults={"name": words.CITY[1], "level": "city"})
    Agency.objects.using("owner").get_or_create(
        code=words.CITY[0] + "01", defaults={"name": f"{city.name}社会保险事业管理局", "area": city}
    )
    for code, name, _short in words.AREAS:
        area, _ = Area.objects.using("owner").get_or_create(code=code, defaults={"name": name, "level": "county", "parent": city})
        Agency.objects.using("owner").get_or_create(
            code=code + "01", defaults={"name": f"{city.name}{name}社会保险事业管理局", "area": area}
        )


def _files(size: CitySize) -> dict[str, int]:
    """Receipts for the partners' data the city begins with."""
    receipts = {}
    for key, kind, partner, name, count in (
        ("identity_file", FileKind.IDENTITY, "public_security", "公安", size.insured + size.pensioners + size.seekers),
        ("registration_file", FileKind.EMPLOYMENT_REGISTRATION, "employment_service", "公共就业服务中心", size.seekers),
    ):
        sender, _ = Partner.objects.using("owner").get_or_create(code=partner, defaults={"name": name})
        receipts[key] = InboundFile.objects.using("owner").create(
            kind=kind, partner=sender, file_name="期初数据", digest=sm3(f"opening {kind}"), row_count=count, accepted_count=count
        ).pk  # fmt: skip
    return receipts


def _parameters(size: CitySize, today: dt.date, seed: int) -> dict[str, Any]:
    return {**size.__dict__, "today": today, "period": period_of(today), "seed": seed, "first_person": 0, "first_employer": 0}


def _first_id(cursor: Any, table: str) -> int:
    cursor.execute(f"SELECT min(id) - 1 FROM {table}")
    return int(cursor.fetchone()[0])


def _word_tables(cursor: Any, today: dt.date) -> None:
    """Temporary tables of names, with their pinyin initials; common surnames stand in for more of the 400 places."""
    surnames = [words.SURNAMES[min(int((k / 400) ** 1.8 * len(words.SURNAMES)), len(words.SURNAMES) - 1)] for k in range(400)]
    given = [a + b for a in words.GIVEN_FIRST for b in words.GIVEN_SECOND]
    given = (given + list(words.GIVEN_SECOND) * 60)[:4000]
    given += [words.GIVEN_FIRST[k % len(words.GIVEN_FIRST)] for k in range(4000 - len(given))]
    tables: dict[str, tuple[str, list[tuple[Any, ...]]]] = {
        "synth_surname": ("surname", [(k, s, pinyin_initials(s, is_name=True)) for k, s in enumerate(surnames)]),
        "synth_given": ("given", [(k, g, pinyin_initials(g)) for k, g in enumerate(given)]),
        "synth_brand": ("word", [(k, w, pinyin_initials(w)) for k, w in enumerate(words.BRANDS)]),
        "synth_trade": ("word", [(k, w, pinyin_initials(w)) for k, w in enumerate(words.TRADES)]),
    }
    for table, (column, rows) in tables.items():
        cursor.execute(f"CREATE TEMPORARY TABLE {table} (n integer PRIMARY KEY, {column} text, initials text)")
        cursor.executemany(f"INSERT INTO {table} VALUES (%s, %s, %s)", rows)
        cursor.execute(f"ANALYZE {table}")
    cursor.execute(
        "CREATE TEMPORARY TABLE synth_area (n integer PRIMARY KEY, code text, name text, short text, initials text, weighted integer)"
    )
    areas = [
        (k, code, name, short, pinyin_initials(short), citizen_weighted_sum(code, 0))
        for k, (code, name, short) in enumerate(words.AREAS)
    ]
    cursor.executemany("INSERT INTO synth_area VALUES (%s, %s, %s, %s, %s, %s)", areas)
    # Every day somebody may be born on, with its share of the check character's sum.
    cursor.execute("CREATE TEMPORARY TABLE synth_day (day date PRIMARY KEY, digits text, weighted integer)")
    days = (today - dt.timedelta(days=n) for n in range(365 * 90))
    with cursor.copy("COPY synth_day FROM STDIN") as copy:
        for day in days:
            digits = day.strftime("%Y%m%d")
            copy.write_row((day, digits, citizen_weighted_sum(digits, 6)))
    cursor.execute("ANALYZE synth_day")


def _strip_indexes(cursor: Any) -> list[str]:
    """Drop the bulk tables' indexes and constraints that rest on them (primary keys stay); gives what builds them again."""
    rebuild = []
    cursor.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = ANY (%s::regclass[]) AND contype IN ('u', 'x')",
        [list(_BULK_TABLES)],
    )
    for table, name, definition in cursor.fetchall():
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        rebuild.append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
    cursor.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE indrelid = ANY (%s::regclass[]) AND NOT indisprimary",
        [list(_BULK_TABLES)],
    )
    for name, definition in cursor.fetchall():
        cursor.execute(f"DROP INDEX {name}")
        rebuild.append(definition)
    return rebuild


def _statements() -> list[tuple[str, str]]:
    """The parts of city.sql by their names."""
    return list(named_sql("synthetic", "city").items())
