"""The front: the process that readers reach. Public pages from its cache, files, a proxy to the desk. No Django."""
