-- city: a generated city (模拟城市). Params: insured, pensioners, employers, seekers, seed, today, period (YYYYMM), warrant, file.
-- Writes registry_*, accounts_personal_account and exchange_* in bulk; triggers of the protected tables are off meanwhile.
-- Deterministic: the same parameters give the same city. Needs the temporary tables synth_surname, synth_given, synth_area.

-- name: functions
-- Helpers of the generator, for its session only.
CREATE OR REPLACE FUNCTION pg_temp.pick(i bigint, salt bigint, n integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT ((hashint8extended(i, salt) & 9223372036854775807) %% n)::integer $$;

-- name: employers
-- Employers of the city. Writes registry_employer, one row each.
INSERT INTO registry_employer
    (unit_no, credit_code, name, pinyin, unit_type, economic_type, industry, industry_risk, legal_rep, area_id, address,
     postcode, contact_name, phone, email, agent_name, bank_code, account_name, account_no, levy_method, status, enrolled_on,
     warrant_id)
SELECT (5100000000 + e)::text, c.code17 || c.check_character, n.name, n.pinyin, '01',
    (ARRAY['150', '150', '170', '160', '110'])[1 + pg_temp.pick(e, 11, 5)], chr(65 + pg_temp.pick(e, 12, 19)),
    (1 + pg_temp.pick(e, 13, 8))::text, s.surname || g.given, a.code, a.name || '建设路' || (1 + pg_temp.pick(e, 14, 399)) || '号',
    '614000', s2.surname || g2.given, '1' || (3 + pg_temp.pick(e, 15, 7)) || lpad(pg_temp.pick(e, 16, 999999999)::text, 9, '0'),
    '', '', '102' || lpad((665100000 + pg_temp.pick(e, 17, 99999))::text, 9, '0'), n.name,
    '6222' || lpad(pg_temp.pick(e, 18, 999999999)::text, 12, '0'), '01', 'active',
    make_date(2005 + pg_temp.pick(e, 19, 19), 1 + pg_temp.pick(e, 20, 12), 1), %(warrant)s
FROM generate_series(1, %(employers)s) AS e
JOIN synth_area a ON a.n = e %% 11
JOIN synth_surname s ON s.n = pg_temp.pick(e, 21, 400)
JOIN synth_given g ON g.n = pg_temp.pick(e, 22, 4000)
JOIN synth_surname s2 ON s2.n = pg_temp.pick(e, 23, 400)
JOIN synth_given g2 ON g2.n = pg_temp.pick(e, 24, 4000)
CROSS JOIN LATERAL (
    SELECT '91' || a.code || lpad((10000000 + e * 7)::text, 9, '0') AS code17
) AS c17
CROSS JOIN LATERAL (
    SELECT c17.code17, substr('0123456789ABCDEFGHJKLMNPQRTUWXY', 1 + (31 - (
        SELECT sum((strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(c17.code17, k::integer, 1)) - 1) * w.weight) %% 31
        FROM unnest(ARRAY[1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]) WITH ORDINALITY AS w (weight, k)
    )::integer) %% 31, 1) AS check_character
) AS c
CROSS JOIN LATERAL (
    SELECT a.short || b.word || t.word || '有限公司' AS name, a.initials || b.initials || t.initials || 'yxgs' AS pinyin
    FROM synth_brand b, synth_trade t
    WHERE b.n = (e / 11) %% 60 AND t.n = (e / 660 + pg_temp.pick(e / 660, 25, 40)) %% 40
) AS n0
CROSS JOIN LATERAL (
    SELECT CASE WHEN e <= 26400 THEN n0.name ELSE replace(n0.name, '有限公司', '第' || (e / 26400 + 1) || '有限公司') END AS name,
        n0.pinyin
) AS n;

-- name: enrolments
-- Enrolments of the employers, one row per insurance.
INSERT INTO registry_employer_enrolment (employer_id, insurance, start_period, end_period, warrant_id)
SELECT r.id, i.insurance, extract(year FROM r.enrolled_on)::integer * 100 + extract(month FROM r.enrolled_on)::integer, NULL, %(warrant)s
FROM registry_employer r
CROSS JOIN unnest(ARRAY['employee_pension', 'unemployment', 'injury', 'maternity', 'employee_medical']) AS i (insurance)
WHERE r.warrant_id = %(warrant)s;

