-- Statements of `exchange.noted_messages`.

-- name: deaths
-- How the deaths of some messages stand now. Params: ids of the messages.
SELECT d.message_id, coalesce(s.standing, 'unmatched') AS standing
FROM exchange_in_message m
JOIN exchange_death_record d ON d.id_number = m.content ->> 'AAC002' AND d.message_id = m.id
CROSS JOIN LATERAL (SELECT coalesce(registry_person_of_v1(d.id_number), 0) AS person) AS w
LEFT JOIN LATERAL exchange_deaths_v1(w.person) AS s ON s.record_id = d.id
WHERE m.id = ANY (%s)
