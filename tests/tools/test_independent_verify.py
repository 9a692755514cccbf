"""The verifier that stands alone reads a dump: silent on a good one, and after one byte was changed it names the row."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connections

from tests import city, money
from tests.conftest import ROOT
from yigui.config.pg_programs import program
from yigui.integrity.models import Entry, Root
from yigui.integrity.publish import newest
from yigui.integrity.seal import seal_day
from yigui.runs.models import Batch

VERIFIER = ROOT / "tools" / "independent_verify.py"


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The city after a case of each class and a levied month, sealed, as `pg_dump` writes it out."""
    case = city.accept_class1()
    for name in ("reviewer", "rechecker", "head"):
        city.decide(case, name)
    city.accept_class2()
    money.levied()
    seal_day()
    city.accept_class3()
    seal_day()
    file = tmp_path_factory.mktemp("dump") / "city.sql"
    url = re.sub(r"/[^/]*$", "/" + str(connections["super"].settings_dict["NAME"]), os.environ["YIGUI_TEST_SUPER_URL"])
    subprocess.run([program("pg_dump"), "--format=plain", f"--file={file}", url], check=True)
    return file.read_text(encoding="utf-8")


def verify(folder: Path, text: str, *arguments: str) -> tuple[int, list[str]]:
    """Its exit code and what it names. It is run alone: nothing of this house is on its path."""
    file = folder / "city.sql"
    file.write_text(text, encoding="utf-8")
    command = [sys.executable, "-I", str(VERIFIER), str(file), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env={"PATH": ""})
    return done.returncode, done.stdout.splitlines() if done.returncode < 2 else [done.stderr]


def rows_of(dump: str, table: str) -> tuple[list[str], list[str]]:
    """Columns and lines of a table."""
    found = re.search(rf"^COPY public\.{table} \(([^\n]*)\) FROM stdin;\n(.*?)^\\\.$", dump, flags=re.M | re.S)
    assert found
    return found[1].replace('"', "").split(", "), [f"{line}\n" for line in found[2].split("\n")[:-1]]


