-- D124. A rating is given once, by whoever was served: at the screen of their window, signed in, or with the code of the slip. The application writes none.

-- attack: D124.1 A rating by hand
-- login: app
-- given: services rated
-- refused: 42501
INSERT INTO rating_rating (service_id, level, tags, words, wants_call, phone, door, holder, receipt, rated_on, at)
VALUES ({open}, 5, '{}', '', false, '', 'window', '', 'x', '2026-11-10', now());

-- attack: D124.2 The function inside asked from outside
-- login: app
-- given: services rated
-- refused: 42501
SELECT rating_put_v1({open}, 5, '{}', '', false, '', 'window', NULL, '', '2026-11-10');

-- attack: D124.3 A second rating of the same service
-- login: app
-- given: services rated
-- refused: YG006
SELECT rating_at_window_v1('{secret}', {rated}, 5, '{}', '', false, '', '2026-11-10');

-- attack: D124.4 A case of somebody else, by a person who has signed in
-- login: app
-- given: services rated
-- refused: YG005
SELECT rating_by_holder_v1('{person_token}', '{case_no}', 5, '{}', '', false, '', '2026-11-10');

-- attack: D124.5 By nobody
-- login: app
-- given: services rated
-- refused: YG009
SELECT rating_by_holder_v1('nobody', '{case_no}', 5, '{}', '', false, '', '2026-11-10');

-- attack: D124.6 With a code that is guessed
-- login: app
-- given: services rated
-- refused: YG005
SELECT rating_by_slip_v1('{case_no}', 'AAAAAAAA', 5, '{}', '', false, '', '2026-11-10');

-- attack: D124.7 At the screen of another window
-- login: app
-- given: services rated
-- refused: YG006
SELECT rating_at_window_v1('{other_secret}', {open}, 5, '{}', '', false, '', '2026-11-10');

-- attack: D124.8 A bad rating without a reason
-- login: app
-- given: services rated
-- refused: YG006
SELECT rating_at_window_v1('{secret}', {open}, 1, '{}', '  ', false, '', '2026-11-10');

-- attack: D124.9 A service that nobody gave
-- login: app
-- given: services rated
-- refused: 42501
INSERT INTO rating_service (what, site, agency_id, ended_on) VALUES ('x', 'hall', '51110001', '2026-11-10');

-- attack: D124.10 On a day of one's own
-- login: app
-- given: services rated
-- days: real
-- refused: YG006
SELECT rating_at_window_v1('{secret}', {open}, 5, '{}', '', false, '', '2026-11-30');
