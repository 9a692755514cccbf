-- warrants_open_v1: the warrant (经办授权凭据) open in this transaction, if any.
-- Runs with the owner's rights so that the application's role needs none on the table to write under it.
CREATE OR REPLACE FUNCTION warrants_open_v1(OUT warrant_id bigint, OUT risk_class smallint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT id, risk_class
    FROM warrants_warrant
    WHERE xid = (pg_current_xact_id_if_assigned()::text)::bigint
      AND issued_at = transaction_timestamp();
$$;

-- warrants_is_open_for_v1: whether the warrant of this very deed (kind and subject) has been issued in this transaction. Guards of tables ask it
-- before a row may stand as carried out.
CREATE OR REPLACE FUNCTION warrants_is_open_for_v1(p_kind text, p_subject bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM warrants_warrant
        WHERE kind = p_kind AND subject_id = p_subject
          AND xid = (pg_current_xact_id_if_assigned()::text)::bigint AND issued_at = transaction_timestamp());
$$;

-- warrants_is_case_open_v1: the same of a case by its number. The warrant is found by its transaction first: by its kind it would be looked for
-- among all of them (1.2 ms a case after 6,000).
CREATE OR REPLACE FUNCTION warrants_is_case_open_v1(p_case_no text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM (
            SELECT kind, subject_no FROM warrants_warrant
            WHERE xid = (pg_current_xact_id_if_assigned()::text)::bigint AND issued_at = transaction_timestamp() OFFSET 0) AS w
        WHERE w.kind = 'case' AND w.subject_no = p_case_no)
$$;

-- warrants_sight_v1: refuses a transaction that sees the database as it stood when it began (REPEATABLE READ, SERIALIZABLE): a guard that locks and then
-- reads would read what was so before, and what is decided upon must be what stands now. Error: YG006.
CREATE OR REPLACE FUNCTION warrants_sight_v1() RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '业务须在读已提交（read committed）的事务中办理：以较早的数据库视图核对的，可能已经变动。';
    END IF;
END;
$$;
REVOKE ALL ON FUNCTION warrants_sight_v1 FROM PUBLIC;

-- warrants_now_v1: the same for every statement that writes a table on which decisions rest (`grants.py` makes the trigger, by what rooms declare),
-- whoever writes it: also by a function of the owner, and where nobody has to be present.
CREATE OR REPLACE FUNCTION warrants_now_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM warrants_sight_v1();
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION warrants_now_v1 FROM PUBLIC;

-- warrants_by_application_v1: whether the statement that came in is the application's, also within functions with the owner's rights.
CREATE OR REPLACE FUNCTION warrants_by_application_v1() RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT session_user = 'yigui_app' OR current_setting('role') = 'yigui_app'
$$;

-- warrants_own_row_v1: whether this very transaction (or a savepoint of it) has written a row that one sees. Params: the row's xmin. A row that is seen
-- and whose transaction still runs is one's own: of others one sees only what they have committed. Not granted.
CREATE OR REPLACE FUNCTION warrants_own_row_v1(p_xmin xid) RETURNS boolean
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    -- Older than this transaction (most rows are) is decided without looking up its state; age() counts from this transaction's own number.
    SELECT CASE WHEN age(p_xmin) > age(pg_current_xact_id()::xid) THEN false
        ELSE pg_xact_status((pg_current_xact_id()::text::bigint + age(pg_current_xact_id()::xid) - age(p_xmin))::text::xid8) = 'in progress' END
$$;
REVOKE ALL ON FUNCTION warrants_own_row_v1 FROM PUBLIC;

-- warrants_stamp_v1: gives the open warrant for a row of a protected table, or refuses the write.
-- Params: needed (protection class; a smaller number is stricter), table_name. Errors: YG001 none open, YG002 too weak, YG011 not for this table, or its case is finished.
CREATE OR REPLACE FUNCTION warrants_stamp_v1(needed smallint, table_name name) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    w record;
BEGIN
    -- One statement for warrant and scope: it is asked for every row that is written.
    SELECT id, risk_class, kind, CASE kind WHEN 'case' THEN item_code WHEN 'run' THEN split_part(subject_no, ' ', 1) ELSE '' END AS code,
        EXISTS (
            SELECT 1 FROM warrants_scope s
            WHERE s.kind = found.kind AND s.code = CASE found.kind WHEN 'case' THEN found.item_code WHEN 'run' THEN split_part(found.subject_no, ' ', 1) ELSE '' END
              -- As text: a name is compared by rules of its own, and no index serves it.
              AND s.table_name = warrants_stamp_v1.table_name::text) AS is_open,
        found.kind = 'case' AND EXISTS (SELECT 1 FROM casework_case c WHERE c.id = found.subject_id AND c.status = 'finished') AS is_over
    INTO w
    FROM warrants_warrant AS found
    WHERE xid = (pg_current_xact_id_if_assigned()::text)::bigint
      AND issued_at = transaction_timestamp();
    IF w.id IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG001', TABLE = table_name,
            MESSAGE = format('表 %s 受保护：本事务没有有效的授权凭据，写入被拒绝。', table_name);
    END IF;
    -- What was signed has been compared when the case was finished, and its event counts what was written: nothing is written after that.
    IF w.is_over THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = table_name,
            MESSAGE = format('办件已办结，表 %s 不能再按其授权凭据写入。', table_name);
    END IF;
    IF w.risk_class > needed THEN
        RAISE EXCEPTION USING ERRCODE = 'YG002', TABLE = table_name,
            MESSAGE = format('表 %s 的该项写入需要 %s 类办件的授权凭据，本凭据为 %s 类。', table_name, needed, w.risk_class);
    END IF;
    -- The opening load is the owner's; a part of a table is asked for under the name of the whole.
    IF w.kind <> 'opening' AND NOT w.is_open AND NOT EXISTS (
        SELECT 1 FROM warrants_scope s WHERE s.kind = w.kind AND s.code = w.code
          AND s.table_name = pg_partition_root(to_regclass(quote_ident(warrants_stamp_v1.table_name::text)))::text) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = table_name,
            MESSAGE = format('表 %s 不在本授权凭据（%s %s）的范围内，写入被拒绝。', table_name, w.kind, w.code);
    END IF;
    RETURN w.id;
END;
$$;

-- warrants_by_hand_v1: whether the application may write a table by its own statements under the open warrant, and not only through
-- the owner's functions, which compute what they write.
CREATE OR REPLACE FUNCTION warrants_by_hand_v1(p_table name) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT NOT EXISTS (
        SELECT 1 FROM warrants_warrant w
        JOIN warrants_scope s ON s.kind = w.kind AND NOT s.by_hand
            AND s.code = CASE w.kind WHEN 'case' THEN w.item_code WHEN 'run' THEN split_part(w.subject_no, ' ', 1) ELSE '' END
            AND s.table_name IN (p_table, coalesce(pg_partition_root(to_regclass(quote_ident(p_table::text)))::text, ''))
        WHERE w.xid = (pg_current_xact_id_if_assigned()::text)::bigint AND w.issued_at = transaction_timestamp())
$$;

-- warrants_known_v1: refuses a kind of run or item that nobody declares, or one of another class than declared. Error: YG005.
CREATE OR REPLACE FUNCTION warrants_known_v1(p_kind text, p_code text, p_class smallint) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM warrants_scope WHERE kind = p_kind AND code = p_code AND table_name = ''
        AND (risk_class IS NULL OR risk_class = p_class)) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = format('没有登记种类为 %s、等级为 %s 类的业务，不能签发授权凭据。', p_code, p_class);
    END IF;
