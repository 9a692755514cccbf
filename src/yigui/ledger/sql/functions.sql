-- The books. Errors: YG001/YG002 no warrant, YG003 append only, YG006 wrong move, YG007 out of balance, YG008 closed period.
SELECT warrants_append_only_v1('ledger_voucher');
SELECT warrants_append_only_v1('ledger_entry');
SELECT warrants_guard_set_v1('ledger_closing', 2::smallint);
SELECT warrants_guard_set_v1('ledger_voucher_number', 2::smallint);

-- Lock of a book: posting shares it, closing takes it alone.
CREATE OR REPLACE FUNCTION ledger_book_lock_v1(p_fund text, p_area text) RETURNS integer
LANGUAGE sql IMMUTABLE RETURN hashtext('book|' || p_fund || '|' || p_area);

-- Vouchers and entries are guarded once a statement, after it: five triggers a voucher cost a third of its time.
-- A voucher bears the open warrant and its transaction and goes into an open period; a reversal bears the reason and a warrant
-- of class 2 or stricter. The closing is asked after the lock, so that one that was under way is seen.
CREATE OR REPLACE FUNCTION ledger_voucher_set_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    open_id bigint := warrants_stamp_v1(3::smallint, 'ledger_voucher');
    v record;
BEGIN
    FOR v IN SELECT warrant_id, fund, area_code, period, reverses_id, reason, xid FROM new_rows LOOP
        IF v.warrant_id IS DISTINCT FROM open_id OR v.xid IS DISTINCT FROM (pg_current_xact_id()::text)::bigint THEN
            RAISE EXCEPTION USING ERRCODE = 'YG001', TABLE = 'ledger_voucher',
                MESSAGE = '表 ledger_voucher 受保护：写入的凭证没有注明本事务及其授权凭据。';
        END IF;
        PERFORM pg_advisory_xact_lock_shared(7004, ledger_book_lock_v1(v.fund, v.area_code));
        IF EXISTS (SELECT 1 FROM ledger_closing WHERE area_code = v.area_code AND fund = v.fund AND period >= v.period) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG008',
                MESSAGE = format('%s %s 账套 %s 期已结账，不能再记账，请记入当前期间。', v.area_code, v.fund, v.period);
        END IF;
        IF v.reverses_id IS NOT NULL THEN
            PERFORM warrants_stamp_v1(2::smallint, 'ledger_voucher');
            IF btrim(v.reason) = '' THEN
                RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '冲销须写明原因。';
            END IF;
        END IF;
    END LOOP;
    RETURN NULL;
END;
$$;
DROP TRIGGER IF EXISTS ledger_voucher_guard ON ledger_voucher;
DROP TRIGGER IF EXISTS guard_before ON ledger_voucher;
DROP TRIGGER IF EXISTS guard_after ON ledger_voucher;
CREATE OR REPLACE TRIGGER guard_after AFTER INSERT ON ledger_voucher REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_voucher_set_v1();

-- Entries are written with their voucher, which its own guard has tied to this transaction and its open warrant, bear the same
-- warrant, belong to its book, stand on accounts of the fund, and what one statement writes balances by itself: entries cannot be
-- added to a voucher that has been found balanced and leave it otherwise.
CREATE OR REPLACE FUNCTION ledger_entry_set_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    this_xid bigint := (pg_current_xact_id()::text)::bigint;
    wrong record;
