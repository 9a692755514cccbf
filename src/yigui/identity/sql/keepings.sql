-- What signs somebody in leaves a trail, whoever changes it: `yigui verify` names what came through none of the functions that may.

-- identity_kept_v1: digest over what counts of a row; NULL for a table that keeps none. What the person only uses (a step of the device, the moment
-- somebody was seen) does not count.
CREATE OR REPLACE FUNCTION identity_kept_v1(p_table text, p_row jsonb) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN p_table = 'identity_credential' THEN sha256(convert_to((p_row - ARRAY['must_change', 'changed_at'])::text, 'UTF8'))
        WHEN p_table = 'identity_enrolment' THEN sha256(convert_to((p_row - 'device_id')::text, 'UTF8'))
        WHEN p_table = 'identity_reader' THEN sha256(convert_to((p_row - 'kept_at')::text, 'UTF8'))
        WHEN p_table IN ('identity_pepper', 'identity_confirmation', 'identity_days') THEN sha256(convert_to(p_row::text, 'UTF8'))
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
    UNION ALL SELECT 'identity_confirmation', k.id::text, identity_kept_v1('identity_confirmation', to_jsonb(k)), false FROM identity_confirmation k
    UNION ALL SELECT 'identity_days', y.id::text, identity_kept_v1('identity_days', to_jsonb(y)), false FROM identity_days y
$$;
REVOKE ALL ON FUNCTION identity_kept_rows_v1 FROM PUBLIC;

-- identity_ours_v1: the functions of this room, by their exact names: a change that came through any other came through none.
CREATE OR REPLACE FUNCTION identity_ours_v1() RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT ARRAY[
        'identity_act_v1', 'identity_ask_code_v1', 'identity_begin_device_v1', 'identity_business_day_v1', 'identity_card_enter_v1',
        'identity_carried_out_v1', 'identity_change_password_v1', 'identity_code_digest_v1', 'identity_code_holder_v1', 'identity_code_of_v1',
        'identity_codes_since_v1', 'identity_complete_v1', 'identity_confirm_device_v1', 'identity_confirm_v1', 'identity_confirmed_v1',
        'identity_counters_v1', 'identity_days_move_v1', 'identity_digest_v1', 'identity_end_device_v1', 'identity_end_others_v1', 'identity_end_v1',
        'identity_enrolment_v1', 'identity_forget_hashes_v1', 'identity_forget_v1', 'identity_forgive_v1', 'identity_has_device_v1',
        'identity_hmac_v1', 'identity_holder_now_v1', 'identity_holder_v1', 'identity_issue_enrolment_v1', 'identity_issue_password_v1',
        'identity_issue_reader_v1', 'identity_keep_partner_v1', 'identity_keep_v1', 'identity_keeping_faults_v1', 'identity_keeping_v1',
        'identity_kept_rows_v1', 'identity_kept_v1', 'identity_kiosk_hand_v1', 'identity_let_days_move_v1', 'identity_may_try_v1',
        'identity_next_step_v1', 'identity_officer_v1', 'identity_open_outside_v1', 'identity_open_v1', 'identity_opens_login_v1', 'identity_ours_v1',
        'identity_outside_kept_v1', 'identity_outside_person_v1', 'identity_outside_records_v1',
        'identity_person_enter_v1', 'identity_person_v1', 'identity_present_v1', 'identity_require_v1', 'identity_salt_v1', 'identity_seen_v1', 'identity_session_mark_v1',
        'identity_sha1_v1', 'identity_short_code_v1', 'identity_sign_in_v1', 'identity_signed_v1', 'identity_standing_v1', 'identity_step_used_v1', 'identity_text_mark_v1', 'identity_totp_v1',
        'identity_tried_v1', 'identity_try_code_v1', 'identity_try_v1', 'identity_unit_against_v1', 'identity_unit_begin_device_v1',
        'identity_unit_change_password_v1', 'identity_unit_confirm_device_v1', 'identity_unit_end_device_v1', 'identity_unit_enter_v1',
        'identity_unit_entering_v1', 'identity_unit_has_device_v1', 'identity_unit_here_v1', 'identity_unit_holder_v1', 'identity_unit_login_v1',
        'identity_unit_password_by_code_v1', 'identity_unit_right_v1', 'identity_unit_salt_v1', 'identity_unit_sign_in_v1', 'identity_unit_totp_v1',
        'identity_unit_try_code_v1', 'identity_unit_try_v1', 'identity_unit_use_code_v1', 'identity_unlock_v1', 'identity_use_code_v1',
        'identity_use_text_v1', 'identity_who_mark_v1', 'identity_who_v1'
    ]
$$;

