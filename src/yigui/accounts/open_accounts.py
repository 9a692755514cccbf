"""Opening, sealing and reopening personal accounts, under the caller's warrant."""

from collections.abc import Iterable

from yigui.accounts.models import ACCOUNT_INSURANCES, AccountStatus, PersonalAccount
from yigui.db.rows import insert_rows, one_of, rows_where, update_where
from yigui.registry.models import Person


def open_accounts(*, person: Person, insurances: Iterable[str], period: int) -> list[PersonalAccount]:
    """Open the accounts that `insurances` call for; a sealed one is opened again, an open one stays. Gives those touched."""
    wanted = [str(i) for i in insurances if i in ACCOUNT_INSURANCES]
    known = {a.insurance: a for a in rows_where(PersonalAccount, "person_id = %s", person.pk) if a.insurance in wanted}
    sealed = [a for a in known.values() if a.status == AccountStatus.SEALED]
    if sealed:
        numbers = [a.pk for a in sealed]
        update_where(PersonalAccount, "status = %s", one_of("id", numbers), str(AccountStatus.OPEN), *numbers)
    new = [PersonalAccount(person=person, insurance=i, opened_period=period) for i in wanted if i not in known]
    insert_rows(new)
    return sealed + new


def seal_accounts(*, person: Person, insurances: Iterable[str]) -> int:
    """Seal (封存) the open accounts of these insurances; gives how many."""
    sealed = [str(i) for i in insurances]
    if not sealed:
        return 0
    return update_where(
        PersonalAccount, "status = %s", f"person_id = %s AND status = %s AND {one_of('insurance', sealed)}",
        str(AccountStatus.SEALED), person.pk, str(AccountStatus.OPEN), *sealed,
    )  # fmt: skip
