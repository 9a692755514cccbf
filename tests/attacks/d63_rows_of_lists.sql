-- D63. Of a list as many rows stand as were read, each with what was read of it, and what has become of one is not taken back: not by its sender either.

-- attack: D63.1 A row is taken out of a list, by its own teller
-- login: app
-- given: a list at the counter
SELECT identity_act_v1('{list_teller_token}');
-- refused: YG003
UPDATE casework_application_list SET rows = '[]' WHERE id = {list};

-- attack: D63.2 A row is put into a list that nobody has sent
-- login: app
-- given: a list at the counter
SELECT identity_act_v1('{list_teller_token}');
-- refused: YG003
UPDATE casework_application_list SET rows = rows || rows WHERE id = {list};

-- attack: D63.3 The wage of a row that was read, by its own teller
-- login: app
-- given: a list at the counter
SELECT identity_act_v1('{list_teller_token}');
-- refused: YG003
UPDATE casework_application_list SET rows = jsonb_set(rows, '{0,values,declared_wage}', '"29999"') WHERE id = {list};

-- attack: D63.4 A row that went over into another list waits again
-- login: app
-- given: a list at the counter
SELECT identity_act_v1('{list_teller_token}');
UPDATE casework_application_list SET rows = jsonb_set(rows, '{0,state}', '"moved"') WHERE id = {list};
-- refused: YG003
UPDATE casework_application_list SET rows = jsonb_set(rows, '{0,state}', '"good"') WHERE id = {list};

-- attack: D63.5 The number of rows that were read
-- login: app
-- given: a list at the counter
SELECT identity_act_v1('{list_teller_token}');
-- refused: 42501
UPDATE casework_application_list SET lines_in = 0 WHERE id = {list};

-- attack: D63.6 A list that keeps fewer rows than were read
-- login: app
-- given: a list at the counter
SELECT identity_act_v1('{list_teller_token}');
-- refused: YG003
INSERT INTO casework_application_list (token, user_id, employer_id, item_code, file_name, papers, rows, lines_in, created_at)
SELECT gen_random_uuid(), user_id, employer_id, item_code, file_name, papers, rows, 4, now() FROM casework_application_list WHERE id = {list};
