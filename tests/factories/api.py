"""Programs of parties: keys, clients, and a way to ask."""

import time
from typing import Any

from django.test import Client
from oauth2_provider.models import AbstractApplication

from apps.journal.models import Entry
from apps.journal.selectors import horizon
from apps.parties.models import ApiClient, Party, PartyKey
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory

SECRET = "a-secret-that-only-the-shipper-knows"


def key_for(party: Party, scopes: str = "read book advise", **more: Any) -> str:
    """An API key of the party at Lianyungang, as the party is told it once."""
    more.setdefault("terminal", TerminalFactory())
    _row, key = PartyKey.objects.create_key(name=f"{party.code}'s program", party=party, scopes=scopes, **more)
    return key


def client_for(party: Party | None, scopes: str = "read book advise", **more: Any) -> ApiClient:
    """An OAuth2 client of the party with the secret ``SECRET``."""
    more.setdefault("terminal", TerminalFactory())
    return ApiClient.objects.create(
        name="program",
        client_type=AbstractApplication.CLIENT_CONFIDENTIAL,
        authorization_grant_type=AbstractApplication.GRANT_CLIENT_CREDENTIALS,
        client_secret=SECRET,
        party=party,
        scopes=scopes,
        **more,
    )


def all_settled() -> None:
    """Wait until every journal row is settled: other transactions of the same server, in whatever database, count."""
    written = Entry.objects.order_by("-xid").values_list("xid", flat=True).first()
    deadline = time.monotonic() + 120
    while written is not None and horizon() <= int(written):
        assert time.monotonic() < deadline, "a transaction has been running on this server for two minutes"
        time.sleep(0.02)


class Program:
    """A party's program: asks the API with its key."""

    def __init__(self, party: Party, scopes: str = "read book advise", **more: Any) -> None:
        self.party = party
        self.headers = {"Authorization": f"Api-Key {key_for(party, scopes, **more)}"}
        self.client = Client(headers=self.headers, raise_request_exception=True)

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(path, body, content_type="application/json", headers=headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.put(path, body, content_type="application/json", headers=headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.patch(path, body, content_type="application/json", headers=headers)


def program(code: str, scopes: str = "read book advise") -> Program:
    """The program of the party with this code."""
    return Program(PartyFactory(code=code), scopes)
