-- D36. What an employer may write of somebody: whom it takes on, whom it employs; what a case changes of a person's own record, of their relations with
-- other employers, and of their accounts.

-- attack: D36.1 The telephone of somebody who worked there long ago, by the employer that takes them on
-- login: app
-- given: people at the doors, somebody who left long ago
SELECT identity_act_v1('{on_the_platform}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-004', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-004' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {long_gone}), (SELECT agency_id FROM staff_user WHERE id = {platform}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{long_gone_number}'),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, {long_gone}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
UPDATE registry_person SET mobile = '13900000001' WHERE id = {long_gone};

-- attack: D36.2 The life of somebody who works there, by their employer
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-004', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-004' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {my_employee}), (SELECT agency_id FROM staff_user WHERE id = {platform}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{my_employees_number}'),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, {my_employee}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
UPDATE registry_person SET life_status = '02' WHERE id = {my_employee};

-- attack: D36.3 A month of long ago, entered by the employer that takes somebody on
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-004', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-004' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {not_me}), (SELECT agency_id FROM staff_user WHERE id = {platform}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{not_my_number}'),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, {not_me}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
INSERT INTO registry_employment (person_id, employer_id, employment_form, declared_wage_fen, start_period, end_period)
VALUES ({not_me}, {my_employer}, '01', 800000, 199001, 199001);

-- attack: D36.4 A relation of this month that is over already
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-004', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-004' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {not_me}), (SELECT agency_id FROM staff_user WHERE id = {platform}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{not_my_number}'),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, {not_me}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
INSERT INTO registry_coverage (person_id, employer_id, insurance, slot, area_id, start_period, end_period, stop_reason)
SELECT {not_me}, {my_employer}, 'injury', 4, area_id, 202611, 202611, '' FROM registry_person WHERE id = {not_me};

-- attack: D36.5 The account of a stranger sealed by the employer that takes them on
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-005', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-005' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {not_me}), (SELECT agency_id FROM staff_user WHERE id = {platform}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{not_my_number}'),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, {not_me}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
UPDATE accounts_personal_account SET status = 'sealed' WHERE person_id = {not_me};

-- attack: D36.6 The account of a stranger closed by the employer that takes them on
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-004', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-004' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {not_me}), (SELECT agency_id FROM staff_user WHERE id = {platform}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{not_my_number}'),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, {not_me}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
UPDATE accounts_personal_account SET status = 'closed' WHERE person_id = {not_me};

-- attack: D36.7 An account of an insurance nobody has been taken on for
-- login: app
-- given: people at the doors, somebody who left long ago
SELECT identity_act_v1('{on_the_platform}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-004', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-004' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {long_gone}), (SELECT agency_id FROM staff_user WHERE id = {platform}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{long_gone_number}'),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, {long_gone}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
INSERT INTO accounts_personal_account (person_id, insurance, opened_period, status) VALUES ({long_gone}, 'resident_pension', 202611, 'open');

-- attack: D36.8 The account of somebody whose relation the employer leaves as it is
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-006', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-006' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {my_employee}), (SELECT agency_id FROM staff_user WHERE id = {platform}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{my_employees_number}'),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, {my_employee}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
UPDATE accounts_personal_account SET status = 'sealed' WHERE person_id = {my_employee};

-- attack: D36.9 The wage of months gone by, by the employer that stops somebody
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-006', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-006' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {my_employee}), (SELECT agency_id FROM staff_user WHERE id = {platform}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{my_employees_number}'),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, {my_employee}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
UPDATE registry_employment SET declared_wage_fen = 99999900 WHERE person_id = {my_employee} AND employer_id = {my_employer};

-- attack: D36.10 Somebody stopped backwards by years
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-006', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-006' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {my_employee}), (SELECT agency_id FROM staff_user WHERE id = {platform}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{my_employees_number}'),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, {my_employee}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
UPDATE registry_employment SET end_period = start_period WHERE person_id = {my_employee} AND employer_id = {my_employer};

-- attack: D36.11 What ended long ago, ended anew
-- login: app
-- given: people at the doors, somebody who left long ago
SELECT identity_act_v1('{on_the_platform}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-006', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-006' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {long_gone}), (SELECT agency_id FROM staff_user WHERE id = {platform}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{long_gone_number}'),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, {long_gone}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
UPDATE registry_employment SET end_period = 202611 WHERE person_id = {long_gone} AND employer_id = {my_employer};

-- attack: D36.12 What somebody pays for themselves, entered by their employer
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-006', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-006' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {my_employee}), (SELECT agency_id FROM staff_user WHERE id = {platform}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{my_employees_number}'),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, {my_employee}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
INSERT INTO registry_coverage (person_id, employer_id, insurance, slot, area_id, start_period, stop_reason)
SELECT {my_employee}, NULL, 'resident_pension', 1, area_id, 202611, '' FROM registry_person WHERE id = {my_employee};

-- attack: D36.13 The telephone of somebody an employer takes on, at the counter
-- login: app
-- given: people at the doors, people of the cash desk
SELECT identity_act_v1('{teller_token}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-004', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-004' AND valid_from <= accepted_on), item_name, 'counter', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {not_me}), (SELECT agency_id FROM staff_user WHERE id = {teller}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{not_my_number}'),
    preview, findings, {teller}, now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, NULL::bigint, {not_me}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('{teller_token}', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
UPDATE registry_person SET mobile = '13900000001' WHERE id = {not_me};

-- attack: D36.14 The account of somebody an employer takes on, closed at the counter
-- login: app
-- given: people at the doors, people of the cash desk
SELECT identity_act_v1('{teller_token}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-004', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-004' AND valid_from <= accepted_on), item_name, 'counter', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {not_me}), (SELECT agency_id FROM staff_user WHERE id = {teller}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{not_my_number}'),
    preview, findings, {teller}, now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, NULL::bigint, {not_me}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('{teller_token}', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
UPDATE accounts_personal_account SET status = 'closed' WHERE person_id = {not_me};

-- attack: D36.15 A life ended by somebody who enrols for themselves
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_phone}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-007', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-007' AND valid_from <= accepted_on), item_name, 'mobile', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {me}), (SELECT agency_id FROM staff_user WHERE id = {phone}), jsonb_build_object('id_number', '{my_number}'),
    preview, findings, {phone}, now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, {me}, {me}, NULL::bigint FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
