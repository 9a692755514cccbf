-- Who sits at the keyboard, as the database itself has seen it. Passwords, one-time codes and open sign-ins lie in tables that no
-- login of the application can read or write; these functions, with the owner's rights, are the only way to them.

-- identity_hmac_v1: HMAC-SHA-256 (RFC 2104) from the built-in sha256. Params: key, message. Gives 32 bytes.
CREATE OR REPLACE FUNCTION identity_hmac_v1(p_key bytea, p_message bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    block bytea := CASE WHEN length(p_key) > 64 THEN sha256(p_key) ELSE p_key END;
    inner_pad bytea;
    outer_pad bytea;
BEGIN
    block := block || decode(repeat('00', 64 - length(block)), 'hex');
    inner_pad := block;
    outer_pad := block;
    FOR i IN 0..63 LOOP
        inner_pad := set_byte(inner_pad, i, get_byte(block, i) # 54);
        outer_pad := set_byte(outer_pad, i, get_byte(block, i) # 92);
    END LOOP;
    RETURN sha256(outer_pad || sha256(inner_pad || p_message));
END;
$$;

-- identity_totp_v1: the one-time code (动态口令) of a counter, by RFC 6238 with HMAC-SHA-256. Gives p_digits decimal digits.
CREATE OR REPLACE FUNCTION identity_totp_v1(p_secret bytea, p_counter bigint, p_digits integer DEFAULT 6) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = public, pg_catalog, pg_temp AS $$
DECLARE
    h bytea := identity_hmac_v1(p_secret, int8send(p_counter));
    o integer := get_byte(h, 31) & 15;
    n bigint;
BEGIN
    n := ((get_byte(h, o) & 127)::bigint << 24) | (get_byte(h, o + 1) << 16) | (get_byte(h, o + 2) << 8) | get_byte(h, o + 3);
    RETURN lpad((n % (10 ^ p_digits)::bigint)::text, p_digits, '0');
END;
$$;

-- identity_digest_v1: what is kept of a secret that only its holder knows.
CREATE OR REPLACE FUNCTION identity_digest_v1(p_secret text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
    SELECT encode(sha256(convert_to(p_secret, 'UTF8')), 'hex')
$$;

-- identity_holder_v1: the credential's holder of a user name of the staff ("staff:12"); NULL when there is none that may sign in.
CREATE OR REPLACE FUNCTION identity_holder_v1(p_username text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT 'staff:' || id FROM staff_user WHERE username = p_username AND is_active
$$;

-- identity_salt_v1: salt and parameters of the derivation (Argon2id) for a user name. An unknown name gets a salt too, always
-- the same one, so that the answer tells nobody which names exist; under a prefix of its own, so that it answers nothing else made with the secret.
CREATE OR REPLACE FUNCTION identity_salt_v1(p_username text, OUT salt text, OUT parameters text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    -- Drawn for every name, so that it takes as long whether there is one.
    of_nobody text := (SELECT substr(encode(identity_hmac_v1(p.pepper, convert_to('salt:' || p_username, 'UTF8')), 'hex'), 1, 32) FROM identity_pepper p);
BEGIN
    SELECT c.salt, c.parameters INTO salt, parameters FROM identity_credential c WHERE c.holder = identity_holder_v1(p_username);
    salt := coalesce(salt, of_nobody);
    parameters := coalesce(parameters, 't=2,m=102400,p=8');
END;
$$;

-- identity_open_v1: opens a sign-in and gives its token, which is kept nowhere but with the person. It lasts twelve hours at most, whatever
-- the caller says. Not granted to anybody.
CREATE OR REPLACE FUNCTION identity_open_v1(p_holder text, p_user bigint, p_kind text, p_idle interval, p_length interval) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    token text := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
BEGIN
    INSERT INTO identity_proof (digest, holder, user_id, kind, opened_at, seen_at, idle, expires_at, ended_at, ended_why)
    VALUES (identity_digest_v1(token), p_holder, p_user, p_kind, clock_timestamp(), clock_timestamp(), least(p_idle, '12 hours'),
        clock_timestamp() + least(p_length, '12 hours'), NULL, '');
    RETURN token;
END;
$$;
REVOKE ALL ON FUNCTION identity_open_v1 FROM PUBLIC;

-- identity_counters_v1: the counters of somebody's tries, each a sequence: of passwords (`staff`), which anybody can try; of one-time codes at the
-- sign-in (`code`), which only whoever knows the password can try; of what is typed within an open sign-in (`sign`); and the last step of thirty
-- seconds whose code was used (`used`). Not granted to anybody.
CREATE OR REPLACE FUNCTION identity_counters_v1(p_holder text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    kind text;
    counter text;
BEGIN
    FOREACH kind IN ARRAY CASE WHEN p_holder LIKE 'staff:%' THEN ARRAY['staff', 'code', 'sign', 'used'] ELSE ARRAY[split_part(p_holder, ':', 1)] END LOOP
        counter := format('identity_tries_%s_%s', kind, split_part(p_holder, ':', 2));
        IF to_regclass(counter) IS NULL THEN
            EXECUTE format('CREATE SEQUENCE IF NOT EXISTS %I', counter);
        END IF;
    END LOOP;
END;
$$;
REVOKE ALL ON FUNCTION identity_counters_v1 FROM PUBLIC;
SELECT identity_counters_v1(holder) FROM identity_credential WHERE holder LIKE 'staff:%';
-- A counter of steps that has counted nothing yet begins where the device stands: from then on it is never behind it.
SELECT setval(to_regclass('identity_tries_used_' || d.user_id), d.step_used) FROM identity_device d
WHERE d.ended_at IS NULL AND d.step_used > 0 AND to_regclass('identity_tries_used_' || d.user_id) IS NOT NULL
  AND pg_sequence_last_value(to_regclass('identity_tries_used_' || d.user_id)) IS NULL;

-- identity_may_try_v1: counts a try (`staff:12`, `code:12`, `sign:12`) and says whether it is within the limit of half an hour. The limit of
-- passwords lies far above what the doors let through (`identity/limits.py`: some two hundred), so that strangers never use it up there; it stops
-- whoever has got past them. The count is a sequence: a transaction that is rolled back does not take its try back. Not granted to anybody.
CREATE OR REPLACE FUNCTION identity_may_try_v1(p_holder text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    counter text := 'identity_tries_' || replace(p_holder, ':', '_');
    most integer := CASE split_part(p_holder, ':', 1) WHEN 'code' THEN 10 WHEN 'sign' THEN 30 ELSE 1000 END;
    bucket bigint := floor(extract(epoch FROM clock_timestamp()) / 1800)::bigint * 1000000;
    latest bigint;
BEGIN
    IF to_regclass(counter) IS NULL THEN
        RETURN false;
    END IF;
    EXECUTE format('SELECT last_value FROM %I', counter) INTO latest;
    IF latest < bucket THEN
        PERFORM setval(counter::regclass, bucket);
    END IF;
    RETURN nextval(counter::regclass) - bucket <= most;
END;
$$;
REVOKE ALL ON FUNCTION identity_may_try_v1 FROM PUBLIC;

-- Tries against names that nobody has.
CREATE SEQUENCE IF NOT EXISTS identity_tries_nobody;

-- identity_forgive_v1: a try that was right does not count: whoever signs forty times in half an hour is not locked out. Not granted.
CREATE OR REPLACE FUNCTION identity_forgive_v1(p_holder text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    counter text := 'identity_tries_' || replace(p_holder, ':', '_');
    latest bigint;
BEGIN
    EXECUTE format('SELECT last_value FROM %I', counter) INTO latest;
    PERFORM setval(counter::regclass, greatest(latest - 1, 1));
END;
$$;
REVOKE ALL ON FUNCTION identity_forgive_v1 FROM PUBLIC;

-- identity_keep_partner_v1: the key of a partner's program (Bearer), which acts for a named account: its digest, as that of a sign-in
-- that does not end by itself. For the owner's commands. Not granted to anybody.
CREATE OR REPLACE FUNCTION identity_keep_partner_v1(p_user bigint, p_digest text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO identity_proof (digest, holder, user_id, kind, opened_at, seen_at, idle, expires_at, ended_at, ended_why)
    VALUES (p_digest, 'api:' || p_user, p_user, 'partner', clock_timestamp(), clock_timestamp(), interval '100 years',
        clock_timestamp() + interval '100 years', NULL, '')
    ON CONFLICT (digest) DO NOTHING
$$;
REVOKE ALL ON FUNCTION identity_keep_partner_v1 FROM PUBLIC;

-- identity_keep_v1: keeps a password's verifier: the digest of the key that Argon2id derives from the password. Ends the holder's
-- open sign-ins. For the owner's commands and the functions below. Not granted to anybody.
CREATE OR REPLACE FUNCTION identity_keep_v1(p_holder text, p_salt text, p_parameters text, p_verifier text, p_must_change boolean)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF length(p_salt) < 16 OR p_verifier !~ '^[0-9a-f]{64}$' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '密码校验值格式不正确。';
    END IF;
    IF p_holder LIKE 'staff:%' THEN
        PERFORM identity_counters_v1(p_holder);
    END IF;
    INSERT INTO identity_credential (holder, salt, parameters, verifier, must_change, changed_at)
    VALUES (p_holder, p_salt, p_parameters, p_verifier, p_must_change, clock_timestamp())
    ON CONFLICT (holder) DO UPDATE SET salt = p_salt, parameters = p_parameters, verifier = p_verifier,
        must_change = p_must_change, changed_at = clock_timestamp();
    UPDATE identity_proof SET ended_at = clock_timestamp(), ended_why = 'password' WHERE holder = p_holder AND ended_at IS NULL;
    -- Of an employer's sessions also those whose operator is not known (opened by a release before).
    UPDATE staff_outside_session s SET ended_at = clock_timestamp() FROM staff_unit_login l
    WHERE p_holder = 'unit:' || l.id AND s.ended_at IS NULL AND (s.login_id = l.id OR s.login_id IS NULL AND s.employer_id = l.employer_id);
END;
$$;
REVOKE ALL ON FUNCTION identity_keep_v1 FROM PUBLIC;

-- identity_has_device_v1: whether somebody has a confirmed one-time code device.
CREATE OR REPLACE FUNCTION identity_has_device_v1(p_user bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM identity_device WHERE user_id = p_user AND confirmed_at IS NOT NULL AND ended_at IS NULL)
$$;

-- identity_step_used_v1: the last step whose code somebody has used, also in a transaction that was rolled back: a sequence does not go back.
-- Not granted.
CREATE OR REPLACE FUNCTION identity_step_used_v1(p_user bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(pg_sequence_last_value(to_regclass('identity_tries_used_' || p_user)), -1)
$$;
REVOKE ALL ON FUNCTION identity_step_used_v1 FROM PUBLIC;

-- identity_use_code_v1: whether a one-time code is right, of now or of the step beside it, and has not been used. A code that was used stays
-- used, whatever becomes of the deed: one that was refused, or rolled back, asks for the next code. Whoever asks has made sure that
-- the right password was given. p_counter: where the try counts, `code` at the sign-in, `sign` within an open one. Not granted.
DROP FUNCTION IF EXISTS identity_use_code_v1(bigint, text, boolean);
CREATE OR REPLACE FUNCTION identity_use_code_v1(p_user bigint, p_code text, p_confirmed boolean DEFAULT true, p_counter text DEFAULT 'sign') RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    d identity_device%ROWTYPE;
    present bigint := floor(extract(epoch FROM clock_timestamp()) / 30)::bigint;
BEGIN
    IF NOT identity_may_try_v1(p_counter || ':' || p_user) THEN
        RETURN false;
    END IF;
    SELECT * INTO d FROM identity_device
    WHERE user_id = p_user AND ended_at IS NULL AND (confirmed_at IS NOT NULL) = p_confirmed ORDER BY id DESC LIMIT 1 FOR UPDATE;
    IF d.id IS NULL THEN
        RETURN false;
    END IF;
    d.step_used := greatest(d.step_used, identity_step_used_v1(p_user));
    FOR step IN present - 1 .. present + CASE WHEN d.is_demo THEN 20 ELSE 1 END LOOP
        IF step > d.step_used AND identity_totp_v1(d.secret, step) = p_code THEN
            PERFORM setval('identity_tries_used_' || p_user, step);
            UPDATE identity_device SET step_used = step WHERE id = d.id;
            PERFORM identity_forgive_v1(p_counter || ':' || p_user);
            RETURN true;
        END IF;
    END LOOP;
    RETURN false;
END;
$$;
REVOKE ALL ON FUNCTION identity_use_code_v1 FROM PUBLIC;

-- identity_sign_in_v1: a member of the staff signs in with the key derived from the password.
-- Gives outcome: 'ok' with a token; 'code' with a token that is good only for the one-time code; 'wrong'; 'locked'.
CREATE OR REPLACE FUNCTION identity_sign_in_v1(p_username text, p_key text, p_idle interval, p_length interval, OUT outcome text, OUT token text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_holder text := identity_holder_v1(p_username);
    the_user bigint := split_part(the_holder, ':', 2)::bigint;
    c identity_credential%ROWTYPE;
BEGIN
    outcome := 'wrong';
    SELECT * INTO c FROM identity_credential WHERE holder = the_holder FOR UPDATE;
    -- A name nobody has is counted, and its key compared, like one that somebody has: what it takes tells nobody which there are.
    IF NOT identity_may_try_v1(coalesce(c.holder, 'nobody')) THEN
        outcome := CASE WHEN c.holder IS NULL THEN 'wrong' ELSE 'locked' END;
    ELSIF identity_digest_v1(p_key) = coalesce(c.verifier, '') THEN
        PERFORM identity_forgive_v1(the_holder);
        IF EXISTS (SELECT 1 FROM identity_device WHERE user_id = the_user AND confirmed_at IS NOT NULL AND ended_at IS NULL AND NOT is_demo) THEN
            outcome := 'code';
            token := identity_open_v1(the_holder, the_user, 'pending', '5 minutes', '5 minutes');
        ELSE
            outcome := 'ok';
            token := identity_open_v1(the_holder, the_user, 'staff', p_idle, p_length);
        END IF;
    END IF;
END;
$$;

-- identity_complete_v1: the second factor of a sign-in. Gives outcome 'ok' with the token of the session, or 'wrong'.
CREATE OR REPLACE FUNCTION identity_complete_v1(p_token text, p_code text, p_idle interval, p_length interval, OUT outcome text, OUT token text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    p identity_proof%ROWTYPE;
BEGIN
    outcome := 'wrong';
    SELECT * INTO p FROM identity_proof
    WHERE digest = identity_digest_v1(p_token) AND kind = 'pending' AND ended_at IS NULL AND expires_at > clock_timestamp() FOR UPDATE;
    IF p.digest IS NULL OR NOT identity_use_code_v1(p.user_id, p_code, true, 'code') THEN
        RETURN;
    END IF;
    UPDATE identity_proof SET ended_at = clock_timestamp(), ended_why = 'completed' WHERE digest = p.digest;
    outcome := 'ok';
    token := identity_open_v1(p.holder, p.user_id, 'staff', p_idle, p_length);
END;
$$;

-- identity_present_v1: whose open sign-in a token is: the id of the member of the staff; NULL when there is none. Kind is
-- 'staff' for somebody at the keyboard, 'partner' for a partner's program that acts for a named person.
CREATE OR REPLACE FUNCTION identity_present_v1(p_token text, p_kinds text[] DEFAULT ARRAY['staff']) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.user_id FROM identity_proof p JOIN staff_user u ON u.id = p.user_id AND u.is_active
    WHERE p.digest = identity_digest_v1(p_token) AND p.kind = ANY (p_kinds) AND p.ended_at IS NULL
      AND p.expires_at > clock_timestamp() AND p.seen_at + p.idle > clock_timestamp()
$$;

-- identity_who_mark_v1: what only the database can write beside a sign-in: that its person is present in this very transaction. Not granted.
CREATE OR REPLACE FUNCTION identity_who_mark_v1(p_person text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    -- A nested digest under the secret of this database: several are made for one case, and this is quicker than HMAC and no weaker here.
    SELECT encode(sha256(pepper || sha256(pepper || convert_to(format('present:%s:%s:%s', p_person, pg_current_xact_id(),
        extract(epoch FROM transaction_timestamp())), 'UTF8'))), 'hex') FROM identity_pepper
$$;

-- identity_standing_v1: whose open sign-in a digest is of: the account, and who holds it (see `identity_holder_now_v1`); NULL: nobody's, or it has ended.
-- What rested too long is over for whoever begins with it; in the course of a transaction that began in time (p_began) it goes on. Not granted.
CREATE OR REPLACE FUNCTION identity_standing_v1(p_digest text, p_outside boolean, p_began timestamptz, OUT account bigint, OUT holder text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF p_outside THEN
        SELECT u.id, CASE WHEN s.person_id IS NULL THEN 'unit:' || s.login_id ELSE 'person:' || s.person_id END INTO account, holder
        FROM staff_outside_session s JOIN staff_user u ON u.username = 'channel-' || s.channel AND u.kind = 'door' AND u.is_active
        LEFT JOIN staff_unit_login l ON l.id = s.login_id
        WHERE s.digest = p_digest AND s.ended_at IS NULL AND s.expires_at > clock_timestamp()
          AND s.seen_at + s.idle > p_began AND (s.person_id IS NOT NULL OR l.is_active);
    ELSE
        SELECT p.user_id, CASE p.kind WHEN 'staff' THEN 'staff:' ELSE 'api:' END || p.user_id INTO account, holder
        FROM identity_proof p JOIN staff_user u ON u.id = p.user_id AND u.is_active
        WHERE p.digest = p_digest AND p.kind IN ('staff', 'partner') AND p.ended_at IS NULL
          AND p.expires_at > clock_timestamp() AND p.seen_at + p.idle > p_began;
    END IF;
END;
$$;
REVOKE ALL ON FUNCTION identity_standing_v1 FROM PUBLIC;

-- identity_act_v1: from now until the end of this transaction, and no longer than the sign-in stands, the person of an open sign-in is present: an
-- officer, a partner's program, or (`outside:` and the secret of their session) the account of a channel for whoever has signed in there. Gives the
-- account. Errors: YG009, YG006 an older sight of the database than that of the moment.
CREATE OR REPLACE FUNCTION identity_act_v1(p_token text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    is_outside boolean := p_token LIKE 'outside:%';
    proof text := identity_digest_v1(CASE WHEN is_outside THEN substr(p_token, 9) ELSE p_token END);
    who record;
BEGIN
    PERFORM warrants_sight_v1();
    SELECT * INTO who FROM identity_standing_v1(proof, is_outside, clock_timestamp());
    IF who.account IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', MESSAGE = '登录已失效或未经数据库核验，请重新登录后再办理。';
    END IF;
    proof := CASE WHEN is_outside THEN 'outside ' ELSE 'inside ' END || proof;
    PERFORM set_config('yigui.present', proof || ' ' || identity_who_mark_v1(proof), true);
    RETURN who.account;
END;
$$;

-- identity_holder_now_v1: who is present in this transaction, as `identity_act_v1` has seen them: `staff:12` an officer, `api:12` a partner's program
-- under that account, `unit:3`, `person:7`; NULL: nobody, or somebody whose sign-in has been ended, or whose account switched off, since.
CREATE OR REPLACE FUNCTION identity_holder_now_v1(OUT account bigint, OUT holder text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    said text[] := string_to_array(coalesce(current_setting('yigui.present', true), ''), ' ');
BEGIN
    IF cardinality(said) = 3 AND said[3] = identity_who_mark_v1(said[1] || ' ' || said[2]) THEN
        SELECT s.account, s.holder INTO account, holder FROM identity_standing_v1(said[2], said[1] = 'outside', transaction_timestamp()) AS s;
    END IF;
END;
$$;

-- identity_who_v1: the account that is present in this transaction; NULL: nobody.
CREATE OR REPLACE FUNCTION identity_who_v1() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT account FROM identity_holder_now_v1() $$;

-- identity_officer_v1: the officer who is present in this transaction by a sign-in of their own; NULL: nobody, whoever is outside, a program.
CREATE OR REPLACE FUNCTION identity_officer_v1() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT account FROM identity_holder_now_v1() WHERE holder LIKE 'staff:%' AND staff_officer_v1(account)
$$;

-- identity_signed_v1: guard of the columns that name who signed (the arguments): the application writes there only who is present in this
-- very transaction, and never takes a name away. Officers sign; the account of a door for whoever has signed in there, or that of a partner's program,
-- only in the columns that are declared for them (`door:`, `program:` and the column). With such an account nobody signs in as an officer. The owner's functions have asked for a proof of their own.
-- Errors: YG009, YG003.
CREATE OR REPLACE FUNCTION identity_signed_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    fresh jsonb;
    former jsonb := '{}';
    moment text;
    present record;
BEGIN
    IF current_user <> 'yigui_app' THEN
        RETURN NEW;
    END IF;
    fresh := to_jsonb(NEW);
    IF TG_OP = 'UPDATE' THEN
        former := to_jsonb(OLD);
    END IF;
    FOR i IN 0 .. TG_NARGS - 1 LOOP
        CONTINUE WHEN TG_ARGV[i] LIKE '%:%';
        IF (fresh ->> TG_ARGV[i]) IS NOT DISTINCT FROM (former ->> TG_ARGV[i]) THEN
            moment := regexp_replace(TG_ARGV[i], '(_by)?_id$', '_at');
            IF former ->> TG_ARGV[i] IS NOT NULL AND (fresh -> moment) IS DISTINCT FROM (former -> moment) THEN
                RAISE EXCEPTION USING ERRCODE = 'YG003', TABLE = TG_TABLE_NAME, MESSAGE = format('表 %s 的签署时间（%s）不能修改。', TG_TABLE_NAME, moment);
            END IF;
            CONTINUE;
        END IF;
        IF (fresh ->> TG_ARGV[i]) IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'YG003', TABLE = TG_TABLE_NAME, MESSAGE = format('表 %s 的签署人（%s）不能抹去。', TG_TABLE_NAME, TG_ARGV[i]);
        END IF;
        IF present IS NULL THEN
            SELECT h.account, h.holder LIKE 'staff:%' AND staff_officer_v1(h.account) AS is_officer,
                CASE split_part(h.holder, ':', 1) WHEN 'api' THEN 'program:' WHEN 'unit' THEN 'door:' WHEN 'person' THEN 'door:' ELSE 'staff:' END AS word
            INTO present FROM identity_holder_now_v1() AS h;
        END IF;
        IF present.account IS DISTINCT FROM (fresh ->> TG_ARGV[i])::bigint
           OR NOT (present.is_officer OR present.word || TG_ARGV[i] = ANY (TG_ARGV)) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG009', TABLE = TG_TABLE_NAME, MESSAGE = CASE present.word
                WHEN 'door:' THEN format('此项（%s，%s）须由经办机构工作人员办理，不能在本渠道直接完成，请到柜台办理。', TG_TABLE_NAME, TG_ARGV[i])
                ELSE format('表 %s 的签署人（%s）须为经数据库核验、正在办理的工作人员本人，请重新登录后再办理。', TG_TABLE_NAME, TG_ARGV[i]) END;
        END IF;
    END LOOP;
    RETURN NEW;
END;
$$;

-- identity_seen_v1: notes that somebody has just worked, at most once a minute; gives whose sign-in it is, as identity_present_v1.
CREATE OR REPLACE FUNCTION identity_seen_v1(p_token text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found_user bigint := identity_present_v1(p_token);
BEGIN
    IF found_user IS NOT NULL THEN
        UPDATE identity_proof SET seen_at = clock_timestamp()
        WHERE digest = identity_digest_v1(p_token) AND seen_at < clock_timestamp() - interval '1 minute';
    END IF;
    RETURN found_user;
END;
$$;

-- identity_end_v1: ends a sign-in.
CREATE OR REPLACE FUNCTION identity_end_v1(p_token text, p_why text DEFAULT 'signed out') RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE identity_proof SET ended_at = clock_timestamp(), ended_why = p_why
    WHERE digest = identity_digest_v1(p_token) AND ended_at IS NULL
$$;

-- identity_end_others_v1: ends the other sign-ins of the same person beyond the newest p_keep; gives how many.
CREATE OR REPLACE FUNCTION identity_end_others_v1(p_token text, p_keep integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    ended integer;
BEGIN
    UPDATE identity_proof SET ended_at = clock_timestamp(), ended_why = 'newer sign-in'
    WHERE digest IN (
        SELECT o.digest FROM identity_proof o
        WHERE o.user_id = identity_present_v1(p_token) AND o.kind = 'staff' AND o.ended_at IS NULL AND o.expires_at > clock_timestamp()
        ORDER BY o.opened_at DESC OFFSET greatest(p_keep, 1));
    GET DIAGNOSTICS ended = ROW_COUNT;
    RETURN ended;
END;
$$;

-- identity_require_v1: as identity_present_v1, but refuses. Errors: YG009 nobody has signed in, YG006 an older sight of the database than that of the
-- moment. Not granted: other functions ask it.
CREATE OR REPLACE FUNCTION identity_require_v1(p_token text, p_kinds text[] DEFAULT ARRAY['staff']) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found_user bigint := identity_present_v1(p_token, p_kinds);
BEGIN
    PERFORM warrants_sight_v1();
    IF found_user IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', MESSAGE = '登录已失效或未经数据库核验，请重新登录后再办理。';
    END IF;
    RETURN found_user;
END;
$$;
REVOKE ALL ON FUNCTION identity_require_v1 FROM PUBLIC;

-- identity_confirm_v1: somebody who has signed in confirms something by a one-time code: the code counts once, for what
-- is said in p_what (a digest of the thing decided). Errors: YG009 nobody has signed in, YG010 the code. Not granted: other functions ask it.
CREATE OR REPLACE FUNCTION identity_confirm_v1(p_token text, p_code text, p_what text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found_user bigint := identity_require_v1(p_token);
BEGIN
    IF identity_has_device_v1(found_user) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = '此项办理须用动态口令确认：请先在“我的账号”中启用动态口令。';
    END IF;
    IF identity_use_code_v1(found_user, p_code) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = '动态口令不正确或已使用过，请等待下一组数字后重新输入。';
    END IF;
    INSERT INTO identity_confirmation (user_id, what, confirmed_at, proof)
    VALUES (found_user, p_what, clock_timestamp(), identity_digest_v1(p_token));
    RETURN found_user;
END;
$$;
REVOKE ALL ON FUNCTION identity_confirm_v1 FROM PUBLIC;

-- identity_codes_since_v1: since when what moves money, key facts or rights is confirmed by a code here: the upgrade that brought the codes. What was
-- signed before cannot be asked for one. Not granted.
CREATE OR REPLACE FUNCTION identity_codes_since_v1() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(min(applied), '-infinity') FROM django_migrations WHERE app = 'identity' AND name = '0001_credentials'
$$;
REVOKE ALL ON FUNCTION identity_codes_since_v1 FROM PUBLIC;

-- identity_confirmed_v1: whether somebody confirmed by a code, in the minute before a moment and in a sign-in of their own, something that begins so
-- (the whole, where p_what ends with a digest); p_after: and after this moment. Not granted: what verifies asks it.
DROP FUNCTION IF EXISTS identity_confirmed_v1(bigint, text, timestamptz);
CREATE OR REPLACE FUNCTION identity_confirmed_v1(p_user bigint, p_what text, p_at timestamptz, p_after timestamptz DEFAULT NULL) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM identity_confirmation k JOIN identity_proof p ON p.digest = k.proof AND p.user_id = k.user_id AND p.opened_at <= k.confirmed_at
        WHERE k.user_id = p_user AND starts_with(k.what, p_what) AND k.confirmed_at BETWEEN p_at - interval '1 minute' AND p_at
          AND k.confirmed_at > coalesce(p_after, '-infinity'))
$$;
REVOKE ALL ON FUNCTION identity_confirmed_v1 FROM PUBLIC;

-- identity_change_password_v1: somebody changes their own password. Errors: YG009, YG010 when the old one is wrong.
CREATE OR REPLACE FUNCTION identity_change_password_v1(p_token text, p_old_key text, p_salt text, p_parameters text, p_verifier text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_holder text := 'staff:' || identity_require_v1(p_token);
BEGIN
    IF NOT identity_may_try_v1(replace(the_holder, 'staff:', 'sign:'))
       OR NOT EXISTS (SELECT 1 FROM identity_credential WHERE holder = the_holder AND verifier = identity_digest_v1(p_old_key)) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = '原密码不正确，请重新输入。';
    END IF;
    PERFORM identity_keep_v1(the_holder, p_salt, p_parameters, p_verifier, false);
    UPDATE identity_proof SET ended_at = NULL, ended_why = '' WHERE digest = identity_digest_v1(p_token);
END;
$$;

-- identity_issue_enrolment_v1: a code with which somebody enrols their device (启用码), given by another person than who gave the password: ten
-- letters and digits that are not mistaken for each other, once, for seven days. Those given before count no more. p_by: who gives it; NULL: the
-- owner's command. Gives the code, which is kept nowhere. Not granted: `identity_end_device_v1` asks it, and the owner.
CREATE OR REPLACE FUNCTION identity_issue_enrolment_v1(p_user bigint, p_by bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    drawn bytea := sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'));
    code text := (SELECT string_agg(substr('23456789ABCDEFGHJKLMNPQRSTUVWXYZ', get_byte(drawn, i) % 32 + 1, 1), '' ORDER BY i) FROM generate_series(0, 9) AS i);
BEGIN
    UPDATE identity_enrolment SET expires_at = clock_timestamp() WHERE user_id = p_user AND used_at IS NULL AND expires_at > clock_timestamp();
    INSERT INTO identity_enrolment (user_id, digest, issued_by, issued_at, expires_at)
    VALUES (p_user, identity_digest_v1(code), p_by, clock_timestamp(), clock_timestamp() + interval '7 days');
    PERFORM identity_counters_v1('staff:' || p_user);
    RETURN code;
END;
$$;
REVOKE ALL ON FUNCTION identity_issue_enrolment_v1 FROM PUBLIC;

-- identity_enrolment_v1: somebody's code of enrolment that counts: not used, not run out; NULL: none. Not granted.
CREATE OR REPLACE FUNCTION identity_enrolment_v1(p_user bigint) RETURNS identity_enrolment
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e FROM identity_enrolment e WHERE e.user_id = p_user AND e.used_at IS NULL AND e.expires_at > clock_timestamp() ORDER BY e.id DESC LIMIT 1
$$;
REVOKE ALL ON FUNCTION identity_enrolment_v1 FROM PUBLIC;

-- identity_begin_device_v1: a new secret for somebody without a device who has been given a code of enrolment by a second person; gives it once, to be
-- scanned. A password alone enrols nothing. Errors: YG009, YG006 there is a device, YG010 the code.
DROP FUNCTION IF EXISTS identity_begin_device_v1(text);
CREATE OR REPLACE FUNCTION identity_begin_device_v1(p_token text, p_enrolment text) RETURNS bytea
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_user bigint := identity_require_v1(p_token);
    fresh bytea := decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex');
    given identity_enrolment%ROWTYPE := identity_enrolment_v1(the_user);
    made bigint;
BEGIN
    IF identity_has_device_v1(the_user) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '您已启用动态口令；更换须经两人办理，请联系系统管理员。';
    END IF;
    IF NOT identity_may_try_v1('sign:' || the_user) OR given.digest IS DISTINCT FROM identity_digest_v1(upper(regexp_replace(p_enrolment, '[\s-]', '', 'g'))) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010',
            MESSAGE = '启用码不正确、已用过或已过期（七日内有效）。启用码由安全保密管理员确认“启用或更换动态口令”后当面交给本人，没有的请联系系统管理员申请。';
    END IF;
    PERFORM identity_forgive_v1('sign:' || the_user);
    UPDATE identity_device SET ended_at = clock_timestamp() WHERE user_id = the_user AND ended_at IS NULL;
    INSERT INTO identity_device (user_id, secret, step_used, begun_at) VALUES (the_user, fresh, -1, clock_timestamp()) RETURNING id INTO made;
    UPDATE identity_enrolment SET device_id = made WHERE id = given.id;
    RETURN fresh;
END;
$$;

-- identity_confirm_device_v1: the digits of the new device, typed once; only of one that was begun with a code of enrolment that still counts. Gives
-- whether they were right. Errors: YG009.
CREATE OR REPLACE FUNCTION identity_confirm_device_v1(p_token text, p_code text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_user bigint := identity_require_v1(p_token);
    given identity_enrolment%ROWTYPE := identity_enrolment_v1(the_user);
BEGIN
    IF identity_has_device_v1(the_user)
       OR NOT EXISTS (SELECT 1 FROM identity_device WHERE id = given.device_id AND user_id = the_user AND ended_at IS NULL)
       OR NOT identity_use_code_v1(the_user, p_code, false) THEN
        RETURN false;
    END IF;
    UPDATE identity_device SET confirmed_at = clock_timestamp() WHERE id = given.device_id;
    UPDATE identity_enrolment SET used_at = clock_timestamp() WHERE id = given.id;
    RETURN true;
END;
$$;

-- identity_short_code_v1: eight characters that belong to something (a case number) and that nobody can tell who has not been given them:
-- of HMAC-SHA-256 under the secret of this database, in 32 letters and digits that are not mistaken for each other.
CREATE OR REPLACE FUNCTION identity_short_code_v1(p_of text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT string_agg(substr('23456789ABCDEFGHJKLMNPQRSTUVWXYZ', get_byte(h.digest, i) % 32 + 1, 1), '' ORDER BY i)
    FROM (SELECT identity_hmac_v1(pepper, convert_to('code:' || p_of, 'UTF8')) AS digest FROM identity_pepper) AS h, generate_series(0, 7) AS i
$$;

-- identity_next_step_v1: the earliest step of thirty seconds whose code the person of a sign-in can still use; NULL without a device.
CREATE OR REPLACE FUNCTION identity_next_step_v1(p_token text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT greatest(step_used + 1, identity_step_used_v1(user_id) + 1, floor(extract(epoch FROM clock_timestamp()) / 30)::bigint) FROM identity_device
    WHERE user_id = identity_present_v1(p_token) AND confirmed_at IS NOT NULL AND ended_at IS NULL
$$;

-- identity_forget_hashes_v1: takes the hashes of officers' passwords that a release before has left in staff_user, and that are verifiers here by now, out
-- of what the application reads: whoever reads one could sign in with it. Gives how many. For whoever asks: nothing is lost by it.
CREATE OR REPLACE FUNCTION identity_forget_hashes_v1() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    said text := coalesce(current_setting('yigui.deed', true), '');
    n bigint;
BEGIN
    PERFORM set_config('yigui.deed', jsonb_build_object('verb', 'hash_forgotten', 'reason', '旧版密码摘要移出应用可读范围')::text, true);
    UPDATE staff_user u SET password = 'kept$' || replace(gen_random_uuid()::text, '-', '')
    WHERE u.password LIKE 'argon2%' AND EXISTS (SELECT 1 FROM identity_credential c WHERE c.holder = 'staff:' || u.id);
    GET DIAGNOSTICS n = ROW_COUNT;
    PERFORM set_config('yigui.deed', said, true);
    RETURN n;
END;
$$;

-- identity_carried_out_v1: whether somebody who has signed in is just carrying out, in this transaction, what a colleague asked for about an
-- account (账号办理): the second of two people. Gives who. Errors: YG009, YG005. Not granted: the functions below ask it.
CREATE OR REPLACE FUNCTION identity_carried_out_v1(p_token text, p_user bigint, p_kind text) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    giver bigint := identity_require_v1(p_token);
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM staff_account_request r WHERE r.user_id = p_user AND r.kind = p_kind AND r.status = 'done' AND r.decided_by_id = giver
          AND r.asked_by_id <> giver AND r.moved_xid = (pg_current_xact_id_if_assigned()::text)::bigint) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '该项账号办理须由系统管理员申请、安全保密管理员本人登录后确认。';
    END IF;
    RETURN giver;
END;
$$;

-- identity_issue_password_v1: a password for a colleague, changed at the first sign-in: the first one of a new account by a system
-- administrator, a new one as what two people carry out. Errors: YG009, YG005.
CREATE OR REPLACE FUNCTION identity_issue_password_v1(p_token text, p_user bigint, p_salt text, p_parameters text, p_verifier text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    giver bigint := identity_require_v1(p_token);
BEGIN
    IF giver = p_user OR EXISTS (SELECT 1 FROM identity_credential WHERE holder = 'staff:' || p_user)
       OR NOT EXISTS (SELECT 1 FROM staff_user WHERE id = giver AND role = 'system_admin') THEN
        PERFORM identity_carried_out_v1(p_token, p_user, 'password');
    END IF;
    PERFORM identity_keep_v1('staff:' || p_user, p_salt, p_parameters, p_verifier, true);
END;
$$;

-- identity_end_device_v1: what two people carry out where somebody sets up their first device or has lost it: the old one ends with their open
-- sign-ins (a first one ends nothing), and the second person is shown the code of enrolment to hand over. Gives the code. Errors: YG009, YG005.
DROP FUNCTION IF EXISTS identity_end_device_v1(text, bigint);
CREATE FUNCTION identity_end_device_v1(p_token text, p_user bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    giver bigint := identity_carried_out_v1(p_token, p_user, 'device');
BEGIN
    UPDATE identity_device SET ended_at = clock_timestamp() WHERE user_id = p_user AND ended_at IS NULL;
    IF FOUND THEN
        UPDATE identity_proof SET ended_at = clock_timestamp(), ended_why = 'device' WHERE holder = 'staff:' || p_user AND ended_at IS NULL;
    END IF;
    RETURN identity_issue_enrolment_v1(p_user, giver);
END;
$$;

-- identity_unlock_v1: the tries of a colleague begin anew, as what two people carry out. Errors: YG009, YG005.
CREATE OR REPLACE FUNCTION identity_unlock_v1(p_token text, p_user bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    counter regclass;
BEGIN
    PERFORM identity_carried_out_v1(p_token, p_user, 'unlock');
    FOR counter IN SELECT to_regclass(format('identity_tries_%s_%s', kind, p_user)) FROM unnest(ARRAY['staff', 'code', 'sign']) AS k (kind) LOOP
        IF counter IS NOT NULL THEN
            PERFORM setval(counter, 1);
        END IF;
    END LOOP;
END;
$$;
