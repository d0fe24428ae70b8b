"""Pages of the library, of local editions and of own material."""
