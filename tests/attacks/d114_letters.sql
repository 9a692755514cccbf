-- D114. A decision or a notice (不予办理决定书、一次性告知单) that nobody made: of a case that stands elsewhere, with other words, or a second one.

-- attack: D114.1 A decision for a case that was returned only
-- login: app
-- given: a returned case
-- refused: YG006
INSERT INTO documents_issued (code, kind, title, case_no, holder, is_holder_person, content, digest, issued_on, issued_at)
SELECT 'EVIL-1', 'refusal_decision', 'x', c.case_no, c.subject_name, true, jsonb_build_object('reason', '不予办理', 'round', c.round, 'facts', jsonb_build_array(
    jsonb_build_array('办件编号', c.case_no), jsonb_build_array('业务事项', format('%s（%s）', c.item_name, c.item_code)),
    jsonb_build_array('办理对象', c.subject_name), jsonb_build_array('办理渠道', ''),
    jsonb_build_array('受理日期', to_char(c.accepted_on, 'YYYY-MM-DD')), jsonb_build_array('决定日期', '2026-11-10'))), repeat('0', 64), '2026-11-10', now()
FROM casework_case c WHERE c.id = {returned};

-- attack: D114.2 A second notice of the same round
-- login: app
-- given: a returned case
-- refused: YG006
INSERT INTO documents_issued (code, kind, title, case_no, holder, is_holder_person, content, digest, issued_on, issued_at)
SELECT 'EVIL-1', d.kind, d.title, d.case_no, d.holder, d.is_holder_person, d.content, d.digest, d.issued_on, now()
FROM documents_issued d JOIN casework_case c ON c.case_no = d.case_no WHERE c.id = {returned};

-- attack: D114.3 A notice for a case that is being examined
-- login: app
-- given: a case at its review
-- refused: YG006
INSERT INTO documents_issued (code, kind, title, case_no, holder, is_holder_person, content, digest, issued_on, issued_at)
SELECT 'EVIL-1', 'correction_notice', 'x', c.case_no, c.subject_name, true, jsonb_build_object('reason', '', 'round', c.round, 'facts', jsonb_build_array(
    jsonb_build_array('办件编号', c.case_no), jsonb_build_array('业务事项', format('%s（%s）', c.item_name, c.item_code)),
    jsonb_build_array('办理对象', c.subject_name), jsonb_build_array('办理渠道', ''),
    jsonb_build_array('受理日期', to_char(c.accepted_on, 'YYYY-MM-DD')), jsonb_build_array('告知日期', '2026-11-10'))), repeat('0', 64), '2026-11-10', now()
FROM casework_case c WHERE c.id = {case};

-- attack: D114.4 A result under the name of a letter, without a warrant
-- login: app
-- given: an approved case
-- refused: YG006
INSERT INTO documents_issued (code, kind, title, case_no, holder, is_holder_person, content, digest, issued_on, issued_at)
SELECT 'EVIL-1', 'refusal_decision', 'x', c.case_no, c.subject_name, true, jsonb_build_object('reason', '', 'round', c.round, 'facts', jsonb_build_array(
    jsonb_build_array('办件编号', c.case_no), jsonb_build_array('业务事项', format('%s（%s）', c.item_name, c.item_code)),
    jsonb_build_array('办理对象', c.subject_name), jsonb_build_array('办理渠道', ''),
    jsonb_build_array('受理日期', to_char(c.accepted_on, 'YYYY-MM-DD')), jsonb_build_array('决定日期', '2026-11-10'))), repeat('0', 64), '2026-11-10', now()
FROM casework_case c WHERE c.id = {approved};
