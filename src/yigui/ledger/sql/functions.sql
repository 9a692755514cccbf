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

-- ledger_post_v1: a voucher with its entries, under the open warrant. Arrays of equal length; amounts in fen, above zero.
-- Gives the voucher's id.
CREATE OR REPLACE FUNCTION ledger_post_v1(
    p_fund text, p_area text, p_on date, p_event text, p_rule date, p_summary text, p_source_kind text, p_source_id bigint,
    p_accounts text[], p_sides text[], p_amounts bigint[], p_parties text[],
    p_reverses bigint DEFAULT NULL, p_reason text DEFAULT ''
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_warrant bigint := warrants_stamp_v1(3::smallint, 'ledger_voucher');
    the_period integer := extract(year FROM p_on)::integer * 100 + extract(month FROM p_on)::integer;
    new_id bigint;
    of_file record;
BEGIN
    -- Nobody signs a file: what it posts is held to its own lines by the room that takes it in (`receipt_posts_v1`, `result_posts_v1`).
    SELECT kind, subject_id INTO of_file FROM warrants_warrant WHERE id = the_warrant AND kind IN ('receipt', 'result');
    IF FOUND THEN
        EXECUTE format('SELECT %I($1, $2, $3, $4, $5)', of_file.kind || '_posts_v1') USING of_file.subject_id, p_event, p_source_kind, p_source_id,
            (SELECT coalesce(sum(a.amount), 0)::bigint FROM unnest(p_sides, p_amounts) AS a (side, amount) WHERE a.side = 'D');
    END IF;
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

-- ledger_reverse_v1: the opposite of a voucher (冲销), once, into an open period, with the reason.
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
    RETURN ledger_post_v1(v.fund, v.area_code, p_on, v.event, v.rule_version, left('冲销 记-' || v.id || '：' || v.summary, 200),
        p_source_kind, p_source_id, accounts, sides, amounts, parties, v.id, p_reason);
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
        PERFORM ledger_post_v1(p_fund, p_area, (make_date(p_period / 100, p_period % 100, 1) + interval '1 month - 1 day')::date,
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
-- Params: the batch and nothing else. Errors: YG001/YG002 no warrant, YG010 something was posted since.
CREATE OR REPLACE FUNCTION ledger_execute_close_v1(p_batch bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    b runs_batch%ROWTYPE;
    book record;
    debit bigint;
BEGIN
    PERFORM runs_own_warrant_v1(p_batch, 2::smallint, 'ledger_closing');
    SELECT * INTO b FROM runs_batch WHERE id = p_batch AND kind = 'close';
    FOR book IN SELECT x.value ->> 'fund' AS fund, x.value ->> 'area' AS area FROM jsonb_array_elements(b.summary -> 'books') AS x LOOP
        IF (b.summary ->> 'is_year_end')::boolean THEN
            IF b.summary ->> 'rule' IS NULL THEN
                RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = format('第 %s 号批次没有年末结转规则，请作废后重新生成。', p_batch);
            END IF;
            PERFORM ledger_carry_over_v1(book.fund, book.area, b.period, (b.summary ->> 'rule')::date, p_batch);
        END IF;
        PERFORM ledger_close_v1(book.fund, book.area, b.period, p_batch);
    END LOOP;
    SELECT coalesce(sum(e.amount_fen), 0)::bigint INTO debit
    FROM ledger_entry e JOIN ledger_voucher v ON v.id = e.voucher_id
    WHERE e.period = b.period AND e.side = 'D' AND v.event NOT IN ('close_income', 'close_expenditure')
      AND (e.area_code, e.fund) IN (SELECT x.value ->> 'area', x.value ->> 'fund' FROM jsonb_array_elements(b.summary -> 'books') AS x);
    IF debit IS DISTINCT FROM b.total_fen THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010',
            MESSAGE = format('%s-%s 自审批后又有新凭证，请作废第 %s 号批次后重新生成。', b.period / 100, lpad((b.period % 100)::text, 2, '0'), p_batch);
    END IF;
END;
$$;
REVOKE ALL ON FUNCTION ledger_close_v1, ledger_carry_over_v1 FROM PUBLIC;
