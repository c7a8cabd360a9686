"""What changes the accounts. Each action is one transaction; whatever touches the ledger holds its one pen."""

from belowline.support.actions.campaign import CampaignFacts, change_campaign, create_campaign
from belowline.support.actions.donor import change_consent, forget_abandoned, forget_donor
from belowline.support.actions.entry import reverse_entry
from belowline.support.actions.gift import GiftWish, begin_gift
from belowline.support.actions.proposal import ProposedEntry, decide_proposal, propose_entry
from belowline.support.actions.reconcile import file_reconciliation
from belowline.support.actions.tell import Taken, ToldEvent, take_in

__all__ = [
    "CampaignFacts",
    "GiftWish",
    "ProposedEntry",
    "Taken",
    "ToldEvent",
    "begin_gift",
    "change_campaign",
    "change_consent",
    "create_campaign",
    "decide_proposal",
    "file_reconciliation",
    "forget_abandoned",
    "forget_donor",
    "propose_entry",
    "reverse_entry",
    "take_in",
]
