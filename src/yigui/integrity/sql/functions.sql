-- The record of rows (记录摘要): of every table that rooms declare as protected, append-only or evidence, each row that is written leaves its key
-- and a digest over all its columns in integrity_entry, by a trigger of the owner's, once a statement. `yigui verify` takes the digests
-- of the rows anew: what was changed, removed or put in past the triggers is named. The format is that of docs/verification-format.md.

-- integrity_row_v1: the expression of a row's text: its columns in the order of the shape, as PostgreSQL writes a record.
CREATE OR REPLACE FUNCTION integrity_row_v1(p_columns text[]) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT 'ROW(' || string_agg(format('t.%I', c.name), ', ' ORDER BY c.n) || ')::text' FROM unnest(p_columns) WITH ORDINALITY AS c (name, n)
$$;

-- integrity_key_v1: the expression of a row's key: the column's text, of several columns the text of their record.
CREATE OR REPLACE FUNCTION integrity_key_v1(p_keys text[]) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE cardinality(p_keys) WHEN 1 THEN format('t.%I::text', p_keys[1]) ELSE integrity_row_v1(p_keys) END
$$;

-- integrity_digest_v1: the expression of a row's digest: the first 16 bytes of the SHA-256 of its text in UTF-8.
CREATE OR REPLACE FUNCTION integrity_digest_v1(p_columns text[]) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT format('substr(sha256(convert_to(%s, ''UTF8'')), 1, 16)', integrity_row_v1(p_columns))
$$;

-- integrity_append_v1: the statement that appends entries; each has a number and a digest of itself. p_arrays: what gives their keys and
-- digests, as columns `keys` and `digests`, one row an entry; op and part are expressions.
CREATE OR REPLACE FUNCTION integrity_append_v1(p_shape integer, p_part text, p_op text, p_arrays text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT format(
        'INSERT INTO integrity_entry (id, shape_id, part, op, keys, digests, stamp) '
        'SELECT e.id, e.shape, e.part, e.op, e.keys, e.digests, sha256(convert_to(ROW(e.id, e.shape, e.part, e.op, e.keys, e.digests)::text, ''UTF8'')) '
        'FROM (SELECT nextval(''integrity_entry_id_seq'') AS id, %s AS shape, %s::text AS part, %s::text AS op, a.keys, a.digests FROM (%s) AS a OFFSET 0) AS e',
        p_shape, p_part, p_op, p_arrays)
$$;

-- integrity_body_v1: the body of the trigger function that appends the entries of a table's rows, of this shape. What most statements write, a few
-- rows, is digested and appended by one short statement, for a case writes some twenty of them; more than 5,000 rows are appended in blocks.
CREATE OR REPLACE FUNCTION integrity_body_v1(p_shape integer, p_keys text[], p_columns text[]) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT format($body$
DECLARE
    the_op text := left(TG_OP, 1);
BEGIN
    INSERT INTO integrity_entry (id, shape_id, part, op, keys, digests, stamp)
    SELECT e.id, %1$s, '', the_op, e.keys, e.digests, sha256(convert_to(ROW(e.id, %1$s, ''::text, the_op, e.keys, e.digests)::text, 'UTF8'))
    FROM (SELECT nextval('integrity_entry_id_seq') AS id, array_agg(r.key) AS keys, array_agg(r.digest) AS digests
        FROM (SELECT %2$s FROM changed AS t LIMIT 5001) AS r HAVING count(*) BETWEEN 1 AND 5000 OFFSET 0) AS e;
    IF NOT FOUND THEN
        %3$s;
    END IF;
    RETURN NULL;
END;
$body$, p_shape, r.row, integrity_append_v1(p_shape, '''''', 'the_op', format(
            'SELECT array_agg(r.key) AS keys, array_agg(r.digest) AS digests FROM (SELECT %s, (row_number() OVER () - 1) / 5000 AS n FROM changed AS t) AS r GROUP BY r.n', r.row)))
    FROM (SELECT format('%s AS key, CASE the_op WHEN ''D'' THEN NULL ELSE %s END AS digest', integrity_key_v1(p_keys), integrity_digest_v1(p_columns)) AS row) AS r
$$;

-- integrity_record_v1: has a table recorded from now on. Its columns (but those computed from others) and its key are the table's own; with other columns than before it gets a
-- new shape, and its rows a digest in it where they still agree with the old one. Rows that stand there already when it is recorded for the
-- first time are taken in as they are. p_attached: the column by whose value a batch attaches its rows as a part. Gives what was done.
CREATE OR REPLACE FUNCTION integrity_record_v1(p_table text, p_attached text) RETURNS text
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    the_columns text[] := array(SELECT attname::text FROM pg_attribute WHERE attrelid = p_table::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum);
    the_keys text[] := array(SELECT a.attname::text FROM pg_index i CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, n)
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum WHERE i.indrelid = p_table::regclass AND i.indisprimary ORDER BY k.n);
    log text := 'integrity_of_' || p_table;
    known integrity_shape%ROWTYPE;
    the_shape integer;
    body text;
    done text := '';
