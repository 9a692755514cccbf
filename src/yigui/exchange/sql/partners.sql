-- exchange_partner_hand_v1: where a partner is asked, and under which key, is set by a system administrator of the city whom the database has seen
-- in this transaction; who it was stays in the row. Binds the application. Errors: YG009 nobody is there, YG005 somebody else's work.
CREATE OR REPLACE FUNCTION exchange_partner_hand_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    who bigint;
BEGIN
    IF current_user <> 'yigui_app' THEN
        RETURN NEW;
    END IF;
    who := identity_officer_v1();
    IF who IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', TABLE = 'exchange_partner',
            MESSAGE = '协作单位的服务地址和密钥须由经数据库核验的系统管理员本人登记，请重新登录后再办理。';
    END IF;
    IF staff_at_city_v1(who, ARRAY['system_admin']) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', TABLE = 'exchange_partner', MESSAGE = '协作单位的服务地址和密钥由市级系统管理员登记。';
    END IF;
    NEW.connected_by_id := who;
    NEW.connected_at := clock_timestamp();
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION exchange_partner_hand_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER under_hand BEFORE UPDATE ON exchange_partner FOR EACH ROW EXECUTE FUNCTION exchange_partner_hand_v1();

-- exchange_drop_hand_v1: a message that stands still is given up by somebody of an agency that answers for the area of its case; one about no case, by the
-- city. Binds the application. Error: YG005.
CREATE OR REPLACE FUNCTION exchange_drop_hand_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    area text := (SELECT a.area_id FROM registry_agency a WHERE a.code = OLD.content ->> 'AAE011');
BEGIN
    IF warrants_by_application_v1() AND NEW.dropped_by_id IS DISTINCT FROM OLD.dropped_by_id AND (CASE
        WHEN area IS NULL THEN staff_at_city_v1(NEW.dropped_by_id, ARRAY['section_head', 'system_admin'])
        ELSE runs_answers_for_v1(NEW.dropped_by_id, area) END) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', TABLE = TG_TABLE_NAME,
            MESSAGE = format('第 %s 号报文所涉办件属于其他地区，由该地区或市级经办机构的人员处理。', OLD.id);
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION exchange_drop_hand_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER of_own_area BEFORE UPDATE OF dropped_by_id ON exchange_out_message FOR EACH ROW EXECUTE FUNCTION exchange_drop_hand_v1();
