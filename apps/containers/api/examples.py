"""Examples of the OpenAPI document: a box of wheat from Almaty."""

from drf_spectacular.utils import OpenApiExample

NUMBER = "CSQU3054383"
MOMENT = "2026-05-02T03:20:00Z"

_ONE = {
    "container": NUMBER,
    "size_type": "22G1",
    "laden": True,
    "gross_kg": 22400,
    "destination": "KZALA",
    "regime": "transit",
    "direction": "through",
    "role": "shipper",
    "references": [{"kind": "smgs", "value": "20764311"}],
    "seals": [{"number": "CN123456", "owner": "shipper"}],
    "vgm": {"gross_kg": 22410, "method": "vgm_method_1", "verified_by": "Steppe Grain", "certificate": "W-2026-118"},
}
_WEIGHT = {
    "gross_kg": 22410,
    "how": "vgm_method_1",
    "verified": True,
    "verified_by": "Steppe Grain",
    "certificate": "W-2026-118",
    "noted_at": MOMENT,
}
_ADVISED = {
    "id": "0195a3c4-7a10-7e55-b0a5-3c1d9e8f7a03",
    "container": NUMBER,
    "size_type": "22G1",
    "state": "advised",
    "role": "shipper",
    "advised_at": MOMENT,
    "references": [{"kind": "smgs", "value": "20764311"}],
}
_CALL = {
    "mode": "rail",
    "number": "X9014",
    "carrier": "KTZ Express",
    "phase": "arrived",
    "scheduled_arrival_at": "2026-05-02T02:15:00Z",
    "estimated_arrival_at": None,
    "arrived_at": "2026-05-02T02:40:00Z",
    "scheduled_departure_at": "2026-05-02T11:15:00Z",
    "estimated_departure_at": None,
    "departed_at": None,
}

ADVICE = [
    OpenApiExample("one container", _ONE, request_only=True),
    OpenApiExample("several", [_ONE], request_only=True),
    OpenApiExample("advised", _ADVISED, response_only=True, status_codes=["201"]),
    OpenApiExample("several advised", [_ADVISED], response_only=True, status_codes=["201"]),
    OpenApiExample(
        "each by itself",
        {
            "advised": 1,
            "refused": 0,
            "rows": [{"row": 0, "status": "advised", "visit": _ADVISED, "problem": None}],
        },
        response_only=True,
        status_codes=["200"],
    ),
]
CONTAINER = [
    OpenApiExample(
        "in the yard",
        {
            "container": NUMBER,
            "size_type": "22G1",
            "visit": "0195a3c4-7a10-7e55-b0a5-3c1d9e8f7a03",
            "version": 3,
            "state": "active",
            "position": "in_yard",
            "laden": True,
            "goods": "standard",
            "gross_kg": 22400,
            "destination": "KZALA",
            "regime": "transit",
            "direction": "through",
            "roles": ["shipper"],
            "advised_at": "2026-04-30T08:00:00Z",
            "arrived_at": MOMENT,
            "departed_at": None,
            "arrival_call": _CALL,
            "departure_call": None,
            "references": [{"kind": "smgs", "value": "20764311"}],
            "holds": [],
            "seals": [{"number": "CN123456", "owner": "shipper", "affixed_at": "2026-04-30T08:00:00Z"}],
            "weight": _WEIGHT,
            "hazards": [],
            "set_point_celsius": None,
            "temperatures": [],
            "damages": [],
        },
        response_only=True,
    )
]
WEIGHT = [
    OpenApiExample(
        "a verified gross mass",
        {"gross_kg": 22410, "how": "vgm_method_1", "verified_by": "Steppe Grain", "certificate": "W-2026-118"},
        request_only=True,
    ),
    OpenApiExample("noted", _WEIGHT, response_only=True, status_codes=["201"]),
]
READINESS = [
    OpenApiExample(
        "waits for customs",
        {
            "ready": False,
            "step": "gate_out",
            "asked_at": MOMENT,
            "blockers": [
                {
                    "code": "permission-missing",
                    "step": "gate_out",
                    "owner": "customs",
                    "reference": "",
                    "since": None,
                    "detail": "The permission of customs is missing.",
                    "remedy": "Ask customs for the permission.",
                }
            ],
        },
        response_only=True,
    )
]
