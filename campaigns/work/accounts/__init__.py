"""Accounts: proving who logs in, becoming a member, and keeping both through lost passwords and phones."""
