-- D58. Lists of applications are changed by whoever sent them, while they are there, and stay for whom they were sent.

-- attack: D58.1 The wage in a row of somebody's list, by nobody
-- login: app
-- given: a list at the counter
-- refused: YG009
UPDATE casework_application_list SET rows = jsonb_set(rows, '{0,values,declared_wage}', '"29999"') WHERE id = {list};

-- attack: D58.2 By another teller, who is there
-- login: app
-- given: a list at the counter
SELECT identity_act_v1('{other_teller_token}');
-- refused: YG009
UPDATE casework_application_list SET rows = jsonb_set(rows, '{0,values,declared_wage}', '"29999"') WHERE id = {list};

-- attack: D58.3 The papers of a list, by nobody
-- login: app
-- given: a list at the counter
-- refused: YG009
UPDATE casework_application_list SET papers = '{"id_card": 1}' WHERE id = {list};

-- attack: D58.4 A list given to another employer, by its own teller
-- login: app
-- given: a list at the counter
SELECT identity_act_v1('{list_teller_token}');
-- refused: 42501
UPDATE casework_application_list SET employer_id = employer_id + 1 WHERE id = {list};

-- attack: D58.5 A list given to an operator
-- login: app
-- given: a list at the counter, people at the doors
SELECT identity_act_v1('{list_teller_token}');
-- refused: 42501
UPDATE casework_application_list SET login_id = {login} WHERE id = {list};

-- attack: D58.6 A list given to somebody else at the counter, who is there
-- login: app
-- given: a list at the counter
SELECT identity_act_v1('{other_teller_token}');
-- refused: 42501
UPDATE casework_application_list SET user_id = {other_teller} WHERE id = {list};

-- attack: D58.7 A list sent in the name of another employer's operator
-- login: app
-- given: people at the doors, an operator of another employer
SELECT identity_act_v1('{on_the_platform}');
-- refused: YG009
INSERT INTO casework_application_list (token, user_id, login_id, employer_id, item_code, file_name, papers, rows, created_at)
VALUES (gen_random_uuid(), {platform}, {another_login}, {my_employer}, 'REG-004', 'a.xlsx', '{}', '[]', now());

-- attack: D58.8 The rows of another operator's list, by an operator who is there
-- login: app
-- given: people at the doors, an operator of another employer
SELECT identity_act_v1('{on_the_platform}');
-- refused: YG009
UPDATE casework_application_list SET rows = '[]' WHERE id = {another_list};
