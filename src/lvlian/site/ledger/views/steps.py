"""One step of a problem or a supervised task as a view: its form, what it does, what comes back where it is refused or somebody was
quicker. The rooms say how their page is found and shown."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from lvlian.ledger.item import Refused
from lvlian.ledger.saying import say_refused
from lvlian.ledger.track import Track
from lvlian.site.ledger.models import Item
from lvlian.site.ledger.registers import track_of
from lvlian.site.ledger.selectors_issues import language
from lvlian.site.org.access import Access, scoped
from lvlian.site.org.chain import Conflict
from lvlian.site.org.models import Unit

Shape = Callable[[HttpRequest, Item], forms.Form]
Doing = Callable[[Access, Item, dict[str, Any]], Item]
FIELDS = {"evidence": "proof"}
"""Fields of the engine that the forms call otherwise."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a room: `found` gives the item that an address means, `offered` the names of the steps that somebody may take now,
    `shown` the page with a form that was sent, `detail` the name of its address."""

    found: Callable[[HttpRequest, int], Item]
    offered: Callable[[Access, Item], Container[str]]
    shown: Callable[..., HttpResponse]
    detail: str

    def view(self, name: str, shape: Shape, done: Callable[[], str], act: Doing) -> Callable[..., HttpResponse]:
        """A view that takes one step: what was refused or lost the race is shown with everything that was typed."""

        def taken(request: HttpRequest, pk: int) -> HttpResponse:
            access: Access = request.access  # type: ignore[attr-defined]
            item = self.found(request, pk)
            if name not in self.offered(access, item) and not _raced(request, item):
                raise PermissionDenied(name)
            form = shape(request, item)
            if not form.is_valid():
                return self.shown(request, item, 422, **{name: form})
            try:
                act(access, item, form.cleaned_data)
            except Refused as refused:
                put(form, refused, track_of(item.track))
                return self.shown(request, item, 422, **{name: form})
            except Conflict as conflict:
                form.data = form.data.copy()  # type: ignore[assignment]
                form.data["revision"] = str(conflict.row.revision)  # type: ignore[attr-defined,index]
                return self.shown(request, self.found(request, pk), 409, conflict=told(conflict), **{name: form})
            messages.success(request, done())
            return redirect(self.detail, pk)

        return taken


def _raced(request: HttpRequest, item: Item) -> bool:
    """Whether the page was older than the item: then the step is not forbidden, somebody was quicker."""
    seen = request.POST.get("revision", "")
    return seen.isdigit() and int(seen) != item.revision


def told(conflict: Conflict) -> list[dict[str, Any]]:
    """Who changed what, for the second person."""
    from lvlian.site.org.wording import changes_in_words

    return [
        {
            "who": change.record.actor_name,
            "at": change.record.at,
            "fields": [{"name": name, "old": old, "new": new} for name, old, new in changes_in_words(change)],
        }
        for change in conflict.changes
    ]


def put(form: forms.Form, refused: Refused, track: Track) -> None:
    """A refusal of the engine at its field."""
    field = FIELDS.get(refused.field, refused.field)
    form.add_error(field if field in form.fields else None, say_refused(refused, language(), track))


def sent(shape: type[forms.Form]) -> Shape:
    """The form as it was sent, where it needs to know nothing of the item."""
    return lambda request, item: shape(request.POST)


def units_of(access: Access, item: Item) -> Any:
    """The units that an item may be handed to."""
    return scoped(Unit, access).filter(region=item.region).order_by("name")
