-- D12. With the application's own login alone: things signed in the name of people who never saw them.

-- attack: D12.1 An application for rights in a head's name
-- login: app
-- given: the staff
-- refused: YG009
INSERT INTO staff_rights_request (kind, user_id, steps, item_groups, area_code, withdraws, is_temporary, valid_from, valid_to, reason, status, applied_by_id, note,
    moved_xid, applied_at)
VALUES ('grant', {teller2}, '["accept"]', '["*"]', '*', '[]', false, '2026-11-10', '2026-12-31', 'x', 'applied', {head}, '', 0, now());

-- attack: D12.2 The same, while somebody else is really there
-- login: app
-- given: the staff, a stolen sign-in
SELECT identity_act_v1('{token}');
-- refused: YG009
INSERT INTO staff_rights_request (kind, user_id, steps, item_groups, area_code, withdraws, is_temporary, valid_from, valid_to, reason, status, applied_by_id, note,
    moved_xid, applied_at)
VALUES ('grant', {teller}, '["accept"]', '["*"]', '*', '[]', false, '2026-11-10', '2026-12-31', 'x', 'applied', {head}, '', 0, now());

-- attack: D12.3 Examined by somebody of internal control who never saw it
-- login: app
-- given: an application for rights, the staff
-- refused: YG009
UPDATE staff_rights_request SET status = 'checked', checked_by_id = {auditor}, checked_at = now() WHERE id = {request};

-- attack: D12.4 Taken back in the applicant's name
-- login: app
-- given: an application for rights
-- refused: YG009
UPDATE staff_rights_request SET status = 'taken_back' WHERE id = {request};

-- attack: D12.5 Refused in somebody's name
-- login: app
-- given: an application for rights, the staff
-- refused: YG009
UPDATE staff_rights_request SET status = 'refused', refused_by_id = {auditor}, note = 'x' WHERE id = {request};

-- attack: D12.6 Granted with a name for a token
-- login: app
-- given: an approved application for rights, the staff
-- refused: YG009
SELECT staff_grant_v1('{secadmin}', '000000', {approved_request});

-- attack: D12.7 Granted with the administrator's sign-in, but without a code
-- login: app
-- given: an approved application for rights
-- refused: YG010
SELECT staff_grant_v1('{administrator_token}', '', {approved_request});

-- attack: D12.8 Granted by somebody else who is really there
-- login: app
-- given: an approved application for rights, a stolen sign-in
-- refused: YG005
SELECT staff_grant_v1('{token}', '{code}', {approved_request});

-- attack: D12.9 A new post for a colleague, asked for in the administrator's name
-- login: app
-- given: the staff
-- refused: YG009
INSERT INTO staff_account_request (user_id, kind, role, reason, status, asked_by_id, asked_at, note)
VALUES ({teller}, 'role', 'director', 'x', 'asked', (SELECT id FROM staff_user WHERE username = 'sysadmin'), now(), '');

-- attack: D12.10 A leave, asked for in the administrator's name
-- login: app
-- given: the staff
-- refused: YG009
INSERT INTO staff_account_request (user_id, kind, role, reason, status, asked_by_id, asked_at, note)
VALUES ({director}, 'leave', '', 'x', 'asked', (SELECT id FROM staff_user WHERE username = 'sysadmin'), now(), '');

-- attack: D12.11 A post changed with a name for a token
-- login: app
-- given: the staff
-- refused: YG009
SELECT staff_change_post_v1('{secadmin}', '000000', 1);

-- attack: D12.12 A merge of agencies in the administrator's name
-- login: app
-- refused: YG009
INSERT INTO staff_agency_merge (merged_id, into_id, reason, status, asked_by_id, asked_at, note, moved)
VALUES ('51112901', '51110001', 'x', 'asked', (SELECT id FROM staff_user WHERE username = 'sysadmin'), now(), '', '{}');

-- attack: D12.13 A template of authority in a head's name
-- login: app
-- given: the staff
-- refused: YG009
INSERT INTO staff_post_rule (post, level, area_scope, lines, reason, status, applied_by_id, applied_at, note)
VALUES ('teller', 'city', 'all', '[{"step": "accept", "item_groups": ["*"], "amount_fen_max": null}]', 'x', 'applied', {head}, now(), '');

