"""Audit (稽核): a sample of what was finished each month, looked into by people who had no part in it; what they find, answered, decided and corrected."""
