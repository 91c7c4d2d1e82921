"""What a sandbox's terminal is made of: little of everything, and rules short enough to be met within a day."""

from datetime import date
from typing import Any, Final

TERMINAL: Final[dict[str, Any]] = {
    "un_locode": "CNLYG",
    "zone_name": "Asia/Shanghai",
    "currency": "CNY",
    "gauge_mm": 1435,
    "ground_slots": 200,
    "tiers": 4,
    "operating_fill": "0.700",
    "rated_trains_per_day": "4.00",
    "rated_teu_per_year": 40_000,
    "teu_per_train": 20,
    "train_stay_hours": "9.00",
    "dwell_days": "3.00",
    "working_hours": "24.00",
    "rail_lifts_per_hour": 60,
    "yard_moves_per_hour": 40,
    "warehouse_m2": 1_200,
}

PARTIES: Final = {"trading": ("Sandbox Trading", "shipper"), "haulage": ("Sandbox Haulage", "haulier"),
                  "line": ("Sandbox Line", "line")}  # fmt: skip

ROWS: Final[tuple[tuple[str, dict[str, Any], dict[str, Any]], ...]] = (
    *(("trains.track", {"code": f"T{n}"}, {"usable_m": 950}) for n in range(1, 5)),
    ("trains.trainservice", {"code": "X1"}, {
        "name": "Almaty", "route": ["CNLYG", "CNXIY", "CNURM", "CNHRS", "KZHOR", "KZALA"], "wagons": 4,
        "length_m": 400, "cut_off_minutes": 120, "runs": "departing", "eta_threshold_minutes": 15}),
    ("yard.block", {"code": "A"}, {"kind": "general", "bays": 20, "rows": 6, "tiers": 4}),
    ("yard.block", {"code": "R"}, {"kind": "reefer", "bays": 6, "rows": 2, "tiers": 2, "plugs": 24}),
    ("yard.block", {"code": "H"}, {"kind": "dangerous_goods", "bays": 6, "rows": 2, "tiers": 2}),
    ("yard.block", {"code": "M"}, {"kind": "empties", "bays": 6, "rows": 2, "tiers": 4}),
    ("yard.block", {"code": "Q"}, {"kind": "inspection", "bays": 6, "rows": 1, "tiers": 1}),
    ("warehouse.zone", {"code": "gen"}, {"name": "General cargo", "kind": "general", "usable_m2": "900.00",
        "confirms_at_once": True}),
    ("warehouse.zone", {"code": "cfs"}, {"name": "Consolidation and unpacking", "kind": "consolidation",
        "usable_m2": "200.00", "request_holds_hours": 12, "no_show_after_hours": 4}),
    ("warehouse.zone", {"code": "cold"}, {"name": "Chilled store", "kind": "chilled", "usable_m2": "100.00"}),
    ("customs.office", {"code": "clearance"}, {"name": "Clearance Office", "kind": "section", "illustrative": True,
        "clears": True, "takes_the_rest": True}),
    ("customs.office", {"code": "temporary"}, {"name": "Temporary Admission Office", "kind": "section",
        "illustrative": True, "clears": True}),
    ("gate.weeklyquota", {"start_hour": 0}, {"end_hour": 24, "trucks": 500}),
    ("containers.stoprule", {"name": "Unsafe damage"}, {"event": "damage-noted", "detail": "severity",
        "value": "unsafe", "deed": "place_hold", "owner": "terminal", "reason": "Damage to be surveyed",
        "reference": "SURVEY", "turn": 10}),
    *(("warehouse.dockduration", {"work": work, "handover": "live", "length_ft": None}, {"minutes": 45})
      for work in ("strip", "stuff", "receive", "hand_out")),
)  # fmt: skip
"""Model, by what a row is known, and the rest of it. The terminal is the sandbox's."""

GATE: Final = {"inspects_in": False, "inspects_out": False, "no_show_after_minutes": 120}

DOORS: Final = {"gen": ("D1", "D2"), "cfs": ("D3", "D4")}

JURISDICTION: Final = {"temporary": "temporary"}
"""Office and the regime it takes."""

STALE_AFTER_H: Final = {"transit": 72}
"""A permission of the regime counts for so long."""

FREE_FROM_CUSTOMS: Final = ("domestic",)

TARIFF: Final[dict[str, Any]] = {"code": "Storage (sandbox)", "currency": "CNY", "in_use": True, "payment_days": 30}
VALID_FROM: Final = date(2025, 1, 1)
FREE_DAYS: Final = 2
TIERS: Final = ((1, "11"), (4, "22"))
RATES: Final = (("m2_day", "0.95"), ("package", "2.50"), ("lift", "180"))
