"""PostgreSQL and Valkey from wheels, so that one command on a bare machine is enough.

``postgres`` and ``valkey`` each know how to start, probe and stop one server in one folder; ``lease`` lends a running
server to every process that needs it and stops it when the last one has gone; ``places`` says where files lie.
"""
