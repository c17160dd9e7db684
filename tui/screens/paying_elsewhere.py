"""What is shown while somebody pays on a phone or at a reader: the same in the wizard and for a top-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.inert import inert
from tui.presentation import money
from tui.text import _
from tui.widgets.pay_elsewhere import PayElsewhere

if TYPE_CHECKING:
    from textual.content import Content

    from backend_client import Payment
    from tui.host import Host


def waits_elsewhere(payment: Payment) -> bool:
    """Tell whether a payment waits for somebody to pay on a phone or at a reader."""
    return payment.waits_for is not None and payment.waits_for.value in ("phone", "reader")


def same_place(before: Payment, now: Payment) -> bool:
    """Tell whether a payment still waits for the same, and its page is as open as it was."""
    return (before.waits_for, before.page is None) == (now.waits_for, now.page is None)


def elsewhere(payment: Payment, host: Host) -> PayElsewhere:
    """Return what to show of a payment that is made elsewhere."""
    page, amount = payment.page, money(payment.amount.minor, payment.amount.currency)
    address = page.address if page else None
    words: tuple[str | Content, ...]
    after: tuple[str | Content, ...] = (
        _("This screen goes on by itself once you have paid. No card is typed in here."),
    )
    if payment.waits_for is not None and payment.waits_for.value == "reader":
        address = None
        words = (
            inert(_("Pay {amount} at the card reader").format(amount=amount), "bold"),
            "",
            _("Hold your card to the reader beside this screen, or put it in. The reader shows the amount."),
            "",
        )
    elif page is None:
        words, after = (inert(_("One moment…"), "bold"), "", _("The page on which you pay is being opened.")), ()
    else:
        words = (
            inert(_("Pay {amount} on your phone").format(amount=amount), "bold"),
            "",
            _("Point the phone's camera at the code, or type this address:"),
        )
    return PayElsewhere(host.clock, host.reader_zone, words=words, address=address, after=after)


def count_down(widget: PayElsewhere, payment: Payment, host: Host) -> None:
    """Let the page's end be counted down to, from the seconds that the server sent."""
    page = payment.page
    if page is not None:
        widget.keep(page.ends_at, host.clock.monotonic() + page.remaining_seconds)
