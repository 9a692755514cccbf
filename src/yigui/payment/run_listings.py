"""The lists behind the figures of a run of benefits (批次明细): who is new, changed, held, flagged or taken out, and with how much."""

from collections.abc import Mapping, Sequence
from typing import Any

from yigui.entitlement.models import Benefit
from yigui.entitlement.notices import told_of
from yigui.entitlement.queries import amounts_in
from yigui.payment.enums import Hold
from yigui.payment.models import HeldLine
from yigui.runs.kinds import Listing
from yigui.runs.models import Batch

#: Benefits of each list that are kept and shown.
SAMPLES = 200


def listing_of(batch: Batch, name: str) -> Listing | None:
    """Benefits of a run that are new, stopped, changed, held, flagged or taken out: who, before and now."""
    rows: list[list[Any]] = []
    label = ""
    for difference in batch.summary.get("differences", []):
        if difference["reason"] == name:
            rows, label = difference["samples"], difference["label"]
    for flag in batch.summary.get("flags", []):
        if flag["flag"] == name:
            return _flagged(batch, flag)
    if name == "reissues":
        rows, label = [[benefit, None, fen] for benefit, fen in batch.summary.get("sent_again", [])], "退票重发"
    what, _, number = name.partition("-")
    if what == "kept" and number.isdecimal() and int(number) in Hold.values:
        kept = batch.summary.get("reissues", {}).get("kept", [])
        rows, label = [[b, None, fen] for hold, b, fen in kept if hold == int(number)], f"退票不重发：{Hold(int(number)).label}"
    if what in ("hold", "taken") and number.isdecimal() and int(number) in Hold.values:
        label = Hold(int(number)).label
        rows = [[benefit, None, fen] for kind, benefit, _, fen in batch.summary.get("held", []) if kind == int(number)]
        if what == "taken":
            found = HeldLine.objects.filter(batch_id=batch.pk, hold=int(number), at_execution=True).order_by(
                "benefit_id", "pay_period"
            )
            rows = [[h.benefit_id, h.amount_fen, None] for h in found[:SAMPLES]]
            label = f"执行时剔除：{label}"
    return benefit_listing(label, rows) if label else None


def _flagged(batch: Batch, flag: Mapping[str, Any]) -> Listing:
    """Flagged benefits with what holds for the month, in the order of the flag; of the overdue how far they were told, as it stands now."""
    known = Benefit.objects.select_related("person").in_bulk(flag["benefits"])
    amounts = amounts_in(flag["benefits"], batch.period)
    notices = told_of(flag["benefits"]) if flag["flag"] == "untold" else {}
    rows = [(known[b], amounts.get(b), notices.get(b)) for b in flag["benefits"] if b in known]
    return Listing(
        "payment/runs/flagged.html",
        {"label": flag["label"], "rows": rows, "most": SAMPLES, "found": flag["found"], "is_untold": flag["flag"] == "untold"},
    )


def benefit_listing(label: str, rows: Sequence[Sequence[Any]]) -> Listing:
    """Benefits with an amount before and one now (fen), as a page; at most `SAMPLES` of them are kept."""
    known = Benefit.objects.select_related("person").in_bulk([r[0] for r in rows])
    shown = [(known.get(r[0]), r[1], r[2]) for r in rows]
    return Listing("payment/runs/differences.html", {"label": label, "rows": shown, "most": SAMPLES})
