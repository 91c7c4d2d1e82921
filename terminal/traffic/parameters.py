"""Every figure the generator works with, in one place: change the traffic here.

Where a figure has a public source it is named (see `docs/traffic.md` for the comparison); "(ours)" marks an assumption.
Shares of one table add up to 1. Durations are in the unit their name says, times of day are the site's.

# Note [What is left hard]
Border time has a heavy tail and a memory of weeks, ships come in bunches after bad weather, the railway's estimates are
too hopeful while a train waits, and boxes that miss a full train queue for the next. A forecast that knows these
parameters still does not know their draws; one that fits nothing but averages will be wrong where it matters.
"""

from dataclasses import dataclass, field, replace
from typing import Final


@dataclass(frozen=True, slots=True)
class Site:
    """What the terminal can do (its rated figures; terminal.md §1 by way of `fixtures/site.yaml`)."""

    operating_teu: int = 4936
    tracks: tuple[str, ...] = ("T1", "T2", "T3", "T4")
    rated_trains_per_day: float = 10.2
    rated_teu_per_year: int = 410_000
    train_length_m: int = 800
    zones: tuple[tuple[str, float], ...] = (
        ("gen", 9000.0), ("bond", 4000.0), ("cold", 1600.0), ("dg", 800.0), ("cfs", 3000.0),
    )  # fmt: skip
    """Zones of the warehouse and their usable m²: 18,400 together."""


@dataclass(frozen=True, slots=True)
class Demand:
    """How much comes, and when. Weights are normalised, so that the mean day of the order is what was asked."""

    weekdays: tuple[float, ...] = (0.98, 1.04, 1.06, 1.05, 1.03, 0.95, 0.89)
    """Monday to Sunday (ours: the railway runs every day, shippers close the weekend)."""
    months: tuple[float, ...] = (0.97, 0.88, 1.00, 1.01, 1.00, 0.99, 0.98, 1.00, 1.05, 1.04, 1.05, 1.03)
    """January to December (ours: low around the Chinese new year, a strong autumn of grain and consumer goods)."""
    chinese_holiday: float = 0.72
    """A public holiday in China: factories and hauliers rest, trains mostly run (ours). Fetching trucks too."""
    kazakh_holiday: float = 0.94
    noise: float = 0.10
    memory: float = 0.80
    """Relative standard deviation of a day's demand around its weight, and how much of it the next day keeps (ours)."""


FLOWS: Final[dict[str, tuple[float, float, str]]] = {
    "sea-rail": (0.375, 0.97, "west"),
    "road-rail": (0.125, 0.96, "west"),
    "barge-rail": (0.03, 0.75, "west"),
    "rail-sea": (0.255, 0.80, "east"),
    "rail-road": (0.095, 0.86, "east"),
    "rail-barge": (0.02, 0.60, "east"),
    "sea-road": (0.04, 0.80, "coast"),
    "road-sea": (0.04, 0.62, "coast"),
    "barge-sea": (0.02, 0.55, "coast"),
}
"""Share of TEU, share of laden boxes among them, and the mix of goods. Nine tenths touch the rails, so that a train
carries about 100 TEU, as in 2017/18 (88 to 110; 66,500 TEU on 666 trains)."""


@dataclass(frozen=True, slots=True)
class Service:
    """A train service: its share of the trains, its crossing, and the nominal hours before and behind the border."""

    code: str
    share: float
    crossing: str
    to_border_h: float
    inland_h: float
    destinations: tuple[str, ...]
    carrier: str


SERVICES: Final = (
    Service("X9014", 0.34, "khorgos", 22, 88, ("KZALA", "KZKGF", "KZPWQ", "KZUKK"), "KTZ Express"),
    Service("X9016", 0.26, "khorgos", 60, 88, ("UZTAS", "KZCIT", "TJDYU", "KGFRU"), "KTZ Express"),
    Service("X8012", 0.12, "alashankou", 190, 84, ("PLMLK", "DEDUI", "DEHAM", "PLLOD"), "China State Railway Group"),
    Service("X8024", 0.12, "manzhouli", 120, 80, ("RUMOW", "RUOVB", "RULED", "BYMSQ"), "China State Railway Group"),
    Service("X9032", 0.08, "khorgos", 150, 88, ("TRIST", "TRMER", "AZBAK", "GEPTI"), "KTZ Express"),
    Service("X9044", 0.08, "erenhot", 30, 52, ("MNULN",), "China State Railway Group"),
)
"""The six routes of the fixtures. Almaty about 6 days, Tashkent 7 to 10 with the border (terminal.md §1)."""


