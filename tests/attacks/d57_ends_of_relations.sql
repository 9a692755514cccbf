-- D57. Beginnings and ends of relations: a case ends what runs, and neither opens again what has ended nor rewrites since when it is.

-- attack: D57.1 An insurance that ended long ago, opened again at the counter
-- login: app
-- given: people at the doors, people of the cash desk, an insurance that ended long ago
SELECT identity_act_v1('{teller_token}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-005', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-005' AND valid_from <= accepted_on), item_name, 'counter', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {ended}), (SELECT agency_id FROM staff_user WHERE id = {teller}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{ended_number}'),
    preview, findings, {teller}, now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, NULL::bigint, {ended}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('{teller_token}', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
UPDATE registry_coverage SET end_period = NULL, stop_reason = '' WHERE person_id = {ended} AND employer_id = {my_employer};

-- attack: D57.2 The same by whoever takes somebody on
-- login: app
-- given: people at the doors, people of the cash desk, an insurance that ended long ago
SELECT identity_act_v1('{teller_token}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-004', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-004' AND valid_from <= accepted_on), item_name, 'counter', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {ended}), (SELECT agency_id FROM staff_user WHERE id = {teller}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{ended_number}'),
    preview, findings, {teller}, now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, NULL::bigint, {ended}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('{teller_token}', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
UPDATE registry_coverage SET end_period = NULL WHERE person_id = {ended} AND employer_id = {my_employer};

-- attack: D57.3 Its end moved to last month, by a stop
-- login: app
-- given: people at the doors, people of the cash desk, an insurance that ended long ago
SELECT identity_act_v1('{teller_token}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-006', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-006' AND valid_from <= accepted_on), item_name, 'counter', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {ended}), (SELECT agency_id FROM staff_user WHERE id = {teller}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{ended_number}'),
    preview, findings, {teller}, now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, NULL::bigint, {ended}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('{teller_token}', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
UPDATE registry_coverage SET end_period = 202610 WHERE person_id = {ended} AND employer_id = {my_employer};

-- attack: D57.4 Its end moved by a month
-- login: app
-- given: people at the doors, people of the cash desk, an insurance that ended long ago
SELECT identity_act_v1('{teller_token}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-006', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-006' AND valid_from <= accepted_on), item_name, 'counter', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {ended}), (SELECT agency_id FROM staff_user WHERE id = {teller}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{ended_number}'),
    preview, findings, {teller}, now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, NULL::bigint, {ended}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('{teller_token}', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
UPDATE registry_coverage SET end_period = 199801 WHERE person_id = {ended} AND employer_id = {my_employer};

-- attack: D57.5 Work that ended long ago, taken up again
-- login: app
-- given: people at the doors, people of the cash desk, an insurance that ended long ago
SELECT identity_act_v1('{teller_token}');
INSERT INTO casework_case (case_no, item_code, item_version, item_name, channel, status, round, risk_class, risk_reasons, subject_key, subject_name, area_id,
    agency_id, form, preview, findings, accepted_by_id, accepted_at, accepted_on, due_on, is_due_provisional, outcome, effect_error, request_digest, visits,
    login_id, applicant_id, person_id, employer_id)
SELECT 'evil', 'REG-005', (SELECT max(valid_from) FROM catalogue_item_version WHERE code = 'REG-005' AND valid_from <= accepted_on), item_name, 'counter', 'approved', 1, 3, risk_reasons, 'evil', subject_name,
    (SELECT area_id FROM registry_person WHERE id = {ended}), (SELECT agency_id FROM staff_user WHERE id = {teller}), jsonb_build_object('unit_no', '{my_unit_no}', 'id_number', '{ended_number}'),
    preview, findings, {teller}, now(), accepted_on, due_on, false, '{}', '', '', 1, NULL::bigint, NULL::bigint, {ended}, {my_employer} FROM casework_case WHERE id = {model};
SELECT casework_lay_out_v1('{teller_token}', (SELECT id FROM casework_case WHERE case_no = 'evil'), '{today}', '[{"seq": 1, "code": "accept", "site": "front_desk", "reason": ""}]');
SELECT casework_issue_warrant_v1((SELECT id FROM casework_case WHERE case_no = 'evil'));
-- refused: YG011
UPDATE registry_employment SET end_period = NULL WHERE person_id = {ended} AND employer_id = {my_employer};

-- attack: D57.6 Work that began decades earlier
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
UPDATE registry_employment SET start_period = 199001 WHERE person_id = {my_employee} AND employer_id = {my_employer};

-- attack: D57.7 Work that began later
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
UPDATE registry_employment SET start_period = 202611 WHERE person_id = {my_employee} AND employer_id = {my_employer};

-- attack: D57.8 An insurance ended years ago, by a case nobody examines
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
UPDATE registry_coverage SET end_period = start_period, stop_reason = '01' WHERE person_id = {my_employee} AND employer_id = {my_employer};
