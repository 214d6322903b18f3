"""Models of plans, one module each noun."""

from lvlian.site.plans.models.document import Plan, Version
from lvlian.site.plans.models.fact import Fact, Finding
from lvlian.site.plans.models.proposal import Proposal
from lvlian.site.plans.models.region_record import Chain, Duty, Goal, Incentive, Milestone, Project

__all__ = [
    "Chain",
    "Duty",
    "Fact",
    "Finding",
    "Goal",
    "Incentive",
    "Milestone",
    "Plan",
    "Project",
    "Proposal",
    "Version",
]