END;
$$;

-- warrants_issue_v1: writes a warrant and its signatures, open until the end of this transaction.
-- For the issuing functions of casework, runs and staff only: nobody else may execute it.
-- Params: signatures as arrays of equal length, in the order of the route; p_persons and p_employers, whose rows it opens (NULL: not bound).
DROP FUNCTION IF EXISTS warrants_issue_v1(text, bigint, text, text, smallint, text, bigint, text[], bigint[], timestamptz[]);
CREATE OR REPLACE FUNCTION warrants_issue_v1(
    p_kind text, p_subject_id bigint, p_subject_no text, p_item_code text, p_risk_class smallint, p_area_code text,
    p_meeting_id bigint, p_steps text[], p_users bigint[], p_signed timestamptz[],
    p_persons bigint[] DEFAULT NULL, p_employers bigint[] DEFAULT NULL
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    new_id bigint;
BEGIN
    -- What is decided upon is what stands now: an older sight of the database would still see an open month, a due refund, an unsettled bill.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG001', MESSAGE = '授权凭据须在 READ COMMITTED 隔离级别下签发。';
    END IF;
    -- Whatever the kind: those who sign are different people, not only different accounts.
    IF cardinality(p_users) > 1 AND NOT staff_distinct_v1(p_users) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004', MESSAGE = format('%s 的各环节须由不同人员签署，同一人的不同账号视为一人，不能签发授权凭据。', p_subject_no);
    END IF;
    INSERT INTO warrants_warrant
        (kind, subject_id, subject_no, item_code, risk_class, area_code, meeting_id, persons, employers, xid, issued_at)
    VALUES
        (p_kind, p_subject_id, p_subject_no, p_item_code, p_risk_class, p_area_code, p_meeting_id, p_persons, p_employers,
         (pg_current_xact_id()::text)::bigint, transaction_timestamp())
    RETURNING id INTO new_id;
    IF cardinality(p_steps) > 0 OR cardinality(p_users) > 0 THEN
        INSERT INTO warrants_signature (warrant_id, seq, step, user_id, signed_at)
        SELECT new_id, seq, step, user_id, signed_at
        FROM unnest(p_steps, p_users, p_signed) WITH ORDINALITY AS s (step, user_id, signed_at, seq);
    END IF;
    RETURN new_id;
END;
$$;
REVOKE ALL ON FUNCTION warrants_issue_v1 FROM PUBLIC;

-- A guard that a session variable can switch off is no guard: django-pgtrigger's `pgtrigger.ignore` is turned into "never".
-- Made after the migrations, which bring the library's own version of this function each time.
CREATE OR REPLACE FUNCTION _pgtrigger_should_ignore(trigger_name name) RETURNS boolean
LANGUAGE sql IMMUTABLE RETURN false;

-- Guards of a table that is only ever appended to, and in sets too large for a trigger per row (账页、缴费分配、凭证).
-- Once per statement: a warrant of the class must be open, and every new row must bear it.
CREATE OR REPLACE FUNCTION warrants_set_before_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM warrants_stamp_v1(TG_ARGV[0]::smallint, TG_TABLE_NAME);
    IF current_user = 'yigui_app' AND NOT warrants_by_hand_v1(TG_TABLE_NAME) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = TG_TABLE_NAME,
            MESSAGE = format('表 %s 在本授权凭据下只能由存储过程按规则写入。', TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END;
$$;

CREATE OR REPLACE FUNCTION warrants_set_after_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    open_id bigint := warrants_stamp_v1(TG_ARGV[0]::smallint, TG_TABLE_NAME);
BEGIN
    IF EXISTS (SELECT 1 FROM new_rows WHERE warrant_id IS DISTINCT FROM open_id) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG001', TABLE = TG_TABLE_NAME,
            MESSAGE = format('表 %s 受保护：写入的记录没有注明本事务的授权凭据。', TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END;
$$;

CREATE OR REPLACE FUNCTION warrants_refuse_v1() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'YG003', TABLE = TG_TABLE_NAME,
        MESSAGE = format('表 %s 只能追加，不能修改、删除或清空；更正请以冲正办理。', TG_TABLE_NAME);
END;
$$;

-- warrants_append_only_v1: refuses update, delete and truncate for every role. p_rows: by row, as a partition needs it.
CREATE OR REPLACE FUNCTION warrants_append_only_v1(p_table regclass, p_rows boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON %s FOR EACH %s EXECUTE FUNCTION warrants_refuse_v1()',
        p_table, CASE WHEN p_rows THEN 'ROW' ELSE 'STATEMENT' END);
    EXECUTE format('CREATE OR REPLACE TRIGGER no_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION warrants_refuse_v1()',
        p_table);
END;
$$;
REVOKE ALL ON FUNCTION warrants_append_only_v1 FROM PUBLIC;

-- warrants_guard_set_v1: all guards of a set-guarded table. p_class: its protection class.
CREATE OR REPLACE FUNCTION warrants_guard_set_v1(p_table regclass, p_class smallint) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM warrants_append_only_v1(p_table);
    EXECUTE format('CREATE OR REPLACE TRIGGER guard_before BEFORE INSERT ON %s FOR EACH STATEMENT EXECUTE FUNCTION warrants_set_before_v1(%s)',
        p_table, p_class);
    EXECUTE format('CREATE OR REPLACE TRIGGER guard_after AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows '
        'FOR EACH STATEMENT EXECUTE FUNCTION warrants_set_after_v1(%s)', p_table, p_class);
END;
$$;
REVOKE ALL ON FUNCTION warrants_guard_set_v1 FROM PUBLIC;

-- warrants_seal_sets_v1: count and digest of what each warrant has appended since the last seal to tables that are only appended to in sets
-- (see `set_seals.py`); of no others, whatever is asked. Called by the nightly seal. Gives how many seals were made.
CREATE OR REPLACE FUNCTION warrants_seal_sets_v1(p_tables text[]) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres'
SET bytea_output = 'hex' SET extra_float_digits = 1 AS $$
DECLARE
    appended record;
    n bigint;
    made bigint := 0;
BEGIN
    FOR appended IN
        SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns,
            string_agg(format('t.%I', a.attname), ', ' ORDER BY a.attnum) AS shown
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY (p_tables) AND NOT c.relispartition
          AND EXISTS (SELECT 1 FROM pg_trigger g WHERE g.tgrelid = c.oid AND g.tgfoid = 'warrants_refuse_v1'::regproc)
        GROUP BY c.relname HAVING bool_or(a.attname = 'warrant_id') ORDER BY c.relname
    LOOP
        EXECUTE format('INSERT INTO warrants_set_seal (warrant_id, table_name, row_count, digest, columns) '
            'SELECT t.warrant_id, %1$L, count(*), sum(hashtextextended(ROW(%2$s)::text, 0)::numeric)::text, %3$L::text[] FROM %1$I AS t '
            'WHERE NOT EXISTS (SELECT 1 FROM warrants_set_seal s WHERE s.warrant_id = t.warrant_id AND s.table_name = %1$L) '
            'GROUP BY t.warrant_id ORDER BY t.warrant_id', appended.name, appended.shown, appended.columns);
        GET DIAGNOSTICS n = ROW_COUNT;
        made := made + n;
    END LOOP;
    RETURN made;
END;
$$;
REVOKE ALL ON FUNCTION warrants_seal_sets_v1 FROM PUBLIC;
