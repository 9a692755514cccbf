-- How people outside the agency sign in, decided by the database as for officers (functions.sql): operators of employers by password and
-- one-time code, persons by a code of a text message or by their card in the reader of a machine. Nothing else opens their sessions.

-- identity_try_v1: keeps what somebody has typed, as digest, and counts it: at most p_most in p_span against one thing; NULL when there were too
-- many. It is answered in a later transaction only (`identity_tried_v1`): a try that is taken back is never answered. Not granted.
CREATE OR REPLACE FUNCTION identity_try_v1(p_against text, p_typed text, p_most integer, p_span interval) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    number bigint;
BEGIN
    -- Who comes later counts what was there before: with an older picture of the table several would slip through.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '登录核验须在读已提交（read committed）的事务中进行。';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended(p_against, 20261126));
    DELETE FROM identity_try WHERE against = p_against AND tried_at < clock_timestamp() - p_span;
    IF (SELECT count(*) FROM identity_try WHERE against = p_against) < p_most THEN
        INSERT INTO identity_try (against, typed, tried_at, xid)
        VALUES (p_against, identity_digest_v1(p_typed), clock_timestamp(), (pg_current_xact_id()::text)::bigint) RETURNING id INTO number;
    END IF;
    RETURN number;
END;
$$;
REVOKE ALL ON FUNCTION identity_try_v1 FROM PUBLIC;

-- identity_tried_v1: whether this was typed, against this, in a transaction that has been committed. Not granted.
CREATE OR REPLACE FUNCTION identity_tried_v1(p_try bigint, p_against text, p_typed text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM identity_try WHERE id = p_try AND against = p_against AND typed = identity_digest_v1(p_typed)
        AND xid IS DISTINCT FROM (pg_current_xact_id_if_assigned()::text)::bigint)
$$;
REVOKE ALL ON FUNCTION identity_tried_v1 FROM PUBLIC;

