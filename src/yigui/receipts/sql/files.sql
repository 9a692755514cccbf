-- Statements of `receipts.files`.

-- name: keep
-- Payers are looked up by unit number, credit code, identity number or the order's number; an unknown one stays unknown.
INSERT INTO contributions_receipt (file_id, partner, reference, row_no, area_code, received_on, amount_fen, bill_id, order_id,
    employer_id, person_id, insurance, owed_period, payer_name, payer_account, text)
SELECT %(file)s, %(partner)s, t.reference, t.row_no, t.area_code, t.received_on, t.amount_fen, b.id, o.id,
    coalesce(nullif(b.employer_id, 0), o.employer_id, u.id, c.id), coalesce(nullif(b.person_id, 0), o.person_id, p.id, f.person_id),
    t.insurance, t.owed_period, t.payer_name, t.payer_account, t.text
FROM taken t
LEFT JOIN contributions_order o ON o.code = t.order_code AND t.order_code <> ''
LEFT JOIN LATERAL (SELECT id, employer_id, person_id FROM contributions_bill WHERE id = t.bill_id LIMIT 1) AS b ON t.bill_id IS NOT NULL
LEFT JOIN registry_employer u ON u.unit_no = t.unit_no AND t.unit_no <> ''
LEFT JOIN registry_employer c ON c.credit_code = t.credit_code AND t.credit_code <> '' AND c.status = 'active'
LEFT JOIN registry_person p ON p.id_number = t.id_number AND t.id_number <> '' AND p.merged_into_id IS NULL
LEFT JOIN LATERAL (SELECT person_id FROM registry_former_identity WHERE id_number = t.id_number ORDER BY id DESC LIMIT 1) AS f
    ON p.id IS NULL AND t.id_number <> ''
ORDER BY t.row_no
