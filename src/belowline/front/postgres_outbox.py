"""What whoever follows the outbox on PostgreSQL must agree on: the channel, and how far it is complete."""

from __future__ import annotations

CHANNEL = "belowline_outbox"

# Added to the cluster's transaction numbers. 0 until a dump is brought into a cluster that has counted less far.
_AHEAD = "coalesce((SELECT value FROM storage_sequence WHERE name = 'event_xid'), 0)"
OWN_NUMBER = f"(pg_current_xact_id()::text::bigint + {_AHEAD})"

# Every transaction number below is finished as this snapshot sees it, as far as this database is concerned. Numbers are
# given out per cluster, and one long import in a neighbour's database would hold up every page and every notice here:
# a transaction that pg_stat_activity shows in another database is passed over. That it is seen there at any time is
# proof enough, since no number is given twice; one that is not seen any more holds back until the next snapshot.
# pg_stat_activity costs about 0.1 ms and is looked at only while something is open. backend_xid has the lower 32 bits.
# https://www.postgresql.org/docs/15/functions-info.html#FUNCTIONS-PG-SNAPSHOT
# https://www.postgresql.org/docs/15/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW
FINISHED_BELOW = f"""(
    SELECT coalesce(
        (
            SELECT min(running.xid::text::bigint)
            FROM pg_snapshot_xip(pg_current_snapshot()) AS running (xid)
            WHERE NOT EXISTS (
                SELECT 1 FROM pg_stat_activity AS backend
                WHERE backend.datname <> current_database()
                AND backend.backend_xid::text::bigint = mod(running.xid::text::bigint, 4294967296)
            )
        ),
        pg_snapshot_xmax(pg_current_snapshot())::text::bigint
    ) + {_AHEAD}
)"""

# A restored database may hold numbers that its new cluster has not reached: new events would come before old ones.
CONTINUE_NUMBERS = f"""
    INSERT INTO storage_sequence (name, value)
    SELECT 'event_xid', newest.xid + 1 - pg_current_xact_id()::text::bigint
    FROM (SELECT max(xid) AS xid FROM outbox_event) AS newest
    WHERE newest.xid >= {OWN_NUMBER}
    ON CONFLICT (name) DO UPDATE SET value = greatest(storage_sequence.value, excluded.value)
"""
