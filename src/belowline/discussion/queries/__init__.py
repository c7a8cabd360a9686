"""Questions about discussions, on a cursor that the caller holds (usually a read-only snapshot)."""
