"""Pages across campaigns: what waits, search, and the calendar."""
