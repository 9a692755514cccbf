-- What only the server's superuser can take away, in the database of the house; `./run` does it at each start. Safe to run again.
-- The functions below come with PostgreSQL and are open to everybody: with them a login that reads can still stop others.

-- Locks of the house are taken by its own logins. Large objects are used by nobody. Nobody ends somebody else's statement,
-- nor fills the log with messages, nor keeps pictures of the database in files (a backup does, by the owner).
DO $$
DECLARE
    f record;
BEGIN
    FOR f IN SELECT p.oid::regprocedure::text AS signature, p.proname FROM pg_proc p
        WHERE p.pronamespace = 'pg_catalog'::regnamespace
          AND (p.proname ~ '^pg_(try_)?advisory_' OR p.proname ~ '^(lo_|loread$|lowrite$)' OR p.proname IN (
            'pg_cancel_backend', 'pg_terminate_backend', 'pg_notify', 'pg_logical_emit_message', 'pg_export_snapshot'))
    LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f.signature);
        IF f.proname = 'pg_export_snapshot' THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO yigui_owner', f.signature);
        ELSIF f.proname !~ '^lo' AND f.proname <> 'pg_logical_emit_message' THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO yigui_owner, yigui_app', f.signature);
        END IF;
    END LOOP;
END;
$$;

-- What the application and the courier have set for themselves is forgotten here.
DO $$
DECLARE
    login text;
BEGIN
    FOR login IN SELECT rolname FROM pg_roles WHERE rolname IN ('yigui_app', 'yigui_courier') LOOP
        EXECUTE format('ALTER ROLE %I RESET ALL', login);
    END LOOP;
END;
$$;

-- Whoever may read their own rows alone may still ask how a statement goes (EXPLAIN), and there what PostgreSQL holds for "leakproof" is done to
-- everybody's rows before the policy is asked: an index over numbers of identity cards answers which there are. Nothing is held for leakproof
-- any more but comparisons of whole numbers, by which rows are found that belong to one's own. Settings of other logins do not depend on it.
DO $$
DECLARE
    f record;
BEGIN
    FOR f IN SELECT p.oid::regprocedure::text AS signature FROM pg_proc p
        WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proleakproof
          AND EXISTS (SELECT 1 FROM unnest(p.proargtypes) AS a WHERE a IN ('text'::regtype, 'bpchar'::regtype, 'name'::regtype, 'bytea'::regtype,
            'date'::regtype, 'timestamptz'::regtype, 'timestamp'::regtype, 'numeric'::regtype, 'uuid'::regtype))
    LOOP
        EXECUTE format('ALTER FUNCTION %s NOT LEAKPROOF', f.signature);
    END LOOP;
END;
$$;

-- The login of people outside reads, for a while and with bounded space. What it sets for itself is forgotten here.
ALTER ROLE yigui_outside RESET ALL;
ALTER ROLE yigui_outside SET default_transaction_read_only = on;
ALTER ROLE yigui_outside SET statement_timeout = '30s';
ALTER ROLE yigui_outside SET idle_in_transaction_session_timeout = '2min';
ALTER ROLE yigui_outside SET temp_file_limit = '256MB';