def with_row(dump: str, table: str, change: Callable[[dict[str, str]], dict[str, str]]) -> tuple[str, dict[str, str]]:
    columns, lines = rows_of(dump, table)
    line = lines[len(lines) // 2]
    row = dict(zip(columns, line.rstrip("\n").split("\t"), strict=True))
    return dump.replace(line, "\t".join(change(dict(row)).values()) + "\n", 1), row


def test_it_imports_nothing_of_this_house() -> None:
    assert not re.search(r"^\s*(from|import) (yigui|django|psycopg|tests)", VERIFIER.read_text(), flags=re.M)


def test_silent_on_a_good_dump(dump: str, tmp_path: Path) -> None:
    file = tmp_path / "published.txt"
    file.write_text(f"# kept by the auditor\n{newest().line}\n")
    assert verify(tmp_path, dump, "--published", str(file)) == (0, [])
    assert Entry.objects.filter(op="P").count() > 4, "parts of a plan are in it"


#: A column of each kind that is changed by one byte; each in another row or table.
BYTES = (
    ("registry_person", "name"), ("registry_coverage", "start_period"), ("casework_case", "subject_name"), ("staff_user", "full_name"),
    ("documents_issued", "issued_at"), ("warrants_change", "table_name"),
)  # fmt: skip


def test_one_byte_is_enough(dump: str, tmp_path: Path) -> None:
    """A byte of one row in each of six tables: each is named by itself."""
    changed, named = dump, []
    for table, column in BYTES:

        def change(row: dict[str, str], column: str = column) -> dict[str, str]:
            value = row[column]
            place = next(n for n in range(len(value) - 1, -1, -1) if value[n].isalnum() and value[n] not in "N")
            if column.endswith("_at"):
                place = value.index(":") - 1
            other = "2" if value[place] != "2" else "1"
            return row | {column: value[:place] + other + value[place + 1 :]}

        changed, row = with_row(changed, table, change)
        assert sum(a != b for a, b in zip(row[column], change(row)[column], strict=True)) == 1, table
        named.append(f"{table} id={row['id']}: changed past the record")
    code, faults = verify(tmp_path, changed)
    assert (code, sorted(faults)) == (1, sorted(named))


def test_a_line_of_an_attached_part_is_named_by_its_whole(dump: str, tmp_path: Path) -> None:
    found = re.search(r"^COPY public\.(contributions_line_\d+_0) ", dump, flags=re.M)
    assert found
    changed, row = with_row(dump, found[1], lambda row: row | {"person_fen": str(int(row["person_fen"]) + 1)})
    key = f"({row['employer_id']},{row['person_id']},{row['insurance']},{row['owed_period']},{row['source_id']})"
    names = "employer_id, person_id, insurance, owed_period, source_id"
    assert verify(tmp_path, changed) == (1, [f"contributions_line {names}={key}: changed past the record"])


def test_removed_and_added_rows_are_named(dump: str, tmp_path: Path) -> None:
    columns, lines = rows_of(dump, "registry_employment")
    line = lines[7]
    number = dict(zip(columns, line.split("\t"), strict=True))["id"]
    added = line.replace(number, "987654321", 1)
    assert verify(tmp_path, dump.replace(line, added, 1)) == (
        1,
        ["registry_employment id=987654321: put in past the record", f"registry_employment id={number}: removed past the record"],
    )


def test_the_record_and_its_seals_are_recomputed(dump: str, tmp_path: Path) -> None:
    changed, row = with_row(
        dump, "integrity_entry", lambda row: row | {"stamp": row["stamp"][:-1] + ("0" if row["stamp"][-1] != "0" else "1")}
    )
    code, faults = verify(tmp_path, changed)
    assert code == 1
    assert f"integrity_entry id={row['id']}: the entry was changed" in faults
    assert any(fault.startswith("integrity_root number=") for fault in faults)
    _, lines = rows_of(dump, "integrity_root")
    code, faults = verify(tmp_path, dump.replace(lines[-1], "", 1))
    assert code == 1
    assert f"integrity_counter: counts seal {Root.objects.count()}, the newest found is {Root.objects.count() - 1}" in faults


def test_a_part_under_a_batch_of_a_kind_that_does_not_write_it_is_named(dump: str, tmp_path: Path) -> None:
    batch = Batch.objects.get(kind="levy", status="executed").pk
    columns, lines = rows_of(dump, "warrants_scope")
    rows = [dict(zip(columns, line.rstrip("\n").split("\t"), strict=True)) for line in lines]
    line = lines[
        next(
            n
            for n, row in enumerate(rows)
            if (row["kind"], row["code"], row["table_name"]) == ("run", "levy", "contributions_line")
        )
    ]
    code, faults = verify(tmp_path, dump.replace(line, "", 1))
    assert code == 1
    assert faults == [f"contributions_line_{batch}: a part under batch {batch}, whose kind levy does not write contributions_line"]


def test_rows_taken_in_later_and_columns_that_vanished_are_named(dump: str, tmp_path: Path) -> None:
    columns, lines = rows_of(dump, "integrity_entry")
    _, shapes = rows_of(dump, "integrity_shape")
    shape = next(line for line in shapes if line.split("\t")[1] == "registry_person")
    number = shape.split("\t")[0]
    of_person = [line for line in lines if line.rstrip("\n").split("\t")[columns.index("shape_id")] == number]
    closing = next(
        line for line in of_person if line.split("\t")[columns.index("part")] and line.split("\t")[columns.index("keys")] == "{}"
    )
    earlier = closing.replace(closing.split("\t")[0], "0", 1)
    code, faults = verify(tmp_path, dump.replace(closing, earlier, 1))
    assert code == 1
    assert any(
        re.fullmatch(r"integrity_entry id=\d+: rows of registry_person taken in after that was closed", fault) for fault in faults
    )
    cells = shape.split("\t")
    cells[0], cells[2] = "999999", cells[2].replace(",mobile", "", 1)
    cut = of_person[-1].rstrip("\n").split("\t")
    cut[columns.index("shape_id")], cut[columns.index("op")] = "999999", "R"
    changed = dump.replace(shapes[-1], shapes[-1] + "\t".join(cells), 1).replace(of_person[-1], "\t".join(cut) + "\n", 1)
    code, faults = verify(tmp_path, changed)
    assert code == 1
    assert "integrity_shape id=999999: registry_person lost mobile; what stood there was compared with nothing" in faults


def test_a_table_that_inherits_is_named(dump: str, tmp_path: Path) -> None:
    child = "CREATE TABLE public.beside (\n)\nINHERITS (public.registry_person);\n"
    assert verify(tmp_path, child + dump) == (
        1,
        ["registry_person: another table inherits from it, whose rows are taken for its own"],
    )


def test_a_published_root_that_no_seal_answers_is_named(dump: str, tmp_path: Path) -> None:
    file = tmp_path / "published.txt"
    file.write_text(f"{newest().line[:-4]}0000\n")
    code, faults = verify(tmp_path, dump, "--published", str(file))
    assert (code, len(faults)) == (1, 1)
    assert faults[0].startswith(f"integrity_root number={newest().number}: is not as it was published")


def test_what_is_no_dump_is_refused(tmp_path: Path) -> None:
    code, said = verify(tmp_path, "SELECT 1;\n")
    assert code == 2
    assert "integrity_shape" in said[0]
