"""The engine: the clock, the alarm, what leaves at T, what is tried again, and the eye that watches from outside."""