-- name: people
-- One row per person to be: insured 1..insured, pensioners after them, job seekers (not registered yet) last.
-- 7919 is prime to the numbers of days, so births scatter and every number stays unique. The check character is a sum over
-- division, day and sequence, whose parts the temporary tables hold ready.
CREATE TEMPORARY TABLE synth_person AS
WITH drawn AS MATERIALIZED (
    SELECT i, CASE WHEN i > %(insured)s + %(pensioners)s THEN 'seeker' WHEN i > %(insured)s THEN 'pensioner'
        ELSE (ARRAY['employee', 'stopped', 'flexible', 'resident'])[1 + width_bucket(pg_temp.pick(i, 1, 100), ARRAY[72, 78, 92])] END AS kind
    FROM generate_series(1::bigint, %(insured)s + %(pensioners)s + %(seekers)s) AS i
),
placed AS MATERIALIZED (
    SELECT i, kind, k.first_birth + (i * 7919 %% k.days)::integer AS born_on, ((i / k.days) %% 11)::integer AS area_n,
        (((i / k.days / 11) * 7 + (i * 7919 %% k.days) * 13 + %(seed)s) %% 1000)::integer AS seq3
    FROM drawn
    JOIN (VALUES ('employee', %(today)s::date - 365 * 52, 11300), ('stopped', %(today)s::date - 365 * 52, 11300),
        ('flexible', %(today)s::date - 365 * 52, 11300), ('resident', %(today)s::date - 365 * 52, 11300),
        ('pensioner', %(today)s::date - 365 * 88, 9490), ('seeker', %(today)s::date - 365 * 42, 7300)
    ) AS k (kind, first_birth, days) USING (kind)
)
SELECT p.i, p.kind, s.surname || g.given AS name, s.initials || g.initials AS pinyin,
    CASE WHEN p.seq3 %% 2 = 1 THEN '1' ELSE '2' END AS gender, p.born_on, a.code AS area,
    a.code || d.digits || lpad(p.seq3::text, 3, '0') || substr('10X98765432',
        1 + (a.weighted + d.weighted + p.seq3 / 100 * 8 + p.seq3 / 10 %% 10 * 4 + p.seq3 %% 10 * 2) %% 11, 1) AS id_number
FROM placed p
JOIN synth_area a ON a.n = p.area_n
JOIN synth_day d ON d.day = p.born_on
JOIN synth_surname s ON s.n = pg_temp.pick(p.i, 2, 400)
JOIN synth_given g ON g.n = pg_temp.pick(p.i, 3, 4000);
ANALYZE synth_person;

-- name: persons
-- People of the city. Writes registry_person, one row each.
INSERT INTO registry_person
    (id, person_no, id_type, id_number, name, pinyin, gender, born_on, work_started_on, ethnicity, nationality, household_type,
     household_place, is_migrant, mobile, address, email, education, marital_status, life_status, retired_on, area_id, warrant_id)
OVERRIDING SYSTEM VALUE
SELECT %(first_person)s + i, (510000000000 + i)::text, '01', id_number, name, pinyin, gender, born_on,
    born_on + 365 * 20 + pg_temp.pick(i, 4, 2000), CASE WHEN pg_temp.pick(i, 5, 100) < 93 THEN '01' ELSE '07' END, 'CHN',
    (ARRAY['01', '02', '02', '04'])[1 + pg_temp.pick(i, 6, 4)], '', pg_temp.pick(i, 6, 4) = 3,
    '1' || (3 + pg_temp.pick(i, 7, 7)) || lpad(pg_temp.pick(i, 8, 999999999)::text, 9, '0'),
    (SELECT name FROM synth_area a WHERE a.code = p.area) || '人民路' || (1 + pg_temp.pick(i, 9, 899)) || '号', '',
    (ARRAY['20', '30', '60', '70'])[1 + pg_temp.pick(i, 10, 4)], CASE WHEN pg_temp.pick(i, 31, 10) < 7 THEN '20' ELSE '10' END, '01',
    CASE WHEN kind = 'pensioner' THEN born_on + 365 * (CASE gender WHEN '1' THEN 60 ELSE 55 END) + 15 END, area, %(warrant)s
FROM synth_person p
WHERE kind <> 'seeker';

