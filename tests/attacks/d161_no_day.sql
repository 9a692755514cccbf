-- D161. No day is no day: it is neither today nor any other, and what compares with it refuses.

-- attack: D161.1 A claimed step taken from whoever holds it
-- login: app
-- given: a claimed step
-- refused: YG006
SELECT casework_release_lost_v1({claimed_step}, NULL);

-- attack: D161.2 A trial of another month than it begins in
-- login: app
-- given: bounds that are proposed
-- refused: YG006
SELECT parameters_begin_trial_v2({bounds_trial}, NULL);

-- attack: D161.3 The schedule of a day that is over
-- login: app
-- given: tickets of a hall, people at work
-- refused: YG006
SELECT visits_set_shift_v1('{sysadmin_at_work_token}', {desk}, '2026-10-01', {teller}, NULL, NULL);

-- attack: D161.4 Whoever has left, back on no day
-- login: app
-- given: tickets of a hall
SELECT visits_leave_v1('{token}', {second});
-- refused: YG006
SELECT visits_stay_v1('{token}', {second}, NULL);

-- attack: D161.5 Agencies merged on no day
-- login: app
-- given: an asked merge
-- refused: YG006
SELECT staff_merge_agencies_v1('{giver_token}', '{giver_code}', {merge}, NULL);

-- attack: D161.6 A bad rating that says nothing
-- login: app
-- given: services rated
-- refused: YG006
SELECT rating_at_window_v1('{secret}', {open}, 1, NULL, '', false, '', '2026-11-10');

-- attack: D161.7 A result decided on a day to come
-- login: app
-- given: a forged return, people at work
-- days: real
-- refused: YG006
SELECT benefits_decide_result_v1('{accountant_at_work_token}', '000000', {waiting}, 'adopted', 'xxxxxx', '2099-12-31');
