"""What the database itself keeps of tariffs and papers, whoever writes to it."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from apps.billing.models import TariffVersion
from tests.factories.billing import tariff, version


def refuses(constraint, sql, *params):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_a_day_has_one_version_of_a_tariff_even_for_raw_sql(db):
    version()
    refuses(
        "a_day_has_one_version_of_a_tariff",
        "INSERT INTO billing_tariffversion (public_id, version, tariff_id, name, valid_from, vat_rate)"
        " VALUES (gen_random_uuid(), 1, %s, '2025/2', '2025-12-31', 0.06)",
        tariff().pk,
    )
    later = TariffVersion.objects.create(tariff=tariff(), name="2026/1", valid_from=date(2026, 1, 1), vat_rate=0)
    assert later.valid_until is None
