"""The audit trail: read as sentences, verified as a chain, and kept elsewhere as signed checkpoints."""
