-- D118. No unemployment benefit is paid for ever.

-- attack: D118.1 Brought into payment without a last month
-- login: app
-- given: an unemployment benefit in payment
-- refused: YG006
INSERT INTO benefits_benefit (person_id, kind, insurance, area_id, start_period, end_period, status, status_reason, contribution_months, payee_name, payee_number, bank_code, account_name, account_no)
SELECT person_id, kind, insurance, area_id, start_period, NULL, 'active', '', contribution_months, payee_name, payee_number, bank_code, account_name, account_no
FROM benefits_benefit WHERE id = {unemployed};

-- attack: D118.2 The last month is taken away
-- login: app
-- given: an unemployment benefit in payment
-- refused: YG006
UPDATE benefits_benefit SET end_period = NULL WHERE id = {unemployed};
