"""The desk's own pages and forms, on top of Wagtail's."""