@dataclass(frozen=True, slots=True)
class Rail:
    """Trains: their timetable, the border, the access railway."""

    timetable_days: int = 14
    """How long ahead a timetabled train is announced."""
    import_share: float = 0.36
    turn_share: float = 0.08
    """Trains that come laden and leave empty; that bring and take. The rest comes empty and leaves laden."""
    load_teu: float = 97.0
    load_sd: float = 7.0
    max_teu: float = 110.0
    max_t: float = 1300.0
    """110 TEU on 55 wagons, 1,300 t of containers a train (terminal.md §3)."""
    wagons: tuple[int, int] = (48, 55)
    """A departing train has so many wagons, 2 TEU each (41 to 55 in 2017/18, up to 55 since 2024)."""
    least_teu: tuple[float, float] = (58.0, 98.0)
    """A train that would leave with less than a figure between these is filled with boxes that could go, before their
    planned time."""
    cancelled: float = 0.025
    extra: float = 0.03
    silent: float = 0.03
    """Trains nobody sends an estimate for."""
    border_mean_h: float = 31.0
    border_sigma: float = 0.75
    """Border time is log-normal: mean 31 h of 20 to 50 h on record, one in twenty over 85 h."""
    border_memory: float = 0.93
    border_swing: float = 0.38
    """The crossing's congestion: a log-scale AR(1) by the day with this memory and this standard deviation."""
    leg_noise: float = 0.07
    """Relative standard deviation of a running leg."""
    rake_late: float = 0.25
    rake_late_mean_h: float = 3.5
    rake_sd_min: float = 35.0
    """Empty rakes come from near by: mostly on time, one in four late (ours)."""
    estimate_every_h: float = 12.0
    hope: float = 0.7
    """What the railway adds for a border not yet passed, as a share of the nominal border time: it hopes."""
    estimate_noise_h: float = 3.2
    """Standard deviation of an estimate's own error a day ahead; it grows with the root of the lead."""
    shunting_h: float = 1.8
    lifts_per_hour: float = 16.0
    """A train's share of 3 cranes at 30 lifts/h on 4 tracks, waits included (ours)."""
    slack_h: float = 3.0
    squeezed: float = 0.15
    """Hours of waiting for papers and a path, and the share of them that is left while another train waits (ours): so
    a train stays 9 h, and can do with six and a half."""
    change_over_min: float = 20.0
    reopening_gap_min: float = 70.0
    """How close trains follow each other over a crossing that reopens."""
    closure_h: float = 72.0
    rerun: float = 0.6
    """Share of trains cancelled by a closed border that run later."""


@dataclass(frozen=True, slots=True)
class Line:
    """A liner service: calls a week, on which weekdays (0 = Monday), its region, its share of the volume."""

    code: str
    carrier: str
    weekdays: tuple[int, ...]
    destinations: tuple[str, ...]
    share: float


LINES: Final = (
    Line("KJX", "Yellow Sea Line", (0, 2, 4, 6), ("KRPUS", "KRINC"), 0.24),
    Line("JPK", "Yellow Sea Line", (1, 3, 5), ("JPOSA", "JPUKB"), 0.15),
    Line("JPT", "Sunrise Feeders", (0, 3, 5), ("JPTYO",), 0.12),
    Line("CSX", "Harbour Coastal", (0, 1, 3, 4, 6), ("CNSHA", "CNTAO", "CNNGB"), 0.17),
    Line("VNX", "Lotus Lines", (1, 4, 6), ("VNSGN", "THLCH"), 0.14),
    Line("SEA", "Straits Express", (2, 5), ("SGSIN", "MYPKG", "IDJKT"), 0.12),
    Line("GLF", "Monsoon Shipping", (0, 4), ("AEDXB", "INNSA", "IRBND"), 0.06),
)
"""Onward by sea: Japan, Korea, Singapore, South-East Asia (terminal.md §1). Carriers but the first are illustrative."""


