-- The bank's results. Errors: YG001/YG002 no warrant, YG003 append only, YG005 counts, YG006 no ground, YG009/YG010 who signs, YG011 not the file's.
SELECT warrants_guard_set_v1('benefits_result', 3::smallint);
SELECT warrants_guard_set_v1('benefits_later_result', 3::smallint);
SELECT warrants_guard_set_v1('benefits_refund_result', 3::smallint);
SELECT warrants_guard_set_v1('benefits_later_refund_result', 3::smallint);
SELECT warrants_guard_set_v1('benefits_settled_return', 2::smallint);

-- benefits_result_lines_v1: how many results of a status stand under a file, and how many it accounts for.
CREATE OR REPLACE FUNCTION benefits_result_lines_v1(p_file bigint, p_status text, OUT stand bigint, OUT accounted bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT (SELECT count(*) FROM benefits_result WHERE file_id = p_file AND status = p_status)
        + (SELECT count(*) FROM benefits_later_result WHERE file_id = p_file AND status = p_status)
        + (SELECT count(*) FROM benefits_refund_result WHERE file_id = p_file AND status = p_status)
        + (SELECT count(*) FROM benefits_later_refund_result WHERE file_id = p_file AND status = p_status),
        coalesce((SELECT CASE p_status WHEN 'paid' THEN paid_count ELSE returned_count END FROM benefits_result_file WHERE id = p_file), 0)
$$;

-- benefits_last_word_v1: the bank's last word on a payment, of series P (benefit and attempt) or R (what is owed); NULLs where there is none.
CREATE OR REPLACE FUNCTION benefits_last_word_v1(
    p_series text, p_batch bigint, p_subject bigint, p_attempt integer, OUT status text, OUT file_id bigint, OUT amount_fen bigint, OUT seq integer
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT w.status, w.file_id, w.amount_fen, w.seq FROM (
        SELECT x.status::text, x.file_id, x.amount_fen, 0 AS seq FROM benefits_result x
        WHERE p_series = 'P' AND (x.batch_id, x.benefit_id, x.attempt) = (p_batch, p_subject, p_attempt)
        UNION ALL SELECT l.status, l.file_id, l.amount_fen, l.seq FROM benefits_later_result l
        WHERE p_series = 'P' AND (l.batch_id, l.benefit_id, l.attempt) = (p_batch, p_subject, p_attempt)
        UNION ALL SELECT r.status, r.file_id, r.amount_fen, 0 FROM benefits_refund_result r
        WHERE p_series = 'R' AND (r.batch_id, r.due_id) = (p_batch, p_subject)
        UNION ALL SELECT n.status, n.file_id, n.amount_fen, n.seq FROM benefits_later_refund_result n
        WHERE p_series = 'R' AND (n.batch_id, n.due_id) = (p_batch, p_subject)
    ) AS w ORDER BY w.seq DESC LIMIT 1
$$;

-- benefits_result_ground_v1: a result stands under the file its warrant is of; it is about a payment that was sent, of its amount, not later than its file; a
-- later one follows another word; and no file has more results than it accounts for. TG_ARGV: series, whether it is a later word. Errors: YG006, YG011.
CREATE OR REPLACE FUNCTION benefits_result_ground_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    bad bigint;
    strange record;
BEGIN
    SELECT n.file_id INTO strange FROM (SELECT DISTINCT warrant_id, file_id FROM new_rows) AS n
    WHERE NOT EXISTS (SELECT 1 FROM warrants_warrant w WHERE w.id = n.warrant_id AND w.kind = 'result' AND w.subject_id = n.file_id) LIMIT 1;
    IF FOUND AND warrants_by_application_v1() THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = TG_TABLE_NAME,
            MESSAGE = format('发放结果只能登记在本次接收的文件下，不能登记到回执 %s 号；请重新接收文件。', coalesce(strange.file_id::text, '—'));
    END IF;
    IF TG_ARGV[0] = 'P' THEN
        SELECT n.batch_id INTO bad FROM new_rows n
        LEFT JOIN benefits_payment p ON n.attempt = 1 AND p.batch_id = n.batch_id AND p.benefit_id = n.benefit_id
        LEFT JOIN benefits_reissue r ON n.attempt > 1 AND r.batch_id = n.batch_id AND r.benefit_id = n.benefit_id AND r.attempt = n.attempt
            AND r.sent_batch IS NOT NULL
        LEFT JOIN benefits_result_file f ON f.id = n.file_id
        WHERE (coalesce(p.amount_fen, r.amount_fen) = n.amount_fen AND n.booked_on <= f.received_on) IS NOT TRUE LIMIT 1;
    ELSE
        SELECT n.batch_id INTO bad FROM new_rows n
        LEFT JOIN benefits_refund_payment p ON p.batch_id = n.batch_id AND p.due_id = n.due_id AND p.hold = 0
        LEFT JOIN benefits_result_file f ON f.id = n.file_id
        WHERE (p.amount_fen = n.amount_fen AND n.booked_on <= f.received_on) IS NOT TRUE LIMIT 1;
    END IF;
    IF bad IS NULL AND TG_ARGV[1] = 'later' AND TG_ARGV[0] = 'P' THEN
        SELECT n.batch_id INTO bad FROM new_rows n WHERE NOT EXISTS (
            SELECT 1 FROM (SELECT x.status, 0 AS seq FROM benefits_result x WHERE (x.batch_id, x.benefit_id, x.attempt) = (n.batch_id, n.benefit_id, n.attempt)
                UNION ALL SELECT l.status, l.seq FROM benefits_later_result l WHERE (l.batch_id, l.benefit_id, l.attempt) = (n.batch_id, n.benefit_id, n.attempt)
            ) AS w WHERE w.seq = n.seq - 1 AND w.status <> n.status) LIMIT 1;
    ELSIF bad IS NULL AND TG_ARGV[1] = 'later' THEN
        SELECT n.batch_id INTO bad FROM new_rows n WHERE NOT EXISTS (
            SELECT 1 FROM (SELECT x.status, 0 AS seq FROM benefits_refund_result x WHERE (x.batch_id, x.due_id) = (n.batch_id, n.due_id)
                UNION ALL SELECT l.status, l.seq FROM benefits_later_refund_result l WHERE (l.batch_id, l.due_id) = (n.batch_id, n.due_id)
            ) AS w WHERE w.seq = n.seq - 1 AND w.status <> n.status) LIMIT 1;
    END IF;
    IF bad IS NOT NULL OR EXISTS (
        SELECT 1 FROM (SELECT DISTINCT file_id, status FROM new_rows) AS n CROSS JOIN LATERAL benefits_result_lines_v1(n.file_id, n.status) AS c
        WHERE c.stand > c.accounted) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME,
            MESSAGE = format('发放结果与已送银行的支付不符，或多于文件所载（批次 %s），不能登记。', coalesce(bad::text, '—'));
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION benefits_result_ground_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER result_ground AFTER INSERT ON benefits_result REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION benefits_result_ground_v1('P', 'first');
CREATE OR REPLACE TRIGGER result_ground AFTER INSERT ON benefits_later_result REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION benefits_result_ground_v1('P', 'later');
CREATE OR REPLACE TRIGGER result_ground AFTER INSERT ON benefits_refund_result REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION benefits_result_ground_v1('R', 'first');
CREATE OR REPLACE TRIGGER result_ground AFTER INSERT ON benefits_later_refund_result REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION benefits_result_ground_v1('R', 'later');

-- benefits_result_adds_up_v1: when its transaction ends, what a file of results accounts for as paid, returned and waiting stands under it, row by row: nobody
-- compares or decides upon more than is there, and nothing is added afterwards. Binds the application. Error: YG006.
CREATE OR REPLACE FUNCTION benefits_result_adds_up_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM exchange_counts_stand_v1(TG_TABLE_NAME,
        ARRAY[NEW.paid_count, NEW.returned_count, NEW.waiting_count]::bigint[],
        ARRAY[(SELECT stand FROM benefits_result_lines_v1(NEW.id, 'paid')), (SELECT stand FROM benefits_result_lines_v1(NEW.id, 'returned')),
            (SELECT count(*) FROM benefits_result_waiting r WHERE r.file_id = NEW.id)]::bigint[],
        format('发放结果文件“%s”登记的到账、退票或待核实笔数与实际写入的结果不符', NEW.file_name));
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION benefits_result_adds_up_v1 FROM PUBLIC;
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 'adds_up' AND tgrelid = 'benefits_result_file'::regclass) THEN
        CREATE CONSTRAINT TRIGGER adds_up AFTER INSERT ON benefits_result_file DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION benefits_result_adds_up_v1();
    END IF;
END;
$$;

-- benefits_waiting_of_file_v1: lines that wait are written with their file, in the transaction that reads it, and no more of them than it accounts for. Binds
-- the application. Error: YG006.
CREATE OR REPLACE FUNCTION benefits_waiting_of_file_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    strange bigint;
BEGIN
    SELECT n.file_id INTO strange FROM (SELECT DISTINCT file_id FROM new_rows) AS n LEFT JOIN benefits_result_file f ON f.id = n.file_id
    WHERE f.id IS NULL OR NOT warrants_own_row_v1(f.xmin)
       OR f.waiting_count < (SELECT count(*) FROM benefits_result_waiting r WHERE r.file_id = f.id) LIMIT 1;
    IF FOUND AND warrants_by_application_v1() THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME, MESSAGE = format(
            '待核实结果只随其文件一并写入，且不多于文件所载；第 %s 号文件不是本次读入的，或行数不符，请重新接收文件。', coalesce(strange::text, '—'));
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION benefits_waiting_of_file_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER of_file AFTER INSERT ON benefits_result_waiting REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION benefits_waiting_of_file_v1();

-- benefits_by_line_v1: whether a file of results is a line of a statement, handed over or adopted: what it gives back came in on that statement.
CREATE OR REPLACE FUNCTION benefits_by_line_v1(p_file bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM contributions_receipt_line_end e WHERE e.outcome = 'result' AND (e.target_id = p_file OR e.target_id = (
        SELECT w.file_id FROM benefits_result_decision d JOIN benefits_result_waiting w ON w.id = d.waiting_id WHERE d.file_id = p_file)))
$$;
REVOKE ALL ON FUNCTION benefits_by_line_v1 FROM PUBLIC;

-- benefits_return_moved_v1: the return that a line of a statement, handed over as this file, brings and that the bank's results had told before: the books
-- have it in the account it had left, the money lies in the account of the statement. Nothing where another line has brought it. At most one row: event,
-- book, the day of the line, fen.
CREATE OR REPLACE FUNCTION benefits_return_moved_v1(p_file bigint) RETURNS TABLE (event text, area text, fund text, on_day date, fen bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH handed AS (
        SELECT e.line_id, e.target_id, l.received_on, l.amount_fen,
            regexp_match(upper(btrim(normalize(l.payment_no, NFKC))), '^(?:P([0-9]{1,18})-([0-9]{1,18})(?:-([0-9]{1,3}))?|R([0-9]{1,18})-([0-9]{1,18}))$') AS part
        FROM contributions_receipt_line_end e JOIN contributions_receipt_line l ON l.id = e.line_id
        WHERE e.outcome = 'result' AND l.payment_no <> '' AND NOT l.is_debit AND l.received_on IS NOT NULL
    ),
    keyed AS (
        SELECT h.line_id, h.target_id, h.received_on, h.amount_fen, CASE WHEN part[1] IS NULL THEN 'R' ELSE 'P' END AS series,
            coalesce(part[1], part[4])::bigint AS batch, coalesce(part[2], part[5])::bigint AS subject, coalesce(part[3], '1')::integer AS attempt
        FROM handed h WHERE part IS NOT NULL
    )
    SELECT CASE k.series WHEN 'P' THEN 'benefit_return_moved' ELSE 'refund_return_moved' END, coalesce(b.area_id, d.area_code)::text,
        coalesce(ledger_fund_v1(b.insurance), d.fund)::text, k.received_on, k.amount_fen
    FROM keyed k
    CROSS JOIN LATERAL benefits_last_word_v1(k.series, k.batch, k.subject, k.attempt) AS w
    LEFT JOIN benefits_benefit b ON k.series = 'P' AND b.id = k.subject
    LEFT JOIN contributions_refund_due d ON k.series = 'R' AND d.id = k.subject
    WHERE k.target_id = p_file AND w.status = 'returned' AND w.amount_fen = k.amount_fen AND NOT benefits_by_line_v1(w.file_id)
      AND NOT EXISTS (SELECT 1 FROM keyed o WHERE o.line_id <> k.line_id AND (o.series, o.batch, o.subject, o.attempt) = (k.series, k.batch, k.subject, k.attempt))
$$;
REVOKE ALL ON FUNCTION benefits_return_moved_v1 FROM PUBLIC;

-- benefits_brought_before_v1: whether another line of a statement has brought back what this line brings (重复退款): one of the same payment ended as a result, and
-- the bank's last word on the payment is that it came back. This line cannot become a result any more. Page, deed and trigger ask it.
CREATE OR REPLACE FUNCTION benefits_brought_before_v1(p_line bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH keyed AS (
        SELECT l.id, CASE WHEN part[1] IS NULL THEN 'R' ELSE 'P' END AS series, coalesce(part[1], part[4])::bigint AS batch,
            coalesce(part[2], part[5])::bigint AS subject, coalesce(part[3], '1')::integer AS attempt
        FROM (SELECT o.id, regexp_match(upper(btrim(normalize(o.payment_no, NFKC))),
                '^(?:P([0-9]{1,18})-([0-9]{1,18})(?:-([0-9]{1,3}))?|R([0-9]{1,18})-([0-9]{1,18}))$') AS part
            FROM (SELECT id, payment_no FROM contributions_receipt_line WHERE id = p_line
                UNION ALL SELECT r.id, r.payment_no FROM contributions_receipt_line_end e JOIN contributions_receipt_line r ON r.id = e.line_id
                WHERE e.outcome = 'result' AND r.id <> p_line) AS o) AS l
        WHERE part IS NOT NULL
    )
    SELECT EXISTS (
        SELECT 1 FROM keyed k JOIN keyed o ON (o.series, o.batch, o.subject, o.attempt) = (k.series, k.batch, k.subject, k.attempt) AND o.id <> k.id
        CROSS JOIN LATERAL benefits_last_word_v1(k.series, k.batch, k.subject, k.attempt) AS w
        WHERE k.id = p_line AND w.status = 'returned')
$$;
REVOKE ALL ON FUNCTION benefits_brought_before_v1 FROM PUBLIC;

-- benefits_line_is_no_receipt_v1: a line that brings a payment of ours back (支付退汇) is not booked as money of a payer where it can become a result: such a payment, or
-- refund, was sent, of just this amount, not after the line's day; whoever is present answers for its batch, and no other line has brought it. Money of another
-- agency's payment is booked where it lies, and so is money that came back twice. Binds the application. Error: YG006.
CREATE OR REPLACE FUNCTION benefits_line_is_no_receipt_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    l contributions_receipt_line%ROWTYPE;
    part text[];
BEGIN
    SELECT * INTO l FROM contributions_receipt_line WHERE id = NEW.line_id AND cause = 'returned_payout';
    part := regexp_match(upper(btrim(normalize(l.payment_no, NFKC))), '^(?:P([0-9]{1,18})-([0-9]{1,18})(?:-([0-9]{1,3}))?|R([0-9]{1,18})-([0-9]{1,18}))$');
    IF warrants_by_application_v1() AND EXISTS (
        SELECT 1 FROM (
            SELECT p.amount_fen, p.batch_id AS sent FROM benefits_payment p
            WHERE coalesce(part[3], '1') = '1' AND (p.batch_id, p.benefit_id) = (part[1]::bigint, part[2]::bigint)
            UNION ALL SELECT r.amount_fen, r.sent_batch FROM benefits_reissue r
            WHERE (r.batch_id, r.benefit_id, r.attempt) = (part[1]::bigint, part[2]::bigint, part[3]::integer) AND r.sent_batch IS NOT NULL
            UNION ALL SELECT q.amount_fen, q.batch_id FROM benefits_refund_payment q
            WHERE q.hold = 0 AND (q.batch_id, q.due_id) = (part[4]::bigint, part[5]::bigint)) AS x
        JOIN runs_batch b ON b.id = x.sent
        CROSS JOIN LATERAL (SELECT (b.executed_at AT TIME ZONE 'Asia/Shanghai')::date AS on_day) AS e
        -- Of a demonstration whose day was moved back, from the first of the run's month on.
        WHERE x.amount_fen = l.amount_fen AND NOT benefits_brought_before_v1(l.id)
          AND benefits_answers_for_result_v1(identity_officer_v1(), coalesce(part[1], part[4])::bigint) AND l.received_on >= CASE
            WHEN e.on_day <= (SELECT f.received_on FROM contributions_receipt_file f WHERE f.id = NEW.target_id) THEN e.on_day
            ELSE to_date(b.period::text, 'YYYYMM') END) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME,
            MESSAGE = format('编号 %s 的行是我方支付 %s 的退汇，不能按到账入账；请按“转发放结果”办理。', NEW.line_id, l.payment_no);
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION benefits_line_is_no_receipt_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER no_receipt BEFORE INSERT ON contributions_receipt_line_end FOR EACH ROW WHEN (NEW.outcome = 'booked')
    EXECUTE FUNCTION benefits_line_is_no_receipt_v1();

-- benefits_line_becomes_result_v1: a waiting line of a statement ends as a result (转发放结果) with a file of results written in the same transaction, its only line,
-- that is about the very payment the line names: taken as returned, waiting where it contradicts what is on record, or moving a return that was told
-- before. Asked when the transaction ends. Binds the application. Error: YG006.
CREATE OR REPLACE FUNCTION benefits_line_becomes_result_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    l contributions_receipt_line%ROWTYPE;
    part text[];
    is_fit boolean;
BEGIN
    IF NOT warrants_by_application_v1() THEN
        RETURN NULL;
    END IF;
    SELECT * INTO l FROM contributions_receipt_line WHERE id = NEW.line_id AND fate = 'waiting' AND cause = 'returned_payout' AND NOT is_debit;
    part := regexp_match(upper(btrim(normalize(l.payment_no, NFKC))), '^(?:(P)([0-9]{1,18})-([0-9]{1,18})(?:-([0-9]{1,3}))?|(R)([0-9]{1,18})-([0-9]{1,18}))$');
    WITH said AS (
        SELECT 'P' AS series, batch_id, benefit_id AS subject, attempt::integer, status, amount_fen FROM benefits_result WHERE file_id = NEW.target_id
        UNION ALL SELECT 'P', batch_id, benefit_id, attempt, status, amount_fen FROM benefits_later_result WHERE file_id = NEW.target_id
        UNION ALL SELECT 'R', batch_id, due_id, 1, status, amount_fen FROM benefits_refund_result WHERE file_id = NEW.target_id
        UNION ALL SELECT 'R', batch_id, due_id, 1, status, amount_fen FROM benefits_later_refund_result WHERE file_id = NEW.target_id
        UNION ALL SELECT series, batch_id, subject_id, attempt, status, amount_fen FROM benefits_result_waiting WHERE file_id = NEW.target_id)
    SELECT EXISTS (SELECT 1 FROM benefits_result_file f WHERE f.id = NEW.target_id AND f.row_count = 1 AND warrants_own_row_v1(f.xmin))
        AND NOT EXISTS (SELECT 1 FROM contributions_receipt_line_end e WHERE e.outcome = 'result' AND e.target_id = NEW.target_id AND e.line_id <> NEW.line_id)
        -- A return that was told before is known: its file says nothing new of it, and nothing of any other.
        AND (NOT EXISTS (SELECT 1 FROM said) AND EXISTS (SELECT 1 FROM benefits_return_moved_v1(NEW.target_id)) OR EXISTS (
            SELECT 1 FROM said r WHERE r.status = 'returned' AND r.amount_fen = l.amount_fen AND (r.series, r.batch_id, r.subject, r.attempt)
                = (coalesce(part[1], part[5]), coalesce(part[2], part[6])::bigint, coalesce(part[3], part[7])::bigint, coalesce(part[4], '1')::integer)))
    INTO is_fit;
    IF is_fit IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME, MESSAGE = format(
            '第 %s 行没有转成其支付的发放结果，不能登记为已转发放结果；请刷新后按“转发放结果”办理，查明前可按“入账”列入暂收款。', NEW.line_id);
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION benefits_line_becomes_result_v1 FROM PUBLIC;
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 'becomes_result' AND tgrelid = 'contributions_receipt_line_end'::regclass) THEN
        CREATE CONSTRAINT TRIGGER becomes_result AFTER INSERT ON contributions_receipt_line_end DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW WHEN (NEW.outcome = 'result') EXECUTE FUNCTION benefits_line_becomes_result_v1();
    END IF;
END;
$$;

-- benefits_issue_result_warrant_v1: the class-3 warrant of a file of bank results. It signs nothing by hand: it is issued once, for
-- a file whose counts add up, or that moves a return to where the money came in. Nothing but results and the vouchers of returned payments can be
-- written under it.
CREATE OR REPLACE FUNCTION benefits_issue_result_warrant_v1(p_file bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    f benefits_result_file%ROWTYPE;
BEGIN
    SELECT * INTO f FROM benefits_result_file WHERE id = p_file FOR UPDATE;
    IF f.id IS NULL OR f.paid_count + f.returned_count > f.row_count
       OR (f.paid_count + f.returned_count = 0 AND NOT EXISTS (SELECT 1 FROM benefits_return_moved_v1(f.id))) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = format('发放结果文件 %s 没有可入账的行，或行数不符。', p_file);
    END IF;
    RETURN warrants_issue_v1('result', f.id, '发放结果 ' || f.id, '', 3::smallint, '', NULL, '{}'::text[], '{}'::bigint[], '{}'::timestamptz[]);
END;
$$;
REVOKE ALL ON FUNCTION benefits_issue_result_warrant_v1 FROM PUBLIC;

-- result_begins_v1: the bank's first day of a file of results: what is posted of it bears no day before. Not granted.
CREATE OR REPLACE FUNCTION result_begins_v1(p_file bigint) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT min(r.booked_on) FROM (
        SELECT booked_on FROM benefits_result WHERE file_id = p_file
        UNION ALL SELECT booked_on FROM benefits_later_result WHERE file_id = p_file
        UNION ALL SELECT booked_on FROM benefits_refund_result WHERE file_id = p_file
        UNION ALL SELECT booked_on FROM benefits_later_refund_result WHERE file_id = p_file
        UNION ALL SELECT on_day FROM benefits_return_moved_v1(p_file)) AS r
$$;
REVOKE ALL ON FUNCTION result_begins_v1 FROM PUBLIC;

-- result_posts_v1: what may be posted under the warrant of a file of results: payments and refunds that came back with it, and returns it was found to
-- take back, in the book they were paid from: all vouchers of the file of an event and book together, under whatever warrant, up to that. Error: YG011.
DROP FUNCTION IF EXISTS result_posts_v1(bigint, text, text, bigint, bigint);
CREATE OR REPLACE FUNCTION result_posts_v1(
    p_warrant bigint, p_file bigint, p_event text, p_area text, p_fund text, p_debit bigint
) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    posted bigint := (SELECT coalesce(sum(e.amount_fen), 0) FROM ledger_voucher v JOIN ledger_entry e ON e.voucher_id = v.id AND e.side = 'D'
        WHERE v.source_kind = 'result_file' AND v.source_id = p_file AND (v.area_code, v.fund) = (p_area, p_fund)
            AND replace(v.event, '_to_income', '') = replace(p_event, '_to_income', ''));
    -- Money of a line of the collecting account's statement came back there, all other money to the account it had left.
    is_income boolean := benefits_by_line_v1(p_file);
BEGIN
    IF p_event IN ('benefit_returned', 'refund_returned', 'benefit_returned_to_income', 'refund_returned_to_income')
       AND is_income <> (p_event LIKE '%to_income') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', MESSAGE = format('发放结果文件 %s 的退票没有退到该账户，不能登记。', p_file);
    END IF;
    IF (p_debit + posted <= CASE replace(p_event, '_to_income', '')
        WHEN 'benefit_returned' THEN (
            SELECT sum(r.amount_fen) FROM (SELECT benefit_id, amount_fen FROM benefits_result WHERE file_id = p_file AND status = 'returned'
                UNION ALL SELECT benefit_id, amount_fen FROM benefits_later_result WHERE file_id = p_file AND status = 'returned') AS r
            JOIN benefits_benefit b ON b.id = r.benefit_id WHERE b.area_id = p_area AND ledger_fund_v1(b.insurance) = p_fund)
        WHEN 'benefit_return_undone' THEN (
            SELECT sum(r.amount_fen) FROM benefits_later_result r JOIN benefits_benefit b ON b.id = r.benefit_id
            WHERE r.file_id = p_file AND r.status = 'paid' AND b.area_id = p_area AND ledger_fund_v1(b.insurance) = p_fund)
        WHEN 'refund_returned' THEN (
            SELECT sum(r.amount_fen) FROM (SELECT due_id, amount_fen FROM benefits_refund_result WHERE file_id = p_file AND status = 'returned'
                UNION ALL SELECT due_id, amount_fen FROM benefits_later_refund_result WHERE file_id = p_file AND status = 'returned') AS r
            JOIN contributions_refund_due d ON d.id = r.due_id WHERE d.area_code = p_area AND d.fund = p_fund)
        WHEN 'refund_return_undone' THEN (
            SELECT sum(r.amount_fen) FROM benefits_later_refund_result r JOIN contributions_refund_due d ON d.id = r.due_id
            WHERE r.file_id = p_file AND r.status = 'paid' AND d.area_code = p_area AND d.fund = p_fund)
        ELSE (SELECT sum(m.fen) FROM benefits_return_moved_v1(p_file) AS m WHERE (m.event, m.area, m.fund) = (p_event, p_area, p_fund))
        END) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', MESSAGE = format('发放结果文件 %s 的凭据只能登记本文件退票的凭证，合计不超过退票金额。', p_file);
    END IF;
END;
$$;
REVOKE ALL ON FUNCTION result_posts_v1 FROM PUBLIC;

-- benefits_answers_for_result_v1: who answers for what the bank says of the payments of a batch: a cashier or an accountant at work whose agency answers
-- for the batch's area; no account of a door or a program. The page asks it (`bank_results.not_ours`), and whoever brings in, compares or decides.
CREATE OR REPLACE FUNCTION benefits_answers_for_result_v1(p_user bigint, p_batch bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM runs_batch b WHERE b.id = p_batch AND runs_has_post_v1(p_user, ARRAY['cashier', 'accountant'], b.area_code))
$$;

-- benefits_may_compare_v1: whether somebody may say that what a file of results gives back stands on the bank's statement: they answer for the batches it
-- gives something back of, and are another person than whoever brought it in or has compared it. Inbox, page and deed ask it.
CREATE OR REPLACE FUNCTION benefits_may_compare_v1(p_user bigint, p_file bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT staff_distinct_v1(ARRAY[(SELECT f.user_id FROM benefits_result_file f WHERE f.id = p_file), p_user])
        AND NOT EXISTS (SELECT 1 FROM benefits_result_check c WHERE c.file_id = p_file AND NOT staff_distinct_v1(ARRAY[c.user_id, p_user]))
        AND NOT EXISTS (SELECT 1 FROM (
            SELECT batch_id FROM benefits_result WHERE file_id = p_file AND status = 'returned'
            UNION SELECT batch_id FROM benefits_later_result WHERE file_id = p_file AND status = 'returned'
            UNION SELECT batch_id FROM benefits_refund_result WHERE file_id = p_file AND status = 'returned'
            UNION SELECT batch_id FROM benefits_later_refund_result WHERE file_id = p_file AND status = 'returned') AS b
            WHERE NOT benefits_answers_for_result_v1(p_user, b.batch_id))
$$;

-- benefits_batches_of_file_v1: the batches a file of results speaks of, found by a few looks into the index, however many lines it has.
CREATE OR REPLACE FUNCTION benefits_batches_of_file_v1(p_file bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
        SELECT o.batch FROM (
            WITH RECURSIVE o AS (
                SELECT (SELECT min(batch_id) FROM benefits_result WHERE file_id = p_file) AS batch
                UNION ALL SELECT (SELECT min(r.batch_id) FROM benefits_result r WHERE r.file_id = p_file AND r.batch_id > o.batch) FROM o WHERE o.batch IS NOT NULL)
            SELECT o.batch FROM o WHERE o.batch IS NOT NULL) AS o
        UNION
        SELECT o.batch FROM (
            WITH RECURSIVE o AS (
                SELECT (SELECT min(batch_id) FROM benefits_later_result WHERE file_id = p_file) AS batch
                UNION ALL SELECT (SELECT min(r.batch_id) FROM benefits_later_result r WHERE r.file_id = p_file AND r.batch_id > o.batch) FROM o WHERE o.batch IS NOT NULL)
            SELECT o.batch FROM o WHERE o.batch IS NOT NULL) AS o
        UNION
        SELECT o.batch FROM (
            WITH RECURSIVE o AS (
                SELECT (SELECT min(batch_id) FROM benefits_refund_result WHERE file_id = p_file) AS batch
                UNION ALL SELECT (SELECT min(r.batch_id) FROM benefits_refund_result r WHERE r.file_id = p_file AND r.batch_id > o.batch) FROM o WHERE o.batch IS NOT NULL)
            SELECT o.batch FROM o WHERE o.batch IS NOT NULL) AS o
        UNION
        SELECT o.batch FROM (
            WITH RECURSIVE o AS (
                SELECT (SELECT min(batch_id) FROM benefits_later_refund_result WHERE file_id = p_file) AS batch
                UNION ALL SELECT (SELECT min(r.batch_id) FROM benefits_later_refund_result r WHERE r.file_id = p_file AND r.batch_id > o.batch) FROM o WHERE o.batch IS NOT NULL)
            SELECT o.batch FROM o WHERE o.batch IS NOT NULL) AS o
        UNION
        SELECT batch_id FROM benefits_result_waiting WHERE file_id = p_file
$$;

-- benefits_result_hand_v1: a file of results is brought in by a cashier or an accountant at work who is there by a sign-in of their own, or by the program
-- of a bank, present by its key, which is nobody: then two others compare it. Binds the application. Errors: YG005, YG009.
CREATE OR REPLACE FUNCTION benefits_result_hand_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT warrants_by_application_v1() OR (NEW.user_id IS NULL AND exchange_program_now_v1(exchange_banks_v1())) THEN
        RETURN NEW;
    END IF;
    IF NEW.user_id IS NULL OR NEW.user_id IS DISTINCT FROM identity_officer_v1() THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', TABLE = 'benefits_result_file',
            MESSAGE = '发放结果须由经数据库核验的出纳、会计本人接收，或由银行的程序凭其接口凭证报送，请重新登录后再办理。';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM staff_user u WHERE u.id = NEW.user_id AND staff_officer_v1(u.id) AND u.role IN ('cashier', 'accountant')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', TABLE = 'benefits_result_file', MESSAGE = '发放结果由出纳、会计接收。';
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION benefits_result_hand_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER under_hand BEFORE INSERT ON benefits_result_file FOR EACH ROW EXECUTE FUNCTION benefits_result_hand_v1();

-- benefits_result_ours_v1: whoever brings a file of results in answers for the batches it speaks of. Binds the application. Error: YG005.
CREATE OR REPLACE FUNCTION benefits_result_ours_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    foreign_batch bigint;
BEGIN
    IF warrants_by_application_v1() THEN
        SELECT n.batch_id INTO foreign_batch FROM (SELECT DISTINCT file_id, batch_id FROM new_rows) AS n JOIN benefits_result_file f ON f.id = n.file_id
        WHERE f.user_id IS NOT NULL AND NOT benefits_answers_for_result_v1(f.user_id, n.batch_id) LIMIT 1;
        IF foreign_batch IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'YG005', TABLE = TG_TABLE_NAME,
                MESSAGE = format('第 %s 号批次的发放结果由该批次所属地区或其市级经办机构的出纳、会计接收。', foreign_batch);
        END IF;
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION benefits_result_ours_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER result_ours AFTER INSERT ON benefits_result REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION benefits_result_ours_v1();
CREATE OR REPLACE TRIGGER result_ours AFTER INSERT ON benefits_later_result REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION benefits_result_ours_v1();
CREATE OR REPLACE TRIGGER result_ours AFTER INSERT ON benefits_refund_result REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION benefits_result_ours_v1();
CREATE OR REPLACE TRIGGER result_ours AFTER INSERT ON benefits_later_refund_result REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION benefits_result_ours_v1();
CREATE OR REPLACE TRIGGER result_ours AFTER INSERT ON benefits_result_waiting REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION benefits_result_ours_v1();

-- benefits_result_confirmed_v1: whether two people answer for a file of results: whoever brought it in, and who has compared it with the bank's statement.
-- People, not accounts; nobody at a door, no program, and nobody who never had a post at the cash desk (files of before it was asked for).
CREATE OR REPLACE FUNCTION benefits_result_confirmed_v1(p_file bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(DISTINCT staff_person_v1(s.user_id)) >= 2 FROM (
        SELECT user_id FROM benefits_result_file WHERE id = p_file AND user_id IS NOT NULL
        UNION SELECT user_id FROM benefits_result_check WHERE file_id = p_file) AS s
    WHERE NOT staff_is_door_v1(s.user_id) AND EXISTS (SELECT 1 FROM staff_post_holding h WHERE h.user_id = s.user_id AND h.post IN ('cashier', 'accountant', 'section_head'))
$$;

-- benefits_confirm_results_v1: somebody who did not bring a file in says that what it gives back stands on the bank's statement, with a one-time code
-- bound to the file. Errors: YG006 nothing to compare, or the same person; YG009, YG010.
CREATE OR REPLACE FUNCTION benefits_confirm_results_v1(p_token text, p_code text, p_file bigint, p_statement text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    f benefits_result_file%ROWTYPE;
    actor bigint;
BEGIN
    SELECT * INTO f FROM benefits_result_file WHERE id = p_file FOR UPDATE;
    -- A file of before the counts were bound to the rows may account for more than stands: that nobody has seen.
    IF f.id IS NULL OR f.returned_count = 0 OR benefits_result_confirmed_v1(p_file) OR length(btrim(p_statement)) < 4
       OR (SELECT c.stand <> c.accounted FROM benefits_result_lines_v1(p_file, 'returned') AS c) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('发放结果回执 %s 没有待核对的退票，或没有写明银行对账单。', p_file);
    END IF;
    actor := identity_confirm_v1(p_token, p_code, format('results %s %s %s %s', f.id, f.digest, f.returned_count, p_statement));
    IF benefits_may_compare_v1(actor, p_file) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006',
            MESSAGE = format('发放结果回执 %s 的退票须由接收人以外、所涉批次的经办机构的会计或出纳核对。', p_file);
    END IF;
    INSERT INTO benefits_result_check (file_id, user_id, statement, checked_at) VALUES (p_file, actor, left(btrim(p_statement), 100), clock_timestamp());
END;
$$;

-- benefits_reissue_ground_v1: what is sent again came back, two people answer for the file that says so, it is what no claim has taken, and the bank
-- does not contradict itself about it. Error: YG006.
CREATE OR REPLACE FUNCTION benefits_reissue_ground_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.sent_batch IS NOT NULL OR NEW.withdrawn_batch IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = 'benefits_reissue', MESSAGE = '退票重发登记时既未发出也未撤回，发出和撤回由各自的批次登记。';
    END IF;
    IF benefits_in_doubt_v1(NEW.batch_id, NEW.benefit_id) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = 'benefits_reissue',
            MESSAGE = format('支付 P%s-%s 的银行结果互相矛盾、尚待核实，核实前不能重发；请先在“发放结果”页核实。', NEW.batch_id, NEW.benefit_id);
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM benefits_last_word_v1('P', NEW.batch_id, NEW.benefit_id, NEW.attempt - 1) AS x
        WHERE x.status = 'returned' AND benefits_result_confirmed_v1(x.file_id) AND NEW.amount_fen > 0 AND NEW.amount_fen = x.amount_fen - coalesce((
            SELECT s.amount_fen FROM benefits_settled_return s
            WHERE (s.batch_id, s.benefit_id, s.attempt) = (NEW.batch_id, NEW.benefit_id, NEW.attempt - 1)), 0)) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = 'benefits_reissue',
            MESSAGE = format('支付 P%s-%s 没有经两人与银行对账单核对的退票，不能重发。', NEW.batch_id, NEW.benefit_id);
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION benefits_reissue_ground_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER reissue_ground BEFORE INSERT ON benefits_reissue FOR EACH ROW EXECUTE FUNCTION benefits_reissue_ground_v1();

-- benefits_execute_reissue_withdrawal_v1: takes back a decision to send a returned payment again (撤回重发) that no run has sent, as two people have signed it: the payment
-- waits as before and is decided anew by a case. Under the open class-2 warrant of this very run. Params: the batch and nothing else.
-- Errors: YG001, YG002; YG010 it was sent or withdrawn meanwhile, or is not what was signed.
CREATE OR REPLACE FUNCTION benefits_execute_reissue_withdrawal_v1(p_batch bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_warrant bigint := runs_own_warrant_v1(p_batch, 2::smallint, 'benefits_reissue');
    of_run runs_batch%ROWTYPE;
    r benefits_reissue%ROWTYPE;
BEGIN
    SELECT * INTO of_run FROM runs_batch WHERE id = p_batch AND kind = 'reissue-withdrawal';
    -- A run that sends it holds the same row (`benefits_send_again_v1`).
    SELECT * INTO r FROM benefits_reissue WHERE id = (of_run.summary ->> 'reissue')::bigint FOR UPDATE;
    IF r.id IS NULL OR r.sent_batch IS NOT NULL OR r.withdrawn_batch IS NOT NULL OR r.amount_fen IS DISTINCT FROM of_run.total_fen
       OR NOT EXISTS (SELECT 1 FROM benefits_benefit b WHERE b.id = r.benefit_id AND b.area_id = ANY (of_run.areas)) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = format('第 %s 号批次的重发已发出、已撤回或有变动，请作废后核实。', p_batch);
    END IF;
    UPDATE benefits_reissue SET withdrawn_batch = p_batch WHERE id = r.id;
    PERFORM runs_written_v1(p_batch, 1, r.amount_fen);
END;
$$;

-- benefits_decide_result_v1: somebody who did not bring the file in says what is right where a line contradicts what is on record, or names a payee that
-- cannot be compared, with a one-time code bound to line, verdict and words. What is adopted becomes a file of its own with this one line, and the first
-- word on the payment, or a later one, under its warrant: a return
-- after the arrival it is against, or an arrival that takes a return back, while the money was not sent again and has ended no claim; what was decided
-- to be sent again and was not sent is not any more (`benefits_waiting_reissues_v1`). Gives the file, NULL where what is on record holds. Errors: YG006, YG009, YG010.
CREATE OR REPLACE FUNCTION benefits_decide_result_v1(p_token text, p_code text, p_waiting bigint, p_verdict text, p_words text, p_on date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    w benefits_result_waiting%ROWTYPE;
    f benefits_result_file%ROWTYPE;
    word record;
    actor bigint;
    the_warrant bigint;
    own_file bigint;
BEGIN
    SELECT * INTO w FROM benefits_result_waiting WHERE id = p_waiting FOR UPDATE;
    SELECT * INTO f FROM benefits_result_file WHERE id = w.file_id FOR UPDATE;
    IF w.id IS NULL OR f.id IS NULL OR EXISTS (SELECT 1 FROM benefits_result_decision WHERE waiting_id = p_waiting)
       OR (p_verdict IN ('kept', 'adopted')) IS NOT TRUE OR length(btrim(p_words)) < 4
       OR identity_business_day_v1(p_on) < f.received_on THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('待核实结果 %s 不存在、已核实，或没有写明依据。', p_waiting);
    END IF;
    actor := identity_confirm_v1(p_token, p_code, format('result-line %s %s %s', w.id, p_verdict, p_words));
    IF NOT staff_distinct_v1(ARRAY[f.user_id, actor]) OR NOT benefits_answers_for_result_v1(actor, w.batch_id) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '待核实结果须由接收人以外、所涉批次的经办机构的会计或出纳核实。';
    END IF;
    IF p_verdict = 'adopted' THEN
        PERFORM identity_act_v1(p_token);
        -- A run that sends it again holds the same rows (`benefits_send_again_v1`): what was decided and not sent ends with the word that it arrived.
        PERFORM 1 FROM benefits_reissue r WHERE w.series = 'P' AND r.batch_id = w.batch_id AND r.benefit_id = w.subject_id ORDER BY r.id FOR UPDATE;
        SELECT * INTO word FROM benefits_last_word_v1(w.series, w.batch_id, w.subject_id, w.attempt);
        IF word.status = w.status OR (w.status = 'paid' AND w.series = 'P' AND (
                EXISTS (SELECT 1 FROM benefits_reissue r WHERE r.batch_id = w.batch_id AND r.benefit_id = w.subject_id AND r.attempt > w.attempt
                    AND r.sent_batch IS NOT NULL)
                OR EXISTS (SELECT 1 FROM benefits_settled_return s WHERE (s.batch_id, s.benefit_id, s.attempt) = (w.batch_id, w.subject_id, w.attempt))))
           OR (w.series = 'R' AND EXISTS (SELECT 1 FROM benefits_refund_payment n JOIN benefits_refund_payment o ON o.due_id = n.due_id AND o.hold = 0
                AND o.batch_id = w.batch_id WHERE n.due_id = w.subject_id AND n.hold = 0 AND n.attempt > o.attempt)) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006',
                MESSAGE = '该笔款项的结果已有变化，或退回的款项已重发、再付或冲减追回，不能改以本行为准；请选“以先前结果为准”并与银行对清款项。';
        END IF;
        INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, known_count, pending_count, waiting_count, undated_count,
            rejected, received_on, user_id)
        VALUES (encode(sha256(convert_to(format('result-line %s', w.id), 'UTF8')), 'hex'), format('核实结论（回执 %s 号第 %s 行）', f.id, w.row_no), 1,
            (w.status = 'paid')::integer, (w.status = 'returned')::integer, 0, 0, 0, (w.booked_on IS NULL)::integer, '[]', p_on, actor)
        RETURNING id INTO own_file;
        the_warrant := warrants_issue_v1('result', own_file, '发放结果 ' || own_file, '', 3::smallint, '', NULL, '{}'::text[], '{}'::bigint[],
            '{}'::timestamptz[]);
        -- Nothing was said of the payment before: the line waited because whom it names cannot be compared.
        IF word.status IS NULL AND w.series = 'P' THEN
            INSERT INTO benefits_result (warrant_id, batch_id, benefit_id, attempt, status, reason, amount_fen, booked_on, file_id)
            VALUES (the_warrant, w.batch_id, w.subject_id, w.attempt, w.status, w.reason, w.amount_fen, coalesce(w.booked_on, p_on), own_file);
        ELSIF word.status IS NULL THEN
            INSERT INTO benefits_refund_result (warrant_id, batch_id, due_id, status, reason, amount_fen, booked_on, file_id)
            VALUES (the_warrant, w.batch_id, w.subject_id, w.status, w.reason, w.amount_fen, coalesce(w.booked_on, p_on), own_file);
        ELSIF w.series = 'P' THEN
            INSERT INTO benefits_later_result (warrant_id, batch_id, benefit_id, attempt, seq, status, reason, amount_fen, booked_on, file_id)
            VALUES (the_warrant, w.batch_id, w.subject_id, w.attempt, word.seq + 1, w.status, w.reason, w.amount_fen, coalesce(w.booked_on, p_on), own_file);
        ELSE
            INSERT INTO benefits_later_refund_result (warrant_id, batch_id, due_id, seq, status, reason, amount_fen, booked_on, file_id)
            VALUES (the_warrant, w.batch_id, w.subject_id, word.seq + 1, w.status, w.reason, w.amount_fen, coalesce(w.booked_on, p_on), own_file);
        END IF;
    END IF;
    INSERT INTO benefits_result_decision (waiting_id, verdict, file_id, words, user_id, decided_at)
    VALUES (w.id, p_verdict, own_file, left(btrim(p_words), 200), actor, clock_timestamp());
    RETURN own_file;
END;
$$;

-- benefits_claimed_returns_v1: payments of monthly benefits that came back, by the word of a file two people answer for, that were not sent again and
-- have ended no claim yet, and about which the bank does not contradict itself, as far as they were for months that are claimed back, from the benefit itself or from a grant after its person's death.
-- p_areas: `*` for all. Grain: one row per payment and claim; claimed_fen: what of the payment was for the claim's months, at most all of it.
CREATE OR REPLACE FUNCTION benefits_claimed_returns_v1(p_areas text[]) RETURNS TABLE (
    recovery_id bigint, batch_id bigint, benefit_id bigint, attempt smallint, amount_fen bigint, claimed_fen bigint
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH back AS (
        SELECT r.batch_id, r.benefit_id, r.attempt, r.amount_fen, b.person_id, b.insurance
        FROM (
            SELECT x.batch_id, x.benefit_id, x.attempt, 0 AS seq, x.amount_fen, x.file_id FROM benefits_result x WHERE x.status = 'returned'
            UNION ALL SELECT l.batch_id, l.benefit_id, l.attempt, l.seq, l.amount_fen, l.file_id FROM benefits_later_result l WHERE l.status = 'returned'
        ) AS r
        JOIN benefits_benefit b ON b.id = r.benefit_id AND b.kind < 11 AND (p_areas = ARRAY['*'] OR b.area_id = ANY (p_areas))
        WHERE EXISTS (SELECT 1 FROM benefits_recovery c JOIN benefits_benefit o ON o.id = c.benefit_id
                WHERE o.person_id = b.person_id AND o.insurance = b.insurance)
          AND NOT EXISTS (SELECT 1 FROM benefits_later_result n
                WHERE (n.batch_id, n.benefit_id, n.attempt) = (r.batch_id, r.benefit_id, r.attempt) AND n.seq > r.seq)
          AND NOT EXISTS (SELECT 1 FROM benefits_reissue i
                WHERE (i.batch_id, i.benefit_id) = (r.batch_id, r.benefit_id) AND i.attempt > r.attempt AND i.withdrawn_batch IS NULL)
          AND NOT EXISTS (SELECT 1 FROM benefits_settled_return s WHERE (s.batch_id, s.benefit_id, s.attempt) = (r.batch_id, r.benefit_id, r.attempt))
          AND benefits_result_confirmed_v1(r.file_id) AND NOT benefits_in_doubt_v1(r.batch_id, r.benefit_id)
    )
    SELECT c.id, k.batch_id, k.benefit_id, k.attempt, k.amount_fen, least(sum(l.amount_fen), k.amount_fen)::bigint
    FROM back k
    JOIN benefits_benefit o ON o.person_id = k.person_id AND o.insurance = k.insurance
    JOIN benefits_recovery c ON c.benefit_id = o.id
    JOIN benefits_line l ON l.batch_id = k.batch_id AND l.benefit_id = k.benefit_id AND l.reason <> 9
        AND l.pay_period BETWEEN c.start_period AND c.end_period
    GROUP BY c.id, k.batch_id, k.benefit_id, k.attempt, k.amount_fen
    HAVING sum(l.amount_fen) > 0
$$;

-- benefits_settle_returns_v1: what came back of months that are claimed back ends the claims, of each as far as it is open, and leaves the suspense as if
-- it had been recovered. What is left of such a payment (what the claim had got already, by being kept back from the heirs, and months of before the
-- death) is the heir's: it is sent, with the next run that lists it, to the account that was named for the benefit after the death. Where nobody was named it
-- waits to be sent again by a case. For `benefits_execute_v2` only, under the warrant of the run.
CREATE OR REPLACE FUNCTION benefits_settle_returns_v1(p_batch bigint, p_warrant bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    CREATE TEMPORARY TABLE benefits_settling ON COMMIT DROP AS
    WITH claimed AS (
        SELECT r.*, c.is_prior_year, c.amount_fen - coalesce((SELECT sum(t.amount_fen) FROM benefits_recovery_return t WHERE t.recovery_id = c.id), 0) AS open
        FROM benefits_claimed_returns_v1((SELECT areas::text[] FROM runs_batch WHERE id = p_batch)) AS r JOIN benefits_recovery c ON c.id = r.recovery_id
    ),
    by_claim AS (
        SELECT q.*, greatest(0, least(q.claimed_fen, q.open - (sum(q.claimed_fen) OVER claim - q.claimed_fen))) AS wanted
        FROM claimed q WINDOW claim AS (PARTITION BY q.recovery_id ORDER BY q.batch_id, q.benefit_id, q.attempt)
    )
    SELECT b.recovery_id, b.batch_id, b.benefit_id, b.attempt, b.amount_fen, b.is_prior_year,
        greatest(0, least(b.wanted, b.amount_fen - (sum(b.wanted) OVER payment - b.wanted)))::bigint AS part,
        (n.life_status = '02' AND benefits_paid_to_other_v1(n.id, n.id_number, f.payee_number) AND f.account_no <> ''
            AND NOT benefits_not_the_heirs_v1(n.id, f.payee_number, f.payee_name, f.account_name, f.account_no)) AS has_heir
    FROM by_claim b JOIN benefits_benefit f ON f.id = b.benefit_id JOIN registry_person n ON n.id = f.person_id
    WINDOW payment AS (PARTITION BY b.batch_id, b.benefit_id, b.attempt ORDER BY b.recovery_id);
    INSERT INTO benefits_recovery_return (warrant_id, recovery_id, amount_fen, source, source_id)
    SELECT p_warrant, s.recovery_id, sum(s.part), 'returned', p_batch FROM pg_temp.benefits_settling s WHERE s.part > 0 GROUP BY s.recovery_id;
    INSERT INTO benefits_settled_return (warrant_id, batch_id, benefit_id, attempt, amount_fen, prior_fen, run_id)
    SELECT p_warrant, s.batch_id, s.benefit_id, s.attempt, sum(s.part), coalesce(sum(s.part) FILTER (WHERE s.is_prior_year), 0), p_batch
    FROM pg_temp.benefits_settling s GROUP BY s.batch_id, s.benefit_id, s.attempt HAVING sum(s.part) > 0 OR bool_and(s.has_heir);
    INSERT INTO benefits_reissue (batch_id, benefit_id, attempt, amount_fen, bank_code, account_name, account_no, case_id)
    SELECT t.batch_id, t.benefit_id, t.attempt + 1, s.amount_fen - t.amount_fen, b.bank_code, b.account_name, b.account_no, -p_batch
    FROM benefits_settled_return t
    JOIN (SELECT DISTINCT batch_id, benefit_id, attempt, amount_fen FROM pg_temp.benefits_settling WHERE has_heir) AS s USING (batch_id, benefit_id, attempt)
    JOIN benefits_benefit b ON b.id = t.benefit_id
    WHERE t.run_id = p_batch AND s.amount_fen > t.amount_fen;
    DROP TABLE pg_temp.benefits_settling;
END;
$$;
REVOKE ALL ON FUNCTION benefits_settle_returns_v1, benefits_claimed_returns_v1 FROM PUBLIC;
