"""Social insurance on the phone (掌上社保): a person signed in by a code, their own rows, large type for the old. No rules."""
