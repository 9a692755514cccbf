-- D37. What a case says of itself: its place of insurance, agency and channel, that it is through, and the login of an employer it opens.

-- attack: D37.1 A case of another county than the person it is about
-- login: app
-- given: people at the doors, people of the cash desk
SELECT identity_act_v1('{teller_token}');
-- refused: YG006
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'CHG-003', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'CHG-003' AND valid_from <= accepted_on), item_name, 'counter', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT max(code) FROM registry_area WHERE level = 'county' AND code <> (SELECT area_id FROM registry_person WHERE id = {not_me})), (SELECT agency_id FROM staff_user WHERE id = {teller}), jsonb_build_object('id_number', '{not_my_number}'), preview, findings, {teller},
    now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, NULL::bigint, {not_me}, NULL::bigint FROM casework_case WHERE id = {model};

-- attack: D37.2 A case of another county than the employer it is about
-- login: app
-- given: people at the doors, people of the cash desk
SELECT identity_act_v1('{teller_token}');
-- refused: YG006
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'CHG-001', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'CHG-001' AND valid_from <= accepted_on), item_name, 'counter', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT max(code) FROM registry_area WHERE level = 'county' AND code <> (SELECT area_id FROM registry_employer WHERE id = {my_employer})), (SELECT agency_id FROM staff_user WHERE id = {teller}), jsonb_build_object('unit_no', '{my_unit_no}'), preview, findings, {teller},
    now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, NULL::bigint, NULL::bigint, {my_employer} FROM casework_case WHERE id = {model};

-- attack: D37.3 Somebody new to the register, in another county than the employer that takes them on
-- login: app
-- given: people at the doors, people of the cash desk
SELECT identity_act_v1('{teller_token}');
-- refused: YG006
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-004', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-004' AND valid_from <= accepted_on), item_name, 'counter', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT max(code) FROM registry_area WHERE level = 'county' AND code <> (SELECT area_id FROM registry_employer WHERE id = {my_employer})), (SELECT agency_id FROM staff_user WHERE id = {teller}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', ''), preview, findings, {teller},
    now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, NULL::bigint, NULL::bigint, {my_employer} FROM casework_case WHERE id = {model};

-- attack: D37.4 An employer new to the register, in another county than the form says
-- login: app
-- given: people at the doors, people of the cash desk
SELECT identity_act_v1('{teller_token}');
-- refused: YG006
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-001', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-001' AND valid_from <= accepted_on), item_name, 'counter', 'open', 1, 2, risk_reasons, 'evil', subject_name,
    '511181', (SELECT agency_id FROM staff_user WHERE id = {teller}), jsonb_build_object('credit_code', 'evil', 'region', '511102'), preview, findings, {teller},
    now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, NULL::bigint, NULL::bigint, NULL::bigint FROM casework_case WHERE id = {model};

-- attack: D37.5 A case of another hall than that of whoever took it in
-- login: app
-- given: people at the doors, people of the cash desk
SELECT identity_act_v1('{teller_token}');
-- refused: YG006
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'CHG-003', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'CHG-003' AND valid_from <= accepted_on), item_name, 'counter', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {not_me}), (SELECT max(code) FROM registry_agency WHERE code <> (SELECT agency_id FROM staff_user WHERE id = {teller})), jsonb_build_object('id_number', '{not_my_number}'), preview, findings, {teller},
    now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, NULL::bigint, {not_me}, NULL::bigint FROM casework_case WHERE id = {model};

-- attack: D37.6 One's own case in another county, on the phone
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_phone}');
-- refused: YG006
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'CHG-003', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'CHG-003' AND valid_from <= accepted_on), item_name, 'mobile', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT max(code) FROM registry_area WHERE level = 'county' AND code <> (SELECT area_id FROM registry_person WHERE id = {me})), (SELECT agency_id FROM staff_user WHERE id = {phone}), jsonb_build_object('id_number', '{my_number}'), preview, findings, {phone},
    now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, {me}, {me}, NULL::bigint FROM casework_case WHERE id = {model};

