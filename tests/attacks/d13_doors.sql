-- D13. The accounts of doors (网上、掌上、自助): handed in, corrected and withdrawn in the name of people who have not signed in there.

-- attack: D13.1 A case of the phone, without anybody on the phone
-- login: app
-- given: people at the doors
-- refused: YG009
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', item_code, item_version, item_name, 'mobile', 'approved', 1, risk_class, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {not_me}), (SELECT agency_id FROM staff_user WHERE id = {phone}), form,
    preview, findings, {phone}, now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, {not_me}, {not_me}, NULL::bigint FROM casework_case WHERE id = {model};

-- attack: D13.2 A case of the platform, without anybody there
-- login: app
-- given: people at the doors
-- refused: YG009
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', item_code, item_version, item_name, 'online', 'approved', 1, risk_class, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_employer WHERE id = {my_employer}), (SELECT agency_id FROM staff_user WHERE id = {platform}), form,
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, NULL::bigint, {my_employer} FROM casework_case WHERE id = {model};

-- attack: D13.3 Somebody who has signed in, for somebody else
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_phone}');
-- refused: YG009
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', item_code, item_version, item_name, 'mobile', 'approved', 1, risk_class, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {not_me}), (SELECT agency_id FROM staff_user WHERE id = {phone}), form,
    preview, findings, {phone}, now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, {not_me}, {not_me}, NULL::bigint FROM casework_case WHERE id = {model};

-- attack: D13.4 Somebody who has signed in, about somebody else
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_phone}');
-- refused: YG009
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', item_code, item_version, item_name, 'mobile', 'approved', 1, risk_class, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {not_me}), (SELECT agency_id FROM staff_user WHERE id = {phone}), form,
    preview, findings, {phone}, now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, {me}, {not_me}, NULL::bigint FROM casework_case WHERE id = {model};

-- attack: D13.5 Somebody on the phone as the account of the platform
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_phone}');
-- refused: YG009
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', item_code, item_version, item_name, 'online', 'approved', 1, risk_class, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {me}), (SELECT agency_id FROM staff_user WHERE id = {platform}), form,
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, {me}, {me}, NULL::bigint FROM casework_case WHERE id = {model};

-- attack: D13.6 An operator for another employer
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
-- refused: YG009
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', item_code, item_version, item_name, 'online', 'approved', 1, risk_class, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_employer WHERE id = {not_my_employer}), (SELECT agency_id FROM staff_user WHERE id = {platform}), form,
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, NULL::bigint, {not_my_employer} FROM casework_case WHERE id = {model};

-- attack: D13.7 An operator for somebody who never worked there
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
-- refused: YG009
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', item_code, item_version, item_name, 'online', 'approved', 1, risk_class, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {not_me}), (SELECT agency_id FROM staff_user WHERE id = {platform}), form,
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, {not_me}, NULL::bigint FROM casework_case WHERE id = {model};

-- attack: D13.8 An operator in the name of an officer
-- login: app
-- given: people at the doors, the staff
SELECT identity_act_v1('{on_the_platform}');
-- refused: YG009
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', item_code, item_version, item_name, 'online', 'approved', 1, risk_class, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_employer WHERE id = {my_employer}), (SELECT agency_id FROM staff_user WHERE id = {teller2}), form,
    preview, findings, {teller2}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, NULL::bigint, {my_employer} FROM casework_case WHERE id = {model};

-- attack: D13.9 An officer in the name of an applicant
-- login: app
-- given: people at the doors, the staff, a stolen sign-in
SELECT identity_act_v1('{token}');
-- refused: YG009
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', item_code, item_version, item_name, 'mobile', 'approved', 1, risk_class, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {not_me}), (SELECT agency_id FROM staff_user WHERE id = {teller2}), form,
    preview, findings, {teller2}, now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, {not_me}, {not_me}, NULL::bigint FROM casework_case WHERE id = {model};

-- attack: D13.10 A secret that opens nothing
-- login: app
-- refused: YG009
SELECT identity_act_v1('outside:evil');

-- attack: D13.11 A session that is made another's
-- login: app
-- given: people at the doors
-- refused: 42501
UPDATE staff_outside_session SET person_id = {not_me} WHERE person_id = {me};

-- attack: D13.12 The acceptance of a case by a door where nobody is
-- login: app
-- given: people at the doors
-- refused: YG009
SELECT casework_event_v1('', {model}, (SELECT max(seq) + 1 FROM casework_event WHERE case_id = {model})::smallint, 'withdraw', {phone},
    (SELECT full_name FROM staff_user WHERE id = {phone}), 'teller', 'mobile', '', '{}', now(),
    (SELECT digest FROM casework_event WHERE case_id = {model} ORDER BY seq DESC LIMIT 1), repeat('0', 64));

-- attack: D13.13 A program's account without its key
-- login: app
-- given: a case at its review
-- refused: YG009
SELECT casework_event_v1('', {case}, 2::smallint, 'withdraw', (SELECT id FROM staff_user WHERE username = 'api-demo'),
    (SELECT full_name FROM staff_user WHERE username = 'api-demo'), 'teller', 'online', '', '{}', now(), '{previous}', repeat('0', 64));

-- attack: D13.14 Withdrawn by somebody who has signed in, though it is not theirs
-- login: app
-- given: people at the doors, an approved case
SELECT identity_act_v1('{on_the_phone}');
-- refused: YG009
UPDATE casework_case SET status = 'withdrawn' WHERE id = {approved};

-- attack: D13.15 A paper handed in at a door where nobody is
-- login: app
-- given: people at the doors
-- refused: YG009
INSERT INTO documents_paper (material_code, file_id, file_name, taken_by_id, taken_on)
VALUES ('id_card', (SELECT min(digest) FROM documents_stored_file), 'x', {phone}, '2026-11-10');

-- attack: D13.16 Declined by nobody
-- login: app
-- given: a case at its review
-- refused: YG009
UPDATE casework_case SET status = 'declined' WHERE id = {case};

-- attack: D13.17 Returned by nobody
-- login: app
-- given: a case at its review
INSERT INTO casework_return_point (case_id, round, material_code, field, reason, note, is_ours, made_at)
SELECT id, round, '', '', 'missing', '', false, now() FROM casework_case WHERE id = {case};
-- refused: YG009
UPDATE casework_case SET status = 'returned' WHERE id = {case};
