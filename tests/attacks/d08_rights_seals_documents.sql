-- D8. Rights that nobody applied for, seals that were poisoned, documents that were never issued.

-- attack: D8.1 An application for rights that begins approved
-- login: app
-- given: the staff
-- refused: YG006
INSERT INTO staff_rights_request (kind, user_id, steps, item_groups, area_code, withdraws, is_temporary, valid_from, valid_to, reason, status, applied_by_id,
    checked_by_id, approved_by_id, note, moved_xid, applied_at)
VALUES ('grant', {teller}, '["approve"]', '["*"]', '*', '[]', false, '2026-01-01', '2026-12-31', 'x', 'approved', {head}, {auditor}, {director}, '', 0, now());

-- attack: D8.2 Authority by hand
-- login: app
-- given: the staff
-- refused: 42501
INSERT INTO staff_authority (user_id, step, item_group, area_code, valid_from, valid_to) VALUES ({teller}, 'approve', '*', '*', '2026-01-01', '2026-12-31');

-- attack: D8.3 Authority of somebody widened
-- login: app
-- refused: 42501
UPDATE staff_authority SET item_group = '*';

-- attack: D8.4 The catalogue
-- login: app
-- refused: 42501
UPDATE catalogue_item_version SET risk_class = 3, route = '["accept", "finish"]' WHERE code = 'CHG-004';

-- attack: D8.5 A seal changed
-- login: app
-- refused: 42501
UPDATE casework_seal SET root = repeat('0', 64);

-- attack: D8.51 A seal that was never made
-- login: app
-- refused: 42501
INSERT INTO casework_seal (day, first_event_id, last_event_id, chain_count, previous, root, sealed_at)
VALUES ('2026-11-10', 9000001, 9000002, 1, repeat('0', 64), repeat('1', 64), now());

-- attack: D8.52 A seal of another day
-- login: app
-- refused: 42883
SELECT integrity_seal_v1('1999-01-01');

-- attack: D8.53 A seal of the rows of one's own warrant
-- login: app
-- refused: 42501
INSERT INTO warrants_set_seal (warrant_id, table_name, row_count, digest, columns)
SELECT max(id), 'ledger_entry', 0, '0', '{id}' FROM warrants_warrant;

-- attack: D8.54 Rows sealed outside the nightly seal
-- login: app
-- refused: 42501
SELECT warrants_seal_sets_v1('{ledger_entry}');

-- attack: D8.55 A block of rows sealed anew
-- login: app
-- refused: 42501
INSERT INTO warrants_bulk_seal (warrant_id, table_name, first_id, last_id, row_count, digest, columns, row_ids, row_marks)
SELECT max(id), 'registry_person', 1, 1, 0, '', '{}', '{}', '{}' FROM warrants_warrant;

-- attack: D8.6 A seal of rows gone
-- login: app
-- refused: 42501
DELETE FROM warrants_bulk_seal;

-- attack: D8.7 A document, written otherwise
-- login: app
-- refused: 42501
UPDATE documents_issued SET holder = 'x';

-- attack: D8.8 A warrant by hand
-- login: app
-- refused: 42501
INSERT INTO warrants_warrant (kind, subject_id, subject_no, item_code, risk_class, area_code, xid, issued_at)
VALUES ('case', 1, 'x', 'CHG-004', 1, '', (pg_current_xact_id()::text)::bigint, transaction_timestamp());

-- attack: D8.9 A signature by hand
-- login: app
-- given: the staff
-- refused: 42501
INSERT INTO warrants_signature (warrant_id, seq, step, user_id, signed_at) VALUES (1, 9, 'approve', {director}, now());

-- attack: D8.10 History by hand
-- login: app
-- refused: 42501
INSERT INTO warrants_change (warrant_id, table_name, row_id, kind, after) VALUES (1, 'registry_person', 1, 'I', '{}');

-- attack: D8.11 The issuing function of the lowest floor
-- login: app
-- given: the staff
-- refused: 42501
SELECT warrants_issue_v1('case', 1, 'x', 'CHG-004', 1::smallint, '', NULL, ARRAY['approve'], ARRAY[{director}::bigint], ARRAY[now()]);

-- attack: D8.12 A password verifier
-- login: app
-- given: the staff
-- refused: 42501
UPDATE identity_credential SET verifier = repeat('0', 64) WHERE holder = 'staff:{director}';

-- attack: D8.13 The secret of a device
-- login: app
-- refused: 42501
SELECT secret FROM identity_device;

-- attack: D8.14 Open sign-ins
-- login: app
-- refused: 42501
SELECT digest FROM identity_proof;

-- attack: D8.15 A partner's key of one's own
-- login: app
-- given: the staff
-- refused: 42501
SELECT identity_keep_partner_v1({director}, repeat('0', 64));

-- attack: D8.16 A device of one's own for somebody
-- login: app
-- given: the staff
-- refused: 42501
INSERT INTO identity_device (user_id, secret, step_used, begun_at, confirmed_at) VALUES ({director}, '\x00', -1, now(), now());
