"""Cases that wait for a partner: their acceptance is signed when they come in from now on, so those that wait already get theirs."""

from django.db import migrations

_SIGN = """
INSERT INTO casework_step (case_id, round, seq, code, reason, site, state, item_code, area_code, agency_id, decided_by_id, decided_at,
    decided_on, opinion)
SELECT c.id, c.round, 1, 'accept', '', 'front_desk', 'passed', c.item_code, c.area_id, c.agency_id,
    coalesce(c.handled_by_id, c.accepted_by_id), c.accepted_at, coalesce(c.handled_on, c.accepted_on), ''
FROM casework_case c
WHERE c.status = 'waiting' AND NOT EXISTS (SELECT 1 FROM casework_step s WHERE s.case_id = c.id AND s.round = c.round)
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0010_drafts_handed_over")]
    operations = [migrations.RunSQL(_SIGN, migrations.RunSQL.noop)]
