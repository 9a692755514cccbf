-- What partners tell us. Error: YG006.

-- exchange_takes_v1: the partner whose program sends a kind of message or file of records, as agreed (`contracts/services.yaml`); NULL: none does.
CREATE OR REPLACE FUNCTION exchange_takes_v1(p_kind text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE p_kind WHEN 'employment_registration' THEN 'employment_service' WHEN 'death' THEN 'civil_affairs' WHEN 'life_sign' THEN 'public_security' END
$$;
REVOKE ALL ON FUNCTION exchange_takes_v1 FROM PUBLIC;

-- exchange_senders_v1: the partners whose files of a kind of records are taken, whoever brings them in (`contracts/services.yaml`); NULL: nobody's.
CREATE OR REPLACE FUNCTION exchange_senders_v1(p_kind text) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE p_kind WHEN 'employment_registration' THEN ARRAY['employment_service'] WHEN 'death' THEN ARRAY['civil_affairs', 'public_security', 'health']
        WHEN 'life_sign' THEN ARRAY['public_security', 'medical', 'health'] WHEN 'prison' THEN ARRAY['justice', 'court', 'public_security'] END
$$;
REVOKE ALL ON FUNCTION exchange_senders_v1 FROM PUBLIC;

-- exchange_banks_v1: the partners whose programs bring in what a bank says (`declarations/format-*.yaml`, source bank).
CREATE OR REPLACE FUNCTION exchange_banks_v1() RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$ SELECT ARRAY['bank'] $$;
REVOKE ALL ON FUNCTION exchange_banks_v1 FROM PUBLIC;

-- exchange_program_now_v1: whether the program that is present in this transaction, by a key the database has seen, is that of one of these partners:
-- its account holds a key of theirs that counts. Not granted: guards ask it.
CREATE OR REPLACE FUNCTION exchange_program_now_v1(p_partners text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM identity_holder_now_v1() AS h JOIN exchange_api_token t ON t.user_id = h.account AND t.is_active
        JOIN exchange_partner p ON p.code = t.partner_id AND p.is_active
        WHERE h.holder = 'api:' || h.account AND t.partner_id = ANY (p_partners))
$$;
REVOKE ALL ON FUNCTION exchange_program_now_v1 FROM PUBLIC;

-- exchange_file_hand_v1: a file of a partner's records is brought in by a section head at work whom the database has seen in this transaction, or by the
-- program of the partner it comes from, of a kind that is agreed with it; whoever it is stands in the row. Whoever brings it, it is of a partner that keeps
-- such records (`exchange_senders_v1`). Binds the application.
-- Errors: YG009 nobody is there, YG005 somebody else's work.
CREATE OR REPLACE FUNCTION exchange_file_hand_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_who_v1();
BEGIN
    IF NOT warrants_by_application_v1() THEN
        RETURN NEW;
    END IF;
    IF who IS NULL OR NEW.received_by_id IS DISTINCT FROM who THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', TABLE = TG_TABLE_NAME,
            MESSAGE = '协作单位的数据文件须由经数据库核验的科室负责人本人接收，或由协作单位的程序凭其接口凭证报送，请重新登录后再办理。';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM staff_user u WHERE u.id = identity_officer_v1() AND u.role = 'section_head')
       AND NOT (exchange_program_now_v1(ARRAY[NEW.partner_id]) AND exchange_takes_v1(NEW.kind) = NEW.partner_id) IS TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', TABLE = TG_TABLE_NAME, MESSAGE = format(
            '协作单位（%s）的数据文件由经办机构的科室负责人接收，或由该单位凭自己的接口凭证、按约定的数据类别报送。', NEW.partner_id);
    END IF;
    IF (NEW.partner_id = ANY (exchange_senders_v1(NEW.kind))) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', TABLE = TG_TABLE_NAME, MESSAGE = format(
            '没有约定接收协作单位（%s）的此类数据文件（%s），请按数据来源选择报送单位。', NEW.partner_id, NEW.kind);
    END IF;
    -- What another area answers for waits for its city, which takes those very lines out of this file.
    IF NEW.continues_id IS NOT NULL AND staff_at_city_v1(who, ARRAY['section_head']) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', TABLE = TG_TABLE_NAME, MESSAGE = '其他地区的行由市级机构的科室负责人接收。';
    END IF;
    IF NEW.continues_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM exchange_inbound_file f WHERE f.id = NEW.continues_id AND f.kind = NEW.kind AND f.partner_id = NEW.partner_id
          AND jsonb_array_length(f.elsewhere) = NEW.row_count) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME, MESSAGE = '所接续的收文没有这些待其他地区接收的行，请刷新后再办理。';
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION exchange_file_hand_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER under_hand BEFORE INSERT ON exchange_inbound_file FOR EACH ROW EXECUTE FUNCTION exchange_file_hand_v1();

