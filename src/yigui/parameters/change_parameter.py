"""Changing a parameter (参数变更): proposed, tried, examined by internal control, signed by a leader; refused or taken back on the way.

Three people of the agency that keeps the area's parameters. The row holds from its day in every process within seconds of the signature; what
was computed before stays as it is and becomes work: provisional awards of the recalculation, a task for what people have to make again.
"""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from functools import partial

from django.db import IntegrityError, transaction

from yigui.common import clock
from yigui.common.cache import forget_kept
from yigui.common.normalise import plain_text
from yigui.common.reasons import reason_of
from yigui.db.presence import act_as, asked, code_of, proof_of, signed
from yigui.law.parameter_kinds import ParameterKind, parameter_kinds, year_days
from yigui.law.parameter_table import Entry, ParameterMissing
from yigui.law.pension_adjustment import PLAN_TABLE, plan_of
from yigui.law.signed_rows import reading
from yigui.law.signed_rows import signed as signed_rows
from yigui.parameters.above import lies_in, refuse_above, refuse_below_least, refuse_not_kept, why_not_kept
from yigui.parameters.errors import ParameterMoved, ParameterRefused
from yigui.parameters.models import OPEN, ChangeStatus, ParameterChange, Trial
from yigui.parameters.touched import open_work
from yigui.staff.enums import Role
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User
from yigui.staff.same_person import is_one_of

#: Whose turn a change is, by its status.
TURNS: dict[str, Role] = {ChangeStatus.PROPOSED: Role.AUDITOR, ChangeStatus.CHECKED: Role.DIRECTOR}
#: Digits before and behind the point of a value.
_WHOLE, _DECIMALS = 9, 8
_SOURCE_MAX = 160
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def propose(
    *, proposer: User, table: str, keys: tuple[str, ...], area: str, valid_from: dt.date, valid_to: dt.date | None, columns: Mapping[str, str],
    source: str, published_on: dt.date, reason: str, late_reason: str, today: dt.date,
) -> ParameterChange:  # fmt: skip
    """Propose a row of a table for an area from a day on.

    Args:
        columns: every column of the table, as a decimal text.
        valid_to: the last day; None until another row takes its place.
        late_reason: why it holds from a day that has gone by; "" otherwise.

    Raises:
        NotAuthorised: the proposer is no section head.
        ParameterRefused: unknown table or key, no value, another agency's area, what an upper office has set, no document, a day that cannot be,
            no reason, nothing changed, or another change of the same value under way.
    """
    if not may_propose(proposer):
        raise NotAuthorised("参数变更须由科室负责人提出。")
    kind = parameter_kinds().get(table)
    if kind is None:
        raise ParameterRefused(f"没有参数表 {table[:60]}，请从参数目录中选择。")
    keys, area = tuple(plain_text(key) for key in keys), plain_text(area)
    values = _values(kind, columns)
    last = dt.date.max if valid_to is None else valid_to
    _refuse_days(kind, keys, valid_from, last, published_on, today)
    refuse_not_kept(proposer, area)
    _refuse_over_later(kind, keys, area, valid_from, last)
    refuse_above(proposer, kind, keys, area, valid_from, last)
    refuse_below_least(kind, keys, area, valid_from, values)
    _refuse_number_without_days(kind, keys, area, valid_from, last)
    if table == PLAN_TABLE:
        _refuse_plan(keys, area, valid_from, last, values, plain_text(source))
    before = kind.at(keys, area, valid_from)
    if before is not None and before.area == area and before.last_day >= last and _same(before, values):
        raise ParameterRefused(f"“{kind.label}”在 {valid_from} 起已是这个数值，没有变化。")
    document = plain_text(source)
    if not 4 <= len(document) <= _SOURCE_MAX:
        raise ParameterRefused(f"请写明文件名称和文号（4 至 {_SOURCE_MAX} 个字）。")
    said = reason_of(reason, f"请写明变更“{kind.label}”的理由", ParameterRefused)
    is_late = valid_from <= today
    late = reason_of(late_reason, f"生效日期 {valid_from} 不晚于今天，请写明追溯生效的理由", ParameterRefused) if is_late else ""
    try:
        with transaction.atomic():
            act_as(proposer)
            change = ParameterChange.objects.create(
                table_name=table, label=kind.label, keys="|".join(keys), area_code=area, valid_from=valid_from, valid_to=valid_to, columns=values,
                source=document, published_on=published_on, reason=said, late_reason=late, proposed_on=today,
                is_transcribed=not lies_in(area, proposer.agency.area_id), proposed_by=proposer,
            )  # fmt: skip
            # What held before is written by the database.
            change.refresh_from_db(fields=["before"])
            return change
    except IntegrityError as error:
        if "parameter_change_open_once" not in str(error):
            raise
        raise ParameterRefused(f"“{kind.label}”同一项目和地区有一项变更正在办理，请先办完。") from error


