"""A province's registry without names: what the levy plan, the credits and the interest read, in the proportions of the sources."""

import time

# `flexible` of a hundred insured pay alone (two insurances), the others work for one of `employers` units (five insurances).
_DATA = (
    """
INSERT INTO registry_employer (id, unit_no, credit_code, name, pinyin, unit_type, economic_type, industry, industry_risk, legal_rep,
    area_id, address, postcode, contact_name, phone, email, agent_name, bank_code, account_name, account_no, levy_method, status,
    enrolled_on, warrant_id)
OVERRIDING SYSTEM VALUE
SELECT 10000000 + e, (6100000000 + e)::text, 'B' || lpad(e::text, 17, '0'), '单位' || e, 'dw', '01', '150', 'C',
    (1 + e %% 8)::text, '', a.codes[1 + e %% 11], '', '', '', '', '', '', '', '', '', '01', 'active', '2020-01-01', %(warrant)s
FROM generate_series(1, %(employers)s) AS e
CROSS JOIN (SELECT array_agg(code ORDER BY code) AS codes FROM registry_area WHERE level = 'county') AS a
""",
    """
CREATE TEMPORARY TABLE worker AS
SELECT 1000000000 + i AS person_id, 10000001 + (hashint8extended(i, 1) & 2147483647) %% %(employers)s AS employer_id,
    i %% 100 < %(flexible)s AS is_flexible, (380000 + (hashint8extended(i, 2) & 2147483647) %% 2500 * 1000)::bigint AS wage
FROM generate_series(1::bigint, %(insured)s) AS i
""",
    """
INSERT INTO registry_employment (person_id, employer_id, employment_form, declared_wage_fen, start_period, end_period, warrant_id)
SELECT person_id, employer_id, '01', wage, 202001, NULL, %(warrant)s FROM worker WHERE NOT is_flexible
""",
    """
INSERT INTO registry_coverage (person_id, insurance, slot, employer_id, area_id, start_period, end_period, stop_reason, warrant_id)
SELECT w.person_id, i.insurance, i.slot, CASE WHEN w.is_flexible THEN NULL ELSE w.employer_id END,
    CASE WHEN w.is_flexible THEN a.codes[1 + w.person_id %% 11] ELSE a.codes[1 + (w.employer_id - 10000000) %% 11] END, 202001, NULL,
    '', %(warrant)s
FROM worker w
CROSS JOIN (SELECT array_agg(code ORDER BY code) AS codes FROM registry_area WHERE level = 'county') AS a
CROSS JOIN (VALUES ('employee_pension', 0), ('unemployment', 3), ('injury', 4), ('maternity', 5), ('employee_medical', 6))
    AS i (insurance, slot)
WHERE NOT w.is_flexible OR i.insurance IN ('employee_pension', 'employee_medical')
""",
    """
INSERT INTO contributions_base (person_id, employer_id, declared_fen, start_period, end_period, year, reason, warrant_id)
SELECT person_id, NULL, wage, 202001, NULL, NULL, 'opening', %(warrant)s FROM worker WHERE is_flexible
""",
    """
INSERT INTO accounts_personal_account (person_id, insurance, opened_period, status, warrant_id)
SELECT person_id, 'employee_pension', 202001, 'open', %(warrant)s FROM worker
""",
)
_TABLES = ("registry_employer", "registry_employment", "registry_coverage", "contributions_base", "accounts_personal_account")


def make_province(insured: int, flexible: int = 1) -> float:
    """Fill the registry with `insured` people where it is not filled yet; gives seconds, 0 when it was there."""
    from django.db import connections

    from bench import make_city

    make_city(2_000)
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registry_employer WHERE id > 10000000")
        if cursor.fetchone()[0]:
            return 0.0
        started = time.perf_counter()
        cursor.execute("SELECT id FROM warrants_warrant WHERE kind = 'opening' ORDER BY id LIMIT 1")
        parameters = {
            "insured": insured,
            "employers": max(11, insured // 20),
            "flexible": flexible,
            "warrant": cursor.fetchone()[0],
        }
        rebuild = []
        cursor.execute("SET synchronous_commit = off; SET maintenance_work_mem = '1GB'; SET work_mem = '512MB'")
        for table in _TABLES:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(
                "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index i WHERE indrelid = %s::regclass "
                "AND NOT indisprimary AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
                [table],
            )
            for name, definition in cursor.fetchall():
                cursor.execute(f"DROP INDEX {name}")
                rebuild.append(definition)
        for statement in _DATA:
            cursor.execute(statement, parameters)
        for definition in rebuild:
            cursor.execute(definition)
        for table in _TABLES:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            cursor.execute(f"VACUUM (ANALYZE) {table}")
    return time.perf_counter() - started
