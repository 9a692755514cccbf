-- D128. What belongs to a finished case is not exchanged, not removed and not added to (R080); what it lacks is answered for by who did not handle it.

-- attack: D128.1 A paper of a finished case deleted
-- login: app
-- given: a volume
-- refused: 42501
DELETE FROM documents_paper WHERE id = {paper};

-- attack: D128.2 Another file behind a paper
-- login: app
-- given: a volume
-- refused: 42501
UPDATE documents_paper SET file_id = (SELECT digest FROM documents_stored_file WHERE digest <> file_id LIMIT 1) WHERE id = {paper};

-- attack: D128.3 A material of a finished case deleted
-- login: app
-- given: a volume
-- refused: 42501
DELETE FROM casework_case_material WHERE case_id = {filed};

-- attack: D128.4 Another paper behind a material
-- login: app
-- given: a volume
-- refused: 42501
UPDATE casework_case_material SET paper_id = NULL WHERE case_id = {filed};

-- attack: D128.5 A material put into a volume afterwards
-- login: app
-- given: a volume
-- refused: YG003
INSERT INTO casework_case_material (case_id, material_code, source, note) VALUES ({filed}, 'id_card', 'seen', '');

-- attack: D128.6 A file taken out of the store's list
-- login: app
-- given: a volume
-- refused: 42501
DELETE FROM documents_stored_file WHERE digest = (SELECT file_id FROM documents_paper WHERE id = {paper});

-- attack: D128.7 A gap answered for by whoever accepted the case
-- login: app
-- given: a volume
-- refused: YG005
SELECT archive_file_noted_v1('{teller_token}', {gap}, '{}', 'x', '[]', '扫描件损坏，原件已退还');

-- attack: D128.8 By the head of another county
-- login: app
-- given: a volume
-- refused: YG005
SELECT archive_file_noted_v1('{county_token}', {gap}, '{}', 'x', '[]', '扫描件损坏，原件已退还');

-- attack: D128.9 By nobody
-- login: app
-- given: a volume
-- refused: YG009
SELECT archive_file_noted_v1('', {gap}, '{}', 'x', '[]', '扫描件损坏，原件已退还');

-- attack: D128.10 A case that lacks nothing, past its test
-- login: app
-- given: a volume
-- refused: YG006
SELECT archive_file_noted_v1('{head_token}', {waiting}, '{}', 'x', '[]', '扫描件损坏，原件已退还');

-- attack: D128.11 Without a word
-- login: app
-- given: a volume
-- refused: YG006
SELECT archive_file_noted_v1('{head_token}', {gap}, '{}', 'x', '[]', '丢了');

-- attack: D128.12 A test under somebody else's name
-- login: app
-- given: a volume
-- refused: YG009
SELECT archive_keep_check_v1('nobody', {volume}, 'x',
    '[{"property": "authentic", "result": "pass"}, {"property": "whole", "result": "pass"}, {"property": "usable", "result": "pass"}, {"property": "safe", "result": "pass"}]');
