"""Two people changed the same document: what of it fits together by itself, and what somebody has to choose.

A document is fields by name, and lists of items with stable keys (blocks of a text, names of a byline). Both are compared
with `base`, from which both began. What one side changed, moved, added or took away is taken; what both changed alike is
no conflict; what both changed differently is one. Without a base (it is not kept any more) every difference is one.

Swapping the two sides swaps the words `mine` and `theirs` in the answer and nothing else, unless there is a choice to make.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Item:
    """`key` is its name for life, unique in its list; `value` is compared as a whole."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Document:
    fields: Mapping[str, str]
    lists: Mapping[str, Sequence[Item]] = field(default_factory=dict)


class Outcome(StrEnum):
    """`same`: nobody changed it, or both did so alike."""

    SAME = "same"
    MINE = "mine"
    THEIRS = "theirs"
    CONFLICT = "conflict"


class Choice(StrEnum):
    """`both` is for items alone: theirs, and behind it mine as an item of its own."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class MergedList:
    """`items` has every key of both sides, also of those that are taken away. `order` tells whose order it is."""

    items: Mapping[str, Outcome]
    order: Outcome
    mine: tuple[str, ...]
    theirs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    fields: Mapping[str, Outcome]
    lists: Mapping[str, MergedList]

    @property
    def conflicts(self) -> dict[str, tuple[Choice, ...]]:
        """What has to be chosen, by name, with the possible answers: `title`, `body/KEY`, `body/` for its order."""
        either = (Choice.THEIRS, Choice.MINE)
        found: dict[str, tuple[Choice, ...]] = {
            name: either for name, outcome in self.fields.items() if outcome is Outcome.CONFLICT
        }
        for name, merged in self.lists.items():
            here_too = set(merged.mine) & set(merged.theirs)
            for key, outcome in merged.items.items():
                if outcome is Outcome.CONFLICT:
                    found[f"{name}/{key}"] = (*either, Choice.BOTH) if key in here_too else either
            if merged.order is Outcome.CONFLICT:
                found[f"{name}/"] = either
        return found


@dataclass(frozen=True, slots=True)
class Part:
    """An item of the result and whose wording it has. `is_copy`: it needs a key of its own, the key is taken."""

    key: str
    side: Choice
    is_copy: bool = False


@dataclass(frozen=True, slots=True)
class Settled:
    """Whose value each field has (mine or theirs), and the items of each list in order."""

    fields: Mapping[str, Choice]
    lists: Mapping[str, tuple[Part, ...]]


def merge(base: Document | None, mine: Document, theirs: Document) -> Merged:
    fields = {
        name: _outcome(base is not None, base.fields.get(name) if base else None, mine.fields.get(name), value)
        for name, value in _both(mine.fields, theirs.fields).items()
    }
    lists = {
        name: _merged_list(
            None if base is None else base.lists.get(name, ()), mine.lists.get(name, ()), theirs.lists.get(name, ())
        )
        for name in dict.fromkeys([*theirs.lists, *mine.lists])
    }
    return Merged(fields, lists)


def settle(merged: Merged, choices: Mapping[str, Choice]) -> Settled:
    """What comes out of it. Raises KeyError for a conflict that `choices` does not name."""
    fields = {
        name: choices[name] if outcome is Outcome.CONFLICT else _side(outcome)
        for name, outcome in merged.fields.items()
    }
    return Settled(fields, {name: _settled_list(name, one, choices) for name, one in merged.lists.items()})


def _both(mine: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str | None]:
    return {name: theirs.get(name) for name in dict.fromkeys([*theirs, *mine])}


def _outcome(has_base: bool, base: str | None, mine: str | None, theirs: str | None) -> Outcome:
    if mine == theirs:
        return Outcome.SAME
    if not has_base:
        return Outcome.CONFLICT
    if mine == base:
        return Outcome.THEIRS
    return Outcome.MINE if theirs == base else Outcome.CONFLICT


def _side(outcome: Outcome) -> Choice:
    return Choice.MINE if outcome is Outcome.MINE else Choice.THEIRS


def _merged_list(base: Sequence[Item] | None, mine: Sequence[Item], theirs: Sequence[Item]) -> MergedList:
    olds, ours, others = _values(base or ()), _values(mine), _values(theirs)
    items = {
        key: _outcome(base is not None, olds.get(key), ours.get(key), others.get(key))
        for key in dict.fromkeys([*others, *ours])
    }
    shared = ours.keys() & others.keys()
    my_order = [key for key in ours if key in shared]
    their_order = [key for key in others if key in shared]
    order = Outcome.SAME
    if my_order != their_order:
        was = [key for key in olds if key in shared]
        i_moved = was != [key for key in my_order if key in olds]
        they_moved = was != [key for key in their_order if key in olds]
        # Both false: the same new keys in another order.
        order = Outcome.CONFLICT if base is None or i_moved == they_moved else _mover(i_moved)
    return MergedList(items, order, tuple(ours), tuple(others))


def _mover(i_moved: bool) -> Outcome:
    return Outcome.MINE if i_moved else Outcome.THEIRS


def _values(items: Iterable[Item]) -> dict[str, str]:
    return {one.key: one.value for one in items}


def _settled_list(name: str, merged: MergedList, choices: Mapping[str, Choice]) -> tuple[Part, ...]:
    kept: dict[str, Choice] = {}
    for key, outcome in merged.items.items():
        side = choices[f"{name}/{key}"] if outcome is Outcome.CONFLICT else _side(outcome)
        if key in (merged.mine if side is Choice.MINE else merged.theirs):
            kept[key] = side
    order = choices[f"{name}/"] if merged.order is Outcome.CONFLICT else _side(merged.order)
    parts: list[Part] = []
    for key in _woven(merged, set(kept), order):
        side = kept[key]
        parts.append(Part(key, Choice.MINE if side is Choice.MINE else Choice.THEIRS))
        if side is Choice.BOTH:
            parts.append(Part(key, Choice.MINE, is_copy=True))
    return tuple(parts)


def _woven(merged: MergedList, kept: set[str], order: Choice) -> list[str]:
    """The kept keys: those of both sides in the order of one, and behind each what a side has there alone.

    Where both have something at the same place, the run whose first key is smaller comes first: the same for both.
    """
    shared = set(merged.mine) & set(merged.theirs) & kept
    mine = _runs(merged.mine, shared, kept)
    theirs = _runs(merged.theirs, shared, kept)
    spine = [key for key in (merged.mine if order is Choice.MINE else merged.theirs) if key in shared]
    woven: list[str] = []
    for anchor in ("", *spine):
        woven += [anchor] if anchor else []
        for run in sorted(run for run in (mine.get(anchor), theirs.get(anchor)) if run):
            woven += run
    return woven


def _runs(keys: Sequence[str], shared: set[str], kept: set[str]) -> dict[str, list[str]]:
    """What stands behind each shared key, up to the next one; "" before the first."""
    runs: dict[str, list[str]] = {}
    anchor = ""
    for key in keys:
        if key in shared:
            anchor = key
        elif key in kept:
            runs.setdefault(anchor, []).append(key)
    return runs
