"""Items of the group registration."""
