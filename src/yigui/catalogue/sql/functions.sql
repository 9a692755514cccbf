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
-- Applied for by a section head or director, approved by another director, effected by the security administrator. Writes the version
-- that holds from the day of the change, and gives its record to later versions that no change of their own covers. Gives the warrant.
-- Errors: YG005 not signed by three people of the right posts, or below the minimum of the class.
CREATE OR REPLACE FUNCTION catalogue_effect_change_v1(p_change bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c catalogue_item_change%ROWTYPE;
    base catalogue_item_version%ROWTYPE;
BEGIN
    SELECT * INTO c FROM catalogue_item_change WHERE id = p_change FOR UPDATE;
    IF c.id IS NULL OR c.status <> 'approved' OR c.effected_by_id IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '事项变更未走完申请、批准、办理三个环节。';
    END IF;
    IF c.applied_by_id IN (c.approved_by_id, c.effected_by_id) OR c.approved_by_id = c.effected_by_id THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '事项变更的申请、批准、办理须为不同人员。';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM staff_user WHERE id = c.applied_by_id AND is_active AND role IN ('section_head', 'director'))
       OR NOT EXISTS (SELECT 1 FROM staff_user WHERE id = c.approved_by_id AND is_active AND role = 'director')
       OR NOT EXISTS (SELECT 1 FROM staff_user WHERE id = c.effected_by_id AND is_active AND role = 'security_admin') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '事项变更的经手人岗位不符合规定。';
    END IF;
    IF btrim(c.reason) = '' OR NOT c.route ?& array_append(catalogue_minimum_route_v1(c.risk_class), 'finish') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = format('事项 %s 的变更没有理由，或环节少于该风险等级的规定。', c.code);
    END IF;
    SELECT * INTO base FROM catalogue_item_version WHERE code = c.code AND valid_from <= c.valid_from ORDER BY valid_from DESC LIMIT 1;
    IF base.id IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = format('事项目录中没有 %s。', c.code);
    END IF;
    INSERT INTO catalogue_item_version
        (code, valid_from, name, kind, desk_kind, digest, risk_class, route, review_site, finish_site, source, reason, change_id)
    VALUES
        (c.code, c.valid_from, base.name, base.kind, base.desk_kind, base.digest, c.risk_class, c.route, c.review_site, c.finish_site, 'change', c.reason, c.id)
    ON CONFLICT (code, valid_from) DO UPDATE SET
        risk_class = EXCLUDED.risk_class, route = EXCLUDED.route, review_site = EXCLUDED.review_site, finish_site = EXCLUDED.finish_site,
        source = 'change', reason = EXCLUDED.reason, change_id = EXCLUDED.change_id;
    UPDATE catalogue_item_version
    SET risk_class = c.risk_class, route = c.route, review_site = c.review_site, finish_site = c.finish_site, source = 'kept'
    WHERE code = c.code AND valid_from > c.valid_from AND valid_from < coalesce(
        (SELECT min(valid_from) FROM catalogue_item_version WHERE code = c.code AND source = 'change' AND valid_from > c.valid_from),
        'infinity'::date);
    RETURN warrants_issue_v1(
        'item', c.id, 'ITEM-' || c.id, c.code, 3::smallint, '', NULL,
        ARRAY['apply', 'approve', 'effect'], ARRAY[c.applied_by_id, c.approved_by_id, c.effected_by_id],
        ARRAY[c.applied_at, c.approved_at, c.effected_at]);
END;
$$;