-- name: employments
-- Employees work since a month of the last twelve years; one in six has an earlier employment that ended before it.
CREATE TEMPORARY TABLE synth_work AS
SELECT i, %(first_person)s + i AS person_id, kind, area,
    %(first_employer)s + 1 + pg_temp.pick(i, 41, %(employers)s) AS employer_id,
    (extract(year FROM %(today)s::date)::integer - 1 - pg_temp.pick(i, 42, 11)) * 100 + 1 + pg_temp.pick(i, 43, 12) AS start_period,
    CASE WHEN kind = 'stopped' THEN extract(year FROM %(today)s::date)::integer * 100 + 1 + pg_temp.pick(i, 44, 6) END AS end_period,
    pg_temp.pick(i, 45, 6) = 0 AS has_earlier,
    %(first_employer)s + 1 + pg_temp.pick(i, 46, %(employers)s) AS earlier_employer_id,
    (380000 + pg_temp.pick(i, 47, 1200) * 1000)::bigint AS wage_fen
FROM synth_person
WHERE kind IN ('employee', 'stopped');

INSERT INTO registry_employment
    (person_id, employer_id, employment_form, declared_wage_fen, start_period, end_period, warrant_id)
SELECT person_id, employer_id, '01', wage_fen, start_period, end_period, %(warrant)s FROM synth_work
UNION ALL
SELECT person_id, earlier_employer_id, '01', wage_fen - 80000, (start_period / 100 - 4) * 100 + 3, (start_period / 100 - 1) * 100 + 8,
    %(warrant)s
FROM synth_work WHERE has_earlier;

-- name: coverages
-- Relations of the people, one row per person and insurance.
INSERT INTO registry_coverage (person_id, insurance, slot, employer_id, area_id, start_period, end_period, stop_reason, warrant_id)
SELECT w.person_id, i.insurance, i.slot, w.employer_id, w.area, w.start_period, w.end_period,
    CASE WHEN w.end_period IS NULL THEN '' ELSE '01' END, %(warrant)s
FROM synth_work w
CROSS JOIN (VALUES ('employee_pension', 0), ('unemployment', 3), ('injury', 4), ('maternity', 5), ('employee_medical', 6)) AS i (insurance, slot)
UNION ALL
SELECT w.person_id, i.insurance, i.slot, w.earlier_employer_id, w.area, (w.start_period / 100 - 4) * 100 + 3,
    (w.start_period / 100 - 1) * 100 + 8, '04', %(warrant)s
FROM synth_work w
CROSS JOIN (VALUES ('employee_pension', 0), ('unemployment', 3), ('injury', 4), ('maternity', 5), ('employee_medical', 6)) AS i (insurance, slot)
WHERE w.has_earlier
UNION ALL
SELECT %(first_person)s + p.i, i.insurance, i.slot, NULL, p.area,
    (extract(year FROM %(today)s::date)::integer - 1 - pg_temp.pick(p.i, 51, 9)) * 100 + 1 + pg_temp.pick(p.i, 52, 12), NULL, '', %(warrant)s
FROM synth_person p
JOIN (VALUES ('flexible', 'employee_pension', 0), ('flexible', 'employee_medical', 6), ('resident', 'resident_pension', 1),
    ('resident', 'resident_medical', 6)) AS i (kind, insurance, slot) ON i.kind = p.kind
UNION ALL
-- Pensioners: the years of work ended with retirement; medical insurance goes on.
SELECT %(first_person)s + p.i, i.insurance, i.slot, %(first_employer)s + 1 + pg_temp.pick(p.i, 53, %(employers)s), p.area,
    greatest(199601, (extract(year FROM p.born_on)::integer + 25) * 100 + 1),
    CASE i.insurance WHEN 'employee_pension' THEN (extract(year FROM p.born_on)::integer
        + CASE p.gender WHEN '1' THEN 60 ELSE 55 END - 1) * 100 + 12 END,
    CASE i.insurance WHEN 'employee_pension' THEN '02' ELSE '' END, %(warrant)s
FROM synth_person p
JOIN (VALUES ('employee_pension', 0), ('employee_medical', 6)) AS i (insurance, slot) ON true
WHERE p.kind = 'pensioner'
  AND greatest(199601, (extract(year FROM p.born_on)::integer + 25) * 100 + 1)
    < (extract(year FROM p.born_on)::integer + CASE p.gender WHEN '1' THEN 60 ELSE 55 END - 1) * 100 + 12;

-- name: accounts
-- Personal accounts of the insured, one row per person and insurance that keeps accounts.
INSERT INTO accounts_personal_account (person_id, insurance, opened_period, status, warrant_id)
SELECT w.person_id, i.insurance, CASE WHEN w.has_earlier THEN (w.start_period / 100 - 4) * 100 + 3 ELSE w.start_period END,
    CASE WHEN w.end_period IS NULL THEN 'open' ELSE 'sealed' END, %(warrant)s
