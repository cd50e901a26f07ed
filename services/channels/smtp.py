"""Mail by SMTP: TLS by default, the dedupe id as Message-ID."""

from __future__ import annotations

import smtplib
import ssl
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from .letter import Letter, NotDelivered, Settings, secret


class Smtp(Settings):
    """A mail server. `security`: `starttls`, `tls` from the first byte, or `none` (then without a password)."""

    kind: Literal["smtp"]
    host: Annotated[str, Field(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    sender: Annotated[str, Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$")]
    user: str = ""
    password_env: str = ""
    timeout_seconds: Annotated[float, Field(gt=0, le=60)] = 10

    @model_validator(mode="after")
    def _no_password_in_the_clear(self) -> Self:
        if bool(self.user) != bool(self.password_env):
            raise ValueError("user and password_env go together")
        if self.user and self.security == "none":
            raise ValueError("a password needs security: starttls or tls")
        return self

    def wants(self, letter: Letter) -> bool:
        """Mail needs somebody with an address."""
        return bool(letter.addresses) and super().wants(letter)

    def send(self, letter: Letter) -> None:
        """One mail to all; refused if the server refuses anybody."""
        try:
            mail = _mail(letter, self.sender)
            with self._connected() as server:
                if self.user:
                    server.login(self.user, secret(self.password_env))
                refused = server.send_message(mail)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise NotDelivered(_said(error)) from error
        if refused:
            raise NotDelivered(f"the server refused {', '.join(sorted(refused))}")

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout_seconds, context=context)
        server = smtplib.SMTP(self.host, self.port, timeout=self.timeout_seconds)
        if self.security == "starttls":
            try:
                server.starttls(context=context)
            except BaseException:
                server.close()
                raise
        return server


def _mail(letter: Letter, sender: str) -> EmailMessage:
    """The mail; its policy refuses a line break in any header, so that text cannot become one."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = _address(sender)
    mail["To"] = [_address(address) for address in letter.addresses]
    mail["Subject"] = letter.subject
    mail["Message-ID"] = f"<{letter.id}@{sender.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(letter.text)
    for enclosed in letter.enclosures:
        main, _, sub = enclosed.media_type.partition("/")
        mail.add_attachment(enclosed.content, maintype=main, subtype=sub, filename=enclosed.name)
    return mail


def _address(text: str) -> Address:
    try:
        return Address(addr_spec=text)
    except (MessageError, ValueError, IndexError) as error:  # all of them are its ways to refuse
        raise NotDelivered(f"{text!r} is not a mail address") from error


def _said(error: Exception) -> str:
    """A mail server's own words, else Python's."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "the mail server does not accept the password"  # its answer may repeat what was sent
    if isinstance(error, smtplib.SMTPResponseException):
        return f"the mail server said {error.smtp_code} {error.smtp_error!r}"
    return str(error) or type(error).__name__