@dataclass(frozen=True, slots=True)
class Sea:
    """Ships and barges."""

    sd_h: float = 6.0
    late: float = 0.22
    late_mean_h: float = 14.0
    size_sigma: float = 0.30
    stay_h: float = 18.0
    stay_sigma: float = 0.30
    berth_gap_min: float = 95.0
    closures_per_month: tuple[float, ...] = (1.6, 1.5, 1.6, 1.7, 1.5, 1.8, 1.6, 1.4, 1.0, 1.0, 1.4, 1.7)
    closure_mean_h: float = 15.0
    """Fog and wind close the port: days on which nothing moves, then everything comes at once."""
    typhoon_days: float = 2.5
    out_room: float = 1.35
    """Outbound room of a call over its expected load."""
    cut_off_h: float = 8.0
    barges_per_day: float = 1.0
    barge_stay_h: float = 9.0
    announced_days: int = 14
    estimate_leads_h: tuple[float, ...] = (240, 168, 120, 72, 48, 36, 24, 12, 6)
    estimate_noise_h: float = 3.0


@dataclass(frozen=True, slots=True)
class Road:
    """Trucks, by appointment."""

    hours: tuple[float, ...] = (
        0.3, 0.2, 0.1, 0.1, 0.2, 0.5, 1.0, 2.0, 4.5, 6.5, 7.5, 6.5,
        4.0, 5.5, 7.5, 7.5, 6.5, 5.0, 3.5, 2.5, 2.0, 1.5, 1.0, 0.6,
    )  # fmt: skip
    """Weight of each hour of the day."""
    weekdays: tuple[float, ...] = (1.05, 1.08, 1.06, 1.06, 1.08, 0.95, 0.72)
    twin: float = 0.35
    """Share of 20′ boxes that share a truck with another."""
    no_show: float = 0.045
    visit_min: float = 38.0
    early_min: float = 18.0
    late: float = 0.25
    late_mean_min: float = 40.0
    """Trucks come around their slot (standard deviation in minutes), one in four later, some in another hour."""
    appointment_h: tuple[float, float] = (4.0, 44.0)
    """How long before the slot an appointment is made."""