FROM synth_work w CROSS JOIN (VALUES ('employee_pension'), ('employee_medical')) AS i (insurance)
UNION ALL
SELECT %(first_person)s + p.i, i.insurance,
    (extract(year FROM %(today)s::date)::integer - 1 - pg_temp.pick(p.i, 51, 9)) * 100 + 1 + pg_temp.pick(p.i, 52, 12), 'open', %(warrant)s
FROM synth_person p CROSS JOIN (VALUES ('employee_pension'), ('employee_medical')) AS i (insurance)
WHERE p.kind = 'flexible';

-- name: bases
-- Flexible workers chose a base; declared wages of employees stand in their employment.
INSERT INTO contributions_base (person_id, employer_id, declared_fen, start_period, end_period, year, reason, warrant_id)
SELECT %(first_person)s + p.i, NULL, (460000 + pg_temp.pick(p.i, 71, 40) * 10000)::bigint,
    (extract(year FROM %(today)s::date)::integer - 1 - pg_temp.pick(p.i, 51, 9)) * 100 + 1 + pg_temp.pick(p.i, 52, 12), NULL, NULL,
    'opening', %(warrant)s
FROM synth_person p WHERE p.kind = 'flexible';

-- name: grades
-- Residents chose a grade when they enrolled; of one in twenty it was not taken over.
INSERT INTO contributions_resident_grade (person_id, grade_fen, start_year, subsidy_group, reason, warrant_id)
SELECT %(first_person)s + p.i, (ARRAY[200, 300, 500, 800, 1000, 2000])[1 + pg_temp.pick(p.i, 76, 6)] * 100,
    extract(year FROM %(today)s::date)::integer - 1 - pg_temp.pick(p.i, 51, 9), CASE WHEN pg_temp.pick(p.i, 77, 40) = 0 THEN '03' ELSE '' END,
    'opening', %(warrant)s
FROM synth_person p WHERE p.kind = 'resident' AND pg_temp.pick(p.i, 78, 20) > 0;

-- name: record
-- Women near their retirement have a record of paid years from before (历年缴费记录), up to the month before last: a base between
-- 60 and 130 percent of the average wage of the year.
CREATE TEMPORARY TABLE synth_record AS
SELECT %(first_person)s + p.i AS person_id, p.i, greatest(1996, extract(year FROM p.born_on)::integer + 21 + pg_temp.pick(p.i, 81, 3)) AS first_year
FROM synth_person p
WHERE p.gender = '2' AND p.kind IN ('employee', 'flexible') AND p.born_on < %(today)s::date - 365 * 49;
INSERT INTO contributions_year (warrant_id, person_id, insurance, year, months, base_sum_fen)
SELECT %(warrant)s, r.person_id, 110, y, m.months, m.months * ((ARRAY[429.67, 468.83, 494.92, 539.58, 620.42, 747.33, 855.67, 966.25, 1171.92,
    1318.83, 1318.83, 1487.67, 1776, 2086.5, 2380.25, 2759.33, 3160.33, 3592.5, 4084.83, 4476.83, 5043.33, 5481.75, 5969.25, 6705.33, 5772.25,
    6210, 6785, 7076, 7518.33, 7646])[least(y, 2025) - 1995] * (60 + pg_temp.pick(r.i, 82, 70)) / 100)::bigint * 100
FROM synth_record r
CROSS JOIN LATERAL generate_series(r.first_year, extract(year FROM %(today)s::date - 62)::integer) AS y
CROSS JOIN LATERAL (SELECT CASE WHEN y = extract(year FROM %(today)s::date - 62) THEN extract(month FROM %(today)s::date - 62)::integer ELSE 12 END AS months) AS m;

-- name: balances
-- Balances taken over: what the months since the account was opened come to, as the closing of the year before last.
INSERT INTO accounts_year (batch_id, person_id, insurance, year, opening_fen, credits_fen, interest_fen, closing_fen)
SELECT -%(warrant)s::bigint, a.person_id, CASE a.insurance WHEN 'employee_pension' THEN 110 ELSE 310 END,
    extract(year FROM %(today)s::date)::integer - 2, k.fen, 0, 0, k.fen
