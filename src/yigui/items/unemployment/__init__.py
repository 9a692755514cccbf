"""Items of unemployment insurance (UNE)."""
