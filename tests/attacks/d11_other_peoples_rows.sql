-- A warrant earned for one person wrote the rows of another.

-- attack: D11.1 A number of somebody else
-- login: app
-- given: an approved case, a person
SELECT casework_issue_warrant_v1({approved});
-- refused: YG011
UPDATE registry_person SET mobile = '13900000000' WHERE id = {person};

-- attack: D11.2 Everybody's
-- login: app
-- given: an approved case
SELECT casework_issue_warrant_v1({approved});
-- refused: YG011
UPDATE registry_person SET mobile = '13900000000';

-- attack: D11.3 Another table, though it is about the same person
-- login: app
-- given: an approved case
SELECT casework_issue_warrant_v1({approved});
-- refused: YG011
UPDATE registry_coverage SET area_id = area_id WHERE person_id = {about};

-- attack: D11.4 Key information under class 3
-- login: app
-- given: an approved case
SELECT casework_issue_warrant_v1({approved});
-- refused: YG002
UPDATE registry_person SET born_on = '1950-01-01' WHERE id = {about};

-- attack: D11.5 A second warrant in the same transaction
-- login: app
-- given: an approved case, a file of one fen
SELECT casework_issue_warrant_v1({approved});
-- refused: 23505
SELECT contributions_issue_receipt_warrant_v1({file});

-- attack: D11.6 The warrant's own subjects, made wider
-- login: app
-- given: a person
-- refused: 42501
UPDATE warrants_warrant SET persons = ARRAY[{person}::bigint];
