"""What a kiosk proves itself with: a file that its own user alone can read."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

from tui.text import _

if TYPE_CHECKING:
    from pathlib import Path

LONGEST: Final = 1024


class CredentialError(Exception):
    """The credential cannot be used; the text is a sentence for whoever runs the kiosk."""


def read(path: Path) -> str:
    """Return the credential kept in ``path``.

    Raises:
        CredentialError: There is none, or somebody else can read or write it.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise CredentialError(_("This machine is not enrolled as a kiosk: visitdesk --enrol")) from None
    except OSError as error:
        raise CredentialError(_("{file} cannot be read: {why}").format(file=path, why=error.strerror)) from None
    try:
        seen = os.fstat(descriptor)
        private = stat.S_ISREG(seen.st_mode) and not seen.st_mode & 0o077
        if not private or seen.st_uid not in (os.getuid(), 0):
            raise CredentialError(
                _("{file} can be read by others. It must be this user's own, with mode 600.").format(file=path)
            )
        return os.read(descriptor, LONGEST).decode("ascii", "replace").strip()
    finally:
        os.close(descriptor)


def write(path: Path, credential: str) -> None:
    """Keep ``credential`` in ``path``, readable by this user alone, whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(credential + "\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
