"""Items for what a site held before it had a ledger: projects, duties and mechanisms that no item stands for yet."""

from __future__ import annotations

from lvlian.site.frame import today
from lvlian.site.ledger.actions.book import Book
from lvlian.site.ledger.actions.follow import bring
from lvlian.site.ledger.models import Item
from lvlian.site.org.access import Access
from lvlian.site.org.chain import recording
from lvlian.site.org.models import Region
from lvlian.site.plans.models import Duty, Plan, Project


def adopt(access: Access, region: Region) -> int:
    """Makes the items that a region lacks, in one recorded action; returns how many."""
    projects = set(Project.objects.filter(region=region, item__isnull=True).values_list("pk", flat=True))
    duties = set(Duty.objects.filter(region=region, item__isnull=True).values_list("pk", flat=True))
    plans = set(Plan.objects.filter(region=region).values_list("pk", flat=True))
    before = Item.objects.filter(region=region).count()
    with recording(access, "ledger.adopt", region=region, subject=region.name) as act:
        book = Book(act, today())
        bring(book, projects=projects, duties=duties, plans=plans)
        book.write()
        act.quiet = not act.rows
    return Item.objects.filter(region=region).count() - before
