-- Audit. The application reads these tables and writes none of them: a sample is drawn here, and what is said of it is kept here, of whoever is present.
-- Errors: YG005 somebody else's work, or somebody who had a part; YG006 it cannot be said like this (any more); YG009 nobody is there.

-- audit_rule_v1: a number of audit on a day.
CREATE OR REPLACE FUNCTION audit_rule_v1(p_name text, p_day date) RETURNS integer
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    found integer := (SELECT r.value FROM audit_rule r
        WHERE r.name = p_name AND r.valid_from <= p_day AND coalesce(r.valid_to, 'infinity') >= p_day);
BEGIN
    IF found IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('稽核规则“%s”在 %s 没有取值，请由系统管理员补充声明后再办理。', p_name, p_day);
    END IF;
    RETURN found;
END;
$$;
REVOKE ALL ON FUNCTION audit_rule_v1 FROM PUBLIC;

-- audit_shares_v1: the shares of a day in per cent: {"class_1": 20, …, "least": 5}. One that is not declared is refused by its name.
CREATE OR REPLACE FUNCTION audit_shares_v1(p_day date) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    found jsonb := coalesce((SELECT jsonb_object_agg(s.stratum, s.percent) FROM audit_share s
        WHERE s.valid_from <= p_day AND coalesce(s.valid_to, 'infinity') >= p_day), '{}');
    lacking text := (SELECT string_agg(n.name, '、') FROM unnest(ARRAY['class_1', 'raised', 'class_2', 'class_3']) AS n (name) WHERE NOT found ? n.name);
BEGIN
    IF lacking IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('抽取比例 %s 在 %s 没有取值，请由系统管理员补充声明后再抽样。', lacking, p_day);
    END IF;
    RETURN found || jsonb_build_object('least', audit_rule_v1('least_percent', p_day));
END;
$$;
REVOKE ALL ON FUNCTION audit_shares_v1 FROM PUBLIC;

