"""Items of fund settlement (基金结算)."""
