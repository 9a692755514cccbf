-- What signs somebody in leaves a trail, whoever changes it: `yigui verify` names what came through none of the functions that may.

-- identity_kept_v1: digest over what counts of a row; NULL for a table that keeps none. What the person only uses (a step of the device, the moment
-- somebody was seen) does not count.
CREATE OR REPLACE FUNCTION identity_kept_v1(p_table text, p_row jsonb) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN p_table = 'identity_credential' THEN sha256(convert_to((p_row - ARRAY['must_change', 'changed_at'])::text, 'UTF8'))
        WHEN p_table = 'identity_enrolment' THEN sha256(convert_to((p_row - 'device_id')::text, 'UTF8'))
        WHEN p_table = 'identity_reader' THEN sha256(convert_to((p_row - 'kept_at')::text, 'UTF8'))
        WHEN p_table = 'identity_pepper' THEN sha256(convert_to(p_row::text, 'UTF8'))
        WHEN p_table IN ('identity_device', 'identity_unit_device') THEN sha256(convert_to(((p_row - ARRAY['step_used', 'begun_at', 'confirmed_at', 'ended_at'])
            || jsonb_build_object('confirmed', p_row ->> 'confirmed_at' IS NOT NULL, 'ended', p_row ->> 'ended_at' IS NOT NULL))::text, 'UTF8')) END
$$;

