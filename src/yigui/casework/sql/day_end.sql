-- The end of a teller's day (日终轧账, R315): a sheet is signed once, and looked through once by somebody else; on a day that is closed, and before
-- the days before are, a teller accepts nothing. Errors: YG003, YG005, YG006.

-- casework_day_ended_v1: why a teller accepts nothing at the counter on a day, as a sentence; NULL when they may. Their first sheet begins it: from
-- then on the days follow each other. Asked by forms and pages (`casework/day_end.py`) and by the guard of cases.
CREATE OR REPLACE FUNCTION casework_day_ended_v1(p_user bigint, p_day date) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    closed date := (SELECT max(s.day) FROM casework_day_sheet s WHERE s.user_id = p_user);
    worked date;
BEGIN
    IF closed IS NULL THEN
        RETURN NULL;
    END IF;
    IF closed >= p_day THEN
        RETURN format('您已对 %s 的业务轧账，当日不能再受理，请由其他柜员受理，或次日办理。', closed);
    END IF;
    SELECT c.accepted_on INTO worked FROM casework_case c
    WHERE c.accepted_by_id = p_user AND c.channel = 'counter' AND c.accepted_on < p_day ORDER BY c.id DESC LIMIT 1;
    RETURN CASE WHEN worked > closed THEN
        format('您 %s 的业务尚未轧账。请先在“日终轧账”页核对、说明差异，再受理新的业务。', worked) END;
END;
$$;

-- casework_day_open_v1: a case is accepted at the counter on a day that is open to its teller. A sheet and an acceptance of the same teller wait for
-- each other (lock 7013, the teller): a sheet names every case of its day. Binds the application.
CREATE OR REPLACE FUNCTION casework_day_open_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    why text;
BEGIN
    IF current_user <> 'yigui_app' THEN
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(7013, (NEW.accepted_by_id % 2147483647)::int);
    why := casework_day_ended_v1(NEW.accepted_by_id, NEW.accepted_on);
    IF why IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = 'casework_case', MESSAGE = format('办件 %s 不能受理：%s', NEW.case_no, why);
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION casework_day_open_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER under_day_end BEFORE INSERT ON casework_case FOR EACH ROW
    WHEN (NEW.channel = 'counter') EXECUTE FUNCTION casework_day_open_v1();

-- casework_day_sheet_guard_v1: the life of a sheet: made by the teller, on no day to come, with the very cases of its day and an explanation where it
-- names differences; looked through once, by a
-- rechecker or section head who answers for the teller and is another person. Nothing of it changes otherwise.
CREATE OR REPLACE FUNCTION casework_day_sheet_guard_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '日终轧账单不能删除。';
    END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM pg_advisory_xact_lock(7013, (NEW.user_id % 2147483647)::int);
        IF num_nonnulls(NEW.checked_by_id, NEW.checked_at) > 0 OR NEW.check_note <> '' THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '日终轧账单须由柜员先行轧账，再由他人复核。';
        END IF;
        IF NOT EXISTS (SELECT 1 FROM staff_user WHERE id = NEW.user_id AND staff_officer_v1(id) AND role = 'teller') THEN
            RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '日终轧账单由在岗柜员本人轧账。';
        END IF;
        IF NEW.differences IS DISTINCT FROM jsonb_array_length(NEW.content -> 'differences')
           OR NEW.differences > 0 AND btrim(NEW.explanation) = '' THEN
            RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = format('%s 的轧账差异须逐项列明并说明原因。', NEW.day);
        END IF;
        IF NEW.day > (clock_timestamp() AT TIME ZONE 'Asia/Shanghai' + interval '5 minutes')::date AND NOT identity_days_move_v1() THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('%s 还没有到，不能轧账。', NEW.day);
        END IF;
        IF ARRAY(SELECT c ->> 'case_no' FROM jsonb_array_elements(NEW.content -> 'cases') AS c ORDER BY 1) IS DISTINCT FROM ARRAY(
            SELECT c.case_no::text FROM casework_case c
            WHERE c.accepted_by_id = NEW.user_id AND c.accepted_on = NEW.day AND c.channel = 'counter' ORDER BY 1) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006',
                MESSAGE = format('轧账单所列办件与您 %s 受理的办件不一致，请刷新后重新核对、轧账。', NEW.day);
        END IF;
        NEW.closed_at := clock_timestamp();
        RETURN NEW;
    END IF;
    IF OLD.checked_at IS NOT NULL OR NEW.checked_at IS NULL
       OR (NEW.id, NEW.user_id, NEW.day, NEW.content, NEW.differences, NEW.explanation, NEW.closed_at)
       IS DISTINCT FROM (OLD.id, OLD.user_id, OLD.day, OLD.content, OLD.differences, OLD.explanation, OLD.closed_at) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = format('第 %s 号日终轧账单不能修改，只能复核一次。', OLD.id);
    END IF;
    IF NEW.checked_by_id IS NULL OR NOT staff_distinct_v1(ARRAY[NEW.checked_by_id, NEW.user_id])
       OR NOT staff_holds_post_v1(NEW.checked_by_id, ARRAY['rechecker', 'section_head'], NEW.user_id) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = format('第 %s 号日终轧账单须由柜员之外的复核员或科室负责人复核。', OLD.id);
    END IF;
    NEW.checked_at := clock_timestamp();
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION casework_day_sheet_guard_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON casework_day_sheet
    FOR EACH ROW EXECUTE FUNCTION casework_day_sheet_guard_v1();
