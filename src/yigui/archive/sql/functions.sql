-- Volumes of finished cases. The application reads these tables and writes none of them. Errors: YG003 what is filed stays, YG005 somebody else's
-- work, YG006 it cannot be filed like this, YG009 nobody is there.

-- archive_due_v1: a case that finishes waits to be filed, by the very transaction that finishes it: none can be lost. It is filed by the job, not here: files
-- are read for it, and a running number without gaps is given under a lock that no counter is to wait for.
CREATE OR REPLACE FUNCTION archive_due_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO archive_due (case_id, since, reason, tries, next_at)
    VALUES (NEW.id, coalesce(NEW.finished_at, clock_timestamp()), '', 0, clock_timestamp()) ON CONFLICT (case_id) DO NOTHING;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION archive_due_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER to_archive AFTER UPDATE OF status ON casework_case FOR EACH ROW
    WHEN (NEW.status = 'finished' AND OLD.status <> 'finished') EXECUTE FUNCTION archive_due_v1();

-- archive_adopt_v1: cases finished before there was an archive begin to wait, the next so many by number; gives how many were looked at. What it has gone
-- through it keeps, so that it goes on where it was; a case it has passed while it was open is brought by the trigger.
CREATE OR REPLACE FUNCTION archive_adopt_v1(p_most integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    begins bigint;
    ends bigint;
    looked integer;
BEGIN
    INSERT INTO archive_scan (name, up_to) VALUES ('earlier', 0) ON CONFLICT (name) DO NOTHING;
    SELECT up_to INTO begins FROM archive_scan WHERE name = 'earlier' FOR UPDATE;
    SELECT max(n.id), count(*) INTO ends, looked FROM (
        SELECT c.id FROM casework_case c WHERE c.id > begins ORDER BY c.id LIMIT least(greatest(p_most, 1), 10000)) AS n;
    IF looked > 0 THEN
        INSERT INTO archive_due (case_id, since, reason, tries, next_at)
        SELECT c.id, coalesce(c.finished_at, clock_timestamp()), '', 0, clock_timestamp() FROM casework_case c
        WHERE c.id > begins AND c.id <= ends AND c.status = 'finished'
          AND NOT EXISTS (SELECT 1 FROM archive_volume v WHERE v.case_id = c.id)
        ON CONFLICT (case_id) DO NOTHING;
        UPDATE archive_scan SET up_to = ends WHERE name = 'earlier';
    END IF;
    RETURN looked;
END;
$$;

-- archive_rule_v1: the rule an item is filed by on the day its case ended; no row: none is declared.
CREATE OR REPLACE FUNCTION archive_rule_v1(p_item text, p_on date) RETURNS SETOF archive_rule
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.* FROM archive_rule r WHERE r.item_code = p_item AND r.valid_from <= p_on AND coalesce(r.valid_to, 'infinity') >= p_on
$$;
REVOKE ALL ON FUNCTION archive_rule_v1 FROM PUBLIC;

-- archive_gaps_v1: what a finished case lacks, as its own chain of events has it: what was handed in then (material, source, digest of the file), what
-- was needed then, the document it ended with, a rule to file it by. Grain: one row a gap: kind, material or item.
CREATE OR REPLACE FUNCTION archive_gaps_v1(p_case bigint) RETURNS TABLE (kind text, code text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH handed AS (
        SELECT e.seq, e.payload FROM casework_event e WHERE e.case_id = p_case AND e.verb IN ('accept', 'resubmit')),
    listed AS (
        SELECT DISTINCT m.value ->> 0 AS code, m.value ->> 1 AS source, coalesce(m.value ->> 2, '') AS digest
        FROM handed h, jsonb_array_elements(coalesce(h.payload -> 'materials', '[]')) AS m (value))
    SELECT CASE WHEN l.digest = '' THEN 'material' ELSE 'file' END, l.code FROM listed l
    WHERE NOT EXISTS (
        SELECT 1 FROM casework_case_material m LEFT JOIN documents_paper p ON p.id = m.paper_id
        WHERE m.case_id = p_case AND m.material_code = l.code AND m.source = l.source AND coalesce(p.file_id, '') = l.digest)
    UNION
    SELECT 'needed', n.value FROM jsonb_array_elements_text(
        (SELECT coalesce(h.payload -> 'needed', '[]') FROM handed h ORDER BY h.seq DESC LIMIT 1)) AS n (value)
    WHERE NOT EXISTS (SELECT 1 FROM casework_case_material m WHERE m.case_id = p_case AND m.material_code = n.value)
    UNION
    SELECT 'chain', '' WHERE NOT EXISTS (SELECT 1 FROM handed)
    UNION
    SELECT 'document', '' FROM casework_case c WHERE c.id = p_case AND NOT EXISTS (SELECT 1 FROM documents_issued d WHERE d.id = c.document_id)
    UNION
    SELECT 'rule', c.item_code FROM casework_case c WHERE c.id = p_case
      AND NOT EXISTS (SELECT 1 FROM archive_rule_v1(c.item_code, (c.finished_at AT TIME ZONE 'Asia/Shanghai')::date))
$$;

-- archive_list_v1: the pieces of a case as they belong into its volume, out of the records: conclusions before evidence, the agency's before the applicant's.
CREATE OR REPLACE FUNCTION archive_list_v1(p_case bigint) RETURNS TABLE (
    seq bigint, kind text, code text, title text, maker text, made_on date, media_type text, size integer, digest text, row_id bigint, note text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH the_case AS (
        SELECT c.*, a.name AS agency_name FROM casework_case c JOIN registry_agency a ON a.code = c.agency_id WHERE c.id = p_case),
    found AS (
        SELECT 1 AS place, d.id AS at, 'result' AS kind, d.kind AS code, d.title, c.agency_name AS maker, d.issued_on AS made_on, '' AS media_type,
            NULL::integer AS size, 'sm3:' || d.digest AS digest, d.id AS row_id, '' AS note
        FROM the_case c JOIN documents_issued d ON d.id = c.document_id
        UNION ALL
        SELECT 2, d.id, 'letter', d.kind, d.title, c.agency_name, d.issued_on, '', NULL, 'sm3:' || d.digest, d.id, ''
        FROM the_case c JOIN documents_issued d ON d.case_no = c.case_no AND d.id IS DISTINCT FROM c.document_id
        UNION ALL
        SELECT 3, m.id, 'minutes', 'minutes', '集体研究会议纪要', c.agency_name, m.held_on, '', NULL,
            'sha256:' || encode(sha256(convert_to(m.minutes || '|' || n.verdict || '|' || n.note, 'UTF8')), 'hex'), n.id, ''
        FROM the_case c JOIN casework_decision n ON n.case_id = c.id JOIN casework_meeting m ON m.id = n.meeting_id
        UNION ALL
        SELECT 4, h.id, 'form', 'form', '业务申请表', c.subject_name, (h.at AT TIME ZONE 'Asia/Shanghai')::date, '', NULL,
            'sm3:' || (h.payload ->> 'form'), h.id, CASE WHEN h.seq = 1 THEN '' ELSE '补正后重新提交' END
        FROM the_case c JOIN casework_event h ON h.case_id = c.id AND h.verb IN ('accept', 'resubmit') AND h.payload ->> 'form' IS NOT NULL
        UNION ALL
        SELECT 5, r.id, 'proof', w.service, '部门核验凭据', p.name, (w.asked_at AT TIME ZONE 'Asia/Shanghai')::date, '', NULL,
            'sha256:' || encode(sha256(convert_to(w.request::text || '|' || w.data::text || '|' || w.body || '|' || w.signature, 'UTF8')), 'hex'), r.id, ''
        FROM the_case c JOIN casework_case_proof r ON r.case_id = c.id JOIN exchange_answer w ON w.id = r.answer_id
            JOIN exchange_partner p ON p.code = w.partner_id
        UNION ALL
        SELECT 6, m.id, 'material', m.material_code, coalesce(p.file_name, ''), CASE WHEN m.source = 'generated' THEN c.agency_name ELSE c.subject_name END,
            p.taken_on, coalesce(f.media_type, ''), f.size, coalesce('sm3:' || f.digest, ''), m.id, left(concat_ws('，', CASE m.source
                WHEN 'seen' THEN '核验原件，无扫描件' WHEN 'generated' THEN '系统生成签名确认，内容在业务申请表' WHEN 'shared' THEN '部门共享核验，无纸质材料'
                WHEN 'on_file' THEN '沿用在档材料' END, nullif(m.note, '')), 200)
        FROM the_case c JOIN casework_case_material m ON m.case_id = c.id LEFT JOIN documents_paper p ON p.id = m.paper_id
            LEFT JOIN documents_stored_file f ON f.digest = p.file_id
        UNION ALL
        SELECT 7, e.id, 'chain', 'chain', '办理过程', c.agency_name, (e.at AT TIME ZONE 'Asia/Shanghai')::date, '', NULL, 'sm3:' || e.digest, e.id, ''
        FROM the_case c JOIN casework_event e ON e.case_id = c.id AND e.verb = 'finish')
    SELECT row_number() OVER (ORDER BY f.place, f.at), f.kind, f.code, f.title, f.maker, f.made_on, f.media_type, f.size, f.digest, f.row_id, f.note
    FROM found f ORDER BY 1
$$;

-- archive_volume_digest_v1: SHA-256 over the pieces of a volume as they were filed.
CREATE OR REPLACE FUNCTION archive_volume_digest_v1(p_volume bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(convert_to(coalesce(string_agg(concat_ws('|', p.seq, p.kind, p.code, p.title, p.maker, p.made_on::text, p.media_type, p.size, p.digest,
        p.row_id, p.note), E'\n' ORDER BY p.seq), ''), 'UTF8')), 'hex') FROM archive_piece p WHERE p.volume_id = p_volume
$$;

-- archive_check_row_v1: keeps a test of the four properties. What a file holds only whoever reads it can say; that every property was looked at is asked here,
-- and that a fault is known (noted) only where somebody has answered for one: in the note of the volume, or as past mending; never at the filing itself.
CREATE OR REPLACE FUNCTION archive_check_row_v1(p_volume bigint, p_stage text, p_tool text, p_results jsonb, p_by bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    made bigint;
BEGIN
    IF (SELECT count(DISTINCT r.value ->> 'property') FROM jsonb_array_elements(p_results) AS r (value)
        WHERE r.value ->> 'property' IN ('authentic', 'whole', 'usable', 'safe') AND r.value ->> 'result' IN ('pass', 'fail', 'noted', 'not_made')) <> 4
       OR EXISTS (SELECT 1 FROM jsonb_array_elements(p_results) AS r (value) WHERE r.value ->> 'result' NOT IN ('pass', 'fail', 'noted', 'not_made')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '四性检测须包含真实性、完整性、可用性、安全性各项的结果，请重新检测。';
    END IF;
    IF EXISTS (SELECT 1 FROM jsonb_array_elements(p_results) AS r (value) WHERE r.value ->> 'result' = 'noted')
       AND (p_stage = 'filing' OR NOT (EXISTS (SELECT 1 FROM archive_volume v WHERE v.id = p_volume AND v.note <> '')
            OR EXISTS (SELECT 1 FROM tasks_task t WHERE t.kind = 'archive_fault' AND t.origin_kind = 'volume' AND t.origin_id = p_volume
                       AND t.state = 'done' AND t.outcome = 'known'))) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '该案卷没有备考，也没有登记过无法恢复的问题，检测结果不能记为已登记；请重新检测。';
    END IF;
    INSERT INTO archive_check (volume_id, stage, tool, results, is_sound, by_id, at)
    VALUES (p_volume, p_stage, p_tool, p_results,
        NOT EXISTS (SELECT 1 FROM jsonb_array_elements(p_results) AS r (value) WHERE r.value ->> 'result' = 'fail'), p_by, clock_timestamp())
    RETURNING id INTO made;
    RETURN made;
END;
$$;
REVOKE ALL ON FUNCTION archive_check_row_v1 FROM PUBLIC;

-- archive_make_v1: the volume of a case that waits, out of its records. Params: pages by digest as whoever read the files counted them; the four checks; note
-- and person where it is filed although something is missing. The number is the next of its agency, year and class, under the lock of the counter.
CREATE OR REPLACE FUNCTION archive_make_v1(p_case casework_case, p_pages jsonb, p_tool text, p_results jsonb, p_note text, p_by bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    ended date := (p_case.finished_at AT TIME ZONE 'Asia/Shanghai')::date;
    in_year integer := extract(year FROM ended);
    rule archive_rule;
    next_seq integer;
    made bigint;
BEGIN
    SELECT * INTO rule FROM archive_rule_v1(p_case.item_code, ended);
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006',
            MESSAGE = format('事项 %s 在 %s 没有归档规则，不能归档；请由系统管理员补充声明。', p_case.item_code, ended);
    END IF;
    INSERT INTO archive_counter AS k (agency_id, year, class_no, last) VALUES (p_case.agency_id, in_year, rule.class_no, 1)
    ON CONFLICT (agency_id, year, class_no) DO UPDATE SET last = k.last + 1 RETURNING k.last INTO next_seq;
    made := nextval(pg_get_serial_sequence('archive_volume', 'id'));
    INSERT INTO archive_piece (volume_id, seq, kind, code, title, maker, made_on, pages, media_type, size, digest, row_id, note)
    SELECT made, l.seq, l.kind, l.code, l.title, l.maker, l.made_on, (p_pages ->> l.digest)::integer, l.media_type, l.size, l.digest, l.row_id, l.note
    FROM archive_list_v1(p_case.id) l;
    INSERT INTO archive_volume (id, number, agency_id, year, class_no, class_name, seq, case_id, case_no, item_code, item_name, person_id, employer_id,
        subject_name, area_id, ended_on, scope, period, years, keep_until, source, pieces, pages, note, filed_by_id, filed_at, digest)
    OVERRIDING SYSTEM VALUE
    SELECT made, format('%s-%s-%s-%s', p_case.agency_id, in_year, lpad(rule.class_no::text, 2, '0'), lpad(next_seq::text, greatest(6, length(next_seq::text)), '0')), p_case.agency_id, in_year,
        rule.class_no, rule.class_name, next_seq, p_case.id, p_case.case_no, p_case.item_code, p_case.item_name, p_case.person_id, p_case.employer_id,
        p_case.subject_name, p_case.area_id, ended, rule.scope, rule.period, rule.years,
        -- Counted from the first of January of the year after it was made.
        CASE WHEN rule.period = 'years' THEN make_date(in_year + rule.years, 12, 31) END, rule.source,
        count(*), sum(p.pages), p_note, p_by, clock_timestamp(), archive_volume_digest_v1(made)
    FROM archive_piece p WHERE p.volume_id = made;
    PERFORM archive_check_row_v1(made, 'filing', p_tool, p_results, p_by);
    DELETE FROM archive_due WHERE case_id = p_case.id;
    RETURN made;
END;
$$;
REVOKE ALL ON FUNCTION archive_make_v1 FROM PUBLIC;

-- archive_waiting_v1: a case that waits to be filed, its row locked; nothing where it does not wait any more.
CREATE OR REPLACE FUNCTION archive_waiting_v1(p_case bigint) RETURNS SETOF casework_case
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM archive_due WHERE case_id = p_case FOR UPDATE;
    IF FOUND THEN
        RETURN QUERY SELECT c.* FROM casework_case c WHERE c.id = p_case AND c.status = 'finished';
    END IF;
END;
$$;
REVOKE ALL ON FUNCTION archive_waiting_v1 FROM PUBLIC;

-- archive_file_v1: files a case that waits; gives its volume, NULL where it does not wait. One with a gap, or with a check that failed, is not filed so.
CREATE OR REPLACE FUNCTION archive_file_v1(p_case bigint, p_pages jsonb, p_tool text, p_results jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    waiting casework_case;
BEGIN
    SELECT * INTO waiting FROM archive_waiting_v1(p_case);
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT 1 FROM archive_gaps_v1(p_case)) OR EXISTS (
        SELECT 1 FROM jsonb_array_elements(p_results) AS r (value) WHERE r.value ->> 'result' = 'fail') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('办件 %s 的材料有缺漏，不能自动归档；补齐后再归档，或由科室负责人写明情况后归档。', waiting.case_no);
    END IF;
    RETURN archive_make_v1(waiting, p_pages, p_tool, p_results, '', NULL);
END;
$$;

-- archive_keeper_v1: whether somebody at work answers for the volumes of an agency: its section heads and leaders, at city level those under it too.
CREATE OR REPLACE FUNCTION archive_keeper_v1(p_user bigint, p_agency text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM staff_user u JOIN registry_agency a ON a.code = u.agency_id JOIN registry_area r ON r.code = a.area_id
        JOIN registry_agency o ON o.code = p_agency JOIN registry_area p ON p.code = o.area_id
        WHERE u.id = p_user AND u.is_active AND u.role IN ('section_head', 'director')
          AND (o.code = u.agency_id OR p.code = r.code OR (r.level = 'city' AND p.parent_id = r.code)))
$$;
REVOKE ALL ON FUNCTION archive_keeper_v1 FROM PUBLIC;

-- archive_file_noted_v1: a case that is held is filed with what is missing, by somebody who answers for its agency and says why; the note stays in the volume.
CREATE OR REPLACE FUNCTION archive_file_noted_v1(p_token text, p_case bigint, p_pages jsonb, p_tool text, p_results jsonb, p_note text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    waiting casework_case;
BEGIN
    SELECT * INTO waiting FROM archive_waiting_v1(p_case);
    IF NOT FOUND OR NOT EXISTS (SELECT 1 FROM archive_due d WHERE d.case_id = p_case AND d.reason <> '') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '该办件没有因缺漏停在待归档，请刷新后查看。';
    END IF;
    IF archive_keeper_v1(who, waiting.agency_id) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = format('办件 %s 由经办机构或其上级机构的科室负责人、分管领导写明情况后归档。', waiting.case_no);
    END IF;
    -- Whoever has handled the case does not answer for what it lacks.
    IF EXISTS (SELECT 1 FROM (SELECT waiting.accepted_by_id UNION SELECT waiting.handled_by_id
            UNION SELECT s.decided_by_id FROM casework_step s WHERE s.case_id = p_case) AS h (account)
        WHERE h.account IS NOT NULL AND staff_person_v1(h.account) = staff_person_v1(who)) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004', MESSAGE = format('您经办过办件 %s，缺漏归档须由没有经办过的负责人办理。', waiting.case_no);
    END IF;
    IF length(btrim(p_note)) < 6 OR length(p_note) > 400 THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '请用 6 至 400 字写明缺什么、为什么补不回，归档后长期保存在备考内。';
    END IF;
    RETURN archive_make_v1(waiting, p_pages, p_tool, p_results, btrim(p_note), who);
END;
$$;

-- archive_hold_v1: a case that waits could not be filed, and why; it is tried again in an hour, later every day. Gives whether the reason is a new one.
CREATE OR REPLACE FUNCTION archive_hold_v1(p_case bigint, p_reason text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    held archive_due;
BEGIN
    SELECT * INTO held FROM archive_due WHERE case_id = p_case FOR UPDATE;
    IF NOT FOUND OR btrim(p_reason) = '' THEN
        RETURN false;
    END IF;
    UPDATE archive_due SET reason = btrim(p_reason), tries = least(tries + 1, 1000),
        next_at = clock_timestamp() + CASE WHEN tries < 24 THEN interval '1 hour' ELSE interval '1 day' END WHERE case_id = p_case;
    RETURN held.reason <> btrim(p_reason);
END;
$$;

-- archive_kept_v1: what belongs to a finished case stays: its materials and the papers behind them are not exchanged, not removed and, once it is filed, not
-- added to, whoever asks (R080). What a paper may still be used for (`valid_until`) is no part of it. Error: YG003.
CREATE OR REPLACE FUNCTION archive_kept_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    kept text;
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', TABLE = TG_TABLE_NAME, MESSAGE = '材料不能清空。';
    END IF;
    IF TG_TABLE_NAME = 'casework_case_material' THEN
        SELECT c.case_no INTO kept FROM casework_case c
        WHERE c.id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.case_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.case_id END)
          AND CASE WHEN TG_OP = 'INSERT' THEN EXISTS (SELECT 1 FROM archive_volume v WHERE v.case_id = c.id) ELSE c.status = 'finished' END LIMIT 1;
    ELSE
        SELECT c.case_no INTO kept FROM casework_case_material m JOIN casework_case c ON c.id = m.case_id
        WHERE m.paper_id = OLD.id AND c.status = 'finished' LIMIT 1;
    END IF;
    IF kept IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', TABLE = TG_TABLE_NAME,
            MESSAGE = format('办件 %s 已办结归档，其材料不能增加、更换或删除。', kept);
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END;
$$;
REVOKE ALL ON FUNCTION archive_kept_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER kept BEFORE INSERT OR UPDATE OR DELETE ON casework_case_material FOR EACH ROW EXECUTE FUNCTION archive_kept_v1();
CREATE OR REPLACE TRIGGER kept_whole BEFORE TRUNCATE ON casework_case_material FOR EACH STATEMENT EXECUTE FUNCTION archive_kept_v1();
CREATE OR REPLACE TRIGGER kept BEFORE DELETE OR UPDATE OF id, person_id, employer_id, material_code, file_id, file_name, taken_by_id, taken_on ON documents_paper
    FOR EACH ROW EXECUTE FUNCTION archive_kept_v1();
CREATE OR REPLACE TRIGGER kept_whole BEFORE TRUNCATE ON documents_paper FOR EACH STATEMENT EXECUTE FUNCTION archive_kept_v1();

-- archive_keep_check_v1: keeps a later test of a volume: by the job (no token), or by somebody who is there.
CREATE OR REPLACE FUNCTION archive_keep_check_v1(p_token text, p_volume bigint, p_tool text, p_results jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := CASE WHEN p_token <> '' THEN identity_require_v1(p_token) END;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM archive_volume v WHERE v.id = p_volume) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '没有这个案卷，请刷新后查看。';
    END IF;
    RETURN archive_check_row_v1(p_volume, CASE WHEN who IS NULL THEN 'yearly' ELSE 'demand' END, p_tool, p_results, who);
END;
$$;

-- archive_check_from_v1: the number up to which every volume filed before this year has been tested in it, worked out from the tests themselves.
CREATE OR REPLACE FUNCTION archive_check_from_v1() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    in_year integer := extract(year FROM clock_timestamp() AT TIME ZONE 'Asia/Shanghai');
    begins timestamptz := make_timestamptz(in_year, 1, 1, 0, 0, 0, 'Asia/Shanghai');
    known archive_scan;
    reached bigint;
BEGIN
    INSERT INTO archive_scan (name, up_to, year) VALUES ('check', 0, in_year) ON CONFLICT (name) DO NOTHING;
    SELECT * INTO known FROM archive_scan WHERE name = 'check' FOR UPDATE;
    reached := CASE WHEN known.year = in_year THEN known.up_to ELSE 0 END;
    reached := coalesce(
        (SELECT v.id - 1 FROM archive_volume v WHERE v.id > reached AND v.filed_at < begins
            AND NOT EXISTS (SELECT 1 FROM archive_check k WHERE k.volume_id = v.id AND k.at >= begins) ORDER BY v.id LIMIT 1),
        reached);
    UPDATE archive_scan SET up_to = reached, year = in_year WHERE name = 'check';
    RETURN reached;
END;
$$;

-- archive_changed_v1: how many pieces of a volume are not what the records of its case have now, and one more where they are not what was filed.
CREATE OR REPLACE FUNCTION archive_changed_v1(p_volume bigint) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT (SELECT count(*)::integer FROM archive_list_v1(v.case_id) l FULL JOIN (SELECT * FROM archive_piece f WHERE f.volume_id = v.id) p ON p.seq = l.seq
            WHERE (l.kind, l.code, l.title, l.digest, l.row_id) IS DISTINCT FROM (p.kind::text, p.code::text, p.title::text, p.digest::text, p.row_id))
        + (archive_volume_digest_v1(v.id) <> v.digest)::integer
    FROM archive_volume v WHERE v.id = p_volume
$$;
