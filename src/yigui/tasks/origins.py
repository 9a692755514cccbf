"""Kinds of what tasks come from, beside cases (`casework.follow_ups.CASE`)."""

RECOVERY = "recovery"  # money asked back that was paid without right (`entitlement.Recovery`)
ORDER = "order"  # a payment order (`charges.PaymentOrder`)
SUBSIDY = "subsidy"  # a year's subsidies of an area: id is the year, number the area
DEATH = "death_record"  # a death as a partner reported it
PRISON = "prison_record"  # a sentence being served, as a partner reported it
HELD = "held_line"  # what a pay run held back: id is the benefit
RETURNED = "returned"  # a payment the bank gave back: id is the batch, number the benefit and attempt
REFUND = "refund_due"  # a refund that cannot be paid as it was decided: id is what is owed, part the batch it came back from, or the death
EMPLOYED = "employed"  # somebody at work who draws unemployment benefit: id is the benefit
LOWERED = "lowered"  # an award a recalculation would lower: id is the benefit, part its sum before and after (fen)
LOOKS = "looks"  # looks at people in full: id is who looked, number the day
ENDLESS = "endless"  # an unemployment benefit in payment without a last month: id is the benefit
ENDING = "ending"  # a benefit that ends: id is the benefit
RIGHTS_YEAR = "rights_year"  # a year's check of an agency's rights that is to be made: id is the agency's code and the year
RIGHTS_CHECK = "rights_check"  # a yearly check of rights with findings: number is the agency's code and the year
