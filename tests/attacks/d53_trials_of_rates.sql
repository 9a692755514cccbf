-- D53. Trials of rates and bounds that look at nobody.

-- attack: D53.1 A trial of bounds closed by a note
-- login: app
-- given: bounds that are proposed
SELECT parameters_begin_trial_v2({bounds_trial}, '2026-11-10');
-- refused: YG006
SELECT parameters_close_trial_v1({bounds_trial}, ARRAY['该地区没有参保关系。']);

-- attack: D53.2 Contributions tried by no rates at all
-- login: app
-- given: bounds that are proposed
SELECT parameters_begin_trial_v2({bounds_trial}, '2026-11-10');
-- refused: YG006
SELECT parameters_stage_levy_v2({bounds_trial}, '[]', '[]', 202612, 1000);

-- attack: D53.3 A month nobody has levied among those levied
-- login: app
-- given: bounds that are proposed
SELECT parameters_begin_trial_v2({bounds_trial}, '2026-11-10');
-- refused: YG006
SELECT parameters_stage_levied_v2({bounds_trial}, 202707, '[]');

-- attack: D53.4 The month of a trial by a day of one's own
-- login: app
-- given: bounds that are proposed
-- days: real
-- refused: YG006
SELECT parameters_begin_trial_v2({bounds_trial}, '2020-01-01');

-- attack: D53.5 A trial given up without a reason
-- login: app
-- given: bounds that are proposed
-- refused: YG006
SELECT parameters_give_up_trial_v1({bounds_trial}, '');

-- attack: D53.6 How the rows of the files were read
-- login: app
-- refused: 42501
UPDATE parameters_filed SET status = 'verified';
