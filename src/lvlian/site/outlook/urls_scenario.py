"""Addresses of the scenario page, of kept scenarios, of two side by side, and of the premises."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lvlian.site.outlook.views import compare, first_moves, kept, premises, scenario

urlpatterns: list[URLPattern | URLResolver] = [
    path("outlook/", scenario.outlook, name="outlook"),
    path("outlook/live/", scenario.outlook_live, name="outlook-live"),
    path("outlook/tornado/", scenario.outlook_tornado, name="outlook-tornado"),
    path("outlook/first-conflicts/", scenario.outlook_conflict_part, name="outlook-conflict-part"),
    path("outlook/first-moves/", first_moves.outlook_first_moves, name="outlook-first-moves"),
    path("outlook/keep/", kept.outlook_keep, name="outlook-keep"),
    path("outlook/load/", kept.outlook_load, name="outlook-load"),
    path("outlook/scenarios/<int:pk>/change/", kept.scenario_change, name="scenario-change"),
    path("outlook/scenarios/<int:pk>/drop/", kept.scenario_drop, name="scenario-drop"),
    path("outlook/scenarios/<int:pk>/yaml/", kept.scenario_file, name="scenario-file"),
    path("outlook/compare/", compare.outlook_compare, name="outlook-compare"),
    path("outlook/premises/", premises.outlook_premises, name="outlook-premises"),
    path("outlook/premises/fix/", premises.outlook_premise_fix, name="outlook-premise-fix"),
    path("outlook/premises/<int:pk>/free/", premises.premise_free, name="premise-free"),
]
