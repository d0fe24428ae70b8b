"""What stewards look after: organisations, embargo terms, the glossary and the tables."""
