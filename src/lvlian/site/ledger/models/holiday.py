"""Days on which the calendar of working days differs from the one that the program brings."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from lvlian.site.org.reach import FieldClass, Reach


class Holiday(models.Model):
    """A day off, or a day of a weekend that is worked, beyond `ledger/calendar.yaml`. It holds in all regions."""

    class Kind(models.TextChoices):
        OFF = "off", _("放假")
        WORK = "work", _("上班")

    day = models.DateField(_("日期"), unique=True)
    kind = models.CharField(_("放假或上班"), max_length=4, choices=Kind.choices)
    source = models.CharField(_("依据"), max_length=200)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    reach = Reach(region="*", rows=FieldClass.OPEN)

    class Meta:
        verbose_name = verbose_name_plural = _("放假安排")
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{self.day.isoformat()} {self.get_kind_display()}"