-- exchange_message_hand_v1: a message comes from the program of its partner, which is present by its key, of a kind that is agreed with it (or of money,
-- whose file has a guard of its own). Binds the application. Errors: YG009 nobody is there, YG005 somebody else's.
CREATE OR REPLACE FUNCTION exchange_message_hand_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT warrants_by_application_v1() THEN
        RETURN NEW;
    END IF;
    IF exchange_program_now_v1(ARRAY[NEW.partner_id]) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', TABLE = TG_TABLE_NAME,
            MESSAGE = format('协作单位（%s）的报文只能由该单位的程序凭其接口凭证报送。', NEW.partner_id);
    END IF;
    IF NEW.kind <> 'receipts' AND exchange_takes_v1(NEW.kind) IS DISTINCT FROM NEW.partner_id THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', TABLE = TG_TABLE_NAME, MESSAGE = format('没有约定接收协作单位（%s）的此类报文（%s）。', NEW.partner_id, NEW.kind);
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION exchange_message_hand_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER under_hand BEFORE INSERT ON exchange_in_message FOR EACH ROW EXECUTE FUNCTION exchange_message_hand_v1();

-- exchange_records_in_v1: the table of the records a kind of file, message or answer becomes; NULL where there is none.
CREATE OR REPLACE FUNCTION exchange_records_in_v1(p_kind text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE p_kind WHEN 'employment_registration' THEN 'exchange_employment_registration' WHEN 'identity' THEN 'exchange_identity_record'
        WHEN 'death' THEN 'exchange_death_record' WHEN 'life_sign' THEN 'exchange_life_sign' WHEN 'prison' THEN 'exchange_prison_record' END
$$;
REVOKE ALL ON FUNCTION exchange_records_in_v1 FROM PUBLIC;

-- exchange_record_area_v1: the area that answers for what a record is about: of a registration the unit's (the active one of its code before one that has
-- ended), else the person's; NULL: about nobody who is known here.
CREATE OR REPLACE FUNCTION exchange_record_area_v1(p_id_number text, p_credit_code text) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN p_credit_code IS NULL THEN (SELECT p.area_id FROM registry_person p WHERE p.id = registry_person_of_v1(p_id_number))
        ELSE (SELECT e.area_id FROM registry_employer e WHERE e.credit_code = p_credit_code ORDER BY (e.status = 'active') DESC, e.id DESC LIMIT 1) END
$$;

-- exchange_record_ground_v1: what a partner tells us stops a pension, holds it, certifies, or enters somebody: each record comes from exactly one place that
-- is there and says what it says: a line of a file that is read in this transaction and was not sent back; an answer to a question about that number, of the
-- partner whose service it is, once, while it is good, and while no later one says otherwise; or a message of this transaction; each where that kind comes so. An officer who brings
-- a file answers for the area of each of its records. Binds the application. TG_ARGV: the kind; then, in turn, what a message or answer calls a value, and its column.
-- Errors: YG006, YG005 another county's.
CREATE OR REPLACE FUNCTION exchange_record_ground_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    unfit text;
    twice bigint;
    again bigint;
    elsewhere text;
    stand bigint;
    is_twice boolean;
    f record;
    label text := CASE TG_ARGV[0] WHEN 'employment_registration' THEN '就业备案' WHEN 'identity' THEN '公安人口信息' WHEN 'death' THEN '死亡信息'
        WHEN 'life_sign' THEN '生存比对信息' ELSE '服刑信息' END;
