"""What an account is (人员、渠道、接口账号) is declared with it, no longer told by its name and password.

Those of doors and of programs are told once more by what they were told by until now; whoever has a token is a program, whatever its name.
"""

from django.db import migrations, models

CARRY = """
SELECT set_config('yigui.deed', '{"verb": "baseline", "reason": "账号类别登记"}', true);
UPDATE staff_user SET kind = CASE WHEN password LIKE '!%%' AND username LIKE 'channel-%%' THEN 'door' ELSE 'program' END
WHERE password LIKE '!%%' AND (username LIKE 'channel-%%' OR username LIKE 'api-%%');
DO $$ BEGIN
    IF to_regclass('exchange_api_token') IS NOT NULL THEN
        UPDATE staff_user u SET kind = 'program'
        WHERE u.kind = 'person' AND EXISTS (SELECT 1 FROM exchange_api_token t WHERE t.user_id = u.id AND t.is_active);
    END IF;
END $$;
SELECT set_config('yigui.deed', '', true);
"""


def carry(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(CARRY.replace("%%", "%"))


class Migration(migrations.Migration):
    dependencies = [("staff", "0019_answers_read")]
    operations = [
        migrations.AddField(
            "User",
            "kind",
            models.CharField(
                choices=[("person", "人员账号"), ("door", "渠道账号"), ("program", "接口账号")],
                db_default="person",
                default="person",
                editable=False,
                max_length=8,
                verbose_name="账号类别",
            ),
        ),
        migrations.RunPython(carry, migrations.RunPython.noop),
    ]
