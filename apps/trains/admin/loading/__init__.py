"""The load plan of a train on the screen, and what keeps the train from leaving."""
