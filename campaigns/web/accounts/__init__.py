"""Accounts: logging in with two factors, sessions on the server, passkeys, invitations."""
