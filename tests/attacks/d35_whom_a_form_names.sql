-- D35. Whom a case handed in from outside is about: what stands in its form, and at which doors an item is open.

-- attack: D35.1 Somebody else's number in a note of one's own form
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_phone}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', item_code, item_version, item_name, 'mobile', 'approved', 1, risk_class, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {me}), (SELECT agency_id FROM staff_user WHERE id = {phone}), jsonb_build_object('id_number', '{my_number}', 'note', '{not_my_number}'),
    preview, findings, {phone}, now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, {me}, {me}, NULL::bigint FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
UPDATE registry_person SET mobile = '13900000001' WHERE id = {not_me};

-- attack: D35.2 A list of other people's numbers in one's own form
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_phone}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', item_code, item_version, item_name, 'mobile', 'approved', 1, risk_class, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {me}), (SELECT agency_id FROM staff_user WHERE id = {phone}), jsonb_build_object('id_number', '{my_number}', 'note', jsonb_build_array('{not_my_number}', jsonb_build_object('id_number', '{not_my_number}'))),
    preview, findings, {phone}, now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, {me}, {me}, NULL::bigint FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
UPDATE registry_person SET life_status = '02' WHERE id = {not_me};

-- attack: D35.3 Somebody else's number where the person of the item stands
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_phone}');
-- refused: YG009
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', item_code, item_version, item_name, 'mobile', 'approved', 1, risk_class, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {me}), (SELECT agency_id FROM staff_user WHERE id = {phone}), jsonb_build_object('id_number', '{not_my_number}'),
    preview, findings, {phone}, now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, {me}, {me}, NULL::bigint FROM casework_case WHERE id = {model};

-- attack: D35.4 An item for employers, by somebody on the phone
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_phone}');
-- refused: YG009
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-006', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-006' AND valid_from <= accepted_on), item_name, 'mobile', 'approved', 1, risk_class, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {me}), (SELECT agency_id FROM staff_user WHERE id = {phone}), jsonb_build_object('id_number', '{my_number}'),
    preview, findings, {phone}, now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, {me}, {me}, NULL::bigint FROM casework_case WHERE id = {model};

-- attack: D35.5 An item that is not open at the door
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_phone}');
-- refused: YG009
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', item_code, item_version, item_name, 'counter', 'approved', 1, risk_class, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {me}), (SELECT agency_id FROM staff_user WHERE id = {phone}), jsonb_build_object('id_number', '{my_number}'),
    preview, findings, {phone}, now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, {me}, {me}, NULL::bigint FROM casework_case WHERE id = {model};

-- attack: D35.6 An item in a version of another day
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_phone}');
-- refused: YG009
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', item_code, item_version - 1, item_name, 'mobile', 'approved', 1, risk_class, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {me}), (SELECT agency_id FROM staff_user WHERE id = {phone}), jsonb_build_object('id_number', '{my_number}'),
    preview, findings, {phone}, now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, {me}, {me}, NULL::bigint FROM casework_case WHERE id = {model};

-- attack: D35.7 A stranger declared by an operator, by a number in a note
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-006', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-006' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {my_employee}), (SELECT agency_id FROM staff_user WHERE id = {platform}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{my_employees_number}', 'note', '{not_my_number}'),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, {my_employee}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
UPDATE registry_coverage SET end_period = 202611 WHERE person_id = {not_me};

-- attack: D35.8 A stranger in a form of an operator, beside the own employer
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
-- refused: YG009
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-006', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-006' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {not_me}), (SELECT agency_id FROM staff_user WHERE id = {platform}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{not_my_number}'),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, {not_me}, {my_employer} FROM casework_case WHERE id = {model};

-- attack: D35.9 Another employer in a form of an operator
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
-- refused: YG009
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'CHG-001', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'CHG-001' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_employer WHERE id = {my_employer}), (SELECT agency_id FROM staff_user WHERE id = {platform}), jsonb_build_object('unit_no', '{not_my_unit_no}'),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, NULL::bigint, {my_employer} FROM casework_case WHERE id = {model};

