-- D109. A reported death is settled by the agency that answers for whom it is about.

-- attack: D109.1 A report that waits, settled by a reviewer of another county
-- login: app
-- given: a reported death that waits
SELECT identity_act_v1('{county_reviewer_token}');
-- refused: YG004
INSERT INTO exchange_death_verdict (record_id, verdict, reason, decided_by_id, decided_at)
VALUES ({waiting_death}, 'dismissed', '已核实不是本人', {county_reviewer}, now());