-- attack: D37.7 Special business at a general desk, as if it came online
-- login: app
-- given: people at the doors, people of the cash desk
SELECT identity_act_v1('{teller_token}');
-- refused: YG009
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'ACC-001', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'ACC-001' AND valid_from <= accepted_on), item_name, 'online', 'open', 1, 1, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {not_me}), (SELECT agency_id FROM staff_user WHERE id = {teller}), jsonb_build_object('id_number', '{not_my_number}'), preview, findings, {teller},
    now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, NULL::bigint, {not_me}, NULL::bigint FROM casework_case WHERE id = {model};

-- attack: D37.8 Special business at a general desk, as if it came on the phone
-- login: app
-- given: people at the doors, people of the cash desk
SELECT identity_act_v1('{teller_token}');
-- refused: YG009
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'ACC-001', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'ACC-001' AND valid_from <= accepted_on), item_name, 'mobile', 'open', 1, 1, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {not_me}), (SELECT agency_id FROM staff_user WHERE id = {teller}), jsonb_build_object('id_number', '{not_my_number}'), preview, findings, {teller},
    now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, NULL::bigint, {not_me}, NULL::bigint FROM casework_case WHERE id = {model};

-- attack: D37.9 Special business at a general desk, as if it came at a bank
-- login: app
-- given: people at the doors, people of the cash desk
SELECT identity_act_v1('{teller_token}');
-- refused: YG009
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'ACC-001', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'ACC-001' AND valid_from <= accepted_on), item_name, 'bank_outlet', 'open', 1, 1, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {not_me}), (SELECT agency_id FROM staff_user WHERE id = {teller}), jsonb_build_object('id_number', '{not_my_number}'), preview, findings, {teller},
    now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, NULL::bigint, {not_me}, NULL::bigint FROM casework_case WHERE id = {model};

-- attack: D37.10 A returned case taken up at a general desk as if it came online
-- login: app
-- given: a returned case, a stolen sign-in
SELECT identity_act_v1('{token}');
-- refused: YG009
UPDATE casework_case SET handled_channel = 'online' WHERE id = {returned};

-- attack: D37.11 The same by nobody
-- login: app
-- given: a returned case
-- refused: YG009
UPDATE casework_case SET handled_channel = 'online' WHERE id = {returned};

-- attack: D37.12 A case at its review that is through, says nobody
-- login: app
-- given: a recalculation under review
-- refused: YG006
UPDATE casework_case SET status = 'approved' WHERE id = {under_review};

-- attack: D37.13 The same by somebody who is there
-- login: app
-- given: a recalculation under review, people of the cash desk
SELECT identity_act_v1('{teller_token}');
-- refused: YG006
UPDATE casework_case SET status = 'approved' WHERE id = {under_review};

-- attack: D37.14 A case at its review whose effects were refused
-- login: app
-- given: a recalculation under review
-- refused: YG006
UPDATE casework_case SET effect_error = 'x' WHERE id = {under_review};

-- attack: D37.15 A case that begins with a refusal of its effects
-- login: app
-- given: people at the doors, people of the cash desk
SELECT identity_act_v1('{teller_token}');
-- refused: YG006
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'CHG-003', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'CHG-003' AND valid_from <= accepted_on), item_name, 'counter', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {not_me}), (SELECT agency_id FROM staff_user WHERE id = {teller}), jsonb_build_object('id_number', '{not_my_number}'), preview, findings, {teller},
    now(), accepted_on, due_on, false, '{}', 'x', '', 1, NULL::bigint, NULL::bigint, {not_me}, NULL::bigint FROM casework_case WHERE id = {model};

