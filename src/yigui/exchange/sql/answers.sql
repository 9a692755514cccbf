-- How the database knows that an answer is a partner's (实时核验): it holds the key, signs the question, and reads the signature of the answer itself. The key of
-- a partner is where no login of the application reads it. Errors: YG005, YG006.

-- exchange_sm3_v1: SM3 (GB/T 32905-2016), which PostgreSQL does not bring. Gives 32 bytes.
CREATE OR REPLACE FUNCTION exchange_sm3_v1(p_message bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- Words of 32 bits in 64: a sum is cut to them where it is needed.
    m constant bigint := 4294967295;
    bits constant bigint := length(p_message)::bigint * 8;
    text_ constant bytea := p_message || '\x80'::bytea || decode(repeat('00', ((55 - length(p_message)) % 64 + 64) % 64), 'hex') || int8send(bits);
    v bigint[] := ARRAY[1937774191, 1226093241, 388252375, 3666478592, 2842636476, 372324522, 3817729613, 2969243214]::bigint[];
    w bigint[];
    a bigint; b bigint; c bigint; d bigint; e bigint; f bigint; g bigint; h bigint;
    x bigint; s bigint; t bigint; r bigint;
BEGIN
    FOR at IN 0 .. length(text_) / 64 - 1 LOOP
        FOR j IN 0 .. 15 LOOP
            r := at * 64 + j * 4;
            w[j] := (get_byte(text_, r::integer)::bigint << 24) | (get_byte(text_, r::integer + 1) << 16) | (get_byte(text_, r::integer + 2) << 8) | get_byte(text_, r::integer + 3);
        END LOOP;
        FOR j IN 16 .. 67 LOOP
            x := w[j - 16] # w[j - 9] # (((w[j - 3] << 15) | (w[j - 3] >> 17)) & m);
            x := x # (((x << 15) | (x >> 17)) & m) # (((x << 23) | (x >> 9)) & m);
            w[j] := x # (((w[j - 13] << 7) | (w[j - 13] >> 25)) & m) # w[j - 6];
        END LOOP;
        a := v[1]; b := v[2]; c := v[3]; d := v[4]; e := v[5]; f := v[6]; g := v[7]; h := v[8];
        FOR j IN 0 .. 63 LOOP
            t := CASE WHEN j < 16 THEN 2043430169 ELSE 2055708042 END;
            r := j % 32;
            x := ((a << 12) | (a >> 20)) & m;
            s := (x + e + (((t << r::integer) | (t >> (32 - r)::integer)) & m)) & m;
            s := ((s << 7) | (s >> 25)) & m;
            t := CASE WHEN j < 16 THEN a # b # c ELSE (a & b) | (a & c) | (b & c) END;
            r := CASE WHEN j < 16 THEN e # f # g ELSE (e & f) | ((e # m) & g) END;
            t := (t + d + (s # x) + (w[j] # w[j + 4])) & m;
            r := (r + h + s + w[j]) & m;
            d := c;
            c := ((b << 9) | (b >> 23)) & m;
            b := a;
            a := t;
            h := g;
            g := ((f << 19) | (f >> 13)) & m;
            f := e;
            e := r # (((r << 9) | (r >> 23)) & m) # (((r << 17) | (r >> 15)) & m);
        END LOOP;
        v := ARRAY[v[1] # a, v[2] # b, v[3] # c, v[4] # d, v[5] # e, v[6] # f, v[7] # g, v[8] # h];
    END LOOP;
    RETURN (SELECT string_agg(substr(int8send(word), 5), ''::bytea ORDER BY n) FROM unnest(v) WITH ORDINALITY AS u (word, n));
END;
$$;

-- exchange_hmac_v1: HMAC-SM3 (GB/T 15852.2, as RFC 2104). Params: key, message. Gives 32 bytes.
CREATE OR REPLACE FUNCTION exchange_hmac_v1(p_key bytea, p_message bytea) RETURNS bytea
LANGUAGE plpgsql IMMUTABLE STRICT SET search_path = public, pg_temp AS $$
DECLARE
    block bytea := CASE WHEN length(p_key) > 64 THEN exchange_sm3_v1(p_key) ELSE p_key END;
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
    RETURN exchange_sm3_v1(outer_pad || exchange_sm3_v1(inner_pad || p_message));
END;
$$;

-- exchange_service_v1: which partner answers a service, and for how many minutes what it found is good, as agreed (`contracts/services.yaml`, a test compares);
-- NULL: none does.
CREATE OR REPLACE FUNCTION exchange_service_v1(p_service text, OUT partner text, OUT found_minutes integer)
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT s.partner, s.found_minutes FROM (VALUES
        ('employment_registration', 'employment_service', 10), ('identity', 'public_security', 1440), ('death', 'civil_affairs', 1440),
        ('marriage', 'civil_affairs', 60), ('business_licence', 'market_regulation', 60), ('account', 'bank', 60)) AS s (service, partner, found_minutes)
    WHERE s.service = p_service
$$;
REVOKE ALL ON FUNCTION exchange_service_v1 FROM PUBLIC;

-- exchange_key_v1: the key of a partner that counts: one is known, the partner is not switched off, and there is an address at which it is asked. Not granted.
CREATE OR REPLACE FUNCTION exchange_key_v1(p_partner text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT k.key FROM exchange_partner_key k JOIN exchange_partner p ON p.code = k.partner_id
    WHERE k.partner_id = p_partner AND k.key <> '' AND p.is_active AND p.base_url <> '' AND p.key <> ''
$$;
REVOKE ALL ON FUNCTION exchange_key_v1 FROM PUBLIC;

-- exchange_keep_key_v1: the key shared with a partner goes where no login of the application reads it; in the row stays that there is one. Emptied, it is
-- forgotten.
CREATE OR REPLACE FUNCTION exchange_keep_key_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.key NOT IN ('', '已登记') THEN
        INSERT INTO exchange_partner_key (partner_id, key, kept_at) VALUES (NEW.code, NEW.key, clock_timestamp())
        ON CONFLICT (partner_id) DO UPDATE SET key = EXCLUDED.key, kept_at = EXCLUDED.kept_at;
        NEW.key := '已登记';
    ELSIF NEW.key = '' THEN
        DELETE FROM exchange_partner_key WHERE partner_id = NEW.code;
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION exchange_keep_key_v1 FROM PUBLIC;
-- After the guard of who may set it: triggers of a kind fire by name.
CREATE OR REPLACE TRIGGER with_its_key BEFORE INSERT OR UPDATE OF key ON exchange_partner FOR EACH ROW EXECUTE FUNCTION exchange_keep_key_v1();

-- exchange_question_v1: the number of a question, which nobody else makes up: it stands for partner, path, what is asked, and the moment (microseconds since 1970).
-- Not granted.
CREATE OR REPLACE FUNCTION exchange_question_v1(p_partner text, p_path text, p_asked jsonb, p_moment bigint) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT encode(substr(identity_hmac_v1(pepper, convert_to(format('question:%s:%s:%s:%s', p_moment, p_partner, p_path, p_asked), 'UTF8')), 1, 16), 'hex')::uuid
    FROM identity_pepper
$$;
REVOKE ALL ON FUNCTION exchange_question_v1 FROM PUBLIC;

-- exchange_sign_v1: signs what is sent to a partner under the key shared with it: a question, whose number is made here, or a message with its own. Sent are
-- sender, number, second, path and body, joined by line feeds; an answer begins with a number, which no sender's code can be: nothing that is signed here is
-- an answer. A question goes to the partner whose service it is. Gives no signature where no key counts (`exchange_key_v1`). Error: YG006.
CREATE OR REPLACE FUNCTION exchange_sign_v1(
    p_partner text, p_sender text, p_path text, p_body text, p_message uuid, OUT number uuid, OUT moment bigint, OUT signature text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF (p_sender ~ '^[0-9A-Za-z_.-]{1,32}$' AND p_path ~ '^/[0-9a-z_]+$' AND (p_path = '/messages') = (p_message IS NOT NULL)
        AND (p_path = '/messages' OR p_partner = (exchange_service_v1(substr(p_path, 2))).partner)) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '发给协作单位的请求不符合约定，不能签名。';
    END IF;
    moment := floor(extract(epoch FROM clock_timestamp()) * 1000000)::bigint;
    number := coalesce(p_message, exchange_question_v1(p_partner, p_path, p_body::jsonb, moment));
    signature := encode(exchange_hmac_v1(convert_to(exchange_key_v1(p_partner), 'UTF8'), convert_to(
        p_sender || E'\n' || number || E'\n' || moment / 1000000 || E'\n' || p_path || E'\n' || p_body, 'UTF8')), 'hex');
END;
$$;

-- exchange_is_answer_v1: whether something is what a partner answered to a number: signed over the number and itself under the key shared with it.
CREATE OR REPLACE FUNCTION exchange_is_answer_v1(p_partner text, p_number uuid, p_body text, p_signature text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(encode(exchange_hmac_v1(convert_to(exchange_key_v1(p_partner), 'UTF8'), convert_to(p_number || E'\n' || p_body, 'UTF8')), 'hex')
        = p_signature, false)
$$;

-- exchange_says_v1: whether a value as it is kept is what was written: the same letters, digits and signs, but for what nobody sees, the width of letters and
-- digits, and blanks; of names and numbers also one dot or hyphen for another; a day in whatever writing; a citizen's number of 15 digits as GB 11643-1999
-- widens it. Params: LD/T 92 name, as written, as kept. Not granted.
CREATE OR REPLACE FUNCTION exchange_says_v1(p_name text, p_written text, p_kept text) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    unseen constant text := '[\u0001-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f'
        '\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]';
    dots constant text := '[\u00b7\u2022\u2219\u22c5\u2027\u2024\u30fb\u0387\u16eb\u2e31\ua78f]+';
    hyphens constant text := '[\u2010-\u2015\u2212\u2500\ufe63]';
    han constant text := '[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]';
    wide constant text := (SELECT string_agg(chr(c), '' ORDER BY c) FROM unnest(ARRAY[48, 65, 97], ARRAY[57, 90, 122]) AS r (a, b), generate_series(r.a, r.b) AS c);
    written text := regexp_replace(p_written, unseen, '', 'g');
    plain text;
    part text[];
    first17 text;
BEGIN
    IF p_name IN ('ACC031', 'AAC006', 'AIC037', 'AAE030', 'AAE047') THEN
        plain := btrim(regexp_replace(normalize(p_written, NFKC), '\s+', ' ', 'g'));
        IF plain ~ '^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}.*(Z|[+-]\d{2}:?\d{2})$' THEN
            RETURN to_char(plain::timestamptz AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD') = p_kept;
        END IF;
        part := coalesce(regexp_match(plain, '^(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?!\d)'), regexp_match(plain, '^(\d{4})(\d{2})(\d{2})(?!\d)'));
        RETURN part[1] || '-' || lpad(part[2], 2, '0') || '-' || lpad(part[3], 2, '0') = p_kept;
    ELSIF p_name = 'AAC003' THEN
        plain := normalize(regexp_replace(written, dots, '·', 'g'), NFKC);
        plain := btrim(regexp_replace(regexp_replace(regexp_replace(plain, dots, '·', 'g'), '\s+', ' ', 'g'), hyphens, '-', 'g'));
        IF plain ~ han THEN
            plain := btrim(regexp_replace(regexp_replace(plain, '\s+', '', 'g'), '(' || han || ')\.(?=' || han || ')', '\1·', 'g'), '·');
        END IF;
        RETURN normalize(plain, NFKC) = p_kept;
    ELSIF p_name IN ('AAC004', 'AAC058') THEN
        plain := upper(regexp_replace(regexp_replace(normalize(written, NFKC), hyphens, '-', 'g'), '\s+', '', 'g'));
        plain := regexp_replace(regexp_replace(plain, '^="(.*)"$', '\1'), '^[''\u2018\u2019`]', '');
        IF p_name = 'AAC004' THEN
            RETURN CASE plain WHEN '男' THEN '1' WHEN '男性' THEN '1' WHEN '女' THEN '2' WHEN '女性' THEN '2' ELSE plain END = p_kept;
        ELSIF plain ~ '^[0-9]{15}$' THEN
            first17 := left(plain, 6) || '19' || substr(plain, 7);
            plain := first17 || substr('10X98765432', (SELECT sum(w * substr(first17, n::integer, 1)::integer)
                FROM unnest(ARRAY[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) WITH ORDINALITY AS u (w, n))::integer % 11 + 1, 1);
        END IF;
        RETURN plain = p_kept;
    END IF;
    -- Words, and codes of which nothing is folded but the width of letters and digits.
    plain := translate(written, (SELECT string_agg(chr(ascii(c) + 65248), '' ORDER BY n) FROM regexp_split_to_table(wide, '') WITH ORDINALITY AS u (c, n)), wide);
    RETURN btrim(regexp_replace(plain, '[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+', ' ', 'g')) = p_kept;
END;
$$;
REVOKE ALL ON FUNCTION exchange_says_v1 FROM PUBLIC;

-- exchange_answer_ground_v1: an answer that says something is its partner's: to a question that was signed here in these minutes, about what the row says was
-- asked, signed by the partner whose service it is, and saying what the row says. Without an answer nothing is known, which needs no proof. Binds the application. Error: YG006.
CREATE OR REPLACE FUNCTION exchange_answer_ground_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    said jsonb;
BEGIN
    IF NOT warrants_by_application_v1() OR (NEW.outcome NOT IN ('found', 'missing') AND NEW.data = '{}' AND NEW.body = '') THEN
        RETURN NEW;
    END IF;
    BEGIN
        said := NEW.body::jsonb;
    EXCEPTION WHEN data_exception THEN
        said := NULL;
    END;
    IF (NEW.outcome IN ('found', 'missing') AND NEW.partner_id = (exchange_service_v1(NEW.service)).partner
        AND NEW.moment BETWEEN extract(epoch FROM clock_timestamp() - interval '5 minutes') * 1000000 AND extract(epoch FROM clock_timestamp()) * 1000000
        AND NEW.request_id = exchange_question_v1(NEW.partner_id, '/' || NEW.service, NEW.request, NEW.moment)
        AND NEW.subject = encode(exchange_sm3_v1(convert_to((
            SELECT '{' || string_agg(to_json(r.key)::text || ':' || to_json(r.value)::text, ',' ORDER BY r.key COLLATE "C") || '}'
            FROM jsonb_each_text(NEW.request) AS r), 'UTF8')), 'hex')
        AND exchange_is_answer_v1(NEW.partner_id, NEW.request_id, NEW.body, NEW.signature)
        AND said ->> 'id' = NEW.request_id::text AND said -> 'found' = to_jsonb(NEW.outcome = 'found')
        AND CASE NEW.outcome WHEN 'missing' THEN NEW.data = '{}' ELSE
            (SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(NEW.data) AS k) = (SELECT array_agg(k ORDER BY k) FROM jsonb_object_keys(said -> 'data') AS k)
            AND NOT EXISTS (SELECT 1 FROM jsonb_each_text(NEW.data) AS d WHERE exchange_says_v1(d.key, said -> 'data' ->> d.key, d.value) IS NOT TRUE) END
        ) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME,
            MESSAGE = format('协作单位（%s）对此项查询（%s）没有这样的应答，不能登记。', NEW.partner_id, NEW.service);
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION exchange_answer_ground_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER answer_ground BEFORE INSERT ON exchange_answer FOR EACH ROW EXECUTE FUNCTION exchange_answer_ground_v1();
