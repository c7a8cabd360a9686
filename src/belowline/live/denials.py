"""What the desk of a live coverage answers when something cannot be done: a code, and a sentence for people."""

from __future__ import annotations

from django.utils.translation import gettext as _

from belowline.newsroom.denials import Denied

PINS_MAX = 3
KEY_EVENTS_MAX = 20
ENTRIES_MAX = 5_000


def sentence(denied: Denied) -> str:
    return sentences()[denied.code]


def sentences() -> dict[str, str]:
    """Of every code, in the language that is active."""
    return {
        "not_live": _("This article is no live coverage. Choose “Live” as its kind and save it."),
        "archived": _("This coverage is archived and its entries are locked. Open it again to change them."),
        "may_not_write": _("You may not write in this coverage."),
        "may_not_publish": _("You may write drafts here. An editor publishes them."),
        "may_not_edit": _("Only an editor may change an entry that is public, or another person’s draft."),
        "entry_empty": _("Write a headline or some text."),
        "entry_changed": _(
            "Somebody else saved this entry while you were writing. Nothing of yours is lost: it stands in the form. "
            "Compare it with what was saved, below, and save again to replace that."
        ),
        "entry_gone": _("This entry was deleted. What you wrote stands in the form: publish it as a new entry."),
        "entry_missing": _("There is no such entry."),
        "entry_not_public": _("Only an entry that is public can be pinned or be a key event."),
        "entry_has_story": _("An article was made of this entry already."),
        "entries_most": _("A coverage holds at most %(n)s entries. Begin another one.") % {"n": ENTRIES_MAX},
        "pins_most": _("At most %(n)s entries can be pinned. Take one down first.") % {"n": PINS_MAX},
        "key_events_most": _("At most %(n)s entries can be key events. Take one off the list first.")
        % {"n": KEY_EVENTS_MAX},
        "time_ahead": _("This time has not come yet. Leave it empty for the moment of publication."),
        "may_not_withhold": _("Only publishers and administrators may do this."),
        "wording_unknown": _("There is no such wording."),
        "wording_is_public": _("This wording is public now. Publish another one first, or delete the entry."),
        "state_unknown": _("There is no such state."),
    }
