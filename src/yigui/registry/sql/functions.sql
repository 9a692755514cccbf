-- Numbers of the registry: 个人编号 (12 places) and 单位编号 (10 places); never used again.
CREATE SEQUENCE IF NOT EXISTS registry_person_no START 510000000001;
CREATE SEQUENCE IF NOT EXISTS registry_unit_no START 5100000001;

-- registry_subjects_v1: rows of the people and employers a case's warrant is about, and of those it has entered itself; no others. Once a
-- statement. Trigger arguments: the columns with the person and with the employer ('' where there is none); a row with a person is asked for
-- the person. Whom an operator takes on is not theirs to change, only to enrol with their own employer (and to leave the one the form names): the person's
-- own row and their relations with other employers stay shut to that case. A case from outside that nobody has examined (class 3) writes a row that names an
-- employer besides the person only for an employer it is about, or for the operator's own. Error: YG011.
CREATE OR REPLACE FUNCTION registry_subjects_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    w record;
    foreign_row record;
    operators_own bigint;
    is_outside boolean := false;
    of_case bigint[];
BEGIN
    SELECT id, kind, subject_id, item_code, risk_class, persons, employers INTO w FROM warrants_warrant
    WHERE xid = (pg_current_xact_id_if_assigned()::text)::bigint AND issued_at = transaction_timestamp() AND persons IS NOT NULL;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF TG_TABLE_NAME = ANY ('{registry_person,registry_employment,registry_coverage,contributions_base}') THEN
        SELECT l.employer_id, num_nonnulls(c.login_id, c.applicant_id) > 0 INTO operators_own, is_outside
        FROM casework_case c LEFT JOIN staff_unit_login l ON l.id = c.login_id WHERE w.kind = 'case' AND c.id = w.subject_id;
    END IF;
    -- Classes 1 and 2 are examined, and bound to what was rehearsed (a retirement ends the relation with whatever employer).
    IF is_outside AND w.risk_class = 3 AND TG_ARGV[0] <> '' AND TG_ARGV[1] <> '' THEN
        of_case := array_remove(coalesce(w.employers, '{}') || operators_own, NULL);
        IF EXISTS (
            SELECT 1 FROM (SELECT to_jsonb(n) AS fields FROM new_rows n OFFSET 0) AS j WHERE (j.fields ->> TG_ARGV[1])::bigint <> ALL (of_case)) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = TG_TABLE_NAME,
                MESSAGE = format('表 %s 中要写入的记录涉及本办件以外的单位，写入被拒绝。', TG_TABLE_NAME);
        ELSIF TG_OP = 'UPDATE' THEN
            IF EXISTS (
                SELECT 1 FROM (SELECT to_jsonb(o) AS fields FROM old_rows o OFFSET 0) AS j WHERE (j.fields ->> TG_ARGV[1])::bigint <> ALL (of_case)) THEN
                RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = TG_TABLE_NAME,
                    MESSAGE = format('表 %s 中要变更的记录涉及本办件以外的单位，变更被拒绝。', TG_TABLE_NAME);
            END IF;
        END IF;
    END IF;
    -- Apart, so that whatever an officer accepted pays for neither question.
    IF operators_own IS NOT NULL THEN
        IF TG_TABLE_NAME = 'registry_person' THEN
            IF EXISTS (
                SELECT 1 FROM new_rows n
                WHERE NOT EXISTS (
                    SELECT 1 FROM warrants_change h WHERE h.table_name = 'registry_person' AND h.row_id = n.id AND h.warrant_id = w.id AND h.kind = 'I')
                  AND NOT EXISTS (
                    SELECT 1 FROM registry_employment e WHERE e.person_id = n.id AND e.employer_id = operators_own AND NOT EXISTS (
                        SELECT 1 FROM warrants_change h
                        WHERE h.table_name = 'registry_employment' AND h.row_id = e.id AND h.warrant_id = w.id AND h.kind = 'I'))) THEN
                RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = TG_TABLE_NAME,
                    MESSAGE = '单位经办人只能为新进职工办理参保，不能变更其个人登记信息。';
            END IF;
        ELSIF (casework_about_v1(w.item_code) ->> 'joins')::boolean THEN
            IF EXISTS (SELECT 1 FROM new_rows n WHERE (to_jsonb(n) ->> 'employer_id')::bigint = ANY (w.employers) IS NOT TRUE) THEN
                RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = TG_TABLE_NAME,
                    MESSAGE = '单位经办人只能为职工办理本单位的参保，以及与申请内容所填调出单位的停保，不能变更其在其他单位的参保关系。';
            END IF;
        END IF;
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

-- registry_bind_subjects_v1: sets these triggers on a table. p_inserts: rows entered anew too.
CREATE OR REPLACE FUNCTION registry_bind_subjects_v1(p_table regclass, p_person text, p_employer text, p_inserts boolean DEFAULT true) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF p_inserts THEN
        EXECUTE format('CREATE OR REPLACE TRIGGER subjects_i AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows '
            'FOR EACH STATEMENT EXECUTE FUNCTION registry_subjects_v1(%L, %L)', p_table, p_person, p_employer);
    END IF;
    EXECUTE format('CREATE OR REPLACE TRIGGER subjects_u AFTER UPDATE ON %s REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows '
        'FOR EACH STATEMENT EXECUTE FUNCTION registry_subjects_v1(%L, %L)', p_table, p_person, p_employer);
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

-- registry_merging_v1: what a merge carries over by the owner's functions, it carries under the class-1 warrant of a case about both records, which is
-- open in this transaction (or the owner's own), and into a record that was not merged itself. Gives warrant and case. Error: YG011. Not granted.
CREATE OR REPLACE FUNCTION registry_merging_v1(p_kept bigint, p_doubled bigint, OUT warrant bigint, OUT of_case bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    SELECT w.id, w.subject_id INTO warrant, of_case FROM warrants_warrant w
    WHERE w.xid = (pg_current_xact_id_if_assigned()::text)::bigint AND w.issued_at = transaction_timestamp()
      AND w.item_code = 'CHG-004' AND w.risk_class = 1
      AND (w.kind = 'opening' OR (w.kind = 'case' AND p_kept = ANY (w.persons) AND p_doubled = ANY (w.persons)));
    IF warrant IS NULL OR p_kept = p_doubled OR EXISTS (
        SELECT 1 FROM registry_person WHERE id IN (p_kept, p_doubled) AND merged_into_id IS NOT NULL) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', MESSAGE = '没有合并这两份档案的授权凭据，记录不能移转。';
    END IF;
END;
$$;
REVOKE ALL ON FUNCTION registry_merging_v1 FROM PUBLIC;
