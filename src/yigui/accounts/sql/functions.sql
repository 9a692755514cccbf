-- Personal accounts: guards, and the yearly interest run (记账利息).
SELECT registry_bind_subjects_v1('accounts_personal_account', 'person_id', '');

-- accounts_of_relation_v1: a personal account follows the relation (账户随参保关系建立、恢复、封存). Under a case that is not of class 1 it is opened, opened
-- again or sealed only with the relation of that insurance which the same case has entered or ended (an operator's: with their own employer), and
-- nothing else of it is changed; an operator's of class 1 touches only those of somebody whom the employer employs. Error: YG011.
CREATE OR REPLACE FUNCTION accounts_of_relation_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c record;
    is_foreign boolean;
BEGIN
    SELECT * INTO c FROM registry_case_now_v1();
    IF c.warrant IS NULL OR (c.risk_class = 1 AND c.operators_own IS NULL) THEN
        RETURN NULL;
    ELSIF c.risk_class = 1 THEN
        is_foreign := EXISTS (SELECT 1 FROM new_rows n WHERE NOT registry_employs_v1(c.operators_own, n.person_id, c.month));
    ELSE
        is_foreign := EXISTS (
            SELECT 1 FROM new_rows n WHERE NOT EXISTS (
                SELECT 1 FROM registry_coverage v
                WHERE v.person_id = n.person_id AND v.insurance = n.insurance AND v.warrant_id = c.warrant
                  AND (c.operators_own IS NULL OR v.employer_id = c.operators_own)
                  AND n.status = CASE WHEN v.end_period IS NULL THEN 'open' ELSE 'sealed' END));
    END IF;
    IF TG_OP = 'UPDATE' AND NOT is_foreign THEN
        is_foreign := EXISTS (
            SELECT 1 FROM old_rows o FULL JOIN new_rows n USING (id)
            WHERE (to_jsonb(n) - '{status,warrant_id}'::text[] = to_jsonb(o) - '{status,warrant_id}'::text[]) IS NOT TRUE);
    END IF;
    IF is_foreign THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = TG_TABLE_NAME,
            MESSAGE = '个人账户只随本办件建立或终止的参保关系建立、恢复或封存，其他变更被拒绝；账户有误的请办理个人账户更正。';
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION accounts_of_relation_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER relation_i AFTER INSERT ON accounts_personal_account REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_of_relation_v1();
CREATE OR REPLACE TRIGGER relation_u AFTER UPDATE ON accounts_personal_account REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_of_relation_v1();

SELECT registry_bind_rows_v1('accounts_entry', 'SELECT person_id, NULL::bigint FROM new_rows');
SELECT warrants_guard_set_v1('accounts_entry', 3::smallint);
DO $$
BEGIN
    FOR y IN 1998..2060 LOOP
        PERFORM warrants_guard_set_v1(('accounts_entry_' || y)::regclass, 3::smallint);
    END LOOP;
END;
$$;
SELECT warrants_append_only_v1('accounts_year');
SELECT warrants_append_only_v1('accounts_year_opening', true);

-- Taking money out of an account, or entering it anew, needs a class-1 warrant: corrections are class-1 business.
CREATE OR REPLACE FUNCTION accounts_entry_class_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM new_rows WHERE kind IN (4, 6, 7, 11, 12, 13, 14, 15, 16)) THEN
        PERFORM warrants_stamp_v1(1::smallint, 'accounts_entry');
    END IF;
    RETURN NULL;
END;
$$;
DO $$
BEGIN
    FOR y IN 1997..2060 LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER entry_class AFTER INSERT ON accounts_entry%s REFERENCING NEW TABLE AS new_rows '
            'FOR EACH STATEMENT EXECUTE FUNCTION accounts_entry_class_v1()', CASE WHEN y < 1998 THEN '' ELSE '_' || y END);
    END LOOP;
END;
$$;

-- accounts_rate_mark_v1: what a staged part says of the rate it was made with, in percent.
CREATE OR REPLACE FUNCTION accounts_rate_mark_v1(p_rate numeric) RETURNS text
LANGUAGE sql IMMUTABLE RETURN 'rate ' || trim_scale(p_rate)::text;

