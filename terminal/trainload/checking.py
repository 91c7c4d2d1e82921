"""An examiner of load plans that knows nothing of how they are found: what is wrong with a train, box by box.

Every fault is a refusal with its facts; an edge translates and shows it, and a command refuses with the first.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from terminal.errors import Refused, gettext_noop
from terminal.trainload.rules import SECTION, Candidate, Key, Placement, Train, Wagon


class TooManyWagons(Refused):
    """The train is longer than its railway allows."""

    message = gettext_noop("%(train)s has %(wagons)s wagons; at most %(limit)s may run.")


class LongerThanItsTrack(Refused):
    """The train does not fit where it is made up."""

    message = gettext_noop("%(train)s is %(length_m)s m long; its track has %(track_m)s m.")


class TrainTooHeavy(Refused):
    """All boxes together weigh too much."""

    message = gettext_noop("The boxes of %(train)s weigh %(kg)s kg together; at most %(limit_kg)s kg may go.")


class BoxTooHeavy(Refused):
    """One box weighs more than its kind may."""

    message = gettext_noop("%(number)s weighs %(kg)s kg; a box of its length may weigh %(limit_kg)s kg on this train.")


class WagonTooHeavy(Refused):
    """Wagon and boxes, or an axle of them, weigh too much."""

    message = gettext_noop("Wagon %(wagon)s would carry %(kg)s kg; with its tare it may carry %(limit_kg)s kg.")


class NoPair(Refused):
    """A 20′ box rides alone where it may not."""

    message = gettext_noop("%(number)s rides alone on wagon %(wagon)s; a 20′ box goes with another of 20′.")


class PairOfTwoDestinations(Refused):
    """The two of a pair part ways."""

    message = gettext_noop(
        "%(number)s goes to %(destination)s and %(other)s to %(other_destination)s: the two on wagon %(wagon)s go to "
        "one place."
    )


class PairOutOfBalance(Refused):
    """The two of a pair differ too much."""

    message = gettext_noop(
        "%(number)s and %(other)s on wagon %(wagon)s differ by %(kg)s kg; they may differ by less than %(limit_kg)s kg."
    )


class NoPlaceOnWagon(Refused):
    """The wagon has no such place, or a long box does not fit there."""

    message = gettext_noop("%(number)s does not fit at place %(place)s of wagon %(wagon)s.")


class PlaceTaken(Refused):
    """Two boxes on one place."""

    message = gettext_noop("%(number)s and %(other)s are both at place %(place)s of wagon %(wagon)s.")


class PlannedTwice(Refused):
    """One box in two places."""

    message = gettext_noop("%(number)s is planned %(times)s times; a box rides once.")


class WagonNotUsable(Refused):
    """Boxes on a wagon that takes none."""

    message = gettext_noop("Wagon %(wagon)s takes no boxes, and %(number)s is planned on it.")


class OffItsRoute(Refused):
    """The train does not go there."""

    message = gettext_noop("%(train)s does not go to %(destination)s, where %(number)s is bound.")


class PromisedToAnother(Refused):
    """The box goes with another train."""

    message = gettext_noop("%(number)s is promised to another train than %(train)s.")


class AfterCutOff(Refused):
    """The box is ready too late."""

    message = gettext_noop("%(number)s is ready at %(ready_at)s; the cut-off of %(train)s is %(cut_off_at)s.")


class OverQuota(Refused):
    """More TEU to a destination than it may have."""

    message = gettext_noop("%(teu)s TEU go to %(destination)s with %(train)s; its quota is %(quota)s.")


class UnknownToThePlan(Refused):
    """A plan that names what is not there."""

    message = gettext_noop("The plan names a wagon or box that is not there: %(what)s.")


def faults(trains: Iterable[Train], boxes: Mapping[Key, Candidate], placements: Sequence[Placement]) -> list[Refused]:
    """All that is wrong with a plan, train by train; nothing: it may go.

    ``placements`` are the whole plan, with what is aboard already.
    """
    known = {train.key: train for train in trains}
    by_train: dict[Key, list[Placement]] = defaultdict(list)
    found: list[Refused] = []
    for each in placements:
        if each.train in known and each.box in boxes and any(w.key == each.wagon for w in known[each.train].wagons):
            by_train[each.train].append(each)
        else:
            found.append(UnknownToThePlan(what=f"{each.box} / {each.wagon}"))
    times = Counter(each.box for each in placements)
    found += [PlannedTwice(number=boxes[k].number, times=n) for k, n in times.items() if n > 1 and k in boxes]
    for key, train in known.items():
        found += _of_train(train, [(each, boxes[each.box]) for each in by_train[key]])
    return found


def _of_train(train: Train, plan: list[tuple[Placement, Candidate]]) -> Iterator[Refused]:
    yield from _of_the_whole(train, [box for _place, box in plan])
    by_wagon: dict[Key, list[tuple[int, Candidate]]] = defaultdict(list)
    for placement, box in plan:
        by_wagon[placement.wagon].append((placement.place, box))
        yield from _of_box(train, box)
    for wagon in train.wagons:
        if by_wagon[wagon.key]:
            yield from _of_wagon(train, wagon, sorted(by_wagon[wagon.key], key=lambda pair: pair[0]))


def _of_the_whole(train: Train, boxes: list[Candidate]) -> Iterator[Refused]:
    rules = train.rules
    if len(train.wagons) > rules.max_wagons:
        yield TooManyWagons(train=train.number, wagons=len(train.wagons), limit=rules.max_wagons)
    length = train.length_m or sum(wagon.length_m for wagon in train.wagons)
    if train.track_m is not None and length > train.track_m:
        yield LongerThanItsTrack(train=train.number, length_m=length, track_m=train.track_m)
    kg = sum(box.gross_kg for box in boxes)
    if rules.max_boxes_kg is not None and kg > rules.max_boxes_kg:
        yield TrainTooHeavy(train=train.number, kg=kg, limit_kg=rules.max_boxes_kg)
    teu: Counter[str] = Counter()
    for box in boxes:
        teu[box.destination] += box.teu  # type: ignore[assignment] # TEU come in hundredths
    for destination, quota in train.quotas.items():
        if teu[destination] > quota + 1e-9:
            yield OverQuota(train=train.number, destination=destination, teu=teu[destination], quota=quota)


def _of_box(train: Train, box: Candidate) -> Iterator[Refused]:
    limit = train.rules.max_20_kg if box.bays == 1 else train.rules.max_40_kg
    if limit is not None and box.gross_kg > limit:
        yield BoxTooHeavy(number=box.number, kg=box.gross_kg, limit_kg=limit)
    if not train.goes_to(box.destination):
        yield OffItsRoute(train=train.number, number=box.number, destination=box.destination or "—")
    if not train.may_take(box):
        yield PromisedToAnother(train=train.number, number=box.number)
    if box.ready_at is not None and train.cut_off_at is not None and box.ready_at > train.cut_off_at:
        said = {"ready_at": box.ready_at.isoformat(), "cut_off_at": train.cut_off_at.isoformat()}
        yield AfterCutOff(train=train.number, number=box.number, **said)


def _of_wagon(train: Train, wagon: Wagon, standing: list[tuple[int, Candidate]]) -> Iterator[Refused]:
    if not wagon.usable:
        yield from (WagonNotUsable(wagon=wagon.number, number=box.number) for _place, box in standing)
    yield from _of_places(wagon, standing)
    kg, payload = sum(box.gross_kg for _place, box in standing), wagon.payload_kg(train.rules)
    if kg > payload:
        yield WagonTooHeavy(wagon=wagon.number, kg=kg, limit_kg=payload)
    for start in range(1, wagon.places + 1, SECTION):
        yield from _of_section(train, wagon, [box for place, box in standing if start <= place < start + SECTION])


def _of_places(wagon: Wagon, standing: list[tuple[int, Candidate]]) -> Iterator[Refused]:
    taken: dict[int, Candidate] = {}
    for place, box in standing:
        if place < 1 or place + box.bays - 1 > wagon.places or (box.bays > 1 and place % SECTION != 1):
            yield NoPlaceOnWagon(number=box.number, place=place, wagon=wagon.number)
            continue
        for each in range(place, place + box.bays):
            other = taken.setdefault(each, box)
            if other is not box:
                yield PlaceTaken(number=other.number, other=box.number, place=each, wagon=wagon.number)
                break


def _of_section(train: Train, wagon: Wagon, boxes: list[Candidate]) -> Iterator[Refused]:
    rules = train.rules
    twenties = [box for box in boxes if box.bays == 1]
    if len(twenties) == 1 and rules.twenties_in_pairs:
        yield NoPair(number=twenties[0].number, wagon=wagon.number)
    if len(twenties) != SECTION:
        return
    one, other = twenties
    said = {"number": one.number, "other": other.number, "wagon": wagon.number}
    if rules.twenties_in_pairs and one.destination != other.destination:
        yield PairOfTwoDestinations(destination=one.destination, other_destination=other.destination, **said)
    difference, limit = abs(one.gross_kg - other.gross_kg), rules.max_pair_difference_kg
    if limit is not None and difference >= limit:
        yield PairOutOfBalance(kg=difference, limit_kg=limit, **said)
