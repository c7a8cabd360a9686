"""Users are who signs in; readers are who writes and votes. Everything below the line points to a reader."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper

from belowline.domain.commenting import ReaderKind


class UserManager(BaseUserManager["User"]):
    """Users are made by `accounts.actions`; these two are what Django's own commands expect."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> User:
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email__iexact=email)


class User(AbstractUser):  # type: ignore[django-manager-missing]
    """Signs in by e-mail. The public name belongs to the reader, never to the user."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()  # type: ignore[assignment,misc]

    def get_full_name(self) -> str:
        reader = getattr(self, "reader", None)
        return reader.name if reader is not None else super().get_full_name() or self.email


class Badge(models.TextChoices):
    """What a staff member is shown as. A badge is markup with a role, never part of a name."""

    NONE = ""
    REPORTER = "reporter"
    EDITOR = "editor"
    MODERATOR = "moderator"


class Reader(models.Model):
    """The only author and voter. A guest has no user; an imported one neither; an erased one has no name left.

    `skeleton` is the UTS #39 skeleton of the name; members' skeletons are unique, so nobody can sign up as somebody who
    looks the same. Merging sets `merged_into` and keeps one vote per comment.
    """

    kind = models.CharField(max_length=10, choices=[(kind.value, kind.value) for kind in ReaderKind])
    user = models.OneToOneField(User, null=True, on_delete=models.SET_NULL, related_name="reader")
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    skeleton = models.CharField(max_length=160)
    email = models.EmailField(blank=True)
    confirmed_at = models.DateTimeField(null=True, help_text="When a guest showed that the address is theirs.")
    badge = models.CharField(max_length=12, choices=Badge.choices, default=Badge.NONE, blank=True)
    source = models.CharField(max_length=20, blank=True, help_text="The system an imported reader came from.")
    source_key = models.CharField(max_length=200, blank=True)
    joined_at = models.DateTimeField()
    renamed_at = models.DateTimeField(null=True, blank=True)
    is_indexed = models.BooleanField(default=False, help_text="Whether search engines may list the profile.")
    lists_comments = models.BooleanField(default=True, help_text="Whether the profile lists what a member wrote.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["skeleton"], condition=Q(kind="member"), name="reader_member_skeleton"),
            models.UniqueConstraint(fields=["source", "source_key"], condition=~Q(source=""), name="reader_source_key"),
        ]
        indexes = [
            models.Index(fields=["skeleton"], name="reader_skeleton"),
            models.Index(Upper("email"), condition=~Q(email=""), name="reader_address"),
            models.Index("joined_at", condition=Q(kind="guest", confirmed_at=None), name="reader_unconfirmed"),
        ]

    def __str__(self) -> str:
        return self.name


class Confirmation(models.Model):
    """A letter that asks a guest whether an address is theirs. The token is known by its digest alone."""

    digest = models.CharField(primary_key=True, max_length=64)
    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="confirmations")
    email = models.EmailField()
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class AskedAddress(models.Model):
    """How often an address was asked by us and did not answer. It is known by a digest (mail.actions.digest)."""

    digest = models.CharField(primary_key=True, max_length=32)
    times = models.IntegerField(default=0)
    asked_at = models.DateTimeField()
    declined_at = models.DateTimeField(null=True, help_text="Its owner said that they had written nothing.")


class FormerName(models.Model):
    """A name that a member gave up. Until `kept_until` nobody else can take it, so that nobody answers in its stead."""

    reader = models.ForeignKey(Reader, on_delete=models.CASCADE, related_name="+")
    skeleton = models.CharField(max_length=160)
    kept_until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["skeleton"], name="former_name")]


class SignIn(models.Model):
    """A browser that is signed in, for its reader's list. No address of it is known here; `browser` is its family."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    session_key = models.CharField(max_length=40, unique=True)
    browser = models.CharField(max_length=40, blank=True)
    began_at = models.DateTimeField()
    used_at = models.DateTimeField()


class SentForm(models.Model):
    """A form that went through (sent_forms.py). `key` is a digest of its random field, of who sent it, where and with which
    words; `answer` is what was said to it, in as many characters as an address here needs. Kept for 24 hours."""

    key = models.CharField(primary_key=True, max_length=64)
    answer = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="sent_form_by_age")]


class NetworkUse(models.Model):
    """One time that a network did something of which there is a limit (networks.py). `key` is no address, and cannot be
    made into one when the day's salt is gone."""

    act = models.CharField(max_length=20)
    key = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["act", "key", "at"], name="network_use"),
            models.Index(fields=["at"], name="network_use_by_age"),
        ]
