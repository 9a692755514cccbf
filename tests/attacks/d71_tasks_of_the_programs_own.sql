-- D71. A reported sentence is freed by no task that the program made up.

-- attack: D71.1 A task of another kind about a reported sentence
-- login: app
-- refused: YG006
INSERT INTO tasks_task (kind, kind_version, state, origin_kind, origin_id, origin_no, part, area_id, note, form, opened_at, opened_on, agency_id, posts, due_on,
    subject_name, outcome, said, link_key, case_kind, case_no, is_due_provisional)
SELECT 'fraud_hit', '2026-01-01', 'open', 'prison_record', 1, '', b.id::text, b.area_id, 'x', '{}', '2020-01-01', '2020-01-01', '511100', '{auditor}', '2020-01-01',
    '', '', '', '', '', '', false FROM benefits_benefit b LIMIT 1;

-- attack: D71.2 A task about a report that has not come
-- login: app
-- refused: YG006
INSERT INTO tasks_task (kind, kind_version, state, origin_kind, origin_id, origin_no, part, area_id, note, form, opened_at, opened_on, agency_id, posts, due_on,
    subject_name, outcome, said, link_key, case_kind, case_no, is_due_provisional)
SELECT 'sentence_hit', '2026-01-01', 'open', 'prison_record', 9999999, '', b.id::text, b.area_id, 'x', '{}', '2020-01-01', '2020-01-01', '511100', '{auditor}', '2020-01-01',
    '', '', '', '', '', '', false FROM benefits_benefit b LIMIT 1;
