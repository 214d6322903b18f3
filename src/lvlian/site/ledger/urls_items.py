"""Addresses of the registers and their items."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lvlian.site.ledger.views import bringing, item, item_acts, ledger

urlpatterns: list[URLPattern | URLResolver] = [
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/<slug:track>/", ledger.ledger_track, name="ledger-track"),
    path("ledger/<slug:track>/cards/", ledger.ledger_cards, name="ledger-cards"),
    path("ledger/<slug:track>/new/", item_acts.ledger_new, name="ledger-new"),
    path("ledger/<slug:track>/import/", bringing.ledger_bring, name="ledger-bring"),
    path("items/<int:pk>/", item.item_detail, name="item-detail"),
    *(path(f"items/<int:pk>/{key}/", view, name=f"item-{key}") for key, view in item_acts.ACTS.items()),
    path("items/<int:pk>/evidence/", item_acts.evidence_add, name="item-evidence"),
    path("evidence/<int:pk>/", item_acts.evidence_file, name="evidence-file"),
    path("evidence/<int:pk>/drop/", item_acts.evidence_drop, name="evidence-drop"),
]
