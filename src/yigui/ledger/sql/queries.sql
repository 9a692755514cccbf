-- Statements of `ledger.queries`.

-- name: balances
-- Sums before and within the period for every account used in the books.
SELECT a.code, a.name, a.side,
    coalesce(sum(CASE e.side WHEN a.side THEN e.amount_fen ELSE -e.amount_fen END) FILTER (WHERE e.period < %(period)s), 0),
    coalesce(sum(e.amount_fen) FILTER (WHERE e.period = %(period)s AND e.side = 'D'), 0),
    coalesce(sum(e.amount_fen) FILTER (WHERE e.period = %(period)s AND e.side = 'C'), 0)
FROM ledger_entry e JOIN ledger_account a ON a.code = e.account_id
WHERE e.area_code = ANY(%(areas)s) AND (%(fund)s = '' OR e.fund = %(fund)s) AND e.period <= %(period)s
GROUP BY a.code, a.name, a.side ORDER BY a.code
