"""A sandbox is built: its terminal, its ground, its parties, its officer. Building it again adds what is missing."""

from typing import Any, Final

from django.apps import apps
from django.contrib.auth.models import Permission
from django.db import transaction

from apps.billing.models import FreeTimeRule, PieceRate, Tariff, TariffVersion, TierRule
from apps.containers.models import PermissionRule
from apps.customs.models import Jurisdiction, Office, Officer
from apps.gate.models import GateRules
from apps.network.models import Terminal
from apps.parties.models import Membership, Party, Role, User
from apps.sandbox import ground
from apps.sandbox.models import Stage
from apps.sandbox.services.scene import OFFICER, named
from apps.sandbox.services.sweeping import NoSandbox
from apps.warehouse.models import DockDoor, Zone
from terminal.readiness import Owner, Step
from terminal.regimes import Direction, Regime

OWNER: Final = "trading"
ROLE: Final = "sandbox-customs"
RIGHTS: Final = (
    ("customs", "change_declaration"),
    ("customs", "change_inspection"),
    ("containers", "lift_customs_hold"),
)
"""What the officer needs: a role of its own, whatever the site makes of its roles."""

STEPS: Final = (Step.LOAD, Step.GATE_OUT, Step.STRIP)


@transaction.atomic
def open_sandbox(code: str = "sandbox") -> Stage:
    """The sandbox of this code, built where it is not there. Raises ``NoSandbox`` for a terminal in earnest."""
    name = "Sandbox" if code == "sandbox" else f"Sandbox {code}"
    terminal, _new = Terminal.objects.get_or_create(
        code=code, defaults={**ground.TERMINAL, "name": name, "sandbox": True}
    )
    if not terminal.sandbox:
        raise NoSandbox(terminal=terminal.name)
    _lay_ground(terminal)
    parties = {what: _party(terminal, what, *told) for what, told in ground.PARTIES.items()}
    _officer(terminal)
    stage, _new = Stage.objects.get_or_create(terminal=terminal, defaults={"party": parties[OWNER]})
    return stage


def _party(terminal: Terminal, what: str, name: str, kind: str) -> Party:
    row, _new = Party.objects.get_or_create(
        code=named(terminal, what), defaults={"name": f"{name} ({terminal.code})", "kind": kind, "country": "CN"}
    )
    return row


def _lay_ground(terminal: Terminal) -> None:
    for label, known_by, rest in ground.ROWS:
        model: Any = apps.get_model(label)
        model.objects.get_or_create(terminal=terminal, **known_by, defaults=rest)
    GateRules.objects.get_or_create(terminal=terminal, defaults=ground.GATE)
    for zone, doors in ground.DOORS.items():
        for code in doors:
            where = Zone.objects.get(terminal=terminal, code=zone)
            DockDoor.objects.get_or_create(terminal=terminal, code=code, defaults={"zone": where})
    for office, regime in ground.JURISDICTION.items():
        takes = Office.objects.get(terminal=terminal, code=office)
        Jurisdiction.objects.get_or_create(office=takes, regime=regime)
    if not PermissionRule.objects.filter(terminal=terminal).exists():
        PermissionRule.objects.bulk_create(_permissions(terminal))
    if not Tariff.objects.filter(terminal=terminal).exists():
        _prices(terminal)


def _permissions(terminal: Terminal) -> list[PermissionRule]:
    """Laden boxes of every regime but the domestic need customs' permission."""
    return [
        PermissionRule(
            terminal=terminal,
            regime=regime.value,
            direction=direction.value,
            laden=laden,
            step=step.value,
            owner=Owner.CUSTOMS.value,
            required=laden and regime not in ground.FREE_FROM_CUSTOMS,
            valid_hours=ground.STALE_AFTER_H.get(regime.value) if laden else None,
        )
        for regime in Regime
        if regime is not Regime.UNKNOWN
        for direction in Direction
        if direction is not Direction.UNKNOWN
        for laden in (True, False)
        for step in STEPS
    ]


def _prices(terminal: Terminal) -> None:
    tariff = Tariff.objects.create(terminal=terminal, **ground.TARIFF)
    version = TariffVersion.objects.create(tariff=tariff, name="1", valid_from=ground.VALID_FROM, vat_rate="0.0600")
    for direction in Direction:
        FreeTimeRule.objects.create(
            version=version, direction=direction.value, days=ground.FREE_DAYS, clock_event="container-discharged"
        )
    for day, rate in ground.TIERS:
        TierRule.objects.create(version=version, from_day=day, rate=rate)
    for unit, rate in ground.RATES:
        PieceRate.objects.create(version=version, unit=unit, rate=rate)


def _rights() -> list[Permission]:
    return [Permission.objects.get(content_type__app_label=app, codename=codename) for app, codename in RIGHTS]


def _officer(terminal: Terminal) -> None:
    """Who decides for customs here. Nobody signs in as it."""
    user, new = User.objects.get_or_create(username=named(terminal, OFFICER), defaults={"is_staff": False})
    if new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    role, new = Role.objects.get_or_create(code=ROLE, defaults={"name": "Customs of a sandbox", "of_authority": True})
    if new:
        role.permissions.set(_rights())
    Membership.objects.get_or_create(user=user, terminal=terminal, role=role, party=None)
    for office in Office.objects.filter(terminal=terminal):
        Officer.objects.get_or_create(user=user, office=office, defaults={"role": Officer.Role.HEAD})
