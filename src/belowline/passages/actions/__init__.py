"""Changes of texts and passages: a new revision, a passage that somebody spoke of, where it went, and what is withheld."""
