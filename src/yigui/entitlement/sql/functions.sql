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

-- Opening a benefit, paying it for the first time and paying it again take a class-1 warrant; an ended one stays ended. Only what was ended for a death
-- that was none waits again, suspended, when a case that changes key facts (`changes_keys`) has taken the death back: its person lives by then.
CREATE OR REPLACE FUNCTION benefits_benefit_class_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' OR (NEW.status = 'active' AND OLD.status <> 'active') THEN
        PERFORM warrants_stamp_v1(1::smallint, 'benefits_benefit');
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.status = 'ended' AND NEW.status <> 'ended' THEN
        IF NEW.status = 'suspended' AND OLD.status_reason = '死亡' THEN
            IF EXISTS (SELECT 1 FROM warrants_warrant w JOIN registry_person p ON p.id = OLD.person_id AND p.life_status = '01'
                    WHERE w.id = warrants_stamp_v1(1::smallint, 'benefits_benefit') AND (casework_about_v1(w.item_code) ->> 'changes_keys')::boolean) THEN
                RETURN NEW;
            END IF;
        END IF;
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '待遇已终止，不能恢复，请重新核定。';
    END IF;
    RETURN NEW;
END;
$$;
CREATE OR REPLACE TRIGGER benefit_class BEFORE INSERT OR UPDATE OF status ON benefits_benefit
    FOR EACH ROW EXECUTE FUNCTION benefits_benefit_class_v1();

-- benefits_unemployment_ends_v1: guard: an unemployment benefit is in payment for the months it was awarded and no longer (社会保险法第四十六条): none comes into
-- payment, or loses its end while it is, without a last month. One of before this guard stays as it is, and is somebody's task (`tasks`). Binds the owner too. Error: YG006.
CREATE OR REPLACE FUNCTION benefits_unemployment_ends_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' OR OLD.status <> 'active' OR OLD.kind <> 4 OR OLD.end_period IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME, MESSAGE = format(
            '失业保险金（待遇 %s 号）没有终止年月，不能发放：请按核定的领取期限填写终止年月后再办理。', NEW.id);
    END IF;
    RETURN NEW;
