-- Contributions: guards, the levy run, matching of receipts, posting sums and credits of accounts.
-- Errors: YG001/YG002 no warrant, YG003 append only, YG005 not authorised, YG006 wrong move.
SELECT warrants_guard_set_v1('contributions_year', 1::smallint);
SELECT warrants_guard_set_v1('contributions_allocation', 3::smallint);

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

-- An order is paid once, by a receipt of its number and amount; a paid or cancelled one stays as it is.
CREATE OR REPLACE FUNCTION contributions_order_guard_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.status <> 'open' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '缴费通知已缴费或已撤销，不能修改。';
    END IF;
    IF (NEW.id, NEW.employer_id, NEW.person_id, NEW.case_id, NEW.amount_fen, NEW.bills, NEW.code) IS DISTINCT FROM
       (OLD.id, OLD.employer_id, OLD.person_id, OLD.case_id, OLD.amount_fen, OLD.bills, OLD.code) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '缴费通知的内容不能修改。';
    END IF;
    IF NEW.status = 'paid' AND NOT EXISTS (
        SELECT 1 FROM contributions_receipt r WHERE r.id = NEW.paid_receipt_id AND r.order_id = NEW.id AND r.amount_fen = NEW.amount_fen) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '缴费通知没有对应的到账记录，或金额不符。';
    END IF;
    RETURN NEW;
END;
$$;
CREATE OR REPLACE TRIGGER contributions_order_guard BEFORE UPDATE OR DELETE ON contributions_order
    FOR EACH ROW EXECUTE FUNCTION contributions_order_guard_v1();