@dataclass(frozen=True, slots=True)
class Dwell:
    """How long boxes stay beyond what trains, ships and customs make them wait."""

    plan_median_h: float = 21.0
    plan_sigma: float = 1.0
    """From arrival to the first train or ship the shipper wants (log-normal)."""
    pick_up_median_h: float = 52.0
    pick_up_sigma: float = 0.85
    """From arrival to the truck that fetches it (log-normal)."""
    empty_factor: float = 1.5
    """Empties wait longer for their next use."""
    free_days: int = 5
    hurried: float = 0.6
    """Of the boxes that would be fetched after their free days, so many are fetched in the last day and a half."""
    handling_h: float = 2.0


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of goods: its share in a mix, gross kg of a laden 20′ and 40′ (mean, sd), HS code, temperature, danger."""

    name: str
    hs_code: str
    twenty: tuple[float, float]
    forty: tuple[float, float]
    share_of_20: float
    goods: str = "standard"


KINDS: Final = {
    "machinery": Kind("machinery", "8429", (15500, 3500), (17500, 4000), 0.20),
    "vehicles": Kind("vehicles and parts", "8708", (13500, 2800), (15000, 3500), 0.08),
    "appliances": Kind("electrical appliances", "8418", (11500, 2200), (12500, 2800), 0.08),
    "plastics": Kind("plastics and rubber", "3901", (18500, 2500), (21500, 2200), 0.30),
    "clothes": Kind("clothes and furniture", "6203", (9500, 2200), (11500, 2600), 0.06),
    "steel": Kind("steel and building materials", "7208", (22000, 1600), (23800, 900), 0.75),
    "food": Kind("chilled and frozen food", "0303", (19500, 2000), (22500, 1500), 0.20, "reefer"),
    "chemicals": Kind("chemicals", "2903", (19500, 2200), (21500, 2000), 0.65, "dangerous_goods"),
    "grain": Kind("wheat and grain", "1001", (22800, 900), (24000, 700), 0.86),
    "cotton": Kind("cotton yarn", "5205", (15500, 2200), (20500, 2200), 0.12),
    "alloys": Kind("ferro-alloys", "7202", (23000, 700), (24200, 500), 0.94),
    "metals": Kind("non-ferrous metals", "7403", (22800, 800), (24200, 500), 0.82),
    "ores": Kind("ores and potash", "3104", (23000, 700), (24400, 400), 0.92),
    "leather": Kind("leather", "4104", (16500, 2200), (19500, 2200), 0.20),
    "oil": Kind("oil products", "2710", (21500, 1500), (23500, 900), 0.90, "dangerous_goods"),
}

MIXES: Final[dict[str, dict[str, float]]] = {
    "west": {"machinery": 0.20, "vehicles": 0.22, "appliances": 0.17, "plastics": 0.12, "clothes": 0.13, "steel": 0.10,
             "food": 0.03, "chemicals": 0.03},
    "east": {"grain": 0.22, "cotton": 0.20, "alloys": 0.10, "metals": 0.14, "ores": 0.11, "leather": 0.12, "oil": 0.03,
             "food": 0.03, "plastics": 0.05},
    "coast": {"machinery": 0.18, "appliances": 0.15, "plastics": 0.22, "clothes": 0.15, "steel": 0.12, "food": 0.12,
              "chemicals": 0.06},
}  # fmt: skip
"""Goods east to west, west to east (terminal.md §1), and along the coast (ours), as shares of laden boxes."""


@dataclass(frozen=True, slots=True)
class Boxes:
    """The boxes themselves."""

    owners: tuple[tuple[str, float], ...] = (
        ("CRXU", 0.16), ("CCLU", 0.14), ("OOLU", 0.10), ("TRHU", 0.09), ("SEGU", 0.08), ("BMOU", 0.08), ("GESU", 0.07),
        ("SKHU", 0.07), ("TLLU", 0.06), ("HMMU", 0.05), ("SITU", 0.05), ("YMLU", 0.03), ("EITU", 0.02),
    )  # fmt: skip
    """Owner prefixes; none of the demo week's, so that both can stand at one terminal."""
    forties: tuple[tuple[str, float], ...] = (("45G1", 0.62), ("42G1", 0.33), ("L5G1", 0.05))
    twenties: tuple[tuple[str, float], ...] = (("22G1", 0.95), ("22U1", 0.03), ("25G1", 0.02))
    reefers: tuple[tuple[str, float], ...] = (("45R1", 0.93), ("22R1", 0.07))
    tanks: tuple[str, ...] = ("22T1",)
    empty_20: float = 0.16
    """Share of 20′ among empties: the grain boxes go back full of something, the high cubes return empty."""
    tare_20: tuple[float, float] = (2250, 60)
    tare_40: tuple[float, float] = (3850, 90)
    max_20: int = 24_000
    max_40: int = 25_000
    """By rail: 24 t for a 20′, 25 t for a 40′ in express trains (terminal.md §3)."""
    returns: float = 0.45
    """Chance that a box is one that was here before and has been away for long enough."""
    away_days: float = 12.0


@dataclass(frozen=True, slots=True)
class Customs:
    """Channels and times. Shares: a Kazakh post, January to October 2025 (terminal.md §6)."""

    green: float = 0.786
    yellow: float = 0.202
    red: float = 0.009
    """What is left, 0.3 %, is the authority's silence: registered, and for days not another word."""
    group: float = 0.42
    """Chance that the next box of the same call, flow and goods stands on the same declaration (transit: more)."""
    group_transit: float = 0.75
    early: float = 0.35
    """Declared as soon as the papers are there: on consist or manifest, before arrival."""
    bonded: float = 0.15
    """Of imports, so many are entered for bond."""
    submit_median_h: float = 5.0
    submit_sigma: float = 0.9
    register_min: float = 12.0
    green_median_min: float = 18.0
    yellow_median_h: float = 2.4
    yellow_sigma: float = 0.7
    red_median_h: float = 17.0
    red_sigma: float = 0.6
    """Hours of office time from channel or arrival to the result of the inspection."""
    query: float = 0.09
    answer_median_h: float = 14.0
    answer_sigma: float = 0.9
    silent_median_h: float = 110.0
    silent_sigma: float = 0.5
    opens_h: float = 8.0
    closes_h: float = 20.0
    """Yellow and red are worked in office hours; green by machine, day and night."""
    outages_per_year: float = 4.0
    outage_mean_h: float = 11.0
    valid_days: int = 90
    offices: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {
            "transit": ("rail-inspection", "supervision"),
            "import": ("clearance", "port-inspection"),
            "export": ("clearance", "supervision"),
            "bonded_entry": ("bonded-area",),
        }
    )