-- attack: D12.14 A yearly check of rights that internal control never made
-- login: app
-- given: the staff
-- refused: YG009
INSERT INTO staff_rights_check (agency_id, year, checked_by_id, checked_at, counts, findings, conclusion)
VALUES ('51110001', 2026, {auditor}, now(), '{}', '[]', 'x');

-- attack: D12.15 An account of one's own
-- login: app
-- refused: YG009
INSERT INTO staff_user (username, full_name, role, agency_id, password, id_number, is_trainee, is_active) VALUES ('evil', 'x', '', '51110001', '!', '', false, true);

-- attack: D12.16 A colleague switched off
-- login: app
-- given: the staff
-- refused: YG009
UPDATE staff_user SET is_active = false WHERE id = {director};

-- attack: D12.17 Somebody put into another section
-- login: app
-- given: the staff
-- refused: YG009
UPDATE staff_user SET section_id = NULL, managing_department_id = NULL, is_trainee = true WHERE id = {reviewer};

-- attack: D12.18 Another name on an account
-- login: app
-- given: the staff
-- refused: YG009
UPDATE staff_user SET full_name = 'x' WHERE id = {director};

-- attack: D12.19 A trainee who is none any more, by a teller who is really there
-- login: app
-- given: the staff, a stolen sign-in
SELECT identity_act_v1('{token}');
-- refused: YG005
UPDATE staff_user SET is_trainee = NOT is_trainee WHERE id = {reviewer};

-- attack: D12.20 A section changed as a deed of the administrator
-- login: app
SELECT set_config('yigui.deed', json_build_object('verb', 'section_saved', 'actor', (SELECT id FROM staff_user WHERE username = 'sysadmin'))::text, true);
-- refused: YG009
UPDATE staff_section SET name = 'x' WHERE id = (SELECT min(id) FROM staff_section);

-- attack: D12.21 The mark of presence, made up
-- login: app
-- given: the staff
SELECT set_config('yigui.present', '{director} staff:{director} ' || encode(sha256('present'), 'hex'), true);
-- refused: YG009
INSERT INTO staff_full_view (user_id, subject, subject_id, ground, reason, case_no, viewed_at) VALUES ({director}, 'person', 1, '', 'x', '', now());

-- attack: D12.22 The function that makes the mark
-- login: app
-- given: the staff
-- refused: 42501
SELECT identity_who_mark_v1('{director} staff:{director}');

-- attack: D12.23 A full view in somebody's name
-- login: app
-- given: the staff
-- refused: YG009
INSERT INTO staff_full_view (user_id, subject, subject_id, ground, reason, case_no, viewed_at) VALUES ({director}, 'person', 1, '', 'x', '', now());

-- attack: D12.24 A refusal laid at somebody's door
-- login: app
-- given: the staff
-- refused: YG009
INSERT INTO staff_refusal (user_id, who, deed, case_no, code, sentence, at) VALUES ({director}, 'x', 'x', '', 'x', 'x', now());

-- attack: D12.25 An event of a task in somebody's name
-- login: app
-- given: the staff
-- refused: YG009
INSERT INTO tasks_event (task_id, seq, verb, actor_id, actor_name, actor_role, note, payload, at, previous, digest)
VALUES (1, 99, 'take', {director}, 'x', 'director', '', '{}', now(), repeat('0', 64), repeat('0', 64));

-- attack: D12.26 A return point in the reviewer's name
-- login: app
-- given: a case at its review, the staff
-- refused: YG009
INSERT INTO casework_return_point (case_id, round, material_code, field, reason, note, is_ours, made_by_id, made_at)
VALUES ({case}, 1, '', '', 'other', 'x', true, {reviewer}, now());

-- attack: D12.27 A rule of sampling that nobody set
-- login: app
-- given: the staff
-- refused: YG009
INSERT INTO casework_sampling_rule (item_group, share, to_class, reason, valid_from, valid_to, set_by_id) VALUES ('*', 0.01, 2, 'x', '2026-01-01', '2026-12-31', {head});

-- attack: D12.28 A rule of sampling made gentler
-- login: app
-- refused: 42501
UPDATE casework_sampling_rule SET share = 0;

-- attack: D12.29 A change of an item in a head's name
-- login: app
-- given: the staff
-- refused: YG009
INSERT INTO catalogue_item_change (code, valid_from, before, risk_class, route, review_site, finish_site, reason, status, applied_by_id, applied_at)
VALUES ('CHG-004', '2026-12-31', '{}', 3, '["accept", "finish"]', 'none', 'front_desk', '放宽办理', 'applied', {head}, now());

