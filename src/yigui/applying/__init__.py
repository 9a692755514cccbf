"""Applying (填报): filling an item's form, one flow for every channel. A channel adds who is there and where its pages lie; no rules."""
