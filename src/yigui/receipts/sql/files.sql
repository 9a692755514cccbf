-- Statements of `receipts.files`, on `taken`: the lines of a file as they were read (`contributions_open_taken_v3`). A line with a `fate` is not
-- booked. Few lines have one, so each statement first finds them as a set.

-- name: twice
-- A reference that stands twice in one file, whatever stood first: the same content is the same line, of other content nobody knows which is true, so all
-- come back. A ticket of the tax office has a line for each item and month. Lines without a reference of the partner's own may be alike and be two.
-- Parameters: is_tax.
WITH lines AS (
    SELECT seq, row_no, content, reference, is_debit, account_no, CASE WHEN %(is_tax)s THEN concat(insurance, '|', owed_period) ELSE '' END AS item
    FROM taken WHERE is_referenced AND fate = ''
), named AS (
    SELECT reference, is_debit, account_no, item, min(seq) AS first, max(seq) AS last, min(content::text) <> max(content::text) AS differ FROM lines
    GROUP BY 1, 2, 3, 4 HAVING count(*) > 1
)
UPDATE taken t SET fate = CASE WHEN n.differ THEN 'rejected' ELSE 'known' END, cause = CASE WHEN n.differ THEN 'other_content' ELSE 'same' END,
    sentence = format(CASE WHEN n.differ
        THEN '流水号 %%2$s 与本文件第 %%1$s 行相同而内容不同，不知哪一行为准，都未入账；请与银行核实，确应入账的可在“未入账的行”页入账'
        ELSE '与本文件第 %%s 行是同一笔（流水号 %%s），只入账一次' END, f.row_no, t.reference)
FROM named n JOIN lines l USING (reference, is_debit, account_no, item)
JOIN taken f ON f.seq = CASE WHEN l.seq = n.first THEN n.last ELSE n.first END
WHERE t.seq = l.seq AND (n.differ OR l.seq > n.first)

-- name: sum_of_parts
-- A line that is the sum of others of its file, told beside them: their references are its own with a number behind, same day, and their amounts add up.
UPDATE taken t SET fate = 'waiting', cause = 'batch',
    sentence = format('本行金额等于本文件 %%s 笔明细（流水号 %%s…）的合计，疑为批量入账的汇总行，未入账；请与银行核实后入账或不入账', k.found, k.first)
FROM (
    SELECT n.seq, count(*) AS found, min(p.reference) AS first
    FROM taken p JOIN taken n ON n.reference = regexp_replace(p.reference, '[-/_#.][0-9]{1,4}$', '') AND n.received_on = p.received_on
        AND n.account_no = p.account_no AND n.seq <> p.seq
    WHERE p.reference ~ '[-/_#.][0-9]{1,4}$' AND p.fate = '' AND n.fate = '' AND NOT p.is_debit AND NOT n.is_debit AND n.is_referenced
    GROUP BY n.seq, n.amount_fen HAVING count(*) > 1 AND sum(p.amount_fen) = n.amount_fen
) AS k WHERE k.seq = t.seq

-- name: known
-- A reference that came in before: known where day, amount and party agree, else refused. A file that does not name the account, or the
-- party, is no contradiction. A ticket of the tax office has a line for each item and month: another item is another line, unless it is of the same
-- amount, which may be the same money under another item. Parameters: partner, is_tax.
UPDATE taken t SET fate = CASE WHEN k.agrees THEN 'known' ELSE 'rejected' END,
    cause = CASE WHEN k.agrees THEN 'same' ELSE 'other_content' END, receipt_id = k.id,
    sentence = format(CASE WHEN k.agrees THEN '已于第 %%s 号到账文件第 %%s 行入账'
        ELSE '流水号 %%5$s 已用于第 %%1$s 号到账文件第 %%2$s 行（%%3$s，%%4$s 元），本行内容不同，未入账；请与银行核实，确为另一笔的可在“未入账的行”页入账' END,
        k.file_id, k.row_no, k.received_on, to_char(k.amount_fen / 100.0, 'FM999999999999990.00'), t.reference)
FROM (
    SELECT DISTINCT ON (n.seq) n.seq, r.id, r.file_id, r.row_no, r.received_on, r.amount_fen,
        r.content IS NOT DISTINCT FROM n.content OR (r.received_on = n.received_on AND r.amount_fen = n.amount_fen
            AND (r.payer_name = '' OR n.payer_name = '' OR r.payer_name = n.payer_name)
            AND (r.bill_id IS NULL OR n.bill_id IS NULL OR r.bill_id = n.bill_id)
            AND (n.unit_no = '' OR r.employer_id IS NULL OR n.unit_no = (SELECT e.unit_no FROM registry_employer e WHERE e.id = r.employer_id))
            AND (n.id_number = '' OR r.person_id IS NULL
                OR n.id_number = (SELECT p.id_number FROM registry_person p WHERE p.id = r.person_id)
                OR EXISTS (SELECT 1 FROM registry_former_identity i WHERE i.person_id = r.person_id AND i.id_number = n.id_number))
            AND (NOT %(is_tax)s OR i.is_same)) AS agrees
    FROM taken n JOIN contributions_receipt r ON r.partner = %(partner)s AND r.reference = n.reference AND r.is_referenced
        AND (r.account_no = n.account_no OR r.account_no = '' OR n.account_no = '')
    CROSS JOIN LATERAL (SELECT coalesce(r.insurance = n.insurance, true) AND coalesce(r.owed_period = n.owed_period, true) AS is_same) AS i
    WHERE n.is_referenced AND NOT n.is_debit AND n.fate = '' AND (NOT %(is_tax)s OR i.is_same OR r.amount_fen = n.amount_fen)
    ORDER BY n.seq, agrees DESC, r.id
) AS k WHERE k.seq = t.seq

