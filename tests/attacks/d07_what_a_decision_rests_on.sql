-- D7. What a decision rests on was exchanged afterwards.

-- attack: D7.1 Where a material came from
-- login: app
-- given: a case at its review
-- refused: 42501
UPDATE casework_case_material SET source = 'seen' WHERE case_id = {case};

-- attack: D7.2 Another paper under it
-- login: app
-- given: a case at its review
-- refused: 42501
UPDATE casework_case_material SET paper_id = NULL WHERE case_id = {case};

-- attack: D7.3 A material that was never handed in, gone
-- login: app
-- given: a case at its review
-- refused: 42501
DELETE FROM casework_case_material WHERE case_id = {case};

-- attack: D7.4 A paper of somebody else
-- login: app
-- given: a person
-- refused: 42501
UPDATE documents_paper SET person_id = {person};

-- attack: D7.5 A file exchanged
-- login: app
-- refused: 42501
UPDATE documents_stored_file SET size = 1;

-- attack: D7.6 The form of a case at its review
-- login: app
-- given: a case at its review
-- refused: YG006
UPDATE casework_case SET form = '{}' WHERE id = {case};

-- attack: D7.7 Its acceptor
-- login: app
-- given: a case at its review, the staff
-- refused: YG006
UPDATE casework_case SET accepted_by_id = {director} WHERE id = {case};

-- attack: D7.8 A lower class
-- login: app
-- given: a case at its review
-- refused: YG006
UPDATE casework_case SET risk_class = 3 WHERE id = {case};

-- attack: D7.9 Another handler, while it is not with the applicant
-- login: app
-- given: a case at its review, the staff
-- refused: YG006
UPDATE casework_case SET handled_by_id = {director} WHERE id = {case};

-- attack: D7.10 An opinion, said otherwise
-- login: app
-- given: a case at its review
-- refused: 42501
UPDATE casework_step SET opinion = '同意' WHERE case_id = {case};

-- attack: D7.11 Minutes, written otherwise
-- login: app
-- refused: 42501
UPDATE casework_meeting SET minutes = 'x';

-- attack: D7.12 A member of the staff who never was
-- login: app
-- given: the staff
-- refused: 42501
DELETE FROM staff_user WHERE id = {teller};

-- attack: D7.13 What a partner answered
-- login: app
-- given: a case at its review
-- refused: 42501
DELETE FROM casework_case_proof WHERE case_id = {case};

-- attack: D7.14 What a return named
-- login: app
-- refused: 42501
UPDATE casework_return_point SET is_ours = false;
