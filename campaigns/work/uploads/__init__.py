"""Own material: files that go with a message, under the same rules as its words."""
