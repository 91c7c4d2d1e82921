"""Who tries out the API gets in: a key and a client for the sandbox's party, each told once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from apps.parties.models import ApiClient, Party, PartyKey
from apps.sandbox.models import Stage
from apps.sandbox.services.scene import HAULIER, named

SCOPES: Final = "read book advise gate declare edi figures"
"""All but those of the terminal's owners."""

SERVES: Final = timedelta(days=90)


@dataclass(frozen=True)
class Credential:
    """What an integrator needs, and never gets told again."""

    party: Party
    api_key: str
    client_id: str
    client_secret: str
    ends_at: datetime


@transaction.atomic
def let_in(stage: Stage, name: str, *, at: datetime, as_haulier: bool = False) -> Credential:
    """A key and an OAuth2 client for whoever bears this name, for 90 days; former ones of that name are revoked."""
    party = Party.objects.get(code=named(stage.terminal, HAULIER)) if as_haulier else stage.party
    shown, ends_at = f"sandbox: {name}"[:50], at + SERVES
    PartyKey.objects.filter(terminal=stage.terminal, party=party, name=shown).update(revoked=True)
    ApiClient.objects.filter(terminal=stage.terminal, party=party, name=shown).delete()
    _key, api_key = PartyKey.objects.create_key(
        name=shown, party=party, terminal=stage.terminal, scopes=SCOPES, expiry_date=ends_at
    )
    secret = secrets.token_urlsafe(24)
    client = ApiClient.objects.create(
        name=shown,
        party=party,
        terminal=stage.terminal,
        scopes=SCOPES,
        client_type=ApiClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=ApiClient.GRANT_CLIENT_CREDENTIALS,
        client_secret=secret,
        ends_at=ends_at,
    )
    return Credential(party, api_key, client.client_id, secret, ends_at)
