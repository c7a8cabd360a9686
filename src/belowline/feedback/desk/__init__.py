"""The desk of what readers ask, offer and are asked: lists that say what waits, and one page for each thing."""
