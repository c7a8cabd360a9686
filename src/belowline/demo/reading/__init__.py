"""The demo's content, read and checked. Pure: no Django."""
