"""Changes of what readers ask, what the newsroom does about it, what it asks itself, and what is offered to it."""
