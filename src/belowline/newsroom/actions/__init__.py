"""What staff do in the newsroom. Each action is one transaction."""
