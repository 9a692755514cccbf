"""The chart of accounts and the posting rules, as dated YAML."""

import datetime as dt
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator
from pydantic import Field as Key

from yigui.common import clock
from yigui.common.dated_files import day_of, in_force, merged
from yigui.common.months import period_of
from yigui.common.strict_yaml import Declared, Listed, read_as
from yigui.common.yaml_files import YamlError, load_yaml
from yigui.ledger.models import LedgerAccount, PostingRule
from yigui.registry.enums import Insurance

_HERE = Path(__file__).parent / "declarations"

#: The fund an insurance's money belongs to. Maternity is kept with employee medical insurance (社会保险法 第六十四条).
FUND_OF = {i.value: (Insurance.EMPLOYEE_MEDICAL if i == Insurance.MATERNITY else i).value for i in Insurance}
#: Deposit accounts: 收入户、财政专户、支出户、国库.
DEPOSITS = ("1002", "1003", "1004", "1005")


def _fund(value: str) -> str:
    if value not in ("all", *Insurance.values):
        raise ValueError(f"funds 的值 {value!r} 未声明（unknown value）")
    return value


class Account(Declared):
    """An account of the chart (会计科目), as declared: `side` is its normal one, `funds` those it is used for, or `all`."""

    code: str
    name: str
    account_class: Annotated[str, Key(alias="class")]
    side: Literal["D", "C"]
    funds: Listed[Annotated[str, AfterValidator(_fund)]]
    zero_at_close: bool = False


class ChartFile(Declared):
    """A file of the chart: the accounts it adds or changes; the others stay as they were."""

    accounts: Listed[Account]


class RuleLine(Declared):
    """A line of a rule: side, account code or `deposit`, and the name of its amount."""

    side: Literal["D", "C"]
    account: str
    amount: str


class DeclaredRule(Declared):
    event: str
    label: str
    lines: Listed[RuleLine]


class RulesFile(Declared):
    """A file of posting rules: the events it adds or changes; the others stay as they were."""

    rules: Listed[DeclaredRule]


@dataclass(frozen=True)
class Rule:
    """How an event is posted, from a day on."""

    event: str
    label: str
    version: dt.date
    lines: tuple[RuleLine, ...]


@cache
def _rules() -> AnyMapping[str, tuple[Rule, ...]]:
    """The versions of every rule, the newest first."""
    rules: dict[str, list[Rule]] = {}
    for path in reversed(in_force(_HERE.glob("postings-*.yaml"), dt.date.max, prefix="postings-")):
        for row in read_as(RulesFile, load_yaml(path)).rules:
            rules.setdefault(row.event, []).append(Rule(row.event, row.label, day_of(path, "postings-"), row.lines))
    return {event: tuple(versions) for event, versions in rules.items()}


def rule_of(event: str, day: dt.date) -> Rule:
    """The rule of an event that holds on a day.

    Raises:
        KeyError: no rule for the event on that day.
    """
    for rule in _rules()[event]:
        if rule.version <= day:
            return rule
    raise KeyError(f"no posting rule for {event} on {day}")


def load_rules(using: str = "owner") -> int:
    """Carry the posting rules into the database, which posts by them alone; gives how many versions there are. Run as the owner."""
    declared = {
        (rule.event, rule.version): [[x.side, x.account, x.amount] for x in rule.lines]
        for rules in _rules().values()
        for rule in rules
    }
    for rule in PostingRule.objects.using(using).all():
        if (lines := declared.pop((rule.event, rule.version), None)) is None:
            rule.delete(using=using)
        elif lines != rule.lines:
            rule.lines = lines
            rule.save(using=using, update_fields=["lines"])
    PostingRule.objects.using(using).bulk_create(
        PostingRule(event=event, version=version, lines=lines) for (event, version), lines in declared.items()
    )
    return PostingRule.objects.using(using).count()


def event_label(event: str) -> str:
    """The event in words."""
    return _rules()[event][0].label if event in _rules() else event


def chart_on(day: dt.date, folder: Path = _HERE) -> dict[str, Account]:
    """The chart as it is in force on a day, by code."""
    files = in_force(folder.glob("chart-*.yaml"), day, prefix="chart-")
    return merged({a.code: a for a in read_as(ChartFile, load_yaml(path)).accounts} for path in files)


def load_chart(using: str = "owner", *, day: dt.date | None = None, folder: Path = _HERE) -> int:
    """Carry the chart into the database; gives how many accounts it has. Run as the owner.

    An account is written as it is in force on `day` (today). One that begins later is written with its first month, before
    which the database refuses to post to it. What a later file changes of a known account, its name or funds, holds from the
    first time this runs on or after the day of that file.

    Raises:
        YamlError: a later file turns the side or the class of an account: its balances would be read the other way round.
    """
    now = day or clock.today()
    first: dict[str, tuple[dt.date, Account]] = {}
    for path in in_force(folder.glob("chart-*.yaml"), dt.date.max, prefix="chart-"):
        for account in read_as(ChartFile, load_yaml(path)).accounts:
            _, before = first.setdefault(account.code, (day_of(path, "chart-"), account))
            if (before.side, before.account_class) != (account.side, account.account_class):
                raise YamlError(f"{path.name}:0: 科目 {account.code} 的类别和余额方向不能更改，请另设科目")
    known = chart_on(now, folder)
    for code, (begins, declared) in first.items():
        account = known.get(code, declared)
        LedgerAccount.objects.using(using).update_or_create(
            code=code,
            defaults={
                "name": account.name, "account_class": account.account_class, "side": account.side, "funds": list(account.funds),
                "is_zero_at_close": account.zero_at_close, "from_period": period_of(begins),
            },
        )  # fmt: skip
    return len(first)
