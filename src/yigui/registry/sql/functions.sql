-- Numbers of the registry: 个人编号 (12 places) and 单位编号 (10 places); never used again.
CREATE SEQUENCE IF NOT EXISTS registry_person_no START 510000000001;
CREATE SEQUENCE IF NOT EXISTS registry_unit_no START 5100000001;

-- registry_subjects_v1: rows of the people and employers a case's warrant is about, and of those it has entered itself; no others. Once a
-- statement. Trigger arguments: the columns with the person and with the employer ('' where there is none); a row with a person is asked for
-- the person. What a case may write of them is asked beside it: `registry_record_v1`, `registry_relations_v1`. Error: YG011.
CREATE OR REPLACE FUNCTION registry_subjects_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    w record;
    foreign_row record;
BEGIN
    SELECT id, persons, employers INTO w FROM warrants_warrant
    WHERE xid = (pg_current_xact_id_if_assigned()::text)::bigint AND issued_at = transaction_timestamp() AND persons IS NOT NULL;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    -- The people of the case first: only of others is asked whether the case has entered them itself.
    IF TG_OP = 'INSERT' THEN
        SELECT r.person, r.employer INTO foreign_row
        FROM (SELECT (j.fields ->> TG_ARGV[0])::bigint AS person, (j.fields ->> TG_ARGV[1])::bigint AS employer
            FROM (SELECT to_jsonb(n) AS fields FROM new_rows n OFFSET 0) AS j) AS r
        WHERE CASE WHEN r.person IS NOT NULL THEN r.person <> ALL (w.persons) ELSE r.employer <> ALL (coalesce(w.employers, '{}')) END
          AND NOT registry_is_subject_v1(w.id, w.persons, w.employers, r.person, r.employer) LIMIT 1;
    ELSE
        SELECT r.person, r.employer INTO foreign_row
        FROM (SELECT (j.fields ->> TG_ARGV[0])::bigint AS person, (j.fields ->> TG_ARGV[1])::bigint AS employer
            FROM (SELECT to_jsonb(n) AS fields FROM new_rows n UNION ALL SELECT to_jsonb(o) FROM old_rows o OFFSET 0) AS j) AS r
        WHERE CASE WHEN r.person IS NOT NULL THEN r.person <> ALL (w.persons) ELSE r.employer <> ALL (coalesce(w.employers, '{}')) END
          AND NOT registry_is_subject_v1(w.id, w.persons, w.employers, r.person, r.employer) LIMIT 1;
    END IF;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = TG_TABLE_NAME, MESSAGE = format(
            '表 %s 中要写入的记录不属于本办件的人员或单位（个人 %s，单位 %s），写入被拒绝。', TG_TABLE_NAME, foreign_row.person, foreign_row.employer);
    END IF;
    RETURN NULL;
END;
$$;

-- registry_is_subject_v1: whether a row of somebody may be written under a warrant with these subjects.
CREATE OR REPLACE FUNCTION registry_is_subject_v1(p_warrant bigint, p_persons bigint[], p_employers bigint[], p_person bigint, p_employer bigint)
RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN p_person IS NOT NULL THEN p_person = ANY (p_persons)
            OR EXISTS (SELECT 1 FROM warrants_change WHERE table_name = 'registry_person' AND row_id = p_person AND warrant_id = p_warrant AND kind = 'I')
        WHEN p_employer IS NOT NULL THEN p_employer = ANY (p_employers)
            OR EXISTS (SELECT 1 FROM warrants_change WHERE table_name = 'registry_employer' AND row_id = p_employer AND warrant_id = p_warrant AND kind = 'I')
        ELSE true END
$$;

-- registry_case_now_v1: the case whose warrant is open, as the guards of records and relations ask it: warrant, class, the employers it is about, the
-- operator's own where one handed it in, the month of its acceptance and the one before (YYYYMM), and what its item declares (`casework/subjects.py`).
-- warrant NULL: no case's warrant is open. Not granted.
CREATE OR REPLACE FUNCTION registry_case_now_v1(
    OUT warrant bigint, OUT risk_class smallint, OUT employers bigint[], OUT operators_own bigint, OUT month integer, OUT month_before integer, OUT about jsonb)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT w.id, w.risk_class, array_remove(coalesce(w.employers, '{}') || l.employer_id, NULL), l.employer_id, to_char(c.accepted_on, 'YYYYMM')::integer,
        to_char(c.accepted_on - interval '1 month', 'YYYYMM')::integer, casework_about_v1(w.item_code)
    INTO warrant, risk_class, employers, operators_own, month, month_before, about
    FROM warrants_warrant w JOIN casework_case c ON c.id = w.subject_id LEFT JOIN staff_unit_login l ON l.id = c.login_id
    WHERE w.xid = (pg_current_xact_id_if_assigned()::text)::bigint AND w.issued_at = transaction_timestamp() AND w.kind = 'case';
