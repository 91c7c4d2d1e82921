"""Track & Trace as DCSA describes it: ``/dcsa/tnt/v2/`` (2.2) and ``/dcsa/tnt/v3/`` (3.0).

Parameters, headers and error bodies are the standard's, not those of ``/api/v1/``; who asks, how often and what is
noted of it are the same.
"""
