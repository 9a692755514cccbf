"""Kin of officers, as the registry knows them (亲属回避, R309): the same registered household, or one draws the other's benefit.

Nobody declares anything here: what nobody has registered is not known. An officer is found in the registry by the number of their account.
"""

from django.db import connection

from yigui.common.sqlfiles import named_sql
from yigui.registry.models import Person
from yigui.staff.models import User

WORDS = {"self": "本人", "household": "户口所在地为同一户的亲属", "payee": "互为待遇领取人的亲属"}


def kinship(user: User, person: Person) -> str:
    """What somebody is to an officer, in words; "" for a stranger, or an officer whose number is not known."""
    if not user.id_number:
        return ""
    if person.id_number == user.id_number:
        return WORDS["self"]
    with connection.cursor() as cursor:
        cursor.execute(named_sql("entitlement", "kin")["kinship"], {"number": user.id_number, "person": person.pk})
        found = cursor.fetchone()
    return WORDS[found[0]] if found is not None else ""
