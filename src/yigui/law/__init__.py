"""The law: dated parameters (YAML) and pure formulas. Imports neither Django nor the database."""
