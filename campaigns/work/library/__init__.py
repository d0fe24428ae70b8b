"""The library: what is made of a frozen release, and who may download which of it now."""
