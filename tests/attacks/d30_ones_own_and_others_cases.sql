-- D30. A returned case corrected by somebody else of the same door; one's own case, with what says so left out.

-- attack: D30.1 A returned case of somebody else at the same door, handed in again
-- login: app
-- given: people at the doors, somebody else on the phone
SELECT identity_act_v1('{other_on_the_phone}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', item_code, item_version, item_name, 'mobile', 'waiting', 1, risk_class, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {not_me}), (SELECT agency_id FROM staff_user WHERE id = {phone}),
    jsonb_build_object('id_number', '{not_my_number}'), preview, findings, {phone}, now(), accepted_on, due_on, false, '{}', '', '', 1,
    NULL::bigint, {not_me}, {not_me}, NULL::bigint FROM casework_case WHERE id = {model};
INSERT INTO casework_return_point (case_id, round, material_code, field, reason, note, is_ours, made_at)
SELECT id, round, '', '', 'missing', '', false, now() FROM casework_case WHERE case_no = 'evil';
UPDATE casework_case SET status = 'returned' WHERE case_no = 'evil';
SELECT identity_act_v1('{on_the_phone}');
-- refused: YG009
UPDATE casework_case SET status = 'approved', round = round + 1, form = form || '{"note": "evil"}' WHERE case_no = 'evil';

-- attack: D30.2 The same by nobody
-- login: app
-- given: a returned case
-- refused: YG009
UPDATE casework_case SET status = 'open', round = round + 1, form = form || '{"note": "evil"}' WHERE id = {returned};

-- attack: D30.3 The same by a colleague who has not taken it up
-- login: app
-- given: a returned case, a stolen sign-in
SELECT identity_act_v1('{token}');
-- refused: YG009
UPDATE casework_case SET status = 'open', round = round + 1, form = form || '{"note": "evil"}' WHERE id = {returned};

-- attack: D30.4 A case about somebody registered that does not say so
-- login: app
-- given: a case at its review, the staff, a stolen sign-in
SELECT identity_act_v1('{token}');
-- refused: YG006
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', item_code, item_version, item_name, channel, 'open', 1, risk_class, risk_reasons, 'evil', subject_name, area_id, agency_id, form,
    preview, findings, {teller2}, now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint
FROM casework_case WHERE id = {case};