-- contributions_issue_receipt_warrant_v1: the class-3 warrant of a file of money that arrived (到账凭据). It signs nothing by
-- hand: it is issued only when the rows of the file are all there and add up to its control sums, and only once.
CREATE OR REPLACE FUNCTION contributions_issue_receipt_warrant_v1(p_file bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    f contributions_receipt_file%ROWTYPE;
    rows_found integer;
    sum_found bigint;
BEGIN
    SELECT * INTO f FROM contributions_receipt_file WHERE id = p_file FOR UPDATE;
    SELECT count(*), coalesce(sum(amount_fen), 0) INTO rows_found, sum_found FROM contributions_receipt WHERE file_id = p_file;
    IF f.id IS NULL OR rows_found <> f.row_count OR sum_found <> f.total_fen OR rows_found = 0 THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005',
            MESSAGE = format('到账文件 %s 的行数或金额与控制数不符，不能上账。', p_file);
    END IF;
    RETURN warrants_issue_v1('receipt', f.id, f.source || ' ' || f.id, '', 3::smallint, f.area_code, NULL,
        '{}'::text[], '{}'::bigint[], '{}'::timestamptz[]);
END;
$$;

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
    FOR stage IN SELECT c.relname FROM pg_class c
        WHERE c.relname ~ format('^contributions_((line|part)_%1$s_[0-9]+|bill_%1$s)$', p_batch) AND c.relkind = 'r' AND NOT c.relispartition LOOP
        EXECUTE format('DROP TABLE %I', stage);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END;
$$;

-- contributions_stage_rates_v1: the rates of a batch laid out for its lines, in a table of the transaction. Key: area and payer
-- kind with the unit's risk class as one number, so that a payer finds all his insurances under one key; each insurance has its
-- mark. Of equal keys the last one written is found first: in this order the lines come in the order of their primary key.
CREATE OR REPLACE FUNCTION contributions_stage_rates_v1(p_batch bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    CREATE TEMPORARY TABLE levied ON COMMIT DROP AS
    SELECT contributions_rate_key_v1(r.area_code, CASE r.payer WHEN 'flexible' THEN NULL ELSE k.class END) AS key, r.area_code::integer AS area,
        r.insurance, r.aae140, 1 << (dense_rank() OVER (ORDER BY r.aae140)::integer - 1) AS mark, r.insurance = 'injury' AS is_floating,
        r.employer_e8, r.person_e8, r.account_e8, r.floor_fen, r.ceiling_fen
    FROM contributions_levy_rate r
    -- Whatever the unit's class, or if it has none, the other insurances hold too.
    JOIN (SELECT '' AS class UNION SELECT risk_class FROM contributions_levy_rate WHERE batch_id = p_batch) AS k
        ON CASE WHEN r.payer = 'flexible' THEN k.class = '' ELSE r.risk_class IN ('', k.class) END
    WHERE r.batch_id = p_batch
    ORDER BY r.aae140 DESC;
    ANALYZE levied;
END;
$$;
CREATE OR REPLACE FUNCTION contributions_rate_key_v1(p_area text, p_class text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT p_area::integer * 256 + coalesce(ascii(p_class), 255) $$;

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
    mark text;
    filled bigint;
BEGIN
    PERFORM runs_hold_draft_v1(p_batch);
    PERFORM contributions_stage_rates_v1(p_batch);
    SELECT string_agg(DISTINCT format('WHEN %L THEN %s', insurance, levied.mark), ' ') INTO mark FROM levied;
    EXECUTE format('DROP TABLE IF EXISTS %I', stage);
    -- Made and filled by one statement: a third of the time of an insert. Never changed once filled, and analysed below:
    -- vacuum would only read and write it all once more.
    EXECUTE format($fill$
        CREATE TABLE %1$I WITH (autovacuum_enabled = false) AS
        WITH base AS (
            SELECT DISTINCT ON (person_id, coalesce(employer_id, 0)) person_id, coalesce(employer_id, 0) AS employer_id, declared_fen
            FROM contributions_base
            WHERE start_period <= %3$s AND (end_period IS NULL OR end_period >= %3$s) AND person_id >= %5$s AND person_id < %6$s
            ORDER BY person_id, coalesce(employer_id, 0), id DESC
        ),
        covered AS (
            SELECT person_id, coalesce(employer_id, 0) AS employer_id, area_id, bit_or(CASE insurance %7$s ELSE 0 END) AS marks
            FROM registry_coverage
            WHERE person_id >= %5$s AND person_id < %6$s
              AND start_period <= %3$s AND (end_period IS NULL OR end_period >= %3$s) %4$s
            GROUP BY 1, 2, 3
        ),
        payer AS (
            SELECT c.person_id, c.employer_id, c.area_id, c.marks, coalesce(b.declared_fen, w.declared_wage_fen) AS wage_fen
            FROM covered c
            LEFT JOIN registry_employment w ON w.person_id = c.person_id AND w.employer_id = c.employer_id
                AND w.start_period <= %3$s AND (w.end_period IS NULL OR w.end_period >= %3$s)
                AND w.person_id >= %5$s AND w.person_id < %6$s
            LEFT JOIN base b ON b.person_id = c.person_id AND b.employer_id = c.employer_id
            WHERE CASE c.employer_id WHEN 0 THEN b.declared_fen ELSE w.declared_wage_fen END IS NOT NULL
            ORDER BY c.employer_id, c.person_id
        ),
        unit AS (
            SELECT u.id, u.industry_risk, coalesce(i.floating_e2, 10000) AS floating_e2
            FROM registry_employer u
            LEFT JOIN (
                SELECT DISTINCT ON (employer_id) employer_id, (floating_percent * 100)::bigint AS floating_e2
                FROM contributions_injury_rate WHERE start_period <= %3$s ORDER BY employer_id, start_period DESC
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
        SELECT %2$s::bigint AS source_id, person_id, employer_id, area, %3$s AS period, %3$s AS owed_period,
            capped::integer AS base_fen, employer_part::integer AS employer_fen, person_part::integer AS person_fen,
            least((capped * account_e8 + 50000000) / 100000000, employer_part + person_part)::integer AS account_fen,
            aae140 AS insurance, NULL::bigint AS warrant_id
        FROM (
            SELECT due.*, (capped * employer_e8 + 50000000) / 100000000 AS employer_part, (capped * person_e8 + 50000000) / 100000000 AS person_part
            FROM due
        ) AS line
        $fill$, stage, p_batch, p_period,
        CASE WHEN p_areas = ARRAY['*'] THEN '' ELSE format('AND area_id = ANY (%L::text[])', p_areas) END, p_from, p_to, mark);
    GET DIAGNOSTICS filled = ROW_COUNT;
    -- What the partition will need is checked once, as a set, and then need not be checked again.
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT source CHECK (source_id = %s), ADD CONSTRAINT part CHECK (person_id >= %s AND person_id < %s), %s',
        stage, p_batch, p_from, p_to, contributions_not_null_v1('contributions_line'));
    EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (employer_id, person_id, insurance, owed_period, source_id)', stage);
    EXECUTE format('ANALYZE %I', stage);
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
            count(*) FILTER (WHERE employer_fen + person_fen > 0) AS payers, sum(base_fen) AS base, sum(employer_fen) AS employer_part,
            sum(person_fen) AS person_part, sum(account_fen) AS account_part,
            count(*) FILTER (WHERE least(base_fen, employer_fen, person_fen, account_fen) < 0) AS negative,
            bit_xor(hashint8extended(person_id, hashint8extended(base_fen::bigint * 1000003 + account_fen,
                hashint8extended(employer_id * 1000 + insurance, employer_fen::bigint * 1000003 + person_fen)))) AS digest
        FROM contributions_line_%1$s_%2$s GROUP BY 1, 2, 3, 4 $part$, p_batch, p_part);
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
    PERFORM runs_hold_draft_v1(p_batch);
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
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT source CHECK (source_id = %s), %s, %s', stage, p_batch, contributions_not_null_v1('contributions_bill'), (
        SELECT string_agg(format('ADD CONSTRAINT %I %s', conname, pg_get_constraintdef(oid)), ', ') FROM pg_constraint
        WHERE conrelid = 'contributions_bill'::regclass AND contype = 'c'));
    EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (id, source_id, area)', stage);
    EXECUTE format('CREATE INDEX ON %I (employer_id, person_id, insurance)', stage);
    EXECUTE format('ANALYZE %I', stage);
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
        SELECT area, insurance, count(*), count(*) FILTER (WHERE employer_fen + person_fen > 0), sum(base_fen)::bigint,
            sum(employer_fen)::bigint, sum(person_fen)::bigint, sum(account_fen)::bigint,
            count(*) FILTER (WHERE least(base_fen, employer_fen, person_fen, account_fen) < 0),
            bit_xor(hashint8extended(person_id, hashint8extended(base_fen::bigint * 1000003 + account_fen,
                hashint8extended(employer_id * 1000 + insurance, employer_fen::bigint * 1000003 + person_fen))))
        FROM contributions_line_%1$s_%2$s GROUP BY 1, 2 $sums$, p_batch, p_part);
