-- D164. An answer of a partner is proof of a case about whom, or what, was asked.

-- attack: D164.1 What was answered about somebody else
-- login: app
-- given: what partners told, a claimed step
-- refused: YG006
INSERT INTO casework_case_proof (case_id, answer_id) SELECT s.case_id, {answer} FROM casework_step s WHERE s.id = {claimed_step};
