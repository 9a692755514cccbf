-- Receipts: the receipt warrant, matching, posting sums and credits of accounts. Errors: YG001/YG002 no warrant, YG005 not authorised.
SELECT registry_bind_rows_v1('contributions_refund', 'SELECT nullif(person_id, 0), nullif(employer_id, 0) FROM new_rows');

-- contributions_refund_ground_v1: a refund, and what the books owe of it, belong to the very case whose warrant is open; the books owe no more
-- than was decided. Trigger argument: the refund of a new row, as SELECT of its id from `new_rows`. Error: YG011.
CREATE OR REPLACE FUNCTION contributions_refund_ground_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    w record;
    unfit bigint;
BEGIN
    SELECT kind, subject_id INTO w FROM warrants_warrant
    WHERE xid = (pg_current_xact_id_if_assigned()::text)::bigint AND issued_at = transaction_timestamp();
    -- No scope but that of cases and of the owner's opening load opens these tables.
    EXECUTE format('SELECT r.id FROM contributions_refund r WHERE r.id IN (%s) AND ($1 = ''case'' AND r.case_id <> $2 '
        'OR r.amount_fen < (SELECT sum(d.amount_fen) FROM contributions_refund_due d WHERE d.refund_id = r.id)) LIMIT 1', TG_ARGV[0])
    INTO unfit USING w.kind::text, w.subject_id;
    IF unfit IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = TG_TABLE_NAME,
            MESSAGE = format('退费 %s 不是本办件决定的，或待付金额超过决定的金额，写入被拒绝。', unfit);
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION contributions_refund_ground_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER refund_ground AFTER INSERT ON contributions_refund REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION contributions_refund_ground_v1('SELECT id FROM new_rows');
CREATE OR REPLACE TRIGGER refund_ground AFTER INSERT ON contributions_refund_due REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION contributions_refund_ground_v1('SELECT refund_id FROM new_rows');

-- contributions_allocation_subjects_v1: under a case money is shared out among the people and employers the case is about, whoever's statement
-- or function does it: the payer of every bill and, where it is known, of every receipt. Error: YG011.
CREATE OR REPLACE FUNCTION contributions_allocation_subjects_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    w record;
    other record;
BEGIN
    SELECT id, persons, employers INTO w FROM (
        SELECT id, kind, persons, employers FROM warrants_warrant
        WHERE xid = (pg_current_xact_id_if_assigned()::text)::bigint AND issued_at = transaction_timestamp() OFFSET 0) AS found
    WHERE kind = 'case';
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT p.bill_id, p.receipt_id INTO other FROM (
        SELECT n.bill_id, n.receipt_id, nullif(b.employer_id, 0) AS employer, CASE WHEN b.employer_id = 0 THEN b.person_id END AS person
        FROM new_rows n JOIN contributions_bill b ON b.id = n.bill_id AND b.source_id = n.bill_source_id WHERE n.bill_id > 0
        UNION ALL
        SELECT n.bill_id, n.receipt_id, coalesce(c.employer_id, r.employer_id),
            CASE WHEN coalesce(c.employer_id, r.employer_id) IS NULL THEN coalesce(c.person_id, r.person_id) END
        FROM new_rows n JOIN contributions_receipt r ON r.id = n.receipt_id LEFT JOIN contributions_claim c ON c.receipt_id = r.id
            AND NOT EXISTS (SELECT 1 FROM contributions_claim_undo x WHERE x.claim_id = c.id AND x.confirmed_by_id IS NOT NULL)
        WHERE n.receipt_id > 0) AS p
    WHERE NOT registry_is_subject_v1(w.id, w.persons, w.employers, p.person, p.employer) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = 'contributions_allocation', MESSAGE = format(
            '到账 %s 或缴费单 %s 的缴费人不是本办件的人员或单位，不能分配。', other.receipt_id, other.bill_id);
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION contributions_allocation_subjects_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER allocation_subjects AFTER INSERT ON contributions_allocation REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION contributions_allocation_subjects_v1();

