"""List pages and record pages: every list for every role answers, shows its own, masks, filters, sorts, counts."""

from __future__ import annotations

import pytest
from django.urls import reverse

from lvlian.site.lists.registry import specs
from lvlian.site.org.roles import ROLES

SPECS = list(specs().values())


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.key)
def test_every_list_for_every_role(spec, world, client_of, django_assert_max_num_queries):
    for key in ROLES:
        user = world.a.people[key]
        access = world.access(user, world.a.region)
        client = client_of(user)
        with django_assert_max_num_queries(28):
            answer = client.get(spec.urls["list"])
        assert answer.status_code == (200 if access.may(spec.permission) else 403), (spec.key, key)
        page = answer.content.decode()
        if spec.key != "audit":
            assert "乙" not in page.split("<main")[-1], (spec.key, key)
        if key in ("unit", "supervisor", "analyst", "firm") and answer.status_code == 200:
            assert "甲密备注" not in page if key == "firm" else True


def test_every_record_page(world, client_of, django_assert_max_num_queries):
    rows = {
        "goal": world.a.goals[0], "project": world.a.projects[0], "milestone": world.a.milestones[0],
        "duty": world.a.duties[0], "incentive": world.a.incentives[0], "chain": world.a.chains[0],
        "fact": world.a.facts[0], "finding": world.a.findings[0], "firm": world.a.firms[0], "unit": world.a.units[0],
        "region": world.a.region,
    }  # fmt: skip
    for name, row in rows.items():
        client = client_of(world.a.people["office"])
        with django_assert_max_num_queries(28):
            answer = client.get(reverse(f"{name}-detail", args=[row.pk]))
        assert answer.status_code == 200, name
        assert client_of(world.b.people["office"]).get(reverse(f"{name}-detail", args=[row.pk])).status_code == 404
        assert client.get(reverse(f"{name}-history", args=[row.pk])).status_code == 200
        answer = client.get(reverse(f"{name}-detail", args=[2**70]))
        assert answer.status_code == 404
