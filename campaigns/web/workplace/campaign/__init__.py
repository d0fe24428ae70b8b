"""Pages of a campaign before its lift."""
