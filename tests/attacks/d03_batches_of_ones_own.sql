-- D3. A batch of a kind nobody declares, signed by people who never saw it, opened everything of its class.

-- attack: D3.1 A batch in somebody's name
-- login: app
-- given: the staff
-- refused: YG009
INSERT INTO runs_batch (kind, area_code, period, subject, status, row_count, total_fen, digest, summary, checks, areas, is_automatic,
    prepared_by_id, needs_check, taken_out, created_at)
VALUES ('evil', '511100', 202611, '', 'draft', 0, 0, '', '{}', '[]', '{}', false, {accountant}, true, '[]', now());

-- attack: D3.2 A batch that begins signed
-- login: app
-- given: the staff
-- refused: YG006
INSERT INTO runs_batch (kind, area_code, period, subject, status, row_count, total_fen, digest, summary, checks, areas, is_automatic,
    approved_by_id, needs_check, taken_out, created_at)
VALUES ('evil', '511100', 202611, '', 'draft', 0, 0, '', '{}', '[]', '{}', true, {director}, true, '[]', now());

-- attack: D3.3 A batch taken over in somebody's name
-- login: app
-- given: a batch of nobody, the staff
-- refused: YG009
UPDATE runs_batch SET prepared_by_id = {accountant}, confirmed_at = now() WHERE id = {batch};

-- attack: D3.4 Checked by somebody who does not know of it
-- login: app
-- given: a batch of nobody, the staff
-- refused: YG009
UPDATE runs_batch SET checked_by_id = {accountant}, checked_at = now() WHERE id = {batch};

-- attack: D3.5 Approved by somebody who does not know of it
-- login: app
-- given: a batch of nobody, the staff
-- refused: YG009
UPDATE runs_batch SET approved_by_id = {director}, approved_at = now(), status = 'approved' WHERE id = {batch};

-- attack: D3.6 A signature without a sign-in
-- login: app
-- given: a batch of nobody
-- refused: YG009
SELECT runs_sign_v1('', '', {batch}, 'confirm', 'prepare', '{}');

-- attack: D3.7 A signature with a guessed sign-in
-- login: app
-- given: a batch of nobody
-- refused: YG009
SELECT runs_sign_v1(repeat('a', 64), '000000', {batch}, 'confirm', 'prepare', '{}');

-- attack: D3.8 A sign-in without the code
-- login: app
-- given: a batch of nobody, a stolen sign-in
-- refused: YG010
SELECT runs_sign_v1('{token}', '', {batch}, 'confirm', 'prepare', '{}');

-- attack: D3.9 A code that was used already
-- login: app
-- given: a batch of nobody, a stolen sign-in
-- refused: YG010
SELECT runs_sign_v1('{token}', '{used_code}', {batch}, 'confirm', 'prepare', '{}');

-- attack: D3.10 A draft opened with an order nobody gave
-- login: app
-- refused: YG009
SELECT runs_open_v1('order:1', 'levy', '511100', 202612, '{}', '', false);

-- attack: D3.11 An order in somebody's name
-- login: app
-- given: the staff
-- refused: 42501
INSERT INTO runs_order (kind, area_code, user_id, ordered_at) VALUES ('levy', '511100', {head}, now());

-- attack: D3.12 An answer in somebody's name
-- login: app
-- given: a batch of nobody, the staff
-- refused: 42501
INSERT INTO runs_answer (batch_id, check_id, step, person_id, text, answered_at) VALUES ({batch}, 'x', 'approve', {director}, '已核实无误', now());

-- attack: D3.13 A warrant for a batch that was not approved
-- login: app
-- given: a batch of nobody
-- refused: YG005
SELECT runs_issue_warrant_v1({batch});

-- attack: D3.14 The record of what was confirmed
-- login: app
-- refused: 42501
SELECT * FROM identity_confirmation;

-- attack: D3.15 The function that opens sign-ins
-- login: app
-- given: the staff
-- refused: 42501
SELECT identity_open_v1('staff:{director}', {director}, 'staff', '1 hour', '1 hour');

-- attack: D3.16 A password for the director, in nobody's name
-- login: app
-- given: the staff
-- refused: YG009
SELECT identity_issue_password_v1('', {director}, repeat('0', 32), 't=2,m=102400,p=8', repeat('0', 64));

-- attack: D3.17 A password for the director, by a teller
-- login: app
-- given: the staff, a stolen sign-in
-- refused: YG005
SELECT identity_issue_password_v1('{token}', {director}, repeat('0', 32), 't=2,m=102400,p=8', repeat('0', 64));

-- attack: D3.18 A second device beside the first
-- login: app
-- given: a stolen sign-in
-- refused: YG006
SELECT identity_begin_device_v1('{token}', '');