BEGIN
    IF the_keys = '{}' THEN
        RAISE EXCEPTION 'table % has no primary key', p_table;
    END IF;
    SELECT * INTO known FROM integrity_shape WHERE table_name = p_table ORDER BY id DESC LIMIT 1;
    the_shape := known.id;
    IF (known.columns::text[], known.keys::text[], known.attached::text) IS DISTINCT FROM (the_columns, the_keys, p_attached) THEN
        EXECUTE format('LOCK TABLE %I IN SHARE ROW EXCLUSIVE MODE', p_table);
        INSERT INTO integrity_shape (table_name, columns, keys, attached) VALUES (p_table, the_columns, the_keys, p_attached) RETURNING id INTO the_shape;
    END IF;
    body := integrity_body_v1(the_shape, the_keys, the_columns);
    IF body IS DISTINCT FROM (SELECT prosrc FROM pg_proc WHERE proname = log AND pronamespace = 'public'::regnamespace)
       OR (SELECT count(*) FROM pg_trigger WHERE tgrelid = p_table::regclass AND tgname IN ('integrity_i', 'integrity_u', 'integrity_d')) <> 3 THEN
        EXECUTE format('LOCK TABLE %I IN SHARE ROW EXCLUSIVE MODE', p_table);
        EXECUTE format('CREATE OR REPLACE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp '
            'SET timezone = ''UTC'' SET datestyle = ''ISO, YMD'' SET intervalstyle = ''postgres'' SET bytea_output = ''hex'' SET extra_float_digits = 1 AS %L',
            log, body);
        EXECUTE format('REVOKE ALL ON FUNCTION %I() FROM PUBLIC', log);
        EXECUTE format('CREATE OR REPLACE TRIGGER integrity_i AFTER INSERT ON %I REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION %I()', p_table, log);
        EXECUTE format('CREATE OR REPLACE TRIGGER integrity_u AFTER UPDATE ON %I REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION %I()', p_table, log);
        EXECUTE format('CREATE OR REPLACE TRIGGER integrity_d AFTER DELETE ON %I REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION %I()', p_table, log);
        done := 'recorded';
    END IF;
    IF known.id IS NULL THEN
        PERFORM integrity_take_in_v1(p_table);
        done := 'taken in';
    ELSIF NOT EXISTS (SELECT 1 FROM integrity_entry e JOIN integrity_shape s ON s.id = e.shape_id
        WHERE s.table_name = p_table AND (e.op, e.part, e.keys) = ('O', '', '{}')) THEN
        -- Recorded by a release that did not close what was taken in.
        EXECUTE integrity_append_v1(known.id, '''''', '''O''', 'SELECT ''{}''::text[] AS keys, ''{}''::bytea[] AS digests');
    END IF;
    IF known.id IS NULL THEN
        NULL;
    ELSIF the_shape <> known.id THEN
        PERFORM integrity_reshape_v1(p_table, known.id, the_shape);
        done := 'other columns';
    END IF;
    RETURN done;
END;
$$;
REVOKE ALL ON FUNCTION integrity_record_v1 FROM PUBLIC;

-- integrity_pieces_v1: the tables the rows of a table lie in, each in pieces of about ten thousand rows by their place in the file. Parts
-- that a batch attached are left out: they are taken in by integrity_take_parts_v1.
CREATE OR REPLACE FUNCTION integrity_pieces_v1(p_leaf regclass) RETURNS TABLE (place text)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH size AS (SELECT greatest(c.relpages, pg_relation_size(c.oid) / current_setting('block_size')::bigint) AS pages,
        greatest(1, least(2000, CASE WHEN c.reltuples > 0 AND c.relpages > 0 THEN 10000 * c.relpages / c.reltuples ELSE 200 END))::bigint AS step
        FROM pg_class c WHERE c.oid = p_leaf)
    SELECT format('t.ctid >= ''(%s,0)'' AND t.ctid < ''(%s,0)''', n, n + step) FROM size, generate_series(0, pages, step) AS n