BEGIN
    -- Scalar subqueries, not joins: an index lookup a row whatever the planner thinks of a set it knows nothing about.
    SELECT n.fund, n.account_id, f.is_with_voucher INTO wrong
    FROM new_rows n CROSS JOIN LATERAL (SELECT
        (SELECT v.fund = n.fund AND v.area_code = n.area_code AND v.period = n.period AND v.warrant_id = n.warrant_id AND v.xid = this_xid
         FROM ledger_voucher v WHERE v.id = n.voucher_id) AS is_with_voucher,
        (SELECT ('all' = ANY (a.funds) OR n.fund = ANY (a.funds)) AND a.from_period <= n.period
         FROM ledger_account a WHERE a.code = n.account_id) AS is_of_fund
        OFFSET 0) f
    WHERE f.is_with_voucher IS NOT TRUE OR f.is_of_fund IS NOT TRUE LIMIT 1;
    IF FOUND THEN
        PERFORM warrants_stamp_v1(3::smallint, 'ledger_entry');
        IF wrong.is_with_voucher IS NOT TRUE THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '分录须与凭证同时写入，且账套、期间一致。';
        END IF;
        RAISE EXCEPTION USING ERRCODE = 'YG006',
            MESSAGE = format('科目 %s 不存在、尚未启用，或不适用于基金 %s。', wrong.account_id, wrong.fund);
    END IF;
    SELECT voucher_id, coalesce(sum(amount_fen) FILTER (WHERE side = 'D'), 0) AS debit,
        coalesce(sum(amount_fen) FILTER (WHERE side = 'C'), 0) AS credit
    INTO wrong FROM new_rows GROUP BY voucher_id
    HAVING sum(CASE side WHEN 'D' THEN amount_fen ELSE -amount_fen END) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG007',
            MESSAGE = format('凭证 %s 借贷不平：借 %s 分，贷 %s 分。', wrong.voucher_id, wrong.debit, wrong.credit);
    END IF;
    RETURN NULL;
END;
$$;
DROP TRIGGER IF EXISTS ledger_entry_guard ON ledger_entry;
DROP TRIGGER IF EXISTS ledger_entry_balanced ON ledger_entry;
DROP TRIGGER IF EXISTS guard_before ON ledger_entry;
DROP TRIGGER IF EXISTS guard_after ON ledger_entry;
DROP FUNCTION IF EXISTS ledger_voucher_guard_v1, ledger_entry_guard_v1;
CREATE OR REPLACE TRIGGER guard_after AFTER INSERT ON ledger_entry REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_set_v1();

-- Balanced at commit: debit equals credit, and there is something on both sides. Entries are added in the voucher's own
-- transaction only, so that asking once for the voucher sees them all.
CREATE OR REPLACE FUNCTION ledger_balanced_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    debit bigint;
    credit bigint;
BEGIN
    SELECT coalesce(sum(amount_fen) FILTER (WHERE side = 'D'), 0), coalesce(sum(amount_fen) FILTER (WHERE side = 'C'), 0)
    INTO debit, credit FROM ledger_entry WHERE voucher_id = NEW.id;
    IF debit <> credit OR debit = 0 THEN
        RAISE EXCEPTION USING ERRCODE = 'YG007', MESSAGE = format('凭证 %s 借贷不平：借 %s 分，贷 %s 分。', NEW.id, debit, credit);
    END IF;
    RETURN NULL;
END;
$$;
DROP TRIGGER IF EXISTS ledger_entry_balanced ON ledger_entry;
DROP TRIGGER IF EXISTS ledger_voucher_balanced ON ledger_voucher;
CREATE CONSTRAINT TRIGGER ledger_voucher_balanced AFTER INSERT ON ledger_voucher
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_balanced_v1();

-- ledger_fund_v1: the fund an insurance's money belongs to (`FUND_OF` of `ledger/declarations.py` by AAE140; a test compares).
CREATE OR REPLACE FUNCTION ledger_fund_v1(p_insurance integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE p_insurance WHEN 110 THEN 'employee_pension' WHEN 120 THEN 'civil_service_pension' WHEN 170 THEN 'resident_pension'
    WHEN 180 THEN 'land_pension' WHEN 210 THEN 'unemployment' WHEN 310 THEN 'employee_medical' WHEN 390 THEN 'resident_medical'
    WHEN 410 THEN 'injury' WHEN 510 THEN 'employee_medical' END;

-- ledger_posted_v1: what has been posted under a warrant of some events, by debit (fen).
CREATE OR REPLACE FUNCTION ledger_posted_v1(p_warrant bigint, p_events text[], p_area text DEFAULT NULL, p_fund text DEFAULT NULL) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(e.amount_fen), 0)::bigint
    FROM ledger_voucher v JOIN ledger_entry e ON e.voucher_id = v.id AND e.side = 'D'
    WHERE v.warrant_id = p_warrant AND v.event = ANY (p_events) AND (p_area IS NULL OR v.area_code = p_area) AND (p_fund IS NULL OR v.fund = p_fund)
