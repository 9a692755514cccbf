"""The chart of accounts and the posting rules, as dated YAML."""

import datetime as dt
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from yigui.common.strict_yaml import YamlError, load_yaml
from yigui.ledger.models import LedgerAccount
from yigui.registry.enums import Insurance

_HERE = Path(__file__).parent / "declarations"

#: The fund an insurance's money belongs to. Maternity is kept with employee medical insurance (社会保险法 第六十四条).
FUND_OF = {i.value: (Insurance.EMPLOYEE_MEDICAL if i == Insurance.MATERNITY else i).value for i in Insurance}
#: Deposit accounts: 收入户、财政专户、支出户、国库.
DEPOSITS = ("1002", "1003", "1004", "1005")


@dataclass(frozen=True)
class RuleLine:
    """A line of a rule: side, account code or `deposit`, and the name of its amount."""

    side: str
    account: str
    amount: str


@dataclass(frozen=True)
class Rule:
    """How an event is posted, from a day on."""

    event: str
    label: str
    version: dt.date
    lines: tuple[RuleLine, ...]


def _dated(prefix: str) -> list[tuple[dt.date, Path]]:
    found = ((dt.date.fromisoformat(p.stem.removeprefix(prefix)), p) for p in _HERE.glob(f"{prefix}*.yaml"))
    return sorted(found, reverse=True)


@cache
def _rules() -> AnyMapping[str, tuple[Rule, ...]]:
    rules: dict[str, list[Rule]] = {}
    for version, path in _dated("postings-"):
        declared = load_yaml(path)
        declared.check_keys(("rules",))
        for row in declared["rules"]:
            row.check_keys(("event", "label", "lines"))
            lines = []
            for line in row["lines"]:
                line.check_keys(("side", "account", "amount"))
                if line["side"] not in ("D", "C"):
                    raise YamlError(f"{line.where('side')}: 方向须为 D 或 C")
                lines.append(RuleLine(line["side"], str(line["account"]), line["amount"]))
            rules.setdefault(row["event"], []).append(Rule(row["event"], row["label"], version, tuple(lines)))
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


def event_label(event: str) -> str:
    """The event in words."""
    return _rules()[event][0].label if event in _rules() else event


def load_chart(using: str = "owner") -> int:
    """Carry the chart into the database; gives how many accounts it has. Run as the owner."""
    _, path = _dated("chart-")[0]
    declared = load_yaml(path)
    declared.check_keys(("accounts",))
    for row in declared["accounts"]:
        row.check_keys(("code", "name", "class", "side", "funds"), ("zero_at_close",))
        LedgerAccount.objects.using(using).update_or_create(
            code=row["code"],
            defaults={
                "name": row["name"], "account_class": row["class"], "side": row["side"], "funds": list(row["funds"]),
                "is_zero_at_close": bool(row.get("zero_at_close")),
            },
        )  # fmt: skip
    return len(declared["accounts"])
