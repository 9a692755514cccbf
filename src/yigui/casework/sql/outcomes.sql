-- What was examined is what is written (核定结果随签). With every signature under a case that moves money or sets a benefit goes what it would write: the
-- effects are rehearsed and undone, and their lines stay with the signature. What the warrant then really writes must be the same, to the fen.
-- Errors: YG005 not under review, YG006 wrong moment, YG010 not what was signed.

-- casework_moves_money_v1: whether cases of an item write benefits, accounts' entries or refunds: tables whose lines are signed.
CREATE OR REPLACE FUNCTION casework_moves_money_v1(p_item text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM warrants_scope WHERE kind = 'case' AND code = p_item AND table_name IN (
            'benefits_benefit', 'benefits_award', 'benefits_amount', 'benefits_recovery', 'benefits_recovery_return', 'benefits_reissue', 'accounts_entry',
            'contributions_allocation', 'contributions_refund', 'contributions_refund_due'))
$$;

-- casework_rehearse_v1: a warrant under which the effects of a case under review can be tried in a transaction that is undone: it bears no signature,
-- so that nothing under it is finished or committed (`casework_warrant_ends_v1`). NULL for a case whose lines are not signed.
CREATE OR REPLACE FUNCTION casework_rehearse_v1(p_case bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c casework_case%ROWTYPE;
    s record;
BEGIN
    SELECT * INTO c FROM casework_case WHERE id = p_case;
    IF c.risk_class = 3 OR NOT casework_moves_money_v1(c.item_code) THEN
        RETURN NULL;
    END IF;
    IF c.id IS NULL OR c.status <> 'open' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = format('办件 %s 不在办理中，不能试算。', c.case_no);
    END IF;
    SELECT persons, employers INTO s FROM casework_subjects_v1(c);
    RETURN warrants_issue_v1('case', c.id, c.case_no, c.item_code, c.risk_class, c.area_id, 0, '{}', '{}', '{}', s.persons, s.employers);
END;
$$;

-- casework_written_v1: what has been written under the warrant of a case, as it is signed: [[table, rows, fen, digest]]. Rows are named by whom they
-- belong to, not by numbers that another attempt would have drawn anew.
CREATE OR REPLACE FUNCTION casework_written_v1(p_warrant bigint) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH w AS MATERIALIZED (SELECT id, subject_id, persons FROM warrants_warrant WHERE id = p_warrant AND kind = 'case'),
    people AS MATERIALIZED (
        SELECT p.id, p.id_number FROM registry_person p WHERE p.id IN (
            SELECT unnest(persons) FROM w
            UNION SELECT row_id FROM warrants_change WHERE warrant_id = p_warrant AND table_name = 'registry_person' AND kind = 'I')),
    owned AS MATERIALIZED (
        SELECT b.*, jsonb_build_array(p.id_number, b.kind, b.insurance, b.start_period) AS whose
        FROM people p JOIN benefits_benefit b ON b.person_id = p.id),
    line (what, fen, content) AS (
        SELECT 'benefits_benefit', 0::bigint, jsonb_build_array(whose, area_id, end_period, status, suspended_from, contribution_months, payee_name,
            payee_number, bank_code, account_name, account_no) FROM owned WHERE warrant_id = p_warrant
        UNION ALL
        SELECT 'benefits_award', a.total_fen, jsonb_build_array(b.whose, a.version, a.start_period, a.base_year, a.is_provisional, a.total_fen, a.inputs,
            a.lines, a.source) FROM owned b JOIN benefits_award a ON a.benefit_id = b.id AND a.warrant_id = p_warrant
        UNION ALL
        SELECT 'benefits_amount', a.total_fen, jsonb_build_array(b.whose, a.start_period, a.basic_fen, a.account_fen, a.transitional_fen, a.extra_fen,
            a.adjusted_fen, a.total_fen, a.source) FROM owned b JOIN benefits_amount a ON a.benefit_id = b.id AND a.warrant_id = p_warrant
        UNION ALL
        SELECT 'benefits_recovery', r.amount_fen, jsonb_build_array(b.whose, r.start_period, r.end_period, r.amount_fen, r.monthly_fen, r.is_prior_year)
        FROM owned b JOIN benefits_recovery r ON r.benefit_id = b.id AND r.warrant_id = p_warrant
        UNION ALL
        SELECT 'benefits_recovery_return', t.amount_fen, jsonb_build_array(b.whose, r.start_period, r.end_period, t.amount_fen, t.source)
        FROM owned b JOIN benefits_recovery r ON r.benefit_id = b.id JOIN benefits_recovery_return t ON t.recovery_id = r.id AND t.warrant_id = p_warrant
        UNION ALL
        SELECT 'benefits_reissue', r.amount_fen, jsonb_build_array(b.whose, r.batch_id, r.attempt, r.amount_fen, r.bank_code, r.account_name, r.account_no)
        FROM owned b JOIN benefits_reissue r ON r.benefit_id = b.id AND r.warrant_id = p_warrant
        UNION ALL
        SELECT 'accounts_entry', e.amount_fen, jsonb_build_array(p.id_number, e.insurance, e.year, e.period, e.owed_period, e.kind, e.base_fen, e.amount_fen)
        FROM people p JOIN accounts_entry e ON e.person_id = p.id AND e.warrant_id = p_warrant
        UNION ALL
        -- What each receipt gives, and for what; bills made under the warrant are named by what they are for.
        SELECT 'contributions_allocation', sum(a.fen)::bigint, jsonb_build_array(a.receipt_id, sum(a.fen),
            jsonb_agg(jsonb_build_array(a.step, a.kind, a.insurance, a.start_period, a.end_period, a.fen)
                ORDER BY a.step, a.kind, a.insurance, a.start_period, a.end_period, a.fen))
        FROM (SELECT x.receipt_id, x.step, b.kind, b.insurance, b.start_period, b.end_period, sum(x.amount_fen)::bigint AS fen
            FROM contributions_allocation x LEFT JOIN contributions_bill b ON b.id = x.bill_id AND b.source_id = x.bill_source_id
            WHERE x.warrant_id = p_warrant AND x.receipt_id > 0 GROUP BY 1, 2, 3, 4, 5, 6) AS a
        GROUP BY a.receipt_id HAVING sum(a.fen) <> 0
        UNION ALL
        SELECT 'contributions_refund', r.amount_fen, jsonb_build_array(r.employer_id, r.person_id, r.amount_fen, r.account_name, r.account_no)
        FROM w JOIN contributions_refund r ON r.case_id = w.subject_id AND r.warrant_id = p_warrant
        UNION ALL
        SELECT 'contributions_refund_due', d.amount_fen, jsonb_build_array(d.area_code, d.fund, d.amount_fen)
        FROM w JOIN contributions_refund r ON r.case_id = w.subject_id
        JOIN contributions_refund_due d ON d.refund_id = r.id AND d.warrant_id = p_warrant)
    SELECT coalesce(jsonb_agg(jsonb_build_array(what, rows, fen, digest) ORDER BY what), '[]') FROM (
        SELECT what, count(*) AS rows, sum(fen) AS fen,
            encode(sha256(convert_to(string_agg(content::text, E'\n' ORDER BY content::text COLLATE "C"), 'UTF8')), 'hex') AS digest
        FROM line GROUP BY what) AS found
$$;

-- casework_outcome_differs_v1: in words, what is first written otherwise than was signed; NULL where it is the same.
CREATE OR REPLACE FUNCTION casework_outcome_differs_v1(p_signed jsonb, p_written jsonb) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT format('“%s”现为 %s 笔 %s 元，审核时为 %s 笔 %s 元%s', CASE coalesce(n.r ->> 0, o.r ->> 0)
            WHEN 'benefits_benefit' THEN '待遇' WHEN 'benefits_award' THEN '待遇核定' WHEN 'benefits_amount' THEN '待遇标准'
            WHEN 'benefits_recovery' THEN '多领追回' WHEN 'benefits_recovery_return' THEN '退回明细' WHEN 'benefits_reissue' THEN '退票重发'
            WHEN 'accounts_entry' THEN '个人账户记账' WHEN 'contributions_allocation' THEN '到账使用' WHEN 'contributions_refund' THEN '退费' ELSE '退费应付' END,
        coalesce(n.r ->> 1, '0'), trim(to_char(coalesce((n.r ->> 2)::numeric, 0) / 100, 'FM999999999990.00')),
        coalesce(o.r ->> 1, '0'), trim(to_char(coalesce((o.r ->> 2)::numeric, 0) / 100, 'FM999999999990.00')),
        CASE WHEN (n.r -> 1, n.r -> 2) = (o.r -> 1, o.r -> 2) THEN '，内容不同' ELSE '' END)
    FROM jsonb_array_elements(p_written) AS n (r) FULL JOIN jsonb_array_elements(p_signed) AS o (r) ON o.r ->> 0 = n.r ->> 0
    WHERE n.r IS DISTINCT FROM o.r ORDER BY coalesce(n.r ->> 0, o.r ->> 0) LIMIT 1
$$;

-- casework_shown_v1: digest of what a signer is shown: what would change for the applicant (拟变更内容), and what would be written (核定结果).
CREATE OR REPLACE FUNCTION casework_shown_v1(p_preview jsonb, p_outcome jsonb) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT encode(sha256(convert_to(coalesce(p_preview, '[]')::text || E'\n' || p_outcome::text, 'UTF8')), 'hex')
$$;

-- casework_to_sign_v1: what whoever decides next in a case's round is shown of what it would write, as the step before has signed it, with the digest to
-- be given back when the last step is passed; nothing where nobody has signed a result.
CREATE OR REPLACE FUNCTION casework_to_sign_v1(p_case bigint, OUT outcome jsonb, OUT shown text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT o.outcome, casework_shown_v1(c.preview, o.outcome)
    FROM casework_case c JOIN casework_step s ON s.case_id = c.id AND s.round = c.round JOIN casework_signed_outcome o ON o.step_id = s.id
    WHERE c.id = p_case ORDER BY s.seq DESC LIMIT 1
$$;

-- casework_sign_outcome_v1: keeps with a step that has just been passed what it would write, for whoever passed it. Who signed before in this round has
-- signed the same: where it has changed meanwhile the case is returned and examined anew. Whoever passes the last step gives the digest of what they
-- were shown (p_shown), which must be that of what is now rehearsed. Error: YG006.
DROP FUNCTION IF EXISTS casework_sign_outcome_v1(text, bigint, jsonb);
CREATE OR REPLACE FUNCTION casework_sign_outcome_v1(p_token text, p_step bigint, p_outcome jsonb, p_shown text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    actor bigint := identity_require_v1(p_token);
    s casework_step%ROWTYPE;
    differs text;
BEGIN
    SELECT * INTO s FROM casework_step WHERE id = p_step;
    IF s.state IS DISTINCT FROM 'passed' OR s.decided_by_id <> actor OR s.decided_at < transaction_timestamp() THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '核定结果只能随本人刚通过的环节签署。';
    END IF;
    SELECT casework_outcome_differs_v1(o.outcome, p_outcome) INTO differs
    FROM casework_signed_outcome o JOIN casework_step e ON e.id = o.step_id
    WHERE e.case_id = s.case_id AND e.round = s.round AND e.seq < s.seq ORDER BY e.seq DESC LIMIT 1;
    IF differs IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('核定结果自上一环节审核后已变化（%s），请退回后重新审核。', differs);
    END IF;
    IF NOT EXISTS (SELECT 1 FROM casework_step n WHERE n.case_id = s.case_id AND n.round = s.round AND n.seq > s.seq)
       AND p_shown IS DISTINCT FROM (SELECT casework_shown_v1(c.preview, p_outcome) FROM casework_case c WHERE c.id = s.case_id) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006',
            MESSAGE = '核定结果与页面显示的不一致，未签署。请刷新办件页，核对“核定结果”后再通过；页面没有核定结果的，请退回后重新审核。';
    END IF;
    INSERT INTO casework_signed_outcome (step_id, outcome, signed_at) VALUES (s.id, p_outcome, clock_timestamp());
END;
$$;

-- casework_refuse_other_outcome_v1: refuses what is written under a case's warrant otherwise than its last signature has it, and a warrant that bears no
-- signature. Errors: YG005, YG010.
CREATE OR REPLACE FUNCTION casework_refuse_other_outcome_v1(p_case casework_case, p_warrant bigint) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    signed jsonb;
    differs text;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM warrants_signature WHERE warrant_id = p_warrant) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = format('办件 %s 的授权凭据没有签署，不能办结。', p_case.case_no);
    END IF;
    IF NOT casework_moves_money_v1(p_case.item_code) THEN
        RETURN;
    END IF;
    SELECT o.outcome INTO signed FROM casework_step s LEFT JOIN casework_signed_outcome o ON o.step_id = s.id
    WHERE s.case_id = p_case.id AND s.round = p_case.round AND s.state = 'passed' ORDER BY s.seq DESC LIMIT 1;
    IF signed IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010',
            MESSAGE = format('办件 %s 审核时没有得出核定结果（或由旧版本审核），请退回后重新审核。', p_case.case_no);
    END IF;
    differs := casework_outcome_differs_v1(signed, casework_written_v1(p_warrant));
    IF differs IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = format('办件 %s 要写入的与审核的不符（%s），请退回后重新审核。', p_case.case_no, differs);
    END IF;
END;
$$;
REVOKE ALL ON FUNCTION casework_refuse_other_outcome_v1 FROM PUBLIC;

-- casework_same_outcome_v1: a case is finished with what its last signature has under it, written under a warrant that bears signatures.
CREATE OR REPLACE FUNCTION casework_same_outcome_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM casework_refuse_other_outcome_v1(NEW, (SELECT id FROM warrants_warrant WHERE kind = 'case' AND subject_id = NEW.id
        AND xid = (pg_current_xact_id_if_assigned()::text)::bigint AND issued_at = transaction_timestamp()));
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION casework_same_outcome_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER same_outcome AFTER UPDATE OF status ON casework_case FOR EACH ROW
    WHEN (NEW.status = 'finished' AND NEW.risk_class < 3) EXECUTE FUNCTION casework_same_outcome_v1();

-- casework_warrant_ends_v1: what is written under the warrant of a reviewed case is committed with its end or not at all, and is then compared with what
-- was signed once more: after its end nothing is written under it (`warrants_stamp_v1`).
CREATE OR REPLACE FUNCTION casework_warrant_ends_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c casework_case%ROWTYPE;
BEGIN
    SELECT * INTO c FROM casework_case WHERE id = NEW.subject_id AND status = 'finished';
    IF c.id IS NULL OR NOT EXISTS (SELECT 1 FROM warrants_signature WHERE warrant_id = NEW.id) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG001', MESSAGE = format('办件 %s 未在同一事务内办结，授权凭据下的写入全部撤销。', NEW.subject_no);
    END IF;
    PERFORM casework_refuse_other_outcome_v1(c, NEW.id);
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION casework_warrant_ends_v1 FROM PUBLIC;
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 'case_ends' AND tgrelid = 'warrants_warrant'::regclass) THEN
        CREATE CONSTRAINT TRIGGER case_ends AFTER INSERT ON warrants_warrant DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW WHEN (NEW.kind = 'case' AND NEW.risk_class < 3) EXECUTE FUNCTION casework_warrant_ends_v1();
    END IF;
END;
$$;

-- casework_money_accepted_v1: under a case no more is used of a receipt than it was accepted upon (所用到账): what was claimed for the payer later is nobody's who
-- was shown and signed it. Money that paid bills and goes back from them uses none. Binds everybody who writes under a case. Error: YG011.
CREATE OR REPLACE FUNCTION casework_money_accepted_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    w record;
    other record;
BEGIN
    SELECT id, subject_id, subject_no INTO w FROM (
        SELECT id, kind, subject_id, subject_no FROM warrants_warrant
        WHERE xid = (pg_current_xact_id_if_assigned()::text)::bigint AND issued_at = transaction_timestamp() OFFSET 0) AS found
    WHERE kind = 'case';
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT n.receipt_id, u.fen, coalesce(m.fen, 0) AS accepted INTO other
    FROM (SELECT DISTINCT receipt_id FROM new_rows WHERE receipt_id > 0) AS n
    CROSS JOIN LATERAL (SELECT sum(a.amount_fen) AS fen FROM contributions_allocation a WHERE a.receipt_id = n.receipt_id AND a.warrant_id = w.id) AS u
    LEFT JOIN (SELECT (p.pair ->> 0)::bigint AS receipt_id, (p.pair ->> 1)::bigint AS fen
        FROM casework_case c CROSS JOIN LATERAL jsonb_array_elements(c.waiting_money) AS p (pair) WHERE c.id = w.subject_id) AS m USING (receipt_id)
    WHERE u.fen > coalesce(m.fen, 0) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = 'contributions_allocation', MESSAGE = format(
            '到账 %s 要用 %s 分，办件 %s 受理时所列的是 %s 分，写入被拒绝；请退回补正，重新提交后按现有到账办理。', other.receipt_id, other.fen, w.subject_no, other.accepted);
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION casework_money_accepted_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER money_accepted AFTER INSERT ON contributions_allocation REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION casework_money_accepted_v1();