-- audit_parts_v1: who had a part in a case: who took it, handled it, decided a step of it, did anything that its chain tells of, or sat in its meeting.
CREATE OR REPLACE FUNCTION audit_parts_v1(p_case bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT n.id FROM casework_case c CROSS JOIN LATERAL (
        SELECT unnest(ARRAY[c.accepted_by_id, c.handled_by_id]) AS id
        UNION SELECT s.decided_by_id FROM casework_step s WHERE s.case_id = c.id
        UNION SELECT e.actor_id FROM casework_event e WHERE e.case_id = c.id
        UNION SELECT m.chair_id FROM casework_decision d JOIN casework_meeting m ON m.id = d.meeting_id WHERE d.case_id = c.id
        UNION SELECT a.user_id FROM casework_decision d JOIN casework_attendee a ON a.meeting_id = d.meeting_id WHERE d.case_id = c.id
    ) AS n WHERE c.id = p_case AND n.id IS NOT NULL AND NOT staff_is_door_v1(n.id)
$$;
REVOKE ALL ON FUNCTION audit_parts_v1 FROM PUBLIC;

-- audit_doers_v1: who did something in a case that can be wrong: took it, handled it, decided a step. An error is one of theirs, and their score counts it.
CREATE OR REPLACE FUNCTION audit_doers_v1(p_case bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT n.id FROM casework_case c CROSS JOIN LATERAL (
        SELECT unnest(ARRAY[c.accepted_by_id, c.handled_by_id]) AS id
        UNION SELECT s.decided_by_id FROM casework_step s WHERE s.case_id = c.id
    ) AS n WHERE c.id = p_case AND n.id IS NOT NULL AND NOT staff_is_door_v1(n.id)
$$;

-- audit_unfit_v1: why somebody, by whatever account, has no business with the audit of a case: had a part in it, or it is about them or kin of theirs; "".
CREATE OR REPLACE FUNCTION audit_unfit_v1(p_case bigint, p_user bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN EXISTS (SELECT 1 FROM audit_parts_v1(p_case) AS n (id) WHERE staff_person_v1(n.id) = staff_person_v1(p_user))
            THEN format('%s 经办过该办件，稽核由没有经办过的人员进行。', u.full_name)
        WHEN EXISTS (SELECT 1 FROM casework_case c JOIN registry_person p ON p.id IN (c.person_id, c.applicant_id)
            WHERE c.id = p_case AND benefits_kin_v1(u.id, u.id_number, p.id_number, clock_timestamp()) IS NOT NULL)
            THEN format('%s 本人或其亲属是该办件的对象，应当回避。', u.full_name)
        ELSE '' END
    FROM staff_user u WHERE u.id = p_user
$$;

-- audit_population_v1: the cases of an agency that were finished in a month, each with the part it is drawn from. The day is the one the database noted as
-- the case ended (`rating_service`), not the program's; `p_up_to`: the last of its rows when the sample was drawn.
CREATE OR REPLACE FUNCTION audit_population_v1(p_agency text, p_month integer, p_up_to bigint) RETURNS TABLE (case_id bigint, case_no text, stratum text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.id, c.case_no, CASE WHEN c.risk_class = 1 THEN 'class_1' WHEN c.risk_reasons <> '[]'::jsonb THEN 'raised'
        WHEN c.risk_class = 2 THEN 'class_2' ELSE 'class_3' END
    FROM rating_service s JOIN casework_case c ON c.id = s.case_id
    WHERE s.agency_id = p_agency AND c.status = 'finished' AND s.id <= p_up_to
      AND s.ended_on BETWEEN to_date(p_month::text, 'YYYYMM') AND (to_date(p_month::text, 'YYYYMM') + interval '1 month')::date - 1
$$;
REVOKE ALL ON FUNCTION audit_population_v1 FROM PUBLIC;

-- audit_population_digest_v1: SHA-256 over the population, by case number.
CREATE OR REPLACE FUNCTION audit_population_digest_v1(p_agency text, p_month integer, p_up_to bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(convert_to(coalesce(string_agg(p.case_no || '|' || p.stratum, E'\n' ORDER BY p.case_no COLLATE "C"), ''), 'UTF8')), 'hex')
    FROM audit_population_v1(p_agency, p_month, p_up_to) AS p
$$;
REVOKE ALL ON FUNCTION audit_population_digest_v1 FROM PUBLIC;

-- audit_seed_v1: the seed of a draw: HMAC-SHA-256 under the secret of this database. Nobody tells it before the month is over, and whoever draws, looks and
-- rolls back gets the same again.
CREATE OR REPLACE FUNCTION audit_seed_v1(p_agency text, p_month integer, p_population text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT encode(identity_hmac_v1(pepper, convert_to(format('audit:%s:%s:%s', p_agency, p_month, p_population), 'UTF8')), 'hex') FROM identity_pepper
$$;
REVOKE ALL ON FUNCTION audit_seed_v1 FROM PUBLIC;

-- audit_choice_v1: what a seed draws: of each part its share, at least one, by the order of SHA-256 of seed and case number; then, by the same order, of the
-- rest as many as the least of all wants.
CREATE OR REPLACE FUNCTION audit_choice_v1(p_agency text, p_month integer, p_up_to bigint, p_seed text, p_shares jsonb)
RETURNS TABLE (case_id bigint, stratum text, of_stratum bigint, place bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH ranked AS (
        SELECT p.*, encode(sha256(convert_to(p_seed || ':' || p.case_no, 'UTF8')), 'hex') COLLATE "C" AS rank
        FROM audit_population_v1(p_agency, p_month, p_up_to) AS p
    ), placed AS (
        SELECT r.*, row_number() OVER (PARTITION BY r.stratum ORDER BY r.rank, r.case_id) AS at, count(*) OVER (PARTITION BY r.stratum) AS of_stratum,
            count(*) OVER () AS every FROM ranked r
    ), chosen AS (
        SELECT p.*, p.at <= ceil(p.of_stratum * (p_shares ->> p.stratum)::numeric / 100) AS is_in FROM placed p
    ), spare AS (
        SELECT c.*, count(*) FILTER (WHERE c.is_in) OVER () AS taken, row_number() OVER (PARTITION BY c.is_in ORDER BY c.rank, c.case_id) AS next FROM chosen c
    )
    SELECT s.case_id, s.stratum, s.of_stratum, row_number() OVER (ORDER BY s.rank, s.case_id)
    FROM spare s WHERE s.is_in OR s.next <= ceil(s.every * (p_shares ->> 'least')::numeric / 100) - s.taken
$$;
REVOKE ALL ON FUNCTION audit_choice_v1 FROM PUBLIC;

-- audit_draw_v1: draws the samples of the months before the day's, a year back, of every agency that finished a case in them and has none yet; gives how many.
-- What is drawn from does not change any more, however often one draws and rolls back: the month is over by an hour of the database's own clock, and whoever
-- is about to end a case is waited for.
CREATE OR REPLACE FUNCTION audit_draw_v1(p_day date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_day date := identity_business_day_v1(p_day);
    this_month date := date_trunc('month', the_day)::date;
    the_shares jsonb := audit_shares_v1(the_day);
    last_id bigint;
    next record;
    the_digest text;
    the_seed text;
    made bigint;
    drawn integer := 0;
BEGIN
    IF NOT identity_days_move_v1() AND (clock_timestamp() AT TIME ZONE 'Asia/Shanghai') < this_month + interval '1 hour' THEN
        RETURN 0;
    END IF;
    LOCK TABLE rating_service IN SHARE MODE;
    last_id := (SELECT max(s.id) FROM rating_service s);
    FOR next IN SELECT DISTINCT s.agency_id, to_char(s.ended_on, 'YYYYMM')::integer AS month FROM rating_service s JOIN casework_case c ON c.id = s.case_id
        WHERE c.status = 'finished' AND s.ended_on >= this_month - interval '12 months' AND s.ended_on < this_month AND NOT EXISTS (
            SELECT 1 FROM audit_sample a WHERE a.month = to_char(s.ended_on, 'YYYYMM')::integer AND a.agency_id = s.agency_id) ORDER BY 2, 1
    LOOP
        the_digest := audit_population_digest_v1(next.agency_id, next.month, last_id);
        the_seed := audit_seed_v1(next.agency_id, next.month, the_digest);
        INSERT INTO audit_sample (month, agency_id, up_to, population, population_digest, shares, seed, size, drawn_on, at)
        SELECT next.month, next.agency_id, last_id, (SELECT count(*) FROM audit_population_v1(next.agency_id, next.month, last_id)), the_digest, the_shares,
            the_seed, (SELECT count(*) FROM audit_choice_v1(next.agency_id, next.month, last_id, the_seed, the_shares)), the_day, clock_timestamp()
        ON CONFLICT (month, agency_id) DO NOTHING RETURNING id INTO made;
        IF FOUND THEN
            INSERT INTO audit_sampled_case (sample_id, case_id, stratum, of_stratum, place)
            SELECT made, n.case_id, n.stratum, n.of_stratum, n.place
            FROM audit_choice_v1(next.agency_id, next.month, last_id, the_seed, the_shares) AS n;
            drawn := drawn + 1;
        END IF;
    END LOOP;
    RETURN drawn;
END;
$$;

-- audit_posts_v1: the posts that have the work of a kind, those it may be handed on to among them (task_kinds; a test compares).
CREATE OR REPLACE FUNCTION audit_posts_v1(p_kind text) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE p_kind
        WHEN 'audit_case' THEN ARRAY['auditor']
        WHEN 'audit_objection' THEN ARRAY['director', 'section_head', 'auditor']
        WHEN 'audit_correction' THEN ARRAY['section_head', 'teller', 'reviewer']
        ELSE ARRAY[]::text[] END
$$;
REVOKE ALL ON FUNCTION audit_posts_v1 FROM PUBLIC;

-- audit_looks_after_v1: whether somebody at work has one of the posts of a kind, at an agency of the area of the one that took the case, or of an area above.
CREATE OR REPLACE FUNCTION audit_looks_after_v1(p_kind text, p_case bigint, p_user bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH RECURSIVE up (code, parent_id) AS (
        SELECT r.code, r.parent_id FROM casework_case c JOIN registry_agency g ON g.code = c.agency_id JOIN registry_area r ON r.code = g.area_id
        WHERE c.id = p_case
        UNION SELECT r.code, r.parent_id FROM up JOIN registry_area r ON r.code = up.parent_id
    )
    SELECT staff_officer_v1(p_user) AND EXISTS (
        SELECT 1 FROM staff_user u JOIN registry_agency a ON a.code = u.agency_id JOIN up ON up.code = a.area_id
        WHERE u.id = p_user AND u.role = ANY (audit_posts_v1(p_kind)))
$$;
REVOKE ALL ON FUNCTION audit_looks_after_v1 FROM PUBLIC;

-- audit_held_v1: refuses whoever has not taken the task of a kind about something, or has no business with the case. Gives who they are.
CREATE OR REPLACE FUNCTION audit_held_v1(p_token text, p_kind text, p_origin bigint, p_case bigint) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    unfit text;
BEGIN
    -- The process names who a task is for: the post and the place are asked here.
    IF NOT EXISTS (SELECT 1 FROM tasks_task t WHERE t.kind = p_kind AND t.origin_id = p_origin AND t.state = 'taken' AND t.owner_id = who
        AND t.origin_no = '' AND t.part = '' AND t.origin_kind = CASE p_kind WHEN 'audit_case' THEN 'audit_case' ELSE 'audit_finding' END) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '由领取了任务的人员登记，请先在待办中领取。';
    END IF;
    IF audit_looks_after_v1(p_kind, p_case, who) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '由受理该办件的经办机构或其上级相应岗位的人员登记。';
    END IF;
    unfit := CASE WHEN p_kind = 'audit_correction' THEN '' ELSE audit_unfit_v1(p_case, who) END;
    IF unfit <> '' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = unfit;
    END IF;
    RETURN who;
END;
$$;
REVOKE ALL ON FUNCTION audit_held_v1 FROM PUBLIC;

-- audit_examine_v1: what came of looking into a sampled case, once. p_findings: [{"kind", "user", "step" (or null), "words", "correct"}]; none where it is sound.
CREATE OR REPLACE FUNCTION audit_examine_v1(p_token text, p_sampled bigint, p_words text, p_findings jsonb, p_day date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_case bigint := (SELECT s.case_id FROM audit_sampled_case s WHERE s.id = p_sampled);
    who bigint := audit_held_v1(p_token, 'audit_case', p_sampled, the_case);
    the_day date := identity_business_day_v1(p_day);
    made bigint;
    said jsonb;
    kind audit_error_kind;
    at_step bigint;
    number integer := 0;
BEGIN
    IF btrim(p_words) = '' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '请写明检查了什么、结果如何。';
    END IF;
    INSERT INTO audit_examination (sampled_id, is_sound, words, made_by_id, made_on, at)
    VALUES (p_sampled, jsonb_array_length(p_findings) = 0, left(btrim(p_words), 2000), who, the_day, clock_timestamp())
    ON CONFLICT (sampled_id) DO NOTHING RETURNING id INTO made;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '该办件已登记过检查结果，不能再次登记。';
    END IF;
    FOR said IN SELECT f.value FROM jsonb_array_elements(p_findings) AS f (value) LOOP
        number := number + 1;
        SELECT * INTO kind FROM audit_error_kind k
        WHERE k.code = said ->> 'kind' AND k.valid_from <= the_day AND coalesce(k.valid_to, 'infinity') >= the_day;
        IF NOT FOUND THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('第 %s 项差错没有选种类，请从清单中选择。', number);
        END IF;
        IF btrim(coalesce(said ->> 'words', '')) = '' THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('第 %s 项差错请写明情况。', number);
        END IF;
        IF NOT EXISTS (SELECT 1 FROM audit_doers_v1(the_case) AS n (id) WHERE n.id = (said ->> 'user')::bigint) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('第 %s 项差错的责任人没有经办该办件，请从经办人员中选择。', number);
        END IF;
        at_step := (said ->> 'step')::bigint;
        IF at_step IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM casework_step s WHERE s.id = at_step AND s.case_id = the_case AND s.decided_by_id = (said ->> 'user')::bigint) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('第 %s 项差错的环节不是该责任人办理的，请核对。', number);
        END IF;
        INSERT INTO audit_finding (examination_id, seq, kind, kind_name, grade, points, user_id, step_id, words, is_to_correct, answer_until)
        VALUES (made, number, kind.code, kind.name, kind.grade, kind.points, (said ->> 'user')::bigint, at_step, left(btrim(said ->> 'words'), 1000),
            coalesce((said ->> 'correct')::boolean, false), the_day + audit_rule_v1('answer_days', the_day));
    END LOOP;
    RETURN made;
END;
$$;

-- audit_case_of_v1: the case a finding is about.
CREATE OR REPLACE FUNCTION audit_case_of_v1(p_finding bigint) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.case_id FROM audit_finding f JOIN audit_examination e ON e.id = f.examination_id JOIN audit_sampled_case s ON s.id = e.sampled_id
    WHERE f.id = p_finding
$$;
REVOKE ALL ON FUNCTION audit_case_of_v1 FROM PUBLIC;

-- audit_answer_v1: whoever is said to have made an error agrees, or objects with words; once, within the term.
CREATE OR REPLACE FUNCTION audit_answer_v1(p_token text, p_finding bigint, p_agrees boolean, p_words text, p_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := identity_require_v1(p_token);
    the_day date := identity_business_day_v1(p_day);
    about audit_finding;
    the_sample bigint;
BEGIN
    SELECT * INTO about FROM audit_finding WHERE id = p_finding;
    IF about.id IS NULL OR staff_person_v1(about.user_id) <> staff_person_v1(who) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '差错的意见由责任人本人提出。';
    END IF;
    IF the_day > about.answer_until THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('提出意见的期限已于 %s 届满。', about.answer_until);
    END IF;
    -- One after the other with `audit_close_v1`.
    SELECT s.sample_id INTO the_sample FROM audit_examination e JOIN audit_sampled_case s ON s.id = e.sampled_id WHERE e.id = about.examination_id;
    PERFORM 1 FROM audit_sample a WHERE a.id = the_sample FOR SHARE;
    IF EXISTS (SELECT 1 FROM audit_score x WHERE x.sample_id = the_sample) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '该月样本已评定得分，不能再提出意见。';
    END IF;
    IF NOT p_agrees AND btrim(p_words) = '' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '不认可的，请写明理由。';
    END IF;
    INSERT INTO audit_answer (finding_id, user_id, is_agreed, words, said_on, at)
    VALUES (p_finding, who, p_agrees, left(btrim(p_words), 1000), the_day, clock_timestamp()) ON CONFLICT (finding_id) DO NOTHING;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '已对该差错提出过意见，不能再次提出。';
    END IF;
END;
$$;

-- audit_decide_v1: an objection is decided by somebody else than who found the error, than who is said to have made it, and without a part in the case.
CREATE OR REPLACE FUNCTION audit_decide_v1(p_token text, p_finding bigint, p_stands boolean, p_words text, p_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    who bigint := audit_held_v1(p_token, 'audit_objection', p_finding, audit_case_of_v1(p_finding));
BEGIN
    IF audit_decides_own_v1(p_finding, who) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '申辩由登记差错的人员和责任人以外的人员处理。';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM audit_answer a WHERE a.finding_id = p_finding AND NOT a.is_agreed) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '责任人没有对该差错提出申辩。';
    END IF;
    IF p_stands IS NULL OR btrim(p_words) = '' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '请选择维持或不计差错，并写明理由。';
    END IF;
    INSERT INTO audit_ruling (finding_id, stands, words, made_by_id, made_on, at)
    VALUES (p_finding, p_stands, left(btrim(p_words), 1000), who, identity_business_day_v1(p_day), clock_timestamp()) ON CONFLICT (finding_id) DO NOTHING;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '该申辩已处理，不能再次处理。';
    END IF;
END;
$$;

-- audit_decides_own_v1: whether somebody, by whatever account, found an error or is said to have made it.
CREATE OR REPLACE FUNCTION audit_decides_own_v1(p_finding bigint, p_user bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM audit_finding f JOIN audit_examination e ON e.id = f.examination_id
        WHERE f.id = p_finding AND staff_person_v1(p_user) IN (staff_person_v1(f.user_id), staff_person_v1(e.made_by_id)))
$$;

-- audit_unfit_for_v1: why somebody has no business with the audit's task about a sampled case or a finding; "".
CREATE OR REPLACE FUNCTION audit_unfit_for_v1(p_kind text, p_origin bigint, p_user bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE p_kind
        WHEN 'audit_case' THEN (SELECT audit_unfit_v1(s.case_id, p_user) FROM audit_sampled_case s WHERE s.id = p_origin)
        WHEN 'audit_objection' THEN CASE WHEN audit_decides_own_v1(p_origin, p_user)
            THEN '申辩由登记差错的人员和责任人以外的人员处理。' ELSE audit_unfit_v1(audit_case_of_v1(p_origin), p_user) END
        WHEN 'audit_lead' THEN audit_lead_unfit_v1(p_origin, p_user)
        ELSE '' END
$$;

-- audit_is_unfit_v1: whether there is a reason, for lists of tasks.
CREATE OR REPLACE FUNCTION audit_is_unfit_v1(p_kind text, p_origin bigint, p_user bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT coalesce(audit_unfit_for_v1(p_kind, p_origin, p_user), '') <> '' $$;

-- audit_correct_v1: how an error was put right: by a finished case about the same person or employer that was accepted after it was found, or in words.
CREATE OR REPLACE FUNCTION audit_correct_v1(p_token text, p_finding bigint, p_case_no text, p_words text, p_day date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    about casework_case;
    by_case casework_case;
    who bigint := audit_held_v1(p_token, 'audit_correction', p_finding, audit_case_of_v1(p_finding));
BEGIN
    SELECT * INTO about FROM casework_case WHERE id = audit_case_of_v1(p_finding);
    IF btrim(p_words) = '' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '请写明更正情况。';
    END IF;
    IF btrim(p_case_no) <> '' THEN
        SELECT * INTO by_case FROM casework_case WHERE case_no = btrim(p_case_no);
        IF by_case.id IS NULL OR by_case.status <> 'finished' OR by_case.accepted_at < (
                SELECT t.opened_at FROM tasks_task t WHERE t.kind = 'audit_correction' AND t.origin_kind = 'audit_finding' AND t.origin_id = p_finding)
           OR (CASE WHEN about.person_id IS NOT NULL THEN by_case.person_id = about.person_id ELSE by_case.employer_id = about.employer_id END) IS NOT TRUE THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006',
                MESSAGE = format('办件 %s 不能作为更正的依据：应为同一对象、在登记差错之后受理并已办结的办件，请核对编号。', btrim(p_case_no));
        END IF;
    END IF;
    INSERT INTO audit_correction (finding_id, case_id, words, made_by_id, made_on, at)
    VALUES (p_finding, by_case.id, left(btrim(p_words), 1000), who, identity_business_day_v1(p_day), clock_timestamp()) ON CONFLICT (finding_id) DO NOTHING;
    IF NOT FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '该差错已登记更正，不能再次登记。';
    END IF;
END;
$$;

-- audit_scores_v1: the scores of a sample as its findings give them: one row a person who did something in a sampled case, and one without a person.
CREATE OR REPLACE FUNCTION audit_scores_v1(p_sample bigint) RETURNS TABLE (user_id bigint, cases bigint, wrong bigint, points bigint, quality numeric)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH counted AS (
        SELECT f.id, f.user_id, f.points, e.sampled_id FROM audit_finding f JOIN audit_examination e ON e.id = f.examination_id
        JOIN audit_sampled_case s ON s.id = e.sampled_id LEFT JOIN audit_ruling r ON r.finding_id = f.id
        WHERE s.sample_id = p_sample AND coalesce(r.stands, true)
    ), parts AS (
        SELECT s.id AS sampled_id, n.id AS user_id FROM audit_sampled_case s CROSS JOIN LATERAL audit_doers_v1(s.case_id) AS n (id) WHERE s.sample_id = p_sample
    ), summed AS (
        SELECT p.user_id, count(DISTINCT p.sampled_id) AS cases, count(DISTINCT c.sampled_id) AS wrong, coalesce(sum(c.points), 0)::bigint AS points
        FROM parts p LEFT JOIN counted c ON c.sampled_id = p.sampled_id AND c.user_id = p.user_id GROUP BY p.user_id
        UNION ALL
        SELECT NULL, (SELECT count(*) FROM audit_sampled_case s WHERE s.sample_id = p_sample), count(DISTINCT c.sampled_id), coalesce(sum(c.points), 0)::bigint
        FROM counted c
    )
    SELECT s.user_id, s.cases, s.wrong, s.points, greatest(0, round(100 - s.points * 100.0 / s.cases, 2)) FROM summed s
$$;
REVOKE ALL ON FUNCTION audit_scores_v1 FROM PUBLIC;

-- audit_close_v1: samples that are examined whole, whose findings are answered or past their term, and whose objections are decided, get their scores;
-- gives how many.
CREATE OR REPLACE FUNCTION audit_close_v1(p_day date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_day date := identity_business_day_v1(p_day);
    closed integer;
BEGIN
    PERFORM 1 FROM audit_sample a WHERE NOT EXISTS (SELECT 1 FROM audit_score x WHERE x.sample_id = a.id) ORDER BY a.id FOR UPDATE;
    WITH ripe AS (
        SELECT a.id FROM audit_sample a WHERE NOT EXISTS (SELECT 1 FROM audit_score x WHERE x.sample_id = a.id)
          AND NOT EXISTS (SELECT 1 FROM audit_sampled_case s WHERE s.sample_id = a.id AND NOT EXISTS (
              SELECT 1 FROM audit_examination e WHERE e.sampled_id = s.id))
          AND NOT EXISTS (SELECT 1 FROM audit_sampled_case s JOIN audit_examination e ON e.sampled_id = s.id JOIN audit_finding f ON f.examination_id = e.id
              LEFT JOIN audit_answer n ON n.finding_id = f.id LEFT JOIN audit_ruling r ON r.finding_id = f.id
              WHERE s.sample_id = a.id AND r.id IS NULL AND (n.id IS NULL AND f.answer_until >= the_day OR NOT n.is_agreed))
    ), made AS (
        INSERT INTO audit_score (sample_id, user_id, cases, wrong, points, quality, closed_on)
        SELECT r.id, n.user_id, n.cases, n.wrong, n.points, n.quality, the_day FROM ripe r CROSS JOIN LATERAL audit_scores_v1(r.id) AS n
        ON CONFLICT DO NOTHING RETURNING user_id
    )
    SELECT count(*) INTO closed FROM made WHERE user_id IS NULL;
    RETURN closed;
END;
$$;

-- audit_faults_v1: a sentence for every sample that is not what its seed draws or was drawn in its own month, and every score that its findings do not give.
CREATE OR REPLACE FUNCTION audit_faults_v1() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT format('audit_sample %s（%s，%s）：在该月结束之前抽取。', a.id, a.agency_id, a.month) FROM audit_sample a
    WHERE a.drawn_on < to_date(a.month::text, 'YYYYMM') + interval '1 month'
    UNION ALL
    SELECT format('audit_sample %s（%s，%s）：办结清单、种子或抽取件数与当月办结的办件不符。', a.id, a.agency_id, a.month) FROM audit_sample a
    WHERE a.population_digest <> audit_population_digest_v1(a.agency_id, a.month, a.up_to)
       OR a.population <> (SELECT count(*) FROM audit_population_v1(a.agency_id, a.month, a.up_to)) OR a.seed <> audit_seed_v1(a.agency_id, a.month, a.population_digest)
       OR a.size <> (SELECT count(*) FROM audit_sampled_case s WHERE s.sample_id = a.id)
    UNION ALL
    SELECT format('audit_sample %s（%s，%s）：抽中的办件不是由种子抽出的。', a.id, a.agency_id, a.month) FROM audit_sample a
    WHERE EXISTS (
        (SELECT s.case_id, s.stratum, s.of_stratum::bigint, s.place::bigint FROM audit_sampled_case s WHERE s.sample_id = a.id
            EXCEPT SELECT n.case_id, n.stratum, n.of_stratum, n.place FROM audit_choice_v1(a.agency_id, a.month, a.up_to, a.seed, a.shares) AS n)
        UNION ALL
        (SELECT n.case_id, n.stratum, n.of_stratum, n.place FROM audit_choice_v1(a.agency_id, a.month, a.up_to, a.seed, a.shares) AS n
            EXCEPT SELECT s.case_id, s.stratum, s.of_stratum::bigint, s.place::bigint FROM audit_sampled_case s WHERE s.sample_id = a.id))
    UNION ALL
    SELECT format('audit_score（样本 %s）：得分与登记的差错不符。', a.id) FROM audit_sample a
    WHERE EXISTS (SELECT 1 FROM audit_score x WHERE x.sample_id = a.id) AND EXISTS (
        (SELECT x.user_id, x.cases::bigint, x.wrong::bigint, x.points::bigint, x.quality FROM audit_score x WHERE x.sample_id = a.id
            EXCEPT SELECT * FROM audit_scores_v1(a.id))
        UNION ALL
        (SELECT * FROM audit_scores_v1(a.id)
            EXCEPT SELECT x.user_id, x.cases::bigint, x.wrong::bigint, x.points::bigint, x.quality FROM audit_score x WHERE x.sample_id = a.id))
    LIMIT 200
$$;

-- audit_task_event_v1: the work of audit is done, given on and held by nobody who has no business with it, and is not dropped; what was examined or decided is
-- ended only when that stands here. Error: YG004.
CREATE OR REPLACE FUNCTION audit_task_event_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    task tasks_task;
    unfit text;
BEGIN
    SELECT * INTO task FROM tasks_task t WHERE t.id = NEW.task_id;
    IF task.kind NOT IN ('audit_case', 'audit_objection', 'audit_correction', 'audit_lead')
       OR task.origin_kind NOT IN ('audit_case', 'audit_finding', 'audit_lead') THEN
        RETURN NULL;
    END IF;
    SELECT audit_unfit_for_v1(task.kind, task.origin_id, n.id) INTO unfit FROM unnest(ARRAY[NEW.actor_id, (NEW.payload ->> 'owner_id')::bigint]) AS n (id)
    WHERE n.id IS NOT NULL AND audit_unfit_for_v1(task.kind, task.origin_id, n.id) <> '' LIMIT 1;
    IF unfit IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004', MESSAGE = unfit;
    END IF;
    IF NEW.verb = 'drop' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004', MESSAGE = '稽核任务不能撤销。';
    END IF;
    IF NEW.payload ->> 'state' = 'done' AND NOT (CASE task.kind
        WHEN 'audit_lead' THEN true
        WHEN 'audit_case' THEN EXISTS (SELECT 1 FROM audit_examination e WHERE e.sampled_id = task.origin_id)
        WHEN 'audit_objection' THEN EXISTS (SELECT 1 FROM audit_ruling r WHERE r.finding_id = task.origin_id)
        ELSE EXISTS (SELECT 1 FROM audit_correction c WHERE c.finding_id = task.origin_id)
            OR NEW.payload ->> 'outcome' = 'withdrawn' AND EXISTS (SELECT 1 FROM audit_ruling r WHERE r.finding_id = task.origin_id AND NOT r.stands) END) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004', MESSAGE = '稽核任务须先登记结果才能办结。';
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION audit_task_event_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER of_audit AFTER INSERT ON tasks_event FOR EACH ROW EXECUTE FUNCTION audit_task_event_v1();
