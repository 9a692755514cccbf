"""Items of certification (CRT)."""
