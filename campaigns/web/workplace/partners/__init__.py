"""Pages of a partner's work on a campaign."""
