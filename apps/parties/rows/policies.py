"""Which rows of a table a party may see at all, table by table.

A condition is wider than any page of the API: it says whose a row can be, not when. What is narrower (the dates of a
role, what is public) stays with the question that is asked. A table that is reached from another one is seen with it.
"""

from typing import Final

ME: Final = "(SELECT NULLIF(current_setting('landbridge.party', true), '')::bigint)"
"""The party that reads; NULL, and so no row at all, where nobody was named."""


def mine(*columns: str) -> str:
    """Rows that name the party in one of these columns."""
    return " OR ".join(f"{{table}}.{column} = {ME}" for column in columns)


def with_(above: str, column: str) -> str:
    """Rows of which the row above is seen."""
    return f"EXISTS (SELECT FROM {above} AS above WHERE above.id = {{table}}.{column})"


def named_in(below: str, column: str) -> str:
    """Rows that a row below names which is seen."""
    return f"EXISTS (SELECT FROM {below} AS below WHERE below.{column} = {{table}}.id)"


def either(*conditions: str) -> str:
    """Rows for which one of the conditions holds."""
    return " OR ".join(f"({condition})" for condition in conditions)


A_ROLE: Final = "EXISTS (SELECT FROM containers_visitrole AS part WHERE part.visit_id = {table}.%s OFFSET 0)"
"""The party has, had or will have a role in the visit that the column names.

OFFSET keeps it a look into an index for each row: else all visits of a party are read to find a page of rows.
"""
OF_NO_VISIT: Final = "{table}.visit_id IS NULL"

# Note [Asked only where no role is]
# A visit is looked at in nearly every question, and nearly always the role decides. PostgreSQL makes ready all of a
# condition whenever a statement begins, though, and a dozen tables took longer than the question. In a function of
# their own they are made ready only where no role is found. It runs with the rights of who asks: their own
# policies hold in it.
NAMING: Final = (
    "customs_declaredcontainer",
    "gate_deliveryorder",
    "gate_releasepin",
    "gate_appointmentbox",
    "trains_bookedslot",
    "warehouse_booking",
    "warehouse_bookedbox",
    "warehouse_dockappointment",
    "warehouse_cargoorder",
    "warehouse_lot",
    "billing_chargeline",
    "billing_storageaccount",
)
"""What names a visit of which a party is told without a role in it."""

FUNCTIONS: Final[dict[str, str]] = {
    "a_party_is_told_of_the_visit": either(*(named_in(below, "visit_id") for below in NAMING)).format(table="row"),
}
"""Conditions over ``row.id`` by the name under which policies ask them."""

