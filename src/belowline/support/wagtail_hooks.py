"""The treasurer's part of the desk: its addresses and its line in the menu."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from belowline.support.desk import views

if TYPE_CHECKING:
    from django.http import HttpRequest


class AccountsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(views.ACCOUNTS))


@hooks.register("register_admin_menu_item")
def accounts_item() -> MenuItem:
    return AccountsItem(
        _("Accounts"), reverse("support_overview"), name="accounts", icon_name="clipboard-list", order=300
    )


@hooks.register("register_admin_urls")
def accounts_urls() -> list[Any]:
    return [
        path("accounts/", views.overview, name="support_overview"),
        path("accounts/campaign/", views.campaign, name="support_campaign_new"),
        path("accounts/campaign/<int:campaign_id>/", views.campaign, name="support_campaign"),
        path("accounts/campaign/<int:campaign_id>/ledger/", views.ledger, name="support_ledger"),
        path("accounts/campaign/<int:campaign_id>/enter/", views.propose, name="support_propose"),
        path("accounts/campaign/<int:campaign_id>/gifts/", views.gifts, name="support_gifts"),
        path("accounts/proposal/<int:proposal_id>/", views.decide, name="support_decide"),
        path("accounts/entry/<int:entry_id>/reverse/", views.reverse_line, name="support_reverse"),
        path("accounts/entry/<int:entry_id>/refund/", views.refund, name="support_refund"),
        path("accounts/gift/<int:gift_id>/privacy/", views.privacy, name="support_privacy"),
        path("accounts/reconciliation/", views.reconciliation, name="support_reconciliation"),
    ]
