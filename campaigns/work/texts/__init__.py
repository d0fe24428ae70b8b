"""Texts: every save is a version that stays, with all that helps whoever writes."""
