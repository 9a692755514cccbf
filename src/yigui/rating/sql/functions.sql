-- Ratings. The application reads no rating and writes none: what is given is given here, by a window's screen with its secret, by whoever has signed in
-- from outside, or with the query code of a slip. Errors: YG006 it cannot be rated (any more, again, like this), YG009 nobody is there, YG005 somebody else's.

-- rating_rule_v1: a number of ratings on a day.
CREATE OR REPLACE FUNCTION rating_rule_v1(p_name text, p_day date) RETURNS integer
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    found integer := (SELECT r.value FROM rating_rule r
        WHERE r.name = p_name AND r.valid_from <= p_day AND coalesce(r.valid_to, 'infinity') >= p_day);
BEGIN
    IF found IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('评价规则“%s”在 %s 没有取值，请由系统管理员补充声明后再办理。', p_name, p_day);
    END IF;
    RETURN found;
END;
$$;
REVOKE ALL ON FUNCTION rating_rule_v1 FROM PUBLIC;

-- rating_case_ended_v1: a case that is finished or declined can be rated: who served is whoever had it at the agency (nobody where a door took it), the
-- desk and hall are those of the visit, else of who served. The day is today's; where days move, that of the last step.
CREATE OR REPLACE FUNCTION rating_case_ended_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    server staff_user;
    visited visits_ticket;
BEGIN
    SELECT * INTO server FROM staff_user u WHERE u.id = coalesce(NEW.handled_by_id, NEW.accepted_by_id) AND NOT staff_is_door_v1(u.id);
    SELECT t.* INTO visited FROM visits_case c JOIN visits_visit v ON v.id = c.visit_id JOIN visits_ticket t ON t.id = v.ticket_id
    WHERE c.case_id = NEW.id ORDER BY c.id DESC LIMIT 1;
    INSERT INTO rating_service (case_id, what, site, agency_id, hall_id, desk_id, user_id, ended_on)
    VALUES (NEW.id, NEW.item_name, CASE WHEN server.id IS NULL THEN 'remote' ELSE 'hall' END, NEW.agency_id,
        coalesce(visited.hall_id, casework_hall_v1(server.window_id, server.location_id)),
        CASE WHEN visited.user_id = server.id THEN visited.desk_id ELSE server.window_id END, server.id,
        CASE WHEN identity_days_move_v1()
            THEN greatest(NEW.accepted_on, (SELECT max(s.decided_on) FROM casework_step s WHERE s.case_id = NEW.id))
            ELSE (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date END)
    ON CONFLICT (case_id) DO NOTHING;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION rating_case_ended_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER to_rate AFTER INSERT OR UPDATE OF status ON casework_case FOR EACH ROW
    WHEN (NEW.status IN ('finished', 'declined')) EXECUTE FUNCTION rating_case_ended_v1();

-- rating_ticket_ended_v1: a visitor who was served and left no case (advice) can rate the ticket.
CREATE OR REPLACE FUNCTION rating_ticket_ended_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM visits_visit v JOIN visits_case c ON c.visit_id = v.id WHERE v.ticket_id = NEW.id) THEN
        INSERT INTO rating_service (ticket_id, what, site, agency_id, hall_id, desk_id, user_id, ended_on)
        SELECT NEW.id, k.name, 'hall', l.agency_id, NEW.hall_id, NEW.desk_id, NEW.user_id, NEW.day
        FROM staff_location l, visits_ticket_kind k
        WHERE l.id = NEW.hall_id AND k.code = NEW.kind AND k.valid_from <= NEW.day AND coalesce(k.valid_to, 'infinity') >= NEW.day
        ON CONFLICT (ticket_id) DO NOTHING;
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION rating_ticket_ended_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER to_rate AFTER UPDATE OF state ON visits_ticket FOR EACH ROW
    WHEN (NEW.state = 'done' AND OLD.state <> 'done') EXECUTE FUNCTION rating_ticket_ended_v1();

-- rating_too_late_v1: why nobody can rate a service on a day, whether it was rated or not; "" when it can be.
CREATE OR REPLACE FUNCTION rating_too_late_v1(p_service bigint, p_day date) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce((SELECT CASE WHEN p_day > s.ended_on + rating_rule_v1('open_days', p_day)
            THEN format('该服务已于 %s 办结，超过 %s 日的评价期；有意见请拨打咨询电话或到窗口反映。', s.ended_on, rating_rule_v1('open_days', p_day))
        ELSE '' END FROM rating_service s WHERE s.id = p_service), '没有可以评价的服务：办结后才能评价。')
