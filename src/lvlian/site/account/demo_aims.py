"""For the demonstration: the goals of 砚山县 whose name is that of an indicator are confirmed, the rest wait, and no variant is fixed."""

from __future__ import annotations

from django.utils.translation import gettext as _

from lvlian.site.account.actions.aims import link_goal
from lvlian.site.account.selectors_aims import aims_of
from lvlian.site.org.access import Access
from lvlian.site.org.models import Region


def simulate(access: Access, region: Region) -> None:
    """Confirms what is sure, so that pages show goals beside the account."""
    for aim in aims_of(access, region):
        if aim.state == "open" and aim.proposal.sure:
            link_goal(access, aim.goal, aim.indicator, aim.variant, _("模拟：名称相同"))
