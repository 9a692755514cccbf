"""The law: dated parameters (YAML) and pure formulas. Imports neither Django nor the database."""

#: Formulas ahead of their callers: written and tested from published examples, called by no room until the items named are built.
#: A formula leaves the list with its first caller (tests/law/test_ahead_of_callers.py).
AHEAD_OF_CALLERS = {
    "account_interest.year_end_by_year": "checking records of the year method; no item yet",
    "contribution.estimated_amount": "estimated levy of a unit that did not declare (核定征缴)",
    "critical_illness.critical_illness_supplement": "medical items",
    "injury.lump_sum": "injury items",
    "injury.monthly_allowance": "injury items",
    "injury.own_wage": "injury items",
    "injury.termination_grants": "injury items",
    "injury.work_death_grant": "injury items",
    "maternity.leave_days": "maternity items",
    "maternity.maternity_allowance": "maternity items",
    "overpayment.overpaid_after": "recovery found by data",
    "transfer_amount.pooled_amount": "transfer items",
}
