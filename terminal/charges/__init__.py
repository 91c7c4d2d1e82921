"""What storage and handling cost, in a way that whoever pays can compute it again.

``tariffs`` says what is asked for, ``storage`` and ``lines`` charge by it, ``statements`` adds up, ``writing`` makes a
document complete in itself and ``recomputing`` examines one: ``python -m terminal.charges statement.json``.
"""
