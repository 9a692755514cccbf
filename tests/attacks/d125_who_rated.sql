-- D125. Who rated, and what they said, is read by no login of the house, and by nobody outside but themselves.

-- attack: D125.1 The ratings of a teller
-- login: app
-- given: services rated
-- refused: 42501
SELECT r.level, r.words FROM rating_rating r JOIN rating_service s ON s.id = r.service_id WHERE s.user_id = {teller};

-- attack: D125.2 The receipt of a rating
-- login: app
-- given: services rated
-- refused: 42501
SELECT receipt FROM rating_rating WHERE service_id = {rated};

-- attack: D125.3 A bad rating by its teller
-- login: app
-- given: services rated
-- refused: YG005
SELECT * FROM rating_to_repair_v1('{token}', {rated});

-- attack: D125.4 By a head who has not taken its task
-- login: app
-- given: services rated
-- refused: YG005
SELECT * FROM rating_to_repair_v1('{head_token}', {rated});

-- attack: D125.5 The row inside asked from outside
-- login: app
-- given: services rated
-- refused: 42501
SELECT * FROM rating_held_v1('{head_token}', {rated});

-- attack: D125.6 What was found, read by the application
-- login: app
-- given: services rated
-- refused: 42501
SELECT said FROM rating_repair;

-- attack: D125.7 Ratings from outside, by nobody
-- login: outside
-- given: services rated
-- refused: 42501
SELECT * FROM rating_rating;

-- attack: D125.8 A rating made milder
-- login: app
-- given: services rated
-- refused: 42501
UPDATE rating_rating SET level = 5 WHERE service_id = {rated};
