-- Refunds as batches. Errors: YG001/YG002 no warrant, YG003 append only, YG006 wrong move, YG010 the content is not what was approved.
SELECT warrants_guard_set_v1('benefits_refund_payment', 1::smallint);

-- The rows of a waiting batch: written for a draft only, never changed; those of a void batch mean nothing.
CREATE OR REPLACE FUNCTION benefits_refund_staged_guard_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM (SELECT DISTINCT batch_id FROM new_rows) n LEFT JOIN runs_batch b ON b.id = n.batch_id
        WHERE b.status IS DISTINCT FROM 'draft' OR b.kind <> 'refunds') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '待审退费只能写入正在生成的退费批次。';
    END IF;
    RETURN NULL;
END;
$$;
CREATE OR REPLACE TRIGGER refund_staged_guard AFTER INSERT ON benefits_refund_staged REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION benefits_refund_staged_guard_v1();

-- benefits_refunds_v1: how every refund that some areas owe stands now. One row per due.
-- standing: due (never paid), sent (a batch paid it, no word of the bank), paid, unconfirmed (the bank is said to have given it back, and nobody has
-- compared that with its statement), returned (the bank gave it back: due again).
-- account_*: where it goes now. batch_id, attempt: of the newest payment. waiting_batch: the batch it waits in. is_dead: the payee is
-- a person whose death is on record or was reported, and the account is still that person's own (`benefits_persons_account_v1`): nobody else has claimed it;
-- where the payee of the account is known by number, it is who has that number, whatever the name (`benefits_not_the_heirs_v1`).
-- is_moved: the account was changed after the newest payment was sent there.
CREATE OR REPLACE FUNCTION benefits_refunds_v1(p_areas text[]) RETURNS TABLE (
    due_id bigint, refund_id bigint, area_code text, fund text, amount_fen bigint, bank_code text, account_name text, account_no text,
    standing text, batch_id bigint, attempt smallint, waiting_batch bigint, is_dead boolean, is_moved boolean, reason text
)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT d.id, d.refund_id, d.area_code, d.fund, d.amount_fen, coalesce(p.bank_code, ''), coalesce(p.account_name, r.account_name),
        coalesce(p.account_no, r.account_no), CASE WHEN s.batch_id IS NULL THEN 'due'
            WHEN x.status = 'returned' AND NOT benefits_result_confirmed_v1(x.file_id) THEN 'unconfirmed' ELSE coalesce(x.status, 'sent') END,
        s.batch_id, s.attempt, w.batch_id,
        n.id IS NOT NULL AND (n.life_status = '02' OR EXISTS (SELECT 1 FROM exchange_deaths_v1(n.id) g WHERE g.standing IN ('in_force', 'other_day')))
            AND CASE WHEN coalesce(p.payee_number, '') = '' THEN
                    benefits_persons_account_v1(n.id, coalesce(p.account_name, r.account_name), coalesce(p.account_no, r.account_no))
                ELSE p.payee_number = n.id_number OR benefits_not_the_heirs_v1(n.id, p.payee_number, p.account_name, p.account_name, p.account_no) END,
        s.batch_id IS NOT NULL AND (coalesce(p.bank_code, ''), coalesce(p.account_name, r.account_name), coalesce(p.account_no, r.account_no))
            IS DISTINCT FROM (s.bank_code::text, s.account_name::text, s.account_no::text),
        coalesce(x.reason, '')
    FROM contributions_refund_due d
    JOIN contributions_refund r ON r.id = d.refund_id
    LEFT JOIN registry_person n ON n.id = r.person_id AND r.employer_id IS NULL
    LEFT JOIN LATERAL (SELECT bank_code, account_name, account_no, payee_number FROM contributions_refund_payee
        WHERE refund_id = r.id ORDER BY id DESC LIMIT 1) AS p ON true
    LEFT JOIN LATERAL (SELECT batch_id, attempt, bank_code, account_name, account_no FROM benefits_refund_payment
        WHERE due_id = d.id AND hold = 0 ORDER BY attempt DESC LIMIT 1) AS s ON true
    LEFT JOIN LATERAL (SELECT w.status, w.reason, w.file_id FROM (
        SELECT 0 AS seq, f.status, f.reason, f.file_id FROM benefits_refund_result f WHERE f.batch_id = s.batch_id AND f.due_id = d.id
        UNION ALL SELECT l.seq, l.status, l.reason, l.file_id FROM benefits_later_refund_result l WHERE l.batch_id = s.batch_id AND l.due_id = d.id
        ) AS w ORDER BY w.seq DESC LIMIT 1) AS x ON true
    LEFT JOIN LATERAL (SELECT t.batch_id FROM benefits_refund_staged t JOIN runs_batch b ON b.id = t.batch_id
        WHERE t.due_id = d.id AND b.status IN ('draft', 'prepared', 'approved') ORDER BY t.batch_id DESC LIMIT 1) AS w ON true
    WHERE d.area_code = ANY (p_areas)
$$;

-- benefits_refund_sums_v1: count, sum (fen) and digest of what a batch of refunds has staged.
CREATE OR REPLACE FUNCTION benefits_refund_sums_v1(p_batch bigint, OUT refunds bigint, OUT fen bigint, OUT digest bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*), coalesce(sum(amount_fen), 0)::bigint,
        coalesce(bit_xor(hashint8extended(due_id, hashtextextended(concat_ws('|', bank_code, account_name, account_no), amount_fen))), 0)
    FROM benefits_refund_staged WHERE batch_id = p_batch
$$;

