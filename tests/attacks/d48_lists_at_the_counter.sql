-- D48. Lists of applications in the name of somebody who did not send them.

-- attack: D48.1 A list of a teller who is not there
-- login: app
-- refused: YG009
INSERT INTO casework_application_list (token, user_id, employer_id, item_code, file_name, papers, rows, created_at)
SELECT gen_random_uuid(), u.id, (SELECT min(id) FROM registry_employer), 'REG-004', 'a.xlsx', '{}', '[{"state": "good"}]', now()
FROM staff_user u WHERE u.username = 'teller';

-- attack: D48.2 Somebody outside sends a list
-- login: outside
-- refused: 25006
INSERT INTO casework_application_list (token, user_id, employer_id, item_code, file_name, papers, rows, created_at)
SELECT gen_random_uuid(), 1, 1, 'REG-004', 'a.xlsx', '{}', '[]', now();

-- attack: D48.3 Somebody outside reads the lists of employers
-- login: outside
-- refused: 42501
SELECT rows FROM casework_application_list;

-- attack: D48.4 A list taken away
-- login: app
-- refused: 42501
DELETE FROM casework_application_list;
