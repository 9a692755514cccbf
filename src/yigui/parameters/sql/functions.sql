-- parameters_within_v1: whether an area lies in another one, or is it (GB/T 2260: county, city, province; `national` holds all).
CREATE OR REPLACE FUNCTION parameters_within_v1(p_inner text, p_outer text) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT p_inner = p_outer OR p_outer = 'national'
        OR (p_outer ~ '0000$' AND left(p_inner, 2) = left(p_outer, 2) AND p_inner <> 'national')
        OR (p_outer ~ '00$' AND left(p_inner, 4) = left(p_outer, 4));
$$;

-- parameters_kept_by_v1: why an agency of an area may not keep the parameters of another one; '' when it may. An agency keeps those of its own area
-- and of what lies in it. Those of a wider area it copies from the upper office's document, where no agency of that area, or between, works here:
-- there a lower office changes nothing (R267).
CREATE OR REPLACE FUNCTION parameters_kept_by_v1(p_own text, p_area text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN parameters_within_v1(p_area, p_own) THEN ''
        WHEN NOT parameters_within_v1(p_own, p_area) THEN '该地区的参数不由本机构管理，请由该地区的经办机构办理。'
        ELSE coalesce((
            SELECT '该地区的参数由上级' || a.name || '设定，下级机构不得变更，请报该机构办理。' FROM registry_agency a
            WHERE a.successor_id IS NULL AND a.area_id <> p_own AND parameters_within_v1(p_own, a.area_id) AND parameters_within_v1(a.area_id, p_area)
            ORDER BY a.area_id DESC LIMIT 1), '') END;
$$;

-- parameters_fit_v1: whether somebody at work holds one of these posts in an agency that keeps the parameters of an area.
CREATE OR REPLACE FUNCTION parameters_fit_v1(p_user bigint, p_roles text[], p_area text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM staff_user u JOIN registry_agency a ON a.code = u.agency_id
        WHERE u.id = p_user AND staff_officer_v1(u.id) AND u.role = ANY (p_roles) AND parameters_kept_by_v1(a.area_id, p_area) = '');
$$;
REVOKE ALL ON FUNCTION parameters_fit_v1 FROM PUBLIC;

-- parameters_in_force_v1: whether a signed row says something: it revokes no other, and none revokes it.
CREATE OR REPLACE FUNCTION parameters_in_force_v1(r parameters_row) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.revokes IS NULL AND NOT EXISTS (SELECT 1 FROM parameters_row v WHERE v.revokes = r.change_id);
$$;
REVOKE ALL ON FUNCTION parameters_in_force_v1 FROM PUBLIC;

-- parameters_above_v1: the signed row of an upper office that a row would go before, in words; NULL when there is none.
CREATE OR REPLACE FUNCTION parameters_above_v1(c parameters_change) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT format('参数变更 %s 号（%s，%s 起）', s.id, o.name, s.valid_from)
    FROM parameters_row r JOIN parameters_change s ON s.id = r.change_id
    JOIN registry_agency o ON o.code = r.agency_code
    JOIN staff_user p ON p.id = c.proposed_by_id JOIN registry_agency own ON own.code = p.agency_id
    WHERE (r.table_name, r.keys) = (c.table_name, c.keys) AND parameters_within_v1(c.area_code, r.area_code) AND parameters_in_force_v1(r)
      AND r.valid_from <= coalesce(c.valid_to, 'infinity') AND coalesce(r.valid_to, 'infinity') >= c.valid_from
      AND o.area_id <> own.area_id AND parameters_within_v1(own.area_id, o.area_id)
    ORDER BY r.id DESC LIMIT 1;
$$;
REVOKE ALL ON FUNCTION parameters_above_v1 FROM PUBLIC;

-- parameters_wrong_v1: why what a change says may not stand in its table, asked of the kinds that the owner has laid out; '' when it may. A key has one
-- way to be written: another one would be another key, beside what an upper office has set.
CREATE OR REPLACE FUNCTION parameters_wrong_v1(c parameters_change) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    k parameters_kind%ROWTYPE;
    parts text[] := string_to_array(c.keys, '|');
    rule jsonb;
    part text;
    name text;
    t parameters_change%ROWTYPE;
    bare date;
BEGIN
    IF c.revokes_id IS NOT NULL THEN
        -- It repeats what it takes out of force, of a row that is in force; what that may say was asked when it was signed.
        SELECT * INTO t FROM parameters_change WHERE id = c.revokes_id;
        IF t.id IS NULL OR t.status <> 'signed' OR t.revokes_id IS NOT NULL OR EXISTS (SELECT 1 FROM parameters_row v WHERE v.revokes = t.id)
            OR (t.table_name, t.label, t.keys, t.area_code, t.valid_from, t.valid_to, t.columns)
                IS DISTINCT FROM (c.table_name, c.label, c.keys, c.area_code, c.valid_from, c.valid_to, c.columns) THEN
            RETURN '撤销须原样写明一项已签署、尚未撤销的参数变更。';
        END IF;
        -- What nothing can be computed without is replaced, and not taken away.
        bare := CASE WHEN t.table_name LIKE 'contribution/%' OR t.table_name IN ('unemployment/amount', 'resident/basic')
            THEN parameters_bare_from_v1(t.id) END;
        IF bare IS NOT NULL THEN
            RETURN format('撤销后“%s”自 %s 起没有数值，不能据以计算，须改为提出新值。', t.label, bare);
        END IF;
        RETURN CASE WHEN c.published_on > c.proposed_on THEN '公布日期晚于提出日期。' ELSE '' END;
    END IF;
    SELECT * INTO k FROM parameters_kind WHERE parameters_kind.name = c.table_name;
    IF k.name IS NULL THEN
        RETURN format('没有参数表 %s。', c.table_name);
    ELSIF c.label <> k.label THEN
        RETURN format('参数表的名称应为“%s”。', k.label);
    ELSIF c.area_code !~ '^([0-9]{6}|national)$' OR jsonb_typeof(c.columns) <> 'object' THEN
        RETURN '地区或数值的写法不对。';
    ELSIF c.published_on > c.proposed_on THEN
        RETURN '公布日期晚于提出日期。';
    ELSIF (SELECT array_agg(n ORDER BY n) FROM jsonb_object_keys(c.columns) n) IS DISTINCT FROM (SELECT array_agg(n ORDER BY n) FROM jsonb_object_keys(k.columns) n) THEN
        RETURN format('“%s”的数值与参数表的列不符。', k.label);
    ELSIF cardinality(parts) <> jsonb_array_length(k.keys) THEN
        RETURN format('“%s”的项目与参数表不符。', k.label);
    END IF;
    FOR name, rule IN SELECT * FROM jsonb_each(k.columns) LOOP
        part := c.columns ->> name;
        IF jsonb_typeof(c.columns -> name) <> 'string' OR part !~ '^-?[0-9]{1,9}([.][0-9]{1,8})?$' THEN
            RETURN format('“%s”的数值“%s”不是数字。', k.label, left(part, 20));
        ELSIF part::numeric NOT BETWEEN (rule ->> 'least')::numeric AND (rule ->> 'most')::numeric OR (part::numeric = 0 AND NOT (rule ->> 'zero')::boolean)
            OR ((rule ->> 'whole')::boolean AND part::numeric <> trunc(part::numeric))
            OR (rule ? 'codes' AND NOT rule -> 'codes' @> to_jsonb(part::numeric)) THEN
            RETURN format('“%s”的数值 %s 超出可设定的范围。', k.label, part);
        ELSIF part::numeric <> round(part::numeric, (rule ->> 'decimals')::integer) THEN
            RETURN format('“%s”的数值 %s 至多 %s 位小数。', k.label, part, rule ->> 'decimals');
        END IF;
    END LOOP;
    IF c.columns ?& ARRAY['floor', 'ceiling'] AND (c.columns ->> 'floor')::numeric > (c.columns ->> 'ceiling')::numeric THEN
        RETURN format('“%s”的下限高于上限。', k.label);
    END IF;
    FOR part, rule IN SELECT p.part, r.rule FROM unnest(parts) WITH ORDINALITY p (part, place)
        JOIN jsonb_array_elements(k.keys) WITH ORDINALITY r (rule, place) USING (place) LOOP
        IF NOT rule -> 'known' ? part AND NOT ((rule ->> 'is_number')::boolean AND part ~ '^(0|[1-9][0-9]{0,8})$') THEN
            RETURN format('“%s”没有项目“%s”。', k.label, left(part, 40));
        END IF;
    END LOOP;
    IF k.is_by_year AND (parts[1] !~ '^[1-9][0-9]{3}$'
        OR (c.valid_from, c.valid_to) IS DISTINCT FROM (make_date(parts[1]::integer, 1, 1), make_date(parts[1]::integer, 12, 31))) THEN
        RETURN format('“%s”按年度设定，须自当年一月一日至十二月三十一日。', k.label);
    END IF;
    RETURN '';
END;
$$;
REVOKE ALL ON FUNCTION parameters_wrong_v1 FROM PUBLIC;

-- parameters_held_v1: the rows of a table by its keys that speak of an area, its own and those of the areas that contain it, in the order in which they go
-- before each other (`place`, lowest first): of the narrowest area, there the newest signed row before those of the files, which are laid out at each
-- preparation. A signed row without an end holds until a row of the files of the same place begins later that was read in its document, looked at no earlier
-- than the signed one's was published. p_without: the signed change whose row is left out, 0 for none. Not granted.
CREATE OR REPLACE FUNCTION parameters_held_v1(p_table text, p_keys text, p_area text, p_without bigint)
RETURNS TABLE (place bigint, area_code text, valid_from date, valid_to date, columns jsonb, source text, number bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH wider AS (
        SELECT code, min(place) AS place
        FROM unnest(ARRAY[p_area, left(p_area, 4) || '00', left(p_area, 2) || '0000', 'national']) WITH ORDINALITY w (code, place)
        GROUP BY code
    ), held AS (
        SELECT r.area_code, r.valid_from,
            CASE WHEN coalesce(r.valid_to, '9999-12-31') < '9999-12-31' THEN r.valid_to ELSE (
                SELECT min(f.valid_from) - 1 FROM parameters_filed f
                WHERE (f.table_name, f.keys, f.area_code) = (r.table_name, r.keys, r.area_code) AND f.valid_from > r.valid_from
                  AND f.status = 'verified' AND f.verified_on >= r.published_on) END AS valid_to,
            r.columns, r.source, r.change_id AS number, 0 AS is_filed, -r.id AS place
        FROM parameters_row r WHERE (r.table_name, r.keys) = (p_table, p_keys) AND r.change_id <> p_without AND parameters_in_force_v1(r)
        UNION ALL
        SELECT f.area_code, f.valid_from, f.valid_to, f.columns, f.source, 0, 1, f.place
        FROM parameters_filed f WHERE (f.table_name, f.keys) = (p_table, p_keys)
    )
    SELECT row_number() OVER (ORDER BY w.place, h.is_filed, h.place), h.area_code::text, h.valid_from, h.valid_to, h.columns, h.source::text, h.number
    FROM held h JOIN wider w ON w.code = h.area_code;
$$;
REVOKE ALL ON FUNCTION parameters_held_v1 FROM PUBLIC;

-- parameters_at_v1: what the law reads of a table by its keys in an area on a day; {} where nothing is stored. As
-- `yigui.law.parameter_kinds.ParameterKind.at` and `yigui.law.parameter_table.begins_anew`.
CREATE OR REPLACE FUNCTION parameters_at_v1(p_table text, p_keys text, p_area text, p_day date) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce((
        SELECT jsonb_build_object('columns', h.columns, 'source', h.source, 'area', h.area_code, 'from', h.valid_from,
            'to', coalesce(h.valid_to, '9999-12-31'), 'number', h.number)
        FROM parameters_held_v1(p_table, p_keys, p_area, 0) h
        WHERE p_day BETWEEN h.valid_from AND coalesce(h.valid_to, 'infinity')
        ORDER BY h.place LIMIT 1), '{}');
$$;

-- parameters_bare_from_v1: the first day, within those for which a signed change holds, on which nothing would be left where it stood once it is revoked; NULL
-- where something is left for all of them.
CREATE OR REPLACE FUNCTION parameters_bare_from_v1(p_change bigint) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH held AS MATERIALIZED (
        SELECT c.valid_from AS first, coalesce(c.valid_to, '9999-12-31') AS last, h.valid_from, coalesce(h.valid_to, '9999-12-31') AS valid_to
        FROM parameters_change c LEFT JOIN LATERAL parameters_held_v1(c.table_name, c.keys, c.area_code, c.id) h ON true WHERE c.id = p_change
    )
    SELECT min(d.day) FROM (
        SELECT first AS day, last FROM held UNION SELECT valid_to + 1, last FROM held WHERE valid_to < '9999-12-31') AS d
    WHERE d.day BETWEEN (SELECT min(first) FROM held) AND d.last AND NOT EXISTS (SELECT 1 FROM held h WHERE d.day BETWEEN h.valid_from AND h.valid_to);
$$;

-- parameters_carried_out_v1: the first executed adjustment of a year in an area, which its plan (调待方案) is not changed or revoked after; NULL: none.
CREATE OR REPLACE FUNCTION parameters_carried_out_v1(p_year integer, p_area text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT min(b.id) FROM runs_batch b WHERE b.kind = 'adjust' AND b.status = 'executed' AND b.period / 100 = p_year
        AND EXISTS (SELECT 1 FROM unnest(b.areas::text[]) AS a (code) WHERE parameters_within_v1(a.code, p_area));
$$;

-- parameters_before_v1: what holds on a change's first day without it, as the leader is shown it.
CREATE OR REPLACE FUNCTION parameters_before_v1(c parameters_change) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT parameters_at_v1(c.table_name, c.keys, c.area_code, c.valid_from);
$$;

-- parameters_content_v1: the digest of what a change says: what is tried, examined and signed is the same.
CREATE OR REPLACE FUNCTION parameters_content_v1(p_change bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(convert_to((jsonb_build_array(c.id, c.table_name, c.keys, c.area_code, c.valid_from, c.valid_to, c.columns, c.source,
        c.published_on, c.reason, c.late_reason, c.before, c.label, c.is_transcribed, c.proposed_by_id, c.proposed_on)
        || CASE WHEN c.revokes_id IS NULL THEN '[]'::jsonb ELSE jsonb_build_array(c.revokes_id) END)::text, 'UTF8')), 'hex')
    FROM parameters_change c WHERE c.id = p_change;
$$;

-- parameters_facts_v1: what a trial rests on: the newest signed row, and how far awards and bases had come.
CREATE OR REPLACE FUNCTION parameters_facts_v1() RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object('row', coalesce((SELECT max(id) FROM parameters_row), 0), 'award', coalesce((SELECT max(id) FROM benefits_award), 0),
        'base', coalesce((SELECT max(id) FROM contributions_base), 0));
$$;

-- parameters_to_try_v1: whom the trial of a table of awards looks at: pensions and disability allowances that go on in an area, from p_low to below
-- p_high, by their newest award that keeps what it was made from.
CREATE OR REPLACE FUNCTION parameters_to_try_v1(p_area text, p_low bigint, p_high bigint)
RETURNS TABLE (benefit_id bigint, award_id bigint, person_id bigint, area_id text, is_provisional boolean, inputs jsonb)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT DISTINCT ON (a.benefit_id) a.benefit_id, a.id, b.person_id, b.area_id, a.is_provisional, a.inputs
    FROM benefits_benefit b JOIN benefits_award a ON a.benefit_id = b.id
    WHERE b.id >= p_low AND b.id < p_high AND b.kind IN (1, 2) AND b.end_period IS NULL
      AND b.area_id IN (SELECT code FROM registry_area WHERE parameters_within_v1(code, p_area)) AND a.inputs ? 'retired_on'
    ORDER BY a.benefit_id, a.version DESC;
$$;

-- parameters_drawing_v1: whom the trial of a standard looks at: benefits of some kinds in an area that are drawn in a month (YYYYMM), those that begin later
-- left out, and that have an amount then; from p_low to below p_high, NULL for all.
CREATE OR REPLACE FUNCTION parameters_drawing_v1(p_area text, p_kinds integer[], p_period integer, p_low bigint, p_high bigint) RETURNS TABLE (benefit_id bigint, person_id bigint, area_id text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT b.id, b.person_id, b.area_id::text FROM benefits_benefit b
    WHERE b.id >= coalesce(p_low, 0) AND b.id < coalesce(p_high, 9223372036854775807)
      AND b.kind = ANY (p_kinds) AND b.start_period <= p_period AND coalesce(b.end_period, 999912) >= p_period
      AND b.area_id IN (SELECT code FROM registry_area WHERE parameters_within_v1(code, p_area))
      AND EXISTS (SELECT 1 FROM benefits_amount m WHERE m.benefit_id = b.id AND m.start_period <= p_period);
$$;

-- parameters_kinds_of_v1: the kinds of benefits that follow a table of standards.
CREATE OR REPLACE FUNCTION parameters_kinds_of_v1(p_table text) RETURNS integer[]
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN p_table LIKE 'unemployment/%' THEN ARRAY[4] WHEN p_table LIKE 'pension/%' THEN ARRAY[1] ELSE ARRAY[3] END;
$$;

-- parameters_levy_keys_v1: what of the law a month's contributions cannot be made without, with the insurance it is for; '' for every one. As
-- `yigui.levy.rates.levy_rates` reads it.
CREATE OR REPLACE FUNCTION parameters_levy_keys_v1() RETURNS TABLE (table_name text, keys text, insurance text)
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT 'contribution/base_bounds', '', ''
    UNION ALL SELECT 'contribution/injury_rates', k::text, 'injury' FROM generate_series(1, 8) AS k
    UNION ALL SELECT 'contribution/rates', i || '|' || p, i
    FROM (VALUES ('employee_pension', 'employer'), ('employee_pension', 'individual'), ('employee_pension', 'flexible'), ('unemployment', 'employer'),
        ('unemployment', 'individual'), ('maternity', 'employer'), ('employee_medical', 'employer'), ('employee_medical', 'individual'),
        ('employee_medical', 'flexible')) AS r (i, p);
$$;

-- parameters_insured_v1: in which areas of a change's area whoever is, or was, takes part in which insurance that is levied by the month.
CREATE OR REPLACE FUNCTION parameters_insured_v1(p_area text) RETURNS TABLE (area_code text, insurance text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT v.area_id::text, v.insurance::text FROM registry_coverage v
    WHERE v.area_id IN (SELECT code FROM registry_area WHERE parameters_within_v1(code, p_area))
      AND v.insurance IN (SELECT k.insurance FROM parameters_levy_keys_v1() k);
$$;

-- parameters_lacking_v1: whether the law has no rate or no bounds in one of these areas on a day, so that nothing can be computed there; p_with: with the
-- change, or without it.
CREATE OR REPLACE FUNCTION parameters_lacking_v1(c parameters_change, p_areas text[], p_day date, p_with boolean) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM unnest(p_areas) AS a (code) CROSS JOIN parameters_levy_keys_v1() k
        WHERE NOT (p_with AND c.revokes_id IS NULL AND (k.table_name, k.keys) = (c.table_name, c.keys) AND parameters_within_v1(a.code, c.area_code)
            AND p_day BETWEEN c.valid_from AND coalesce(c.valid_to, 'infinity'))
          AND parameters_at_v1(k.table_name, k.keys, a.code, p_day) = '{}');
$$;
REVOKE ALL ON FUNCTION parameters_lacking_v1 FROM PUBLIC;

-- parameters_levied_v1: the months already levied in which a change holds, up to the one its trial is made of (YYYYMM), with those of its areas that their
-- executed plans hold; is_tried: the newest twenty-four, whose difference the trial must come to.
CREATE OR REPLACE FUNCTION parameters_levied_v1(p_change bigint, p_until integer) RETURNS TABLE (period integer, areas text[], is_tried boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT b.period, array_agg(DISTINCT a.code ORDER BY a.code), row_number() OVER (ORDER BY b.period DESC) <= 24
    FROM parameters_change c
    JOIN runs_batch b ON b.kind = 'levy' AND b.status = 'executed' AND b.period <= p_until
        AND to_date(b.period::text, 'YYYYMM') BETWEEN c.valid_from AND coalesce(c.valid_to, 'infinity')
    CROSS JOIN LATERAL unnest(b.areas::text[]) AS a (code)
    WHERE c.id = p_change AND parameters_within_v1(a.code, c.area_code)
    GROUP BY b.period ORDER BY b.period;
$$;

-- parameters_open_trial_v1: a trial that has not ended, held until the transaction's end, with its change. p_tried: what its kind of parameter must be tried
-- by, NULL for any. Errors: YG003, YG006.
CREATE OR REPLACE FUNCTION parameters_open_trial_v1(p_trial bigint, p_tried text, OUT t parameters_trial, OUT c parameters_change)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT * INTO t FROM parameters_trial WHERE id = p_trial FOR UPDATE;
    IF t.id IS NULL OR t.ended_at IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = format('试算 %s 号已完成或不存在，不能再写入。', p_trial);
    END IF;
    SELECT * INTO c FROM parameters_change WHERE id = t.change_id;
    IF NOT EXISTS (SELECT 1 FROM parameters_kind k WHERE k.name = c.table_name AND k.tried_by = coalesce(p_tried, k.tried_by)) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('试算 %s 号的参数不影响这类计算，不能列入。', p_trial);
    END IF;
END;
$$;
REVOKE ALL ON FUNCTION parameters_open_trial_v1 FROM PUBLIC;

-- parameters_begin_trial_v1: a trial begins: the digest of what is tried, and what it rests on, are taken, with the month in which the change begins to hold,
-- this one where it has begun; lines of an earlier beginning go. p_today: the business day. Errors: YG003, YG006 another day.
CREATE OR REPLACE FUNCTION parameters_begin_trial_v2(p_trial bigint, p_today date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    o record;
    first date;
BEGIN
    -- A batch of contributions that is just being closed is waited for, so that it counts either as levied or as executed after this beginning.
    PERFORM pg_advisory_xact_lock(7014, 0);
    o := parameters_open_trial_v1(p_trial, NULL);
    first := greatest((o.c).valid_from, identity_business_day_v1(p_today));
    first := least(first, coalesce((o.c).valid_to, first));
    DELETE FROM parameters_trial_staged WHERE trial_id = p_trial;
    UPDATE parameters_trial SET content = parameters_content_v1(change_id),
        facts = parameters_facts_v1() || jsonb_build_object('period', to_char(first, 'YYYYMM')::integer, 'begun_at', clock_timestamp())
    WHERE id = p_trial;
END;
$$;

-- parameters_give_up_trial_v1: a trial that has begun ends without having come to anything, with the reason; what it had staged goes. One that waits is
-- nobody's to end. Errors: YG003, YG006 no reason, or not begun.
CREATE OR REPLACE FUNCTION parameters_give_up_trial_v1(p_trial bigint, p_error text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    o record;
BEGIN
    o := parameters_open_trial_v1(p_trial, NULL);
    IF (o.t).content = '' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('试算 %s 号尚未开始，不能作为未完成结束。', p_trial);
    END IF;
    IF btrim(coalesce(p_error, '')) = '' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('试算 %s 号未完成，须写明原因。', p_trial);
    END IF;
    DELETE FROM parameters_trial_staged WHERE trial_id = p_trial;
    UPDATE parameters_trial SET error = left(p_error, 400), ended_at = clock_timestamp() WHERE id = p_trial;
END;
$$;

-- parameters_stage_awards_v1: what awards come to with and without the change, as the program has computed them by the law, or why one cannot be
-- computed; one entry per benefit. Whose benefit it is, where, and what becomes of it is the database's. Errors: YG003, YG006 nobody it looks at.
CREATE OR REPLACE FUNCTION parameters_stage_awards_v1(p_trial bigint, p_benefits bigint[], p_before bigint[], p_after bigint[], p_refused text[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    o record;
    staged bigint;
BEGIN
    o := parameters_open_trial_v1(p_trial, 'award');
    INSERT INTO parameters_trial_staged (trial_id, benefit_id, kind, person_id, area_code, before_fen, after_fen, refused)
    SELECT p_trial, a.benefit_id, CASE WHEN a.is_provisional THEN 'run' ELSE 'task' END, a.person_id, a.area_id, n.old, n.new, n.refused
    FROM unnest(p_benefits, p_before, p_after, p_refused) AS n (benefit_id, old, new, refused)
    JOIN parameters_to_try_v1((o.c).area_code, (SELECT min(b) FROM unnest(p_benefits) b), (SELECT max(b) + 1 FROM unnest(p_benefits) b)) a
        USING (benefit_id);
    GET DIAGNOSTICS staged = ROW_COUNT;
    IF staged <> cardinality(p_benefits) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('试算 %s 号只能列入该地区在发、保有核定依据的养老待遇，每笔一次。', p_trial);
    END IF;
END;
$$;

-- parameters_stage_standards_v1: what benefits in payment come to with and without a change of a standard they follow, as the program has computed them by
-- the law, or why one cannot be computed; one entry per benefit. Whose it is, where, and what stands of it, is the database's. Errors: YG003, YG006 nobody
-- it looks at, or another amount than stands.
CREATE OR REPLACE FUNCTION parameters_stage_standards_v1(p_trial bigint, p_benefits bigint[], p_before bigint[], p_after bigint[], p_refused text[])
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    o record;
    month integer;
    staged bigint;
BEGIN
    o := parameters_open_trial_v1(p_trial, 'raise');
    month := ((o.t).facts ->> 'period')::integer;
    INSERT INTO parameters_trial_staged (trial_id, benefit_id, kind, person_id, area_code, before_fen, after_fen, refused)
    SELECT p_trial, d.benefit_id, 'raise', d.person_id, d.area_id, n.old, n.new, n.refused
    FROM unnest(p_benefits, p_before, p_after, p_refused) AS n (benefit_id, old, new, refused)
    JOIN parameters_drawing_v1((o.c).area_code, parameters_kinds_of_v1((o.c).table_name), month,
        (SELECT min(b) FROM unnest(p_benefits) b), (SELECT max(b) + 1 FROM unnest(p_benefits) b)) d USING (benefit_id)
    CROSS JOIN LATERAL (SELECT m.total_fen FROM benefits_amount m WHERE m.benefit_id = d.benefit_id AND m.start_period <= month
        ORDER BY m.start_period DESC, m.id DESC LIMIT 1) AS a
    WHERE n.old IS NULL OR n.old = a.total_fen;
    GET DIAGNOSTICS staged = ROW_COUNT;
    IF staged <> cardinality(p_benefits) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('试算 %s 号只能按现行标准列入该地区在领的待遇，每笔一次。', p_trial);
    END IF;
END;
$$;

-- parameters_stage_levy_v1: the next persons' contributions of the month in which the change begins to hold, by the rates without and with it, which
-- are the same in every part and name every insurance that anybody in an area of the change takes part in. Gives the person the next part begins with,
-- NULL when everybody of the area has been looked at. Errors: YG003, YG006 another month or other rates than before, or too few.
CREATE OR REPLACE FUNCTION parameters_stage_levy_v2(p_trial bigint, p_before jsonb, p_after jsonb, p_period integer, p_size bigint)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    o record;
    areas text[];
    levy jsonb;
    begins bigint;
    ends bigint;
    seen bigint;
    without text;
BEGIN
    o := parameters_open_trial_v1(p_trial, 'levy');
    IF NOT (o.t).facts ? 'period' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('试算 %s 号尚未开始。', p_trial);
    END IF;
    SELECT array_agg(code ORDER BY code) INTO areas FROM registry_area WHERE parameters_within_v1(code, (o.c).area_code);
    levy := jsonb_build_object('period', (o.t).facts -> 'period',
        'rates', encode(sha256(convert_to(jsonb_build_array(p_before, p_after)::text, 'UTF8')), 'hex'));
    SELECT min(person_id), max(person_id) + 1 INTO begins, ends FROM registry_coverage WHERE area_id = ANY (areas);
    IF (o.t).facts ? 'levy' THEN
        begins := ((o.t).facts -> 'levy' ->> 'next')::bigint;
        seen := ((o.t).facts -> 'levy' ->> 'looked_at')::bigint;
    END IF;
    IF p_period <> (levy ->> 'period')::integer OR p_size < 1 OR NOT coalesce((o.t).facts -> 'levy', levy) @> levy THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('试算 %s 号的应缴须以 %s 的同一套费率和基数上下限逐段试算。', p_trial, levy ->> 'period');
    END IF;
    IF NOT (o.t).facts ? 'levy' THEN
        SELECT i.area_code INTO without FROM parameters_insured_v1((o.c).area_code) i
        CROSS JOIN (VALUES (p_before), (p_after)) AS given (rates)
        WHERE NOT EXISTS (
            SELECT 1 FROM jsonb_to_recordset(given.rates) AS r (area_code text, insurance text)
            WHERE (r.area_code, r.insurance) = (i.area_code, i.insurance))
        ORDER BY 1 LIMIT 1;
        IF without IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('试算 %s 号缺少 %s 地区参保险种的费率，该地区的人员没有试算。', p_trial, without);
        END IF;
    END IF;
    IF begins < ends THEN
        WITH tried AS MATERIALIZED (
            SELECT * FROM contributions_try_v1(p_before, p_after, areas, p_period, begins, begins + p_size)
        ), kept AS (
            INSERT INTO parameters_trial_staged (trial_id, kind, person_id, employer_id, area_code, before_fen, after_fen, refused)
            SELECT p_trial, 'levy', person_id, nullif(employer_id, 0), lpad(area::text, 6, '0'), before_fen, after_fen, '' FROM tried
            WHERE person_id IS NOT NULL
        )
        SELECT coalesce(seen, 0) + looked_at INTO seen FROM tried WHERE person_id IS NULL;
        begins := CASE WHEN begins + p_size < ends THEN begins + p_size END;
    ELSE
        begins := NULL;
    END IF;
    UPDATE parameters_trial SET facts = facts || jsonb_build_object('levy', levy || jsonb_build_object('next', begins, 'looked_at', coalesce(seen, 0)))
    WHERE id = p_trial;
    RETURN begins;
END;
$$;

-- parameters_stage_levied_v2: what supplement and credit of a month already levied would come to by the rates with the change, added up by the database
-- for the areas of the change that its plans hold; the months oldest first, each once. Errors: YG003, YG006 another month, YG010 rates left out.
CREATE OR REPLACE FUNCTION parameters_stage_levied_v2(p_trial bigint, p_period integer, p_rates jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    o record;
    held text[];
    levied jsonb;
    sums jsonb;
    month jsonb;
BEGIN
    o := parameters_open_trial_v1(p_trial, 'levy');
    levied := coalesce((o.t).facts -> 'levied', '[]');
    SELECT m.areas INTO held FROM parameters_levied_v1((o.c).id, ((o.t).facts ->> 'period')::integer) m WHERE m.period = p_period AND m.is_tried;
    IF held IS NULL OR p_period <= coalesce((levied -> -1 ->> 'period')::integer, 0) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('试算 %s 号只能逐月列入该变更有效期内、该地区已征的月份。', p_trial);
    END IF;
    month := jsonb_build_object('period', p_period, 'areas', to_jsonb(held));
    SELECT to_jsonb(s) INTO sums FROM contributions_supplement_sums_v1(p_period, held, 1, p_rates) s;
    month := month || jsonb_build_object('supplement', sums);
    SELECT to_jsonb(s) INTO sums FROM contributions_supplement_sums_v1(p_period, held, -1, p_rates) s;
    month := month || jsonb_build_object('credit', sums);
    UPDATE parameters_trial SET facts = facts || jsonb_build_object('levied', levied || jsonb_build_array(month)) WHERE id = p_trial;
END;
$$;

-- parameters_trial_digest_v1: the digest of a trial that has ended, by what stands in its row: content, facts, sums, and the digest of every line.
CREATE OR REPLACE FUNCTION parameters_trial_digest_v1(t parameters_trial) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(convert_to(jsonb_build_array(t.id, t.change_id, t.content, t.facts, t.looked_at, t.touched, t.before_fen, t.after_fen,
        t.summary)::text, 'UTF8')), 'hex');
$$;

-- parameters_not_tried_v1: the first of the months already levied whose difference a trial should have come to and has not, as things stand now; NULL: none.
CREATE OR REPLACE FUNCTION parameters_not_tried_v1(t parameters_trial) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT min(m.period) FROM parameters_change c CROSS JOIN LATERAL parameters_levied_v1(c.id, (t.facts ->> 'period')::integer) m
    WHERE c.id = t.change_id AND m.is_tried
      AND NOT coalesce(t.facts -> 'levied', '[]') @> jsonb_build_array(jsonb_build_object('period', m.period, 'areas', m.areas))
      AND NOT parameters_lacking_v1(c, m.areas, to_date(m.period::text, 'YYYYMM'), true)
$$;
REVOKE ALL ON FUNCTION parameters_not_tried_v1 FROM PUBLIC;

-- parameters_close_trial_v1: a trial ends: everybody it looks at has been staged; who is touched is counted, summed, listed and digested from what was
-- staged; the twenty thousand biggest changes are listed. p_notes: sentences for whoever reads it, which excuse nobody: contributions are left out only where
-- the database finds nobody insured, or no rates; so is a month already levied. Errors: YG003, YG006 somebody or a month left out.
CREATE OR REPLACE FUNCTION parameters_close_trial_v1(p_trial bigint, p_notes text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    most CONSTANT integer := 20000;
    o record;
    tried text;
    missing bigint;
    month integer;
    insured text[];
    lines text;
    told jsonb;
BEGIN
    o := parameters_open_trial_v1(p_trial, NULL);
    SELECT k.tried_by INTO tried FROM parameters_kind k WHERE k.name = (o.c).table_name;
    IF (o.t).content = '' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('试算 %s 号尚未开始。', p_trial);
    ELSIF tried = 'award' THEN
        -- Those of `parameters_to_try_v1`, without what their awards were made from: of a million that would be gigabytes.
        SELECT count(*) INTO missing FROM benefits_benefit b
        WHERE b.kind IN (1, 2) AND b.end_period IS NULL
          AND b.area_id IN (SELECT code FROM registry_area WHERE parameters_within_v1(code, (o.c).area_code))
          AND NOT EXISTS (SELECT 1 FROM parameters_trial_staged s WHERE s.trial_id = p_trial AND s.benefit_id = b.id)
          AND EXISTS (
            SELECT 1 FROM benefits_award a WHERE a.benefit_id = b.id AND a.id <= ((o.t).facts ->> 'award')::bigint AND a.inputs ? 'retired_on');
    ELSIF tried = 'raise' THEN
        SELECT count(*) INTO missing
        FROM parameters_drawing_v1((o.c).area_code, parameters_kinds_of_v1((o.c).table_name), ((o.t).facts ->> 'period')::integer, NULL, NULL) d
        WHERE NOT EXISTS (SELECT 1 FROM parameters_trial_staged s WHERE s.trial_id = p_trial AND s.benefit_id = d.benefit_id)
          AND NOT EXISTS (SELECT 1 FROM benefits_award a WHERE a.benefit_id = d.benefit_id AND a.id > ((o.t).facts ->> 'award')::bigint);
    ELSIF tried = 'levy' THEN
        SELECT array_agg(DISTINCT i.area_code) INTO insured FROM parameters_insured_v1((o.c).area_code) i;
        IF (o.t).facts ? 'levy' OR (insured IS NOT NULL
           AND NOT parameters_lacking_v1(o.c, insured, to_date((o.t).facts ->> 'period', 'YYYYMM'), false)) THEN
            -- Nobody is left when the last part was staged: `next` is null then, and nobody's number is above it.
            SELECT count(DISTINCT person_id) INTO missing FROM registry_coverage
            WHERE (NOT (o.t).facts ? 'levy' OR person_id >= ((o.t).facts -> 'levy' ->> 'next')::bigint)
              AND area_id IN (SELECT code FROM registry_area WHERE parameters_within_v1(code, (o.c).area_code));
        END IF;
        month := parameters_not_tried_v1(o.t);
        IF month IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('试算 %s 号还没有试算已征的 %s 的差额，不能完成。', p_trial, month);
        END IF;
    END IF;
    IF tried NOT IN ('award', 'raise') AND coalesce(cardinality(p_notes), 0) = 0 AND NOT (o.t).facts ? 'levy' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('试算 %s 号没有可试算的存量，须写明缘由。', p_trial);
    END IF;
    IF missing > 0 THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('试算 %s 号还有 %s 人没有试算，不能完成。', p_trial, missing);
    END IF;
    -- By parts of some thousand persons: no text grows with the city.
    SELECT encode(sha256(convert_to(coalesce(string_agg(part, '' ORDER BY place), ''), 'UTF8')), 'hex') INTO lines
    FROM (
        SELECT person_id / 5000 AS place, encode(sha256(convert_to(string_agg(jsonb_build_array(kind, person_id, employer_id, benefit_id, area_code,
            before_fen, after_fen, refused)::text, '' ORDER BY person_id, kind, employer_id, benefit_id), 'UTF8')), 'hex') AS part
        FROM parameters_trial_staged WHERE trial_id = p_trial GROUP BY 1) AS parts;
    SELECT jsonb_build_object(
        'kinds', coalesce((SELECT jsonb_object_agg(kind,
                jsonb_build_object('touched', touched, 'before_fen', old, 'after_fen', new, 'lower', lower, 'areas', areas))
            FROM (SELECT kind, count(*) AS touched, sum(before_fen) AS old, sum(after_fen) AS new, count(*) FILTER (WHERE after_fen < before_fen) AS lower,
                    array_agg(DISTINCT area_code) AS areas
                  FROM parameters_trial_staged WHERE trial_id = p_trial AND before_fen <> after_fen GROUP BY kind) AS k), '{}'),
        'refused', coalesce((SELECT jsonb_agg(jsonb_build_array(refused, times) ORDER BY times DESC, refused)
            FROM (SELECT refused, count(*) AS times FROM parameters_trial_staged WHERE trial_id = p_trial AND refused <> ''
                  GROUP BY refused ORDER BY count(*) DESC, refused LIMIT 10) AS r), '[]'),
        'refused_count', (SELECT count(*) FROM parameters_trial_staged WHERE trial_id = p_trial AND refused <> ''),
        'notes', to_jsonb(coalesce(p_notes, ARRAY[]::text[])), 'levied', coalesce((o.t).facts -> 'levied', '[]'), 'lines', lines) INTO told;
    INSERT INTO parameters_trial_line (trial_id, place, kind, person_id, employer_id, area_code, before_fen, after_fen)
    SELECT p_trial, row_number() OVER (ORDER BY abs(after_fen - before_fen) DESC, id), kind, person_id, employer_id, area_code, before_fen, after_fen
    FROM parameters_trial_staged WHERE trial_id = p_trial AND before_fen <> after_fen
    ORDER BY abs(after_fen - before_fen) DESC, id LIMIT most;
    UPDATE parameters_trial t SET ended_at = clock_timestamp(), touched = s.touched, before_fen = s.old, after_fen = s.new,
        looked_at = s.awards + coalesce((t.facts -> 'levy' ->> 'looked_at')::bigint, 0),
        summary = told || jsonb_build_object('listed', least(s.touched, most))
    FROM (SELECT count(*) FILTER (WHERE before_fen <> after_fen) AS touched, count(benefit_id) AS awards,
              coalesce(sum(before_fen) FILTER (WHERE before_fen <> after_fen), 0) AS old,
              coalesce(sum(after_fen) FILTER (WHERE before_fen <> after_fen), 0) AS new
          FROM parameters_trial_staged WHERE trial_id = p_trial) AS s
    WHERE t.id = p_trial;
    UPDATE parameters_trial t SET digest = parameters_trial_digest_v1(t) WHERE t.id = p_trial;
    DELETE FROM parameters_trial_staged WHERE trial_id = p_trial;
END;
$$;

-- parameters_stale_v1: why a trial may not be signed upon any more; '' when it may. It holds for seven days, until another parameter is signed, and
-- until more than one in a hundred of those it looked at (and more than twenty) have been awarded or declared anew; one that looked at nobody rests
-- on no award and no base. Of contributions it holds until a month in which the change holds is levied, billed in addition or credited there.
CREATE OR REPLACE FUNCTION parameters_stale_v1(p_trial bigint) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    t parameters_trial%ROWTYPE;
    moved bigint;
    month integer;
BEGIN
    SELECT * INTO t FROM parameters_trial WHERE id = p_trial;
    IF t.id IS NULL OR t.ended_at IS NULL OR t.error <> '' THEN
        RETURN '试算尚未完成。';
    ELSIF t.content IS DISTINCT FROM parameters_content_v1(t.change_id) THEN
        RETURN '试算的不是现在的内容。';
    ELSIF t.ended_at < clock_timestamp() - interval '7 days' THEN
        RETURN '试算已超过七天。';
    ELSIF (t.facts -> 'row')::bigint <> coalesce((SELECT max(id) FROM parameters_row), 0) THEN
        RETURN '试算之后又有参数变更签署生效。';
    END IF;
    SELECT (SELECT count(*) FROM benefits_award WHERE id > (t.facts -> 'award')::bigint)
        + (SELECT count(*) FROM contributions_base WHERE id > (t.facts -> 'base')::bigint) INTO moved;
    IF t.looked_at > 0 AND moved > greatest(20, t.looked_at / 100) THEN
        RETURN format('试算之后新增 %s 笔核定或基数，超过试算人数的百分之一。', moved);
    END IF;
    IF EXISTS (SELECT 1 FROM parameters_change c JOIN parameters_kind k ON k.name = c.table_name AND k.tried_by = 'levy' WHERE c.id = t.change_id) THEN
        month := coalesce(parameters_not_tried_v1(t), (
            SELECT min(b.period) FROM parameters_change c JOIN runs_batch b ON b.kind IN ('levy', 'levy-supplement', 'levy-credit') AND b.status = 'executed'
                AND b.executed_at > (t.facts ->> 'begun_at')::timestamptz
                AND to_date(b.period::text, 'YYYYMM') BETWEEN c.valid_from AND coalesce(c.valid_to, 'infinity')
            WHERE c.id = t.change_id AND EXISTS (SELECT 1 FROM unnest(b.areas::text[]) AS a (code) WHERE parameters_within_v1(a.code, c.area_code))));
        IF month IS NOT NULL THEN
            RETURN format('试算之后又征收、补征或冲减了 %s 年 %s 月的保费，试算没有包括。', month / 100, month % 100);
        END IF;
    END IF;
    RETURN '';
END;
$$;

-- parameters_step_v1: what every step asks of a change: who acts is of the right post in an agency that keeps the area's parameters, and no upper
-- office has set what is changed, what it says may stand in its table, and a plan was not carried out before. p_before: who acted in the steps before. Errors: YG004, YG005, YG006.
CREATE OR REPLACE FUNCTION parameters_step_v1(c parameters_change, p_user bigint, p_roles text[], p_before bigint[]) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    above text := parameters_above_v1(c);
    wrong text := parameters_wrong_v1(c);
    done bigint;
BEGIN
    IF p_user IS NULL OR NOT parameters_fit_v1(p_user, p_roles, c.area_code) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '参数变更须由管理该地区参数的机构中相应岗位的人员办理；上级设定的，下级不得变更。';
    END IF;
    IF above IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = format('该参数已由上级设定：%s，下级机构不得变更。', above);
    END IF;
    IF wrong <> '' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = wrong || '请核对后重新提出参数变更。';
    END IF;
    IF c.table_name = 'pension/adjustment_plan' THEN
        done := parameters_carried_out_v1(c.keys::integer, c.area_code);
    END IF;
    IF done IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('%s 年的调整方案已由第 %s 号批次执行，不能再变更或撤销。', c.keys, done);
    END IF;
    IF staff_distinct_v1(array_append(p_before, p_user)) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004', MESSAGE = '参数变更的提出、内控审核、签署须为不同人员。';
    END IF;
END;
$$;
REVOKE ALL ON FUNCTION parameters_step_v1 FROM PUBLIC;

-- parameters_may_propose_v1: whether this may be proposed by whoever is named; what the guard asks. Of an area wider than the agency's own only
-- what the upper office has published is copied. Errors: YG005, YG006.
CREATE OR REPLACE FUNCTION parameters_may_propose_v1(c parameters_change) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF c.valid_from <= identity_business_day_v1(c.proposed_on) AND btrim(c.late_reason) = '' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '追溯生效的参数变更须写明追溯的理由。';
    END IF;
    IF c.is_transcribed IS DISTINCT FROM (
        SELECT NOT parameters_within_v1(c.area_code, a.area_id) FROM staff_user u JOIN registry_agency a ON a.code = u.agency_id
        WHERE u.id = c.proposed_by_id) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '上级地区的参数须标明据上级文件录入，本地区的不得标明。';
    END IF;
    PERFORM parameters_step_v1(c, c.proposed_by_id, ARRAY['section_head'], ARRAY[]::bigint[]);
END;
$$;

-- parameters_may_refuse_v1: whether it is this person's turn to refuse; what the guard asks. Errors: YG004, YG005.
CREATE OR REPLACE FUNCTION parameters_may_refuse_v1(c parameters_change, p_user bigint) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF p_user IS NULL OR NOT parameters_fit_v1(p_user, CASE c.status WHEN 'proposed' THEN ARRAY['auditor'] ELSE ARRAY['director'] END, c.area_code)
       OR NOT staff_distinct_v1(ARRAY[p_user, c.proposed_by_id, c.checked_by_id]) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '不同意须由本环节的经办人（内控审核或分管领导）写明原因，且未参与前面的环节。';
    END IF;
END;
$$;

-- parameters_check_v1: internal control examines a change that was tried. Errors: YG005 wrong people, YG006 not its turn, YG009, YG010.
CREATE OR REPLACE FUNCTION parameters_check_v1(p_token text, p_code text, p_change bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c parameters_change%ROWTYPE;
    who bigint;
BEGIN
    SELECT * INTO c FROM parameters_change WHERE id = p_change FOR UPDATE;
    IF c.id IS NULL OR c.status <> 'proposed' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '该项参数变更已由他人处理，请刷新后查看。';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM parameters_trial t WHERE t.change_id = c.id AND t.digest <> '') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = '该项参数变更还没有完成的试算，请先试算再审核。';
    END IF;
    who := identity_confirm_v1(p_token, p_code, 'parameter check ' || c.id || ' ' || parameters_content_v1(c.id));
    PERFORM parameters_step_v1(c, who, ARRAY['auditor'], ARRAY[c.proposed_by_id]);
    UPDATE parameters_change SET status = 'checked', checked_by_id = who, checked_at = clock_timestamp() WHERE id = c.id;
    RETURN c.id;
END;
$$;

-- parameters_sign_v1: a leader signs an examined change upon a trial they were shown: from now on the law reads its row. p_digest: of the trial, as
-- shown. Errors: YG005 wrong people, YG006 not its turn, YG010 another trial than shown or a stale one, YG009.
CREATE OR REPLACE FUNCTION parameters_sign_v1(p_token text, p_code text, p_change bigint, p_trial bigint, p_digest text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c parameters_change%ROWTYPE;
    who bigint;
    at timestamptz;
    stale text;
    made bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7014, 0);
    SELECT * INTO c FROM parameters_change WHERE id = p_change FOR UPDATE;
    IF c.id IS NULL OR c.status <> 'checked' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '该项参数变更已由他人处理，请刷新后查看。';
    END IF;
    IF c.valid_from <= (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date AND btrim(c.late_reason) = '' AND NOT identity_days_move_v1() THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('参数变更 %s 号自 %s 起生效，现在签署须有追溯的理由，请写明后重新提出。', c.id, c.valid_from);
    END IF;
    IF NOT EXISTS (SELECT 1 FROM parameters_trial t WHERE t.id = p_trial AND t.change_id = c.id AND t.digest = p_digest AND t.digest <> '') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = '签署的不是所看到的试算结果，请刷新后核对再签署。';
    END IF;
    stale := parameters_stale_v1(p_trial);
    IF stale <> '' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = stale || '请重新试算并核对后再签署。';
    END IF;
    -- The wording of a source is no value: a release may write it otherwise.
    IF c.before - 'source' IS DISTINCT FROM parameters_before_v1(c) - 'source' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('参数变更 %s 号提出之后，变更前的值已不同，请由提出人撤回后重新提出。', c.id);
    END IF;
    who := identity_confirm_v1(p_token, p_code, 'parameter sign ' || c.id || ' ' || parameters_content_v1(c.id) || ' ' || p_digest);
    PERFORM parameters_step_v1(c, who, ARRAY['director'], ARRAY[c.proposed_by_id, c.checked_by_id]);
    at := clock_timestamp();
    UPDATE parameters_change SET status = 'signed', signed_by_id = who, signed_at = at, trial_id = p_trial WHERE id = c.id;
    INSERT INTO parameters_row (change_id, table_name, keys, area_code, valid_from, valid_to, columns, source, published_on, signed_at, agency_code, revokes)
    SELECT c.id, c.table_name, c.keys, c.area_code, c.valid_from, c.valid_to, c.columns, c.source, c.published_on, at, u.agency_id, c.revokes_id
    FROM staff_user u WHERE u.id = who
    RETURNING id INTO made;
    RETURN made;
END;
$$;

-- parameters_levy_rates_v1: the rates and bounds by which a month's contributions are made in these areas, as the law has them on its first day: percentages
-- in units of 10^-8 of the base, bounds in fen. As `yigui.levy.rates.levy_rates` reads them.
CREATE OR REPLACE FUNCTION parameters_levy_rates_v1(p_areas text[], p_day date)
RETURNS TABLE (area_code text, insurance text, payer text, risk_class text, employer_e8 bigint, person_e8 bigint, account_e8 bigint, floor_fen bigint,
    ceiling_fen bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH held AS MATERIALIZED (
        SELECT a.code, k.table_name, k.keys, parameters_at_v1(k.table_name, k.keys, a.code, p_day) -> 'columns' AS is_now
        FROM (SELECT DISTINCT code FROM unnest(p_areas) AS a (code)) AS a CROSS JOIN (
            SELECT table_name, keys FROM parameters_levy_keys_v1()
            UNION ALL SELECT 'account/credit', i || '|' || p FROM unnest(ARRAY['employee_pension', 'unemployment', 'injury', 'maternity', 'employee_medical']) AS i
            CROSS JOIN unnest(ARRAY['employee', 'flexible']) AS p) AS k
    ), way AS (
        SELECT i AS insurance, 'employee' AS payer, '' AS risk_class, 'contribution/rates' AS of_table, i || '|employer' AS employer, i || '|individual' AS person
        FROM unnest(ARRAY['employee_pension', 'unemployment', 'maternity', 'employee_medical']) AS i
        UNION ALL SELECT i, 'flexible', '', 'contribution/rates', NULL, i || '|flexible' FROM unnest(ARRAY['employee_pension', 'employee_medical']) AS i
        UNION ALL SELECT 'injury', 'employee', k::text, 'contribution/injury_rates', k::text, NULL FROM generate_series(1, 8) AS k
    )
    SELECT b.code, w.insurance, w.payer, w.risk_class, coalesce((e.is_now ->> 'value')::numeric * 1000000, 0)::bigint,
        coalesce((p.is_now ->> 'value')::numeric * 1000000, 0)::bigint, coalesce((c.is_now ->> 'value')::numeric * 1000000, 0)::bigint,
        trunc((b.is_now ->> 'floor')::numeric * 100)::bigint, trunc((b.is_now ->> 'ceiling')::numeric * 100)::bigint
    FROM held b CROSS JOIN way w
    LEFT JOIN held e ON (e.code, e.table_name, e.keys) = (b.code, w.of_table, w.employer)
    LEFT JOIN held p ON (p.code, p.table_name, p.keys) = (b.code, w.of_table, w.person)
    LEFT JOIN held c ON (c.code, c.table_name, c.keys) = (b.code, 'account/credit', w.insurance || '|' || w.payer)
    WHERE b.table_name = 'contribution/base_bounds'
$$;
REVOKE ALL ON FUNCTION parameters_levy_rates_v1 FROM PUBLIC;

-- parameters_resident_rates_v1: the same of residents' yearly plans: the whole of a sum between the lowest and the highest, which of the pension goes to the
-- account. As `yigui.law.resident_contribution.resident_sum`.
CREATE OR REPLACE FUNCTION parameters_resident_rates_v1(p_areas text[], p_insurance text, p_day date)
RETURNS TABLE (area_code text, insurance text, payer text, risk_class text, employer_e8 bigint, person_e8 bigint, account_e8 bigint, floor_fen bigint,
    ceiling_fen bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.code, p_insurance, 'resident', '', 0, 100000000, CASE p_insurance WHEN 'resident_pension' THEN 100000000 ELSE 0 END,
        trunc((s.is_now ->> 'lowest')::numeric * 100)::bigint, trunc((s.is_now ->> 'highest')::numeric * 100)::bigint
    FROM (SELECT DISTINCT code FROM unnest(p_areas) AS a (code)) AS a
    CROSS JOIN LATERAL (SELECT parameters_at_v1('contribution/resident_sum', p_insurance, a.code, p_day) -> 'columns' AS is_now) AS s
$$;
REVOKE ALL ON FUNCTION parameters_resident_rates_v1 FROM PUBLIC;

-- parameters_batch_as_signed_v1: a batch of a month's (or of residents a year's) contributions is closed by the rates and bounds that are signed: where one that holds in the month and in one
-- of its areas was signed since the batch was begun, it is made anew; and so is one that was made, whenever it was, by others than hold now. While it is closed nothing is signed and no trial begins, and whoever signs after it
-- sees it (`parameters_stale_v1`). Named so that it comes before the guard, which sets the moment of execution. Binds everybody. Error: YG010.
CREATE OR REPLACE FUNCTION parameters_batch_as_signed_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    since record;
    first date := to_date(OLD.period::text, 'YYYYMM');
    areas text[] := array(SELECT DISTINCT r.area_code::text FROM contributions_levy_rate r WHERE r.batch_id = OLD.id);
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7014, 0);
    SELECT r.change_id, r.source INTO since FROM parameters_row r JOIN parameters_kind k ON k.name = r.table_name AND k.tried_by = 'levy'
    WHERE r.signed_at > OLD.created_at AND first BETWEEN r.valid_from AND coalesce(r.valid_to, 'infinity')
        AND EXISTS (SELECT 1 FROM unnest(OLD.areas::text[]) AS a (code) WHERE parameters_within_v1(a.code, r.area_code))
    ORDER BY r.id DESC LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = format(
            '第 %s 号批次生成后，又签署了 %s 年 %s 月执行的费率或缴费基数上下限（参数变更 %s 号，%s），请作废后重新生成。', OLD.id, OLD.period / 100, OLD.period % 100,
            since.change_id, since.source);
    END IF;
    -- A plan says by what it charges every area it holds; a supplement, those where something moves.
    IF OLD.kind IN ('levy', 'resident-pension', 'resident-medical') THEN
        areas := areas || OLD.areas::text[];
    END IF;
    SELECT d.area_code, d.insurance INTO since FROM (
        WITH made_by AS (
            SELECT r.area_code::text, r.insurance::text, r.payer::text, r.risk_class::text, r.employer_e8::bigint, r.person_e8::bigint, r.account_e8::bigint,
                r.floor_fen::bigint, r.ceiling_fen::bigint FROM contributions_levy_rate r WHERE r.batch_id = OLD.id
        ), law AS (
            SELECT * FROM parameters_levy_rates_v1(areas, first) WHERE OLD.kind NOT LIKE 'resident-%'
            UNION ALL SELECT * FROM parameters_resident_rates_v1(areas, replace(OLD.kind, '-', '_'), first) WHERE OLD.kind LIKE 'resident-%')
        (SELECT * FROM law EXCEPT SELECT * FROM made_by) UNION ALL (SELECT * FROM made_by EXCEPT SELECT * FROM law)) AS d
    ORDER BY d.area_code, d.insurance LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = format(
            '第 %s 号批次所用的费率、缴费基数上下限或缴费标准（%s 地区）不是 %s 年 %s 月现行的，请作废后重新生成。', OLD.id, since.area_code, OLD.period / 100, OLD.period % 100);
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION parameters_batch_as_signed_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER as_signed BEFORE UPDATE OF status ON runs_batch FOR EACH ROW
    WHEN (NEW.status = 'executed' AND OLD.status <> 'executed'
        AND OLD.kind IN ('levy', 'levy-supplement', 'levy-credit', 'resident-pension', 'resident-medical'))
    EXECUTE FUNCTION parameters_batch_as_signed_v1();

-- parameters_batch_of_standards_v1: a raise to standards (待遇标准调整) or an annual adjustment (年度调待) is carried out by what is signed: where a row of its tables
-- that holds in one of its months and areas was signed or revoked since the batch was begun, or the plan it names is revoked, it is made anew. Under the
-- same lock as `parameters_batch_as_signed_v1`, and named to come before the guard for the same reason. Binds everybody. Error: YG010.
CREATE OR REPLACE FUNCTION parameters_batch_of_standards_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    since record;
    first date := to_date(OLD.period::text, 'YYYYMM');
    last date := first;
    plan bigint := CASE OLD.kind WHEN 'adjust' THEN (OLD.summary -> 'signed_plan' ->> 'number')::bigint END;
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7014, 0);
    IF OLD.kind = 'raise' THEN
        SELECT coalesce(to_date(max(r.start_period)::text, 'YYYYMM'), first) INTO last FROM benefits_raise r WHERE r.batch_id = OLD.id;
    END IF;
    -- A raise reads the month before its own, too: what was taken over gets the difference.
    SELECT r.change_id, r.source INTO since FROM parameters_row r
    WHERE (r.signed_at > OLD.created_at OR r.revokes = plan)
        AND CASE OLD.kind WHEN 'adjust' THEN r.table_name IN ('pension/adjustment_plan', 'pension/allowance_adjustment')
            ELSE r.table_name = 'unemployment/extended' OR r.table_name IN (
                SELECT k.name FROM parameters_kind k WHERE k.tried_by = 'raise' AND k.name <> 'pension/adjustment_plan') END
        AND r.valid_from < last + interval '1 month' AND coalesce(r.valid_to, 'infinity') >= first - interval '1 month'
        AND EXISTS (SELECT 1 FROM unnest(OLD.areas::text[]) AS a (code) WHERE parameters_within_v1(a.code, r.area_code))
    ORDER BY r.id DESC LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = format(
            '第 %s 号批次生成后，又签署或撤销了它所依据的标准或方案（参数变更 %s 号，%s），请作废后重新生成。', OLD.id, since.change_id, since.source);
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION parameters_batch_of_standards_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER as_signed_standards BEFORE UPDATE OF status ON runs_batch FOR EACH ROW
    WHEN (NEW.status = 'executed' AND OLD.status <> 'executed' AND OLD.kind IN ('raise', 'adjust'))
    EXECUTE FUNCTION parameters_batch_of_standards_v1();

-- parameters_unconfirmed_v1: signed or examined changes that the one-time code of whoever is named does not stand behind, for `yigui verify`.
CREATE OR REPLACE FUNCTION parameters_unconfirmed_v1() RETURNS TABLE (change bigint, deed text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.id, 'check' FROM parameters_change c
    WHERE c.checked_by_id IS NOT NULL
      AND NOT identity_confirmed_v1(c.checked_by_id, 'parameter check ' || c.id || ' ' || parameters_content_v1(c.id), c.checked_at)
    UNION ALL
    SELECT c.id, 'sign' FROM parameters_change c LEFT JOIN parameters_trial t ON t.id = c.trial_id
    WHERE c.signed_by_id IS NOT NULL
      AND NOT coalesce(identity_confirmed_v1(c.signed_by_id, 'parameter sign ' || c.id || ' ' || parameters_content_v1(c.id) || ' ' || t.digest,
          c.signed_at), false);
$$;

-- parameters_change_guard_v1: what the application itself may do with a change: propose it, take it back, refuse it with the reason; its content never
-- changes. Examined and signed it is by the owner's functions. Binds the application. Errors: YG003 over, YG005 wrong people, YG006 wrong move.
CREATE OR REPLACE FUNCTION parameters_change_guard_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    life text[] := ARRAY['status', 'refused_by_id', 'note'];
BEGIN
    IF current_user <> 'yigui_app' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'proposed' OR num_nonnulls(NEW.checked_by_id, NEW.checked_at, NEW.signed_by_id, NEW.signed_at, NEW.refused_by_id, NEW.trial_id) > 0 THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '参数变更须从提出开始。';
        END IF;
        IF btrim(NEW.reason) = '' OR btrim(NEW.source) = '' THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '参数变更须写明文件和理由。';
        END IF;
        NEW.proposed_at := clock_timestamp();
        -- What held before is no word of the application's.
        NEW.before := parameters_before_v1(NEW);
        PERFORM parameters_may_propose_v1(NEW);
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.status NOT IN ('proposed', 'checked') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = format('参数变更 %s 号已结束，不能修改或删除。', OLD.id);
    END IF;
    IF to_jsonb(NEW) - life IS DISTINCT FROM to_jsonb(OLD) - life
       OR (OLD.status, NEW.status) NOT IN (('proposed', 'refused'), ('checked', 'refused'), ('proposed', 'taken_back'), ('checked', 'taken_back')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('参数变更 %s 号的内容不能修改，也不能这样变更状态。', OLD.id);
    END IF;
    IF NEW.status = 'taken_back' THEN
        IF NEW.refused_by_id IS DISTINCT FROM OLD.proposed_by_id THEN
            RAISE EXCEPTION USING ERRCODE = 'YG009', MESSAGE = format('参数变更 %s 号只能由提出人本人撤回。', OLD.id);
        END IF;
    ELSIF btrim(NEW.note) = '' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = format('不同意参数变更 %s 号须写明原因。', OLD.id);
    ELSE
        PERFORM parameters_may_refuse_v1(OLD, NEW.refused_by_id);
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION parameters_change_guard_v1 FROM PUBLIC;

CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON parameters_change
    FOR EACH ROW EXECUTE FUNCTION parameters_change_guard_v1();

-- parameters_trial_guard_v1: what the application itself may do with a trial: order it of a change that is open, and name its run. What it came to, what it rests on and its digest are written by the owner's functions. Binds the application. Errors: YG003,
-- YG006.
CREATE OR REPLACE FUNCTION parameters_trial_guard_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    given text[] := ARRAY['run_id'];
BEGIN
    IF current_user <> 'yigui_app' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF num_nonnulls(NEW.ended_at, NEW.run_id) > 0 OR NEW.digest || NEW.content <> '' OR NEW.facts <> '{}' OR NEW.summary <> '{}'
           OR NOT EXISTS (SELECT 1 FROM parameters_change c WHERE c.id = NEW.change_id AND c.status IN ('proposed', 'checked')) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '只能试算尚未办结的参数变更，试算的结果由数据库汇总。';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = format('试算 %s 号已完成，不能修改或删除。', OLD.id);
    END IF;
    IF to_jsonb(NEW) - given IS DISTINCT FROM to_jsonb(OLD) - given THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('试算 %s 号的结果由数据库汇总，不能直接填写。', OLD.id);
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION parameters_trial_guard_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON parameters_trial
    FOR EACH ROW EXECUTE FUNCTION parameters_trial_guard_v1();
