"""From a figure of the overview to its sentence: the list, the record, the sentence, three clicks."""

from __future__ import annotations

import html
import re

from lvlian.site.plans.models import Finding


def links(client, url):
    answer = client.get(url)
    assert answer.status_code == 200, url
    return [html.unescape(link) for link in re.findall(r'href="([^"]+)"', answer.content.decode())]


def sentence(county):
    return f"/plans/{county.plan.pk}/#fact-"


def test_from_a_goal_tile(world, client_of):
    client = client_of(world.a.people["office"])
    tile = next(link for link in links(client, "/") if link.startswith("/goals/?indicator="))
    record = next(link for link in links(client, tile) if re.fullmatch(r"/goals/\d+/", link))
    found = links(client, record)
    assert any(link.startswith(sentence(world.a)) for link in found)


def test_from_a_count_of_milestones(world, client_of):
    client = client_of(world.a.people["office"])
    listed = next(link for link in links(client, "/") if link.startswith("/milestones/?light="))
    record = next(link for link in links(client, listed) if re.fullmatch(r"/milestones/\d+/", link))
    assert any(link.startswith(sentence(world.a)) for link in links(client, record))


def test_from_a_finding(world, client_of):
    client = client_of(world.a.people["office"])
    pk = Finding.objects.get(region=world.a.region).pk
    assert f"/plans/{world.a.plan.pk}/#finding-{pk}" in links(client, "/")


def test_from_a_figure_at_once(world, client_of):
    """The mark beside a figure opens its sentence without leaving the page."""
    client = client_of(world.a.people["office"])
    origin = next(link for link in links(client, "/") if re.fullmatch(r"/facts/\d+/origin/?", link))
    assert "甲县到2025年实现综合产值100亿元" in client.get(origin).content.decode()


def test_every_link_of_the_pages_opens(world, client_of):
    client = client_of(world.a.people["office"])
    seen: set[str] = set()
    for url in ("/", "/goals/", "/projects/", "/duties/", "/duties/?view=matrix", "/incentives/", "/findings/"):
        for link in links(client, url):
            path = link.split("#")[0]
            if path.startswith("/static/") or path in seen or not path.startswith("/"):
                continue
            seen.add(path)
            assert client.get(path).status_code in (200, 302), f"{path} on {url}"
