"""What the terminal's records hold of a world at a moment: only what had been told by then.

Nothing is in them because it is true, and nothing is missing because it is false; the truth is the ``World``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from terminal.traffic.boxes import GOODS, GOODS_OF_KIND, KIND_NAMES, OUT_OF_FLOW, SIZES
from terminal.traffic.customs import REGIME_OF_FLOW, REGIMES, TEMPORARY
from terminal.traffic.flows import SHIP, TRAIN, TRUCK_IN, TRUCK_OUT
from terminal.traffic.moments import DAY, NEVER, Flags, Moments, Numbers
from terminal.traffic.parameters import LINES, SERVICES
from terminal.traffic.world import AHEAD, World

COLUMNS: Final = (
    *("container_number", "size_type", "laden", "goods", "gross_kg", "in_at", "in_mode", "in_vehicle"),
    *("out_at", "out_mode", "out_vehicle", "destination"),
    *("advised_at", "regime", "direction", "shipper", "in_told_at", "out_told_at"),
)
"""The columns of a file of container flow (``apps.tracking``), the optional ones in the last line."""
BITE: Final = 50_000
"""Lines made at a time."""
LINE_CODES: Final = (*(each.code for each in LINES), "BRG")
MODES: Final = ("rail", "sea", "road", "road", "barge")
"""By the kind of carrier, barges last."""
DIRECTIONS: Final = ("through", "inbound", "outbound", "through", "inbound")
"""By the regime: transit, import, export, temporary, bonded entry."""
PLACES: Final = (
    tuple(each.destinations for each in SERVICES),
    tuple(each.destinations for each in LINES),
    (("CNSHA",),),
    (("",),),
)
"""Where a box goes on to, by its way out (rail, sea, barge, road), the service or line, and the place."""
SHIPPERS: Final = (
    *("tianshan-trading", "steppe-grain", "altyn-metals", "haizhou-home"),
    *("silk-forwarding", "caspian-freight"),
)
SHIPPER_OF_KIND: Final = {"grain": 1, "alloys": 2, "metals": 2, "ores": 2, "appliances": 3, "clothes": 3}
"""Who ships what; the rest is shared among the others (illustrative parties of the fixtures)."""
OWNER_OF_KIND: Final = np.array([SHIPPER_OF_KIND.get(name, -1) for name in KIND_NAMES])


@dataclass(frozen=True)
class Records:
    """A world as the records have it at ``until`` (seconds)."""

    world: World
    until: int

    @cached_property
    def stays(self) -> Numbers:
        """Boxes whose coming is known and that were here in the window, as places among the world's boxes."""
        boxes, told = self.world.boxes, self.world.told
        return np.flatnonzero((boxes.out_at >= self.world.start) & (told.came <= self.until))

    @cached_property
    def expected(self) -> Numbers:
        """Boxes announced on a train or ship, and not known to have come."""
        boxes, told = self.world.boxes, self.world.told
        announced = (boxes.advised <= self.until) & (boxes.advised < boxes.in_at) & (told.came > self.until)
        return np.flatnonzero(announced & (boxes.by_kind <= SHIP) & (boxes.in_at < self._horizon))

    @property
    def _horizon(self) -> int:
        return self.world.end + AHEAD * DAY

    @cached_property
    def trains(self) -> Numbers:
        """Trains of the window and of the days ahead, and those that carried a box that is known."""
        trains = self.world.trains
        return self._calls(TRAIN, trains.announced, trains.planned_arrival, self.world.stood.departed)

    @cached_property
    def ships(self) -> Numbers:
        """Ships and barges, as ``trains``."""
        ships = self.world.ships
        return self._calls(SHIP, ships.announced, ships.planned_arrival, ships.departed)

    @cached_property
    def bringing(self) -> Numbers:
        """Trucks that bring: those of known boxes, and appointments to come."""
        trucks = self.world.bringing
        carried = self._carried(TRUCK_IN, len(trucks))
        return np.flatnonzero((carried | (trucks.slot >= self.world.start)) & (trucks.announced <= self.until))

    @cached_property
    def fetching(self) -> Numbers:
        """Trucks that fetch, as ``bringing``."""
        trucks = self.world.fetching
        carried = self._carried(TRUCK_OUT, len(trucks))
        return np.flatnonzero((carried | (trucks.slot >= self.world.start)) & (trucks.announced <= self.until))

    def _calls(self, kind: int, announced: Moments, planned: Moments, departed: Moments) -> Numbers:
        here = np.maximum(planned, np.where(departed < NEVER, departed, 0)) >= self.world.start
        wanted = (here & (planned < self._horizon)) | self._carried(kind, len(planned))
        return np.flatnonzero(wanted & (announced <= self.until))

    def _carried(self, kind: int, many: int) -> Flags:
        boxes = self.world.boxes
        stays = np.concatenate((self.stays, self.expected))
        carried = np.zeros(many, dtype=bool)
        carried[boxes.by[stays][boxes.by_kind[stays] == kind]] = True
        gone = self.stays[self.world.told.went[self.stays] <= self.until]
        carried[boxes.on[gone][boxes.on_kind[gone] == kind]] = True
        return carried

    @cached_property
    def _train_names(self) -> list[str]:
        trains = self.world.trains
        days, services = _days(trains.planned_arrival), trains.service.tolist()
        return [f"{SERVICES[line].code}-{day}-{at}" for at, (line, day) in enumerate(zip(services, days, strict=True))]

    @cached_property
    def _ship_names(self) -> list[str]:
        ships = self.world.ships
        days, lines = _days(ships.planned_arrival), ships.line.tolist()
        return [f"{LINE_CODES[line]}-{day}-{at}" for at, (line, day) in enumerate(zip(lines, days, strict=True))]

    def vehicles(self, kinds: Numbers, numbers: Numbers) -> list[str]:
        """References of carriers: the service or line, the planned day, and the number; a truck's number alone."""
        trains, ships = self._train_names, self._ship_names
        return [
            trains[at]
            if kind == TRAIN
            else ships[at]
            if kind == SHIP
            else f"TRK-{'I' if kind == TRUCK_IN else 'O'}{at}"
            for kind, at in zip(kinds.tolist(), numbers.tolist(), strict=True)
        ]

    def modes(self, kinds: Numbers, numbers: Numbers) -> list[str]:
        """How each carrier comes."""
        barge = kinds == SHIP
        barge[barge] = self.world.ships.line[numbers[barge]] >= len(LINES)
        return [MODES[each] for each in np.where(barge, TRUCK_OUT + 1, kinds).tolist()]

    def boxes(self, stays: Numbers) -> list[str]:
        """Container numbers of stays."""
        fleet = self.world.fleet
        return [fleet[each] for each in self.world.number[stays].tolist()]

    def references(self, stays: Numbers) -> list[str]:
        """How stays are known at their source: number and vehicle."""
        boxes = self.world.boxes
        vehicles = self.vehicles(boxes.by_kind[stays], boxes.by[stays])
        return [f"{box}/{vehicle}" for box, vehicle in zip(self.boxes(stays), vehicles, strict=True)]

    def destinations(self, stays: Numbers) -> list[str]:
        """UN/LOCODE of where each goes on to; nothing for a box that leaves by road."""
        boxes = self.world.boxes
        out = OUT_OF_FLOW[boxes.flow[stays]].tolist()
        return [
            PLACES[way][line][place]
            for way, line, place in zip(out, boxes.way[stays].tolist(), boxes.place[stays].tolist(), strict=True)
        ]

    def shippers(self, stays: Numbers) -> list[str]:
        """Codes of the parties whose boxes these are: the same for all boxes of a declaration."""
        boxes = self.world.boxes
        declared = boxes.declaration[stays]
        shared = np.array([0, 4, 5])[np.where(declared >= 0, declared, stays) % 3]
        known = OWNER_OF_KIND[boxes.kind[stays]]
        return [SHIPPERS[each] for each in np.where(known >= 0, known, shared).tolist()]

    def regimes(self, stays: Numbers) -> tuple[list[str], list[str]]:
        """Customs regime and direction of each; empties come and go as means of transport."""
        boxes = self.world.boxes
        by_flow = REGIME_OF_FLOW[boxes.flow[stays]]
        declared, said = boxes.declaration[stays], self.world.declarations.regime
        laden = said[np.maximum(declared, 0)] if len(said) else by_flow
        regime = np.where(boxes.kind[stays] > 0, laden, TEMPORARY)
        return [REGIMES[each] for each in regime.tolist()], [DIRECTIONS[each] for each in by_flow.tolist()]

    def flow(self, stays: Numbers) -> Iterator[str]:
        """Lines of a file of container flow for these stays, the header first."""
        yield ",".join(COLUMNS) + "\n"
        for start in range(0, len(stays), BITE):
            yield from self._flow(stays[start : start + BITE])

    def _flow(self, stays: Numbers) -> Iterator[str]:
        boxes, told = self.world.boxes, self.world.told
        gone = told.went[stays] <= self.until
        by, on = (boxes.by_kind[stays], boxes.by[stays]), (boxes.on_kind[stays] * gone, boxes.on[stays] * gone)
        kinds = boxes.kind[stays]
        columns = (
            self.boxes(stays),
            [SIZES[each] for each in boxes.size[stays].tolist()],
            ["yes" if each else "no" for each in kinds.tolist()],
            [GOODS[each] for each in GOODS_OF_KIND[kinds].tolist()],
            map(str, boxes.gross_kg[stays].tolist()),
            texts(boxes.in_at[stays]),
            self.modes(*by),
            self.vehicles(*by),
            _where(gone, texts(boxes.out_at[stays])),
            _where(gone, self.modes(*on)),
            _where(gone, self.vehicles(*on)),
            self.destinations(stays),
            texts(boxes.advised[stays]),
            *self.regimes(stays),
            self.shippers(stays),
            texts(told.came[stays]),
            _where(gone, texts(told.went[stays])),
        )
        return (",".join(fields) + "\n" for fields in zip(*columns, strict=True))

    def known(self, at: int) -> int | None:
        """The moment, if it has come."""
        return int(at) if at <= self.until else None


def texts(at: Moments) -> list[str]:
    """Moments as files have them; nothing for ``NEVER``."""
    never = at >= NEVER
    shown = np.datetime_as_string(np.where(never, 0, at).astype("datetime64[s]"), timezone="UTC")
    return _where(~never, shown.tolist())


def _days(at: Moments) -> list[str]:
    days: list[str] = np.char.replace(np.datetime_as_string(at.astype("datetime64[s]"), unit="D"), "-", "").tolist()
    return days


def _where(chosen: Flags, values: list[str]) -> list[str]:
    return [value if here else "" for here, value in zip(chosen.tolist(), values, strict=True)]
