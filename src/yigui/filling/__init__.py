"""Filling an item's form (填报): one flow for every channel. A channel adds who is there and where its pages lie; no rules."""
