"""People: read only, changed on the page of people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from lvlian.site.lists.columns import Column
from lvlian.site.lists.filters import Boolean, Relation, Text
from lvlian.site.lists.spec import ListSpec
from lvlian.site.org.models import Region, User


def roles_of(row: Any, today: Any) -> str:
    return "、".join(str(grant) for grant in row.grants.all())


PEOPLE = ListSpec(
    key="people",
    model=User,
    title=_("人员清单"),
    noun=_("人"),
    permission="people.read",
    columns=(
        Column(key="username", link=True, width=20),
        Column(key="name", width=20),
        Column(
            key="roles", label=_("角色"), get=roles_of, rests_on=("name",), load=("+grants__region",), width=30
        ),
        Column(key="home", width=12),
        Column(key="phone", width=16),
        Column(key="is_active"),
        Column(key="must_change"),
        Column(key="changed_at", width=16),
        Column(key="joined_at", width=16),
    ),
    shown=("username", "name", "roles", "home", "is_active", "joined_at"),
    filters=(
        Text(key="username", label=_("账号")),
        Text(key="name", label=_("姓名或岗位")),
        Boolean(key="is_active", label=_("启用"), chip=True),
        Boolean(key="must_change", label=_("须改口令")),
        Relation(key="home", label=_("所在地区"), model=Region, subtree=True, chip=True),
    ),
    search=("username", "name"),
    sort=("username",),
    detail="person",
)  # fmt: skip
