-- The end of a teller's day (日终轧账, R315): a sheet is signed once, and looked through once by somebody else. Errors: YG003, YG005, YG006.

-- casework_day_sheet_guard_v1: the life of a sheet: made by the teller, with an explanation where it names differences; looked through once, by a
-- rechecker or section head who answers for the teller and is another person. Nothing of it changes otherwise.
CREATE OR REPLACE FUNCTION casework_day_sheet_guard_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '日终轧账单不能删除。';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF num_nonnulls(NEW.checked_by_id, NEW.checked_at) > 0 OR NEW.check_note <> '' THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '日终轧账单须由柜员先行轧账，再由他人复核。';
        END IF;
        IF NOT EXISTS (SELECT 1 FROM staff_user WHERE id = NEW.user_id AND is_active AND role = 'teller') THEN
            RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '日终轧账单由在岗柜员本人轧账。';
        END IF;
        IF NEW.differences IS DISTINCT FROM jsonb_array_length(NEW.content -> 'differences')
           OR NEW.differences > 0 AND btrim(NEW.explanation) = '' THEN
            RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = format('%s 的轧账差异须逐项列明并说明原因。', NEW.day);
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
