"""Partners that write EDIFACT, and what they write."""

from datetime import datetime
from pathlib import Path
from typing import Any

import factory

from apps.edi import services
from apps.edi.models import Interchange, Partner
from apps.parties.actors import Actor
from terminal.edifact.exchange import FROM_PARTIES, Door
from tests.factories.authority import AuthorityFactory
from tests.factories.calls import MARCH_14
from tests.factories.network import TerminalFactory
from tests.factories.parties import PartyFactory

SAMPLES = Path(__file__).parents[1] / "terminal" / "edifact" / "samples"
DESK = Actor.itself("test")


class PartnerFactory(factory.django.DjangoModelFactory):
    """Yellow Sea Line writes as LINEAGENT to LYGSEA, whatever is read from a party; ``customs``: the customs house."""

    class Meta:
        model = Partner
        django_get_or_create = ("code",)

    terminal = factory.SubFactory(TerminalFactory)
    code = "yellow-sea"
    name = "Yellow Sea Line"
    party = factory.SubFactory(PartyFactory, code="yellow-sea-line", name="Yellow Sea Line", kind="line")
    sender_code = "LINEAGENT"
    sender_qualifier = "ZZZ"
    own_code = "LYGSEA"
    takes = factory.LazyFunction(lambda: sorted(FROM_PARTIES))

    class Params:
        customs: Any = factory.Trait(
            code="lyg-customs",
            name="Lianyungang Customs",
            party=None,
            authority=factory.SubFactory(AuthorityFactory),
            sender_code="CUSTOMS",
            own_code="RAILTERM",
            takes=["CUSRES"],
            agreements={"turn_reference": "AEG"},
        )


def sample(name: str) -> bytes:
    """One of our own sample files."""
    return (SAMPLES / f"{name}.edi").read_bytes()


def interchange(
    *messages: str, reference: str = "IC1", between: str = "LINEAGENT:ZZZ+LYGSEA:ZZZ", more: str = ""
) -> bytes:
    """An interchange of messages, each what stands between UNH and UNT, its type first: ``COPRAR:D:95B:UN|BGM…'``."""
    parts = [f"UNB+UNOC:3+{between}+260503:0800+{reference}{more}'"]
    for number, told in enumerate(messages, start=1):
        kind, _, body = told.partition("|")
        count = body.count("'") + 2
        parts.append(f"UNH+{number}+{kind}'{body}UNT+{count}+{number}'")
    return "".join([*parts, f"UNZ+{len(messages)}+{reference}'"]).encode()


def take(data: bytes, partner: Partner | None = None, at: datetime = MARCH_14, **more: Any) -> Interchange:
    """What became of what a partner sent."""
    said = {"partner": partner or PartnerFactory(), "door": Door.API, "by": DESK, "at": at, **more}
    return services.take(data, **said).interchange