$$;

-- integrity_leaves_v1: the parts of a table that hold rows; `batch` is the value a batch attached it under, NULL for all others.
CREATE OR REPLACE FUNCTION integrity_leaves_v1(p_table text, p_attached text) RETURNS TABLE (leaf regclass, batch bigint)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT tree.relid, CASE WHEN p_attached <> '' THEN
        (SELECT (regexp_match(pg_get_expr(c.relpartbound, c.oid), '^FOR VALUES IN \(''?(\d+)''?\)$'))[1]::bigint
         FROM pg_partition_ancestors(tree.relid) AS a JOIN pg_inherits i ON i.inhrelid = a.relid AND i.inhparent = p_table::regclass
         JOIN pg_class c ON c.oid = a.relid) END
    FROM (SELECT relid, isleaf FROM pg_partition_tree(p_table::regclass)
          UNION SELECT p_table::regclass, true WHERE NOT EXISTS (SELECT 1 FROM pg_partitioned_table WHERE partrelid = p_table::regclass)) AS tree
    WHERE tree.isleaf
$$;

-- integrity_take_in_v1: takes the rows of a table in that have no entry: those it began with, or that an opening load (期初装载) wrote
-- with the triggers off; p_load is the number of its warrant (`OPENING-…`). An entry without keys closes what was taken in under that name:
-- later ones are named. For the owner alone, who answers for what is taken in. Gives how many entries.
DROP FUNCTION IF EXISTS integrity_take_in_v1(text);
CREATE OR REPLACE FUNCTION integrity_take_in_v1(p_table text, p_load text DEFAULT '') RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres'
SET bytea_output = 'hex' SET extra_float_digits = 1 AS $$
DECLARE
    shape integrity_shape%ROWTYPE;
    is_new boolean;
    from_leaf record;
    piece text;
    n bigint;
    taken bigint := 0;
BEGIN
    SELECT * INTO STRICT shape FROM integrity_shape WHERE table_name = p_table ORDER BY id DESC LIMIT 1;
    is_new := NOT EXISTS (SELECT 1 FROM integrity_entry e JOIN integrity_shape s ON s.id = e.shape_id WHERE s.table_name = p_table AND e.keys <> '{}');
    IF NOT is_new THEN
        CREATE TEMPORARY TABLE integrity_known ON COMMIT DROP AS
        SELECT DISTINCT k.key COLLATE "C" AS key FROM integrity_entry e JOIN integrity_shape s ON s.id = e.shape_id CROSS JOIN LATERAL unnest(e.keys) AS k (key)
        WHERE s.table_name = p_table;
        CREATE INDEX ON integrity_known (key);
        ANALYZE integrity_known;
    END IF;
    FOR from_leaf IN SELECT * FROM integrity_leaves_v1(p_table, shape.attached) WHERE batch IS NULL LOOP
        FOR piece IN SELECT place FROM integrity_pieces_v1(from_leaf.leaf) LOOP
            EXECUTE integrity_append_v1(shape.id, quote_literal(p_load), '''O''', format(
                'SELECT array_agg(r.key) AS keys, array_agg(r.digest) AS digests FROM (SELECT %s AS key, %s AS digest FROM %s AS t WHERE %s) AS r %s HAVING count(*) > 0',
                integrity_key_v1(shape.keys), integrity_digest_v1(shape.columns), from_leaf.leaf, piece,
                CASE WHEN is_new THEN '' ELSE 'WHERE NOT EXISTS (SELECT 1 FROM pg_temp.integrity_known AS k WHERE k.key = r.key)' END));
            GET DIAGNOSTICS n = ROW_COUNT;
            taken := taken + n;
        END LOOP;
    END LOOP;
    IF NOT is_new THEN
        DROP TABLE integrity_known;
    END IF;
    EXECUTE integrity_append_v1(shape.id, quote_literal(p_load), '''O''', 'SELECT ''{}''::text[] AS keys, ''{}''::bytea[] AS digests');
    RETURN taken;
