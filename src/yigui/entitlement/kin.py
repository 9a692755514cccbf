"""Kin of officers (亲属回避, R309): those they have declared (`staff.kin`), and those the registry knows: the same registered household, or one draws the
other's benefit. One rule, in the database (`benefits_kin_v1`), which refuses steps by it; an officer is found in the registry by the number of
their account.
"""

from django.db import connection

from yigui.registry.models import Person
from yigui.staff.models import User

WORDS = {
    "self": "本人", "declared": "已申报回避的亲属", "household": "户口所在地为同一户的亲属", "payee": "互为待遇领取人的亲属",
}  # fmt: skip


def kinship(user: User, person: Person) -> str:
    """What somebody is to an officer, in words; "" for a stranger, and for the account of a door."""
    if user.is_door:
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT benefits_kin_v1(%s, %s, %s)", [user.pk, user.id_number, person.id_number])
        (found,) = cursor.fetchone()
    return WORDS[found] if found is not None else ""
