-- D56. What a signed change of key information (CHG-004) is about: whose death it takes back, and which record goes into which.

-- attack: D56.1 A death taken back by a change of a birth date
-- login: app
-- given: a signed change of a birth date
SELECT casework_issue_warrant_v1({birth_change});
-- refused: YG011
INSERT INTO exchange_death_withdrawal (record_id, person_id, case_id) VALUES ({its_report}, {born_anew}, {birth_change});

-- attack: D56.2 The person merged into a stranger by a change of a birth date
-- login: app
-- given: a signed change of a birth date
SELECT casework_issue_warrant_v1({birth_change});
-- refused: YG011
UPDATE registry_person SET merged_into_id = {a_stranger} WHERE id = {born_anew};

-- attack: D56.3 A life set right by a change of a birth date
-- login: app
-- given: a signed change of a birth date
SELECT casework_issue_warrant_v1({birth_change});
-- refused: YG011
UPDATE registry_person SET life_status = '02' WHERE id = {born_anew};

-- attack: D56.4 A claim after the death lifted by a change of a birth date
-- login: app
-- given: a signed change of a birth date
SELECT casework_issue_warrant_v1({birth_change});
-- refused: YG011
INSERT INTO benefits_recovery_return (warrant_id, recovery_id, amount_fen, source, source_id)
SELECT o.warrant_id, {its_claim}, 1, 'lifted', {birth_change} FROM warrants_open_v1() AS o;

-- attack: D56.5 The record that is kept merged into the one that goes
-- login: app
-- given: a signed merge
SELECT casework_issue_warrant_v1({merging});
-- refused: YG011
UPDATE registry_person SET merged_into_id = {goes} WHERE id = {kept};

-- attack: D56.6 The record that goes, into a third
-- login: app
-- given: a signed merge
SELECT casework_issue_warrant_v1({merging});
-- refused: YG011
UPDATE registry_person SET merged_into_id = {third} WHERE id = {goes};

-- attack: D56.7 A third record, into the one that is kept
-- login: app
-- given: a signed merge
SELECT casework_issue_warrant_v1({merging});
-- refused: YG011
UPDATE registry_person SET merged_into_id = {kept} WHERE id = {third};

-- attack: D56.8 The kept record's account carried into the one that goes
-- login: app
-- given: a signed merge
SELECT casework_issue_warrant_v1({merging});
-- refused: YG011
SELECT accounts_carry_v1({goes}, {kept});

-- attack: D56.9 The kept record's certifications carried into the one that goes
-- login: app
-- given: a signed merge
SELECT casework_issue_warrant_v1({merging});
-- refused: YG011
SELECT benefits_carry_v1({goes}, {kept});

-- attack: D56.10 The life of whoever is merged
-- login: app
-- given: a signed merge
SELECT casework_issue_warrant_v1({merging});
-- refused: YG011
UPDATE registry_person SET life_status = '02' WHERE id = {kept};
