-- D33. Money in suspense is said to be somebody's by whoever likes, or shared out twice.

-- attack: D33.1 Claimed by a person on the phone
-- login: app
-- given: people at the doors, somebody else's bill and money
SELECT identity_act_v1('{on_the_phone}');
-- refused: YG009
INSERT INTO contributions_claim (receipt_id, employer_id, reason, claimed_by_id, claimed_at, nth)
VALUES ({unknown_receipt}, {my_employer}, '汇款凭证', {phone}, now(), 1);

-- attack: D33.2 Claimed by an operator for the own employer
-- login: app
-- given: people at the doors, somebody else's bill and money
SELECT identity_act_v1('{on_the_platform}');
-- refused: YG009
INSERT INTO contributions_claim (receipt_id, employer_id, reason, claimed_by_id, claimed_at, nth)
VALUES ({unknown_receipt}, {my_employer}, '汇款凭证', {platform}, now(), 1);

-- attack: D33.3 Claimed by an officer who accepts business
-- login: app
-- given: people of the cash desk, somebody else's bill and money
SELECT identity_act_v1('{teller_token}');
-- refused: YG005
INSERT INTO contributions_claim (receipt_id, person_id, reason, claimed_by_id, claimed_at, nth)
VALUES ({unknown_receipt}, (SELECT min(id) FROM registry_person), '汇款凭证', {teller}, now(), 1);

-- attack: D33.4 Claimed by a cashier of another county
-- login: app
-- given: people of the cash desk, somebody else's bill and money
SELECT identity_act_v1('{county_cashier_token}');
-- refused: YG005
INSERT INTO contributions_claim (receipt_id, person_id, reason, claimed_by_id, claimed_at, nth)
VALUES ({unknown_receipt}, (SELECT min(id) FROM registry_person), '汇款凭证', {county_cashier}, now(), 1);

-- attack: D33.5 Money whose payer is known
-- login: app
-- given: people of the cash desk, a receipt of a known payer
SELECT identity_act_v1('{cashier_token}');
-- refused: YG006
INSERT INTO contributions_claim (receipt_id, person_id, reason, claimed_by_id, claimed_at, nth)
VALUES ({known_receipt}, (SELECT min(id) FROM registry_person), '汇款凭证', {cashier}, now(), 1);

-- attack: D33.6 Claimed a second time beside the first
-- login: app
-- given: people of the cash desk, somebody else's bill and money
SELECT identity_act_v1('{cashier_token}');
INSERT INTO contributions_claim (receipt_id, person_id, reason, ground, claimed_by_id, claimed_at, nth)
VALUES ({unknown_receipt}, (SELECT min(id) FROM registry_person), '汇款凭证', '付款人为其代缴', {cashier}, now(), 1);
-- refused: YG006
INSERT INTO contributions_claim (receipt_id, person_id, reason, ground, claimed_by_id, claimed_at, nth)
VALUES ({unknown_receipt}, (SELECT max(id) FROM registry_person), '汇款凭证', '付款人为其代缴', {cashier}, now(), 2);

-- attack: D33.7 A claim undone by one person in two steps
-- login: app
-- given: people of the cash desk, somebody else's bill and money
SELECT identity_act_v1('{cashier_token}');
INSERT INTO contributions_claim (receipt_id, person_id, reason, ground, claimed_by_id, claimed_at, nth)
VALUES ({unknown_receipt}, (SELECT min(id) FROM registry_person), '汇款凭证', '付款人为其代缴', {cashier}, now(), 1);
INSERT INTO contributions_claim_undo (claim_id, reason, asked_by_id, asked_at)
SELECT max(id), '不是本人的', {cashier}, now() FROM contributions_claim;
-- refused: YG005
UPDATE contributions_claim_undo SET confirmed_by_id = {cashier}, confirmed_at = now() WHERE claim_id = (SELECT max(id) FROM contributions_claim);

-- attack: D33.8 A claim that is born undone
-- login: app
-- given: people of the cash desk, somebody else's bill and money
SELECT identity_act_v1('{cashier_token}');
INSERT INTO contributions_claim (receipt_id, person_id, reason, ground, claimed_by_id, claimed_at, nth)
VALUES ({unknown_receipt}, (SELECT min(id) FROM registry_person), '汇款凭证', '付款人为其代缴', {cashier}, now(), 1);
-- refused: YG006
INSERT INTO contributions_claim_undo (claim_id, reason, asked_by_id, asked_at, confirmed_by_id, confirmed_at)
SELECT max(id), '不是本人的', {cashier}, now(), {cashier}, now() FROM contributions_claim;