UPDATE registry_person SET life_status = '02' WHERE id = {me};

-- attack: D36.16 A household under a change of address
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_phone}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'CHG-003', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'CHG-003' AND valid_from <= accepted_on), item_name, 'mobile', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {me}), (SELECT agency_id FROM staff_user WHERE id = {phone}), jsonb_build_object('id_number', '{my_number}'),
    preview, findings, {phone}, now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, {me}, {me}, NULL::bigint FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
UPDATE registry_person SET household_type = CASE household_type WHEN '02' THEN '01' ELSE '02' END WHERE id = {me};

-- attack: D36.17 A relation with another employer, by the teller who stops one
-- login: app
-- given: people at the doors, people of the cash desk
SELECT identity_act_v1('{teller_token}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-006', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-006' AND valid_from <= accepted_on), item_name, 'counter', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {my_employee}), (SELECT agency_id FROM staff_user WHERE id = {teller}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{my_employees_number}'),
    preview, findings, {teller}, now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, NULL::bigint, {my_employee}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('{teller_token}', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
INSERT INTO registry_employment (person_id, employer_id, employment_form, declared_wage_fen, start_period, end_period)
VALUES ({my_employee}, {not_my_employer}, '01', 99999900, 199001, 199001);

-- attack: D36.18 A relation handed to another employer by the teller who stops it
-- login: app
-- given: people at the doors, people of the cash desk
SELECT identity_act_v1('{teller_token}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-006', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-006' AND valid_from <= accepted_on), item_name, 'counter', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {my_employee}), (SELECT agency_id FROM staff_user WHERE id = {teller}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{my_employees_number}'),
    preview, findings, {teller}, now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, NULL::bigint, {my_employee}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('{teller_token}', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
UPDATE registry_coverage SET employer_id = {not_my_employer} WHERE person_id = {my_employee} AND employer_id = {my_employer};

-- attack: D36.19 A base with another employer by a teller
-- login: app
-- given: people at the doors, people of the cash desk
SELECT identity_act_v1('{teller_token}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'LVY-007', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'LVY-007' AND valid_from <= accepted_on), item_name, 'counter', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {me}), (SELECT agency_id FROM staff_user WHERE id = {teller}), jsonb_build_object('id_number', '{my_number}'),
    preview, findings, {teller}, now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, NULL::bigint, {me}, NULL::bigint FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('{teller_token}', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
INSERT INTO contributions_base (person_id, employer_id, declared_fen, start_period, reason)
VALUES ({me}, {not_my_employer}, 99999900, 202611, 'chosen');

-- attack: D36.20 A relation opened by a retirement
-- login: app
-- given: an approved retirement
SELECT casework_issue_warrant_v1({retirement});
-- refused: YG011
INSERT INTO registry_employment (person_id, employer_id, employment_form, declared_wage_fen, start_period, end_period)
VALUES ({retired}, {any_employer}, '01', 99999900, 199001, 199001);

-- attack: D36.21 The wage with whatever employer under a retirement, which ends the relation
-- login: app
-- given: an approved retirement
SELECT casework_issue_warrant_v1({retirement});
-- refused: YG011
UPDATE registry_employment SET declared_wage_fen = 99999900 WHERE person_id = {retired};

-- attack: D36.22 A telephone under a retirement
-- login: app
-- given: an approved retirement
SELECT casework_issue_warrant_v1({retirement});
-- refused: YG011
UPDATE registry_person SET mobile = '13900000001' WHERE id = {retired};
