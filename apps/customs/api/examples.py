"""What a body looks like."""

import base64

from drf_spectacular.utils import OpenApiExample

LINE = {
    "hs_code": "520512",
    "goods": "cotton yarn",
    "origin": "UZ",
    "packages": 100,
    "gross_kg": "18200.000",
    "value_minor": 4_550_000,
    "currency": "USD",
}
BOXES = OpenApiExample(
    "Two containers for import, handed in at once",
    request_only=True,
    value={
        "regime": "import",
        "direction": "inbound",
        "containers": ["CSQU3054383", "TCLU5088040"],
        "lines": [LINE],
        "submit": True,
    },
)
TRAIN = OpenApiExample(
    "One transit document for a whole train",
    request_only=True,
    value={
        "regime": "transit",
        "direction": "through",
        "train": "0198f0a3-9a1e-7c52-8c11-3f1f6f0f2a10",
        "lines": [LINE],
    },
)
BOND = OpenApiExample(
    "A broker enters goods in stock into bond for a year",
    request_only=True,
    value={
        "declarant": "almaty-cotton",
        "regime": "bonded_entry",
        "direction": "inbound",
        "lots": [{"lot": "0198f0a3-9a1e-7c52-8c11-3f1f6f0f2a11", "packages": 60}],
        "lines": [LINE],
        "period_days": 365,
    },
)
CHANGE = OpenApiExample("Another direction", {"direction": "through"}, request_only=True)
AMENDMENT = OpenApiExample(
    "One container less",
    {"containers": ["CSQU3054383"], "reason": "the other one was not loaded"},
    request_only=True,
)
WITHDRAWAL = OpenApiExample("Why", {"reason": "the buyer withdrew"}, request_only=True)
ANSWER = OpenApiExample("What was asked", {"reply": "The mill is Tashkent No. 2."}, request_only=True)
DOCUMENT = OpenApiExample(
    "An invoice",
    {
        "kind": "invoice",
        "name": "invoice-4711.txt",
        "number": "4711",
        "content": base64.b64encode(b"Invoice 4711").decode(),
    },
    request_only=True,
)
MANDATE = OpenApiExample(
    "Name a broker for a year",
    {"broker": "suwei-brokers", "until": "2027-05-04T00:00:00+08:00"},
    request_only=True,
)
