"""A campaign before its lift: its facts, its partners, and how ready everybody is."""
