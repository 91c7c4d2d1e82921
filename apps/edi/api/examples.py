"""Interchanges as the OpenAPI document shows them."""

from drf_spectacular.utils import OpenApiExample

ID = "0196a7c2-5e5b-7c1d-8f1e-1c5f0a9b4d11"
TEXT = (
    "UNB+UNOC:3+LINEAGENT:ZZZ+LYGSEA:ZZZ+260503:0800+IC1'"
    "UNH+1+COPARN:D:95B:UN'BGM+11+AO-1+9'RFF+BN:BKG778812'"
    "EQD+CN+CSQU3054383+22G1:102:5++2+5'CNT+16:1'UNT+6+1'UNZ+1+IC1'"
)
BRIEF = {
    "id": ID,
    "partner": "yellow-sea",
    "direction": "in",
    "door": "api",
    "fate": "taken",
    "reference": "IC1",
    "types": ["COPARN"],
    "is_test": False,
    "at": "2026-05-03T00:00:05Z",
    "acknowledged": None,
    "original": f"/api/v1/edi/interchanges/{ID}/original/",
}
ANSWER_ID = "0196a7c2-5e60-7b22-9d57-6a1d8f6c2f01"
HANDED_IN = [
    OpenApiExample(f"A box that is to come, as {kind}", said, request_only=True, media_type=kind)
    for kind, said in (
        ("application/edifact", TEXT),
        ("text/plain", TEXT),
        ("application/octet-stream", TEXT),
        ("multipart/form-data", {"file": TEXT}),
    )
]
TAKEN = OpenApiExample(
    "Taken",
    {
        **BRIEF,
        "sha256": "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9",
        "times": 1,
        "fault": None,
        "warnings": [],
        "messages": [
            {
                "reference": "1",
                "type": "COPARN",
                "dialect": "D.95B",
                "document": "AO-1",
                "done": [
                    {
                        "what": "visit-advised",
                        "container": "CSQU3054383",
                        "visit": "0196a7c2-5e5c-7f0e-a1a3-0d6f6f2b9b10",
                    }
                ],
                "left": [],
            }
        ],
        "answers": [
            {
                **BRIEF,
                "id": ANSWER_ID,
                "direction": "out",
                "door": "",
                "fate": "written",
                "reference": "17",
                "types": ["CONTRL"],
                "original": f"/api/v1/edi/interchanges/{ANSWER_ID}/original/",
            }
        ],
        "objection": "",
    },
    response_only=True,
)
A_PAGE = OpenApiExample("Interchanges", {"results": [BRIEF], "next": None}, response_only=True)

DECISION = (
    "UNB+UNOC:3+CUSTOMS:ZZZ+CNLYG:ZZZ+260507:0900+CR8'UNH+1+CUSRES:D:95B:UN'BGM+962+RES-4411+11'NAD+CM+clearance'"
    "DTM+137:202605070855:203'GIS+1'RFF+ABT:CD-2026-000017'RFF+AEG:1'UNT+8+1'UNZ+1+CR8'"
)
A_DECISION = OpenApiExample("Registered", DECISION, request_only=True, media_type="application/edifact")
HEARD = OpenApiExample(
    "Heard",
    {
        **BRIEF,
        "partner": "lyg-customs",
        "reference": "CR8",
        "types": ["CUSRES"],
        "sha256": "6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b",
        "times": 1,
        "fault": None,
        "warnings": [],
        "messages": [
            {
                "reference": "1",
                "type": "CUSRES",
                "dialect": "D.95B",
                "document": "RES-4411",
                "done": [
                    {
                        "what": "customs-decision",
                        "kind": "registered",
                        "about": "CD-2026-000017",
                        "state": "applied",
                    }
                ],
                "left": [],
            }
        ],
        "answers": [],
        "objection": "",
        "replies": [{"types": ["CONTRL"], "text": "UNB+UNOC:3+CNLYG:ZZZ+CUSTOMS:ZZZ+260507:0900+12'…"}],
    },
    response_only=True,
)
