"""Pages of translators and of those who read translations."""
