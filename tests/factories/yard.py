"""Blocks, and boxes that stand in them."""

import factory

from apps.yard.models import Block
from tests.factories.network import TerminalFactory


class BlockFactory(factory.django.DjangoModelFactory):
    """A general block of six bays, three rows and four tiers."""

    class Meta:
        model = Block

    terminal = factory.SubFactory(TerminalFactory)
    code = factory.Sequence(lambda n: f"A{n}")
    kind = Block.Kind.GENERAL
    bays, rows, tiers = 6, 3, 4