-- identity_kept_rows_v1: every row that keeps a trail, with its key and digest as it stands. Not granted.
CREATE OR REPLACE FUNCTION identity_kept_rows_v1() RETURNS TABLE (table_name text, row_key text, digest bytea, is_demo boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres' SET bytea_output = 'hex' SET extra_float_digits = 1 AS $$
    SELECT 'identity_credential', c.holder::text, identity_kept_v1('identity_credential', to_jsonb(c)), false FROM identity_credential c
    UNION ALL SELECT 'identity_device', d.id::text, identity_kept_v1('identity_device', to_jsonb(d)), d.is_demo FROM identity_device d
    UNION ALL SELECT 'identity_enrolment', e.id::text, identity_kept_v1('identity_enrolment', to_jsonb(e)), false FROM identity_enrolment e
    UNION ALL SELECT 'identity_unit_device', d.id::text, identity_kept_v1('identity_unit_device', to_jsonb(d)), false FROM identity_unit_device d
    UNION ALL SELECT 'identity_reader', r.kiosk_id::text, identity_kept_v1('identity_reader', to_jsonb(r)), false FROM identity_reader r
    UNION ALL SELECT 'identity_pepper', p.id::text, identity_kept_v1('identity_pepper', to_jsonb(p)), false FROM identity_pepper p
$$;
REVOKE ALL ON FUNCTION identity_kept_rows_v1 FROM PUBLIC;

-- identity_keeping_v1: notes a change with the outermost function of this room in whose course it was made. Errors: none.
CREATE OR REPLACE FUNCTION identity_keeping_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres' SET bytea_output = 'hex' SET extra_float_digits = 1 AS $$
DECLARE
    stack text;
    through text;
    was bytea := CASE WHEN TG_OP <> 'INSERT' THEN identity_kept_v1(TG_TABLE_NAME, to_jsonb(OLD)) END;
    becomes bytea := CASE WHEN TG_OP <> 'DELETE' THEN identity_kept_v1(TG_TABLE_NAME, to_jsonb(NEW)) END;
BEGIN
    GET DIAGNOSTICS stack = PG_CONTEXT;
    SELECT m.found[1] INTO through
    FROM regexp_matches(stack, '(?n)^(?:PL/pgSQL function |SQL function ")(identity_[a-z0-9_]+)', 'g') WITH ORDINALITY AS m (found, n)
    WHERE m.found[1] <> 'identity_keeping_v1' ORDER BY m.n DESC LIMIT 1;
    IF (TG_TABLE_NAME = 'identity_proof' AND through <> 'identity_open_v1') OR (TG_OP = 'UPDATE' AND TG_TABLE_NAME <> 'identity_proof' AND was = becomes) THEN
        RETURN NULL;
    END IF;
    INSERT INTO identity_keeping (table_name, row_key, op, by_function, digest)
    SELECT TG_TABLE_NAME, left(coalesce(r.kept ->> 'holder_key', r.kept ->> 'id', ''), 64), left(TG_OP, 1), coalesce(through, ''), becomes
    FROM (SELECT CASE TG_TABLE_NAME WHEN 'identity_credential' THEN jsonb_build_object('holder_key', coalesce(to_jsonb(NEW), to_jsonb(OLD)) ->> 'holder')
        WHEN 'identity_proof' THEN jsonb_build_object('holder_key', coalesce(to_jsonb(NEW), to_jsonb(OLD)) ->> 'digest')
        WHEN 'identity_reader' THEN jsonb_build_object('holder_key', coalesce(to_jsonb(NEW), to_jsonb(OLD)) ->> 'kiosk_id')
        ELSE coalesce(to_jsonb(NEW), to_jsonb(OLD)) END AS kept) AS r;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION identity_keeping_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER keeping AFTER INSERT OR UPDATE OR DELETE ON identity_credential FOR EACH ROW EXECUTE FUNCTION identity_keeping_v1();
CREATE OR REPLACE TRIGGER keeping AFTER INSERT OR UPDATE OR DELETE ON identity_device FOR EACH ROW EXECUTE FUNCTION identity_keeping_v1();
CREATE OR REPLACE TRIGGER keeping AFTER INSERT OR UPDATE OR DELETE ON identity_enrolment FOR EACH ROW EXECUTE FUNCTION identity_keeping_v1();
CREATE OR REPLACE TRIGGER keeping AFTER INSERT OR UPDATE OR DELETE ON identity_unit_device FOR EACH ROW EXECUTE FUNCTION identity_keeping_v1();
CREATE OR REPLACE TRIGGER keeping AFTER INSERT OR UPDATE OR DELETE ON identity_reader FOR EACH ROW EXECUTE FUNCTION identity_keeping_v1();
CREATE OR REPLACE TRIGGER keeping AFTER INSERT OR UPDATE OR DELETE ON identity_pepper FOR EACH ROW EXECUTE FUNCTION identity_keeping_v1();
CREATE OR REPLACE TRIGGER keeping AFTER INSERT OR DELETE OR UPDATE OF digest, holder, user_id, kind, opened_at, idle, expires_at, ended_at ON identity_proof
    FOR EACH ROW EXECUTE FUNCTION identity_keeping_v1();

-- Where the trail of each table begins: what stands there, once, after a row without a key that says so.
INSERT INTO identity_keeping (table_name, row_key, op, by_function, digest)
WITH begun AS MATERIALIZED (SELECT DISTINCT k.table_name FROM identity_keeping k),
fresh AS (
    SELECT t.name FROM unnest(ARRAY['identity_credential', 'identity_device', 'identity_pepper', 'identity_enrolment', 'identity_unit_device', 'identity_reader'])
        WITH ORDINALITY AS t (name, n)
    -- The first three began together, with the secret of the database.
    WHERE t.name NOT IN (SELECT table_name FROM begun) AND (t.n > 3 OR NOT EXISTS (SELECT 1 FROM begun)))
SELECT name, '', 'O', '', NULL FROM fresh
UNION ALL SELECT r.table_name, r.row_key, 'O', '', r.digest FROM identity_kept_rows_v1() r JOIN fresh ON fresh.name = r.table_name;

-- identity_keeping_faults_v1: what differs: `unknown` (came through no function of this room), `owner` (a password that was there, set by the owner's
-- command), `gone`, `changed` and `unheard` (the row and its trail do not agree). p_demo: devices of the demonstration are its own. Reads only.
CREATE OR REPLACE FUNCTION identity_keeping_faults_v1(p_demo boolean) RETURNS TABLE (table_name text, row_key text, what text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres' SET bytea_output = 'hex' SET extra_float_digits = 1 AS $$
    WITH standing AS (SELECT * FROM identity_kept_rows_v1()),
    newest AS (
        SELECT DISTINCT ON (k.table_name, k.row_key) k.table_name, k.row_key, k.digest FROM identity_keeping k
        WHERE k.table_name <> 'identity_proof' ORDER BY k.table_name, k.row_key, k.id DESC
    ),
    named AS (
        SELECT k.table_name::text, k.row_key::text,
            CASE WHEN k.op = 'D' THEN 'gone' WHEN k.by_function IN ('', 'identity_open_v1') THEN 'unknown' ELSE 'owner' END AS what
        FROM identity_keeping k LEFT JOIN standing s ON s.table_name = k.table_name AND s.row_key = k.row_key
        WHERE k.op <> 'O' AND (k.op = 'D' OR (k.by_function = '' AND NOT (p_demo AND k.table_name = 'identity_device' AND k.op = 'I' AND coalesce(s.is_demo, false)))
            OR (k.table_name = 'identity_credential' AND k.op = 'U' AND k.by_function = 'identity_keep_v1')
            OR (k.table_name = 'identity_proof' AND k.by_function = 'identity_open_v1' AND NOT p_demo))
        UNION
        SELECT coalesce(s.table_name, n.table_name::text), coalesce(s.row_key, n.row_key::text),
            CASE WHEN n.row_key IS NULL THEN 'unheard' WHEN s.row_key IS NULL THEN 'gone' ELSE 'changed' END
        FROM standing s FULL JOIN newest n ON n.table_name = s.table_name AND n.row_key = s.row_key
        WHERE s.digest IS DISTINCT FROM n.digest
    )
    SELECT * FROM named ORDER BY 1, 2, 3 LIMIT 100
$$;