-- accounts_stage_year_v1: fills a fresh table with the closing of every account of the areas for a year, one part of several:
-- persons from p_from to below p_to. An account whose year is closed already, by a batch of another area or as it was taken over, is left out.
-- interest = round_half_up((12 opening + sum(c (13 - month))) rate / 12); rate in percent. Gives the number of accounts.
CREATE OR REPLACE FUNCTION accounts_stage_year_v1(
    p_batch bigint, p_part integer, p_from bigint, p_to bigint, p_areas text[], p_insurance smallint, p_insurance_name text,
    p_year integer, p_rate numeric
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '768MB' SET hash_mem_multiplier = 2 AS $$
DECLARE
    stage text := format('accounts_year_%s_%s', p_batch, p_part);
    -- The rate as a whole number of millionths, so that the sum below stays in bigint: exact and quick.
    rate_e6 bigint := (p_rate * 10000)::bigint;
    filled bigint;
BEGIN
    PERFORM runs_hold_stage_v1(p_batch, ARRAY['interest'], p_areas, p_year * 100 + 12);
    EXECUTE format('DROP TABLE IF EXISTS %I', stage);
    EXECUTE format('CREATE TABLE %I (LIKE accounts_year INCLUDING CONSTRAINTS, CONSTRAINT part CHECK (person_id >= %s AND person_id < %s), '
        'CONSTRAINT batch CHECK (batch_id = %s)) WITH (autovacuum_enabled = false)', stage, p_from, p_to, p_batch);
    EXECUTE format($fill$
        WITH booked AS (
            SELECT person_id, sum(amount_fen)::bigint AS credits, sum(amount_fen * (13 - period %% 100))::bigint AS weighted
            FROM accounts_entry_%1$s
            WHERE insurance = %2$s AND person_id >= %3$s AND person_id < %4$s
            GROUP BY person_id
        ),
        before AS (
            SELECT person_id, closing_fen FROM accounts_year
            WHERE insurance = %2$s AND year = %1$s - 1 AND person_id >= %3$s AND person_id < %4$s
        ),
        sums AS (
            SELECT a.person_id, coalesce(o.closing_fen, 0) AS opening, coalesce(b.credits, 0) AS credits,
                coalesce(b.weighted, 0) + 12 * coalesce(o.closing_fen, 0) AS product
            FROM accounts_personal_account a
            LEFT JOIN booked b ON b.person_id = a.person_id
            LEFT JOIN before o ON o.person_id = a.person_id
            WHERE a.insurance = %5$L AND a.person_id >= %3$s AND a.person_id < %4$s AND a.opened_period <= %1$s12
              AND NOT EXISTS (SELECT 1 FROM accounts_year y WHERE y.person_id = a.person_id AND y.insurance = %2$s AND y.year = %1$s
                AND y.person_id >= %3$s AND y.person_id < %4$s)
              %6$s
        )
        INSERT INTO %7$I (batch_id, person_id, insurance, year, opening_fen, credits_fen, interest_fen, closing_fen)
        SELECT %8$s, person_id, %2$s, %1$s, opening, credits, i.interest, opening + credits + i.interest
        FROM sums CROSS JOIN LATERAL (SELECT (product * %9$s + 6000000) / 12000000 AS interest) AS i
        $fill$,
        p_year, p_insurance, p_from, p_to, p_insurance_name,
        CASE WHEN p_areas = ARRAY['*'] THEN '' ELSE format(
            'AND a.person_id IN (SELECT id FROM registry_person WHERE area_id = ANY (%L::text[]))', p_areas) END,
        stage, p_batch, rate_e6);
    GET DIAGNOSTICS filled = ROW_COUNT;
    EXECUTE format('COMMENT ON TABLE %I IS %L', stage, accounts_rate_mark_v1(p_rate));
    RETURN filled;
END;
$$;

-- accounts_stage_key_v1: the primary key and the batch of a staged part, ready to be attached.
CREATE OR REPLACE FUNCTION accounts_stage_key_v1(p_batch bigint, p_part integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET maintenance_work_mem = '1GB' AS $$
DECLARE
    stage text := format('accounts_year_%s_%s', p_batch, p_part);
BEGIN
    EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (person_id, insurance, year, batch_id)', stage);
END;
$$;

-- accounts_stage_sums_v1: count, closing total and digest over the staged parts.
CREATE OR REPLACE FUNCTION accounts_stage_sums_v1(p_batch bigint, p_parts integer)
RETURNS TABLE (row_count bigint, opening_fen bigint, credits_fen bigint, interest_fen bigint, closing_fen bigint, negative bigint, digest text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    parts text;
BEGIN
    SELECT string_agg(format('SELECT * FROM %I', format('accounts_year_%s_%s', p_batch, k)), ' UNION ALL ')
    INTO parts FROM generate_series(0, p_parts - 1) AS k;
    RETURN QUERY EXECUTE format($sums$
        SELECT count(*), coalesce(sum(opening_fen), 0)::bigint, coalesce(sum(credits_fen), 0)::bigint,
            coalesce(sum(interest_fen), 0)::bigint, coalesce(sum(closing_fen), 0)::bigint, count(*) FILTER (WHERE closing_fen < 0),
            coalesce(bit_xor(hashint8extended(person_id, hashint8extended(closing_fen, interest_fen))), 0)::text
        FROM (%s) AS staged $sums$, parts);
END;
$$;

-- accounts_execute_year_v2: attaches the staged parts of an approved batch, under the open run warrant of this very batch. Where the
-- parts begin stands in the batch, frozen. Params: the batch and nothing else. Errors: YG001/YG002 no warrant, YG010 changed since.
DROP FUNCTION IF EXISTS accounts_execute_year_v1(bigint, bigint[]);
CREATE OR REPLACE FUNCTION accounts_execute_year_v2(p_batch bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    bounds bigint[] := array(SELECT b.value::bigint FROM runs_batch r, jsonb_array_elements_text(r.summary -> 'bounds') WITH ORDINALITY AS b (value, n)
        WHERE r.id = p_batch AND r.kind = 'interest' ORDER BY n);
    stage text;
    root text := format('accounts_year_%s', p_batch);
    found record;
    other bigint;
BEGIN
    PERFORM runs_own_warrant_v1(p_batch, 2::smallint, 'accounts_year');
    IF (SELECT count(*) FROM pg_class WHERE relname ~ format('^accounts_year_%s_[0-9]+$', p_batch)) <> cardinality(bounds) - 1 THEN
        PERFORM runs_same_v1(p_batch, -1, -1, '');
    END IF;
    SELECT * INTO found FROM accounts_stage_sums_v1(p_batch, cardinality(bounds) - 1);
    PERFORM runs_same_v1(p_batch, found.row_count, found.interest_fen, found.digest);
    -- The rate that was signed is the rate they were made with.
    IF EXISTS (SELECT 1 FROM generate_series(0, cardinality(bounds) - 2) AS k CROSS JOIN runs_batch b WHERE b.id = p_batch
        AND obj_description(to_regclass(format('accounts_year_%s_%s', p_batch, k))) IS DISTINCT FROM accounts_rate_mark_v1((b.summary ->> 'rate')::numeric)) THEN
        PERFORM runs_same_v1(p_batch, -1, -1, '');
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE accounts_year INCLUDING CONSTRAINTS, CONSTRAINT batch CHECK (batch_id = %s), '
        'PRIMARY KEY (person_id, insurance, year, batch_id)) PARTITION BY RANGE (person_id)', root, p_batch);
    FOR k IN 0..cardinality(bounds) - 2 LOOP
        stage := format('accounts_year_%s_%s', p_batch, k);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', root, stage, bounds[k + 1], bounds[k + 2]);
        PERFORM warrants_append_only_v1(stage::regclass, true);
    END LOOP;
    EXECUTE format('ALTER TABLE accounts_year ATTACH PARTITION %I FOR VALUES IN (%s)', root, p_batch);
    -- An account has one closing of a year. Another batch that is just being attached has been waited for.
    EXECUTE format('SELECT y.batch_id FROM %I n JOIN accounts_year y USING (person_id, insurance, year) WHERE y.batch_id <> n.batch_id LIMIT 1', root)
        INTO other;
    IF other IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = format(
            '第 %s 号批次中有账户的该年利息已由第 %s 号批次计过，每个账户每年只计息一次，请作废后重新生成。', p_batch, other);
    END IF;
    PERFORM runs_written_v1(p_batch, found.row_count, found.interest_fen);
END;
$$;

-- accounts_drop_stage_v1: throws away what a voided or crashed preparation left; attached parts are never touched.
CREATE OR REPLACE FUNCTION accounts_drop_stage_v1(p_batch bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    stage text;
    dropped integer := 0;
BEGIN
    IF EXISTS (SELECT 1 FROM runs_batch WHERE id = p_batch AND status <> 'void') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('第 %s 号批次未作废，不能清除。', p_batch);
    END IF;
    FOR stage IN SELECT c.relname FROM pg_class c WHERE c.relname ~ format('^accounts_year_%s_[0-9]+$', p_batch) AND c.relkind = 'r'
        AND NOT c.relispartition LOOP
        EXECUTE format('DROP TABLE %I', stage);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END;
$$;

-- accounts_carry_v1: the accounts of a record that is merged go over to the kept one (并档转移): its last closing as an entry of the January after it, and
-- each entry since with its own months and bill, so that both together bear the same interest as before; on the merged record the same below zero.
-- What takes away is carried as such, interest of a correction as interest. What the kept record has no account for is opened. Gives the entries written. Error: YG011 no such merge.
CREATE OR REPLACE FUNCTION accounts_carry_v1(p_kept bigint, p_doubled bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    m record;
    written bigint;
BEGIN
    SELECT * INTO m FROM registry_merging_v1(p_kept, p_doubled);
    CREATE TEMPORARY TABLE carried ON COMMIT DROP AS
    WITH closing AS (
        SELECT DISTINCT ON (insurance) insurance, year, closing_fen FROM accounts_year WHERE person_id = p_doubled ORDER BY insurance, year DESC
    )
    SELECT e.insurance, e.year, e.period, e.owed_period, e.source_id, e.kind IN (7, 16) AS is_interest, sum(e.base_fen)::bigint AS base_fen, sum(e.amount_fen)::bigint AS fen
    FROM accounts_entry e LEFT JOIN closing c USING (insurance)
    WHERE e.person_id = p_doubled AND e.year > coalesce(c.year, 0)
    GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(e.amount_fen) <> 0 OR sum(e.base_fen) <> 0
    UNION ALL
    SELECT insurance, year + 1, (year + 1) * 100 + 1, (year + 1) * 100 + 1, -m.of_case, false, 0, closing_fen FROM closing WHERE closing_fen <> 0;
    IF EXISTS (SELECT 1 FROM carried c JOIN accounts_year y ON y.person_id = p_kept AND y.insurance = c.insurance AND y.year >= c.year) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = 'accounts_entry',
            MESSAGE = '两份档案的个人账户年度结转进度不同，请先完成要并入档案所在地区的年度结转，再办理合并。';
    END IF;
    INSERT INTO accounts_personal_account (warrant_id, person_id, insurance, opened_period, status)
    SELECT m.warrant, p_kept, a.insurance, a.opened_period, a.status FROM accounts_personal_account a
    WHERE a.person_id = p_doubled AND NOT EXISTS (
        SELECT 1 FROM accounts_personal_account k WHERE k.person_id = p_kept AND k.insurance = a.insurance);
    INSERT INTO accounts_entry (warrant_id, person_id, insurance, year, period, owed_period, kind, base_fen, amount_fen, source_id)
    SELECT m.warrant, p_kept, insurance, year, period, owed_period, CASE WHEN is_interest THEN 7 ELSE 6 END + CASE WHEN fen < 0 THEN 9 ELSE 0 END, base_fen, fen, source_id FROM carried
    UNION ALL
    SELECT m.warrant, p_doubled, insurance, year, period, owed_period, CASE WHEN is_interest THEN 7 ELSE 6 END + CASE WHEN fen >= 0 THEN 9 ELSE 0 END, -base_fen, -fen, source_id FROM carried;
    GET DIAGNOSTICS written = ROW_COUNT;
    DROP TABLE carried;
    RETURN written;
END;
$$;
