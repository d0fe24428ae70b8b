"""How a message leaves: one module a kind of channel. `render()` is pure, `deliver()` does the I/O; no database."""
