"""Samklang: campaigns under embargo, matching messages in many languages, one lift."""