-- identity_keeping_v1: notes a change with the outermost function of this room in whose course it was made. A name that two functions bear, in whatever
-- schema, is nobody's; nor is there one where a block of code took part, which could write any into the text of its statement. That days may move the
-- owner's login alone says. Of sign-ins and codes only those are noted that came through no function, or through the innermost one. Errors: none.
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
    IF through <> ALL (identity_ours_v1()) OR stack ~ '(?n)^PL/pgSQL function inline_code_block '
       OR (SELECT count(*) FROM pg_proc WHERE proname = through) <> 1
       OR TG_TABLE_NAME = 'identity_days' AND session_user <> (SELECT pg_get_userbyid(c.relowner) FROM pg_class c WHERE c.oid = TG_RELID) THEN
        through := NULL;
    END IF;
    IF (TG_TABLE_NAME IN ('identity_proof', 'staff_outside_session', 'staff_one_time_code') AND through NOT IN ('identity_open_v1', 'identity_open_outside_v1')) OR (TG_OP = 'UPDATE' AND was = becomes) THEN
        RETURN NULL;
    END IF;
    INSERT INTO identity_keeping (table_name, row_key, op, by_function, digest)
    SELECT TG_TABLE_NAME, left(coalesce(r.kept ->> 'holder_key', r.kept ->> 'id', ''), 64), left(TG_OP, 1), coalesce(through, ''), becomes
    FROM (SELECT CASE TG_TABLE_NAME WHEN 'identity_credential' THEN jsonb_build_object('holder_key', coalesce(to_jsonb(NEW), to_jsonb(OLD)) ->> 'holder')
        WHEN 'identity_proof' THEN jsonb_build_object('holder_key', coalesce(to_jsonb(NEW), to_jsonb(OLD)) ->> 'digest')
        WHEN 'staff_outside_session' THEN jsonb_build_object('holder_key', to_jsonb(NEW) ->> 'digest')
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
CREATE OR REPLACE TRIGGER keeping AFTER INSERT OR UPDATE OR DELETE ON identity_confirmation FOR EACH ROW EXECUTE FUNCTION identity_keeping_v1();
CREATE OR REPLACE TRIGGER keeping AFTER INSERT OR UPDATE OR DELETE ON identity_days FOR EACH ROW EXECUTE FUNCTION identity_keeping_v1();
CREATE OR REPLACE TRIGGER keeping AFTER INSERT OR UPDATE OF digest, employer_id, person_id, login_id, channel ON staff_outside_session
    FOR EACH ROW EXECUTE FUNCTION identity_keeping_v1();
CREATE OR REPLACE TRIGGER keeping_woken AFTER UPDATE ON staff_outside_session FOR EACH ROW WHEN (OLD.ended_at IS NOT NULL AND NEW.ended_at IS NULL)
    EXECUTE FUNCTION identity_keeping_v1();
CREATE OR REPLACE TRIGGER keeping AFTER INSERT OR UPDATE OF holder, source, digest ON staff_one_time_code FOR EACH ROW EXECUTE FUNCTION identity_keeping_v1();
CREATE OR REPLACE TRIGGER keeping AFTER INSERT OR DELETE OR UPDATE OF digest, holder, user_id, kind, opened_at, idle, expires_at, ended_at ON identity_proof
    FOR EACH ROW EXECUTE FUNCTION identity_keeping_v1();

-- Where the trail of each table begins: what stands there, once, after a row without a key that says so.
INSERT INTO identity_keeping (table_name, row_key, op, by_function, digest)
WITH begun AS MATERIALIZED (SELECT DISTINCT k.table_name FROM identity_keeping k),
fresh AS (
    SELECT t.name FROM unnest(ARRAY['identity_credential', 'identity_device', 'identity_pepper', 'identity_enrolment', 'identity_unit_device', 'identity_reader',
        'identity_confirmation', 'identity_days'])
        WITH ORDINALITY AS t (name, n)
    -- The first three began together, with the secret of the database.
    WHERE t.name NOT IN (SELECT table_name FROM begun) AND (t.n > 3 OR NOT EXISTS (SELECT 1 FROM begun)))
SELECT name, '', 'O', '', NULL FROM fresh
UNION ALL SELECT r.table_name, r.row_key, 'O', '', r.digest FROM identity_kept_rows_v1() r JOIN fresh ON fresh.name = r.table_name;

-- identity_session_mark_v1, identity_text_mark_v1: the mark of a session from outside, or of a code of a text message, under the secret of the database (p_pepper): whose it is, and until
-- when. Written by the functions that open sessions and make codes; verification names what has another, or none. Not granted.
CREATE OR REPLACE FUNCTION identity_session_mark_v1(p_pepper bytea, p_row staff_outside_session) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT encode(sha256(p_pepper || sha256(convert_to(concat_ws('|', 'session', p_row.digest, coalesce(p_row.employer_id, 0), coalesce(p_row.person_id, 0),
        coalesce(p_row.login_id, 0), p_row.channel, extract(epoch FROM p_row.started_at), extract(epoch FROM p_row.idle), extract(epoch FROM p_row.expires_at)), 'UTF8'))
        || p_pepper), 'hex')
$$;
REVOKE ALL ON FUNCTION identity_session_mark_v1 FROM PUBLIC;
CREATE OR REPLACE FUNCTION identity_text_mark_v1(p_pepper bytea, p_row staff_one_time_code) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT encode(sha256(p_pepper || sha256(convert_to(concat_ws('|', 'code', p_row.id, p_row.holder, p_row.source, p_row.digest, extract(epoch FROM p_row.expires_at)), 'UTF8'))
        || p_pepper), 'hex')
$$;
REVOKE ALL ON FUNCTION identity_text_mark_v1 FROM PUBLIC;

-- identity_keeping_faults_v1: what differs: `unknown` (came through no function of this room), `owner` (a password that was there, set by the owner's
-- command), `unsigned` (a confirmation of nobody who was signed in at that moment), `unmarked` (a session or code without the database's mark),
-- `used` (the counter of steps is behind what was used), `gone`, `changed` and `unheard` (the row and its trail do not agree). p_demo: devices of the demonstration are its own. Reads only.
CREATE OR REPLACE FUNCTION identity_keeping_faults_v1(p_demo boolean) RETURNS TABLE (table_name text, row_key text, what text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres' SET bytea_output = 'hex' SET extra_float_digits = 1 AS $$
    WITH standing AS (SELECT * FROM identity_kept_rows_v1()),
    newest AS (
        SELECT DISTINCT ON (k.table_name, k.row_key) k.table_name, k.row_key, k.digest FROM identity_keeping k
        WHERE k.table_name NOT IN ('identity_proof', 'staff_outside_session', 'staff_one_time_code') ORDER BY k.table_name, k.row_key, k.id DESC
    ),
    named AS (
        SELECT k.table_name::text, k.row_key::text,
            CASE WHEN k.op = 'D' THEN 'gone' WHEN o.is_none OR k.by_function IN ('identity_open_v1', 'identity_open_outside_v1') THEN 'unknown' ELSE 'owner' END AS what
        FROM identity_keeping k LEFT JOIN standing s ON s.table_name = k.table_name AND s.row_key = k.row_key
        CROSS JOIN LATERAL (SELECT k.by_function <> ALL (
            CASE k.table_name WHEN 'identity_confirmation' THEN ARRAY['identity_confirm_v1'] WHEN 'identity_days' THEN ARRAY['identity_let_days_move_v1'] ELSE identity_ours_v1() END) AS is_none) AS o
        WHERE k.op <> 'O' AND (k.op = 'D' OR (o.is_none AND NOT (p_demo AND k.table_name = 'identity_device' AND k.op = 'I' AND coalesce(s.is_demo, false)))
            OR (k.table_name = 'identity_credential' AND k.op = 'U' AND k.by_function = 'identity_keep_v1')
            OR (k.by_function IN ('identity_open_v1', 'identity_open_outside_v1') AND NOT p_demo))
        UNION
        SELECT k.table_name::text, k.row_key::text, 'unsigned' FROM identity_keeping k JOIN identity_confirmation c ON c.id::text = k.row_key
        WHERE k.table_name = 'identity_confirmation' AND k.op = 'I' AND NOT EXISTS (
            SELECT 1 FROM identity_proof p WHERE p.digest = c.proof AND p.user_id = c.user_id AND p.kind = 'staff'
                AND p.opened_at <= c.confirmed_at AND p.expires_at > c.confirmed_at AND coalesce(p.ended_at, 'infinity') >= c.confirmed_at)
        UNION
        -- What was opened before there were marks has run out by then.
        SELECT 'staff_outside_session', o.digest, 'unmarked' FROM staff_outside_session o CROSS JOIN identity_pepper p
        WHERE (o.mark <> '' OR o.expires_at > (SELECT min(applied) FROM django_migrations WHERE app = 'staff' AND name = '0018_opened_marks') + interval '13 hours') AND o.mark <> identity_session_mark_v1(p.pepper, o)
        UNION
        SELECT 'staff_one_time_code', o.id::text, 'unmarked' FROM staff_one_time_code o CROSS JOIN identity_pepper p
        WHERE (o.mark <> '' OR o.expires_at > (SELECT min(applied) FROM django_migrations WHERE app = 'staff' AND name = '0018_opened_marks') + interval '1 hour') AND o.mark <> identity_text_mark_v1(p.pepper, o)
        UNION
        -- Codes of the demonstration are of the next ten minutes too, and its devices are put in.
        SELECT 'identity_device', d.id::text, 'used' FROM identity_device d
        WHERE NOT d.is_demo AND d.confirmed_at IS NOT NULL AND d.ended_at IS NULL AND identity_step_used_v1(d.user_id) < greatest(d.step_used,
            (SELECT floor(extract(epoch FROM max(c.confirmed_at)) / 30) - 2 FROM identity_confirmation c WHERE c.user_id = d.user_id AND c.confirmed_at > d.confirmed_at))
        UNION
        SELECT coalesce(s.table_name, n.table_name::text), coalesce(s.row_key, n.row_key::text),
            CASE WHEN n.row_key IS NULL THEN 'unheard' WHEN s.row_key IS NULL THEN 'gone' ELSE 'changed' END
        FROM standing s FULL JOIN newest n ON n.table_name = s.table_name AND n.row_key = s.row_key
        WHERE s.digest IS DISTINCT FROM n.digest
    )
    SELECT * FROM named ORDER BY 1, 2, 3 LIMIT 100
$$;
