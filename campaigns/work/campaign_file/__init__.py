"""Campaign files: a whole campaign in one YAML file, checked with every fault in its place, and written again."""
