"""Organisations: founding them, their members, and the channels they publish through."""
