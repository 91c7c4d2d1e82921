"""What the script can say is done: each deed is a function of this package, by its name."""

from collections.abc import Callable
from typing import Final

from apps.sandbox.services.deeds import boxes, carriers, customs, gate, messages, money, rounds, warehouse
from apps.sandbox.services.scene import Scene

Deed = Callable[[Scene], None]

DEEDS: Final[dict[str, Deed]] = {
    deed.__name__: deed
    for deed in (
        boxes.advise, boxes.allow, boxes.damage, boxes.gate_in, boxes.give_up, boxes.hazard, boxes.hold,
        boxes.hold_all, boxes.lift, boxes.lift_all, boxes.misread, boxes.plan, boxes.put_right, boxes.retract,
        boxes.seal, boxes.temperature, boxes.to_the_dock, boxes.weigh, carriers.barge, carriers.cancel_train,
        carriers.close_places, carriers.discharge, carriers.empty_wagons, carriers.give_places_up, carriers.late,
        carriers.load, carriers.load_ship, carriers.places, carriers.ship, carriers.ship_comes, carriers.ship_leaves,
        carriers.train, carriers.train_comes, carriers.train_leaves, carriers.train_ready, carriers.use_places,
        customs.answer, customs.ask, customs.assess, customs.channel, customs.clear, customs.close_office,
        customs.declare, customs.guarantee, customs.inspect, customs.inspected, customs.look_on, customs.open_office,
        customs.other_channel, customs.pay_duty, customs.present, customs.refer, customs.register, customs.reject,
        customs.release, customs.submit, customs.take_back, customs.unreadable, customs.withdraw, gate.cancel_truck,
        gate.close_hour, gate.lift_on, gate.order, gate.solve, gate.truck, gate.truck_comes, gate.truck_in,
        gate.truck_out, gate.turn_away, messages.forge, messages.forge_again, messages.go_silent, messages.send_twice,
        money.charge, money.credit, money.invoice, money.object_to, money.pay, money.pay_part, money.refuse_objection,
        money.uphold, rounds.evening, rounds.rounds, rounds.say, warehouse.accept, warehouse.at_door, warehouse.begin,
        warehouse.book, warehouse.cancel_door, warehouse.cancel_order, warehouse.confirm, warehouse.count,
        warehouse.door, warehouse.door_closes, warehouse.door_opens, warehouse.give_area_up, warehouse.goods_come,
        warehouse.goods_go, warehouse.hand_out, warehouse.refuse, warehouse.refuse_order, warehouse.stop,
        warehouse.unpack, warehouse.unpacked,
    )
}  # fmt: skip