-- attack: D12.30 Approved by a director who never saw it
-- login: app
-- given: a change of an item, the staff
-- refused: YG009
UPDATE catalogue_item_change SET status = 'approved', approved_by_id = {director}, approved_at = now() WHERE id = {checked_change};

-- attack: D12.31 Another content under the director's name
-- login: app
-- given: a change of an item
-- refused: 42501
UPDATE catalogue_item_change SET risk_class = 3, route = '["accept", "finish"]' WHERE id = {approved_change};

-- attack: D12.32 Carried into the catalogue with a name for a token
-- login: app
-- given: a change of an item, the staff
-- refused: YG009
SELECT catalogue_effect_change_v1('{secadmin}', '000000', {approved_change});

-- attack: D12.33 Said to be in effect
-- login: app
-- given: a change of an item
-- refused: YG006
UPDATE catalogue_item_change SET status = 'effected' WHERE id = {approved_change};

-- attack: D12.34 A file of receipts brought in by somebody who was not there
-- login: app
-- given: the staff
-- refused: YG009
INSERT INTO contributions_receipt_file (source, partner, area_code, file_name, digest, row_count, total_fen, duplicate_count, rejected, imported_by_id, received_on,
    created_at)
VALUES ('bank', 'evil', '511102', 'x', repeat('d', 64), 1, 1, 0, '[]', {accountant}, '2026-11-10', now());

-- attack: D12.35 A batch voided in somebody's name
-- login: app
-- given: a batch of nobody, the staff
-- refused: YG009
UPDATE runs_batch SET status = 'void', voided_by_id = {accountant}, voided_at = now(), void_reason = '不再需要办理' WHERE id = {batch};

-- attack: D12.36 A paper taken by somebody who was not there
-- login: app
-- given: the staff
-- refused: YG009
INSERT INTO documents_paper (material_code, file_id, file_name, taken_by_id, taken_on)
VALUES ('id_card', (SELECT min(digest) FROM documents_stored_file), 'x', {teller}, '2026-11-10');

-- attack: D12.37 A list for a long export in somebody's name
-- login: app
-- given: the staff
-- refused: YG009
INSERT INTO staff_export (user_id, kind, parameters, rows, reason, asked_at, valid_until, taken) VALUES ({head}, 'x', '{}', 1, 'x', now(), now(), 0);

-- attack: D12.38 A document that no case issued
-- login: app
-- refused: YG001
INSERT INTO documents_issued (code, kind, title, case_no, holder, is_holder_person, content, digest, issued_on, issued_at)
VALUES ('AAAA-BBBB-CCCC-DDDD', 'certificate', '参保缴费证明', 'x', 'x', true, '{}', repeat('0', 64), '2026-11-10', now());

-- attack: D12.39 A document of another case than the one that is being finished
-- login: app
-- given: an approved case
SELECT casework_issue_warrant_v1({approved});
-- refused: YG001
INSERT INTO documents_issued (code, kind, title, case_no, holder, is_holder_person, content, digest, issued_on, issued_at)
VALUES ('AAAA-BBBB-CCCC-DDDD', 'certificate', '参保缴费证明', 'x', 'x', true, '{}', repeat('0', 64), '2026-11-10', now());

-- attack: D12.40 An electronic receipt of money that never came
-- login: app
INSERT INTO documents_issued (code, kind, title, case_no, holder, is_holder_person, content, digest, issued_on, issued_at)
VALUES ('AAAA-BBBB-CCCC-EEEE', 'payment_voucher', '社会保险费电子票据', 'x', 'x', true, '{}', repeat('0', 64), '2026-11-10', now());
-- refused: YG006
SET CONSTRAINTS ALL IMMEDIATE;

-- attack: D12.41 A batch replaced in the name of somebody who ordered nothing
-- login: app
-- given: a batch of nobody
-- refused: YG009
SELECT runs_replace_v1('order:0', {batch}, '由新批次替代');

-- attack: D12.71 A desk made special by nobody
-- login: app
-- refused: YG009
UPDATE staff_window SET kind = 'special' WHERE id = (SELECT min(id) FROM staff_window);

-- attack: D12.72 A place closed by nobody
-- login: app
-- refused: YG009
UPDATE staff_location SET closed_on = '2026-11-10' WHERE id = (SELECT min(id) FROM staff_location);