-- name: known_debits
-- The same of money that went out.
UPDATE taken t SET fate = CASE WHEN k.agrees THEN 'known' ELSE 'rejected' END, cause = CASE WHEN k.agrees THEN 'same' ELSE 'other_content' END,
    sentence = format(CASE WHEN k.agrees THEN '支出 %%s 已随第 %%s 号到账文件接收' ELSE '流水号 %%s 已用于第 %%s 号到账文件的另一笔支出，本行内容不同，请与银行核实' END,
        t.reference, k.file_id)
FROM (
    SELECT DISTINCT ON (n.seq) n.seq, b.file_id, b.booked_on = n.received_on AND b.amount_fen = -n.amount_fen AS agrees
    FROM taken n JOIN ledger_bank_line b ON b.account_no = n.account_no AND b.reference = n.reference AND b.is_referenced AND b.amount_fen < 0
    WHERE n.is_referenced AND n.is_debit AND n.fate = ''
    ORDER BY n.seq, agrees DESC, b.id
) AS k WHERE k.seq = t.seq

-- name: alike
-- Lines without a reference, by what they say (`content`): as many as stood in earlier files are none of their own, what is more is new. One that the
-- bank tells apart by nothing else (`mark`), or by the same, is known; one that is told apart waits for a person. Lines of a release before this one
-- have no content; they are known by what they say. Parameters: partner.
WITH mine AS (
    SELECT seq, content, mark, row_number() OVER (PARTITION BY content, mark ORDER BY seq) AS twin FROM taken WHERE NOT is_referenced AND fate = ''
), earlier AS (
    SELECT x.content, x.mark, x.id, row_number() OVER (PARTITION BY x.content, x.mark ORDER BY x.id) AS twin FROM (
        SELECT content, mark, id FROM contributions_receipt WHERE content IN (SELECT content FROM mine)
        UNION ALL SELECT content, '', NULL FROM ledger_bank_line WHERE content IN (SELECT content FROM mine)
        UNION ALL SELECT l.content, l.mark, l.receipt_id FROM contributions_receipt_line l WHERE l.fate = 'waiting' AND l.content IN (SELECT content FROM mine)
            AND NOT EXISTS (SELECT 1 FROM contributions_receipt_line_end d WHERE d.line_id = l.id AND d.outcome = 'booked')
        UNION ALL SELECT n.content, '', r.id FROM (
                SELECT DISTINCT ON (content) content, reference, received_on, amount_fen, payer_name FROM taken
                WHERE NOT is_referenced AND fate = '' AND NOT is_debit ORDER BY content, seq) AS n
            JOIN contributions_receipt r ON r.partner = %(partner)s AND r.reference = n.reference AND r.content IS NULL
                AND r.received_on = n.received_on AND r.amount_fen = n.amount_fen AND r.payer_name = n.payer_name
    ) AS x
), rest AS (
    SELECT m.seq, m.content, m.mark, row_number() OVER (PARTITION BY m.content ORDER BY m.mark <> '', m.seq) AS place
    FROM mine m WHERE NOT EXISTS (SELECT 1 FROM earlier e WHERE e.content = m.content AND e.mark = m.mark AND e.twin = m.twin)
), left_over AS (
    SELECT e.content, e.mark, e.id, row_number() OVER (PARTITION BY e.content ORDER BY e.mark <> '', e.id) AS place
    FROM earlier e WHERE NOT EXISTS (SELECT 1 FROM mine m WHERE m.content = e.content AND m.mark = e.mark AND m.twin = e.twin)
), judged AS (
    SELECT m.seq, 'known' AS fate, e.id FROM mine m JOIN earlier e USING (content, mark, twin)
    UNION ALL
    SELECT r.seq, CASE WHEN r.mark = '' OR o.mark = '' THEN 'known' ELSE 'waiting' END, o.id FROM rest r JOIN left_over o USING (content, place)
), every AS (SELECT content, count(*) AS found FROM earlier GROUP BY 1)
UPDATE taken t SET
    nth = coalesce(k.found, 0) + k.place, fate = coalesce(k.fate, t.fate), receipt_id = coalesce(k.id, t.receipt_id),
    cause = CASE k.fate WHEN 'known' THEN 'same' WHEN 'waiting' THEN 'alike' ELSE t.cause END,
    sentence = CASE k.fate
        WHEN 'known' THEN '日期、金额、对方都相同的一笔已经接收（对方没有给流水号）；确为另一笔的可在“未入账的行”页入账'
        WHEN 'waiting' THEN '与已经接收的一笔日期、金额、对方都相同，而附言、余额或付款方编号不同，银行没有给流水号，未入账；请与银行核实，确为另一笔的请入账'
        ELSE t.sentence END
FROM (
    SELECT m.seq, j.fate, j.id, e.found, row_number() OVER (PARTITION BY m.content, j.fate ORDER BY m.seq) AS place
    FROM mine m LEFT JOIN judged j ON j.seq = m.seq LEFT JOIN every e ON e.content = m.content
) AS k WHERE k.seq = t.seq