END;
$$;
REVOKE ALL ON FUNCTION integrity_take_in_v1 FROM PUBLIC;

-- integrity_newest_v1: what the rows of a table must be: the newest digest of each key, with its shape, as common table expressions up to
-- `expected`. Rows taken in (O) or attached (P) stand first; what was written since takes their place.
CREATE OR REPLACE FUNCTION integrity_newest_v1(p_table text) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT format($newest$
        written AS MATERIALIZED (
            SELECT DISTINCT ON (k.key COLLATE "C") k.key COLLATE "C" AS key, k.digest, e.shape_id AS shape
            FROM integrity_entry e CROSS JOIN LATERAL unnest(e.keys, e.digests) AS k (key, digest)
            WHERE e.shape_id = ANY (%1$L::integer[]) AND e.op NOT IN ('O', 'P') ORDER BY k.key COLLATE "C", e.id DESC
        ),
        first AS (
            SELECT k.key COLLATE "C" AS key, k.digest, e.shape_id AS shape
            FROM integrity_entry e CROSS JOIN LATERAL unnest(e.keys, e.digests) AS k (key, digest)
            WHERE e.shape_id = ANY (%1$L::integer[]) AND e.op IN ('O', 'P')
        ),
        expected AS (
            SELECT * FROM written WHERE digest IS NOT NULL
            UNION ALL
            SELECT f.* FROM first f WHERE NOT EXISTS (SELECT 1 FROM written w WHERE w.key = f.key)
        )$newest$, array(SELECT id FROM integrity_shape WHERE table_name = p_table ORDER BY id))
$$;

-- integrity_reshape_v1: gives the rows of a table a digest in its new shape, if they still agree with the old one: what was tampered with
-- before stays named.
CREATE OR REPLACE FUNCTION integrity_reshape_v1(p_table text, p_old integer, p_new integer) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres'
SET bytea_output = 'hex' SET extra_float_digits = 1 SET work_mem = '256MB' SET enable_nestloop = off SET enable_mergejoin = off AS $$
DECLARE
    was integrity_shape%ROWTYPE;
    becomes integrity_shape%ROWTYPE;
BEGIN
    SELECT * INTO STRICT was FROM integrity_shape WHERE id = p_old;
    SELECT * INTO STRICT becomes FROM integrity_shape WHERE id = p_new;
    IF was.keys <> becomes.keys THEN
        RAISE EXCEPTION 'the key of table % has changed: its record cannot be carried over', p_table;
    END IF;
    EXECUTE integrity_append_v1(p_new, '''''', '''R''', format($carried$
        WITH %s
        SELECT array_agg(r.key) AS keys, array_agg(r.digest) AS digests FROM (
            SELECT l.key, l.digest, (row_number() OVER () - 1) / 5000 AS n
            FROM (SELECT %s AS key, %s AS digest, %s AS old FROM %I AS t) AS l JOIN expected e ON e.key = l.key AND e.shape = %s AND (e.digest = l.old OR l.old IS NULL)
        ) AS r GROUP BY r.n $carried$,
        integrity_newest_v1(p_table), integrity_key_v1(becomes.keys::text[]), integrity_digest_v1(becomes.columns),
        -- Of a column that is gone nothing can be said any more.
        CASE WHEN was.columns <@ becomes.columns THEN integrity_digest_v1(was.columns) ELSE 'NULL::bytea' END, p_table, p_old));
END;
$$;
REVOKE ALL ON FUNCTION integrity_reshape_v1 FROM PUBLIC;

-- integrity_take_parts_v1: takes in the rows of parts that executed batches attached: an attachment fires no trigger, and until now the
-- batch's own digest speaks for them. Run every few minutes and before each seal. Gives how many parts.
CREATE OR REPLACE FUNCTION integrity_take_parts_v1() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres'
SET bytea_output = 'hex' SET extra_float_digits = 1 AS $$
DECLARE
    shape integrity_shape%ROWTYPE;
    part record;
    piece text;
    taken integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(7007);
    FOR shape IN SELECT DISTINCT ON (table_name) * FROM integrity_shape WHERE attached <> '' ORDER BY table_name, id DESC LOOP
        FOR part IN SELECT l.leaf FROM integrity_leaves_v1(shape.table_name, shape.attached) AS l JOIN runs_batch b ON b.id = l.batch AND b.status = 'executed'
            WHERE NOT EXISTS (SELECT 1 FROM integrity_entry e WHERE e.op = 'P' AND e.part = l.leaf::text) LOOP
            FOR piece IN SELECT place FROM integrity_pieces_v1(part.leaf) LOOP
                EXECUTE integrity_append_v1(shape.id, quote_literal(part.leaf::text), '''P''', format(
                    'SELECT array_agg(%s) AS keys, array_agg(%s) AS digests FROM %s AS t WHERE %s HAVING count(*) > 0',
                    integrity_key_v1(shape.keys), integrity_digest_v1(shape.columns), part.leaf, piece));
            END LOOP;
            EXECUTE integrity_append_v1(shape.id, quote_literal(part.leaf::text), '''P''', 'SELECT ''{}''::text[] AS keys, ''{}''::bytea[] AS digests');
            taken := taken + 1;
        END LOOP;
    END LOOP;
    RETURN taken;
