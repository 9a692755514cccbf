-- contributions_line and contributions_bill: a batch's rows lie in partitions it fills itself and attaches under its warrant
-- (LIST source_id; of lines then RANGE person_id); rows of cases and receipts are appended to the default partition under theirs.
CREATE SEQUENCE contributions_bill_no START 800000000001;
CREATE SEQUENCE contributions_electronic_no;
CREATE TABLE contributions_line (
    source_id bigint NOT NULL,
    person_id bigint NOT NULL,
    employer_id bigint NOT NULL,
    area integer NOT NULL,
    period integer NOT NULL,
    owed_period integer NOT NULL,
    base_fen integer NOT NULL,
    employer_fen integer NOT NULL,
    person_fen integer NOT NULL,
    account_fen integer NOT NULL,
    insurance smallint NOT NULL,
    warrant_id bigint,
    PRIMARY KEY (employer_id, person_id, insurance, owed_period, source_id)
) PARTITION BY LIST (source_id);
CREATE TABLE contributions_line_case PARTITION OF contributions_line
    (CONSTRAINT contributions_line_case_source CHECK (source_id < 0 AND warrant_id IS NOT NULL)) DEFAULT;
CREATE INDEX contributions_line_case_person ON contributions_line_case (person_id);

CREATE TABLE contributions_bill (
    id bigint NOT NULL,
    source_id bigint NOT NULL,
    employer_id bigint NOT NULL,
    person_id bigint NOT NULL,
    area integer NOT NULL,
    period integer NOT NULL,
    start_period integer NOT NULL,
    end_period integer NOT NULL,
    base_fen bigint NOT NULL,
    employer_fen bigint NOT NULL,
    person_fen bigint NOT NULL,
    account_fen bigint NOT NULL,
    total_fen bigint NOT NULL,
    person_count integer NOT NULL,
    due_on date NOT NULL,
    insurance smallint NOT NULL,
    kind smallint NOT NULL,
    warrant_id bigint,
    for_bill bigint,
    CONSTRAINT contributions_bill_sum CHECK (total_fen = employer_fen + person_fen),
    CONSTRAINT contributions_bill_payer CHECK ((employer_id = 0) <> (person_id = 0)),
    PRIMARY KEY (id, source_id, area)
) PARTITION BY LIST (source_id);
CREATE INDEX contributions_bill_payer ON contributions_bill (employer_id, person_id, insurance);
CREATE TABLE contributions_bill_case PARTITION OF contributions_bill
    (CONSTRAINT contributions_bill_case_source CHECK (source_id < 0 AND warrant_id IS NOT NULL)) DEFAULT;
