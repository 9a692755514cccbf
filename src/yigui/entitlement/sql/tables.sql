-- benefits_line: one line per benefit, month and version; the key spans all runs, so that nothing is paid twice.
CREATE TABLE benefits_line (
    batch_id bigint NOT NULL,
    benefit_id bigint NOT NULL,
    person_id bigint NOT NULL,
    area integer NOT NULL,
    period integer NOT NULL,
    pay_period integer NOT NULL,
    basic_fen bigint NOT NULL,
    account_fen bigint NOT NULL,
    transitional_fen bigint NOT NULL,
    extra_fen bigint NOT NULL,
    adjusted_fen bigint NOT NULL,
    amount_fen bigint NOT NULL,
    version smallint NOT NULL,
    kind smallint NOT NULL,
    insurance smallint NOT NULL,
    reason smallint NOT NULL,
    CONSTRAINT benefits_line_sum CHECK (amount_fen = basic_fen + account_fen + transitional_fen + extra_fen + adjusted_fen),
    CONSTRAINT benefits_line_side CHECK (amount_fen <> 0 AND (amount_fen > 0) = (reason <> 9)),
    PRIMARY KEY (benefit_id, pay_period, version)
) PARTITION BY RANGE (pay_period);
DO $$
BEGIN
    FOR y IN 2015..2060 LOOP
        EXECUTE format('CREATE TABLE benefits_line_%s PARTITION OF benefits_line FOR VALUES FROM (%s01) TO (%s01)', y, y, y + 1);
    END LOOP;
END;
$$;
CREATE TABLE benefits_line_before PARTITION OF benefits_line DEFAULT;

-- benefits_payment: a run's payments lie in a table of their own, filled before and attached under its warrant.
CREATE TABLE benefits_payment (
    batch_id bigint NOT NULL,
    benefit_id bigint NOT NULL,
    person_id bigint NOT NULL,
    amount_fen bigint NOT NULL CHECK (amount_fen > 0),
    seq integer NOT NULL,
    area integer NOT NULL,
    insurance smallint NOT NULL,
    bank_code text NOT NULL,
    account_name text NOT NULL,
    account_no text NOT NULL,
    PRIMARY KEY (batch_id, benefit_id)
) PARTITION BY LIST (batch_id);

-- benefits_adjustment: what an annual adjustment gave each pensioner, step by step; a run's rows lie in tables of their own that
-- are attached under its warrant.
CREATE TABLE benefits_adjustment (
    batch_id bigint NOT NULL,
    benefit_id bigint NOT NULL,
    person_id bigint NOT NULL,
    area integer NOT NULL,
    months integer NOT NULL,
    before_fen bigint NOT NULL,
    increase_fen bigint NOT NULL CHECK (increase_fen >= 0),
    steps bigint[] NOT NULL,
    PRIMARY KEY (benefit_id, batch_id)
) PARTITION BY LIST (batch_id);

-- benefits_recalculation: awards made again by a run, before they are decided.
CREATE TABLE benefits_recalculation (
    batch_id bigint NOT NULL,
    benefit_id bigint NOT NULL,
    start_period integer NOT NULL,
    base_year smallint NOT NULL,
    is_provisional boolean NOT NULL,
    before_fen bigint NOT NULL,
    basic_fen bigint NOT NULL,
    account_fen bigint NOT NULL,
    transitional_fen bigint NOT NULL,
    extra_fen bigint NOT NULL,
    inputs jsonb NOT NULL,
    lines jsonb NOT NULL,
    PRIMARY KEY (batch_id, benefit_id)
);
