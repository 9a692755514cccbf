"""The trail of what the database keeps of sign-ins (登录凭据变动): verifiers of passwords, devices of officers and of
employers, codes of enrolment, keys of card readers, the database's secret, open sign-ins of officers and people outside, codes of text
messages, and whether days may move."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.conf import settings
from django.db import connections, models
from django.db.models.functions import Now

from yigui.common.clock import moved_today
from yigui.warrants.guards import append_only


class Keeping(models.Model):
    """A change of what signs somebody in, by a trigger, whoever made it; `by_function` is the function of this room it came through, "" for none.

    Grain: one row per change; of open sign-ins only those that came through no function. `digest` is over what counts of the row as it then
    stood; nothing of a secret can be read from it. `O` stands for what was there when the trail began.
    """

    table_name = models.CharField("表", max_length=63)
    row_key = models.CharField("记录", max_length=64)
    op = models.CharField("动作", max_length=1)
    by_function = models.CharField("经由", max_length=63, blank=True)
    digest = models.BinaryField(null=True)
    made_at = models.DateTimeField("时间", db_default=Now())

    class Meta:
        app_label = "identity"
        db_table = "identity_keeping"
        verbose_name = "登录凭据变动"
        indexes = (models.Index(fields=["table_name", "row_key", "-id"], name="keeping_by_row"),)
        triggers: ClassVar[list[Any]] = append_only("keeping")


_WHAT = {
    "unknown": "变动没有经过本系统的登录功能",
    "owner": "已有密码由数据库所有者直接更换，不是本人或两人办理",
    "unsigned": "确认时本人没有有效的登录",
    "unmarked": "没有数据库的开通标记，或内容与标记不符",
    "used": "已用动态口令的计数被改小，用过的口令可能再次使用",
    "gone": "已被删除",
    "changed": "现值与最后一次变动记录不符",
    "unheard": "没有变动记录",
}


def keeping_faults(using: str) -> Iterator[str]:
    """A sentence for everything that signs somebody in and was put there, changed or removed by nobody who may. Devices of the demonstration
    are known in a demonstration alone."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT table_name, row_key, what FROM identity_keeping_faults_v1(%s)", [settings.IS_DEMO])
        for table, key, what in cursor.fetchall():
            yield f"{table} {key}：{_WHAT[what]}。"
        cursor.execute("SELECT identity_days_move_v1()")
        (moves,) = cursor.fetchone()
    if moves and not settings.IS_DEMO and moved_today() is None:
        yield "identity_days：数据库准许业务日期移动，而本程序没有这样设定，请由所有者重新准备数据库（yigui prepare）。"
