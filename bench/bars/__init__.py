"""One module for each bar, or for bars that share their servers."""
