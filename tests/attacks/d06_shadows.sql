-- D6. Guards that look for their tables where their caller says could be shown empty ones: a person was insured twice in one month.

-- attack: D6.1 An empty table of coverages for the guard to look at
-- login: app
-- refused: 42501
CREATE TEMPORARY TABLE registry_coverage AS SELECT * FROM public.registry_coverage LIMIT 0;

-- attack: D6.2 The place where names are looked for does not matter to a guard
-- login: app
-- given: a person
SET LOCAL search_path = pg_catalog;
-- refused: YG001
UPDATE public.registry_person SET mobile = '13900000000' WHERE id = {person};

-- attack: D6.3 Nor does it to the guard of a table written in sets
-- login: app
-- given: a person
SET LOCAL search_path = pg_catalog;
-- refused: YG001
INSERT INTO public.accounts_entry (warrant_id, person_id, insurance, year, period, owed_period, kind, base_fen, amount_fen, source_id)
VALUES (1, {person}, 110, 2026, 202611, 202611, 1, 1, 100000000, 1);

-- attack: D6.4 Temporary tables first
-- login: app
SET LOCAL search_path = pg_temp, public;
-- refused: 42501
CREATE TABLE warrants_warrant (id bigint, xid bigint, issued_at timestamptz, risk_class smallint);
