-- accounts_entry: entries of personal accounts, a partition a year of booking; accounts_year: yearly closings, a partition a batch.
CREATE TABLE accounts_entry (
    warrant_id bigint NOT NULL,
    person_id bigint NOT NULL,
    base_fen bigint NOT NULL,
    amount_fen bigint NOT NULL,
    source_id bigint NOT NULL,
    period integer NOT NULL,
    owed_period integer NOT NULL,
    insurance smallint NOT NULL,
    year smallint NOT NULL,
    kind smallint NOT NULL,
    CONSTRAINT accounts_entry_sign CHECK ((kind < 11 AND amount_fen >= 0) OR (kind >= 11 AND amount_fen <= 0) OR kind = 3),
    CONSTRAINT accounts_entry_year CHECK (year = period / 100),
    PRIMARY KEY (person_id, insurance, year, owed_period, kind, source_id)
) PARTITION BY LIST (year);
DO $$
BEGIN
    FOR y IN 1998..2060 LOOP
        EXECUTE format('CREATE TABLE accounts_entry_%s PARTITION OF accounts_entry FOR VALUES IN (%s)', y, y);
    END LOOP;
END;
$$;
CREATE TABLE accounts_year (
    batch_id bigint NOT NULL,
    person_id bigint NOT NULL,
    opening_fen bigint NOT NULL,
    credits_fen bigint NOT NULL,
    interest_fen bigint NOT NULL,
    closing_fen bigint NOT NULL,
    insurance smallint NOT NULL,
    year smallint NOT NULL,
    CONSTRAINT accounts_year_sum CHECK (closing_fen = opening_fen + credits_fen + interest_fen),
    PRIMARY KEY (person_id, insurance, year, batch_id)
) PARTITION BY LIST (batch_id);
-- Balances taken over at the beginning (期初装载) bear minus the opening warrant as their batch.
CREATE TABLE accounts_year_opening PARTITION OF accounts_year (CONSTRAINT accounts_year_opening_sign CHECK (batch_id < 0)) DEFAULT;
