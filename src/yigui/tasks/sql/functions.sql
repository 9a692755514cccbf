-- Tasks. Errors: YG005, YG006.

-- tasks_over_v1: agencies and those over them: of the areas above, and whichever goes on with a merged one.
CREATE OR REPLACE FUNCTION tasks_over_v1(p_agencies text[]) RETURNS TABLE (code text, area text)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH RECURSIVE over_it AS (
        SELECT a.code, a.area_id, a.successor_id FROM registry_agency a WHERE a.code = ANY (p_agencies)
        UNION SELECT n.code, n.area_id, n.successor_id FROM over_it o JOIN registry_area r ON r.code = o.area_id
            JOIN registry_agency n ON n.code = o.successor_id OR n.area_id = r.parent_id)
    SELECT o.code, o.area_id FROM over_it o
$$;
REVOKE ALL ON FUNCTION tasks_over_v1 FROM PUBLIC;

-- tasks_ends_v1: how a task of a kind ends by itself: by a finished case of one of these items, or (by_system) with what it came from; as declared
-- (`declarations/*.yaml` of the rooms, every version; a test compares). NULL: not so.
CREATE OR REPLACE FUNCTION tasks_ends_v1(p_kind text, p_outcome text, OUT items text[], OUT by_system boolean)
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT string_to_array(d.items, ' '), d.items = '' FROM (VALUES
        ('archive_fault', 'sound', ''), ('archive_gap', 'filed', ''), ('at_work', 'claimed', 'FND-003'), ('audit_correction', 'withdrawn', ''),
        ('at_work', 'renewed', 'PEN-002 PEN-003 UNE-001'), ('at_work', 'stopped', 'PEN-006'),
        ('benefit_review', 'recalculated', 'PEN-009'), ('death_conflict', 'settled', ''), ('first_payment', 'released', 'PEN-010'),
        ('fraud_hit', 'claimed', 'FND-003'), ('fraud_hit', 'not_in_force', ''), ('fraud_hit', 'set_off', 'PEN-005 RES-002 UNE-005'),
        ('no_end', 'renewed', 'PEN-002 PEN-003 UNE-001'), ('no_end', 'stopped', 'PEN-006'), ('no_end', 'survivors', 'UNE-005'),
        ('overdue_case', 'ended', ''), ('recovery', 'claimed', 'FND-003'), ('recovery', 'set_off', 'PEN-005 RES-002 UNE-005'),
        ('recovery', 'stopped_in_error', ''), ('refund_stuck', 'moved', ''), ('refund_stuck', 'paid', ''),
        ('repayment', 'back', ''), ('retirement_due', 'claimed', 'PEN-002 PEN-003'), ('returned_payment', 'reissued', 'FND-002'),
        ('rights_check', 'checked', ''), ('sentence_hit', 'claimed', 'FND-003'), ('sentence_hit', 'suspended', 'PEN-006'),
        ('survivor_follow_up', 'claimed', 'PEN-005 RES-002 UNE-005'), ('survivor_follow_up', 'not_in_force', '')) AS d (kind, outcome, items)
    WHERE d.kind = p_kind AND d.outcome = p_outcome
$$;
REVOKE ALL ON FUNCTION tasks_ends_v1 FROM PUBLIC;

-- tasks_is_over_v1: whether what a task came from is over, of each kind that the system may end (`tasks_ends_v1`, by_system) in the records it came from, as
-- they stand now: the case at its end, the volume filed or sound, the report decided, the money back or gone to another account, the year checked, the
-- suspension found wrong by the case that is being finished. What is not named here is not over. Not granted.
CREATE OR REPLACE FUNCTION tasks_is_over_v1(p_task tasks_task, p_outcome text) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    t tasks_task := p_task;
    is_over boolean;
