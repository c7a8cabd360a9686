"""What becomes public, when, and what stops being it."""
