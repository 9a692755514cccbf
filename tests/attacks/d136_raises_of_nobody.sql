-- D136. Raises of standards that nobody has signed.

-- attack: D136.1 A raise for what is frozen
-- login: app
-- given: a batch of nobody
-- refused: YG006
INSERT INTO benefits_raise (batch_id, benefit_id, start_period, before_fen, after_fen, words) VALUES ({batch}, 1, 202611, 1, 2, 'none');

-- attack: D136.2 One under no batch
-- login: app
-- refused: YG006
INSERT INTO benefits_raise (batch_id, benefit_id, start_period, before_fen, after_fen, words) VALUES (0, 1, 202611, 1, 2, 'none');

-- attack: D136.3 Executed without a warrant
-- login: app
-- given: a batch of nobody
-- refused: YG001
SELECT * FROM benefits_execute_raise_v1({batch});

-- attack: D136.4 What was raised, changed afterwards
-- login: app
-- refused: 42501
UPDATE benefits_raise SET after_fen = after_fen + 1;
