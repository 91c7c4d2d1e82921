"""Places on trains: booked by shippers, waited for, used by boxes, and given back."""

from apps.trains.services.booking.quotas import open_quotas

__all__ = ["open_quotas"]
