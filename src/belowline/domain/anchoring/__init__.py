"""Anchors: passages of a document that keep their place, or lose it honestly, when the document is edited.

Every anchor is counted in code points of the canonical text (canonical.py) of one revision.
"""

from belowline.domain.anchoring.canonical import canonical_block, canonical_text
from belowline.domain.anchoring.placing import Placed, Span, State, move_anchors

__all__ = ["Placed", "Span", "State", "canonical_block", "canonical_text", "move_anchors"]
