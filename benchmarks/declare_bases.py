"""One employer of 5,000 people: a list read and judged row by row, declared as a case; its bill previewed. Seconds."""

import argparse
import datetime as dt
import io
import time
from typing import Any

from bench import database, line
from province import make_province


def accepted(form: dict[str, Any]) -> Any:
    """The case of the declaration (LVY-001) as the counter takes it in its season, every question answered."""
    from yigui.casework.accept_case import accept_case
    from yigui.casework.application import Application, GivenMaterial
    from yigui.casework.errors import NotConfirmed
    from yigui.staff.models import User

    operator = User.objects.select_related("agency", "desk").get(username="teller")
    confirmed: tuple[str, ...] = ()
    reasons: dict[str, str] = {}
    for _ in range(3):
        try:
            return accept_case(Application(
                item_code="LVY-001", form=form, operator=operator, channel="counter", today=dt.date(2026, 5, 11),
                materials=[GivenMaterial("base_declaration_form")], confirmed=confirmed, reasons=reasons,
            ))  # fmt: skip
        except NotConfirmed as asked:
            confirmed += tuple(finding.check for finding in asked.findings)
            reasons |= {finding.key: "已逐项核对，与单位工资台账一致。" for finding in asked.findings if finding.needs_reason}
    raise AssertionError("asked again and again")


def measure(people: int) -> None:
    """Excel in, verdicts, bases, preview."""
    import openpyxl
    from django.db import connections

    from yigui.charges.case_bills import preview_bill
    from yigui.common.money import plain_fen
    from yigui.levy.declare import judge, read_wage_list
    from yigui.levy.models import ContributionBase
    from yigui.registry.models import Employer, Employment

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
    good = [
        {"id_number": v.id_number, "person_name": v.name, "declared_wage": plain_fen(v.declared_fen)} for v in verdicts if v.is_good
    ]
    case = accepted(
        {"unit_no": employer.unit_no, "year": "2026", "base_rows": good, "contact_name": "李晓春", "phone": "13900001111"}
    )
    count = ContributionBase.objects.filter(employer=employer, year=2026, reason="declared").count()
    assert (case.status, count) == ("finished", len(good)), (case.status, count)
    seconds = time.perf_counter() - started
    line(
        f"declaration of {len(verdicts):,} people: Excel, verdicts, the case with {count:,} bases", f"{seconds:.1f} s (verdicts {judged:.1f} s of 5 s)",
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
