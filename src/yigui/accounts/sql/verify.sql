-- Statements of `accounts.verify`.

-- name: twice
-- Account years that stand twice: interest of a year counted by two batches.
SELECT person_id, insurance, year, array_agg(batch_id ORDER BY batch_id) FROM accounts_year GROUP BY 1, 2, 3 HAVING count(*) > 1 ORDER BY 1, 2, 3 LIMIT 20

-- name: years
-- Set-based over a whole year: opening equals the closing before, credits equal the entries.
SELECT y.person_id, y.insurance, y.year
FROM accounts_year y
LEFT JOIN accounts_year p ON p.person_id = y.person_id AND p.insurance = y.insurance AND p.year = y.year - 1
LEFT JOIN (SELECT person_id, insurance, year, sum(amount_fen) AS fen FROM accounts_entry GROUP BY 1, 2, 3) AS e
    ON e.person_id = y.person_id AND e.insurance = y.insurance AND e.year = y.year
WHERE y.batch_id > 0 AND (y.opening_fen <> coalesce(p.closing_fen, 0) OR y.credits_fen <> coalesce(e.fen, 0))
ORDER BY 1, 2, 3 LIMIT 20
