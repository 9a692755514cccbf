-- Payment: guards, pay runs, adjustment, recalculation, results. Errors: YG001/YG002 no warrant, YG003 append only, YG006 wrong move.
SELECT registry_bind_rows_v1('benefits_reissue', 'SELECT b.person_id, NULL::bigint FROM new_rows n JOIN benefits_benefit b ON b.id = n.benefit_id');
SELECT warrants_guard_set_v1('benefits_held', 1::smallint);
SELECT warrants_append_only_v1('benefits_line');
SELECT warrants_append_only_v1('benefits_payment');
SELECT warrants_append_only_v1('benefits_adjustment');
DO $$
BEGIN
    FOR y IN 2014..2060 LOOP
        PERFORM warrants_append_only_v1((CASE WHEN y < 2015 THEN 'benefits_line_before' ELSE 'benefits_line_' || y END)::regclass, true);
    END LOOP;
END;
$$;

-- Months counted through, so that ranges of them can be made: 202611 <-> 24322.
CREATE OR REPLACE FUNCTION benefits_month_no_v1(p_period integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN p_period / 100 * 12 + p_period % 100 - 1;
CREATE OR REPLACE FUNCTION benefits_period_v1(p_month integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN p_month / 12 * 100 + p_month % 12 + 1;

-- benefits_work_stops_v1: whether work that began in p_started (YYYYMM) stops a benefit of a kind in p_month: unemployment benefit from that very
-- month (重新就业即停发), a disability allowance from the month after, in which contributions are paid again (人社部发〔2024〕72号第七条).
CREATE OR REPLACE FUNCTION benefits_work_stops_v1(p_kind smallint, p_started integer, p_month integer) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN CASE p_kind WHEN 4 THEN p_month >= p_started WHEN 2 THEN p_month > p_started ELSE false END;

-- benefits_skipped_of_v1: months of one benefit, or of all (NULL), that are never due, because a suspension lay over them and the case that resumed the benefit (its item declares
-- `resumes`) names a later month: a sentence that was served, whatever marks the benefit bears afterwards. What a later case resumes from an earlier month on is due
-- again. since, until: YYYYMM, both ends. One row per suspension that left months behind.
CREATE OR REPLACE FUNCTION benefits_skipped_of_v1(p_benefit bigint) RETURNS TABLE (benefit_id bigint, since integer, until integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH resumed AS (
        SELECT h.id, h.row_id, (h.before ->> 'suspended_from')::integer AS since,
            regexp_replace(c.form ->> 'start_month', '\D', '', 'g')::integer AS again
        FROM casework_case c
        JOIN warrants_warrant w ON w.kind = 'case' AND w.subject_id = c.id
        JOIN warrants_change h ON h.warrant_id = w.id AND h.table_name = 'benefits_benefit'
        WHERE c.item_code IN (SELECT s.code FROM warrants_scope s WHERE s.kind = 'case' AND s.table_name = '' AND (s.about ->> 'resumes')::boolean)
          AND h.before ->> 'status' = 'suspended' AND h.after ->> 'status' = 'active' AND (p_benefit IS NULL OR h.row_id = p_benefit)
    )
    SELECT r.row_id, r.since, k.until
    FROM resumed r
    CROSS JOIN LATERAL (SELECT benefits_period_v1(benefits_month_no_v1(least(r.again, (SELECT min(l.again) FROM resumed l WHERE l.row_id = r.row_id AND l.id > r.id))) - 1)
        AS until) AS k
    WHERE k.until >= r.since;
END;
$$;

-- benefits_skipped_v1: those of all benefits, as runs read them.
CREATE OR REPLACE FUNCTION benefits_skipped_v1() RETURNS TABLE (benefit_id bigint, since integer, until integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$ SELECT s.benefit_id, s.since, s.until FROM benefits_skipped_of_v1(NULL) AS s $$;

-- benefits_left_out_v1: months of a benefit in a range (YYYYMM, both ends) that no run pays, whatever marks it bears: those that a suspension has left behind
-- (unless p_resumed: a case is about to resume the benefit from p_first), and those that work stops (hold 6 of `benefits_stage_v1`). What items promise goes by it.
CREATE OR REPLACE FUNCTION benefits_left_out_v1(p_benefit bigint, p_first integer, p_last integer, p_resumed boolean) RETURNS TABLE (month integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.month
    FROM benefits_benefit b
    CROSS JOIN LATERAL generate_series(benefits_month_no_v1(p_first), benefits_month_no_v1(p_last)) AS no
    CROSS JOIN LATERAL (SELECT benefits_period_v1(no) AS month) AS m
    WHERE b.id = p_benefit AND (
        NOT p_resumed AND EXISTS (SELECT 1 FROM benefits_skipped_of_v1(b.id) k WHERE m.month BETWEEN k.since AND k.until)
        OR b.kind IN (2, 4) AND EXISTS (SELECT 1 FROM registry_employment e WHERE e.person_id = b.person_id AND e.start_period >= b.start_period
            AND benefits_work_stops_v1(b.kind, e.start_period, m.month)))
$$;

-- benefits_bounds_v1: where the parts of a run begin, by benefit, and the end of the last.
CREATE OR REPLACE FUNCTION benefits_bounds_v1(p_parts integer) RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    low bigint;
    high bigint;
BEGIN
    SELECT min(id), max(id) + 1 INTO low, high FROM benefits_benefit;
    IF low IS NULL THEN
        RETURN NULL;
    END IF;
    RETURN array(SELECT low + (high - low) * k / p_parts FROM generate_series(0, p_parts) AS k ORDER BY k);
END;
$$;

-- benefits_paid_to_other_v1: whether a benefit is paid to somebody else than its person (an heir): the payee's number is none the person has or had.
-- NULL where p_number is.
CREATE OR REPLACE FUNCTION benefits_paid_to_other_v1(p_person bigint, p_number text, p_payee text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN p_number = p_payee THEN false WHEN p_number IS NULL THEN NULL
        ELSE NOT EXISTS (SELECT 1 FROM registry_former_identity WHERE person_id = p_person AND id_number = p_payee) END
$$;

-- benefits_namesake_v1: whether a payee is by number somebody else than the person a benefit comes from, and bears a name that person has or had. A payee of
-- whom no number is known is nobody else, nor is one whose number is registered for somebody who bears no such name, or is written so (15 places, a small x)
-- that it may be the person's own.
CREATE OR REPLACE FUNCTION benefits_namesake_v1(p_person bigint, p_payee text, p_payee_name text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(p_payee, '') <> '' AND p_payee !~ '^[0-9]{15}$|[a-z]' AND registry_own_name_v1(p_person, p_payee_name)
        AND NOT EXISTS (SELECT 1 FROM registry_person h WHERE h.id_number = p_payee AND NOT registry_own_name_v1(h.id, p_payee_name))
        AND coalesce(benefits_paid_to_other_v1(p_person, (SELECT id_number FROM registry_person WHERE id = p_person), p_payee), false)
$$;

-- benefits_account_on_record_v1: whether an account is on record as somebody's own, by its number: a benefit or a refund of theirs names it, or the field history
-- does, in a name they have or had. What is paid to an heir who bears the same name tells nothing of whose the account is, and does not count.
CREATE OR REPLACE FUNCTION benefits_account_on_record_v1(p_person bigint, p_account text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p_account <> '' AND (
        EXISTS (SELECT 1 FROM benefits_benefit b WHERE b.person_id = p_person AND b.account_no = p_account AND registry_own_name_v1(p_person, b.account_name)
            AND NOT benefits_namesake_v1(p_person, b.payee_number, b.payee_name))
        OR EXISTS (SELECT 1 FROM contributions_refund r WHERE r.person_id = p_person AND r.account_no = p_account AND registry_own_name_v1(p_person, r.account_name))
        OR EXISTS (SELECT 1 FROM contributions_refund r JOIN contributions_refund_payee e ON e.refund_id = r.id
            WHERE r.person_id = p_person AND e.account_no = p_account AND registry_own_name_v1(p_person, e.account_name)
              AND NOT benefits_namesake_v1(p_person, e.payee_number, e.account_name))
        OR EXISTS (SELECT 1 FROM benefits_benefit b JOIN warrants_change h ON h.table_name = 'benefits_benefit' AND h.row_id = b.id
            WHERE b.person_id = p_person AND h.before ->> 'account_no' = p_account AND registry_own_name_v1(p_person, h.before ->> 'account_name')
              AND NOT benefits_namesake_v1(p_person, h.before ->> 'payee_number', h.before ->> 'payee_name')))
$$;

-- benefits_persons_account_v1: whether an account is somebody's own: in a name they have or had, however it is written, or on record as theirs by its number.
-- Of the dead nothing is paid to such an account: benefits, returned payments and refunds ask it.
CREATE OR REPLACE FUNCTION benefits_persons_account_v1(p_person bigint, p_name text, p_account text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT registry_own_name_v1(p_person, p_name) OR benefits_account_on_record_v1(p_person, p_account)
$$;

-- benefits_not_the_heirs_v1: whether an account named for an heir is the dead person's own. Where the payee, by number somebody else, bears a name of the dead,
-- the name of the account tells nothing: its number does.
CREATE OR REPLACE FUNCTION benefits_not_the_heirs_v1(p_person bigint, p_payee text, p_payee_name text, p_name text, p_account text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN benefits_namesake_v1(p_person, p_payee, p_payee_name) THEN benefits_account_on_record_v1(p_person, p_account)
        ELSE benefits_persons_account_v1(p_person, p_name, p_account) END
$$;

-- benefits_dead_hold_v2: what holds a benefit of somebody who is dead: the payee is nobody else (1), or is and the account is still the dead person's (12); 0 where
-- it is an heir's own. p_number: the number the death is known by.
DROP FUNCTION IF EXISTS benefits_dead_hold_v1(bigint, text, text, text, text);
CREATE OR REPLACE FUNCTION benefits_dead_hold_v2(p_person bigint, p_number text, p_payee text, p_payee_name text, p_name text, p_account text) RETURNS smallint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT (CASE WHEN NOT benefits_paid_to_other_v1(p_person, p_number, p_payee) THEN 1
        WHEN benefits_not_the_heirs_v1(p_person, p_payee, p_payee_name, p_name, p_account) THEN 12 ELSE 0 END)::smallint
$$;
REVOKE ALL ON FUNCTION benefits_dead_hold_v2 FROM PUBLIC;

-- benefits_may_hold_v1: whether a benefit may be held for want of a certification that ended with p_until (YYYYMM, 0 for none): the person was told
-- as `benefits_told_v1` wants it, or a run has held the benefit for this very certification already.
CREATE OR REPLACE FUNCTION benefits_may_hold_v1(p_benefit bigint, p_person bigint, p_until integer, p_area text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT (SELECT is_told FROM benefits_told_v1(p_person, p_until, p_area))
        OR EXISTS (SELECT 1 FROM benefits_held h WHERE h.benefit_id = p_benefit AND h.hold = 2 AND h.pay_period > p_until)
$$;

-- benefits_overdue_v1: benefits in payment whose person's certification ended before a month (YYYYMM) and whom nobody is helping; may_hold: see
-- `benefits_may_hold_v1`.
-- Params: benefits from p_from to below p_to (NULL: all), of some areas ('*': all).
CREATE OR REPLACE FUNCTION benefits_overdue_v1(p_from bigint, p_to bigint, p_areas text[], p_period integer)
RETURNS TABLE (benefit_id bigint, person_id bigint, valid_until integer, may_hold boolean)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT o.id, o.person_id, o.until, benefits_may_hold_v1(o.id, o.person_id, o.until, o.area_id)
    FROM (SELECT b.id, b.person_id, b.area_id, coalesce(c.until, 0) AS until FROM benefits_benefit b
        LEFT JOIN (SELECT c.person_id, max(c.valid_until) AS until FROM benefits_certification c GROUP BY c.person_id) c USING (person_id)
        WHERE (p_from IS NULL OR b.id >= p_from) AND (p_to IS NULL OR b.id < p_to) AND b.kind IN (1, 2, 3) AND b.status = 'active'
          AND b.start_period <= p_period AND coalesce(b.end_period, 999912) >= p_period
          AND (p_areas = ARRAY['*'] OR b.area_id = ANY (p_areas)) AND coalesce(c.until, 0) < p_period
          AND NOT EXISTS (SELECT 1 FROM benefits_assisted_task k WHERE k.person_id = b.person_id AND k.closed_on IS NULL)) AS o;
$$;

-- benefits_dead_v1: who is dead by our record, or by a death that partners have reported and that stands; the number the death is known by. One row per
-- person and number.
CREATE OR REPLACE FUNCTION benefits_dead_v1() RETURNS TABLE (person_id bigint, number text)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT id, id_number FROM registry_person WHERE life_status <> '01' AND life_status = '02'
    UNION SELECT p.id, p.id_number FROM exchange_deaths_v1() d JOIN registry_person p ON p.id = d.person_id
    WHERE d.standing IN ('in_force', 'other_day')
$$;

-- benefits_sentence_task_v1: guard of tasks about a reported sentence: of the kind that is declared for them, about a report that is there, and a benefit of whoever
-- it names: none is opened for a report that comes later. Error: YG006.
CREATE OR REPLACE FUNCTION benefits_sentence_task_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.kind <> 'sentence_hit' OR NOT EXISTS (
        SELECT 1 FROM exchange_prison_record s JOIN benefits_benefit b ON b.person_id = registry_person_of_v1(s.id_number)
        WHERE s.id = NEW.origin_id AND b.id::text = NEW.part) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = TG_TABLE_NAME,
            MESSAGE = format('服刑信息 %s 号与待遇 %s 不能产生此任务：任务须为服刑核查，且所据信息已经收到、所涉待遇为其本人的。', NEW.origin_id, NEW.part);
    END IF;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION benefits_sentence_task_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER sentence_task BEFORE INSERT ON tasks_task FOR EACH ROW
    WHEN (NEW.origin_kind = 'prison_record') EXECUTE FUNCTION benefits_sentence_task_v1();

-- benefits_finding_frees_v1: which months (`benefits_month_no_v1`) the end of a task about a reported sentence decides about; the word of the program
-- decides nothing, and neither do columns of the task, which it writes: state, outcome and case are those that the last event of the log says. A finding that the
-- sentence stops nothing, or a drop, decides about all: the last event is signed by an officer who has had a post for it, in an agency that answers for the benefit's area. Where the sentence is true (suspended, claimed), so signed or ended by
-- its case, only those count that a case has covered: from the month on in which it suspended this very benefit (its item declares `suspends`), or
-- within what it claimed back of it (FND-003). Such a case was accepted after the task came up, and executed after the report had arrived by the database's clock.
CREATE OR REPLACE FUNCTION benefits_finding_frees_v1(p_task bigint) RETURNS int4multirange
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH ended AS (
        SELECT b.id AS benefit_id, t.opened_at, f.received_at, CASE e.verb WHEN 'settle' THEN coalesce((e.said ->> 'case_id')::bigint, 0) END AS only_case,
            e.verb = 'settle' OR e.verb = 'finish' AND e.said ->> 'outcome' IN ('suspended', 'claimed') AS is_true
        FROM tasks_task t
        JOIN exchange_prison_record s ON s.id = t.origin_id
        LEFT JOIN exchange_inbound_file f ON f.id = s.file_id
        JOIN benefits_benefit b ON b.id::text = t.part
        JOIN registry_area r ON r.code = b.area_id
        CROSS JOIN LATERAL (SELECT e.verb, e.actor_id, e.payload AS said FROM tasks_event e WHERE e.task_id = t.id ORDER BY e.seq DESC LIMIT 1) AS e
        WHERE t.id = p_task AND t.kind = 'sentence_hit' AND t.origin_kind = 'prison_record' AND e.said ->> 'state' IN ('done', 'dropped') AND (
            e.verb = 'settle' OR e.verb IN ('finish', 'drop') AND EXISTS (
                SELECT 1 FROM staff_post_holding h JOIN registry_agency a ON a.code = h.agency_id
                WHERE h.user_id = e.actor_id AND NOT staff_is_door_v1(h.user_id) AND a.area_id IN (r.code, r.parent_id)
                  AND h.post = ANY (CASE e.verb WHEN 'drop' THEN ARRAY['section_head'] ELSE ARRAY['auditor', 'teller', 'reviewer', 'section_head'] END)))
    )
    SELECT coalesce(range_agg(span), '{}') FROM (
        SELECT int4range(NULL, NULL) AS span FROM ended WHERE NOT is_true
        UNION ALL
        SELECT int4range(benefits_month_no_v1((h.after ->> 'suspended_from')::integer), NULL)
        FROM ended n
        JOIN warrants_change h ON h.table_name = 'benefits_benefit' AND h.row_id = n.benefit_id
        JOIN warrants_warrant w ON w.id = h.warrant_id AND w.kind = 'case' AND w.issued_at >= n.received_at
        JOIN casework_case c ON c.id = w.subject_id AND c.status = 'finished' AND c.accepted_at >= n.opened_at
        WHERE n.is_true AND w.subject_id = coalesce(n.only_case, w.subject_id)
          AND h.after ->> 'status' = 'suspended' AND h.after ->> 'suspended_from' IS NOT NULL
          AND EXISTS (SELECT 1 FROM warrants_scope s WHERE s.kind = 'case' AND s.code = c.item_code AND s.table_name = '' AND (s.about ->> 'suspends')::boolean)
        UNION ALL
        SELECT int4range(benefits_month_no_v1(k.start_period), benefits_month_no_v1(k.end_period), '[]')
        FROM ended n
        JOIN benefits_recovery k ON k.benefit_id = n.benefit_id
        JOIN warrants_warrant w ON w.id = k.warrant_id AND w.kind = 'case' AND w.issued_at >= n.received_at
        JOIN casework_case c ON c.id = w.subject_id AND c.status = 'finished' AND c.accepted_at >= n.opened_at
        WHERE n.is_true AND w.subject_id = coalesce(n.only_case, w.subject_id)
    ) AS spans
$$;
DROP FUNCTION IF EXISTS benefits_finding_stands_v1(bigint);

-- benefits_sentence_touches_v1: whether a reported sentence touches a month (YYYYMM): those after the month it began in, up to the one it ends in.
CREATE OR REPLACE FUNCTION benefits_sentence_touches_v1(p_since integer, p_until integer, p_month integer) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN p_month > p_since AND p_month <= p_until;

-- benefits_sentences_v1: what partners report of people who draw a benefit month by month and serve a sentence (服刑), as it stands: of several reports of
-- one sentence (begun on one day, under one number and name) the newest, so that an end that is reported later counts; one under another number or name hides none. since, until: YYYYMM, for `benefits_sentence_touches_v1`
-- (999912 without an end). Params: one benefit (NULL: all). One row per sentence and benefit.
CREATE OR REPLACE FUNCTION benefits_sentences_v1(p_benefit bigint) RETURNS TABLE (
    record_id bigint, benefit_id bigint, began_on date, ended_on date, since integer, until integer
)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    -- Of one benefit only what is reported under a number its person has or had is looked up.
    WITH asked AS MATERIALIZED (
        SELECT r.* FROM exchange_prison_record r WHERE p_benefit IS NULL OR r.id_number IN (
            SELECT p.id_number FROM benefits_benefit o JOIN registry_person p ON p.id = o.person_id WHERE o.id = p_benefit
            UNION SELECT i.id_number FROM benefits_benefit o JOIN registry_former_identity i ON i.person_id = o.person_id WHERE o.id = p_benefit)
    )
    SELECT DISTINCT ON (b.id, s.began_on, s.id_number, s.name) s.id, b.id, s.began_on, s.ended_on,
        (extract(year FROM s.began_on) * 100 + extract(month FROM s.began_on))::integer,
        coalesce((extract(year FROM s.ended_on) * 100 + extract(month FROM s.ended_on))::integer, 999912)
    FROM asked s
    JOIN benefits_benefit b ON b.person_id = registry_person_of_v1(s.id_number) AND b.kind < 11
    WHERE p_benefit IS NULL OR b.id = p_benefit
    ORDER BY b.id, s.began_on, s.id_number, s.name, s.id DESC
$$;

-- benefits_reports_reaching_v1: the reports of the same sentence, under the same name, that reach at least as far as one of them, that one too: who was
-- asked about such a one, or decided about it, has been about this one. One that reaches further is asked about anew.
CREATE OR REPLACE FUNCTION benefits_reports_reaching_v1(p_record bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT o.id FROM exchange_prison_record s
    JOIN exchange_prison_record o ON o.id_number = s.id_number AND o.began_on = s.began_on AND o.name = s.name
    WHERE s.id = p_record AND coalesce(o.ended_on, 'infinity'::date) >= coalesce(s.ended_on, 'infinity'::date)
$$;

-- benefits_sentenced_v1: of these sentences the months about which nobody has decided (`benefits_finding_frees_v1`) whether they stop the benefit: probation
-- (缓刑) and serving outside a prison do not. since, until: as above. One row per sentence, benefit and span of such months.
CREATE OR REPLACE FUNCTION benefits_sentenced_v1() RETURNS TABLE (record_id bigint, benefit_id bigint, since integer, until integer)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT s.record_id, s.benefit_id, benefits_period_v1(lower(open.span) - 1), benefits_period_v1(upper(open.span) - 1)
    FROM benefits_sentences_v1(NULL) s
    CROSS JOIN LATERAL (
        SELECT coalesce(range_agg(d.months), '{}') AS months
        FROM benefits_reports_reaching_v1(s.record_id) AS o (id)
        JOIN tasks_task t ON t.origin_kind = 'prison_record' AND t.origin_id = o.id AND t.part = s.benefit_id::text AND t.state IN ('done', 'dropped')
        CROSS JOIN LATERAL unnest(benefits_finding_frees_v1(t.id)) AS d (months)) AS freed
    CROSS JOIN LATERAL unnest(int4multirange(int4range(benefits_month_no_v1(s.since), benefits_month_no_v1(s.until), '(]')) - freed.months) AS open (span)
$$;

-- benefits_sentence_held_v1: of these reports those about benefits that an execution has held for one: they wait for the decision of the task.
CREATE OR REPLACE FUNCTION benefits_sentence_held_v1() RETURNS TABLE (benefit_id bigint, since integer, until integer)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT f.benefit_id, f.since, f.until FROM benefits_sentenced_v1() f
    WHERE EXISTS (SELECT 1 FROM benefits_held h WHERE h.benefit_id = f.benefit_id AND h.hold = 8)
$$;

-- benefits_released_v1: whose money waits for no month any more (补发批次): benefits with an open mark of which a month up to p_period (YYYYMM, the last
-- month that was paid) is due and unpaid because a run held it, or because it was suspended and has been resumed, and which nothing holds now: as
-- `benefits_stage_v1` holds the dead, the overdue who were told, doubled benefits and what work stops, and as a sentence that an execution has held waits
-- for its decision where it touches one of these months. Who waits for a first payment is not among them: that comes with the month's run. Params: areas (`*`: all).
CREATE OR REPLACE FUNCTION benefits_released_v1(p_areas text[], p_period integer) RETURNS TABLE (benefit_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $$
    WITH marked AS MATERIALIZED (
        SELECT b.id, b.person_id, b.kind, b.status, b.start_period, b.payee_number, b.payee_name, b.account_name, b.account_no, d.since,
            least(coalesce(b.end_period, 999912), p_period, benefits_period_v1(benefits_month_no_v1(coalesce(b.suspended_from, 999912)) - 1)) AS until
        FROM (SELECT d.benefit_id, min(d.from_period) AS since FROM benefits_back_due d WHERE d.done_batch IS NULL GROUP BY d.benefit_id) AS d
        JOIN benefits_benefit b ON b.id = d.benefit_id
        WHERE b.status IN ('active', 'suspended', 'ended') AND (p_areas = ARRAY['*'] OR b.area_id = ANY (p_areas))
    ),
    waiting AS (
        SELECT m.id, h.pay_period AS month FROM marked m JOIN benefits_held h ON h.benefit_id = m.id AND h.hold <> 9 AND h.pay_period >= m.since
        UNION
        SELECT m.id, p_period FROM marked m
        WHERE m.status = 'active' AND NOT EXISTS (SELECT 1 FROM benefits_line l WHERE l.benefit_id = m.id AND l.pay_period = p_period)
          AND EXISTS (SELECT 1 FROM benefits_line l WHERE l.benefit_id = m.id AND l.pay_period < p_period)
    ),
    due_months AS MATERIALIZED (
        SELECT m.id, m.person_id, m.kind, m.status, m.payee_number, m.payee_name, m.account_name, m.account_no, w.month
        FROM waiting w JOIN marked m ON m.id = w.id
        JOIN LATERAL (SELECT a.total_fen FROM benefits_amount a WHERE a.benefit_id = m.id AND a.start_period <= w.month
            ORDER BY a.start_period DESC, a.id DESC LIMIT 1) AS a ON true
        WHERE w.month BETWEEN m.start_period AND m.until
          AND NOT EXISTS (SELECT 1 FROM benefits_skipped_v1() k WHERE k.benefit_id = m.id AND w.month BETWEEN k.since AND k.until)
          AND a.total_fen > (SELECT coalesce(sum(l.amount_fen), 0) FROM benefits_line l
              WHERE l.benefit_id = m.id AND l.pay_period = w.month AND l.reason <> 9)
          AND NOT (m.kind IN (2, 4) AND EXISTS (SELECT 1 FROM registry_employment e
              WHERE e.person_id = m.person_id AND e.start_period >= m.start_period
                AND benefits_work_stops_v1(m.kind, e.start_period, w.month)))
    ),
    due AS MATERIALIZED (SELECT DISTINCT id, person_id, kind, status, payee_number, payee_name, account_name, account_no FROM due_months),
    late AS (
        SELECT o.person_id FROM (SELECT min(id) AS low, max(id) + 1 AS high FROM due HAVING count(*) > 0) AS r
        CROSS JOIN LATERAL benefits_overdue_v1(r.low, r.high, p_areas, p_period) AS o WHERE o.may_hold
    )
    SELECT d.id FROM due d
    WHERE d.person_id NOT IN (SELECT person_id FROM late)
      AND d.id NOT IN (SELECT f.benefit_id FROM benefits_sentence_held_v1() f
          JOIN due_months m ON m.id = f.benefit_id AND benefits_sentence_touches_v1(f.since, f.until, m.month))
      AND NOT EXISTS (SELECT 1 FROM benefits_dead_v1() x WHERE x.person_id = d.person_id
          AND benefits_dead_hold_v2(x.person_id, x.number, d.payee_number, d.payee_name, d.account_name, d.account_no) <> 0)
      AND NOT (d.status = 'active' AND d.kind IN (1, 2, 3, 4) AND EXISTS (SELECT 1 FROM benefits_benefit o
          WHERE o.person_id = d.person_id AND o.id <> d.id AND o.kind IN (1, 2, 3, 4) AND o.status = 'active' AND o.start_period <= p_period
            AND coalesce(o.end_period, 999912) >= p_period))
$$;

-- benefits_stage_v1: fills a fresh table with one part of a run: benefits from p_from to below p_to. Each line bears why it is
-- held back, 0 when it is to be paid. The month's lines are of version 0; earlier months are looked at where a mark asks for it,
-- and only the difference between what is due and what was paid becomes a line. Of a benefit that was taken over, months before
-- the first run of its area were paid by whoever had it then, as its opening amounts say. A supplementary run (补发批次) looks at what
-- `benefits_released_v1` names and at nobody else. Gives the number of lines.
CREATE OR REPLACE FUNCTION benefits_stage_v1(
    p_batch bigint, p_part integer, p_from bigint, p_to bigint, p_areas text[], p_period integer
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB' AS $$
DECLARE
    stage text := format('benefits_stage_%s_%s', p_batch, p_part);
    is_supplement boolean := (SELECT kind = 'pay-supplement' FROM runs_batch WHERE id = p_batch);
    wanted text := CASE WHEN p_areas = ARRAY['*'] THEN '' ELSE format('AND b.area_id = ANY (%L::text[])', p_areas) END;
    filled bigint;
BEGIN
    PERFORM runs_hold_stage_v1(p_batch, ARRAY['pay', 'pay-supplement'], p_areas, p_period);
    EXECUTE format('DROP TABLE IF EXISTS %I', stage);
    EXECUTE format('CREATE TABLE %I (LIKE benefits_line, hold smallint NOT NULL) WITH (autovacuum_enabled = false)', stage);
    -- Persons who must not be paid now: the dead, and pensioners whose certification has run out, who were told, and whom nobody is helping.
    -- What an heir is paid is not held because of the death it comes from: `number` is whom the hold is about.
    CREATE TEMPORARY TABLE benefits_bad (person_id bigint PRIMARY KEY, hold smallint NOT NULL, number text) ON COMMIT DROP;
    INSERT INTO benefits_bad
    SELECT person_id, 1, number FROM benefits_dead_v1();
    INSERT INTO benefits_bad
    SELECT DISTINCT person_id, 2::smallint, NULL FROM benefits_overdue_v1(p_from, p_to, p_areas, p_period) WHERE may_hold
    ON CONFLICT DO NOTHING;
    ANALYZE benefits_bad;
    CREATE TEMPORARY TABLE benefits_skipped ON COMMIT DROP AS SELECT * FROM benefits_skipped_v1();
    CREATE TEMPORARY TABLE benefits_first_run (area_id text PRIMARY KEY, period integer NOT NULL) ON COMMIT DROP;
    IF is_supplement THEN
        CREATE TEMPORARY TABLE benefits_released ON COMMIT DROP AS SELECT r.benefit_id FROM benefits_released_v1(p_areas, p_period) AS r;
        wanted := wanted || ' AND b.id IN (SELECT benefit_id FROM pg_temp.benefits_released)';
    END IF;
    INSERT INTO benefits_first_run
    SELECT area, min(period) FROM runs_batch, unnest(areas) AS area WHERE kind = 'pay' AND status = 'executed' GROUP BY area;
    EXECUTE format($fill$
        INSERT INTO %I (batch_id, benefit_id, person_id, area, period, pay_period, basic_fen, account_fen, transitional_fen, extra_fen,
            adjusted_fen, amount_fen, version, kind, insurance, reason, hold)
        SELECT %s, b.id, b.person_id, b.area_id::integer, %3$s, %3$s, a.basic_fen, a.account_fen, a.transitional_fen, a.extra_fen,
            a.adjusted_fen, a.total_fen, 0, b.kind, b.insurance, 1,
            CASE WHEN bad.hold = 1 THEN benefits_dead_hold_v2(bad.person_id, bad.number, b.payee_number, b.payee_name, b.account_name, b.account_no) ELSE coalesce(bad.hold, 0) END
        FROM benefits_benefit b
        JOIN (SELECT DISTINCT ON (benefit_id) * FROM benefits_amount
            WHERE benefit_id >= %4$s AND benefit_id < %5$s AND start_period <= %3$s
            ORDER BY benefit_id, start_period DESC, id DESC) AS a ON a.benefit_id = b.id
        LEFT JOIN benefits_bad bad ON bad.person_id = b.person_id
        WHERE b.id >= %4$s AND b.id < %5$s AND b.status = 'active' AND b.start_period <= %3$s
          AND (b.end_period IS NULL OR b.end_period >= %3$s) %6$s AND a.total_fen > 0
          AND NOT EXISTS (SELECT 1 FROM pg_temp.benefits_skipped k WHERE k.benefit_id = b.id AND %3$s BETWEEN k.since AND k.until)
          AND NOT EXISTS (SELECT 1 FROM benefits_line l WHERE l.benefit_id = b.id AND l.pay_period = %3$s)
        ORDER BY b.id
        $fill$, stage, p_batch, p_period, p_from, p_to, wanted);
    EXECUTE format($back$
        INSERT INTO %I (batch_id, benefit_id, person_id, area, period, pay_period, basic_fen, account_fen, transitional_fen, extra_fen,
            adjusted_fen, amount_fen, version, kind, insurance, reason, hold)
        SELECT %s, m.id, m.person_id, m.area_id::integer, %3$s, m.month, a.basic_fen - paid.basic, a.account_fen - paid.account,
            a.transitional_fen - paid.transitional, a.extra_fen - paid.extra, a.adjusted_fen - paid.adjusted, a.total_fen - paid.total,
            paid.versions, m.kind, m.insurance, CASE WHEN paid.total = 0 THEN 2 ELSE 3 END,
            CASE WHEN a.total_fen < paid.total THEN 9 WHEN bad.hold = 1 THEN benefits_dead_hold_v2(bad.person_id, bad.number, m.payee_number, m.payee_name, m.account_name, m.account_no)
                ELSE coalesce(bad.hold, 0) END
        FROM (
            SELECT b.*, benefits_period_v1(no) AS month
            FROM (SELECT benefit_id, min(from_period) AS since FROM benefits_back_due
                WHERE done_batch IS NULL AND benefit_id >= %4$s AND benefit_id < %5$s GROUP BY benefit_id) AS d
            JOIN benefits_benefit b ON b.id = d.benefit_id
            CROSS JOIN LATERAL generate_series(
                benefits_month_no_v1(greatest(d.since, b.start_period)),
                -- Up to the month before this one where this one has its line above, and before a suspension.
                least(CASE WHEN b.status = 'active' AND coalesce(b.end_period, 999912) >= %3$s THEN benefits_month_no_v1(%3$s) - 1
                    ELSE benefits_month_no_v1(least(coalesce(b.end_period, 999912), %3$s)) END,
                    coalesce(benefits_month_no_v1(b.suspended_from) - 1, 999999))) AS no
            WHERE b.status IN ('active', 'suspended', 'ended') %6$s
        ) AS m
        JOIN LATERAL (SELECT * FROM benefits_amount a WHERE a.benefit_id = m.id AND a.start_period <= m.month
            ORDER BY a.start_period DESC, a.id DESC LIMIT 1) AS a ON true
        LEFT JOIN benefits_first_run f ON f.area_id = m.area_id
        CROSS JOIN LATERAL (SELECT count(*) FILTER (WHERE is_ours) AS versions, coalesce(sum(basic_fen), 0) AS basic,
            coalesce(sum(account_fen), 0) AS account, coalesce(sum(transitional_fen), 0) AS transitional,
            coalesce(sum(extra_fen), 0) AS extra, coalesce(sum(adjusted_fen), 0) AS adjusted, coalesce(sum(total_fen), 0) AS total
            FROM (
                SELECT true AS is_ours, basic_fen, account_fen, transitional_fen, extra_fen, adjusted_fen, amount_fen AS total_fen
                FROM benefits_line l WHERE l.benefit_id = m.id AND l.pay_period = m.month AND l.reason <> 9
                UNION ALL
                (SELECT false, basic_fen, account_fen, transitional_fen, extra_fen, adjusted_fen, total_fen
                FROM benefits_amount o
                WHERE m.case_id IS NULL AND m.month < coalesce(f.period, %3$s) AND o.benefit_id = m.id AND o.source = 'opening'
                  AND o.start_period <= m.month
                ORDER BY o.start_period DESC, o.id DESC LIMIT 1)
            ) AS paid_lines) AS paid
        LEFT JOIN benefits_bad bad ON bad.person_id = m.person_id
        WHERE a.total_fen <> paid.total
          AND NOT EXISTS (SELECT 1 FROM pg_temp.benefits_skipped k WHERE k.benefit_id = m.id AND m.month BETWEEN k.since AND k.until)
        $back$, stage, p_batch, p_period, p_from, p_to, wanted);
    -- Benefits that work stops, of people who are at work again.
    EXECUTE format($at_work$
        UPDATE %I s SET hold = 6 FROM benefits_benefit b, registry_employment e
        WHERE s.kind IN (2, 4) AND s.hold = 0 AND b.id = s.benefit_id AND e.person_id = b.person_id AND e.start_period >= b.start_period
          AND benefits_work_stops_v1(s.kind, e.start_period, s.pay_period)
        $at_work$, stage);
    -- What is kept back for earlier overpayments: never more than is left of the claim, and at least a fen is paid. For months of
    -- this year it lowers the basic part, for earlier years it stands as an extra: the books tell the two apart.
    CREATE TEMPORARY TABLE benefits_coming_back ON COMMIT DROP AS SELECT * FROM benefits_claimed_returns_v1(p_areas);
    EXECUTE format($deduct$
        INSERT INTO %1$I (batch_id, benefit_id, person_id, area, period, pay_period, basic_fen, account_fen, transitional_fen, extra_fen,
            adjusted_fen, amount_fen, version, kind, insurance, reason, hold)
        SELECT %2$s, s.benefit_id, s.person_id, s.area, s.period, s.pay_period, -this_year, 0, 0, -earlier, 0, -this_year - earlier, 100,
            s.kind, s.insurance, 9, 0
        FROM (SELECT DISTINCT ON (benefit_id) * FROM %1$I WHERE reason IN (1, 2) AND hold = 0 ORDER BY benefit_id, amount_fen DESC) AS s
        JOIN (SELECT r.benefit_id, coalesce(sum(least(r.monthly_fen, r.amount_fen - t.fen)) FILTER (WHERE NOT r.is_prior_year), 0) AS current_fen,
            coalesce(sum(least(r.monthly_fen, r.amount_fen - t.fen)) FILTER (WHERE r.is_prior_year), 0) AS prior_fen
            FROM benefits_recovery r
            -- What has come back, and what the bank has given back of its months, which this run settles (`benefits_settle_returns_v1`).
            CROSS JOIN LATERAL (SELECT coalesce((SELECT sum(n.amount_fen) FROM benefits_recovery_return n WHERE n.recovery_id = r.id), 0)
                + coalesce((SELECT sum(k.claimed_fen) FROM benefits_coming_back k WHERE k.recovery_id = r.id), 0) AS fen) AS t
            WHERE r.monthly_fen > 0 AND r.amount_fen > t.fen GROUP BY r.benefit_id) AS r USING (benefit_id)
        CROSS JOIN LATERAL (SELECT least(r.prior_fen, s.amount_fen - 1)::bigint AS earlier) AS p
        CROSS JOIN LATERAL (SELECT least(r.current_fen, s.amount_fen - 1 - earlier)::bigint AS this_year) AS c
        WHERE this_year + earlier > 0
        $deduct$, stage, p_batch);
    IF is_supplement THEN
        -- Instalments are the month's run's; of whom every line is held waits as before.
        EXECUTE format('DELETE FROM %1$I s WHERE s.reason = 9 OR NOT EXISTS (SELECT 1 FROM %1$I t WHERE t.benefit_id = s.benefit_id AND t.hold = 0)', stage);
    END IF;
    EXECUTE format('SELECT count(*) FROM %I', stage) INTO filled;
    RETURN filled;
END;
$$;

-- benefits_finish_stage_v1: holds doubled lines, and makes the payments of all parts, ready to be attached. Gives their number.
CREATE OR REPLACE FUNCTION benefits_finish_stage_v1(p_batch bigint, p_parts integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '512MB' SET maintenance_work_mem = '512MB' AS $$
DECLARE
    parts text;
    payments text := format('benefits_payment_%s', p_batch);
    made bigint;
BEGIN
    PERFORM runs_hold_stage_v1(p_batch, ARRAY['pay', 'pay-supplement'], NULL, NULL);
    SELECT string_agg(format('SELECT * FROM %I', format('benefits_stage_%s_%s', p_batch, k)), ' UNION ALL ' ORDER BY k)
    INTO parts FROM generate_series(0, p_parts - 1) AS k;
    EXECUTE format('CREATE TEMPORARY TABLE benefits_doubled ON COMMIT DROP AS SELECT person_id FROM (%s) AS s '
        'WHERE hold = 0 AND reason = 1 AND kind IN (1, 2, 3, 4) GROUP BY person_id HAVING count(*) > 1', parts);
    FOR k IN 0..p_parts - 1 LOOP
        EXECUTE format('UPDATE %I SET hold = 3 WHERE hold = 0 AND person_id IN (SELECT person_id FROM benefits_doubled)',
            format('benefits_stage_%s_%s', p_batch, k));
    END LOOP;
    EXECUTE format('DROP TABLE IF EXISTS %I', payments);
    EXECUTE format('CREATE TABLE %I (LIKE benefits_payment INCLUDING CONSTRAINTS, CONSTRAINT batch CHECK (batch_id = %s)) '
        'WITH (autovacuum_enabled = false)', payments, p_batch);
    EXECUTE format($fill$
        INSERT INTO %I (batch_id, benefit_id, person_id, amount_fen, seq, area, insurance, bank_code, account_name, account_no)
        SELECT %s, s.benefit_id, b.person_id, s.fen, row_number() OVER (ORDER BY b.insurance, b.area_id, s.benefit_id), b.area_id::integer,
            b.insurance, b.bank_code, b.account_name, b.account_no
        FROM (SELECT benefit_id, sum(amount_fen)::bigint AS fen FROM (%s) AS s WHERE hold = 0 GROUP BY benefit_id) AS s
        JOIN benefits_benefit b ON b.id = s.benefit_id
        WHERE s.fen > 0
        $fill$, payments, p_batch, parts);
    GET DIAGNOSTICS made = ROW_COUNT;
    EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (batch_id, benefit_id)', payments);
    -- Files are ranges of it.
    EXECUTE format('CREATE INDEX ON %I (seq)', payments);
    RETURN made;
END;
$$;

-- benefits_stage_sums_v1: sums of the staged lines by area, insurance, kind, reason and hold, with a digest of what they say.
CREATE OR REPLACE FUNCTION benefits_stage_sums_v1(p_batch bigint, p_parts integer)
RETURNS TABLE (area integer, insurance smallint, kind smallint, reason smallint, hold smallint, lines bigint, people bigint,
    basic_fen bigint, account_fen bigint, transitional_fen bigint, extra_fen bigint, adjusted_fen bigint, amount_fen bigint, digest bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB' AS $$
#variable_conflict use_column
DECLARE
    parts text;
BEGIN
    SELECT string_agg(format('SELECT * FROM %I', format('benefits_stage_%s_%s', p_batch, k)), ' UNION ALL ' ORDER BY k)
    INTO parts FROM generate_series(0, p_parts - 1) AS k;
    RETURN QUERY EXECUTE format($sums$
        SELECT area, insurance, kind, reason, hold, count(*), count(*) FILTER (WHERE version = 0), sum(basic_fen)::bigint,
            sum(account_fen)::bigint, sum(transitional_fen)::bigint, sum(extra_fen)::bigint, sum(adjusted_fen)::bigint,
            sum(amount_fen)::bigint,
            bit_xor(hashint8extended(benefit_id, hashint8extended(pay_period * 1000 + version, hashint8extended(amount_fen, hold))))
        FROM (%s) AS s GROUP BY area, insurance, kind, reason, hold $sums$, parts);
END;
$$;

-- benefits_payment_sums_v1: count, sum and digest of the payments made ready, accounts included.
CREATE OR REPLACE FUNCTION benefits_payment_sums_v1(p_batch bigint, OUT payments bigint, OUT fen bigint, OUT digest bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format('SELECT count(*), coalesce(sum(amount_fen), 0)::bigint, coalesce(bit_xor(hashint8extended(benefit_id, '
        'hashint8extended(amount_fen, hashtextextended(bank_code || account_no || account_name, seq)))), 0) FROM %I',
        format('benefits_payment_%s', p_batch)) INTO payments, fen, digest;
END;
$$;

-- benefits_differences_v1: how one part of a run differs from the lines of the month before (version 0 of p_before), by reason.
CREATE OR REPLACE FUNCTION benefits_differences_v1(
    p_batch bigint, p_part integer, p_from bigint, p_to bigint, p_areas text[], p_before integer, p_samples integer
) RETURNS TABLE (reason text, lines bigint, before_fen bigint, after_fen bigint, samples text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB' AS $$
BEGIN
    RETURN QUERY EXECUTE format($diff$
        WITH mine AS (
            SELECT benefit_id, amount_fen, hold FROM %1$I WHERE reason = 1
        ),
        before AS (
            SELECT benefit_id, amount_fen FROM benefits_line WHERE pay_period = %2$s AND period = %2$s AND version = 0
              AND benefit_id >= %3$s AND benefit_id < %4$s AND reason IN (1, 2) %5$s
        ),
        found AS (
            SELECT CASE
                WHEN b.benefit_id IS NULL AND m.hold = 0 THEN 'new'
                WHEN m.benefit_id IS NULL THEN 'stopped'
                WHEN m.hold <> 0 THEN CASE WHEN b.benefit_id IS NULL THEN 'same' ELSE 'held' END
                WHEN b.amount_fen <> m.amount_fen THEN 'adjusted' ELSE 'same' END AS reason,
                coalesce(m.benefit_id, b.benefit_id) AS benefit_id, b.amount_fen AS old, CASE WHEN m.hold = 0 THEN m.amount_fen END AS new
            FROM mine m FULL JOIN before b ON b.benefit_id = m.benefit_id
            UNION ALL
            SELECT CASE reason WHEN 9 THEN 'recovered' ELSE 'back' END, benefit_id, NULL, amount_fen FROM %1$I
            WHERE reason <> 1 AND hold = 0
        )
        SELECT f.reason, count(*), coalesce(sum(old), 0)::bigint, coalesce(sum(new), 0)::bigint,
            coalesce((SELECT jsonb_agg(jsonb_build_array(s.benefit_id, s.old, s.new)) FROM (
                SELECT * FROM found x WHERE x.reason = f.reason ORDER BY benefit_id LIMIT %6$s) AS s), '[]')::text
        FROM found f WHERE f.reason <> 'same' GROUP BY f.reason
        $diff$, format('benefits_stage_%s_%s', p_batch, p_part), p_before, p_from, p_to,
        CASE WHEN p_areas = ARRAY['*'] THEN '' ELSE format('AND area = ANY (%L::integer[])', p_areas) END, p_samples);
END;
$$;

-- benefits_flags_v1: what a checker should look at before signing: payments above a limit, accounts that pay several persons,
-- accounts without a number, amounts far from the month before. Gives count and the first p_samples benefits of each.
CREATE OR REPLACE FUNCTION benefits_flags_v1(p_batch bigint, p_limit_fen bigint, p_samples integer)
RETURNS TABLE (flag text, found bigint, benefits bigint[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '512MB' AS $$
BEGIN
    RETURN QUERY EXECUTE format($flags$
        SELECT 'over_limit', count(*), (array_agg(benefit_id ORDER BY amount_fen DESC))[1:%3$s] FROM %1$I WHERE amount_fen > %2$s
        UNION ALL
        SELECT 'no_account', count(*), (array_agg(benefit_id ORDER BY benefit_id))[1:%3$s] FROM %1$I
        WHERE account_no = '' OR account_name = ''
        UNION ALL
        SELECT 'shared_account', coalesce(sum(n), 0)::bigint, (array_agg(one ORDER BY one))[1:%3$s] FROM (
            SELECT count(*) AS n, min(benefit_id) AS one FROM %1$I WHERE account_no <> '' GROUP BY account_no
            HAVING min(person_id) <> max(person_id)) AS shared
        $flags$, format('benefits_payment_%s', p_batch), p_limit_fen, p_samples);
END;
$$;

-- benefits_staged_held_v1: the lines a draft or waiting run holds back, first p_samples of each reason.
CREATE OR REPLACE FUNCTION benefits_staged_held_v1(p_batch bigint, p_parts integer, p_samples integer)
RETURNS TABLE (hold smallint, benefit_id bigint, pay_period integer, amount_fen bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    parts text;
BEGIN
    SELECT string_agg(format('SELECT * FROM %I', format('benefits_stage_%s_%s', p_batch, k)), ' UNION ALL ' ORDER BY k)
    INTO parts FROM generate_series(0, p_parts - 1) AS k;
    RETURN QUERY EXECUTE format('SELECT hold, benefit_id, pay_period, amount_fen FROM (SELECT *, row_number() OVER (PARTITION BY hold '
        'ORDER BY benefit_id, pay_period) AS n FROM (%s) AS s WHERE hold <> 0) AS s WHERE n <= %s ORDER BY hold, n', parts, p_samples);
END;
$$;

-- benefits_staged_v1: the staged parts of a run laid end to end, as text for a statement. Refuses (YG010) when a part is missing.
CREATE OR REPLACE FUNCTION benefits_staged_v1(p_batch bigint) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    parts integer := (SELECT jsonb_array_length(summary -> 'bounds') - 1 FROM runs_batch WHERE id = p_batch AND kind IN ('pay', 'pay-supplement'));
    tables text;
BEGIN
    IF (SELECT count(*) FROM pg_class WHERE relkind = 'r' AND NOT relispartition AND (relname = format('benefits_payment_%s', p_batch)
        OR relname IN (SELECT format('benefits_stage_%s_%s', p_batch, k) FROM generate_series(0, parts - 1) AS k))) IS DISTINCT FROM parts + 1 THEN
        PERFORM runs_same_v1(p_batch, -1, -1, '');
    END IF;
    SELECT string_agg(format('SELECT * FROM %I', format('benefits_stage_%s_%s', p_batch, k)), ' UNION ALL ' ORDER BY k)
    INTO tables FROM generate_series(0, parts - 1) AS k;
    RETURN tables;
END;
$$;

-- benefits_sentences_asked_v1: the undecided reports of a sentence that touch what a prepared run pays, its returned payments included: what those who
-- sign are asked about. Params: numbers of the returned payments it lists.
CREATE OR REPLACE FUNCTION benefits_sentences_asked_v1(p_batch bigint, p_parts integer, p_reissues bigint[])
RETURNS TABLE (record_id bigint, benefit_id bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB' AS $$
DECLARE
    parts text;
BEGIN
    SELECT string_agg(format('SELECT benefit_id, pay_period, hold FROM %I', format('benefits_stage_%s_%s', p_batch, k)), ' UNION ALL ' ORDER BY k)
    INTO parts FROM generate_series(0, p_parts - 1) AS k;
    RETURN QUERY EXECUTE format($asked$
        WITH reported AS MATERIALIZED (SELECT * FROM benefits_sentenced_v1()),
        paid AS (
            SELECT s.benefit_id, s.pay_period FROM (%s) AS s WHERE s.hold = 0
            UNION ALL
            SELECT r.benefit_id, l.pay_period FROM benefits_reissue r
            JOIN benefits_line l ON (l.batch_id, l.benefit_id) = (r.batch_id, r.benefit_id) AND l.reason <> 9 WHERE r.id = ANY ($1)
        )
        SELECT DISTINCT f.record_id, f.benefit_id FROM reported f
        JOIN paid p ON p.benefit_id = f.benefit_id AND benefits_sentence_touches_v1(f.since, f.until, p.pay_period)
        ORDER BY 1, 2
        $asked$, parts) USING p_reissues;
END;
$$;

-- benefits_pay_told_v1: what is frozen with a run of what its signers are told, and its execution goes by, is no word of the application. Of the reports it
-- says they are asked about only those that stand undecided now count, each with the warning that wants an answer and the number of benefits that is
-- shown; whatever else is reported is held at the execution. Marks of what is due are looked at that stand now, and no later ones. Error: YG006.
CREATE OR REPLACE FUNCTION benefits_pay_told_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    said jsonb := coalesce(NEW.summary -> 'sentences', '[]');
    shown bigint := (SELECT (f ->> 'found')::bigint FROM jsonb_array_elements(coalesce(NEW.summary -> 'flags', '[]')) AS f WHERE f ->> 'flag' = 'sentenced');
    asked jsonb;
BEGIN
    IF said <> '[]' THEN
        IF (SELECT count(DISTINCT x.pair ->> 1) FROM jsonb_array_elements(said) AS x (pair)) IS DISTINCT FROM shown OR NOT EXISTS (
            SELECT 1 FROM jsonb_array_elements(NEW.checks) AS c
            WHERE c ->> 'id' = 'sentenced' AND c ->> 'level' = 'warning' AND NOT (c ->> 'passed')::boolean) THEN
            RAISE EXCEPTION USING ERRCODE = 'YG006', TABLE = 'runs_batch',
                MESSAGE = format('批次 %s 所列部门报送服刑的领取人没有作为提示交签署人说明，不能生成，请重新生成。', NEW.id);
        END IF;
        SELECT coalesce(jsonb_agg(x.pair), '[]') INTO asked FROM jsonb_array_elements(said) AS x (pair)
        WHERE (x.pair ->> 0, x.pair ->> 1) IN (SELECT f.record_id::text, f.benefit_id::text FROM benefits_sentenced_v1() f);
        NEW.summary := jsonb_set(NEW.summary, '{sentences}', asked);
    END IF;
    NEW.summary := jsonb_set(NEW.summary, '{last_mark}',
        to_jsonb(least((NEW.summary ->> 'last_mark')::bigint, (SELECT coalesce(max(id), 0) FROM benefits_back_due))));
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION benefits_pay_told_v1 FROM PUBLIC;
-- After the guard of all batches.
CREATE OR REPLACE TRIGGER told BEFORE UPDATE ON runs_batch FOR EACH ROW
    WHEN (OLD.status = 'draft' AND NEW.status = 'prepared' AND NEW.kind IN ('pay', 'pay-supplement')) EXECUTE FUNCTION benefits_pay_told_v1();

-- benefits_sentenced_since_v1: the undecided reports of a sentence that those who signed a run were not asked about.
CREATE OR REPLACE FUNCTION benefits_sentenced_since_v1(p_batch bigint) RETURNS TABLE (benefit_id bigint, since integer, until integer)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT f.benefit_id, f.since, f.until FROM benefits_sentenced_v1() f
    WHERE NOT EXISTS (SELECT 1 FROM runs_batch b, jsonb_array_elements(b.summary -> 'sentences') AS x (pair)
        WHERE b.id = p_batch AND (x.pair ->> 0)::bigint IN (SELECT benefits_reports_reaching_v1(f.record_id))
          AND (x.pair ->> 1)::bigint = f.benefit_id)
$$;

-- benefits_look_again_v1: takes out of an approved run whoever must not be paid any more: what has become known since it was prepared.
-- The dead (1; where an heir is paid, the death is what he is paid for, but not into the dead person's own account: 12), months that are not in payment any more because the benefit
-- was suspended, ended or put back (4), accounts that were changed (5: the money must not go where it was approved to go), whoever
-- has found work since and draws what work stops (6), whom another batch has paid one of these months meanwhile (7), and about whom a sentence
-- was reported that those who signed were not asked about, and that nobody has decided (8). Whose a benefit
-- is the benefit says, not the stage: the record may have been merged since. A benefit
-- is taken out whole, so that the total only shrinks; its lines stay in the stage with the reason and are kept as held. What remains
-- due of it follows with the next run by its mark. For `benefits_execute_v2` only. Gives reason, benefits, and the sum not paid (fen).
CREATE OR REPLACE FUNCTION benefits_look_again_v1(p_batch bigint) RETURNS TABLE (hold smallint, benefits bigint, fen bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB' SET jit = off AS $$
#variable_conflict use_column
DECLARE
    parts integer := (SELECT jsonb_array_length(summary -> 'bounds') - 1 FROM runs_batch WHERE id = p_batch);
    payments text := format('benefits_payment_%s', p_batch);
    -- Another batch was executed since this one was prepared; an hour more, for one that was just being committed.
    is_other boolean := EXISTS (SELECT 1 FROM runs_batch o JOIN runs_batch b ON b.id = p_batch WHERE o.kind IN ('pay', 'pay-supplement')
        AND o.id <> b.id AND o.status = 'executed' AND o.areas && b.areas AND o.executed_at > b.created_at - interval '1 hour');
BEGIN
    CREATE TEMPORARY TABLE benefits_dead ON COMMIT DROP AS
    SELECT * FROM benefits_dead_v1();
    ANALYZE benefits_dead;
    CREATE TEMPORARY TABLE benefits_skipped_now ON COMMIT DROP AS SELECT * FROM benefits_skipped_v1();
    EXECUTE format($unfit$
        CREATE TEMPORARY TABLE benefits_unfit ON COMMIT DROP AS
        SELECT s.benefit_id, min(CASE WHEN o.hold <> 0 THEN o.hold
            WHEN b.status = 'pending' OR s.pay_period < b.start_period OR s.pay_period > coalesce(b.end_period, 999912)
                OR s.pay_period >= coalesce(b.suspended_from, 999999) OR EXISTS (SELECT 1 FROM benefits_skipped_now k
                    WHERE k.benefit_id = s.benefit_id AND s.pay_period BETWEEN k.since AND k.until) THEN 4
            WHEN (p.bank_code, p.account_name, p.account_no) IS DISTINCT FROM (b.bank_code, b.account_name, b.account_no) THEN 5
            WHEN x.benefit_id IS NOT NULL THEN 7
            ELSE 6 END)::smallint AS hold
        FROM (%1$s) AS s
        LEFT JOIN benefits_benefit b ON b.id = s.benefit_id
        LEFT JOIN benefits_dead d ON d.person_id = b.person_id
        -- Asked of the dead alone.
        CROSS JOIN LATERAL (SELECT CASE WHEN d.person_id IS NULL THEN 0
            ELSE benefits_dead_hold_v2(d.person_id, d.number, b.payee_number, b.payee_name, b.account_name, b.account_no) END AS hold) AS o
        LEFT JOIN %2$I p ON p.batch_id = s.batch_id AND p.benefit_id = s.benefit_id
        LEFT JOIN benefits_line x ON %3$L AND (x.benefit_id, x.pay_period, x.version) = (s.benefit_id, s.pay_period, s.version)
        WHERE s.hold = 0 AND (x.benefit_id IS NOT NULL OR o.hold <> 0 OR b.status = 'pending' OR s.pay_period < b.start_period
            OR s.pay_period > coalesce(b.end_period, 999912) OR s.pay_period >= coalesce(b.suspended_from, 999999)
            OR EXISTS (SELECT 1 FROM benefits_skipped_now k WHERE k.benefit_id = s.benefit_id AND s.pay_period BETWEEN k.since AND k.until)
            OR (p.bank_code, p.account_name, p.account_no) IS DISTINCT FROM (b.bank_code, b.account_name, b.account_no)
            OR s.kind IN (2, 4) AND EXISTS (SELECT 1 FROM registry_employment e
                WHERE e.person_id = b.person_id AND e.start_period >= b.start_period
                  AND benefits_work_stops_v1(s.kind, e.start_period, s.pay_period)))
        GROUP BY s.benefit_id
        $unfit$, benefits_staged_v1(p_batch), payments, is_other);
    EXECUTE format('INSERT INTO benefits_unfit SELECT DISTINCT s.benefit_id, 8 FROM (%s) AS s JOIN benefits_sentenced_since_v1(%s) f '
        'ON f.benefit_id = s.benefit_id AND benefits_sentence_touches_v1(f.since, f.until, s.pay_period) '
        'WHERE s.hold = 0 AND s.benefit_id NOT IN (SELECT benefit_id FROM benefits_unfit)', benefits_staged_v1(p_batch), p_batch);
    IF EXISTS (SELECT 1 FROM benefits_unfit) THEN
        FOR k IN 0..parts - 1 LOOP
            EXECUTE format('UPDATE %I s SET hold = u.hold FROM benefits_unfit u WHERE u.benefit_id = s.benefit_id AND s.hold = 0',
                format('benefits_stage_%s_%s', p_batch, k));
        END LOOP;
        RETURN QUERY EXECUTE format('WITH gone AS (DELETE FROM %I p USING benefits_unfit u WHERE u.benefit_id = p.benefit_id '
            'RETURNING u.hold, p.amount_fen) SELECT hold, count(*), sum(amount_fen)::bigint FROM gone GROUP BY hold ORDER BY hold', payments);
    END IF;
END;
$$;

-- benefits_claim_dead_v1: months that were paid after a death that a run holds become a claim (多领追回): one for each benefit of the
-- dead, for the months that no claim covers yet. The day of the death is that of the newest report. Gives claims and their sum (fen).
CREATE OR REPLACE FUNCTION benefits_claim_dead_v1(p_batch bigint, OUT claims bigint, OUT fen bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format($claim$
        WITH dead AS (
            SELECT s.benefit_id, max(extract(year FROM d.died_on)::integer * 100 + extract(month FROM d.died_on)::integer) AS month
            FROM (%1$s) AS s JOIN benefits_benefit b ON b.id = s.benefit_id
            JOIN exchange_deaths_v1() d ON d.person_id = b.person_id AND d.standing IN ('in_force', 'other_day')
            WHERE s.hold = 1 AND b.kind < 11 GROUP BY s.benefit_id
        ),
        paid AS (
            SELECT d.benefit_id, min(l.pay_period) AS first_month, max(l.pay_period) AS last_month, sum(l.amount_fen)::bigint AS fen
            FROM dead d JOIN benefits_line l ON l.benefit_id = d.benefit_id AND l.pay_period > d.month AND l.reason <> 9
            WHERE NOT EXISTS (SELECT 1 FROM benefits_recovery r WHERE r.benefit_id = d.benefit_id
                AND l.pay_period BETWEEN r.start_period AND r.end_period)
            GROUP BY d.benefit_id HAVING sum(l.amount_fen) > 0
        ),
        made AS (
            INSERT INTO benefits_recovery (benefit_id, start_period, end_period, amount_fen, monthly_fen, is_prior_year, ground, case_id)
            SELECT benefit_id, first_month, last_month, fen, 0, last_month / 100 < %3$s,
                format('死亡后已发放，第 %%s 号支付计划执行时发现', %2$s), -%2$s
            FROM paid RETURNING amount_fen
        )
        SELECT count(*), coalesce(sum(amount_fen), 0)::bigint FROM made
        $claim$, benefits_staged_v1(p_batch), p_batch, (SELECT period / 100 FROM runs_batch WHERE id = p_batch)) INTO claims, fen;
END;
$$;

-- benefits_books_v1: what a run has to post, by debit (fen): its lines by book, what was kept back for earlier years on top (it is income), and
-- what came back and is sent again, or has ended a claim. Params: p_sums as `benefits_stage_sums_v1` gives them.
CREATE OR REPLACE FUNCTION benefits_books_v1(p_batch bigint, p_sums jsonb) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(jsonb_agg(to_jsonb(b)), '[]') FROM (
        SELECT 'benefit_payment' AS event, s.area::text AS area, ledger_fund_v1(s.insurance) AS fund,
            sum(s.amount_fen - CASE s.reason WHEN 9 THEN s.extra_fen ELSE 0 END)::bigint AS fen
        FROM jsonb_to_recordset(p_sums) AS s (area integer, insurance smallint, reason smallint, extra_fen bigint, amount_fen bigint)
        GROUP BY 1, 2, 3
        UNION ALL
        SELECT 'benefit_reissued', b.area_id, ledger_fund_v1(b.insurance), sum(r.amount_fen)::bigint
        FROM benefits_reissue r JOIN benefits_benefit b ON b.id = r.benefit_id WHERE r.sent_batch = p_batch GROUP BY 1, 2, 3
        UNION ALL
        SELECT 'benefit_return_settled', b.area_id, ledger_fund_v1(b.insurance), sum(s.amount_fen)::bigint
        FROM benefits_settled_return s JOIN benefits_benefit b ON b.id = s.benefit_id WHERE s.run_id = p_batch GROUP BY 1, 2, 3
    ) AS b WHERE b.fen <> 0
$$;

-- benefits_in_doubt_v1: whether a line of the bank about a payment, of whichever attempt, contradicts what is on record and nobody has found out what is
-- right: the money may have arrived. Such a payment is not sent again and ends no claim before that is decided.
CREATE OR REPLACE FUNCTION benefits_in_doubt_v1(p_batch bigint, p_benefit bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM benefits_result_waiting w WHERE w.series = 'P' AND (w.batch_id, w.subject_id) = (p_batch, p_benefit)
        AND NOT EXISTS (SELECT 1 FROM benefits_result_decision d WHERE d.waiting_id = w.id))
$$;

-- benefits_own_account_v2: whether a payment that is sent again goes to the dead person's own account: as `benefits_not_the_heirs_v1`, or to the one that the payment
-- first went to in such a name.
DROP FUNCTION IF EXISTS benefits_own_account_v1(bigint, bigint, bigint, text, text);
CREATE OR REPLACE FUNCTION benefits_own_account_v2(
    p_batch bigint, p_benefit bigint, p_person bigint, p_payee text, p_payee_name text, p_name text, p_account text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT benefits_not_the_heirs_v1(p_person, p_payee, p_payee_name, p_name, p_account)
        OR NOT benefits_namesake_v1(p_person, p_payee, p_payee_name) AND EXISTS (
        SELECT 1 FROM benefits_payment p WHERE (p.batch_id, p.benefit_id, p.account_no) = (p_batch, p_benefit, p_account) AND p_account <> ''
            AND registry_own_name_v1(p_person, p.account_name))
$$;
REVOKE ALL ON FUNCTION benefits_own_account_v2 FROM PUBLIC;

-- benefits_came_back_v1: whether the bank's last word on an attempt of a payment is that it came back, by a file two people answer for.
CREATE OR REPLACE FUNCTION benefits_came_back_v1(p_batch bigint, p_benefit bigint, p_attempt integer) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT 1 FROM benefits_last_word_v1('P', p_batch, p_benefit, p_attempt) AS x
        WHERE x.status = 'returned' AND benefits_result_confirmed_v1(x.file_id));
END;
$$;
REVOKE ALL ON FUNCTION benefits_came_back_v1 FROM PUBLIC;

-- benefits_waiting_reissues_v1: returned payments that a case has given an account and no run has sent, nor two people withdrawn, and why one must not be sent now, as
-- `benefits_look_again_v1` asks of lines: the person is dead and the payee is nobody else (1), or is and the account is still the dead person's (12), the months are
-- not in payment any more (4), work stops them (6), an execution has held it for a sentence that nobody has decided (8), an open claim is for one of them (9), the bank contradicts itself about
-- it (10). What has arrived by the bank's last word on the attempt before, as somebody found out, waits no longer. What a claim has got already is off its amount. mark: whose
-- the benefit is and the account it has. Grain: one row per payment; p_areas: exact.
CREATE OR REPLACE FUNCTION benefits_waiting_reissues_v1(p_areas text[]) RETURNS TABLE (
    reissue_id bigint, benefit_id bigint, period integer, amount_fen bigint, hold smallint, mark bigint
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $$
    WITH waiting AS MATERIALIZED (
        SELECT r.id, r.batch_id, r.benefit_id, r.amount_fen, r.account_name, r.account_no, o.period, b.person_id, b.insurance, b.kind, b.status, b.start_period,
            coalesce(b.end_period, 999912) AS until, coalesce(b.suspended_from, 999999) AS suspended, b.payee_number, b.payee_name,
            hashtextextended(concat_ws('|', b.payee_number, b.bank_code, b.account_name, b.account_no), 0) AS mark,
            EXISTS (SELECT 1 FROM benefits_settled_return s WHERE (s.batch_id, s.benefit_id) = (r.batch_id, r.benefit_id) AND s.attempt < r.attempt)
                AS is_settled
        FROM benefits_reissue r JOIN benefits_benefit b ON b.id = r.benefit_id JOIN runs_batch o ON o.id = r.batch_id
        WHERE r.sent_batch IS NULL AND r.withdrawn_batch IS NULL AND b.area_id = ANY (p_areas) AND benefits_came_back_v1(r.batch_id, r.benefit_id, r.attempt - 1)
    ),
    dead AS MATERIALIZED (SELECT d.person_id, d.number FROM benefits_dead_v1() d WHERE d.person_id IN (SELECT w.person_id FROM waiting w))
    SELECT w.id, w.benefit_id, w.period, w.amount_fen, (CASE
        WHEN EXISTS (SELECT 1 FROM dead d WHERE d.person_id = w.person_id AND NOT benefits_paid_to_other_v1(d.person_id, d.number, w.payee_number)) THEN 1
        WHEN w.person_id IN (SELECT d.person_id FROM dead d) AND benefits_own_account_v2(w.batch_id, w.benefit_id, w.person_id, w.payee_number, w.payee_name, w.account_name, w.account_no) THEN 12
        WHEN w.status = 'pending' OR NOT w.is_settled AND EXISTS (SELECT 1 FROM benefits_line l
            WHERE (l.batch_id, l.benefit_id) = (w.batch_id, w.benefit_id) AND l.reason <> 9
              AND (l.pay_period < w.start_period OR l.pay_period > w.until OR l.pay_period >= w.suspended)) THEN 4
        WHEN NOT w.is_settled AND EXISTS (SELECT 1 FROM benefits_recovery c JOIN benefits_benefit o ON o.id = c.benefit_id
            JOIN benefits_line l ON (l.batch_id, l.benefit_id) = (w.batch_id, w.benefit_id) AND l.reason <> 9
                AND l.pay_period BETWEEN c.start_period AND c.end_period
            WHERE o.person_id = w.person_id AND o.insurance = w.insurance AND c.amount_fen > coalesce((
                SELECT sum(t.amount_fen) FROM benefits_recovery_return t WHERE t.recovery_id = c.id), 0)) THEN 9
        WHEN w.kind IN (2, 4) AND EXISTS (SELECT 1 FROM registry_employment e
            JOIN benefits_line l ON (l.batch_id, l.benefit_id) = (w.batch_id, w.benefit_id) AND l.reason <> 9
            WHERE e.person_id = w.person_id AND e.start_period >= w.start_period
              AND benefits_work_stops_v1(w.kind, e.start_period, l.pay_period)) THEN 6
        WHEN EXISTS (SELECT 1 FROM benefits_sentence_held_v1() f
            JOIN benefits_line l ON (l.batch_id, l.benefit_id) = (w.batch_id, w.benefit_id) AND l.reason <> 9
                AND benefits_sentence_touches_v1(f.since, f.until, l.pay_period)
            WHERE f.benefit_id = w.benefit_id) THEN 8
        WHEN benefits_in_doubt_v1(w.batch_id, w.benefit_id) THEN 10
        ELSE 0 END)::smallint, w.mark
    FROM waiting w
$$;

-- benefits_reissue_sums_v1: count, sum and digest of returned payments that are sent again, accounts included, whatever has become of them since.
CREATE OR REPLACE FUNCTION benefits_reissue_sums_v1(p_reissues bigint[], p_areas text[], OUT reissues bigint, OUT fen bigint, OUT digest bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*), coalesce(sum(r.amount_fen), 0)::bigint, coalesce(bit_xor(hashint8extended(r.id, hashint8extended(r.amount_fen,
        hashtextextended(concat_ws('|', r.batch_id, r.benefit_id, r.attempt, r.bank_code, r.account_no, r.account_name), 0)))), 0)
    FROM benefits_reissue r JOIN benefits_benefit b ON b.id = r.benefit_id AND b.area_id = ANY (p_areas) WHERE r.id = ANY (p_reissues)
$$;

-- benefits_listed_again_v1: the returned payments a run lists, and why one must not be sent now (0: it may): as `benefits_waiting_reissues_v1` says, sent by
-- another batch meanwhile (7), arrived after all (11), withdrawn (13), the benefit's payee or account is another than when they were listed (5), or a sentence was reported that those who signed
-- were not asked about (8).
CREATE OR REPLACE FUNCTION benefits_listed_again_v1(p_batch bigint) RETURNS TABLE (
    reissue_id bigint, benefit_id bigint, period integer, amount_fen bigint, hold smallint
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.id, r.benefit_id, o.period, r.amount_fen, (CASE WHEN r.withdrawn_batch IS NOT NULL THEN 13 WHEN w.reissue_id IS NULL AND r.sent_batch IS NULL THEN 11 WHEN w.reissue_id IS NULL THEN 7 WHEN w.hold <> 0 THEN w.hold
        WHEN w.mark IS DISTINCT FROM (x.value ->> 1)::bigint THEN 5
        WHEN EXISTS (SELECT 1 FROM benefits_sentenced_since_v1(p_batch) f
            JOIN benefits_line l ON (l.batch_id, l.benefit_id) = (r.batch_id, r.benefit_id) AND l.reason <> 9
                AND benefits_sentence_touches_v1(f.since, f.until, l.pay_period)
            WHERE f.benefit_id = r.benefit_id) THEN 8 ELSE 0 END)::smallint
    FROM runs_batch b CROSS JOIN jsonb_array_elements(b.summary -> 'reissue_marks') AS x
    JOIN benefits_reissue r ON r.id = (x.value ->> 0)::bigint JOIN runs_batch o ON o.id = r.batch_id
    LEFT JOIN benefits_waiting_reissues_v1(b.areas::text[]) w ON w.reissue_id = r.id
    WHERE b.id = p_batch
$$;

-- benefits_since_prepared_v1: what has come up about people a prepared run pays, and takes them out when it is executed: deaths (1, 12), sentences that those
-- who sign were not asked about (8), and what holds a returned payment it lists. Benefits, accounts and work that have changed are found by the execution
-- alone (`benefits_look_again_v1`). One row per hold.
CREATE OR REPLACE FUNCTION benefits_since_prepared_v1(p_batch bigint) RETURNS TABLE (hold smallint, benefits bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB' SET jit = off AS $$
BEGIN
    RETURN QUERY EXECUTE format($since$
        WITH paid AS NOT MATERIALIZED (SELECT s.benefit_id, s.pay_period FROM (%s) AS s WHERE s.hold = 0),
        found AS (
            SELECT x.hold, p.benefit_id FROM paid p JOIN benefits_benefit b ON b.id = p.benefit_id JOIN benefits_dead_v1() d ON d.person_id = b.person_id
            CROSS JOIN LATERAL benefits_dead_hold_v2(d.person_id, d.number, b.payee_number, b.payee_name, b.account_name, b.account_no) AS x (hold) WHERE x.hold <> 0
            UNION SELECT 8, p.benefit_id FROM paid p JOIN benefits_sentenced_since_v1($1) f
                ON f.benefit_id = p.benefit_id AND benefits_sentence_touches_v1(f.since, f.until, p.pay_period)
            UNION SELECT a.hold, a.benefit_id FROM benefits_listed_again_v1($1) a WHERE a.hold <> 0
        )
        SELECT f.hold::smallint, count(*) FROM found f GROUP BY 1 ORDER BY 1
        $since$, benefits_staged_v1(p_batch)) USING p_batch;
END;
$$;

-- benefits_send_again_v1: sends those of the returned payments an approved run lists that nothing holds now; the others are kept as held, to be looked
-- at by the next run (`benefits_listed_again_v1`). What was not listed is not sent. For `benefits_execute_v2` only, under the warrant of the run. Gives what was taken out.
CREATE OR REPLACE FUNCTION benefits_send_again_v1(p_batch bigint, p_warrant bigint, OUT sent bigint, OUT fen bigint, OUT taken jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    of_run runs_batch%ROWTYPE;
BEGIN
    SELECT * INTO of_run FROM runs_batch WHERE id = p_batch;
    PERFORM 1 FROM benefits_reissue r WHERE r.id IN (SELECT (x.value ->> 0)::bigint FROM jsonb_array_elements(of_run.summary -> 'reissue_marks') AS x)
    ORDER BY r.id FOR UPDATE;
    CREATE TEMPORARY TABLE benefits_again ON COMMIT DROP AS
    SELECT l.reissue_id AS id, l.benefit_id, l.period, l.amount_fen, l.hold FROM benefits_listed_again_v1(p_batch) l;
    INSERT INTO benefits_held (warrant_id, batch_id, benefit_id, pay_period, amount_fen, hold, at_execution)
    SELECT p_warrant, p_batch, a.benefit_id, a.period, a.amount_fen, a.hold, true FROM pg_temp.benefits_again a WHERE a.hold <> 0 ORDER BY a.id;
    WITH gone AS (
        UPDATE benefits_reissue r SET sent_batch = p_batch FROM pg_temp.benefits_again a
        WHERE a.id = r.id AND a.hold = 0 AND r.sent_batch IS NULL RETURNING r.amount_fen
    )
    SELECT count(*), coalesce(sum(g.amount_fen), 0)::bigint INTO sent, fen FROM gone g;
    SELECT coalesce(jsonb_agg(jsonb_build_array(t.hold, t.n, t.s) ORDER BY t.hold), '[]') INTO taken
    FROM (SELECT a.hold, count(*) AS n, sum(a.amount_fen)::bigint AS s FROM pg_temp.benefits_again a WHERE a.hold <> 0 GROUP BY a.hold) AS t;
    DROP TABLE pg_temp.benefits_again;
END;
$$;
REVOKE ALL ON FUNCTION benefits_send_again_v1 FROM PUBLIC;

-- benefits_execute_v2: executes an approved run under the open class-1 warrant of this very run: compares the staged content with what was
-- approved, looks again at everybody and takes out who must not be paid any more, writes the lines, attaches the payments, keeps what
-- was held, claims back what was paid after a death, marks what was looked at. Params: the batch and nothing else.
-- Gives what was really paid, as the sums of `benefits_stage_sums_v1`, who was taken out, and the claims.
-- Errors: YG001/YG002 no warrant, YG010 the content is not what was approved.
DROP FUNCTION IF EXISTS benefits_execute_v1(bigint, integer);
CREATE OR REPLACE FUNCTION benefits_execute_v2(p_batch bigint) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB' AS $$
DECLARE
    the_warrant bigint := runs_own_warrant_v1(p_batch, 1::smallint, 'benefits_line');
    staged text := benefits_staged_v1(p_batch);
    bounds bigint[] := array(SELECT b.value::bigint FROM runs_batch r, jsonb_array_elements_text(r.summary -> 'bounds') WITH ORDINALITY AS b (value, n)
        WHERE r.id = p_batch ORDER BY n);
    parts integer := cardinality(bounds) - 1;
    payments text := format('benefits_payment_%s', p_batch);
    of_run runs_batch%ROWTYPE;
    stage text;
    n bigint;
    found record;
    listed record;
    taken jsonb;
    claim record;
    again record;
    sums jsonb;
    lines bigint := 0;
BEGIN
    SELECT * INTO of_run FROM runs_batch WHERE id = p_batch;
    -- What the month's plan holds ready is paid by it: a supplementary run steps back.
    IF of_run.kind = 'pay-supplement' AND EXISTS (SELECT 1 FROM runs_batch o WHERE o.kind = 'pay' AND o.status IN ('draft', 'prepared', 'approved')
        AND o.areas && of_run.areas) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = format(
            '第 %s 号批次的人员已由正在办理的支付计划列入，请先执行或作废该支付计划，再作废本批次。', p_batch);
    END IF;
    SELECT coalesce(sum(s.lines) FILTER (WHERE s.hold = 0), 0)::bigint AS lines, coalesce(bit_xor(s.digest), 0) AS digest
    INTO found FROM benefits_stage_sums_v1(p_batch, parts) AS s;
    SELECT * INTO listed FROM benefits_reissue_sums_v1(array(SELECT (x.value ->> 0)::bigint
        FROM jsonb_array_elements(of_run.summary -> 'reissue_marks') AS x), of_run.areas::text[]);
    PERFORM runs_same_v1(p_batch, found.lines + listed.reissues, p.fen + listed.fen,
        lpad(to_hex(found.digest), 16, '0') || lpad(to_hex(p.digest # listed.digest), 16, '0'))
    FROM benefits_payment_sums_v1(p_batch) AS p;
    SELECT coalesce(jsonb_agg(jsonb_build_array(t.hold, t.benefits, t.fen)), '[]') INTO taken FROM benefits_look_again_v1(p_batch) AS t;
    -- Claims, and what comes back of months that are claimed, are the month's run's, which holds the same dead.
    IF of_run.kind = 'pay' THEN
        SELECT * INTO claim FROM benefits_claim_dead_v1(p_batch);
    ELSE
        SELECT 0::bigint AS claims, 0::bigint AS fen INTO claim;
    END IF;
    SELECT coalesce(jsonb_agg(to_jsonb(s)), '[]') INTO sums FROM benefits_stage_sums_v1(p_batch, parts) AS s WHERE s.hold = 0;
    FOR k IN 0..parts - 1 LOOP
        stage := format('benefits_stage_%s_%s', p_batch, k);
        EXECUTE format('INSERT INTO benefits_line (batch_id, benefit_id, person_id, area, period, pay_period, basic_fen, account_fen, '
            'transitional_fen, extra_fen, adjusted_fen, amount_fen, version, kind, insurance, reason) '
            'SELECT batch_id, benefit_id, person_id, area, period, pay_period, basic_fen, account_fen, transitional_fen, extra_fen, '
            'adjusted_fen, amount_fen, version, kind, insurance, reason FROM %I WHERE hold = 0', stage);
        GET DIAGNOSTICS n = ROW_COUNT;
        lines := lines + n;
        EXECUTE format('INSERT INTO benefits_held (warrant_id, batch_id, benefit_id, pay_period, amount_fen, hold, at_execution) '
            'SELECT %s, s.batch_id, s.benefit_id, s.pay_period, s.amount_fen, s.hold, u.benefit_id IS NOT NULL FROM %I s '
            'LEFT JOIN pg_temp.benefits_unfit u ON u.benefit_id = s.benefit_id WHERE s.hold <> 0 ORDER BY s.benefit_id, s.pay_period', the_warrant, stage);
        -- Marks that were looked at are done; what was held keeps one. A supplementary run has looked at those it lists.
        EXECUTE format($done$
            UPDATE benefits_back_due d SET done_batch = %1$s
            WHERE done_batch IS NULL AND id <= %2$s AND benefit_id >= %3$s AND benefit_id < %4$s
              AND EXISTS (SELECT 1 FROM benefits_benefit b WHERE b.id = d.benefit_id AND b.area_id = ANY (%5$L::text[])) %6$s
            $done$, p_batch, of_run.summary ->> 'last_mark', bounds[k + 1], bounds[k + 2], of_run.areas, CASE WHEN of_run.kind = 'pay-supplement'
                THEN format('AND EXISTS (SELECT 1 FROM %I s WHERE s.benefit_id = d.benefit_id)', stage) ELSE '' END);
        EXECUTE format('INSERT INTO benefits_back_due (benefit_id, from_period) '
            'SELECT benefit_id, min(pay_period) FROM %I WHERE hold IN (1, 2, 3, 4, 5, 6, 7, 8) AND reason <> 9 GROUP BY benefit_id', stage);
        -- What was kept back counts towards its claims, of each kind the oldest first.
        IF of_run.kind = 'pay' THEN
            EXECUTE format($kept$
                INSERT INTO benefits_recovery_return (warrant_id, recovery_id, amount_fen, source, source_id)
                SELECT %1$s, id, part, 'batch', %2$s FROM (
                    SELECT r.id, least(r.open, CASE WHEN r.is_prior_year THEN -s.extra_fen ELSE -s.basic_fen END
                        - sum(r.open) OVER (PARTITION BY r.benefit_id, r.is_prior_year ORDER BY r.id) + r.open) AS part
                    FROM %3$I s JOIN (
                        SELECT r.id, r.benefit_id, r.is_prior_year, least(r.monthly_fen, r.amount_fen - coalesce(sum(t.amount_fen), 0)) AS open
                        FROM benefits_recovery r LEFT JOIN benefits_recovery_return t ON t.recovery_id = r.id
                        WHERE r.monthly_fen > 0 GROUP BY r.id) AS r ON r.benefit_id = s.benefit_id
                    WHERE s.reason = 9 AND s.hold = 0 AND r.open > 0) AS p
                WHERE part > 0 $kept$, the_warrant, p_batch, stage);
        END IF;
        EXECUTE format('DROP TABLE %I', stage);
    END LOOP;
    EXECUTE format('ALTER TABLE benefits_payment ATTACH PARTITION %I FOR VALUES IN (%s)', payments, p_batch);
    EXECUTE format('SELECT warrants_append_only_v1(%L::regclass, true)', payments);
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC', payments);
    IF of_run.kind = 'pay' THEN
        PERFORM benefits_settle_returns_v1(p_batch, the_warrant);
    END IF;
    SELECT * INTO again FROM benefits_send_again_v1(p_batch, the_warrant);
    SELECT coalesce(jsonb_agg(jsonb_build_array(t.hold, t.n, t.fen) ORDER BY t.hold), '[]') INTO taken FROM (
        SELECT (x.value ->> 0)::smallint AS hold, sum((x.value ->> 1)::bigint)::bigint AS n, sum((x.value ->> 2)::bigint)::bigint AS fen
        FROM jsonb_array_elements(taken || again.taken) AS x GROUP BY 1) AS t;
    PERFORM runs_written_v1(p_batch, lines + again.sent,
        again.fen + (SELECT coalesce(sum((s ->> 'amount_fen')::bigint), 0)::bigint FROM jsonb_array_elements(sums) AS s),
        found.lines - lines + listed.reissues - again.sent, (SELECT coalesce(sum((t ->> 2)::bigint), 0)::bigint FROM jsonb_array_elements(taken) AS t),
        benefits_books_v1(p_batch, sums));
    RETURN jsonb_build_object('sums', sums, 'taken', taken, 'claims', jsonb_build_array(claim.claims, claim.fen),
        'again', jsonb_build_array(again.sent, again.fen));
END;
$$;
REVOKE ALL ON FUNCTION benefits_dead_v1, benefits_look_again_v1, benefits_claim_dead_v1, benefits_staged_v1, benefits_books_v1 FROM PUBLIC;

-- benefits_drop_stage_v1: throws away what a run that will not be executed has left.
CREATE OR REPLACE FUNCTION benefits_drop_stage_v1(p_batch bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    left_over text;
BEGIN
    IF EXISTS (SELECT 1 FROM runs_batch WHERE id = p_batch AND status <> 'void') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = format('第 %s 号批次未作废，不能清除。', p_batch);
    END IF;
    FOR left_over IN
        SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND NOT c.relispartition
          AND (c.relname ~ format('^benefits_(stage|adjust)_%s_[0-9]+$', p_batch) OR c.relname = format('benefits_payment_%s', p_batch))
    LOOP
        EXECUTE format('DROP TABLE %I', left_over);
    END LOOP;
END;
$$;

-- case_posts_v1: what a case may post: money it has shared out over bills leaves the suspense and becomes income, money it gives back goes where
-- the refund waits, money that arrived and is taken for a claim leaves the suspense; of each all vouchers together up to what its own rows come to.
-- Error: YG011.
CREATE OR REPLACE FUNCTION case_posts_v1(
    p_warrant bigint, p_case bigint, p_event text, p_area text, p_fund text, p_debit bigint
) RETURNS void
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    taken text[] := ARRAY['contribution_received', 'collected_for_other_area'];
    given text[] := ARRAY['refund_current_year', 'refund_prior_year', 'refund_for_other_area'];
    back text[] := ARRAY['recovery_received', 'recovery_for_other_area'];
    events text[] := CASE WHEN p_event = ANY (taken) THEN taken WHEN p_event = ANY (given) THEN given WHEN p_event = ANY (back) THEN back
        ELSE ARRAY[p_event] END;
    most bigint;
BEGIN
    IF p_event IN ('suspense_allocated', 'contribution_received', 'collected_for_other_area', 'collected_by_other_area') THEN
        SELECT sum(amount_fen) INTO most FROM contributions_allocation
        WHERE case_id = p_case AND warrant_id = p_warrant AND receipt_id > 0 AND bill_id > 0 AND step <> 'refund';
    ELSIF p_event = ANY (given) OR p_event = 'refund_by_other_area' THEN
        SELECT sum(amount_fen) INTO most FROM contributions_allocation
        WHERE case_id = p_case AND warrant_id = p_warrant AND receipt_id > 0 AND bill_id = 0 AND step = 'refund';
    ELSIF p_event = ANY (back) OR p_event = 'recovery_by_other_area' THEN
        SELECT sum(amount_fen) INTO most FROM contributions_allocation
        WHERE case_id = p_case AND warrant_id = p_warrant AND receipt_id > 0 AND bill_id = 0 AND step = 'recovery';
    END IF;
    IF (p_debit + ledger_posted_v1(p_warrant, events) <= most) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', MESSAGE = '办件的凭据只能登记本办件分配、退还或收回的款项，合计不超过其金额。';
    END IF;
END;
$$;
REVOKE ALL ON FUNCTION case_posts_v1 FROM PUBLIC;

-- benefits_return_ground_v1: what a case writes as paid back of a claim has arrived: it is what the very case has taken out of suspense for it, to
-- the fen at most. A claim is lifted only by the case that takes a wrong death back (CHG-004, change item 07). Error: YG011.
CREATE OR REPLACE FUNCTION benefits_return_ground_v1() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    w record;
BEGIN
    SELECT id, kind, subject_id, item_code INTO w FROM warrants_warrant
    WHERE xid = (pg_current_xact_id_if_assigned()::text)::bigint AND issued_at = transaction_timestamp();
    IF w.kind = 'case' AND (
        EXISTS (SELECT 1 FROM new_rows n WHERE n.source_id IS DISTINCT FROM w.subject_id
            OR n.source NOT IN ('case', 'lifted') OR (n.source = 'lifted' AND (SELECT k.what = '07' FROM registry_key_change_v1(w.id) k) IS NOT TRUE))
        OR (SELECT coalesce(sum(t.amount_fen), 0) FROM benefits_recovery_return t WHERE t.warrant_id = w.id AND t.source = 'case')
            > (SELECT coalesce(sum(a.amount_fen), 0) FROM contributions_allocation a
               WHERE a.warrant_id = w.id AND a.case_id = w.subject_id AND a.bill_id = 0 AND a.step = 'recovery')) THEN
        RAISE EXCEPTION USING ERRCODE = 'YG011', TABLE = TG_TABLE_NAME,
            MESSAGE = '多领待遇的退回只能按本办件从暂收款中认定的到账款项登记，请先核对银行到账。';
    END IF;
    RETURN NULL;
END;
$$;
REVOKE ALL ON FUNCTION benefits_return_ground_v1 FROM PUBLIC;
CREATE OR REPLACE TRIGGER return_ground AFTER INSERT ON benefits_recovery_return REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION benefits_return_ground_v1();

-- The rows of a waiting recalculation: written for a draft only, never changed, thrown away when it is void.
CREATE OR REPLACE FUNCTION benefits_recalculation_guard_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM (SELECT DISTINCT batch_id FROM new_rows) n LEFT JOIN runs_batch b ON b.id = n.batch_id
        WHERE b.status IS DISTINCT FROM 'draft') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '重算结果只能写入正在生成的批次。';
    END IF;
    RETURN NULL;
END;
$$;
CREATE OR REPLACE TRIGGER recalculation_guard AFTER INSERT ON benefits_recalculation REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION benefits_recalculation_guard_v1();
SELECT warrants_append_only_v1('benefits_recalculation');

-- benefits_recalculation_sums_v1: count, new total, difference and digest of a recalculation.
CREATE OR REPLACE FUNCTION benefits_recalculation_sums_v1(
    p_batch bigint, OUT awards bigint, OUT total_fen bigint, OUT difference_fen bigint, OUT lower bigint, OUT digest bigint
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT count(*), coalesce(sum(basic_fen + account_fen + transitional_fen + extra_fen), 0)::bigint,
        coalesce(sum(basic_fen + account_fen + transitional_fen + extra_fen - before_fen), 0)::bigint,
        count(*) FILTER (WHERE basic_fen + account_fen + transitional_fen + extra_fen < before_fen),
        coalesce(bit_xor(hashint8extended(benefit_id, hashtextextended(inputs::text || lines::text,
            basic_fen + account_fen * 3 + transitional_fen * 5 + extra_fen * 7))), 0)
    FROM benefits_recalculation WHERE batch_id = p_batch
$$;

-- benefits_execute_recalculation_v2: the awards and amounts of a recalculation, under the open class-1 warrant of this very run, compared with
-- what was approved. What later adjustments gave stays on top: an amount that began after the award is written again with its increase. Of a resident
-- what stands beside the account is the standard of its month, however it was reached: a raise is no increase on top of the remade award, and an amount
-- that began later gets its account part anew alone.
-- Params: the batch and nothing else. Errors: YG001/YG002 no warrant, YG010 changed since.
DROP FUNCTION IF EXISTS benefits_execute_recalculation_v1(bigint);
CREATE OR REPLACE FUNCTION benefits_execute_recalculation_v2(p_batch bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    the_warrant bigint := runs_own_warrant_v1(p_batch, 1::smallint, 'benefits_award');
    made bigint;
BEGIN
    PERFORM runs_same_v1(p_batch, s.awards, s.total_fen, lpad(to_hex(s.digest), 16, '0')) FROM benefits_recalculation_sums_v1(p_batch) AS s;
    IF EXISTS (SELECT 1 FROM benefits_recalculation r LEFT JOIN benefits_benefit b ON b.id = r.benefit_id, runs_batch o
        WHERE r.batch_id = p_batch AND o.id = p_batch AND (b.area_id = ANY (o.areas::text[])) IS NOT TRUE) THEN
        PERFORM runs_same_v1(p_batch, -1, -1, '');
    END IF;
    INSERT INTO benefits_award (warrant_id, benefit_id, version, start_period, base_year, is_provisional, total_fen, inputs, lines, source,
        source_id, reason, assessed_on)
    SELECT the_warrant, r.benefit_id, 1 + (SELECT max(version) FROM benefits_award a WHERE a.benefit_id = r.benefit_id), r.start_period,
        r.base_year, r.is_provisional, r.basic_fen + r.account_fen + r.transitional_fen + r.extra_fen, r.inputs, r.lines, 'recalculation',
        p_batch, '预发依据公布后重算（' || r.base_year || ' 年）', (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date
    FROM benefits_recalculation r WHERE r.batch_id = p_batch;
    GET DIAGNOSTICS made = ROW_COUNT;
    INSERT INTO benefits_amount (warrant_id, benefit_id, start_period, basic_fen, account_fen, transitional_fen, extra_fen, adjusted_fen,
        total_fen, source, source_id)
    SELECT the_warrant, r.benefit_id, s.start_period, k.basic, r.account_fen, k.transitional, k.extra, k.adjusted,
        k.basic + r.account_fen + k.transitional + k.extra + k.adjusted, 'recalculation', p_batch
    FROM benefits_recalculation r
    JOIN benefits_benefit b ON b.id = r.benefit_id
    CROSS JOIN LATERAL (SELECT DISTINCT ON (a.start_period) a.* FROM benefits_amount a
        WHERE a.benefit_id = r.benefit_id AND a.start_period >= r.start_period ORDER BY a.start_period, a.id DESC) AS s
    CROSS JOIN LATERAL (SELECT r.basic_fen, r.transitional_fen, r.extra_fen, CASE b.kind
            WHEN 3 THEN greatest(0, s.total_fen - s.account_fen - r.basic_fen - r.transitional_fen - r.extra_fen) ELSE s.adjusted_fen END
            WHERE b.kind <> 3 OR s.start_period = r.start_period
        UNION ALL SELECT s.basic_fen, s.transitional_fen, s.extra_fen, s.adjusted_fen WHERE b.kind = 3 AND s.start_period <> r.start_period
    ) AS k (basic, transitional, extra, adjusted)
    WHERE r.batch_id = p_batch;
    INSERT INTO benefits_back_due (benefit_id, from_period) SELECT benefit_id, start_period FROM benefits_recalculation WHERE batch_id = p_batch;
    PERFORM runs_written_v1(p_batch, made, (SELECT sum(total_fen)::bigint FROM benefits_award WHERE source = 'recalculation' AND source_id = p_batch
        AND warrant_id = the_warrant));
    RETURN made;
END;
$$;

-- The rows of a waiting raise of standards: written for a draft of one only, never changed.
CREATE OR REPLACE FUNCTION benefits_raise_guard_v1() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM (SELECT DISTINCT batch_id FROM new_rows) n LEFT JOIN runs_batch b ON b.id = n.batch_id AND b.kind = 'raise'
        WHERE b.status IS DISTINCT FROM 'draft') THEN
        RAISE EXCEPTION USING ERRCODE = 'YG006', MESSAGE = '待遇标准调整的明细只能写入正在生成的批次。';
    END IF;
    RETURN NULL;
END;
$$;
CREATE OR REPLACE TRIGGER raise_guard AFTER INSERT ON benefits_raise REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION benefits_raise_guard_v1();

-- benefits_raise_sums_v1: count, people, monthly increase (of each person the month that gets most more) and digest of a raise of standards.
CREATE OR REPLACE FUNCTION benefits_raise_sums_v1(
    p_batch bigint, OUT rows_ bigint, OUT people bigint, OUT increase_fen bigint, OUT digest bigint
)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(r.n), 0)::bigint, count(*), coalesce(sum(r.more), 0)::bigint, coalesce(bit_xor(r.digest), 0) FROM (
        SELECT count(*) AS n, max(after_fen - before_fen) AS more,
            bit_xor(hashint8extended(benefit_id, hashtextextended(words, start_period + before_fen * 3 + after_fen * 5))) AS digest
        FROM benefits_raise WHERE batch_id = p_batch GROUP BY benefit_id) AS r
$$;

-- benefits_execute_raise_v1: the amounts of a raise of standards (待遇标准调整), each from its month on, under the open class-1 warrant of this very
-- run, compared with what was approved. Looks again: a row whose benefit has ended before its month since is left out, and a benefit whole that has another
-- amount in one of its months than was raised: what is due then, the next batch finds in what stands. Gives rows and fen left out. Params: the batch and nothing else.
-- Errors: YG001/YG002 no warrant, YG010 changed since, or a benefit of another area.
CREATE OR REPLACE FUNCTION benefits_execute_raise_v1(p_batch bigint, OUT taken_rows bigint, OUT taken_fen bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB' AS $$
DECLARE
    the_warrant bigint := runs_own_warrant_v1(p_batch, 1::smallint, 'benefits_amount');
    made bigint;
    fen bigint;
BEGIN
    PERFORM runs_same_v1(p_batch, s.rows_, s.increase_fen, lpad(to_hex(s.digest), 16, '0')) FROM benefits_raise_sums_v1(p_batch) AS s;
    IF EXISTS (SELECT 1 FROM benefits_raise r LEFT JOIN benefits_benefit b ON b.id = r.benefit_id, runs_batch o
        WHERE r.batch_id = p_batch AND o.id = p_batch
          AND (b.area_id = ANY (o.areas::text[]) AND b.kind IN (3, 4) AND r.start_period >= o.period) IS NOT TRUE) THEN
        PERFORM runs_same_v1(p_batch, -1, -1, '');
    END IF;
    CREATE TEMPORARY TABLE benefits_raised ON COMMIT DROP AS
    SELECT r.benefit_id, r.start_period, r.before_fen, r.after_fen - r.before_fen AS more, a.*
    FROM benefits_raise r
    JOIN benefits_benefit b ON b.id = r.benefit_id
    CROSS JOIN LATERAL (SELECT m.basic_fen, m.account_fen, m.transitional_fen, m.extra_fen, m.adjusted_fen, m.total_fen FROM benefits_amount m
        WHERE m.benefit_id = r.benefit_id AND m.start_period <= r.start_period ORDER BY m.start_period DESC, m.id DESC LIMIT 1) AS a
    WHERE r.batch_id = p_batch AND coalesce(b.end_period, 999912) >= r.start_period;
    DELETE FROM pg_temp.benefits_raised WHERE benefit_id IN (SELECT o.benefit_id FROM pg_temp.benefits_raised o WHERE o.total_fen <> o.before_fen);
    INSERT INTO benefits_amount (warrant_id, benefit_id, start_period, basic_fen, account_fen, transitional_fen, extra_fen, adjusted_fen,
        total_fen, source, source_id)
    SELECT the_warrant, benefit_id, start_period, basic_fen, account_fen, transitional_fen, extra_fen, adjusted_fen + more, total_fen + more, 'raise', p_batch
    FROM pg_temp.benefits_raised ORDER BY benefit_id, start_period;
    GET DIAGNOSTICS made = ROW_COUNT;
    SELECT coalesce(sum(o.most), 0)::bigint INTO fen FROM (SELECT max(more) AS most FROM pg_temp.benefits_raised GROUP BY benefit_id) AS o;
    INSERT INTO benefits_back_due (benefit_id, from_period) SELECT benefit_id, min(start_period) FROM pg_temp.benefits_raised GROUP BY benefit_id;
    SELECT row_count - made, total_fen - fen INTO taken_rows, taken_fen FROM runs_batch WHERE id = p_batch;
    PERFORM runs_written_v1(p_batch, made, fen, taken_rows, taken_fen);
END;
$$;

-- benefits_open_adjust_v1: an empty table for one part of an adjustment. The application fills it with its own rights: the plan's
-- steps are expressions, and no function of the owner's runs text it is handed.
CREATE OR REPLACE FUNCTION benefits_open_adjust_v1(p_batch bigint, p_part integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    stage text := format('benefits_adjust_%s_%s', p_batch, p_part);
BEGIN
    PERFORM runs_hold_stage_v1(p_batch, ARRAY['adjust'], NULL, NULL);
    EXECUTE format('DROP TABLE IF EXISTS %I', stage);
    EXECUTE format('CREATE TABLE %I (LIKE benefits_adjustment INCLUDING CONSTRAINTS) WITH (autovacuum_enabled = false)', stage);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO yigui_app', stage);
END;
$$;

-- benefits_adjust_sums_v1: sums of a staged adjustment by area, its distribution in bands of ten yuan, and the digest.
CREATE OR REPLACE FUNCTION benefits_adjust_sums_v1(p_batch bigint, p_parts integer)
RETURNS TABLE (area integer, band integer, people bigint, before_fen bigint, increase_fen bigint, steps bigint[], digest bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB' AS $$
#variable_conflict use_column
DECLARE
    parts text;
    wide integer;
BEGIN
    SELECT string_agg(format('SELECT * FROM %I', format('benefits_adjust_%s_%s', p_batch, k)), ' UNION ALL ' ORDER BY k)
    INTO parts FROM generate_series(0, p_parts - 1) AS k;
    EXECUTE format('SELECT coalesce(max(cardinality(steps)), 0) FROM (SELECT steps FROM (%s) AS s LIMIT 1) AS one', parts) INTO wide;
    RETURN QUERY EXECUTE format($sums$
        SELECT area, (increase_fen / 1000)::integer, count(*), sum(before_fen)::bigint, sum(increase_fen)::bigint, ARRAY[%s]::bigint[],
            bit_xor(hashint8extended(benefit_id, hashint8extended(before_fen, increase_fen)))
        FROM (%s) AS s GROUP BY 1, 2 $sums$,
        (SELECT string_agg(format('sum(steps[%s])', n), ', ' ORDER BY n) FROM generate_series(1, wide) AS n), parts);
END;
$$;

-- benefits_seal_adjust_v1: takes the right to write to a staged adjustment away, before its content is added up and frozen.
CREATE OR REPLACE FUNCTION benefits_seal_adjust_v1(p_batch bigint, p_parts integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM runs_hold_stage_v1(p_batch, ARRAY['adjust'], NULL, NULL);
    FOR k IN 0..p_parts - 1 LOOP
        EXECUTE format('REVOKE INSERT ON %I FROM yigui_app', format('benefits_adjust_%s_%s', p_batch, k));
    END LOOP;
END;
$$;

-- benefits_execute_adjust_v2: the new amounts from the effective month on, and from every later month at which an amount began;
-- the rows of the run are attached as their explanation. Under the open class-1 warrant of this very run; month and parts stand in the
-- batch, frozen, and the staged rows are compared with what was approved, with the amounts that stand and with other adjustments of the year.
-- Params: the batch and nothing else. Errors: YG001/YG002 no warrant, YG010 changed since, or raised already.
DROP FUNCTION IF EXISTS benefits_execute_adjust_v1(bigint, bigint[], integer);
CREATE OR REPLACE FUNCTION benefits_execute_adjust_v2(p_batch bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '256MB' SET maintenance_work_mem = '512MB' AS $$
DECLARE
    the_warrant bigint := runs_own_warrant_v1(p_batch, 1::smallint, 'benefits_amount');
    bounds bigint[] := array(SELECT b.value::bigint FROM runs_batch r, jsonb_array_elements_text(r.summary -> 'bounds') WITH ORDINALITY AS b (value, n)
        WHERE r.id = p_batch AND r.kind = 'adjust' ORDER BY n);
    parts integer := cardinality(bounds) - 1;
    effective integer := (SELECT period FROM runs_batch WHERE id = p_batch);
    areas text[] := (SELECT b.areas::text[] FROM runs_batch b WHERE b.id = p_batch);
    stage text;
    merged text := format('benefits_adjust_%s', p_batch);
    found record;
    other bigint;
    n bigint;
    made bigint := 0;
BEGIN
    IF (SELECT count(*) FROM pg_class WHERE relkind = 'r' AND NOT relispartition
        AND relname IN (SELECT format('benefits_adjust_%s_%s', p_batch, k) FROM generate_series(0, parts - 1) AS k)) IS DISTINCT FROM parts THEN
        PERFORM runs_same_v1(p_batch, -1, -1, '');
    END IF;
    SELECT coalesce(sum(s.people), 0)::bigint AS people, coalesce(sum(s.increase_fen), 0)::bigint AS fen, coalesce(bit_xor(s.digest), 0) AS digest
    INTO found FROM benefits_adjust_sums_v1(p_batch, parts) AS s;
    PERFORM runs_same_v1(p_batch, found.people, found.fen, lpad(to_hex(found.digest), 16, '0'));
    EXECUTE format('CREATE TABLE %I PARTITION OF benefits_adjustment FOR VALUES IN (%s) PARTITION BY RANGE (benefit_id)', merged, p_batch);
    FOR k IN 0..parts - 1 LOOP
        stage := format('benefits_adjust_%s_%s', p_batch, k);
        -- Benefits of the areas that were signed, and of no other.
        EXECUTE format('SELECT count(*) FROM %I s LEFT JOIN benefits_benefit b ON b.id = s.benefit_id '
            'WHERE (b.area_id = ANY (%L::text[]) AND s.area = b.area_id::integer) IS NOT TRUE', stage, areas) INTO n;
        IF n > 0 THEN
            PERFORM runs_same_v1(p_batch, -1, -1, '');
        END IF;
        -- Nobody is raised twice for a year: a part of the table is made by one batch at a time, so that another one has been waited for.
        EXECUTE format('SELECT j.batch_id FROM %I s JOIN benefits_adjustment j ON j.benefit_id = s.benefit_id AND j.batch_id <> %s '
            'JOIN runs_batch o ON o.id = j.batch_id AND o.period / 100 = %s / 100 LIMIT 1', stage, p_batch, effective) INTO other;
        IF other IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = format(
                '第 %s 号批次中有人已由第 %s 号批次调整过该年待遇，每人每年只调整一次，请作废后重新生成。', p_batch, other);
        END IF;
        -- What was raised is the amount that stands in the month before, of a pension that began since that of the allowance it goes on from.
        EXECUTE format($same$
            SELECT count(*) FROM %1$I s
            LEFT JOIN LATERAL (SELECT a.total_fen FROM benefits_amount a WHERE a.benefit_id = s.benefit_id AND a.start_period < %2$s
                ORDER BY a.start_period DESC, a.id DESC LIMIT 1) AS own ON true
            WHERE own.total_fen IS DISTINCT FROM s.before_fen AND (own.total_fen IS NOT NULL OR NOT EXISTS (
                SELECT 1 FROM benefits_benefit o CROSS JOIN LATERAL (SELECT m.total_fen FROM benefits_amount m
                    WHERE m.benefit_id = o.id AND m.start_period < %2$s ORDER BY m.start_period DESC, m.id DESC LIMIT 1) AS standing
                WHERE o.person_id = s.person_id AND o.id <> s.benefit_id AND standing.total_fen = s.before_fen))
            $same$, stage, effective) INTO n;
        IF n > 0 THEN
            RAISE EXCEPTION USING ERRCODE = 'YG010', MESSAGE = format(
                '第 %s 号批次生成后，有 %s 人的调整前待遇已变动，请作废后重新生成。', p_batch, n);
        END IF;
        EXECUTE format($fill$
            INSERT INTO benefits_amount (warrant_id, benefit_id, start_period, basic_fen, account_fen, transitional_fen, extra_fen, adjusted_fen,
                total_fen, source, source_id)
            SELECT %s, s.benefit_id, greatest(a.start_period, %2$s), a.basic_fen, a.account_fen, a.transitional_fen, a.extra_fen,
                a.adjusted_fen + s.increase_fen, a.total_fen + s.increase_fen, 'adjustment', %3$s
            FROM %4$I s
            JOIN (SELECT DISTINCT ON (benefit_id, greatest(start_period, %2$s)) * FROM benefits_amount
                ORDER BY benefit_id, greatest(start_period, %2$s), start_period DESC, id DESC) AS a USING (benefit_id)
            WHERE s.increase_fen > 0
            $fill$, the_warrant, effective, p_batch, stage);
        GET DIAGNOSTICS n = ROW_COUNT;
        made := made + n;
        EXECUTE format('INSERT INTO benefits_back_due (benefit_id, from_period) SELECT benefit_id, %s FROM %I WHERE increase_fen > 0',
            effective, stage);
        EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (benefit_id, batch_id)', stage);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)', merged, stage, bounds[k + 1], bounds[k + 2]);
        EXECUTE format('SELECT warrants_append_only_v1(%L::regclass, true)', stage);
    END LOOP;
    PERFORM runs_written_v1(p_batch, found.people, found.fen);
    RETURN made;
END;
$$;