END;
$$;

-- integrity_faults_v1: rows of a table that differ from their record: `changed`, `gone` or `new`; and where the recording itself does not
-- stand: `unrecorded` (triggers off or away), `part` (a part that belongs to no executed batch), `foreign` (to one of a kind that does not write
-- the table: p_kinds, those that do); where rows could stand that are not compared: `unkeyed` (no valid primary key), `children` (tables that
-- inherit), `hidden` (row security binds whoever verifies), and then `twice` (a key with several rows). At most p_most. Reads only; needs no
-- right to read the table.
DROP FUNCTION IF EXISTS integrity_faults_v1(text, integer);
CREATE OR REPLACE FUNCTION integrity_faults_v1(p_table text, p_most integer DEFAULT 20, p_kinds text[] DEFAULT NULL) RETURNS TABLE (key text, what text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres'
SET bytea_output = 'hex' SET extra_float_digits = 1 SET work_mem = '256MB' SET hash_mem_multiplier = 2 SET jit = off
SET enable_nestloop = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
    shape integrity_shape%ROWTYPE;
    digests text;
    compared text;
    untaken oid[];
    all_places oid[];
    is_keyed boolean;
    has_children boolean;
BEGIN
    SELECT * INTO shape FROM integrity_shape WHERE table_name = p_table ORDER BY id DESC LIMIT 1;
    IF shape.id IS NULL OR (SELECT count(*) FROM pg_trigger WHERE tgrelid = to_regclass(p_table) AND tgname IN ('integrity_i', 'integrity_u', 'integrity_d')
        AND tgenabled = 'O') <> 3 THEN
        RETURN QUERY SELECT ''::text, 'unrecorded'::text;
    END IF;
    IF shape.id IS NULL OR to_regclass(p_table) IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT l.leaf::text, CASE WHEN b.id IS NULL THEN 'part' ELSE 'foreign' END FROM integrity_leaves_v1(p_table, shape.attached) AS l
        LEFT JOIN runs_batch b ON b.id = l.batch AND b.status = 'executed' WHERE l.batch IS NOT NULL AND (b.id IS NULL OR b.kind <> ALL (p_kinds));
    all_places := array(SELECT to_regclass(p_table)::oid UNION SELECT relid::oid FROM pg_partition_tree(to_regclass(p_table)));
    is_keyed := EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = to_regclass(p_table) AND i.indisprimary AND i.indisvalid AND i.indisunique AND i.indimmediate
        AND array(SELECT a.attname::text FROM unnest(i.indkey::smallint[]) WITH ORDINALITY AS k (attnum, n)
            JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum ORDER BY k.n) = shape.keys::text[]);
    has_children := EXISTS (SELECT 1 FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = ANY (all_places) AND NOT c.relispartition);
    RETURN QUERY SELECT ''::text, f.what FROM (VALUES (NOT is_keyed, 'unkeyed'), (has_children, 'children'), (
        EXISTS (SELECT 1 FROM pg_class c WHERE c.oid = ANY (all_places)
            AND (c.relforcerowsecurity OR (c.relrowsecurity AND NOT pg_has_role(c.relowner, 'USAGE')))), 'hidden')) AS f (is_so, what) WHERE f.is_so;
    IF NOT is_keyed OR has_children THEN
        RETURN QUERY EXECUTE format('SELECT r.key, ''twice''::text FROM (SELECT %s AS key FROM %I AS t) AS r GROUP BY r.key HAVING count(*) > 1 LIMIT %s',
            integrity_key_v1(shape.keys), p_table, p_most);
    END IF;
    untaken := array(SELECT l.leaf::oid FROM integrity_leaves_v1(p_table, shape.attached) AS l
        WHERE l.batch IS NOT NULL AND NOT EXISTS (SELECT 1 FROM integrity_entry e WHERE e.op = 'P' AND e.part = l.leaf::text));
    SELECT string_agg(format('%s AS d%s', integrity_digest_v1(s.columns), s.id), ', '), string_agg(format('WHEN %s THEN l.d%1$s', s.id), ' ')
    INTO digests, compared FROM integrity_shape s WHERE s.table_name = p_table AND s.columns <@ shape.columns
        AND (s.id = shape.id OR EXISTS (SELECT 1 FROM integrity_entry e WHERE e.shape_id = s.id));
    RETURN QUERY EXECUTE format($faults$
        WITH %s, live AS (SELECT %s AS key, %s FROM %I AS t %s)
        SELECT coalesce(l.key, e.key), CASE WHEN l.key IS NULL THEN 'gone' WHEN e.key IS NULL THEN 'new' ELSE 'changed' END
        FROM live l FULL JOIN expected e ON l.key = e.key
        WHERE l.key IS NULL OR e.key IS NULL OR e.digest IS DISTINCT FROM CASE e.shape %s END LIMIT %s $faults$,
        integrity_newest_v1(p_table), integrity_key_v1(shape.keys), digests, p_table,
        CASE WHEN untaken = '{}' THEN '' ELSE format('WHERE t.tableoid <> ALL (%L::oid[])', untaken) END, compared, p_most);