def revoke(
    *, proposer: User, change_id: int, source: str, published_on: dt.date, reason: str, late_reason: str, today: dt.date
) -> ParameterChange:
    """Propose to revoke (撤销) a signed row, before its day or after: once this is tried, examined and signed like the row itself, the law reads what would
    hold without it. What was computed by it stays until people make it again.

    Args:
        source: the document, or the ground, the revocation rests on; published_on: its day.
        late_reason: why it is revoked after it has begun to hold; "" before.

    Raises:
        NotAuthorised: the proposer is no section head. ParameterMoved: no such signed row, or revoked already.
        ParameterRefused: another agency's area, no document or reason, under way already, a plan that was carried out, or nothing (or less than the nation's
            least, or a number without its days) would be left on a day it holds for.
    """
    if not may_propose(proposer):
        raise NotAuthorised("撤销参数须由科室负责人提出。")
    target = ParameterChange.objects.filter(pk=change_id).first()
    if target is None or why_not_revoked(target):
        raise ParameterMoved(
            f"参数变更 {change_id} 号不能撤销：{'没有这项变更' if target is None else why_not_revoked(target)}。",
            change_id=change_id,
        )
    refuse_not_kept(proposer, target.area_code)
    kind = parameter_kinds()[target.table_name]
    keys = tuple(target.keys.split("|")) if target.keys else ()
    if target.table_name == PLAN_TABLE:
        _refuse_carried_out(int(keys[0]), target.area_code)
    _refuse_what_is_left(target, kind, keys)
    document = plain_text(source)
    if not 4 <= len(document) <= _SOURCE_MAX:
        raise ParameterRefused(f"请写明撤销所依据的文件或情况（4 至 {_SOURCE_MAX} 个字）。")
    if published_on > today:
        raise ParameterRefused(f"依据的日期 {published_on} 晚于今天，请核对。")
    said = reason_of(reason, f"请写明撤销“{kind.label}”的理由", ParameterRefused)
    is_late = target.valid_from <= today
    late = (
        reason_of(late_reason, f"该参数自 {target.valid_from} 起已生效，请写明生效后撤销的理由", ParameterRefused)
        if is_late
        else ""
    )
    try:
        with transaction.atomic():
            act_as(proposer)
            change = ParameterChange.objects.create(
                table_name=target.table_name, label=target.label, keys=target.keys, area_code=target.area_code, valid_from=target.valid_from,
                valid_to=target.valid_to, columns=target.columns, source=document, published_on=published_on, reason=said, late_reason=late,
                proposed_on=today, is_transcribed=not lies_in(target.area_code, proposer.agency.area_id), proposed_by=proposer, revokes=target,
            )  # fmt: skip
            change.refresh_from_db(fields=["before"])
            return change
    except IntegrityError as error:
        if "parameter_change_open_once" not in str(error) and "parameter_revoked_once" not in str(error):
            raise
        raise ParameterRefused(f"“{kind.label}”同一项目和地区有一项变更正在办理，请先办完。") from error


#: Groups and tables that nothing can be computed without; as `parameters_wrong_v1`, which asks at every step.
_NEVER_BARE = ("contribution/", "unemployment/amount", "resident/basic")


def _refuse_what_is_left(target: ParameterChange, kind: ParameterKind, keys: tuple[str, ...]) -> None:
    """What holds once a row is revoked is asked what a proposal is asked, for all the days of the row."""
    bare = asked("SELECT parameters_bare_from_v1(%s)", target.pk)[0] if kind.name.startswith(_NEVER_BARE) else None
    if bare is not None:
        raise ParameterRefused(f"撤销后“{kind.label}”自 {bare} 起没有数值，不能据以计算，请改为提出新值。", change=target.pk)
    last = dt.date.max if target.valid_to is None else target.valid_to
    with reading(signed_rows().without(target.pk)):
        for day in _days_of_change(kind, target.valid_from, last):
            left = kind.at(keys, target.area_code, day)
            if left is not None:
                values = {name: f"{value:f}" for name, value in left.columns.items()}
                refuse_below_least(kind, keys, target.area_code, day, values)
            _refuse_bare_number(kind, keys, target.area_code, day)


