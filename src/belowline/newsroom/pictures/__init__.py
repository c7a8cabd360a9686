"""Pictures: their files, their rights, and the protection of who made them."""
