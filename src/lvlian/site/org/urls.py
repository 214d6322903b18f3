"""Addresses of people: the entrance, one's own account, the people of a region, the audit."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from lvlian.site.org.views import account, audit, entrance, people

urlpatterns: list[URLPattern | URLResolver] = [
    path("login/", entrance.login, name="login"),
    path("login/second-factor/", entrance.second_factor, name="second-factor"),
    path("logout/", entrance.logout, name="logout"),
    path("password/", entrance.password, name="password"),
    path("region/", entrance.region_choose, name="region-choose"),
    path("language/", entrance.language, name="language"),
    path("account/", account.account, name="account"),
    path("account/session/", account.end_session, name="account-session-end"),
    path("account/second-factor/", account.set_up, name="second-factor-setup"),
    path("account/second-factor/off/", account.turn_off, name="second-factor-off"),
    path("account/tokens/", account.make_token, name="token-make"),
    path("account/tokens/<int:pk>/end/", account.end_token, name="token-end"),
    path("account/preferences/", account.preferences, name="account-preferences"),
    path("people/", people.people, name="people"),
    path("people/add/", people.add, name="people-add"),
    path("people/<int:pk>/", people.person, name="people-person"),
    path("people/<int:pk>/edit/", people.edit, name="people-edit"),
    path("people/<int:pk>/disable/", people.disable, name="people-disable"),
    path("people/<int:pk>/enable/", people.enable, name="people-enable"),
    path("people/<int:pk>/reset/", people.reset, name="people-reset"),
    path("people/<int:pk>/unlock/", people.unlock, name="people-unlock"),
    path("people/<int:pk>/sessions/", people.end_sessions, name="people-sessions-end"),
    path("people/<int:pk>/second-factor/", people.drop_device, name="people-device-drop"),
    path("people/<int:pk>/roles/", people.give, name="people-give"),
    path("people/<int:pk>/roles/<int:grant>/withdraw/", people.withdraw, name="people-withdraw"),
    path("audit/", audit.audit, name="audit"),
    path("audit/<int:seq>/", audit.record, name="audit-record"),
    path("audit/verify/", audit.verify, name="audit-verify"),
    path("audit/root/", audit.root, name="audit-root"),
    path("audit/export/", audit.export, name="audit-export"),
]
