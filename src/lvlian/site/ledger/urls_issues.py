"""Addresses of the rooms for problems, supervised tasks and the calendar."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lvlian.site.ledger.views import issues

urlpatterns: list[URLPattern | URLResolver] = [
    path("issues/", issues.issues, name="issues"),
    path("issues/new/", issues.issue_new, name="issue-new"),
    path("issues/similar/", issues.issue_similar, name="issue-similar"),
    path("issues/<int:pk>/", issues.issue_detail, name="issue-detail"),
    path("issues/<int:pk>/accept/", issues.accept, name="issue-accept"),
    path("issues/<int:pk>/return/", issues.give_back, name="issue-return"),
    path("issues/<int:pk>/assign/", issues.assign, name="issue-assign"),
    path("issues/<int:pk>/report/", issues.report, name="issue-report"),
    path("issues/<int:pk>/extend/", issues.extend, name="issue-extend"),
    path("issues/<int:pk>/answer/", issues.answer, name="issue-answer"),
    path("issues/<int:pk>/raise/", issues.raise_it, name="issue-raise"),
    path("issues/<int:pk>/rate/", issues.rate, name="issue-rate"),
    path("issues/<int:pk>/withdraw/", issues.withdraw, name="issue-withdraw"),
    path("issues/proofs/<int:pk>/", issues.issue_proof, name="issue-proof"),
]
