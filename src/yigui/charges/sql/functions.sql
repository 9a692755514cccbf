-- Charges: guards of orders and allocations. Errors: YG001/YG002 no warrant, YG003 append only, YG006 wrong move.
SELECT registry_bind_rows_v1('contributions_deferral', 'SELECT NULL::bigint, employer_id FROM new_rows');
SELECT warrants_guard_set_v1('contributions_allocation', 3::smallint);

-- An order is paid once, by a receipt of its number and amount; a paid or cancelled one stays as it is.
CREATE OR REPLACE FUNCTION contributions_order_guard_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.status <> 'open' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '缴费通知已缴费或已撤销，不能修改。';
    END IF;
    IF (NEW.id, NEW.employer_id, NEW.person_id, NEW.case_id, NEW.case_no, NEW.amount_fen, NEW.bills, NEW.code, NEW.pay_channel, NEW.valid_until, NEW.created_at)
       IS DISTINCT FROM
       (OLD.id, OLD.employer_id, OLD.person_id, OLD.case_id, OLD.case_no, OLD.amount_fen, OLD.bills, OLD.code, OLD.pay_channel, OLD.valid_until, OLD.created_at) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '缴费通知的内容不能修改。';
    END IF;
    IF NEW.status = 'paid' AND NOT EXISTS (
        SELECT 1 FROM contributions_receipt r WHERE r.id = NEW.paid_receipt_id AND r.order_id = NEW.id AND r.amount_fen = NEW.amount_fen) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '缴费通知没有对应的到账记录，或金额不符。';
    END IF;
    RETURN NEW;
END;
$$;
CREATE OR REPLACE TRIGGER contributions_order_guard BEFORE UPDATE OR DELETE ON contributions_order
    FOR EACH ROW EXECUTE FUNCTION contributions_order_guard_v1();

-- contributions_order_hand_v1: an order is made, and one that nobody has paid is cancelled, by a case that is being finished (its warrant is open), for
-- whom that case is about: over bills of that payer's own, each once, of each no more than is left of it (or than a lower base takes off), and for their sum. Binds the application.
-- Errors: YG001 no case, YG006.
CREATE OR REPLACE FUNCTION contributions_order_hand_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    of_case casework_case;
BEGIN
    -- An opening load (初始化) brings its own; only the owner opens one.
    IF NOT warrants_by_application_v1() OR TG_OP = 'UPDATE' AND NEW.status <> 'cancelled' OR EXISTS (
        SELECT 1 FROM warrants_warrant w
        WHERE w.xid = (pg_current_xact_id_if_assigned()::text)::bigint AND w.issued_at = transaction_timestamp() AND w.kind = 'opening') THEN
        RETURN NEW;
    END IF;
    SELECT c.* INTO of_case FROM warrants_warrant w JOIN casework_case c ON c.id = w.subject_id
    WHERE w.xid = (pg_current_xact_id_if_assigned()::text)::bigint AND w.issued_at = transaction_timestamp() AND w.kind = 'case'
        AND (NEW.person_id = c.person_id OR NEW.employer_id = c.employer_id OR NEW.employer_id = ANY (w.employers));
    IF of_case.id IS NULL OR TG_OP = 'INSERT' AND (NEW.case_id, NEW.case_no) IS DISTINCT FROM (of_case.id, of_case.case_no::text) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG001', TABLE = TG_TABLE_NAME,
            MESSAGE = '缴费通知只随缴费人本人（本单位）的办件产生或撤销，没有这样的办件。';
    END IF;
    IF TG_OP = 'INSERT' AND (NEW.status = 'open' AND NEW.paid_receipt_id IS NULL AND num_nonnulls(NEW.employer_id, NEW.person_id) = 1
        AND NEW.amount_fen = (SELECT sum((b ->> 1)::bigint) FROM jsonb_array_elements(NEW.bills) AS b)
        AND NOT EXISTS (SELECT 1 FROM jsonb_array_elements(NEW.bills) AS b GROUP BY b ->> 0 HAVING count(*) > 1)
        AND NOT EXISTS (
            SELECT 1 FROM jsonb_array_elements(NEW.bills) AS b LEFT JOIN contributions_bill i ON i.id = (b ->> 0)::bigint
            LEFT JOIN contributions_open_bill o ON o.bill_id = i.id AND o.source_id = i.source_id
            -- A bill of less than nothing (a lower base) takes off what it says.
            WHERE (((b ->> 1)::bigint BETWEEN 1 AND o.left_fen OR (b ->> 1)::bigint BETWEEN i.total_fen AND -1)
                AND CASE WHEN NEW.employer_id IS NOT NULL THEN i.employer_id = NEW.employer_id ELSE i.employer_id = 0 AND i.person_id = NEW.person_id END)
                IS NOT TRUE)) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME,
            MESSAGE = '缴费通知只列缴费人自己未结清的缴费单，每张一次、不超过未缴金额，应缴金额为其合计。';
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION contributions_order_hand_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER under_hand BEFORE INSERT OR UPDATE OF status ON contributions_order
    FOR EACH ROW EXECUTE FUNCTION contributions_order_hand_v1();

