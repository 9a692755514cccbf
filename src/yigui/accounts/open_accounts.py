"""Opening, sealing and reopening personal accounts, under the caller's warrant."""

from collections.abc import Iterable

from yigui.accounts.models import ACCOUNT_INSURANCES, AccountStatus, PersonalAccount
from yigui.registry.models import Person


def open_accounts(*, person: Person, insurances: Iterable[str], period: int) -> list[PersonalAccount]:
    """Open the accounts that `insurances` call for; a sealed one is opened again, an open one stays. Gives those touched."""
    wanted = [i for i in insurances if i in ACCOUNT_INSURANCES]
    known = {a.insurance: a for a in PersonalAccount.objects.filter(person=person, insurance__in=wanted)}
    sealed = [a for a in known.values() if a.status == AccountStatus.SEALED]
    if sealed:
        PersonalAccount.objects.filter(pk__in=[a.pk for a in sealed]).update(status=AccountStatus.OPEN)
    new = [PersonalAccount(person=person, insurance=i, opened_period=period) for i in wanted if i not in known]
    return sealed + PersonalAccount.objects.bulk_create(new)


def seal_accounts(*, person: Person, insurances: Iterable[str]) -> int:
    """Seal (封存) the open accounts of these insurances; gives how many."""
    rows = PersonalAccount.objects.filter(person=person, insurance__in=list(insurances), status=AccountStatus.OPEN)
    return rows.update(status=AccountStatus.SEALED)
