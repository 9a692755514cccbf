"""Items of the group change."""