BEGIN
    CASE concat_ws(' ', t.kind, p_outcome, t.origin_kind)
        WHEN 'overdue_case ended case' THEN
            is_over := EXISTS (SELECT 1 FROM casework_case c WHERE c.id = t.origin_id AND c.status IN ('finished', 'declined', 'withdrawn'));
        WHEN 'archive_gap filed case' THEN
            is_over := EXISTS (SELECT 1 FROM archive_volume v WHERE v.case_id = t.origin_id);
        WHEN 'archive_fault sound volume' THEN
            -- Tested since, and the newest test finds nothing.
            is_over := (SELECT k.is_sound AND k.at >= t.opened_at FROM archive_check k WHERE k.volume_id = t.origin_id ORDER BY k.id DESC LIMIT 1);
        WHEN 'death_conflict settled death_record' THEN
            is_over := EXISTS (SELECT 1 FROM exchange_death_record d WHERE d.id = t.origin_id) AND NOT EXISTS (
                SELECT 1 FROM exchange_death_record d CROSS JOIN LATERAL exchange_deaths_v1(registry_person_of_v1(d.id_number)) s
                WHERE d.id = t.origin_id AND s.record_id = d.id AND s.standing IN ('other_name', 'before_birth', 'contradicted', 'other_day'));
        WHEN 'fraud_hit not_in_force death_record', 'survivor_follow_up not_in_force death_record' THEN
            is_over := EXISTS (SELECT 1 FROM exchange_death_record d WHERE d.id = t.origin_id) AND NOT EXISTS (
                SELECT 1 FROM exchange_death_record d CROSS JOIN LATERAL exchange_deaths_v1(registry_person_of_v1(d.id_number)) s
                WHERE d.id = t.origin_id AND s.record_id = d.id AND s.standing IN ('in_force', 'other_day'));
        WHEN 'recovery stopped_in_error case' THEN
            is_over := EXISTS (
                SELECT 1 FROM registry_case_now_v1() n JOIN warrants_warrant w ON w.id = n.warrant JOIN casework_case c ON c.id = w.subject_id
                JOIN warrants_change h ON h.warrant_id = n.warrant AND h.table_name = 'benefits_benefit'
                    AND h.before ->> 'status' = 'suspended' AND h.after ->> 'status' <> 'suspended'
                -- What this case has just reopened is what the case it came from suspended.
                JOIN warrants_change s ON s.table_name = h.table_name AND s.row_id = h.row_id AND s.after ->> 'status' = 'suspended'
                JOIN warrants_warrant o ON o.id = s.warrant_id AND o.kind = 'case' AND o.subject_id = t.origin_id
                WHERE c.person_id = t.person_id);
        WHEN 'refund_stuck paid refund_due', 'refund_stuck moved refund_due' THEN
            is_over := EXISTS (
                SELECT 1 FROM contributions_refund_due d CROSS JOIN LATERAL benefits_refunds_v1(ARRAY[d.area_code::text]) f
                WHERE d.id = t.origin_id AND f.due_id = d.id
                  AND CASE p_outcome WHEN 'paid' THEN f.standing = 'paid' ELSE NOT f.is_dead AND (f.standing = 'due' OR f.is_moved) END);
        WHEN 'repayment back recovery' THEN
            is_over := EXISTS (
                SELECT 1 FROM benefits_recovery r WHERE r.id = t.origin_id
                  AND r.amount_fen <= (SELECT coalesce(sum(n.amount_fen), 0) FROM benefits_recovery_return n WHERE n.recovery_id = r.id));
        WHEN 'audit_correction withdrawn audit_finding' THEN
            is_over := EXISTS (SELECT 1 FROM audit_ruling r WHERE r.finding_id = t.origin_id AND NOT r.stands);
        WHEN 'rights_check checked rights_year' THEN
            is_over := EXISTS (SELECT 1 FROM staff_rights_check k WHERE (k.agency_id || k.year::text) = t.origin_id::text);
        ELSE
            is_over := false;
    END CASE;
    RETURN coalesce(is_over, false);
END;
$$;
REVOKE ALL ON FUNCTION tasks_is_over_v1 FROM PUBLIC;

-- tasks_by_nobody_v1: what the program does to a task without anybody is what it may: a case that came to nothing is let go of; an overdue task is reported
-- to an agency over its own; one whose owner has left goes back to the posts it has or had, there or above; one of a merged agency goes where that went on;
-- and one ends by a finished case about the same person or employer, or as its kind declares when what it came from is over (`tasks_is_over_v1`). Nothing
-- else of it changes, and nobody's name stands under it. Other deeds need somebody (`task_event_goes_on`). Binds the application. Error: YG006.
CREATE OR REPLACE FUNCTION tasks_by_nobody_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    is_now jsonb := NEW.payload;
    stood jsonb;
    task tasks_task;
    changed text[];
    is_fit boolean;
