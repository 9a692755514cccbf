-- The levy: guards and the levy run. Errors: YG001/YG002 no warrant, YG003 append only, YG006 wrong move.
SELECT registry_bind_subjects_v1('contributions_base', 'person_id', 'employer_id');

-- contributions_base_year_v1: first and last month (YYYYMM) for which the bases declared for a year hold in an area; NULL where nothing says so. As
-- `yigui.law.contribution.base_year_months`. Not granted.
CREATE OR REPLACE FUNCTION contributions_base_year_v1(p_area text, p_year integer, OUT first integer, OUT last integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    first := p_year * 100 + (parameters_at_v1('contribution/calendar', '', p_area, make_date(p_year, 1, 1)) -> 'columns' ->> 'first_month')::integer;
    last := to_char(to_date(first::text, 'YYYYMM') + interval '11 months', 'YYYYMM')::integer;
END;
$$;
REVOKE ALL ON FUNCTION contributions_base_year_v1 FROM PUBLIC;

-- contributions_base_months_v1: what an operator, or a person for themselves, declares or corrects is a base of the base year that runs in the month of the case, or of the one that
-- begins in its calendar year, within that year's months; a base that stands they do not change: a correction is a new row. What self-payers choose
-- for themselves (no employer, no year) begins within those months, and may go on without an end. Error: YG011.
CREATE OR REPLACE FUNCTION contributions_base_months_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c record;
    the_person bigint;
    may text[];
    area text;
    years integer[];
    is_wrong boolean;
BEGIN
    SELECT * INTO c FROM registry_case_now_v1();
    SELECT k.applicant_id INTO the_person FROM warrants_warrant w JOIN casework_case k ON k.id = w.subject_id WHERE w.id = c.warrant;
    IF c.operators_own IS NULL AND the_person IS NULL THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        may := ARRAY(SELECT jsonb_array_elements_text(c.about -> 'elsewhere')) || 'warrant_id'::text;
        is_wrong := EXISTS (SELECT 1 FROM old_rows o FULL JOIN new_rows n USING (id) WHERE (to_jsonb(n) - may = to_jsonb(o) - may) IS NOT TRUE);
    ELSE
        SELECT coalesce((SELECT e.area_id FROM registry_employer e WHERE e.id = c.operators_own),
            (SELECT p.area_id FROM registry_person p WHERE p.id = the_person)) INTO area;
        years := ARRAY[c.month / 100, CASE WHEN c.month >= (SELECT y.first FROM contributions_base_year_v1(area, c.month / 100) y)
            THEN c.month / 100 ELSE c.month / 100 - 1 END];
        is_wrong := EXISTS (
            SELECT 1 FROM new_rows n LEFT JOIN LATERAL (
                SELECT b.first, b.last FROM unnest(years) AS y (year) CROSS JOIN LATERAL contributions_base_year_v1(area, y.year) b
                WHERE y.year = n.year LIMIT 1) AS b ON true
            WHERE (n.start_period >= b.first AND n.end_period <= b.last) IS NOT TRUE
                AND NOT (coalesce(n.person_id = the_person, false) AND n.employer_id IS NULL AND n.year IS NULL
                    AND EXISTS (SELECT FROM unnest(years) AS y (year) CROSS JOIN LATERAL contributions_base_year_v1(area, y.year) b
                        WHERE n.start_period BETWEEN b.first AND b.last AND coalesce(n.end_period, b.last) <= b.last)));
    END IF;
    IF is_wrong THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = TG_TABLE_NAME,
            MESSAGE = '单位经办人和个人在网上、自助渠道只能申报或更正本缴费年度的缴费基数，以往年度的请到经办窗口办理。';
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION contributions_base_months_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER base_months_i AFTER INSERT ON contributions_base REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION contributions_base_months_v1();
CREATE OR REPLACE TRIGGER base_months_u AFTER UPDATE ON contributions_base REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION contributions_base_months_v1();
SELECT registry_bind_subjects_v1('contributions_injury_rate', '', 'employer_id');
-- What an employer owes is the employer's, whoever of its people it is for.
SELECT registry_bind_rows_v1(t::regclass, 'SELECT CASE WHEN coalesce(employer_id, 0) = 0 THEN nullif(person_id, 0) END, nullif(employer_id, 0) FROM new_rows')
FROM unnest(ARRAY['contributions_bill', 'contributions_line']) AS t;
SELECT registry_bind_rows_v1('contributions_resident_grade', 'SELECT person_id, NULL::bigint FROM new_rows');
SELECT warrants_guard_set_v1('contributions_year', 1::smallint);

-- Rows of cases get their warrant by the row; nothing is changed afterwards, neither there nor in attached partitions.
CREATE OR REPLACE FUNCTION contributions_stamp_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.warrant_id := warrants_stamp_v1(3::smallint, TG_TABLE_NAME);
    RETURN NEW;
END;
$$;
CREATE OR REPLACE TRIGGER stamp BEFORE INSERT ON contributions_line_case FOR EACH ROW EXECUTE FUNCTION contributions_stamp_v1();
CREATE OR REPLACE TRIGGER stamp BEFORE INSERT ON contributions_bill_case FOR EACH ROW EXECUTE FUNCTION contributions_stamp_v1();
SELECT warrants_append_only_v1(t, t::text LIKE '%case')
FROM unnest(ARRAY['contributions_line', 'contributions_line_case', 'contributions_bill', 'contributions_bill_case']::regclass[]) AS t;

-- contributions_person_bounds_v1: persons at which a plan's parts begin, so that each has about as many coverages. The bounds
-- of the plan before (p_before) are taken again while they still share the coverages out to within a twentieth: parts of the
-- same people are compared without reading any other.
CREATE OR REPLACE FUNCTION contributions_person_bounds_v1(p_parts integer, p_before bigint[]) RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    low bigint;
    high bigint;
    inner_bounds bigint[];
    is_even boolean;
BEGIN
    SELECT min(person_id), max(person_id) + 1 INTO low, high FROM registry_coverage;
    SELECT percentile_disc((SELECT array_agg(k::float8 / p_parts) FROM generate_series(1, p_parts - 1) AS k))
        WITHIN GROUP (ORDER BY person_id) INTO inner_bounds FROM registry_coverage TABLESAMPLE SYSTEM (1);
    IF cardinality(p_before) = p_parts + 1 THEN
        SELECT bool_and(abs(share - k::float8 / p_parts) < 0.05) INTO is_even FROM (
            SELECT k, (SELECT avg((c.person_id < p_before[k + 1])::integer) FROM registry_coverage c TABLESAMPLE SYSTEM (1)) AS share
            FROM generate_series(1, p_parts - 1) AS k
        ) AS shares;
        inner_bounds := CASE WHEN is_even THEN p_before[2:p_parts] ELSE inner_bounds END;
    END IF;
    RETURN (SELECT array_agg(DISTINCT b ORDER BY b) FROM unnest(ARRAY[low, high] || coalesce(inner_bounds, '{}')) AS b WHERE b BETWEEN low AND high);
END;
$$;

-- contributions_drop_stage_v1: throws away what a voided or crashed preparation left. Attached partitions are never touched.
CREATE OR REPLACE FUNCTION contributions_drop_stage_v1(p_batch bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    stage text;
    dropped integer := 0;
BEGIN
    IF EXISTS (SELECT 1 FROM runs_batch WHERE id = p_batch AND status <> 'void') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('第 %s 号批次未作废，不能清除。', p_batch);
    END IF;
    FOR stage IN SELECT c.relname FROM pg_class c
        WHERE c.relname ~ format('^contributions_((line|part)_%1$s_[0-9]+|bill_%1$s)$', p_batch) AND c.relkind = 'r' AND NOT c.relispartition LOOP
        EXECUTE format('DROP TABLE %I', stage);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END;
$$;

-- contributions_lay_rates_v1: rates (rows of contributions_levy_rate) laid out for lines, in a table of the transaction. Key: area and payer
-- kind with the unit's risk class as one number, so that a payer finds all his insurances under one key; each insurance has its
-- mark. Of equal keys the last one written is found first: in this order the lines come in the order of their primary key.
CREATE OR REPLACE FUNCTION contributions_lay_rates_v1(p_rates jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    CREATE TEMPORARY TABLE levied ON COMMIT DROP AS
    WITH rate AS MATERIALIZED (
        SELECT * FROM jsonb_to_recordset(p_rates) AS r (area_code text, insurance text, aae140 smallint, payer text, risk_class text, employer_e8 bigint,
            person_e8 bigint, account_e8 bigint, floor_fen bigint, ceiling_fen bigint)
    )
    SELECT contributions_rate_key_v1(r.area_code, CASE r.payer WHEN 'flexible' THEN NULL ELSE k.class END) AS key, r.area_code::integer AS area,
        r.insurance, r.aae140, 1 << (dense_rank() OVER (ORDER BY r.aae140)::integer - 1) AS mark, r.insurance = 'injury' AS is_floating,
        r.employer_e8, r.person_e8, r.account_e8, r.floor_fen, r.ceiling_fen
    FROM rate r
    -- Whatever the unit's class, or if it has none, the other insurances hold too.
    JOIN (SELECT '' AS class UNION SELECT risk_class FROM rate) AS k
        ON CASE WHEN r.payer = 'flexible' THEN k.class = '' ELSE r.risk_class IN ('', k.class) END
    ORDER BY r.aae140 DESC;
    ANALYZE levied;
END;
$$;
REVOKE ALL ON FUNCTION contributions_lay_rates_v1 FROM PUBLIC;

-- contributions_rates_of_v1: the rates a batch was frozen with, as lines are made of them.
CREATE OR REPLACE FUNCTION contributions_rates_of_v1(p_batch bigint) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT jsonb_agg(to_jsonb(r) ORDER BY r.id) FROM contributions_levy_rate r WHERE r.batch_id = p_batch;
$$;
REVOKE ALL ON FUNCTION contributions_rates_of_v1 FROM PUBLIC;

-- contributions_stage_rates_v1: the rates of a batch, laid out.
CREATE OR REPLACE FUNCTION contributions_stage_rates_v1(p_batch bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT contributions_lay_rates_v1(contributions_rates_of_v1(p_batch));
$$;
CREATE OR REPLACE FUNCTION contributions_rate_key_v1(p_area text, p_class text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN p_area::integer * 256 + coalesce(ascii(p_class), 255);

-- contributions_bound_v1: the floor or ceiling of the laid-out rates as an expression over an area: one number where all areas share it,
-- as a province does.
CREATE OR REPLACE FUNCTION contributions_bound_v1(p_bound text, p_area text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (SELECT CASE count(DISTINCT fen) WHEN 1 THEN min(fen)::text
        ELSE 'CASE ' || p_area || ' ' || string_agg(DISTINCT format('WHEN %s THEN %s', area, fen), ' ') || ' END' END
        FROM (SELECT area, CASE p_bound WHEN 'floor' THEN floor_fen ELSE ceiling_fen END AS fen FROM pg_temp.levied
            WHERE insurance = 'employee_pension') AS v);
END;
$$;

-- contributions_elsewhere_v1: who has been charged for a month in other areas than these, as a query of person_id and insurance; "" where nobody can have been.
-- A month belongs to where the relation was when the plan of that place was executed; whoever moves afterwards is charged for it by the new place when the old
-- one has given it back, and not before: no month is asked of anybody twice (a month counts once: 人社部发〔2009〕187号). What a case has charged or given back
-- there counts as what a batch has, and lines of a merged record are the kept one's, as with the supplement.
CREATE OR REPLACE FUNCTION contributions_elsewhere_v1(p_batch bigint, p_period integer, p_areas text[], p_from bigint, p_to bigint) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    others bigint[] := array(SELECT b.id FROM runs_batch b WHERE b.kind IN ('levy', 'levy-supplement', 'levy-credit') AND b.status = 'executed'
        AND b.period = p_period AND b.id <> p_batch AND NOT b.areas::text[] <@ p_areas ORDER BY b.id);
    who text;
BEGIN
    IF p_areas = ARRAY['*'] OR (others = '{}' AND NOT EXISTS (SELECT 1 FROM contributions_line_case c
        WHERE c.owed_period = p_period AND c.area <> ALL (p_areas::integer[]) AND c.base_fen > 0)) THEN
        RETURN '';
    END IF;
    who := format('(l.person_id >= %s AND l.person_id < %s OR l.person_id IN (SELECT m.id FROM registry_merged_v1() m WHERE m.kept >= %1$s AND m.kept < %2$s)) '
        'AND l.owed_period = %s AND l.area <> ALL (%L::integer[])', p_from, p_to, p_period, p_areas::integer[]);
    RETURN format('SELECT coalesce(m.kept, c.person_id) AS person_id, c.insurance FROM ('
        'SELECT l.person_id, l.insurance, l.base_fen FROM contributions_line l WHERE l.source_id = ANY (%L::bigint[]) AND %s '
        'UNION ALL SELECT l.person_id, l.insurance, l.base_fen FROM contributions_line_case l WHERE %2$s) AS c '
        'LEFT JOIN registry_merged_v1() m ON m.id = c.person_id GROUP BY 1, 2 HAVING sum(c.base_fen) > 0', others, who);
END;
$$;

-- contributions_charged_elsewhere_v1: the same as rows, for the plan's list of those it leaves out.
CREATE OR REPLACE FUNCTION contributions_charged_elsewhere_v1(p_period integer, p_areas text[]) RETURNS TABLE (person_id bigint, insurance smallint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    elsewhere text := contributions_elsewhere_v1(0, p_period, p_areas, 0, 9223372036854775807);
BEGIN
    IF elsewhere <> '' THEN
        RETURN QUERY EXECUTE elsewhere;
    END IF;
END;
$$;

-- contributions_due_lines_v2: the one rule of what is due for a month, as a query of lines, by the rates laid out in `levied`: the plan stages it, and
-- the supplement holds it against what was charged. p_who: a further condition on person_id, "" for everybody. p_is_credit: what is due is asked in order
-- to give back what is not: where the relation is, nothing is given back because another place has charged the month, too.
DROP FUNCTION IF EXISTS contributions_due_lines_v1(bigint, integer, text[], bigint, bigint, text);
CREATE OR REPLACE FUNCTION contributions_due_lines_v2(
    p_batch bigint, p_period integer, p_areas text[], p_from bigint, p_to bigint, p_who text, p_is_credit boolean)
RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    mark text := (SELECT string_agg(DISTINCT format('WHEN %L THEN %s', insurance, levied.mark), ' ') FROM pg_temp.levied);
    elsewhere text := CASE WHEN p_is_credit THEN '' ELSE contributions_elsewhere_v1(p_batch, p_period, p_areas, p_from, p_to) END;
BEGIN
    RETURN format($due$
        WITH base AS (
            SELECT DISTINCT ON (person_id, coalesce(employer_id, 0)) person_id, coalesce(employer_id, 0) AS employer_id, declared_fen
            FROM contributions_base
            WHERE start_period <= %2$s AND (end_period IS NULL OR end_period >= %2$s) AND person_id >= %4$s AND person_id < %5$s %7$s
            ORDER BY person_id, coalesce(employer_id, 0), id DESC
        ),
        covered AS (
            SELECT person_id, coalesce(employer_id, 0) AS employer_id, area_id, bit_or(CASE insurance %6$s ELSE 0 END) AS marks
            FROM registry_coverage
            WHERE person_id >= %4$s AND person_id < %5$s
              AND start_period <= %2$s AND (end_period IS NULL OR end_period >= %2$s) %3$s %7$s
            GROUP BY 1, 2, 3
        ),
        payer AS (
            SELECT c.person_id, c.employer_id, c.area_id, c.marks, coalesce(b.declared_fen, w.declared_wage_fen) AS wage_fen
            FROM covered c
            LEFT JOIN registry_employment w ON w.person_id = c.person_id AND w.employer_id = c.employer_id
                AND w.start_period <= %2$s AND (w.end_period IS NULL OR w.end_period >= %2$s)
                AND w.person_id >= %4$s AND w.person_id < %5$s
            LEFT JOIN base b ON b.person_id = c.person_id AND b.employer_id = c.employer_id
            WHERE CASE c.employer_id WHEN 0 THEN b.declared_fen ELSE w.declared_wage_fen END IS NOT NULL
            ORDER BY c.employer_id, c.person_id
        ),
        unit AS (
            SELECT u.id, u.industry_risk, coalesce(i.floating_e2, 10000) AS floating_e2
            FROM registry_employer u
            LEFT JOIN (
                SELECT DISTINCT ON (employer_id) employer_id, (floating_percent * 100)::bigint AS floating_e2
                FROM contributions_injury_rate WHERE start_period <= %2$s ORDER BY employer_id, start_period DESC
            ) AS i ON i.employer_id = u.id
        ),
        due AS (
            SELECT p.person_id, p.employer_id, r.area, r.aae140, r.person_e8, r.account_e8,
                CASE WHEN r.is_floating THEN r.employer_e8 * u.floating_e2 / 10000 ELSE r.employer_e8 END AS employer_e8,
                CASE WHEN p.wage_fen < r.floor_fen THEN r.floor_fen WHEN p.wage_fen > r.ceiling_fen THEN r.ceiling_fen ELSE p.wage_fen END AS capped
            FROM payer p
            LEFT JOIN unit u ON u.id = p.employer_id
            JOIN levied r ON r.key = contributions_rate_key_v1(p.area_id, CASE p.employer_id WHEN 0 THEN NULL ELSE coalesce(u.industry_risk, '') END)
                AND p.marks & r.mark <> 0
            -- Computed here once, and not again wherever it is named below.
            OFFSET 0
        )
        SELECT %1$s::bigint AS source_id, person_id, employer_id, area, %2$s AS period, %2$s AS owed_period,
            capped::integer AS base_fen, employer_part::integer AS employer_fen, person_part::integer AS person_fen,
            least((capped * account_e8 + 50000000) / 100000000, employer_part + person_part)::integer AS account_fen,
            aae140 AS insurance, NULL::bigint AS warrant_id
        FROM (
            SELECT due.*, (capped * employer_e8 + 50000000) / 100000000 AS employer_part, (capped * person_e8 + 50000000) / 100000000 AS person_part
            FROM due
        ) AS line %8$s
        $due$, p_batch, p_period, CASE WHEN p_areas = ARRAY['*'] THEN '' ELSE format('AND area_id = ANY (%L::text[])', p_areas) END,
        p_from, p_to, mark, p_who, CASE elsewhere WHEN '' THEN '' ELSE format(
            'WHERE NOT EXISTS (SELECT 1 FROM (%s) AS elsewhere WHERE elsewhere.person_id = line.person_id AND elsewhere.insurance = line.aae140)', elsewhere) END);
END;
$$;
REVOKE ALL ON FUNCTION contributions_due_lines_v2 FROM PUBLIC;

-- contributions_try_v1: what a month would be due with these rates (rows of contributions_levy_rate) and with those, for the persons from p_from to
-- below p_to: one row per person and employer that is touched, fen a month, and how many were looked at. By the rule of the plan; writes nothing.
CREATE OR REPLACE FUNCTION contributions_try_v1(p_before jsonb, p_after jsonb, p_areas text[], p_period integer, p_from bigint, p_to bigint)
RETURNS TABLE (person_id bigint, employer_id bigint, area integer, before_fen bigint, after_fen bigint, looked_at bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    stage text;
    rates jsonb;
BEGIN
    FOREACH stage IN ARRAY ARRAY['tried_before', 'tried_after'] LOOP
        rates := CASE stage WHEN 'tried_before' THEN p_before ELSE p_after END;
        DROP TABLE IF EXISTS pg_temp.levied;
        EXECUTE format('DROP TABLE IF EXISTS pg_temp.%I', stage);
        PERFORM contributions_lay_rates_v1(rates);
        EXECUTE format('CREATE TEMPORARY TABLE %I ON COMMIT DROP AS SELECT d.person_id, d.employer_id, min(d.area) AS area, '
            'sum(d.employer_fen::bigint + d.person_fen) AS fen FROM (%s) AS d GROUP BY 1, 2',
            stage, contributions_due_lines_v2(0, p_period, p_areas, p_from, p_to, '', false));
    END LOOP;
    DROP TABLE pg_temp.levied;
    RETURN QUERY
    SELECT n.person_id, n.employer_id, n.area, n.old::bigint, n.new::bigint, n.everybody
    FROM (
        SELECT coalesce(a.person_id, b.person_id) AS person_id, coalesce(a.employer_id, b.employer_id) AS employer_id, coalesce(a.area, b.area) AS area,
            coalesce(b.fen, 0) AS old, coalesce(a.fen, 0) AS new, NULL::bigint AS everybody
        FROM pg_temp.tried_before b FULL JOIN pg_temp.tried_after a USING (person_id, employer_id)
    ) AS n
    WHERE n.old <> n.new
    UNION ALL
    SELECT NULL, NULL, NULL, NULL, NULL, (SELECT count(*) FROM pg_temp.tried_after);
    DROP TABLE pg_temp.tried_before, pg_temp.tried_after;
END;
$$;

-- contributions_stage_lines_v1: one part of a levy plan: the lines of persons from p_from to below p_to in a fresh table, with
-- the primary key. p_areas: the areas of the plan, or {*} for all there are.
-- A line for every coverage of the month whose rate stands in contributions_levy_rate and whose base is known.
-- Amount = (base x rate + half) / unit in whole fen, as `yigui.law.contribution.amount_of`. A rate of zero still gives its line:
-- the month counts (maternity insurance since its merger).
-- A person's coverages with one payer in one area become one row with a mark per insurance, in the order of persons, in which
-- his wage lies beside it; the rows are then laid in the order of the primary key before the rates spread them out again, so
-- that those who read a unit's lines find them side by side. The order of the joins is fixed: the planner knows the tables, but
-- not how few rates go with how many coverages. Gives the number of lines.
CREATE OR REPLACE FUNCTION contributions_stage_lines_v1(
    p_batch bigint, p_part integer, p_from bigint, p_to bigint, p_areas text[], p_period integer)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET work_mem = '768MB' SET hash_mem_multiplier = 2 SET maintenance_work_mem = '2GB' SET jit = off
SET max_parallel_workers_per_gather = 0 SET max_parallel_maintenance_workers = 0
SET enable_nestloop = off SET enable_hashagg = off SET join_collapse_limit = 1 SET from_collapse_limit = 1 AS $$
DECLARE
    stage text := format('contributions_line_%s_%s', p_batch, p_part);
    filled bigint;
BEGIN
    PERFORM runs_hold_stage_v1(p_batch, ARRAY['levy'], p_areas, p_period);
    -- Bills of lines that are no more.
    EXECUTE format('DROP TABLE IF EXISTS contributions_bill_%s', p_batch);
    PERFORM contributions_stage_rates_v1(p_batch);
    EXECUTE format('DROP TABLE IF EXISTS %I', stage);
    -- Made and filled by one statement: a third of the time of an insert. Never changed once filled, and analysed below:
    -- vacuum would only read and write it all once more.
    EXECUTE format('CREATE TABLE %I WITH (autovacuum_enabled = false) AS ', stage)
        || contributions_due_lines_v2(p_batch, p_period, p_areas, p_from, p_to, '', false);
    GET DIAGNOSTICS filled = ROW_COUNT;
    PERFORM contributions_close_lines_v1(p_batch, p_part, p_from, p_to);
    -- Added up here, by the transaction that wrote the lines: read by another first, every page would be marked as committed,
    -- and with checksums on each such mark is a whole page in the log.
    PERFORM contributions_stage_part_v1(p_batch, p_part);
    RETURN filled;
END;
$$;

-- contributions_not_null_v1: the columns of a table that are never empty, as clauses of ALTER TABLE for a table made like it.
CREATE OR REPLACE FUNCTION contributions_not_null_v1(p_like regclass) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT string_agg(format('ALTER %I SET NOT NULL', attname), ', ') FROM pg_attribute WHERE attrelid = p_like AND attnum > 0 AND attnotnull
$$;

-- contributions_close_lines_v1, contributions_close_bills_v1: what the partitions of a filled stage will need is checked once, as a set, and
-- then need not be checked again.
CREATE OR REPLACE FUNCTION contributions_close_lines_v1(p_batch bigint, p_part integer, p_from bigint, p_to bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET maintenance_work_mem = '2GB' SET max_parallel_maintenance_workers = 0 AS $$
DECLARE
    stage text := format('contributions_line_%s_%s', p_batch, p_part);
BEGIN
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT source CHECK (source_id = %s), ADD CONSTRAINT part CHECK (person_id >= %s AND person_id < %s), %s',
        stage, p_batch, p_from, p_to, contributions_not_null_v1('contributions_line'));
    EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (employer_id, person_id, insurance, owed_period, source_id)', stage);
    EXECUTE format('ANALYZE %I', stage);
END;
$$;
CREATE OR REPLACE FUNCTION contributions_close_bills_v1(p_batch bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET maintenance_work_mem = '512MB' AS $$
DECLARE
    stage text := format('contributions_bill_%s', p_batch);
BEGIN
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT source CHECK (source_id = %s), %s, %s', stage, p_batch, contributions_not_null_v1('contributions_bill'), (
        SELECT string_agg(format('ADD CONSTRAINT %I %s', conname, pg_get_constraintdef(oid)), ', ') FROM pg_constraint
        WHERE conrelid = 'contributions_bill'::regclass AND contype = 'c'));
    EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (id, source_id, area)', stage);
    EXECUTE format('CREATE INDEX ON %I (employer_id, person_id, insurance)', stage);
    EXECUTE format('ANALYZE %I', stage);
END;
$$;

-- contributions_stage_part_v1: adds one part's lines up per payer and insurance into a table of its own, with their digest:
-- the one pass over the lines from which bills, sums and digest are made. It lives until the plan is frozen. Not unlogged: made and
-- filled in one transaction it is hardly logged anyway, and a server killed just after such a table was thrown away may fail to start.
CREATE OR REPLACE FUNCTION contributions_stage_part_v1(p_batch bigint, p_part integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET work_mem = '768MB' SET hash_mem_multiplier = 2 SET jit = off SET enable_hashagg = on SET enable_sort = off
SET enable_indexscan = off SET enable_bitmapscan = off SET max_parallel_workers_per_gather = 0 AS $$
BEGIN
    EXECUTE format('DROP TABLE IF EXISTS contributions_part_%s_%s', p_batch, p_part);
    EXECUTE format($part$
        CREATE TABLE contributions_part_%1$s_%2$s WITH (autovacuum_enabled = false) AS
        SELECT employer_id, CASE WHEN employer_id = 0 THEN person_id ELSE 0 END AS payer, area, insurance, count(*) AS people,
            count(*) FILTER (WHERE employer_fen + person_fen <> 0) AS payers, sum(base_fen) AS base, sum(employer_fen) AS employer_part,
            sum(person_fen) AS person_part, sum(account_fen) AS account_part,
            count(*) FILTER (WHERE least(base_fen, employer_fen, person_fen, account_fen) < 0) AS negative,
            count(*) FILTER (WHERE insurance = 110 AND employer_id <> 0 AND base_fen = %3$s) AS at_floor,
            count(*) FILTER (WHERE insurance = 110 AND employer_id <> 0 AND base_fen = %4$s) AS at_ceiling,
            bit_xor(hashint8extended(person_id, hashint8extended(base_fen::bigint * 1000003 + account_fen,
                hashint8extended(employer_id * 1000 + insurance, employer_fen::bigint * 1000003 + person_fen)))) AS digest
        FROM contributions_line_%1$s_%2$s GROUP BY 1, 2, 3, 4 $part$, p_batch, p_part,
        contributions_bound_v1('floor', 'area'), contributions_bound_v1('ceiling', 'area'));
END;
$$;

-- contributions_stage_bills_v1: the bills: one per payer and insurance, from the parts added up. A deferral moves the day due.
-- A payer has one row in each part, so the parts are laid side by side rather than grouped anew.
CREATE OR REPLACE FUNCTION contributions_stage_bills_v1(p_batch bigint, p_parts integer, p_period integer, p_due date)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET work_mem = '768MB' SET hash_mem_multiplier = 2 SET maintenance_work_mem = '512MB' SET jit = off SET enable_nestloop = off AS $$
DECLARE
    stage text := format('contributions_bill_%s', p_batch);
    parts text;
    sums text;
    filled bigint;
BEGIN
    PERFORM runs_hold_stage_v1(p_batch, ARRAY['levy'], NULL, p_period);
    SELECT string_agg(format('contributions_part_%s_%s AS p%2$s', p_batch, k) || CASE k WHEN 0 THEN '' ELSE ' USING (employer_id, payer, area, insurance)' END,
        ' FULL JOIN ' ORDER BY k) INTO parts FROM generate_series(0, p_parts - 1) AS k;
    SELECT string_agg(total || ' AS ' || name, ', ') INTO sums FROM (
        SELECT name, string_agg(format('coalesce(p%s.%I, 0)', k, name), ' + ') AS total
        FROM unnest(ARRAY['people', 'base', 'employer_part', 'person_part', 'account_part']) AS name, generate_series(0, p_parts - 1) AS k
        GROUP BY name
    ) AS totals;
    EXECUTE format('DROP TABLE IF EXISTS %I', stage);
    EXECUTE format($fill$
        CREATE TABLE %1$I WITH (autovacuum_enabled = false) AS
        SELECT nextval('contributions_bill_no') AS id, %2$s::bigint AS source_id, s.employer_id, s.payer AS person_id, s.area, %3$s AS period,
            %3$s AS start_period, %3$s AS end_period, s.base::bigint AS base_fen, s.employer_part::bigint AS employer_fen,
            s.person_part::bigint AS person_fen, s.account_part::bigint AS account_fen, (s.employer_part + s.person_part)::bigint AS total_fen,
            s.people::integer AS person_count, coalesce(d.due_on, %5$L::date) AS due_on, s.insurance, 1::smallint AS kind,
            NULL::bigint AS warrant_id, NULL::bigint AS for_bill
        FROM (SELECT employer_id, payer, area, insurance, %6$s FROM %4$s ORDER BY employer_id, payer, insurance, area) AS s
        LEFT JOIN (
            SELECT employer_id, insurance, max(due_on) AS due_on FROM contributions_deferral
            WHERE %3$s BETWEEN start_period AND end_period GROUP BY 1, 2
        ) AS d ON d.employer_id = s.employer_id AND d.insurance = s.insurance
        WHERE s.employer_part + s.person_part > 0
        $fill$, stage, p_batch, p_period, parts, p_due, sums);
    GET DIAGNOSTICS filled = ROW_COUNT;
    PERFORM contributions_close_bills_v1(p_batch);
    RETURN filled;
END;
$$;

-- contributions_stage_sums_v1: per area and insurance the sums of one part's lines, and their digest. From the part's own table
-- where it still stands (a plan being prepared), from the lines otherwise (a plan being executed or verified).
CREATE OR REPLACE FUNCTION contributions_stage_sums_v1(p_batch bigint, p_part integer)
RETURNS TABLE (area integer, insurance smallint, people bigint, payers bigint, base_fen bigint, employer_fen bigint, person_fen bigint,
    account_fen bigint, negative bigint, digest bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB' SET jit = off SET enable_sort = off
SET enable_indexscan = off SET enable_bitmapscan = off AS $$
#variable_conflict use_column
BEGIN
    IF to_regclass(format('contributions_part_%s_%s', p_batch, p_part)) IS NOT NULL THEN
        RETURN QUERY EXECUTE format($sums$
            SELECT area, insurance, sum(people)::bigint, sum(payers)::bigint, sum(base)::bigint, sum(employer_part)::bigint,
                sum(person_part)::bigint, sum(account_part)::bigint, sum(negative)::bigint, bit_xor(digest)
            FROM contributions_part_%1$s_%2$s GROUP BY 1, 2 $sums$, p_batch, p_part);
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format($sums$
        SELECT area, insurance, count(*), count(*) FILTER (WHERE employer_fen + person_fen <> 0), sum(base_fen)::bigint,
            sum(employer_fen)::bigint, sum(person_fen)::bigint, sum(account_fen)::bigint,
            count(*) FILTER (WHERE least(base_fen, employer_fen, person_fen, account_fen) < 0),
            bit_xor(hashint8extended(person_id, hashint8extended(base_fen::bigint * 1000003 + account_fen,
                hashint8extended(employer_id * 1000 + insurance, employer_fen::bigint * 1000003 + person_fen))))
        FROM contributions_line_%1$s_%2$s GROUP BY 1, 2 $sums$, p_batch, p_part);
END;
$$;

-- contributions_drop_parts_v1: the parts' tables have served once the plan's bills are made of them; before, nobody takes them from whoever prepares the plan.
-- Error: YG006.
CREATE OR REPLACE FUNCTION contributions_drop_parts_v1(p_batch bigint, p_parts integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF to_regclass(format('contributions_bill_%s', p_batch)) IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('第 %s 号批次的缴费单尚未生成，其分段不能清除。', p_batch);
    END IF;
    FOR k IN 0..p_parts - 1 LOOP
        EXECUTE format('DROP TABLE IF EXISTS contributions_part_%s_%s', p_batch, k);
    END LOOP;
END;
$$;

-- contributions_stage_bill_sums_v1: per area and insurance the sums of the plan's bills.
CREATE OR REPLACE FUNCTION contributions_stage_bill_sums_v1(p_batch bigint)
RETURNS TABLE (area integer, insurance smallint, bills bigint, people bigint, fen bigint, account_fen bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY EXECUTE format('SELECT area, insurance, count(*), sum(person_count)::bigint, sum(total_fen)::bigint, '
        'sum(account_fen)::bigint FROM contributions_bill_%s GROUP BY 1, 2', p_batch);
END;
$$;

-- contributions_terms_v1: digest of what else a plan is made of than its lines: the rates and bounds it was made with, and who has to pay what until when.
-- Staged or attached.
CREATE OR REPLACE FUNCTION contributions_terms_v1(p_batch bigint) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET datestyle = 'ISO, YMD' SET jit = off AS $$
DECLARE
    rates text := (SELECT string_agg(r.said, E'\n' ORDER BY r.said COLLATE "C") FROM (
        SELECT concat_ws('|', area_code, insurance, aae140, payer, risk_class, employer_e8, person_e8, account_e8, floor_fen, ceiling_fen, source, rule, bounds_rule) AS said
        FROM contributions_levy_rate WHERE batch_id = p_batch) AS r);
    days text := '';
BEGIN
    IF to_regclass(format('contributions_bill_%s', p_batch)) IS NOT NULL THEN
        EXECUTE format($days$
            SELECT string_agg(concat_ws('|', due_on, kind, start_period, end_period, bills, fen, payers), E'\n' ORDER BY due_on, kind, start_period, end_period) FROM (
                SELECT due_on, kind, start_period, end_period, count(*) AS bills, sum(total_fen) AS fen,
                    bit_xor(hashint8extended(employer_id, hashint8extended(person_id, hashint8extended(insurance, area)))) AS payers
                FROM contributions_bill_%s GROUP BY 1, 2, 3, 4) AS b $days$, p_batch) INTO days;
    END IF;
    RETURN left(encode(sha256(convert_to(concat_ws(E'\n\n', rates, days), 'UTF8')), 'hex'), 32);
END;
$$;

-- contributions_frozen_v1: with the lines of a plan the database freezes its terms: what is signed is digest of lines and of terms.
CREATE OR REPLACE FUNCTION contributions_frozen_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    NEW.digest := format('%s.%s', split_part(NEW.digest, '.', 1), contributions_terms_v1(NEW.id));
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION contributions_frozen_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER runs_batch_terms BEFORE UPDATE ON runs_batch FOR EACH ROW
    WHEN (OLD.status = 'draft' AND NEW.status = 'prepared' AND NEW.kind IN ('levy', 'levy-supplement', 'levy-credit', 'resident-pension', 'resident-medical'))
    EXECUTE FUNCTION contributions_frozen_v1();

-- contributions_rates_v1: the rates of a plan are written with its draft, in the transaction that opens it: from then on there are no
-- others, also from a transaction that was open already. Error: YG006.
CREATE OR REPLACE FUNCTION contributions_rates_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    late bigint := (SELECT min(n.batch_id) FROM (SELECT DISTINCT batch_id FROM written) AS n WHERE NOT EXISTS (
        SELECT 1 FROM runs_batch b WHERE b.id = n.batch_id AND b.status = 'draft' AND b.created_at >= transaction_timestamp()
          AND b.kind IN ('levy', 'levy-supplement', 'levy-credit', 'resident-pension', 'resident-medical'))
        -- A transaction that began before the draft was opened is none that opened it: rates of another one stand there.
        OR EXISTS (SELECT 1 FROM contributions_levy_rate r WHERE r.batch_id = n.batch_id AND NOT warrants_own_row_v1(r.xmin)));
BEGIN
    IF late IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = 'contributions_levy_rate',
            MESSAGE = format('第 %s 号批次的费率和上下限只能在开始生成时写入，请作废后重新生成。', late);
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION contributions_rates_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER with_draft AFTER INSERT ON contributions_levy_rate REFERENCING NEW TABLE AS written FOR EACH STATEMENT
    EXECUTE FUNCTION contributions_rates_v1();

-- contributions_part_differences_v1: one part of a staged plan beside the plans before, by reason: new, gone, employer, base, rate.
-- To be called in the transaction that made the part: only then does reading its pages not write them all once more. Both
-- sides come in the order of their keys, so that they are laid side by side without sorting or hashing either.
-- Gives lines and amounts per reason, and the first p_samples lines: [person, insurance, employer, base and fen before, and now].
CREATE OR REPLACE FUNCTION contributions_part_differences_v1(
    p_batch bigint, p_part integer, p_from bigint, p_to bigint, p_before bigint[], p_areas text[], p_samples integer)
RETURNS TABLE (reason text, lines bigint, before_fen bigint, after_fen bigint, samples jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET work_mem = '512MB' SET hash_mem_multiplier = 2 SET jit = off SET enable_hashjoin = off SET enable_sort = off AS $$
#variable_conflict use_column
BEGIN
    EXECUTE format($rows$
        CREATE TEMPORARY TABLE differing ON COMMIT DROP AS
        SELECT person_id, insurance, CASE WHEN o.fen IS NOT NULL THEN employer_id END AS old_employer,
            CASE WHEN n.fen IS NOT NULL THEN employer_id END AS new_employer, o.base_fen AS old_base, n.base_fen AS new_base,
            o.fen AS old_fen, n.fen AS new_fen
        FROM (SELECT employer_id, person_id, insurance, base_fen, employer_fen + person_fen AS fen FROM contributions_line_%1$s_%2$s) AS n
        FULL JOIN (
            SELECT employer_id, person_id, insurance, base_fen, employer_fen + person_fen AS fen FROM contributions_line
            WHERE source_id = ANY (%5$L::bigint[]) AND person_id >= %3$s AND person_id < %4$s %6$s
        ) AS o USING (employer_id, person_id, insurance)
        WHERE (n.base_fen, n.fen) IS DISTINCT FROM (o.base_fen, o.fen) $rows$,
        p_batch, p_part, p_from, p_to, p_before,
        CASE WHEN p_areas = ARRAY['*'] THEN '' ELSE format('AND area = ANY (%L::integer[])', p_areas) END);
    -- Who is on one side only is new or gone, unless he is on the other with another employer.
    CREATE TEMPORARY TABLE reasoned ON COMMIT DROP AS
    SELECT CASE WHEN d.new_base <> d.old_base THEN 'base' ELSE 'rate' END AS reason, d.*
    FROM differing d WHERE d.old_employer IS NOT NULL AND d.new_employer IS NOT NULL
    UNION ALL
    SELECT CASE WHEN count(*) = 2 THEN 'employer' WHEN count(d.new_employer) = 1 THEN 'new' ELSE 'gone' END,
        d.person_id, d.insurance, max(d.old_employer), max(d.new_employer), max(d.old_base), max(d.new_base), max(d.old_fen), max(d.new_fen)
    FROM differing d WHERE d.old_employer IS NULL OR d.new_employer IS NULL
    GROUP BY d.person_id, d.insurance;
    RETURN QUERY
    SELECT r.reason, count(*), coalesce(sum(r.old_fen), 0)::bigint, coalesce(sum(r.new_fen), 0)::bigint, (
            SELECT jsonb_agg(jsonb_build_array(f.person_id, f.insurance, f.old_employer, f.old_base, f.old_fen, f.new_employer, f.new_base, f.new_fen))
            FROM (SELECT * FROM reasoned i WHERE i.reason = r.reason ORDER BY i.person_id, i.insurance LIMIT p_samples) AS f)
    FROM reasoned r GROUP BY r.reason ORDER BY r.reason;
    DROP TABLE differing, reasoned;
END;
$$;

-- contributions_capped_v1: employees of one staged part whose pension base is the floor or the ceiling: how many, and some of them as
-- [person, employer, wage, base] in fen, at the ceiling those whose wage is farthest above it. To be called in the transaction that
-- made the part, while its rates are laid out (`levied`).
CREATE OR REPLACE FUNCTION contributions_capped_v1(p_batch bigint, p_part integer, p_period integer, p_samples integer)
RETURNS TABLE (bound text, people bigint, samples jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $$
#variable_conflict use_column
BEGIN
    FOREACH bound IN ARRAY ARRAY['floor', 'ceiling'] LOOP
        EXECUTE format('SELECT coalesce(sum(at_%s), 0)::bigint FROM contributions_part_%s_%s', bound, p_batch, p_part) INTO people;
        samples := '[]';
        IF people > 0 THEN
            EXECUTE format($capped$
                SELECT coalesce(jsonb_agg(jsonb_build_array(person_id, employer_id, wage, base_fen)), '[]') FROM (
                    SELECT l.person_id, l.employer_id, coalesce(b.declared_fen, w.declared_wage_fen) AS wage, l.base_fen
                    FROM contributions_line_%1$s_%2$s l
                    JOIN registry_employment w ON w.person_id = l.person_id AND w.employer_id = l.employer_id
                        AND w.start_period <= %3$s AND (w.end_period IS NULL OR w.end_period >= %3$s)
                    LEFT JOIN LATERAL (SELECT declared_fen FROM contributions_base b WHERE b.person_id = l.person_id
                        AND b.employer_id = l.employer_id AND b.start_period <= %3$s AND (b.end_period IS NULL OR b.end_period >= %3$s)
                        ORDER BY b.id DESC LIMIT 1) AS b ON true
                    WHERE l.insurance = 110 AND l.employer_id <> 0 AND l.base_fen = %4$s
                      AND coalesce(b.declared_fen, w.declared_wage_fen) <> l.base_fen
                    %5$s LIMIT %6$s) AS capped
                $capped$, p_batch, p_part, p_period, contributions_bound_v1(bound, 'l.area'),
                CASE bound WHEN 'ceiling' THEN 'ORDER BY 3 DESC' ELSE '' END, p_samples) INTO samples;
        END IF;
        RETURN NEXT;
    END LOOP;
END;
$$;

-- contributions_attach_plan_v1: attaches the staged tables of an approved plan of one of these kinds, under the open run warrant of this
-- very batch. Where the parts begin stands in the batch, frozen; the lines are added up anew and compared with what was approved, with them the
-- rates, the bills, and the days they are due; every line is of an area of the batch. Errors: YG001/YG002 no warrant, YG010 changed since.
CREATE OR REPLACE FUNCTION contributions_attach_plan_v1(p_batch bigint, p_kinds text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    bounds bigint[] := array(SELECT b.value::bigint FROM runs_batch r, jsonb_array_elements_text(r.summary -> 'bounds') WITH ORDINALITY AS b (value, n)
        WHERE r.id = p_batch AND r.kind = ANY (p_kinds) ORDER BY n);
    parts integer := cardinality(bounds) - 1;
    root text := format('contributions_line_%s', p_batch);
    bills text := format('contributions_bill_%s', p_batch);
    stage text;
    found record;
    of_batch record;
    elsewhere bigint;
    charged_elsewhere text;
BEGIN
    SELECT b.areas::text[] AS areas, b.period, (b.summary ->> 'due_on')::date AS due_on, position('.' IN b.digest) > 0 AS has_terms
    INTO of_batch FROM runs_batch b WHERE b.id = p_batch;
    PERFORM runs_own_warrant_v1(p_batch, 2::smallint, 'contributions_line');
    IF (SELECT count(*) FROM pg_class WHERE relkind = 'r' AND NOT relispartition
        AND (relname = bills OR relname IN (SELECT format('contributions_line_%s_%s', p_batch, k) FROM generate_series(0, parts - 1) AS k))) <> parts + 1 THEN
        PERFORM runs_same_v1(p_batch, -1, -1, '');
    END IF;
    -- What is added up are the lines themselves, not what was added up of them while they were made.
    PERFORM contributions_drop_parts_v1(p_batch, parts);
    SELECT coalesce(sum(s.people), 0)::bigint AS lines, coalesce(sum(s.employer_fen + s.person_fen), 0)::bigint AS fen,
        coalesce(bit_xor(s.digest), 0)::text AS digest, coalesce(sum(s.payers), 0)::bigint AS payers,
        bool_and(s.area::text = ANY (of_batch.areas)) AS is_within
    INTO found FROM generate_series(0, parts - 1) AS k CROSS JOIN LATERAL contributions_stage_sums_v1(p_batch, k) AS s;
    -- Plans that were prepared before their terms were frozen are signed without.
    PERFORM runs_same_v1(p_batch, found.lines, found.fen, found.digest || CASE WHEN of_batch.has_terms THEN '.' || contributions_terms_v1(p_batch) ELSE '' END);
    EXECUTE format('SELECT count(*) FROM %I b WHERE b.due_on < %L::date OR (b.due_on > %2$L::date AND NOT EXISTS (SELECT 1 FROM contributions_deferral d '
        'WHERE d.employer_id = b.employer_id AND d.insurance = b.insurance))', bills, of_batch.due_on) INTO elsewhere;
    IF found.is_within IS NOT TRUE OR elsewhere > 0 OR of_batch.due_on IS NULL THEN
        PERFORM runs_same_v1(p_batch, -1, -1, '');
    END IF;
    IF (found.payers, found.fen) IS DISTINCT FROM (SELECT (coalesce(sum(people), 0)::bigint, coalesce(sum(fen), 0)::bigint)
        FROM contributions_stage_bill_sums_v1(p_batch)) THEN
        PERFORM runs_same_v1(p_batch, -1, -1, '');
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE contributions_line, CONSTRAINT source CHECK (source_id = %s), '
        'PRIMARY KEY (employer_id, person_id, insurance, owed_period, source_id)) PARTITION BY RANGE (person_id)', root, p_batch);
    FOR k IN 1..parts LOOP
        stage := format('contributions_line_%s_%s', p_batch, k - 1);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', root, stage, bounds[k], bounds[k + 1]);
        PERFORM warrants_append_only_v1(stage::regclass, true);
        EXECUTE format('CREATE OR REPLACE TRIGGER closed BEFORE INSERT ON %I FOR EACH STATEMENT EXECUTE FUNCTION warrants_refuse_v1()', stage);
    END LOOP;
    EXECUTE format('ALTER TABLE contributions_line ATTACH PARTITION %I FOR VALUES IN (%s)', root, p_batch);
    -- Of two plans that are executed at once the second waits for the table above, and sees here what the first has charged.
    IF NOT p_kinds <@ ARRAY['resident-pension', 'resident-medical'] AND found.fen > 0 THEN
        charged_elsewhere := contributions_elsewhere_v1(p_batch, of_batch.period, of_batch.areas, bounds[1], bounds[parts + 1]);
    END IF;
    IF charged_elsewhere <> '' THEN
        EXECUTE format('SELECT count(*) FROM %I l JOIN (%s) AS e USING (person_id, insurance) WHERE l.base_fen > 0', root, charged_elsewhere) INTO elsewhere;
        IF elsewhere > 0 THEN
            RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = format(
                '第 %s 号批次有 %s 行的参保人，该月已由其他地区的征缴计划征缴，同一月份不能征缴两次；请作废后重新生成，这些行不再列入。', p_batch, elsewhere);
        END IF;
    END IF;
    EXECUTE format('ALTER TABLE contributions_bill ATTACH PARTITION %I FOR VALUES IN (%s)', bills, p_batch);
    EXECUTE format('INSERT INTO contributions_open_bill (bill_id, source_id, employer_id, person_id, area, insurance, kind, start_period, due_on, '
        'total_fen, left_fen) SELECT id, source_id, employer_id, person_id, area, insurance, kind, start_period, due_on, total_fen, total_fen FROM %I '
        'ORDER BY id', bills);
    PERFORM warrants_append_only_v1(bills::regclass, true);
    EXECUTE format('CREATE OR REPLACE TRIGGER closed BEFORE INSERT ON %I FOR EACH STATEMENT EXECUTE FUNCTION warrants_refuse_v1()', bills);
    PERFORM runs_written_v1(p_batch, found.lines, found.fen);
END;
$$;

-- contributions_execute_levy_v2: executes a monthly plan. Params: the batch and nothing else. Errors: as contributions_attach_plan_v1.
DROP FUNCTION IF EXISTS contributions_execute_levy_v1(bigint, bigint[]);
CREATE OR REPLACE FUNCTION contributions_execute_levy_v2(p_batch bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM contributions_attach_plan_v1(p_batch, ARRAY['levy']);
END;
$$;

-- contributions_moved_v1: where the rates or bounds of a month that hold by law (p_rates, rows of contributions_levy_rate) lie above (p_sign 1) or
-- below (-1) those by which everybody of an area was charged: those of the newest executed supplement of that direction, or of the plan where there
-- was none, and of whatever was executed since. An amount rises only where a rate or a bound does, so that nobody else need be looked at. One row per
-- area, insurance, payer and risk class, with what held before and the rule it stood in.
CREATE OR REPLACE FUNCTION contributions_moved_v1(p_period integer, p_areas text[], p_sign integer, p_rates jsonb)
RETURNS TABLE (area_code text, insurance text, payer text, risk_class text, employer_e8 bigint, person_e8 bigint, floor_fen bigint, ceiling_fen bigint,
    rule text, bounds_rule text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH now_held AS (
        SELECT * FROM jsonb_to_recordset(p_rates) AS r (area_code text, insurance text, payer text, risk_class text, employer_e8 bigint, person_e8 bigint,
            floor_fen bigint, ceiling_fen bigint)
    ),
    executed AS (
        SELECT b.id, b.kind, b.executed_at, a.code FROM runs_batch b CROSS JOIN unnest(b.areas::text[]) AS a (code)
        WHERE b.kind IN ('levy', 'levy-supplement', 'levy-credit') AND b.status = 'executed' AND b.period = p_period AND a.code = ANY (p_areas)
    ),
    charged_by AS (
        SELECT e.* FROM executed e WHERE NOT EXISTS (
            SELECT 1 FROM executed later WHERE later.code = e.code AND later.kind = CASE p_sign WHEN 1 THEN 'levy-supplement' ELSE 'levy-credit' END
              AND (later.executed_at, later.id) > (e.executed_at, e.id))
    )
    SELECT DISTINCT ON (o.area_code, o.insurance, o.payer, o.risk_class) o.area_code::text, o.insurance::text, o.payer::text, o.risk_class::text,
        o.employer_e8, o.person_e8, o.floor_fen, o.ceiling_fen, coalesce(nullif(o.rule, ''), o.source)::text, o.bounds_rule::text
    FROM charged_by c JOIN contributions_levy_rate o ON o.batch_id = c.id AND o.area_code = c.code
    JOIN now_held n ON (n.area_code, n.insurance, n.payer, n.risk_class) = (o.area_code, o.insurance, o.payer, o.risk_class)
    WHERE p_sign IN (sign(n.employer_e8 - o.employer_e8), sign(n.person_e8 - o.person_e8), sign(n.floor_fen - o.floor_fen), sign(n.ceiling_fen - o.ceiling_fen))
    ORDER BY o.area_code, o.insurance, o.payer, o.risk_class, c.executed_at, c.id
$$;

-- contributions_supplement_v2: what a month comes to by now beside what was charged for it (补收、冲减), by the rates and bounds that hold for the month by
-- law (p_rates, rows of contributions_levy_rate: a batch's own, frozen and signed with it). For everybody whose coverage, employment or base was
-- changed since the month's plan was made; and where a rate or bound has moved since everybody was charged, for everybody of that area and insurance.
-- p_sign 1: what is still to be charged, -1: what is to be given back; of a line the employer's part, the person's and the base each go where they
-- belong, so that what was charged and both together are what a new plan would charge. What a case has charged counts as charged, and what a case has
-- given back stays given back. A share of the personal account moves with the amount it is a share of; where it alone has moved there is nothing to
-- pay, and it is corrected by ACC-001. Lays the lines into `supplement`, a table of the transaction; gives how many. The plan and the second look ask it.
-- Error: YG010 a rate of the plan is missing among p_rates.
DROP FUNCTION IF EXISTS contributions_supplement_v1(integer, text[], integer);
CREATE OR REPLACE FUNCTION contributions_supplement_v2(p_period integer, p_areas text[], p_sign integer, p_rates jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB' SET jit = off AS $$
DECLARE
    plan record;
    first_warrant bigint;
    moved text[];
    moved_numbers smallint[];
    bounds bigint[];
    missing text;
    credits bigint[];
    own_plans bigint[] := array(SELECT id FROM runs_batch
        WHERE kind IN ('levy', 'levy-supplement', 'levy-credit') AND status = 'executed' AND period = p_period ORDER BY id);
BEGIN
    DROP TABLE IF EXISTS pg_temp.supplement, pg_temp.differing;
    CREATE TEMPORARY TABLE supplement (person_id bigint, employer_id bigint, area integer, insurance smallint, base_fen integer,
        employer_fen integer, person_fen integer, account_fen integer) ON COMMIT DROP;
    CREATE TEMPORARY TABLE differing (person_id bigint, employer_id bigint, area integer, insurance smallint, base_fen integer,
        employer_fen integer, person_fen integer, account_fen integer, is_given_back boolean) ON COMMIT DROP;
    FOR plan IN SELECT b.id, b.created_at, b.summary -> 'bounds' AS bounds, array(SELECT unnest(b.areas)::text INTERSECT SELECT unnest(p_areas)) AS areas
        FROM runs_batch b WHERE b.kind = 'levy' AND b.status = 'executed' AND b.period = p_period AND b.areas::text[] && p_areas ORDER BY b.id
    LOOP
        -- Without a rate everything charged by it would be given back.
        SELECT min(concat_ws(' ', o.area_code, o.insurance, o.payer, o.risk_class)) INTO missing FROM contributions_levy_rate o
        WHERE o.batch_id = plan.id AND o.area_code = ANY (plan.areas) AND NOT EXISTS (
            SELECT 1 FROM jsonb_to_recordset(p_rates) AS r (area_code text, insurance text, payer text, risk_class text)
            WHERE (r.area_code, r.insurance, r.payer, r.risk_class) = (o.area_code, o.insurance, o.payer, o.risk_class));
        IF missing IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = format('补收或冲减缺少原计划所用的费率（%s），请作废后重新生成。', missing);
        END IF;
        moved := array(SELECT DISTINCT area_code || ' ' || insurance FROM contributions_moved_v1(p_period, plan.areas, p_sign, p_rates));
        DROP TABLE IF EXISTS pg_temp.changed, pg_temp.charged, pg_temp.due_now, pg_temp.levied;
        credits := array(SELECT o.id FROM runs_batch o WHERE o.kind = 'levy-credit' AND o.status = 'executed' AND o.period = p_period
            AND NOT o.areas::text[] <@ plan.areas ORDER BY o.id);
        SELECT min(id) INTO first_warrant FROM warrants_warrant WHERE issued_at >= plan.created_at;
        CREATE TEMPORARY TABLE changed ON COMMIT DROP AS
        SELECT DISTINCT person_id FROM (
            SELECT person_id FROM registry_coverage WHERE warrant_id >= first_warrant
            UNION ALL SELECT person_id FROM registry_employment WHERE warrant_id >= first_warrant
            UNION ALL SELECT person_id FROM contributions_base WHERE warrant_id >= first_warrant
            -- Whom the plan left out because another place had charged the month, and has given it back since.
            UNION ALL SELECT coalesce(m.kept, n.person_id) FROM contributions_line n LEFT JOIN registry_merged_v1() m ON m.id = n.person_id
            WHERE n.source_id = ANY (credits) AND n.owed_period = p_period AND n.area::text <> ALL (plan.areas)
            UNION ALL SELECT coalesce(m.kept, n.person_id) FROM contributions_line_case n LEFT JOIN registry_merged_v1() m ON m.id = n.person_id
            WHERE n.owed_period = p_period AND n.area::text <> ALL (plan.areas) AND n.base_fen < 0
            -- Lines of a merged record may lie in another part than the kept one's.
            UNION ALL SELECT merged_into_id FROM registry_person WHERE merged_into_id IS NOT NULL AND moved <> '{}') AS c;
        ANALYZE changed;
        -- Lines of a merged record are the kept one's.
        CREATE TEMPORARY TABLE charged ON COMMIT DROP AS
        WITH RECURSIVE records AS (
            SELECT person_id, person_id AS line_person FROM changed
            UNION
            SELECT r.person_id, m.id FROM records r JOIN registry_person m ON m.merged_into_id = r.line_person AND m.merged_into_id IS NOT NULL
        ),
        payer AS MATERIALIZED (
            SELECT DISTINCT r.person_id, r.line_person, coalesce(c.employer_id, 0) AS employer_id
            FROM records r JOIN registry_coverage c ON c.person_id = r.person_id
        )
        SELECT p.person_id, p.employer_id, l.area, l.insurance, sum(l.base_fen)::integer AS base_fen, sum(l.employer_fen)::integer AS employer_fen,
            sum(l.person_fen)::integer AS person_fen, sum(l.account_fen)::integer AS account_fen,
            sum(l.base_fen) <= 0 AND bool_or(l.source_id < 0 AND l.base_fen < 0) AS is_given_back
        FROM payer p CROSS JOIN LATERAL (
            SELECT * FROM contributions_line n WHERE n.source_id = ANY (own_plans) AND n.employer_id = p.employer_id
                AND n.person_id = p.line_person AND n.owed_period = p_period
            UNION ALL
            SELECT * FROM contributions_line_case n WHERE n.employer_id = p.employer_id AND n.person_id = p.line_person AND n.owed_period = p_period
        ) AS l
        WHERE l.area::text = ANY (plan.areas)
        GROUP BY 1, 2, 3, 4;
        PERFORM contributions_lay_rates_v1((SELECT jsonb_agg(r) FROM jsonb_array_elements(p_rates) AS r WHERE r ->> 'area_code' = ANY (plan.areas)));
        EXECUTE 'CREATE TEMPORARY TABLE due_now ON COMMIT DROP AS ' || contributions_due_lines_v2(
            plan.id, p_period, plan.areas, 0, 9223372036854775807, 'AND person_id IN (SELECT person_id FROM pg_temp.changed)', p_sign < 0);
        INSERT INTO differing
        SELECT person_id, employer_id, area, insurance, coalesce(d.base_fen, 0) - coalesce(c.base_fen, 0),
            coalesce(d.employer_fen, 0) - coalesce(c.employer_fen, 0), coalesce(d.person_fen, 0) - coalesce(c.person_fen, 0),
            coalesce(d.account_fen, 0) - coalesce(c.account_fen, 0), coalesce(c.is_given_back, false)
        FROM due_now d FULL JOIN charged c USING (person_id, employer_id, area, insurance);
        -- Everybody else, by the parts of the plan: of each part only what differs is kept.
        bounds := CASE WHEN moved = '{}' THEN '{}' ELSE
            0 || array(SELECT b.value::bigint FROM jsonb_array_elements_text(plan.bounds) WITH ORDINALITY AS b (value, n)
                WHERE b.n BETWEEN 2 AND jsonb_array_length(plan.bounds) - 1 ORDER BY b.n) || 9223372036854775807 END;
        DELETE FROM pg_temp.levied WHERE area || ' ' || insurance <> ALL (moved);
        moved_numbers := array(SELECT DISTINCT aae140 FROM pg_temp.levied);
        FOR k IN 1 .. cardinality(bounds) - 1 LOOP
            EXECUTE format($others$
                INSERT INTO differing
                SELECT d.person_id, d.employer_id, d.area, d.insurance, d.base_fen - coalesce(c.base_fen, 0), d.employer_fen - coalesce(c.employer_fen, 0),
                    d.person_fen - coalesce(c.person_fen, 0), d.account_fen - coalesce(c.account_fen, 0), coalesce(c.is_given_back, false)
                FROM (%1$s) AS d LEFT JOIN (
                    SELECT l.person_id, l.employer_id, l.area, l.insurance, sum(l.base_fen)::integer AS base_fen, sum(l.employer_fen)::integer AS employer_fen,
                        sum(l.person_fen)::integer AS person_fen, sum(l.account_fen)::integer AS account_fen,
                        sum(l.base_fen) <= 0 AND bool_or(l.source_id < 0 AND l.base_fen < 0) AS is_given_back
                    FROM (
                        SELECT * FROM contributions_line WHERE source_id = ANY (%2$L::bigint[]) AND person_id >= %3$s AND person_id < %4$s
                        UNION ALL SELECT * FROM contributions_line_case WHERE person_id >= %3$s AND person_id < %4$s) AS l
                    WHERE l.owed_period = %5$s AND l.insurance = ANY (%6$L::smallint[]) GROUP BY 1, 2, 3, 4
                ) AS c USING (person_id, employer_id, area, insurance)
                WHERE (d.base_fen, d.employer_fen, d.person_fen) IS DISTINCT FROM (c.base_fen, c.employer_fen, c.person_fen)
                $others$, contributions_due_lines_v2(plan.id, p_period, plan.areas, bounds[k], bounds[k + 1],
                    'AND person_id NOT IN (SELECT person_id FROM pg_temp.changed)', p_sign < 0),
                own_plans, bounds[k], bounds[k + 1], p_period, moved_numbers);
        END LOOP;
    END LOOP;
    INSERT INTO supplement
    SELECT person_id, employer_id, area, insurance, (s.base = p_sign)::integer * base_fen, (s.employer_part = p_sign)::integer * employer_fen,
        (s.person_part = p_sign)::integer * person_fen,
        (sign(account_fen) = p_sign AND p_sign IN (s.employer_part, s.person_part))::integer * account_fen
    FROM differing CROSS JOIN LATERAL (SELECT sign(base_fen) AS base, sign(employer_fen) AS employer_part, sign(person_fen) AS person_part) AS s
    WHERE p_sign IN (s.base, s.employer_part, s.person_part) AND NOT (p_sign > 0 AND is_given_back);
    DROP TABLE IF EXISTS pg_temp.changed, pg_temp.charged, pg_temp.due_now, pg_temp.levied, pg_temp.differing;
    RETURN (SELECT count(*) FROM supplement);
END;
$$;

-- contributions_supplement_sums_v1: what `contributions_supplement_v2` comes to, added up: lines, persons, and fen of employers and persons together.
CREATE OR REPLACE FUNCTION contributions_supplement_sums_v1(p_period integer, p_areas text[], p_sign integer, p_rates jsonb)
RETURNS TABLE (lines bigint, people bigint, fen bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    lines := contributions_supplement_v2(p_period, p_areas, p_sign, p_rates);
    SELECT count(DISTINCT s.person_id), coalesce(sum(s.employer_fen::bigint + s.person_fen), 0) INTO people, fen FROM supplement s;
    RETURN NEXT;
END;
$$;

-- contributions_stage_supplement_v1: the lines and bills of a supplement, one bill per payer and insurance, in fresh tables; one part. Gives the lines.
-- p_booked: the accounting period (YYYYMM); p_kind: kind of the bills.
CREATE OR REPLACE FUNCTION contributions_stage_supplement_v1(p_batch bigint, p_from bigint, p_to bigint, p_sign integer, p_booked integer,
    p_due date, p_kind integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB' SET jit = off AS $$
DECLARE
    lines text := format('contributions_line_%s_0', p_batch);
    bills text := format('contributions_bill_%s', p_batch);
    of_batch record;
    filled bigint;
BEGIN
    PERFORM runs_hold_stage_v1(p_batch, ARRAY['levy-supplement', 'levy-credit'], NULL, NULL);
    SELECT period, areas::text[] AS areas INTO of_batch FROM runs_batch WHERE id = p_batch;
    PERFORM contributions_supplement_v2(of_batch.period, of_batch.areas, p_sign, contributions_rates_of_v1(p_batch));
    EXECUTE format('DROP TABLE IF EXISTS %I, %I', lines, bills);
    EXECUTE format($fill$
        CREATE TABLE %1$I WITH (autovacuum_enabled = false) AS
        SELECT %2$s::bigint AS source_id, person_id, employer_id, area, %3$s AS period, %4$s AS owed_period, base_fen, employer_fen, person_fen,
            account_fen, insurance, NULL::bigint AS warrant_id
        FROM supplement ORDER BY employer_id, person_id, insurance
        $fill$, lines, p_batch, p_booked, of_batch.period);
    GET DIAGNOSTICS filled = ROW_COUNT;
    EXECUTE format($fill$
        CREATE TABLE %1$I WITH (autovacuum_enabled = false) AS
        SELECT nextval('contributions_bill_no') AS id, %2$s::bigint AS source_id, employer_id, payer AS person_id, area, %3$s AS period,
            %4$s AS start_period, %4$s AS end_period, base AS base_fen, employer_part AS employer_fen, person_part AS person_fen,
            account_part AS account_fen, employer_part + person_part AS total_fen, people AS person_count, %5$L::date AS due_on, insurance,
            %6$s::smallint AS kind, NULL::bigint AS warrant_id, NULL::bigint AS for_bill
        FROM (
            SELECT employer_id, CASE WHEN employer_id = 0 THEN person_id ELSE 0 END AS payer, area, insurance, sum(base_fen)::bigint AS base,
                sum(employer_fen)::bigint AS employer_part, sum(person_fen)::bigint AS person_part, sum(account_fen)::bigint AS account_part,
                (count(*) FILTER (WHERE employer_fen + person_fen <> 0))::integer AS people
            FROM %7$I GROUP BY 1, 2, 3, 4 HAVING sum(employer_fen + person_fen) <> 0 ORDER BY 1, 2, 4, 3
        ) AS s
        $fill$, bills, p_batch, p_booked, of_batch.period, p_due, p_kind, lines);
    PERFORM contributions_close_lines_v1(p_batch, 0, p_from, p_to);
    PERFORM contributions_close_bills_v1(p_batch);
    RETURN filled;
END;
$$;

-- contributions_execute_supplement_v1: executes a supplement. The second look: who joined, left or was charged otherwise since it was made would be
-- charged twice or wrongly, so nothing is written. Bills of cases wait until its own are there. Params: the batch and nothing else.
-- Errors: YG010 changed since; as contributions_attach_plan_v1.
CREATE OR REPLACE FUNCTION contributions_execute_supplement_v1(p_batch bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    of_batch record;
    changed_lines bigint;
BEGIN
    PERFORM runs_own_warrant_v1(p_batch, 2::smallint, 'contributions_line');
    LOCK TABLE contributions_bill_case IN SHARE MODE;
    SELECT period, areas::text[] AS areas, CASE kind WHEN 'levy-supplement' THEN 1 ELSE -1 END AS sign INTO of_batch FROM runs_batch WHERE id = p_batch;
    IF to_regclass(format('contributions_line_%s_0', p_batch)) IS NULL THEN
        PERFORM runs_same_v1(p_batch, -1, -1, '');
    END IF;
    PERFORM contributions_supplement_v2(of_batch.period, of_batch.areas, of_batch.sign, contributions_rates_of_v1(p_batch));
    EXECUTE format($look$
        SELECT count(*) FROM contributions_line_%1$s_0 l FULL JOIN supplement s USING (person_id, employer_id, area, insurance)
        WHERE (s.base_fen, s.employer_fen, s.person_fen, s.account_fen) IS DISTINCT FROM (l.base_fen, l.employer_fen, l.person_fen, l.account_fen)
        $look$, p_batch) INTO changed_lines;
    IF changed_lines > 0 THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010',
            MESSAGE = format('第 %s 号批次生成后，有 %s 条参保关系、基数或缴费又有变动，请作废后重新生成。', p_batch, changed_lines);
    END IF;
    PERFORM contributions_attach_plan_v1(p_batch, ARRAY['levy-supplement', 'levy-credit']);
END;
$$;

-- contributions_residents_v1: the open relations of the year of a residents' plan, one row a person, with the sum and, where no line is made
-- for it, the reason: billed (a bill of the year stands already), of_age, helped (the government pays), no_grade, out_of_range. The one rule
-- of plan, of what is left out, and of the second look. The sums stand in contributions_levy_rate: where lowest and highest are the same
-- there is nothing to choose, else the newest grade that holds in the year counts. p_claim_age: who has reached it before the year does not
-- pay (NULL: no such age).
CREATE OR REPLACE FUNCTION contributions_residents_v1(p_batch bigint, p_claim_age integer)
RETURNS TABLE (person_id bigint, area integer, insurance smallint, fen integer, account_fen integer, reason text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB' SET jit = off AS $$
    WITH plan AS (SELECT period / 100 AS year FROM runs_batch WHERE id = p_batch),
    relation AS (
        SELECT DISTINCT ON (c.person_id, c.insurance) c.person_id, c.insurance, c.area_id
        FROM registry_coverage c CROSS JOIN plan
        WHERE c.insurance IN (SELECT insurance FROM contributions_levy_rate WHERE batch_id = p_batch)
          AND c.start_period <= plan.year * 100 + 12 AND (c.end_period IS NULL OR c.end_period >= plan.year * 100 + 1)
        ORDER BY c.person_id, c.insurance, c.start_period DESC
    ),
    grade AS (
        SELECT DISTINCT ON (g.person_id) g.person_id, g.grade_fen, g.subsidy_group
        FROM contributions_resident_grade g CROSS JOIN plan WHERE g.start_year <= plan.year ORDER BY g.person_id, g.id DESC
    ),
    billed AS (
        SELECT b.person_id, b.insurance FROM contributions_bill b CROSS JOIN plan
        WHERE b.employer_id = 0 AND b.kind = 6 AND b.source_id <> p_batch
          AND b.start_period <= plan.year * 100 + 12 AND b.end_period >= plan.year * 100 + 1
        GROUP BY 1, 2 HAVING sum(b.total_fen) > 0
    ),
    found AS (
        SELECT c.person_id, r.area_code::integer AS area, r.aae140, r.account_e8, r.floor_fen, r.ceiling_fen, s.is_chosen, p.born_on,
            g.subsidy_group, CASE WHEN s.is_chosen THEN g.grade_fen ELSE r.floor_fen END AS fen, b.person_id IS NOT NULL AS is_billed
        FROM relation c
        JOIN contributions_levy_rate r ON r.batch_id = p_batch AND r.area_code = c.area_id AND r.insurance = c.insurance
        CROSS JOIN LATERAL (SELECT r.floor_fen <> r.ceiling_fen AS is_chosen) AS s
        JOIN registry_person p ON p.id = c.person_id
        LEFT JOIN grade g ON g.person_id = c.person_id
        LEFT JOIN billed b ON b.person_id = c.person_id AND b.insurance = r.aae140
    )
    SELECT f.person_id, f.area, f.aae140, f.fen::integer, ((f.fen * f.account_e8 + 50000000) / 100000000)::integer,
        CASE WHEN f.is_billed THEN 'billed'
             WHEN f.born_on + make_interval(years => p_claim_age) <= make_date(plan.year, 1, 1) THEN 'of_age'
             WHEN f.is_chosen AND f.subsidy_group NOT IN ('', '01') THEN 'helped'
             WHEN f.fen IS NULL THEN 'no_grade'
             WHEN f.fen NOT BETWEEN f.floor_fen AND f.ceiling_fen THEN 'out_of_range' END
    FROM found f CROSS JOIN plan
$$;

-- contributions_stage_residents_v1: the lines and bills of a residents' plan, one bill a person, in fresh tables; one part. Gives the lines.
CREATE OR REPLACE FUNCTION contributions_stage_residents_v1(p_batch bigint, p_from bigint, p_to bigint, p_claim_age integer, p_due date)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB' SET jit = off AS $$
DECLARE
    lines text := format('contributions_line_%s_0', p_batch);
    bills text := format('contributions_bill_%s', p_batch);
    filled bigint;
BEGIN
    PERFORM runs_hold_stage_v1(p_batch, ARRAY['resident-pension', 'resident-medical'], NULL, NULL);
    EXECUTE format('DROP TABLE IF EXISTS %I, %I', lines, bills);
    EXECUTE format($fill$
        CREATE TABLE %1$I WITH (autovacuum_enabled = false) AS
        SELECT %2$s::bigint AS source_id, r.person_id, 0::bigint AS employer_id, r.area, b.period, b.period AS owed_period, r.fen AS base_fen,
            0 AS employer_fen, r.fen AS person_fen, r.account_fen, r.insurance, NULL::bigint AS warrant_id
        FROM contributions_residents_v1(%2$s, %3$L) AS r JOIN runs_batch b ON b.id = %2$s
        WHERE r.reason IS NULL ORDER BY r.person_id, r.insurance
        $fill$, lines, p_batch, p_claim_age);
    GET DIAGNOSTICS filled = ROW_COUNT;
    EXECUTE format($fill$
        CREATE TABLE %1$I WITH (autovacuum_enabled = false) AS
        SELECT nextval('contributions_bill_no') AS id, source_id, employer_id, person_id, area, period, owed_period AS start_period,
            owed_period / 100 * 100 + 12 AS end_period, base_fen::bigint, employer_fen::bigint, person_fen::bigint, account_fen::bigint,
            person_fen::bigint AS total_fen, 1 AS person_count, %3$L::date AS due_on, insurance, 6::smallint AS kind,
            NULL::bigint AS warrant_id, NULL::bigint AS for_bill
        FROM (SELECT * FROM %2$I ORDER BY person_id, insurance) AS l
        $fill$, bills, lines, p_due);
    PERFORM contributions_close_lines_v1(p_batch, 0, p_from, p_to);
    PERFORM contributions_close_bills_v1(p_batch);
    RETURN filled;
END;
$$;

-- contributions_execute_residents_v1: executes a residents' plan. The second look: who has been billed, stopped or has chosen another grade since
-- the plan was made would be billed twice or wrongly, so nothing is written. Bills of cases wait until the plan's are there.
-- Params: the batch and nothing else. Errors: YG010 changed since; as contributions_attach_plan_v1.
CREATE OR REPLACE FUNCTION contributions_execute_residents_v1(p_batch bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    changed bigint;
BEGIN
    PERFORM runs_own_warrant_v1(p_batch, 2::smallint, 'contributions_line');
    LOCK TABLE contributions_bill_case IN SHARE MODE;
    IF to_regclass(format('contributions_line_%s_0', p_batch)) IS NULL THEN
        PERFORM runs_same_v1(p_batch, -1, -1, '');
    END IF;
    EXECUTE format($look$
        SELECT count(*) FROM contributions_line_%1$s_0 l LEFT JOIN contributions_residents_v1(%1$s,
            (SELECT (summary ->> 'claim_age')::integer FROM runs_batch WHERE id = %1$s)) AS r USING (person_id, insurance)
        WHERE (r.area, r.fen, r.account_fen) IS DISTINCT FROM (l.area, l.person_fen, l.account_fen) OR r.reason IS NOT NULL
        $look$, p_batch) INTO changed;
    IF changed > 0 THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010',
            MESSAGE = format('第 %s 号批次生成后，%s 人已另行缴费、停保或变更档次，请作废后重新生成。', p_batch, changed);
    END IF;
    PERFORM contributions_attach_plan_v1(p_batch, ARRAY['resident-pension', 'resident-medical']);
END;
$$;

-- contributions_open_bill: bills that are not settled, kept by this trigger, by that of allocations (charges) and by the execution
-- of a plan. Refunds (9) are no dues.
CREATE OR REPLACE FUNCTION contributions_open_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.kind <> 9 AND NEW.total_fen <> 0 THEN
        INSERT INTO contributions_open_bill (bill_id, source_id, employer_id, person_id, area, insurance, kind, start_period, due_on, total_fen, left_fen)
        VALUES (NEW.id, NEW.source_id, NEW.employer_id, NEW.person_id, NEW.area, NEW.insurance, NEW.kind, NEW.start_period, NEW.due_on,
            NEW.total_fen, NEW.total_fen);
    END IF;
    RETURN NULL;
END;
$$;
CREATE OR REPLACE TRIGGER open AFTER INSERT ON contributions_bill_case FOR EACH ROW EXECUTE FUNCTION contributions_open_v1();

-- contributions_unsettled_v1: the one rule of which months of a record are not paid: lines of a source (batch or case) and an employer (0: paid alone)
-- are not, while a bill of theirs is open. Params: who paid, the numbers of the person's records, the insurance (AAE140). One row per source and
-- employer, of the bills that the caller may read.
CREATE OR REPLACE FUNCTION contributions_unsettled_v1(p_payers bigint[], p_records bigint[], p_insurance smallint)
RETURNS TABLE (source_id bigint, employer_id bigint)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT DISTINCT b.source_id, b.employer_id
    FROM contributions_open_bill b
    WHERE b.employer_id = ANY (p_payers) AND (b.person_id = 0 OR b.person_id = ANY (p_records)) AND b.insurance = p_insurance
$$;
REVOKE ALL ON FUNCTION contributions_unsettled_v1 FROM PUBLIC;

-- contributions_own_unsettled_v1: the same for the person whose session is open: row security hides their employers' bills from them, and what it
-- hides they would count as paid. Of a bill it tells that it is open, no sum, and only where a line of the person's stands in it. Nobody's session: no
-- rows.
CREATE OR REPLACE FUNCTION contributions_own_unsettled_v1(p_insurance smallint) RETURNS TABLE (source_id bigint, employer_id bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    records bigint[] := identity_outside_records_v1();
    payers bigint[];
BEGIN
    IF records IS NULL THEN
        RETURN;
    END IF;
    payers := array(SELECT DISTINCT v.employer_id FROM registry_coverage v WHERE v.person_id = ANY (records) AND v.employer_id IS NOT NULL);
    RETURN QUERY
    SELECT u.source_id, u.employer_id FROM contributions_unsettled_v1(0::bigint || payers, records, p_insurance) AS u
    WHERE EXISTS (
        SELECT 1 FROM contributions_line l
        WHERE l.employer_id = u.employer_id AND l.person_id = ANY (records) AND l.insurance = p_insurance AND l.source_id = u.source_id);
END;
$$;
REVOKE ALL ON FUNCTION contributions_own_unsettled_v1 FROM PUBLIC;
