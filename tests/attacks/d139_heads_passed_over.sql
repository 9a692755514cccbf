-- D139. What columns and lines of a file of money are passed over is said by two people of finance whom the database has seen, never by the application.

-- attack: D139.1 A head passed over by nobody
-- login: app
-- given: who may bring files in
-- refused: 42501
INSERT INTO exchange_harmless (partner_id, source, kind, word, shown, reason, asked_by_id, asked_at) VALUES ('civil_affairs', 'bank', 'head', '方向', '方向', 'none at all', {head}, now());

-- attack: D139.2 A head accepted as if it had been confirmed
-- login: app
-- given: who may bring files in
-- refused: 42501
UPDATE exchange_harmless SET confirmed_by_id = {head}, confirmed_at = now();

-- attack: D139.3 Asked for by nobody
-- login: app
-- given: who may bring files in
-- refused: YG009
SELECT exchange_ask_harmless_v1('nobody', 'civil_affairs', 'bank', 'head', '方向', '方向', '与款项无关');

-- attack: D139.4 Asked for by an officer of another post
-- login: app
-- given: who may bring files in
-- refused: YG005
SELECT exchange_ask_harmless_v1('{head_token}', 'civil_affairs', 'bank', 'head', '方向', '方向', '与款项无关');

-- attack: D139.5 Asked for without a reason
-- login: app
-- given: who may bring files in
-- refused: YG006
SELECT exchange_ask_harmless_v1('{reader_token}', 'civil_affairs', 'bank', 'head', '方向', '方向', ' x ');

-- attack: D139.6 Confirmed by whoever asked
-- login: app
-- given: who may bring files in
SELECT exchange_ask_harmless_v1('{reader_token}', 'civil_affairs', 'bank', 'head', '方向', '方向', '与款项无关');
-- refused: YG005
SELECT exchange_confirm_harmless_v1('{reader_token}', (SELECT max(id) FROM exchange_harmless));

-- attack: D139.7 Confirmed by an officer of another post
-- login: app
-- given: who may bring files in
SELECT exchange_ask_harmless_v1('{reader_token}', 'civil_affairs', 'bank', 'head', '方向', '方向', '与款项无关');
-- refused: YG005
SELECT exchange_confirm_harmless_v1('{head_token}', (SELECT max(id) FROM exchange_harmless));

-- attack: D139.8 Confirmed by the program of the bank
-- login: app
-- given: who may bring files in
SELECT exchange_ask_harmless_v1('{reader_token}', 'civil_affairs', 'bank', 'head', '方向', '方向', '与款项无关');
-- refused: YG009
SELECT exchange_confirm_harmless_v1('{bank_token}', (SELECT max(id) FROM exchange_harmless));
