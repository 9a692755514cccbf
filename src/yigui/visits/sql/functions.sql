-- Tickets, desks and visits. The application reads these tables and writes none of them: what moves is moved here, by somebody whom the database has seen,
-- or by a device with its secret. Errors: YG009 nobody is there, YG005 somebody else's work, YG006 it cannot move like this.
-- Lock 7021 (the hall) is taken after a ticket or a desk and before no other row is waited for.

-- visits_rule_v1: a number of the queue on a day.
CREATE OR REPLACE FUNCTION visits_rule_v1(p_name text, p_day date) RETURNS integer
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    found integer := (SELECT r.value FROM visits_rule r
        WHERE r.name = p_name AND r.valid_from <= p_day AND coalesce(r.valid_to, 'infinity') >= p_day);
BEGIN
    IF found IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('排队规则“%s”在 %s 没有取值，请由系统管理员补充声明后再办理。', p_name, p_day);
    END IF;
    RETURN found;
END;
$$;
REVOKE ALL ON FUNCTION visits_rule_v1 FROM PUBLIC;

-- visits_words_v1: a ticket as people read it, `A015`.
CREATE OR REPLACE FUNCTION visits_words_v1(p_ticket visits_ticket) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$ SELECT p_ticket.letter || lpad(p_ticket.number::text, 3, '0') $$;
REVOKE ALL ON FUNCTION visits_words_v1 FROM PUBLIC;

-- visits_log_v1: what happened to a ticket.
CREATE OR REPLACE FUNCTION visits_log_v1(
    p_ticket visits_ticket, p_verb text, p_user bigint, p_desk bigint, p_seconds integer DEFAULT NULL, p_note text DEFAULT '') RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO visits_ticket_event (ticket_id, hall_id, day, verb, desk_id, user_id, seconds, note, at)
    VALUES (p_ticket.id, p_ticket.hall_id, p_ticket.day, p_verb, p_desk, p_user, p_seconds, left(p_note, 200), clock_timestamp())
$$;
REVOKE ALL ON FUNCTION visits_log_v1 FROM PUBLIC;

-- visits_desk_log_v1: what happened at a desk.
CREATE OR REPLACE FUNCTION visits_desk_log_v1(p_desk bigint, p_day date, p_verb text, p_user bigint, p_note text DEFAULT '') RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO visits_desk_event (desk_id, day, verb, user_id, note, at)
    VALUES (p_desk, p_day, p_verb, p_user, left(p_note, 200), clock_timestamp())
$$;
REVOKE ALL ON FUNCTION visits_desk_log_v1 FROM PUBLIC;

-- visits_device_v1: the device with a secret; NULL: none that is in use.
CREATE OR REPLACE FUNCTION visits_device_v1(p_secret text) RETURNS visits_device
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d FROM visits_device d WHERE d.digest = encode(sha256(convert_to(p_secret, 'UTF8')), 'hex') AND d.is_active
$$;
REVOKE ALL ON FUNCTION visits_device_v1 FROM PUBLIC;

-- visits_on_floor_v1: refuses who does not work on the floor of a hall: a teller, guide or section head at work of its agency. Error: YG005.
CREATE OR REPLACE FUNCTION visits_on_floor_v1(p_user bigint, p_hall bigint) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM staff_user u JOIN staff_location l ON l.agency_id = u.agency_id
        WHERE u.id = p_user AND u.is_active AND u.role IN ('teller', 'guide', 'section_head') AND l.id = p_hall) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '号票由本大厅所属机构的柜员、导办人员或科室负责人办理。';
    END IF;
END;
$$;
REVOKE ALL ON FUNCTION visits_on_floor_v1 FROM PUBLIC;

-- visits_serves_v1: whether a desk that stands serves a kind of tickets on a day: it has the skill, and is of the kind of desk the ticket wants.
CREATE OR REPLACE FUNCTION visits_serves_v1(p_desk bigint, p_kind text, p_day date) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM visits_desk_skill s JOIN staff_window w ON w.id = s.desk_id AND w.closed_on IS NULL
        JOIN visits_ticket_kind k ON k.code = s.kind AND k.valid_from <= p_day AND coalesce(k.valid_to, 'infinity') >= p_day
        WHERE s.desk_id = p_desk AND s.kind = p_kind AND k.desk_kind IN ('', w.kind))
$$;
REVOKE ALL ON FUNCTION visits_serves_v1 FROM PUBLIC;

-- visits_expected_v1: how many minutes somebody who takes a ticket of a kind now waits: tickets of the kind ahead, times the mean of the last
-- ones that were served, over the open desks that serve it. NULL where none was ever served or no desk is open: nothing is promised.
CREATE OR REPLACE FUNCTION visits_expected_v1(p_hall bigint, p_kind text, p_day date) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT ceil(
        (SELECT count(*) FROM visits_ticket t WHERE t.hall_id = p_hall AND t.day = p_day AND t.kind = p_kind AND t.state = 'waiting')
        * (SELECT avg(extract(epoch FROM l.ended_at - l.started_at)) FROM (
            SELECT t.started_at, t.ended_at FROM visits_ticket t WHERE t.hall_id = p_hall AND t.kind = p_kind AND t.state = 'done'
            ORDER BY t.ended_at DESC LIMIT visits_rule_v1('measured_tickets', p_day)) AS l)
        / nullif((SELECT count(*) FROM visits_desk_state d JOIN visits_desk_skill s ON s.desk_id = d.desk_id AND s.kind = p_kind
            WHERE d.hall_id = p_hall AND d.day = p_day AND d.state = 'open'), 0) / 60)::integer
$$;

