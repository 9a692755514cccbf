-- Running number of case numbers (办件编号).
CREATE SEQUENCE IF NOT EXISTS casework_case_no;

-- casework_status_words_v1: the status of a case as people read it (`casework/enums.py`; a test compares).
CREATE OR REPLACE FUNCTION casework_status_words_v1(p_code text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE p_code
        WHEN 'waiting' THEN '待部门核验' WHEN 'open' THEN '办理中' WHEN 'returned' THEN '退回补正' WHEN 'approved' THEN '待办结'
        WHEN 'finished' THEN '已办结' WHEN 'declined' THEN '不予办理' WHEN 'withdrawn' THEN '已撤回'
        ELSE p_code END
$$;

-- casework_is_through_v1: whether every step of a case's round is passed: those its version's route and its class want, and whatever else was laid out.
CREATE OR REPLACE FUNCTION casework_is_through_v1(p_case casework_case) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN NOT EXISTS (SELECT 1 FROM casework_step s WHERE s.case_id = p_case.id AND s.round = p_case.round AND s.state <> 'passed')
        AND NOT EXISTS (
            SELECT 1 FROM catalogue_item_version v, unnest(catalogue_route_v1(v.route, p_case.risk_class)) AS r (code)
            WHERE v.code = p_case.item_code AND v.valid_from = p_case.item_version AND NOT EXISTS (
                SELECT 1 FROM casework_step s WHERE s.case_id = p_case.id AND s.round = p_case.round AND s.code = r.code));
END;
$$;

-- casework_case_guard_v1: what may happen to a case, whoever asks. Errors: YG003 finished history, YG006 wrong move.
CREATE OR REPLACE FUNCTION casework_case_guard_v1(p_op text, p_old casework_case, p_new casework_case)
RETURNS casework_case LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    -- The one move that begins a new round: handed in again after a return.
    is_corrected boolean := p_op = 'UPDATE' AND p_old.status = 'returned' AND p_new.status IN ('open', 'waiting', 'approved');
BEGIN
    IF p_op = 'DELETE' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = format('办件 %s 不能删除。', p_old.case_no);
    END IF;
    IF p_op = 'INSERT' THEN
        IF p_new.round <> 1 OR NOT EXISTS (SELECT 1 FROM casework_transitions_v1() t WHERE t.source = '' AND t.target = p_new.status) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '办件须从“办理中”或“待部门核验”开始，无需审核的从“待办结”开始。';
        ELSIF p_new.effect_error <> '' THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '办结未成功的原因只在待办结、待部门核验时记录，新的办件不能带有。';
        END IF;
        RETURN p_new;
    END IF;
    IF p_old.status IN ('finished', 'declined', 'withdrawn') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = format('办件 %s 已办结归档，不能修改。', p_old.case_no);
    END IF;
    -- What was accepted and signed stays. A correction changes what it may in the one move that begins a new round; whom the case is about
    -- is known at the latest when it is finished.
    IF (p_new.id, p_new.case_no, p_new.item_code, p_new.item_version, p_new.item_name, p_new.channel, p_new.accepted_by_id, p_new.accepted_at,
        p_new.accepted_on, p_new.idempotency_key, p_new.request_digest, p_new.subject_key, p_new.subject_name, p_new.area_id, p_new.agency_id,
        p_new.login_id, p_new.applicant_id, p_new.is_due_provisional, p_new.visits)
       IS DISTINCT FROM
       (p_old.id, p_old.case_no, p_old.item_code, p_old.item_version, p_old.item_name, p_old.channel, p_old.accepted_by_id, p_old.accepted_at,
        p_old.accepted_on, p_old.idempotency_key, p_old.request_digest, p_old.subject_key, p_old.subject_name, p_old.area_id, p_old.agency_id,
        p_old.login_id, p_old.applicant_id, p_old.is_due_provisional, p_old.visits) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('办件 %s 的受理信息不能修改。', p_old.case_no);
    END IF;
    IF p_new.round <> p_old.round + is_corrected::int THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('办件 %s 的轮次只在补正后重新提交时加一，不能另行修改。', p_old.case_no);
    END IF;
    IF (p_new.handled_by_id, p_new.handled_on, p_new.handled_channel)
       IS DISTINCT FROM (p_old.handled_by_id, p_old.handled_on, p_old.handled_channel) AND p_old.status <> 'returned' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('办件 %s 未退回补正，不能由他人接手。', p_old.case_no);
    END IF;
    IF (p_new.form, p_new.amount_fen, p_new.preview, p_new.waiting_money, p_new.findings, p_new.due_on)
       IS DISTINCT FROM (p_old.form, p_old.amount_fen, p_old.preview, p_old.waiting_money, p_old.findings, p_old.due_on) AND NOT is_corrected THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006',
            MESSAGE = format('办件 %s 未退回补正，申请内容、金额、拟变更内容和承诺日期不能修改；退回的在重新提交时修改。', p_old.case_no);
    END IF;
    IF is_corrected AND warrants_is_case_open_v1(p_old.case_no) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('办件 %s 已签发授权凭据，不能重新提交。', p_old.case_no);
    END IF;
    IF (p_new.document_id, p_new.finished_at, p_new.outcome) IS DISTINCT FROM (p_old.document_id, p_old.finished_at, p_old.outcome)
       AND p_new.status <> 'finished'
       OR p_new.person_id IS DISTINCT FROM p_old.person_id AND (p_old.person_id IS NOT NULL OR p_new.status <> 'finished')
       OR p_new.employer_id IS DISTINCT FROM p_old.employer_id AND (p_old.employer_id IS NOT NULL OR p_new.status <> 'finished') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006',
            MESSAGE = format('办件 %s 的办理对象受理后不能修改，新登记的对象、办理结果和文书只在办结时写入。', p_old.case_no);
    END IF;
    IF p_new.risk_reasons IS DISTINCT FROM p_old.risk_reasons AND NOT is_corrected AND p_old.status <> 'waiting'
       OR p_new.risk_class <> p_old.risk_class AND p_old.status NOT IN ('waiting', 'returned') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('办件 %s 的风险等级和原因只在部门核验、补正后重新核查时变更。', p_old.case_no);
    END IF;
    IF p_new.risk_class > p_old.risk_class THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('办件 %s 的风险等级只能升高，不能降低。', p_old.case_no);
    END IF;
    IF p_new.status <> p_old.status AND NOT EXISTS (
        SELECT 1 FROM casework_transitions_v1() t
        WHERE t.source = p_old.status AND t.target = p_new.status AND (NOT t.after_refusal OR p_old.effect_error <> '')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006',
            MESSAGE = format('办件 %s 不能从“%s”变为“%s”。', p_old.case_no,
                casework_status_words_v1(p_old.status), casework_status_words_v1(p_new.status));
    END IF;
    IF p_new.status = 'approved' AND p_old.status IN ('open', 'waiting') AND NOT casework_is_through_v1(p_new) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('办件 %s 的环节未走完，不能转为待办结。', p_old.case_no);
    END IF;
    IF p_new.effect_error <> '' AND p_new.effect_error IS DISTINCT FROM p_old.effect_error
       AND (p_new.status <> p_old.status OR p_old.status NOT IN ('approved', 'waiting')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('办件 %s 办结未成功的原因只在待办结、待部门核验时记录。', p_old.case_no);
    END IF;
    IF p_new.status = 'returned' AND p_old.status <> 'returned' AND NOT EXISTS (
        SELECT 1 FROM casework_return_point r WHERE r.case_id = p_new.id AND r.round = p_new.round) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006',
            MESSAGE = format('办件 %s 退回补正须逐项指明材料或填报项和原因，一次性告知申请人。', p_old.case_no);
    END IF;
    IF p_new.status = 'finished' AND NOT warrants_is_open_for_v1('case', p_new.id) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG001', MESSAGE = format('办件 %s 没有授权凭据，不能办结。', p_old.case_no);
    END IF;
    RETURN p_new;
END;
$$;

-- casework_person_at_v1: a person of the staff as their account stood at a moment, by the record of changes; NULL: as it stands.
CREATE OR REPLACE FUNCTION casework_person_at_v1(p_user bigint, p_at timestamptz) RETURNS staff_user
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(
        (SELECT jsonb_populate_record(NULL::staff_user, e.before) FROM staff_event e
         WHERE p_at IS NOT NULL AND e.table_name = 'staff_user' AND e.row_id = p_user AND e.at > p_at AND e.before IS NOT NULL
         ORDER BY e.id LIMIT 1),
        (SELECT u FROM staff_user u WHERE u.id = p_user))
$$;

-- casework_hall_v1: the place somebody works at: where the desk stands, or the one named for a person without a desk; NULL for neither.
CREATE OR REPLACE FUNCTION casework_hall_v1(p_desk bigint, p_location bigint) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce((SELECT location_id FROM staff_window WHERE id = p_desk), p_location)
$$;

-- casework_desk_at_v1: a desk as it stood at a moment, by the record of changes; NULL: as it stands.
CREATE OR REPLACE FUNCTION casework_desk_at_v1(p_desk bigint, p_at timestamptz) RETURNS staff_window
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(
        (SELECT jsonb_populate_record(NULL::staff_window, e.before) FROM staff_event e
         WHERE p_at IS NOT NULL AND e.table_name = 'staff_window' AND e.row_id = p_desk AND e.at > p_at AND e.before IS NOT NULL
         ORDER BY e.id LIMIT 1),
        (SELECT d FROM staff_window d WHERE d.id = p_desk))
$$;

-- casework_unfit_desk_v1: why a person may not accept at the counter from where they sit; NULL when they may, and for every other channel.
-- A desk that is closed accepts nothing; special business is accepted at an open special desk alone, by the people named for it (R029, R030).
-- The one rule: `casework_unfit_at_v1` asks it for the acceptance of every round, forms, pages and checks through `casework/who_may.py`.
-- Params: p_desk_kind, the item's (`catalogue_item_version.desk_kind`); whatever is not general is special. p_at as in `casework_unfit_at_v1`.
CREATE OR REPLACE FUNCTION casework_unfit_desk_v1(p_user bigint, p_channel text, p_desk_kind text, p_on date, p_at timestamptz) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    u staff_user;
    d staff_window;
BEGIN
    IF p_channel <> 'counter' THEN
        RETURN NULL;
    END IF;
    u := casework_person_at_v1(p_user, p_at);
    d := casework_desk_at_v1(u.window_id, p_at);
    IF d.closed_on <= p_on THEN
        RETURN 'desk_closed';
    END IF;
    IF p_desk_kind IS DISTINCT FROM 'general' AND d.kind IS DISTINCT FROM 'special' THEN
        RETURN 'special_desk';
    END IF;
    RETURN NULL;
END;
$$;

-- casework_about_v1: what the declarations say of the cases of an item (`casework/subjects.py`): fields that name people and employers, doors.
CREATE OR REPLACE FUNCTION casework_about_v1(p_item text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT about FROM warrants_scope WHERE kind = 'case' AND code = p_item AND table_name = ''
$$;

-- casework_numbers_v1: identity numbers of whom a case is about, by what it says itself and by its form (another record of theirs too), whether they are
-- registered or not. What is asked for every step of every queue is asked without a statement where it can be.
CREATE OR REPLACE FUNCTION casework_numbers_v1(p_case casework_case) RETURNS text[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    about jsonb := casework_about_v1(p_case.item_code);
    numbers text[] := '{}';
BEGIN
    IF p_case.subject_key LIKE 'person:%' THEN
        numbers := numbers || substr(p_case.subject_key, 8);
    END IF;
    IF num_nonnulls(p_case.person_id, p_case.applicant_id) > 0 THEN
        numbers := numbers || array(SELECT p.id_number::text FROM registry_person p WHERE p.id IN (p_case.person_id, p_case.applicant_id));
    END IF;
    FOR n IN 0 .. coalesce(jsonb_array_length(about -> 'persons'), 0) - 1 LOOP
        numbers := numbers || nullif(p_case.form ->> (about -> 'persons' ->> n), '');
    END LOOP;
    FOR n IN 0 .. coalesce(jsonb_array_length(about -> 'others'), 0) - 1 LOOP
        numbers := numbers || array(SELECT p.id_number::text FROM registry_person p
            WHERE p.id_number = p_case.form ->> (about -> 'others' ->> n) OR p.person_no = p_case.form ->> (about -> 'others' ->> n));
    END LOOP;
    RETURN array_remove(numbers, NULL);
END;
$$;

-- casework_amount_v1: the amount by which limits of authority are asked: of a case whose item decides one on such a form and that says none, more than any limit.
CREATE OR REPLACE FUNCTION casework_amount_v1(p_item text, p_form jsonb, p_amount_fen bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(p_amount_fen, CASE WHEN p_form @> (casework_about_v1(p_item) -> 'moneyed') THEN 9223372036854775807 END)
$$;

-- casework_unfit_at_v1: why a person may not take a step of a case on a day; NULL when they may. The one rule: queues, pages, buttons,
-- deeds and suggestions ask it through `casework/who_may.py`, the step guard and the warrant ask it here.
-- Params: the step by its facts, so that one not written yet can be asked about. p_is_last: no step of the round comes after it.
-- p_at: the moment at which it was signed, for whoever asks afterwards: the person counts as they were then; NULL for now.
-- Codes: inactive, no_officer, authority, amount, back_office, finish_site, floor, no_place, trainee, oneself, kin, same_person, and for an acceptance desk_closed and
-- special_desk (sentences in `who_may.SENTENCES`).
CREATE OR REPLACE FUNCTION casework_unfit_at_v1(
    p_case bigint, p_seq int, p_code text, p_site text, p_is_last boolean, p_user bigint, p_on date, p_at timestamptz
) RETURNS text LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    c record;
    u staff_user;
    counter staff_user;
    desk text;
    counter_hall bigint;
    own_hall bigint;
    hall_area text;
    moment timestamptz := coalesce(p_at, clock_timestamp());
BEGIN
    SELECT k.item_code, k.area_id, k.agency_id, casework_amount_v1(k.item_code, k.form, k.amount_fen) AS amount_fen, v.finish_site, v.desk_kind, k.accepted_at,
        casework_numbers_v1(k) AS numbers,
        coalesce(nullif(k.handled_channel, ''), k.channel) AS channel,
        coalesce(k.handled_by_id, k.accepted_by_id) AS at_counter, k.handled_by_id IS NOT NULL AS is_taken_up
    INTO c
    FROM casework_case k JOIN catalogue_item_version v ON v.code = k.item_code AND v.valid_from = k.item_version
    WHERE k.id = p_case;
    u := casework_person_at_v1(p_user, p_at);
    IF u.id IS NULL OR NOT u.is_active THEN
        RETURN 'inactive';
    END IF;
    -- A program and a door hand in and withdraw; steps are officers'. Of what was signed before that was so it is not asked.
    IF p_at IS NULL AND p_seq > 1 AND u.kind <> 'person' THEN
        RETURN 'no_officer';
    END IF;
    -- A check on site is done by the right for the case's area or by that for the hall's, whoever came there (全市通办, R243): who checks on the
    -- floor of one county needs no right for another, and has none elsewhere by it.
    IF p_site = 'on_site' AND p_code <> 'accept' THEN
        SELECT g.area_id INTO hall_area FROM registry_agency g WHERE g.code = c.agency_id;
    END IF;
    IF NOT staff_may_at_v1(p_user, p_code, c.item_code, c.area_id, p_on, NULL, moment)
       AND (hall_area IS NULL OR NOT staff_may_at_v1(p_user, p_code, c.item_code, hall_area, p_on, NULL, moment)) THEN
        RETURN 'authority';
    END IF;
    IF p_code = 'accept' THEN
        desk := casework_unfit_desk_v1(p_user, c.channel, c.desk_kind, p_on, p_at);
        IF desk IS NOT NULL THEN
            RETURN desk;
        END IF;
    END IF;
    -- Back office and front desk stay apart, and a complex item is never finished at the front desk.
    IF p_site = 'back_office' AND u.role = 'teller' THEN
        RETURN 'back_office';
    END IF;
    IF p_is_last AND p_seq > 1 AND c.finish_site = 'back_office' AND u.role = 'teller' THEN
        RETURN 'finish_site';
    END IF;
    -- On site (现场) is the hall the applicant came to: the same agency (of a merged one, that which goes on with it), and where it is known
    -- of both, the same place as the teller's who took the case.
    IF p_site = 'on_site' THEN
        IF u.agency_id <> c.agency_id
           AND NOT EXISTS (SELECT 1 FROM registry_agency WHERE code = c.agency_id AND successor_id = u.agency_id) THEN
            RETURN 'floor';
        END IF;
        counter := casework_person_at_v1(c.at_counter, CASE WHEN c.is_taken_up THEN p_at ELSE c.accepted_at END);
        counter_hall := casework_hall_v1(counter.window_id, counter.location_id);
        own_hall := casework_hall_v1(u.window_id, u.location_id);
        IF counter_hall <> own_hall THEN
            RETURN 'floor';
        END IF;
        -- With several halls nobody knows that somebody without a place is in this one. Asked when it is signed, not of what was signed:
        -- how many halls there were then is not kept.
        IF p_at IS NULL AND own_hall IS NULL AND counter_hall IS NOT NULL AND 1 < (
            SELECT count(*) FROM staff_location l
            WHERE l.agency_id = u.agency_id AND l.kind = 'hall' AND (l.closed_on IS NULL OR l.closed_on > p_on)) THEN
            RETURN 'no_place';
        END IF;
    END IF;
    IF p_seq > 1 AND u.is_trainee THEN
        RETURN 'trainee';
    END IF;
    -- Nobody takes a step of a case about themselves (回避), whichever step.
    IF u.id_number <> '' AND (u.id_number = ANY (c.numbers) OR EXISTS (
        SELECT 1 FROM unnest(c.numbers) AS about (number) WHERE registry_person_of_v1(about.number) = registry_person_of_v1(u.id_number))) THEN
        RETURN 'oneself';
    END IF;
    -- Nor of one about kin of theirs, as they are declared and as the registry knows them.
    IF u.kind = 'person' AND EXISTS (
        SELECT 1 FROM unnest(c.numbers) AS about (number) WHERE benefits_kin_v1(u.id, u.id_number, about.number, p_at) IS NOT NULL) THEN
        RETURN 'kin';
    END IF;
    -- A meeting is a collective act. Whoever acted in another round at the same place may do so again. Another account is no other person.
    IF p_code <> 'meeting' AND EXISTS (
        SELECT 1 FROM casework_step s
        WHERE s.case_id = p_case AND s.seq <> p_seq AND s.code <> 'meeting'
          AND (s.decided_by_id = p_user OR (u.id_number <> '' AND staff_person_v1(s.decided_by_id) = staff_person_v1(p_user)))) THEN
        RETURN 'same_person';
    END IF;
    IF c.amount_fen IS NOT NULL AND NOT staff_may_at_v1(p_user, p_code, c.item_code, c.area_id, p_on, c.amount_fen, moment)
       AND (hall_area IS NULL OR NOT staff_may_at_v1(p_user, p_code, c.item_code, hall_area, p_on, c.amount_fen, moment)) THEN
        RETURN 'amount';
    END IF;
    RETURN NULL;
END;
$$;

-- casework_unfit_v1: the same, now.
CREATE OR REPLACE FUNCTION casework_unfit_v1(
    p_case bigint, p_seq int, p_code text, p_site text, p_is_last boolean, p_user bigint, p_on date
) RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT casework_unfit_at_v1(p_case, p_seq, p_code, p_site, p_is_last, p_user, p_on, NULL);
$$;

-- casework_unfit_words_v1: a code of that rule as the guard and the warrant say it.
CREATE OR REPLACE FUNCTION casework_unfit_words_v1(p_code text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE p_code
        WHEN 'oneself' THEN '办件的办理对象不能处理本人的办件，须由其他人员办理（回避）。'
        WHEN 'kin' THEN '办件是处理人亲属的业务，须由其他人员办理（回避）。'
        WHEN 'same_person' THEN '同一办件的受理、审核、复核不能由同一人办理。'
        WHEN 'floor' THEN '现场环节须由受理机构、受理大厅的工作人员办理。'
        WHEN 'no_place' THEN '处理人的账号未登记办公场所，所在机构有多个大厅，不能办理现场环节。'
        WHEN 'back_office' THEN '该环节在后台办理，前台柜员不能处理（前后台分离）。'
        WHEN 'finish_site' THEN '复杂业务由后台办结，前台柜员不能办理最后一个环节。'
        WHEN 'trainee' THEN '见习人员不能审核、复核办件。'
        WHEN 'amount' THEN '本件金额超过处理人的授权上限。'
        WHEN 'inactive' THEN '处理人的账号已停用。'
        WHEN 'no_officer' THEN '渠道账号和接口账号只能申请、补正和撤回，办理环节须由经办人员本人处理。'
        WHEN 'desk_closed' THEN '受理人所在的柜台已撤销，须重新分配柜台后受理。'
        WHEN 'special_desk' THEN '该业务属于特殊业务，须由特殊业务窗口专人受理。'
        ELSE '处理人没有该业务环节的操作权限。' END
$$;

-- casework_why_not_v1: the same for a step that is written.
CREATE OR REPLACE FUNCTION casework_why_not_v1(p_step bigint, p_user bigint, p_on date)
RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT casework_unfit_v1(
        s.case_id, s.seq, s.code, s.site,
        NOT EXISTS (SELECT 1 FROM casework_step n WHERE n.case_id = s.case_id AND n.round = s.round AND n.seq > s.seq), p_user, p_on)
    FROM casework_step s WHERE s.id = p_step;
$$;

-- casework_may_end_v1: whether an officer (or a partner's program) may bring a case from one status to the other, or take it up: the part of the
-- one rule (`casework/who_may.py`) that is about whole cases. Returning and declining rest on a step that this very person has decided so; after a
-- refusal of the effects, and for a case that was returned, on the right to request or approve. Withdrawing is the handler's while at the counter, or a teller's for an
-- applicant at the window; taking up a teller's, handing in again the handler's.
CREATE OR REPLACE FUNCTION casework_may_end_v1(p_old casework_case, p_new casework_case, p_user bigint) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    u staff_user;
    handler bigint := coalesce(p_old.handled_by_id, p_old.accepted_by_id);
    -- A right counts that is held today; where days move, also on the day of the acceptance, for the database does not know which day it is there.
    days date[] := array_remove(ARRAY[(clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date,
        CASE WHEN identity_days_move_v1() THEN p_old.accepted_on END], NULL);
    is_head boolean;
BEGIN
    SELECT * INTO u FROM staff_user WHERE id = p_user;
    -- A program hands in, corrects and withdraws what it has handed in, whatever rights its account has.
    is_head := u.kind = 'person' AND EXISTS (SELECT 1 FROM unnest(days) AS d (day), unnest(ARRAY['request', 'approve']) AS s (step)
        WHERE staff_may_v1(p_user, s.step, p_old.item_code, p_old.area_id, d.day, NULL));
    IF p_old.status = 'returned' AND p_new.status IN ('open', 'waiting', 'approved') THEN
        -- Handed in again by whoever handles it, a colleague has taken it up before.
        RETURN handler = p_user AND u.is_active AND (u.kind <> 'person' OR (u.role = 'teller' AND u.agency_id = (
            SELECT coalesce(a.successor_id, a.code) FROM registry_agency a WHERE a.code = p_old.agency_id)));
    ELSIF p_new.status <> p_old.status AND p_new.status IN ('returned', 'declined') THEN
        RETURN CASE WHEN p_old.status = 'open' THEN EXISTS (
            SELECT 1 FROM casework_step s WHERE s.case_id = p_old.id AND s.round = p_old.round AND s.state = p_new.status AND s.decided_by_id = p_user)
            ELSE is_head END;
    ELSIF (handler = p_user AND u.is_active AND (u.kind <> 'person' OR (u.role = 'teller' AND u.agency_id = (
            SELECT coalesce(a.successor_id, a.code) FROM registry_agency a WHERE a.code = p_old.agency_id))))
        OR (p_new.status <> p_old.status AND p_old.status = 'approved' AND is_head) THEN
        RETURN true;
    END IF;
    RETURN u.role = 'teller' AND u.kind = 'person'
        AND (p_old.channel <> 'counter' OR (
            u.agency_id = (SELECT coalesce(a.successor_id, a.code) FROM registry_agency a WHERE a.code = p_old.agency_id)
            -- Withdrawn by a colleague only where the handler cannot go on: left, moved, without post or right.
            AND (p_new.status = p_old.status OR NOT EXISTS (
                SELECT 1 FROM staff_user h WHERE h.id = handler AND h.is_active AND h.role = 'teller' AND h.agency_id = u.agency_id
                  AND staff_may_v1(h.id, 'accept', p_old.item_code, p_old.area_id, days[1], NULL)))))
        AND (p_new.status <> p_old.status OR NOT EXISTS (
            SELECT 1 FROM casework_step s WHERE s.case_id = p_old.id AND s.decided_by_id = p_user AND s.seq <> 1 AND s.code <> 'meeting'))
        AND EXISTS (
            SELECT 1 FROM unnest(days) AS d (day) WHERE staff_may_v1(p_user, 'accept', p_old.item_code, p_old.area_id, d.day, p_old.amount_fen)
            AND casework_unfit_desk_v1(p_user, 'counter', (SELECT v.desk_kind FROM catalogue_item_version v
                WHERE v.code = p_old.item_code AND v.valid_from = p_old.item_version), d.day, NULL) IS NULL);
END;
$$;

-- casework_named_v1: whom the fields of a form name that its item declares for it: people one by one, those of lists, employers, the employer somebody leaves.
-- Nothing else a form says names anybody. strangers: whether it names a person whom nobody knows.
CREATE OR REPLACE FUNCTION casework_named_v1(
    p_item text, p_form jsonb, OUT persons bigint[], OUT listed bigint[], OUT employers bigint[], OUT leaves bigint[], OUT strangers boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    about jsonb := casework_about_v1(p_item);
    text_of text;
    units text[] := '{}';
BEGIN
    persons := '{}';
    listed := '{}';
    employers := '{}';
    leaves := '{}';
    strangers := false;
    FOR n IN 0 .. coalesce(jsonb_array_length(about -> 'persons'), 0) - 1 LOOP
        text_of := p_form ->> (about -> 'persons' ->> n);
        IF text_of <> '' THEN
            persons := persons || registry_person_of_v1(text_of);
        END IF;
    END LOOP;
    strangers := array_position(persons, NULL) IS NOT NULL;
    persons := array_remove(persons, NULL);
    FOR n IN 0 .. coalesce(jsonb_array_length(about -> 'employers'), 0) - 1 LOOP
        units := units || (p_form ->> (about -> 'employers' ->> n));
    END LOOP;
    IF array_to_string(units, '') <> '' THEN
        employers := array(SELECT id FROM registry_employer WHERE unit_no = ANY (units) UNION SELECT id FROM registry_employer WHERE credit_code = ANY (units));
    END IF;
    FOR n IN 0 .. coalesce(jsonb_array_length(about -> 'left'), 0) - 1 LOOP
        leaves := leaves || array(SELECT id FROM registry_employer WHERE unit_no = p_form ->> (about -> 'left' ->> n));
    END LOOP;
    -- The rule of `registry_person_of_v1` in a join: a list has thousands of rows.
    FOR n IN 0 .. coalesce(jsonb_array_length(about -> 'rows'), 0) - 1 LOOP
        IF jsonb_typeof(p_form -> (about -> 'rows' ->> n)) = 'array' THEN
            listed := listed || array(
                SELECT coalesce(p.id, (SELECT f.person_id FROM registry_former_identity f WHERE f.id_number = r.number ORDER BY f.id DESC LIMIT 1))
                FROM (SELECT DISTINCT e ->> 'id_number' AS number FROM jsonb_array_elements(p_form -> (about -> 'rows' ->> n)) AS e) AS r
                LEFT JOIN registry_person p ON p.id_number = r.number AND p.merged_into_id IS NULL WHERE r.number <> '');
        END IF;
    END LOOP;
    listed := array_remove(listed, NULL);
END;
$$;

-- casework_subjects_v1: whom a case is about, and so whose rows its warrant opens: its person and employer, and everybody whom the declared fields of its
-- signed form name. One that was handed in from outside is about the operator's own employer and its people (and whom it takes on from which
-- other, where the item does), or about the person who applied; about nobody else, whatever stands in it.
DROP FUNCTION IF EXISTS casework_subjects_v1(jsonb, bigint, bigint);
CREATE OR REPLACE FUNCTION casework_subjects_v1(p_case casework_case, OUT persons bigint[], OUT employers bigint[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    named record;
    own bigint;
    others text[];
    joins boolean;
BEGIN
    named := casework_named_v1(p_case.item_code, p_case.form);
    -- Another record of theirs (重复档案), which others examine before.
    IF p_case.risk_class < 3 THEN
        others := array(SELECT p_case.form ->> f FROM jsonb_array_elements_text(casework_about_v1(p_case.item_code) -> 'others') AS f);
        IF cardinality(others) > 0 THEN
            named.listed := named.listed || array(SELECT p.id FROM registry_person p WHERE p.id_number = ANY (others) OR p.person_no = ANY (others));
        END IF;
    END IF;
    persons := array_remove(named.persons || named.listed || p_case.person_id, NULL);
    employers := array_remove(named.employers || named.leaves || p_case.employer_id, NULL);
    IF p_case.applicant_id IS NOT NULL THEN
        persons := CASE WHEN p_case.applicant_id = ANY (persons) THEN ARRAY[p_case.applicant_id] ELSE '{}' END;
        employers := '{}';
    ELSIF p_case.login_id IS NOT NULL THEN
        own := (SELECT employer_id FROM staff_unit_login WHERE id = p_case.login_id);
        joins := coalesce((casework_about_v1(p_case.item_code) ->> 'joins')::boolean, false);
        persons := array(SELECT p FROM unnest(persons) AS p WHERE (joins AND p = ANY (named.persons))
            OR EXISTS (SELECT 1 FROM registry_employment e WHERE e.person_id = p AND e.employer_id = own));
        employers := array(SELECT e FROM unnest(employers) AS e WHERE e = own OR (joins AND e = ANY (named.leaves)));
    END IF;
END;
$$;

-- casework_not_here_v1: why somebody outside may not hand a case in (or correct it) in this way: the item is not open at their door or not for them, or
-- its form or the case names others than themselves, their employer and its people. NULL: they may. What the pages ask (`outside_acceptance.py`).
-- Params: p_holder as in `identity_holder_now_v1`, p_account that of the door.
CREATE OR REPLACE FUNCTION casework_not_here_v1(p_case casework_case, p_holder text, p_account bigint, p_is_new boolean) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    kind text := split_part(p_holder, ':', 1);
    number bigint := split_part(p_holder, ':', 2)::bigint;
    about jsonb := casework_about_v1(p_case.item_code);
    doors jsonb;
    own bigint;
    named record;
BEGIN
    SELECT d.value INTO doors FROM jsonb_each(about -> 'doors') AS d WHERE d.key::date <= p_case.item_version ORDER BY d.key::date DESC LIMIT 1;
    IF doors IS NULL OR NOT (doors -> 'applicants' ? (CASE kind WHEN 'unit' THEN 'employer' ELSE 'person' END)) THEN
        RETURN '该事项不能由此申请';
    END IF;
    IF p_is_new AND (NOT (doors -> 'channels' ? p_case.channel)
        OR p_case.item_version IS DISTINCT FROM (SELECT max(v.valid_from) FROM catalogue_item_version v
            WHERE v.code = p_case.item_code AND v.valid_from <= p_case.accepted_on)
        OR NOT EXISTS (SELECT 1 FROM staff_user u WHERE u.id = p_account AND u.kind = 'door' AND u.username = 'channel-' || p_case.channel)) THEN
        RETURN '该事项在此渠道没有开通';
    END IF;
    SELECT * INTO named FROM casework_named_v1(p_case.item_code, p_case.form);
    IF kind = 'person' THEN
        RETURN CASE WHEN named.strangers OR EXISTS (SELECT 1 FROM unnest(named.persons || named.listed) AS p WHERE p <> number)
            THEN '申请内容填写了他人的证件号码' END;
    END IF;
    SELECT l.employer_id INTO own FROM staff_unit_login l
    WHERE l.id = number AND l.items ?| ARRAY['*', split_part(p_case.item_code, '-', 1), p_case.item_code];
    IF own IS NULL THEN
        RETURN '经办人没有办理该事项的权限';
    END IF;
    IF (about ->> 'joins')::boolean THEN
        RETURN CASE WHEN p_case.employer_id IS DISTINCT FROM own OR (p_case.person_id IS NOT NULL AND p_case.person_id <> ALL (named.persons))
            OR EXISTS (SELECT 1 FROM unnest(named.employers) AS e WHERE e <> own)
            THEN '办理对象与申请内容不符' END;
    END IF;
    RETURN CASE WHEN named.strangers OR EXISTS (SELECT 1 FROM unnest(named.employers || named.leaves) AS e WHERE e <> own) OR EXISTS (
        SELECT 1 FROM unnest(array_remove(named.persons || named.listed || p_case.person_id, NULL)) AS p
        WHERE NOT EXISTS (SELECT 1 FROM registry_employment e WHERE e.person_id = p AND e.employer_id = own))
        THEN '申请内容填写了其他单位，或不是本单位的职工' END;
END;
$$;

-- casework_area_v1: the place of insurance a case belongs to (参保地), by whose area rights are asked for it: the person's; without one registered the
-- employer's; without either what the field of its form says that the item declares (`area_field`), else that of the acceptor's agency.
CREATE OR REPLACE FUNCTION casework_area_v1(p_case casework_case) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN coalesce(
        (SELECT p.area_id FROM registry_person p WHERE p.id = p_case.person_id),
        (SELECT e.area_id FROM registry_employer e WHERE e.id = p_case.employer_id),
        nullif(p_case.form ->> (casework_about_v1(p_case.item_code) ->> 'area_field'), ''),
        (SELECT g.area_id FROM staff_user u JOIN registry_agency g ON g.code = u.agency_id WHERE u.id = p_case.accepted_by_id));
END;
$$;

-- casework_is_channel_v1: whether an account hands in through a channel: people of the agency at the counter, the account of a door (网上、掌上、自助) at its
-- own, a partner's program where its token says (`exchange_api_token`, the owner's).
CREATE OR REPLACE FUNCTION casework_is_channel_v1(p_account bigint, p_channel text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM staff_user u WHERE u.id = p_account AND (
            CASE u.kind WHEN 'door' THEN u.username = 'channel-' || p_channel WHEN 'person' THEN p_channel = 'counter' ELSE false END
            OR EXISTS (SELECT 1 FROM exchange_api_token t WHERE t.user_id = u.id AND t.is_active AND t.channel = p_channel)))
$$;

-- casework_door_v1: at a door (网上、掌上、自助) somebody hands in, corrects or withdraws for themselves: an operator for their own employer and
-- whoever worked or begins to work there, a person for themselves. Who it is was seen in this transaction (`identity_act_v1`). An officer
-- names no login and no applicant. Channel, agency and area of a case are those of whoever hands it in and of whom it is about. What they hand in is about nobody else, by its form too, and open to them at that door (`casework_not_here_v1`). A case from the counter is withdrawn by the person or the employer whose item it is (`applicant` of its version):
-- what an employer applied for about somebody is not theirs to withdraw. A case is returned, declined, withdrawn and handed in again by somebody who is there; what a partner's answer sends back is not. A case
-- whose form names somebody registered is about them (`person_id`). What was asked at hand-in was answered by whoever hands it in (`findings`).
-- Binds the application. Errors: YG006, YG009.
CREATE OR REPLACE FUNCTION casework_door_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    who text;
    account bigint;
    why text;
    kind text;
    number bigint;
    is_foreign boolean;
    -- Whose item it is, where nobody is named who applied.
    for_whom text := CASE WHEN TG_OP = 'UPDATE' AND num_nonnulls(NEW.login_id, NEW.applicant_id) = 0 THEN (
        SELECT v.applicant FROM catalogue_item_version v WHERE v.code = NEW.item_code AND v.valid_from = NEW.item_version) END;
BEGIN
    IF current_user <> 'yigui_app' THEN
        RETURN NEW;
    END IF;
    SELECT h.holder, h.account INTO who, account FROM identity_holder_now_v1() AS h;
    kind := split_part(who, ':', 1);
    number := split_part(who, ':', 2)::bigint;
    is_foreign := who IS NULL OR CASE kind
        WHEN 'unit' THEN NOT EXISTS (
            SELECT 1 FROM staff_unit_login l WHERE l.id = number AND l.is_active
              AND CASE TG_OP WHEN 'UPDATE' THEN NEW.employer_id = l.employer_id AND NEW.applicant_id IS NULL AND (NEW.login_id IS NOT NULL OR for_whom = 'employer')
                AND l.items ?| ARRAY['*', split_part(NEW.item_code, '-', 1), NEW.item_code] ELSE l.id = NEW.login_id END
              AND coalesce(NEW.employer_id, (SELECT o.employer_id FROM staff_unit_login o WHERE o.id = NEW.login_id), l.employer_id) = l.employer_id
              AND (NEW.employer_id IS NOT NULL OR NEW.person_id IS NULL OR EXISTS (
                SELECT 1 FROM registry_employment e WHERE e.employer_id = l.employer_id AND e.person_id = NEW.person_id)))
        WHEN 'person' THEN NEW.applicant_id IS DISTINCT FROM number
              AND (NEW.person_id IS DISTINCT FROM number OR (TG_OP = 'UPDATE' AND for_whom IS DISTINCT FROM 'person'))
            OR (TG_OP = 'INSERT' AND (NEW.applicant_id IS DISTINCT FROM number OR coalesce(NEW.person_id, number) <> number))
        ELSE CASE TG_OP WHEN 'INSERT' THEN num_nonnulls(NEW.login_id, NEW.applicant_id) > 0
            -- A program only withdraws and hands in again what it has handed in, whoever its account is.
            ELSE kind = 'api' AND (coalesce(OLD.handled_by_id, OLD.accepted_by_id) <> number OR (NEW.status <> 'withdrawn' AND OLD.status <> 'returned'))
                OR NOT casework_may_end_v1(OLD, NEW, number) END END;
    IF is_foreign THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', TABLE = 'casework_case',
            MESSAGE = format('办件 %s 须由经数据库核验的本人、本单位经办人办理，且只能办理本人、本单位的业务。', NEW.case_no);
    END IF;
    -- By what channel somebody works is the account's, not their word: special business is not taken in at a general desk as if it came online.
    IF TG_OP = 'INSERT' AND NOT casework_is_channel_v1(account, NEW.channel)
       OR TG_OP = 'UPDATE' AND NEW.handled_channel IS DISTINCT FROM OLD.handled_channel AND NOT casework_is_channel_v1(account, NEW.handled_channel) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', TABLE = 'casework_case',
            MESSAGE = format('办件 %s 的办理渠道与办理人的账号不符，请由本渠道的账号办理。', NEW.case_no);
    END IF;
    -- What is handed in, or handed in again.
    IF TG_OP = 'INSERT' OR (OLD.status = 'returned' AND NEW.status IN ('open', 'waiting', 'approved')) THEN
        IF kind IN ('unit', 'person') THEN
            why := casework_not_here_v1(NEW, who, account, TG_OP = 'INSERT');
            IF why IS NOT NULL THEN
                RAISE EXCEPTION USING ERRCODE = 'YG009', TABLE = 'casework_case',
                    MESSAGE = format('办件 %s：%s，请核对后由有权办理的申请人提交。', NEW.case_no, why);
            END IF;
        END IF;
        IF NEW.person_id IS NULL THEN
            IF cardinality((casework_named_v1(NEW.item_code, NEW.form)).persons) > 0 THEN
                RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = 'casework_case',
                    MESSAGE = format('办件 %s 的申请内容填写了已登记的参保人，办理对象却为空，请重新受理。', NEW.case_no);
            END IF;
        END IF;
    END IF;
    -- Who answered what was asked is who hands it in.
    IF (TG_OP = 'INSERT' OR (OLD.status = 'returned' AND NEW.status IN ('open', 'waiting', 'approved'))) AND NEW.findings <> '[]' THEN
        IF EXISTS (
            SELECT 1 FROM jsonb_array_elements(NEW.findings) f WHERE f ->> 'by' IS DISTINCT FROM CASE kind
                WHEN 'person' THEN (SELECT '申请人 ' || p.name FROM registry_person p WHERE p.id = number)
                WHEN 'unit' THEN (SELECT '单位经办人 ' || coalesce(nullif(l.full_name, ''), l.username) FROM staff_unit_login l WHERE l.id = number)
                ELSE (SELECT u.full_name FROM staff_user u WHERE u.id = account) END) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG009', TABLE = 'casework_case',
                MESSAGE = format('办件 %s 的核查提示须由提交人本人答复，答复人与提交人不符，请重新提交。', NEW.case_no);
        END IF;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF (NEW.area_id, NEW.agency_id) IS DISTINCT FROM (casework_area_v1(NEW), (SELECT u.agency_id FROM staff_user u WHERE u.id = NEW.accepted_by_id)) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = 'casework_case',
                MESSAGE = format('办件 %s 的参保地或受理机构与办理对象、受理人的登记不符，请按登记的参保地重新受理。', NEW.case_no);
        END IF;
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION casework_door_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER under_door_i BEFORE INSERT ON casework_case FOR EACH ROW EXECUTE FUNCTION casework_door_v1();
CREATE OR REPLACE TRIGGER under_door_u BEFORE UPDATE OF handled_by_id, handled_channel, status ON casework_case FOR EACH ROW
    WHEN (NEW.handled_by_id IS DISTINCT FROM OLD.handled_by_id OR NEW.handled_channel IS DISTINCT FROM OLD.handled_channel OR NEW.status IS DISTINCT FROM OLD.status
        AND (NEW.status IN ('withdrawn', 'declined') OR OLD.status = 'returned' OR (NEW.status = 'returned' AND OLD.status <> 'waiting')))
    EXECUTE FUNCTION casework_door_v1();

-- casework_step_guard_v1: a decided step stays as it is; a step is decided when its turn has come, by somebody who may
-- (`casework_why_not_v1`); the acceptance of a round is written by whoever handed it in. Errors: YG003, YG004, YG006.
CREATE OR REPLACE FUNCTION casework_step_guard_v1(p_op text, p_old casework_step, p_new casework_step)
RETURNS casework_step LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    why text;
BEGIN
    IF p_op = 'INSERT' THEN
        IF p_new.state NOT IN ('waiting', 'ready') AND NOT (p_new.state = 'passed' AND p_new.seq = 1 AND p_new.code = 'accept' AND EXISTS (
            SELECT 1 FROM casework_case c
            WHERE c.id = p_new.case_id AND p_new.round = c.round AND p_new.decided_by_id = coalesce(c.handled_by_id, c.accepted_by_id))) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '新的环节须从“未到”或“待处理”开始，受理环节由受理人完成。';
        END IF;
        RETURN p_new;
    END IF;
    IF p_op = 'DELETE' OR p_old.state IN ('passed', 'returned', 'declined', 'dropped') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '已处理的环节不能修改或删除。';
    END IF;
    IF (p_new.case_id, p_new.round, p_new.seq, p_new.code, p_new.item_code, p_new.area_code, p_new.site, p_new.agency_id)
       IS DISTINCT FROM (p_old.case_id, p_old.round, p_old.seq, p_old.code, p_old.item_code, p_old.area_code, p_old.site, p_old.agency_id)
    THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '环节的归属不能修改。';
    END IF;
    IF p_new.state IN ('passed', 'returned', 'declined') THEN
        IF p_old.state <> 'ready' OR p_new.decided_by_id IS NULL OR p_new.decided_on IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '未轮到的环节不能处理。';
        END IF;
        why := casework_why_not_v1(p_old.id, p_new.decided_by_id, p_new.decided_on);
        IF why IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'YG004', DETAIL = why, MESSAGE = casework_unfit_words_v1(why);
        END IF;
    END IF;
    RETURN p_new;
END;
$$;

-- casework_issue_warrant_v1: the warrant of a case, only when its route is complete.
-- Every step of the version's route, and at least of the class's, passed in the last round and in that order, each by somebody
-- who might take it when it was signed (`casework_unfit_at_v1`: one rule with the queue and the guard), a class not below the catalogue's, and for class 1 a written request and a meeting of at least three with a chair who may.
-- Errors: YG005 route incomplete, YG004 people not distinct or not authorised.
CREATE OR REPLACE FUNCTION casework_issue_warrant_v1(p_case bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c casework_case%ROWTYPE;
    v catalogue_item_version%ROWTYPE;
    required text[];
    walked text[];
    lacking text;
    is_in_order boolean := true;
    s record;
    the_meeting bigint;
    the_last int;
    why text;
    steps text[] := '{}';
    users bigint[] := '{}';
    signed timestamptz[] := '{}';
BEGIN
    SELECT * INTO c FROM casework_case WHERE id = p_case FOR UPDATE;
    IF c.id IS NULL OR c.status <> 'approved' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '办件不在待办结状态，不能签发授权凭据。';
    END IF;
    SELECT * INTO v FROM catalogue_item_version WHERE code = c.item_code AND valid_from = c.item_version;
    IF v.id IS NULL OR c.risk_class > v.risk_class THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = format('办件 %s 的风险等级低于事项目录规定。', c.case_no);
    END IF;
    PERFORM warrants_known_v1('case', c.item_code, c.risk_class);
    required := catalogue_route_v1(v.route, c.risk_class);
    SELECT max(seq), CASE WHEN bool_and(state = 'passed') THEN array_agg(code::text ORDER BY seq) END INTO the_last, walked
    FROM casework_step WHERE case_id = c.id AND round = c.round;
    -- Just the steps that are required, each once and in order, is the route walked to its end; what else there is, is asked about one by one.
    IF walked IS DISTINCT FROM required THEN
        SELECT string_agg(staff_words_v1(r), '、') INTO lacking FROM unnest(required) AS r
        WHERE NOT EXISTS (SELECT 1 FROM casework_step WHERE case_id = c.id AND round = c.round AND code = r AND state = 'passed');
        IF lacking IS NOT NULL OR walked IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'YG005',
                MESSAGE = format('办件 %s 的环节未走完（%s），不能签发授权凭据。', c.case_no, coalesce(lacking, '仍有待处理环节'));
        END IF;
        is_in_order := required IS NOT DISTINCT FROM (
            SELECT array_agg(code::text ORDER BY last_seq) FROM (
                SELECT code, max(seq) AS last_seq FROM casework_step
                WHERE case_id = c.id AND round = c.round AND code = ANY (required) GROUP BY code) AS done);
    END IF;
    IF NOT is_in_order OR (v.finish_site = 'back_office' AND the_last <= 1) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005',
            MESSAGE = format('办件 %s 的环节次序与事项目录 %s 版本不符，不能签发授权凭据。', c.case_no, v.valid_from);
    END IF;
    FOR s IN SELECT *, xmin = pg_current_xact_id()::xid AS is_fresh FROM casework_step WHERE case_id = c.id AND round = c.round ORDER BY seq LOOP
        -- An acceptance that this very transaction has written was asked about when it was signed (`casework_lay_out_v1`, the only way it
        -- is written): with the same facts, which do not change within a round. What was signed before is asked about again.
        IF NOT (s.is_fresh AND s.seq = 1 AND s.code = 'accept') THEN
            why := casework_unfit_at_v1(c.id, s.seq, s.code, s.site, s.seq = the_last, s.decided_by_id, s.decided_on, s.decided_at);
        END IF;
        IF why IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'YG004', DETAIL = why,
                MESSAGE = format('办件 %s 的“%s”环节：%s', c.case_no, staff_words_v1(s.code), casework_unfit_words_v1(why));
        END IF;
        IF s.code = 'accept' AND s.decided_by_id <> coalesce(c.handled_by_id, c.accepted_by_id) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG004', MESSAGE = format('办件 %s 的受理人与受理环节不符。', c.case_no);
        END IF;
        IF s.code = 'request' AND btrim(s.opinion) = '' THEN
            RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = format('办件 %s 没有书面请示。', c.case_no);
        END IF;
        IF s.code = 'meeting' THEN
            CONTINUE;
        END IF;
        steps := steps || s.code::text;
        users := users || s.decided_by_id;
        signed := signed || s.decided_at;
    END LOOP;
    IF 'meeting' = ANY (required) THEN
        SELECT m.id INTO the_meeting
        FROM casework_decision d JOIN casework_meeting m ON m.id = d.meeting_id
        WHERE d.case_id = c.id AND d.round = c.round AND d.verdict = 'passed' AND m.item_code = c.item_code
          AND btrim(m.minutes) <> '' AND m.held_on >= c.accepted_on
          AND staff_may_at_v1(m.chair_id, 'meeting', c.item_code, c.area_id, m.held_on, casework_amount_v1(c.item_code, c.form, c.amount_fen), m.recorded_at)
          AND EXISTS (SELECT 1 FROM casework_attendee a WHERE a.meeting_id = m.id AND a.user_id = m.chair_id)
          AND (SELECT count(DISTINCT staff_person_v1(a.user_id)) FROM casework_attendee a WHERE a.meeting_id = m.id) >= 3;
        IF the_meeting IS NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'YG005',
                MESSAGE = format('办件 %s 没有受理以后召开、三人以上参加、同意办理的会议纪要。', c.case_no);
        END IF;
    END IF;
    SELECT persons, employers INTO s FROM casework_subjects_v1(c);
    RETURN warrants_issue_v1('case', c.id, c.case_no, c.item_code, c.risk_class, c.area_id, the_meeting, steps, users, signed, s.persons, s.employers);
END;
$$;

-- casework_moments_v1: when a case was accepted and when it was finished the database says, not whoever writes it: what its volume is kept for, which rules
-- it was filed by, and which task it could have settled, count from there. Binds the application.
CREATE OR REPLACE FUNCTION casework_moments_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF warrants_by_application_v1() THEN
        IF TG_OP = 'INSERT' THEN
            NEW.accepted_at := clock_timestamp();
        ELSIF NEW.status = 'finished' AND OLD.status <> 'finished' THEN
            NEW.finished_at := clock_timestamp();
        END IF;
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION casework_moments_v1 FROM PUBLIC;
-- Before the guards of the table, which ask what then stands: triggers of a kind fire by name.
CREATE OR REPLACE TRIGGER moments BEFORE INSERT OR UPDATE OF status ON casework_case
    FOR EACH ROW EXECUTE FUNCTION casework_moments_v1();

-- casework_document_ground_v1: a document of a case is headed by that very case, as it was accepted: its number, item and whom it is about, and the
-- day, which is the database's own (`finish_case.py` and `decisions.py` write the head in this order). What stands below is the program's. A ticket of money
-- (电子票据) bears no case's number; the receipts ask what it says. Binds the application. Error: YG006.
CREATE OR REPLACE FUNCTION casework_document_ground_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    facts jsonb := NEW.content -> 'facts';
BEGIN
    IF NEW.kind = 'payment_voucher' AND NOT EXISTS (SELECT 1 FROM casework_case c WHERE c.case_no = NEW.case_no) THEN
        RETURN NEW;
    END IF;
    IF warrants_by_application_v1() AND NOT EXISTS (
        SELECT 1 FROM casework_case c
        WHERE c.case_no = NEW.case_no AND NEW.holder = c.subject_name
          AND facts -> 0 = jsonb_build_array('办件编号', c.case_no)
          AND facts -> 1 = jsonb_build_array('业务事项', format('%s（%s）', c.item_name, c.item_code))
          AND facts -> 2 = jsonb_build_array('办理对象', c.subject_name)
          AND facts -> 4 = jsonb_build_array('受理日期', to_char(c.accepted_on, 'YYYY-MM-DD'))
          AND facts -> 5 = jsonb_build_array(
              CASE NEW.kind WHEN 'refusal_decision' THEN '决定日期' WHEN 'correction_notice' THEN '告知日期' ELSE '办结日期' END,
              to_char(identity_business_day_v1(NEW.issued_on), 'YYYY-MM-DD'))) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = 'documents_issued',
            MESSAGE = format('文书抬头与办件 %s 的编号、事项、办理对象或日期不符，不能出具。', NEW.case_no);
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION casework_document_ground_v1 FROM PUBLIC;
-- After the guard of its own room, which asks for the warrant.
CREATE OR REPLACE TRIGGER of_case BEFORE INSERT ON documents_issued
    FOR EACH ROW EXECUTE FUNCTION casework_document_ground_v1();

-- casework_letter_ground_v1: a decision not to do what was applied for (不予办理决定书) is issued for a case that was declined, a notice of what is to be
-- corrected (一次性告知单) for one that was returned: once a round, with the words of the event that brought it there. Binds the application. Error: YG006.
CREATE OR REPLACE FUNCTION casework_letter_ground_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF warrants_by_application_v1() AND (
        NOT EXISTS (
            SELECT 1 FROM casework_case c JOIN casework_event e ON e.case_id = c.id
            WHERE c.case_no = NEW.case_no
              AND c.status = CASE NEW.kind WHEN 'refusal_decision' THEN 'declined' ELSE 'returned' END
              AND e.seq = (SELECT max(l.seq) FROM casework_event l WHERE l.case_id = c.id)
              AND e.verb = CASE NEW.kind WHEN 'refusal_decision' THEN 'decline' ELSE 'return' END
              AND NEW.content ->> 'reason' = e.note AND NEW.content -> 'round' = to_jsonb(c.round)
              AND e.payload ->> 'letter' = NEW.digest)
        OR EXISTS (
            SELECT 1 FROM documents_issued d
            WHERE d.case_no = NEW.case_no AND d.kind = NEW.kind AND d.content -> 'round' = NEW.content -> 'round')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = 'documents_issued',
            MESSAGE = format('办件 %s 没有相应的不予办理决定或退回，或与其内容不符，或已出具，不能出具该文书。', NEW.case_no);
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION casework_letter_ground_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER letter_ground BEFORE INSERT ON documents_issued
    FOR EACH ROW WHEN (NEW.kind IN ('refusal_decision', 'correction_notice')) EXECUTE FUNCTION casework_letter_ground_v1();

-- casework_own_list_v1: a list of applications (名单) is sent and changed by whoever's it is, who is there in this transaction: an officer at the counter,
-- or an employer's operator, for the own employer alone. Error: YG009.
CREATE OR REPLACE FUNCTION casework_own_list_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    now record;
BEGIN
    SELECT * INTO now FROM identity_holder_now_v1();
    IF (now.account = NEW.user_id AND CASE WHEN NEW.login_id IS NULL THEN now.account = identity_officer_v1() ELSE now.holder = 'unit:' || NEW.login_id
            AND NEW.employer_id = (SELECT l.employer_id FROM staff_unit_login l WHERE l.id = NEW.login_id) END) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', TABLE = TG_TABLE_NAME, MESSAGE = '名单只能由报送人本人登录后、为本单位报送和改动，请重新登录后再办理。';
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION casework_own_list_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER own_list BEFORE INSERT OR UPDATE ON casework_application_list FOR EACH ROW EXECUTE FUNCTION casework_own_list_v1();

-- casework_became_cases_v1: whether every row of a list (名单) that says it was handed in is the case of that number: of the list's item, accepted under the row's own
-- key, which is the list's or that of the employer's earlier list of the item which the row went over from. Rows that said so before are not asked again. Not granted.
CREATE OR REPLACE FUNCTION casework_became_cases_v1(p_token uuid, p_item text, p_employer bigint, p_before jsonb, p_rows jsonb) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT NOT EXISTS (
        SELECT FROM jsonb_array_elements(p_rows) WITH ORDINALITY AS now (row, place)
        LEFT JOIN jsonb_array_elements(p_before) WITH ORDINALITY AS was (row, place) USING (place)
        CROSS JOIN LATERAL (SELECT coalesce(nullif(now.row ->> 'key', ''), 'list:' || p_token || ':' || (now.row ->> 'row_no'))) AS own (key)
        WHERE now.row ->> 'state' = 'done' AND was.row ->> 'state' IS DISTINCT FROM 'done' AND NOT (
            EXISTS (
                SELECT FROM casework_case c WHERE c.case_no = now.row ->> 'case_no' AND c.item_code = p_item AND c.idempotency_key = own.key)
            AND (own.key LIKE 'list:' || p_token || ':%' OR EXISTS (
                SELECT FROM casework_application_list l
                WHERE l.token::text = split_part(own.key, ':', 2) AND own.key LIKE 'list:%' AND l.item_code = p_item AND l.employer_id = p_employer))))
$$;
REVOKE ALL ON FUNCTION casework_became_cases_v1 FROM PUBLIC;

-- casework_list_rows_v1: of a list (名单) as many rows stand as were read, each in its place with what was read of it, and what becomes of it goes
-- forward only: `bad` may be judged anew, `good` is handed in, comes back or goes over, whoever has gone over may still have been handed in here.
-- Error: YG003.
CREATE OR REPLACE FUNCTION casework_list_rows_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    verdict CONSTANT text[] := '{state,sentences,reminders,told,lacks,case_no,summary,is_finished,moved_to,how}';
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.lines_in IS DISTINCT FROM jsonb_array_length(NEW.rows) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG003', TABLE = TG_TABLE_NAME, MESSAGE = '名单的行数与读入的行数不符，未保存，请重新上传。';
        END IF;
    ELSIF NEW.lines_in IS DISTINCT FROM OLD.lines_in OR jsonb_array_length(NEW.rows) <> jsonb_array_length(OLD.rows) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', TABLE = TG_TABLE_NAME, MESSAGE = '名单的行不能增减，请重新上传。';
    ELSIF EXISTS (
        SELECT FROM jsonb_array_elements(OLD.rows) WITH ORDINALITY AS was (row, place)
        JOIN jsonb_array_elements(NEW.rows) WITH ORDINALITY AS now (row, place) USING (place)
        WHERE now.row <> was.row AND (
            now.row - verdict <> was.row - verdict
            OR (was.row ->> 'state', now.row ->> 'state') NOT IN (
                ('bad', 'bad'), ('bad', 'good'), ('good', 'done'), ('good', 'bad'), ('good', 'moved'), ('moved', 'done')
            )
        )
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', TABLE = TG_TABLE_NAME, MESSAGE = '名单中已读入的内容和已有结果的行不能改动，请重新上传。';
    END IF;
    IF casework_became_cases_v1(NEW.token, NEW.item_code, NEW.employer_id, CASE WHEN TG_OP = 'UPDATE' THEN OLD.rows ELSE '[]' END, NEW.rows) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', TABLE = TG_TABLE_NAME,
            MESSAGE = '名单中有行登记为已提交，但没有该行的办件，未保存；请刷新名单后重新提交。';
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION casework_list_rows_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER rows_stay BEFORE INSERT OR UPDATE ON casework_application_list FOR EACH ROW EXECUTE FUNCTION casework_list_rows_v1();

-- casework_draft_lines_v1: of the list in a draft (职工名册) every row that was read stands in the form, came back, was no data, or was replaced by a
-- later row of the same person. Error: YG003.
CREATE OR REPLACE FUNCTION casework_draft_lines_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.lines_in IS NOT NULL AND NEW.lines_in IS DISTINCT FROM (
        coalesce(jsonb_array_length(NEW.form -> 'base_rows'), 0) + coalesce(jsonb_array_length(NEW.seen -> 'returned'), 0)
        + coalesce((NEW.seen ->> 'aside')::integer, 0) + coalesce((NEW.seen ->> 'replaced')::integer, 0)
    ) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', TABLE = TG_TABLE_NAME, MESSAGE = '名册的行数与读入的行数不符，未保存，请重新上传。';
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION casework_draft_lines_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER lines_stay BEFORE INSERT OR UPDATE ON casework_draft FOR EACH ROW WHEN (NEW.lines_in IS NOT NULL) EXECUTE FUNCTION casework_draft_lines_v1();
