-- Kin of officers as the registry knows them; see `entitlement.kin`.

-- name: kinship
-- What a person is to the officer of a number: of the same registered household (户口所在地 down to the house), or payee of the other's benefit.
SELECT CASE WHEN own.household_place = p.household_place THEN 'household' ELSE 'payee' END
FROM registry_person p
LEFT JOIN registry_person own ON own.id_number = %(number)s
WHERE p.id = %(person)s
    AND (
        (own.household_place = p.household_place AND p.household_place ~ '[0-9]+(号|室|栋|幢|单元|组)')
        OR EXISTS (SELECT 1 FROM benefits_benefit b WHERE b.person_id = p.id AND b.payee_number = %(number)s)
        OR EXISTS (SELECT 1 FROM benefits_benefit b WHERE b.person_id = own.id AND b.payee_number = p.id_number)
    );