END;
$$;
REVOKE ALL ON FUNCTION registry_case_now_v1 FROM PUBLIC;

-- registry_employs_v1: whether an employer may apply for what changes somebody's own record: a relation that began in a month before the case's, runs
-- or ended within two years (as long as the employer reads of them, `room.py`), and was not entered for months gone by in a case of an operator. The
-- doors ask it when the form names somebody, the guards when the case is finished.
CREATE OR REPLACE FUNCTION registry_employs_v1(p_employer bigint, p_person bigint, p_month integer) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM registry_employment e
        WHERE e.person_id = p_person AND e.employer_id = p_employer AND e.start_period < p_month AND coalesce(e.end_period, 999912) >= p_month - 200
          AND NOT EXISTS (
            SELECT 1 FROM warrants_change h JOIN warrants_warrant w ON w.id = h.warrant_id AND w.kind = 'case'
            JOIN casework_case c ON c.id = w.subject_id AND c.login_id IS NOT NULL
            WHERE h.table_name = 'registry_employment' AND h.row_id = e.id AND h.kind = 'I' AND to_char(c.accepted_on, 'YYYYMM')::integer > e.start_period));
END;
$$;
REVOKE ALL ON FUNCTION registry_employs_v1 FROM PUBLIC;

-- registry_key_change_v1: what the signed form of a case changes whose item declares that it changes key facts (`changes_keys`; `change_item`: 06 a merge,
-- 07 life), of whom, and what it says for it; nothing under any other warrant. Not granted.
CREATE OR REPLACE FUNCTION registry_key_change_v1(p_warrant bigint, OUT what text, OUT person bigint, OUT said text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT c.form ->> 'change_item', coalesce(registry_person_of_v1(c.form ->> 'id_number'), c.person_id), c.form ->> 'new_value'
    INTO what, person, said
    FROM warrants_warrant w JOIN casework_case c ON c.id = w.subject_id
    WHERE w.id = p_warrant AND w.kind = 'case' AND (casework_about_v1(w.item_code) ->> 'changes_keys')::boolean;
END;
$$;
REVOKE ALL ON FUNCTION registry_key_change_v1 FROM PUBLIC;

-- registry_merges_v1: whether the signed form of the case whose warrant this is merges just this record into just that one. Not granted.
CREATE OR REPLACE FUNCTION registry_merges_v1(p_warrant bigint, p_doubled bigint, p_kept bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    k record;
BEGIN
    SELECT * INTO k FROM registry_key_change_v1(p_warrant);
    RETURN (k.what = '06' AND k.person = p_kept
        AND EXISTS (SELECT 1 FROM registry_person p WHERE p.id = p_doubled AND k.said IN (p.id_number, p.person_no))) IS TRUE;
END;
$$;
REVOKE ALL ON FUNCTION registry_merges_v1 FROM PUBLIC;

-- registry_record_v1: somebody's own record (identity, contact, life) is theirs. A case changes of it what its item declares (`own_record`), and nothing
-- of somebody whom it merely takes on; one of an operator's only that of somebody whom the employer employs. Whom the case has entered itself it may
-- still complete. A record is merged into the one that the signed form names, and comes to life again, only where the form is about that. Error: YG011.
CREATE OR REPLACE FUNCTION registry_record_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c record;
    k record;
    may text[];
BEGIN
    SELECT * INTO c FROM registry_case_now_v1();
    IF c.warrant IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT * INTO k FROM registry_key_change_v1(c.warrant);
    may := ARRAY(SELECT jsonb_array_elements_text(c.about -> 'own_record')) || 'warrant_id'::text;
    IF EXISTS (
        SELECT 1 FROM old_rows o FULL JOIN new_rows n USING (id)
        WHERE ((to_jsonb(n) - may = to_jsonb(o) - may) IS NOT TRUE
            OR (c.operators_own IS NOT NULL AND NOT registry_employs_v1(c.operators_own, n.id, c.month)))
          AND NOT EXISTS (
            SELECT 1 FROM warrants_change h WHERE h.table_name = 'registry_person' AND h.row_id = n.id AND h.warrant_id = c.warrant AND h.kind = 'I')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = TG_TABLE_NAME,
            MESSAGE = '该事项不能变更参保人的这项登记信息；单位只能为在职职工申请登记信息的变更，新进职工的登记信息由其本人办理变更。';
    END IF;
    IF EXISTS (
        SELECT 1 FROM old_rows o FULL JOIN new_rows n USING (id)
        WHERE n.merged_into_id IS DISTINCT FROM o.merged_into_id AND NOT registry_merges_v1(c.warrant, n.id, n.merged_into_id)) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = TG_TABLE_NAME,
            MESSAGE = '重复档案只能按审签的申请表，将其中载明的档案并入申请人的档案；申请的不是重复档案合并的，不能合并。';
    END IF;
    IF EXISTS (
        SELECT 1 FROM old_rows o FULL JOIN new_rows n USING (id)
        WHERE n.life_status IS DISTINCT FROM o.life_status AND k.what IS NOT NULL AND (k.what = '07' AND k.person = n.id) IS NOT TRUE) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = TG_TABLE_NAME,
            MESSAGE = '生存状态只能由申请更正生存状态（变更项目 07）的关键信息变更办件更正，且只能更正申请人本人的。';
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION registry_record_v1 FROM PUBLIC;

-- registry_relations_v1: a row that names a person and an employer (relation, base) is asked for both. Under a case it is written with an employer the
-- case is about, or without one by whoever is not an employer; with any other only as far as its item declares (`elsewhere`): death and retirement
-- end what somebody has with whatever employer, a merge carries it over. A relation an operator enters is their own employer's, runs, and begins with
-- the month of the case or later; what runs they end, not before last month, and change nothing else of it. Where somebody is insured is where their
-- employer is, else where they are registered themselves; no case insures for months before its own, whoever hands it in. No case of whatever class
-- moves the beginning of a relation, or its end to a later month: what has ended is ended, and whoever comes back is entered anew; one that nobody examines
-- (class 3) ends nothing before last month. Bases of an operator: `contributions_base_months_v1`. Error: YG011.
CREATE OR REPLACE FUNCTION registry_relations_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c record;
    may text[];
    ends CONSTANT text[] := '{end_period,stop_reason,warrant_id}';
    is_foreign boolean := false;
    is_past boolean := false;
    is_misplaced boolean := false;
    is_rewritten boolean := false;
BEGIN
    SELECT * INTO c FROM registry_case_now_v1();
    IF c.warrant IS NULL THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME IN ('registry_coverage', 'registry_employment') THEN
        is_rewritten := EXISTS (
            SELECT 1 FROM old_rows o FULL JOIN new_rows n USING (id)
            WHERE n.start_period <> o.start_period OR coalesce(n.end_period, 999912) > coalesce(o.end_period, 999912)
               OR (c.risk_class = 3 AND n.end_period IS DISTINCT FROM o.end_period AND n.end_period < c.month_before));
    END IF;
    IF TG_TABLE_NAME = 'registry_coverage' THEN
        IF TG_OP = 'INSERT' THEN
            is_misplaced := EXISTS (
                SELECT 1 FROM new_rows n LEFT JOIN registry_employer e ON e.id = n.employer_id LEFT JOIN registry_person p ON p.id = n.person_id
                WHERE n.area_id IS DISTINCT FROM coalesce(e.area_id, p.area_id) OR n.start_period < c.month);
        ELSE
            is_misplaced := EXISTS (
                SELECT 1 FROM old_rows o JOIN new_rows n USING (id)
                WHERE (n.area_id, n.insurance, n.slot, n.start_period) IS DISTINCT FROM (o.area_id, o.insurance, o.slot, o.start_period));
        END IF;
    END IF;
    IF TG_OP = 'INSERT' THEN
        is_foreign := EXISTS (
            SELECT 1 FROM new_rows n
            WHERE CASE WHEN n.employer_id IS NULL THEN c.operators_own IS NOT NULL ELSE n.employer_id <> ALL (c.employers) END);
        IF c.operators_own IS NOT NULL AND TG_TABLE_NAME <> 'contributions_base' THEN
            is_past := EXISTS (
                SELECT 1 FROM new_rows n WHERE n.employer_id <> c.operators_own OR n.start_period < c.month OR n.end_period IS NOT NULL);
        END IF;
    ELSE
        may := ARRAY(SELECT jsonb_array_elements_text(c.about -> 'elsewhere')) || 'warrant_id'::text;
        is_foreign := EXISTS (
            SELECT 1 FROM old_rows o FULL JOIN new_rows n USING (id)
            WHERE (n.employer_id IS NOT DISTINCT FROM o.employer_id
                   AND CASE WHEN n.employer_id IS NULL THEN c.operators_own IS NULL ELSE n.employer_id = ANY (c.employers) END
                OR cardinality(may) > 1 AND to_jsonb(n) - may = to_jsonb(o) - may) IS NOT TRUE);
        IF c.operators_own IS NOT NULL AND TG_TABLE_NAME <> 'contributions_base' THEN
            is_past := EXISTS (
                SELECT 1 FROM old_rows o FULL JOIN new_rows n USING (id)
                WHERE (to_jsonb(n) - ends = to_jsonb(o) - ends) IS NOT TRUE
                   OR ((c.about ->> 'joins')::boolean AND n.employer_id = c.operators_own)
                   OR (c.risk_class > 1 AND (coalesce(o.end_period, 999912) < c.month OR coalesce(n.end_period, 999912) < c.month_before)));
        END IF;
    END IF;
    IF is_foreign THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = TG_TABLE_NAME,
            MESSAGE = format('表 %s 中要写入的记录涉及本办件以外的单位，写入被拒绝；该人员与其他单位的关系请由该单位或经办机构另行办理。', TG_TABLE_NAME);
    ELSIF is_misplaced THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = TG_TABLE_NAME,
            MESSAGE = '参保关系只能自受理当月起建立，参保地为单位所在地或本人登记的参保地，建立后不能改写；以往月份请以补缴办理。';
    ELSIF is_rewritten THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = TG_TABLE_NAME,
            MESSAGE = '参保、用工关系的起始年月不能改写，终止年月只能提前，即时办结的事项不能早于受理上月；已终止的关系不能恢复，继续参保的请办理续保或新参保，以往月份请以补缴办理。';
    ELSIF is_past THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = TG_TABLE_NAME,
            MESSAGE = '单位经办人只能自受理当月起为职工建立本单位的关系，或终止仍在存续的关系，不能补记、改写以往月份；确需更正的请到经办窗口办理。';
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION registry_relations_v1 FROM PUBLIC;

-- registry_bind_subjects_v1: sets these triggers on a table. p_inserts: rows entered anew too. A table with a person and an employer is asked for both.
CREATE OR REPLACE FUNCTION registry_bind_subjects_v1(p_table regclass, p_person text, p_employer text, p_inserts boolean DEFAULT true) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF p_inserts THEN
        EXECUTE format('CREATE OR REPLACE TRIGGER subjects_i AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows '
            'FOR EACH STATEMENT EXECUTE FUNCTION registry_subjects_v1(%L, %L)', p_table, p_person, p_employer);
    END IF;
    EXECUTE format('CREATE OR REPLACE TRIGGER subjects_u AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows '
        'FOR EACH STATEMENT EXECUTE FUNCTION registry_subjects_v1(%L, %L)', p_table, p_person, p_employer);
    IF p_person <> '' AND p_employer <> '' THEN
        EXECUTE format('CREATE OR REPLACE TRIGGER relations_i AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows '
            'FOR EACH STATEMENT EXECUTE FUNCTION registry_relations_v1()', p_table);
        EXECUTE format('CREATE OR REPLACE TRIGGER relations_u AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows '
            'FOR EACH STATEMENT EXECUTE FUNCTION registry_relations_v1()', p_table);
    END IF;
END;
$$;

-- registry_own_subjects_v1: refuses people and employers whom the open warrant is not about, and a table that only the owner's functions write
-- under it. Asked by the triggers below for rows the application writes by its own statements. Error: YG011.
CREATE OR REPLACE FUNCTION registry_own_subjects_v1(p_table name, p_persons bigint[], p_employers bigint[]) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    w record;
    foreign_row record;
BEGIN
    IF NOT warrants_by_hand_v1(p_table) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = p_table, MESSAGE = format('表 %s 在本授权凭据下只能由存储过程按规则写入。', p_table);
    END IF;
    SELECT id, persons, employers INTO w FROM warrants_warrant
    WHERE xid = (pg_current_xact_id_if_assigned()::text)::bigint AND issued_at = transaction_timestamp() AND persons IS NOT NULL;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT r.person, r.employer INTO foreign_row
    FROM (SELECT p AS person, NULL::bigint AS employer FROM unnest(p_persons) AS p UNION ALL SELECT NULL, e FROM unnest(p_employers) AS e) AS r
    WHERE NOT registry_is_subject_v1(w.id, w.persons, w.employers, r.person, r.employer) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = p_table, MESSAGE = format(
            '表 %s 中要写入的记录不属于本办件的人员或单位（个人 %s，单位 %s），写入被拒绝。', p_table, foreign_row.person, foreign_row.employer);
    END IF;
END;
$$;

-- registry_rows_by_hand_v1: the same for tables that the owner's functions fill by rule too (what follows from a payment goes to whoever it was
-- paid for): binds what the application writes itself. Trigger argument: whose the rows of `new_rows` are, as SELECT of person and employer.
CREATE OR REPLACE FUNCTION registry_rows_by_hand_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    about record;
BEGIN
    IF current_user = 'yigui_app' THEN
        EXECUTE format('SELECT array_agg(DISTINCT person) FILTER (WHERE person IS NOT NULL) AS persons, array_agg(DISTINCT employer) '
            'FILTER (WHERE person IS NULL) AS employers FROM (%s) AS r (person, employer)', TG_ARGV[0]) INTO about;
        PERFORM registry_own_subjects_v1(TG_TABLE_NAME, about.persons, about.employers);
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION registry_rows_by_hand_v1 FROM PUBLIC;

-- registry_bind_rows_v1: sets these triggers on a table, for rows entered anew and for changed ones as they become.
CREATE OR REPLACE FUNCTION registry_bind_rows_v1(p_table regclass, p_whose text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE OR REPLACE TRIGGER rows_i AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows '
        'FOR EACH STATEMENT EXECUTE FUNCTION registry_rows_by_hand_v1(%L)', p_table, p_whose);
    EXECUTE format('CREATE OR REPLACE TRIGGER rows_u AFTER UPDATE ON %s REFERENCING NEW TABLE AS new_rows '
        'FOR EACH STATEMENT EXECUTE FUNCTION registry_rows_by_hand_v1(%L)', p_table, p_whose);
    EXECUTE format('CREATE OR REPLACE TRIGGER rows_o AFTER UPDATE ON %s REFERENCING OLD TABLE AS new_rows '
        'FOR EACH STATEMENT EXECUTE FUNCTION registry_rows_by_hand_v1(%L)', p_table, p_whose);
END;
$$;
REVOKE ALL ON FUNCTION registry_bind_rows_v1 FROM PUBLIC;
SELECT registry_bind_subjects_v1('registry_person', 'id', '', false);
CREATE OR REPLACE TRIGGER record_u AFTER UPDATE ON registry_person REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION registry_record_v1();
-- registry_entered_v1: nobody is entered as merged into somebody: a record is merged by the one way there is (`registry_merges_v1`). Binds the application.
-- Error: YG011.
CREATE OR REPLACE FUNCTION registry_entered_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF warrants_by_application_v1() THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = 'registry_person', MESSAGE = format(
            '%s 的档案不能在建立时就并入他人；两份档案属同一人的，以关键信息变更（CHG-004）办理合并。', NEW.name);
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION registry_entered_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER entered_unmerged BEFORE INSERT ON registry_person FOR EACH ROW WHEN (NEW.merged_into_id IS NOT NULL)
    EXECUTE FUNCTION registry_entered_v1();
SELECT registry_bind_subjects_v1('registry_employer', '', 'id', false);
SELECT registry_bind_subjects_v1('registry_employer_enrolment', '', 'employer_id');
SELECT registry_bind_subjects_v1('registry_employment', 'person_id', 'employer_id');
SELECT registry_bind_subjects_v1('registry_coverage', 'person_id', 'employer_id');

-- registry_keep_former_v1: a number or name that is given up stays the way to the person (曾用证件号码); a merged record's lead to the kept one.
CREATE OR REPLACE FUNCTION registry_keep_former_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    kept bigint := coalesce(NEW.merged_into_id, NEW.id);
    further bigint;
BEGIN
    IF NEW.merged_into_id IS NOT NULL THEN
        -- A merge into a record that was merged itself leads to the end of the chain.
        FOR step IN 1..100 LOOP
            SELECT merged_into_id INTO further FROM registry_person WHERE id = kept AND merged_into_id IS NOT NULL;
            EXIT WHEN NOT FOUND;
            kept := further;
        END LOOP;
        UPDATE registry_former_identity SET person_id = kept WHERE person_id = NEW.id;
    END IF;
    INSERT INTO registry_former_identity (person_id, id_number, name) VALUES (kept, OLD.id_number, OLD.name)
    ON CONFLICT ON CONSTRAINT former_identity_once DO UPDATE SET person_id = excluded.person_id;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION registry_keep_former_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER keep_former AFTER UPDATE OF id_number, name, merged_into_id ON registry_person FOR EACH ROW
    WHEN ((OLD.id_number, OLD.name, OLD.merged_into_id) IS DISTINCT FROM (NEW.id_number, NEW.name, NEW.merged_into_id))
    EXECUTE FUNCTION registry_keep_former_v1();

-- registry_person_of_v1: the person a number leads to: whose it is now, else who had it last, never a merged record. Every door, feed, form and
-- search asks by it or by the same rule in a join (`registry.queries`).
CREATE OR REPLACE FUNCTION registry_person_of_v1(p_number text) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(
        (SELECT id FROM registry_person WHERE id_number = p_number AND merged_into_id IS NULL),
        (SELECT person_id FROM registry_former_identity WHERE id_number = p_number ORDER BY id DESC LIMIT 1))
$$;

-- registry_same_name_v1: whether somebody is called so, or was.
CREATE OR REPLACE FUNCTION registry_same_name_v1(p_person bigint, p_name text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM registry_person WHERE id = p_person AND name = p_name)
        OR EXISTS (SELECT 1 FROM registry_former_identity WHERE person_id = p_person AND name = p_name)
$$;

-- registry_plain_name_v1: a name without what differs between one writing of it and another: width, case, blanks, brackets, points and dashes.
CREATE OR REPLACE FUNCTION registry_plain_name_v1(p_name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT upper(regexp_replace(normalize(p_name, NFKC), '[\s()\[\]{}<>〔〕【】《》「」.,·•・‧、。''"“”‘’_-]', '', 'g'))
$$;

-- registry_own_name_v1: whether a name is one somebody has or had, however it is written. NULL and nothing are nobody's.
CREATE OR REPLACE FUNCTION registry_own_name_v1(p_person bigint, p_name text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(registry_plain_name_v1(p_name), '') <> '' AND registry_plain_name_v1(p_name) IN (
        SELECT registry_plain_name_v1(name) FROM registry_person WHERE id = p_person
        UNION ALL SELECT registry_plain_name_v1(name) FROM registry_former_identity WHERE person_id = p_person)
$$;

-- registry_merged_v1: every record that was merged, and the record at the end of the chain. One row per merged record.
CREATE OR REPLACE FUNCTION registry_merged_v1() RETURNS TABLE (id bigint, kept bigint)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH RECURSIVE chain AS (
        SELECT p.id, p.merged_into_id AS kept FROM registry_person p WHERE p.merged_into_id IS NOT NULL
        UNION
        SELECT c.id, p.merged_into_id FROM chain c JOIN registry_person p ON p.id = c.kept AND p.merged_into_id IS NOT NULL
    )
    SELECT c.id, c.kept FROM chain c JOIN registry_person p ON p.id = c.kept AND p.merged_into_id IS NULL
$$;

-- registry_merging_v1: what a merge carries over by the owner's functions, it carries under the class-1 warrant of a case that merges the one into the other, which is
-- open in this transaction (or the owner's own), and into a record that was not merged itself. Gives warrant and case. Error: YG011. Not granted.
CREATE OR REPLACE FUNCTION registry_merging_v1(p_kept bigint, p_doubled bigint, OUT warrant bigint, OUT of_case bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT w.id, w.subject_id INTO warrant, of_case FROM warrants_warrant w
    WHERE w.xid = (pg_current_xact_id_if_assigned()::text)::bigint AND w.issued_at = transaction_timestamp()
      AND (casework_about_v1(w.item_code) ->> 'changes_keys')::boolean AND w.risk_class = 1
      AND (w.kind = 'opening' OR (w.kind = 'case' AND p_kept = ANY (w.persons) AND p_doubled = ANY (w.persons)
        AND registry_merges_v1(w.id, p_doubled, p_kept)));
    IF warrant IS NULL OR p_kept = p_doubled OR EXISTS (
        SELECT 1 FROM registry_person WHERE id IN (p_kept, p_doubled) AND merged_into_id IS NOT NULL) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', MESSAGE = '没有合并这两份档案的授权凭据，记录不能移转。';
    END IF;
END;
$$;
REVOKE ALL ON FUNCTION registry_merging_v1 FROM PUBLIC;

-- registry_keep_characters_v1: the characters of new names are known from then on (registry_name_character).
CREATE OR REPLACE FUNCTION registry_keep_characters_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO registry_name_character (character)
    SELECT DISTINCT c FROM new_rows CROSS JOIN LATERAL unnest(string_to_array(name, NULL)) AS c
    WHERE NOT EXISTS (SELECT 1 FROM registry_name_character k WHERE k.character = c)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION registry_keep_characters_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER keep_characters_i AFTER INSERT ON registry_person REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keep_characters_v1();
CREATE OR REPLACE TRIGGER keep_characters_u AFTER UPDATE ON registry_person REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keep_characters_v1();
CREATE OR REPLACE TRIGGER keep_characters_i AFTER INSERT ON registry_employer REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keep_characters_v1();
CREATE OR REPLACE TRIGGER keep_characters_u AFTER UPDATE ON registry_employer REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION registry_keep_characters_v1();

-- registry_named_v1: keys of rows whose name has, one after the other, a character of each of these sets (each written as one text): at its beginning, or
-- anywhere. At most p_most, in no order. p_table: person, employer, or former_identity, which gives the person. Of a set only characters are asked for that some
-- name has. The index of characters gives who has them at all; sets of which more than sixty are in use narrow little and are only compared. The planner would
-- else read the whole table for whatever it thinks frequent, and hold each name against hundreds of characters: a million of them took half a minute.
CREATE OR REPLACE FUNCTION registry_named_v1(p_table text, p_places text[], p_at_start boolean, p_most integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp SET enable_seqscan = off SET enable_indexscan = off SET enable_indexonlyscan = off SET work_mem = '64MB' AS $$
DECLARE
    used text[];
    likely text;
    said text;
BEGIN
    SELECT array_agg(
        CASE WHEN length(place) = 1 THEN place ELSE (
            SELECT string_agg(character, '') FROM registry_name_character WHERE character = ANY (string_to_array(place, NULL))) END ORDER BY n)
    INTO used FROM unnest(p_places) WITH ORDINALITY AS p (place, n);
    IF used IS NULL OR array_position(used, NULL) IS NOT NULL THEN
        RETURN;
    END IF;
    -- Of one set: what begins with a character stands together in the index of names. A former name has only the other index.
    IF p_at_start AND cardinality(used) = 1 AND p_table <> 'former_identity' THEN
        SELECT '(' || string_agg(format('(name >= %L AND name < %L)', c, c || chr(1114111)), ' OR ') || ')' INTO likely
        FROM unnest(string_to_array(used[1], NULL)) AS c;
    END IF;
    SELECT concat_ws(' AND ', likely, string_agg(format('string_to_array(name, NULL) && string_to_array(($1)[%s], NULL)', place), ' AND ')) INTO likely
    FROM generate_subscripts(used, 1) AS place
    WHERE (likely IS NULL OR place > 1)
      AND (length(used[place]) <= 60 OR likely IS NULL AND length(used[place]) = (SELECT min(length(s)) FROM unnest(used) AS s));
    -- Such a list of constants is hashed once, so that a comparison does not depend on its length.
    SELECT string_agg(format('substr(name, %s + %s, 1) = ANY (string_to_array(($1)[%s], NULL))', CASE WHEN p_at_start THEN '1' ELSE 'at' END, place - 1, place),
        ' AND ') INTO said
    FROM generate_subscripts(used, 1) AS place;
    IF NOT p_at_start THEN
        said := format('EXISTS (SELECT 1 FROM generate_series(1, length(name) - %s) AS at WHERE %s)', cardinality(used) - 1, said);
    END IF;
    RETURN QUERY EXECUTE format(
        'WITH likely AS MATERIALIZED (SELECT %I AS key, name FROM %I WHERE %s) SELECT key FROM likely WHERE %s LIMIT $2',
        CASE p_table WHEN 'former_identity' THEN 'person_id' ELSE 'id' END, 'registry_' || p_table, likely, said) USING used, p_most;
END;
$$;
REVOKE ALL ON FUNCTION registry_named_v1 FROM PUBLIC;
