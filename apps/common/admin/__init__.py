"""What every admin page here shares: rows owned by services are shown, not edited; actions make one service call."""

from apps.common.admin.acting import Acting, NotDone, row_action
from apps.common.admin.asking import Question
from apps.common.admin.once import said_once
from apps.common.admin.pages import Configuration, ServiceOwned, linked
from apps.common.admin.scope import TerminalScoped, terminals_with
from apps.common.admin.tones import tones

__all__ = [
    "Acting",
    "Configuration",
    "NotDone",
    "Question",
    "ServiceOwned",
    "TerminalScoped",
    "linked",
    "row_action",
    "said_once",
    "terminals_with",
    "tones",
]
