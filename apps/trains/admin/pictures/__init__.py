"""Pages that show trains as pictures: tracks over time, and a train wagon by wagon."""