$$;
REVOKE ALL ON FUNCTION rating_too_late_v1 FROM PUBLIC;

-- rating_refusal_v1: why a service cannot be rated on a day; "" when it can.
CREATE OR REPLACE FUNCTION rating_refusal_v1(p_service bigint, p_day date) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN EXISTS (SELECT 1 FROM rating_rating r WHERE r.service_id = p_service) THEN '该服务已评价，无需重复评价。'
        ELSE rating_too_late_v1(p_service, p_day) END
$$;
REVOKE ALL ON FUNCTION rating_refusal_v1 FROM PUBLIC;

-- rating_put_v1: a rating is given, once a service; gives its receipt. A bad one bears a tag or words.
CREATE OR REPLACE FUNCTION rating_put_v1(p_service bigint, p_level integer, p_tags text[], p_words text, p_wants_call boolean, p_phone text,
    p_door text, p_device bigint, p_holder text, p_day date) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_day date := identity_business_day_v1(p_day);
    served rating_service;
    given rating_level;
    -- The same for a service that was rated and one that was not; whether it was is said last, to whoever sends a whole rating.
    refusal text := rating_too_late_v1(p_service, p_day);
    fresh bigint := nextval(pg_get_serial_sequence('rating_rating', 'id'));
    -- By chance: the application can ask for the code of any words, and is to tell nobody's receipt.
    the_receipt text := fresh || '-' || identity_short_code_v1('rating:' || fresh || ':' || gen_random_uuid());
BEGIN
    -- No lock on the service's row: it would stay to be seen (xmax) on the rated ones. That it is once is said by the key of the rating.
    SELECT * INTO served FROM rating_service WHERE id = p_service;
    IF refusal <> '' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = refusal;
    END IF;
    SELECT * INTO given FROM rating_level l
    WHERE l.code = p_level AND l.valid_from <= the_day AND coalesce(l.valid_to, 'infinity') >= the_day;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '请选择满意程度。';
    END IF;
    IF EXISTS (SELECT 1 FROM unnest(p_tags) AS w (code) WHERE NOT EXISTS (SELECT 1 FROM rating_tag t WHERE t.code = w.code AND t.level = p_level
        AND t.site = served.site AND t.valid_from <= the_day AND coalesce(t.valid_to, 'infinity') >= the_day)) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '所选的标签与满意程度不符，请重新选择。';
    END IF;
    IF given.is_bad AND coalesce(cardinality(p_tags), 0) = 0 AND coalesce(btrim(p_words), '') = '' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('评价“%s”请至少选一项原因，或写几个字，以便核实整改。', given.name);
    END IF;
    IF (p_phone ~ '^[0-9+ -]{0,20}$') IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '回访电话只填数字，请核对后再提交；不愿接受回访的可以不填。';
    END IF;
    INSERT INTO rating_rating (id, receipt, service_id, level, tags, words, wants_call, phone, door, device_id, holder, rated_on, at)
    OVERRIDING SYSTEM VALUE VALUES (fresh, the_receipt, p_service, p_level, ARRAY(SELECT DISTINCT w.code FROM unnest(p_tags) AS w (code) ORDER BY 1), left(btrim(coalesce(p_words, '')), 500), p_wants_call,
        CASE WHEN p_wants_call THEN btrim(coalesce(p_phone, '')) ELSE '' END, p_door, p_device, p_holder, the_day, clock_timestamp())
    ON CONFLICT (service_id) DO NOTHING;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '该服务已评价，无需重复评价。';
    END IF;
    RETURN the_receipt;
END;
$$;
REVOKE ALL ON FUNCTION rating_put_v1 FROM PUBLIC;