BEGIN
    IF NOT warrants_by_application_v1() THEN
        RETURN NULL;
    END IF;
    -- Days are written with or without strokes; every value but the number as it came. The lines that were sent back are laid out once.
    WITH sent_back AS MATERIALIZED (
        SELECT i.id, (r ->> 0)::integer AS row_no FROM exchange_inbound_file i CROSS JOIN jsonb_array_elements(i.rejected) AS r
        WHERE i.id IN (SELECT file_id FROM new_rows) AND r ->> 0 IS NOT NULL)
    SELECT n.id_number INTO unfit FROM new_rows n
    LEFT JOIN exchange_answer a ON a.id = n.answer_id AND a.service = TG_ARGV[0] AND a.outcome = 'found'
        AND TG_ARGV[0] IN ('employment_registration', 'identity', 'death') AND a.partner_id = (exchange_service_v1(TG_ARGV[0])).partner
        -- As long as it is good, and the five minutes in which it may have come (`exchange_answer_ground_v1`).
        AND a.moment >= extract(epoch FROM clock_timestamp() - make_interval(mins => (exchange_service_v1(TG_ARGV[0])).found_minutes + 5)) * 1000000
        AND NOT EXISTS (SELECT 1 FROM exchange_answer l WHERE l.service = a.service AND l.subject = a.subject AND l.id > a.id
            AND l.outcome IN ('found', 'missing') AND (l.outcome, l.data) IS DISTINCT FROM (a.outcome, a.data))
    LEFT JOIN exchange_in_message m ON m.id = n.message_id AND m.kind = TG_ARGV[0] AND warrants_own_row_v1(m.xmin)
        AND TG_ARGV[0] IN ('employment_registration', 'death', 'life_sign')
    LEFT JOIN exchange_inbound_file i ON i.id = n.file_id AND i.kind = TG_ARGV[0] AND TG_ARGV[0] <> 'identity' AND n.row_no >= 2 AND warrants_own_row_v1(i.xmin)
        AND EXISTS (SELECT 1 FROM documents_stored_file k WHERE k.digest = i.digest)
        AND (i.id, n.row_no) NOT IN (SELECT b.id, b.row_no FROM sent_back b)
    WHERE num_nonnulls(n.file_id, n.answer_id, n.message_id) <> 1
       OR num_nonnulls(i.id, a.id, m.id) <> 1
       OR n.file_id IS NULL AND (coalesce(a.request, m.content) ->> 'AAC002' IS DISTINCT FROM n.id_number OR EXISTS (
            SELECT 1 FROM generate_series(1, TG_NARGS - 2, 2) AS g (k)
            CROSS JOIN LATERAL (SELECT coalesce(a.request || a.data, m.content) ->> TG_ARGV[g.k] AS said,
                to_jsonb(n) ->> TG_ARGV[g.k + 1] AS kept, TG_ARGV[g.k + 1] LIKE '%\_on' AS is_day) AS v
            WHERE CASE WHEN v.is_day THEN replace(v.said, '-', '') ELSE v.said END IS DISTINCT FROM CASE WHEN v.is_day THEN replace(v.kept, '-', '') ELSE v.kept END))
    LIMIT 1;
    -- What a file said is kept whole under its digest (`verify` reads it again); each of its lines becomes one record at most, and no more than it accounts for.
    FOR f IN SELECT i.id, i.accepted_count - i.known_count AS accounted FROM exchange_inbound_file i
        WHERE unfit IS NULL AND i.id IN (SELECT file_id FROM new_rows) LOOP
        EXECUTE format('SELECT count(*) FROM %I WHERE file_id = $1 AND row_no > 0', TG_TABLE_NAME) INTO stand USING f.id;
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM new_rows n JOIN %I t ON t.file_id = n.file_id AND t.row_no = n.row_no AND t.row_no > 0 '
            'WHERE n.file_id = $1 GROUP BY n.row_no HAVING count(*) > 1)', TG_TABLE_NAME) INTO is_twice USING f.id;
        IF is_twice OR (stand <= f.accounted) IS NOT TRUE THEN
            twice := f.id;
        END IF;
    END LOOP;
    WITH whose AS MATERIALIZED (
        SELECT i.id, i.received_by_id FROM exchange_inbound_file i WHERE i.id IN (SELECT file_id FROM new_rows) AND staff_officer_v1(i.received_by_id)
            AND EXISTS (SELECT 1 FROM registry_area r WHERE NOT runs_answers_for_v1(i.received_by_id, r.code)))
    SELECT n.id_number INTO elsewhere FROM whose w JOIN new_rows n ON n.file_id = w.id
    CROSS JOIN LATERAL (SELECT exchange_record_area_v1(n.id_number, to_jsonb(n) ->> 'credit_code') AS area) AS o
    WHERE o.area IS NOT NULL AND NOT runs_answers_for_v1(w.received_by_id, o.area) LIMIT 1;
    IF unfit IS NULL AND elsewhere IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', TABLE = TG_TABLE_NAME, MESSAGE = format(
            '%s（%s）属于其他地区，须由该地区或市级经办机构的科室负责人接收。', label, elsewhere);
    END IF;
    -- Of two at once that use one answer the second waits here and sees what the first did. An answer's record bears the number that was asked.
    PERFORM 1 FROM exchange_answer a WHERE a.id IN (SELECT answer_id FROM new_rows) ORDER BY a.id FOR UPDATE;
    EXECUTE format('SELECT n.answer_id FROM new_rows n JOIN %I t ON t.id_number = n.id_number AND t.answer_id = n.answer_id '
        'GROUP BY n.id, n.answer_id HAVING count(*) > 1 LIMIT 1', TG_TABLE_NAME) INTO again;
    IF unfit IS NULL AND again IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME, MESSAGE = format(
            '%s：这次应答（%s 号）已经登记过，不能再次使用；需要时请重新核验。', label, again);
    END IF;
    IF unfit IS NOT NULL OR twice IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME, MESSAGE = format(
            '%s（%s）没有唯一的来源（本次接收的文件、应答或报文），或来源中没有此人此事，不能登记。', label, coalesce(unfit, '回执 ' || twice || ' 号'));
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION exchange_record_ground_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER record_ground AFTER INSERT ON exchange_employment_registration REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_record_ground_v1('employment_registration', 'AAC003', 'name', 'AAB998', 'credit_code', 'ACC031', 'registered_on');
CREATE OR REPLACE TRIGGER record_ground AFTER INSERT ON exchange_identity_record REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_record_ground_v1('identity', 'AAC003', 'name', 'AAC004', 'gender', 'AAC006', 'born_on');
CREATE OR REPLACE TRIGGER record_ground AFTER INSERT ON exchange_death_record REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_record_ground_v1('death', 'AAC003', 'name', 'AIC037', 'died_on');
CREATE OR REPLACE TRIGGER record_ground AFTER INSERT ON exchange_life_sign REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_record_ground_v1('life_sign', 'AAC003', 'name', 'AAE036', 'seen_on');
CREATE OR REPLACE TRIGGER record_ground AFTER INSERT ON exchange_prison_record REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION exchange_record_ground_v1('prison');
DROP TRIGGER IF EXISTS death_ground ON exchange_death_record;
DROP FUNCTION IF EXISTS exchange_death_ground_v1();