def _days_of_change(kind: ParameterKind, first: dt.date, last: dt.date) -> list[dt.date]:
    """The days from one to another on which a row of a kind begins, or has just ended; the first with them."""
    ends = (entry.last_day for entry in kind.entries() if entry.last_day < dt.date.max)
    days = {entry.first_day for entry in kind.entries()} | {day + dt.timedelta(days=1) for day in ends}
    return [first, *sorted(day for day in days if first < day <= last)]


def _refuse_bare_number(kind: ParameterKind, keys: tuple[str, ...], area: str, day: dt.date) -> None:
    """A number of cases finished at once in a month is nothing without the days of those after it."""
    item = next(
        (keys[0].removeprefix(name) for name in (_NUMBER_OF_MONTH, _DAYS_OF_MONTH) if keys and keys[0].startswith(name)), None
    )
    if item is not None and kind.at((_NUMBER_OF_MONTH + item,), area, day) and not kind.at((_DAYS_OF_MONTH + item,), area, day):
        raise ParameterRefused(f"撤销后自 {day} 起只有本月即时办结件数而没有超过件数后的办理时限，请先撤销或终止件数。")


def why_not_revoked(change: ParameterChange) -> str:
    """Why a change has no row that could be revoked; "" where it has."""
    if change.status != ChangeStatus.SIGNED:
        return "尚未签署"
    if change.revokes_id is not None:
        return "它本身是一项撤销"
    if change.revocations.filter(status=ChangeStatus.SIGNED).exists():
        return "已经撤销"
    return ""


def _values(kind: ParameterKind, columns: Mapping[str, str]) -> dict[str, str]:
    """Every column as a plain decimal text."""
    found = {}
    for name, label in kind.column_labels():
        text = plain_text(columns.get(name, ""))
        if not _NUMBER.fullmatch(text):
            raise ParameterRefused(
                f"“{kind.label}”的{label}“{text[:20]}”不是数值，请填写数字，如 4588 或 0.6，不加单位、千分位，不用科学计数法。", column=name,
            )  # fmt: skip
        whole, _, decimals = text.lstrip("-").partition(".")
        if len(whole.lstrip("0")) > _WHOLE or len(decimals) > _DECIMALS:
            raise ParameterRefused(
                f"“{kind.label}”的{label}“{text[:20]}”超出可填写的范围（整数至多 {_WHOLE} 位、小数至多 {_DECIMALS} 位），请核对。", column=name,
            )  # fmt: skip
        # A zero has no sign.
        value = Decimal(text) + 0
        if value < 0 and not kind.may_be_negative(name):
            raise ParameterRefused(f"“{kind.label}”的{label}不能为负，请核对。", column=name)
        if value == 0 and not kind.may_be_zero(name):
            raise ParameterRefused(f"“{kind.label}”的{label}须大于 0，请按文件核对。", column=name)
        decimals_most, codes = kind.decimals(name), kind.codes(name)
        if value != round(value, decimals_most):
            raise ParameterRefused(f"“{kind.label}”的{label}至多 {decimals_most} 位小数，请按文件核对。", column=name)
        if codes is not None and value not in codes:
            raise ParameterRefused(f"“{kind.label}”的{label}应为 {'、'.join(map(str, codes))} 之一，请核对。", column=name)
        bounds = kind.bounds(name)
        if bounds is not None and (value != value.to_integral_value() or not bounds[0] <= value <= bounds[1]):
            raise ParameterRefused(f"“{kind.label}”的{label}须为 {bounds[0]} 至 {bounds[1]} 的整数，请核对。", column=name)
        found[name] = f"{value:f}"
    if "floor" in found and "ceiling" in found and Decimal(found["floor"]) > Decimal(found["ceiling"]):
        raise ParameterRefused(f"“{kind.label}”的下限 {found['floor']} 高于上限 {found['ceiling']}，请核对。")
    return found


