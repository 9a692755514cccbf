"""One employer of 5,000 people: a list read and judged row by row, recorded; its bill previewed. Seconds."""

import argparse
import io
import time

from bench import answers, database, line
from province import make_province


def measure(people: int) -> None:
    """Excel in, verdicts, bases, preview."""
    import openpyxl
    from django.db import connections, transaction

    from yigui.charges.case_bills import preview_bill
    from yigui.levy.declare import declare, judge, read_wage_list
    from yigui.registry.models import Employer, Employment
    from yigui.runs.batches import approve_batch, issue_warrant, open_batch, seal_content
    from yigui.runs.kinds import Content, Opening, RunKind
    from yigui.staff.models import User

    make_province(200_000)
    with connections["owner"].cursor() as cursor:
        # One large employer: its people are real persons of the registry, with numbers and names.
        cursor.execute("SELECT warrant_id FROM registry_employer WHERE id = 10000001")
        warrant = cursor.fetchone()[0]
        for table in ("registry_person", "registry_employment"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM registry_employment WHERE employer_id = 10000001")
        cursor.execute("DELETE FROM registry_person WHERE id > 2000000000")
        from yigui.common.identifiers import citizen_check_character

        rows = []
        for k in range(people):
            body = f"511102{1970 + k % 30}{1 + k % 12:02d}{1 + k % 28:02d}{k // 84 % 1000:03d}"
            rows.append((2_000_000_001 + k, f"7{k:011d}", body + citizen_check_character(body), f"张{chr(0x4E00 + k)}", warrant))
        cursor.executemany(
            "INSERT INTO registry_person (id, person_no, id_type, id_number, name, pinyin, gender, born_on, ethnicity, nationality, "
            "household_type, household_place, is_migrant, mobile, address, email, education, marital_status, life_status, area_id, warrant_id) "
            "OVERRIDING SYSTEM VALUE VALUES (%s, %s, '01', %s, %s, 'z', '1', '1980-01-01', '', 'CHN', '', '', false, '', '', '', '', '', '01', "
            "'511102', %s) ON CONFLICT DO NOTHING",
            rows,
        )
        cursor.execute(
            "INSERT INTO registry_employment (person_id, employer_id, employment_form, declared_wage_fen, start_period, warrant_id) "
            "SELECT id, 10000001, '01', 500000 + id %% 9999 * 100, 202001, %s FROM registry_person WHERE id > 2000000000",
            [warrant],
        )
        for table in ("registry_person", "registry_employment"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute(f"ANALYZE {table}")
    employer = Employer.objects.get(pk=10000001)
    staff = list(Employment.objects.filter(employer=employer).select_related("person"))
    book = openpyxl.Workbook()
    book.active.append(["社会保障号码", "姓名", "申报工资"])
    for k, e in enumerate(staff):
        book.active.append([e.person.id_number, e.person.name, 5000 + k % 4000])
    out = io.BytesIO()
    book.save(out)
    started = time.perf_counter()
    verdicts = judge(rows=read_wage_list(out.getvalue(), "名册.xlsx"), employer=employer, year=2026)
    judged = time.perf_counter() - started
    head, director = (User.objects.get(username=name) for name in ("head", "director"))
    with transaction.atomic():
        bench = RunKind()
        bench.code, bench.name = "bench", "测试"
        batch = open_batch(bench, Opening("511102", 202611, ()), user=head)
        seal_content(batch, Content(0, 0, "", {}, []))
        issue_warrant(approve_batch(batch_id=batch.pk, user=director, answers=answers(batch)))
        count = declare(verdicts=verdicts, employer=employer, year=2026)
    seconds = time.perf_counter() - started
    line(
        f"declaration of {len(verdicts):,} people: Excel, verdicts, {count:,} bases recorded", f"{seconds:.1f} s (verdicts {judged:.1f} s of 5 s)",
        "10 s", seconds < 10 and judged < 5,
    )  # fmt: skip
    started = time.perf_counter()
    preview = preview_bill(employer=employer, period=202611)
    seconds = time.perf_counter() - started
    line(
        f"its bill previewed, {preview['employee_pension'].people:,} people, five insurances",
        f"{seconds:.2f} s",
        "1 s",
        seconds < 1,
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=5000)
    chosen = parser.parse_args()
    with database():
        measure(chosen.people)