-- exchange_counts_stand_v1: the one rule of a file's counts (of records, of receipts, of results): what it says of its lines is what stands under it, each
-- count by itself, none left out. p_said and p_stand side by side; p_words is the sentence when they differ. Binds the application. Error: YG006.
CREATE OR REPLACE FUNCTION exchange_counts_stand_v1(p_table text, p_said bigint[], p_stand bigint[], p_words text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF warrants_by_application_v1() AND (p_said = p_stand AND array_position(p_said || p_stand, NULL) IS NULL) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = p_table, MESSAGE = p_words || '，未作任何改动；请重新接收文件。';
    END IF;
END;
$$;
REVOKE ALL ON FUNCTION exchange_counts_stand_v1 FROM PUBLIC;

-- exchange_file_of_lines_v1: when its transaction ends, every line of a file of records stands somewhere, as the file's own counts say: what is new as a record,
-- the rest known or sent back; none without its content. Binds the application. Error: YG006.
CREATE OR REPLACE FUNCTION exchange_file_of_lines_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    records text := exchange_records_in_v1(NEW.kind);
    stand bigint;
    has_content bigint := (SELECT count(*) FROM documents_stored_file k WHERE k.digest = NEW.digest);
BEGIN
    IF records IS NOT NULL THEN
        EXECUTE format('SELECT count(*) FROM %I WHERE file_id = $1 AND row_no > 0', records) INTO stand USING NEW.id;
    END IF;
    PERFORM exchange_counts_stand_v1(TG_TABLE_NAME,
        ARRAY[NEW.matched_count + NEW.waiting_count + NEW.unmatched_count, NEW.accepted_count, NEW.rejected_count, (NEW.row_count > 0)::integer, 1, 0]::bigint[],
        ARRAY[stand, stand + NEW.known_count, jsonb_array_length(NEW.rejected), 1, has_content, (
            SELECT count(*) FROM jsonb_array_elements(NEW.elsewhere) AS e
            WHERE NOT EXISTS (SELECT 1 FROM jsonb_array_elements(NEW.rejected) AS r WHERE r -> 0 = e))]::bigint[],
        format('收文“%s”登记的行数（共 %s 行）与实际写入的记录不符，或没有留存原文', NEW.file_name, NEW.row_count));
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION exchange_file_of_lines_v1 FROM PUBLIC;
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 'of_lines' AND tgrelid = 'exchange_inbound_file'::regclass) THEN
        CREATE CONSTRAINT TRIGGER of_lines AFTER INSERT ON exchange_inbound_file DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION exchange_file_of_lines_v1();
    END IF;
