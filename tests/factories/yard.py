"""Blocks, and boxes that stand in them."""

from datetime import UTC, datetime

import factory

from apps.yard.models import Block, BlockClosure, Equipment
from terminal.work import Machine
from tests.factories.network import TerminalFactory


class BlockFactory(factory.django.DjangoModelFactory):
    """A general block of six bays, three rows and four tiers."""

    class Meta:
        model = Block

    terminal = factory.SubFactory(TerminalFactory)
    code = factory.Sequence(lambda n: f"A{n}")
    kind = Block.Kind.GENERAL
    bays, rows, tiers = 6, 3, 4


class BlockClosureFactory(factory.django.DjangoModelFactory):
    """A whole block closed since last year."""

    class Meta:
        model = BlockClosure

    block = factory.SubFactory(BlockFactory)
    since = datetime(2022, 1, 1, tzinfo=UTC)
    reason = "new surface"


class EquipmentFactory(factory.django.DjangoModelFactory):
    """A reach stacker."""

    class Meta:
        model = Equipment

    terminal = factory.SubFactory(TerminalFactory)
    code = factory.Sequence(lambda n: f"RS{n}")
    kind = Machine.REACH_STACKER.value
    lifts_per_hour = 12
