"""Across campaigns: what waits for a member, what is coming, what can be found."""
