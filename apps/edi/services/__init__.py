"""Interchanges with partners: taken, answered, told, put into folders."""

from apps.edi.services.folders import exchange_files, folder_of, place_of, put_files, take_files
from apps.edi.services.refusals import OF_STATE, InterchangeRefused, NotSentTo
from apps.edi.services.resending import send_again
from apps.edi.services.taking import Taken, look, most_bytes, take
from apps.edi.services.telling import tell, tell_all

__all__ = [
    "OF_STATE",
    "InterchangeRefused",
    "NotSentTo",
    "Taken",
    "exchange_files",
    "folder_of",
    "look",
    "most_bytes",
    "place_of",
    "put_files",
    "send_again",
    "take",
    "take_files",
    "tell",
    "tell_all",
]
