"""What the groups of items share: the base of an item, its core facts, shared checks and effects."""
