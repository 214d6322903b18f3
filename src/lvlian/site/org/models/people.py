"""People, what they are granted, their sessions and the tokens of their programs."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lvlian.site.org.models.place import Firm, Region, Unit
from lvlian.site.org.reach import FieldClass, Reach
from lvlian.site.org.roles import ROLE_CHOICES


class UserManager(BaseUserManager):  # type: ignore[type-arg]
    def get_by_natural_key(self, username: str) -> User:
        return self.get(username=username)  # type: ignore[no-any-return]


class User(AbstractBaseUser):
    """A person. There is no superuser: what somebody may do comes from grants alone."""

    username = models.CharField(
        _("账号"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[\w.@-]{2,60}$", _("账号只用文字、数字与 . @ -"))],
    )
    name = models.CharField(_("姓名或岗位"), max_length=60)
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    home = models.ForeignKey(Region, models.PROTECT, related_name="people", verbose_name=_("所在地区"))
    is_active = models.BooleanField(_("启用"), default=True)
    must_change = models.BooleanField(_("须改口令"), default=True)
    changed_at = models.DateTimeField(_("口令改于"), null=True, blank=True)
    joined_at = models.DateTimeField(_("建于"), default=timezone.now)
    preferences = models.JSONField(_("偏好"), default=dict, blank=True)
    revision = models.PositiveIntegerField(_("版次"), default=1, editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ()
    objects = UserManager()
    reach = Reach(region="home", rows=FieldClass.PERSONAL)

    class Meta:
        verbose_name = verbose_name_plural = _("人员")
        ordering = ("username",)

    def __str__(self) -> str:
        return self.name or self.username


class Grant(models.Model):
    """A role held by a person in a region and all below it, bound to a unit or a firm where the role asks for one."""

    user = models.ForeignKey(User, models.CASCADE, related_name="grants", verbose_name=_("人员"))
    role = models.CharField(_("角色"), max_length=20, choices=ROLE_CHOICES)
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", verbose_name=_("地区"))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("单位"))
    firm = models.ForeignKey(Firm, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("企业"))
    given_at = models.DateTimeField(_("授予于"), default=timezone.now)

    reach = Reach(region="user__home", rows=FieldClass.PERSONAL)

    class Meta:
        verbose_name = verbose_name_plural = _("角色授予")
        ordering = ("user_id", "role", "region_id")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "role", "region", "unit", "firm"), nulls_distinct=False, name="grant_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.region}"


class SiteSession(AbstractBaseSession):
    """A session, with whose it is and when it was last used, so that people see and end their own."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions", verbose_name=_("人员"))
    address = models.GenericIPAddressField(_("地址"), null=True)
    agent = models.CharField(_("浏览器"), max_length=200, blank=True)
    begun_at = models.DateTimeField(_("开始"), default=timezone.now)
    seen_at = models.DateTimeField(_("最近"), default=timezone.now)

    reach = Reach(region="user__home", rows=FieldClass.PERSONAL)

    class Meta:
        verbose_name = verbose_name_plural = _("会话")
        ordering = ("-seen_at",)

    @classmethod
    def get_session_store_class(cls) -> type:
        from lvlian.site.org.sessions import SessionStore

        return SessionStore


class ApiToken(models.Model):
    """A key with which a program calls the API as its owner. Only its digest is kept; it is shown once."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens", verbose_name=_("人员"))
    label = models.CharField(_("用途"), max_length=60)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    read_only = models.BooleanField(_("只读"), default=True)
    made_at = models.DateTimeField(_("建于"), default=timezone.now)
    ends_at = models.DateTimeField(_("有效至"), null=True, blank=True)
    used_at = models.DateTimeField(_("最近使用"), null=True, blank=True)

    reach = Reach(region="user__home", owner="user", rows=FieldClass.PERSONAL)

    class Meta:
        verbose_name = verbose_name_plural = _("接口密钥")
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return self.label
