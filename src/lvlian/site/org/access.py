"""What a user may see and do: the one layer that turns grants into query filters, and the door of every page.

`scoped(Model, access)` is the only way to read a scoped model. A grant opens the rows whose region lies in its subtree, whose
class its role reads, and, where the grant is bound to a unit or a firm, whose unit or firm is that one (see `reach.Reach`).
Grants add up; a field is shown where one of the grants that open its row reads the field's class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any
from uuid import uuid4

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from lvlian.site.org.models import Grant, Region, User
from lvlian.site.org.reach import UNREADABLE, FieldClass, Reach
from lvlian.site.org.roles import ROLES, Role

MANY_REGIONS = 400
"""From so many regions on a subtree is a subquery, not a list of numbers."""


@dataclass(frozen=True, slots=True)
class Held:
    """A grant as it counts: the role, the region's id and path, the unit or firm it is bound to."""

    role: Role
    region_id: int
    path: str
    unit_id: int | None = None
    firm_id: int | None = None


@dataclass
class Access:
    """A user in a request. `region_id` is the region that the pages are about, None for all that the user sees."""

    user: User | None = None
    held: tuple[Held, ...] = ()
    region_id: int | None = None
    request_id: str = field(default_factory=lambda: str(uuid4()))
    address: str | None = None
    read_only: bool = False
    """An API token that may only read."""

    @classmethod
    def of(cls, user: Any, **values: Any) -> Access:
        """The access of a user as granted now; of nobody where the user is not logged in or not active."""
        if user is None or not user.is_authenticated or not user.is_active:
            return cls(**values)
        while hasattr(user, "_wrapped"):  # the request's user comes in Django's lazy wrapping, which is no model
            user = user._wrapped
        grants = Grant.objects.filter(user=user).select_related("region")
        held = tuple(
            Held(ROLES[g.role], g.region_id, g.region.path, g.unit_id, g.firm_id) for g in grants if g.role in ROLES
        )
        return cls(user=user, held=held, **values)

    # What may be done -----------------------------------------------------------------------------------------------
    def may(self, permission: str, row: Model | None = None) -> bool:
        """Whether some grant allows it; with a row, whether one does that opens the row."""
        return self.role_for(permission, row) is not None

    def role_for(self, permission: str, row: Model | None = None) -> Role | None:
        """The role under which it would be done."""
        if self.user is None or (self.read_only and permission not in READING):
            return None
        path = region_path(row) if row is not None else None
        for held in self.held:
            if permission in held.role.may and (row is None or self._opens(held, row, path)):
                return held.role
        return None

    def need(self, permission: str, row: Model | None = None) -> Role:
        """The role for it. Raises PermissionDenied."""
        role = self.role_for(permission, row)
        if role is None:
            raise PermissionDenied(permission)
        return role

    def may_in(self, permission: str, region: Region) -> bool:
        """Whether some grant that is bound to no firm allows it in the region."""
        if self.user is None or (self.read_only and permission not in READING):
            return False
        return any(permission in h.role.may and region.path.startswith(h.path) and h.firm_id is None for h in self.held)

    # What may be seen -----------------------------------------------------------------------------------------------
    def filter_for(self, model: type[Model]) -> Q:
        """The rows of a model that the user may see."""
        reach: Reach = model.reach  # type: ignore[attr-defined]
        allowed = Q(pk__in=[])
        if self.user is None or reach is UNREADABLE:
            return allowed
        for held in self.held:
            if reach.rows in held.role.reads:
                allowed |= self._rows(model, reach, held)
        if model is User:
            allowed |= Q(pk=self.user.pk)
        return allowed

    def _rows(self, model: type[Model], reach: Reach, held: Held) -> Q:
        rows = self.under(held.path, reach.region)
        if held.firm_id is not None:
            if reach.firm == "self":
                rows &= Q(pk=held.firm_id)
            elif reach.firm:
                own = Q(**{reach.firm: held.firm_id})
                rows &= own | Q(**{f"{reach.firm}__isnull": True}) if reach.firmless else own
            elif reach.rows is not FieldClass.OPEN:
                return Q(pk__in=[])
        if held.unit_id is not None and reach.unit:
            itself = model._base_manager.filter(pk=OuterRef("pk"))
            mine = Q(Exists(itself.filter(**{reach.unit: held.unit_id})))
            if reach.unitless:
                mine |= ~Q(Exists(itself.filter(**{f"{reach.unit}__isnull": False})))
            rows &= mine
        if reach.owner:
            own = Q(**{reach.owner: self.user})
            rows &= own | Q(**{reach.shared: True}) if reach.shared else own
        return rows

    def under(self, path: str, name: str) -> Q:
        """Rows whose region, reached by the query path `name`, lies in the subtree of a path."""
        if name == "*":
            return Q()
        if name == "self":
            return Q(path__startswith=path)
        ids = self._subtree(path)
        if ids is None:
            return Q(**{f"{name}__in": Region.objects.filter(path__startswith=path).values("pk")})
        return Q(**{f"{name}__in": ids})

    def _subtree(self, path: str) -> list[int] | None:
        if path not in self._subtrees:
            ids = list(Region.objects.filter(path__startswith=path).values_list("pk", flat=True)[: MANY_REGIONS + 1])
            self._subtrees[path] = None if len(ids) > MANY_REGIONS else ids
        return self._subtrees[path]

    @cached_property
    def _subtrees(self) -> dict[str, list[int] | None]:
        return {}

    @cached_property
    def region(self) -> Region | None:
        """The region that the pages are about, if the user may see it."""
        if self.region_id is None:
            return None
        return Region.objects.filter(self.filter_for(Region), pk=self.region_id).first()

    def _opens(self, held: Held, row: Model, path: str | None) -> bool:
        reach: Reach = row.reach  # type: ignore[attr-defined]
        if path is not None and not path.startswith(held.path):
            return False
        if held.firm_id is not None:
            if reach.firm:
                firm_id = row.pk if reach.firm == "self" else _follow(row, f"{reach.firm}_id")
                return firm_id == held.firm_id or (firm_id is None and reach.firmless)
            return reach.rows is FieldClass.OPEN
        if held.unit_id is not None and reach.unit:
            units = unit_ids(row)
            return held.unit_id in units or (not units and reach.unitless)
        return True

    def classes_of(self, row: Model) -> frozenset[FieldClass]:
        """The classes of fields that the user may read in a row."""
        path = region_path(row)
        out: set[FieldClass] = set()
        for held in self.held:
            if row.reach.rows in held.role.reads and self._opens(held, row, path):  # type: ignore[attr-defined]
                out |= held.role.reads
        if isinstance(row, User) and self.user is not None and row.pk == self.user.pk:
            out.add(FieldClass.PERSONAL)
        return frozenset(out)

    def reads(self, row: Model, name: str) -> bool:
        """Whether the user may read a field of a row."""
        return row.reach.class_of(name) in self.classes_of(row)  # type: ignore[attr-defined]

    def reads_throughout(self, model: type[Model], name: str) -> bool:
        """Whether the user may read a field in every row that the user sees: only then may one filter, sort or sum by it,
        since an order or a count tells of values that are not shown."""
        reach: Reach = model.reach  # type: ignore[attr-defined]
        wanted = reach.class_of(name)
        counted = [held for held in self.held if reach.rows in held.role.reads]
        if any(held.firm_id is not None for held in counted) and wanted is not reach.rows and reach.firmless:
            return wanted is FieldClass.OPEN
        return bool(counted) and all(wanted in held.role.reads for held in counted)


