-- catalogue_minimum_route_v1: the least steps a risk class asks for, in order, as `catalogue/routes.py` has them (a test compares).
CREATE OR REPLACE FUNCTION catalogue_minimum_route_v1(p_class integer) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE p_class
        WHEN 1 THEN ARRAY['accept', 'review', 'recheck', 'request', 'meeting', 'approve']
        WHEN 2 THEN ARRAY['accept', 'review', 'recheck']
        ELSE ARRAY['accept'] END;
$$;

-- catalogue_route_v1: the steps a case of a class must go through, in order: its version's route and at least its class's.
CREATE OR REPLACE FUNCTION catalogue_route_v1(p_route jsonb, p_class integer) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT array_agg(step ORDER BY place)
    FROM unnest(catalogue_minimum_route_v1(1)) WITH ORDINALITY AS s (step, place)
    WHERE p_route ? step OR step = ANY (catalogue_minimum_route_v1(p_class));
$$;

-- catalogue_effect_change_v1: carries an approved change of an item's risk record (事项变更) into the catalogue.
-- Applied for by a section head or director, examined by internal control, approved by another director, effected by the security
-- administrator, all of the city (R313). Writes the version
-- that holds from the day of the change, and gives its record to later versions that no change of their own covers. Gives the warrant.
-- Errors: YG005 not signed by four people of the right posts, or below the minimum of the class.
-- The one of the release before took its people from the row.
DROP FUNCTION IF EXISTS catalogue_effect_change_v1(bigint);
CREATE OR REPLACE FUNCTION catalogue_effect_change_v1(p_token text, p_code text, p_change bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c catalogue_item_change%ROWTYPE;
    base catalogue_item_version%ROWTYPE;
BEGIN
    SELECT * INTO c FROM catalogue_item_change WHERE id = p_change FOR UPDATE;
    IF c.id IS NULL OR c.status <> 'approved' OR num_nonnulls(c.checked_by_id, c.approved_by_id) < 2 OR c.effected_by_id IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '事项变更未走完申请、内控审核、批准、办理四个环节。';
    END IF;
    c.effected_by_id := identity_confirm_v1(p_token, p_code, 'item change ' || c.id || ' ' || encode(sha256(convert_to(c::text, 'UTF8')), 'hex'));
    c.effected_at := clock_timestamp();
    IF staff_distinct_v1(ARRAY[c.applied_by_id, c.checked_by_id, c.approved_by_id, c.effected_by_id]) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '事项变更的申请、内控审核、批准、办理须为不同人员。';
    END IF;
    IF NOT staff_at_city_v1(c.applied_by_id, ARRAY['section_head', 'director']) OR NOT staff_at_city_v1(c.checked_by_id, ARRAY['auditor'])
       OR NOT staff_at_city_v1(c.approved_by_id, ARRAY['director']) OR NOT staff_at_city_v1(c.effected_by_id, ARRAY['security_admin']) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '事项变更的经手人岗位不符合规定，或不在市级机构。';
    END IF;
    IF btrim(c.reason) = '' OR NOT c.route ?& array_append(catalogue_minimum_route_v1(c.risk_class), 'finish') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = format('事项 %s 的变更没有理由，或环节少于该风险等级的规定。', c.code);
    END IF;
    SELECT * INTO base FROM catalogue_item_version WHERE code = c.code AND valid_from <= c.valid_from ORDER BY valid_from DESC LIMIT 1;
    IF base.id IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = format('事项目录中没有 %s。', c.code);
    END IF;
    IF base.kind = 'complex' AND c.finish_site = 'front_desk' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = format('复杂业务 %s 由前台受理、后台办结，不能改为前台办结。', c.code);
    END IF;
    INSERT INTO catalogue_item_version
        (code, valid_from, name, kind, desk_kind, applicant, digest, risk_class, route, review_site, finish_site, source, reason, change_id)
    VALUES
        (c.code, c.valid_from, base.name, base.kind, base.desk_kind, base.applicant, base.digest, c.risk_class, c.route, c.review_site, c.finish_site, 'change', c.reason, c.id)
    ON CONFLICT (code, valid_from) DO UPDATE SET
        risk_class = EXCLUDED.risk_class, route = EXCLUDED.route, review_site = EXCLUDED.review_site, finish_site = EXCLUDED.finish_site,
        source = 'change', reason = EXCLUDED.reason, change_id = EXCLUDED.change_id;
    UPDATE catalogue_item_version
    SET risk_class = c.risk_class, route = c.route, review_site = c.review_site, finish_site = c.finish_site, source = 'kept'
    WHERE code = c.code AND valid_from > c.valid_from AND valid_from < coalesce(
        (SELECT min(valid_from) FROM catalogue_item_version WHERE code = c.code AND source = 'change' AND valid_from > c.valid_from),
        'infinity'::date);
    UPDATE catalogue_item_change SET status = 'effected', effected_by_id = c.effected_by_id, effected_at = c.effected_at WHERE id = c.id;
    RETURN warrants_issue_v1(
        'item', c.id, 'ITEM-' || c.id, c.code, 3::smallint, '', NULL,
        ARRAY['apply', 'check', 'approve', 'effect'], ARRAY[c.applied_by_id, c.checked_by_id, c.approved_by_id, c.effected_by_id],
        ARRAY[c.applied_at, c.checked_at, c.approved_at, c.effected_at]);
END;
$$;

-- catalogue_change_guard_v1: the life of a change of an item: applied for, examined by internal control, approved by a director, carried in
-- by the owner's function; or refused with its reason by whoever's turn it is, or taken back; its content never changed. By people of the city. Binds the application. Errors: YG003 over, YG006 wrong move.
CREATE OR REPLACE FUNCTION catalogue_change_guard_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    life text[] := ARRAY['status', 'checked_by_id', 'checked_at', 'approved_by_id', 'approved_at', 'effected_by_id', 'effected_at', 'refused_by_id', 'note'];
    signer bigint;
BEGIN
    IF current_user <> 'yigui_app' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'applied' OR num_nonnulls(NEW.checked_by_id, NEW.approved_by_id, NEW.effected_by_id, NEW.refused_by_id) > 0 THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '事项变更须从“已申请”开始。';
        END IF;
        IF staff_at_city_v1(NEW.applied_by_id, ARRAY['section_head', 'director']) IS NOT TRUE THEN
            RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '事项变更须由市级科室负责人或分管领导申请。';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.status NOT IN ('applied', 'checked', 'approved') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = format('事项变更 %s 号已结束，不能修改或删除。', OLD.id);
    END IF;
    IF to_jsonb(NEW) - life IS DISTINCT FROM to_jsonb(OLD) - life
       OR (OLD.status <> 'applied' AND (NEW.checked_by_id, NEW.checked_at) IS DISTINCT FROM (OLD.checked_by_id, OLD.checked_at))
       OR (OLD.status = 'approved' AND (NEW.approved_by_id, NEW.approved_at) IS DISTINCT FROM (OLD.approved_by_id, OLD.approved_at))
       OR (NEW.effected_by_id, NEW.effected_at) IS DISTINCT FROM (OLD.effected_by_id, OLD.effected_at)
       OR (OLD.status, NEW.status) NOT IN (('applied', 'checked'), ('checked', 'approved'), ('applied', 'refused'), ('checked', 'refused'),
           ('approved', 'refused'), ('applied', 'taken_back')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('事项变更 %s 号的内容不能修改，也不能这样变更状态。', OLD.id);
    END IF;
    IF NEW.status = 'taken_back' THEN
        IF NEW.refused_by_id IS DISTINCT FROM OLD.applied_by_id THEN
            RAISE EXCEPTION USING ERRCODE = 'YG009', MESSAGE = format('事项变更 %s 号只能由申请人本人撤回。', OLD.id);
        END IF;
        RETURN NEW;
    END IF;
    -- Each step by its own post, never by somebody of the steps before; refused with the reason by whoever's turn it is.
    signer := CASE NEW.status WHEN 'checked' THEN NEW.checked_by_id WHEN 'approved' THEN NEW.approved_by_id ELSE NEW.refused_by_id END;
    IF signer IS NULL OR NOT staff_distinct_v1(ARRAY[signer, OLD.applied_by_id, OLD.checked_by_id, OLD.approved_by_id]) OR NOT staff_at_city_v1(signer,
           CASE OLD.status WHEN 'applied' THEN ARRAY['auditor'] WHEN 'checked' THEN ARRAY['director'] ELSE ARRAY['security_admin'] END)
       OR (NEW.status = 'refused' AND btrim(NEW.note) = '') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = format('事项变更 %s 号本环节的经手人岗位不符合规定，与前面环节为同一人，或未写明原因。', OLD.id);
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION catalogue_change_guard_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON catalogue_item_change
    FOR EACH ROW EXECUTE FUNCTION catalogue_change_guard_v1();
