"""What is done to people, their grants, sessions, second factors and tokens; every function is one recorded action."""

from lvlian.site.org.actions.entrance import (
    note_denied,
    note_failed_code,
    note_failed_login,
    note_lockout,
    note_login,
    note_logout,
    note_verified,
)
from lvlian.site.org.actions.people import Refused, change_password, expire_password, first_people, set_preferences

__all__ = [
    "Refused",
    "change_password",
    "expire_password",
    "first_people",
    "note_denied",
    "note_failed_code",
    "note_failed_login",
    "note_lockout",
    "note_login",
    "note_logout",
    "note_verified",
    "set_preferences",
]
