"""All benchmarks; prints the table of docs/performance.md at its end.

Each script is a process of its own: Django knows one database for as long as a process lives, and what one script has loaded would be
another's head start. The scripts of a group share a database, made once.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent


def groups(chosen: argparse.Namespace) -> Iterator[tuple[str, list[list[str]]]]:
    """Name and command lines of each group that was asked for."""
    persons, cases = ["--persons", str(chosen.persons)], ["--cases", str(chosen.cases)]
    yield "city", [["generate_city.py", *persons], ["search_persons.py", *persons], ["finish_cases.py", *persons, *cases],
                   ["decide_cases.py", *persons], ["verify.py", *persons, "--limit", str(max(20, 180 * chosen.persons // 1_000_000))]]  # fmt: skip
    yield "start", [["start_again.py"]]
    if chosen.province:
        insured = ["--insured", str(chosen.province)]
        yield "money in", [["levy_plan.py", *insured], ["receive_month.py", *insured], ["account_interest.py", *insured]]
        yield "bases", [["declare_bases.py"]]
        yield "lists", [["judge_list.py"]]
        yield "files", [["receive_files.py"]]
        yield "results", [["take_results.py"]]
        yield "tables", [["read_table.py"]]
        yield "vouchers", [["post_vouchers.py"]]
    if chosen.pensioners:
        yield "money out", [["pay_run.py", "--pensioners", str(chosen.pensioners)]]
        people = chosen.pensioners // 2
        yield "awards", [["assess_pensions.py", "--awards", str(min(100_000, people)), "--people", str(min(1_000_000, people))]]
    if chosen.portal:
        city = ["--persons", str(chosen.portal)]
        yield (
            "platform",
            [
                ["portal_load.py", *city],
                ["row_security.py", *city],
                ["staff_pages.py", *city],
                ["hall_calls.py", *city],
                ["archive_search.py", *city, "--volumes", "500000"],
            ],
        )
        yield "month", [["replay_month.py", *city, "--cases", str(max(200, chosen.portal // 15))]]


def run(command: list[str], data: Path) -> tuple[list[str], int]:
    """Run one script on a group's database; gives its rows of the table and its exit code."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE", "YIGUI"))} | {"YIGUI_BENCH_DATA": str(data)}
    script = [sys.executable, str(HERE / command[0]), *command[1:]]
    rows = []
    with subprocess.Popen(script, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for said in process.stdout:
            print(said, end="", flush=True)
            if said.startswith("| "):
                rows.append(said.rstrip())
    return rows, process.returncode


def main() -> None:
    """Run the groups one after the other; a script that fails is named at the end, the others go on. Exits 1 when one failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persons", type=int, default=1_000_000)
    parser.add_argument("--province", type=int, default=0, help="insured of the money benchmarks, e.g. 6781400; 0 leaves them out")
    parser.add_argument("--pensioners", type=int, default=0, help="pensioners of the pay run, e.g. 1865000; 0 leaves them out")
    parser.add_argument(
        "--portal", type=int, default=0, help="people of the platform's city, e.g. 300000; 0 leaves it and the month out"
    )
    parser.add_argument("--cases", type=int, default=3000)
    chosen = parser.parse_args()
    rows, failed = [], []
    for name, commands in groups(chosen):
        print(f"== {name}", flush=True)
        data = Path(tempfile.mkdtemp(prefix="yigui-bench-"))
        data.chmod(0o755)
        for command in commands:
            made, code = run(command, data)
            rows += made
            if code or not made:
                failed.append(f"{' '.join(command)}: exit code {code}, {len(made)} rows")
        shutil.rmtree(data, ignore_errors=True)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    where = f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"
    print(f"\n{where}, PostgreSQL 18 embedded, fsync on\n\n| what | figure | limit (and bare) | |\n| --- | --- | --- | --- |")
    print("\n".join(rows))
    if failed:
        sys.exit("failed:\n" + "\n".join(failed))


if __name__ == "__main__":
    main()
