-- Entitlements: guards. Errors: YG001/YG002 no warrant, YG003 append only, YG006 wrong move.
SELECT registry_bind_subjects_v1('benefits_benefit', 'person_id', '');
SELECT registry_bind_rows_v1(t::regclass, 'SELECT b.person_id, NULL::bigint FROM new_rows n JOIN benefits_benefit b ON b.id = n.benefit_id')
FROM unnest(ARRAY['benefits_award', 'benefits_amount', 'benefits_recovery', 'benefits_back_due']) AS t;
SELECT registry_bind_rows_v1(t::regclass, 'SELECT person_id, NULL::bigint FROM new_rows')
FROM unnest(ARRAY['benefits_certification', 'benefits_assisted_task', 'benefits_pre_review', 'benefits_dossier_fact']) AS t;
SELECT registry_bind_rows_v1('benefits_recovery_return', 'SELECT b.person_id, NULL::bigint FROM new_rows n '
    'JOIN benefits_recovery r ON r.id = n.recovery_id JOIN benefits_benefit b ON b.id = r.benefit_id');
SELECT warrants_guard_set_v1('benefits_award', 1::smallint);
SELECT warrants_guard_set_v1('benefits_amount', 1::smallint);
SELECT warrants_guard_set_v1('benefits_certification', 3::smallint);
SELECT warrants_guard_set_v1('benefits_dossier_fact', 2::smallint);
SELECT warrants_guard_set_v1('benefits_recovery_return', 2::smallint);

-- Opening a benefit, paying it for the first time and paying it again take a class-1 warrant; an ended one stays ended.
CREATE OR REPLACE FUNCTION benefits_benefit_class_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' OR (NEW.status = 'active' AND OLD.status <> 'active') THEN
        PERFORM warrants_stamp_v1(1::smallint, 'benefits_benefit');
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status = 'ended' AND NEW.status <> 'ended' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '待遇已终止，不能恢复，请重新核定。';
    END IF;
    RETURN NEW;
END;
$$;
CREATE OR REPLACE TRIGGER benefit_class BEFORE INSERT OR UPDATE OF status ON benefits_benefit
    FOR EACH ROW EXECUTE FUNCTION benefits_benefit_class_v1();

-- A mark to look at a benefit again is done once, by a run that is executed.
CREATE OR REPLACE FUNCTION benefits_back_due_guard_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.done_batch IS NOT NULL OR (NEW.id, NEW.benefit_id, NEW.from_period) IS DISTINCT FROM (OLD.id, OLD.benefit_id, OLD.from_period) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '待补发标记只能由执行的批次处理一次。';
    END IF;
    PERFORM warrants_stamp_v1(1::smallint, 'benefits_back_due');
    RETURN NEW;
END;
$$;
CREATE OR REPLACE TRIGGER back_due_guard BEFORE UPDATE ON benefits_back_due FOR EACH ROW EXECUTE FUNCTION benefits_back_due_guard_v1();
CREATE OR REPLACE TRIGGER no_delete BEFORE DELETE ON benefits_back_due FOR EACH STATEMENT EXECUTE FUNCTION warrants_refuse_v1();
CREATE OR REPLACE TRIGGER no_truncate BEFORE TRUNCATE ON benefits_back_due FOR EACH STATEMENT EXECUTE FUNCTION warrants_refuse_v1();
