"""Passwords and one-time code keys of employers' operators and keys of card readers, which the application could read, become verifiers and keys
that only the database's functions use. Codes of text messages on their way are void: they were kept as a digest that could be tried out."""

import base64
import hashlib

from django.db import migrations


def carry(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT id, password FROM staff_unit_login WHERE password LIKE 'argon2$argon2id$%%'")
        for login_id, encoded in cursor.fetchall():
            parts = encoded.split("$")
            costs = dict(part.split("=") for part in parts[3].split(","))
            salt, key = (base64.b64decode(p + "=" * (-len(p) % 4)).hex() for p in parts[4:])
            cursor.execute(
                "INSERT INTO identity_credential (holder, salt, parameters, verifier, must_change, changed_at) "
                "VALUES (%s, %s, %s, %s, false, now()) ON CONFLICT (holder) DO NOTHING",
                [f"unit:{login_id}", salt, f"t={costs['t']},m={costs['m']},p={costs['p']}", hashlib.sha256(key.encode()).hexdigest()],
            )
        cursor.execute(
            "INSERT INTO identity_unit_device (login_id, secret, step_used, begun_at, confirmed_at) "
            "SELECT id, decode(totp_key, 'hex'), totp_used, now(), now() FROM staff_unit_login WHERE totp_key ~ '^([0-9a-f]{2}){16,32}$'"
        )
        cursor.execute("UPDATE staff_unit_login SET password = '', totp_key = '', totp_used = -1 WHERE password <> '' OR totp_key <> ''")
        cursor.execute("INSERT INTO identity_reader (kiosk_id, key, kept_at) SELECT id, reader_key, now() FROM staff_kiosk WHERE reader_key <> ''")
        cursor.execute("UPDATE staff_kiosk SET reader_key = '' WHERE reader_key <> ''")
        cursor.execute("DELETE FROM staff_one_time_code")


class Migration(migrations.Migration):
    dependencies = [("identity", "0005_outside"), ("staff", "0015_sessions_and_exports")]
    operations = [migrations.RunPython(carry, migrations.RunPython.noop)]
