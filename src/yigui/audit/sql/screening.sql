-- Screening (疑点筛查): rules look at what stands in the database and find what somebody should look into. They hold nothing and write to no record; a lead is kept
-- once, by its rule and event, and what comes of it is its task's.

-- audit_hits_v1: what a rule finds on a day. Grain: one row an event: what tells it apart from others of the rule, about whom (person, employer, or an officer),
-- where, and in words that name no third person. A rule without a statement is refused by its name.
CREATE OR REPLACE FUNCTION audit_hits_v1(p_rule text, p_day date)
RETURNS TABLE (event text, person_id bigint, employer_id bigint, user_id bigint, area_id text, words text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    CASE p_rule
    WHEN 'A12' THEN RETURN QUERY
        SELECT DISTINCT ON (p.id) a.id::text, p.id, NULL::bigint, NULL::bigint, p.area_id::text,
            format('%s 死亡已超过 365 日，%s 的个人账户未封存，也没有办理身后待遇。', d.died_on, a.insurance)
        FROM exchange_deaths_v1() AS f JOIN exchange_death_record d ON d.id = f.record_id JOIN registry_person p ON p.id = f.person_id
        JOIN accounts_personal_account a ON a.person_id = p.id AND a.status = 'open'
        WHERE f.standing IN ('in_force', 'other_day') AND d.died_on < p_day - 365 AND NOT EXISTS (SELECT 1 FROM casework_case c
            WHERE c.person_id = p.id AND c.item_code IN ('PEN-005', 'RES-002', 'UNE-005', 'ACC-002') AND c.status = 'finished')
        ORDER BY p.id, a.id;
    WHEN 'B04' THEN RETURN QUERY
        SELECT a.person_no || '-' || b.person_no, a.id, NULL::bigint, NULL::bigint, a.area_id::text,
            format('与个人编号 %s 的姓名、性别、出生日期、手机号码相同，证件号码不同。', b.person_no)
        FROM registry_person a JOIN registry_person b
            ON (b.name, b.born_on, b.gender, b.mobile) = (a.name, a.born_on, a.gender, a.mobile) AND b.id > a.id AND b.id_number <> a.id_number
        WHERE a.mobile <> '' AND a.merged_into_id IS NULL AND b.merged_into_id IS NULL;
    WHEN 'B06' THEN RETURN QUERY
        SELECT p.id || '-' || count(*), p.id, NULL::bigint, NULL::bigint, p.area_id::text,
            format('已办结 %s 件身后待遇办件：%s。', count(*), string_agg(c.case_no, '、' ORDER BY c.id))
        FROM casework_case c JOIN registry_person p ON p.id = c.person_id
        WHERE c.item_code IN ('PEN-005', 'RES-002', 'UNE-005') AND c.status = 'finished' GROUP BY p.id, p.area_id HAVING count(*) > 1;
    WHEN 'C02' THEN RETURN QUERY
        SELECT w.id::text, p.id, NULL::bigint, NULL::bigint, p.area_id::text,
            format('养老金自 %s 起，此前 24 个月内（%s）出生日期由 %s 改早为 %s。', b.start_period, (w.changed_at AT TIME ZONE 'Asia/Shanghai')::date,
                w.before ->> 'born_on', w.after ->> 'born_on')
        FROM warrants_change w JOIN registry_person p ON p.id = w.row_id JOIN benefits_benefit b ON b.person_id = p.id AND b.kind IN (1, 3)
        WHERE w.table_name = 'registry_person' AND w.kind = 'U' AND (w.after ->> 'born_on')::date < (w.before ->> 'born_on')::date
          AND to_date(b.start_period::text, 'YYYYMM') BETWEEN (w.changed_at AT TIME ZONE 'Asia/Shanghai')::date - 31
              AND ((w.changed_at AT TIME ZONE 'Asia/Shanghai')::date + interval '24 months')::date;
    WHEN 'C03' THEN RETURN QUERY
        SELECT p.id || '-' || p.work_started_on, p.id, NULL::bigint, NULL::bigint, p.area_id::text,
            format('参加工作日期 %s，当时不满 16 周岁；在领养老金。', p.work_started_on)
        FROM benefits_benefit b JOIN registry_person p ON p.id = b.person_id
        WHERE b.kind = 1 AND b.status = 'active' AND p.work_started_on < (p.born_on + interval '16 years')::date;
    WHEN 'C08' THEN RETURN QUERY
        SELECT v.id::text, p.id, NULL::bigint, NULL::bigint, v.area_id::text,
            format('养老金自 %s 起发放，又自 %s 起在单位参加职工养老保险。', b.start_period, v.start_period)
        FROM benefits_benefit b JOIN registry_person p ON p.id = b.person_id
        JOIN registry_coverage v ON v.person_id = p.id AND v.insurance IN ('employee_pension', 'civil_service_pension') AND v.start_period > b.start_period
        WHERE b.kind = 1 AND b.status = 'active' AND v.end_period IS NULL AND v.employer_id IS NOT NULL;
    WHEN 'E01' THEN RETURN QUERY
        -- With their number: one more is another event.
        SELECT encode(sha256(convert_to(b.bank_code || ':' || b.account_no, 'UTF8')), 'hex') || '-' || count(DISTINCT b.person_id), min(b.person_id), NULL::bigint, NULL::bigint, min(b.area_id)::text,
            format('尾号 %s 的账户有 %s 名领取人的待遇在发放。', right(b.account_no, 4), count(DISTINCT b.person_id))
        FROM benefits_benefit b WHERE b.status = 'active' AND b.account_no <> '' GROUP BY b.bank_code, b.account_no HAVING count(DISTINCT b.person_id) > 1;
    WHEN 'F02' THEN RETURN QUERY
        SELECT s.decided_by_id || '-' || s.decided_on, NULL::bigint, NULL::bigint, s.decided_by_id, g.area_id::text,
            format('%s 夜间（20:00 至次日 07:00）办理一、二类办件 %s 环节。', s.decided_on, count(*))
        FROM casework_step s JOIN casework_case c ON c.id = s.case_id JOIN staff_user u ON u.id = s.decided_by_id JOIN registry_agency g ON g.code = u.agency_id
        WHERE s.decided_on BETWEEN p_day - 31 AND p_day - 1 AND c.risk_class < 3 AND s.code <> 'accept' AND u.kind = 'person'
          AND (s.decided_at AT TIME ZONE 'Asia/Shanghai')::time NOT BETWEEN '07:00' AND '20:00'
        GROUP BY s.decided_by_id, s.decided_on, g.area_id;
    WHEN 'F03' THEN RETURN QUERY
        WITH passed AS (
            SELECT s.decided_by_id AS by_id, c.accepted_by_id AS from_id, s.decided_on AS day, s.decided_at - s.claimed_at AS took
            FROM casework_step s JOIN casework_case c ON c.id = s.case_id JOIN staff_user u ON u.id = s.decided_by_id AND u.kind = 'person'
            WHERE s.state = 'passed' AND s.code <> 'accept' AND s.decided_on >= date_trunc('month', p_day)::date - interval '1 month'
              AND s.decided_on < date_trunc('month', p_day)
        ), pairs AS (
            SELECT p.by_id, p.from_id, count(*) AS n, sum(count(*)) OVER (PARTITION BY p.by_id) AS every FROM passed p GROUP BY p.by_id, p.from_id
        ), hasty AS (SELECT p.by_id, p.day, count(*) AS n FROM passed p WHERE p.took < interval '10 seconds' GROUP BY p.by_id, p.day HAVING count(*) >= 20)
        SELECT format('pair-%s-%s-%s', n.by_id, n.from_id, to_char(p_day, 'YYYYMM')), NULL::bigint, NULL::bigint, n.by_id, g.area_id::text,
            format('上月通过 %s 件，其中 %s 件由 %s 受理。', n.every, n.n, f.full_name)
        FROM pairs n JOIN staff_user u ON u.id = n.by_id JOIN registry_agency g ON g.code = u.agency_id JOIN staff_user f ON f.id = n.from_id AND f.kind = 'person'
        WHERE n.n >= 20 AND n.n > 0.6 * n.every
        UNION ALL
        SELECT format('hasty-%s-%s', h.by_id, h.day), NULL::bigint, NULL::bigint, h.by_id, g.area_id::text, format('%s 领取后 10 秒内通过 %s 件。', h.day, h.n)
        FROM hasty h JOIN staff_user u ON u.id = h.by_id JOIN registry_agency g ON g.code = u.agency_id;
    ELSE
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('筛查规则 %s 没有筛查语句。', p_rule);
    END CASE;
END;
$$;
REVOKE ALL ON FUNCTION audit_hits_v1 FROM PUBLIC;

-- audit_screens_v1: the rules that are due on a day: with a statement, in force, and not run yet on the day, in the week or the month.
CREATE OR REPLACE FUNCTION audit_screens_v1(p_day date) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.code FROM audit_screen_rule r
    WHERE r.way = 'statement' AND r.valid_from <= p_day AND coalesce(r.valid_to, 'infinity') >= p_day AND NOT EXISTS (
        SELECT 1 FROM audit_screening s WHERE s.rule = r.code AND s.day >= date_trunc(CASE r.frequency WHEN 'daily' THEN 'day' WHEN 'weekly' THEN 'week'
            ELSE 'month' END, p_day)::date)
    ORDER BY r.code
$$;

-- audit_screen_v1: runs one rule on a day, once; keeps that it ran, what it found and what of it is new. Gives how many leads are new.
CREATE OR REPLACE FUNCTION audit_screen_v1(p_rule text, p_day date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_day date := identity_business_day_v1(p_day);
    the_rule audit_screen_rule;
    made bigint;
    fresh integer;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM audit_screens_v1(the_day) AS r (code) WHERE r.code = p_rule) THEN
        RETURN 0;
    END IF;
    SELECT * INTO the_rule FROM audit_screen_rule r
    WHERE r.code = p_rule AND r.valid_from <= the_day AND coalesce(r.valid_to, 'infinity') >= the_day;
    made := nextval(pg_get_serial_sequence('audit_screening', 'id'));
    WITH found AS MATERIALIZED (
        -- One event is one lead, however many rows of a person a rule meets.
        SELECT DISTINCT ON (h.event) h.* FROM audit_hits_v1(p_rule, the_day) AS h ORDER BY h.event
    ), counted AS (
        INSERT INTO audit_screening (id, rule, rule_from, day, hits, fresh, at) OVERRIDING SYSTEM VALUE
        SELECT made, p_rule, the_rule.valid_from, the_day, count(*), count(*) FILTER (WHERE NOT EXISTS (
            SELECT 1 FROM audit_lead l WHERE l.rule = p_rule AND l.event = f.event)), clock_timestamp() FROM found f RETURNING audit_screening.hits AS every, audit_screening.fresh AS newer
    ), kept AS (
        INSERT INTO audit_lead (screening_id, rule, rule_name, severity, event, person_id, employer_id, user_id, area_id, words, found_on)
        SELECT made, p_rule, the_rule.name, the_rule.severity, f.event, f.person_id, f.employer_id, f.user_id, f.area_id, f.words, the_day
        FROM found f WHERE NOT EXISTS (SELECT 1 FROM audit_lead l WHERE l.rule = p_rule AND l.event = f.event)
    )
    SELECT c.newer INTO fresh FROM counted c;
    RETURN fresh;
END;
$$;

-- audit_lead_unfit_v1: why somebody has no business with a lead: one about an officer is looked into by auditors and leaders alone, and never by that officer.
CREATE OR REPLACE FUNCTION audit_lead_unfit_v1(p_lead bigint, p_user bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN l.user_id IS NULL THEN CASE WHEN EXISTS (SELECT 1 FROM registry_person p JOIN staff_user k ON k.id = p_user
            WHERE p.id = l.person_id AND benefits_kin_v1(k.id, k.id_number, p.id_number, clock_timestamp()) IS NOT NULL)
            THEN format('%s 本人或其亲属是该疑点的对象，应当回避。', u.full_name) ELSE '' END
        WHEN staff_person_v1(l.user_id) = staff_person_v1(p_user) THEN format('疑点涉及 %s 本人，由其他人员核查。', u.full_name)
        WHEN u.role NOT IN ('auditor', 'director') THEN '经办操作的疑点只由稽核人员和领导核查。' ELSE '' END
    FROM audit_lead l, staff_user u WHERE l.id = p_lead AND u.id = p_user
$$;
REVOKE ALL ON FUNCTION audit_lead_unfit_v1 FROM PUBLIC;
