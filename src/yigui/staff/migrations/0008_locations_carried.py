# A hall for the desks an agency had, a self-service area for its machines; when they open, nobody has said yet.

from django.db import migrations

CARRY = """
INSERT INTO staff_location (agency_id, kind, name, address, phone, hours, stays_open_on_holidays)
SELECT a.code, 'hall', a.name || '服务大厅', '', '', '{"","","","","","",""}', false
FROM registry_agency a WHERE EXISTS (SELECT 1 FROM staff_window w WHERE w.agency_id = a.code);
UPDATE staff_window w SET location_id = l.id FROM staff_location l WHERE l.agency_id = w.agency_id AND l.kind = 'hall';
INSERT INTO staff_location (agency_id, kind, name, address, phone, hours, stays_open_on_holidays)
SELECT DISTINCT agency_id, 'self_service', left(btrim(place), 60), '', '', '{"","","","","","",""}'::varchar[], false
FROM staff_kiosk WHERE btrim(place) <> '';
UPDATE staff_kiosk k SET location_id = l.id FROM staff_location l
WHERE l.agency_id = k.agency_id AND l.kind = 'self_service' AND l.name = left(btrim(k.place), 60);
"""
BASELINE = """
INSERT INTO staff_event (at, verb, actor_name, table_name, row_id, kind, after, reason, details)
SELECT clock_timestamp(), 'baseline', '', '{table}', id, 'I', to_jsonb(t) - '{{seen_at,reader_key}}'::text[], '', '{{}}' FROM {table} t;
"""


def carry(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(CARRY)
        for table in ("staff_location", "staff_window", "staff_kiosk"):
            cursor.execute(BASELINE.format(table=table))


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0007_locations'),
    ]

    operations = [migrations.RunPython(carry, migrations.RunPython.noop)]
