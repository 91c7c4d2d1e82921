"""What ``make run`` runs: the embedded servers and every process of the product, under one roof.

``python -m config.supervisor`` takes the servers, sets the site up, starts the processes, restarts what dies and, when
asked to end, stops everything it started and nothing else.
"""