OWN = "own"
"""What everybody who is logged in may do with their own account, whatever their grants."""
READING = frozenset(
    {
        "page.see", "plan.read", "record.read", "search.use", "export.make", "comment.read", "history.read", "people.read",
        "audit.read",
    }
)  # fmt: skip


def scoped(model: type[Model], access: Access) -> QuerySet[Any]:
    """The rows of a model that the user may see: where every read begins."""
    return model._default_manager.filter(access.filter_for(model))


def here(model: type[Model], access: Access) -> QuerySet[Any]:
    """`scoped`, narrowed to the region that the pages are about and what lies below it."""
    rows = scoped(model, access)
    name = model.reach.region  # type: ignore[attr-defined]
    return rows.filter(access.under(access.region.path, name)) if access.region and name != "*" else rows


def region_path(row: Model) -> str | None:
    """The path of the region of a row; None where it has none."""
    name = row.reach.region  # type: ignore[attr-defined]
    if name in ("", "*"):
        return None
    region = row if name == "self" else _follow(row, name)
    return region.path if region is not None else None


def unit_ids(row: Model) -> set[int]:
    """The units of a row, through its foreign key or its list."""
    name = row.reach.unit  # type: ignore[attr-defined]
    value = _follow(row, name) if name else None
    if value is None:
        return set()
    if hasattr(value, "all"):
        return {unit.pk for unit in value.all()}
    return {value.pk}


