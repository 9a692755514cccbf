-- Returned money is sent again as three people have signed it, by the function of the run, and by nothing else.

-- attack: D54.1 Returned payments are sent with a run by hand
-- login: app
-- refused: 42501
SELECT benefits_send_again_v1(1, 1);

-- attack: D54.2 Another list of what is sent again under the signatures
-- login: app
-- given: an approved supplementary batch
-- refused: YG006
UPDATE runs_batch SET summary = jsonb_set(summary, '{reissue_marks}', '[]'), row_count = row_count + 1 WHERE id = {supplement};

-- attack: D54.3 Somebody outside asks whose money came back
-- login: outside
-- refused: 42501
SELECT * FROM benefits_waiting_reissues_v1(ARRAY['511102']);

-- attack: D54.4 Somebody outside asks what sums were sent again
-- login: outside
-- refused: 42501
SELECT * FROM benefits_reissue_sums_v1(ARRAY[1]::bigint[], ARRAY['511102']);
