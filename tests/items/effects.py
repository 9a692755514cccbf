"""Carrying out the effects of an application at once, in a transaction that is undone: what they refuse, and what money they set free.

The warrant stands in for the route, which is tested elsewhere; everything else is the real thing, triggers and constraints included.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.db import Error, connection, connections, transaction

from tests import city
from yigui.casework.accept_case import accept_case
from yigui.casework.application import Application
from yigui.casework.errors import NotConfirmed
from yigui.casework.finish_case import facts_of
from yigui.casework.handlers import handler_of
from yigui.casework.models import Case
from yigui.catalogue.declarations import catalogue
from yigui.common.errors import YiguiError
from yigui.entitlement.award import release_first_payment
from yigui.entitlement.enums import BenefitStatus
from yigui.entitlement.models import Benefit
from yigui.items.common.award import Payee
from yigui.payment.models import Reissue
from yigui.payment.pay_run import PAY
from yigui.receipts.models import Refund
from yigui.registry.models import Person
from yigui.registry.queries import areas_under
from yigui.runs.batches import open_batch
from yigui.runs.kinds import Opening

_WARRANT = """
CREATE OR REPLACE FUNCTION effects_test_warrant(p_case bigint, p_item text, p_class smallint) RETURNS bigint
LANGUAGE sql SECURITY DEFINER AS $$
    INSERT INTO warrants_warrant (kind, subject_id, subject_no, item_code, risk_class, area_code, xid, issued_at)
    VALUES ('opening', p_case + 1000000000, 'TEST-' || p_case, p_item, p_class, '', (pg_current_xact_id()::text)::bigint, transaction_timestamp())
    RETURNING id
$$
"""


_LINES = """
CREATE OR REPLACE FUNCTION effects_test_lines(p_stage text, p_person bigint) RETURNS TABLE (benefit bigint, month integer, fen bigint)
LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
    RETURN QUERY EXECUTE format('SELECT benefit_id::bigint, pay_period::integer, sum(amount_fen)::bigint FROM %I '
        'WHERE hold = 0 AND person_id = $1 GROUP BY 1, 2', p_stage) USING p_person;
END $$
"""
_LIMIT = """
CREATE OR REPLACE FUNCTION effects_test_limit(p_user bigint, p_fen bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
    SET LOCAL session_replication_role = replica;
    UPDATE staff_authority SET amount_fen_max = p_fen WHERE user_id = p_user;
    SET LOCAL session_replication_role = origin;
END $$
"""


class NotAccepted(Exception):
    """The checks refuse the application, or its form cannot be read."""


def _ask(name: str, definition: str, *values: object) -> list[tuple[Any, ...]]:
    """Rows of a function of the tests with the owner's rights, made when it is not there yet."""
    with connections["super"].cursor() as cursor:
        cursor.execute("SELECT to_regproc(%s)", [name])
        if cursor.fetchone() == (None,):
            cursor.execute(definition)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {name}({', '.join(['%s'] * len(values))})", list(values))
        return cursor.fetchall()


def warrant_for(case: Case) -> None:
    """Open the warrant that the route of a case would earn."""
    _ask("effects_test_warrant", _WARRANT, case.pk, case.item_code, case.risk_class)


def refused_at_limit(case: Case, username: str, limit_fen: int) -> dict[str, bool]:
    """Of the steps of a case that this person might take: whether the amount is too much for them when their limit is `limit_fen`."""
    user = city.user(username)
    with transaction.atomic():
        _ask("effects_test_limit", _LIMIT, user.pk, limit_fen)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT code, casework_unfit_v1(case_id, seq::integer, code, site, false, %s, %s) FROM casework_step WHERE case_id = %s",
                [user.pk, city.TODAY, case.pk],
            )
            found = {code: why == "amount" for code, why in cursor.fetchall() if why in (None, "amount")}
        transaction.set_rollback(True)
    return found


def _accepted(application: Application) -> Case:
    """The case of an application that agrees to whatever it is asked; nothing is examined twice that was asked nothing."""
    try:
        return accept_case(application)
    except NotConfirmed as asked:
        reasons = {f.key: "已按材料核实" for f in asked.findings if f.needs_reason} | dict(application.reasons)
        return accept_case(
            replace(application, confirmed=(*application.confirmed, *(f.check for f in asked.findings)), reasons=reasons)
        )


@contextmanager
def carried_out(application: Application) -> Iterator[Case]:
    """The case of an application with its effects, all of which is undone at the end.

    Raises:
        NotAccepted: its checks or its form refuse it. Whatever the effects raise.
    """
    with transaction.atomic():
        try:
            try:
                case = _accepted(application)
            except YiguiError as refused:
                raise NotAccepted(refused.message) from refused
            if case.effect_error:
                raise YiguiError(case.effect_error)
            if case.status != "finished":
                warrant_for(case)
                item = catalogue().version(case.item_code, case.item_version)
                handler_of(item).apply(facts_of(case), case)
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            yield case
        finally:
            transaction.set_rollback(True)


def refusal_of(application: Application) -> str | None:
    """What the effects of an accepted application say against it; None where they are carried out.

    Raises:
        NotAccepted: the checks refuse it already.
    """
    try:
        with carried_out(application):
            return None
    except NotAccepted:
        raise
    except (YiguiError, Error, ArithmeticError, AssertionError, LookupError, TypeError, ValueError) as error:
        return f"{type(error).__name__}: {error}"


Line = tuple[int, int, str]


def payable(person: Person, period: int) -> dict[Line, int]:
    """What the pay run of a month would pay now: (benefit, month paid for, payee) -> fen. The run's own statement is asked."""
    ids = list(Benefit.objects.filter(person=person).order_by("id").values_list("pk", "payee_number"))
    if not ids:
        return {}
    areas = areas_under("511100")
    with transaction.atomic():
        batch = open_batch(PAY, Opening("511100", period, tuple(areas), subject=f"test {person.pk}"), user=city.user("head"))
        with connection.cursor() as cursor:
            cursor.execute("SELECT benefits_stage_v1(%s, 0, %s, %s, %s, %s)", [batch.pk, ids[0][0], ids[-1][0] + 1, areas, period])
        rows = _ask("effects_test_lines", _LINES, f"benefits_stage_{batch.pk}_0", person.pk)
        transaction.set_rollback(True)
    payees = dict(ids)
    return {(benefit, month, payees[benefit]): int(fen) for benefit, month, fen in rows}


def released(person: Person) -> None:
    """Take the first payment of what was just awarded as released: the award decides about the money, the release when."""
    for benefit in Benefit.objects.filter(person=person, status=BenefitStatus.PENDING):
        account = Payee(benefit.payee_name, benefit.payee_number, benefit.account_name, benefit.account_no, benefit.bank_code)
        release_first_payment(benefit=benefit, payee=account)


def set_free(case: Case, before: dict[Line, int], person: Person | None, period: int) -> int:
    """The money the decision of a case sets free, fen: what the next run pays because of it, what is sent again, what is refunded.

    Args:
        case: carried out.
        before: what the run would have paid without it; such a line to the same payee is not counted.
        period: month of the run.
    """
    after: dict[Line, int] = {}
    if person is not None:
        released(person)
        after = payable(person, period)
    again = sum(Reissue.objects.filter(case_id=case.pk).values_list("amount_fen", flat=True))
    back = sum(Refund.objects.filter(case_id=case.pk).values_list("amount_fen", flat=True))
    return sum(fen - before.get(line, 0) for line, fen in after.items()) + again + back
