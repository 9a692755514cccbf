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

-- staff_image_v1: a row as it stands in the record: without the moment of the last sign-in or contact and without the key of a
-- reader; a password as digest of its hash.
CREATE OR REPLACE FUNCTION staff_image_v1(p_row jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN p_row ? 'password'
        THEN p_row - 'last_login' || jsonb_build_object('password', encode(sha256(convert_to(p_row ->> 'password', 'UTF8')), 'hex'))
        ELSE p_row - '{seen_at,reader_key}'::text[] END;
$$;

-- staff_record_v1: every change of an account or of the organisation is recorded (staff_event), whoever makes it: with the deed
-- open in the transaction (setting yigui.deed), or as `unknown`.
CREATE OR REPLACE FUNCTION staff_record_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    deed jsonb := coalesce(nullif(current_setting('yigui.deed', true), '')::jsonb, '{}');
    image_before jsonb;
    image_after jsonb;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        image_before := staff_image_v1(to_jsonb(OLD));
    END IF;
    IF TG_OP <> 'DELETE' THEN
        image_after := staff_image_v1(to_jsonb(NEW));
    END IF;
    IF image_before IS NOT DISTINCT FROM image_after THEN
        RETURN NULL;
    END IF;
    INSERT INTO staff_event (at, verb, actor_id, actor_name, table_name, row_id, kind, before, after, reason, details)
    SELECT clock_timestamp(), coalesce(deed ->> 'verb', 'unknown'), (deed ->> 'actor')::bigint,
        coalesce((SELECT full_name FROM staff_user WHERE id = (deed ->> 'actor')::bigint), ''), TG_TABLE_NAME,
        coalesce(image_after ->> 'id', image_before ->> 'id')::bigint, left(TG_OP, 1), image_before, image_after,
        left(coalesce(deed ->> 'reason', ''), 200), coalesce(deed -> 'details', '{}');
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION staff_record_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER record AFTER INSERT OR UPDATE OR DELETE ON staff_user FOR EACH ROW EXECUTE FUNCTION staff_record_v1();
CREATE OR REPLACE TRIGGER record AFTER INSERT OR UPDATE OR DELETE ON staff_section FOR EACH ROW EXECUTE FUNCTION staff_record_v1();
CREATE OR REPLACE TRIGGER record AFTER INSERT OR UPDATE OR DELETE ON staff_host FOR EACH ROW EXECUTE FUNCTION staff_record_v1();
CREATE OR REPLACE TRIGGER record AFTER INSERT OR UPDATE OR DELETE ON staff_location FOR EACH ROW EXECUTE FUNCTION staff_record_v1();
CREATE OR REPLACE TRIGGER record AFTER INSERT OR UPDATE OR DELETE ON staff_opening_exception
    FOR EACH ROW EXECUTE FUNCTION staff_record_v1();
CREATE OR REPLACE TRIGGER record AFTER INSERT OR UPDATE OR DELETE ON staff_window FOR EACH ROW EXECUTE FUNCTION staff_record_v1();
CREATE OR REPLACE TRIGGER record AFTER INSERT OR UPDATE OR DELETE ON staff_kiosk FOR EACH ROW EXECUTE FUNCTION staff_record_v1();

-- staff_section_tree_v1: a section lies under a section of its own agency, and never under itself.
CREATE OR REPLACE FUNCTION staff_section_tree_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    -- Two moves at once could close a circle that neither of them sees.
    PERFORM pg_advisory_xact_lock(7006, 0);
    IF NEW.parent_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM staff_section WHERE id = NEW.parent_id AND agency_id = NEW.agency_id) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('科室“%s”的上级科室不属于同一机构。', NEW.name);
    END IF;
    IF EXISTS (
        WITH RECURSIVE above AS (
            SELECT NEW.parent_id AS id
            UNION
            SELECT s.parent_id FROM staff_section s JOIN above ON s.id = above.id
        )
        SELECT 1 FROM above WHERE id = NEW.id) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('科室“%s”不能归到自己的下级之下。', NEW.name);
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION staff_section_tree_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER tree AFTER INSERT OR UPDATE OF parent_id, agency_id ON staff_section
    FOR EACH ROW EXECUTE FUNCTION staff_section_tree_v1();

-- staff_desk_place_v1: a desk stands in a place of its agency where people sit; a self-service area and an outlet have none.
CREATE OR REPLACE FUNCTION staff_desk_place_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.closed_on IS NULL AND NEW.location_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM staff_location WHERE id = NEW.location_id AND agency_id = NEW.agency_id AND kind IN ('hall', 'township')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('%s 号柜台须设在本机构的服务大厅或服务点；自助服务区不设柜台。', NEW.number);
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION staff_desk_place_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER place BEFORE INSERT OR UPDATE ON staff_window FOR EACH ROW EXECUTE FUNCTION staff_desk_place_v1();
