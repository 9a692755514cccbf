"""All benchmarks on one city; prints the table of docs/performance.md."""

import argparse
import os
import platform

import account_interest
import assess_pensions
import declare_bases
import finish_cases
import generate_city
import levy_plan
import pay_run
import post_vouchers
import receive_month
import search_persons
import start_again
from bench import database, web

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--province", type=int, default=0, help="insured of the money benchmarks, e.g. 6781400; 0 leaves them out")
    parser.add_argument("--pensioners", type=int, default=0, help="pensioners of the pay run, e.g. 1865000; 0 leaves them out")
    parser.add_argument("--cases", type=int, default=3000)
    chosen = parser.parse_args()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    print(
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}, PostgreSQL 18 embedded, fsync on\n"
    )
    print("| what | figure | limit (and bare) | |\n| --- | --- | --- | --- |")
    with database() as server:
        generate_city.measure(chosen.persons, server)
        with web() as address:
            search_persons.measure(address)
            finish_cases.measure(address, server, chosen.cases)
    start_again.measure()
    if chosen.province:
        with database():
            levy_plan.measure(chosen.province, 1)
            receive_month.measure(chosen.province, 1)
            account_interest.measure(chosen.province)
        with database():
            declare_bases.measure(5000)
            post_vouchers.measure(10)
    if chosen.pensioners:
        with database() as server:
            pay_run.measure(chosen.pensioners, server)
        with database():
            assess_pensions.measure(100_000, 1_000_000)
