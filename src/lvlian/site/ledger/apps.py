"""The app of the ledger: from here on, accepted facts and moved milestones become items and events of it."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "lvlian.site.ledger"
    label = "ledger"
    verbose_name = "台账"

    def ready(self) -> None:
        from lvlian.site.ledger.actions import overrides
        from lvlian.site.ledger.actions.dispatch import settle
        from lvlian.site.ledger.actions.follow import follow
        from lvlian.site.ledger.actions.issues import follow_findings
        from lvlian.site.org.chain import FOLLOWERS

        for one in (follow, follow_findings, settle):
            if one not in FOLLOWERS:
                FOLLOWERS.append(one)
        overrides.register()