-- rating_at_desk_v1: the services a window's screen may take a rating of: those of the visitor who sits there, or was served last there, so many seconds
-- ago at most; nothing of anybody before, once the next one sits there.
CREATE OR REPLACE FUNCTION rating_at_desk_v1(p_at visits_device, p_day date, p_seconds integer) RETURNS TABLE (service_id bigint, ticket_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH sitting AS (
        SELECT t.id FROM visits_ticket t WHERE t.desk_id = p_at.desk_id AND t.state = 'serving'
    ), last_called AS (
        SELECT t.id, t.state, t.ended_at FROM visits_ticket t
        WHERE t.hall_id = p_at.hall_id AND t.day = p_day AND t.called_at IS NOT NULL AND t.desk_id = p_at.desk_id ORDER BY t.called_at DESC LIMIT 2
    ), here AS (
        SELECT id FROM sitting
        UNION ALL (SELECT l.id FROM last_called l WHERE l.state = 'done' AND l.ended_at > clock_timestamp() - make_interval(secs => p_seconds)
            AND NOT EXISTS (SELECT 1 FROM sitting) ORDER BY l.ended_at DESC LIMIT 1)
    )
    -- Two arms, each by its own index: every screen asks every two seconds.
    , served AS (
        SELECT s.id, h.id AS ticket FROM here h JOIN rating_service s ON s.ticket_id = h.id
        UNION SELECT s.id, h.id FROM here h JOIN visits_visit v ON v.ticket_id = h.id JOIN visits_case c ON c.visit_id = v.id
            JOIN rating_service s ON s.case_id = c.case_id
    )
    SELECT n.id, n.ticket FROM served n WHERE rating_refusal_v1(n.id, p_day) = ''
$$;
REVOKE ALL ON FUNCTION rating_at_desk_v1 FROM PUBLIC;

-- rating_asked_v1: what the screen of a window asks the visitor about, the last first; nothing for any other device.
CREATE OR REPLACE FUNCTION rating_asked_v1(p_secret text, p_day date, p_typing boolean)
RETURNS TABLE (service_id bigint, ticket_id bigint, what text, site text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.id, a.ticket_id, s.what, s.site FROM visits_device_v1(p_secret) AS d
    CROSS JOIN LATERAL rating_at_desk_v1(d, p_day, rating_rule_v1(CASE WHEN p_typing THEN 'answer_seconds' ELSE 'screen_seconds' END, p_day)) AS a
    JOIN rating_service s ON s.id = a.service_id
    WHERE d.kind = 'window' ORDER BY s.id DESC LIMIT 20
$$;

-- rating_at_window_v1: the visitor at a desk rates at its second screen. Where the visit knows who that is, their own pages show the rating.
CREATE OR REPLACE FUNCTION rating_at_window_v1(p_secret text, p_service bigint, p_level integer, p_tags text[], p_words text, p_wants_call boolean,
    p_phone text, p_day date) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    screen visits_device := visits_device_v1(p_secret);
    visited bigint;
BEGIN
    IF screen.id IS NULL OR screen.kind <> 'window' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '本机不是在用的窗口屏，请联系大厅工作人员。';
    END IF;
    SELECT a.ticket_id INTO visited FROM rating_at_desk_v1(screen, p_day, rating_rule_v1('answer_seconds', p_day)) AS a
    WHERE a.service_id = p_service;
    IF visited IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '该服务已评价，无需重复评价；没有评价的，本窗口屏的评价时间已过，可凭受理回执在网上或手机上评价。';
    END IF;
    RETURN rating_put_v1(p_service, p_level, p_tags, p_words, p_wants_call, p_phone, 'window', screen.id,
        coalesce((SELECT 'person:' || v.person_id FROM visits_visit v WHERE v.ticket_id = visited), ''), p_day);
END;
$$;

-- rating_by_holder_v1: whoever has signed in from outside rates a case of their own: a person one about themselves or applied for by themselves (also under a
-- record merged into theirs), an operator one of their employer.
CREATE OR REPLACE FUNCTION rating_by_holder_v1(p_token text, p_case_no text, p_level integer, p_tags text[], p_words text, p_wants_call boolean,
    p_phone text, p_day date) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    account bigint := identity_act_v1(p_token);
    the_holder text := (SELECT h.holder FROM identity_holder_now_v1() AS h);
    number bigint := split_part(the_holder, ':', 2)::bigint;
    the_case casework_case;
BEGIN
    SELECT * INTO the_case FROM casework_case WHERE case_no = p_case_no;
    IF the_holder LIKE 'unit:%' THEN
        number := (SELECT l.employer_id FROM staff_unit_login l WHERE l.id = number);
    END IF;
    IF (CASE split_part(the_holder, ':', 1)
        WHEN 'unit' THEN the_case.employer_id = number
        WHEN 'person' THEN (WITH RECURSIVE up (id) AS (
            SELECT n.id FROM unnest(ARRAY[the_case.person_id, the_case.applicant_id]) AS n (id) WHERE n.id IS NOT NULL
            UNION SELECT p.merged_into_id FROM up JOIN registry_person p ON p.id = up.id WHERE p.merged_into_id IS NOT NULL
        ) SELECT EXISTS (SELECT 1 FROM up WHERE up.id = number)) END) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '这不是您的办件，不能评价；请在“我的办件”中选择。';
    END IF;
    RETURN rating_put_v1((SELECT s.id FROM rating_service s WHERE s.case_id = the_case.id), p_level, p_tags, p_words, p_wants_call, p_phone,
        (SELECT substr(u.username, 9) FROM staff_user u WHERE u.id = account), NULL, split_part(the_holder, ':', 1) || ':' || number, p_day);
END;
$$;

-- rating_is_slip_v1: whether this is the query code of a case number, as it stands on the slip. How often somebody tries is counted by the page.
CREATE OR REPLACE FUNCTION rating_is_slip_v1(p_case_no text, p_code text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT upper(regexp_replace(p_code, '[^0-9A-Za-z]', '', 'g')) = identity_short_code_v1('case:' || p_case_no)
$$;
REVOKE ALL ON FUNCTION rating_is_slip_v1 FROM PUBLIC;

-- rating_of_slip_v1: the service of a case, for whoever has the query code; no row without it. Everybody who serves can print the slip: so its code rates, and
-- tells nothing of what was said, not even whether anything was; that is told to whoever sends one more.
CREATE OR REPLACE FUNCTION rating_of_slip_v1(p_case_no text, p_code text, p_day date) RETURNS TABLE (service_id bigint, site text, refusal text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.id, s.site, rating_too_late_v1(s.id, p_day)
    FROM casework_case c JOIN rating_service s ON s.case_id = c.id
    WHERE c.case_no = p_case_no AND rating_is_slip_v1(p_case_no, p_code)
$$;

-- rating_by_slip_v1: whoever holds the slip of a case rates it with its query code.
CREATE OR REPLACE FUNCTION rating_by_slip_v1(p_case_no text, p_code text, p_level integer, p_tags text[], p_words text, p_wants_call boolean,
    p_phone text, p_day date) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF rating_is_slip_v1(p_case_no, p_code) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '编号与查询码不相符，请核对受理回执。';
    END IF;
    RETURN rating_put_v1((SELECT s.id FROM rating_service s JOIN casework_case c ON c.id = s.case_id WHERE c.case_no = p_case_no),
        p_level, p_tags, p_words, p_wants_call, p_phone, 'slip', NULL, '', p_day);
END;
$$;

-- rating_parts_v1: who had a part in a service: who took it, handled it, decided a step of it, or had its ticket.
CREATE OR REPLACE FUNCTION rating_parts_v1(p_service bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.id FROM rating_service s
    LEFT JOIN casework_case c ON c.id = s.case_id
    CROSS JOIN LATERAL (
        SELECT unnest(ARRAY[s.user_id, c.accepted_by_id, c.handled_by_id]) AS id
        UNION SELECT p.decided_by_id FROM casework_step p WHERE p.case_id = c.id
        UNION SELECT e.user_id FROM visits_ticket_event e WHERE e.ticket_id = s.ticket_id
        UNION SELECT e.user_id FROM visits_case v JOIN visits_visit i ON i.id = v.visit_id JOIN visits_ticket_event e ON e.ticket_id = i.ticket_id
            WHERE v.case_id = c.id
    ) AS u
    WHERE s.id = p_service AND u.id IS NOT NULL AND NOT staff_is_door_v1(u.id)
$$;
REVOKE ALL ON FUNCTION rating_parts_v1 FROM PUBLIC;

-- rating_has_part_v1: whether somebody, by whatever account, had a part in a service: they do not look into what was said of it.
CREATE OR REPLACE FUNCTION rating_has_part_v1(p_service bigint, p_user bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM rating_parts_v1(p_service) AS u (id) WHERE staff_person_v1(u.id) = staff_person_v1(p_user))
$$;

-- rating_task_event_v1: the work about a bad rating is done, given on and held by nobody who had a part in the service, and is not dropped: it is looked
-- into and answered, and ends with the answer alone. Errors: YG004, YG006 there is no answer yet.
CREATE OR REPLACE FUNCTION rating_task_event_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    about bigint;
    the_round text;
    wrong bigint;
BEGIN
    SELECT t.origin_id, t.part INTO about, the_round FROM tasks_task t WHERE t.id = NEW.task_id AND t.origin_kind = 'rating';
    IF about IS NULL THEN
        RETURN NULL;
    END IF;
    IF (NEW.verb IN ('finish', 'settle') OR NEW.payload ->> 'state' = 'done') AND NOT EXISTS (
        SELECT 1 FROM rating_rating r JOIN rating_repair p ON p.rating_id = r.id WHERE r.service_id = about AND p.round::text = the_round) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '请先在“差评处理”页登记核实结果、回访和答复。';
    END IF;
    SELECT n.id INTO wrong FROM unnest(ARRAY[NEW.actor_id, (NEW.payload ->> 'owner_id')::bigint]) AS n (id)
    WHERE n.id IS NOT NULL AND rating_has_part_v1(about, n.id) LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004', MESSAGE = format('%s 经办过被评价的服务，差评由没有经办过的人员核实。',
            (SELECT u.full_name FROM staff_user u WHERE u.id = wrong));
    END IF;
    IF NEW.verb = 'drop' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004', MESSAGE = '差评不能撤销，误评的也核实后办结。';
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION rating_task_event_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER of_rating AFTER INSERT ON tasks_event FOR EACH ROW EXECUTE FUNCTION rating_task_event_v1();

-- rating_task_v1: work that comes from a rating is that of a bad one, opened once it was given, at the agency of the service or one over it: no task of another
-- kind stands in its place. Binds the application. Error: YG006.
CREATE OR REPLACE FUNCTION rating_task_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF warrants_by_application_v1() AND (NEW.kind <> 'bad_rating' OR NOT EXISTS (
        SELECT 1 FROM rating_rating r JOIN rating_service s ON s.id = r.service_id
        JOIN rating_level l ON l.code = r.level AND l.valid_from <= r.rated_on AND coalesce(l.valid_to, 'infinity') >= r.rated_on
        WHERE r.service_id = NEW.origin_id AND l.is_bad AND rating_round_v1(r.id)::text = NEW.part
          AND NEW.agency_id IN (SELECT o.code FROM tasks_over_v1(ARRAY[s.agency_id::text]) AS o))) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME, MESSAGE = '差评整改的任务只由已给出的差评产生，由该服务的经办机构或其上级机构办理。';
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION rating_task_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER of_rating BEFORE INSERT ON tasks_task
    FOR EACH ROW WHEN (NEW.origin_kind = 'rating') EXECUTE FUNCTION rating_task_v1();

-- rating_round_v1: the round a bad rating is in: 2 once the visitor was not content with what came of the first.
CREATE OR REPLACE FUNCTION rating_round_v1(p_rating bigint) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN EXISTS (SELECT 1 FROM rating_second s WHERE s.rating_id = p_rating AND s.round = 1 AND s.opinion = 'not_content') THEN 2 ELSE 1 END
$$;
REVOKE ALL ON FUNCTION rating_round_v1 FROM PUBLIC;

-- rating_untold_v1: bad ratings in a round that is nobody's work yet, the oldest first, without so many of the first: the service, the round, its agency, and
-- the level in words. Of one receipt, or ("") of what was said in the last ninety days: the hourly look has come to what was said before.
CREATE OR REPLACE FUNCTION rating_untold_v1(p_receipt text, p_day date, p_skip integer)
RETURNS TABLE (service_id bigint, round integer, agency_id text, level text, rated_on date)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH said AS (
        SELECT r.id FROM rating_rating r WHERE p_receipt <> '' AND r.receipt = p_receipt
        UNION SELECT r.id FROM rating_rating r WHERE p_receipt = '' AND r.rated_on > p_day - 90
        UNION SELECT o.rating_id FROM rating_second o WHERE p_receipt = '' AND o.said_on > p_day - 90
    )
    SELECT r.service_id, n.round, s.agency_id, l.name, r.rated_on FROM said JOIN rating_rating r ON r.id = said.id
    JOIN rating_service s ON s.id = r.service_id
    JOIN rating_level l ON l.code = r.level AND l.valid_from <= r.rated_on AND coalesce(l.valid_to, 'infinity') >= r.rated_on
    CROSS JOIN LATERAL (SELECT rating_round_v1(r.id) AS round) AS n
    WHERE l.is_bad AND NOT EXISTS (SELECT 1 FROM tasks_task t
        WHERE t.kind = 'bad_rating' AND t.origin_kind = 'rating' AND t.origin_id = r.service_id AND t.part = n.round::text)
    ORDER BY r.id LIMIT 500 OFFSET p_skip
$$;

-- rating_held_v1: a bad rating whose work somebody of its posts and agency has taken. Errors: YG009 nobody is there, YG005 it is not theirs.
CREATE OR REPLACE FUNCTION rating_held_v1(p_token text, p_service bigint) RETURNS rating_rating
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    held rating_rating;
BEGIN
    SELECT r.* INTO held FROM rating_rating r JOIN rating_service s ON s.id = r.service_id
    JOIN rating_level l ON l.code = r.level AND l.valid_from <= r.rated_on AND coalesce(l.valid_to, 'infinity') >= r.rated_on
    WHERE r.service_id = p_service AND l.is_bad AND EXISTS (
        SELECT 1 FROM tasks_task t JOIN staff_user u ON u.id = who
        WHERE t.kind = 'bad_rating' AND t.origin_kind = 'rating' AND t.origin_id = p_service AND t.part = rating_round_v1(r.id)::text AND t.state = 'taken'
          AND t.owner_id = who AND u.role IN ('section_head', 'director', 'auditor') AND u.agency_id IN (t.agency_id, t.escalated_to_id)
          AND u.agency_id IN (SELECT o.code FROM tasks_over_v1(ARRAY[s.agency_id::text]) AS o))
      AND NOT rating_has_part_v1(p_service, who);
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '差评由领取了任务、没有经办过该服务的人员查看和核实，请先在待办中领取。';
    END IF;
    RETURN held;
END;
$$;
REVOKE ALL ON FUNCTION rating_held_v1 FROM PUBLIC;

-- rating_phone_v1: where whoever rated may be called back: the number they left, else that of whom the service was for; "" where no call is welcome, or no
-- number is known.
CREATE OR REPLACE FUNCTION rating_phone_v1(p_rating bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN r.wants_call THEN coalesce(nullif(r.phone, ''), nullif(p.mobile, ''), e.phone, '') ELSE '' END
    FROM rating_rating r JOIN rating_service s ON s.id = r.service_id
    LEFT JOIN casework_case c ON c.id = s.case_id
    LEFT JOIN registry_person p ON p.id = CASE WHEN r.holder LIKE 'person:%' THEN split_part(r.holder, ':', 2)::bigint
        WHEN r.holder = '' AND c.employer_id IS NULL THEN c.person_id END
    LEFT JOIN registry_employer e ON e.id = c.employer_id AND r.holder NOT LIKE 'person:%'
    WHERE r.id = p_rating
$$;
REVOKE ALL ON FUNCTION rating_phone_v1 FROM PUBLIC;

-- rating_to_repair_v1: a bad rating in full, for whoever has taken its work: what was said, of what, and where to call back.
CREATE OR REPLACE FUNCTION rating_to_repair_v1(p_token text, p_service bigint) RETURNS TABLE (round integer, level text, tags text, words text,
    wants_call boolean, phone text, door text, rated_on date, case_no text, server text, desk text, former text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT rating_round_v1(r.id), l.name, (SELECT string_agg(t.name, '、' ORDER BY t.place) FROM rating_tag t WHERE t.code = ANY (r.tags)
            AND t.valid_from <= r.rated_on AND coalesce(t.valid_to, 'infinity') >= r.rated_on), r.words, r.wants_call,
        rating_phone_v1(r.id), r.door, r.rated_on, coalesce(c.case_no, ''), coalesce(u.full_name, ''), coalesce(w.number, ''),
        coalesce((SELECT o.words FROM rating_second o WHERE o.rating_id = r.id AND o.round = 1 AND o.opinion = 'not_content'), '')
    -- Outer joins: whether it may be read is asked also where nothing is there.
    FROM rating_held_v1(p_token, p_service) AS r LEFT JOIN rating_service s ON s.id = r.service_id
    LEFT JOIN rating_level l ON l.code = r.level AND l.valid_from <= r.rated_on AND coalesce(l.valid_to, 'infinity') >= r.rated_on
    LEFT JOIN casework_case c ON c.id = s.case_id
    LEFT JOIN staff_user u ON u.id = s.user_id LEFT JOIN staff_window w ON w.id = s.desk_id
$$;

-- rating_repair_v1: what was found about a bad rating, the call back, and the answer to the visitor; once a round. Who may be called is called, where there is a number.
CREATE OR REPLACE FUNCTION rating_repair_v1(p_token text, p_service bigint, p_finding text, p_call text, p_said text, p_answer text, p_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    held rating_rating := rating_held_v1(p_token, p_service);
BEGIN
    IF (p_finding IN ('true', 'partly', 'untrue', 'mistaken', 'unclear')) IS NOT TRUE OR btrim(p_said) = '' OR btrim(p_answer) = '' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '请选择核实结果，并写明核实整改情况和给评价人的答复。';
    END IF;
    IF (CASE WHEN NOT held.wants_call THEN p_call = 'not_wanted' WHEN rating_phone_v1(held.id) = '' THEN p_call = 'no_number'
        ELSE p_call IN ('reached', 'not_reached') END) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = CASE WHEN NOT held.wants_call THEN '评价人没有同意回访，请选“评价人不愿接受回访”。'
            WHEN rating_phone_v1(held.id) = '' THEN '评价人没有留下电话，请选“没有回访电话”。'
            ELSE '评价人愿意接受回访，请先电话回访并登记结果。' END;
    END IF;
    INSERT INTO rating_repair (rating_id, round, finding, call, said, answer, made_by_id, made_on, at)
    VALUES (held.id, rating_round_v1(held.id), p_finding, p_call, left(btrim(p_said), 2000), left(btrim(p_answer), 1000), who,
        identity_business_day_v1(p_day), clock_timestamp())
    ON CONFLICT (rating_id, round) DO NOTHING;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '本轮已登记答复，请办结任务。';
    END IF;
END;
$$;

-- rating_is_answered_v1: whether the rating of a service has been answered in a round.
CREATE OR REPLACE FUNCTION rating_is_answered_v1(p_service bigint, p_round integer) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM rating_rating r JOIN rating_repair p ON p.rating_id = r.id WHERE r.service_id = p_service AND p.round = p_round)
$$;

-- rating_by_receipt_v1: the rating with a receipt as it was given; NULL: none.
CREATE OR REPLACE FUNCTION rating_by_receipt_v1(p_receipt text) RETURNS rating_rating
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT r FROM rating_rating r WHERE r.receipt = p_receipt $$;
REVOKE ALL ON FUNCTION rating_by_receipt_v1 FROM PUBLIC;

-- rating_followed_v1: what became of a rating, for whoever has its receipt: one row a round that has begun.
CREATE OR REPLACE FUNCTION rating_followed_v1(p_receipt text) RETURNS TABLE (what text, level text, is_bad boolean, rated_on date, round integer, answer text,
    answered_on date, opinion text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.what, l.name, l.is_bad, r.rated_on, n.round, p.answer, p.made_on, o.opinion FROM rating_by_receipt_v1(p_receipt) AS r
    JOIN rating_service s ON s.id = r.service_id
    JOIN rating_level l ON l.code = r.level AND l.valid_from <= r.rated_on AND coalesce(l.valid_to, 'infinity') >= r.rated_on
    CROSS JOIN LATERAL generate_series(1, rating_round_v1(r.id)) AS n (round)
    LEFT JOIN rating_repair p ON p.rating_id = r.id AND p.round = n.round
    LEFT JOIN rating_second o ON o.rating_id = r.id AND o.round = n.round
    ORDER BY n.round
$$;

-- rating_second_v1: whoever has the receipt says whether they are content with the answer, once a round.
CREATE OR REPLACE FUNCTION rating_second_v1(p_receipt text, p_opinion text, p_words text, p_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    about rating_rating := rating_by_receipt_v1(p_receipt);
BEGIN
    IF about.id IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '没有这个评价回执号，请核对后重新输入。';
    END IF;
    IF (p_opinion IN ('content', 'almost', 'not_content')) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '请选择对处理结果是否满意。';
    END IF;
    INSERT INTO rating_second (rating_id, round, opinion, words, said_on, at)
    SELECT about.id, p.round, p_opinion, left(btrim(p_words), 500), identity_business_day_v1(p_day), clock_timestamp()
    FROM rating_repair p WHERE p.rating_id = about.id AND p.round = rating_round_v1(about.id)
    ON CONFLICT (rating_id, round) DO NOTHING;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '差评还没有答复，或您已对本轮答复作过评价。';
    END IF;
END;
$$;