-- visits_call_v1: a waiting ticket that is locked goes to a desk.
CREATE OR REPLACE FUNCTION visits_call_v1(p_ticket bigint, p_desk bigint, p_user bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    now_at timestamptz := clock_timestamp();
    called visits_ticket;
BEGIN
    UPDATE visits_ticket SET state = 'called', desk_id = p_desk, user_id = p_user, bound_desk_id = NULL, calls = 1, called_at = now_at,
        first_called_at = coalesce(first_called_at, now_at)
    WHERE id = p_ticket AND state = 'waiting' RETURNING * INTO STRICT called;
    UPDATE visits_desk_state SET ready_since = NULL WHERE desk_id = p_desk AND ready_since IS NOT NULL;
    PERFORM visits_log_v1(called, 'call', p_user, p_desk);
END;
$$;
REVOKE ALL ON FUNCTION visits_call_v1 FROM PUBLIC;

-- visits_claim_v1: the next ticket for a desk, called; NULL: nobody waits for it. First whoever was sent to this desk; then who has waited longer than the
-- bound; then by the time waited times weight and one. Only the first of each kind and priority is looked at, by index; one that another desk is just
-- taking is passed over.
CREATE OR REPLACE FUNCTION visits_claim_v1(p_at visits_desk_state) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    latest timestamptz := clock_timestamp() - make_interval(mins => visits_rule_v1('wait_minutes_max', p_at.day));
    head record;
    found bigint;
BEGIN
    SELECT t.id INTO found FROM visits_ticket t
    WHERE t.bound_desk_id = p_at.desk_id AND t.state = 'waiting' AND t.day = p_at.day
    ORDER BY t.queue_at, t.id LIMIT 1 FOR UPDATE SKIP LOCKED;
    IF found IS NULL THEN
        FOR head IN
            SELECT s.kind, p.code, h.queue_at FROM visits_desk_skill s CROSS JOIN visits_priority p CROSS JOIN LATERAL (
                SELECT t.queue_at FROM visits_ticket t
                WHERE t.hall_id = p_at.hall_id AND t.day = p_at.day AND t.kind = s.kind AND t.priority = p.code AND t.state = 'waiting'
                  AND t.bound_desk_id IS NULL
                ORDER BY t.queue_at, t.id LIMIT 1) AS h
            WHERE s.desk_id = p_at.desk_id AND p.valid_from <= p_at.day AND coalesce(p.valid_to, 'infinity') >= p_at.day
            ORDER BY (h.queue_at < latest) DESC, CASE WHEN h.queue_at < latest THEN h.queue_at END,
                extract(epoch FROM clock_timestamp() - h.queue_at) * (p.weight + 1) DESC, h.queue_at
        LOOP
            SELECT t.id INTO found FROM visits_ticket t
            WHERE t.hall_id = p_at.hall_id AND t.day = p_at.day AND t.kind = head.kind AND t.priority = head.code AND t.state = 'waiting'
              AND t.bound_desk_id IS NULL
            ORDER BY t.queue_at, t.id LIMIT 1 FOR UPDATE SKIP LOCKED;
            EXIT WHEN found IS NOT NULL;
        END LOOP;
    END IF;
    IF found IS NOT NULL THEN
        PERFORM visits_call_v1(found, p_at.desk_id, p_at.user_id);
    END IF;
    RETURN found;
END;
$$;
REVOKE ALL ON FUNCTION visits_claim_v1 FROM PUBLIC;

-- visits_offer_v1: a ticket that begins to wait goes to a desk that is free already: of several to the one that has worked least today (R016).
-- Under the lock of the hall: a desk becomes free under it too.
CREATE OR REPLACE FUNCTION visits_offer_v1(p_ticket bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    waiting visits_ticket;
    free visits_desk_state;
BEGIN
    SELECT * INTO STRICT waiting FROM visits_ticket WHERE id = p_ticket;
    SELECT d.* INTO free FROM visits_desk_state d
    LEFT JOIN LATERAL (SELECT sum(e.seconds) AS seconds, count(*) AS turns FROM visits_ticket_event e
        WHERE e.hall_id = d.hall_id AND e.day = d.day AND e.desk_id = d.desk_id AND e.seconds IS NOT NULL) AS worked ON true
    WHERE d.hall_id = waiting.hall_id AND d.day = waiting.day AND d.state = 'open' AND d.ready_since IS NOT NULL
      AND coalesce(waiting.bound_desk_id, d.desk_id) = d.desk_id AND visits_serves_v1(d.desk_id, waiting.kind, waiting.day)
    ORDER BY coalesce(worked.seconds, 0), worked.turns, d.ready_since LIMIT 1 FOR UPDATE OF d SKIP LOCKED;
    IF FOUND THEN
        PERFORM visits_call_v1(waiting.id, free.desk_id, free.user_id);
    END IF;
END;
$$;
REVOKE ALL ON FUNCTION visits_offer_v1 FROM PUBLIC;

-- visits_issue_v1: a new ticket: the next number of its hall, day and letter.
CREATE OR REPLACE FUNCTION visits_issue_v1(
    p_hall bigint, p_kind text, p_priority text, p_number text, p_day date, p_source text, p_user bigint, p_device bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_day date := identity_business_day_v1(p_day);
    of_kind visits_ticket_kind;
    fresh visits_ticket;
BEGIN
    SELECT * INTO of_kind FROM visits_ticket_kind k
    WHERE k.code = p_kind AND k.valid_from <= the_day AND coalesce(k.valid_to, 'infinity') >= the_day;
    IF NOT FOUND OR NOT EXISTS (SELECT 1 FROM visits_priority p
        WHERE p.code = p_priority AND p.valid_from <= the_day AND coalesce(p.valid_to, 'infinity') >= the_day) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '没有所选的号票种类或优先类别，请刷新后重新选择。';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM staff_window w WHERE w.location_id = p_hall AND visits_serves_v1(w.id, p_kind, the_day)) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('本大厅没有办理“%s”的窗口，请到导办台咨询。', of_kind.name);
    END IF;
    IF p_number !~ '^([0-9A-Z]{8,18})?$' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '证件号码不完整，请核对后重新输入，或直接取号、不输入号码。';
    END IF;
    PERFORM pg_advisory_xact_lock(7021, (p_hall % 2147483647)::integer);
    -- People touch a machine one after the other; more than they can is somebody with its secret. Counted under the lock of the hall.
    IF p_device IS NOT NULL AND (SELECT count(*) FROM visits_ticket t WHERE t.hall_id = p_hall AND t.day = the_day AND t.device_id = p_device
            AND t.issued_at > clock_timestamp() - interval '1 minute') >= visits_rule_v1('machine_minute_max', the_day) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', CONSTRAINT = 'machine_minute_max',
            MESSAGE = '本机一分钟内取号过多，暂停取号，请稍候再取，或到导办台取号。';
    END IF;
    INSERT INTO visits_ticket (hall_id, day, letter, number, kind, priority, state, source, device_id, issued_by_id, issued_at, queue_at,
        expected_minutes, calls, missed)
    VALUES (p_hall, the_day, of_kind.letter, 1 + coalesce((SELECT max(t.number) FROM visits_ticket t
            WHERE t.hall_id = p_hall AND t.day = the_day AND t.letter = of_kind.letter), 0),
        p_kind, p_priority, 'waiting', p_source, p_device, p_user, clock_timestamp(), clock_timestamp(),
        visits_expected_v1(p_hall, p_kind, the_day), 0, 0)
    RETURNING * INTO fresh;
    IF p_number <> '' THEN
        INSERT INTO visits_typed (ticket_id, id_number) VALUES (fresh.id, p_number);
    END IF;
    PERFORM visits_log_v1(fresh, 'issue', p_user, NULL);
    PERFORM visits_offer_v1(fresh.id);
    RETURN fresh.id;
END;
$$;
REVOKE ALL ON FUNCTION visits_issue_v1 FROM PUBLIC;

-- visits_take_ticket_v1: a visitor takes a ticket at the machine with a secret.
CREATE OR REPLACE FUNCTION visits_take_ticket_v1(p_secret text, p_kind text, p_priority text, p_number text, p_day date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    machine visits_device := visits_device_v1(p_secret);
BEGIN
    IF machine.id IS NULL OR machine.kind <> 'machine' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '本机不是在用的取号机，请联系大厅工作人员。';
    END IF;
    IF EXISTS (SELECT 1 FROM visits_priority p WHERE p.code = p_priority AND p.is_by_staff
        AND p.valid_from <= p_day AND coalesce(p.valid_to, 'infinity') >= p_day) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '所选的优先须由导办人员核对后取号，请到导办台。';
    END IF;
    RETURN visits_issue_v1(machine.hall_id, p_kind, p_priority, p_number, p_day, 'machine', NULL, machine.id);
END;
$$;

-- visits_give_ticket_v1: somebody of the hall gives a ticket; by a guide it counts as where the visitor was sent.
CREATE OR REPLACE FUNCTION visits_give_ticket_v1(p_token text, p_hall bigint, p_kind text, p_priority text, p_number text, p_day date)
RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    is_guide boolean := (SELECT u.role = 'guide' FROM staff_user u WHERE u.id = who);
    fresh bigint;
BEGIN
    PERFORM visits_on_floor_v1(who, p_hall);
    fresh := visits_issue_v1(p_hall, p_kind, p_priority, p_number, p_day, CASE WHEN is_guide THEN 'guide' ELSE 'counter' END, who, NULL);
    IF is_guide THEN
        INSERT INTO visits_guidance (hall_id, day, outcome, user_id, at) VALUES (p_hall, p_day, 'ticket', who, clock_timestamp());
    END IF;
    RETURN fresh;
END;
$$;

-- visits_guide_v1: where a visitor was sent instead of taking a ticket.
CREATE OR REPLACE FUNCTION visits_guide_v1(p_token text, p_hall bigint, p_outcome text, p_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
BEGIN
    PERFORM visits_on_floor_v1(who, p_hall);
    IF (p_outcome IN ('kiosk', 'phone', 'answered', 'elsewhere')) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '请选择来人的去向。';
    END IF;
    INSERT INTO visits_guidance (hall_id, day, outcome, user_id, at)
    VALUES (p_hall, identity_business_day_v1(p_day), p_outcome, who, clock_timestamp());
END;
$$;

-- visits_at_desk_v1: the desk somebody has open or paused on a day, locked. Error: YG006 none.
CREATE OR REPLACE FUNCTION visits_at_desk_v1(p_user bigint, p_day date) RETURNS visits_desk_state
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_row visits_desk_state;
BEGIN
    SELECT * INTO the_row FROM visits_desk_state d
    WHERE d.user_id = p_user AND d.state <> 'closed' AND d.day = identity_business_day_v1(p_day) FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '您今天还没有打开窗口，请先在“叫号”页打开窗口。';
    END IF;
    RETURN the_row;
END;
$$;
REVOKE ALL ON FUNCTION visits_at_desk_v1 FROM PUBLIC;

-- visits_in_hand_v1: the ticket somebody has called or serves, locked; NULL: none.
CREATE OR REPLACE FUNCTION visits_in_hand_v1(p_user bigint) RETURNS visits_ticket
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t FROM visits_ticket t WHERE t.user_id = p_user AND t.state IN ('called', 'serving') FOR UPDATE
$$;
REVOKE ALL ON FUNCTION visits_in_hand_v1 FROM PUBLIC;

-- visits_held_v1: as before, in one of these states. Error: YG006.
CREATE OR REPLACE FUNCTION visits_held_v1(p_user bigint, p_states text[]) RETURNS visits_ticket
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    held visits_ticket := visits_in_hand_v1(p_user);
BEGIN
    IF held.id IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '您手上没有号票，请先叫号。';
    END IF;
    IF NOT held.state = ANY (p_states) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = CASE held.state
            WHEN 'called' THEN format('号票 %s 的来人还没有到窗，请先点“已到窗”。', visits_words_v1(held))
            ELSE format('号票 %s 已在办理，不能再呼叫或过号。', visits_words_v1(held)) END;
    END IF;
    RETURN held;
END;
$$;
REVOKE ALL ON FUNCTION visits_held_v1 FROM PUBLIC;

-- visits_call_next_v1: the next ticket for the caller's desk; NULL: nobody waits, and the desk is free for whoever comes.
CREATE OR REPLACE FUNCTION visits_call_next_v1(p_token text, p_day date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    here visits_desk_state := visits_at_desk_v1(who, p_day);
    held visits_ticket := visits_in_hand_v1(who);
    found bigint;
BEGIN
    IF here.state <> 'open' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '窗口已暂停，请先恢复再叫号。';
    END IF;
    IF held.id IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('号票 %s 还在您手上，请先办完、过号或转窗口。', visits_words_v1(held));
    END IF;
    found := visits_claim_v1(here);
    IF found IS NULL THEN
        -- Whoever takes a ticket in this moment finds the desk free, or is found here.
        PERFORM pg_advisory_xact_lock(7021, (here.hall_id % 2147483647)::integer);
        found := visits_claim_v1(here);
    END IF;
    IF found IS NULL AND here.ready_since IS NULL THEN
        UPDATE visits_desk_state SET ready_since = clock_timestamp() WHERE desk_id = here.desk_id;
    END IF;
    RETURN found;
END;
$$;

-- visits_recall_v1: the same number once more, up to the bound.
CREATE OR REPLACE FUNCTION visits_recall_v1(p_token text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    held visits_ticket := visits_held_v1(who, ARRAY['called']);
BEGIN
    IF held.calls >= visits_rule_v1('calls_max', held.day) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006',
            MESSAGE = format('号票 %s 已呼叫 %s 次，来人未到请点“过号”，到了请点“已到窗”。', visits_words_v1(held), held.calls);
    END IF;
    UPDATE visits_ticket SET calls = held.calls + 1, called_at = clock_timestamp() WHERE id = held.id;
    PERFORM visits_log_v1(held, 'recall', who, held.desk_id);
    RETURN held.id;
END;
$$;

-- visits_start_v1: the visitor is at the desk: the visit begins, or goes on after a transfer.
CREATE OR REPLACE FUNCTION visits_start_v1(p_token text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    held visits_ticket := visits_held_v1(who, ARRAY['called']);
BEGIN
    UPDATE visits_ticket SET state = 'serving', started_at = clock_timestamp() WHERE id = held.id;
    INSERT INTO visits_visit (ticket_id, began_at, proof) VALUES (held.id, clock_timestamp(), '') ON CONFLICT (ticket_id) DO NOTHING;
    UPDATE visits_visit SET visitor_until = NULL WHERE ticket_id = held.id AND visitor_until IS NOT NULL;
    PERFORM visits_log_v1(held, 'start', who, held.desk_id);
    RETURN held.id;
END;
$$;

-- visits_miss_v1: nobody came; the second time the ticket is void.
CREATE OR REPLACE FUNCTION visits_miss_v1(p_token text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    held visits_ticket := visits_held_v1(who, ARRAY['called']);
    is_void boolean := held.missed + 1 >= visits_rule_v1('missed_max', held.day);
BEGIN
    UPDATE visits_ticket SET state = CASE WHEN is_void THEN 'void' ELSE 'missed' END, missed = held.missed + 1,
        ended_at = CASE WHEN is_void THEN clock_timestamp() END WHERE id = held.id;
    IF is_void THEN
        DELETE FROM visits_typed WHERE ticket_id = held.id;
    END IF;
    PERFORM visits_log_v1(held, 'miss', who, held.desk_id);
    RETURN held.id;
END;
$$;

-- visits_of_hall_v1: a ticket by its number, locked, for somebody who works on its floor. Errors: YG006 there is none, YG005.
CREATE OR REPLACE FUNCTION visits_of_hall_v1(p_user bigint, p_ticket bigint) RETURNS visits_ticket
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_row visits_ticket;
BEGIN
    SELECT * INTO the_row FROM visits_ticket WHERE id = p_ticket FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '没有这张号票，请刷新后核对。';
    END IF;
    PERFORM visits_on_floor_v1(p_user, the_row.hall_id);
    RETURN the_row;
END;
$$;
REVOKE ALL ON FUNCTION visits_of_hall_v1 FROM PUBLIC;

-- visits_back_v1: whoever missed the call waits again, behind the next few of the queue. Only on the ticket's own day.
CREATE OR REPLACE FUNCTION visits_back_v1(p_token text, p_ticket bigint, p_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    missed visits_ticket := visits_of_hall_v1(who, p_ticket);
    place timestamptz;
BEGIN
    IF missed.state <> 'missed' OR missed.day <> identity_business_day_v1(p_day) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('号票 %s 不是今天过号的，不能重新排队，请重新取号。', visits_words_v1(missed));
    END IF;
    PERFORM pg_advisory_xact_lock(7021, (missed.hall_id % 2147483647)::integer);
    SELECT max(q.queue_at) INTO place FROM (
        SELECT t.queue_at FROM visits_ticket t
        WHERE t.hall_id = missed.hall_id AND t.day = missed.day AND t.kind = missed.kind AND t.priority = missed.priority AND t.state = 'waiting'
        ORDER BY t.queue_at, t.id LIMIT visits_rule_v1('back_after', missed.day)) AS q;
    UPDATE visits_ticket SET state = 'waiting', desk_id = NULL, user_id = NULL,
        queue_at = coalesce(place + interval '1 microsecond', clock_timestamp()) WHERE id = missed.id;
    PERFORM visits_log_v1(missed, 'back', who, NULL);
    PERFORM visits_offer_v1(missed.id);
END;
$$;

-- visits_leave_v1: a visitor who waits, or missed the call, goes.
CREATE OR REPLACE FUNCTION visits_leave_v1(p_token text, p_ticket bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    of_hall visits_ticket := visits_of_hall_v1(who, p_ticket);
BEGIN
    IF of_hall.state NOT IN ('waiting', 'missed') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('号票 %s 不在等候，不能登记离开。', visits_words_v1(of_hall));
    END IF;
    UPDATE visits_ticket SET state = 'left', ended_at = clock_timestamp() WHERE id = of_hall.id;
    DELETE FROM visits_typed WHERE ticket_id = of_hall.id;
    PERFORM visits_log_v1(of_hall, 'leave', who, NULL);
END;
$$;

-- visits_stay_v1: a departure that was noted wrongly is undone on the ticket's own day, by the floor of its hall: it waits again at its place, or has missed
-- its call as before. What had been typed at the machine was wiped with the departure and is asked at the desk.
CREATE OR REPLACE FUNCTION visits_stay_v1(p_token text, p_ticket bigint, p_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    gone visits_ticket := visits_of_hall_v1(who, p_ticket);
    before text;
BEGIN
    IF gone.state <> 'left' OR gone.day <> identity_business_day_v1(p_day) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('号票 %s 不是今天登记离开的，不能撤销，请刷新后核对。', visits_words_v1(gone));
    END IF;
    PERFORM pg_advisory_xact_lock(7021, (gone.hall_id % 2147483647)::integer);
    SELECT e.verb INTO before FROM visits_ticket_event e WHERE e.ticket_id = gone.id AND e.verb <> 'leave' ORDER BY e.id DESC LIMIT 1;
    UPDATE visits_ticket SET state = CASE WHEN before = 'miss' THEN 'missed' ELSE 'waiting' END, ended_at = NULL WHERE id = gone.id;
    PERFORM visits_log_v1(gone, 'back', who, NULL, NULL, '撤销离开登记');
    IF before IS DISTINCT FROM 'miss' THEN
        PERFORM visits_offer_v1(gone.id);
    END IF;
END;
$$;

-- visits_take_back_v1: a ticket called or served by somebody who has gone waits again, by its arrival, for any desk of its kind: by a guide or a section head
-- of the hall. The log has both names; no time is counted as worked.
CREATE OR REPLACE FUNCTION visits_take_back_v1(p_token text, p_ticket bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    held visits_ticket := visits_of_hall_v1(who, p_ticket);
BEGIN
    IF NOT EXISTS (SELECT 1 FROM staff_user u WHERE u.id = who AND u.role IN ('guide', 'section_head')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '他人手上的号票由导办人员或科室负责人收回。';
    END IF;
    IF held.state NOT IN ('called', 'serving') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('号票 %s 不在柜员手上，不用收回，请刷新后核对。', visits_words_v1(held));
    END IF;
    PERFORM pg_advisory_xact_lock(7021, (held.hall_id % 2147483647)::integer);
    UPDATE visits_ticket SET state = 'waiting', desk_id = NULL, user_id = NULL, bound_desk_id = NULL, started_at = NULL, queue_at = held.issued_at
    WHERE id = held.id;
    PERFORM visits_log_v1(held, 'back', who, held.desk_id, NULL, format('%s从%s手中收回', (SELECT u.full_name FROM staff_user u WHERE u.id = who),
        (SELECT u.full_name FROM staff_user u WHERE u.id = held.user_id)));
    PERFORM visits_offer_v1(held.id);
END;
$$;

-- visits_transfer_v1: the visitor goes to another queue, or to one desk: number, time of arrival and priority stay.
CREATE OR REPLACE FUNCTION visits_transfer_v1(p_token text, p_kind text, p_desk bigint, p_reason text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    held visits_ticket := visits_held_v1(who, ARRAY['called', 'serving']);
BEGIN
    IF btrim(p_reason) = '' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('请写明号票 %s 转窗口的原因。', visits_words_v1(held));
    END IF;
    IF NOT EXISTS (SELECT 1 FROM staff_window w WHERE w.location_id = held.hall_id AND w.id <> held.desk_id
        AND w.id = coalesce(p_desk, w.id) AND visits_serves_v1(w.id, p_kind, held.day)) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '所选窗口不在本大厅、已撤销或不办这类号票，请改选其他窗口。';
    END IF;
    PERFORM pg_advisory_xact_lock(7021, (held.hall_id % 2147483647)::integer);
    -- At a desk that does not work just now nobody would call it: it waits for any of the kind.
    UPDATE visits_ticket SET state = 'waiting', kind = p_kind, desk_id = NULL, user_id = NULL, started_at = NULL, queue_at = held.issued_at,
        bound_desk_id = (SELECT d.desk_id FROM visits_desk_state d WHERE d.desk_id = p_desk AND d.day = held.day AND d.state = 'open')
    WHERE id = held.id;
    PERFORM visits_log_v1(held, 'transfer', who, held.desk_id,
        extract(epoch FROM clock_timestamp() - held.started_at)::integer, p_reason);
    PERFORM visits_offer_v1(held.id);
    RETURN held.id;
END;
$$;

-- visits_visitor_gone_v1: the visitor is not needed any more; the teller goes on (受办分离, R271).
CREATE OR REPLACE FUNCTION visits_visitor_gone_v1(p_token text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    held visits_ticket := visits_held_v1(who, ARRAY['serving']);
BEGIN
    UPDATE visits_visit SET visitor_until = clock_timestamp() WHERE ticket_id = held.id AND visitor_until IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('号票 %s 的来人已登记先行离开。', visits_words_v1(held));
    END IF;
    PERFORM visits_log_v1(held, 'gone', who, held.desk_id);
    RETURN held.id;
END;
$$;

-- visits_finish_v1: all that the visitor came for is taken care of. What was typed at the machine is wiped.
CREATE OR REPLACE FUNCTION visits_finish_v1(p_token text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    held visits_ticket := visits_held_v1(who, ARRAY['serving']);
    now_at timestamptz := clock_timestamp();
BEGIN
    UPDATE visits_ticket SET state = 'done', ended_at = now_at WHERE id = held.id;
    UPDATE visits_visit SET ended_at = now_at, visitor_until = coalesce(visitor_until, now_at) WHERE ticket_id = held.id;
    DELETE FROM visits_typed WHERE ticket_id = held.id;
    PERFORM visits_log_v1(held, 'finish', who, held.desk_id, extract(epoch FROM now_at - held.started_at)::integer);
    RETURN held.id;
END;
$$;

-- visits_typed_v1: the number that was typed for the ticket the caller serves; "" for none.
CREATE OR REPLACE FUNCTION visits_typed_v1(p_token text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce((SELECT y.id_number FROM visits_ticket t JOIN visits_typed y ON y.ticket_id = t.id
        WHERE t.user_id = identity_require_v1(p_token) AND t.state = 'serving'), '')
$$;

-- visits_identify_v1: whoever is at the desk has shown who they are, once a visit.
CREATE OR REPLACE FUNCTION visits_identify_v1(p_token text, p_person bigint, p_proof text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    held visits_ticket := visits_held_v1(who, ARRAY['serving']);
BEGIN
    IF (p_proof IN ('id_card', 'social_card', 'other')) IS NOT TRUE OR NOT EXISTS (SELECT 1 FROM registry_person WHERE id = p_person) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '请选择核验所凭的证件和来访人，核对后再登记。';
    END IF;
    UPDATE visits_visit SET person_id = p_person, proof = p_proof, checked_by_id = who, checked_at = clock_timestamp()
    WHERE ticket_id = held.id AND person_id IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('号票 %s 的来人已核验过身份，一次来访只核验一次。', visits_words_v1(held));
    END IF;
END;
$$;

-- visits_may_sit_v1: whether somebody may work at a desk on a day: a teller at work, at the own desk, or by the day's schedule as its post A or B. At a
-- special desk sit only those who are named for it (R030).
CREATE OR REPLACE FUNCTION visits_may_sit_v1(p_user bigint, p_desk bigint, p_day date) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM staff_user u JOIN staff_window w ON w.id = p_desk AND w.closed_on IS NULL AND w.agency_id = u.agency_id
        WHERE u.id = p_user AND u.is_active AND u.role = 'teller' AND (u.window_id = w.id OR w.kind <> 'special' AND EXISTS (
            SELECT 1 FROM visits_shift s WHERE s.desk_id = w.id AND s.day = p_day AND p_user IN (s.first_id, s.second_id))))
$$;
REVOKE ALL ON FUNCTION visits_may_sit_v1 FROM PUBLIC;

-- visits_seat_v1: somebody sits down at a desk: nobody is being served there, and they have no other one open.
CREATE OR REPLACE FUNCTION visits_seat_v1(p_user bigint, p_desk bigint, p_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    at staff_window;
BEGIN
    SELECT * INTO at FROM staff_window WHERE id = p_desk;
    IF visits_may_sit_v1(p_user, p_desk, p_day) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '该窗口不是您的，当日排班也没有您，请由综合业务科负责人排班后再开窗。';
    END IF;
    IF at.location_id IS NULL OR NOT EXISTS (SELECT 1 FROM visits_desk_skill s WHERE s.desk_id = p_desk) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('%s 号窗口还没有设定可办的号票种类，请由综合业务科负责人在“大厅设置”中设定。', at.number);
    END IF;
    IF EXISTS (SELECT 1 FROM visits_desk_state d WHERE d.user_id = p_user AND d.state <> 'closed' AND d.desk_id <> p_desk) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '该人员已打开另一个窗口，请先关窗。';
    END IF;
    IF EXISTS (SELECT 1 FROM visits_ticket t WHERE t.desk_id = p_desk AND t.state IN ('called', 'serving')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('%s 号窗口还有办理中的号票，请先办完、过号或转窗口；柜员已离开的，由导办人员或科室负责人在“导办台”收回号票。', at.number);
    END IF;
    INSERT INTO visits_desk_state (desk_id, hall_id, user_id, day, state, reason, since)
    VALUES (p_desk, at.location_id, p_user, p_day, 'open', '', clock_timestamp())
    ON CONFLICT (desk_id) DO UPDATE SET hall_id = EXCLUDED.hall_id, user_id = EXCLUDED.user_id, day = EXCLUDED.day, state = 'open', reason = '',
        since = EXCLUDED.since, ready_since = NULL;
END;
$$;
REVOKE ALL ON FUNCTION visits_seat_v1 FROM PUBLIC;

-- visits_open_desk_v1: a teller opens a desk, or takes one over by the day's schedule.
CREATE OR REPLACE FUNCTION visits_open_desk_v1(p_token text, p_desk bigint, p_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    the_day date := identity_business_day_v1(p_day);
    former bigint;
BEGIN
    -- What earlier days have left, should the job not have come to it, keeps nobody from today's desk.
    PERFORM visits_end_days_v1(the_day);
    SELECT d.user_id INTO former FROM visits_desk_state d WHERE d.desk_id = p_desk AND d.day = the_day AND d.state <> 'closed' FOR UPDATE;
    IF former = who THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '您的窗口已经打开。';
    END IF;
    PERFORM visits_seat_v1(who, p_desk, the_day);
    PERFORM visits_desk_log_v1(p_desk, the_day, CASE WHEN former IS NULL THEN 'open' ELSE 'hand_over' END, who,
        coalesce('接替 ' || (SELECT u.full_name FROM staff_user u WHERE u.id = former), ''));
END;
$$;

-- visits_hand_over_desk_v1: who has a desk open leaves it to somebody who may sit there (AB 岗交接).
CREATE OR REPLACE FUNCTION visits_hand_over_desk_v1(p_token text, p_to bigint, p_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    here visits_desk_state := visits_at_desk_v1(who, p_day);
BEGIN
    PERFORM visits_seat_v1(p_to, here.desk_id, here.day);
    PERFORM visits_desk_log_v1(here.desk_id, here.day, 'hand_over', who, '交接给 ' || (SELECT u.full_name FROM staff_user u WHERE u.id = p_to));
END;
$$;

-- visits_let_go_v1: whoever was sent to a desk that does not call any more waits for any.
CREATE OR REPLACE FUNCTION visits_let_go_v1(p_at visits_desk_state) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE visits_ticket SET bound_desk_id = NULL
    WHERE hall_id = p_at.hall_id AND day = p_at.day AND state = 'waiting' AND bound_desk_id = p_at.desk_id
$$;
REVOKE ALL ON FUNCTION visits_let_go_v1 FROM PUBLIC;

-- visits_pause_desk_v1: a desk stops calling for a while, with a reason; "" goes on.
CREATE OR REPLACE FUNCTION visits_pause_desk_v1(p_token text, p_reason text, p_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    here visits_desk_state := visits_at_desk_v1(who, p_day);
BEGIN
    IF (p_reason IN ('', 'meal', 'meeting', 'device', 'handing')) IS NOT TRUE OR (p_reason = '') <> (here.state = 'paused') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = CASE WHEN here.state = 'paused' THEN '窗口已经暂停，请先恢复。'
            ELSE '请选择暂停的原因。' END;
    END IF;
    UPDATE visits_desk_state SET state = CASE p_reason WHEN '' THEN 'open' ELSE 'paused' END, reason = p_reason, since = clock_timestamp(),
        ready_since = NULL WHERE desk_id = here.desk_id;
    IF p_reason <> '' THEN
        PERFORM visits_let_go_v1(here);
    END IF;
    PERFORM visits_desk_log_v1(here.desk_id, here.day, CASE p_reason WHEN '' THEN 'resume' ELSE 'pause' END, who, p_reason);
END;
$$;

-- visits_close_desk_v1: a desk ends its day; nobody is at it any more.
CREATE OR REPLACE FUNCTION visits_close_desk_v1(p_token text, p_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    here visits_desk_state := visits_at_desk_v1(who, p_day);
    held visits_ticket := visits_in_hand_v1(who);
BEGIN
    IF held.id IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('号票 %s 还在您手上，请先办完、过号或转窗口，再关窗。', visits_words_v1(held));
    END IF;
    UPDATE visits_desk_state SET state = 'closed', reason = '', since = clock_timestamp(), ready_since = NULL WHERE desk_id = here.desk_id;
    PERFORM visits_let_go_v1(here);
    PERFORM visits_desk_log_v1(here.desk_id, here.day, 'close', who);
END;
$$;

-- visits_floor_v1: refuses who does not run the floor of an agency. Error: YG005.
CREATE OR REPLACE FUNCTION visits_floor_v1(p_user bigint, p_agency text) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF p_agency IS NULL OR NOT staff_answers_for_v1(p_user, true, ARRAY[p_agency]) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '大厅设置由综合业务科负责人或系统管理员在本人管理的机构办理。';
    END IF;
END;
$$;
REVOKE ALL ON FUNCTION visits_floor_v1 FROM PUBLIC;

-- visits_set_skills_v1: which kinds of tickets a desk serves.
CREATE OR REPLACE FUNCTION visits_set_skills_v1(p_token text, p_desk bigint, p_kinds text[], p_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    at staff_window;
    wrong text;
BEGIN
    SELECT * INTO at FROM staff_window WHERE id = p_desk AND closed_on IS NULL;
    PERFORM visits_floor_v1(who, at.agency_id);
    SELECT w.code INTO wrong FROM unnest(p_kinds) AS w (code) WHERE NOT EXISTS (SELECT 1 FROM visits_ticket_kind k
        WHERE k.code = w.code AND k.valid_from <= p_day AND coalesce(k.valid_to, 'infinity') >= p_day AND k.desk_kind IN ('', at.kind));
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('%s 号窗口不能办所选的号票种类（特殊业务只由特殊业务窗口办理），请重新选择。', at.number);
    END IF;
    DELETE FROM visits_desk_skill WHERE desk_id = p_desk AND NOT kind = ANY (p_kinds);
    INSERT INTO visits_desk_skill (desk_id, kind) SELECT p_desk, w.code FROM unnest(p_kinds) AS w (code)
    ON CONFLICT (desk_id, kind) DO NOTHING;
    PERFORM visits_desk_log_v1(p_desk, identity_business_day_v1(p_day), 'skills', who, array_to_string(p_kinds, ' '));
END;
$$;

-- visits_set_shift_v1: who sits at a desk on a day that has not passed, and who takes over.
CREATE OR REPLACE FUNCTION visits_set_shift_v1(p_token text, p_desk bigint, p_on date, p_first bigint, p_second bigint, p_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    at staff_window;
BEGIN
    SELECT * INTO at FROM staff_window WHERE id = p_desk AND closed_on IS NULL;
    PERFORM visits_floor_v1(who, at.agency_id);
    IF p_on < identity_business_day_v1(p_day) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('%s 已经过去，不能再排班。', p_on);
    END IF;
    IF p_first = p_second OR EXISTS (SELECT 1 FROM unnest(ARRAY[p_first, p_second]) AS n (id) WHERE n.id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM staff_user u WHERE u.id = n.id AND u.is_active AND u.role = 'teller' AND u.agency_id = at.agency_id
          AND (at.kind <> 'special' OR u.window_id = at.id))) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = 'A、B 岗须是本机构两位不同的在岗柜员，特殊业务窗口只能排专人，请重新选择。';
    END IF;
    INSERT INTO visits_shift (desk_id, day, first_id, second_id) VALUES (p_desk, p_on, p_first, p_second)
    ON CONFLICT (desk_id, day) DO UPDATE SET first_id = EXCLUDED.first_id, second_id = EXCLUDED.second_id;
    PERFORM visits_desk_log_v1(p_desk, p_on, 'schedule', who);
END;
$$;

-- visits_register_device_v1: a device of a hall with the digest of its secret; gives its number. A screen of a window belongs to a desk of the hall.
CREATE OR REPLACE FUNCTION visits_register_device_v1(
    p_token text, p_hall bigint, p_kind text, p_name text, p_place text, p_desk bigint, p_digest text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    fresh bigint;
BEGIN
    PERFORM visits_floor_v1(who, (SELECT l.agency_id FROM staff_location l WHERE l.id = p_hall AND l.closed_on IS NULL));
    IF (p_kind IN ('machine', 'screen', 'window')) IS NOT TRUE OR btrim(p_name) = '' OR btrim(p_place) = '' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '请填写设备类别、名称和布设位置。';
    END IF;
    IF (p_kind = 'window') <> (p_desk IS NOT NULL)
       OR p_desk IS NOT NULL AND NOT EXISTS (SELECT 1 FROM staff_window w WHERE w.id = p_desk AND w.location_id = p_hall AND w.closed_on IS NULL) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '窗口屏须选择本大厅在用的窗口，其他设备不选窗口。';
    END IF;
    IF EXISTS (SELECT 1 FROM visits_device d WHERE d.hall_id = p_hall AND d.name = btrim(p_name)) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('本大厅已有名为“%s”的设备，请换一个名称。', btrim(p_name));
    END IF;
    INSERT INTO visits_device (hall_id, kind, name, place, desk_id, digest, is_active, registered_by_id, registered_at)
    VALUES (p_hall, p_kind, btrim(p_name), btrim(p_place), p_desk, p_digest, true, who, clock_timestamp()) RETURNING id INTO fresh;
    RETURN fresh;
END;
$$;

-- visits_switch_device_v1: a device is switched on or off.
CREATE OR REPLACE FUNCTION visits_switch_device_v1(p_token text, p_device bigint, p_active boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
BEGIN
    PERFORM visits_floor_v1(who, (SELECT l.agency_id FROM visits_device d JOIN staff_location l ON l.id = d.hall_id WHERE d.id = p_device));
    UPDATE visits_device SET is_active = p_active WHERE id = p_device;
END;
$$;

-- visits_seen_v1: the device with a secret was heard of, noted once in half a minute.
CREATE OR REPLACE FUNCTION visits_seen_v1(p_secret text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO visits_contact AS c (device_id, seen_at)
    SELECT d.id, clock_timestamp() FROM visits_device_v1(p_secret) AS d WHERE d.id IS NOT NULL
    ON CONFLICT (device_id) DO UPDATE SET seen_at = EXCLUDED.seen_at WHERE c.seen_at < EXCLUDED.seen_at - interval '30 seconds'
$$;

-- visits_end_days_v1: what days before this one have left: tickets and desks are closed, what was typed is wiped; gives how many tickets.
CREATE OR REPLACE FUNCTION visits_end_days_v1(p_day date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_day date := identity_business_day_v1(p_day);
    left_over visits_ticket;
    closed integer := 0;
BEGIN
    FOR left_over IN SELECT * FROM visits_ticket t
        WHERE t.day < the_day AND t.state IN ('waiting', 'called', 'serving', 'missed') ORDER BY t.id FOR UPDATE
    LOOP
        UPDATE visits_ticket SET state = 'closed', ended_at = clock_timestamp() WHERE id = left_over.id;
        UPDATE visits_visit SET ended_at = clock_timestamp() WHERE ticket_id = left_over.id AND ended_at IS NULL;
        PERFORM visits_log_v1(left_over, 'close', NULL, left_over.desk_id);
        closed := closed + 1;
    END LOOP;
    UPDATE visits_desk_state SET state = 'closed', reason = '', since = clock_timestamp(), ready_since = NULL
    WHERE desk_id IN (SELECT d.desk_id FROM visits_desk_state d WHERE d.day < the_day AND d.state <> 'closed' ORDER BY d.desk_id FOR UPDATE);
    DELETE FROM visits_typed y USING visits_ticket t WHERE t.id = y.ticket_id AND t.day < the_day;
    RETURN closed;
END;
$$;

-- visits_begin_form_v1: a form or a list that a teller begins while a visitor is called to their desk or served there belongs to that ticket, and stays its; one begun
-- without a visitor and taken over by who has one, to theirs. What is begun or taken in the name of somebody who is not there belongs to none.
CREATE OR REPLACE FUNCTION visits_begin_form_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF identity_officer_v1() IS DISTINCT FROM NEW.user_id THEN
        DELETE FROM visits_begun_form WHERE token = NEW.token;
    ELSE
        INSERT INTO visits_begun_form (token, ticket_id)
        SELECT NEW.token, t.id FROM visits_ticket t WHERE t.user_id = NEW.user_id AND t.state IN ('called', 'serving')
        ON CONFLICT (token) DO NOTHING;
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION visits_begin_form_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER of_visit AFTER INSERT ON casework_draft FOR EACH ROW
    WHEN (NEW.login_id IS NULL AND NEW.applicant_id IS NULL) EXECUTE FUNCTION visits_begin_form_v1();
CREATE OR REPLACE TRIGGER of_visit_taken AFTER UPDATE OF user_id ON casework_draft FOR EACH ROW
    WHEN (NEW.user_id <> OLD.user_id) EXECUTE FUNCTION visits_begin_form_v1();
CREATE OR REPLACE TRIGGER of_visit AFTER INSERT ON casework_application_list FOR EACH ROW
    WHEN (NEW.login_id IS NULL) EXECUTE FUNCTION visits_begin_form_v1();

-- visits_form_gone_v1: a form that was handed in or thrown away is nobody's to finish.
CREATE OR REPLACE FUNCTION visits_form_gone_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM visits_begun_form WHERE token = OLD.token;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION visits_form_gone_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER of_visit_gone AFTER DELETE ON casework_draft FOR EACH ROW EXECUTE FUNCTION visits_form_gone_v1();

-- visits_form_of_v1: the token of the own form or list a case comes from, new or handed in again; NULL where there is none.
CREATE OR REPLACE FUNCTION visits_form_of_v1(p_case casework_case, p_user bigint, p_is_again boolean) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT d.token FROM casework_draft d WHERE p_is_again AND d.case_id = p_case.id AND d.user_id = p_user AND d.login_id IS NULL AND d.applicant_id IS NULL
    UNION ALL
    SELECT d.token FROM casework_draft d WHERE NOT p_is_again AND p_case.idempotency_key LIKE 'draft:%' AND d.user_id = p_user AND d.token = substring(
        p_case.idempotency_key FROM '^draft:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$')::uuid
    UNION ALL
    SELECT l.token FROM casework_application_list l WHERE NOT p_is_again AND p_case.idempotency_key LIKE 'list:%' AND l.user_id = p_user AND l.token = substring(
        p_case.idempotency_key FROM '^list:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):')::uuid
    LIMIT 1
$$;
REVOKE ALL ON FUNCTION visits_form_of_v1 FROM PUBLIC;

-- visits_case_v1: a case that a teller accepts at the counter, or hands in again, belongs to the visit its form was begun at, whoever is at the desk meanwhile;
-- and to the one that is served now, where there is no form, where the form was begun at a visit of an earlier day (nobody of that day sits there any more), or
-- where the visitor whose identity was checked is whom the case is about.
CREATE OR REPLACE FUNCTION visits_case_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := CASE WHEN TG_OP = 'INSERT' THEN NEW.accepted_by_id ELSE NEW.handled_by_id END;
    form uuid := visits_form_of_v1(NEW, who, TG_OP = 'UPDATE');
BEGIN
    INSERT INTO visits_case (visit_id, case_id, at)
    SELECT v.id, NEW.id, clock_timestamp() FROM visits_begun_form f JOIN visits_visit v ON v.ticket_id = f.ticket_id WHERE f.token = form
    UNION
    SELECT v.id, NEW.id, clock_timestamp() FROM visits_ticket t JOIN visits_visit v ON v.ticket_id = t.id
    WHERE t.state = 'serving' AND t.user_id = who AND (form IS NULL OR v.person_id IN (NEW.person_id, NEW.applicant_id) OR EXISTS (
        SELECT 1 FROM visits_begun_form f JOIN visits_ticket b ON b.id = f.ticket_id WHERE f.token = form AND b.day < t.day))
    ON CONFLICT (visit_id, case_id) DO NOTHING;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION visits_case_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER of_visit AFTER INSERT ON casework_case FOR EACH ROW WHEN (NEW.channel = 'counter') EXECUTE FUNCTION visits_case_v1();
CREATE OR REPLACE TRIGGER of_visit_again AFTER UPDATE OF round ON casework_case FOR EACH ROW
    WHEN (NEW.round > OLD.round AND NEW.handled_channel = 'counter') EXECUTE FUNCTION visits_case_v1();