END;
$$;

-- contributions_drop_parts_v1: the parts' tables have served once the plan's content is frozen.
CREATE OR REPLACE FUNCTION contributions_drop_parts_v1(p_batch bigint, p_parts integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
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

-- contributions_execute_levy_v1: attaches the staged tables under the open run warrant of this very batch.
-- Params: p_bounds, the persons at which the parts begin, and the end of the last.
CREATE OR REPLACE FUNCTION contributions_execute_levy_v1(p_batch bigint, p_bounds bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    root text := format('contributions_line_%s', p_batch);
    bills text := format('contributions_bill_%s', p_batch);
    stage text;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM warrants_warrant w WHERE w.kind = 'run' AND w.subject_id = p_batch AND w.risk_class <= 2
                   AND w.xid = (pg_current_xact_id_if_assigned()::text)::bigint AND w.issued_at = transaction_timestamp()) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG001', MESSAGE = '本事务没有该批次的授权凭据，征缴计划不能执行。';
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE contributions_line, CONSTRAINT source CHECK (source_id = %s), '
        'PRIMARY KEY (employer_id, person_id, insurance, owed_period, source_id)) PARTITION BY RANGE (person_id)', root, p_batch);
    FOR k IN 1..array_length(p_bounds, 1) - 1 LOOP
        stage := format('contributions_line_%s_%s', p_batch, k - 1);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', root, stage, p_bounds[k], p_bounds[k + 1]);
        PERFORM warrants_append_only_v1(stage::regclass, true);
        EXECUTE format('CREATE OR REPLACE TRIGGER closed BEFORE INSERT ON %I FOR EACH STATEMENT EXECUTE FUNCTION warrants_refuse_v1()', stage);
    END LOOP;
    EXECUTE format('ALTER TABLE contributions_line ATTACH PARTITION %I FOR VALUES IN (%s)', root, p_batch);
    EXECUTE format('ALTER TABLE contributions_bill ATTACH PARTITION %I FOR VALUES IN (%s)', bills, p_batch);
    EXECUTE format('INSERT INTO contributions_open_bill (bill_id, source_id, employer_id, person_id, area, insurance, kind, start_period, due_on, '
        'total_fen, left_fen) SELECT id, source_id, employer_id, person_id, area, insurance, kind, start_period, due_on, total_fen, total_fen FROM %I '
        'ORDER BY id', bills);
    PERFORM warrants_append_only_v1(bills::regclass, true);
    EXECUTE format('CREATE OR REPLACE TRIGGER closed BEFORE INSERT ON %I FOR EACH STATEMENT EXECUTE FUNCTION warrants_refuse_v1()', bills);
