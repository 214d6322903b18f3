"""Addresses of plans, their facts and findings."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lvlian.site.plans.views import comparing, facts, listing, review, versions

urlpatterns: list[URLPattern | URLResolver] = [
    path("plans/", listing.plans, name="plans"),
    path("plans/upload/", listing.plan_upload, name="plan-upload"),
    path("plans/compare/", comparing.plan_compare, name="plan-compare"),
    path("plans/<int:plan_id>/", review.plan_detail, name="plan-detail"),
    path("plans/<int:plan_id>/add/", facts.fact_add, name="fact-add"),
    path("plans/<int:plan_id>/attach/", listing.plan_attach, name="plan-attach"),
    path("plans/<int:plan_id>/switch/", listing.plan_switch, name="plan-switch"),
    path("plans/<int:plan_id>/difference/", versions.plan_difference, name="plan-difference"),
    path("plans/<int:plan_id>/readers/", versions.plan_readers, name="plan-readers"),
    path("plans/<int:plan_id>/readers/run/", versions.plan_read_again, name="plan-read-again"),
    path("plans/<int:plan_id>/export/<slug:form>", comparing.plan_export, name="plan-export"),
    path("plans/<int:plan_id>/recheck/", review.plan_recheck, name="plan-recheck"),
    path("facts/<int:fact_id>/", facts.fact_card, name="fact-card"),
    path("facts/<int:fact_id>/row/", facts.fact_row, name="fact-row"),
    path("facts/<int:fact_id>/decide/", facts.fact_decide, name="fact-decide"),
    path("facts/<int:fact_id>/left/", versions.fact_left, name="fact-left"),
    path("facts/<int:fact_id>/origin", facts.fact_origin, name="fact-origin"),
    path("findings/<int:finding_id>/settle/", review.finding_settle, name="finding-settle"),
]