-- attack: D37.16 A case that waits for a partner and is raised to class 1, through
-- login: app
-- given: people at the doors, people of the cash desk
SELECT identity_act_v1('{teller_token}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'CHG-003', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'CHG-003' AND valid_from <= accepted_on), item_name, 'counter', 'waiting', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {not_me}), (SELECT agency_id FROM staff_user WHERE id = {teller}), jsonb_build_object('id_number', '{not_my_number}'), preview, findings, {teller},
    now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, NULL::bigint, {not_me}, NULL::bigint FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('{teller_token}', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
-- refused: YG006
UPDATE casework_case SET status = 'approved', risk_class = 1 WHERE case_no = 'evil';

-- attack: D37.17 The first login of an employer under a change of its telephone
-- login: app
-- given: people at the doors, people of the cash desk, an employer without a login
SELECT identity_act_v1('{teller_token}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'CHG-001', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'CHG-001' AND valid_from <= accepted_on), item_name, 'counter', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_employer WHERE id = {without_login}), (SELECT agency_id FROM staff_user WHERE id = {teller}), jsonb_build_object('unit_no', '{its_number}'), preview, findings, {teller},
    now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, NULL::bigint, NULL::bigint, {without_login} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('{teller_token}', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
UPDATE registry_employer SET phone = '13900000001' WHERE id = {without_login};
-- refused: YG009
INSERT INTO staff_unit_login (employer_id, username, full_name, phone, is_manager, items, is_active, password, totp_key, opened_at, totp_tries, totp_used)
VALUES ({without_login}, 'evil', '', '', true, '["*"]', true, '', '', now(), 0, 0);

-- attack: D37.18 The same under its own number
-- login: app
-- given: people at the doors, people of the cash desk, an employer without a login
SELECT identity_act_v1('{teller_token}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'CHG-001', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'CHG-001' AND valid_from <= accepted_on), item_name, 'counter', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_employer WHERE id = {without_login}), (SELECT agency_id FROM staff_user WHERE id = {teller}), jsonb_build_object('unit_no', '{its_number}'), preview, findings, {teller},
    now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, NULL::bigint, NULL::bigint, {without_login} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('{teller_token}', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
UPDATE registry_employer SET phone = '13900000001' WHERE id = {without_login};
-- refused: YG009
INSERT INTO staff_unit_login (employer_id, username, full_name, phone, is_manager, items, is_active, password, totp_key, opened_at, totp_tries, totp_used)
VALUES ({without_login}, '{its_number}', '', '', true, '["*"]', true, '', '', now(), 0, 0);

-- attack: D37.19 The first login of another employer under an enrolment
-- login: app
-- given: an enrolment of an employer at its end, an employer without a login
SELECT casework_issue_warrant_v1({enrolment});
-- refused: YG009
INSERT INTO staff_unit_login (employer_id, username, full_name, phone, is_manager, items, is_active, password, totp_key, opened_at, totp_tries, totp_used)
VALUES ({without_login}, '{its_number}', '', '', true, '["*"]', true, '', '', now(), 0, 0);

-- attack: D37.20 The first login with the enrolment, to another telephone than was signed
-- login: app
-- given: an enrolment of an employer at its end, an employer without a login
SELECT casework_issue_warrant_v1({enrolment});
INSERT INTO registry_employer (unit_no, credit_code, name, pinyin, unit_type, economic_type, industry, industry_risk, legal_rep, area_id, address, postcode, contact_name, phone,
    email, agent_name, bank_code, account_name, account_no, levy_method, status, enrolled_on)
SELECT 'evil', 'evil', 'evil', 'evil', unit_type, economic_type, industry, industry_risk, legal_rep, area_id, address, postcode, contact_name, '13900000001',
    email, agent_name, bank_code, account_name, account_no, levy_method, 'active', enrolled_on FROM registry_employer WHERE id = {without_login};
-- refused: YG009
INSERT INTO staff_unit_login (employer_id, username, full_name, phone, is_manager, items, is_active, password, totp_key, opened_at, totp_tries, totp_used)
SELECT id, 'evil', '', '', true, '["*"]', true, '', '', now(), 0, 0 FROM registry_employer WHERE unit_no = 'evil';

-- attack: D37.21 The first login with the enrolment, under another name
-- login: app
-- given: an enrolment of an employer at its end, an employer without a login
SELECT casework_issue_warrant_v1({enrolment});
INSERT INTO registry_employer (unit_no, credit_code, name, pinyin, unit_type, economic_type, industry, industry_risk, legal_rep, area_id, address, postcode, contact_name, phone,
    email, agent_name, bank_code, account_name, account_no, levy_method, status, enrolled_on)
SELECT 'evil', 'evil', 'evil', 'evil', unit_type, economic_type, industry, industry_risk, legal_rep, area_id, address, postcode, contact_name, '{signed_phone}',
    email, agent_name, bank_code, account_name, account_no, levy_method, 'active', enrolled_on FROM registry_employer WHERE id = {without_login};
-- refused: YG009
INSERT INTO staff_unit_login (employer_id, username, full_name, phone, is_manager, items, is_active, password, totp_key, opened_at, totp_tries, totp_used)
SELECT id, 'other', '', '', true, '["*"]', true, '', '', now(), 0, 0 FROM registry_employer WHERE unit_no = 'evil';