def _refuse_days(
    kind: ParameterKind, keys: tuple[str, ...], first: dt.date, last: dt.date, published_on: dt.date, today: dt.date
) -> None:
    if last < first:
        raise ParameterRefused(f"终止日期 {last} 早于生效日期 {first}，请核对。")
    if published_on > today:
        raise ParameterRefused(f"公布日期 {published_on} 晚于今天，文件公布后再提出。")
    if len(keys) != len(kind.key_names) or not all(keys):
        raise ParameterRefused(f"请选择“{kind.label}”的{'、'.join(label for _, label in kind.key_labels())}。")
    if not kind.knows(keys):
        raise ParameterRefused(f"“{kind.label}”没有项目“{'、'.join(keys)[:40]}”，请从列表中选择。")
    if kind.is_by_year and (first, last) != year_days(int(keys[0])):
        raise ParameterRefused(
            f"“{kind.label}”按年度设定，{keys[0]} 年的生效日期应为 {keys[0]}-01-01，终止日期应为 {keys[0]}-12-31。"
        )


def _refuse_over_later(kind: ParameterKind, keys: tuple[str, ...], area: str, first: dt.date, last: dt.date) -> None:
    """A row without an end would take the place of those that begin after it: it ends the day before the next."""
    later = [e.first_day for e in kind.entries() if (e.keys, e.area) == (keys, area) and first < e.first_day <= last]
    if last == dt.date.max and later:
        raise ParameterRefused(
            f"“{kind.label}”自 {min(later)} 起另有规定，请填写终止日期（不晚于 {min(later) - dt.timedelta(days=1)}）；以后各期也要变更的，逐期提出。"
        )


def _refuse_plan(keys: tuple[str, ...], area: str, first: dt.date, last: dt.date, values: Mapping[str, str], source: str) -> None:
    """A plan of the annual adjustment is of one year, can be reckoned with, and is not changed once it was carried out."""
    year = int(keys[0])
    if (first, last) != year_days(year):
        raise ParameterRefused(f"{year} 年的调整方案生效日期应为 {year}-01-01，终止日期应为 {year}-12-31。")
    columns = {name: Decimal(value) for name, value in values.items()}
    try:
        plan_of(Entry(keys, area, first, last, columns, source, "verified", ""))
    except ParameterMissing as wrong:
        raise ParameterRefused(wrong.message) from wrong
    _refuse_carried_out(year, area)


def _refuse_carried_out(year: int, area: str) -> None:
    """As the database asks at every step, the signature included."""
    batch = asked("SELECT parameters_carried_out_v1(%s, %s)", year, area)[0]
    if batch is not None:
        raise ParameterRefused(f"{year} 年的调整方案已由第 {batch} 号批次执行，不能再变更或撤销。")


#: A number of cases finished at once in a month, and the working days promised for those after them: the one is nothing without the other.
_NUMBER_OF_MONTH, _DAYS_OF_MONTH = "month_at_once_cases.", "month_limit_working_days."


def _refuse_number_without_days(kind: ParameterKind, keys: tuple[str, ...], area: str, first: dt.date, last: dt.date) -> None:
    """Acceptances beyond the month's number ask for the days: they are there as long as the number is."""
    key = keys[0] if keys else ""
    if key.startswith(_NUMBER_OF_MONTH):
        days = kind.at((_DAYS_OF_MONTH + key.removeprefix(_NUMBER_OF_MONTH),), area, first)
        if days is None or days.last_day < last:
            raise ParameterRefused(
                f"“{kind.label}”的本月即时办结件数须与超过件数后的办理时限（{_DAYS_OF_MONTH}{key.removeprefix(_NUMBER_OF_MONTH)}）同时有效，"
                f"请先办理办理时限的变更，自 {first} 起，终止不早于件数的终止日期。"
            )
    elif key.startswith(_DAYS_OF_MONTH) and last < dt.date.max:
        number = kind.at((_NUMBER_OF_MONTH + key.removeprefix(_DAYS_OF_MONTH),), area, last + dt.timedelta(days=1))
        if number is not None:
            raise ParameterRefused(f"办理时限于 {last} 终止而本月即时办结件数此后仍然有效，请先终止件数，或不填终止日期。")


def _same(entry: Entry, values: Mapping[str, str]) -> bool:
    return all(entry.columns[name] == Decimal(value) for name, value in values.items())


@transaction.atomic
def check(*, change_id: int, controller: User) -> ParameterChange:
    """Internal control (内控) examines a change, with a one-time code.

    Raises:
        NotAuthorised: no auditor of an agency that keeps the area's parameters, or the proposer. ParameterMoved: decided on already.
        NotSeen, CodeWrong: not signed in, nobody has tried it yet, or not confirmed.
    """
    change = _locked(change_id, ChangeStatus.PROPOSED)
    _turn_of(controller, change)
    signed("SELECT parameters_check_v1(%s, %s, %s)", proof_of(controller), code_of(controller), change.pk)
    change.refresh_from_db()
    return change


