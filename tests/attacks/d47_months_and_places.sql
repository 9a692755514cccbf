-- D47. Months and places of what a case writes about somebody's work: bases of years past, insurance elsewhere and before the case.

-- attack: D47.1 A base of a year gone by, declared by the employer
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'LVY-001', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'LVY-001' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {my_employee}), (SELECT agency_id FROM staff_user WHERE id = {platform}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{my_employees_number}', 'base_rows', jsonb_build_array(jsonb_build_object('id_number', '{my_employees_number}'))),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, {my_employee}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
INSERT INTO contributions_base (person_id, employer_id, declared_fen, start_period, end_period, year, reason)
VALUES ({my_employee}, {my_employer}, 99999900, 201907, 202006, 2019, 'declared');

-- attack: D47.2 A base of months before its own year
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'LVY-001', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'LVY-001' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {my_employee}), (SELECT agency_id FROM staff_user WHERE id = {platform}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{my_employees_number}', 'base_rows', jsonb_build_array(jsonb_build_object('id_number', '{my_employees_number}'))),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, {my_employee}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
INSERT INTO contributions_base (person_id, employer_id, declared_fen, start_period, end_period, year, reason)
VALUES ({my_employee}, {my_employer}, 99999900, 202401, 202706, 2026, 'declared');

-- attack: D47.3 A base without an end, declared by the employer
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'LVY-001', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'LVY-001' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {my_employee}), (SELECT agency_id FROM staff_user WHERE id = {platform}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{my_employees_number}', 'base_rows', jsonb_build_array(jsonb_build_object('id_number', '{my_employees_number}'))),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, {my_employee}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
INSERT INTO contributions_base (person_id, employer_id, declared_fen, start_period, end_period, year, reason)
VALUES ({my_employee}, {my_employer}, 99999900, 202607, NULL, 2026, 'declared');

-- attack: D47.4 A base that stands, changed by the employer that declares
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'LVY-001', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'LVY-001' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {my_employee}), (SELECT agency_id FROM staff_user WHERE id = {platform}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{my_employees_number}', 'base_rows', jsonb_build_array(jsonb_build_object('id_number', '{my_employees_number}'))),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, {my_employee}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
INSERT INTO contributions_base (person_id, employer_id, declared_fen, start_period, end_period, year, reason)
VALUES ({my_employee}, {my_employer}, 500000, 202607, 202706, 2026, 'declared');
-- refused: YG011
UPDATE contributions_base SET declared_fen = 99999900 WHERE person_id = {my_employee} AND employer_id = {my_employer};

-- attack: D47.5 Months of a base that stands, moved back by the employer that declares
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'LVY-001', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'LVY-001' AND valid_from <= accepted_on), item_name, 'online', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {my_employee}), (SELECT agency_id FROM staff_user WHERE id = {platform}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{my_employees_number}', 'base_rows', jsonb_build_array(jsonb_build_object('id_number', '{my_employees_number}'))),
    preview, findings, {platform}, now(), accepted_on, due_on, false, '{}', '', '', 1, {login}, NULL::bigint, {my_employee}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
INSERT INTO contributions_base (person_id, employer_id, declared_fen, start_period, end_period, year, reason)
VALUES ({my_employee}, {my_employer}, 500000, 202607, 202706, 2026, 'declared');
-- refused: YG011
UPDATE contributions_base SET start_period = 201001 WHERE person_id = {my_employee} AND employer_id = {my_employer};

-- attack: D47.6 Insurance in an area that is not the employer's, by the employer that takes somebody on
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
INSERT INTO registry_coverage (person_id, employer_id, insurance, slot, area_id, start_period, stop_reason)
SELECT {not_me}, {my_employer}, 'employee_pension', 1, (SELECT code FROM registry_area WHERE code <> registry_employer.area_id ORDER BY code LIMIT 1), 202612, '' FROM registry_employer WHERE id = {my_employer};

-- attack: D47.7 Insurance in an area that is not the employer's, at the counter
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
INSERT INTO registry_coverage (person_id, employer_id, insurance, slot, area_id, start_period, stop_reason)
SELECT {not_me}, {my_employer}, 'employee_pension', 1, (SELECT code FROM registry_area WHERE code <> registry_employer.area_id ORDER BY code LIMIT 1), 202612, '' FROM registry_employer WHERE id = {my_employer};

-- attack: D47.8 Insurance for months gone by, at the counter
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
INSERT INTO registry_coverage (person_id, employer_id, insurance, slot, area_id, start_period, stop_reason)
SELECT {not_me}, {my_employer}, 'employee_pension', 1, area_id, 199001, '' FROM registry_employer WHERE id = {my_employer};

-- attack: D47.9 The place of an insurance that stands, at the counter
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
UPDATE registry_coverage SET area_id = (SELECT code FROM registry_area WHERE code <> registry_coverage.area_id ORDER BY code LIMIT 1)
WHERE person_id = {my_employee} AND employer_id = {my_employer};

-- attack: D47.10 The first month of an insurance that stands, at the counter
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
UPDATE registry_coverage SET start_period = 199001 WHERE person_id = {my_employee} AND employer_id = {my_employer};

-- attack: D47.11 A question answered in the name of somebody else
-- login: app
-- given: people at the doors, people of the cash desk
SELECT identity_act_v1('{teller_token}');
-- refused: YG009
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'CHG-003', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'CHG-003' AND valid_from <= accepted_on), item_name, 'counter', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {me}), (SELECT agency_id FROM staff_user WHERE id = {teller}), jsonb_build_object('id_number', '{my_number}'),
    preview, '[{"check": "x", "level": "remind", "message": "x", "field": "", "detail": "", "answer": "so it is", "by": "somebody else"}]', {teller}, now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, NULL::bigint, {me}, NULL::bigint FROM casework_case WHERE id = {model};

-- attack: D47.12 An own base of levied years, lowered by somebody on the phone
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
INSERT INTO contributions_base (person_id, employer_id, declared_fen, start_period, end_period, year, reason)
VALUES ({me}, NULL, 1, 202401, 202412, 2024, 'chosen');
