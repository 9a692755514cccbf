-- Signatures of casework. What counts as somebody's own deed is written here and nowhere else, for a person whom the database has seen:
-- the application has no right to write steps, meetings or events. Errors: YG004 who may not, YG006 wrong moment, YG009 nobody has signed in, YG010 the code.

-- casework_actor_v1: who acts: the person of an open sign-in, who must be the one that is named. The account of a door (网上、掌上、自助) acts for
-- whoever has signed in there and is present in this transaction (`identity_act_v1`), a partner's program with its key, and both only for `p_is_door`:
-- handing in, correcting, withdrawing.
CREATE OR REPLACE FUNCTION casework_actor_v1(p_token text, p_named bigint, p_is_door boolean) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    seen bigint;
BEGIN
    IF p_token <> '' THEN
        seen := identity_require_v1(p_token, CASE WHEN p_is_door THEN ARRAY['staff', 'partner'] ELSE ARRAY['staff'] END);
    ELSIF p_is_door THEN
        seen := identity_who_v1();
    END IF;
    IF seen IS DISTINCT FROM p_named THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', MESSAGE = '经办人与登录人不是同一人，请以本人登录后办理。';
    END IF;
    RETURN seen;
END;
$$;

-- casework_lay_out_v1: the steps of a case's present round. The first is its acceptance, signed by whoever hands the round in; the
-- others are laid out once, and none of them is taken yet. Whether that person may is asked here already, by the rule of every step.
-- Params: p_on the business day, on which the case of a first round was accepted; p_steps [{seq, code, site, reason, suggested}].
CREATE OR REPLACE FUNCTION casework_lay_out_v1(p_token text, p_case bigint, p_on date, p_steps jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c casework_case%ROWTYPE;
    has_begun boolean;
    has_more boolean;
    signer bigint;
    why text;
BEGIN
    SELECT * INTO c FROM casework_case WHERE id = p_case FOR UPDATE;
    SELECT coalesce(bool_or(seq = 1), false), coalesce(bool_or(seq > 1), false) INTO has_begun, has_more
    FROM casework_step WHERE case_id = p_case AND round = c.round;
    IF c.id IS NULL OR c.status NOT IN ('open', 'waiting', 'approved') OR EXISTS (
        SELECT 1 FROM jsonb_array_elements(p_steps) AS s
        WHERE CASE (s ->> 'seq')::int WHEN 1 THEN has_begun OR s ->> 'code' <> 'accept' ELSE has_more END) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('办件 %s 的环节已经排定，不能重新排定。', c.case_no);
    END IF;
    IF p_steps @> '[{"seq": 1}]' THEN
        signer := casework_actor_v1(p_token, coalesce(c.handled_by_id, c.accepted_by_id), true);
        IF c.round = 1 AND c.accepted_on IS DISTINCT FROM identity_business_day_v1(p_on) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('办件 %s 的受理日期 %s 不是今天（%s），请重新受理。', c.case_no, c.accepted_on, p_on);
        END IF;
        SELECT casework_unfit_v1(c.id, 1, 'accept', s ->> 'site', jsonb_array_length(p_steps) = 1, signer, p_on)
        INTO why FROM jsonb_array_elements(p_steps) AS s WHERE (s ->> 'seq')::int = 1;
        IF why IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'YG004', DETAIL = why, MESSAGE = casework_unfit_words_v1(why);
        END IF;
    END IF;
    INSERT INTO casework_step (case_id, round, seq, code, reason, site, state, item_code, area_code, agency_id, suggested_to_id, ready_at,
        decided_by_id, decided_at, decided_on, opinion)
    SELECT c.id, c.round, s.seq, s.code, s.reason, s.site, CASE s.seq WHEN 1 THEN 'passed' WHEN 2 THEN 'ready' ELSE 'waiting' END,
        c.item_code, c.area_id, c.agency_id, s.suggested, CASE s.seq WHEN 2 THEN clock_timestamp() END,
        CASE s.seq WHEN 1 THEN signer END,
        CASE s.seq WHEN 1 THEN clock_timestamp() END, CASE s.seq WHEN 1 THEN identity_business_day_v1(p_on) END, ''
    FROM jsonb_to_recordset(p_steps) AS s (seq smallint, code text, site text, reason text, suggested bigint) ORDER BY s.seq;
END;
$$;

-- casework_claim_v1, casework_release_v1: an officer takes a waiting step upon themselves, and puts it back.
CREATE OR REPLACE FUNCTION casework_claim_v1(p_token text, p_step bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    actor bigint := identity_require_v1(p_token);
BEGIN
    UPDATE casework_step SET claimed_by_id = actor, claimed_at = clock_timestamp()
    WHERE id = p_step AND state = 'ready' AND claimed_by_id IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '该环节已由他人领取或已处理，请刷新后查看。';
    END IF;
END;
$$;
CREATE OR REPLACE FUNCTION casework_release_v1(p_token text, p_step bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    actor bigint := identity_require_v1(p_token);
BEGIN
    UPDATE casework_step SET claimed_by_id = NULL, claimed_at = NULL WHERE id = p_step AND state = 'ready' AND claimed_by_id = actor;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '该环节不在您名下，请刷新后查看。';
    END IF;
END;
$$;

-- casework_take_back_v1: an administrator who ends somebody's work, or a head or leader who answers for them, puts back what they have claimed.
CREATE OR REPLACE FUNCTION casework_take_back_v1(p_token text, p_step bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    actor bigint := identity_require_v1(p_token);
BEGIN
    UPDATE casework_step SET claimed_by_id = NULL, claimed_at = NULL WHERE id = p_step AND state = 'ready' AND claimed_by_id IS NOT NULL
      AND (EXISTS (SELECT 1 FROM staff_user WHERE id = actor AND role IN ('system_admin', 'security_admin'))
        OR staff_holds_post_v1(actor, ARRAY['section_head', 'director'], claimed_by_id));
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '该环节无人领取，或您不能收回他人领取的环节。';
    END IF;
END;
$$;

-- casework_release_lost_v1: the process puts back a step whose claimer may not take it any more, by the rule of every step, today. Error: YG006.
CREATE OR REPLACE FUNCTION casework_release_lost_v1(p_step bigint, p_on date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE casework_step SET claimed_by_id = NULL, claimed_at = NULL WHERE id = p_step AND state = 'ready' AND claimed_by_id IS NOT NULL
      AND casework_why_not_v1(id, claimed_by_id, identity_business_day_v1(p_on)) IS NOT NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '该环节无人领取，或领取人仍可办理，不能放回。';
    END IF;
END;
$$;

-- casework_decide_v1: an officer, no program, decides the step whose turn it is. Who passes one of class 1 confirms it with a one-time code bound to the case as it
-- stands (form, amount, round) and to the verdict; a meeting's list was confirmed as a whole when it was held. The step guard asks whether
-- the person may. What follows from it follows here: the next step is ready, or the rest is dropped.
-- Params: p_suggested, for whom the next step is suggested. Gives whether no step is left.
CREATE OR REPLACE FUNCTION casework_decide_v1(
    p_token text, p_code text, p_step bigint, p_verdict text, p_opinion text, p_on date, p_suggested bigint
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    s casework_step%ROWTYPE;
    c casework_case%ROWTYPE;
    actor bigint := identity_require_v1(p_token);
BEGIN
    SELECT * INTO s FROM casework_step WHERE id = p_step;
    SELECT * INTO c FROM casework_case WHERE id = s.case_id FOR UPDATE;
    SELECT * INTO s FROM casework_step WHERE id = p_step FOR UPDATE;
    IF c.id IS NULL OR s.round <> c.round OR c.status <> 'open' OR s.state <> 'ready' OR (p_verdict IN ('passed', 'returned', 'declined')) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '该环节已由他人处理或未轮到，请刷新后查看。';
    END IF;
    IF s.code = 'meeting' THEN
        IF NOT EXISTS (
            SELECT 1 FROM casework_decision d JOIN casework_meeting m ON m.id = d.meeting_id
            WHERE d.case_id = c.id AND d.round = c.round AND d.verdict = p_verdict AND m.chair_id = actor) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('办件 %s 没有由您主持的会议结论，请先登记集体研究结果。', c.case_no);
        END IF;
    ELSIF c.risk_class = 1 AND p_verdict = 'passed' THEN
        PERFORM identity_confirm_v1(p_token, p_code, format('case %s step %s %s %s', c.case_no, s.id, p_verdict,
            encode(sha256(convert_to(format('%s|%s|%s|%s', c.form, c.amount_fen, c.subject_key, p_opinion), 'UTF8')), 'hex')));
    END IF;
    UPDATE casework_step SET state = p_verdict, decided_by_id = actor, decided_at = clock_timestamp(), decided_on = identity_business_day_v1(p_on), opinion = p_opinion
    WHERE id = p_step;
    IF p_verdict <> 'passed' THEN
        UPDATE casework_step SET state = 'dropped' WHERE case_id = c.id AND round = c.round AND state IN ('waiting', 'ready');
        RETURN true;
    END IF;
    UPDATE casework_step SET state = 'ready', ready_at = clock_timestamp(), suggested_to_id = p_suggested
    WHERE id = (SELECT id FROM casework_step WHERE case_id = c.id AND round = c.round AND state = 'waiting' ORDER BY seq LIMIT 1);
    RETURN NOT FOUND;
END;
$$;

-- casework_drop_v1: the steps that will not be taken any more, of a case that is on its way no longer.
CREATE OR REPLACE FUNCTION casework_drop_v1(p_case bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE casework_step s SET state = 'dropped' FROM casework_case c
    WHERE c.id = p_case AND c.status IN ('withdrawn', 'returned', 'declined') AND s.case_id = c.id AND s.round = c.round
      AND s.state IN ('waiting', 'ready')
$$;

-- casework_hold_meeting_v1: a meeting with its minutes, people and verdicts, recorded by its chair with one code for the whole list: only
-- cases that stand at their meeting now, all of one item; one that is returned with what it names. Held on a day when each of them had been
-- accepted and which has come, by at least three different people who are, and on that day were, at work in the chair's agency; the account of a door
-- is nobody. The chair may hold it today, and might on that day. Gives its id.
-- Params: p_verdicts [{case, verdict, note, points: [{material, field, reason, note}]}].
CREATE OR REPLACE FUNCTION casework_hold_meeting_v1(
    p_token text, p_code text, p_held_on date, p_minutes text, p_attendees bigint[], p_verdicts jsonb
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    actor bigint := identity_require_v1(p_token);
    items text[];
    listed integer;
    accepted date;
    known date;
    people bigint[] := ARRAY(SELECT DISTINCT unnest(p_attendees || actor) ORDER BY 1);
    the_meeting bigint;
    today date := (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date;
    -- Where days move nobody's account says where they were on a business day.
    then_at timestamptz := CASE WHEN NOT identity_days_move_v1()
        THEN least(clock_timestamp(), (p_held_on + 1)::timestamp AT TIME ZONE 'Asia/Shanghai') END;
BEGIN
    -- The newest day the cases know of: where the business day is ahead of the server's clock.
    SELECT array_agg(DISTINCT c.item_code::text), count(DISTINCT c.id), max(c.accepted_on),
        max((SELECT max(d.decided_on) FROM casework_step d WHERE d.case_id = c.id))
    INTO items, listed, accepted, known
    FROM jsonb_to_recordset(p_verdicts) AS v ("case" bigint, verdict text, note text)
    JOIN casework_case c ON c.id = v."case" AND c.status = 'open'
    JOIN casework_step s ON s.case_id = c.id AND s.round = c.round AND s.code = 'meeting' AND s.state = 'ready'
    WHERE v.verdict IN ('passed', 'returned', 'declined');
    IF cardinality(items) IS DISTINCT FROM 1 OR listed <> jsonb_array_length(p_verdicts) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '会议只能研究同一事项、正轮到上会环节的办件，请刷新后重新选择。';
    END IF;
    IF EXISTS (SELECT 1 FROM jsonb_array_elements(p_verdicts) AS v
               WHERE v ->> 'verdict' = 'returned' AND jsonb_array_length(coalesce(v -> 'points', '[]')) = 0) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '会议退回补正的办件须逐项指明材料或填报项和原因，一次性告知申请人。';
    END IF;
    IF p_held_on IS NULL OR p_held_on < accepted OR p_held_on > greatest(known, today) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '会议日期不能早于办件的受理日期，也不能晚于今天。';
    END IF;
    IF cardinality(people) < 3 OR NOT staff_distinct_v1(people) OR EXISTS (
        SELECT 1 FROM unnest(people) AS p (id) WHERE NOT EXISTS (
            SELECT 1 FROM staff_user u JOIN staff_user chair ON chair.id = actor
            WHERE u.id = p.id AND u.is_active AND u.role <> '' AND u.agency_id = chair.agency_id
              AND staff_officer_v1(u.id))) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '参会人员须为主持人所在机构在岗的不同人员，不少于三人；渠道账号不能参会。';
    END IF;
    IF EXISTS (
        SELECT 1 FROM unnest(people) AS p (id), casework_person_at_v1(p.id, then_at) AS was, casework_person_at_v1(actor, then_at) AS chair
        WHERE NOT was.is_active OR was.role = '' OR was.agency_id <> chair.agency_id OR EXISTS (
            SELECT 1 FROM staff_event e WHERE e.table_name = 'staff_user' AND e.row_id = p.id AND e.kind = 'I' AND e.at > then_at)) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('参会人员中有人在会议当日（%s）不是主持人所在机构的在岗人员，请核对会议日期和名单。', p_held_on);
    END IF;
    IF EXISTS (
        SELECT 1 FROM jsonb_to_recordset(p_verdicts) AS v ("case" bigint) JOIN casework_case c ON c.id = v."case"
        WHERE NOT staff_may_v1(actor, 'meeting', c.item_code, c.area_id, p_held_on, casework_amount_v1(c.item_code, c.form, c.amount_fen))
           OR NOT EXISTS (SELECT 1 FROM unnest(ARRAY[today, CASE WHEN identity_days_move_v1() THEN known END]) AS d (day)
                WHERE staff_may_v1(actor, 'meeting', c.item_code, c.area_id, d.day, casework_amount_v1(c.item_code, c.form, c.amount_fen)))) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004', DETAIL = 'authority',
            MESSAGE = format('主持人在会议当日（%s）和今天都须持有上会权限，且金额不超过授权上限。', p_held_on);
    END IF;
    PERFORM identity_confirm_v1(p_token, p_code, format('meeting %s %s %s', items[1], p_held_on,
        encode(sha256(convert_to(p_minutes || p_attendees::text || p_verdicts::text, 'UTF8')), 'hex')));
    INSERT INTO casework_meeting (item_code, held_on, chair_id, minutes, recorded_at)
    VALUES (items[1], p_held_on, actor, p_minutes, clock_timestamp()) RETURNING id INTO the_meeting;
    INSERT INTO casework_attendee (meeting_id, user_id) SELECT the_meeting, a FROM unnest(people) AS p (a);
    INSERT INTO casework_decision (meeting_id, case_id, round, verdict, note)
    SELECT the_meeting, c.id, c.round, v.verdict, left(v.note, 500)
    FROM jsonb_to_recordset(p_verdicts) AS v ("case" bigint, verdict text, note text) JOIN casework_case c ON c.id = v."case" ORDER BY c.id;
    RETURN the_meeting;
END;
$$;

-- casework_answered_v1: whether a partner has said something since that a waiting case rests on: one of these answers (request ids), about a number that stands in
-- its form or is its person's or employer's, no older than answers are good; or a record out of a file or message that came, or a reported death decided upon, after the acceptance. Only
-- then does the system send it back: what an applicant is told to correct follows from what somebody outside has said. Not granted.
CREATE OR REPLACE FUNCTION casework_answered_v1(p_case bigint, p_answers jsonb) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH c AS (SELECT * FROM casework_case WHERE id = p_case),
    named AS MATERIALIZED (
        SELECT v #>> '{}' AS word FROM c CROSS JOIN LATERAL jsonb_path_query(c.form, '$.**') AS v WHERE jsonb_typeof(v) = 'string'
        UNION SELECT p.id_number FROM c JOIN registry_person p ON p.id = c.person_id
        UNION SELECT e.credit_code FROM c JOIN registry_employer e ON e.id = c.employer_id)
    SELECT EXISTS (
        SELECT 1 FROM c JOIN exchange_answer a ON a.request_id::text IN (SELECT jsonb_array_elements_text(p_answers))
        WHERE a.outcome IN ('found', 'missing') AND a.asked_at > c.accepted_at - interval '1 day'
          AND EXISTS (SELECT 1 FROM jsonb_each_text(a.request) AS r WHERE r.value IN (SELECT word FROM named)))
    OR EXISTS (
        SELECT 1 FROM c CROSS JOIN LATERAL (
            SELECT r.file_id, r.message_id FROM exchange_employment_registration r WHERE r.id_number IN (SELECT word FROM named)
            UNION ALL SELECT r.file_id, r.message_id FROM exchange_identity_record r WHERE r.id_number IN (SELECT word FROM named)
            UNION ALL SELECT r.file_id, r.message_id FROM exchange_prison_record r WHERE r.id_number IN (SELECT word FROM named)
            UNION ALL SELECT r.file_id, r.message_id FROM exchange_life_sign r WHERE r.id_number IN (SELECT word FROM named)
            UNION ALL SELECT r.file_id, r.message_id FROM exchange_death_record r WHERE r.id_number IN (SELECT word FROM named)) AS r
        LEFT JOIN exchange_inbound_file f ON f.id = r.file_id LEFT JOIN exchange_in_message m ON m.id = r.message_id
        WHERE coalesce(f.received_at, m.received_at) > c.accepted_at)
    OR EXISTS (
        -- Reported before, and since then decided upon.
        SELECT 1 FROM c CROSS JOIN exchange_death_record r JOIN exchange_death_verdict v ON v.record_id = r.id
        WHERE r.id_number IN (SELECT word FROM named) AND v.decided_at > c.accepted_at)
$$;
REVOKE ALL ON FUNCTION casework_answered_v1 FROM PUBLIC;

-- casework_event_v1: the next link of a case's chain. The person is that of an open sign-in; without one it is the account of a door, or
-- the process itself (NULL), each for what is theirs. Place and link before are the chain's own; the SM3 over them is the program's, and so is the
-- moment, which the database lets differ from its own by ten minutes (but where days move). A case that
-- has come to its end takes the one event that says so, and none after it.
CREATE OR REPLACE FUNCTION casework_event_v1(
    p_token text, p_case bigint, p_seq smallint, p_verb text, p_actor bigint, p_name text, p_role text, p_channel text, p_note text,
    p_payload jsonb, p_at timestamptz, p_previous text, p_digest text
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    newest record;
    made bigint;
BEGIN
    -- One statement for all that is looked up: every case asks it twice.
    SELECT e.seq, e.digest, e.verb, u.id IS NOT NULL AS is_known,
        CASE c.status WHEN 'finished' THEN 'finish' WHEN 'declined' THEN 'decline' WHEN 'withdrawn' THEN 'withdraw' END AS ends
    INTO newest FROM casework_case c
    LEFT JOIN LATERAL (SELECT v.seq, v.digest, v.verb FROM casework_event v WHERE v.case_id = c.id ORDER BY v.seq DESC LIMIT 1) AS e ON true
    LEFT JOIN staff_user u ON u.id = p_actor AND u.full_name = p_name AND u.role = p_role
    WHERE c.id = p_case;
    IF (p_seq, p_previous) IS DISTINCT FROM (coalesce(newest.seq, 0) + 1, coalesce(newest.digest, repeat('0', 64))) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '事件与办件的上一事件不相接，请刷新后重试。';
    END IF;
    IF (p_at BETWEEN clock_timestamp() - interval '10 minutes' AND clock_timestamp() + interval '10 minutes') IS NOT TRUE AND NOT identity_days_move_v1() THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('事件时间 %s 与数据库时间不符，请核对服务器时间后重试。', p_at);
    END IF;
    IF p_digest !~ '^[0-9a-f]{64}$' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '事件的摘要格式不正确，请刷新后重试。';
    END IF;
    IF p_actor IS NULL THEN
        IF (p_verb IN ('verify', 'return', 'release', 'finish', 'effect_failed', 'overdue')) IS NOT TRUE OR (p_name, p_role) IS DISTINCT FROM ('系统', 'system') THEN
            RAISE EXCEPTION USING ERRCODE = 'YG009', MESSAGE = '该事件须有经办人。';
        END IF;
        IF p_verb = 'return' AND NOT casework_answered_v1(p_case, coalesce(p_payload -> 'answers', '[]')) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '系统只在协作单位应答或报送后退回待核验的办件；没有应答的请等候，情况已变的，由申请人或受理人员撤回后重新申请。';
        END IF;
    ELSE
        PERFORM casework_actor_v1(p_token, p_actor, p_verb IN ('accept', 'resubmit', 'withdraw', 'finish', 'effect_failed'));
        IF newest.is_known IS NOT TRUE THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '事件的经办人姓名或岗位与账号不符。';
        END IF;
    END IF;
    IF newest.ends IS NOT NULL AND (p_verb <> newest.ends OR newest.verb = newest.ends) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '办件已办结、不予办理或撤回，不能再追加事件，请刷新后查看。';
    END IF;
    INSERT INTO casework_event (case_id, seq, verb, actor_id, actor_name, actor_role, channel, note, payload, at, previous, digest)
    VALUES (p_case, p_seq, p_verb, p_actor, p_name, p_role, p_channel, p_note, p_payload, p_at, p_previous, p_digest) RETURNING id INTO made;
    RETURN made;
END;
$$;

-- casework_along_v1: what the application writes beside a case (materials, partners' answers, results on their way back) is written with the deed it
-- belongs to, in its transaction: papers and answers with the acceptance, the correction or the answer of a partner (which brings nothing but what was
-- shared), a result with the event that brought the case where it stands. Asked when the transaction ends, for some is written before the event.
-- Error: YG009.
CREATE OR REPLACE FUNCTION casework_along_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    said text := to_jsonb(NEW) ->> 'result';
    source text := to_jsonb(NEW) ->> 'source';
BEGIN
    IF warrants_by_application_v1() AND NOT EXISTS (
        SELECT 1 FROM casework_event e JOIN casework_case c ON c.id = e.case_id
        WHERE e.case_id = NEW.case_id AND warrants_own_row_v1(e.xmin) AND CASE
            WHEN TG_TABLE_NAME = 'casework_feedback' THEN said = c.status
                AND e.verb = CASE said WHEN 'finished' THEN 'finish' WHEN 'declined' THEN 'decline' WHEN 'withdrawn' THEN 'withdraw' WHEN 'returned' THEN 'return' END
            WHEN e.verb = 'accept' THEN e.seq = 1
            WHEN e.verb = 'resubmit' THEN c.round = 1 + (SELECT count(*) FROM casework_event r WHERE r.case_id = c.id AND r.verb = 'resubmit')
            -- Partners have answered: only then are the steps after the acceptance laid out.
            WHEN e.verb = 'verify' THEN coalesce(source, 'shared') = 'shared' AND c.status <> 'waiting' AND NOT EXISTS (
                SELECT 1 FROM casework_step s WHERE s.case_id = c.id AND s.round = c.round AND s.seq > 1 AND NOT warrants_own_row_v1(s.xmin))
            ELSE false END) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', TABLE = TG_TABLE_NAME,
            MESSAGE = format('办件的材料、部门核验凭据和结果反馈只随受理、补正、办结等经办动作写入（表 %s），请登录后在办件页办理。', TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION casework_along_v1 FROM PUBLIC;
CREATE OR REPLACE FUNCTION casework_bind_along_v1(p_table regclass) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    -- A constraint trigger cannot be replaced.
    IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = p_table AND tgname = 'along') THEN
        EXECUTE format('CREATE CONSTRAINT TRIGGER along AFTER INSERT ON %s DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION casework_along_v1()', p_table);
    END IF;
END;
$$;
REVOKE ALL ON FUNCTION casework_bind_along_v1 FROM PUBLIC;
SELECT casework_bind_along_v1(t::regclass) FROM unnest(ARRAY['casework_case_material', 'casework_case_proof', 'casework_feedback']) AS t;

-- casework_proof_ground_v1: an answer a case rests on (部门核验凭据) is about the case: what was asked about is the number of its person, now or before, or of
-- its employer, or a number or account of its form, or one of somebody its form names. Binds the application. Error: YG006.
CREATE OR REPLACE FUNCTION casework_proof_ground_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    c casework_case := (SELECT k FROM casework_case k WHERE k.id = NEW.case_id);
    asked jsonb := (SELECT a.request FROM exchange_answer a WHERE a.id = NEW.answer_id);
    about text := coalesce(asked ->> 'AAC002', asked ->> 'AAB998', asked ->> 'AAE010');
    named text[] := ARRAY(SELECT v #>> '{}' FROM jsonb_path_query(c.form, 'strict $.**') AS v WHERE jsonb_typeof(v) = 'string');
BEGIN
    IF warrants_by_application_v1() AND (about = ANY (named)
        OR EXISTS (
            SELECT 1 FROM (
                SELECT p.id FROM registry_person p WHERE p.id_number = about
                UNION SELECT f.person_id FROM registry_former_identity f WHERE f.id_number = about) AS who (id)
            WHERE who.id IN (c.person_id, c.applicant_id)
               OR EXISTS (SELECT 1 FROM registry_person p WHERE p.id = who.id AND p.id_number = ANY (named))
               OR EXISTS (SELECT 1 FROM registry_former_identity f WHERE f.person_id = who.id AND f.id_number = ANY (named)))
        OR EXISTS (SELECT 1 FROM registry_employer e WHERE e.credit_code = about AND (e.id = c.employer_id OR e.unit_no = ANY (named)))) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME,
            MESSAGE = format('该部门核验凭据不是关于办件 %s 的人员、单位或账户的，不能作为其依据。', c.case_no);
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION casework_proof_ground_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER about_case BEFORE INSERT ON casework_case_proof FOR EACH ROW EXECUTE FUNCTION casework_proof_ground_v1();

-- casework_delivery_v1: guard of what was sent: a result that still waits, now, once a way; and of how often it was tried: one try after the other, and
-- what was delivered or given up waits no more. That it was sent the process says, nobody else can know. Binds the application. Errors: YG006, YG003.
CREATE OR REPLACE FUNCTION casework_delivery_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF current_user <> 'yigui_app' THEN
        RETURN NEW;
    END IF;
    IF TG_TABLE_NAME = 'casework_delivery' THEN
        IF NOT EXISTS (SELECT 1 FROM casework_feedback WHERE id = NEW.feedback_id AND delivered_at IS NULL) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME, MESSAGE = format('结果反馈 %s 已送达或已停止发送，不能再登记发送。', NEW.feedback_id);
        END IF;
        NEW.sent_at := clock_timestamp();
    ELSIF OLD.delivered_at IS NOT NULL OR NEW.attempts <> OLD.attempts + 1 THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', TABLE = TG_TABLE_NAME, MESSAGE = format('结果反馈 %s 的发送次数逐次登记，送达后不再变动。', OLD.id);
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION casework_delivery_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER waits BEFORE INSERT ON casework_delivery FOR EACH ROW EXECUTE FUNCTION casework_delivery_v1();
CREATE OR REPLACE TRIGGER waits BEFORE UPDATE ON casework_feedback FOR EACH ROW EXECUTE FUNCTION casework_delivery_v1();

-- casework_unconfirmed_v1: what is signed without its one-time code, for verification: the steps of class 1 that somebody passed in the present round,
-- each bound to the case as it stands and to the opinion, and the meetings, each with a code of its chair for item and day. Gives kind, row, and
-- the case's number where it is one.
CREATE OR REPLACE FUNCTION casework_unconfirmed_v1() RETURNS TABLE (kind text, id bigint, case_no text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT 'step', s.id, c.case_no::text FROM casework_step s JOIN casework_case c ON c.id = s.case_id
    WHERE c.risk_class = 1 AND s.round = c.round AND s.state = 'passed' AND s.code NOT IN ('accept', 'meeting')
      AND greatest(s.decided_at, c.accepted_at) >= identity_codes_since_v1()
      AND NOT identity_confirmed_v1(s.decided_by_id, format('case %s step %s passed %s', c.case_no, s.id,
        encode(sha256(convert_to(format('%s|%s|%s|%s', c.form, c.amount_fen, c.subject_key, s.opinion), 'UTF8')), 'hex')), s.decided_at)
    UNION ALL
    SELECT 'meeting', m.id, '' FROM casework_meeting m
    WHERE (m.recorded_at >= identity_codes_since_v1() OR EXISTS (
        SELECT 1 FROM casework_decision d JOIN casework_case c ON c.id = d.case_id WHERE d.meeting_id = m.id AND c.accepted_at >= identity_codes_since_v1()))
      AND NOT identity_confirmed_v1(m.chair_id, format('meeting %s %s ', m.item_code, m.held_on), m.recorded_at,
        -- One code for one meeting: given after the one before.
        (SELECT max(o.recorded_at) FROM casework_meeting o WHERE o.chair_id = m.chair_id AND (o.recorded_at, o.id) < (m.recorded_at, m.id)))
    ORDER BY 1, 2 LIMIT 200
$$;
REVOKE ALL ON FUNCTION casework_unconfirmed_v1 FROM PUBLIC;