OWN: Final[dict[str, str]] = {
    "containers_visitrole": mine("party_id"),
    "containers_visit": either(A_ROLE % "id", "a_party_is_told_of_the_visit({table}.id)"),
    **{
        f"containers_{note}": with_("containers_visit", "visit_id")
        for note in ("damage", "formernumber", "hazard", "permission", "question", "reference", "seal", "temperature")
    },
    "containers_weight": with_("containers_visit", "visit_id"),
    "containers_repair": with_("containers_damage", "damage_id"),
    "containers_hold": either(OF_NO_VISIT, with_("containers_visit", "visit_id")),
    "journal_entry": either(f"{OF_NO_VISIT} AND {{table}}.audience = 'public'", A_ROLE % "visit_id"),
    "parties_apiaccess": mine("party_id"),
    "parties_apiclient": mine("party_id"),
    "parties_partykey": mine("party_id"),
    "trains_slotbooking": mine("party_id"),
    "trains_bookedslot": with_("trains_slotbooking", "booking_id"),
    "trains_wagonload": with_("containers_visit", "visit_id"),
    "trains_plannedload": with_("containers_visit", "visit_id"),
    "trains_leftbehind": with_("containers_visit", "visit_id"),
    "trains_gaugetransfer": with_("containers_visit", "visit_id"),
    "ships_stowageline": either(OF_NO_VISIT, with_("containers_visit", "visit_id")),
    "warehouse_bookingseries": mine("party_id"),
    "warehouse_booking": mine("party_id"),
    "warehouse_bookedbox": with_("warehouse_booking", "booking_id"),
    "warehouse_partyinzone": mine("party_id"),
    "warehouse_dockappointment": mine("party_id"),
    "warehouse_cargoorder": mine("party_id"),
    "warehouse_declaredlot": with_("warehouse_cargoorder", "order_id"),
    "warehouse_lot": either(mine("owner_id"), named_in("warehouse_lotmovement", "lot_id")),
    "warehouse_lotmovement": mine("owner_id"),
    "warehouse_reservation": with_("warehouse_lot", "lot_id"),
    "warehouse_countedlot": with_("warehouse_lot", "lot_id"),
    "warehouse_bondedentry": mine("owner_id"),
    "warehouse_processingrun": with_("warehouse_bondedentry", "entry_id"),
    "warehouse_ledgerrow": with_("warehouse_bondedentry", "entry_id"),
    "warehouse_periodwarning": with_("warehouse_bondedentry", "entry_id"),
    "customs_mandate": mine("party_id", "broker_id"),
    "customs_guarantee": mine("party_id"),
    "customs_guaranteecharge": with_("customs_guarantee", "guarantee_id"),
    "customs_declaration": mine("declarant_id", "broker_id"),
    **{
        f"customs_{part}": with_("customs_declaration", "declaration_id")
        for part in ("amendment", "declarationdocument", "declaredcontainer", "declaredgoods", "declaredlot")
    },
    "customs_clockperiod": with_("customs_declaration", "declaration_id"),
    "customs_goodsstop": with_("warehouse_lot", "lot_id"),
    "customs_inspection": either(
        with_("customs_declaration", "declaration_id"),
        with_("containers_visit", "visit_id"),
        with_("warehouse_lot", "lot_id"),
    ),
    "gate_deliveryorder": mine("issued_by_id", "haulier_id"),
    "gate_releasepin": mine("issued_by_id"),
    "gate_appointment": mine("haulier_id"),
    "gate_appointmentbox": with_("gate_appointment", "appointment_id"),
    "gate_inspection": with_("gate_appointmentbox", "box_id"),
    "gate_troublecase": with_("gate_appointment", "appointment_id"),
    "billing_storageaccount": either(mine("payer_id", "guarantor_id"), A_ROLE % "visit_id"),
    "billing_pause": with_("containers_visit", "visit_id"),
    "billing_freetimenotice": mine("party_id"),
    "billing_chargeline": mine("party_id"),
    "billing_invoice": mine("party_id"),
    "billing_payment": mine("party_id"),
    "billing_allocation": with_("billing_invoice", "invoice_id"),
    "billing_creditnote": mine("party_id"),
    "billing_creditedline": with_("billing_creditnote", "credit_note_id"),
    "billing_dispute": with_("billing_chargeline", "line_id"),
    "billing_statement": mine("party_id"),
    "edi_partner": mine("party_id"),
    "edi_feed": with_("edi_partner", "partner_id"),
    "edi_interchange": with_("edi_partner", "partner_id"),
    "tracking_eventsubscription": mine("party_id"),
    "webhooks_webhook": mine("party_id"),
    "webhooks_delivery": with_("webhooks_webhook", "webhook_id"),
    "webhooks_attempt": with_("webhooks_delivery", "delivery_id"),
}
"""Table and condition."""

NOBODYS: Final = (
    "alerts_alert", "alerts_comment", "alerts_escalation", "alerts_hook", "alerts_hookmessage", "alerts_subscription",
    "alerts_telling", "axes_accessattempt", "axes_accessfailurelog", "axes_accesslog",
    "customs_case", "customs_casenote", "customs_officer", "customs_riskrule", "django_admin_log", "django_session",
    "notices_attempt", "notices_enclosure", "notices_notice", "notices_refusedaddress", "oauth2_provider_accesstoken",
    "oauth2_provider_refreshtoken", "parties_membership", "parties_user",
)  # fmt: skip
"""What no party's program is ever told of: it may not even ask."""

EVERYBODYS: Final[dict[str, str]] = {
    "billing_freetimerule": "prices of a customer are read to price what is the caller's",
    "billing_tierrule": "prices of a customer are read to price what is the caller's",
    "calls_call": "who runs a train or a ship is known to everybody",
    "containers_stoprule": "rules say what stops a box, whoever made them",
    "customs_jurisdiction": "which office is whose is no secret",
    "parties_ownership": "who owns the terminal is no secret",
    "sandbox_stage": "whose boxes a sandbox plays with is no secret",
    "ships_shipcall": "whose ship it is is known to everybody",
}
"""Tables that name a party and are open nevertheless, and why."""