$$;

-- ledger_write_v1: a voucher with its entries, under the open warrant. Arrays of equal length; amounts in fen, above zero. For the owner's
-- functions only, which read what they post from what was signed. Gives the voucher's id.
CREATE OR REPLACE FUNCTION ledger_write_v1(
    p_fund text, p_area text, p_on date, p_event text, p_rule date, p_summary text, p_source_kind text, p_source_id bigint,
    p_accounts text[], p_sides text[], p_amounts bigint[], p_parties text[],
    p_reverses bigint DEFAULT NULL, p_reason text DEFAULT ''
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_warrant bigint := warrants_stamp_v1(3::smallint, 'ledger_voucher');
    the_period integer := extract(year FROM p_on)::integer * 100 + extract(month FROM p_on)::integer;
    new_id bigint;
BEGIN
    INSERT INTO ledger_voucher (warrant_id, fund, area_code, period, posted_on, event, rule_version, summary, source_kind, source_id,
        reverses_id, reason, xid, created_at)
    VALUES (the_warrant, p_fund, p_area, the_period, p_on, p_event, p_rule, p_summary, p_source_kind, p_source_id,
        p_reverses, p_reason, (pg_current_xact_id()::text)::bigint, clock_timestamp())
    RETURNING id INTO new_id;
    INSERT INTO ledger_entry (warrant_id, voucher_id, seq, fund, area_code, period, account_id, side, amount_fen, party)
    SELECT the_warrant, new_id, seq, p_fund, p_area, the_period, account, side, amount, coalesce(party, '')
    FROM unnest(p_accounts, p_sides, p_amounts, p_parties) WITH ORDINALITY AS e (account, side, amount, party, seq);
    RETURN new_id;
END;
$$;

-- ledger_fits_rule_v1: whether entries are those of the posting rule of an event in force on a day: each account on its side, each once, one deposit,
-- what the rule names by one amount by one amount. Which of the rule's details the money falls under is not said by it.
CREATE OR REPLACE FUNCTION ledger_fits_rule_v1(p_event text, p_on date, p_rule date, p_accounts text[], p_sides text[], p_amounts bigint[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH rule AS (SELECT version, lines FROM ledger_rule WHERE event = p_event AND version <= p_on ORDER BY version DESC LIMIT 1),
    line AS (SELECT l ->> 0 AS side, l ->> 1 AS account, l ->> -1 AS name FROM rule, jsonb_array_elements(rule.lines) AS l),
    posted AS (SELECT * FROM unnest(p_accounts, p_sides, p_amounts) AS p (account, side, fen)),
    fits AS (
        SELECT p.account, p.side, p.fen, l.name, l.account = 'deposit' AS is_deposit FROM posted p JOIN line l ON l.side = p.side
            AND (l.account = p.account OR (l.account = 'deposit' AND p.account IN ('1002', '1003', '1004', '1005'))))
    SELECT coalesce((SELECT version = p_rule FROM rule), false)
        AND (SELECT count(*) FROM posted) = (SELECT count(*) FROM fits)
        AND (SELECT count(*) FROM fits) = (SELECT count(DISTINCT (side, account)) FROM fits)
        AND (SELECT count(DISTINCT account) FROM fits WHERE is_deposit) <= 1
        AND NOT EXISTS (
            SELECT 1 FROM fits f GROUP BY f.name
            HAVING min(f.fen) <> max(f.fen) OR count(*) <> (SELECT count(*) FROM line l WHERE l.name = f.name))
$$;

-- ledger_day_v1: the day a voucher may bear: from a day (of the money, of the plan) to today, or the first of the book's first open month where that
-- is yet to come. Where days move (`identity/sql/days.sql`) the program says which day it is. Error: YG006.
CREATE OR REPLACE FUNCTION ledger_day_v1(p_area text, p_fund text, p_from date, p_on date) RETURNS date
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    here timestamp := clock_timestamp() AT TIME ZONE 'Asia/Shanghai';
    closed integer;
BEGIN
    IF NOT identity_days_move_v1() AND (p_on BETWEEN p_from AND (here + interval '5 minutes')::date) IS NOT TRUE THEN
        SELECT max(period) INTO closed FROM ledger_closing WHERE area_code = p_area AND fund = p_fund;
        IF p_on IS NULL OR p_on < here::date OR p_on IS DISTINCT FROM (make_date(closed / 100, closed % 100, 1) + interval '1 month')::date THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format(
                '记账日期 %s 不在业务发生日（%s）至今天（%s）之间，也不是账套的第一个未结账月，请核对服务器时间后重新办理。', p_on, p_from, here::date);
        END IF;
    END IF;
    RETURN p_on;
END;
$$;

-- ledger_may_post_v1: what the application may post by itself under the open warrant. A file, which nobody signs: its own events, all its vouchers
-- together up to its own sum (`receipt_posts_v1`, `result_posts_v1` of the room that takes it in). A run: what its function has written and
-- left to be posted, by event and book (`runs_written_v1`). A case: in its own name, up to the money it has moved (`case_posts_v1`). All of them
-- by the rule of the event (`ledger_fits_rule_v1`) and on its day: of a file from its first money on, of a run from its plan on, else today.
-- Errors: YG006 the day, YG011.
DROP FUNCTION IF EXISTS ledger_may_post_v1(text, text, text, text, bigint, bigint);
CREATE OR REPLACE FUNCTION ledger_may_post_v1(
    p_fund text, p_area text, p_on date, p_event text, p_rule date, p_source_kind text, p_source_id bigint, p_accounts text[], p_sides text[],
    p_amounts bigint[]
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    w record;
    p_debit bigint := (SELECT coalesce(sum(a.amount), 0)::bigint FROM unnest(p_sides, p_amounts) AS a (side, amount) WHERE a.side = 'D');
    begins date := (clock_timestamp() AT TIME ZONE 'Asia/Shanghai' - interval '5 minutes')::date;
BEGIN
    SELECT id, kind, subject_id INTO w FROM warrants_warrant
    WHERE xid = (pg_current_xact_id_if_assigned()::text)::bigint AND issued_at = transaction_timestamp();
    IF w.kind NOT IN ('receipt', 'result', 'case') AND (w.kind <> 'run' OR warrants_by_hand_v1('ledger_voucher')) THEN
        RETURN;
    END IF;
    IF ledger_fits_rule_v1(p_event, p_on, p_rule, p_accounts, p_sides, p_amounts) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', MESSAGE = format('“%s”的分录与记账规则（%s 版本）不符，不能登记。', p_event, p_rule);
    END IF;
    IF w.kind IN ('receipt', 'result') THEN
        EXECUTE format('SELECT least($2, %I($1))', w.kind || '_begins_v1') INTO begins USING w.subject_id, begins;
    ELSIF w.kind = 'run' THEN
        begins := (SELECT (created_at AT TIME ZONE 'Asia/Shanghai')::date FROM runs_batch WHERE id = w.subject_id);
    END IF;
    PERFORM ledger_day_v1(p_area, p_fund, begins, p_on);
    IF w.kind IN ('receipt', 'result') THEN
        IF (p_source_kind, p_source_id) IS DISTINCT FROM (w.kind || '_file', w.subject_id) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG011', MESSAGE = format('文件 %s 的凭据只能登记本文件的凭证。', w.subject_id);
        END IF;
        EXECUTE format('SELECT %I($1, $2, $3, $4, $5, $6)', w.kind || '_posts_v1') USING w.id, w.subject_id, p_event, p_area, p_fund, p_debit;
    ELSIF w.kind = 'case' THEN
        IF (p_source_kind, p_source_id) IS DISTINCT FROM ('case', w.subject_id) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG011', MESSAGE = '办件的凭据只能登记本办件的凭证。';
        END IF;
        PERFORM case_posts_v1(w.id, w.subject_id, p_event, p_area, p_fund, p_debit);
    ELSIF w.kind = 'run' AND ((p_source_kind, p_source_id) IS DISTINCT FROM ('batch', w.subject_id)
        OR p_debit + ledger_posted_v1(w.id, ARRAY[p_event], p_area, p_fund) > coalesce((
            SELECT sum(b.fen) FROM runs_written x CROSS JOIN LATERAL jsonb_to_recordset(x.books) AS b (event text, area text, fund text, fen bigint)
            WHERE x.batch_id = w.subject_id AND x.warrant_id = w.id AND (b.event, b.area, b.fund) = (p_event, p_area, p_fund)), 0)) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', MESSAGE = format(
            '第 %s 号批次的凭据只能按其写入的内容记账：%s %s 没有这笔“%s”，或金额超出。', w.subject_id, p_area, p_fund, p_event);
    END IF;
END;
$$;

-- ledger_post_v1: a voucher with its entries, as the application posts it: what it may is asked first. Params and result as `ledger_write_v1`.
DROP FUNCTION IF EXISTS ledger_post_v1(text, text, date, text, date, text, text, bigint, text[], text[], bigint[], text[], bigint, text);
CREATE OR REPLACE FUNCTION ledger_post_v1(
    p_fund text, p_area text, p_on date, p_event text, p_rule date, p_summary text, p_source_kind text, p_source_id bigint,
    p_accounts text[], p_sides text[], p_amounts bigint[], p_parties text[]
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM ledger_may_post_v1(p_fund, p_area, p_on, p_event, p_rule, p_source_kind, p_source_id, p_accounts, p_sides, p_amounts);
    RETURN ledger_write_v1(p_fund, p_area, p_on, p_event, p_rule, p_summary, p_source_kind, p_source_id, p_accounts, p_sides, p_amounts, p_parties);
END;
$$;

-- ledger_batch_posted_v1: a batch is executed with what it had to post, by event and book, to the fen. Error: YG010.
CREATE OR REPLACE FUNCTION ledger_batch_posted_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    missing record;
BEGIN
    SELECT coalesce(b.event, p.event) AS event, coalesce(b.area, p.area) AS area, coalesce(b.fund, p.fund) AS fund INTO missing
    FROM (
        SELECT b.event, b.area, b.fund, sum(b.fen) AS fen
        FROM runs_written x CROSS JOIN LATERAL jsonb_to_recordset(x.books) AS b (event text, area text, fund text, fen bigint)
        WHERE x.batch_id = NEW.id GROUP BY 1, 2, 3) AS b
    FULL JOIN (
        SELECT v.event::text, v.area_code::text AS area, v.fund::text, sum(e.amount_fen) AS fen
        FROM runs_written x JOIN ledger_voucher v ON v.warrant_id = x.warrant_id JOIN ledger_entry e ON e.voucher_id = v.id AND e.side = 'D'
        WHERE x.batch_id = NEW.id AND x.books IS NOT NULL GROUP BY 1, 2, 3) AS p
    ON (p.event, p.area, p.fund) = (b.event, b.area, b.fund)
    WHERE b.fen IS DISTINCT FROM p.fen LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = format(
            '第 %s 号批次的凭证与写入的内容不符（%s %s %s），未执行。', NEW.id, missing.area, missing.fund, missing.event);
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION ledger_batch_posted_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER ledger_posted AFTER UPDATE OF status ON runs_batch
    FOR EACH ROW WHEN (NEW.status = 'executed') EXECUTE FUNCTION ledger_batch_posted_v1();

-- ledger_reverse_v1: the opposite of a voucher (冲销), once, into an open period, with the reason. For the owner's functions only.
CREATE OR REPLACE FUNCTION ledger_reverse_v1(p_voucher bigint, p_on date, p_reason text, p_source_kind text, p_source_id bigint)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v ledger_voucher%ROWTYPE;
    accounts text[];
    sides text[];
    amounts bigint[];
    parties text[];
BEGIN
    SELECT * INTO v FROM ledger_voucher WHERE id = p_voucher;
    IF v.id IS NULL OR v.reverses_id IS NOT NULL OR EXISTS (SELECT 1 FROM ledger_voucher WHERE reverses_id = v.id) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('凭证 %s 不存在、本身是冲销凭证或已被冲销。', p_voucher);
    END IF;
    SELECT array_agg(account_id::text ORDER BY seq), array_agg(CASE side WHEN 'D' THEN 'C' ELSE 'D' END ORDER BY seq),
        array_agg(amount_fen ORDER BY seq), array_agg(party::text ORDER BY seq)
    INTO accounts, sides, amounts, parties FROM ledger_entry WHERE voucher_id = v.id;
    RETURN ledger_write_v1(v.fund, v.area_code, p_on, v.event, v.rule_version, left('冲销 记-' || v.id || '：' || v.summary, 200),
        p_source_kind, p_source_id, accounts, sides, amounts, parties, v.id, p_reason);
END;
$$;

-- ledger_execute_reversal_v1: reverses the vouchers an approved batch names, with its reason, on the day it was asked for or, where that book
-- has been closed since, on the first of its first open month. Under the open warrant of this very run. Params: the batch and nothing else.
-- Errors: YG001/YG002 no warrant, YG006 reversed meanwhile, YG010 not what was signed.
CREATE OR REPLACE FUNCTION ledger_execute_reversal_v1(p_batch bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    b runs_batch%ROWTYPE;
    asked record;
    closed integer;
    rows bigint := 0;
BEGIN
    PERFORM runs_own_warrant_v1(p_batch, 2::smallint, 'ledger_voucher');
    SELECT * INTO b FROM runs_batch WHERE id = p_batch AND kind = 'reversal';
    IF b.summary ->> 'day' IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = format('第 %s 号批次由旧版本生成，请作废后重新生成。', p_batch);
    END IF;
    FOR asked IN
        SELECT v.id, v.fund, v.area_code FROM jsonb_array_elements(b.summary -> 'reverses') WITH ORDINALITY AS r (pair, n)
        LEFT JOIN ledger_voucher v ON v.id = (r.pair ->> 0)::bigint AND v.source_kind = 'batch' ORDER BY r.n
    LOOP
        SELECT max(period) INTO closed FROM ledger_closing WHERE area_code = asked.area_code AND fund = asked.fund;
        PERFORM ledger_reverse_v1(asked.id, ledger_day_v1(asked.area_code, asked.fund, (b.created_at AT TIME ZONE 'Asia/Shanghai')::date,
            greatest((b.summary ->> 'day')::date, (make_date(closed / 100, closed % 100, 1) + interval '1 month')::date)), b.summary ->> 'reason', 'batch', p_batch);
        rows := rows + 1;
    END LOOP;
    PERFORM runs_written_v1(p_batch, rows, (SELECT coalesce(sum(e.amount_fen), 0)::bigint FROM ledger_voucher v
        JOIN ledger_entry e ON e.voucher_id = v.id AND e.side = 'D' WHERE v.source_kind = 'batch' AND v.source_id = p_batch));
END;
$$;

-- ledger_execute_transfer_v1: posts the moves an approved batch of transfers lists: event, book, accounts and amount stand there, frozen. The deposits
-- they take from must still hold them. Under the open warrant of this very run. Params: the batch and nothing else.
-- Errors: YG001/YG002 no warrant, YG008 closed meanwhile, YG010 a deposit has fallen since, or prepared by an earlier release.
CREATE OR REPLACE FUNCTION ledger_execute_transfer_v1(p_batch bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    b runs_batch%ROWTYPE;
    move record;
    short text;
    rows bigint := 0;
    fen bigint := 0;
BEGIN
    PERFORM runs_own_warrant_v1(p_batch, 2::smallint, 'ledger_voucher');
    SELECT * INTO b FROM runs_batch WHERE id = p_batch AND kind = 'transfer';
    FOR move IN
        SELECT m.* FROM jsonb_to_recordset(b.summary -> 'moves')
            AS m (event text, area text, fund text, fen bigint, party text, label text, day date, rule date, accounts text[], sides text[])
    LOOP
        IF move.rule IS NULL OR move.day IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = format('第 %s 号批次由旧版本生成，请作废后重新生成。', p_batch);
        END IF;
        IF ledger_fits_rule_v1(move.event, move.day, move.rule, move.accounts, move.sides, array_fill(move.fen, ARRAY[cardinality(move.accounts)])) IS NOT TRUE THEN
            RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = format('第 %s 号批次的分录与记账规则不符，请作废后重新生成。', p_batch);
        END IF;
        PERFORM ledger_day_v1(move.area, move.fund, (b.created_at AT TIME ZONE 'Asia/Shanghai')::date, move.day);
        PERFORM ledger_write_v1(move.fund, move.area, move.day, move.event, move.rule, move.label, 'batch', p_batch, move.accounts, move.sides,
            array_fill(move.fen, ARRAY[cardinality(move.accounts)]), array_fill(move.party, ARRAY[cardinality(move.accounts)]));
        rows := rows + 1;
        fen := fen + move.fen;
    END LOOP;
    SELECT string_agg(book || ' ' || account, '、' ORDER BY book, account) INTO short FROM (
        SELECT DISTINCT m.book, l.account
        FROM jsonb_to_recordset(b.summary -> 'moves') AS m (area text, fund text, book text, accounts text[], sides text[])
        CROSS JOIN LATERAL unnest(m.accounts, m.sides) AS l (account, side)
        WHERE l.side = 'C' AND l.account IN ('1002', '1003', '1004', '1005') AND (
            SELECT sum(CASE e.side WHEN 'D' THEN e.amount_fen ELSE -e.amount_fen END) FROM ledger_entry e
            WHERE e.area_code = m.area AND e.fund = m.fund AND e.account_id = l.account AND e.period <= b.period) < 0
        ORDER BY 1, 2 LIMIT 10) AS s;
    IF short IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010',
            MESSAGE = format('自审批后存款已减少（%s），请作废第 %s 号批次后重新生成。', short, p_batch);
    END IF;
    PERFORM runs_written_v1(p_batch, rows, fen);
END;
$$;

-- ledger_carry_over_v1: the year-end vouchers (年末结转) of a book: every income account, then every expenditure account, to the
-- general balance 3001. Takes the book alone until the end of the transaction. Gives how many; none when the period is closed.
CREATE OR REPLACE FUNCTION ledger_carry_over_v1(p_fund text, p_area text, p_period integer, p_rule date, p_batch bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    kind record;
    made integer := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(7004, ledger_book_lock_v1(p_fund, p_area));
    IF EXISTS (SELECT 1 FROM ledger_closing WHERE area_code = p_area AND fund = p_fund AND period >= p_period) THEN
        RETURN 0;
    END IF;
    FOR kind IN
        WITH balance AS (
            -- Debits above zero: what has to be entered on the other side to bring the account to zero.
            SELECT a.account_class, a.code, sum(CASE e.side WHEN 'D' THEN e.amount_fen ELSE -e.amount_fen END)::bigint AS fen
            FROM ledger_entry e JOIN ledger_account a ON a.code = e.account_id
            WHERE e.area_code = p_area AND e.fund = p_fund AND e.period <= p_period AND a.account_class IN ('income', 'expenditure')
            GROUP BY 1, 2
        ),
        line AS (
            SELECT account_class, code, -fen AS fen FROM balance
            UNION ALL
            SELECT account_class, '3001', sum(fen)::bigint FROM balance GROUP BY 1
        )
        SELECT account_class, array_agg(code ORDER BY code) AS codes, array_agg(CASE WHEN fen > 0 THEN 'D' ELSE 'C' END ORDER BY code) AS sides,
            array_agg(abs(fen) ORDER BY code) AS amounts
        FROM line WHERE fen <> 0 GROUP BY account_class ORDER BY account_class DESC
    LOOP
        PERFORM ledger_write_v1(p_fund, p_area, (make_date(p_period / 100, p_period % 100, 1) + interval '1 month - 1 day')::date,
            'close_' || kind.account_class, p_rule, CASE kind.account_class WHEN 'income' THEN '年末结转收入' ELSE '年末结转支出' END,
            'batch', p_batch, kind.codes, kind.sides, kind.amounts, array_fill(''::text, ARRAY[cardinality(kind.codes)]));
        made := made + 1;
    END LOOP;
    RETURN made;
END;
$$;

-- ledger_close_v1: closes a period of a book under the open run warrant and numbers its vouchers. Nothing when closed already.
CREATE OR REPLACE FUNCTION ledger_close_v1(p_fund text, p_area text, p_period integer, p_batch bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_warrant bigint := warrants_stamp_v1(2::smallint, 'ledger_closing');
BEGIN
    PERFORM pg_advisory_xact_lock(7004, ledger_book_lock_v1(p_fund, p_area));
    IF EXISTS (SELECT 1 FROM ledger_closing WHERE area_code = p_area AND fund = p_fund AND period >= p_period) THEN
        RETURN false;
    END IF;
    INSERT INTO ledger_voucher_number (warrant_id, voucher_id, number)
    SELECT the_warrant, v.id, row_number() OVER (PARTITION BY v.period ORDER BY v.id)
    FROM ledger_voucher v LEFT JOIN ledger_voucher_number n ON n.voucher_id = v.id
    WHERE v.area_code = p_area AND v.fund = p_fund AND v.period <= p_period AND n.voucher_id IS NULL;
    INSERT INTO ledger_closing (warrant_id, fund, area_code, period, batch_id, voucher_count, debit_fen, closed_at)
    SELECT the_warrant, p_fund, p_area, p_period, p_batch, count(DISTINCT voucher_id),
        coalesce(sum(amount_fen) FILTER (WHERE side = 'D'), 0), clock_timestamp()
    FROM ledger_entry WHERE area_code = p_area AND fund = p_fund AND period = p_period;
    RETURN true;
END;
$$;

-- ledger_execute_close_v1: closes the books an approved batch names, under the open warrant of this very run; in December income and
-- expenditure are carried over first. The debits of the month must still be those that were approved: nothing was posted meanwhile.
-- Params: the batch and nothing else. Errors: YG001/YG002 no warrant, YG006 a month to come, YG010 something was posted since.
CREATE OR REPLACE FUNCTION ledger_execute_close_v1(p_batch bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    b runs_batch%ROWTYPE;
    book record;
    debit bigint;
    rows bigint := 0;
BEGIN
    PERFORM runs_own_warrant_v1(p_batch, 2::smallint, 'ledger_closing');
    SELECT * INTO b FROM runs_batch WHERE id = p_batch AND kind = 'close';
    IF NOT identity_days_move_v1() AND make_date(b.period / 100, b.period % 100, 1) > (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('%s-%s 尚未开始，不能结账。', b.period / 100, lpad((b.period % 100)::text, 2, '0'));
    END IF;
    FOR book IN SELECT x.value ->> 'fund' AS fund, x.value ->> 'area' AS area FROM jsonb_array_elements(b.summary -> 'books') AS x LOOP
        IF (b.summary ->> 'is_year_end')::boolean THEN
            IF b.summary ->> 'rule' IS NULL THEN
                RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = format('第 %s 号批次没有年末结转规则，请作废后重新生成。', p_batch);
            END IF;
            PERFORM ledger_carry_over_v1(book.fund, book.area, b.period, (b.summary ->> 'rule')::date, p_batch);
        END IF;
        PERFORM ledger_close_v1(book.fund, book.area, b.period, p_batch);
        rows := rows + 1;
    END LOOP;
    SELECT coalesce(sum(e.amount_fen), 0)::bigint INTO debit
    FROM ledger_entry e JOIN ledger_voucher v ON v.id = e.voucher_id
    WHERE e.period = b.period AND e.side = 'D' AND v.event NOT IN ('close_income', 'close_expenditure')
      AND (e.area_code, e.fund) IN (SELECT x.value ->> 'area', x.value ->> 'fund' FROM jsonb_array_elements(b.summary -> 'books') AS x);
    IF debit IS DISTINCT FROM b.total_fen THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010',
            MESSAGE = format('%s-%s 自审批后又有新凭证，请作废第 %s 号批次后重新生成。', b.period / 100, lpad((b.period % 100)::text, 2, '0'), p_batch);
    END IF;
    PERFORM runs_written_v1(p_batch, rows, debit);
END;
$$;
REVOKE ALL ON FUNCTION ledger_close_v1, ledger_carry_over_v1, ledger_write_v1, ledger_reverse_v1, ledger_may_post_v1 FROM PUBLIC;
