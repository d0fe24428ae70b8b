"""The command line: one module a group of commands. It says what happened in the operator's language."""
