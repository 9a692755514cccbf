-- The nightly seals (每日封存): made by the owner's functions alone, which work out everything that stands in them. The application says only
-- that it is time.

-- integrity_seal_events_v1: one root (SHA-256) over the heads of all chains of events that grew since the last seal and over that seal's root;
-- and the counts and digests of what warrants appended in sets to these tables. Waits for open writers of events, and new ones wait for it,
-- for the moment it takes. Gives the number of the seal; NULL when no case has moved.
CREATE OR REPLACE FUNCTION integrity_seal_events_v1(p_sets text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    last_one casework_seal%ROWTYPE;
    the_previous text;
    first_id bigint;
    last_id bigint;
    heads text;
    chains integer;
    made bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7001);
    PERFORM warrants_seal_sets_v1(p_sets);
    SELECT * INTO last_one FROM casework_seal ORDER BY id DESC LIMIT 1;
    first_id := coalesce(last_one.last_event_id, 0) + 1;
    SELECT coalesce(max(id), 0) INTO last_id FROM casework_event;
    IF last_id < first_id THEN
        RETURN NULL;
    END IF;
    SELECT count(*), string_agg(E'\n' || h.case_id || ':' || h.seq || ':' || h.digest, '' ORDER BY h.case_id) INTO chains, heads
    FROM (SELECT DISTINCT ON (e.case_id) e.case_id, e.seq, e.digest FROM casework_event e WHERE e.id BETWEEN first_id AND last_id
        ORDER BY e.case_id, e.seq DESC) AS h;
    the_previous := coalesce(last_one.root, repeat('0', 64));
    INSERT INTO casework_seal (day, first_event_id, last_event_id, chain_count, previous, root, sealed_at)
    VALUES ((clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date, first_id, last_id, chains, the_previous,
        encode(sha256(convert_to(the_previous || heads, 'UTF8')), 'hex'), clock_timestamp())
    RETURNING id INTO made;
    RETURN made;
END;
$$;

-- integrity_seal_v1: seals the entries made since the last seal: their count and digest, chained to the seal before, and counted in
-- integrity_counter beside. Its number, its day (in Chinese time) and its root are the database's own. Waits a while for whoever is writing.
-- Gives the number; NULL when nothing but seals was written.
-- Error: YG012 writers did not come to an end.
DROP FUNCTION IF EXISTS integrity_seal_v1(date);
CREATE OR REPLACE FUNCTION integrity_seal_v1() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    last_one integrity_root%ROWTYPE;
    the_day date := (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date;
    of_events text := coalesce((SELECT root FROM casework_seal ORDER BY id DESC LIMIT 1), '');
    fresh record;
    total bigint;
    new_number integer;
    new_root text;
BEGIN
    FOR try IN 1..20 LOOP
        BEGIN
            -- Whoever has taken a number holds the table until the end of their transaction.
            LOCK TABLE integrity_entry IN SHARE MODE;
            EXIT;
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            IF try = 20 THEN
                RAISE EXCEPTION USING ERRCODE = 'YG012', MESSAGE = '有长时间的写入没有结束，暂不能封存，请稍后再封存。';
            END IF;
            PERFORM pg_sleep(1);
        END;
    END LOOP;
    SELECT * INTO last_one FROM integrity_root ORDER BY number DESC LIMIT 1;
    SELECT count(*) AS n, max(e.id) AS top, encode(sha256(coalesce(string_agg(e.stamp, ''::bytea ORDER BY e.id), '')), 'hex') AS digest,
        count(*) FILTER (WHERE s.table_name NOT IN ('integrity_root', 'integrity_counter')) AS others
    INTO fresh FROM integrity_entry e JOIN integrity_shape s ON s.id = e.shape_id WHERE e.id > coalesce(last_one.last_entry, 0);
    IF fresh.others = 0 THEN
        RETURN NULL;
    END IF;
    new_number := coalesce(last_one.number, 0) + 1;
    total := coalesce(last_one.total_count, 0) + fresh.n;
    new_root := encode(sha256(convert_to(integrity_root_text_v1(new_number, the_day, coalesce(last_one.last_entry, 0) + 1, fresh.top, fresh.n, total,
        fresh.digest, of_events, coalesce(last_one.root, repeat('0', 64))), 'UTF8')), 'hex');
    INSERT INTO integrity_root (number, day, first_entry, last_entry, entry_count, total_count, digest, events, previous, root, sealed_at)
    VALUES (new_number, the_day, coalesce(last_one.last_entry, 0) + 1, fresh.top, fresh.n, total, fresh.digest, of_events,
        coalesce(last_one.root, repeat('0', 64)), new_root, now());
    INSERT INTO integrity_counter (id, number, total_count, root) VALUES (1, new_number, total, new_root)
    ON CONFLICT (id) DO UPDATE SET number = excluded.number, total_count = excluded.total_count, root = excluded.root;
    RETURN new_number;
END;
$$;
