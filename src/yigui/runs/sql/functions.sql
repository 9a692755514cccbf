-- runs_batch_guard_v1: how a batch may move, whoever asks. Errors: YG003 finished, YG006 wrong move, YG001 no warrant.
CREATE OR REPLACE FUNCTION runs_batch_guard_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '批次不能删除，只能作废。';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'draft' THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '批次须从“生成中”开始。';
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
    IF (NEW.id, NEW.kind, NEW.area_code, NEW.period, NEW.subject, NEW.prepared_by_id, NEW.needs_check) IS DISTINCT FROM
       (OLD.id, OLD.kind, OLD.area_code, OLD.period, OLD.subject, OLD.prepared_by_id, OLD.needs_check)
       OR (OLD.checked_by_id IS NOT NULL AND NEW.checked_by_id IS DISTINCT FROM OLD.checked_by_id)
       OR (OLD.status <> 'draft' AND (NEW.row_count, NEW.total_fen, NEW.digest, NEW.summary, NEW.checks, NEW.areas) IS DISTINCT FROM
           (OLD.row_count, OLD.total_fen, OLD.digest, OLD.summary, OLD.checks, OLD.areas)) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('批次 %s 已生成，内容不能修改，请作废后重新生成。', OLD.id);
    END IF;
    IF NEW.status = 'approved' AND OLD.status = 'prepared' AND (NEW.approved_by_id IS NULL OR EXISTS (
        SELECT 1 FROM jsonb_array_elements(OLD.checks) AS c WHERE NOT (c ->> 'passed')::boolean)) THEN
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
    RETURN NEW;
END;
$$;
CREATE OR REPLACE TRIGGER runs_batch_guard BEFORE INSERT OR UPDATE OR DELETE ON runs_batch
    FOR EACH ROW EXECUTE FUNCTION runs_batch_guard_v1();

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

-- runs_issue_warrant_v1: the class-2 warrant of an approved batch. Prepared by a section head or accountant, approved by a
-- director: two people, both active; where a check is needed, checked by a third, and of class 1. Errors: YG005 not approved,
-- YG004 people.
CREATE OR REPLACE FUNCTION runs_issue_warrant_v1(p_batch bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    b runs_batch%ROWTYPE;
BEGIN
    SELECT * INTO b FROM runs_batch WHERE id = p_batch FOR UPDATE;
    IF b.id IS NULL OR b.status <> 'approved' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '批次未经审批，不能签发授权凭据。';
    END IF;
    IF b.approved_by_id = b.prepared_by_id
       OR NOT EXISTS (SELECT 1 FROM staff_user WHERE id = b.prepared_by_id AND is_active AND role IN ('section_head', 'accountant'))
       OR NOT EXISTS (SELECT 1 FROM staff_user WHERE id = b.approved_by_id AND is_active AND role = 'director') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004', MESSAGE = '批次须由科室负责人或会计生成、由分管领导审批，且不为同一人。';
    END IF;
    IF b.needs_check THEN
        IF b.checked_by_id IS NULL OR b.checked_by_id IN (b.prepared_by_id, b.approved_by_id) OR NOT EXISTS (
            SELECT 1 FROM staff_user WHERE id = b.checked_by_id AND is_active AND role IN ('section_head', 'accountant')) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG004', MESSAGE = '批次须由第三人复核，复核人须为在岗的科室负责人或会计。';
        END IF;
        RETURN warrants_issue_v1('run', b.id, b.kind || ' ' || b.area_code || ' ' || b.period, '', 1::smallint, b.area_code, NULL,
            ARRAY['prepare', 'recheck', 'approve'], ARRAY[b.prepared_by_id, b.checked_by_id, b.approved_by_id],
            ARRAY[b.prepared_at, b.checked_at, b.approved_at]);
    END IF;
    RETURN warrants_issue_v1('run', b.id, b.kind || ' ' || b.area_code || ' ' || b.period, '', 2::smallint, b.area_code, NULL,
        ARRAY['prepare', 'approve'], ARRAY[b.prepared_by_id, b.approved_by_id], ARRAY[b.prepared_at, b.approved_at]);
END;
$$;
