"""One award in process, a recalculation of 100,000 awards with their lines, and a million pensions beside openfisca-core.

Beside the peer's time stands for how many people its result differs from exact arithmetic by a fen or more; ours is exact.
"""

import argparse
import array
import datetime as dt
import json
import multiprocessing
import os
import random
import statistics
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from pathlib import Path

from bench import ROOT, TODAY, answers, database, line, settle_disk

DAY = dt.date(2026, 11, 1)


def one_award(person_count: int = 200) -> float:
    """Median seconds of an assessment with its lines, record and account read from the database."""
    from yigui.entitlement.assess_person import assess_person
    from yigui.entitlement.dossier import Answers
    from yigui.levy.models import ContributionYear
    from yigui.registry.models import Person

    ids = list(ContributionYear.objects.values_list("person_id", flat=True).distinct()[:person_count])
    took = []
    for person in Person.objects.filter(pk__in=ids):
        started = time.perf_counter()
        found = assess_person(
            person,
            area=person.area_id,
            retired_on=DAY,
            answers=Answers(deemed_months=12, titles=frozenset()),
            as_of=dt.date.fromisoformat(TODAY),
        )
        took.append(time.perf_counter() - started)
        assert found.assessment.lines
    return statistics.median(took)


def make_awards(count: int) -> None:
    """Provisional awards of 2025 for as many pensioners, each with its yearly record and a line of 2,500 yuan."""
    from django.db import connections

    from yigui.law.province import province_of

    province = province_of("510000")
    years = [[y, 12, f"{wage * 9 / 10:.2f}", "0", "0"] for y, wage in sorted(province.wages.items()) if y >= 1996]
    inputs = {
        "area": "511102", "retired_on": "2025-06-15", "total_months": 12 * len(years), "deemed_months": 0, "pre_account_months": 0,
        "average_index": "0.9", "transitional_index": None, "account_fen": 9_876_543, "payout_months": "139", "titles": [],
        "supplement_percent": None, "notional_account_fen": None, "old_method_fen": None, "base_year": 2024, "base_yuan": "8321",
        "deemed_years": 0, "years": years,
    }  # fmt: skip
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE benefits_award DISABLE TRIGGER USER")
        cursor.execute(
            "INSERT INTO benefits_award (warrant_id, benefit_id, version, start_period, base_year, is_provisional, total_fen, inputs, lines, "
            "source, source_id, reason, assessed_on) SELECT warrant_id, id, 1, 202507, 2024, true, 250000, %s::jsonb, %s::jsonb, 'opening', 0, '', "
            "'2025-07-01' FROM benefits_benefit ORDER BY id LIMIT %s",
            [json.dumps(inputs), json.dumps([["basic", "基础养老金", "", 250_000, ""]]), count],
        )
        cursor.execute("ALTER TABLE benefits_award ENABLE TRIGGER USER")
        cursor.execute("ANALYZE benefits_award")


def recalculate() -> tuple[int, float, float]:
    """Prepare and execute the recalculation: awards, seconds of each."""
    from yigui.payment.recalculate_run import RECALCULATE
    from yigui.runs.batches import approve_batch, check_batch
    from yigui.runs.staged import execute, prepare
    from yigui.staff.models import User

    head, accountant, director = (User.objects.get(username=name) for name in ("head", "accountant", "director"))
    started = time.perf_counter()
    batch = prepare(RECALCULATE, area_code="511100", period=2025, user=head)
    prepared = time.perf_counter() - started
    check_batch(batch_id=batch.pk, user=accountant, answers=answers(batch))
    approve_batch(batch_id=batch.pk, user=director, answers=answers(batch))
    started = time.perf_counter()
    execute(batch_id=batch.pk)
    return batch.row_count, prepared, time.perf_counter() - started


def people_of(count: int) -> "array.array[int]":
    """Base (fen), index (ten-thousandths) and months of as many people, always the same."""
    rolls = random.Random(7)
    return array.array(
        "q",
        (v for _ in range(count) for v in (rolls.randint(458800, 2293800), rolls.randint(4000, 30000), rolls.randint(180, 540))),
    )


