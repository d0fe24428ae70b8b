"""What people do, one module a task. Each task is one transaction with its audit event; each refusal is a sentence."""