-- benefits_execute_refunds_v1: pays an approved batch of refunds under the open class-1 warrant of this very run: compares what is staged
-- with what was approved, looks again at every line and takes out who must not be paid any more: the dead, what another batch has paid
-- meanwhile or is owed no more, accounts that were changed. The total only shrinks; what was taken out is due again by itself.
-- Params: the batch and nothing else. Gives what was paid by area and fund, and what was taken out by reason (fen).
CREATE OR REPLACE FUNCTION benefits_execute_refunds_v1(p_batch bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_warrant bigint := runs_own_warrant_v1(p_batch, 1::smallint, 'benefits_refund_payment');
    of_run runs_batch%ROWTYPE;
BEGIN
    SELECT * INTO of_run FROM runs_batch WHERE id = p_batch AND kind = 'refunds';
    PERFORM runs_same_v1(p_batch, s.refunds, s.fen, lpad(to_hex(s.digest), 16, '0')) FROM benefits_refund_sums_v1(p_batch) AS s;
    -- One at a time for one refund: a batch that pays the same meanwhile is waited for and then seen.
    PERFORM 1 FROM contributions_refund_due d JOIN benefits_refund_staged t ON t.due_id = d.id
    WHERE t.batch_id = p_batch ORDER BY d.id FOR UPDATE OF d;
    INSERT INTO benefits_refund_payment (warrant_id, batch_id, due_id, attempt, hold, amount_fen, bank_code, account_name, account_no)
    SELECT the_warrant, p_batch, t.due_id, coalesce(n.attempt, 0) + 1, CASE
            WHEN n.due_id IS NULL OR n.standing NOT IN ('due', 'returned') OR n.amount_fen <> t.amount_fen THEN 4
            WHEN n.is_dead THEN 1
            WHEN (n.bank_code, n.account_name, n.account_no) IS DISTINCT FROM (t.bank_code::text, t.account_name::text, t.account_no::text) THEN 5
            ELSE 0 END,
        t.amount_fen, t.bank_code, t.account_name, t.account_no
    FROM benefits_refund_staged t LEFT JOIN benefits_refunds_v1(of_run.areas::text[]) AS n ON n.due_id = t.due_id
    WHERE t.batch_id = p_batch ORDER BY t.due_id;
    PERFORM runs_written_v1(p_batch, count(*) FILTER (WHERE p.hold = 0), coalesce(sum(p.amount_fen) FILTER (WHERE p.hold = 0), 0)::bigint,
        count(*) FILTER (WHERE p.hold <> 0), coalesce(sum(p.amount_fen) FILTER (WHERE p.hold <> 0), 0)::bigint,
        (SELECT coalesce(jsonb_agg(to_jsonb(b)), '[]') FROM (
            SELECT 'refund_paid' AS event, d.area_code AS area, d.fund, sum(x.amount_fen)::bigint AS fen FROM benefits_refund_payment x
            JOIN contributions_refund_due d ON d.id = x.due_id WHERE x.batch_id = p_batch AND x.hold = 0 GROUP BY 2, 3) AS b))
    FROM benefits_refund_payment p WHERE p.batch_id = p_batch;
    RETURN jsonb_build_object(
        'paid', (SELECT coalesce(jsonb_agg(jsonb_build_array(area_code, fund, refunds, fen) ORDER BY area_code, fund), '[]') FROM (
            SELECT d.area_code, d.fund, count(*) AS refunds, sum(p.amount_fen)::bigint AS fen FROM benefits_refund_payment p
            JOIN contributions_refund_due d ON d.id = p.due_id WHERE p.batch_id = p_batch AND p.hold = 0 GROUP BY 1, 2) AS s),
        'taken', (SELECT coalesce(jsonb_agg(jsonb_build_array(hold, refunds, fen) ORDER BY hold), '[]') FROM (
            SELECT hold, count(*) AS refunds, sum(amount_fen)::bigint AS fen FROM benefits_refund_payment
            WHERE batch_id = p_batch AND hold <> 0 GROUP BY hold) AS s));
END;
$$;

-- benefits_execute_refund_payee_v1: sends a refund to the account that was signed (退费改付), read from the frozen batch: which refund, which bank,
-- which account: key information, as the account of a benefit. Under the open class-1 warrant of this very run. Params: the batch and nothing else. Errors: YG001, YG002; YG010 nothing of it is owed any more.
CREATE OR REPLACE FUNCTION benefits_execute_refund_payee_v1(p_batch bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_warrant bigint := runs_own_warrant_v1(p_batch, 1::smallint, 'contributions_refund_payee');
    of_run runs_batch%ROWTYPE;
    signed record;
    owed bigint;
    fen bigint;
    made bigint;
BEGIN
    SELECT * INTO of_run FROM runs_batch WHERE id = p_batch AND kind = 'refund-payee';
    SELECT * INTO signed FROM jsonb_to_record(of_run.summary) AS s (refund bigint, bank_code text, account_name text, account_no text, payee_number text);
    SELECT count(*), coalesce(sum(amount_fen), 0)::bigint INTO owed, fen FROM benefits_refunds_v1(of_run.areas::text[])
    WHERE refund_id = signed.refund AND standing IN ('due', 'returned');
    IF owed = 0 OR (owed, fen) IS DISTINCT FROM (of_run.row_count, of_run.total_fen) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = format('第 %s 号批次的退费自审批后已支付或有变动，请作废后重新申请。', p_batch);
    END IF;
    INSERT INTO contributions_refund_payee (warrant_id, refund_id, bank_code, account_name, account_no, payee_number, batch_id)
    VALUES (the_warrant, signed.refund, signed.bank_code, signed.account_name, signed.account_no, coalesce(signed.payee_number, ''), p_batch) RETURNING id INTO made;
    PERFORM runs_written_v1(p_batch, owed, fen);
    RETURN made;
END;
$$;
