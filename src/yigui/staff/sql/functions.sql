-- staff_may_at_v1: whether a person held the authority for a step of an item in an area at a moment of a day. What was signed
-- before the authority was withdrawn, or before the person was switched off, counts.
-- Params: p_user, p_step, p_item (REG-004), p_area (GB/T 2260), p_on (business day), p_amount_fen (NULL where no money is decided), p_at.
CREATE OR REPLACE FUNCTION staff_may_at_v1(
    p_user bigint, p_step text, p_item text, p_area text, p_on date, p_amount_fen bigint, p_at timestamptz
) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1
        FROM staff_authority a
        JOIN staff_user u ON u.id = a.user_id AND (u.is_active OR u.switched_off_at > p_at)
        WHERE a.user_id = p_user
          AND a.step = p_step
          AND a.item_group IN ('*', split_part(p_item, '-', 1), p_item)
          AND a.area_code IN ('*', p_area)
          AND p_on BETWEEN a.valid_from AND a.valid_to
          AND (a.withdrawn_at IS NULL OR a.withdrawn_at > p_at)
          AND (a.amount_fen_max IS NULL OR p_amount_fen IS NULL OR p_amount_fen <= a.amount_fen_max)
    );
$$;

-- staff_may_v1: as staff_may_at_v1, now.
CREATE OR REPLACE FUNCTION staff_may_v1(
    p_user bigint, p_step text, p_item text, p_area text, p_on date, p_amount_fen bigint
) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT staff_may_at_v1(p_user, p_step, p_item, p_area, p_on, p_amount_fen, clock_timestamp());
$$;

