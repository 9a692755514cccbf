-- D106. A line ends as undone (冲回) by the execution that its own reversal was, and by no other.

-- attack: D106.1 A credit that waits, said to be undone while its receipt is
-- login: app
-- given: an approved undoing of a receipt, lines that were not booked
SELECT runs_issue_warrant_v1({undoing});
SELECT contributions_execute_receipt_reversal_v1({undoing});
-- refused: YG006
INSERT INTO contributions_receipt_line_end (line_id, outcome, target_id, reason, decided_at) VALUES ({waiting_line}, 'reversed', {undoing}, '已冲回', now());

-- attack: D106.2 The reversal itself, with another batch named
-- login: app
-- given: an approved undoing of a receipt
SELECT runs_issue_warrant_v1({undoing});
SELECT contributions_execute_receipt_reversal_v1({undoing});
-- refused: YG006
INSERT INTO contributions_receipt_line_end (line_id, outcome, target_id, reason, decided_at)
SELECT (summary ->> 'line')::bigint, 'reversed', {undoing} + 1, '已冲回', now() FROM runs_batch WHERE id = {undoing};

-- attack: D106.3 The reversal said to be undone, and nothing was
-- login: app
-- given: an approved undoing of a receipt
SELECT runs_issue_warrant_v1({undoing});
-- refused: YG006
INSERT INTO contributions_receipt_line_end (line_id, outcome, target_id, reason, decided_at)
SELECT (summary ->> 'line')::bigint, 'reversed', {undoing}, '已冲回', now() FROM runs_batch WHERE id = {undoing};
