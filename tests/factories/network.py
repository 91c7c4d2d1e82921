"""The site, with its real figures."""

from decimal import Decimal
from typing import Any

import factory

from apps.network.models import Place, Terminal


class TerminalFactory(factory.django.DjangoModelFactory):
    """Lianyungang, CNLYG. Asked again for the same code, the same row."""

    class Meta:
        model = Terminal
        django_get_or_create = ("code",)

    code = "cnlyg"
    name = "Lianyungang China–Kazakhstan logistics terminal"
    un_locode = "CNLYG"
    zone_name = "Asia/Shanghai"
    currency = "CNY"
    gauge_mm = 1435
    ground_slots = 1763
    tiers = 4
    operating_fill = Decimal("0.700")
    rated_trains_per_day = Decimal("10.2")
    rated_teu_per_year = 410_000
    target_teu_per_year = 550_000
    teu_per_train = 110
    train_stay_hours = Decimal(9)
    dwell_days = Decimal(3)
    working_hours = Decimal(20)
    rail_lifts_per_hour = 90
    yard_moves_per_hour = 72
    warehouse_m2 = 23_000

    class Params:
        khorgos: Any = factory.Trait(
            code="kzhor",
            name="Khorgos–East Gate dry port",
            un_locode="KZHOR",
            zone_name="Asia/Almaty",
            currency="KZT",
            gauge_mm=1520,
        )


class PlaceFactory(factory.django.DjangoModelFactory):
    """A place trains go to: Almaty unless another is named."""

    class Meta:
        model = Place
        django_get_or_create = ("un_locode",)

    un_locode = "KZALA"
    name = "Almaty"
    country = "KZ"
