-- Tasks. Error: YG005.

-- tasks_own_area_v1: what somebody does to a task is done by whose it is (its owner, or whom it was handed to), or by somebody of an agency that answers for
-- its agency's area, of the one that goes on with a merged one, or of the one it was reported to as overdue. Binds the application; that somebody is present,
-- and that the log goes on by its table, others ask. Error: YG005.
CREATE OR REPLACE FUNCTION tasks_own_area_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    stood jsonb := (SELECT e.payload FROM tasks_event e WHERE e.task_id = NEW.task_id ORDER BY e.seq DESC LIMIT 1);
BEGIN
    IF NOT warrants_by_application_v1() OR NEW.actor_id IS NULL OR stood IS NULL OR (stood ->> 'owner_id')::bigint = NEW.actor_id OR EXISTS (
        WITH RECURSIVE over_it AS (
            SELECT a.code, a.area_id, a.successor_id FROM registry_agency a WHERE a.code IN (stood ->> 'agency_id', stood ->> 'escalated_to_id')
            UNION SELECT n.code, n.area_id, n.successor_id FROM over_it o JOIN registry_area r ON r.code = o.area_id
                JOIN registry_agency n ON n.code = o.successor_id OR n.area_id = r.parent_id)
        SELECT 1 FROM staff_user u JOIN registry_agency own ON own.code = u.agency_id
        WHERE u.id = NEW.actor_id AND own.area_id IN (SELECT o.area_id FROM over_it o)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'YG005', TABLE = TG_TABLE_NAME,
        MESSAGE = format('任务 %s 号由其他机构办理，须由该机构或其上级机构的有关人员办理。', NEW.task_id);
END;
$$;
REVOKE ALL ON FUNCTION tasks_own_area_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER of_own_area BEFORE INSERT ON tasks_event FOR EACH ROW EXECUTE FUNCTION tasks_own_area_v1();