-- The day a bill is really due: its own, or the end of an approved deferral (延缴) of that month.
CREATE OR REPLACE FUNCTION contributions_due_on_v1(p_employer bigint, p_insurance smallint, p_period integer, p_due date) RETURNS date
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT greatest(p_due, (SELECT max(due_on) FROM contributions_deferral d
        WHERE d.employer_id = p_employer AND d.insurance = p_insurance AND p_period BETWEEN d.start_period AND d.end_period))
$$;

-- What is allocated is no longer open. Nothing can be allocated to a bill beyond what is left of it, nor to one that is settled. What a reversal takes
-- back (到账冲回) is owed again; only the batch that undoes a receipt may write such rows.
CREATE OR REPLACE FUNCTION contributions_allocated_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB' SET hash_mem_multiplier = 2 SET jit = off
SET enable_nestloop = on AS $$
DECLARE
    settled bigint;
BEGIN
    IF EXISTS (SELECT 1 FROM new_rows WHERE step = 'reversal') THEN
        IF NOT EXISTS (SELECT 1 FROM warrants_warrant w WHERE w.xid = (pg_current_xact_id_if_assigned()::text)::bigint
            AND w.issued_at = transaction_timestamp() AND w.kind = 'run') OR EXISTS (SELECT 1 FROM new_rows WHERE step <> 'reversal') THEN
            RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = 'contributions_allocation', MESSAGE = '到账只能由冲回批次冲回。';
        END IF;
        INSERT INTO contributions_open_bill (bill_id, source_id, employer_id, person_id, area, insurance, kind, start_period, due_on, total_fen, left_fen)
        SELECT b.id, b.source_id, b.employer_id, b.person_id, b.area, b.insurance, b.kind, b.start_period, b.due_on, b.total_fen, n.fen
        FROM (SELECT bill_id, -sum(amount_fen)::bigint AS fen FROM new_rows WHERE bill_id > 0 GROUP BY bill_id) AS n
        JOIN contributions_bill b ON b.id = n.bill_id
        ON CONFLICT (bill_id) DO UPDATE SET left_fen = contributions_open_bill.left_fen + excluded.left_fen;
        RETURN NULL;
    END IF;
    -- The planner takes new rows for few. One payment is looked up by its number; the payments of a month are joined as a set.
    IF (SELECT count(*) FROM (SELECT 1 FROM new_rows LIMIT 1000) AS first_rows) = 1000 THEN
        PERFORM set_config('enable_nestloop', 'off', true);
    END IF;
    EXECUTE $allocated$
    WITH spent AS MATERIALIZED (
        SELECT bill_id, sum(amount_fen)::bigint AS fen FROM new_rows WHERE bill_id > 0 AND step <> 'refund' GROUP BY bill_id
    ),
    gone AS (
        DELETE FROM contributions_open_bill o USING spent s WHERE o.bill_id = s.bill_id AND o.left_fen = s.fen RETURNING o.bill_id
    ),
    smaller AS (
        UPDATE contributions_open_bill o SET left_fen = o.left_fen - s.fen FROM spent s
        WHERE o.bill_id = s.bill_id AND o.left_fen <> s.fen RETURNING o.bill_id
    )
    SELECT s.bill_id FROM spent s
    LEFT JOIN (SELECT bill_id FROM gone UNION ALL SELECT bill_id FROM smaller) AS found ON found.bill_id = s.bill_id
    WHERE found.bill_id IS NULL LIMIT 1
    $allocated$ INTO settled;
    IF settled IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('缴费单 %s 已结清，不能再分配到账。', settled);
    END IF;
    RETURN NULL;
END;
$$;
CREATE OR REPLACE TRIGGER allocated AFTER INSERT ON contributions_allocation REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION contributions_allocated_v1();
