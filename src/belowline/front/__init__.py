"""The front: the one process that readers reach. Public pages from its cache, files, and a proxy to the desk. No Django."""