def exact(rows: list[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """Contribution and basic pension by the law's own functions, fen."""
    from yigui.law.contribution import amount_of
    from yigui.law.pension import PensionFacts, assess
    from yigui.law.province import CalculationBase

    base = CalculationBase(2025, Decimal(8462), Decimal(8462), False, "")
    eight = Decimal(8)
    found = []
    for base_fen, index, months in rows:
        facts = PensionFacts("511102", DAY, months, 0, 0, Decimal(index).scaleb(-4), 0, Decimal(139), titles=frozenset())
        found.append((amount_of(base_fen, eight), assess(facts, base).part("basic")))
    return found


def by_integers(base_fen: int, index: int, months: int) -> tuple[int, int]:
    """The same two amounts by whole numbers alone, rounded half up once: what both are held against."""
    years = (months * 200 + 12) // 24  # hundredths of a year
    over, under = 846_200 * (10_000 + index) * years, 2 * 10_000 * 100 * 100
    return (base_fen * 16 + 100) // 200, (2 * over + under) // (2 * under)


def beside_openfisca(count: int) -> tuple[float, float, int, int]:
    """Seconds of ours on two processes and of the peer, and for how many people ours and the peer's are not exact."""
    home = Path(os.environ["YIGUI_DATA"]) / "hordak"
    python = home / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        subprocess.run([*pip, "-r", str(ROOT / "requirements" / "benchmarks.lock")], check=True)
    people = people_of(count)
    folder = Path(os.environ["YIGUI_DATA"])
    (folder / "people").write_bytes(people.tobytes())
    rows = list(zip(people[0::3], people[1::3], people[2::3], strict=True))
    chunks = [rows[k : k + 10_000] for k in range(0, count, 10_000)]
    started = time.perf_counter()
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("forkserver")) as pool:
        ours = [pair for chunk in pool.map(exact, chunks) for pair in chunk]
    seconds = time.perf_counter() - started
    peer = [str(python), str(Path(__file__).with_name("openfisca_peer.py")), str(folder / "people"), str(folder / "results")]
    environment = {k: v for k, v in os.environ.items() if k not in ("DJANGO_SETTINGS_MODULE", "PYTHONPATH")}
    theirs = float(subprocess.run(peer, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout.split()[-1])
    found = array.array("q")
    found.frombytes((folder / "results").read_bytes())
    right = [by_integers(*row) for row in rows]
    wrong = sum(1 for a, b in zip(ours, right, strict=True) if a != b)
    differing = sum(1 for k, pair in enumerate(right) if pair != (found[2 * k], found[2 * k + 1]))
    return seconds, theirs, wrong, differing


def measure(awards: int, people: int) -> None:
    """Print figures beside limits and peer."""
    from pay_run import make_pensioners

    make_pensioners(awards)
    median = one_award()
    line("one award with its lines, record and account read, median of 200", f"{median * 1000:.1f} ms", "20 ms", median < 0.02)
    make_awards(awards)
    settle_disk()
    count, prepared, executed = recalculate()
    line(
        f"recalculation of {count:,} awards with lines: prepared {prepared:.1f} s, executed {executed:.1f} s", f"{prepared + executed:.1f} s",
        "60 s", prepared + executed < 60,
    )  # fmt: skip
    seconds, theirs, wrong, differing = beside_openfisca(people)
    line(
        f"contribution and basic pension of {people:,} people with calculation lines, two processes", f"{seconds:.1f} s, {wrong} people not exact",
        f"0 not exact (peer: openfisca-core {theirs:.2f} s without lines, {differing:,} people not exact)", wrong == 0,
    )  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--awards", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=1_000_000)
    chosen = parser.parse_args()
    sys.path.insert(0, str(ROOT / "src"))
    with database():
        measure(chosen.awards, chosen.people)
