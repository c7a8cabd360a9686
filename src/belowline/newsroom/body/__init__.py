"""An article's body: from blocks to stored HTML."""
