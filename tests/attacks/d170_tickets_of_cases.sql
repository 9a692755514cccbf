-- D170. What a case issues is headed by it and issued once, whatever its kind: a ticket of money (电子票据) too.

-- attack: D170.1 A ticket under a case, in anybody's name
-- login: app
-- given: an approved case
SELECT casework_issue_warrant_v1({approved});
-- refused: YG006
INSERT INTO documents_issued (code, kind, title, case_no, holder, is_holder_person, content, digest, issued_on, issued_at)
SELECT 'D170-1', 'payment_voucher', '社会保险费电子票据', c.case_no, '从未缴费有限公司', false,
    '{"facts": [["票据号", "1"], ["缴费人", "从未缴费有限公司"], ["金额合计（元）", "9,999,999.00"]]}', repeat('0', 64), '2026-11-10', now()
FROM casework_case c WHERE c.id = {approved};

-- attack: D170.2 A second paper of a case
-- login: app
-- given: an approved case
SELECT casework_issue_warrant_v1({approved});
INSERT INTO documents_issued (code, kind, title, case_no, holder, is_holder_person, content, digest, issued_on, issued_at)
SELECT 'D170-2', 'payment_voucher', 'x', c.case_no, c.subject_name, true, jsonb_build_object('facts', jsonb_build_array(jsonb_build_array('办件编号', c.case_no),
    jsonb_build_array('业务事项', format('%s（%s）', c.item_name, c.item_code)), jsonb_build_array('办理对象', c.subject_name), jsonb_build_array('办理渠道', ''),
    jsonb_build_array('受理日期', to_char(c.accepted_on, 'YYYY-MM-DD')), jsonb_build_array('办结日期', '2026-11-10'))), repeat('0', 64), '2026-11-10', now()
FROM casework_case c WHERE c.id = {approved};
-- refused: YG001
INSERT INTO documents_issued (code, kind, title, case_no, holder, is_holder_person, content, digest, issued_on, issued_at)
SELECT 'D170-3', kind, title, case_no, holder, is_holder_person, content, digest, issued_on, issued_at FROM documents_issued WHERE code = 'D170-2';

-- attack: D170.3 A ticket of no money
-- login: app
SET CONSTRAINTS ALL DEFERRED;
INSERT INTO documents_issued (code, kind, title, case_no, holder, is_holder_person, content, digest, issued_on, issued_at)
VALUES ('D170-4', 'payment_voucher', 'x', 'NOTICKET', 'x', false, '{"facts": []}', repeat('0', 64), '2026-11-10', now());
-- refused: YG006
SET CONSTRAINTS ALL IMMEDIATE;