BEGIN
    IF NOT warrants_by_application_v1() OR NEW.verb NOT IN ('lose_case', 'escalate', 'replace', 'move', 'settle') THEN
        RETURN NEW;
    END IF;
    stood := (SELECT e.payload FROM tasks_event e WHERE e.task_id = NEW.task_id ORDER BY e.seq DESC LIMIT 1);
    SELECT * INTO task FROM tasks_task t WHERE t.id = NEW.task_id;
    changed := ARRAY(SELECT k FROM jsonb_object_keys(is_now) AS k WHERE k <> 'state' AND is_now -> k IS DISTINCT FROM stood -> k AND stood ? k);
    is_fit := CASE NEW.verb
        WHEN 'lose_case' THEN changed <@ ARRAY['link_key'] AND is_now ->> 'link_key' = '' AND EXISTS (
            SELECT 1 FROM casework_case c WHERE c.idempotency_key = stood ->> 'link_key' AND c.status IN ('declined', 'withdrawn'))
        WHEN 'escalate' THEN changed <@ ARRAY['escalated_on', 'escalated_to_id', 'escalated_section_id'] AND stood ->> 'escalated_on' IS NULL
            AND (stood ->> 'due_on')::date < identity_business_day_v1((is_now ->> 'escalated_on')::date)
            AND is_now ->> 'escalated_to_id' IN (SELECT o.code FROM tasks_over_v1(ARRAY[stood ->> 'agency_id']) AS o)
            AND (is_now ->> 'escalated_section_id' IS NULL OR EXISTS (
                SELECT 1 FROM staff_section s WHERE s.id = (is_now ->> 'escalated_section_id')::bigint AND s.agency_id = is_now ->> 'escalated_to_id'))
        WHEN 'replace' THEN changed <@ ARRAY['owner_id', 'agency_id', 'posts', 'section_id'] AND is_now ->> 'owner_id' IS NULL
            AND NOT EXISTS (SELECT 1 FROM staff_user u WHERE u.id = (stood ->> 'owner_id')::bigint AND u.is_active)
            AND is_now ->> 'agency_id' IN (SELECT o.code FROM tasks_over_v1(ARRAY[stood ->> 'agency_id']) AS o)
            AND is_now -> 'posts' IN (stood -> 'posts', (SELECT e.payload -> 'posts' FROM tasks_event e WHERE e.task_id = NEW.task_id AND e.seq = 1))
            AND (is_now ->> 'section_id' IS NULL OR is_now -> 'section_id' = stood -> 'section_id')
            -- Of a pool only where nobody of it is there, or of a bad rating nobody who had no part in the service.
            AND (stood ->> 'owner_id' IS NOT NULL OR NOT EXISTS (
                SELECT 1 FROM staff_user u WHERE u.agency_id = stood ->> 'agency_id' AND staff_officer_v1(u.id) AND left(u.password, 1) <> '!'
                    AND stood -> 'posts' ? u.role AND NOT (task.origin_kind = 'rating' AND rating_has_part_v1(task.origin_id, u.id))
                    AND (stood ->> 'section_id' IS NULL OR u.section_id = (stood ->> 'section_id')::bigint)))
        WHEN 'move' THEN changed <> '{}' AND changed <@ ARRAY['agency_id', 'escalated_to_id'] AND NOT EXISTS (
            SELECT 1 FROM unnest(changed) AS k WHERE NOT EXISTS (
                SELECT 1 FROM registry_agency a WHERE a.code = stood ->> k AND a.successor_id = is_now ->> k))
        WHEN 'settle' THEN changed <@ ARRAY['outcome', 'said', 'ended_on', 'case_kind', 'case_id', 'case_no'] AND CASE
            WHEN (tasks_ends_v1(task.kind, is_now ->> 'outcome')).by_system THEN NOT changed && ARRAY['case_kind', 'case_id', 'case_no']
                AND tasks_is_over_v1(task, is_now ->> 'outcome')
            ELSE is_now ->> 'case_kind' = 'case' AND EXISTS (
                SELECT 1 FROM casework_case c WHERE c.id = (is_now ->> 'case_id')::bigint AND c.case_no = is_now ->> 'case_no' AND c.status = 'finished'
                    AND c.item_code = ANY ((tasks_ends_v1(task.kind, is_now ->> 'outcome')).items) AND c.accepted_at >= task.opened_at
                    AND CASE WHEN task.person_id IS NOT NULL THEN c.person_id = task.person_id ELSE c.employer_id = task.employer_id END) END
        END;
    IF (NEW.actor_id IS NULL AND is_fit) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME,
            MESSAGE = format('任务 %s 号没有可由系统自行“%s”的事由，须由有权办理的人员本人办理。', NEW.task_id, NEW.verb);
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION tasks_by_nobody_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER by_nobody BEFORE INSERT ON tasks_event FOR EACH ROW EXECUTE FUNCTION tasks_by_nobody_v1();

-- tasks_own_area_v1: what somebody does to a task is done by whose it is (its owner, or whom it was handed to), or by somebody of an agency that answers for
-- its agency's area, of the one that goes on with a merged one, or of the one it was reported to as overdue. Binds the application; that somebody is present,
-- and that the log goes on by its table, others ask. Error: YG005.
CREATE OR REPLACE FUNCTION tasks_own_area_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    stood jsonb := (SELECT e.payload FROM tasks_event e WHERE e.task_id = NEW.task_id ORDER BY e.seq DESC LIMIT 1);
BEGIN
    IF NOT warrants_by_application_v1() OR NEW.actor_id IS NULL OR stood IS NULL OR (stood ->> 'owner_id')::bigint = NEW.actor_id OR EXISTS (
        SELECT 1 FROM staff_user u JOIN registry_agency own ON own.code = u.agency_id
        WHERE u.id = NEW.actor_id AND own.area_id IN (SELECT o.area FROM tasks_over_v1(ARRAY[stood ->> 'agency_id', stood ->> 'escalated_to_id']) AS o)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'YG005', TABLE = TG_TABLE_NAME,
        MESSAGE = format('任务 %s 号由其他机构办理，须由该机构或其上级机构的有关人员办理。', NEW.task_id);
END;
$$;
REVOKE ALL ON FUNCTION tasks_own_area_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER of_own_area BEFORE INSERT ON tasks_event FOR EACH ROW EXECUTE FUNCTION tasks_own_area_v1();