END;
$$;

-- exchange_received_v1: when a file came in is the database's word.
CREATE OR REPLACE FUNCTION exchange_received_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF warrants_by_application_v1() THEN
        NEW.received_at := clock_timestamp();
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION exchange_received_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER received BEFORE INSERT ON exchange_inbound_file FOR EACH ROW EXECUTE FUNCTION exchange_received_v1();

-- exchange_token_post_v1: what a partner does with its token is the work of an account; that account holds a post of the business class, whose
-- rights are given and withdrawn like anybody's (R311, R312). Error: YG004.
CREATE OR REPLACE FUNCTION exchange_token_post_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    holder record;
BEGIN
    SELECT u.full_name, p.name AS post, p.post_class, p.class_name INTO holder
    FROM staff_user u LEFT JOIN staff_post p ON p.code = u.role WHERE u.id = NEW.user_id;
    IF NEW.is_active AND holder.post_class IS DISTINCT FROM 'business' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004', TABLE = TG_TABLE_NAME, MESSAGE = format(
            '协作单位的接口账号须任业务经办岗位，%s 现为 %s，不能使用接口凭证。', holder.full_name,
            coalesce(holder.post || '（' || holder.class_name || '）', '未定岗'));
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION exchange_token_post_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER token_post AFTER INSERT OR UPDATE OF user_id, is_active ON exchange_api_token
    FOR EACH ROW EXECUTE FUNCTION exchange_token_post_v1();

