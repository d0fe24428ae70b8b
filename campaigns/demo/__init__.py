"""The demonstration: example partners, real receivers on this machine, and the whole story played by example people."""
