-- D44. What a levied month is charged beside its plan, by rates that nobody signed.

-- attack: D44.1 The difference computed outside the stage of a batch
-- login: app
-- refused: 42501
SELECT contributions_supplement_v2(202611, '{511111}', -1, '[]');
