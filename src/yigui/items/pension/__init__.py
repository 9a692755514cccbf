"""Items of pensions (PEN)."""
