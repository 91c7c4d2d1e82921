"""People, the companies they work for, and what each may do."""

from typing import Any

import factory
from django.contrib.auth.models import Permission

from apps.parties.models import Membership, Party, Role, User
from tests.factories.network import TerminalFactory


class PartyFactory(factory.django.DjangoModelFactory):
    """A shipper from Almaty, or another company by the code given."""

    class Meta:
        model = Party
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"shipper-{n}")
    name = factory.LazyAttribute(lambda party: party.code.replace("-", " ").title())
    kind = Party.Kind.SHIPPER
    country = "KZ"
    email = factory.LazyAttribute(lambda party: f"desk@{party.code}.example")


class UserFactory(factory.django.DjangoModelFactory):
    """A person who signs in to the admin with the password ``lianyungang-2017``. Rights come from memberships."""

    class Meta:
        model = User
        django_get_or_create = ("username",)
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@terminal.example")
    language = "en"
    is_staff = True
    password = factory.django.Password("lianyungang-2017")


class RoleFactory(factory.django.DjangoModelFactory):
    """A role with the rights given: ``RoleFactory(rights=["calls.change_call"])``, or as codenames."""

    class Meta:
        model = Role
        django_get_or_create = ("code",)
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"role-{n}")
    name = factory.LazyAttribute(lambda role: role.code.replace("-", " "))

    @factory.post_generation
    def rights(self: Any, create: bool, wanted: list[str] | None, **_: Any) -> None:
        if not create or not wanted:
            return
        for right in wanted:
            app, dot, codename = right.rpartition(".")
            found = Permission.objects.filter(codename=codename, **({"content_type__app_label": app} if dot else {}))
            assert found, f"there is no right {right}"
            self.permissions.add(*found)


class MembershipFactory(factory.django.DjangoModelFactory):
    """A user holds a role at Lianyungang; ``MembershipFactory(role__rights=[…])`` makes both."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    role = factory.SubFactory(RoleFactory)
    terminal = factory.SubFactory(TerminalFactory)


def staff(*rights: str, username: str, terminal: Any = None) -> User:
    """A signed-up person whose one role at the terminal (Lianyungang unless named) has just these rights."""
    user: User = UserFactory(username=username)
    role = RoleFactory(code=f"role-of-{username}", rights=list(rights))
    MembershipFactory(user=user, role=role, terminal=terminal or TerminalFactory())
    return user
