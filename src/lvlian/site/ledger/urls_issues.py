"""Addresses of the rooms for problems, supervised tasks, the calendar and what waits."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lvlian.site.ledger.views import calendar, issues, supervision, todo

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
    path("supervision/", supervision.supervision, name="supervision"),
    path("supervision/new/", supervision.supervision_new, name="supervision-new"),
    path("supervision/<int:pk>/", supervision.supervision_detail, name="supervision-detail"),
    path("supervision/<int:pk>/sheet/", supervision.supervision_sheet, name="supervision-sheet"),
    path("supervision/<int:pk>/assign/", supervision.assign, name="supervision-assign"),
    path("supervision/<int:pk>/sign/", supervision.sign, name="supervision-sign"),
    path("supervision/<int:pk>/report/", supervision.report, name="supervision-report"),
    path("supervision/<int:pk>/urge/", supervision.urge, name="supervision-urge"),
    path("supervision/<int:pk>/finish/", supervision.finish, name="supervision-finish"),
    path("supervision/<int:pk>/back/", supervision.back, name="supervision-back"),
    path("supervision/<int:pk>/drop/", supervision.drop, name="supervision-drop"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar.ics", calendar.calendar_file, name="calendar-ics"),
    path("todo/", todo.todo, name="todo"),
    path("calendar/days/", calendar.day_set, name="calendar-day"),
    path("calendar/days/<int:pk>/remove/", calendar.day_drop, name="holiday-remove"),
]