END;
$$;

-- integrity_entry_faults_v1: entries that are not what they were when they were made. At most p_most.
CREATE OR REPLACE FUNCTION integrity_entry_faults_v1(p_most integer DEFAULT 20) RETURNS TABLE (id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET bytea_output = 'hex' SET jit = off AS $$
    SELECT e.id FROM integrity_entry e
    WHERE e.stamp <> sha256(convert_to(ROW(e.id, e.shape_id, e.part, e.op, e.keys, e.digests)::text, 'UTF8')) LIMIT p_most
$$;

-- integrity_late_v1: entries that take rows in (O) after that was closed, or under an opening load that has no warrant (load NULL); and those
-- of a load after the first day of business, with the number of its run. At most p_most.
CREATE OR REPLACE FUNCTION integrity_late_v1(p_most integer DEFAULT 20) RETURNS TABLE (id bigint, table_name text, load bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $$
    WITH taken AS MATERIALIZED (
        SELECT e.id, s.table_name, e.part, e.keys = '{}' AS closes FROM integrity_entry e JOIN integrity_shape s ON s.id = e.shape_id WHERE e.op = 'O'
    ),
    closing AS (SELECT t.table_name, t.part, min(t.id) AS id FROM taken t WHERE t.closes GROUP BY 1, 2),
    business AS (
        SELECT min(e.id) AS id FROM integrity_entry e JOIN integrity_shape s ON s.id = e.shape_id WHERE s.table_name = 'warrants_warrant'
          AND e.keys @> ARRAY[(SELECT min(w.id)::text FROM warrants_warrant w WHERE w.kind <> 'opening')]
    ),
    judged AS (
        SELECT t.id, t.table_name, w.subject_id AS load, t.id > c.id OR (t.part <> '' AND w.id IS NULL) AS is_wrong, t.part <> '' AND t.id > b.id AS is_late
        FROM taken t CROSS JOIN business b LEFT JOIN closing c ON c.table_name = t.table_name AND c.part = t.part
        LEFT JOIN warrants_warrant w ON w.kind = 'opening' AND w.subject_no = t.part
        WHERE NOT t.closes
    )
    SELECT j.id, j.table_name, CASE WHEN j.is_wrong THEN NULL ELSE j.load END FROM judged j WHERE j.is_wrong OR j.is_late ORDER BY 1 LIMIT p_most
$$;

-- integrity_root_text_v1: what the root of a seal is taken over.
CREATE OR REPLACE FUNCTION integrity_root_text_v1(p_number integer, p_day date, p_first bigint, p_last bigint, p_count bigint, p_total bigint, p_digest text,
    p_events text, p_previous text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT concat_ws('|', p_number, to_char(p_day, 'YYYY-MM-DD'), p_first, p_last, p_count, p_total, p_digest, p_events, p_previous)
$$;

-- integrity_root_faults_v1: seals that do not come out again, and what is wrong: `root`, `chain`, `entries` (with how many are found), `counter`.
CREATE OR REPLACE FUNCTION integrity_root_faults_v1() RETURNS TABLE (number integer, what text, found bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $$
    WITH sealed AS (
        SELECT r.*, lag(r.number, 1, 0) OVER w + 1 AS next, lag(r.root, 1, repeat('0', 64)) OVER w AS before,
            lag(r.last_entry, 1, 0::bigint) OVER w + 1 AS starts, sum(r.entry_count) OVER w AS total, e.n, e.digest AS found_digest
        FROM integrity_root r CROSS JOIN LATERAL (
            SELECT count(*) AS n, encode(sha256(coalesce(string_agg(e.stamp, ''::bytea ORDER BY e.id), '')), 'hex') AS digest
            FROM integrity_entry e WHERE e.id BETWEEN r.first_entry AND r.last_entry) AS e
        WINDOW w AS (ORDER BY r.number)
    ),
    newest AS (SELECT * FROM integrity_root ORDER BY number DESC LIMIT 1)
    SELECT s.number, CASE
        WHEN s.root <> encode(sha256(convert_to(integrity_root_text_v1(s.number, s.day, s.first_entry, s.last_entry, s.entry_count, s.total_count,
            s.digest, s.events, s.previous), 'UTF8')), 'hex') THEN 'root'
        WHEN (s.number, s.previous, s.first_entry, s.total_count) <> (s.next, s.before, s.starts, s.total) THEN 'chain'
        ELSE 'entries' END, s.n
    FROM sealed s
    WHERE s.root <> encode(sha256(convert_to(integrity_root_text_v1(s.number, s.day, s.first_entry, s.last_entry, s.entry_count, s.total_count,
            s.digest, s.events, s.previous), 'UTF8')), 'hex')
       OR (s.number, s.previous, s.first_entry, s.total_count) <> (s.next, s.before, s.starts, s.total)
       OR (s.n, s.found_digest) <> (s.entry_count, s.digest)
    UNION ALL
    SELECT c.number, 'counter', n.number
    FROM (SELECT coalesce(max(number), 0) AS number, coalesce(max(total_count), 0) AS total, coalesce(max(root), '') AS root FROM integrity_counter) AS c,
        (SELECT coalesce(max(number), 0) AS number, coalesce(max(total_count), 0) AS total, coalesce(max(root), '') AS root FROM newest) AS n
    WHERE (c.number, c.total, c.root) <> (n.number, n.total, n.root)
    ORDER BY 1
$$;

-- integrity_forget_v1: ends the recording of tables that are not declared any more.
CREATE OR REPLACE FUNCTION integrity_forget_v1(p_declared text[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    log text;
BEGIN
    FOR log IN SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'integrity\_of\_%'
        AND substr(p.proname, 14) <> ALL (p_declared) LOOP
        EXECUTE format('DROP FUNCTION %I() CASCADE', log);
    END LOOP;
END;
$$;
REVOKE ALL ON FUNCTION integrity_forget_v1 FROM PUBLIC;

-- integrity_unheard_v1: entries that no lawful write can have made, because whoever made them left only the record's triggers on: of a table
-- with field history (p_history) rows that were written and have none (`unheard`), of one that is only appended to rows that were changed or
-- removed (`rewritten`). At most p_most.
CREATE OR REPLACE FUNCTION integrity_unheard_v1(p_table text, p_history boolean, p_append boolean, p_most integer DEFAULT 20) RETURNS TABLE (key text, what text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $$
    SELECT DISTINCT k.key, CASE WHEN p_append AND e.op IN ('U', 'D') THEN 'rewritten' ELSE 'unheard' END
    FROM integrity_entry e CROSS JOIN LATERAL unnest(e.keys) AS k (key)
    WHERE e.shape_id IN (SELECT s.id FROM integrity_shape s WHERE s.table_name = p_table) AND e.op IN ('I', 'U', 'D')
      AND ((p_append AND e.op IN ('U', 'D')) OR (p_history AND NOT EXISTS (
          SELECT 1 FROM warrants_change c WHERE c.table_name = p_table AND c.row_id = k.key::bigint AND (e.op <> 'D'))))
    LIMIT p_most
$$;
