"""Every address of the site; each room lists its own."""

from __future__ import annotations

from django.urls import include, path

from lvlian.site import views

urlpatterns = [
    path("", include("lvlian.site.pages.urls")),
    path("", include("lvlian.site.org.urls")),
    path("", include("lvlian.site.plans.urls")),
    path("proposals/", include("lvlian.site.plans.proposal_urls")),
    path("", include("lvlian.site.ledger.urls")),
    path("", include("lvlian.site.account.urls")),
    path("", include("lvlian.site.outlook.urls")),
    path("", include("lvlian.site.lists.urls")),
    path("", include("lvlian.site.jobs.urls")),
    path("", include("lvlian.site.search.urls")),
    path("api/", include("lvlian.site.api.urls")),
    path("parts/", views.parts, name="parts"),
    path("health", views.health, name="health"),
]
handler400 = "lvlian.site.views.bad_request"
handler403 = "lvlian.site.views.forbidden"
handler404 = "lvlian.site.views.not_found"
handler500 = "lvlian.site.middleware.failed"
