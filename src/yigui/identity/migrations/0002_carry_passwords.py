"""Passwords kept in staff_user become verifiers that no login of the application can read; one secret is drawn for unknown names."""

import base64
import hashlib
import os

from django.db import migrations


def carry(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("INSERT INTO identity_pepper (pepper) VALUES (%s)", [os.urandom(32)])
        cursor.execute("SELECT id, password FROM staff_user WHERE password LIKE 'argon2$argon2id$%%'")
        for user_id, encoded in cursor.fetchall():
            parts = encoded.split("$")
            costs = dict(part.split("=") for part in parts[3].split(","))
            salt, key = (base64.b64decode(p + "=" * (-len(p) % 4)).hex() for p in parts[4:])
            cursor.execute(
                "INSERT INTO identity_credential (holder, salt, parameters, verifier, must_change, changed_at) "
                "VALUES (%s, %s, %s, %s, false, now())",
                [f"staff:{user_id}", salt, f"t={costs['t']},m={costs['m']},p={costs['p']}", hashlib.sha256(key.encode()).hexdigest()],
            )
            cursor.execute(f"CREATE SEQUENCE IF NOT EXISTS identity_tries_staff_{int(user_id)}")


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_credentials"), ("staff", "0001_initial")]
    operations = [migrations.RunPython(carry, migrations.RunPython.noop)]
