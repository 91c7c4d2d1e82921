"""Which partner an interchange is from."""

from apps.customs.models import Authority
from apps.edi.models import Partner
from apps.network.models import Terminal
from apps.parties.models import Party
from terminal.edifact.acknowledging import who_wrote
from terminal.edifact.envelope import Interchange as Head
from terminal.errors import Malformed, Refused, gettext_noop


class NoEdiPartner(Refused):
    """Nothing was agreed on with this sender."""

    kind = "forbidden"
    message = gettext_noop("No exchange of EDIFACT with %(sender)s was agreed on. Ask the terminal for it.")


class WhichPartner(Malformed):
    """An interchange without a sender, from somebody with several agreements."""

    message = gettext_noop("The interchange names no sender (UNB), and several were agreed on with you: %(senders)s.")


def partner_of(party: Party, terminal: Terminal, data: bytes) -> Partner:
    """The party's partner that sent this, by the sender in UNB; without one, the only one it has.

    Raises ``NoEdiPartner``, ``WhichPartner``.
    """
    own = list(Partner.objects.in_use().filter(party=party, terminal=terminal).order_by("code"))
    head = who_wrote(data)
    found = [each for each in own if head is None or _is_from(each, head)]
    if not found:
        raise NoEdiPartner(sender=head.sender.code if head else party.code)
    if len(found) == 1:
        return found[0]
    if head is None:
        raise WhichPartner(senders=", ".join(each.sender_code for each in found))
    return next((each for each in found if each.own_code == head.recipient.code), found[0])


def partner_of_authority(authority: Authority, data: bytes) -> Partner:
    """The agreement with a system of customs' under which this was sent. Raises ``NoEdiPartner``."""
    head = who_wrote(data)
    rows = Partner.objects.in_use().filter(authority=authority).order_by("code")
    found = [each for each in rows if head is None or _is_from(each, head)]
    if not found:
        raise NoEdiPartner(sender=head.sender.code if head else authority.code)
    return found[0]


def partner_named(code: str, data: bytes) -> Partner:
    """The partner of that code, or, without a code, the only one that this is from. Raises as ``partner_of``."""
    rows = list(Partner.objects.in_use().filter(**({"code": code} if code else {})).order_by("code"))
    head = who_wrote(data)
    found = rows if code else [each for each in rows if head is not None and _is_from(each, head)]
    if not found:
        raise NoEdiPartner(sender=code or (head.sender.code if head else "—"))
    if len(found) > 1:
        raise WhichPartner(senders=", ".join(each.code for each in found))
    return found[0]


def _is_from(partner: Partner, head: Head) -> bool:
    qualifier = partner.sender_qualifier
    return partner.sender_code == head.sender.code and (not qualifier or qualifier == head.sender.qualifier)
