"""Who calls: a person's session, with the CSRF token for writes, or a program's key in `Authorization: Bearer`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer, SessionAuth

from lvlian.site.api.errors import Refused
from lvlian.site.org.access import DUE, OWN, READING, Access, address_of, has_device
from lvlian.site.org.actions import note_denied
from lvlian.site.org.selectors import token_owner

View = Callable[..., Any]


class TokenAuth(HttpBearer):
    """A program's key: it may do what its owner may do, a read-only one only what changes nothing."""

    def __call__(self, request: HttpRequest) -> Any | None:
        if not request.headers.get("Authorization"):
            return None
        owner = super().__call__(request)
        if owner is None:
            raise Refused(401, _("接口密钥无效、已过期，或其所有人已停用。"))
        return owner

    def authenticate(self, request: HttpRequest, token: str) -> Any | None:
        found = token_owner(token)
        if found is None:
            return None
        user, read_only = found
        request.access = Access.of(user, read_only=read_only, address=address_of(request))  # type: ignore[attr-defined]
        return user


class PersonAuth(SessionAuth):
    """The session of the pages; its user must have passed the second factor and changed the first password."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any | None:
        access: Access = request.access  # type: ignore[attr-defined]
        user = access.user
        if user is None:
            return None
        if not request.user.is_verified() and has_device(user):  # type: ignore[union-attr]
            raise Refused(401, _("须先输入第二因素验证码。"))
        if user.must_change or request.session.get(DUE):
            raise Refused(401, _("须先在网页上改首次口令、设好第二因素。"))
        request.access = Access(  # type: ignore[attr-defined]
            user=user, held=access.held, request_id=access.request_id, address=access.address
        )
        return user


def opens(permission: str) -> Callable[[View], View]:
    """Opens an operation to those who hold the permission somewhere; what is refused is recorded. Rows are checked inside."""

    def wrap(view: View) -> View:
        @wraps(view)
        def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            access: Access = request.access  # type: ignore[attr-defined]
            if permission != OWN and not access.may(permission):
                if permission in READING or not access.read_only:
                    note_denied(access, permission, request.path)
                raise PermissionDenied(permission)
            return view(request, *args, **kwargs)

        opened.permission = permission  # type: ignore[attr-defined]
        return opened

    return wrap


AUTH = [TokenAuth(), PersonAuth()]
