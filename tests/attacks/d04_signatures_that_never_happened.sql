-- D4. A class-1 case with six signatures of people who never saw it, in one transaction.

-- attack: D4.1 A step that begins passed
-- login: app
-- given: a case at its review, the staff
-- refused: 42501
INSERT INTO casework_step (case_id, round, seq, code, reason, site, state, item_code, area_code, agency_id, decided_by_id, decided_at, decided_on, opinion)
VALUES ({case}, 1, 9, 'approve', '', 'back_office', 'passed', 'CHG-004', '511102', '51110201', {director}, now(), '2026-11-10', '同意');

-- attack: D4.2 A step that is made to have passed
-- login: app
-- given: a case at its review, the staff
-- refused: 42501
UPDATE casework_step SET state = 'passed', decided_by_id = {reviewer}, decided_at = now(), decided_on = '2026-11-10' WHERE id = {step};

-- attack: D4.3 A decision of a meeting that spoke of something else
-- login: app
-- given: a case at its review
-- refused: 42501
INSERT INTO casework_decision (meeting_id, case_id, round, verdict, note) VALUES (1, {case}, 1, 'passed', '');

-- attack: D4.4 A meeting that never was
-- login: app
-- given: the staff
-- refused: 42501
INSERT INTO casework_meeting (item_code, held_on, chair_id, minutes, recorded_at) VALUES ('CHG-004', '2026-11-10', {director}, '一致同意办理。', now());

-- attack: D4.5 Somebody who sat in a meeting
-- login: app
-- given: the staff
-- refused: 42501
INSERT INTO casework_attendee (meeting_id, user_id) VALUES (1, {head});

-- attack: D4.6 A link of the chain by hand
-- login: app
-- given: a case at its review, the staff
-- refused: 42501
INSERT INTO casework_event (case_id, seq, verb, actor_id, actor_name, actor_role, channel, note, payload, at, previous, digest)
VALUES ({case}, 2, 'pass', {reviewer}, 'x', 'reviewer', 'counter', '', '{}', now(), repeat('0', 64), repeat('0', 64));

-- attack: D4.7 A link of the chain in somebody's name
-- login: app
-- given: a case at its review, the staff
-- refused: YG009
SELECT casework_event_v1('', {case}, 2::smallint, 'pass', {reviewer}, '赵文博', 'reviewer', 'counter', '', '{}', now(), '{previous}', repeat('0', 64));

-- attack: D4.8 A link of the chain by nobody, for a person's deed
-- login: app
-- given: a case at its review
-- refused: YG009
SELECT casework_event_v1('', {case}, 2::smallint, 'pass', NULL, '系统', 'system', 'counter', '', '{}', now(), '{previous}', repeat('0', 64));

-- attack: D4.9 A link that does not join on
-- login: app
-- given: a case at its review
-- refused: YG006
SELECT casework_event_v1('', {case}, 7::smallint, 'overdue', NULL, '系统', 'system', 'counter', '', '{}', now(), repeat('0', 64), repeat('0', 64));

-- attack: D4.10 With the sign-in of one in the name of another
-- login: app
-- given: a case at its review, a stolen sign-in, the staff
-- refused: YG009
SELECT casework_event_v1('{token}', {case}, 2::smallint, 'claim', {reviewer}, '赵文博', 'reviewer', 'counter', '', '{}', now(), '{previous}', repeat('0', 64));

-- attack: D4.11 A step decided by nobody
-- login: app
-- given: a case at its review
-- refused: YG009
SELECT casework_decide_v1('', '', {step}, 'passed', '同意', '2026-11-10', NULL);

-- attack: D4.12 Of class 1 without a code
-- login: app
-- given: a case at its review, a stolen sign-in
-- refused: YG010
SELECT casework_decide_v1('{token}', '', {step}, 'passed', '同意', '2026-11-10', NULL);

-- attack: D4.13 Of class 1 with the code of a minute ago
-- login: app
-- given: a case at its review, a stolen sign-in
-- refused: YG010
SELECT casework_decide_v1('{token}', '{used_code}', {step}, 'passed', '同意', '2026-11-10', NULL);

