"""What is watched, and who wants to know."""

from decimal import Decimal

import factory

from apps.alerts.models import Alert, Rule, Subscription
from tests.factories.network import TerminalFactory
from tests.factories.notices import MONDAY_TEN
from tests.factories.parties import UserFactory


class RuleFactory(factory.django.DjangoModelFactory):
    """The yard at Lianyungang: warn at 75 %, raise at 85 %, clear under 80 %; 15 and 30 minutes."""

    class Meta:
        model = Rule

    terminal = factory.SubFactory(TerminalFactory)
    metric = Rule.Metric.YARD_TEU
    warn_at = Decimal("0.75")
    raise_at = Decimal("0.85")
    clear_below = Decimal("0.80")
    warns_of = Decimal(1)


class AlertFactory(factory.django.DjangoModelFactory):
    """The yard, open since Monday ten o'clock."""

    class Meta:
        model = Alert

    rule = factory.SubFactory(RuleFactory)
    opened_at = MONDAY_TEN
    reading = Decimal(4294)
    capacity = Decimal(4936)
    peak = Decimal(4294)


class SubscriptionFactory(factory.django.DjangoModelFactory):
    """A manager who wants the alerts."""

    class Meta:
        model = Subscription

    user = factory.SubFactory(UserFactory)
    terminal = factory.SubFactory(TerminalFactory)
    what = Subscription.What.ALERTS
