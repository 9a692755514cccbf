-- lending_count_v1: how many books are lent.
CREATE OR REPLACE FUNCTION lending_count_v1() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT count(*) FROM lending_loan $$;

-- lending_sums_v1: what a stock-taking signs (借阅盘点): how many books are lent, and a digest of which and to whom.
CREATE OR REPLACE FUNCTION lending_sums_v1(OUT books integer, OUT digest text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*)::integer, encode(sha256(convert_to(coalesce(jsonb_agg(jsonb_build_array(id, person_id, title) ORDER BY id), '[]')::text, 'UTF8')), 'hex')
    FROM lending_loan
$$;

-- lending_execute_stocktaking_v1: each loan bears the batch that has found it. Under the open class-1 warrant of this very run. Params: the batch and
-- nothing else: what is written is computed here and held against what three people have signed. Gives how many rows. Errors: YG001, YG002;
-- YG010 something was lent or given back since.
CREATE OR REPLACE FUNCTION lending_execute_stocktaking_v1(p_batch bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    written integer;
BEGIN
    PERFORM runs_own_warrant_v1(p_batch, 1::smallint, 'lending_loan');
    IF NOT EXISTS (
        SELECT 1 FROM runs_batch b, lending_sums_v1() AS now WHERE b.id = p_batch AND (b.row_count, b.digest) = (now.books, now.digest)) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = format('第 %s 号盘点审批后又有借阅或归还，请作废后重新盘点。', p_batch);
    END IF;
    UPDATE lending_loan SET counted_in = p_batch;
    GET DIAGNOSTICS written = ROW_COUNT;
    PERFORM runs_written_v1(p_batch, written, 0);
    RETURN written;
END;
$$;
