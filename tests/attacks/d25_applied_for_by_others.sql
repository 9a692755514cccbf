-- D25. A case ended by whom it is about and who did not apply for it, or with a right that was held once.

-- attack: D25.1 What an employer applied for at the counter, withdrawn by the employee
-- login: app
-- given: what an employer applied for at the counter
SELECT identity_act_v1('{employee}');
-- refused: YG009
UPDATE casework_case SET status = 'withdrawn' WHERE id = {employers_case};

-- attack: D25.2 What a person applied for at the counter, withdrawn by the employer
-- login: app
-- given: what an employer applied for at the counter
SELECT identity_act_v1('{operator}');
-- refused: YG009
UPDATE casework_case SET status = 'withdrawn' WHERE id = {persons_case};

-- attack: D25.3 Declined by a head whose right has ended
-- login: app
-- days: real
-- given: a returned case
SELECT identity_act_v1('{former_head}');
-- refused: YG009
UPDATE casework_case SET status = 'declined' WHERE id = {returned};

-- attack: D25.4 Taken up by a teller whose right has ended
-- login: app
-- days: real
-- given: a returned case
SELECT identity_act_v1('{former_teller_token}');
-- refused: YG009
UPDATE casework_case SET handled_by_id = {former_teller}, handled_on = '2026-11-12', handled_channel = 'counter' WHERE id = {returned};
