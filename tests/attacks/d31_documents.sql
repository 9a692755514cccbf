-- D31. A finished case's document about somebody else, another item or another day, under its own number.

-- attack: D31.1 Held by somebody else
-- login: app
-- given: an approved case
SELECT casework_issue_warrant_v1({approved});
-- refused: YG006
INSERT INTO documents_issued (code, kind, title, case_no, holder, is_holder_person, content, digest, issued_on, issued_at)
SELECT 'EVIL-1', 'x', 'x', c.case_no, '别人', true, jsonb_build_object('facts', jsonb_build_array(jsonb_build_array('办件编号', c.case_no),
    jsonb_build_array('业务事项', format('%s（%s）', c.item_name, c.item_code)), jsonb_build_array('办理对象', '别人'), jsonb_build_array('办理渠道', ''),
    jsonb_build_array('受理日期', to_char(c.accepted_on, 'YYYY-MM-DD')), jsonb_build_array('办结日期', '2026-11-10'))), repeat('0', 64), '2026-11-10', now()
FROM casework_case c WHERE c.id = {approved};

-- attack: D31.2 Of another item
-- login: app
-- given: an approved case
SELECT casework_issue_warrant_v1({approved});
-- refused: YG006
INSERT INTO documents_issued (code, kind, title, case_no, holder, is_holder_person, content, digest, issued_on, issued_at)
SELECT 'EVIL-1', 'x', 'x', c.case_no, c.subject_name, true, jsonb_build_object('facts', jsonb_build_array(jsonb_build_array('办件编号', c.case_no),
    jsonb_build_array('业务事项', '养老保险待遇核定（PEN-002）'), jsonb_build_array('办理对象', c.subject_name), jsonb_build_array('办理渠道', ''),
    jsonb_build_array('受理日期', to_char(c.accepted_on, 'YYYY-MM-DD')), jsonb_build_array('办结日期', '2026-11-10'))), repeat('0', 64), '2026-11-10', now()
FROM casework_case c WHERE c.id = {approved};

-- attack: D31.3 Without a head
-- login: app
-- given: an approved case
SELECT casework_issue_warrant_v1({approved});
-- refused: YG006
INSERT INTO documents_issued (code, kind, title, case_no, holder, is_holder_person, content, digest, issued_on, issued_at)
SELECT 'EVIL-1', 'x', 'x', c.case_no, c.subject_name, true, '{}', repeat('0', 64), '2026-11-10', now() FROM casework_case c WHERE c.id = {approved};

-- attack: D31.4 Of another day
-- login: app
-- days: real
-- given: an approved case
SELECT casework_issue_warrant_v1({approved});
-- refused: YG006
INSERT INTO documents_issued (code, kind, title, case_no, holder, is_holder_person, content, digest, issued_on, issued_at)
SELECT 'EVIL-1', 'x', 'x', c.case_no, c.subject_name, true, jsonb_build_object('facts', jsonb_build_array(jsonb_build_array('办件编号', c.case_no),
    jsonb_build_array('业务事项', format('%s（%s）', c.item_name, c.item_code)), jsonb_build_array('办理对象', c.subject_name), jsonb_build_array('办理渠道', ''),
    jsonb_build_array('受理日期', to_char(c.accepted_on, 'YYYY-MM-DD')), jsonb_build_array('办结日期', '2020-01-01'))), repeat('0', 64), '2020-01-01', now()
FROM casework_case c WHERE c.id = {approved};
