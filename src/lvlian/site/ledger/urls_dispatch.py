"""Addresses of the quarterly dispatch."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lvlian.site.ledger.views import dispatch, dispatch_seal, dispatch_sheet

urlpatterns: list[URLPattern | URLResolver] = [
    path("dispatch/", dispatch.dispatches, name="dispatches"),
    path("dispatch/open/", dispatch.dispatch_open, name="dispatch-open"),
    path("dispatch/<int:pk>/", dispatch.dispatch, name="dispatch"),
    path("dispatch/<int:pk>/all/", dispatch.dispatch_all, name="dispatch-all"),
    path("dispatch/<int:pk>/dates/", dispatch.dispatch_dates, name="dispatch-dates"),
    path("dispatch/<int:pk>/refill/", dispatch.dispatch_refill, name="dispatch-refill"),
    path("dispatch/<int:pk>/remind/", dispatch.dispatch_remind, name="dispatch-remind"),
    path("dispatch/<int:pk>/unit/<int:unit>/", dispatch_sheet.dispatch_unit, name="dispatch-unit"),
    path("dispatch/<int:pk>/unit/<int:unit>/confirm/", dispatch_sheet.dispatch_confirm, name="dispatch-confirm"),
    path("dispatch/<int:pk>/unit/<int:unit>/ask/<int:ask>/", dispatch_sheet.dispatch_correct, name="dispatch-correct"),
    path("dispatch/<int:pk>/unit/<int:unit>/sheet.xlsx", dispatch_sheet.dispatch_sheet, name="dispatch-sheet"),
    path("dispatch/<int:pk>/unit/<int:unit>/read/", dispatch_sheet.dispatch_sheet_read, name="dispatch-sheet-read"),
    path("dispatch/<int:pk>/unit/<int:unit>/apply/", dispatch_sheet.dispatch_sheet_apply, name="dispatch-sheet-apply"),
    path("dispatch/<int:pk>/seal/", dispatch_seal.dispatch_seal, name="dispatch-seal"),
    path("dispatch/<int:pk>/verify/", dispatch_seal.dispatch_verify, name="dispatch-verify"),
    path("dispatch/<int:pk>/snapshot.json", dispatch_seal.dispatch_snapshot, name="dispatch-snapshot"),
    path("dispatch/<int:pk>/meet/", dispatch_seal.dispatch_meet, name="dispatch-meet"),
    path("dispatch/<int:pk>/decisions/new/", dispatch_seal.dispatch_decide, name="dispatch-decide"),
    path("dispatch/<int:pk>/decisions/<int:number>/", dispatch_seal.dispatch_redecide, name="dispatch-redecide"),
    path("dispatch/<int:pk>/decisions/<int:number>/remove/", dispatch_seal.dispatch_undecide, name="dispatch-undecide"),
    path("dispatch/<int:pk>/convert/", dispatch_seal.dispatch_convert, name="dispatch-convert"),
    path("dispatch/<int:pk>/issue/", dispatch_seal.dispatch_issue, name="dispatch-issue"),
    path("dispatch/<int:pk>/<slug:paper>/file/", dispatch_seal.dispatch_paper, name="dispatch-paper"),
]
