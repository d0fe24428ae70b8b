"""Local editions: an organisation's own part beside a campaign's message."""