def _follow(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name) if row is not None else None
    return row


# The door of pages ------------------------------------------------------------------------------------------------------
View = Callable[..., HttpResponse]


def page(permission: str, *, settled: bool = True) -> Callable[[View], View]:
    """Opens a view to those who hold the permission somewhere; rows are checked by `scoped` and `need` inside.

    Others are sent to log in, to the second factor, or to change their first password and to set up the second factor that
    their role asks for (`settled`), or get a 403 that is recorded. `OWN` opens to everybody who is logged in.
    """

    def wrap(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            access: Access = request.access  # type: ignore[attr-defined]
            user = access.user
            if user is None:
                return _to_login(request)
            if not request.user.is_verified() and has_device(user):  # type: ignore[union-attr]
                return redirect_to_login(_comes_back_to(request), "second-factor")
            if settled and user.must_change:
                return redirect_to_login(_comes_back_to(request), "password")
            if settled and request.session.get(DUE):
                return redirect_to_login(_comes_back_to(request), "second-factor-setup")
            if permission != OWN and not access.may(permission):
                from lvlian.site.org.actions import note_denied

                note_denied(access, permission, request.path)
                raise PermissionDenied(permission)
            return view(request, *args, **kwargs)

        opened.permission = permission  # type: ignore[attr-defined]
        return opened

    return wrap


DUE = "device_due"
"""Key in the session of those who must set up a second factor before anything else."""


def settle_due(request: HttpRequest, due: str) -> None:
    """Asks (`device`), or no longer asks (empty), for a second factor to be set up before any other page."""
    if due:
        request.session[DUE] = due
    else:
        request.session.pop(DUE, None)


def public(view: View) -> View:
    """Marks a view that needs no login; the architecture test lists them."""
    view.permission = ""  # type: ignore[attr-defined]
    return view


def has_device(user: User) -> bool:
    from django_otp.plugins.otp_totp.models import TOTPDevice

    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def _comes_back_to(request: HttpRequest) -> str:
    """Where to go on after the login: this page, or after a form the page that it stood on, never the address of a POST."""
    from urllib.parse import urlsplit

    if request.method in ("GET", "HEAD") and not request.headers.get("HX-Request"):
        return request.get_full_path()
    parts = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "/")
    same = not parts.netloc or parts.netloc == request.get_host()
    return f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}" if same else "/"


def _to_login(request: HttpRequest) -> HttpResponse:
    answer = redirect_to_login(_comes_back_to(request), "login")
    if getattr(request, "idled", False):
        answer["Location"] += "&idle=1"
    if request.headers.get("HX-Request"):
        from django_htmx.http import HttpResponseClientRedirect

        return HttpResponseClientRedirect(answer["Location"])
    return answer


def access_middleware(get_response: View) -> View:
    """Puts `access` on every request, and the region that the session is about."""

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = request.session.get("region") if hasattr(request, "session") else None
        request.access = Access.of(request.user, region_id=chosen, address=address_of(request))  # type: ignore[attr-defined]
        if request.access.user is not None and request.access.region is None:  # type: ignore[attr-defined]
            request.access = Access(  # type: ignore[attr-defined]
                user=request.access.user,  # type: ignore[attr-defined]
                held=request.access.held,  # type: ignore[attr-defined]
                region_id=_first_region(request.access.held),  # type: ignore[attr-defined]
                address=address_of(request),
            )
        return get_response(request)

    return middleware


def _first_region(held: Iterable[Held]) -> int | None:
    return min(held, key=lambda h: h.path).region_id if held else None


def address_of(request: HttpRequest) -> str | None:
    """The address that a request came from; a proxy's word is taken only where the settings say so."""
    from django.conf import settings

    if settings.ENVIRONMENT.proxy and (told := request.headers.get("X-Forwarded-For")):
        return told.split(",")[-1].strip() or None
    return request.META.get("REMOTE_ADDR") or None


__all__ = ["Access", "Held", "access_middleware", "here", "page", "public", "redirect", "scoped"]
