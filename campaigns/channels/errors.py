"""What a channel raises inside; on the outside `deliver()` turns all of it into an Outcome."""

from campaigns.domain.errors import N_, SamklangError


class TransportError(SamklangError):
    """An attempt failed before an answer came.

    `sent` is False only when certainly no byte of the message left this machine. `permanent` means that another try
    would fail in the same way. `reason` is a short technical note, never any content.
    """

    message = N_("The message could not be handed over: {reason}")

    def __init__(self, *, reason: str, sent: bool, permanent: bool = False) -> None:
        self.reason = reason
        self.sent = sent
        self.permanent = permanent
        super().__init__(reason=reason)


class AddressRefused(TransportError):
    """The address leads, or may lead, somewhere Samklang must not call: a private network, plain http, a login."""

    message = N_("This address cannot be used: {reason}. Give an https address that anyone on the internet can reach.")

    def __init__(self, *, reason: str) -> None:
        super().__init__(reason=reason, sent=False, permanent=True)