END;
$$;

-- The day a bill is really due: its own, or the end of an approved deferral (延缴) of that month.
CREATE OR REPLACE FUNCTION contributions_due_on_v1(p_employer bigint, p_insurance smallint, p_period integer, p_due date) RETURNS date
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT greatest(p_due, (SELECT max(due_on) FROM contributions_deferral d
        WHERE d.employer_id = p_employer AND d.insurance = p_insurance AND p_period BETWEEN d.start_period AND d.end_period))
$$;

-- contributions_open_bill: bills that are not settled, kept by these three and by the execution of a plan. Refunds (9) are no dues.
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

-- What is allocated is no longer open. Nothing can be allocated to a bill beyond what is left of it, nor to one that is settled.
CREATE OR REPLACE FUNCTION contributions_allocated_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB' SET hash_mem_multiplier = 2 SET jit = off
SET enable_nestloop = on AS $$
DECLARE
    settled bigint;
BEGIN
    -- The planner takes new rows for few. One payment is looked up by its number; the payments of a month are joined as a set.
    IF (SELECT count(*) FROM (SELECT 1 FROM new_rows LIMIT 1000) AS first_rows) = 1000 THEN
        PERFORM set_config('enable_nestloop', 'off', true);
    END IF;
    EXECUTE $allocated$
    WITH spent AS MATERIALIZED (
        SELECT bill_id, sum(amount_fen)::bigint AS fen FROM new_rows WHERE bill_id > 0 AND step <> 'refund' GROUP BY bill_id
    ),
    gone AS (
        DELETE FROM contributions_open_bill o USING spent s WHERE o.bill_id = s.bill_id AND o.left_fen = s.fen RETURNING o.bill_id
    ),
    smaller AS (
        UPDATE contributions_open_bill o SET left_fen = o.left_fen - s.fen FROM spent s
        WHERE o.bill_id = s.bill_id AND o.left_fen <> s.fen RETURNING o.bill_id
    )
    SELECT s.bill_id FROM spent s
    LEFT JOIN (SELECT bill_id FROM gone UNION ALL SELECT bill_id FROM smaller) AS found ON found.bill_id = s.bill_id
    WHERE found.bill_id IS NULL LIMIT 1
    $allocated$ INTO settled;
    IF settled IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('缴费单 %s 已结清，不能再分配到账。', settled);
    END IF;
    RETURN NULL;
END;
$$;
CREATE OR REPLACE TRIGGER allocated AFTER INSERT ON contributions_allocation REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION contributions_allocated_v1();

