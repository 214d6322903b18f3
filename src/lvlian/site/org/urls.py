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
    path("people/", people.people, name="people"),
    path("audit/", audit.audit, name="audit"),
]
