"""The lift: approval, changing T, planning what leaves, corrections after it, and what became of everything."""
