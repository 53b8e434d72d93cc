"""Whether the keys and the certificate can be had, as a start would find out, and whether they are closed to others."""

import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from service.doctor.finding import Finding
from service.domain.operator_errors import ImageKeyError, SigningKeyError
from service.images.keys import cipher_if_any
from service.keys.folder import read_keys
from service.serving.tls import TlsContexts
from service.settings.model import Settings, secrets_folder

RENEW = timedelta(days=30)
"""Before it expires a certificate should have been renewed: certificates for 90 days are, by custom, after 60."""


def examine_keys(settings: Settings) -> Iterator[Finding]:
    """What there is to tell of keys and certificate; nothing is made."""
    yield _signing_keys(settings)
    yield _image_keys(settings)
    if settings.tls_cert is not None and settings.tls_key is not None:
        yield _certificate(settings.tls_cert, settings.tls_key)
    for path in (settings.image_key_file, settings.tls_key):
        if path is not None and _is_open(path):
            yield Finding("key file", f"every user may look: chmod o= {path}", trouble=True)


def _signing_keys(settings: Settings) -> Finding:
    folder = settings.home / "keys"
    if not folder.is_dir():
        return Finding("signing keys", "none yet: the first start makes one")
    try:
        kept = read_keys(folder, settings.access_lifetime).kept
    except (SigningKeyError, OSError) as error:
        return Finding("signing keys", str(error), trouble=True)
    return Finding("signing keys", f"{len(kept)} that can be read" if kept else "none yet: the first start makes one")


def _image_keys(settings: Settings) -> Finding:
    try:
        cipher = cipher_if_any(settings)
    except (ImageKeyError, OSError) as error:
        return Finding("image keys", str(error), trouble=True)
    if cipher is None:
        return Finding("image keys", "none yet: the first start makes one")
    return Finding("image keys", f"{len(cipher.keys)}; {cipher.newest.id.hex()} encrypts")


def _certificate(certificate: Path, key: Path) -> Finding:
    try:
        TlsContexts(certificate, key)
        expires = x509.load_pem_x509_certificate(certificate.read_bytes()).not_valid_after_utc
    except (OSError, ValueError) as error:
        return Finding("certificate", f"{certificate} cannot be served with {key}: {error}", trouble=True)
    left = expires - datetime.now(UTC)
    text = f"good until {expires:%Y-%m-%d %H:%M} UTC"
    return Finding("certificate", text if left > RENEW else f"{text}: renew it", trouble=left <= RENEW)


def _is_open(path: Path) -> bool:
    """Whether others than owner and group may look; in a folder of secrets that is up to whoever mounts it."""
    if path.is_relative_to(secrets_folder()) or not path.exists():
        return False
    return bool(path.stat().st_mode & stat.S_IRWXO)