@transaction.atomic
def sign(*, change_id: int, leader: User, trial_id: int, shown: str) -> ParameterChange:
    """A leader signs an examined change upon the trial they were shown, with a one-time code; what it touches becomes work.

    Args:
        shown: the digest of the trial, as the page had it.

    Raises:
        NotAuthorised: no director of an agency that keeps the area's parameters, or of the steps before. ParameterMoved: not its turn.
        ParameterRefused: what an upper office has set meanwhile, or a day that has begun without a reason.
        NotSeen, CodeWrong: another trial than shown, a stale one, or not confirmed.
    """
    change = _locked(change_id, ChangeStatus.CHECKED)
    _turn_of(leader, change)
    if change.valid_from <= clock.today() and not change.late_reason:
        raise ParameterRefused(
            f"参数变更 {change.pk} 号自 {change.valid_from} 起生效，现在签署即为追溯生效，却没有写明追溯的理由。请不予批准或由提出人撤回，写明理由后重新提出。",
            change=change.pk,
        )  # fmt: skip
    kind = parameter_kinds()[change.table_name]
    last = dt.date.max if change.valid_to is None else change.valid_to
    keys = tuple(change.keys.split("|")) if change.keys else ()
    if change.revokes_id is None:
        refuse_above(change.proposed_by, kind, keys, change.area_code, change.valid_from, last)
    arguments = (proof_of(leader), code_of(leader), change.pk, trial_id, shown)
    signed("SELECT parameters_sign_v1(%s, %s, %s, %s, %s)", *arguments)
    change.refresh_from_db()
    open_work(change, Trial.objects.get(pk=trial_id), actor=leader, today=clock.today())
    transaction.on_commit(forget_kept)
    return change


@transaction.atomic
def refuse(*, change_id: int, person: User, note: str) -> ParameterChange:
    """Whoever's turn it is refuses a change, with the reason; that is its end.

    Raises:
        NotAuthorised: somebody else's turn. ParameterMoved: over already. ParameterRefused: without reason.
    """
    change = _locked(change_id, *OPEN)
    _turn_of(person, change)
    said = reason_of(note, "请写明不同意的原因", partial(ParameterRefused, change=change.pk))
    return _ended(change, ChangeStatus.REFUSED, person, said)


@transaction.atomic
def take_back(*, change_id: int, proposer: User) -> ParameterChange:
    """The proposer takes a change back before it is signed.

    Raises:
        NotAuthorised: somebody else proposed it. ParameterMoved: over already.
    """
    change = _locked(change_id, *OPEN)
    if change.proposed_by_id != proposer.pk:
        raise NotAuthorised("参数变更只能由提出人本人撤回。")
    return _ended(change, ChangeStatus.TAKEN_BACK, proposer, "")


def _ended(change: ParameterChange, status: ChangeStatus, person: User, note: str) -> ParameterChange:
    act_as(person)
    change.status, change.refused_by, change.note = status, person, note
    change.save(update_fields=["status", "refused_by", "note"])
    return change


def may_propose(person: User) -> bool:
    """Whether somebody may propose a change of a parameter at all; of which areas, `above.why_not_kept` says."""
    return person.is_active and person.role == Role.SECTION_HEAD


def may_move(change: ParameterChange, person: User) -> bool:
    """Whether it is this person's turn: the button, the inbox and the refusal read the same answer."""
    if TURNS.get(change.status) != person.role or is_one_of(person, (change.proposed_by_id, change.checked_by_id)):
        return False
    return not why_not_kept(person, change.area_code)


def _turn_of(person: User, change: ParameterChange) -> None:
    if not may_move(change, person):
        post = TURNS[change.status].label
        raise NotAuthorised(f"该项参数变更现须由管理该地区参数的机构的{post}办理，且未参与其他环节。")


def _locked(change_id: int, *status: str) -> ParameterChange:
    found = (
        ParameterChange.objects.select_for_update(of=("self",)).select_related("proposed_by__agency").filter(pk=change_id).first()
    )
    if found is None or found.status not in status:
        raise ParameterMoved("该项参数变更已由他人处理，请刷新后查看。", change_id=change_id)
    return found
