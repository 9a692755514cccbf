-- staff_answers_for_v1: whether somebody at work looks after the sections of agencies (`p_floor`: after their places and desks): the system administrator,
-- for the floor also the head of the section that runs the counter; of the own agency, at city level of those under it too.
CREATE OR REPLACE FUNCTION staff_answers_for_v1(p_user bigint, p_floor boolean, p_agencies text[]) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM staff_user u JOIN registry_agency a ON a.code = u.agency_id JOIN registry_area r ON r.code = a.area_id
        WHERE u.id = p_user AND u.is_active
          AND (u.role = 'system_admin' OR (p_floor AND u.role = 'section_head'
            AND EXISTS (SELECT 1 FROM staff_section s WHERE s.id = u.section_id AND 'accept' = ANY (s.stages))))
          AND NOT EXISTS (
            SELECT 1 FROM unnest(array_remove(p_agencies, NULL)) AS t (code) WHERE t.code <> u.agency_id AND NOT (r.level = 'city' AND EXISTS (
                SELECT 1 FROM registry_agency o JOIN registry_area p ON p.code = o.area_id
                WHERE o.code = t.code AND r.code IN (p.code, p.parent_id)))))
$$;
REVOKE ALL ON FUNCTION staff_answers_for_v1 FROM PUBLIC;

-- staff_place_hand_v1: sections, places, desks, hosts and what is said about a day are made and changed by somebody of the right post whom the
-- database has seen in this transaction and who answers for the agency: its own, or as one of the city those under it. Who accepts where
-- rests on them. Argument: 'section' (the system administrator's), 'floor' (also of the head of the section that runs the counter), or
-- 'city' (the calendar: of a section head there).
-- Binds the application; the owner's functions ask themselves. Errors: YG009 nobody is there, YG005 somebody else's work.
CREATE OR REPLACE FUNCTION staff_place_hand_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    touched jsonb;
    agencies text[];
    who bigint;
BEGIN
    IF current_user <> 'yigui_app' THEN
        RETURN coalesce(NEW, OLD);
    END IF;
    who := identity_officer_v1();
    IF who IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', TABLE = TG_TABLE_NAME,
            MESSAGE = '科室、场所、柜台和开放时间的变动须由经数据库核验的本人办理，请重新登录后再办理。';
    END IF;
    -- Both the place as it was and as it becomes: nothing is taken from an agency that somebody does not answer for.
    FOREACH touched IN ARRAY array_remove(ARRAY[to_jsonb(OLD), to_jsonb(NEW)], NULL) LOOP
        agencies := agencies || coalesce(touched ->> 'agency_id',
            (SELECT l.agency_id FROM staff_location l WHERE l.id = (touched ->> 'location_id')::bigint));
    END LOOP;
    IF TG_ARGV[0] = 'city' AND NOT staff_at_city_v1(who, ARRAY['section_head']) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', TABLE = TG_TABLE_NAME, MESSAGE = '工作日历对全市各经办机构有效，须由市级机构的科室负责人调整。';
    END IF;
    -- A host may house places of any agency: it and its days are the city's.
    IF TG_ARGV[0] = 'floor' AND cardinality(array_remove(agencies, NULL)) IS NOT DISTINCT FROM 0
       AND NOT staff_at_city_v1(who, ARRAY['section_head', 'system_admin']) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', TABLE = TG_TABLE_NAME, MESSAGE = '进驻单位的开放时间对全市各经办机构有效，须由市级机构调整。';
    END IF;
    IF TG_ARGV[0] <> 'city' AND NOT staff_answers_for_v1(who, TG_ARGV[0] = 'floor', agencies) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', TABLE = TG_TABLE_NAME,
            MESSAGE = '科室须由本机构或市级的系统管理员调整；场所、柜台和开放时间亦可由其综合业务科负责人调整。';
    END IF;
    RETURN coalesce(NEW, OLD);
END;
$$;
REVOKE ALL ON FUNCTION staff_place_hand_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER under_hand BEFORE INSERT OR UPDATE OR DELETE ON staff_section
    FOR EACH ROW EXECUTE FUNCTION staff_place_hand_v1('section');
CREATE OR REPLACE TRIGGER under_hand BEFORE INSERT OR UPDATE OR DELETE ON staff_location
    FOR EACH ROW EXECUTE FUNCTION staff_place_hand_v1('floor');
CREATE OR REPLACE TRIGGER under_hand BEFORE INSERT OR UPDATE OR DELETE ON staff_window
    FOR EACH ROW EXECUTE FUNCTION staff_place_hand_v1('floor');
CREATE OR REPLACE TRIGGER under_hand BEFORE INSERT OR UPDATE OR DELETE ON staff_host
    FOR EACH ROW EXECUTE FUNCTION staff_place_hand_v1('floor');
CREATE OR REPLACE TRIGGER under_hand BEFORE INSERT OR UPDATE OR DELETE ON staff_opening_exception
    FOR EACH ROW EXECUTE FUNCTION staff_place_hand_v1('floor');
CREATE OR REPLACE TRIGGER under_hand BEFORE INSERT OR UPDATE OR DELETE ON registry_calendar_day
    FOR EACH ROW EXECUTE FUNCTION staff_place_hand_v1('city');
