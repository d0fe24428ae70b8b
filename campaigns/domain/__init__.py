"""The rules of the trade: standard library only, no I/O, and `now` is always an argument."""
