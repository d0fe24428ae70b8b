"""A language that became ready after T has a release of its own, agreed by two people, and opens at its instant."""
