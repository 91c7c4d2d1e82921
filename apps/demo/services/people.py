"""The demo's people and programs. Their password and keys are made at the first load and kept under ``var/secrets``."""

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.core import serializers
from django.db import transaction
from django.db.models import Q

from apps.alerts.models import Escalation, Subscription
from apps.customs.models import Office, Officer
from apps.edi.models import Partner
from apps.network.models import Terminal
from apps.parties.models import ApiClient, Membership, Party, PartyKey, Role, User

PEOPLE = [
    ("manager", "operations-manager", "en", "Aigerim", "Bekova"),
    ("manager.zh", "operations-manager", "zh-hans", "伟", "张"),
    ("planner", "train-planner", "ru", "Timur", "Akhmetov"),
    ("yard", "yard-planner", "zh-hans", "芳", "李"),
    ("dispatcher", "dispatcher", "zh-hans", "强", "刘"),
    ("gate", "gate-clerk", "kk", "Dana", "Serik"),
    ("warehouse", "warehouse-clerk", "zh-hans", "敏", "王"),
    ("billing", "billing-clerk", "en", "Saule", "Omarova"),
    ("customs", "customs-officer", "zh-hans", "静", "陈"),
    ("inspector", "customs-officer", "zh-hans", "军", "周"),
    ("customs.admin", "customs-administrator", "en", "Lan", "Sun"),
    ("patrol", "customs-officer", "ru", "Ruslan", "Orlov"),
    ("admin", "administrator", "en", "Arman", "Nurlan"),
]
"""User name, role, language, given name, family name."""

OWNERS_PEOPLE = [
    ("owner.port", "lpg", "zh-hans", "Asia/Shanghai", "磊", "孙"),
    ("owner.port.en", "lpg", "en", "Asia/Shanghai", "Grace", "Sun"),
    ("owner.ktze", "ktz-express", "kk", "Asia/Almaty", "Әсел", "Жұмабекқызы"),
    ("owner.ktze.ru", "ktz-express", "ru", "Asia/Almaty", "Наталья", "Ким"),
]
"""Who reads the weekly and monthly report at each owner of the joint venture: user name, owner, language, zone, names.
They have no rights at the terminal and do not sign in."""

OFFICERS = {
    "customs": (Q(clears=True), Officer.Role.HEAD),
    "inspector": (Q(code__in=["port-inspection", "rail-inspection"]), Officer.Role.INSPECTOR),
    "patrol": (Q(code="as-rail-patrol"), Officer.Role.OFFICER),
}
"""For which offices of customs they work, and as what."""

READS = {"manager": list(Subscription.What), "manager.zh": [Subscription.What.DIGEST]}
"""Who gets which mail."""

ASKED_NEXT = "manager.zh"
"""Who is asked when half an hour after an alert nobody has acknowledged it."""

SHIPPER = "tianshan-trading"
SCOPES = "read book advise gate declare edi figures"
"""What docs/api.md shows, its programs may try. Not ``work``: that is for machines of the terminal's owners alone."""


@dataclass(frozen=True)
class Credentials:
    """What a visitor of the demo needs to get in."""

    password: str
    api_key: str
    client_id: str
    client_secret: str


def kept_at() -> Path:
    """Where the demo's credentials lie, readable by their owner only."""
    return Path(settings.VAR) / "secrets" / "demo.json"


def known() -> Credentials | None:
    """The credentials of this demo, or None where it was not loaded."""
    try:
        return Credentials(**json.loads(kept_at().read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


@transaction.atomic
def invite(terminal: Terminal) -> Credentials:
    """Make the demo's people and programs; where they are there already, give them a fresh password and keys."""
    password = secrets.token_urlsafe(9)
    for name, role, language, given, family in PEOPLE:
        _person(terminal, password, name, role, language, given, family)
    for name, owner, language, zone, given, family in OWNERS_PEOPLE:
        _owners_person(terminal, name, owner, language, zone, given, family)
    _partners()
    credentials = Credentials(password, *_programs(terminal, Party.objects.get(code=SHIPPER)))
    kept_at().parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept_at().touch(mode=0o600)
    kept_at().write_text(json.dumps(asdict(credentials)), encoding="utf-8")
    return credentials


def _person(terminal: Terminal, password: str, name: str, role: str, language: str, given: str, family: str) -> None:
    user, _new = User.objects.get_or_create(username=name)
    user.first_name, user.last_name, user.language = given, family, language
    user.email, user.zone_name, user.is_staff = f"{name}@demo.example", terminal.zone_name, True
    user.set_password(password)
    user.save()
    Membership.objects.get_or_create(user=user, terminal=terminal, role=Role.objects.get(code=role), party=None)
    for what in READS.get(name, ()):
        Subscription.objects.get_or_create(user=user, terminal=terminal, what=what, rule=None)
    if name == ASKED_NEXT:
        Escalation.objects.get_or_create(user=user, terminal=terminal, rule=None)
    if name in OFFICERS:
        at, as_what = OFFICERS[name]
        for office in Office.objects.filter(at, terminal=terminal):
            Officer.objects.get_or_create(user=user, office=office, defaults={"role": as_what})


def _owners_person(
    terminal: Terminal, name: str, owner: str, language: str, zone: str, given: str, family: str
) -> None:
    """Somebody at an owner who only reads what comes by mail."""
    about = {"first_name": given, "last_name": family, "language": language, "zone_name": zone}
    user, _new = User.objects.update_or_create(username=name, defaults={"email": f"{name}@demo.example", **about})
    user.set_unusable_password()
    user.save(update_fields=["password"])
    party, role = Party.objects.filter(code=owner).first(), Role.objects.get(code="owners-reader")
    if party is not None:
        Membership.objects.get_or_create(user=user, terminal=terminal, role=role, party=party)


def _partners() -> None:
    """With whom EDIFACT is exchanged. Row by row: ``loaddata`` sets sequences, which the application may not."""
    file = Path(settings.ROOT) / "fixtures" / "demo" / "partners.yaml"
    for partner in serializers.deserialize("yaml", file.read_text(encoding="utf-8")):
        if not Partner.objects.filter(code=getattr(partner.object, "code", "")).exists():
            partner.save()


def _programs(terminal: Terminal, party: Party) -> tuple[str, str, str]:
    PartyKey.objects.filter(name="demo").delete()
    ApiClient.objects.filter(name="demo").delete()
    _key, api_key = PartyKey.objects.create_key(name="demo", party=party, terminal=terminal, scopes=SCOPES)
    secret = secrets.token_urlsafe(24)
    client = ApiClient.objects.create(
        name="demo",
        party=party,
        terminal=terminal,
        scopes=SCOPES,
        client_type=ApiClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=ApiClient.GRANT_CLIENT_CREDENTIALS,
        client_secret=secret,
    )
    return api_key, client.client_id, secret