-- staff_person_v1: who holds an account: the identity number, over accounts and agencies; the account itself where no number is known. Two
-- accounts are one person when this is the same (`same_person.py`). staff_distinct_v1: whether accounts are all of different people; NULL names nobody.
CREATE OR REPLACE FUNCTION staff_person_v1(p_account bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce((SELECT nullif(upper(btrim(id_number)), '') FROM staff_user WHERE id = p_account), 'account ' || p_account);
$$;
CREATE OR REPLACE FUNCTION staff_distinct_v1(p_accounts bigint[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*) = count(DISTINCT staff_person_v1(a)) FROM unnest(p_accounts) AS p (a) WHERE a IS NOT NULL;
$$;

-- staff_is_door_v1: whether an account is a door's, through which people outside hand in, or a partner's program's, by the kind it was made with (`kind`):
-- nobody works with it themselves. Every guard that asks whether somebody is there asks this.
-- staff_officer_v1: whether it is that of somebody at work in an agency: no door's, whatever post such an account bears.
CREATE OR REPLACE FUNCTION staff_is_door_v1(p_user bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM staff_user WHERE id = p_user AND kind <> 'person')
$$;
CREATE OR REPLACE FUNCTION staff_officer_v1(p_user bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM staff_user WHERE id = p_user AND is_active) AND NOT staff_is_door_v1(p_user)
$$;

-- staff_words_v1: a step of a route or the status of an application for rights, as people read it (`staff/enums.py`; a test compares).
CREATE OR REPLACE FUNCTION staff_words_v1(p_code text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE p_code
        WHEN 'accept' THEN '受理' WHEN 'review' THEN '审核' WHEN 'recheck' THEN '复核' WHEN 'request' THEN '请示'
        WHEN 'meeting' THEN '上会' WHEN 'approve' THEN '审批' WHEN 'finish' THEN '办结'
        WHEN 'applied' THEN '已申请' WHEN 'checked' THEN '内控已审核' WHEN 'approved' THEN '领导已批准' WHEN 'granted' THEN '已办理'
        WHEN 'refused' THEN '未批准' WHEN 'taken_back' THEN '已撤回'
        ELSE p_code END
$$;

-- staff_posts_apart: incompatible posts (不相容岗位分离). One person never holds acceptance together with review, request or
-- approval, nor approval together with a check below it; the three administrators hold no step at all.
CREATE OR REPLACE FUNCTION staff_posts_apart_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    clash text;
BEGIN
    IF EXISTS (SELECT 1 FROM staff_user WHERE id = NEW.user_id
               AND role NOT IN ('teller', 'reviewer', 'rechecker', 'section_head', 'director')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004', MESSAGE = '该岗位不得授予业务环节权限（三员分立、稽核与财务岗位不兼业务）。';
    END IF;
    SELECT step INTO clash FROM staff_authority
    WHERE (user_id = NEW.user_id OR user_id IN (
            SELECT o.id FROM staff_user u JOIN staff_user o ON o.id_number = u.id_number WHERE u.id = NEW.user_id AND u.id_number <> ''))
      AND id <> NEW.id AND withdrawn_at IS NULL AND NEW.withdrawn_at IS NULL
      AND daterange(valid_from, valid_to, '[]') && daterange(NEW.valid_from, NEW.valid_to, '[]')
      AND ((NEW.step = 'accept' AND step IN ('review', 'request', 'meeting', 'approve'))
        OR (step = 'accept' AND NEW.step IN ('review', 'request', 'meeting', 'approve'))
        OR (NEW.step = 'approve' AND step IN ('review', 'recheck', 'request'))
        OR (step = 'approve' AND NEW.step IN ('review', 'recheck', 'request')))
    LIMIT 1;
    IF clash IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004',
            MESSAGE = format('不相容岗位：同一人不能同时持有“%s”与“%s”权限。', staff_words_v1(clash), staff_words_v1(NEW.step));
    END IF;
    RETURN NEW;
END;
$$;
DROP TRIGGER IF EXISTS staff_posts_apart ON staff_authority;
CREATE TRIGGER staff_posts_apart BEFORE INSERT OR UPDATE ON staff_authority
    FOR EACH ROW EXECUTE FUNCTION staff_posts_apart_v1();

-- The issuing function of the release before left the writing to the application.
DROP FUNCTION IF EXISTS staff_issue_warrant_v1(bigint);
-- Those of the release before took the name of the administrator from their caller.
DROP FUNCTION IF EXISTS staff_grant_v1(bigint, bigint), staff_withdraw_v1(bigint, bigint), staff_change_post_v1(bigint, bigint),
    staff_merge_agencies_v1(bigint, bigint, date);

-- staff_holds_post_v1: whether somebody in work has one of these posts and answers for a colleague: of the same agency, or at city level.
CREATE OR REPLACE FUNCTION staff_holds_post_v1(p_user bigint, p_roles text[], p_for bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM staff_user u
        JOIN registry_agency a ON a.code = u.agency_id JOIN registry_area r ON r.code = a.area_id
        JOIN staff_user f ON f.id = p_for
        WHERE u.id = p_user AND staff_officer_v1(u.id) AND u.role = ANY (p_roles) AND (u.agency_id = f.agency_id OR r.level = 'city'));
$$;

-- staff_at_city_v1: whether somebody at work holds one of these posts at city level: what holds for every county is no county's to change.
CREATE OR REPLACE FUNCTION staff_at_city_v1(p_user bigint, p_roles text[]) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM staff_user u
        JOIN registry_agency a ON a.code = u.agency_id JOIN registry_area r ON r.code = a.area_id
        WHERE u.id = p_user AND staff_officer_v1(u.id) AND u.role = ANY (p_roles) AND r.level = 'city');
$$;

-- staff_sets_rights_v1: whether somebody is a security administrator at city level: a county sets no rights (人社厅发〔2021〕64号).
CREATE OR REPLACE FUNCTION staff_sets_rights_v1(p_user bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT staff_at_city_v1(p_user, ARRAY['security_admin']);
$$;

-- staff_request_guard_v1: the life of an application for rights, whoever asks: one step a transaction, in order, by distinct people
-- of the right posts, its content never changed. The last step is taken only under its own warrant. Errors: YG003, YG005, YG006.
CREATE OR REPLACE FUNCTION staff_request_guard_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    present bigint := (pg_current_xact_id()::text)::bigint;
    people bigint[];
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '权限申请不能删除，只能撤回。';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'applied' OR num_nonnulls(NEW.checked_by_id, NEW.approved_by_id, NEW.granted_by_id, NEW.refused_by_id) > 0 THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '权限申请须从“已申请”开始。';
        END IF;
        IF NOT staff_distinct_v1(ARRAY[NEW.applied_by_id, NEW.user_id]) OR NOT staff_holds_post_v1(NEW.applied_by_id,
            CASE NEW.kind WHEN 'grant' THEN ARRAY['section_head', 'director'] ELSE ARRAY['section_head', 'director', 'auditor'] END, NEW.user_id) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '权限申请须由本机构或市级的科室负责人、分管领导为他人提出（收回亦可由内控人员提出）。';
        END IF;
        IF NEW.post_rule_id IS NOT NULL AND NOT EXISTS (
            SELECT 1
            FROM staff_post_rule t
            JOIN staff_user u ON u.id = NEW.user_id AND u.role = t.post
            JOIN registry_agency a ON a.code = u.agency_id JOIN registry_area r ON r.code = a.area_id AND r.level = t.level
            WHERE t.id = NEW.post_rule_id AND t.id = staff_post_rule_now_v1(t.post, t.level)
              AND (NEW.kind, NEW.steps, NEW.item_groups) = ('grant', '[]'::jsonb, '[]'::jsonb)
              AND NEW.area_code = CASE t.area_scope WHEN 'own' THEN a.area_id ELSE '*' END) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '权限模板未启用，或与被授权人的岗位、机构级别、地区不符。';
        END IF;
        NEW.moved_xid := present;
        NEW.applied_at := clock_timestamp();
        RETURN NEW;
    END IF;
    IF OLD.status IN ('granted', 'refused', 'taken_back') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = format('权限申请 %s 号已结束，不能修改。', OLD.id);
    END IF;
    IF (NEW.id, NEW.kind, NEW.user_id, NEW.steps, NEW.item_groups, NEW.area_code, NEW.amount_fen_max, NEW.withdraws, NEW.is_temporary,
        NEW.valid_from, NEW.valid_to, NEW.reason, NEW.applied_by_id, NEW.applied_at, NEW.post_rule_id)
       IS DISTINCT FROM
       (OLD.id, OLD.kind, OLD.user_id, OLD.steps, OLD.item_groups, OLD.area_code, OLD.amount_fen_max, OLD.withdraws, OLD.is_temporary,
        OLD.valid_from, OLD.valid_to, OLD.reason, OLD.applied_by_id, OLD.applied_at, OLD.post_rule_id)
       OR (OLD.checked_by_id IS NOT NULL AND (NEW.checked_by_id, NEW.checked_at) IS DISTINCT FROM (OLD.checked_by_id, OLD.checked_at))
       OR (OLD.approved_by_id IS NOT NULL AND (NEW.approved_by_id, NEW.approved_at) IS DISTINCT FROM (OLD.approved_by_id, OLD.approved_at)) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('权限申请 %s 号的内容不能修改，请撤回后重新申请。', OLD.id);
    END IF;
    IF NEW.status = OLD.status OR (NEW.kind, OLD.status, NEW.status) NOT IN (
        ('grant', 'applied', 'checked'), ('grant', 'checked', 'approved'), ('grant', 'approved', 'granted'), ('withdraw', 'applied', 'granted'),
        ('grant', 'applied', 'refused'), ('grant', 'checked', 'refused'), ('grant', 'approved', 'refused'), ('withdraw', 'applied', 'refused'),
        ('grant', 'applied', 'taken_back'), ('withdraw', 'applied', 'taken_back')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('权限申请 %s 号不能从“%s”变为“%s”。', OLD.id, staff_words_v1(OLD.status), staff_words_v1(NEW.status));
    END IF;
    IF NEW.status = 'taken_back' AND warrants_by_application_v1() AND identity_officer_v1() IS DISTINCT FROM OLD.applied_by_id THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', MESSAGE = format('权限申请 %s 号只能由申请人本人登录后撤回。', OLD.id);
    END IF;
    IF OLD.moved_xid = present THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = format('权限申请 %s 号的各环节须分别办理。', OLD.id);
    END IF;
    people := ARRAY[NEW.user_id, NEW.applied_by_id, NEW.checked_by_id, NEW.approved_by_id, NEW.granted_by_id, NEW.refused_by_id];
    IF staff_distinct_v1(people) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '权限的申请、内控审核、批准、授权与被授权人须为不同人员。';
    END IF;
    IF NEW.status = 'checked' AND NOT staff_holds_post_v1(NEW.checked_by_id, ARRAY['auditor'], NEW.user_id)
       OR NEW.status = 'approved' AND NOT staff_holds_post_v1(NEW.approved_by_id, ARRAY['director'], NEW.user_id)
       OR NEW.status = 'granted' AND NOT staff_sets_rights_v1(NEW.granted_by_id)
       OR NEW.status = 'refused' AND (btrim(NEW.note) = '' OR NOT staff_holds_post_v1(NEW.refused_by_id,
            CASE OLD.status WHEN 'checked' THEN ARRAY['director'] WHEN 'approved' THEN ARRAY['security_admin']
                ELSE CASE NEW.kind WHEN 'grant' THEN ARRAY['auditor'] ELSE ARRAY['security_admin'] END END, NEW.user_id)) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = format('权限申请 %s 号本环节的经手人岗位或级别不符合规定，或未写明原因。', OLD.id);
    END IF;
    IF NEW.status = 'granted' AND NOT warrants_is_open_for_v1('rights', NEW.id) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG001', MESSAGE = format('权限申请 %s 号没有授权凭据，不能办理。', OLD.id);
    END IF;
    NEW.moved_xid := present;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION staff_request_guard_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON staff_rights_request
    FOR EACH ROW EXECUTE FUNCTION staff_request_guard_v1();

-- staff_grant_v1: the last step of an application that was checked and approved: issues its warrant and writes the authority itself,
-- for every step and item of the application (or every line of its template that is not held as long already) and nothing else.
-- Gives how many. Errors: YG004, YG005.
CREATE OR REPLACE FUNCTION staff_grant_v1(p_token text, p_code text, p_request bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    administrator bigint;
    r staff_rights_request%ROWTYPE;
    written integer;
BEGIN
    SELECT * INTO r FROM staff_rights_request WHERE id = p_request AND kind = 'grant' FOR UPDATE;
    administrator := identity_confirm_v1(p_token, p_code, 'rights ' || p_request || ' ' || encode(sha256(convert_to(r::text, 'UTF8')), 'hex'));
    IF r.id IS NULL OR r.status <> 'approved' OR num_nulls(r.checked_by_id, r.approved_by_id) > 0 THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '权限申请未走完申请、内控审核、批准三个环节，不能授权。';
    END IF;
    IF administrator IN (r.user_id, r.applied_by_id, r.checked_by_id, r.approved_by_id) OR NOT staff_sets_rights_v1(administrator) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '授权须由申请、审核、批准人之外的市级安全保密管理员办理。';
    END IF;
    IF r.post_rule_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM staff_post_rule t JOIN staff_user u ON u.id = r.user_id AND u.role = t.post
        WHERE t.id = r.post_rule_id AND t.id = staff_post_rule_now_v1(t.post, t.level)) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '权限模板已停用，或被授权人已调整岗位，请不予批准并按现行模板重新申请。';
    END IF;
    PERFORM warrants_issue_v1(
        'rights', r.id, 'RIGHTS-' || r.id, '', 2::smallint, '', NULL,
        ARRAY['apply', 'check', 'approve', 'grant'], ARRAY[r.applied_by_id, r.checked_by_id, r.approved_by_id, administrator],
        ARRAY[r.applied_at, r.checked_at, r.approved_at, clock_timestamp()]);
    INSERT INTO staff_authority (user_id, step, item_group, area_code, amount_fen_max, valid_from, valid_to)
    SELECT r.user_id, s.step, g.item_group, r.area_code, r.amount_fen_max, r.valid_from, r.valid_to
    FROM jsonb_array_elements_text(r.steps) AS s (step), jsonb_array_elements_text(r.item_groups) AS g (item_group)
    UNION ALL
    SELECT DISTINCT r.user_id, l.line ->> 'step', g.item_group, r.area_code, (l.line ->> 'amount_fen_max')::bigint, r.valid_from, r.valid_to
    FROM staff_post_rule t
    CROSS JOIN LATERAL jsonb_array_elements(t.lines) AS l (line)
    CROSS JOIN LATERAL jsonb_array_elements_text(l.line -> 'item_groups') AS g (item_group)
    WHERE t.id = r.post_rule_id AND NOT EXISTS (
        SELECT 1 FROM staff_authority h
        WHERE h.user_id = r.user_id AND h.withdrawn_at IS NULL AND h.valid_from <= r.valid_from AND h.valid_to >= r.valid_to
          AND (h.step, h.item_group, h.area_code) = (l.line ->> 'step', g.item_group, r.area_code)
          AND h.amount_fen_max IS NOT DISTINCT FROM (l.line ->> 'amount_fen_max')::bigint);
    GET DIAGNOSTICS written = ROW_COUNT;
    UPDATE staff_rights_request SET status = 'granted', granted_by_id = administrator, granted_at = clock_timestamp() WHERE id = r.id;
    RETURN written;
END;
$$;

-- staff_withdraw_v1: the security administrator confirms a withdrawal: the authority named in it ends this moment. Gives how many.
CREATE OR REPLACE FUNCTION staff_withdraw_v1(p_token text, p_code text, p_request bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    administrator bigint;
    r staff_rights_request%ROWTYPE;
    ended integer;
BEGIN
    SELECT * INTO r FROM staff_rights_request WHERE id = p_request AND kind = 'withdraw' FOR UPDATE;
    administrator := identity_confirm_v1(p_token, p_code, 'rights ' || p_request || ' ' || encode(sha256(convert_to(r::text, 'UTF8')), 'hex'));
    IF r.id IS NULL OR r.status <> 'applied' OR administrator IN (r.user_id, r.applied_by_id) OR NOT staff_sets_rights_v1(administrator) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '收回权限须由申请人和被收回人之外的市级安全保密管理员确认，且申请尚未结束。';
    END IF;
    PERFORM warrants_issue_v1(
        'rights', r.id, 'RIGHTS-' || r.id, '', 2::smallint, '', NULL,
        ARRAY['apply', 'grant'], ARRAY[r.applied_by_id, administrator], ARRAY[r.applied_at, clock_timestamp()]);
    UPDATE staff_authority SET withdrawn_at = clock_timestamp()
    WHERE user_id = r.user_id AND withdrawn_at IS NULL AND id IN (SELECT k::bigint FROM jsonb_array_elements_text(r.withdraws) AS k);
    GET DIAGNOSTICS ended = ROW_COUNT;
    UPDATE staff_rights_request SET status = 'granted', granted_by_id = administrator, granted_at = clock_timestamp() WHERE id = r.id;
    RETURN ended;
END;
$$;

-- staff_post_rule_now_v1: the template of authority in force for a post at a level of agency: the one put in force last; NULL without.
CREATE OR REPLACE FUNCTION staff_post_rule_now_v1(p_post text, p_level text) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT id FROM staff_post_rule WHERE (post, level, status) = (p_post, p_level, 'granted') ORDER BY granted_at DESC, id DESC LIMIT 1;
$$;

-- staff_post_rule_guard_v1: the life of a template of authority: proposed, examined, approved, put in force by four people of the
-- city, one step a transaction; its content never changed, the newest of a post and level is in force.
-- An opening load brings those that were made before. Errors: YG003, YG005, YG006.
CREATE OR REPLACE FUNCTION staff_post_rule_guard_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    present bigint := (pg_current_xact_id()::text)::bigint;
    people bigint[];
    life text[] := ARRAY['status', 'checked_by_id', 'checked_at', 'approved_by_id', 'approved_at', 'granted_by_id', 'granted_at',
        'refused_by_id', 'note', 'moved_xid'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '权限模板不能删除，只能由新的模板替换。';
    END IF;
    IF TG_OP = 'INSERT' AND NEW.status = 'granted' AND NOT warrants_by_application_v1() AND EXISTS (
        SELECT 1 FROM warrants_warrant WHERE kind = 'opening' AND xid = present AND issued_at = transaction_timestamp()) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'applied'
           OR num_nonnulls(NEW.checked_by_id, NEW.approved_by_id, NEW.granted_by_id, NEW.refused_by_id) > 0
           OR NOT staff_at_city_v1(NEW.applied_by_id, ARRAY['section_head', 'director']) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '权限模板须由市级的科室负责人或分管领导提出。';
        END IF;
        NEW.moved_xid := present;
        NEW.applied_at := clock_timestamp();
        RETURN NEW;
    END IF;
    IF to_jsonb(NEW) - life IS DISTINCT FROM to_jsonb(OLD) - life
       OR (OLD.checked_by_id IS NOT NULL AND (NEW.checked_by_id, NEW.checked_at) IS DISTINCT FROM (OLD.checked_by_id, OLD.checked_at))
       OR (OLD.approved_by_id IS NOT NULL AND (NEW.approved_by_id, NEW.approved_at) IS DISTINCT FROM (OLD.approved_by_id, OLD.approved_at)) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('权限模板 %s 号的内容不能修改，请提出新的模板。', OLD.id);
    END IF;
    IF OLD.status IN ('granted', 'refused', 'taken_back') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = format('权限模板 %s 号已结束，不能修改，只能由新的模板替换。', OLD.id);
    END IF;
    IF (OLD.status, NEW.status) NOT IN (
        ('applied', 'checked'), ('checked', 'approved'), ('approved', 'granted'), ('applied', 'taken_back'),
        ('applied', 'refused'), ('checked', 'refused'), ('approved', 'refused')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('权限模板 %s 号不能从“%s”变为“%s”。', OLD.id, staff_words_v1(OLD.status), staff_words_v1(NEW.status));
    END IF;
    IF NEW.status = 'taken_back' AND warrants_by_application_v1() AND identity_officer_v1() IS DISTINCT FROM OLD.applied_by_id THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', MESSAGE = format('权限模板 %s 号只能由提出人本人登录后撤回。', OLD.id);
    END IF;
    people := ARRAY[NEW.applied_by_id, NEW.checked_by_id, NEW.approved_by_id, NEW.granted_by_id, NEW.refused_by_id];
    IF OLD.moved_xid = present OR NOT staff_distinct_v1(people) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = format('权限模板 %s 号的各环节须由不同人员分别办理。', OLD.id);
    END IF;
    IF NEW.status = 'checked' AND NOT staff_at_city_v1(NEW.checked_by_id, ARRAY['auditor'])
       OR NEW.status = 'approved' AND NOT staff_at_city_v1(NEW.approved_by_id, ARRAY['director'])
       OR NEW.status = 'granted' AND NOT staff_at_city_v1(NEW.granted_by_id, ARRAY['security_admin'])
       OR NEW.status = 'refused' AND (btrim(NEW.note) = '' OR NOT staff_at_city_v1(NEW.refused_by_id, ARRAY[
            CASE OLD.status WHEN 'applied' THEN 'auditor' WHEN 'checked' THEN 'director' ELSE 'security_admin' END])) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = format('权限模板 %s 号本环节的经手人岗位或级别不符合规定，或未写明原因。', OLD.id);
    END IF;
    IF NEW.status = 'granted' THEN
        NEW.granted_at := clock_timestamp();
    END IF;
    NEW.moved_xid := present;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION staff_post_rule_guard_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON staff_post_rule
    FOR EACH ROW EXECUTE FUNCTION staff_post_rule_guard_v1();

-- staff_switched_off_v1: when an account is switched off, the moment is kept: what was signed before counts.
CREATE OR REPLACE FUNCTION staff_switched_off_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    NEW.switched_off_at := CASE WHEN NEW.is_active THEN NULL WHEN OLD.is_active THEN clock_timestamp() ELSE OLD.switched_off_at END;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION staff_switched_off_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER switched_off BEFORE UPDATE ON staff_user FOR EACH ROW EXECUTE FUNCTION staff_switched_off_v1();

-- staff_user_hand_v1: an account is made, and what of it says who somebody is and where they work is changed, by an administrator of accounts
-- whom the database has seen in this transaction and who answers for the agency, never one's own; a desk is given by whoever runs the floor
-- there. Stamps of sign-in and of the password are free: nothing rests on them but whether anybody signs in with the account at all, which stays. Binds the application; the owner's functions ask themselves.
CREATE OR REPLACE FUNCTION staff_user_hand_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    who bigint;
    post text;
BEGIN
    IF current_user <> 'yigui_app' THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.kind <> OLD.kind OR (NEW.password LIKE '!%') <> (OLD.password LIKE '!%') AND (NEW.password LIKE '!%' OR OLD.kind <> 'person')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', TABLE = 'staff_user', MESSAGE = format('账号 %s 是人员账号还是渠道账号不能修改。', OLD.username);
    END IF;
    -- Through an account of a door people outside hand in: no other bears such a name, and it keeps its own. The owner opens doors.
    IF TG_OP = 'UPDATE' AND NEW.username <> OLD.username
       AND (OLD.kind <> 'person' OR NEW.username LIKE 'channel-%' OR NEW.username LIKE 'api-%') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', TABLE = 'staff_user', MESSAGE = format('账号 %s 不能改名为 %s：渠道账号的用户名不能修改，也不能用作他人的用户名。', OLD.username, NEW.username);
    END IF;
    IF TG_OP = 'INSERT' AND (NEW.kind NOT IN ('person', 'program') OR NEW.username LIKE 'channel-%'
        OR (NEW.username LIKE 'api-%') <> (NEW.kind = 'program') OR (NEW.password LIKE '!%') < (NEW.kind = 'program')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', TABLE = 'staff_user', MESSAGE = format('账号 %s 不能建立：人员账号的用户名不能以 channel-、api- 开头，接口账号的须以 api- 开头且没有密码，渠道账号由系统安装时建立。', NEW.username);
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.username, NEW.full_name, NEW.id_number, NEW.role, NEW.agency_id, NEW.section_id, NEW.managing_department_id,
        NEW.location_id, NEW.is_trainee, NEW.is_active, NEW.window_id)
       IS NOT DISTINCT FROM (OLD.id, OLD.username, OLD.full_name, OLD.id_number, OLD.role, OLD.agency_id, OLD.section_id, OLD.managing_department_id,
        OLD.location_id, OLD.is_trainee, OLD.is_active, OLD.window_id) THEN
        RETURN NEW;
    END IF;
    who := identity_officer_v1();
    IF who IS NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', TABLE = 'staff_user', MESSAGE = '账号的建立和修改须由经数据库核验的系统管理员本人办理，请重新登录后再办理。';
    END IF;
    -- A desk alone: the head of the section that runs the counter may too.
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.username, NEW.full_name, NEW.id_number, NEW.role, NEW.agency_id, NEW.section_id, NEW.managing_department_id,
        NEW.location_id, NEW.is_trainee, NEW.is_active)
       IS NOT DISTINCT FROM (OLD.id, OLD.username, OLD.full_name, OLD.id_number, OLD.role, OLD.agency_id, OLD.section_id, OLD.managing_department_id,
        OLD.location_id, OLD.is_trainee, OLD.is_active) THEN
        post := 'section_head';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM staff_user u JOIN registry_agency a ON a.code = u.agency_id JOIN registry_area r ON r.code = a.area_id
        WHERE u.id = who AND u.is_active AND u.role IN ('system_admin', post) AND (u.agency_id = NEW.agency_id OR r.level = 'city')
          AND (TG_OP = 'INSERT' OR u.id <> NEW.id OR post IS NOT NULL)) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', TABLE = 'staff_user', MESSAGE = '账号须由本机构或市级的系统管理员为他人建立和修改。';
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION staff_user_hand_v1 FROM PUBLIC;
-- After the guard of posts.
CREATE OR REPLACE TRIGGER under_hand BEFORE INSERT OR UPDATE ON staff_user FOR EACH ROW EXECUTE FUNCTION staff_user_hand_v1();

-- staff_post_guard_v1: a post is given, and an agency changed, only under the warrant of the request about this very account (or an
-- opening load); the four classes of posts exclude each other for a person, over accounts and agencies, and for a term after one
-- was left (人社厅发〔2021〕64号 第十一条). A post without a class cannot be given. Errors: YG001, YG004.
CREATE OR REPLACE FUNCTION staff_post_guard_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_post staff_post%ROWTYPE;
    other record;
BEGIN
    IF (TG_OP = 'INSERT' AND NEW.role <> '') OR (TG_OP = 'UPDATE' AND (NEW.role, NEW.agency_id) IS DISTINCT FROM (OLD.role, OLD.agency_id)) THEN
        IF NOT EXISTS (
            SELECT 1 FROM warrants_warrant w LEFT JOIN staff_account_request r ON w.kind = 'account' AND r.id = w.subject_id
            WHERE w.xid = (pg_current_xact_id()::text)::bigint AND w.issued_at = transaction_timestamp()
              AND (w.kind = 'opening'
                OR w.kind = 'merge' AND NEW.role = OLD.role AND EXISTS (
                    SELECT 1 FROM staff_agency_merge m
                    WHERE m.id = w.subject_id AND (m.merged_id, m.into_id) = (OLD.agency_id, NEW.agency_id))
                OR (r.user_id = NEW.id
                AND NEW.role = CASE WHEN r.kind = 'role' THEN r.role ELSE '' END
                AND NEW.agency_id = CASE WHEN r.kind = 'transfer' THEN r.to_agency_id ELSE OLD.agency_id END))) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG001', TABLE = 'staff_user',
                MESSAGE = '岗位和所在机构须由两人办理：系统管理员申请，安全保密管理员确认。';
        END IF;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.id_number <> '' AND NEW.id_number = '' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = format('%s 的身份证号已登记，可以更正，不能清空。', OLD.full_name);
    END IF;
    IF NEW.role = '' THEN
        RETURN NEW;
    END IF;
    -- By their number it is told who is one person: it is corrected while two people have taken the post, and the post given anew.
    IF TG_OP = 'UPDATE' AND OLD.role <> '' AND OLD.id_number <> '' AND NEW.id_number <> OLD.id_number AND warrants_by_application_v1() THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004', MESSAGE = format('%s 在岗，身份证号不能由一人更正，请先办理免去岗位，更正后重新任岗。', OLD.full_name);
    END IF;
    SELECT * INTO the_post FROM staff_post WHERE code = NEW.role;
    IF coalesce(the_post.post_class, '') = '' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004', MESSAGE = format('岗位 %s 没有登记类别，不能授予。', NEW.role);
    END IF;
    IF NEW.id_number = '' AND NEW.role IS DISTINCT FROM OLD.role AND NOT EXISTS (
        SELECT 1 FROM warrants_warrant
        WHERE xid = (pg_current_xact_id()::text)::bigint AND issued_at = transaction_timestamp() AND kind = 'opening') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004', MESSAGE = format('%s 的身份证号尚未登记，不能授予岗位（四类岗位互斥按证件号核对），请先补登。', NEW.full_name);
    END IF;
    PERFORM pg_advisory_xact_lock(7006, 0);
    SELECT h.*, u.full_name, p.class_name, p.name AS post_name INTO other
    FROM staff_post_holding h JOIN staff_user u ON u.id = h.user_id JOIN staff_post p ON p.code = h.post
    WHERE (h.user_id = NEW.id OR (NEW.id_number <> '' AND (u.id_number = NEW.id_number OR EXISTS (
        -- A number that was corrected since is still that person's.
        SELECT 1 FROM staff_event e WHERE e.table_name = 'staff_user' AND e.row_id = h.user_id AND e.before ->> 'id_number' = NEW.id_number))))
      AND h.post_class <> the_post.post_class
      AND (h.held_to IS NULL OR h.held_to > clock_timestamp() - make_interval(days => the_post.cooling_days))
    ORDER BY h.held_to DESC NULLS FIRST LIMIT 1;
    IF other.id IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004', MESSAGE = format(
            '四类岗位互斥：%s%s %s（%s），%s不能任 %s（%s）。', NEW.full_name, CASE WHEN other.held_to IS NULL THEN '现任' ELSE '曾任' END,
            other.post_name, other.class_name,
            CASE WHEN other.held_to IS NULL THEN '免去后满 ' || the_post.cooling_days || ' 天前'
                ELSE (other.held_to + make_interval(days => the_post.cooling_days))::date || ' 前' END,
            the_post.name, the_post.class_name);
    END IF;
    RETURN NEW;
END;
$$;
CREATE OR REPLACE TRIGGER post_guard BEFORE INSERT OR UPDATE OF role, agency_id, id_number ON staff_user
    FOR EACH ROW EXECUTE FUNCTION staff_post_guard_v1();

-- staff_place_guard_v1: at a township point, an outlet or a self-service area (乡镇服务点、合作网点、自助服务区) business is done and nothing else: posts of
-- fund finance, data management and control are held at the agency (四类岗位互斥, 64号 第十一条). Asked when a post is given, when somebody is sent
-- there, and when a desk moves or a hall becomes such a place. Error: YG004.
CREATE OR REPLACE FUNCTION staff_place_guard_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    unfit record;
BEGIN
    SELECT u.full_name, p.name AS post, p.class_name, l.name AS place INTO unfit
    FROM staff_user u
    JOIN staff_post p ON p.code = u.role AND p.post_class <> 'business'
    LEFT JOIN staff_window d ON d.id = u.window_id
    JOIN staff_location l ON l.id = coalesce(d.location_id, u.location_id) AND l.kind <> 'hall'
    WHERE CASE TG_TABLE_NAME WHEN 'staff_user' THEN u.id WHEN 'staff_window' THEN d.id ELSE l.id END = NEW.id
    LIMIT 1;
    IF unfit.place IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'YG004', TABLE = TG_TABLE_NAME, MESSAGE = format(
            '“%s”只设业务经办岗位，%s 任 %s（%s），不能在此任职，请安排在所属机构。', unfit.place, unfit.full_name, unfit.post, unfit.class_name);
    END IF;
    RETURN NULL;
END;
$$;
CREATE OR REPLACE TRIGGER place_guard AFTER INSERT OR UPDATE OF role, location_id, window_id ON staff_user
    FOR EACH ROW EXECUTE FUNCTION staff_place_guard_v1();
CREATE OR REPLACE TRIGGER place_guard AFTER UPDATE OF location_id ON staff_window FOR EACH ROW EXECUTE FUNCTION staff_place_guard_v1();
CREATE OR REPLACE TRIGGER place_guard AFTER UPDATE OF kind ON staff_location FOR EACH ROW EXECUTE FUNCTION staff_place_guard_v1();

-- staff_keep_holding_v1: keeps who held which post when (任岗记录).
CREATE OR REPLACE FUNCTION staff_keep_holding_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.role, NEW.agency_id) IS NOT DISTINCT FROM (OLD.role, OLD.agency_id) THEN
        RETURN NULL;
    END IF;
    UPDATE staff_post_holding SET held_to = clock_timestamp() WHERE user_id = NEW.id AND held_to IS NULL;
    INSERT INTO staff_post_holding (user_id, post, post_class, agency_id, held_from)
    SELECT NEW.id, NEW.role, p.post_class, NEW.agency_id, clock_timestamp() FROM staff_post p WHERE p.code = NEW.role;
    RETURN NULL;
END;
$$;
CREATE OR REPLACE TRIGGER keep_holding AFTER INSERT OR UPDATE OF role, agency_id ON staff_user
    FOR EACH ROW EXECUTE FUNCTION staff_keep_holding_v1();

-- staff_account_guard_v1: the life of a request about an account: asked by a system administrator who answers for the person, confirmed
-- or refused by a security administrator who does (for a post, a transfer and a leave one of the city), content never changed.
CREATE OR REPLACE FUNCTION staff_account_guard_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    present bigint := (pg_current_xact_id()::text)::bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '账号办理申请不能删除，只能撤回。';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'asked' OR NEW.decided_by_id IS NOT NULL OR NOT staff_distinct_v1(ARRAY[NEW.asked_by_id, NEW.user_id])
           OR NOT staff_holds_post_v1(NEW.asked_by_id, ARRAY['system_admin'], NEW.user_id) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '账号办理须由系统管理员为他人申请。';
        END IF;
        NEW.moved_xid := present;
        NEW.asked_at := clock_timestamp();
        RETURN NEW;
    END IF;
    IF OLD.status <> 'asked' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = format('账号办理申请 %s 号已结束，不能修改。', OLD.id);
    END IF;
    IF (NEW.id, NEW.kind, NEW.user_id, NEW.role, NEW.to_agency_id, NEW.reason, NEW.asked_by_id, NEW.asked_at)
       IS DISTINCT FROM (OLD.id, OLD.kind, OLD.user_id, OLD.role, OLD.to_agency_id, OLD.reason, OLD.asked_by_id, OLD.asked_at)
       OR NEW.status NOT IN ('done', 'refused', 'taken_back') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('账号办理申请 %s 号的内容不能修改，请撤回后重新申请。', OLD.id);
    END IF;
    IF NEW.status = 'taken_back' AND warrants_by_application_v1() AND identity_officer_v1() IS DISTINCT FROM OLD.asked_by_id THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', MESSAGE = format('账号办理申请 %s 号只能由申请人本人登录后撤回。', OLD.id);
    END IF;
    IF OLD.moved_xid = present THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = format('账号办理申请 %s 号的申请与确认须分别办理。', OLD.id);
    END IF;
    IF NEW.status <> 'taken_back' AND (NOT staff_distinct_v1(ARRAY[NEW.decided_by_id, NEW.user_id, NEW.asked_by_id])
        OR NOT staff_holds_post_v1(NEW.decided_by_id, ARRAY['security_admin'], NEW.user_id)
        OR (NEW.kind IN ('role', 'transfer', 'leave') AND NOT staff_sets_rights_v1(NEW.decided_by_id))
        OR (NEW.status = 'refused' AND btrim(NEW.note) = '')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = format('账号办理申请 %s 号须由另一名有权限的安全保密管理员确认，不同意的写明原因。', OLD.id);
    END IF;
    IF NEW.status = 'done' AND NEW.kind IN ('role', 'transfer', 'leave') AND NOT warrants_is_open_for_v1('account', NEW.id) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG001', MESSAGE = format('账号办理申请 %s 号没有授权凭据，不能办理。', OLD.id);
    END IF;
    NEW.moved_xid := present;
    RETURN NEW;
END;
$$;
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON staff_account_request
    FOR EACH ROW EXECUTE FUNCTION staff_account_guard_v1();

-- staff_change_post_v1: the security administrator confirms a new post, a transfer or a leave: under its warrant all authority of the
-- person ends this moment, and the account gets the post and agency of the request and nothing else; a desk is left with the post.
-- Gives how much authority ended.
CREATE OR REPLACE FUNCTION staff_change_post_v1(p_token text, p_code text, p_request bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    administrator bigint;
    r staff_account_request%ROWTYPE;
    ended integer;
BEGIN
    SELECT * INTO r FROM staff_account_request WHERE id = p_request AND kind IN ('role', 'transfer', 'leave') FOR UPDATE;
    administrator := identity_confirm_v1(p_token, p_code, 'account ' || p_request || ' ' || encode(sha256(convert_to(r::text, 'UTF8')), 'hex'));
    IF r.id IS NULL OR r.status <> 'asked' OR administrator IN (r.user_id, r.asked_by_id) OR NOT staff_sets_rights_v1(administrator) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '岗位、机构和离岗的办理须由申请人和本人之外的市级安全保密管理员确认，且申请尚未结束。';
    END IF;
    PERFORM warrants_issue_v1(
        'account', r.id, 'ACCOUNT-' || r.id, '', 2::smallint, '', NULL,
        ARRAY['apply', 'grant'], ARRAY[r.asked_by_id, administrator], ARRAY[r.asked_at, clock_timestamp()]);
    -- What has run out too: no clock decides what is left over, least of all a moved one.
    UPDATE staff_authority SET withdrawn_at = clock_timestamp() WHERE user_id = r.user_id AND withdrawn_at IS NULL;
    GET DIAGNOSTICS ended = ROW_COUNT;
    IF r.kind = 'role' THEN
        UPDATE staff_user SET role = r.role, window_id = NULL WHERE id = r.user_id;
    ELSIF r.kind = 'transfer' THEN
        UPDATE staff_user SET role = '', agency_id = r.to_agency_id, section_id = NULL, managing_department_id = NULL, window_id = NULL,
            location_id = NULL WHERE id = r.user_id;
    ELSE
        UPDATE staff_user SET role = '', is_active = false, window_id = NULL WHERE id = r.user_id;
    END IF;
    UPDATE staff_account_request SET status = 'done', decided_by_id = administrator, decided_at = clock_timestamp() WHERE id = r.id;
    RETURN ended;
END;
$$;

-- staff_kin_guard_v1: the life of a declaration of kin (回避申报): made by the officer, or by a head, leader or auditor who answers for them with a reason;
-- ended once, by such a one with a reason, never by the officer, under whichever account. Errors: YG003, YG005, YG006.
CREATE OR REPLACE FUNCTION staff_kin_guard_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    guardians text[] := ARRAY['section_head', 'director', 'auditor'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '回避申报不能删除，只能解除。';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF num_nonnulls(NEW.ended_by_id, NEW.ended_at) > 0 THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '回避申报须从申报开始。';
        END IF;
        IF staff_distinct_v1(ARRAY[NEW.declared_by_id, NEW.user_id])
           AND (btrim(NEW.reason) = '' OR NOT staff_holds_post_v1(NEW.declared_by_id, guardians, NEW.user_id)) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '回避对象由本人申报，或由科室负责人、分管领导、内控人员写明原因代为登记。';
        END IF;
        NEW.declared_at := clock_timestamp();
        RETURN NEW;
    END IF;
    IF OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL
       OR (NEW.id, NEW.user_id, NEW.id_number, NEW.full_name, NEW.relation, NEW.reason, NEW.declared_by_id, NEW.declared_at)
       IS DISTINCT FROM (OLD.id, OLD.user_id, OLD.id_number, OLD.full_name, OLD.relation, OLD.reason, OLD.declared_by_id, OLD.declared_at) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = format('回避申报 %s 号不能修改，只能解除一次。', OLD.id);
    END IF;
    IF btrim(NEW.end_reason) = '' OR NOT staff_distinct_v1(ARRAY[NEW.ended_by_id, NEW.user_id])
       OR NOT staff_holds_post_v1(NEW.ended_by_id, guardians, NEW.user_id) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = format('回避申报 %s 号须由本人之外的科室负责人、分管领导或内控人员写明原因解除。', OLD.id);
    END IF;
    NEW.ended_at := clock_timestamp();
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION staff_kin_guard_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON staff_kin FOR EACH ROW EXECUTE FUNCTION staff_kin_guard_v1();

-- staff_merge_guard_v1: the life of a merge of agencies: asked by a system administrator of the city, confirmed or refused by a security
-- administrator of the city, content never changed, carried out under its own warrant. Errors: YG001, YG003, YG005, YG006.
CREATE OR REPLACE FUNCTION staff_merge_guard_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    present bigint := (pg_current_xact_id()::text)::bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = '机构合并的记录不能删除。';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'asked' OR NEW.decided_by_id IS NOT NULL OR NOT staff_at_city_v1(NEW.asked_by_id, ARRAY['system_admin'])
           OR EXISTS (SELECT 1 FROM registry_agency WHERE code IN (NEW.merged_id, NEW.into_id) AND successor_id IS NOT NULL) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '机构合并须由市级系统管理员为两个在办的机构申请。';
        END IF;
        NEW.moved_xid := present;
        NEW.asked_at := clock_timestamp();
        RETURN NEW;
    END IF;
    IF OLD.status <> 'asked' THEN
        RAISE EXCEPTION USING ERRCODE = 'YG003', MESSAGE = format('机构合并 %s 号已结束，不能修改。', OLD.id);
    END IF;
    IF (NEW.id, NEW.merged_id, NEW.into_id, NEW.reason, NEW.asked_by_id, NEW.asked_at)
       IS DISTINCT FROM (OLD.id, OLD.merged_id, OLD.into_id, OLD.reason, OLD.asked_by_id, OLD.asked_at)
       OR NEW.status NOT IN ('done', 'refused', 'taken_back') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('机构合并 %s 号的内容不能修改，请撤回后重新申请。', OLD.id);
    END IF;
    IF NEW.status = 'taken_back' AND warrants_by_application_v1() AND identity_officer_v1() IS DISTINCT FROM OLD.asked_by_id THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', MESSAGE = format('机构合并 %s 号只能由申请人本人登录后撤回。', OLD.id);
    END IF;
    IF OLD.moved_xid = present OR NEW.status <> 'taken_back' AND (NOT staff_distinct_v1(ARRAY[NEW.decided_by_id, NEW.asked_by_id])
        OR NOT staff_at_city_v1(NEW.decided_by_id, ARRAY['security_admin']) OR NEW.status = 'refused' AND btrim(NEW.note) = '') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = format('机构合并 %s 号须由另一名市级安全保密管理员确认，不同意的写明原因。', OLD.id);
    END IF;
    IF NEW.status = 'done' AND NOT warrants_is_open_for_v1('merge', NEW.id) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG001', MESSAGE = format('机构合并 %s 号没有授权凭据，不能办理。', OLD.id);
    END IF;
    NEW.moved_xid := present;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION staff_merge_guard_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER guard BEFORE INSERT OR UPDATE OR DELETE ON staff_agency_merge
    FOR EACH ROW EXECUTE FUNCTION staff_merge_guard_v1();

-- staff_merge_agencies_v1: the security administrator confirms a merge: under its warrant people, sections, places, desks and machines of
-- the merged agency come under the other one, and the merged one gets its successor. Names that are taken there get "（原…）" of the area.
-- Params: p_on, the business day, which is the database's own (`identity_business_day_v1`). Gives how many rows moved, by kind. What was signed, and what belongs to areas, is not touched.
CREATE OR REPLACE FUNCTION staff_merge_agencies_v1(p_token text, p_code text, p_merge bigint, p_on date) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    administrator bigint;
    m staff_agency_merge%ROWTYPE;
    mark text;
    counts jsonb := '{}';
    n bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(7006, 0);
    SELECT * INTO m FROM staff_agency_merge WHERE id = p_merge FOR UPDATE;
    administrator := identity_confirm_v1(p_token, p_code, 'merge ' || p_merge || ' ' || encode(sha256(convert_to(m::text, 'UTF8')), 'hex'));
    IF m.id IS NULL OR m.status <> 'asked' OR administrator = m.asked_by_id OR NOT staff_at_city_v1(administrator, ARRAY['security_admin'])
       OR EXISTS (SELECT 1 FROM registry_agency WHERE code IN (m.merged_id, m.into_id) AND successor_id IS NOT NULL) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG005', MESSAGE = '机构合并须由申请人之外的市级安全保密管理员确认，两个机构均在办，且申请尚未结束。';
    END IF;
    PERFORM warrants_issue_v1(
        'merge', m.id, 'MERGE-' || m.id, '', 2::smallint, '', NULL,
        ARRAY['apply', 'grant'], ARRAY[m.asked_by_id, administrator], ARRAY[m.asked_at, clock_timestamp()]);
    SELECT '（原' || r.name || '）' INTO mark FROM registry_agency a JOIN registry_area r ON r.code = a.area_id WHERE a.code = m.merged_id;
    UPDATE staff_section s SET agency_id = m.into_id, name = CASE WHEN s.valid_to IS NULL AND EXISTS (
            SELECT 1 FROM staff_section o WHERE o.agency_id = m.into_id AND o.name = s.name AND o.valid_to IS NULL)
        THEN left(s.name, 40 - length(mark)) || mark ELSE s.name END
    WHERE s.agency_id = m.merged_id;
    GET DIAGNOSTICS n = ROW_COUNT;
    counts := counts || jsonb_build_object('sections', n);
    UPDATE staff_location l SET agency_id = m.into_id, name = CASE WHEN l.closed_on IS NULL AND EXISTS (
            SELECT 1 FROM staff_location o WHERE o.agency_id = m.into_id AND o.name = l.name AND o.closed_on IS NULL)
        THEN left(l.name, 60 - length(mark)) || mark ELSE l.name END
    WHERE l.agency_id = m.merged_id;
    GET DIAGNOSTICS n = ROW_COUNT;
    counts := counts || jsonb_build_object('locations', n);
    UPDATE staff_window SET agency_id = m.into_id WHERE agency_id = m.merged_id;
    GET DIAGNOSTICS n = ROW_COUNT;
    counts := counts || jsonb_build_object('desks', n);
    UPDATE staff_kiosk k SET agency_id = m.into_id, name = CASE WHEN EXISTS (
            SELECT 1 FROM staff_kiosk o WHERE o.agency_id = m.into_id AND o.name = k.name)
        THEN left(k.name, 40 - length(mark)) || mark ELSE k.name END
    WHERE k.agency_id = m.merged_id;
    GET DIAGNOSTICS n = ROW_COUNT;
    counts := counts || jsonb_build_object('machines', n);
    UPDATE staff_user SET agency_id = m.into_id WHERE agency_id = m.merged_id;
    GET DIAGNOSTICS n = ROW_COUNT;
    counts := counts || jsonb_build_object('people', n);
    UPDATE registry_agency SET successor_id = m.into_id, merged_on = CASE WHEN code = m.merged_id THEN identity_business_day_v1(p_on) ELSE merged_on END
    WHERE code = m.merged_id OR successor_id = m.merged_id;
    UPDATE staff_agency_merge SET status = 'done', decided_by_id = administrator, decided_at = clock_timestamp(), moved = counts
    WHERE id = m.id;
    RETURN counts;
END;
$$;

-- staff_image_v1: a row as it stands in the record: without the moment of the last sign-in or contact and without the key of a
-- reader; a password as digest of its hash.
CREATE OR REPLACE FUNCTION staff_image_v1(p_row jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN p_row ? 'password'
        THEN p_row - 'last_login' || jsonb_build_object('password', encode(sha256(convert_to(p_row ->> 'password', 'UTF8')), 'hex'))
        ELSE p_row - '{seen_at,reader_key}'::text[] END;
$$;

-- staff_record_v1: every change of an account or of the organisation is recorded (staff_event), whoever makes it: with the deed
-- open in the transaction (setting yigui.deed), or as `unknown`.
CREATE OR REPLACE FUNCTION staff_record_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres' SET bytea_output = 'hex' SET extra_float_digits = 1 AS $$
DECLARE
    deed jsonb := coalesce(nullif(current_setting('yigui.deed', true), '')::jsonb, '{}');
    image_before jsonb;
    image_after jsonb;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        image_before := staff_image_v1(to_jsonb(OLD));
    END IF;
    IF TG_OP <> 'DELETE' THEN
        image_after := staff_image_v1(to_jsonb(NEW));
    END IF;
    IF image_before IS NOT DISTINCT FROM image_after THEN
        RETURN NULL;
    END IF;
    -- The application says whose deed it is only of whom the database has seen.
    IF warrants_by_application_v1() AND deed ->> 'actor' IS NOT NULL AND (deed ->> 'actor')::bigint IS DISTINCT FROM identity_who_v1() THEN
        RAISE EXCEPTION USING ERRCODE = 'YG009', MESSAGE = '机构、人员的变动须由经数据库核验的本人办理，请重新登录后再办理。';
    END IF;
    INSERT INTO staff_event (at, verb, actor_id, actor_name, table_name, row_id, kind, before, after, reason, details)
    SELECT clock_timestamp(), coalesce(deed ->> 'verb', 'unknown'), (deed ->> 'actor')::bigint,
        coalesce((SELECT full_name FROM staff_user WHERE id = (deed ->> 'actor')::bigint), ''), TG_TABLE_NAME,
        coalesce(image_after ->> 'id', image_before ->> 'id')::bigint, left(TG_OP, 1), image_before, image_after,
        left(coalesce(deed ->> 'reason', ''), 200), coalesce(deed -> 'details', '{}');
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION staff_record_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER record AFTER INSERT OR UPDATE OR DELETE ON staff_user FOR EACH ROW EXECUTE FUNCTION staff_record_v1();
CREATE OR REPLACE TRIGGER record AFTER INSERT OR UPDATE OR DELETE ON staff_post_holding FOR EACH ROW EXECUTE FUNCTION staff_record_v1();
CREATE OR REPLACE TRIGGER record AFTER INSERT OR UPDATE OR DELETE ON staff_post_rule FOR EACH ROW EXECUTE FUNCTION staff_record_v1();
CREATE OR REPLACE TRIGGER record AFTER INSERT OR UPDATE OR DELETE ON staff_section FOR EACH ROW EXECUTE FUNCTION staff_record_v1();
CREATE OR REPLACE TRIGGER record AFTER INSERT OR UPDATE OR DELETE ON staff_host FOR EACH ROW EXECUTE FUNCTION staff_record_v1();
CREATE OR REPLACE TRIGGER record AFTER INSERT OR UPDATE OR DELETE ON staff_location FOR EACH ROW EXECUTE FUNCTION staff_record_v1();
CREATE OR REPLACE TRIGGER record AFTER INSERT OR UPDATE OR DELETE ON staff_opening_exception
    FOR EACH ROW EXECUTE FUNCTION staff_record_v1();
CREATE OR REPLACE TRIGGER record AFTER INSERT OR UPDATE OR DELETE ON staff_window FOR EACH ROW EXECUTE FUNCTION staff_record_v1();
CREATE OR REPLACE TRIGGER record AFTER INSERT OR UPDATE OR DELETE ON registry_calendar_day FOR EACH ROW EXECUTE FUNCTION staff_record_v1();
CREATE OR REPLACE TRIGGER record AFTER INSERT OR UPDATE OR DELETE ON staff_kiosk FOR EACH ROW EXECUTE FUNCTION staff_record_v1();

-- staff_section_tree_v1: a section lies under a section of its own agency, and never under itself.
CREATE OR REPLACE FUNCTION staff_section_tree_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    -- Two moves at once could close a circle that neither of them sees.
    PERFORM pg_advisory_xact_lock(7006, 0);
    IF NEW.parent_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM staff_section WHERE id = NEW.parent_id AND agency_id = NEW.agency_id) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('科室“%s”的上级科室不属于同一机构。', NEW.name);
    END IF;
    IF EXISTS (
        WITH RECURSIVE above AS (
            SELECT NEW.parent_id AS id
            UNION
            SELECT s.parent_id FROM staff_section s JOIN above ON s.id = above.id
        )
        SELECT 1 FROM above WHERE id = NEW.id) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('科室“%s”不能归到自己的下级之下。', NEW.name);
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION staff_section_tree_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER tree AFTER INSERT OR UPDATE OF parent_id, agency_id ON staff_section
    FOR EACH ROW EXECUTE FUNCTION staff_section_tree_v1();

-- staff_desk_place_v1: a desk stands in a place of its agency where people sit; a self-service area and an outlet have none.
CREATE OR REPLACE FUNCTION staff_desk_place_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.closed_on IS NULL AND NEW.location_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM staff_location WHERE id = NEW.location_id AND agency_id = NEW.agency_id AND kind IN ('hall', 'township')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('%s 号柜台须设在本机构的服务大厅或服务点；自助服务区不设柜台。', NEW.number);
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION staff_desk_place_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER place BEFORE INSERT OR UPDATE ON staff_window FOR EACH ROW EXECUTE FUNCTION staff_desk_place_v1();