-- contributions_match_v1: shares the receipts of a file out over the open bills, as a set, in passes that loosen the key.
-- In each pass receipts and bills of one key lie end to end, oldest first, and where two ranges overlap there is an allocation:
-- exact, partial, several bills in one payment and several payments for one bill are all the same case. What is left over
-- stays unallocated, which is suspense (暂收款). Before them, credits (negative bills) are set off against bills of the same
-- payer, insurance and area. The bills are locked, by number: who matches the same payer at once waits and sees what is left.
-- Gives the number of allocations per pass.
CREATE OR REPLACE FUNCTION contributions_match_v1(p_receipts bigint[], p_file bigint, p_case bigint)
RETURNS TABLE (pass text, allocations bigint, fen bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET work_mem = '256MB' SET hash_mem_multiplier = 2 SET jit = off AS $$
#variable_conflict use_column
DECLARE
    the_warrant bigint := warrants_stamp_v1(3::smallint, 'contributions_allocation');
    step record;
BEGIN
    CREATE TEMPORARY TABLE money ON COMMIT DROP AS
    SELECT r.id, r.bill_id, coalesce(c.employer_id, r.employer_id, 0) AS employer_id,
        CASE WHEN c.employer_id IS NULL AND r.employer_id IS NULL THEN coalesce(r.person_id, 0) ELSE 0 END AS person_id,
        r.insurance, r.owed_period, r.received_on, o.bills AS order_bills, r.amount_fen - coalesce(a.fen, 0) AS left_fen
    FROM contributions_receipt r
    LEFT JOIN contributions_order o ON o.id = r.order_id
    LEFT JOIN contributions_claim c ON c.receipt_id = r.id
    LEFT JOIN (
        SELECT receipt_id, sum(amount_fen)::bigint AS fen FROM contributions_allocation
        WHERE receipt_id = ANY (p_receipts) GROUP BY receipt_id
    ) AS a ON a.receipt_id = r.id
    WHERE (p_file IS NOT NULL AND r.file_id = p_file) OR r.id = ANY (p_receipts);
    CREATE TEMPORARY TABLE named ON COMMIT DROP AS
    SELECT id AS receipt_id, bill_id FROM money WHERE bill_id IS NOT NULL
    UNION
    SELECT m.id, (b.value ->> 0)::bigint FROM money m CROSS JOIN LATERAL jsonb_array_elements(m.order_bills) AS b (value) WHERE m.order_bills IS NOT NULL;
    ANALYZE money;
    CREATE TEMPORARY TABLE owed ON COMMIT DROP AS
    SELECT o.bill_id AS id, o.source_id, o.employer_id, o.person_id, o.insurance, o.area, o.start_period, o.due_on, o.kind, o.left_fen
    FROM contributions_open_bill o
    WHERE o.employer_id <> 0 AND o.employer_id IN (SELECT employer_id FROM money WHERE employer_id <> 0)
    ORDER BY o.bill_id FOR UPDATE OF o;
    INSERT INTO owed
    SELECT o.bill_id, o.source_id, o.employer_id, o.person_id, o.insurance, o.area, o.start_period, o.due_on, o.kind, o.left_fen
    FROM contributions_open_bill o
    WHERE o.employer_id = 0 AND o.person_id IN (SELECT person_id FROM money WHERE person_id <> 0)
    ORDER BY o.bill_id FOR UPDATE OF o;
    ANALYZE owed;
    -- Set off credits: negative bills against positive ones of the same payer, insurance and area. No money moves.
    CREATE TEMPORARY TABLE shared ON COMMIT DROP AS
    SELECT n.id AS receipt_id, p.id AS bill_id, p.source_id, n.source_id AS credit_source,
        least(n.range_end, p.range_end) - greatest(n.range_start, p.range_start) AS fen
    FROM (SELECT *, sum(-left_fen) OVER w - (-left_fen) AS range_start, sum(-left_fen) OVER w AS range_end
        FROM owed WHERE left_fen < 0 WINDOW w AS (PARTITION BY employer_id, person_id, insurance, area ORDER BY start_period, id)) AS n
    JOIN (SELECT *, sum(left_fen) OVER w - left_fen AS range_start, sum(left_fen) OVER w AS range_end
        FROM owed WHERE left_fen > 0 WINDOW w AS (PARTITION BY employer_id, person_id, insurance, area ORDER BY due_on, start_period, id)) AS p
    ON p.employer_id = n.employer_id AND p.person_id = n.person_id AND p.insurance = n.insurance AND p.area = n.area
       AND p.range_start < n.range_end AND n.range_start < p.range_end;
    IF EXISTS (SELECT 1 FROM shared) THEN
        INSERT INTO contributions_allocation (warrant_id, receipt_id, bill_id, bill_source_id, amount_fen, received_on, step, case_id)
        SELECT the_warrant, 0, s.bill_id, s.source_id, s.fen, (SELECT max(received_on) FROM money), 'offset', p_case FROM shared s
        UNION ALL
        SELECT the_warrant, 0, s.receipt_id, s.credit_source, -s.fen, (SELECT max(received_on) FROM money), 'offset', p_case FROM shared s;
        UPDATE owed SET left_fen = left_fen - s.fen FROM (SELECT bill_id, sum(fen) AS fen FROM shared GROUP BY 1) AS s WHERE s.bill_id = owed.id;
        UPDATE owed SET left_fen = left_fen + s.fen FROM (SELECT receipt_id, sum(fen) AS fen FROM shared GROUP BY 1) AS s WHERE s.receipt_id = owed.id;
        RETURN QUERY SELECT 'offset'::text, count(*), coalesce(sum(s.fen), 0)::bigint FROM shared s;
    END IF;
    -- Keys: of a receipt, of a bill, and which receipts take part. A receipt's own bills are those it names, itself or by its order.
    FOR step IN SELECT * FROM (VALUES
        (1, 'reference', ARRAY['id'], ARRAY['receipt_id'], 'm.bill_id IS NOT NULL OR m.order_bills IS NOT NULL'),
        (2, 'period', ARRAY['employer_id', 'person_id', 'insurance', 'owed_period'], ARRAY['employer_id', 'person_id', 'insurance', 'start_period'],
            'm.insurance IS NOT NULL AND m.owed_period IS NOT NULL'),
        (3, 'insurance', ARRAY['employer_id', 'person_id', 'insurance'], ARRAY['employer_id', 'person_id', 'insurance'], 'm.insurance IS NOT NULL'),
        (4, 'payer', ARRAY['employer_id', 'person_id'], ARRAY['employer_id', 'person_id'], 'm.insurance IS NULL')
        ) AS s (seq, name, money_key, bill_key, which) ORDER BY seq
    LOOP
        DROP TABLE shared;
        EXECUTE format($pass$
            CREATE TEMPORARY TABLE shared ON COMMIT DROP AS
            SELECT m.id AS receipt_id, m.received_on, b.id AS bill_id, b.source_id,
                (least(m.range_end, b.range_end) - greatest(m.range_start, b.range_start))::bigint AS fen
            FROM (SELECT m.*, sum(left_fen) OVER w - left_fen AS range_start, sum(left_fen) OVER w AS range_end
                FROM money m WHERE left_fen > 0 AND employer_id + person_id <> 0 AND (%4$s)
                WINDOW w AS (PARTITION BY %1$s ORDER BY received_on, id)) AS m
            JOIN (SELECT b.*, sum(left_fen) OVER w - left_fen AS range_start, sum(left_fen) OVER w AS range_end
                FROM (SELECT * FROM owed %3$s) AS b WHERE left_fen > 0
                WINDOW w AS (PARTITION BY %2$s ORDER BY due_on, start_period, kind = 4, insurance, id)) AS b
            ON %5$s AND b.range_start < m.range_end AND m.range_start < b.range_end
            $pass$, array_to_string(step.money_key, ', '), array_to_string(step.bill_key, ', '),
            CASE step.name WHEN 'reference' THEN 'JOIN named ON named.bill_id = owed.id' ELSE '' END, step.which,
            (SELECT string_agg(format('b.%I = m.%I', k.bill, k.money), ' AND ') FROM unnest(step.money_key, step.bill_key) AS k (money, bill)));
        IF NOT EXISTS (SELECT 1 FROM shared) THEN
            CONTINUE;
        END IF;
        INSERT INTO contributions_allocation (warrant_id, receipt_id, bill_id, bill_source_id, amount_fen, received_on, step, case_id)
        SELECT the_warrant, s.receipt_id, s.bill_id, s.source_id, s.fen, s.received_on, step.name, p_case FROM shared s;
        RETURN QUERY SELECT step.name::text, count(*), coalesce(sum(s.fen), 0)::bigint FROM shared s;
        UPDATE money SET left_fen = left_fen - s.fen FROM (SELECT receipt_id, sum(fen) AS fen FROM shared GROUP BY 1) AS s WHERE s.receipt_id = money.id;
        -- What the file paid in full needs no further pass.
        DELETE FROM money WHERE left_fen = 0;
        EXIT WHEN NOT EXISTS (SELECT 1 FROM money);
        UPDATE owed SET left_fen = left_fen - s.fen FROM (SELECT bill_id, sum(fen) AS fen FROM shared GROUP BY 1) AS s WHERE s.bill_id = owed.id;
    END LOOP;
    DROP TABLE shared, money, named, owed;
END;
$$;

-- contributions_credit_v1: entries of personal accounts for the bills that this warrant's allocations have just settled
-- (paid in full, or a credit used up). A bill is credited once: the key of accounts_entry sees to it.
CREATE OR REPLACE FUNCTION contributions_credit_v1(p_period integer) RETURNS TABLE (entries bigint, fen bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET work_mem = '512MB' SET hash_mem_multiplier = 2 SET jit = off AS $$
#variable_conflict use_column
DECLARE
    the_warrant bigint := warrants_stamp_v1(3::smallint, 'accounts_entry');
    source bigint;
    added bigint;
    added_fen bigint;
BEGIN
    CREATE TEMPORARY TABLE settled ON COMMIT DROP AS
    SELECT b.id, b.source_id, b.employer_id, b.person_id, b.area, b.insurance, b.kind
    FROM (SELECT DISTINCT bill_id, bill_source_id FROM contributions_allocation WHERE warrant_id = the_warrant AND bill_id > 0) AS t
    JOIN contributions_bill b ON b.id = t.bill_id AND b.source_id = t.bill_source_id
    WHERE b.account_fen <> 0 AND b.kind <> 9 AND NOT EXISTS (SELECT 1 FROM contributions_open_bill o WHERE o.bill_id = b.id);
    ANALYZE settled;
    entries := 0;
    fen := 0;
    FOR source IN SELECT DISTINCT source_id FROM settled LOOP
        EXECUTE format($credit$
            WITH booked AS (
                INSERT INTO accounts_entry (warrant_id, person_id, insurance, year, period, owed_period, kind, base_fen, amount_fen, source_id)
                SELECT %1$s, l.person_id, l.insurance, %2$s / 100, %2$s, l.owed_period,
                    CASE WHEN l.account_fen < 0 OR s.kind = 3 THEN 3 WHEN s.kind = 2 THEN 2 ELSE 1 END, l.base_fen, l.account_fen, s.id
                FROM settled s JOIN contributions_line l
                    ON l.source_id = %3$s AND l.employer_id = s.employer_id AND l.insurance = s.insurance AND l.area = s.area
                    AND (s.person_id = 0 OR l.person_id = s.person_id)
                WHERE s.source_id = %3$s AND l.account_fen <> 0
                -- In the order of the key: the index is then written from left to right instead of all over.
                ORDER BY l.person_id, l.insurance
                RETURNING amount_fen
            )
            SELECT count(*), coalesce(sum(amount_fen), 0)::bigint FROM booked $credit$, the_warrant, p_period, source)
        INTO added, added_fen;
        entries := entries + added;
        fen := fen + added_fen;
    END LOOP;
    DROP TABLE settled;
    RETURN NEXT;
END;
$$;

-- contributions_posting_sums_v1: what this warrant's allocations come to per collecting area, channel, area of insurance,
-- insurance and detail: what the vouchers are made from. The account part of an allocation is that of the bill by share, taken
-- on the running sum, so that it comes out whole when the bill is paid.
CREATE OR REPLACE FUNCTION contributions_posting_sums_v1(p_warrant bigint)
RETURNS TABLE (taken_area text, source text, area text, insurance smallint, detail text, received_on date, fen bigint, account_fen bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB' SET jit = off AS $$
    WITH touched AS MATERIALIZED (
        SELECT DISTINCT bill_id FROM contributions_allocation WHERE warrant_id = p_warrant AND bill_id > 0
    ),
    runs AS (
        SELECT a.*, sum(a.amount_fen) OVER (PARTITION BY a.bill_id ORDER BY a.id) AS upto
        FROM contributions_allocation a WHERE a.bill_id IN (SELECT bill_id FROM touched)
    )
    SELECT r.area_code, f.source, b.area::text, b.insurance,
        CASE WHEN b.kind = 4 THEN 'surcharge' WHEN b.kind IN (2, 3, 5) THEN 'back' WHEN b.start_period > b.period THEN 'prepaid'
             WHEN a.received_on > b.due_on
                AND a.received_on > contributions_due_on_v1(b.employer_id, b.insurance, b.start_period, b.due_on) THEN 'arrears' ELSE 'current' END,
        a.received_on, sum(a.amount_fen)::bigint,
        sum(div(a.upto * b.account_fen, b.total_fen) - div((a.upto - a.amount_fen) * b.account_fen, b.total_fen))::bigint
    FROM runs a
    JOIN contributions_receipt r ON r.id = a.receipt_id
    JOIN contributions_receipt_file f ON f.id = r.file_id
    JOIN contributions_bill b ON b.id = a.bill_id AND b.source_id = a.bill_source_id
    WHERE a.warrant_id = p_warrant
    GROUP BY 1, 2, 3, 4, 5, 6
    ORDER BY 1, 2, 3, 4, 5, 6
$$;