-- attack: D12.73 A section renamed by nobody
-- login: app
-- refused: YG009
UPDATE staff_section SET name = 'x' WHERE id = (SELECT min(id) FROM staff_section);

-- attack: D12.74 The stages of one's own section, by a teller who is really there
-- login: app
-- given: a stolen sign-in
SELECT identity_act_v1('{token}');
-- refused: YG005
UPDATE staff_section SET stages = ARRAY['accept', 'review'] WHERE id = (SELECT min(id) FROM staff_section);

-- attack: D12.75 A hall of one's own
-- login: app
-- refused: YG009
INSERT INTO staff_location (agency_id, kind, name, address, phone, hours, stays_open_on_holidays)
VALUES ('51110001', 'hall', 'x', '', '', '{"","","","","","",""}', false);

-- attack: D12.76 Days on which a hall is closed, said by nobody
-- login: app
-- refused: YG009
INSERT INTO staff_opening_exception (location_id, day, hours, reason) VALUES ((SELECT min(id) FROM staff_location), '2026-12-01', '', 'x');

-- attack: D12.77 The hours of a host, by nobody
-- login: app
-- refused: YG009
UPDATE staff_host SET hours = '{"","","","","","",""}';

-- attack: D12.78 A place taken by a head who works at another agency
-- login: app
-- given: a head of a county
SELECT identity_act_v1('{county_token}');
-- refused: YG005
UPDATE staff_location SET name = 'x' WHERE agency_id = '51110001';

-- attack: D12.79 A partner asked at another address
-- login: app
-- refused: YG009
UPDATE exchange_partner SET base_url = 'https://evil.example', key = 'x';

-- attack: D12.80 A partner asked at another address, by a teller who is really there
-- login: app
-- given: a stolen sign-in
SELECT identity_act_v1('{token}');
-- refused: YG005
UPDATE exchange_partner SET base_url = 'https://evil.example', key = 'x';

-- attack: D12.81 A partner of one's own
-- login: app
-- refused: 42501
INSERT INTO exchange_partner (code, name, is_active, base_url, key) VALUES ('evil', 'x', true, '', '');

-- attack: D12.82 A partner that is active again
-- login: app
-- refused: 42501
UPDATE exchange_partner SET is_active = true;

-- attack: D12.83 Somebody else named as who connected it
-- login: app
-- refused: 42501
UPDATE exchange_partner SET connected_by_id = 1;

-- attack: D12.84 A token for the interface of one's own
-- login: app
-- given: the staff
-- refused: 42501
INSERT INTO exchange_api_token (partner_id, digest, user_id, channel, outlet_class, is_active, created_at)
SELECT min(code), repeat('0', 64), {director}, 'online', '', true, now() FROM exchange_partner;

-- attack: D12.85 An order for a month that opens another month
-- login: app
-- given: an order
-- refused: YG009
SELECT runs_open_v1('{order}', '{kind}', '{area}', 202601, '{"{area}"}', '', false);

-- attack: D12.86 An order that opens a second draft
-- login: app
-- given: an order
SELECT runs_open_v1('{order}', '{kind}', '{area}', {period}, '{"{area}"}', '', false);
-- refused: YG009
SELECT runs_open_v1('{order}', '{kind}', '{area}', {period}, '{"{area}"}', 'another', false);

-- attack: D12.87 An order that opens a batch of another kind
-- login: app
-- given: an order
-- refused: YG009
SELECT runs_open_v1('{order}', 'pay', '{area}', {period}, '{"{area}"}', '', false);

-- attack: D12.88 An order taken from the batch it made, to be used again
-- login: app
-- given: an order
SELECT runs_open_v1('{order}', '{kind}', '{area}', {period}, '{"{area}"}', '', false);
-- refused: YG006
UPDATE runs_batch SET order_id = NULL WHERE order_id = substr('{order}', 7)::bigint;

-- attack: D12.89 A batch of nobody put under an order
-- login: app
-- given: an order
-- refused: YG006
INSERT INTO runs_batch (kind, area_code, period, subject, status, row_count, total_fen, digest, summary, checks, areas, is_automatic, needs_check,
    taken_out, created_at, order_id)
VALUES ('{kind}', '{area}', {period}, '', 'draft', 0, 0, '', '{}', '[]', '{"{area}"}', true, false, '[]', now(), substr('{order}', 7)::bigint);
