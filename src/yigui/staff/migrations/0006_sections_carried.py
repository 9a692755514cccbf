# Sections out of the texts accounts had, and the state in which the record of changes begins.

import datetime as dt

from django.db import migrations

#: Words in a section's name and the stages of the work they stand for.
STAGES = (
    ("综合业务", ["accept", "recheck"]), ("柜", ["accept"]), ("受理", ["accept"]), ("审核", ["review"]), ("复核", ["recheck"]),
    ("征缴", ["review", "levy"]), ("待遇", ["review", "benefit"]), ("经办", ["review"]), ("财务", ["finance"]),
    ("稽核", ["audit"]), ("内控", ["audit"]), ("档案", ["archive"]), ("信息", ["information"]), ("领导", ["lead"]),
)  # fmt: skip

CARRY = """
INSERT INTO staff_section (agency_id, name, stages, zones, valid_from)
SELECT DISTINCT agency_id, btrim(named.name), '{}'::varchar[], '{}'::varchar[], %s::date
FROM staff_user, LATERAL (VALUES (section), (managing_department)) AS named (name)
WHERE btrim(named.name) <> '';
UPDATE staff_user u SET section_id = s.id FROM staff_section s
WHERE s.agency_id = u.agency_id AND s.name = btrim(u.section);
UPDATE staff_user u SET managing_department_id = s.id FROM staff_section s
WHERE s.agency_id = u.agency_id AND s.name = btrim(u.managing_department);
"""
BASELINE = """
INSERT INTO staff_event (at, verb, actor_name, table_name, row_id, kind, after, reason, details)
SELECT clock_timestamp(), 'baseline', '', 'staff_user', id, 'I', to_jsonb(u) - 'last_login'
    || jsonb_build_object('password', encode(sha256(convert_to(password, 'UTF8')), 'hex')), '', '{}'
FROM staff_user u;
INSERT INTO staff_event (at, verb, actor_name, table_name, row_id, kind, after, reason, details)
SELECT clock_timestamp(), 'baseline', '', 'staff_section', id, 'I', to_jsonb(s), '', '{}' FROM staff_section s;
"""


def carry(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(CARRY.replace("%s", f"'{dt.date(2000, 1, 1)}'"))
        for word, stages in STAGES:
            cursor.execute(
                "UPDATE staff_section SET stages = ARRAY(SELECT DISTINCT unnest(stages || %s::varchar[])) WHERE strpos(name, %s) > 0",
                [stages, word],
            )
        cursor.execute(BASELINE)


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0005_sections'),
    ]

    operations = [migrations.RunPython(carry, migrations.RunPython.noop)]
