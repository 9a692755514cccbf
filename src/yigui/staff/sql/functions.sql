-- staff_may_v1: whether a person holds the authority for a step of an item in an area on a day.
-- Params: p_user, p_step, p_item (REG-004), p_area (GB/T 2260), p_on, p_amount_fen (NULL where no money is decided).
CREATE OR REPLACE FUNCTION staff_may_v1(
    p_user bigint, p_step text, p_item text, p_area text, p_on date, p_amount_fen bigint
) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1
        FROM staff_authority a
        JOIN staff_user u ON u.id = a.user_id AND u.is_active
        WHERE a.user_id = p_user
          AND a.step = p_step
          AND a.item_group IN ('*', split_part(p_item, '-', 1), p_item)
          AND a.area_code IN ('*', p_area)
          AND p_on BETWEEN a.valid_from AND a.valid_to
          AND (a.amount_fen_max IS NULL OR p_amount_fen IS NULL OR p_amount_fen <= a.amount_fen_max)
    );
$$;

-- staff_posts_apart: incompatible posts (不相容岗位分离). One person never holds acceptance together with review, request or
-- approval, nor approval together with a check below it; the three administrators hold no step at all.
CREATE OR REPLACE FUNCTION staff_posts_apart_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    clash text;
BEGIN
    IF EXISTS (SELECT 1 FROM staff_user WHERE id = NEW.user_id
               AND role NOT IN ('teller', 'reviewer', 'rechecker', 'section_head', 'director')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004', MESSAGE = '该岗位不得授予业务环节权限（三员分立、稽核与财务岗位不兼业务）。';
    END IF;
    SELECT step INTO clash FROM staff_authority
    WHERE user_id = NEW.user_id AND id <> NEW.id
      AND daterange(valid_from, valid_to, '[]') && daterange(NEW.valid_from, NEW.valid_to, '[]')
      AND ((NEW.step = 'accept' AND step IN ('review', 'request', 'meeting', 'approve'))
        OR (step = 'accept' AND NEW.step IN ('review', 'request', 'meeting', 'approve'))
        OR (NEW.step = 'approve' AND step IN ('review', 'recheck', 'request'))
        OR (step = 'approve' AND NEW.step IN ('review', 'recheck', 'request')))
    LIMIT 1;
    IF clash IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004',
            MESSAGE = format('不相容岗位：同一人不能同时持有 %s 与 %s 权限。', clash, NEW.step);
    END IF;
    RETURN NEW;
END;
$$;
DROP TRIGGER IF EXISTS staff_posts_apart ON staff_authority;
CREATE TRIGGER staff_posts_apart BEFORE INSERT OR UPDATE ON staff_authority
    FOR EACH ROW EXECUTE FUNCTION staff_posts_apart_v1();

-- staff_issue_warrant_v1: the warrant for an approved application for rights (岗位权限申请).
-- Applied by a section head or director, approved by a director, granted by the security administrator: three people,
-- none of them the one who gets the right. Errors: YG005.
CREATE OR REPLACE FUNCTION staff_issue_warrant_v1(p_request bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    r staff_rights_request%ROWTYPE;
BEGIN
    SELECT * INTO r FROM staff_rights_request WHERE id = p_request FOR UPDATE;
    IF r.id IS NULL OR r.status <> 'approved' OR r.granted_by_id IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '权限申请未走完申请、批准、授权三个环节。';
    END IF;
    IF r.user_id IN (r.applied_by_id, r.approved_by_id, r.granted_by_id)
       OR r.applied_by_id IN (r.approved_by_id, r.granted_by_id) OR r.approved_by_id = r.granted_by_id THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '权限的申请、批准、授权与被授权人须为不同人员。';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM staff_user WHERE id = r.applied_by_id AND is_active AND role IN ('section_head', 'director'))
       OR NOT EXISTS (SELECT 1 FROM staff_user WHERE id = r.approved_by_id AND is_active AND role = 'director')
       OR NOT EXISTS (SELECT 1 FROM staff_user WHERE id = r.granted_by_id AND is_active AND role = 'security_admin') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '权限申请的经手人岗位不符合规定。';
    END IF;
    RETURN warrants_issue_v1(
        'rights', r.id, 'RIGHTS-' || r.id, '', 2::smallint, '', NULL,
        ARRAY['apply', 'approve', 'grant'], ARRAY[r.applied_by_id, r.approved_by_id, r.granted_by_id],
        ARRAY[r.applied_at, r.approved_at, r.granted_at]);
END;
$$;