-- exchange_life_after_v1: what our own record holds against a reported day of death, as far as it was there before the report: the person lived later.
-- Only what the person did, or what nobody does for a dead one, counts; that a pension was paid on, a bill was made or a certification was written with
-- an award does not, for nobody knew; nor does a certification taken over (source 0), for what it rests on is not here to be shown. The latest fact of
-- each kind (`seen` may come twice):
--   certified  seen in person (窗口、手机、自助机、网点、上门) on a later day;
--   seen       a trace of life, or a certification out of one, more than a month later: hospitals settle after a death;
--   retired    a day of retirement more than three months later: it may be applied for ahead;
--   employed   a work relation begun more than three months later;
--   paid       contributions paid for a month more than a year later: a unit that does not know pays on for a while.
-- p_record: the report; what came in after it releases nothing (that is for the person's own case), NULL or unknown for one that comes in now.
CREATE OR REPLACE FUNCTION exchange_life_after_v1(p_person bigint, p_day date, p_record bigint) RETURNS TABLE (kind text, on_day date)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    reported_at timestamptz := coalesce((
        SELECT coalesce(f.received_at, a.asked_at, m.received_at) FROM exchange_death_record d
        LEFT JOIN exchange_inbound_file f ON f.id = d.file_id LEFT JOIN exchange_answer a ON a.id = d.answer_id
        LEFT JOIN exchange_in_message m ON m.id = d.message_id WHERE d.id = p_record), 'infinity');
    month_after integer := to_char(p_day + interval '3 months', 'YYYYMM')::integer;
    year_after integer := to_char(p_day + interval '1 year', 'YYYYMM')::integer;
    records bigint[] := array(SELECT p.id FROM registry_person p WHERE p.id = p_person OR p.merged_into_id = p_person);
BEGIN
    RETURN QUERY
    SELECT CASE WHEN c.way = 'data' THEN 'seen' ELSE 'certified' END, max(c.certified_on)
    FROM benefits_certification c LEFT JOIN warrants_warrant w ON w.id = c.warrant_id
    WHERE c.person_id = p_person AND c.way <> 'award' AND c.source_id <> 0 AND coalesce(w.issued_at, '-infinity') < reported_at
      AND c.certified_on > CASE WHEN c.way = 'data' THEN (p_day + interval '1 month')::date ELSE p_day END
    GROUP BY 1;
    RETURN QUERY
    SELECT 'seen', max(s.seen_on)
    FROM registry_person p
    JOIN LATERAL (SELECT p.id_number UNION SELECT o.id_number FROM registry_former_identity o WHERE o.person_id = p.id) AS i ON true
    JOIN exchange_life_sign s ON s.id_number = i.id_number AND s.seen_on > (p_day + interval '1 month')::date
        AND registry_person_of_v1(s.id_number) = p.id AND registry_same_name_v1(p.id, s.name)
    LEFT JOIN exchange_inbound_file f ON f.id = s.file_id LEFT JOIN exchange_answer a ON a.id = s.answer_id
    LEFT JOIN exchange_in_message m ON m.id = s.message_id
    WHERE p.id = p_person AND coalesce(f.received_at, a.asked_at, m.received_at, '-infinity') < reported_at
    HAVING count(*) > 0;
    RETURN QUERY
    SELECT 'retired', p.retired_on FROM registry_person p WHERE p.id = p_person AND p.retired_on > (p_day + interval '3 months')::date;
    RETURN QUERY
    SELECT 'employed', to_date(max(e.start_period)::text, 'YYYYMM') FROM registry_employment e
    WHERE e.person_id = ANY (records) AND e.start_period > month_after HAVING count(*) > 0;
    -- Of years taken over the months are not known, only their number: they count where the whole year lies after it. Most reports are of this year.
    IF year_after < to_char(now(), 'YYYYMM')::integer THEN
        RETURN QUERY
        SELECT 'paid', to_date(max(x.period)::text, 'YYYYMM') FROM (
            SELECT y.year * 100 + y.months AS period FROM contributions_year y WHERE y.person_id = ANY (records) AND y.year > year_after / 100
            UNION ALL
            SELECT l.owed_period FROM contributions_line l
            WHERE l.person_id = ANY (records) AND l.owed_period > year_after AND l.employer_id IN (
                SELECT 0 UNION SELECT v.employer_id FROM registry_coverage v WHERE v.person_id = ANY (records) AND v.employer_id IS NOT NULL)
              AND NOT EXISTS (SELECT 1 FROM contributions_open_bill b WHERE b.source_id = l.source_id AND b.employer_id = l.employer_id
                AND b.insurance = l.insurance AND b.person_id IN (0, l.person_id))
            GROUP BY l.owed_period HAVING sum(l.base_fen) > 0
        ) AS x HAVING count(*) > 0;
    END IF;
END;
$$;

-- exchange_death_rule_v1: the one rule of what reports of deaths mean, as a query. Its %s: the reports asked about, as a table of id, id_number, name
-- and died_on. standing: in_force · other_day (another report in force names another day: dead on either, which one is to be settled) ·
-- other_name, before_birth, contradicted (our record says otherwise; of the last, that the person lived later, `exchange_life_after_v1`: waits for a
-- reviewer, holds nothing back) · dismissed (settled so) · withdrawn (taken back,
-- the person lives) · unmatched (the number leads to nobody here).
CREATE OR REPLACE FUNCTION exchange_death_rule_v1() RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT $rule$
        WITH known AS (
            -- What was taken back of a day is so of every report of that day about the same person, under whatever number and name it comes again.
            SELECT d.id, d.died_on, d.name, coalesce(p.id, f.person_id) AS person, v.verdict,
                bool_or(w.id IS NOT NULL) OVER (PARTITION BY coalesce(p.id, f.person_id), d.died_on) AS withdrawn
            FROM %s AS d
            LEFT JOIN registry_person p ON p.id_number = d.id_number AND p.merged_into_id IS NULL
            LEFT JOIN LATERAL (SELECT o.person_id FROM registry_former_identity o WHERE o.id_number = d.id_number ORDER BY o.id DESC LIMIT 1) AS f
                ON p.id IS NULL
            LEFT JOIN exchange_death_verdict v ON v.record_id = d.id
            LEFT JOIN exchange_death_withdrawal w ON w.record_id = d.id
        ),
        judged AS (
            SELECT k.id, k.person, k.died_on, CASE
                WHEN k.person IS NULL THEN 'unmatched'
                WHEN k.withdrawn THEN 'withdrawn'
                WHEN k.verdict = 'dismissed' THEN 'dismissed'
                WHEN k.verdict = 'holds' THEN 'in_force'
                WHEN k.died_on < p.born_on THEN 'before_birth'
                WHEN k.name <> p.name AND NOT EXISTS (
                    SELECT 1 FROM registry_former_identity o WHERE o.person_id = k.person AND o.name = k.name) THEN 'other_name'
                -- Whom we know to be dead nothing speaks for.
                WHEN p.life_status <> '02' AND EXISTS (SELECT 1 FROM exchange_life_after_v1(k.person, k.died_on, k.id)) THEN 'contradicted'
                ELSE 'in_force' END AS standing
            FROM known k LEFT JOIN registry_person p ON p.id = k.person
        )
        SELECT j.id AS record_id, j.person AS person_id, j.died_on, CASE WHEN j.standing = 'in_force'
            AND min(j.died_on) FILTER (WHERE j.standing = 'in_force') OVER mine <> max(j.died_on) FILTER (WHERE j.standing = 'in_force') OVER mine
            THEN 'other_day' ELSE j.standing END AS standing
        FROM judged j WINDOW mine AS (PARTITION BY j.person)
    $rule$
$$;

-- exchange_deaths_v1: every reported death, whom it is about and how it stands; of one person only, where p_person is given. One row per report.
-- Runs, refunds, certification, forms, lists and watches ask it.
CREATE OR REPLACE FUNCTION exchange_deaths_v1(p_person bigint DEFAULT NULL)
RETURNS TABLE (record_id bigint, person_id bigint, died_on date, standing text)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    numbers text[];
BEGIN
    IF p_person IS NULL THEN
        RETURN QUERY EXECUTE format(exchange_death_rule_v1(), 'exchange_death_record');
        RETURN;
    END IF;
    -- Nearly everybody: nothing was ever reported.
    numbers := array(SELECT p.id_number::text FROM registry_person p WHERE p.id = p_person
        UNION SELECT f.id_number::text FROM registry_former_identity f WHERE f.person_id = p_person);
    IF EXISTS (SELECT 1 FROM exchange_death_record d WHERE d.id_number = ANY (numbers)) THEN
        RETURN QUERY EXECUTE format('SELECT * FROM (%s) AS asked WHERE asked.person_id = $2', format(exchange_death_rule_v1(),
            '(SELECT * FROM exchange_death_record WHERE id_number = ANY ($1))')) USING numbers, p_person;
    END IF;
END;
$$;

-- exchange_new_deaths_v1: how the rows of a file would stand beside what is known. p_rows: objects of row_no, id_number, name, died_on. One row each.
CREATE OR REPLACE FUNCTION exchange_new_deaths_v1(p_rows jsonb) RETURNS TABLE (row_no integer, person_id bigint, standing text)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format('SELECT (-asked.record_id)::integer, asked.person_id, asked.standing FROM (%s) AS asked WHERE asked.record_id < 0',
        format(exchange_death_rule_v1(), $source$(
            WITH told AS MATERIALIZED (SELECT * FROM jsonb_to_recordset($1) AS r (row_no integer, id_number text, name text, died_on date)),
            who AS MATERIALIZED (
                SELECT p.id FROM told JOIN registry_person p ON p.id_number = told.id_number AND p.merged_into_id IS NULL
                UNION SELECT f.person_id FROM told JOIN registry_former_identity f ON f.id_number = told.id_number)
            SELECT -told.row_no::bigint AS id, told.id_number, told.name, told.died_on FROM told
            UNION ALL
            SELECT d.id, d.id_number, d.name, d.died_on FROM exchange_death_record d WHERE d.id_number IN (
                SELECT p.id_number FROM who JOIN registry_person p ON p.id = who.id
                UNION ALL SELECT f.id_number FROM who JOIN registry_former_identity f ON f.person_id = who.id)
        )$source$)) USING p_rows;
END;
$$;

-- exchange_verdict_ground_v1: a reviewer of an agency that answers for the person's area settles what waits: a report that contradicts our record, or one of several
-- days; not whoever took the report in, nor another account of theirs; of several days one stays. A day before the birth holds never. What is in force is taken back by a case
-- only. Errors: YG006, YG004.
CREATE OR REPLACE FUNCTION exchange_verdict_ground_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found_person bigint;
    found_standing text;
    taken_in_by bigint;
    day date;
    born date;
BEGIN
    SELECT registry_person_of_v1(d.id_number), f.received_by_id, d.died_on INTO found_person, taken_in_by, day
    FROM exchange_death_record d LEFT JOIN exchange_inbound_file f ON f.id = d.file_id WHERE d.id = NEW.record_id;
    PERFORM pg_advisory_xact_lock(7003, (coalesce(found_person, 0) % 2147483647)::integer);
    SELECT s.standing INTO found_standing FROM exchange_deaths_v1(found_person) AS s WHERE s.record_id = NEW.record_id;
    IF found_standing IS NULL OR found_standing NOT IN ('other_name', 'before_birth', 'contradicted', 'other_day') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME,
            MESSAGE = '这条死亡信息不在待核定状态，不能核定；已采信的误报须以关键信息变更（CHG-004）更正。';
    END IF;
    born := (SELECT p.born_on FROM registry_person p WHERE p.id = found_person);
    IF NEW.verdict = 'holds' AND day < born THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME, MESSAGE = format(
            '死亡日期 %s 早于登记的出生日期 %s，不能采信；请不予采信并请报送单位更正后重报，登记有误的先以关键信息变更（CHG-004）更正出生日期。',
            to_char(day, 'YYYY-MM-DD'), to_char(born, 'YYYY-MM-DD'));
    END IF;
    IF taken_in_by IS NOT NULL AND NOT staff_distinct_v1(ARRAY[taken_in_by, NEW.decided_by_id]) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004', TABLE = TG_TABLE_NAME, MESSAGE = '接收这份文件的人员不能核定其中的死亡信息，请由其他有权核定的人员办理。';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM staff_user u WHERE u.id = NEW.decided_by_id AND staff_officer_v1(u.id) AND u.role IN ('reviewer', 'section_head', 'auditor')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004', TABLE = TG_TABLE_NAME, MESSAGE = '死亡信息由审核人员、科室负责人或稽核人员核定。';
    END IF;
    IF runs_answers_for_v1(NEW.decided_by_id, (SELECT p.area_id FROM registry_person p WHERE p.id = found_person)) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004', TABLE = TG_TABLE_NAME, MESSAGE = '死亡信息由参保人参保归属地或其市级经办机构的人员核定。';
    END IF;
    IF length(btrim(NEW.reason)) < 4 THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME, MESSAGE = '请写明核定的理由。';
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION exchange_verdict_ground_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER verdict_ground BEFORE INSERT ON exchange_death_verdict FOR EACH ROW EXECUTE FUNCTION exchange_verdict_ground_v1();

SELECT registry_bind_subjects_v1('exchange_death_withdrawal', 'person_id', '');

-- exchange_withdrawal_ground_v1: what is taken back is in force, and about the person the case is about; and what the case's signed form asks for is that
-- their life be set right (change item 07). Errors: YG006, YG011.
CREATE OR REPLACE FUNCTION exchange_withdrawal_ground_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    of_case bigint := (SELECT c.warrant FROM registry_case_now_v1() c);
BEGIN
    IF of_case IS NOT NULL AND NOT EXISTS (SELECT 1 FROM registry_key_change_v1(of_case) k WHERE k.what = '07' AND k.person = NEW.person_id) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = TG_TABLE_NAME,
            MESSAGE = '误报的死亡信息只能由申请更正生存状态（变更项目 07）的关键信息变更办件更正，且只能更正申请人本人的。';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM exchange_deaths_v1(NEW.person_id) AS s
            WHERE s.record_id = NEW.record_id AND s.standing IN ('in_force', 'other_day')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME, MESSAGE = '这条死亡信息不是该参保人的，或并未采信，不能更正。';
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION exchange_withdrawal_ground_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER withdrawal_ground BEFORE INSERT ON exchange_death_withdrawal
    FOR EACH ROW EXECUTE FUNCTION exchange_withdrawal_ground_v1();