FROM accounts_personal_account a
LEFT JOIN synth_record r USING (person_id)
CROSS JOIN LATERAL (
    SELECT greatest(0, ((extract(year FROM %(today)s::date)::integer - 2) * 12 + 12 - coalesce(r.first_year * 12 + 1,
            a.opened_period / 100 * 12 + a.opened_period %% 100)))
        * (CASE a.insurance WHEN 'employee_pension' THEN 36000 ELSE 9000 END + pg_temp.pick(a.person_id, 72, 200) * 100)::bigint AS fen
) AS k
WHERE a.warrant_id = %(warrant)s AND a.opened_period < (extract(year FROM %(today)s::date)::integer - 1) * 100;

-- name: pensions
-- Pensioners draw since the month after they retired; one in thirty has let the certification run out.
CREATE TEMPORARY TABLE synth_pension AS
SELECT p.i, %(first_person)s + p.i AS person_id, p.area, p.name, p.id_number,
    extract(year FROM r.retired_on + interval '1 month')::integer * 100 + extract(month FROM r.retired_on + interval '1 month')::integer AS start_period,
    180 + pg_temp.pick(p.i, 91, 280) AS months, 90000 + pg_temp.pick(p.i, 92, 160000) AS basic, 20000 + pg_temp.pick(p.i, 93, 60000) AS account,
    pg_temp.pick(p.i, 94, 90000) AS transitional, pg_temp.pick(p.i, 95, 70000) AS adjusted
FROM synth_person p JOIN registry_person r ON r.id = %(first_person)s + p.i WHERE p.kind = 'pensioner';
INSERT INTO benefits_benefit (person_id, kind, insurance, area_id, start_period, status, status_reason, contribution_months, payee_name,
    payee_number, bank_code, account_name, account_no, warrant_id)
SELECT person_id, 1, 110, area, start_period, 'active', '', months, name, id_number, '103100000026', name, '62284800' || lpad(person_id::text, 11, '0'),
    %(warrant)s
FROM synth_pension ORDER BY person_id;
INSERT INTO benefits_amount (warrant_id, benefit_id, start_period, basic_fen, account_fen, transitional_fen, extra_fen, adjusted_fen, total_fen,
    source, source_id)
SELECT %(warrant)s, b.id, p.start_period, p.basic, p.account, p.transitional, 0, p.adjusted, p.basic + p.account + p.transitional + p.adjusted,
    'opening', 0
FROM synth_pension p JOIN benefits_benefit b ON b.person_id = p.person_id ORDER BY b.id;
INSERT INTO benefits_certification (warrant_id, person_id, certified_on, valid_until, way, source_id)
SELECT %(warrant)s, person_id, c.day, extract(year FROM c.day)::integer * 100 + 100 + extract(month FROM c.day)::integer, 'data', 0
FROM synth_pension CROSS JOIN LATERAL (SELECT %(today)s::date - CASE WHEN pg_temp.pick(i, 97, 30) = 0 THEN 1200 ELSE pg_temp.pick(i, 96, 330) END AS day) AS c
ORDER BY person_id;
DROP TABLE synth_pension, synth_record;

-- name: identities
-- What public security knows of the people, one row each.
INSERT INTO exchange_identity_record (id_number, name, gender, born_on, file_id)
SELECT id_number, name, gender, born_on, %(identity_file)s FROM synth_person;

-- name: registrations
-- Job seekers and stopped people are registered as employed; of twenty seekers one only today, one not at all.
INSERT INTO exchange_employment_registration (id_number, name, credit_code, registered_on, file_id, row_no)
SELECT p.id_number, p.name, r.credit_code,
    CASE WHEN p.i %% 20 = 0 THEN %(today)s::date ELSE %(today)s::date - 1 - pg_temp.pick(p.i, 61, 25) END,
    %(registration_file)s, (p.i %% 1000000)::integer + 2
FROM synth_person p
JOIN registry_employer r ON r.id = %(first_employer)s + 1 + pg_temp.pick(p.i, 62, %(employers)s)
WHERE p.kind IN ('seeker', 'stopped') AND p.i %% 20 <> 1;

-- name: check_overlaps
-- What the overlap guards refuse row by row is judged here as a set.
DO $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (
            SELECT start_period, lag(coalesce(end_period, 999912)) OVER (PARTITION BY person_id, slot ORDER BY start_period) AS before
            FROM registry_coverage) AS c
        WHERE start_period <= before)
    OR EXISTS (
        SELECT 1 FROM (
            SELECT start_period, lag(coalesce(end_period, 999912)) OVER (PARTITION BY person_id ORDER BY start_period) AS before
            FROM registry_employment) AS e
        WHERE start_period <= before) THEN
        RAISE EXCEPTION 'the generated city has overlapping coverage or employment';
    END IF;
END;
$$;
