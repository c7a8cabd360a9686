"""What Wagtail does when a review has ended well (setting WAGTAIL_FINISH_WORKFLOW_ACTION).

A file of its own: Wagtail reads it while its models are still being made.
"""

from __future__ import annotations

from typing import Any


def leave_approved(workflow_state: Any, user: Any = None) -> None:
    """Nothing: the text waits, approved. Publishing it, or setting its time, is another decision (actions/review.py)."""
