-- runs_unanswered_v1: the warnings of a batch that a person has not answered in writing, in words; NULL when there are none.
-- Params: p_checks, the checks as they are frozen with the batch. Checks from before there were levels are bars.
CREATE OR REPLACE FUNCTION runs_unanswered_v1(p_batch bigint, p_checks jsonb, p_user bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT string_agg(c ->> 'label', '、')
    FROM jsonb_array_elements(p_checks) AS c
    WHERE c ->> 'level' = 'warning' AND NOT (c ->> 'passed')::boolean
      AND NOT EXISTS (SELECT 1 FROM runs_answer a WHERE a.batch_id = p_batch AND a.check_id = c ->> 'id' AND a.person_id = p_user)
$$;

-- runs_answers_for_v1: whether somebody's agency answers for the area of a batch: its own, or as the agency of a city one of its counties.
CREATE OR REPLACE FUNCTION runs_answers_for_v1(p_user bigint, p_area text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM staff_user u JOIN registry_agency a ON a.code = u.agency_id
        WHERE u.id = p_user AND (a.area_id = p_area OR a.area_id = (SELECT parent_id FROM registry_area WHERE code = p_area)))
$$;

-- runs_has_post_v1: whether somebody at work, no account of a door or a program, has one of these posts in an agency that answers for an area.
CREATE OR REPLACE FUNCTION runs_has_post_v1(p_user bigint, p_roles text[], p_area text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT staff_officer_v1(p_user) AND runs_answers_for_v1(p_user, p_area) AND EXISTS (
        SELECT 1 FROM staff_user WHERE id = p_user AND role = ANY (p_roles))
$$;

-- runs_in_the_way_v1: the other batches of a kind that would do, or have done, what one of these areas, this period and this subject does: in one of its
-- areas, of the same month, year or subject, as the kind is declared (`RunKind.once`); none of a kind that may repeat. Those executed first. p_but: the
-- batch itself. The page, the signature and the warrant ask it.
CREATE OR REPLACE FUNCTION runs_in_the_way_v1(p_kind text, p_areas text[], p_period integer, p_subject text, p_but bigint)
RETURNS TABLE (batch bigint, is_executed boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT b.id, b.status = 'executed' FROM runs_batch b
    WHERE b.kind = p_kind AND b.status <> 'void' AND b.id IS DISTINCT FROM p_but AND b.areas::text[] && p_areas
      AND CASE (SELECT s.about ->> 'once' FROM warrants_scope s WHERE s.kind = 'run' AND s.code = p_kind AND s.table_name = '')
          WHEN 'never' THEN false WHEN 'subject' THEN b.subject = p_subject WHEN 'year' THEN b.period / 100 = p_period / 100 ELSE b.period = p_period END
    ORDER BY 2 DESC, 1 LIMIT 20
$$;

-- runs_refuse_second_v1: refuses a batch where another one that is executed stands in its way. Whoever executes holds the areas meanwhile, so that of two
-- at once the second sees the first. Error: YG006.
CREATE OR REPLACE FUNCTION runs_refuse_second_v1(b runs_batch) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    other bigint := (SELECT w.batch FROM runs_in_the_way_v1(b.kind, b.areas::text[], b.period, b.subject, b.id) AS w WHERE w.is_executed LIMIT 1);
BEGIN
    IF other IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format(
            '第 %s 号批次与已执行的第 %s 号批次有相同的地区和期间，同一内容只能执行一次。请将第 %1$s 号批次作废；其余地区尚未办理的，请重新生成，已执行的地区不再列入。',
            b.id, other);
    END IF;
END;
$$;
REVOKE ALL ON FUNCTION runs_refuse_second_v1 FROM PUBLIC;

-- runs_batch_guard_v1: how a batch may move, whoever asks. Errors: YG003 finished, YG004 another area's people, YG006 wrong move, YG001 no warrant.
CREATE OR REPLACE FUNCTION runs_batch_guard_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    signer bigint;
    unanswered text;
    written runs_written%ROWTYPE;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '批次不能删除，只能作废。';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'draft' OR num_nonnulls(NEW.checked_by_id, NEW.approved_by_id, NEW.confirmed_at) > 0 THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '批次须从“生成中”开始。';
        END IF;
        IF current_user = 'yigui_app' AND NEW.prepared_by_id IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'YG009', MESSAGE = '批次的生成人须为经数据库核验的登录人。';
        END IF;
        IF NOT runs_answers_for_v1(NEW.prepared_by_id, NEW.area_code) AND NEW.prepared_by_id IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'YG004', MESSAGE = '批次须由所属地区经办机构或其上级机构的人员生成。';
        END IF;
        IF current_user = 'yigui_app' THEN
            NEW.created_at := clock_timestamp();
            NEW.prepared_at := NULL;
            NEW.executed_at := NULL;
            NEW.voided_at := NULL;
        END IF;
        -- Who answers for an area signs for it and its counties, and for no other.
        IF NOT NEW.areas::text[] <@ array(SELECT code::text FROM registry_area WHERE NEW.area_code IN (code, parent_id)) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG004', MESSAGE = format('批次只能包括 %s 及其所辖地区。', NEW.area_code);
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.status IN ('executed', 'void') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = format('批次 %s 已结束，不能修改。', OLD.id);
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('draft', 'prepared'), ('draft', 'void'), ('prepared', 'approved'), ('prepared', 'void'),
        ('approved', 'executed'), ('approved', 'void')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('批次 %s 不能从 %s 变为 %s。', OLD.id, OLD.status, NEW.status);
    END IF;
    IF (NEW.id, NEW.kind, NEW.area_code, NEW.areas, NEW.period, NEW.subject, NEW.needs_check, NEW.is_automatic) IS DISTINCT FROM
       (OLD.id, OLD.kind, OLD.area_code, OLD.areas, OLD.period, OLD.subject, OLD.needs_check, OLD.is_automatic)
       OR (OLD.prepared_by_id IS NOT NULL AND NEW.prepared_by_id IS DISTINCT FROM OLD.prepared_by_id)
       OR (OLD.checked_by_id IS NOT NULL AND NEW.checked_by_id IS DISTINCT FROM OLD.checked_by_id)
       OR (OLD.approved_by_id IS NOT NULL AND NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id)
       OR (OLD.status <> 'draft' AND (NEW.row_count, NEW.total_fen, NEW.digest, NEW.summary, NEW.checks) IS DISTINCT FROM
           (OLD.row_count, OLD.total_fen, OLD.digest, OLD.summary, OLD.checks)) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('批次 %s 已生成，内容不能修改，请作废后重新生成。', OLD.id);
    END IF;
    -- People sign through `runs_sign_v1`, which has seen them.
    IF current_user = 'yigui_app' AND ((NEW.prepared_by_id, NEW.confirmed_at, NEW.checked_by_id, NEW.checked_at, NEW.approved_by_id, NEW.approved_at)
        IS DISTINCT FROM (OLD.prepared_by_id, OLD.confirmed_at, OLD.checked_by_id, OLD.checked_at, OLD.approved_by_id, OLD.approved_at)
        OR (NEW.status = 'approved' AND OLD.status <> 'approved')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', MESSAGE = format('批次 %s 的签署须由本人登录并以动态口令确认。', OLD.id);
    END IF;
    -- What an execution really wrote is said when it is executed, and is never more than was approved.
    IF (NEW.executed_count, NEW.executed_fen, NEW.taken_out) IS DISTINCT FROM (OLD.executed_count, OLD.executed_fen, OLD.taken_out)
       AND (NEW.status <> 'executed' OR NEW.executed_count NOT BETWEEN 0 AND OLD.row_count OR NEW.executed_fen NOT BETWEEN 0 AND OLD.total_fen) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('批次 %s 的执行结果只能在执行时写入，且不得超过审批的行数和金额。', OLD.id);
    END IF;
    -- Whoever signs, executes or voids answers for the area.
    IF EXISTS (
        SELECT 1 FROM unnest(ARRAY[OLD.prepared_by_id, OLD.checked_by_id, OLD.approved_by_id, OLD.executed_by_id, OLD.voided_by_id],
            ARRAY[NEW.prepared_by_id, NEW.checked_by_id, NEW.approved_by_id, NEW.executed_by_id, NEW.voided_by_id]) AS p (was, is_now)
        WHERE p.is_now IS NOT NULL AND p.is_now IS DISTINCT FROM p.was AND NOT runs_answers_for_v1(p.is_now, NEW.area_code)) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004',
            MESSAGE = format('批次 %s 须由所属地区经办机构或其上级机构的人员签署、执行或作废。', OLD.id);
    END IF;
    IF (NEW.prepared_by_id, NEW.checked_by_id, NEW.approved_by_id) IS DISTINCT FROM (OLD.prepared_by_id, OLD.checked_by_id, OLD.approved_by_id)
       AND NOT staff_distinct_v1(ARRAY[NEW.prepared_by_id, NEW.checked_by_id, NEW.approved_by_id]) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004', MESSAGE = format('批次 %s 须由不同人员生成、复核、审批，同一人的不同账号视为一人。', OLD.id);
    END IF;
    -- Whoever signs has answered every warning in writing.
    FOREACH signer IN ARRAY array_remove(ARRAY[
        CASE WHEN OLD.prepared_by_id IS NULL THEN NEW.prepared_by_id END, CASE WHEN OLD.checked_by_id IS NULL THEN NEW.checked_by_id END,
        CASE WHEN OLD.approved_by_id IS NULL THEN NEW.approved_by_id END], NULL) LOOP
        IF OLD.status <> 'prepared' THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('批次 %s 不在待签署状态。', OLD.id);
        END IF;
        unanswered := runs_unanswered_v1(OLD.id, OLD.checks, signer);
        IF unanswered IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('批次 %s 的提示未书面说明，不能签署：%s。', OLD.id, unanswered);
        END IF;
    END LOOP;
    IF NEW.status = 'approved' AND OLD.status = 'prepared' AND (NEW.approved_by_id IS NULL OR NEW.prepared_by_id IS NULL OR EXISTS (
        SELECT 1 FROM jsonb_array_elements(OLD.checks) AS c
        WHERE NOT (c ->> 'passed')::boolean AND coalesce(c ->> 'level', 'bar') <> 'warning')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('批次 %s 有校验未通过，不能审批。', OLD.id);
    END IF;
    IF NEW.status IN ('approved', 'executed') AND NEW.needs_check AND NEW.checked_by_id IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('批次 %s 须经复核，不能审批。', OLD.id);
    END IF;
    IF NEW.status = 'executed' AND NOT EXISTS (
        SELECT 1 FROM warrants_warrant WHERE kind = 'run' AND subject_id = NEW.id
          AND xid = (pg_current_xact_id_if_assigned()::text)::bigint AND issued_at = transaction_timestamp()) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG001', MESSAGE = format('批次 %s 没有授权凭据，不能执行。', OLD.id);
    END IF;
    -- Executed is what the function of the kind has executed, in this very transaction, and says it did.
    IF NEW.status = 'executed' AND EXISTS (SELECT 1 FROM warrants_scope WHERE kind = 'run' AND code = NEW.kind AND table_name <> '' AND NOT by_hand) THEN
        SELECT x.* INTO written FROM runs_written x JOIN warrants_warrant w ON w.id = x.warrant_id
        WHERE x.batch_id = NEW.id AND w.xid = (pg_current_xact_id_if_assigned()::text)::bigint AND w.issued_at = transaction_timestamp();
        IF written.batch_id IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('批次 %s 尚未由其存储过程写入，不能标记为已执行。', OLD.id);
        END IF;
        IF (coalesce(NEW.executed_count, NEW.row_count), coalesce(NEW.executed_fen, NEW.total_fen)) IS DISTINCT FROM (written.row_count, written.total_fen)
           OR (SELECT coalesce(sum((t ->> 'amount_fen')::bigint), 0) FROM jsonb_array_elements(NEW.taken_out) AS t) <> written.taken_fen THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format(
                '批次 %s 实际写入 %s 行 %s 分，执行结果与此不符。', OLD.id, written.row_count, written.total_fen);
        END IF;
    END IF;
    RETURN NEW;
END;
$$;
CREATE OR REPLACE TRIGGER runs_batch_guard BEFORE INSERT OR UPDATE OR DELETE ON runs_batch
    FOR EACH ROW EXECUTE FUNCTION runs_batch_guard_v1();

-- runs_order_v1: somebody who has signed in asks for a preparation that goes on in the background, for which their sign-in is not kept:
-- for a day the order stands for them, for one batch of this kind, area and period (YYYYMM, a year, 0 of a kind without one). Gives its number.
DROP FUNCTION IF EXISTS runs_order_v1(text, text, text);
CREATE OR REPLACE FUNCTION runs_order_v1(p_token text, p_kind text, p_area text, p_period integer) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO runs_order (kind, area_code, period, user_id, ordered_at)
    VALUES (p_kind, p_area, p_period, identity_require_v1(p_token), clock_timestamp())
    RETURNING id
$$;

-- runs_order_of_v1: the order a token names (`order:<number>`), if it stands for this: its kind and area, its month or year, given within a day.
-- It makes one batch; again only where what it made was thrown away, as of a program that died, three times in all (p_but: a batch that is about
-- to be). NULL when it does not.
CREATE OR REPLACE FUNCTION runs_order_of_v1(p_token text, p_kind text, p_area text, p_period integer, p_but bigint) RETURNS runs_order
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found runs_order%ROWTYPE;
BEGIN
    IF p_token !~ '^order:[0-9]{1,18}$' THEN
        RETURN NULL;
    END IF;
    SELECT * INTO found FROM runs_order o
    WHERE o.id = substr(p_token, 7)::bigint AND (o.kind, o.area_code) = (p_kind, p_area) AND o.ordered_at > clock_timestamp() - interval '1 day'
      AND (o.period = 0 OR p_period = o.period OR (o.period <= 9999 AND p_period / 100 = o.period))
      AND NOT EXISTS (SELECT 1 FROM runs_batch b WHERE b.order_id = o.id AND b.status <> 'void' AND b.id IS DISTINCT FROM p_but)
      AND (SELECT count(*) FROM runs_batch b WHERE b.order_id = o.id) < 3;
    RETURN found;
END;
$$;
REVOKE ALL ON FUNCTION runs_order_of_v1 FROM PUBLIC;

-- runs_open_v1: an empty draft, in the name of whoever has signed in or has ordered it (`order:<number>`); without either it is one that
-- makes itself on its day, and somebody has to take it over. Gives its number. Errors: YG009.
CREATE OR REPLACE FUNCTION runs_open_v1(
    p_token text, p_kind text, p_area text, p_period integer, p_areas text[], p_subject text, p_needs_check boolean
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    preparer bigint;
    ordered runs_order%ROWTYPE;
    made bigint;
BEGIN
    IF p_token LIKE 'order:%' THEN
        -- Two programs that have the same order come one after the other.
        PERFORM 1 FROM runs_order WHERE id = CASE WHEN p_token ~ '^order:[0-9]{1,18}$' THEN substr(p_token, 7)::bigint END FOR UPDATE;
        ordered := runs_order_of_v1(p_token, p_kind, p_area, p_period, NULL);
        preparer := ordered.user_id;
        IF preparer IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'YG009', MESSAGE = '没有有效的生成申请，请在页面上重新提交。';
        END IF;
    ELSIF p_token <> '' THEN
        preparer := identity_require_v1(p_token);
    END IF;
    INSERT INTO runs_batch (kind, area_code, period, subject, status, row_count, total_fen, digest, summary, checks, areas, is_automatic,
        prepared_by_id, needs_check, taken_out, created_at, order_id)
    VALUES (p_kind, p_area, p_period, p_subject, 'draft', 0, 0, '', '{}', '[]', p_areas, preparer IS NULL, preparer, p_needs_check, '[]',
        clock_timestamp(), ordered.id)
    RETURNING id INTO made;
    RETURN made;
END;
$$;

-- runs_replace_v1: a preparation that was ordered takes the place of an unsigned batch of its kind and area, which is voided in the name of
-- whoever ordered it. Errors: YG006, YG009.
CREATE OR REPLACE FUNCTION runs_replace_v1(p_token text, p_batch bigint, p_reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    orderer bigint;
BEGIN
    SELECT (runs_order_of_v1(p_token, b.kind, b.area_code, b.period, b.id)).user_id INTO orderer FROM runs_batch b WHERE b.id = p_batch;
    IF orderer IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', MESSAGE = '没有有效的生成申请，请在页面上重新提交。';
    END IF;
    UPDATE runs_batch SET status = 'void', voided_by_id = orderer, voided_at = clock_timestamp(), void_reason = left(p_reason, 200)
    WHERE id = p_batch AND status IN ('draft', 'prepared') AND num_nonnulls(confirmed_at, checked_by_id, approved_by_id) = 0;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('批次 %s 已签署或已结束，不能由新批次替代。', p_batch);
    END IF;
END;
$$;

-- runs_sign_v1: somebody confirms (确认), checks (复核) or approves (审批) a prepared batch: with a one-time code bound to its content, and a
-- written answer to every warning. The guard asks whether the state allows it; the warrant, whether the posts do.
-- Params: p_deed 'confirm', 'check' or 'approve'; p_answers {check: text}. Errors: YG006, YG009, YG010.
CREATE OR REPLACE FUNCTION runs_sign_v1(p_token text, p_code text, p_batch bigint, p_deed text, p_step text, p_answers jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    b runs_batch%ROWTYPE;
    signer bigint;
BEGIN
    SELECT * INTO b FROM runs_batch WHERE id = p_batch FOR UPDATE;
    IF b.id IS NULL OR b.status <> 'prepared' OR (p_deed IN ('confirm', 'check', 'approve')) IS NOT TRUE
       OR (CASE p_deed WHEN 'confirm' THEN b.prepared_by_id WHEN 'check' THEN b.checked_by_id ELSE b.approved_by_id END) IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('批次 %s 不在待签署状态，请刷新后查看。', p_batch);
    END IF;
    PERFORM runs_refuse_second_v1(b);
    signer := identity_confirm_v1(p_token, p_code, format('batch %s %s %s %s %s %s', b.id, p_deed, b.digest, b.row_count, b.total_fen,
        encode(sha256(convert_to(b.summary::text || b.checks::text || p_answers::text, 'UTF8')), 'hex')));
    INSERT INTO runs_answer (batch_id, check_id, step, person_id, text, answered_at)
    SELECT b.id, a.key, p_step, signer, a.value, clock_timestamp() FROM jsonb_each_text(p_answers) AS a;
    UPDATE runs_batch SET prepared_by_id = CASE p_deed WHEN 'confirm' THEN signer ELSE prepared_by_id END,
        confirmed_at = CASE p_deed WHEN 'confirm' THEN clock_timestamp() ELSE confirmed_at END,
        checked_by_id = CASE p_deed WHEN 'check' THEN signer ELSE checked_by_id END,
        checked_at = CASE p_deed WHEN 'check' THEN clock_timestamp() ELSE checked_at END,
        approved_by_id = CASE p_deed WHEN 'approve' THEN signer ELSE approved_by_id END,
        approved_at = CASE p_deed WHEN 'approve' THEN clock_timestamp() ELSE approved_at END,
        status = CASE p_deed WHEN 'approve' THEN 'approved' ELSE status END
    WHERE id = b.id;
END;
$$;

-- runs_unconfirmed_v1: signatures of batches without the one-time code of whoever they name, bound to the batch as it stands, for verification.
CREATE OR REPLACE FUNCTION runs_unconfirmed_v1() RETURNS TABLE (batch bigint, deed text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT b.id, d.deed FROM runs_batch b
    CROSS JOIN LATERAL (VALUES ('confirm', CASE WHEN b.confirmed_at IS NOT NULL THEN b.prepared_by_id END, b.confirmed_at),
        ('check', b.checked_by_id, b.checked_at), ('approve', b.approved_by_id, b.approved_at)) AS d (deed, person, at)
    WHERE d.person IS NOT NULL AND greatest(d.at, b.created_at) >= identity_codes_since_v1()
      AND NOT identity_confirmed_v1(d.person, format('batch %s %s %s %s %s ', b.id, d.deed, b.digest, b.row_count, b.total_fen), d.at)
    ORDER BY 1, 2 LIMIT 200
$$;
REVOKE ALL ON FUNCTION runs_unconfirmed_v1 FROM PUBLIC;

-- runs_executed_twice_v1: executed batches that stand in the way of another executed one, for verification: a month levied twice, an account year with
-- two interests, whoever let it through.
CREATE OR REPLACE FUNCTION runs_executed_twice_v1() RETURNS TABLE (batch bigint, other bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT b.id, min(w.batch) FROM runs_batch b
    CROSS JOIN LATERAL runs_in_the_way_v1(b.kind, b.areas::text[], b.period, b.subject, b.id) AS w
    WHERE b.status = 'executed' AND w.is_executed AND w.batch < b.id
    GROUP BY b.id ORDER BY b.id LIMIT 200
$$;
REVOKE ALL ON FUNCTION runs_executed_twice_v1 FROM PUBLIC;

-- runs_batch_ends_v1: how a batch came to its end is said with its end and in no other moment: who executed it; who voided it, when and
-- why; and which one it was prepared to replace, while it is a draft. When it was opened, prepared, executed and voided is the database's own
-- moment, whatever the application says. Error: YG006.
CREATE OR REPLACE FUNCTION runs_batch_ends_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (NEW.executed_by_id IS DISTINCT FROM OLD.executed_by_id AND NEW.status <> 'executed')
       OR ((NEW.voided_by_id, NEW.voided_at, NEW.void_reason) IS DISTINCT FROM (OLD.voided_by_id, OLD.voided_at, OLD.void_reason)
           AND NEW.status <> 'void')
       OR (NEW.replaces_id IS DISTINCT FROM OLD.replaces_id AND OLD.status <> 'draft') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('批次 %s 的执行人、作废人和作废原因只能在执行、作废时写入。', OLD.id);
    END IF;
    IF current_user = 'yigui_app' THEN
        NEW.created_at := OLD.created_at;
        NEW.prepared_at := CASE WHEN (OLD.status, NEW.status) = ('draft', 'prepared') THEN clock_timestamp() ELSE OLD.prepared_at END;
        NEW.executed_at := CASE WHEN NEW.status = 'executed' THEN clock_timestamp() ELSE OLD.executed_at END;
        NEW.voided_at := CASE WHEN NEW.status = 'void' THEN clock_timestamp() ELSE OLD.voided_at END;
    END IF;
    -- What somebody has signed is thrown away by somebody.
    IF NEW.status = 'void' AND OLD.status <> 'void' AND NEW.voided_by_id IS NULL AND num_nonnulls(OLD.confirmed_at, OLD.checked_by_id, OLD.approved_by_id) > 0 THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', MESSAGE = format('批次 %s 已有人签署，作废须由本人登录办理并写明原因。', OLD.id);
    END IF;
    -- Without a person: the house throws a draft away, or a program of the release before is still running.
    IF NEW.voided_by_id IS NOT NULL AND (NEW.voided_at IS NULL OR length(btrim(NEW.void_reason)) < 5) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('批次 %s 作废须写明原因。', OLD.id);
    END IF;
    RETURN NEW;
END;
$$;
CREATE OR REPLACE TRIGGER runs_batch_ends BEFORE UPDATE ON runs_batch FOR EACH ROW EXECUTE FUNCTION runs_batch_ends_v1();

-- runs_batch_order_v1: of which order a batch was made says `runs_open_v1`, and nobody says it otherwise afterwards. Error: YG006.
CREATE OR REPLACE FUNCTION runs_batch_order_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' OR current_user = 'yigui_app' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('批次 %s 的生成申请不能修改。', NEW.id);
    END IF;
    RETURN NEW;
END;
$$;
CREATE OR REPLACE TRIGGER runs_batch_order BEFORE INSERT ON runs_batch FOR EACH ROW WHEN (NEW.order_id IS NOT NULL)
    EXECUTE FUNCTION runs_batch_order_v1();
CREATE OR REPLACE TRIGGER runs_batch_same_order BEFORE UPDATE ON runs_batch FOR EACH ROW WHEN (NEW.order_id IS DISTINCT FROM OLD.order_id)
    EXECUTE FUNCTION runs_batch_order_v1();

-- runs_hold_draft_v1: holds a batch while a part of it is made, and refuses when it is no draft any more. Whoever voids the
-- batch waits for this lock, so the connection of a program that was killed can leave no tables behind the one who cleans up.
CREATE OR REPLACE FUNCTION runs_hold_draft_v1(p_batch bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM runs_batch WHERE id = p_batch AND status = 'draft' FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('批次 %s 已不在“生成中”，不能继续生成。', p_batch);
    END IF;
END;
$$;

-- runs_hold_stage_v1: holds a draft as above, for a function that stages a kind: what it was asked for is what the batch is about. Params: p_kinds, whose
-- function it is; p_areas, the areas asked for, {*} for all there are, NULL where it asks for none; p_period, NULL where it asks for none.
-- Errors: YG006 no draft, YG010 another kind, month or area than that of the batch.
CREATE OR REPLACE FUNCTION runs_hold_stage_v1(p_batch bigint, p_kinds text[], p_areas text[], p_period integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    b runs_batch%ROWTYPE;
    wanted text[] := CASE WHEN p_areas = ARRAY['*'] THEN array(SELECT code::text FROM registry_area) ELSE p_areas END;
BEGIN
    PERFORM runs_hold_draft_v1(p_batch);
    SELECT * INTO b FROM runs_batch WHERE id = p_batch;
    IF b.kind <> ALL (p_kinds) OR (p_period IS NOT NULL AND p_period <> b.period)
       OR (wanted IS NOT NULL AND NOT (wanted <@ b.areas::text[] AND b.areas::text[] <@ wanted)) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010',
            MESSAGE = format('第 %s 号批次为 %s、%s 期，只能按本批次的种类、期间和地区生成。', p_batch, b.kind, b.period);
    END IF;
END;
$$;
REVOKE ALL ON FUNCTION runs_hold_stage_v1 FROM PUBLIC;

-- runs_same_v1: refuses when what stands ready is not what was approved. Called by every execute function, so that nothing else can be
-- executed under a signature. Error: YG010.
CREATE OR REPLACE FUNCTION runs_same_v1(p_batch bigint, p_rows bigint, p_fen bigint, p_digest text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM runs_batch WHERE id = p_batch AND (row_count, total_fen, digest) = (p_rows, p_fen, p_digest)) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = format('第 %s 号批次与审批时不一致，请作废后重新生成。', p_batch);
    END IF;
END;
$$;

-- runs_own_warrant_v1: the open warrant, if it is that of this very run and of the class needed. Errors: YG001, YG002.
CREATE OR REPLACE FUNCTION runs_own_warrant_v1(p_batch bigint, p_class smallint, p_table name) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_warrant bigint := warrants_stamp_v1(p_class, p_table);
BEGIN
    IF NOT EXISTS (SELECT 1 FROM warrants_warrant WHERE id = the_warrant AND kind = 'run' AND subject_id = p_batch) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG001', MESSAGE = format('授权凭据不属于第 %s 号批次。', p_batch);
    END IF;
    RETURN the_warrant;
END;
$$;

-- runs_written_v1: what the function of a kind has really written for a batch, said at its end, once: rows and fen, what the second look took out,
-- and what remains to be posted (p_books [{event, area, fund, fen}], fen by debit; NULL: nothing, or the function has posted it itself). Together
-- it must be what was signed. Called by execute functions only; without it a batch cannot be marked executed. Errors: YG001, YG010.
CREATE OR REPLACE FUNCTION runs_written_v1(
    p_batch bigint, p_rows bigint, p_fen bigint, p_taken_rows bigint DEFAULT 0, p_taken_fen bigint DEFAULT 0, p_books jsonb DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_warrant bigint := (SELECT id FROM warrants_warrant WHERE kind = 'run' AND subject_id = p_batch
        AND xid = (pg_current_xact_id_if_assigned()::text)::bigint AND issued_at = transaction_timestamp());
    b runs_batch%ROWTYPE;
BEGIN
    IF the_warrant IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG001', MESSAGE = format('授权凭据不属于第 %s 号批次。', p_batch);
    END IF;
    SELECT * INTO b FROM runs_batch WHERE id = p_batch;
    IF (p_rows + p_taken_rows, p_fen + p_taken_fen) IS DISTINCT FROM (b.row_count, b.total_fen) OR p_rows < 0 OR p_taken_rows < 0 THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = format(
            '第 %s 号批次实际写入 %s 行 %s 分，剔除 %s 行 %s 分，与审批的 %s 行 %s 分不符，请作废后重新生成。', p_batch, p_rows, p_fen, p_taken_rows,
            p_taken_fen, b.row_count, b.total_fen);
    END IF;
    INSERT INTO runs_written (batch_id, warrant_id, row_count, total_fen, taken_rows, taken_fen, books, written_at)
    VALUES (p_batch, the_warrant, p_rows, p_fen, p_taken_rows, p_taken_fen, p_books, clock_timestamp());
END;
$$;

-- runs_issue_warrant_v1: the class-2 warrant of an approved batch. Prepared by a section head or accountant, approved by a
-- director: two people, both active; where a check is needed, checked by a third, and of class 1. Each has answered every warning in
-- writing. Nothing of the kind is executed in its areas and period besides, and nothing meanwhile.
-- Errors: YG005 not approved, YG004 people, YG006 a warning without an answer, or another batch executed.
CREATE OR REPLACE FUNCTION runs_issue_warrant_v1(p_batch bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    b runs_batch%ROWTYPE;
    unanswered text;
BEGIN
    SELECT * INTO b FROM runs_batch WHERE id = p_batch FOR UPDATE;
    IF b.id IS NULL OR b.status <> 'approved' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '批次未经审批，不能签发授权凭据。';
    END IF;
    PERFORM pg_advisory_xact_lock(7015, k.key)
    FROM (SELECT DISTINCT hashtext(b.kind || ' ' || a.code) AS key FROM unnest(b.areas::text[]) AS a (code) ORDER BY 1) AS k;
    PERFORM runs_refuse_second_v1(b);
    PERFORM warrants_known_v1('run', b.kind, CASE WHEN b.needs_check THEN 1 ELSE 2 END::smallint);
    IF NOT staff_distinct_v1(ARRAY[b.approved_by_id, b.prepared_by_id])
       OR NOT EXISTS (SELECT 1 FROM staff_user WHERE id = b.prepared_by_id AND is_active AND role IN ('section_head', 'accountant'))
       OR NOT EXISTS (SELECT 1 FROM staff_user WHERE id = b.approved_by_id AND is_active AND role = 'director') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004', MESSAGE = '批次须由科室负责人或会计生成、由分管领导审批，且不为同一人。';
    END IF;
    unanswered := coalesce(runs_unanswered_v1(b.id, b.checks, b.approved_by_id),
        CASE WHEN b.needs_check THEN runs_unanswered_v1(b.id, b.checks, b.checked_by_id) END,
        CASE WHEN b.is_automatic THEN runs_unanswered_v1(b.id, b.checks, b.prepared_by_id) END);
    IF unanswered IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('批次 %s 的提示未书面说明，不能签发授权凭据：%s。', b.id, unanswered);
    END IF;
    IF b.needs_check THEN
        IF b.checked_by_id IS NULL OR NOT staff_distinct_v1(ARRAY[b.checked_by_id, b.prepared_by_id, b.approved_by_id]) OR NOT EXISTS (
            SELECT 1 FROM staff_user WHERE id = b.checked_by_id AND is_active AND role IN ('section_head', 'accountant')) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG004', MESSAGE = '批次须由第三人复核，复核人须为在岗的科室负责人或会计。';
        END IF;
        RETURN warrants_issue_v1('run', b.id, b.kind || ' ' || b.area_code || ' ' || b.period, '', 1::smallint, b.area_code, NULL,
            ARRAY['prepare', 'recheck', 'approve'], ARRAY[b.prepared_by_id, b.checked_by_id, b.approved_by_id],
            ARRAY[coalesce(b.confirmed_at, b.prepared_at), b.checked_at, b.approved_at]);
    END IF;
    RETURN warrants_issue_v1('run', b.id, b.kind || ' ' || b.area_code || ' ' || b.period, '', 2::smallint, b.area_code, NULL,
        ARRAY['prepare', 'approve'], ARRAY[b.prepared_by_id, b.approved_by_id], ARRAY[coalesce(b.confirmed_at, b.prepared_at), b.approved_at]);
END;
$$;