-- attack: D35.10 An item for people, by an operator
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
-- refused: YG009
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'CHG-003', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'CHG-003' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {my_employee}), (SELECT agency_id FROM staff_user WHERE id = {platform}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{my_employees_number}'),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, {my_employee}, {my_employer} FROM casework_case WHERE id = {model};

-- attack: D35.11 An item that was not given to the operator
-- login: app
-- given: people at the doors, an operator with nothing to do
SELECT identity_act_v1('{idle}');
-- refused: YG009
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-006', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-006' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {my_employee}), (SELECT agency_id FROM staff_user WHERE id = {platform}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{my_employees_number}'),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {idle_login}, NULL::bigint, {my_employee}, {my_employer} FROM casework_case WHERE id = {model};

-- attack: D35.12 The record of a stranger whom an operator takes on
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
UPDATE registry_person SET life_status = '02' WHERE id = {not_me};

-- attack: D35.13 Somebody else's rows under the case of a teller
-- login: app
-- given: a contact change at its end
SELECT casework_issue_warrant_v1({contact_change});
-- refused: YG011
UPDATE registry_person SET mobile = '13900000001' WHERE id = {somebody_else};

-- attack: D35.14 What a stranger has elsewhere, by an operator who takes them on
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
UPDATE registry_coverage SET end_period = 209912 WHERE person_id = {not_me};

-- attack: D35.15 A stranger enrolled with another employer than the operator's
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
INSERT INTO registry_employment (person_id, employer_id, employment_form, declared_wage_fen, start_period)
VALUES ({not_me}, {not_my_employer}, '01', 800000, 202611);

-- attack: D35.16 Another employer in the form of an item that takes somebody on
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
-- refused: YG009
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-005', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-005' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {not_me}), (SELECT agency_id FROM staff_user WHERE id = {platform}), jsonb_build_object('unit_no', '{not_my_unit_no}', 'id_number', '{not_my_number}'),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, {not_me}, {my_employer} FROM casework_case WHERE id = {model};

-- attack: D35.17 A stranger in a list of an operator
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
-- refused: YG009
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'LVY-001', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'LVY-001' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_employer WHERE id = {my_employer}), (SELECT agency_id FROM staff_user WHERE id = {platform}),
    jsonb_build_object('unit_no', '{my_unit_no}', 'base_rows', jsonb_build_array(jsonb_build_object('id_number', '{my_employees_number}'), jsonb_build_object('id_number', '{not_my_number}'))),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, NULL::bigint, {my_employer} FROM casework_case WHERE id = {model};

-- attack: D35.18 An employee's relation with another employer, by the operator who stops theirs
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-006', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-006' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {my_employee}), (SELECT agency_id FROM staff_user WHERE id = {platform}),
    jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{my_employees_number}'),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, {my_employee}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
INSERT INTO registry_employment (person_id, employer_id, employment_form, declared_wage_fen, start_period, end_period)
VALUES ({my_employee}, {not_my_employer}, '01', 99999900, 199001, 199001);

-- attack: D35.19 An employee's relation handed to another employer
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-006', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-006' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {my_employee}), (SELECT agency_id FROM staff_user WHERE id = {platform}),
    jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{my_employees_number}'),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, {my_employee}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
UPDATE registry_employment SET employer_id = {not_my_employer} WHERE person_id = {my_employee} AND employer_id = {my_employer};

-- attack: D35.20 A base with another employer, in the list of an operator
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'LVY-001', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'LVY-001' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_employer WHERE id = {my_employer}), (SELECT agency_id FROM staff_user WHERE id = {platform}),
    jsonb_build_object('unit_no', '{my_unit_no}', 'base_rows', jsonb_build_array(jsonb_build_object('id_number', '{my_employees_number}'))),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, NULL::bigint, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
INSERT INTO contributions_base (person_id, employer_id, declared_fen, start_period, reason)
VALUES ({my_employee}, {not_my_employer}, 99999900, 202611, 'declared');

-- attack: D35.21 A base with an employer, by somebody on the phone who pays for themselves
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_phone}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'LVY-007', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'LVY-007' AND valid_from <= accepted_on), item_name, 'mobile', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {me}), (SELECT agency_id FROM staff_user WHERE id = {phone}),
    jsonb_build_object('id_number', '{my_number}'),
    preview, findings, {phone}, now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, {me}, {me}, NULL::bigint FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
INSERT INTO contributions_base (person_id, employer_id, declared_fen, start_period, reason)
VALUES ({me}, {not_my_employer}, 99999900, 202611, 'chosen');
