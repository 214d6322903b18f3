"""Models of organisation, one module each noun."""

from lvlian.site.org.models.audit import AuditChange, AuditRecord
from lvlian.site.org.models.desk import Comment, Job, SavedView, SearchEntry, StoredFile
from lvlian.site.org.models.people import ApiToken, Grant, SiteSession, User
from lvlian.site.org.models.place import Firm, Region, Unit

__all__ = [
    "ApiToken",
    "AuditChange",
    "AuditRecord",
    "Comment",
    "Firm",
    "Grant",
    "Job",
    "Region",
    "SavedView",
    "SearchEntry",
    "SiteSession",
    "StoredFile",
    "Unit",
    "User",
]