-- identity_open_outside_v1: opens the session of an operator or of a person and gives its secret, which is kept nowhere but with them. It lasts
-- twelve hours at most; of the same operator or person the oldest end beyond three. Not granted.
CREATE OR REPLACE FUNCTION identity_open_outside_v1(
    p_login bigint, p_person bigint, p_channel text, p_idle interval, p_address text, p_browser text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    secret text := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
    opened staff_outside_session%ROWTYPE;
BEGIN
    opened.digest := identity_digest_v1(secret);
    opened.employer_id := (SELECT employer_id FROM staff_unit_login WHERE id = p_login);
    opened.person_id := p_person;
    opened.login_id := p_login;
    opened.channel := p_channel;
    opened.started_at := clock_timestamp();
    opened.idle := least(p_idle, '12 hours');
    opened.expires_at := opened.started_at + interval '12 hours';
    INSERT INTO staff_outside_session (digest, employer_id, person_id, login_id, channel, started_at, seen_at, idle, expires_at, address, browser, mark)
    SELECT opened.digest, opened.employer_id, opened.person_id, opened.login_id, opened.channel, opened.started_at, opened.started_at, opened.idle,
        opened.expires_at, left(p_address, 45), left(p_browser, 60), identity_session_mark_v1(p.pepper, opened) FROM identity_pepper p;
    UPDATE staff_outside_session SET ended_at = clock_timestamp() WHERE digest IN (
        SELECT o.digest FROM staff_outside_session o WHERE o.ended_at IS NULL AND (o.login_id = p_login OR o.person_id = p_person)
        AND o.expires_at > clock_timestamp() AND o.seen_at + o.idle > clock_timestamp() ORDER BY o.started_at DESC OFFSET 3);
    RETURN secret;
END;
$$;
REVOKE ALL ON FUNCTION identity_open_outside_v1 FROM PUBLIC;

-- identity_outside_kept_v1: guard of the sessions: the application ends one or notes that somebody is at work; it wakes none that has ended or
-- rested too long, and says of none that somebody was there later than now. Error: YG003.
CREATE OR REPLACE FUNCTION identity_outside_kept_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF current_user = 'yigui_app' AND (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at
        OR NEW.seen_at > greatest(OLD.seen_at, clock_timestamp())
        OR NEW.seen_at > OLD.seen_at AND OLD.seen_at + OLD.idle <= clock_timestamp()) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', TABLE = TG_TABLE_NAME, MESSAGE = '已结束或已超时的登录不能恢复，请本人重新登录。';
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION identity_outside_kept_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER kept BEFORE UPDATE ON staff_outside_session FOR EACH ROW EXECUTE FUNCTION identity_outside_kept_v1();

-- identity_opens_login_v1: whether the case whose warrant is open has entered this employer, by an item that opens the first login, with this number
-- and the phone its signed form says; or the owner's opening load. Asked by the guard below.
CREATE OR REPLACE FUNCTION identity_opens_login_v1(p_employer bigint, p_username text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM warrants_warrant w
        WHERE w.xid = (pg_current_xact_id_if_assigned()::text)::bigint AND w.issued_at = transaction_timestamp() AND (w.kind = 'opening' OR (
            w.kind = 'case' AND (casework_about_v1(w.item_code) ->> 'opens_login')::boolean AND EXISTS (
                SELECT 1 FROM warrants_change h JOIN registry_employer e ON e.id = h.row_id JOIN casework_case c ON c.id = w.subject_id
                WHERE h.warrant_id = w.id AND h.table_name = 'registry_employer' AND h.row_id = p_employer AND h.kind = 'I'
                  AND e.unit_no = p_username AND e.phone = c.form ->> 'phone'))));
END;
$$;

-- identity_unit_login_v1: guard of the logins of employers. The first one is opened by a section head who grants what the employer asked for, with
-- the phone that was asked for; or with the enrolment of the employer, by the case that has entered it under its warrant, whose item says that it opens
-- one (`opens_login`): under the employer's own number, its phone that of the form as it was signed. Whoever carries such a case through has signed it
-- (two people); the process may finish it. Further ones, and what they may apply for, are a manager's of the same employer, who is present. Binds the
-- application. Error: YG009.
CREATE OR REPLACE FUNCTION identity_unit_login_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    who text;
    officer bigint;
BEGIN
    IF current_user <> 'yigui_app' THEN
        RETURN NEW;
    END IF;
    SELECT holder, CASE WHEN holder LIKE 'staff:%' THEN account END INTO who, officer FROM identity_holder_now_v1();
    IF NEW.password = '' AND NEW.totp_key = '' AND NOT (NEW.is_manager AND EXISTS (
            SELECT 1 FROM staff_unit_login o WHERE o.employer_id = NEW.employer_id AND o.id <> NEW.id)) THEN
        IF who LIKE 'unit:%' AND NOT NEW.is_manager AND EXISTS (
            SELECT 1 FROM staff_unit_login m WHERE m.id = split_part(who, ':', 2)::bigint AND m.is_active AND m.is_manager AND m.employer_id = NEW.employer_id) THEN
            RETURN NEW;
        ELSIF TG_OP = 'INSERT' AND NEW.is_manager AND EXISTS (
            SELECT 1 FROM staff_unit_request r JOIN staff_user u ON u.id = r.decided_by_id AND u.role = 'section_head' WHERE r.employer_id = NEW.employer_id
            AND r.is_granted AND r.decided_by_id = officer AND r.phone = NEW.phone AND r.decided_at > transaction_timestamp() - interval '1 minute') THEN
            RETURN NEW;
        ELSIF TG_OP = 'INSERT' AND NEW.is_manager AND NEW.phone = '' AND identity_opens_login_v1(NEW.employer_id, NEW.username) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'YG009', TABLE = TG_TABLE_NAME,
        MESSAGE = '单位账号须由经办机构批准、随参保登记开通，或由已登录的本单位管理员添加和调整。';
END;
$$;
REVOKE ALL ON FUNCTION identity_unit_login_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER opened BEFORE INSERT OR UPDATE ON staff_unit_login FOR EACH ROW EXECUTE FUNCTION identity_unit_login_v1();

-- identity_unit_holder_v1: the credential's holder of an operator's user name ("unit:3"); NULL when there is none that may sign in. Not granted.
CREATE OR REPLACE FUNCTION identity_unit_holder_v1(p_username text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT 'unit:' || id FROM staff_unit_login WHERE username = p_username AND is_active
$$;
REVOKE ALL ON FUNCTION identity_unit_holder_v1 FROM PUBLIC;

-- identity_unit_salt_v1: as identity_salt_v1, for the user name of an operator.
CREATE OR REPLACE FUNCTION identity_unit_salt_v1(p_username text, OUT salt text, OUT parameters text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    of_nobody text := (SELECT substr(encode(identity_hmac_v1(p.pepper, convert_to('unit:' || p_username, 'UTF8')), 'hex'), 1, 32) FROM identity_pepper p);
BEGIN
    SELECT c.salt, c.parameters INTO salt, parameters FROM identity_credential c WHERE c.holder = identity_unit_holder_v1(p_username);
    salt := coalesce(salt, of_nobody);
    parameters := coalesce(parameters, 't=2,m=102400,p=8');
END;
$$;

-- identity_unit_against_v1: what a password typed for this user name counts against; of a name nobody has too. Not granted.
CREATE OR REPLACE FUNCTION identity_unit_against_v1(p_username text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(identity_unit_holder_v1(p_username), 'unit?' || left(identity_digest_v1(p_username), 32))
$$;
REVOKE ALL ON FUNCTION identity_unit_against_v1 FROM PUBLIC;

-- identity_unit_try_v1: an operator's password is typed: the key derived from it is kept as a try, in a transaction of its own. A thousand in half
-- an hour, as for officers: far above what the doors let through (identity/limits.py).
CREATE OR REPLACE FUNCTION identity_unit_try_v1(p_username text, p_key text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT identity_try_v1(identity_unit_against_v1(p_username), p_key, 1000, '30 minutes')
$$;

-- identity_unit_right_v1: whether this key was typed (the try) and is the right one of this user name; a right try counts for nothing. Not granted.
CREATE OR REPLACE FUNCTION identity_unit_right_v1(p_username text, p_key text, p_try bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    verifier text := (SELECT c.verifier FROM identity_credential c WHERE c.holder = identity_unit_holder_v1(p_username));
BEGIN
    IF identity_digest_v1(p_key) = coalesce(verifier, '') AND identity_tried_v1(p_try, identity_unit_against_v1(p_username), p_key) THEN
        DELETE FROM identity_try WHERE id = p_try;
        RETURN true;
    END IF;
    RETURN false;
END;
$$;
REVOKE ALL ON FUNCTION identity_unit_right_v1 FROM PUBLIC;

-- identity_unit_has_device_v1: whether an operator's sign-in asks for a one-time code.
CREATE OR REPLACE FUNCTION identity_unit_has_device_v1(p_login bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM identity_unit_device WHERE login_id = p_login AND confirmed_at IS NOT NULL AND ended_at IS NULL)
$$;

-- identity_unit_sign_in_v1: the password of an operator, typed before (`identity_unit_try_v1`). Gives outcome 'ok' or 'code' (a one-time code is
-- wanted) with a token that opens a session within five minutes (`identity_unit_enter_v1`); 'wrong'; 'locked'.
CREATE OR REPLACE FUNCTION identity_unit_sign_in_v1(p_username text, p_key text, p_try bigint, OUT outcome text, OUT token text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_holder text := identity_unit_holder_v1(p_username);
BEGIN
    outcome := CASE WHEN p_try IS NULL AND the_holder IS NOT NULL THEN 'locked' ELSE 'wrong' END;
    IF identity_unit_right_v1(p_username, p_key, p_try) THEN
        outcome := CASE WHEN identity_unit_has_device_v1(split_part(the_holder, ':', 2)::bigint) THEN 'code' ELSE 'ok' END;
        token := identity_open_v1(the_holder, NULL, 'unit', '5 minutes', '5 minutes');
    END IF;
END;
$$;

-- identity_unit_entering_v1: the login whose password was right for this token, and whether it still is in use; NULL: none. Not granted.
CREATE OR REPLACE FUNCTION identity_unit_entering_v1(p_token text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT l.id FROM identity_proof p JOIN staff_unit_login l ON p.holder = 'unit:' || l.id AND l.is_active
    WHERE p.digest = identity_digest_v1(p_token) AND p.kind = 'unit' AND p.ended_at IS NULL AND p.expires_at > clock_timestamp()
$$;
REVOKE ALL ON FUNCTION identity_unit_entering_v1 FROM PUBLIC;

-- identity_unit_try_code_v1: an operator whose password was right types a one-time code, in a transaction of its own: five wrong ones in half an hour.
CREATE OR REPLACE FUNCTION identity_unit_try_code_v1(p_token text, p_code text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT identity_try_v1('unitcode:' || login, p_code, 5, '30 minutes') FROM identity_unit_entering_v1(p_token) AS login WHERE login IS NOT NULL
$$;

-- identity_unit_enter_v1: opens the session of an operator whose password was right, and whose one-time code where there is a device.
-- Gives outcome 'ok' with the session's secret and the login; 'wrong'; 'locked'.
CREATE OR REPLACE FUNCTION identity_unit_enter_v1(
    p_token text, p_code text, p_try bigint, p_channel text, p_idle interval, p_address text, p_browser text,
    OUT outcome text, OUT secret text, OUT login bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    outcome := 'wrong';
    login := identity_unit_entering_v1(p_token);
    IF login IS NULL THEN
        RETURN;
    END IF;
    IF identity_unit_has_device_v1(login) THEN
        IF p_try IS NULL THEN
            outcome := 'locked';
            RETURN;
        ELSIF NOT identity_tried_v1(p_try, 'unitcode:' || login, p_code) OR NOT identity_unit_use_code_v1(login, p_code, true) THEN
            RETURN;
        END IF;
        DELETE FROM identity_try WHERE against = 'unitcode:' || login;
    END IF;
    UPDATE identity_proof SET ended_at = clock_timestamp(), ended_why = 'completed' WHERE digest = identity_digest_v1(p_token);
    outcome := 'ok';
    secret := identity_open_outside_v1(login, NULL, p_channel, p_idle, p_address, p_browser);
END;
$$;

-- identity_unit_here_v1: the login of an open session of an operator (`outside:` and its secret). Error: YG009. Not granted.
CREATE OR REPLACE FUNCTION identity_unit_here_v1(p_token text) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    login bigint := (
        SELECT s.login_id FROM staff_outside_session s JOIN staff_unit_login l ON l.id = s.login_id AND l.is_active
        WHERE p_token LIKE 'outside:%' AND s.digest = identity_digest_v1(substr(p_token, 9)) AND s.ended_at IS NULL
          AND s.expires_at > clock_timestamp() AND s.seen_at + s.idle > clock_timestamp());
BEGIN
    IF login IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', MESSAGE = '登录已失效，请重新登录后再办理。';
    END IF;
    RETURN login;
END;
$$;
REVOKE ALL ON FUNCTION identity_unit_here_v1 FROM PUBLIC;

-- identity_unit_change_password_v1: an operator changes their own password, the old one typed before (`identity_unit_try_v1`); every other
-- session of the login ends. Errors: YG009, YG010 when the old one is wrong.
CREATE OR REPLACE FUNCTION identity_unit_change_password_v1(
    p_token text, p_key text, p_try bigint, p_salt text, p_parameters text, p_verifier text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    login bigint := identity_unit_here_v1(p_token);
BEGIN
    IF identity_unit_right_v1((SELECT username FROM staff_unit_login WHERE id = login), p_key, p_try) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = '原密码不正确，请重新输入。';
    END IF;
    PERFORM identity_keep_v1('unit:' || login, p_salt, p_parameters, p_verifier, false);
    UPDATE staff_outside_session SET ended_at = NULL WHERE digest = identity_digest_v1(substr(p_token, 9));
END;
$$;

-- identity_sha1_v1: SHA-1 (FIPS 180-4), which the one-time codes of most authenticators use and PostgreSQL does not bring.
CREATE OR REPLACE FUNCTION identity_sha1_v1(p_message bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    all_ones CONSTANT bigint := 4294967295;
    padded bytea := p_message || '\x80'::bytea
        || decode(repeat('00', (119 - length(p_message) % 64) % 64), 'hex') || int8send(8 * length(p_message)::bigint);
    h bigint[] := ARRAY[1732584193, 4023233417, 2562383102, 271733878, 3285377520];
    w bigint[];
    a bigint; b bigint; c bigint; d bigint; e bigint; f bigint; k bigint; t bigint;
BEGIN
    FOR block IN 0 .. length(padded) / 64 - 1 LOOP
        w := '{}';
        FOR i IN 0 .. 15 LOOP
            w[i] := (get_byte(padded, 64 * block + 4 * i)::bigint << 24) | (get_byte(padded, 64 * block + 4 * i + 1) << 16)
                | (get_byte(padded, 64 * block + 4 * i + 2) << 8) | get_byte(padded, 64 * block + 4 * i + 3);
        END LOOP;
        FOR i IN 16 .. 79 LOOP
            t := w[i - 3] # w[i - 8] # w[i - 14] # w[i - 16];
            w[i] := ((t << 1) | (t >> 31)) & all_ones;
        END LOOP;
        a := h[1]; b := h[2]; c := h[3]; d := h[4]; e := h[5];
        FOR i IN 0 .. 79 LOOP
            IF i < 20 THEN
                f := (b & c) | ((b # all_ones) & d); k := 1518500249;
            ELSIF i < 40 THEN
                f := b # c # d; k := 1859775393;
            ELSIF i < 60 THEN
                f := (b & c) | (b & d) | (c & d); k := 2400959708;
            ELSE
                f := b # c # d; k := 3395469782;
            END IF;
            t := ((((a << 5) | (a >> 27)) & all_ones) + f + e + k + w[i]) & all_ones;
            e := d; d := c; c := ((b << 30) | (b >> 2)) & all_ones; b := a; a := t;
        END LOOP;
        h := ARRAY[(h[1] + a) & all_ones, (h[2] + b) & all_ones, (h[3] + c) & all_ones, (h[4] + d) & all_ones, (h[5] + e) & all_ones];
    END LOOP;
    RETURN substr(int8send(h[1]), 5) || substr(int8send(h[2]), 5) || substr(int8send(h[3]), 5) || substr(int8send(h[4]), 5) || substr(int8send(h[5]), 5);
END;
$$;

-- identity_unit_totp_v1: the one-time code of a counter by RFC 6238 with HMAC-SHA-1, for keys of up to 64 bytes. Gives p_digits decimal digits.
CREATE OR REPLACE FUNCTION identity_unit_totp_v1(p_secret bytea, p_counter bigint, p_digits integer DEFAULT 6) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = public, pg_catalog, pg_temp AS $$
DECLARE
    block bytea := p_secret || decode(repeat('00', 64 - length(p_secret)), 'hex');
    inner_pad bytea := block;
    outer_pad bytea := block;
    h bytea;
    o integer;
    n bigint;
BEGIN
    FOR i IN 0 .. 63 LOOP
        inner_pad := set_byte(inner_pad, i, get_byte(block, i) # 54);
        outer_pad := set_byte(outer_pad, i, get_byte(block, i) # 92);
    END LOOP;
    h := identity_sha1_v1(outer_pad || identity_sha1_v1(inner_pad || int8send(p_counter)));
    o := get_byte(h, 19) & 15;
    n := ((get_byte(h, o) & 127)::bigint << 24) | (get_byte(h, o + 1) << 16) | (get_byte(h, o + 2) << 8) | get_byte(h, o + 3);
    RETURN lpad((n % (10 ^ p_digits)::bigint)::text, p_digits, '0');
END;
$$;

-- identity_unit_use_code_v1: whether a one-time code of an operator's device is right, of now or of the step beside it, and has not been used. Not granted.
CREATE OR REPLACE FUNCTION identity_unit_use_code_v1(p_login bigint, p_code text, p_confirmed boolean) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    d identity_unit_device%ROWTYPE;
    present bigint := floor(extract(epoch FROM clock_timestamp()) / 30)::bigint;
BEGIN
    SELECT * INTO d FROM identity_unit_device
    WHERE login_id = p_login AND ended_at IS NULL AND (confirmed_at IS NOT NULL) = p_confirmed ORDER BY id DESC LIMIT 1 FOR UPDATE;
    FOR step IN present - 1 .. present + 1 LOOP
        IF step > d.step_used AND identity_unit_totp_v1(d.secret, step) = p_code THEN
            UPDATE identity_unit_device SET step_used = step WHERE id = d.id;
            RETURN true;
        END IF;
    END LOOP;
    RETURN false;
END;
$$;
REVOKE ALL ON FUNCTION identity_unit_use_code_v1 FROM PUBLIC;

-- identity_unit_begin_device_v1: a secret for an operator without a device, with the code of a text message to their phone on record, typed before
-- (`identity_try_code_v1`, kind `unit_device`); gives it once, to be scanned. A session alone enrols nothing. Errors: YG009, YG006 there is one, YG010 the code.
DROP FUNCTION IF EXISTS identity_unit_begin_device_v1(text);
CREATE OR REPLACE FUNCTION identity_unit_begin_device_v1(p_token text, p_source text, p_code text, p_try bigint) RETURNS bytea
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    login bigint := identity_unit_here_v1(p_token);
    fresh bytea := substr(decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'), 1, 20);
BEGIN
    IF identity_unit_has_device_v1(login) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '动态口令已启用；如需更换，请先用密码停用。';
    END IF;
    IF identity_use_text_v1('unit_device', (SELECT username FROM staff_unit_login WHERE id = login), '', p_source, p_code, p_try) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = '短信验证码不正确、已用过或已过期（十分钟内有效），请重新获取。';
    END IF;
    UPDATE identity_unit_device SET ended_at = clock_timestamp() WHERE login_id = login AND ended_at IS NULL;
    INSERT INTO identity_unit_device (login_id, secret, step_used, begun_at) VALUES (login, fresh, -1, clock_timestamp());
    RETURN fresh;
END;
$$;

-- identity_unit_confirm_device_v1: the digits of the new device, typed within half an hour of its beginning. Gives whether they were right. Error: YG009.
CREATE OR REPLACE FUNCTION identity_unit_confirm_device_v1(p_token text, p_code text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    login bigint := identity_unit_here_v1(p_token);
BEGIN
    -- One that was begun before a code of a text message was asked for, and left, is none.
    IF identity_unit_has_device_v1(login) OR NOT EXISTS (SELECT 1 FROM identity_unit_device
            WHERE login_id = login AND ended_at IS NULL AND begun_at > clock_timestamp() - interval '30 minutes')
       OR NOT identity_unit_use_code_v1(login, p_code, false) THEN
        RETURN false;
    END IF;
    UPDATE identity_unit_device SET confirmed_at = clock_timestamp() WHERE login_id = login AND ended_at IS NULL;
    RETURN true;
END;
$$;

-- identity_unit_end_device_v1: an operator signs in by password alone again, the password typed before. Errors: YG009, YG010.
CREATE OR REPLACE FUNCTION identity_unit_end_device_v1(p_token text, p_key text, p_try bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    login bigint := identity_unit_here_v1(p_token);
BEGIN
    IF identity_unit_right_v1((SELECT username FROM staff_unit_login WHERE id = login), p_key, p_try) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = '密码不正确，请重新输入。';
    END IF;
    UPDATE identity_unit_device SET ended_at = clock_timestamp() WHERE login_id = login AND ended_at IS NULL;
END;
$$;

-- identity_code_holder_v1: whose a code of a text message is, known or not, and what it is good for: an operator's user name, for the password (`unit`)
-- or for the first device (`unit_device`), or number and name of a person. Not granted.
CREATE OR REPLACE FUNCTION identity_code_holder_v1(p_kind text, p_first text, p_second text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE p_kind WHEN 'unit' THEN left('unit:' || p_first, 80) WHEN 'unit_device' THEN left('device:' || p_first, 80) ELSE 'person:' || left(identity_digest_v1(p_first || '|' || p_second), 40) END
$$;
REVOKE ALL ON FUNCTION identity_code_holder_v1 FROM PUBLIC;

-- identity_code_digest_v1: what is kept of a code: six digits are soon tried out by whoever has a plain digest. Not granted.
CREATE OR REPLACE FUNCTION identity_code_digest_v1(p_holder text, p_code text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT encode(identity_hmac_v1(pepper, convert_to('text:' || p_holder || ':' || p_code, 'UTF8')), 'hex') FROM identity_pepper
$$;
REVOKE ALL ON FUNCTION identity_code_digest_v1 FROM PUBLIC;

-- identity_person_v1: the person of number and name, present or former (never a merged record); NULL: nobody's. Not granted.
CREATE OR REPLACE FUNCTION identity_person_v1(p_number text, p_name text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.id FROM registry_person p WHERE p.id = registry_person_of_v1(p_number) AND registry_same_name_v1(p.id, p_name)
$$;
REVOKE ALL ON FUNCTION identity_person_v1 FROM PUBLIC;

-- identity_outside_person_v1: the person of the open session that this transaction was told the secret of (`yigui.session`), as the row security
-- of persons has it; NULL: nobody's, or a unit's. Not granted: functions that answer a person about themselves ask it.
CREATE OR REPLACE FUNCTION identity_outside_person_v1() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.person_id FROM staff_outside_session s
    WHERE s.digest = encode(sha256(convert_to(current_setting('yigui.session', true), 'UTF8')), 'hex')
      AND s.ended_at IS NULL AND s.expires_at > statement_timestamp() AND s.seen_at + s.idle > statement_timestamp()
$$;
REVOKE ALL ON FUNCTION identity_outside_person_v1 FROM PUBLIC;

-- identity_outside_records_v1: the record of that person and every record that was merged into it, at whatever remove: what stays with a merged
-- record is theirs. NULL where there is no such person.
CREATE OR REPLACE FUNCTION identity_outside_records_v1() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH RECURSIVE own (id) AS (
        SELECT o.id FROM identity_outside_person_v1() AS o (id) WHERE o.id IS NOT NULL
        UNION SELECT p.id FROM own JOIN registry_person p ON p.merged_into_id = own.id
    ) SELECT array_agg(id ORDER BY id) FROM own
$$;
REVOKE ALL ON FUNCTION identity_outside_records_v1 FROM PUBLIC;

-- identity_ask_code_v1: makes a code of six digits and hands it to the courier (identity_text), with the phone that is on record: the caller learns
-- neither. Whether there is somebody or not, the same is done; a message to nobody has no phone. p_source: the browser it is good in.
-- Gives false when there were too many (thirty an hour for one target).
CREATE OR REPLACE FUNCTION identity_ask_code_v1(p_kind text, p_first text, p_second text, p_source text, p_address text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_holder text := identity_code_holder_v1(p_kind, p_first, p_second);
    drawn bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
    code text := lpad((((get_byte(drawn, 0)::bigint << 32) | (get_byte(drawn, 1)::bigint << 24) | (get_byte(drawn, 2) << 16) | (get_byte(drawn, 3) << 8)
        | get_byte(drawn, 4)) % 1000000)::text, 6, '0');
    phone text;
    made staff_one_time_code%ROWTYPE;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '登录核验须在读已提交（read committed）的事务中进行。';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('text:' || the_holder, 20261126));
    IF (SELECT count(*) FROM staff_one_time_code WHERE holder = the_holder AND expires_at > clock_timestamp() - interval '50 minutes') >= 30 THEN
        RETURN false;
    END IF;
    IF p_kind IN ('unit', 'unit_device') THEN
        SELECT coalesce(nullif(l.phone, ''), e.phone) INTO phone FROM staff_unit_login l JOIN registry_employer e ON e.id = l.employer_id
        WHERE l.username = p_first AND l.is_active;
    ELSE
        SELECT mobile INTO phone FROM registry_person WHERE id = identity_person_v1(p_first, p_second);
    END IF;
    INSERT INTO staff_one_time_code (holder, source, address, digest, expires_at, tries, is_used)
    VALUES (the_holder, p_source, left(p_address, 45), identity_code_digest_v1(the_holder, code), clock_timestamp() + interval '10 minutes', 0, false)
    RETURNING * INTO made;
    UPDATE staff_one_time_code SET mark = identity_text_mark_v1(p.pepper, made) FROM identity_pepper p WHERE staff_one_time_code.id = made.id;
    INSERT INTO identity_text (phone, text, made_at) VALUES (coalesce(phone, ''), CASE p_kind
        WHEN 'unit' THEN format('【社会保险经办】验证码 %s，10 分钟内有效，用于设置单位经办账号密码。请勿告知他人。', code)
        WHEN 'unit_device' THEN format('【社会保险经办】验证码 %s，10 分钟内有效，用于为单位经办账号启用动态口令。非本人操作请立即修改密码。', code)
        ELSE format('【社会保险经办】登录验证码 %s，10 分钟内有效。工作人员不会向您索要验证码。', code) END, clock_timestamp());
    RETURN true;
END;
$$;

-- identity_code_of_v1: the last code sent to somebody for this browser, while it is good; NULL: none. Not granted.
CREATE OR REPLACE FUNCTION identity_code_of_v1(p_kind text, p_first text, p_second text, p_source text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN NOT is_used AND expires_at > clock_timestamp() THEN id END FROM staff_one_time_code
    WHERE holder = identity_code_holder_v1(p_kind, p_first, p_second) AND source = p_source ORDER BY id DESC LIMIT 1
$$;
REVOKE ALL ON FUNCTION identity_code_of_v1 FROM PUBLIC;

-- identity_try_code_v1: a code of a text message is typed, in a transaction of its own; five times.
CREATE OR REPLACE FUNCTION identity_try_code_v1(p_kind text, p_first text, p_second text, p_source text, p_code text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT identity_try_v1('text:' || coalesce(identity_code_of_v1(p_kind, p_first, p_second, p_source)::text,
        left(identity_digest_v1(p_source || identity_code_holder_v1(p_kind, p_first, p_second)), 32)), p_code, 5, '1 hour')
$$;

-- identity_use_text_v1: whether the code typed before is the last one sent; it is used then. Not granted.
CREATE OR REPLACE FUNCTION identity_use_text_v1(p_kind text, p_first text, p_second text, p_source text, p_code text, p_try bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    number bigint := identity_code_of_v1(p_kind, p_first, p_second, p_source);
BEGIN
    UPDATE staff_one_time_code SET is_used = true WHERE id = number AND NOT is_used
        AND digest = identity_code_digest_v1(holder, p_code) AND identity_tried_v1(p_try, 'text:' || number, p_code);
    RETURN FOUND;
END;
$$;
REVOKE ALL ON FUNCTION identity_use_text_v1 FROM PUBLIC;

-- identity_unit_password_by_code_v1: sets the password of an operator with the code of a text message, typed before; every session of the login ends.
-- Gives whether the code was right.
CREATE OR REPLACE FUNCTION identity_unit_password_by_code_v1(
    p_username text, p_source text, p_code text, p_try bigint, p_salt text, p_parameters text, p_verifier text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_holder text := identity_unit_holder_v1(p_username);
BEGIN
    IF the_holder IS NULL OR NOT identity_use_text_v1('unit', p_username, '', p_source, p_code, p_try) THEN
        RETURN false;
    END IF;
    PERFORM identity_keep_v1(the_holder, p_salt, p_parameters, p_verifier, false);
    RETURN true;
END;
$$;

-- identity_person_enter_v1: opens the session of a person with the code of a text message, typed before. Gives the secret and the person; NULL: wrong.
CREATE OR REPLACE FUNCTION identity_person_enter_v1(
    p_number text, p_name text, p_source text, p_code text, p_try bigint, p_channel text, p_idle interval, p_address text, p_browser text,
    OUT secret text, OUT person bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF identity_use_text_v1('person', p_number, p_name, p_source, p_code, p_try) THEN
        person := identity_person_v1(p_number, p_name);
        IF person IS NOT NULL THEN
            secret := identity_open_outside_v1(NULL, person, p_channel, p_idle, p_address, p_browser);
        END IF;
    END IF;
END;
$$;

-- identity_kiosk_hand_v1: a machine is put up, moved, given another secret or reader, switched on and off by a section head at work whom the
-- database has seen in this transaction, in the own agency; it goes to another agency with a merge alone. That it was heard of (`seen_at`) is free.
-- Binds the application. Errors: YG009 nobody is there, YG005 somebody else's work.
CREATE OR REPLACE FUNCTION identity_kiosk_hand_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    who bigint;
BEGIN
    IF current_user <> 'yigui_app' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'seen_at' = to_jsonb(OLD) - 'seen_at' THEN
        RETURN NEW;
    END IF;
    who := identity_officer_v1();
    IF who IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', TABLE = 'staff_kiosk', MESSAGE = '自助终端的登记、移动和启停须由经数据库核验的本人办理，请重新登录后再办理。';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM staff_user u WHERE u.id = who AND u.is_active AND u.role = 'section_head' AND u.agency_id = NEW.agency_id)
       OR TG_OP = 'UPDATE' AND (NEW.id, NEW.agency_id) IS DISTINCT FROM (OLD.id, OLD.agency_id)
       OR (TG_OP = 'INSERT' OR NEW.location_id IS DISTINCT FROM OLD.location_id)
            AND NOT EXISTS (SELECT 1 FROM staff_location l WHERE l.id = NEW.location_id AND l.agency_id = NEW.agency_id) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', TABLE = 'staff_kiosk', MESSAGE = '自助终端由所属机构的科室负责人在本机构的办事场所登记、移动和启停。';
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION identity_kiosk_hand_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER under_hand BEFORE INSERT OR UPDATE ON staff_kiosk FOR EACH ROW EXECUTE FUNCTION identity_kiosk_hand_v1();

-- identity_issue_reader_v1: a key for the card reader of a machine, drawn here; gives it once, to be entered in the reader's program. By a section
-- head of the machine's agency who has signed in. Errors: YG009, YG004.
CREATE OR REPLACE FUNCTION identity_issue_reader_v1(p_token text, p_kiosk bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    giver bigint := identity_require_v1(p_token);
    fresh text := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
BEGIN
    IF NOT EXISTS (SELECT 1 FROM staff_kiosk k JOIN staff_user u ON u.id = giver AND u.role = 'section_head' AND u.agency_id = k.agency_id
        WHERE k.id = p_kiosk) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004', MESSAGE = '读卡器的密钥由终端所属机构的科室负责人登记时发放。';
    END IF;
    INSERT INTO identity_reader (kiosk_id, key, kept_at, kept_by) VALUES (p_kiosk, fresh, clock_timestamp(), giver)
    ON CONFLICT (kiosk_id) DO UPDATE SET key = fresh, kept_at = clock_timestamp(), kept_by = giver;
    RETURN fresh;
END;
$$;

-- identity_card_enter_v1: opens the session of whoever's card lies in a machine's reader: number, name and second of reading with their HMAC-SHA-256
-- under the reader's key, each reading once and for thirty seconds. Gives outcome 'ok' with secret and person; 'unread', 'forged', 'late', 'unknown'.
CREATE OR REPLACE FUNCTION identity_card_enter_v1(
    p_kiosk bigint, p_card text, p_idle interval, p_address text, p_browser text, OUT outcome text, OUT secret text, OUT person bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    part text[] := string_to_array(p_card, '|');
    reader_key text := (SELECT r.key FROM identity_reader r JOIN staff_kiosk k ON k.id = r.kiosk_id AND k.is_active WHERE r.kiosk_id = p_kiosk);
BEGIN
    IF cardinality(part) <> 4 OR part[3] !~ '^[0-9]{1,12}$' OR reader_key IS NULL THEN
        outcome := 'unread';
    ELSIF encode(identity_hmac_v1(convert_to(reader_key, 'UTF8'), convert_to(concat_ws('|', part[1], part[2], part[3]), 'UTF8')), 'hex') <> part[4] THEN
        outcome := 'forged';
    ELSIF abs(extract(epoch FROM clock_timestamp()) - part[3]::bigint) > 30
        OR identity_try_v1('card:' || identity_digest_v1(p_card), '', 1, '5 minutes') IS NULL THEN
        outcome := 'late';
    ELSE
        person := identity_person_v1(part[1], part[2]);
        outcome := CASE WHEN person IS NULL THEN 'unknown' ELSE 'ok' END;
        IF person IS NOT NULL THEN
            secret := identity_open_outside_v1(NULL, person, 'kiosk', p_idle, p_address, p_browser);
        END IF;
    END IF;
END;
$$;

-- identity_forget_v1: what was tried, sent and opened long ago is forgotten: tries of yesterday, codes of yesterday, messages nobody fetched.
CREATE OR REPLACE FUNCTION identity_forget_v1() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM identity_try WHERE tried_at < clock_timestamp() - interval '1 day';
    DELETE FROM staff_one_time_code WHERE expires_at < clock_timestamp() - interval '1 day';
    DELETE FROM identity_text WHERE made_at < clock_timestamp() - interval '10 minutes';
END;
$$;