-- attack: D4.14 By somebody who may not, though signed in and with the code
-- login: app
-- given: a case at its review, a stolen sign-in
-- refused: YG004
SELECT casework_decide_v1('{token}', '{code}', {step}, 'passed', '同意', '2026-11-10', NULL);

-- attack: D4.15 A step whose turn has not come
-- login: app
-- given: a case at its review, a stolen sign-in
-- refused: YG006
SELECT casework_decide_v1('{token}', '{code}', {step} + 1, 'passed', '同意', '2026-11-10', NULL);

-- attack: D4.16 A meeting over a case that does not stand there
-- login: app
-- given: a case at its review, a stolen sign-in
-- refused: YG006
SELECT casework_hold_meeting_v1('{token}', '{code}', '2026-11-10', '一致同意办理本件。', '{}', '[{"case": {case}, "verdict": "passed", "note": ""}]');

-- attack: D4.17 The steps of a round laid out anew, shorter
-- login: app
-- given: a case at its review
-- refused: YG006
SELECT casework_lay_out_v1('', {case}, '2026-11-10', '[{"seq": 2, "code": "approve", "site": "back_office", "reason": ""}]');

-- attack: D4.18 A case of one's own, approved
-- login: app
-- given: a case at its review, the staff, a stolen sign-in
SELECT identity_act_v1('{token}');
-- refused: YG009
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits)
SELECT 'evil', item_code, item_version, item_name, channel, 'approved', 1, risk_class, risk_reasons, subject_key, subject_name, area_id, agency_id, form,
    preview, '[]', {teller}, now(), accepted_on, due_on, false, '{}', '', '', 1 FROM casework_case WHERE id = {case};

-- attack: D4.19 Its warrant without any step
-- login: app
-- given: a case at its review, the staff, a stolen sign-in
SELECT identity_act_v1('{token}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits, person_id)
SELECT 'evil', item_code, item_version, item_name, channel, 'approved', 1, risk_class, risk_reasons, subject_key, subject_name, area_id, agency_id, form,
    preview, '[]', {teller2}, now(), accepted_on, due_on, false, '{}', '', '', 1, person_id FROM casework_case WHERE id = {case};
-- refused: YG005
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));

-- attack: D4.20 A claim in somebody's name
-- login: app
-- given: a case at its review
-- refused: YG009
SELECT casework_claim_v1('', {step});

-- attack: D4.21 Steps of a case that goes on, dropped
-- login: app
-- given: a case at its review, a stolen sign-in
SELECT casework_drop_v1({case});
-- refused: YG004
SELECT casework_decide_v1('{token}', '{code}', {step}, 'passed', '同意', '2026-11-10', NULL);

-- attack: D4.22 Special business accepted at a general desk, by its own teller
-- login: app
-- given: a case at its review, a stolen sign-in, the staff
SELECT identity_act_v1('{token}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits, person_id)
SELECT 'evil', item_code, item_version, item_name, channel, 'open', 1, risk_class, risk_reasons, 'evil', subject_name, area_id, agency_id, form,
    preview, '[]', {teller2}, now(), accepted_on, due_on, false, '{}', '', '', 1, person_id FROM casework_case WHERE id = {case};
-- refused: YG004
SELECT casework_lay_out_v1('{token}', (SELECT id FROM casework_case WHERE case_no = 'evil'), '2026-11-10',
    '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');

-- attack: D4.23 Business accepted at a desk that is closed
-- login: app
-- given: a case at its review, a stolen sign-in, the staff, an administrator who is there
SELECT identity_act_v1('{sysadmin_token}');
UPDATE staff_window SET closed_on = '2026-11-09' WHERE id = (SELECT window_id FROM staff_user WHERE id = {teller2});
SELECT identity_act_v1('{token}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits, person_id)
SELECT 'evil', 'CHG-003', item_version, item_name, channel, 'open', 1, risk_class, risk_reasons, 'evil', subject_name, area_id, agency_id, form,
    preview, '[]', {teller2}, now(), accepted_on, due_on, false, '{}', '', '', 1, person_id FROM casework_case WHERE id = {case};
-- refused: YG004
SELECT casework_lay_out_v1('{token}', (SELECT id FROM casework_case WHERE case_no = 'evil'), '2026-11-10',
    '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
