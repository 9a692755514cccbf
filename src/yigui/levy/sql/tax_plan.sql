-- Statements of `levy.tax_plan`.

-- name: bills
-- Bills of a month that are owed and not yet paid, with the payer's numbers. Keyset by bill number.
SELECT b.id, b.area::text, coalesce(u.unit_no, ''), coalesce(u.credit_code, ''), coalesce(u.name, ''), coalesce(p.id_number, ''),
    coalesce(p.name, ''), b.insurance, b.period, b.start_period, b.person_count, b.base_fen, b.employer_fen, b.person_fen,
    b.total_fen - coalesce((SELECT sum(a.amount_fen) FROM contributions_allocation a WHERE a.bill_id = b.id), 0), b.due_on
FROM contributions_bill b
LEFT JOIN registry_employer u ON u.id = b.employer_id
LEFT JOIN registry_person p ON p.id = b.person_id
WHERE b.period = %(period)s AND b.area = ANY(%(areas)s) AND b.id > %(after)s AND b.kind <> 9
ORDER BY b.id LIMIT %(limit)s
