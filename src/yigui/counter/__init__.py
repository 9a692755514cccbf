"""The counter (柜台): forms, views and templates of the teller. No rules."""