END;
$$;
CREATE OR REPLACE TRIGGER benefit_always_ends BEFORE INSERT OR UPDATE ON benefits_benefit FOR EACH ROW
    WHEN (NEW.kind = 4 AND NEW.status = 'active' AND NEW.end_period IS NULL) EXECUTE FUNCTION benefits_unemployment_ends_v1();

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
-- A mark is made by what makes it needed: a case or an executed run. Binds the application.
CREATE OR REPLACE FUNCTION benefits_back_due_ground_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF warrants_by_application_v1() AND NOT EXISTS (
        SELECT 1 FROM warrants_warrant
        WHERE xid = (pg_current_xact_id_if_assigned()::text)::bigint AND issued_at = transaction_timestamp()
          AND kind NOT IN ('receipt', 'result')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG001', TABLE = TG_TABLE_NAME, MESSAGE = '待补发标记只能由办件或批次在授权凭据下登记。';
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION benefits_back_due_ground_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER back_due_ground BEFORE INSERT ON benefits_back_due FOR EACH STATEMENT EXECUTE FUNCTION benefits_back_due_ground_v1();
CREATE OR REPLACE TRIGGER no_delete BEFORE DELETE ON benefits_back_due FOR EACH STATEMENT EXECUTE FUNCTION warrants_refuse_v1();
CREATE OR REPLACE TRIGGER no_truncate BEFORE TRUNCATE ON benefits_back_due FOR EACH STATEMENT EXECUTE FUNCTION warrants_refuse_v1();

-- benefits_kin_v1: what the person of an identity number is to an officer (亲属回避, R309): `self`; `declared` (by or for the officer, under whichever
-- account); and as the registry knows them `household` (户口所在地 down to the house) or `payee` (one draws the other's benefit). NULL: a stranger.
-- Params: the officer's account and number ("" when none is known); p_at: the moment it was signed, for whoever asks afterwards: what the registry has
-- learnt since does not count, nor what was declared since; NULL for now.
CREATE OR REPLACE FUNCTION benefits_kin_v1(p_user bigint, p_own text, p_number text, p_at timestamptz DEFAULT NULL) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    IF p_own <> '' AND p_own = p_number THEN
        RETURN 'self';
    END IF;
    -- Under a number of before one is still oneself.
    IF p_own <> '' AND p_at IS NULL AND registry_person_of_v1(p_own) = registry_person_of_v1(p_number) THEN
        RETURN 'self';
    END IF;
    IF EXISTS (
        SELECT 1 FROM staff_kin k WHERE k.id_number = p_number
          AND (k.user_id = p_user OR (p_own <> '' AND k.user_id IN (SELECT o.id FROM staff_user o WHERE o.id_number = p_own)))
          AND (p_at IS NULL AND k.ended_at IS NULL OR p_at BETWEEN k.declared_at AND coalesce(k.ended_at, 'infinity'))) THEN
        RETURN 'declared';
    END IF;
    IF p_own = '' OR p_at IS NOT NULL THEN
        RETURN NULL;
    END IF;
    RETURN (
        SELECT CASE
            WHEN own.household_place = p.household_place AND p.household_place ~ '[0-9]+(号|室|栋|幢|单元|组)' THEN 'household'
            WHEN EXISTS (SELECT 1 FROM benefits_benefit b WHERE b.person_id = p.id AND b.payee_number = p_own)
              OR EXISTS (SELECT 1 FROM benefits_benefit b WHERE b.person_id = own.id AND b.payee_number = p.id_number) THEN 'payee' END
        FROM registry_person p LEFT JOIN registry_person own ON own.id = registry_person_of_v1(p_own)
        WHERE p.id = registry_person_of_v1(p_number));
END;
$$;

-- benefits_execute_certify_v1: certifies whom a signed match (数据比对认证) lists, read from the frozen batch, and closes the task of helping them.
-- Whoever was reported dead since is left out. p_on: the business day, which is the database's own. Gives how many those are. Errors: YG001 not its warrant, YG010 prepared by an earlier release.
CREATE OR REPLACE FUNCTION benefits_execute_certify_v1(p_batch bigint, p_on date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_warrant bigint := runs_own_warrant_v1(p_batch, 3::smallint, 'benefits_certification');
    signed jsonb := (SELECT summary FROM runs_batch WHERE id = p_batch);
    dead bigint;
    certified bigint;
    today date := identity_business_day_v1(p_on);
BEGIN
    IF signed ->> 'months' IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = format('第 %s 号批次由旧版本生成，请作废后重新生成。', p_batch);
    END IF;
    WITH matched AS MATERIALIZED (
        SELECT p.id AS person, (r.pair ->> 1)::date AS day,
            p.life_status <> '01' OR EXISTS (SELECT 1 FROM exchange_deaths_v1(p.id) d WHERE d.standing IN ('in_force', 'other_day')) AS is_dead
        FROM jsonb_array_elements(signed -> 'certify') AS r (pair) JOIN registry_person p ON p.id = (r.pair ->> 0)::bigint
    ),
    written AS (
        INSERT INTO benefits_certification (warrant_id, person_id, certified_on, valid_until, way, source_id)
        SELECT the_warrant, person, day, to_char(day + make_interval(months => (signed ->> 'months')::integer), 'YYYYMM')::integer, 'data', p_batch
        FROM matched WHERE NOT is_dead
        ON CONFLICT DO NOTHING
    )
    SELECT count(*) FILTER (WHERE is_dead), count(*) FILTER (WHERE NOT is_dead) INTO dead, certified FROM matched;
    UPDATE benefits_assisted_task t SET closed_on = today
    WHERE closed_on IS NULL AND EXISTS (
        SELECT 1 FROM benefits_certification c WHERE c.person_id = t.person_id AND c.way = 'data' AND c.source_id = p_batch);
    PERFORM runs_written_v1(p_batch, certified, 0, dead);
    RETURN dead;
END;
$$;

-- benefits_carry_v1: certifications of a record that is merged hold for the kept one, whose its benefits become. Two monthly benefits that are not
-- ended make no merge: which of them is due is decided before. Gives the rows written. Errors: YG011 no such merge, YG006 two benefits.
CREATE OR REPLACE FUNCTION benefits_carry_v1(p_kept bigint, p_doubled bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    m record;
    written bigint;
BEGIN
    SELECT * INTO m FROM registry_merging_v1(p_kept, p_doubled);
    IF 1 < (SELECT count(DISTINCT person_id) FROM benefits_benefit WHERE person_id IN (p_kept, p_doubled) AND kind < 11 AND status <> 'ended') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = 'benefits_benefit',
            MESSAGE = '两份档案都有未终止的按月待遇，请先核实并终止重复领取的一份，再办理合并。';
    END IF;
    INSERT INTO benefits_certification (warrant_id, person_id, certified_on, valid_until, way, source_id)
    SELECT m.warrant, p_kept, certified_on, valid_until, way, source_id FROM benefits_certification c WHERE c.person_id = p_doubled
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END;
$$;

-- benefits_told_v1: what has been done to reach somebody before a benefit is held for want of a certification (停发前告知): days on which
-- they were told about the certification that ends with p_until (YYYYMM, 0 for none), ways, and whether shared data, the family or the village
-- were tried. is_told: three days, two ways and one of these. Params: p_area is the area that pays.
CREATE OR REPLACE FUNCTION benefits_told_v1(
    p_person bigint, p_until integer, p_area text, OUT days integer, OUT ways integer, OUT is_tried boolean, OUT is_told boolean
)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT n.days, n.ways, t.is_tried, n.days >= 3 AND n.ways >= 2 AND t.is_tried
    FROM (SELECT count(DISTINCT told_on)::integer AS days, count(DISTINCT way)::integer AS ways,
            coalesce(bool_or(way IN ('visit', 'family', 'village')), false) AS is_near
        FROM benefits_suspension_notice WHERE person_id = p_person AND valid_until = p_until) AS n
    CROSS JOIN LATERAL (SELECT n.is_near OR EXISTS (SELECT 1 FROM runs_batch r WHERE r.kind = 'certify' AND r.status = 'executed'
        AND r.period >= p_until AND p_area = ANY (r.areas::text[])) AS is_tried) AS t
$$;

-- benefits_notice_guard_v1: a notice is put down on the day it was given, by somebody of the agency that pays, about the certification that ends, and of one
-- who has to be certified; when it was recorded is the database's own. Binds the application. Errors: YG005 wrong person, YG006.
CREATE OR REPLACE FUNCTION benefits_notice_guard_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    area text;
BEGIN
    IF NOT warrants_by_application_v1() THEN
        RETURN NEW;
    END IF;
    NEW.recorded_at := clock_timestamp();
    IF NEW.told_on IS DISTINCT FROM identity_business_day_v1(NEW.told_on) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '停发前告知须在告知当日登记。';
    END IF;
    SELECT b.area_id INTO area FROM benefits_benefit b WHERE b.person_id = NEW.person_id AND b.kind IN (1, 2, 3) AND b.status = 'active' ORDER BY b.id LIMIT 1;
    IF area IS NULL OR NEW.valid_until <> coalesce((SELECT max(c.valid_until) FROM benefits_certification c WHERE c.person_id = NEW.person_id), 0)
       OR NEW.valid_until > to_char(NEW.told_on + interval '1 month', 'YYYYMM')::integer THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '只能登记对在发待遇、即将届满或已届满的资格认证的告知。';
    END IF;
    IF btrim(NEW.result) = '' OR NEW.way NOT IN ('message', 'call', 'letter', 'visit', 'family', 'village') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '停发前告知须写明方式和告知情况。';
    END IF;
    IF runs_has_post_v1(NEW.told_by_id, ARRAY['teller', 'reviewer'], area) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '停发前告知由发放该待遇的经办机构的经办或复核人员登记。';
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION benefits_notice_guard_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER guard BEFORE INSERT ON benefits_suspension_notice FOR EACH ROW EXECUTE FUNCTION benefits_notice_guard_v1();