-- name: proved
-- Lines without a reference that were taken for known though balances show their money came: on this account's statements of the file, and on others
-- that are not the same, more of them stand than are booked or wait. Parameters: account, days, openings, closings (of the file's statements).
WITH here AS (
    SELECT content, count(*) AS found, count(*) FILTER (WHERE fate <> 'known') AS own FROM taken
    WHERE NOT is_referenced AND NOT is_debit AND account_no = %(account)s AND content IN (
        SELECT content FROM taken WHERE NOT is_referenced AND NOT is_debit AND account_no = %(account)s AND fate = 'known') GROUP BY 1
), places AS (
    SELECT content, file_id FROM contributions_receipt WHERE content IN (SELECT content FROM here)
    UNION ALL SELECT content, file_id FROM contributions_receipt_line WHERE content IN (SELECT content FROM here) AND fate <> 'rejected'
), statements AS (
    SELECT s.file_id, array_agg(concat_ws('|', s.closed_on, s.opening_fen, s.closing_fen) ORDER BY s.closed_on, s.number) AS which
    FROM contributions_bank_statement s WHERE s.account_no = %(account)s AND s.file_id IN (SELECT file_id FROM places)
    GROUP BY 1 HAVING bool_and(s.opening_fen IS NOT NULL AND s.closing_fen IS NOT NULL AND s.moved_fen IS NOT NULL)
        AND NOT bool_or(s.closed_on = ANY (%(days)s::date[]) AND (s.opening_fen = ANY (%(openings)s::bigint[]) OR s.closing_fen = ANY (%(closings)s::bigint[])))
), others AS (
    SELECT content, sum(most)::integer AS found FROM (
        SELECT content, which, max(found) AS most FROM (
            SELECT p.content, s.which, p.file_id, count(*) AS found FROM places p JOIN statements s USING (file_id) GROUP BY 1, 2, 3) AS files
        GROUP BY 1, 2) AS statements_once GROUP BY 1
), booked AS (
    SELECT content, count(*) AS found FROM (
        SELECT content FROM contributions_receipt UNION ALL
        SELECT l.content FROM contributions_receipt_line l WHERE l.fate = 'waiting' AND NOT EXISTS (
            SELECT 1 FROM contributions_receipt_line_end d WHERE d.line_id = l.id AND d.outcome = 'booked')
    ) AS x WHERE content IN (SELECT content FROM here) GROUP BY 1
)
UPDATE taken t SET fate = 'waiting', cause = 'alike', receipt_id = NULL,
    sentence = '与已经接收的一笔日期、金额、对方都相同（银行没有给流水号），但两份对账单的余额表明两笔都已到账，未入账；请与银行核实后入账'
FROM (
    SELECT n.seq, row_number() OVER (PARTITION BY n.content ORDER BY n.seq DESC) AS place, o.found + h.found - h.own - coalesce(b.found, 0) AS more
    FROM taken n JOIN here h USING (content) JOIN others o USING (content) LEFT JOIN booked b USING (content)
    WHERE n.fate = 'known' AND NOT n.is_referenced AND NOT n.is_debit AND n.account_no = %(account)s
) AS k WHERE k.seq = t.seq AND k.place <= k.more

-- name: other_place
-- Money that another message of the bank's reports with its reference elsewhere or without one, or a notification under another reference than the
-- statement: same account, day, amount and party. A receipt that a line of this file is known as speaks for no other. Parameters: files (of the other
-- kind), all_files, partner.
UPDATE taken t SET fate = 'waiting', cause = 'alike', receipt_id = k.id,
    sentence = format('与第 %%s 号到账文件第 %%s 行（流水号 %%s）日期、金额、对方都相同而流水号不同，疑为同一笔，未入账；请与银行核实后入账或不入账', k.file_id, k.row_no,
        coalesce(nullif(k.reference, ''), '空'))
FROM (
    SELECT n.seq, n.place, r.id, r.file_id, r.row_no, r.reference, row_number() OVER (PARTITION BY n.seq ORDER BY r.id) AS other
    FROM (
        SELECT seq, is_referenced, account_no, received_on, amount_fen, payer_name, payer_account, bill_id, row_number() OVER (
            PARTITION BY is_referenced, account_no, received_on, amount_fen, payer_name, payer_account, bill_id ORDER BY seq) AS place
        FROM taken WHERE fate = '' AND NOT is_debit AND (payer_name <> '' OR payer_account <> '')
    ) AS n
    JOIN contributions_receipt r ON (r.account_no, r.received_on, r.amount_fen, r.payer_name, r.payer_account)
        = (n.account_no, n.received_on, n.amount_fen, n.payer_name, n.payer_account)
    WHERE r.file_id = ANY (%(all_files)s::bigint[]) AND r.partner = %(partner)s AND r.bill_id IS NOT DISTINCT FROM n.bill_id
        AND (r.is_referenced <> n.is_referenced OR (r.is_referenced AND n.is_referenced AND r.file_id = ANY (%(files)s::bigint[])))
        AND NOT EXISTS (SELECT 1 FROM taken x WHERE x.receipt_id = r.id)
) AS k WHERE k.seq = t.seq AND k.other = k.place

-- name: whole_and_parts
-- An entry that one message of the bank's tells as a whole and another in its parts, or in parts under other references: same account, reference and
-- sum of the entry (`mark`), days that are near. Parameters: all_files, partner.
UPDATE taken t SET fate = 'waiting', cause = 'alike', receipt_id = k.id,
    sentence = format('与第 %%s 号到账文件第 %%s 行（流水号 %%s，%%s 元）出自银行的同一笔入账，一份整笔、一份明细，未入账；请与银行核实后入账或不入账', k.file_id, k.row_no,
        k.reference, to_char(k.amount_fen / 100.0, 'FM999999999999990.00'))
FROM (
    SELECT DISTINCT ON (n.seq) n.seq, r.id, r.file_id, r.row_no, r.reference, r.amount_fen
    FROM taken n JOIN contributions_receipt r ON r.file_id = ANY (%(all_files)s::bigint[]) AND r.partner = %(partner)s AND r.account_no = n.account_no
        AND r.mark = n.mark AND r.is_referenced AND r.received_on BETWEEN n.received_on - 5 AND n.received_on + 5
    WHERE n.fate = '' AND NOT n.is_debit AND n.is_referenced AND n.mark <> ''
    ORDER BY n.seq, r.id
) AS k WHERE k.seq = t.seq

-- name: shortened
-- Money whose reference differs from an earlier one only by zeros before it or by small and capital letters, as a spreadsheet writes it again: same
-- day, amount and party. A receipt that a line of this file is known as speaks for no other. Parameters: files.
UPDATE taken t SET fate = 'waiting', cause = 'alike', receipt_id = k.id,
    sentence = format('与第 %%s 号到账文件第 %%s 行（流水号 %%s）日期、金额相同，流水号只差前面的 0 或大小写（表格软件会改写），疑为同一笔，未入账；请与银行核实后入账或不入账',
        k.file_id, k.row_no, k.reference)
FROM (
    SELECT DISTINCT ON (n.seq) n.seq, r.id, r.file_id, r.row_no, r.reference
    FROM taken n JOIN contributions_receipt r ON r.received_on = n.received_on AND r.amount_fen = n.amount_fen
        AND ltrim(upper(r.reference), '0') = ltrim(upper(n.reference), '0') AND r.file_id = ANY (%(files)s::bigint[])
    WHERE n.fate = '' AND NOT n.is_debit AND n.is_referenced AND r.is_referenced AND r.reference <> n.reference
        AND (r.account_no = n.account_no OR r.account_no = '' OR n.account_no = '')
        AND (r.payer_name = '' OR n.payer_name = '' OR r.payer_name = n.payer_name)
        AND NOT EXISTS (SELECT 1 FROM taken x WHERE x.receipt_id = r.id)
    ORDER BY n.seq, r.id
) AS k WHERE k.seq = t.seq

-- name: waiting_already
-- A line with a reference that waits since an earlier file, was decided, or was taken back within its file.
UPDATE taken t SET fate = 'known', cause = 'same', sentence = format('第 %%s 号到账文件已接收同一笔（待核、已处理或已相抵）', k.file_id)
FROM (
    SELECT n.seq, min(l.file_id) AS file_id FROM taken n JOIN (
        SELECT content, file_id FROM contributions_receipt_line WHERE fate = 'waiting' UNION ALL SELECT content, file_id FROM ledger_bank_line
    ) AS l ON l.content = n.content
    WHERE n.is_referenced AND n.fate = '' GROUP BY n.seq
) AS k WHERE k.seq = t.seq

-- name: names_a_payment
-- Lines that name a payment of ours: place, number, amount, day. Parameters: cause.
SELECT seq, payment_no, amount_fen, received_on FROM taken WHERE fate = '' AND cause = %(cause)s

-- name: named
-- Those that bring the payment back wait for that; the others are lines like any. Parameters: returned, cause, waits.
UPDATE taken SET cause = CASE WHEN seq = ANY (%(returned)s::integer[]) THEN %(waits)s ELSE '' END,
    sentence = CASE WHEN seq = ANY (%(returned)s::integer[]) THEN sentence ELSE '' END,
    payment_no = CASE WHEN seq = ANY (%(returned)s::integer[]) THEN payment_no ELSE '' END
WHERE fate = '' AND cause = %(cause)s

-- name: wait
-- What its reader says waits.
UPDATE taken SET fate = 'waiting' WHERE fate = '' AND cause <> ''

-- name: released
-- A line that a person has looked at is booked; only what is booked already under its reference is not booked again.
UPDATE taken t SET nth = 1 + (SELECT coalesce(max(r.nth), 0) FROM contributions_receipt r WHERE r.content = t.content),
    fate = CASE WHEN t.fate = 'known' THEN t.fate ELSE '' END, cause = CASE WHEN t.fate = 'known' THEN t.cause ELSE '' END

-- name: payers
-- Payers by the numbers of the row: bill, order, unit number, credit code, identity number. Where they name different ones nobody knows whose the
-- money is: no payer is kept, and the doubt says why; nor where the party is by its name another registered unit than the one of the number, and neither
-- bill nor order is named. One row per line that is to be kept.
SELECT t.*, b.id AS own_bill, o.id AS own_order, d.doubt,
    coalesce(nullif(b.employer_id, 0), o.employer_id, u.id, c.id) AS employer_id, coalesce(nullif(b.person_id, 0), o.person_id, p.id) AS person_id
FROM taken t
LEFT JOIN contributions_order o ON o.code = t.order_code AND t.order_code <> ''
LEFT JOIN LATERAL (SELECT id, employer_id, person_id FROM contributions_bill WHERE id = t.bill_id LIMIT 1) AS b ON t.bill_id IS NOT NULL
LEFT JOIN registry_employer u ON u.unit_no = t.unit_no AND t.unit_no <> ''
LEFT JOIN registry_employer c ON c.credit_code = t.credit_code AND t.credit_code <> '' AND c.status = 'active'
LEFT JOIN registry_person q ON q.id_number = t.id_number AND t.id_number <> '' AND q.merged_into_id IS NULL
LEFT JOIN LATERAL (SELECT person_id FROM registry_former_identity WHERE id_number = t.id_number ORDER BY id DESC LIMIT 1) AS f
    ON q.id IS NULL AND t.id_number <> ''
LEFT JOIN registry_person p ON p.id = coalesce(q.id, f.person_id)
CROSS JOIN LATERAL (SELECT CASE
    WHEN least(nullif(b.employer_id, 0), o.employer_id, u.id, c.id) <> greatest(nullif(b.employer_id, 0), o.employer_id, u.id, c.id)
        OR (b.employer_id = 0 AND coalesce(o.employer_id, u.id, c.id) IS NOT NULL)
    THEN left('缴费单、缴费码、单位编号、信用代码指向不同的缴费人：' || concat_ws('、', '缴费单 ' || t.bill_id, nullif(t.order_code, ''),
        '单位编号 ' || nullif(t.unit_no, ''), nullif(t.credit_code, '')), 200)
    WHEN least(CASE WHEN b.employer_id = 0 THEN b.person_id END, o.person_id, p.id)
        <> greatest(CASE WHEN b.employer_id = 0 THEN b.person_id END, o.person_id, p.id)
    THEN left('缴费单、缴费码、证件号码指向不同的人：' || concat_ws('、', '缴费单 ' || t.bill_id, nullif(t.order_code, '')), 200)
    WHEN p.id IS NOT NULL AND b.id IS NULL AND o.id IS NULL AND t.payer_name <> '' AND t.payer_name !~ '[*＊]'
        AND u.id IS NULL AND c.id IS NULL
        AND strpos(regexp_replace(t.payer_name, '[\s·•．・]', '', 'g'), regexp_replace(p.name, '[\s·•．・]', '', 'g')) = 0
        AND NOT EXISTS (SELECT 1 FROM registry_former_identity n WHERE n.person_id = p.id
            AND strpos(regexp_replace(t.payer_name, '[\s·•．・]', '', 'g'), regexp_replace(n.name, '[\s·•．・]', '', 'g')) > 0)
    THEN left('证件号码的人与付款人“' || t.payer_name || '”姓名不符', 200)
    WHEN coalesce(u.id, c.id) IS NOT NULL AND b.id IS NULL AND o.id IS NULL AND t.payer_name <> ''
        AND registry_plain_name_v1(t.payer_name) <> registry_plain_name_v1(coalesce(u.name, c.name))
        AND EXISTS (SELECT 1 FROM registry_employer n WHERE n.id <> coalesce(u.id, c.id)
            AND n.name IN (t.payer_name, translate(t.payer_name, '()', '（）'), translate(t.payer_name, '（）', '()')))
    THEN left('单位编号或信用代码是“' || coalesce(u.name, c.name) || '”的，付款人却是另一参保单位“' || t.payer_name || '”', 200)
    ELSE '' END AS doubt) AS d

-- name: two_sources
-- Money that another channel reports too: the same bill or order, or the same payer and amount, within three days. The payer is the same by number, or, where
-- only one is known by a number, by the name of the unit or person it leads to; two names that are told may be those of a payment house. Where one names a unit by a
-- number and the other names none, a name that contains the other (but for what firms are called, 有限公司) is in doubt too, and so is money of the same day that names
-- nobody. People's are not asked so: many of them pay the same sum. Parameters: partner,
-- source.
UPDATE taken t SET fate = 'waiting', cause = 'two_sources', receipt_id = k.id,
    sentence = format('与第 %%s 号到账文件第 %%s 行（%%s，%%s 元，另一渠道）疑为同一笔钱，未入账；请核实后入账或不入账', k.file_id, k.row_no, k.received_on,
        to_char(k.amount_fen / 100.0, 'FM999999999999990.00'))
FROM (
    WITH lines AS MATERIALIZED (
        SELECT p.*, coalesce(e.name, q.name, '') AS known_name, regexp_replace(registry_plain_name_v1(coalesce(e.name, '')), '股份有限公司|有限责任公司|有限公司|公司', '', 'g') AS known_core,
            regexp_replace(registry_plain_name_v1(p.payer_name), '股份有限公司|有限责任公司|有限公司|公司', '', 'g') AS told_core FROM ({payers} WHERE t.fate = '' AND NOT t.is_debit) AS p
        LEFT JOIN registry_employer e ON e.id = p.employer_id LEFT JOIN registry_person q ON q.id = p.person_id AND p.employer_id IS NULL
        WHERE p.doubt = ''
    ), earlier AS MATERIALIZED (
        SELECT r.id, r.file_id, r.row_no, r.received_on, r.amount_fen, r.bill_id, r.order_id, r.insurance, r.employer_id, r.person_id, r.payer_name,
            coalesce(e.name, q.name, '') AS known_name, regexp_replace(registry_plain_name_v1(coalesce(e.name, '')), '股份有限公司|有限责任公司|有限公司|公司', '', 'g') AS known_core,
            regexp_replace(registry_plain_name_v1(r.payer_name), '股份有限公司|有限责任公司|有限公司|公司', '', 'g') AS told_core
        FROM contributions_receipt r LEFT JOIN registry_employer e ON e.id = r.employer_id
        LEFT JOIN registry_person q ON q.id = r.person_id AND r.employer_id IS NULL
        WHERE r.file_id = ANY (%(files)s) AND r.amount_fen IN (SELECT amount_fen FROM lines)
    ), called AS (
        SELECT DISTINCT l.seq, registry_plain_name_v1(x.name) AS name, x.is_known
        FROM lines l CROSS JOIN LATERAL (VALUES (l.known_name, true), (l.payer_name, false)) AS x (name, is_known)
    ), heard AS (
        SELECT DISTINCT r.id, registry_plain_name_v1(x.name) AS name, x.is_known
        FROM earlier r CROSS JOIN LATERAL (VALUES (r.known_name, true), (r.payer_name, false)) AS x (name, is_known)
    ), pairs AS (
        SELECT n.seq, r.id FROM lines n JOIN earlier r ON r.amount_fen = n.amount_fen AND r.received_on BETWEEN n.received_on - 3 AND n.received_on + 3
            AND (r.bill_id = n.own_bill OR r.order_id = n.own_order OR r.employer_id = n.employer_id
                OR (r.employer_id IS NULL AND n.employer_id IS NULL AND r.person_id = n.person_id))
        UNION
        SELECT n.seq, r.id FROM called c JOIN heard h ON h.name = c.name AND c.is_known <> h.is_known AND c.name <> '' JOIN lines n ON n.seq = c.seq JOIN earlier r ON r.id = h.id
        WHERE r.amount_fen = n.amount_fen AND r.received_on BETWEEN n.received_on - 3 AND n.received_on + 3 AND (n.employer_id IS NULL OR r.employer_id IS NULL) AND (n.person_id IS NULL OR r.person_id IS NULL)
        UNION
        SELECT n.seq, r.id FROM lines n JOIN earlier r ON r.amount_fen = n.amount_fen AND r.received_on BETWEEN n.received_on - 3 AND n.received_on + 3
        WHERE n.employer_id IS NULL AND n.person_id IS NULL AND r.employer_id IS NOT NULL AND length(r.known_core) >= 2 AND (n.payer_name = '' AND r.received_on = n.received_on
            OR strpos(n.told_core, r.known_core) > 0 OR (length(n.told_core) >= 4 AND strpos(r.known_core, n.told_core) > 0))
        UNION
        SELECT n.seq, r.id FROM lines n JOIN earlier r ON r.amount_fen = n.amount_fen AND r.received_on BETWEEN n.received_on - 3 AND n.received_on + 3
        WHERE r.employer_id IS NULL AND r.person_id IS NULL AND n.employer_id IS NOT NULL AND length(n.known_core) >= 2 AND (r.payer_name = '' AND r.received_on = n.received_on
            OR strpos(r.told_core, n.known_core) > 0 OR (length(r.told_core) >= 4 AND strpos(n.known_core, r.told_core) > 0))
    )
    SELECT DISTINCT ON (n.seq) n.seq, r.id, r.file_id, r.row_no, r.received_on, r.amount_fen
    FROM pairs JOIN lines n USING (seq) JOIN earlier r ON r.id = pairs.id
    WHERE (r.bill_id IS NULL OR n.bill_id IS NULL OR r.bill_id = n.bill_id)
        AND (r.insurance IS NULL OR n.insurance IS NULL OR r.insurance = n.insurance)
    ORDER BY n.seq, r.id
) AS k WHERE k.seq = t.seq

-- name: other_way
-- Money that the partner reports by its statement and by another way under another reference: same account (where one way names none, an account of
-- ours of the area of the line), day (or the day beside it, where the file has no such money of that very day) and amount, and the same payer by account,
-- number or name, as it is told or as the unit or person is called whom the number leads to, of a unit also where one name contains the other; an account of the payer's (as far as it is not masked) or a
-- bill that both name and that differs is another payment. A receipt that a line of this file is known as speaks for no other. Parameters: files (of the
-- other way), areas, accounts (our own, pairwise).
UPDATE taken t SET fate = 'waiting', cause = 'alike', receipt_id = k.id,
    sentence = format('与第 %%s 号到账文件第 %%s 行（流水号 %%s）日期、金额、付款人都相同而流水号不同，接口（表格）与对账单疑似各报一次，未入账；请与银行核实后入账或不入账',
        k.file_id, k.row_no, coalesce(nullif(k.reference, ''), '空'))
FROM (
    WITH lines AS MATERIALIZED (
        SELECT p.*, coalesce(e.name, q.name, '') AS known_name, regexp_replace(registry_plain_name_v1(coalesce(e.name, '')), '股份有限公司|有限责任公司|有限公司|公司', '', 'g') AS known_core,
            regexp_replace(registry_plain_name_v1(p.payer_name), '股份有限公司|有限责任公司|有限公司|公司', '', 'g') AS told_core, row_number() OVER (PARTITION BY p.account_no, p.received_on, p.amount_fen, p.payer_name,
            p.payer_account, p.employer_id, p.person_id, p.bill_id ORDER BY p.seq) AS place
        FROM ({payers} WHERE t.fate = '' AND NOT t.is_debit) AS p
        LEFT JOIN registry_employer e ON e.id = p.employer_id LEFT JOIN registry_person q ON q.id = p.person_id AND p.employer_id IS NULL
    ), earlier AS MATERIALIZED (
        SELECT r.id, r.file_id, r.row_no, r.received_on, r.amount_fen, r.bill_id, r.employer_id, r.person_id, r.payer_name, r.payer_account,
            r.account_no, r.area_code, r.reference, coalesce(e.name, q.name, '') AS known_name, regexp_replace(registry_plain_name_v1(coalesce(e.name, '')), '股份有限公司|有限责任公司|有限公司|公司', '', 'g') AS known_core,
            regexp_replace(registry_plain_name_v1(r.payer_name), '股份有限公司|有限责任公司|有限公司|公司', '', 'g') AS told_core
        FROM contributions_receipt r LEFT JOIN registry_employer e ON e.id = r.employer_id
        LEFT JOIN registry_person q ON q.id = r.person_id AND r.employer_id IS NULL
        WHERE r.file_id = ANY (%(files)s::bigint[]) AND r.amount_fen IN (SELECT amount_fen FROM lines)
            AND NOT EXISTS (SELECT 1 FROM taken x WHERE x.receipt_id = r.id)
    ), called AS (
        SELECT DISTINCT l.seq, registry_plain_name_v1(x.name) AS name FROM lines l CROSS JOIN LATERAL (VALUES (l.known_name), (l.payer_name)) AS x (name)
    ), heard AS (
        SELECT DISTINCT r.id, registry_plain_name_v1(x.name) AS name FROM earlier r CROSS JOIN LATERAL (VALUES (r.known_name), (r.payer_name)) AS x (name)
    ), pairs AS (
        SELECT n.seq, r.id FROM lines n JOIN earlier r ON r.amount_fen = n.amount_fen AND r.received_on BETWEEN n.received_on - 1 AND n.received_on + 1
            AND (n.payer_account = r.payer_account AND n.payer_account <> ''
            OR n.employer_id = r.employer_id OR (n.employer_id IS NULL AND r.employer_id IS NULL AND n.person_id = r.person_id))
        UNION
        SELECT n.seq, r.id FROM called c JOIN heard h ON h.name = c.name AND c.name <> '' JOIN lines n ON n.seq = c.seq JOIN earlier r ON r.id = h.id
        WHERE r.amount_fen = n.amount_fen AND r.received_on BETWEEN n.received_on - 1 AND n.received_on + 1
        UNION
        SELECT n.seq, r.id FROM lines n JOIN earlier r ON r.amount_fen = n.amount_fen AND r.received_on BETWEEN n.received_on - 1 AND n.received_on + 1
        WHERE (n.employer_id IS NULL AND n.person_id IS NULL AND r.employer_id IS NOT NULL AND length(r.known_core) >= 2
            AND (strpos(n.told_core, r.known_core) > 0 OR (length(n.told_core) >= 4 AND strpos(r.known_core, n.told_core) > 0)))
            OR (r.employer_id IS NULL AND r.person_id IS NULL AND n.employer_id IS NOT NULL AND length(n.known_core) >= 2
            AND (strpos(r.told_core, n.known_core) > 0 OR (length(r.told_core) >= 4 AND strpos(n.known_core, r.told_core) > 0)))
    )
    SELECT n.seq, n.place, r.id, r.file_id, r.row_no, r.reference, row_number() OVER (PARTITION BY n.seq ORDER BY r.received_on <> n.received_on, r.id) AS other
    FROM pairs JOIN lines n USING (seq) JOIN earlier r ON r.id = pairs.id
    WHERE (r.received_on = n.received_on OR NOT EXISTS (SELECT 1 FROM taken y WHERE NOT y.is_debit
            AND (y.received_on, y.amount_fen, y.account_no) = (r.received_on, n.amount_fen, n.account_no)))
        AND (r.account_no = n.account_no
            OR (n.account_no = '' AND (n.area_code, r.account_no) IN (SELECT * FROM unnest(%(areas)s::text[], %(accounts)s::text[])))
            OR (r.account_no = '' AND (r.area_code, n.account_no) IN (SELECT * FROM unnest(%(areas)s::text[], %(accounts)s::text[]))))
        AND (n.payer_account = '' OR r.payer_account = '' OR contributions_one_account_v1(n.payer_account, r.payer_account))
        AND (n.bill_id IS NULL OR r.bill_id IS NULL OR n.bill_id = r.bill_id)
) AS k WHERE k.seq = t.seq AND k.other = k.place

-- name: keep
-- The lines that are booked become receipts.
INSERT INTO contributions_receipt (file_id, partner, reference, row_no, area_code, received_on, amount_fen, bill_id, order_id,
    employer_id, person_id, insurance, owed_period, payer_name, payer_account, text, account_no, is_referenced, content, nth, seq, mark, doubt)
SELECT %(file)s, %(partner)s, k.reference, k.row_no, k.area_code, k.received_on, k.amount_fen,
    CASE WHEN k.doubt = '' THEN k.own_bill END, CASE WHEN k.doubt = '' THEN k.own_order END,
    CASE WHEN k.doubt = '' THEN k.employer_id END, CASE WHEN k.doubt = '' THEN k.person_id END,
    k.insurance, k.owed_period, k.payer_name, k.payer_account, k.text, k.account_no, k.is_referenced, k.content, k.nth, k.seq, k.mark,
    CASE WHEN k.doubt = '' AND k.bill_id IS NOT NULL AND k.own_bill IS NULL THEN '没有缴费单号 ' || k.bill_id ELSE k.doubt END
FROM ({payers} WHERE t.fate = '' AND NOT t.is_debit) AS k
ORDER BY k.seq

-- name: keep_debits
-- Money that went out of the collecting account, and what the bank took back within the file, go to the reconciliation's work list.
INSERT INTO ledger_bank_line (fund, area_code, deposit, account_no, booked_on, amount_fen, reference, text, file_id, party, is_referenced, content, nth,
    seq, note)
SELECT %(fund)s, t.area_code, '1002', t.account_no, t.received_on, CASE WHEN t.is_debit THEN -t.amount_fen ELSE t.amount_fen END, t.reference, t.text,
    %(file)s, t.payer_name, t.is_referenced, t.content, t.nth, t.seq, t.sentence
FROM taken t WHERE t.fate = 'account' OR (t.fate = '' AND t.is_debit) ORDER BY t.seq

-- name: keep_lines
-- What was not booked, in full.
INSERT INTO contributions_receipt_line (file_id, seq, row_no, fate, cause, sentence, receipt_id, reference, is_referenced, is_debit, received_on,
    amount_fen, account_no, area_code, bill_id, order_code, unit_no, credit_code, id_number, insurance, owed_period, payer_name, payer_account, text,
    payment_no, content, mark, raw)
SELECT %(file)s, t.seq, t.row_no, t.fate, t.cause, t.sentence, t.receipt_id, t.reference, t.is_referenced, t.is_debit, t.received_on, t.amount_fen,
    t.account_no, t.area_code, t.bill_id, t.order_code, t.unit_no, t.credit_code, t.id_number, t.insurance, t.owed_period, t.payer_name,
    t.payer_account, t.text, t.payment_no, t.content, t.mark, ''
FROM taken t WHERE t.fate IN ('known', 'rejected', 'waiting') ORDER BY t.seq

-- name: put_right
-- Lines that could not be read and stand in the books by another file, put right: those of earlier files that this file puts right, and those of this file that
-- earlier ones have. One row per line and receipt: line, its file and row, the file's name, its reference; the receipt, its file and row, the file's name (all four NULL of
-- money that went out). Parameters: file, partner, files (this file and those around it).
WITH waiting AS MATERIALIZED (
    SELECT l.id, l.file_id, l.row_no, l.seq, l.reference, l.is_referenced, l.told_on, l.told_fen, l.mark, f.file_name
    FROM contributions_receipt_line l JOIN contributions_receipt_file f ON f.id = l.file_id AND f.partner = %(partner)s
    WHERE l.fate = 'rejected' AND l.cause IN ('bad', 'not_ours') AND (l.told_on IS NOT NULL OR l.told_fen IS NOT NULL)
        -- Of all years only those that something of this file could be: its numbers and marks are few, and nobody is asked about the others.
        AND (l.file_id = %(file)s
            OR l.reference IN (SELECT reference FROM contributions_receipt WHERE file_id = %(file)s AND is_referenced
                UNION ALL SELECT reference FROM ledger_bank_line WHERE file_id = %(file)s AND is_referenced)
            OR l.mark IN (SELECT mark FROM contributions_receipt WHERE file_id = %(file)s AND mark <> ''))
        AND NOT EXISTS (SELECT 1 FROM contributions_receipt_line_end e WHERE e.line_id = l.id)
), pairs AS (
    SELECT o.id, r.id AS receipt_id FROM waiting o JOIN contributions_receipt r ON r.partner = %(partner)s AND r.reference = o.reference
    WHERE o.is_referenced AND r.is_referenced AND r.file_id = ANY (%(files)s::bigint[]) AND %(file)s IN (o.file_id, r.file_id)
    UNION ALL
    SELECT o.id, r.id FROM waiting o JOIN contributions_receipt r ON r.file_id = ANY (%(files)s::bigint[])
        AND r.mark = o.mark AND o.mark <> ''
    WHERE NOT o.is_referenced AND %(file)s IN (o.file_id, r.file_id)
), proved AS (SELECT id, receipt_id FROM pairs WHERE contributions_put_right_v1(id, receipt_id)), chosen AS (
    SELECT id, receipt_id FROM proved
    UNION ALL
    SELECT o.id, NULL FROM waiting o WHERE o.is_referenced AND o.id NOT IN (SELECT id FROM proved) AND contributions_put_right_v1(o.id, NULL)
)
SELECT o.id, o.file_id, o.row_no, o.file_name, o.reference, c.receipt_id, r.file_id, r.row_no, g.file_name
FROM chosen c JOIN waiting o USING (id) LEFT JOIN contributions_receipt r ON r.id = c.receipt_id LEFT JOIN contributions_receipt_file g ON g.id = r.file_id
ORDER BY o.file_id, o.seq, c.receipt_id

-- name: counts
-- Lines by what becomes of them: receipts with their sum, lines of the account, known, rejected, waiting; of the lines of the account those that
-- the bank took back within the file.
SELECT count(*) FILTER (WHERE fate = '' AND NOT is_debit), coalesce(sum(amount_fen) FILTER (WHERE fate = '' AND NOT is_debit), 0)::bigint,
    count(*) FILTER (WHERE fate = 'account' OR (fate = '' AND is_debit)), count(*) FILTER (WHERE fate = 'known'),
    count(*) FILTER (WHERE fate = 'rejected'), count(*) FILTER (WHERE fate = 'waiting'), count(*) FILTER (WHERE fate = 'account')
FROM taken

-- name: undone_here
-- What a reversal of this file may undo within it: credits of its account and amount. Whether the bank names it, and whose it was.
SELECT seq, reference, payer_name, is_referenced FROM taken
WHERE fate = '' AND NOT is_debit AND account_no = %(account)s AND amount_fen = %(fen)s AND received_on <= %(day)s ORDER BY seq LIMIT 50

-- name: undone_before
-- What a reversal may undo of earlier files: receipts of its amount on the same account (or where the file did not name one) in the 100 days before,
-- not undone yet; where it names references, those of them.
SELECT r.id, r.reference, r.payer_name, r.is_referenced, r.file_id, r.row_no FROM contributions_receipt r
WHERE r.partner = %(partner)s AND r.amount_fen = %(fen)s AND (cardinality(%(names)s::text[]) = 0 OR r.reference = ANY (%(names)s)) AND (r.account_no = %(account)s OR r.account_no = '')
    AND r.received_on BETWEEN %(day)s - 100 AND %(day)s
    AND NOT EXISTS (SELECT 1 FROM contributions_allocation a WHERE a.receipt_id = r.id AND a.bill_id = 0 AND a.step = 'reversal')
ORDER BY r.received_on DESC, r.id LIMIT 50

-- name: set_aside
-- A line's fate after it was looked at.
UPDATE taken SET fate = %(fate)s, cause = %(cause)s, sentence = %(sentence)s, receipt_id = %(receipt)s WHERE seq = ANY (%(seqs)s)

-- name: reversals
-- Reversals of this file that are not known already.
SELECT seq, account_no, amount_fen, received_on, payer_name, reverses, sentence FROM taken WHERE fate = 'waiting' AND cause = 'reversal' ORDER BY seq
