"""What public pages ask of the newsroom: plain values, in SQL."""