@dataclass(frozen=True, slots=True)
class Warehouse:
    """Bookings: per zone how many a day (at the rated yearly volume), m² and days of one (median, log-sd)."""

    wishes: tuple[tuple[str, float, float, float, float, float], ...] = (
        ("gen", 4.35, 340.0, 0.55, 5.0, 0.7),
        ("bond", 1.12, 300.0, 0.50, 9.5, 0.6),
        ("cold", 2.3, 150.0, 0.50, 3.4, 0.6),
        ("dg", 0.8, 120.0, 0.40, 6.0, 0.6),
        ("cfs", 14.5, 150.0, 0.45, 1.1, 0.5),
    )
    strip: float = 0.45
    """Share of bookings in the unpacking zone that are for a box which stands here."""
    lead_median_h: float = 60.0
    lead_sigma: float = 0.8
    strip_lead_median_h: float = 16.0
    """From request to start; unpacking is asked for when the box is here and released."""
    no_show: float = 0.05
    cancelled: float = 0.07
    expired: float = 0.01
    early_out: float = 0.35
    """Share of stays that end before their booked end."""
    confirm_median_h: float = 4.0
    waits: float = 0.5
    """Of those for whom there is no room, so many join the waiting list; the others are rejected."""


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong between the world and the records of it (ours)."""

    duplicated: float = 0.01
    late: float = 0.02
    late_median_h: float = 7.0
    late_sigma: float = 1.1
    delay_median_s: float = 90.0
    """From a movement to its report, where nothing is wrong."""
    retracted: float = 0.003
    """Reports of a movement that did not happen, taken back later."""
    wrong_time: float = 0.004
    wrong_number: float = 0.003
    refused_number: float = 0.004
    """Numbers with a wrong check digit or a Cyrillic letter: refused at the door."""
    noticed_median_h: float = 9.0
    never_noticed: float = 0.03
    missing_consist: float = 0.06
    unannounced: float = 0.03
    crane_down_per_year: float = 7.0
    border_closed_per_year: float = 0.7
    rehandle: float = 0.42
    held: float = 0.02
    hold_median_h: float = 30.0


@dataclass(frozen=True, slots=True)
class Scenario:
    """A world to generate: the parameters, and what is forced to happen in it."""

    name: str
    summary: str
    teu_per_year: int = 410_000
    hump: float = 0.0
    """How far the busiest weeks of the window stand over its mean: 0.35 is 35 %."""
    border_closures: bool = False
    typhoons: bool = False
    demand: Demand = field(default_factory=Demand)
    rail: Rail = field(default_factory=Rail)
    sea: Sea = field(default_factory=Sea)
    road: Road = field(default_factory=Road)
    dwell: Dwell = field(default_factory=Dwell)
    boxes: Boxes = field(default_factory=Boxes)
    customs: Customs = field(default_factory=Customs)
    warehouse: Warehouse = field(default_factory=Warehouse)
    faults: Faults = field(default_factory=Faults)
    site: Site = field(default_factory=Site)


MESSY: Final = replace(
    Faults(),
    duplicated=0.08,
    late=0.15,
    late_median_h=16.0,
    retracted=0.02,
    wrong_time=0.03,
    wrong_number=0.02,
    refused_number=0.03,
    never_noticed=0.08,
    missing_consist=0.3,
    unannounced=0.15,
)

SCENARIOS: Final = {
    each.name: each
    for each in (
        Scenario("normal", "an ordinary year with its holidays, weather and border"),
        Scenario("target550k", "the target of 550,000 TEU on the railway as it is built", teu_per_year=550_000),
        Scenario("peak", "the same volume, a third more of it in the busiest weeks", hump=0.34),
        Scenario("border-closed", "Khorgos and Alashankou shut for three days, every six weeks", border_closures=True),
        Scenario("typhoon", "the port shut for two and a half days, every six weeks", typhoons=True),
        Scenario("messy-data", "an ordinary year, badly reported", faults=MESSY),
    )
}
