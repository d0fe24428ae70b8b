"""What a partner does with a campaign: the briefing, its own messages, and its yes to their exact words."""