-- contributions_hold_receipts_v1: locks the files of receipts, in order: who shares out money of the same file at once waits, and sees what is
-- left. Sharing-out, refunds, reversals and claims take this one lock. Not granted.
CREATE OR REPLACE FUNCTION contributions_hold_receipts_v1(p_receipts bigint[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT 1 FROM contributions_receipt_file
    WHERE id IN (SELECT file_id FROM contributions_receipt WHERE id = ANY (p_receipts)) ORDER BY id FOR UPDATE
$$;
REVOKE ALL ON FUNCTION contributions_hold_receipts_v1 FROM PUBLIC;

-- contributions_receipts_of_file_v1: under the warrant of a file that arrived money of this very file is shared out, and of no other: nobody has signed that. Under
-- a case it is what the case was accepted upon (`casework_money_accepted_v1`). Not granted. Error: YG011.
CREATE OR REPLACE FUNCTION contributions_receipts_of_file_v1(p_warrant bigint, p_receipts bigint[]) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    file bigint := (SELECT subject_id FROM warrants_warrant WHERE id = p_warrant AND kind = 'receipt');
    other bigint;
BEGIN
    IF file IS NULL THEN
        RETURN;
    END IF;
    SELECT x.id INTO other FROM unnest(p_receipts) AS x (id) LEFT JOIN contributions_receipt r ON r.id = x.id
    WHERE x.id > 0 AND r.file_id IS DISTINCT FROM file LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = 'contributions_allocation', MESSAGE = format(
            '到账 %s 不是第 %s 号到账文件的款项，该文件的凭据不能分配；已认领的款项经缴费结算与对账（FND-001）抵缴。', other, file);
    END IF;
END;
$$;
REVOKE ALL ON FUNCTION contributions_receipts_of_file_v1 FROM PUBLIC;

-- contributions_allocation_of_file_v1: the same of whatever is written as an allocation.
CREATE OR REPLACE FUNCTION contributions_allocation_of_file_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM contributions_receipts_of_file_v1(n.warrant_id, n.receipts)
    FROM (SELECT warrant_id, array_agg(DISTINCT receipt_id) AS receipts FROM new_rows GROUP BY warrant_id) AS n;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION contributions_allocation_of_file_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER allocation_of_file AFTER INSERT ON contributions_allocation REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION contributions_allocation_of_file_v1();

-- contributions_allocation_bound_v1: of a receipt no more is shared out, refunded and transferred than came in, and no more taken back than was,
-- whoever writes, also two at once: the receipt's file is locked before it is counted. Error: YG006.
CREATE OR REPLACE FUNCTION contributions_allocation_bound_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    unfit record;
BEGIN
    PERFORM 1 FROM contributions_receipt_file
    WHERE id IN (SELECT r.file_id FROM new_rows n JOIN contributions_receipt r ON r.id = n.receipt_id) ORDER BY id FOR UPDATE;
    SELECT n.id, r.amount_fen, a.fen INTO unfit
    FROM (SELECT DISTINCT receipt_id AS id FROM new_rows WHERE receipt_id <> 0) AS n
    CROSS JOIN LATERAL (SELECT sum(x.amount_fen) AS fen FROM contributions_allocation x WHERE x.receipt_id = n.id) AS a
    LEFT JOIN contributions_receipt r ON r.id = n.id
    WHERE r.id IS NULL OR a.fen NOT BETWEEN 0 AND r.amount_fen LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = 'contributions_allocation',
            MESSAGE = format('到账 %s 共 %s 分，分配、退费合计将为 %s 分，不能办理，请刷新后重新核对。', unfit.id, coalesce(unfit.amount_fen, 0), unfit.fen);
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION contributions_allocation_bound_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER allocation_bound AFTER INSERT ON contributions_allocation REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION contributions_allocation_bound_v1();

-- contributions_one_account_v1: whether two numbers of accounts may be of one account: the same, as far as neither is masked with stars.
CREATE OR REPLACE FUNCTION contributions_one_account_v1(p_one text, p_other text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE WHEN strpos(a, '*') = 0 AND strpos(b, '*') = 0 THEN a = b
        WHEN strpos(a, '*') > 0 AND strpos(b, '*') > 0 THEN
            starts_with(split_part(a, '*', 1), split_part(b, '*', 1)) OR starts_with(split_part(b, '*', 1), split_part(a, '*', 1))
        WHEN strpos(a, '*') > 0 THEN b LIKE regexp_replace(a, '\*+', '%', 'g') ELSE a LIKE regexp_replace(b, '\*+', '%', 'g') END
    FROM (SELECT regexp_replace(p_one, '[%_\\\s]', '', 'g') AS a, regexp_replace(p_other, '[%_\\\s]', '', 'g') AS b) AS x
$$;

-- contributions_claim_doubts_v1: what a receipt says of its payer that speaks for somebody else than whom it is to be claimed for, in sentences, at most
-- five: another name of the payer; a number or a name in its remark that is another's; numbers that contradict each other. Of a person no name is told.
CREATE OR REPLACE FUNCTION contributions_claim_doubts_v1(p_receipt bigint, p_employer bigint, p_person bigint) RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH r AS (
        SELECT payer_name, doubt, upper(text) AS text, regexp_replace(translate(payer_name, '（）', '()'), '[\s·•．・]', '', 'g') AS payer,
            regexp_replace(translate(text, '（）', '()'), '[\s·•．・]', '', 'g') AS words
        FROM contributions_receipt WHERE id = p_receipt
    ), claimed AS (
        SELECT coalesce(e.name, p.name) AS name, regexp_replace(translate(coalesce(e.name, p.name), '（）', '()'), '[\s·•．・]', '', 'g') AS plain
        FROM (SELECT) AS one LEFT JOIN registry_employer e ON e.id = p_employer LEFT JOIN registry_person p ON p.id = p_person
    ), said AS (
        SELECT 1 AS place, format('来款的付款人是“%s”，与认领的%s名称不一致', r.payer_name, CASE WHEN p_employer IS NULL THEN '人' ELSE '单位“' || c.name || '”' END) AS why
        FROM r CROSS JOIN claimed c WHERE r.payer <> '' AND c.plain !~ (
            '^' || regexp_replace(regexp_replace(r.payer, '([].\\^$|()[{}+?])', '\\\1', 'g'), '[*＊]+', '.*', 'g') || '$')
        UNION ALL
        SELECT 2, format('附言中的 %s 是“%s”的编号', CASE WHEN e.unit_no <> '' AND strpos(r.text, upper(e.unit_no)) > 0 THEN e.unit_no ELSE e.credit_code END, e.name)
        FROM r JOIN registry_employer e ON e.id IS DISTINCT FROM p_employer AND (e.unit_no <> '' AND strpos(r.text, upper(e.unit_no)) > 0
            OR e.credit_code <> '' AND strpos(r.text, upper(e.credit_code)) > 0)
        WHERE r.text <> ''
        UNION ALL
        SELECT 3, format('附言中的证件号码（尾号 %s）是另一参保人的', right(p.id_number, 4))
        FROM r CROSS JOIN LATERAL regexp_matches(r.text, '[0-9]{17}[0-9X]', 'g') AS m (found)
        JOIN registry_person p ON p.id_number = m.found[1] AND p.merged_into_id IS NULL AND p.id IS DISTINCT FROM p_person
        UNION ALL
        SELECT 4, format('附言中的缴费单 %s 是另一缴费人的', b.id)
        FROM r CROSS JOIN LATERAL regexp_matches(r.text, '(?<![0-9])8[0-9]{11}(?![0-9])', 'g') AS m (found)
        JOIN contributions_bill b ON b.id = m.found[1]::bigint AND (nullif(b.employer_id, 0) IS DISTINCT FROM p_employer
            OR b.employer_id = 0 AND b.person_id IS DISTINCT FROM p_person)
        UNION ALL
        SELECT 5, format('附言中写有“%s”', e.name)
        FROM r CROSS JOIN claimed c JOIN registry_employer e ON e.id IS DISTINCT FROM p_employer AND length(e.name) >= 4
            AND strpos(r.words, regexp_replace(translate(e.name, '（）', '()'), '[\s·•．・]', '', 'g')) > 0
        WHERE r.words <> '' AND NOT (strpos(c.plain, e.name) > 0 AND strpos(r.words, c.plain) > 0)
        UNION ALL
        SELECT 6, doubt FROM r WHERE doubt <> ''
    )
    SELECT coalesce((SELECT array_agg(x.why ORDER BY x.place, x.why) FROM (SELECT DISTINCT place, why FROM said ORDER BY place, why LIMIT 5) AS x), '{}')
$$;
REVOKE ALL ON FUNCTION contributions_claim_doubts_v1 FROM PUBLIC;

-- contributions_claim_taken_back_v1: whether a claim is just being undone by the batch that takes its money back from the bills (认领收回): under its open warrant,
-- in the name of who approved it, once the money has been taken back. Not granted.
CREATE OR REPLACE FUNCTION contributions_claim_taken_back_v1(p_claim bigint, p_confirmed_by bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM warrants_warrant w JOIN runs_batch b ON b.id = w.subject_id AND b.kind = 'claim-reversal'
        JOIN contributions_claim c ON c.id = p_claim
        JOIN contributions_allocation a ON a.warrant_id = w.id AND a.receipt_id = c.receipt_id AND a.step = 'reversal'
        WHERE w.kind = 'run' AND w.xid = (pg_current_xact_id_if_assigned()::text)::bigint AND w.issued_at = transaction_timestamp()
            AND (b.summary ->> 'claim')::bigint = p_claim AND b.approved_by_id = p_confirmed_by)
$$;
REVOKE ALL ON FUNCTION contributions_claim_taken_back_v1 FROM PUBLIC;

-- contributions_claim_hand_v1: whose money is in suspense is found, and unfound, by a cashier or an accountant at work whom the database has seen in
-- this transaction and whose agency answers for the area the money came in at; nobody at a door, no program. Only money whose payer is not
-- known is claimed, once at a time; where it speaks for somebody else (`contributions_claim_doubts_v1`, kept with the claim) on a ground in writing. A claim
-- is undone by two people as long as something of the money is left, and for what is left; by the batch that takes it back from the bills too
-- (`contributions_execute_claim_reversal_v1`). The receipt's file is locked, as by matching. Binds the application. Errors: YG005 somebody else's work, YG006 it does not stand so, YG009 nobody is there.
CREATE OR REPLACE FUNCTION contributions_claim_hand_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_officer_v1();
    the_receipt bigint;
    r contributions_receipt%ROWTYPE;
    doubts text[];
BEGIN
    IF NOT warrants_by_application_v1() THEN
        RETURN NEW;
    END IF;
    IF TG_TABLE_NAME = 'contributions_claim' THEN
        the_receipt := NEW.receipt_id;
    ELSIF contributions_claim_taken_back_v1(NEW.claim_id, NEW.confirmed_by_id) THEN
        IF staff_distinct_v1(ARRAY[NEW.asked_by_id, NEW.confirmed_by_id]) IS NOT TRUE THEN
            RAISE EXCEPTION USING ERRCODE = 'YG005', TABLE = TG_TABLE_NAME, MESSAGE = '撤销认领须由申请人以外的另一人确认。';
        END IF;
        RETURN NEW;
    ELSE
        SELECT receipt_id INTO the_receipt FROM contributions_claim WHERE id = NEW.claim_id;
    END IF;
    SELECT * INTO r FROM contributions_receipt WHERE id = the_receipt;
    IF who IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', TABLE = TG_TABLE_NAME, MESSAGE = '认领和撤销认领须由经数据库核验的出纳或会计本人办理，请重新登录后再办理。';
    END IF;
    IF runs_has_post_v1(who, ARRAY['cashier', 'accountant'], r.area_code) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', TABLE = TG_TABLE_NAME,
            MESSAGE = format('到账 %s 由收款地区（%s）或其市级经办机构的出纳、会计认领或撤销认领。', the_receipt, r.area_code);
    END IF;
    PERFORM contributions_hold_receipts_v1(ARRAY[the_receipt]);
    IF TG_TABLE_NAME = 'contributions_claim' THEN
        IF r.employer_id IS NOT NULL OR r.person_id IS NOT NULL
           OR NEW.nth IS DISTINCT FROM 1 + (SELECT count(*) FROM contributions_claim WHERE receipt_id = the_receipt)
           OR EXISTS (SELECT 1 FROM contributions_claim c WHERE c.receipt_id = the_receipt AND NOT EXISTS (
                SELECT 1 FROM contributions_claim_undo x WHERE x.claim_id = c.id AND x.confirmed_by_id IS NOT NULL)) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME, MESSAGE = format('到账 %s 的付款人已知或已被认领；认领有误的，先撤销认领。', the_receipt);
        END IF;
        doubts := contributions_claim_doubts_v1(the_receipt, NEW.employer_id, NEW.person_id);
        NEW.against := left(array_to_string(doubts, '；'), 600);
        IF doubts <> '{}' AND length(btrim(NEW.ground)) < 4 THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME,
                MESSAGE = format('到账 %s 的来款信息与认领对象不一致（%s），认领须写明核实情况。', the_receipt, NEW.against);
        END IF;
        NEW.claimed_at := clock_timestamp();
        RETURN NEW;
    END IF;
    IF (SELECT coalesce(sum(amount_fen), 0) FROM contributions_allocation WHERE receipt_id = the_receipt) >= r.amount_fen THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME,
            MESSAGE = format('到账 %s 已全部抵缴或退费，没有可以撤销认领的余额；已抵缴的部分请申请认领收回。', the_receipt);
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.confirmed_by_id IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME, MESSAGE = '撤销认领先由一人申请，再由另一人确认。';
        END IF;
        NEW.asked_at := clock_timestamp();
    ELSIF OLD.confirmed_by_id IS NULL AND NEW.confirmed_by_id IS NOT NULL THEN
        IF staff_distinct_v1(ARRAY[NEW.asked_by_id, NEW.confirmed_by_id]) IS NOT TRUE THEN
            RAISE EXCEPTION USING ERRCODE = 'YG005', TABLE = TG_TABLE_NAME, MESSAGE = '撤销认领须由申请人以外的另一人确认。';
        END IF;
        NEW.confirmed_at := clock_timestamp();
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION contributions_claim_hand_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER under_hand BEFORE INSERT ON contributions_claim
    FOR EACH ROW EXECUTE FUNCTION contributions_claim_hand_v1();
CREATE OR REPLACE TRIGGER under_hand BEFORE INSERT OR UPDATE ON contributions_claim_undo
    FOR EACH ROW EXECUTE FUNCTION contributions_claim_hand_v1();

-- contributions_balance_lacks_v1: what some files of one account brought by their balances and the books do not have (fen): closing less opening, and what
-- went out, less what is booked of it, was known or was handed over. NULL where one of their statements has no balances. Not granted.
CREATE OR REPLACE FUNCTION contributions_balance_lacks_v1(p_files bigint[], p_account text) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    files bigint[];
    moved bigint;
    went_out bigint;
    held bigint;
BEGIN
    -- The files that brought the same statement: the account, its day and its balances.
    SELECT array_agg(DISTINCT o.file_id) INTO files FROM contributions_bank_statement s JOIN contributions_bank_statement o
        ON (o.account_no, o.closed_on, o.opening_fen, o.closing_fen) = (s.account_no, s.closed_on, s.opening_fen, s.closing_fen)
    WHERE s.file_id = ANY (p_files) AND s.account_no = p_account;
    IF files IS NULL OR EXISTS (SELECT 1 FROM contributions_bank_statement WHERE file_id = ANY (files) AND account_no = p_account
            AND (opening_fen IS NULL OR closing_fen IS NULL OR closed_on IS NULL)) THEN
        RETURN NULL;
    END IF;
    SELECT sum(x.closing_fen - x.opening_fen) INTO moved FROM (SELECT DISTINCT closed_on, opening_fen, closing_fen FROM contributions_bank_statement
        WHERE file_id = ANY (files) AND account_no = p_account) AS x;
    SELECT coalesce((SELECT -sum(b.amount_fen) FROM ledger_bank_line b WHERE b.file_id = ANY (files) AND b.account_no = p_account AND b.amount_fen < 0), 0)
        + coalesce((SELECT sum(d.amount_fen) FROM contributions_receipt_line d
            WHERE d.file_id = ANY (files) AND d.account_no = p_account AND d.is_debit AND d.fate <> 'known'), 0)
        -- What went out and was known stands among the lines of another file (exports that overlap): each once, however many of these files tell it.
        + coalesce((SELECT -sum(b.amount_fen) FROM ledger_bank_line b WHERE b.account_no = p_account AND b.amount_fen < 0 AND b.is_referenced
            AND b.file_id <> ALL (files) AND EXISTS (SELECT 1 FROM contributions_receipt_line d WHERE d.file_id = ANY (files) AND d.account_no = p_account
                AND d.is_debit AND d.fate = 'known' AND d.is_referenced AND (d.reference, d.amount_fen, d.received_on) = (b.reference, -b.amount_fen, b.booked_on))), 0)
        + coalesce((SELECT sum(least(x.here, x.there) * x.amount_fen) FROM (
            SELECT n.content, n.amount_fen, max(n.found) AS here,
                (SELECT count(*) FROM ledger_bank_line b WHERE b.content = n.content AND b.file_id <> ALL (files)) AS there
            FROM (SELECT file_id, content, amount_fen, count(*) AS found FROM contributions_receipt_line WHERE file_id = ANY (files)
                AND account_no = p_account AND is_debit AND fate = 'known' AND NOT is_referenced GROUP BY 1, 2, 3) AS n GROUP BY 1, 2) AS x), 0)
    INTO went_out;
    SELECT coalesce((SELECT sum(r.amount_fen) FROM contributions_receipt r WHERE (r.account_no = p_account OR r.account_no = '') AND (r.file_id = ANY (files)
            OR r.id IN (SELECT k.receipt_id FROM contributions_receipt_line k WHERE k.file_id = ANY (files) AND k.account_no = p_account AND k.fate = 'known')
            OR r.file_id IN (SELECT e.target_id FROM contributions_receipt_line k JOIN contributions_receipt_line_end e ON e.line_id = k.id
                WHERE k.file_id = ANY (files) AND k.account_no = p_account AND e.outcome = 'booked'))), 0)
        + coalesce((SELECT sum(b.amount_fen) FROM ledger_bank_line b WHERE b.file_id = ANY (files) AND b.account_no = p_account AND b.amount_fen > 0), 0)
        + coalesce((SELECT sum(k.amount_fen) FROM contributions_receipt_line k JOIN contributions_receipt_line_end e ON e.line_id = k.id
            WHERE k.file_id = ANY (files) AND k.account_no = p_account AND NOT k.is_debit AND e.outcome = 'result'), 0)
    INTO held;
    RETURN moved + went_out - held;
END;
$$;
REVOKE ALL ON FUNCTION contributions_balance_lacks_v1 FROM PUBLIC;

-- contributions_unread_hands_v1: by how many hands (`contributions_left_out_hands_v1`) the lines of a file are left out that could not be read as money: what
-- they moved, and on which account, nobody knows, so all statements of the file speak for all of them. Not granted.
CREATE OR REPLACE FUNCTION contributions_unread_hands_v1(p_file bigint) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN bool_or(lacks > 0) THEN 0 WHEN bool_and(coalesce(lacks = 0, false)) THEN 1 ELSE 2 END FROM (
        SELECT contributions_balance_lacks_v1(ARRAY[p_file], s.account_no) AS lacks
        FROM (SELECT DISTINCT account_no FROM contributions_bank_statement WHERE file_id = p_file) AS s) AS x
$$;
REVOKE ALL ON FUNCTION contributions_unread_hands_v1 FROM PUBLIC;

-- contributions_left_out_hands_v1: by how many hands a line that was not booked is left out (不入账): 0, it may not be: the money stands on the statement of an
-- account of ours and nowhere in the books. 1, it is shown to be none: money that went out, known already; where the other channel's receipt of its amount
-- stands (once for each receipt); where a debit it undoes stands among the lines of the account (once for each debit); where the balances of the account's
-- statement, and of those sent again for it, show that all that came in by them is booked without it. 2, nothing speaks for it, as of a line of a
-- notification or of a table, which has no balances: it takes another person than whoever brought its file. A payment of ours that came back may not even then.
CREATE OR REPLACE FUNCTION contributions_left_out_hands_v1(p_line bigint) RETURNS integer
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    l contributions_receipt_line%ROWTYPE;
    lacks bigint;
BEGIN
    SELECT * INTO l FROM contributions_receipt_line WHERE id = p_line;
    IF l.id IS NULL THEN
        RETURN 0;
    END IF;
    IF l.fate = 'rejected' AND l.cause IN ('bad', 'not_ours') THEN
        RETURN contributions_unread_hands_v1(l.file_id);
    END IF;
    IF l.is_debit OR l.amount_fen IS NULL OR l.fate = 'known' OR NOT EXISTS (
        SELECT 1 FROM contributions_receipt_file WHERE id = l.file_id AND source = 'bank') THEN
        RETURN 1;
    END IF;
    -- Booked already under the bank's own reference: it cannot be booked again.
    IF l.is_referenced AND EXISTS (SELECT 1 FROM contributions_receipt r JOIN contributions_receipt_file f ON f.id = l.file_id AND f.partner = r.partner
            WHERE r.reference = l.reference AND r.is_referenced AND (r.account_no = l.account_no OR r.account_no = '' OR l.account_no = '')
            AND (r.received_on, r.amount_fen) = (l.received_on, l.amount_fen)
            AND (r.payer_name = '' OR l.payer_name = '' OR r.payer_name = l.payer_name)) THEN
        RETURN 1;
    END IF;
    IF l.cause = 'two_sources' AND EXISTS (SELECT 1 FROM contributions_receipt WHERE id = l.receipt_id AND amount_fen = l.amount_fen)
       AND NOT EXISTS (SELECT 1 FROM contributions_receipt_line o JOIN contributions_receipt_line_end e ON e.line_id = o.id AND e.outcome = 'left_out'
            WHERE o.receipt_id = l.receipt_id AND o.cause = 'two_sources' AND o.id <> l.id) THEN
        RETURN 1;
    END IF;
    -- What another file booked for it: a notification or a table without balances, or a statement of the same day that begins or ends as this one does
    -- and so reports the same money. Once for each receipt.
    IF l.cause = 'alike' AND EXISTS (SELECT 1 FROM contributions_receipt r WHERE r.id = l.receipt_id AND r.amount_fen = l.amount_fen
            AND NOT EXISTS (SELECT 1 FROM contributions_bank_statement s WHERE s.file_id = r.file_id AND s.account_no = l.account_no
                AND s.opening_fen IS NOT NULL AND s.closing_fen IS NOT NULL AND s.moved_fen IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM contributions_bank_statement o WHERE o.file_id = l.file_id AND (o.account_no, o.closed_on)
                    = (s.account_no, s.closed_on) AND (o.opening_fen = s.opening_fen OR o.closing_fen = s.closing_fen))))
       AND NOT EXISTS (SELECT 1 FROM contributions_receipt_line o JOIN contributions_receipt_line_end e ON e.line_id = o.id AND e.outcome = 'left_out'
            WHERE o.receipt_id = l.receipt_id AND o.cause = 'alike' AND o.id <> l.id) THEN
        RETURN 1;
    END IF;
    IF l.cause = 'reversed_debit' AND (SELECT count(*) FROM ledger_bank_line
            WHERE account_no = l.account_no AND amount_fen = -l.amount_fen AND booked_on <= l.received_on AND note = '')
        > (SELECT count(*) FROM contributions_receipt_line o JOIN contributions_receipt_line_end e ON e.line_id = o.id AND e.outcome = 'left_out'
            WHERE o.cause = 'reversed_debit' AND (o.account_no, o.amount_fen) = (l.account_no, l.amount_fen) AND o.id <> l.id) THEN
        RETURN 1;
    END IF;
    lacks := contributions_balance_lacks_v1(ARRAY[l.file_id], l.account_no);
    IF lacks IS NULL AND NOT EXISTS (SELECT 1 FROM contributions_bank_statement WHERE file_id = l.file_id AND account_no = l.account_no
            AND opening_fen IS NOT NULL AND closing_fen IS NOT NULL) THEN
        RETURN CASE WHEN l.cause IN ('returned_payout', 'two_sources', 'reversed_debit') THEN 0 ELSE 2 END;
    END IF;
    RETURN CASE WHEN lacks <= 0 THEN 1 ELSE 0 END;
END;
$$;
REVOKE ALL ON FUNCTION contributions_left_out_hands_v1 FROM PUBLIC;

-- contributions_may_be_left_out_v1: whether a line that was not booked may be left out at all.
CREATE OR REPLACE FUNCTION contributions_may_be_left_out_v1(p_line bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT contributions_left_out_hands_v1(p_line) > 0 $$;
REVOKE ALL ON FUNCTION contributions_may_be_left_out_v1 FROM PUBLIC;

-- contributions_enough_hands_v1: refuses to leave lines of a file out that may not be, or that take another person than whoever brought the file (the program of
-- a partner is nobody who could also decide). Not granted. Errors: YG006 it may not be, YG005 the same person.
CREATE OR REPLACE FUNCTION contributions_enough_hands_v1(p_file bigint, p_hands integer, p_by bigint, p_lines text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    brought_by bigint := (SELECT imported_by_id FROM contributions_receipt_file WHERE id = p_file);
BEGIN
    IF p_hands = 0 THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = 'contributions_receipt_line_end', MESSAGE = format(
            '%s是本账户对账单上的到账，账上还没有这笔钱，不能不入账；查明归属前请按“入账”列入暂收款，读不出的行请更正后重新导入整份对账单。', p_lines);
    ELSIF p_hands > 1 AND brought_by IS NOT NULL AND (p_by IS NULL OR NOT staff_distinct_v1(ARRAY[brought_by, p_by])) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', TABLE = 'contributions_receipt_line_end',
            MESSAGE = format('%s没有对账单余额可以印证，不入账须由导入该文件以外的另一人决定。', p_lines);
    END IF;
END;
$$;
REVOKE ALL ON FUNCTION contributions_enough_hands_v1 FROM PUBLIC;

-- contributions_put_right_v1: whether a line that could not be read stands in the books, put right by another file of the partner: as a receipt (p_receipt), or,
-- where it is NULL, as a line of the account. The bank's own reference is the same or, where there is none, text and balance (`mark`); the account, the day and
-- the amount agree as far as they could be read. Day, amount and payer alone are no proof: a payer may pay the same twice on a day, so that is left to a
-- person. A receipt that its own file tells by another line speaks for no line of that file, and for one of them only; so does money that went out.
CREATE OR REPLACE FUNCTION contributions_put_right_v1(p_line bigint, p_receipt bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM contributions_receipt_line l JOIN contributions_receipt_file f ON f.id = l.file_id JOIN contributions_receipt r ON r.id = p_receipt
        WHERE l.id = p_line AND l.fate = 'rejected' AND l.cause IN ('bad', 'not_ours') AND r.partner = f.partner AND r.file_id <> l.file_id
            AND (r.account_no = l.account_no OR r.account_no = '' OR l.account_no = '')
            AND (l.told_on IS NULL OR r.received_on = l.told_on) AND (l.told_fen IS NULL OR r.amount_fen = l.told_fen)
            AND (l.payer_name = '' OR r.payer_name = '' OR r.payer_name = l.payer_name)
            AND ((l.is_referenced AND r.is_referenced AND r.reference = l.reference) OR (l.mark <> '' AND NOT r.is_referenced AND r.mark = l.mark))
            AND (l.mark = '' OR r.mark = '' OR r.mark = l.mark) AND coalesce(l.told_on::text, l.told_fen::text) IS NOT NULL
            AND (l.cause = 'bad' OR (l.told_on IS NOT NULL AND l.told_fen IS NOT NULL))
            AND NOT EXISTS (SELECT 1 FROM contributions_receipt_line k WHERE k.file_id = l.file_id AND k.receipt_id = r.id)
            AND NOT EXISTS (SELECT 1 FROM contributions_receipt_line k JOIN contributions_receipt_line_end e ON e.line_id = k.id
                WHERE k.file_id = l.file_id AND k.id <> l.id AND e.outcome = 'corrected' AND e.target_id = r.id))
    OR (p_receipt IS NULL AND EXISTS (
        SELECT 1 FROM contributions_receipt_line l JOIN contributions_receipt_file f ON f.id = l.file_id
        JOIN ledger_bank_line b ON b.reference = l.reference AND b.is_referenced AND b.file_id <> l.file_id AND b.amount_fen < 0
        JOIN contributions_receipt_file g ON g.id = b.file_id AND g.partner = f.partner
        WHERE l.id = p_line AND l.fate = 'rejected' AND l.cause = 'bad' AND l.is_referenced AND (b.account_no = l.account_no OR l.account_no = '')
            AND (l.told_on IS NULL OR b.booked_on = l.told_on) AND (l.told_fen IS NULL OR b.amount_fen = -l.told_fen)
            AND coalesce(l.told_on::text, l.told_fen::text) IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM contributions_receipt_line k JOIN contributions_receipt_line_end e ON e.line_id = k.id
                WHERE k.file_id = l.file_id AND k.id <> l.id AND k.reference = l.reference AND e.outcome = 'corrected' AND e.target_id IS NULL)))
$$;
REVOKE ALL ON FUNCTION contributions_put_right_v1 FROM PUBLIC;

-- contributions_line_is_booked_v1: whether a file books a line that waits, and nothing else: the file was written in this transaction, for the partner, the way and the
-- area of the line's own, with one line, which is a receipt that says what the line says. The unit or the person it is kept for is one that the line's own
-- numbers lead to, or none. Not granted.
CREATE OR REPLACE FUNCTION contributions_line_is_booked_v1(p_line bigint, p_file bigint) RETURNS boolean
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM contributions_receipt_line l JOIN contributions_receipt_file o ON o.id = l.file_id
        JOIN contributions_receipt_file f ON f.id = p_file AND (f.partner, f.source, f.area_code, f.lines_in, f.row_count) = (o.partner, o.source, l.area_code, 1, 1)
            AND warrants_own_row_v1(f.xmin)
        JOIN contributions_receipt r ON r.file_id = f.id AND (r.partner, r.area_code, r.received_on, r.amount_fen, r.account_no, r.reference, r.is_referenced)
            = (o.partner, l.area_code, l.received_on, l.amount_fen, l.account_no, l.reference, l.is_referenced)
            AND (r.payer_name, r.payer_account, r.text, r.mark) = (l.payer_name, l.payer_account, l.text, l.mark)
        WHERE l.id = p_line AND NOT l.is_debit AND (l.fate = 'waiting' OR l.cause = 'other_content' OR (l.cause = 'same' AND NOT l.is_referenced))
            AND (r.bill_id IS NULL OR r.bill_id = l.bill_id)
            AND (r.order_id IS NULL OR EXISTS (SELECT 1 FROM contributions_order d WHERE d.id = r.order_id AND d.code = l.order_code))
            AND (r.employer_id IS NULL
                OR EXISTS (SELECT 1 FROM registry_employer e WHERE e.id = r.employer_id
                    AND ((e.unit_no = l.unit_no AND l.unit_no <> '') OR (e.credit_code = l.credit_code AND l.credit_code <> '')))
                OR EXISTS (SELECT 1 FROM contributions_order d WHERE d.code = l.order_code AND l.order_code <> '' AND d.employer_id = r.employer_id)
                OR EXISTS (SELECT 1 FROM contributions_bill b WHERE b.id = l.bill_id AND b.employer_id = r.employer_id))
            AND (r.person_id IS NULL OR r.person_id = registry_person_of_v1(nullif(l.id_number, ''))
                OR EXISTS (SELECT 1 FROM contributions_order d WHERE d.code = l.order_code AND l.order_code <> '' AND d.person_id = r.person_id)
                OR EXISTS (SELECT 1 FROM contributions_bill b WHERE b.id = l.bill_id AND b.person_id = r.person_id)))
$$;
REVOKE ALL ON FUNCTION contributions_line_is_booked_v1 FROM PUBLIC;

-- contributions_line_end_v1: a line that was not booked comes to its end by a cashier or an accountant at work whom the database has seen in this
-- transaction and whose agency answers for the area of the line. That it was booked stands on a file that books this line and no other
-- (`contributions_line_is_booked_v1`). But that a reversal was done, by the run of three people whose content names the line, or that it was put right
-- (`contributions_put_right_v1`) stands also where a program did that. Binds the application. Errors: YG009 nobody is there, YG005 somebody else's work, YG006 nothing of the kind was done.
-- A line is left out only where it may be and by as many hands as it takes (`contributions_left_out_hands_v1`); of lines that could not be read
-- `contributions_line_ends_v1` says so. The receipt that speaks for it is locked, and so are lines of the same account. Binds everybody. Error: YG006.
CREATE OR REPLACE FUNCTION contributions_line_end_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_officer_v1();
    l contributions_receipt_line%ROWTYPE;
    hands integer;
BEGIN
    SELECT * INTO l FROM contributions_receipt_line WHERE id = NEW.line_id;
    IF NEW.outcome = 'corrected' THEN
        IF contributions_put_right_v1(NEW.line_id, NEW.target_id) IS NOT TRUE THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME,
                MESSAGE = format('编号 %s 的行没有更正后的同一笔入账，不能登记为已更正。', NEW.line_id);
        END IF;
        RETURN NEW;
    END IF;
    IF warrants_by_application_v1() THEN
        IF NEW.outcome = 'reversed' THEN
            IF l.cause <> 'reversal' OR NOT l.is_debit OR NOT EXISTS (
                SELECT 1 FROM runs_batch b JOIN warrants_warrant w ON w.kind = 'run' AND w.subject_id = b.id
                JOIN contributions_allocation a ON a.warrant_id = w.id AND a.step = 'reversal' AND a.receipt_id = l.receipt_id AND warrants_own_row_v1(a.xmin)
                WHERE b.id = NEW.target_id AND b.kind = 'receipt-reversal' AND (b.summary ->> 'line')::bigint = l.id
                    AND (b.summary ->> 'receipt')::bigint = l.receipt_id) THEN
                RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME,
                    MESSAGE = format('编号 %s 的行不是第 %s 号批次所冲回的冲正，不能登记为已冲回。', NEW.line_id, NEW.target_id);
            END IF;
        ELSIF who IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'YG009', TABLE = TG_TABLE_NAME,
                MESSAGE = '未入账的行须由经数据库核验的出纳或会计本人处理，请重新登录后再办理。';
        ELSIF runs_has_post_v1(who, ARRAY['cashier', 'accountant'], l.area_code) IS NOT TRUE THEN
            RAISE EXCEPTION USING ERRCODE = 'YG005', TABLE = TG_TABLE_NAME,
                MESSAGE = format('收款地区 %s 未入账的行由该地区或其市级经办机构的出纳、会计处理。', l.area_code);
        ELSIF NEW.outcome = 'booked' AND (NOT contributions_line_is_booked_v1(NEW.line_id, NEW.target_id) OR EXISTS (
                SELECT 1 FROM contributions_receipt_line_end e WHERE e.outcome = 'booked' AND e.target_id = NEW.target_id)) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME,
                MESSAGE = format('编号 %s 的行没有随第 %s 号到账文件入账（须为该行本身、单独一行的文件），不能登记为已入账。', NEW.line_id, NEW.target_id);
        END IF;
    END IF;
    IF NEW.outcome <> 'left_out' OR (l.fate = 'rejected' AND l.cause IN ('bad', 'not_ours')) THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM contributions_receipt_line o WHERE o.account_no = l.account_no AND o.amount_fen = l.amount_fen
        AND o.cause = l.cause AND l.cause IN ('two_sources', 'reversed_debit', 'alike') ORDER BY o.id FOR UPDATE;
    hands := contributions_left_out_hands_v1(NEW.line_id);
    PERFORM contributions_enough_hands_v1(l.file_id, hands, NEW.decided_by_id, format('编号 %s 的行', NEW.line_id));
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION contributions_line_end_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER may_be_left_out BEFORE INSERT ON contributions_receipt_line_end
    FOR EACH ROW EXECUTE FUNCTION contributions_line_end_v1();

-- contributions_line_ends_v1: the same of lines that could not be read as money, once for each file. Binds everybody. Error: YG006.
CREATE OR REPLACE FUNCTION contributions_line_ends_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM contributions_enough_hands_v1(x.file_id, contributions_unread_hands_v1(x.file_id), x.by, format('第 %s 号到账文件退回的行', x.file_id))
    FROM (SELECT DISTINCT l.file_id, n.decided_by_id AS by FROM written n JOIN contributions_receipt_line l ON l.id = n.line_id
        WHERE n.outcome = 'left_out' AND l.fate = 'rejected' AND l.cause IN ('bad', 'not_ours')) AS x;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION contributions_line_ends_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER may_be_left_out_unread AFTER INSERT ON contributions_receipt_line_end REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION contributions_line_ends_v1();

-- contributions_issue_receipt_warrant_v1: the class-3 warrant of a file of money that arrived (到账凭据). It signs nothing by
-- hand: it is issued only when the rows of the file are all there and add up to its control sums, and only once.
CREATE OR REPLACE FUNCTION contributions_issue_receipt_warrant_v1(p_file bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    f contributions_receipt_file%ROWTYPE;
    rows_found integer;
    sum_found bigint;
BEGIN
    SELECT * INTO f FROM contributions_receipt_file WHERE id = p_file FOR UPDATE;
    SELECT count(*), coalesce(sum(amount_fen), 0) INTO rows_found, sum_found FROM contributions_receipt WHERE file_id = p_file;
    IF f.id IS NULL OR rows_found <> f.row_count OR sum_found <> f.total_fen OR rows_found = 0 THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005',
            MESSAGE = format('到账文件 %s 的行数或金额与控制数不符，不能上账。', p_file);
    END IF;
    RETURN warrants_issue_v1('receipt', f.id, f.source || ' ' || f.id, '', 3::smallint, f.area_code, NULL,
        '{}'::text[], '{}'::bigint[], '{}'::timestamptz[]);
END;
$$;

-- receipt_begins_v1: the day of the first money of a file of receipts: what is posted of it bears no day before. Not granted.
CREATE OR REPLACE FUNCTION receipt_begins_v1(p_file bigint) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT min(received_on) FROM contributions_receipt WHERE file_id = p_file
$$;
REVOKE ALL ON FUNCTION receipt_begins_v1 FROM PUBLIC;

-- receipt_posts_v1: what may be posted under the warrant of a file of receipts: money where it was taken, all vouchers together up to what came
-- in; and what another area has taken for one, up to what the first has booked as such. Error: YG011.
DROP FUNCTION IF EXISTS receipt_posts_v1(bigint, text, text, bigint, bigint);
CREATE OR REPLACE FUNCTION receipt_posts_v1(
    p_warrant bigint, p_file bigint, p_event text, p_area text, p_fund text, p_debit bigint
) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    taken text[] := ARRAY['contribution_received', 'collected_for_other_area'];
    is_fit boolean;
BEGIN
    IF p_event = ANY (taken) THEN
        is_fit := p_debit + ledger_posted_v1(p_warrant, taken) <= (SELECT total_fen FROM contributions_receipt_file WHERE id = p_file)
            AND EXISTS (SELECT 1 FROM contributions_receipt WHERE file_id = p_file AND area_code = p_area);
    ELSE
        is_fit := p_event = 'collected_by_other_area'
            AND p_debit + ledger_posted_v1(p_warrant, ARRAY[p_event]) <= ledger_posted_v1(p_warrant, ARRAY['collected_for_other_area']);
    END IF;
    IF is_fit IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', MESSAGE = format('到账文件 %s 的凭据只能登记本文件到账的凭证，合计不超过到账金额。', p_file);
    END IF;
END;
$$;

-- contributions_receipt_bills_v1: under the warrant of a file of receipts nobody has signed anything, so no debt is made and none is forgiven:
-- only surcharges (滞纳金) of bills that this very file paid late, to whoever owed them, for what and for when, and never more than the highest
-- rate there has ever been (每日千分之二, 社会保险费征缴暂行条例第十三条) of what was paid late. Error: YG011.
CREATE OR REPLACE FUNCTION contributions_receipt_bills_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    w record;
    unfit bigint;
BEGIN
    SELECT id, subject_id INTO w FROM (
        SELECT id, kind, subject_id FROM warrants_warrant
        WHERE xid = (pg_current_xact_id_if_assigned()::text)::bigint AND issued_at = transaction_timestamp() OFFSET 0) AS found
    WHERE kind = 'receipt';
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT n.id INTO unfit FROM new_rows n
    WHERE n.kind <> 4 OR n.total_fen <= 0 OR n.employer_fen < 0 OR n.person_fen < 0 OR n.account_fen <> 0 OR n.base_fen <> 0
       OR n.source_id <> -(1000000000000000 + w.subject_id) OR NOT EXISTS (
        SELECT 1 FROM contributions_allocation a
        JOIN contributions_bill b ON b.id = a.bill_id AND b.source_id = a.bill_source_id
        WHERE a.warrant_id = w.id AND a.bill_id = n.for_bill AND a.receipt_id > 0 AND a.amount_fen > 0 AND a.received_on > b.due_on
          AND b.kind NOT IN (4, 9)
          AND (b.employer_id, b.person_id, b.area, b.insurance, b.start_period, b.end_period)
            = (n.employer_id, n.person_id, n.area, n.insurance, n.start_period, n.end_period)
          AND (SELECT sum(s.total_fen) FROM contributions_bill_case s WHERE s.for_bill = b.id)
            <= (SELECT sum(ceil(p.amount_fen * (p.received_on - b.due_on) * 0.002)) FROM contributions_allocation p
                WHERE p.bill_id = b.id AND p.bill_source_id = b.source_id AND p.receipt_id > 0 AND p.amount_fen > 0 AND p.received_on > b.due_on))
    LIMIT 1;
    IF unfit IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = 'contributions_bill',
            MESSAGE = format('到账文件 %s 的凭据只能加收本文件逾期缴清部分的滞纳金，缴费单 %s 不是，写入被拒绝。', w.subject_id, unfit);
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION contributions_receipt_bills_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER receipt_bills AFTER INSERT ON contributions_bill REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION contributions_receipt_bills_v1();

-- contributions_open_taken_v1: the empty table of this transaction into which the rows of a file are read. Nobody but the owner may make
-- temporary tables: they would be found before the real ones.
CREATE OR REPLACE FUNCTION contributions_open_taken_v1() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DROP TABLE IF EXISTS pg_temp.taken;
    CREATE TEMPORARY TABLE taken (row_no integer, reference text, received_on date, amount_fen bigint, bill_id bigint, order_code text,
        unit_no text, credit_code text, id_number text, insurance smallint, owed_period integer, payer_name text, payer_account text,
        area_code text, text text) ON COMMIT DROP;
    GRANT SELECT, INSERT, DELETE ON taken TO yigui_app;
END;
$$;

-- contributions_open_taken_v2: the same with all that is kept of a line: which way the money went, on which account, whether the reference is one, the
-- line's content, and what becomes of it. The release before goes on with the other.
CREATE OR REPLACE FUNCTION contributions_open_taken_v2() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DROP TABLE IF EXISTS pg_temp.taken;
    CREATE TEMPORARY TABLE taken (seq integer, row_no integer, reference text, received_on date, amount_fen bigint, bill_id bigint, order_code text,
        unit_no text, credit_code text, id_number text, insurance smallint, owed_period integer, payer_name text, payer_account text,
        area_code text, text text, account_no text, is_referenced boolean, is_debit boolean, payment_no text, reverses text, content uuid,
        cause text, sentence text, fate text DEFAULT '', nth integer DEFAULT 1, receipt_id bigint) ON COMMIT DROP;
    GRANT SELECT, INSERT, UPDATE ON taken TO yigui_app;
END;
$$;

-- contributions_open_taken_v3: the same with what tells lines without a reference apart. The release before goes on with the other.
CREATE OR REPLACE FUNCTION contributions_open_taken_v3() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM contributions_open_taken_v2();
    ALTER TABLE pg_temp.taken ADD COLUMN mark text NOT NULL DEFAULT '';
END;
$$;

-- contributions_close_taken_v1: looks at what has been read, so that the planner knows how much it is.
CREATE OR REPLACE FUNCTION contributions_close_taken_v1() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$ BEGIN ANALYZE pg_temp.taken; END; $$;

-- contributions_match_v1: shares the receipts of a file out over the open bills, as a set, in passes that loosen the key.
-- In each pass receipts and bills of one key lie end to end, oldest first, and where two ranges overlap there is an allocation:
-- exact, partial, several bills in one payment and several payments for one bill are all the same case. What is left over
-- stays unallocated, which is suspense (暂收款). Before them, credits (negative bills) are set off against bills of the same
-- payer, insurance and area. The receipts' files and the bills are locked, by number: who matches the same money or payer at once waits and sees
-- what is left.
-- Gives the number of allocations per pass.
CREATE OR REPLACE FUNCTION contributions_match_v1(p_receipts bigint[], p_file bigint, p_case bigint)
RETURNS TABLE (pass text, allocations bigint, fen bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET work_mem = '256MB' SET hash_mem_multiplier = 2 SET jit = off AS $$
#variable_conflict use_column
DECLARE
    the_warrant bigint := warrants_stamp_v1(3::smallint, 'contributions_allocation');
    step record;
BEGIN
    PERFORM contributions_receipts_of_file_v1(the_warrant, CASE WHEN p_file IS NULL THEN p_receipts
        ELSE p_receipts || ARRAY(SELECT id FROM contributions_receipt WHERE file_id = p_file LIMIT 1) END);
    -- Before what is left of them is read: whoever was first has written by then.
    PERFORM contributions_hold_receipts_v1(p_receipts || ARRAY(SELECT id FROM contributions_receipt WHERE file_id = p_file LIMIT 1));
    CREATE TEMPORARY TABLE money ON COMMIT DROP AS
    SELECT r.id, r.bill_id, coalesce(c.employer_id, r.employer_id, 0) AS employer_id,
        CASE WHEN c.employer_id IS NULL AND r.employer_id IS NULL THEN coalesce(c.person_id, r.person_id, 0) ELSE 0 END AS person_id,
        r.insurance, r.owed_period, r.received_on, o.bills AS order_bills, r.amount_fen - coalesce(a.fen, 0) AS left_fen
    FROM contributions_receipt r
    LEFT JOIN contributions_order o ON o.id = r.order_id
    LEFT JOIN contributions_claim c ON c.receipt_id = r.id
        AND NOT EXISTS (SELECT 1 FROM contributions_claim_undo x WHERE x.claim_id = c.id AND x.confirmed_by_id IS NOT NULL)
    LEFT JOIN (
        SELECT receipt_id, sum(amount_fen)::bigint AS fen FROM contributions_allocation
        WHERE receipt_id = ANY (p_receipts) GROUP BY receipt_id
    ) AS a ON a.receipt_id = r.id
    WHERE (p_file IS NOT NULL AND r.file_id = p_file) OR r.id = ANY (p_receipts);
    -- Bills a receipt names, itself or by its order; `turn`: which of those that name the same bill comes first. Each pass of `reference` gives a
    -- bill to one receipt, so that two payments of one bill in a file pay it once and the rest goes on.
    CREATE TEMPORARY TABLE named ON COMMIT DROP AS
    SELECT n.receipt_id, n.bill_id, row_number() OVER (PARTITION BY n.bill_id ORDER BY m.received_on, n.receipt_id)::integer AS turn
    FROM (
        SELECT id AS receipt_id, bill_id FROM money WHERE bill_id IS NOT NULL
        UNION
        SELECT m.id, (b.value ->> 0)::bigint FROM money m CROSS JOIN LATERAL jsonb_array_elements(m.order_bills) AS b (value)
        WHERE m.order_bills IS NOT NULL
    ) AS n JOIN money m ON m.id = n.receipt_id;
    ANALYZE money;
    CREATE TEMPORARY TABLE owed ON COMMIT DROP AS
    SELECT o.bill_id AS id, o.source_id, o.employer_id, o.person_id, o.insurance, o.area, o.start_period, o.due_on, o.kind, o.left_fen
    FROM contributions_open_bill o
    WHERE o.employer_id <> 0 AND o.employer_id IN (SELECT employer_id FROM money WHERE employer_id <> 0)
    ORDER BY o.bill_id FOR UPDATE OF o;
    INSERT INTO owed
    SELECT o.bill_id, o.source_id, o.employer_id, o.person_id, o.insurance, o.area, o.start_period, o.due_on, o.kind, o.left_fen
    FROM contributions_open_bill o
    WHERE o.employer_id = 0 AND o.person_id IN (SELECT person_id FROM money WHERE person_id <> 0)
    ORDER BY o.bill_id FOR UPDATE OF o;
    ANALYZE owed;
    -- Set off credits: negative bills against positive ones of the same payer, insurance and area. No money moves.
    CREATE TEMPORARY TABLE shared ON COMMIT DROP AS
    SELECT n.id AS receipt_id, p.id AS bill_id, p.source_id, n.source_id AS credit_source,
        least(n.range_end, p.range_end) - greatest(n.range_start, p.range_start) AS fen
    FROM (SELECT *, sum(-left_fen) OVER w - (-left_fen) AS range_start, sum(-left_fen) OVER w AS range_end
        FROM owed WHERE left_fen < 0 WINDOW w AS (PARTITION BY employer_id, person_id, insurance, area ORDER BY start_period, id)) AS n
    JOIN (SELECT *, sum(left_fen) OVER w - left_fen AS range_start, sum(left_fen) OVER w AS range_end
        FROM owed WHERE left_fen > 0 WINDOW w AS (PARTITION BY employer_id, person_id, insurance, area ORDER BY due_on, start_period, id)) AS p
    ON p.employer_id = n.employer_id AND p.person_id = n.person_id AND p.insurance = n.insurance AND p.area = n.area
       AND p.range_start < n.range_end AND n.range_start < p.range_end;
    IF EXISTS (SELECT 1 FROM shared) THEN
        INSERT INTO contributions_allocation (warrant_id, receipt_id, bill_id, bill_source_id, amount_fen, received_on, step, case_id)
        SELECT the_warrant, 0, s.bill_id, s.source_id, s.fen, (SELECT max(received_on) FROM money), 'offset', p_case FROM shared s
        UNION ALL
        SELECT the_warrant, 0, s.receipt_id, s.credit_source, -s.fen, (SELECT max(received_on) FROM money), 'offset', p_case FROM shared s;
        UPDATE owed SET left_fen = left_fen - s.fen FROM (SELECT bill_id, sum(fen) AS fen FROM shared GROUP BY 1) AS s WHERE s.bill_id = owed.id;
        UPDATE owed SET left_fen = left_fen + s.fen FROM (SELECT receipt_id, sum(fen) AS fen FROM shared GROUP BY 1) AS s WHERE s.receipt_id = owed.id;
        RETURN QUERY SELECT 'offset'::text, count(*), coalesce(sum(s.fen), 0)::bigint FROM shared s;
    END IF;
    -- Keys: of a receipt, of a bill, and which receipts take part. A receipt's own bills are those it names, itself or by its order.
    FOR step IN SELECT * FROM (
        SELECT 1 AS seq, t.turn, 'reference' AS name, ARRAY['id'] AS money_key, ARRAY['receipt_id'] AS bill_key,
            'm.bill_id IS NOT NULL OR m.order_bills IS NOT NULL' AS which
        FROM generate_series(1, (SELECT least(coalesce(max(turn), 0), 50) FROM named)) AS t (turn)
        UNION ALL VALUES
        (2, 0, 'period', ARRAY['employer_id', 'person_id', 'insurance', 'owed_period'], ARRAY['employer_id', 'person_id', 'insurance', 'start_period'],
            'm.insurance IS NOT NULL AND m.owed_period IS NOT NULL'),
        (3, 0, 'insurance', ARRAY['employer_id', 'person_id', 'insurance'], ARRAY['employer_id', 'person_id', 'insurance'], 'm.insurance IS NOT NULL'),
        (4, 0, 'payer', ARRAY['employer_id', 'person_id'], ARRAY['employer_id', 'person_id'], 'm.insurance IS NULL')
        ) AS s ORDER BY seq, turn
    LOOP
        DROP TABLE shared;
        EXECUTE format($pass$
            CREATE TEMPORARY TABLE shared ON COMMIT DROP AS
            SELECT m.id AS receipt_id, m.received_on, b.id AS bill_id, b.source_id,
                (least(m.range_end, b.range_end) - greatest(m.range_start, b.range_start))::bigint AS fen
            FROM (SELECT m.*, sum(left_fen) OVER w - left_fen AS range_start, sum(left_fen) OVER w AS range_end
                FROM money m WHERE left_fen > 0 AND employer_id + person_id <> 0 AND (%4$s)
                WINDOW w AS (PARTITION BY %1$s ORDER BY received_on, id)) AS m
            JOIN (SELECT b.*, sum(left_fen) OVER w - left_fen AS range_start, sum(left_fen) OVER w AS range_end
                FROM (SELECT * FROM owed %3$s) AS b WHERE left_fen > 0
                WINDOW w AS (PARTITION BY %2$s ORDER BY due_on, start_period, kind = 4, insurance, id)) AS b
            ON %5$s AND b.range_start < m.range_end AND m.range_start < b.range_end
            $pass$, array_to_string(step.money_key, ', '), array_to_string(step.bill_key, ', '),
            CASE step.name WHEN 'reference' THEN 'JOIN named ON named.bill_id = owed.id AND named.turn = ' || step.turn ELSE '' END, step.which,
            (SELECT string_agg(format('b.%I = m.%I', k.bill, k.money), ' AND ') FROM unnest(step.money_key, step.bill_key) AS k (money, bill)));
        IF NOT EXISTS (SELECT 1 FROM shared) THEN
            CONTINUE;
        END IF;
        INSERT INTO contributions_allocation (warrant_id, receipt_id, bill_id, bill_source_id, amount_fen, received_on, step, case_id)
        SELECT the_warrant, s.receipt_id, s.bill_id, s.source_id, s.fen, s.received_on, step.name, p_case FROM shared s;
        RETURN QUERY SELECT step.name::text, count(*), coalesce(sum(s.fen), 0)::bigint FROM shared s;
        UPDATE money SET left_fen = left_fen - s.fen FROM (SELECT receipt_id, sum(fen) AS fen FROM shared GROUP BY 1) AS s WHERE s.receipt_id = money.id;
        -- What the file paid in full needs no further pass.
        DELETE FROM money WHERE left_fen = 0;
        EXIT WHEN NOT EXISTS (SELECT 1 FROM money);
        UPDATE owed SET left_fen = left_fen - s.fen FROM (SELECT bill_id, sum(fen) AS fen FROM shared GROUP BY 1) AS s WHERE s.bill_id = owed.id;
    END LOOP;
    DROP TABLE shared, money, named, owed;
END;
$$;

-- contributions_credit_v1: entries of personal accounts for the bills that this warrant's allocations have just settled
-- (paid in full, or a credit used up). A bill is credited once: the key of accounts_entry sees to it. p_period: the month of the business day, YYYYMM;
-- but in a demonstration it has to be the database's own. Error: YG006.
CREATE OR REPLACE FUNCTION contributions_credit_v1(p_period integer) RETURNS TABLE (entries bigint, fen bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET work_mem = '512MB' SET hash_mem_multiplier = 2 SET jit = off AS $$
#variable_conflict use_column
DECLARE
    the_warrant bigint := warrants_stamp_v1(3::smallint, 'accounts_entry');
    here timestamp := clock_timestamp() AT TIME ZONE 'Asia/Shanghai';
    source bigint;
    added bigint;
    added_fen bigint;
BEGIN
    IF NOT identity_days_move_v1() AND (p_period::text IN (to_char(here - interval '5 minutes', 'YYYYMM'), to_char(here + interval '5 minutes', 'YYYYMM'))) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('记账月份 %s 不是数据库的当月，请核对服务器时间后重新办理。', p_period);
    END IF;
    CREATE TEMPORARY TABLE settled ON COMMIT DROP AS
    SELECT b.id, b.source_id, b.employer_id, b.person_id, b.area, b.insurance, b.kind, b.id AS credit_source
    FROM (SELECT DISTINCT bill_id, bill_source_id FROM contributions_allocation WHERE warrant_id = the_warrant AND bill_id > 0) AS t
    JOIN contributions_bill b ON b.id = t.bill_id AND b.source_id = t.bill_source_id
    WHERE b.account_fen <> 0 AND b.kind <> 9 AND NOT EXISTS (SELECT 1 FROM contributions_open_bill o WHERE o.bill_id = b.id);
    -- A bill that was paid, taken back (到账冲回) and is paid again is credited again, under the number of its turn.
    UPDATE settled SET credit_source = id + t.turns * 1000000000000000
    FROM (SELECT bill_id, count(DISTINCT warrant_id) AS turns FROM contributions_allocation WHERE step = 'reversal' AND bill_id > 0 GROUP BY 1) AS t
    WHERE t.bill_id = settled.id;
    ANALYZE settled;
    CREATE TEMPORARY TABLE merged ON COMMIT DROP AS SELECT id, kept FROM registry_merged_v1();
    entries := 0;
    fen := 0;
    FOR source IN SELECT DISTINCT source_id FROM settled LOOP
        EXECUTE format($credit$
            WITH booked AS (
                INSERT INTO accounts_entry (warrant_id, person_id, insurance, year, period, owed_period, kind, base_fen, amount_fen, source_id)
                SELECT %1$s, coalesce(k.kept, l.person_id), l.insurance, %2$s / 100, %2$s, l.owed_period,
                    CASE WHEN l.account_fen < 0 OR s.kind = 3 THEN 3 WHEN s.kind = 2 THEN 2 ELSE 1 END, l.base_fen, l.account_fen, s.credit_source
                FROM settled s JOIN contributions_line l
                    ON l.source_id = %3$s AND l.employer_id = s.employer_id AND l.insurance = s.insurance AND l.area = s.area
                    AND (s.person_id = 0 OR l.person_id = s.person_id)
                -- What was levied under a record that was merged since is credited to the kept one.
                LEFT JOIN merged k ON k.id = l.person_id
                WHERE s.source_id = %3$s AND l.account_fen <> 0
                -- In the order of the key: the index is then written from left to right instead of all over.
                ORDER BY 2, l.insurance
                RETURNING amount_fen
            )
            SELECT count(*), coalesce(sum(amount_fen), 0)::bigint FROM booked $credit$, the_warrant, p_period, source)
        INTO added, added_fen;
        entries := entries + added;
        fen := fen + added_fen;
    END LOOP;
    DROP TABLE settled, merged;
    RETURN NEXT;
END;
$$;

-- contributions_take_back_v1: what the bills have taken of a receipt is taken back under the open warrant of a run (冲回): it is owed again, and what was
-- credited to accounts for the bills that are no longer paid in full is taken out. Gives what is to be posted: [area that took it, area of insurance,
-- insurance, detail, fen, account part]. Error: YG010 the bills are not those of p_paid [[bill, fen]], as it was signed. Not granted.
CREATE OR REPLACE FUNCTION contributions_take_back_v1(p_warrant bigint, p_batch bigint, p_receipt bigint, p_period integer, p_paid jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- Who shares the receipt out at once waits here, or is waited for.
    PERFORM contributions_hold_receipts_v1(ARRAY[p_receipt]);
    PERFORM 1 FROM contributions_open_bill o WHERE o.bill_id IN (
        SELECT b.bill_id FROM contributions_open_bill b JOIN (
            SELECT DISTINCT x.employer_id, x.person_id FROM contributions_bill x
            WHERE x.id IN (SELECT bill_id FROM contributions_allocation WHERE receipt_id = p_receipt AND bill_id > 0)) AS payer
        ON b.employer_id = payer.employer_id AND (b.employer_id <> 0 OR b.person_id = payer.person_id)) ORDER BY o.bill_id FOR UPDATE;
    IF (SELECT coalesce(jsonb_agg(jsonb_build_array(p.bill_id, p.fen) ORDER BY p.bill_id), '[]') FROM (
            SELECT bill_id, sum(amount_fen)::bigint AS fen FROM contributions_allocation WHERE receipt_id = p_receipt AND bill_id > 0
            GROUP BY bill_id HAVING sum(amount_fen) <> 0) AS p) IS DISTINCT FROM p_paid THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = format('原到账自审批后有变动，请作废第 %s 号批次后重新申请。', p_batch);
    END IF;
    -- Accounts first: the bills that are settled now, and will not be. What was credited for a bill is taken out under a number of the bill and turn.
    INSERT INTO accounts_entry (warrant_id, person_id, insurance, year, period, owed_period, kind, base_fen, amount_fen, source_id)
    SELECT p_warrant, coalesce(k.kept, e.person_id), e.insurance, n.period / 100, n.period, e.owed_period, CASE WHEN sum(e.amount_fen) > 0 THEN 12 ELSE 3 END,
        -sum(e.base_fen), -sum(e.amount_fen), b.id + (t.turns + 1) * 1000000000000000
    FROM (SELECT bill_id FROM contributions_allocation WHERE receipt_id = p_receipt AND bill_id > 0 GROUP BY 1 HAVING sum(amount_fen) <> 0) AS a
    JOIN contributions_bill b ON b.id = a.bill_id
    CROSS JOIN LATERAL (SELECT count(DISTINCT x.warrant_id) AS turns FROM contributions_allocation x WHERE x.bill_id = b.id AND x.step = 'reversal') AS t
    CROSS JOIN (SELECT p_period) AS n (period)
    JOIN contributions_line l ON l.source_id = b.source_id AND l.employer_id = b.employer_id AND l.insurance = b.insurance AND l.area = b.area
        AND (b.person_id = 0 OR l.person_id = b.person_id) AND l.account_fen <> 0
    LEFT JOIN registry_merged_v1() AS k ON k.id = l.person_id
    JOIN accounts_entry e ON e.person_id IN (l.person_id, k.kept) AND e.insurance = l.insurance AND e.owed_period = l.owed_period
        AND e.source_id IN (SELECT b.id + g.k * 1000000000000000 FROM generate_series(0, t.turns) AS g (k))
    WHERE b.account_fen <> 0 AND NOT EXISTS (SELECT 1 FROM contributions_open_bill o WHERE o.bill_id = b.id)
    GROUP BY coalesce(k.kept, e.person_id), e.insurance, n.period, e.owed_period, b.id, t.turns HAVING sum(e.amount_fen) <> 0;
    -- Day by day as it was paid, so that no day counts as late for money that is not there.
    INSERT INTO contributions_allocation (warrant_id, receipt_id, bill_id, bill_source_id, amount_fen, received_on, step)
    SELECT p_warrant, p_receipt, bill_id, bill_source_id, -sum(amount_fen), received_on, 'reversal' FROM contributions_allocation
    WHERE receipt_id = p_receipt AND bill_id > 0 GROUP BY bill_id, bill_source_id, received_on HAVING sum(amount_fen) <> 0 ORDER BY bill_id;
    RETURN (SELECT coalesce(jsonb_agg(jsonb_build_array(s.taken_area, s.area, s.insurance, s.detail, s.fen, s.account_fen)), '[]') FROM (
        SELECT taken_area, area, insurance, detail, -sum(fen)::bigint AS fen, -sum(account_fen)::bigint AS account_fen
        FROM contributions_posting_sums_v1(p_warrant) GROUP BY 1, 2, 3, 4) AS s);
END;
$$;
REVOKE ALL ON FUNCTION contributions_take_back_v1 FROM PUBLIC;

-- contributions_books_taken_back_v1: what remains to be posted of parts (`contributions_take_back_v1`), by event and book. Not granted.
CREATE OR REPLACE FUNCTION contributions_books_taken_back_v1(p_parts jsonb) RETURNS TABLE (event text, area text, fund text, fen bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.event, e.area, e.fund, sum(e.fen)::bigint FROM (
        SELECT CASE WHEN p.part ->> 0 = p.part ->> 1 THEN 'contribution_reversed' ELSE 'collected_by_other_area_reversed' END AS event,
            p.part ->> 1 AS area, coalesce(ledger_fund_v1((p.part ->> 2)::integer), 'employee_pension') AS fund, (p.part ->> 4)::bigint AS fen
        FROM jsonb_array_elements(p_parts) AS p (part)
        UNION ALL
        SELECT 'collected_for_other_area_reversed', p.part ->> 0, ledger_fund_v1((p.part ->> 2)::integer), (p.part ->> 4)::bigint
        FROM jsonb_array_elements(p_parts) AS p (part) WHERE p.part ->> 0 <> p.part ->> 1) AS e
    GROUP BY 1, 2, 3
$$;
REVOKE ALL ON FUNCTION contributions_books_taken_back_v1 FROM PUBLIC;

-- contributions_execute_receipt_reversal_v1: undoes a receipt that the bank has taken back (到账冲回), as it was signed: what its bills have taken is taken back
-- (`contributions_take_back_v1`), and nothing is left of the receipt. Under the open class-1 warrant of this very run. Params: the batch and nothing else.
-- Gives what is to be posted: [area that took it, area of insurance, insurance, detail, fen, account part]. Errors: YG001, YG002; YG010 the receipt is no longer as it was signed.
CREATE OR REPLACE FUNCTION contributions_execute_receipt_reversal_v1(p_batch bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_warrant bigint := runs_own_warrant_v1(p_batch, 1::smallint, 'contributions_allocation');
    of_run runs_batch%ROWTYPE;
    r contributions_receipt%ROWTYPE;
    left_fen bigint;
    parts jsonb;
BEGIN
    SELECT * INTO of_run FROM runs_batch WHERE id = p_batch AND kind = 'receipt-reversal';
    SELECT x.* INTO r FROM contributions_receipt_line l JOIN contributions_receipt x ON x.id = l.receipt_id
    WHERE l.id = (of_run.summary ->> 'line')::bigint AND l.cause = 'reversal' AND l.is_debit AND l.amount_fen = x.amount_fen
        AND x.id = (of_run.summary ->> 'receipt')::bigint AND x.amount_fen = of_run.total_fen;
    PERFORM contributions_hold_receipts_v1(ARRAY[r.id]);
    IF r.id IS NULL OR EXISTS (SELECT 1 FROM contributions_allocation WHERE receipt_id = r.id AND bill_id = 0) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = format('原到账自审批后有变动，请作废第 %s 号批次后重新申请。', p_batch);
    END IF;
    PERFORM contributions_no_ticket_v1(r.id);
    parts := contributions_take_back_v1(the_warrant, p_batch, r.id, of_run.period, of_run.summary -> 'paid');
    left_fen := r.amount_fen - (SELECT coalesce(sum((p.part ->> 4)::bigint), 0) FROM jsonb_array_elements(parts) AS p (part));
    IF left_fen > 0 THEN
        parts := parts || jsonb_build_array(jsonb_build_array(r.area_code, r.area_code, r.insurance,
            CASE WHEN r.employer_id IS NULL AND r.person_id IS NULL THEN 'unidentified' ELSE 'overpaid' END, left_fen, 0));
    END IF;
    INSERT INTO contributions_allocation (warrant_id, receipt_id, bill_id, bill_source_id, amount_fen, received_on, step)
    VALUES (the_warrant, r.id, 0, 0, r.amount_fen, (of_run.summary ->> 'reversed_on')::date, 'reversal');
    PERFORM runs_written_v1(p_batch, 1, r.amount_fen, 0, 0, (SELECT jsonb_agg(to_jsonb(b)) FROM contributions_books_taken_back_v1(parts) AS b));
    RETURN parts;
END;
$$;

-- contributions_execute_claim_reversal_v1: undoes a claim that was wrong and whose money bills have taken (认领收回), as it was signed: what the bills have taken of the
-- receipt is taken back (`contributions_take_back_v1`) and lies in suspense again, and the claim is undone by who asked and who approved. What was
-- refunded stays gone. Under the open class-1 warrant of this very run. Params: the batch and nothing else. Gives what is to be posted, as above. Errors:
-- YG001, YG002; YG010 the receipt or its claim is no longer as it was signed.
CREATE OR REPLACE FUNCTION contributions_execute_claim_reversal_v1(p_batch bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_warrant bigint := runs_own_warrant_v1(p_batch, 1::smallint, 'contributions_allocation');
    of_run runs_batch%ROWTYPE;
    r contributions_receipt%ROWTYPE;
    the_claim bigint;
    parts jsonb;
BEGIN
    SELECT * INTO of_run FROM runs_batch WHERE id = p_batch AND kind = 'claim-reversal';
    SELECT x.* INTO r FROM contributions_receipt x WHERE x.id = (of_run.summary ->> 'receipt')::bigint AND x.employer_id IS NULL AND x.person_id IS NULL;
    PERFORM contributions_hold_receipts_v1(ARRAY[r.id]);
    SELECT c.id INTO the_claim FROM contributions_claim c WHERE c.id = (of_run.summary ->> 'claim')::bigint AND c.receipt_id = r.id
        AND NOT EXISTS (SELECT 1 FROM contributions_claim_undo u WHERE u.claim_id = c.id AND u.confirmed_by_id IS NOT NULL);
    IF the_claim IS NULL OR EXISTS (SELECT 1 FROM contributions_allocation WHERE receipt_id = r.id AND bill_id > 0 AND step = 'refund') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = format('该认领自审批后已撤销或已退费，请作废第 %s 号批次后核对。', p_batch);
    END IF;
    PERFORM contributions_no_ticket_v1(r.id);
    parts := contributions_take_back_v1(the_warrant, p_batch, r.id, of_run.period, of_run.summary -> 'paid');
    INSERT INTO contributions_claim_undo (claim_id, reason, asked_by_id, asked_at, confirmed_by_id, confirmed_at)
    VALUES (the_claim, of_run.summary ->> 'reason', of_run.prepared_by_id, of_run.created_at, of_run.approved_by_id, clock_timestamp())
    ON CONFLICT (claim_id) DO UPDATE SET confirmed_by_id = excluded.confirmed_by_id, confirmed_at = excluded.confirmed_at;
    PERFORM runs_written_v1(p_batch, 1, of_run.total_fen, 0, 0, (SELECT jsonb_agg(to_jsonb(b)) FROM (
        SELECT * FROM contributions_books_taken_back_v1(parts)
        UNION ALL
        SELECT 'contribution_received', r.area_code, coalesce(ledger_fund_v1(r.insurance), 'employee_pension'), of_run.total_fen) AS b));
    RETURN parts;
END;
$$;

-- contributions_posting_sums_v1: what this warrant's allocations come to per collecting area, channel, area of insurance,
-- insurance and detail: what the vouchers are made from. The account part of an allocation is that of the bill by share, taken
-- on the running sum, so that it comes out whole when the bill is paid.
CREATE OR REPLACE FUNCTION contributions_posting_sums_v1(p_warrant bigint)
RETURNS TABLE (taken_area text, source text, area text, insurance smallint, detail text, received_on date, fen bigint, account_fen bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB' SET jit = off AS $$
    WITH touched AS MATERIALIZED (
        SELECT DISTINCT bill_id FROM contributions_allocation WHERE warrant_id = p_warrant AND bill_id > 0
    ),
    runs AS (
        SELECT a.*, sum(a.amount_fen) OVER (PARTITION BY a.bill_id ORDER BY a.id) AS upto
        FROM contributions_allocation a WHERE a.bill_id IN (SELECT bill_id FROM touched)
    )
    SELECT r.area_code, f.source, b.area::text, b.insurance,
        CASE WHEN b.kind = 4 THEN 'surcharge' WHEN b.kind IN (2, 3, 5) THEN 'back' WHEN b.start_period > b.period THEN 'prepaid'
             WHEN a.received_on > b.due_on
                AND a.received_on > contributions_due_on_v1(b.employer_id, b.insurance, b.start_period, b.due_on) THEN 'arrears' ELSE 'current' END,
        a.received_on, sum(a.amount_fen)::bigint,
        sum(div(a.upto * b.account_fen, b.total_fen) - div((a.upto - a.amount_fen) * b.account_fen, b.total_fen))::bigint
    FROM runs a
    JOIN contributions_receipt r ON r.id = a.receipt_id
    JOIN contributions_receipt_file f ON f.id = r.file_id
    JOIN contributions_bill b ON b.id = a.bill_id AND b.source_id = a.bill_source_id
    WHERE a.warrant_id = p_warrant
    GROUP BY 1, 2, 3, 4, 5, 6
    ORDER BY 1, 2, 3, 4, 5, 6
$$;

-- contributions_voucher_ground_v1: an electronic receipt (电子票据) says what a receipt of money has paid: the document, the receipt's own row and the sum of
-- what it was allocated to bills belong together when the transaction ends, and the paper says number, payer, day, bank's number and sum of them
-- (`electronic_receipts.py` writes the head in this order). A case issues a notice of the same kind under its own warrant, by the guards of cases. Error: YG006.
CREATE OR REPLACE FUNCTION contributions_voucher_ground_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    facts jsonb := NEW.content -> 'facts';
BEGIN
    IF warrants_by_application_v1() AND NOT warrants_is_case_open_v1(NEW.case_no) AND NOT EXISTS (
        SELECT 1 FROM contributions_electronic_receipt e
        JOIN contributions_receipt r ON r.id = e.receipt_id
        CROSS JOIN LATERAL (
            SELECT b.employer_id, b.person_id FROM contributions_allocation a JOIN contributions_bill b ON b.id = a.bill_id AND b.source_id = a.bill_source_id
            WHERE a.receipt_id = e.receipt_id AND a.bill_id > 0 ORDER BY a.id LIMIT 1) AS paid
        LEFT JOIN registry_employer u ON u.id = paid.employer_id
        LEFT JOIN registry_person p ON p.id = paid.person_id
        WHERE e.document_code = NEW.code AND e.number = NEW.case_no AND e.amount_fen = (
                SELECT sum(a.amount_fen) FROM contributions_allocation a WHERE a.receipt_id = e.receipt_id AND a.bill_id > 0)
          AND NEW.holder = coalesce(u.name, p.name, r.payer_name) AND NEW.is_holder_person = (u.id IS NULL AND p.id IS NOT NULL)
          AND facts -> 0 = jsonb_build_array('票据号', e.number) AND facts -> 1 = jsonb_build_array('缴费人', NEW.holder)
          AND facts -> 2 = jsonb_build_array('到账日期', to_char(r.received_on, 'YYYY-MM-DD')) AND facts -> 3 = jsonb_build_array('到账流水号', r.reference)
          AND facts -> 4 = jsonb_build_array('金额合计（元）', to_char(e.amount_fen / 100.0, 'FM999,999,999,999,990.00'))) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = 'documents_issued',
            MESSAGE = format('票据 %s 没有对应的到账和分配，或缴费人、金额与其不符，不能出具。', NEW.case_no);
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION contributions_voucher_ground_v1 FROM PUBLIC;
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 'voucher_ground' AND tgrelid = 'documents_issued'::regclass) THEN
        CREATE CONSTRAINT TRIGGER voucher_ground AFTER INSERT ON documents_issued DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW WHEN (NEW.kind = 'payment_voucher') EXECUTE FUNCTION contributions_voucher_ground_v1();
    END IF;
END;
$$;

-- contributions_no_ticket_v1: money is not taken back from bills while an electronic receipt says that it paid them: the ticket is voided before. Locks the
-- receipt's file first, as issuing a ticket does, so that of the two at once one waits for the other. Not granted. Error: YG010.
CREATE OR REPLACE FUNCTION contributions_no_ticket_v1(p_receipt bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    ticket text;
BEGIN
    PERFORM contributions_hold_receipts_v1(ARRAY[p_receipt]);
    SELECT e.number INTO ticket FROM contributions_electronic_receipt e WHERE e.receipt_id = p_receipt AND e.voided_at IS NULL LIMIT 1;
    IF ticket IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', TABLE = 'contributions_electronic_receipt',
            MESSAGE = format('该笔到账已开具电子票据 %s，款项不能收回或冲回；请先在到账页作废该票据，再执行本批次。', ticket);
    END IF;
END;
$$;
REVOKE ALL ON FUNCTION contributions_no_ticket_v1 FROM PUBLIC;

-- contributions_ticket_free_v1: no electronic receipt is issued for money whose undoing or taking back waits for its check, approval or execution. Binds everybody.
-- Error: YG006.
CREATE OR REPLACE FUNCTION contributions_ticket_free_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    of_run record;
BEGIN
    PERFORM contributions_hold_receipts_v1(ARRAY[NEW.receipt_id]);
    SELECT b.id, CASE b.kind WHEN 'claim-reversal' THEN '认领收回' ELSE '到账冲回' END AS name INTO of_run FROM runs_batch b
    WHERE b.kind IN ('claim-reversal', 'receipt-reversal') AND b.status IN ('prepared', 'approved')
        AND (b.summary ->> 'receipt')::bigint = NEW.receipt_id LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME, MESSAGE = format(
            '该笔到账正在办理%s（第 %s 号批次），不能开具电子票据；款项确应保留的，先作废该批次再开具。', of_run.name, of_run.id);
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION contributions_ticket_free_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER ticket_free BEFORE INSERT ON contributions_electronic_receipt
    FOR EACH ROW EXECUTE FUNCTION contributions_ticket_free_v1();

-- contributions_ticket_hand_v1: an electronic receipt is issued and voided by a cashier or an accountant at work whom the database has seen in this transaction
-- and whose agency answers for the area the money came in at. Binds the application. Errors: YG009 nobody is there, YG005 somebody else's work.
CREATE OR REPLACE FUNCTION contributions_ticket_hand_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_officer_v1();
    place text := (SELECT area_code FROM contributions_receipt WHERE id = NEW.receipt_id);
BEGIN
    IF NOT warrants_by_application_v1() THEN
        RETURN NEW;
    END IF;
    IF who IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', TABLE = TG_TABLE_NAME,
            MESSAGE = '电子票据须由经数据库核验的出纳或会计本人开具和作废，请重新登录后再办理。';
    END IF;
    IF runs_has_post_v1(who, ARRAY['cashier', 'accountant'], place) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', TABLE = TG_TABLE_NAME,
            MESSAGE = format('收款地区 %s 的电子票据由该地区或其市级经办机构的出纳、会计开具和作废。', place);
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION contributions_ticket_hand_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER under_hand BEFORE INSERT OR UPDATE ON contributions_electronic_receipt
    FOR EACH ROW EXECUTE FUNCTION contributions_ticket_hand_v1();

-- contributions_file_hand_v1: a file of money that arrived is brought in by a cashier or an accountant at work whom the database has seen in this
-- transaction and whose agency answers for the area, or by the program of the partner it comes from, with a key that counts. Only a
-- demonstration pays by card with nobody there. Binds the application. Errors: YG009 nobody is there, YG005 somebody else's work.
CREATE OR REPLACE FUNCTION contributions_file_hand_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_who_v1();
BEGIN
    IF NOT warrants_by_application_v1() OR (who IS NULL AND NEW.source = 'card' AND identity_days_move_v1()) THEN
        RETURN NEW;
    END IF;
    IF who IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', TABLE = 'contributions_receipt_file',
            MESSAGE = '到账文件须由经数据库核验的出纳、会计本人导入，或由协作单位的程序凭其接口凭证报送，请重新登录后再办理。';
    END IF;
    IF NOT runs_has_post_v1(identity_officer_v1(), ARRAY['cashier', 'accountant'], NEW.area_code)
       AND NOT exchange_program_now_v1(ARRAY[NEW.partner::text]) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', TABLE = 'contributions_receipt_file', MESSAGE = format(
            '收款地区 %s 的到账文件由该地区或其市级经办机构的出纳、会计导入，或由来文单位（%s）凭自己的接口凭证报送。', NEW.area_code, NEW.partner);
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION contributions_file_hand_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER under_hand BEFORE INSERT ON contributions_receipt_file FOR EACH ROW EXECUTE FUNCTION contributions_file_hand_v1();

-- contributions_file_of_lines_v1: at the end of its transaction every line of a file stands somewhere, as the file's own counts say, and its receipts come
-- to its sum: no file without lines, none with lines or money that nobody has written. Binds the application; of files of releases that kept no lines, verification speaks. Error: YG006.
CREATE OR REPLACE FUNCTION contributions_file_of_lines_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM exchange_counts_stand_v1(TG_TABLE_NAME,
        ARRAY[NEW.row_count, NEW.debit_count, NEW.known_count, NEW.rejected_count, NEW.waiting_count, NEW.total_fen, (NEW.lines_in > 0)::integer]::bigint[],
        ARRAY[
            (SELECT count(*) FROM contributions_receipt WHERE file_id = NEW.id AND seq > 0),
            (SELECT count(*) FROM ledger_bank_line WHERE file_id = NEW.id AND seq > 0),
            (SELECT count(*) FROM contributions_receipt_line WHERE file_id = NEW.id AND fate = 'known'),
            (SELECT count(*) FROM contributions_receipt_line WHERE file_id = NEW.id AND fate = 'rejected'),
            (SELECT count(*) FROM contributions_receipt_line WHERE file_id = NEW.id AND fate = 'waiting'),
            (SELECT coalesce(sum(amount_fen), 0) FROM contributions_receipt WHERE file_id = NEW.id), 1]::bigint[],
        format('到账文件“%s”登记的行数（共 %s 行）或金额（%s 元）与实际写入的行不符', NEW.file_name, NEW.lines_in,
            to_char(NEW.total_fen / 100.0, 'FM999999999999990.00')));
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION contributions_file_of_lines_v1 FROM PUBLIC;
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 'of_lines' AND tgrelid = 'contributions_receipt_file'::regclass) THEN
        CREATE CONSTRAINT TRIGGER of_lines AFTER INSERT ON contributions_receipt_file DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION contributions_file_of_lines_v1();
    END IF;
END;
$$;

-- contributions_line_of_file_v1: receipts, lines set aside, statements and their lines are written with their file, in the transaction that reads it: to
-- one that was read before nothing is added, nor ever more than its counts say, also once they were asked (`of_lines`, which may be asked early).
-- Error: YG006.
CREATE OR REPLACE FUNCTION contributions_line_of_file_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    late bigint := (SELECT min(n.file_id) FROM (SELECT DISTINCT file_id FROM written) AS n WHERE NOT EXISTS (
        SELECT 1 FROM contributions_receipt_file f WHERE f.id = n.file_id AND warrants_own_row_v1(f.xmin)));
    over bigint;
BEGIN
    IF warrants_by_application_v1() AND late IS NULL AND TG_TABLE_NAME <> 'contributions_bank_statement' THEN
        SELECT f.id INTO over FROM contributions_receipt_file f WHERE f.id IN (SELECT file_id FROM written) AND CASE TG_TABLE_NAME
            WHEN 'contributions_receipt' THEN (SELECT count(*) FROM contributions_receipt r WHERE r.file_id = f.id) > f.row_count
            WHEN 'ledger_bank_line' THEN (SELECT count(*) FROM ledger_bank_line b WHERE b.file_id = f.id) > f.debit_count
            ELSE (SELECT count(*) FROM contributions_receipt_line l WHERE l.file_id = f.id) > f.known_count + f.rejected_count + f.waiting_count END
        LIMIT 1;
        IF over IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME,
                MESSAGE = format('第 %s 号到账文件写入的行多于其登记的行数，未作任何改动；请重新导入文件。', over);
        END IF;
    END IF;
    IF warrants_by_application_v1() AND late IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME,
            MESSAGE = format('到账、待核的行和银行流水只随其文件一并写入；第 %s 号文件不是本次读入的，请重新导入文件。', late);
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION contributions_line_of_file_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER of_file AFTER INSERT ON ledger_bank_line REFERENCING NEW TABLE AS written FOR EACH STATEMENT
    EXECUTE FUNCTION contributions_line_of_file_v1();
CREATE OR REPLACE TRIGGER of_file AFTER INSERT ON contributions_receipt REFERENCING NEW TABLE AS written FOR EACH STATEMENT
    EXECUTE FUNCTION contributions_line_of_file_v1();
CREATE OR REPLACE TRIGGER of_file AFTER INSERT ON contributions_receipt_line REFERENCING NEW TABLE AS written FOR EACH STATEMENT
    EXECUTE FUNCTION contributions_line_of_file_v1();
CREATE OR REPLACE TRIGGER of_file AFTER INSERT ON contributions_bank_statement REFERENCING NEW TABLE AS written FOR EACH STATEMENT
    EXECUTE FUNCTION contributions_line_of_file_v1();
