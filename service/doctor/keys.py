"""Checks that the keys and the certificate are usable, as a start does, and closed to other users."""

import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from service.doctor.finding import Finding
from service.domain.operator_errors import ImageKeyError, SigningKeyError
from service.images.keys import cipher_if_any
from service.keys.folder import read_keys
from service.keys.signing import ALGORITHMS
from service.runtime.tls import TlsContexts
from service.settings.model import Settings
from service.settings.reading import secrets_folder

RENEW = timedelta(days=30)
"""A certificate should be renewed this long before it expires; 90-day certificates usually are after 60 days."""


def examine_keys(settings: Settings) -> Iterator[Finding]:
    """Reports on image keys, certificate and permissions; creates no key."""
    yield _image_keys(settings)
    if settings.tls_cert is not None and settings.tls_key is not None:
        yield _certificate(settings.tls_cert, settings.tls_key)
    for path in (settings.image_key_file, settings.tls_key):
        if path is not None and _is_open(path):
            yield Finding("key file", f"every user can read it: chmod o= {path}", trouble=True)


def examine_signing_keys(settings: Settings) -> Finding:
    """Reports whether the signing keys can be read; an RSA key takes 0.1 s, which keeps a core busy."""
    folder = settings.keys_folder
    if not folder.is_dir():
        return Finding("signing keys", "none yet: the first start makes one")
    try:
        kept = [key for algorithm in ALGORITHMS for key in read_keys(folder, settings.access_lifetime, algorithm).kept]
    except (SigningKeyError, OSError) as error:
        return Finding("signing keys", str(error), trouble=True)
    return Finding("signing keys", f"{len(kept)} readable" if kept else "none yet: the first start makes one")


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
    text = f"valid until {expires:%Y-%m-%d %H:%M} UTC"
    return Finding("certificate", text if left > RENEW else f"{text}: renew it", trouble=left <= RENEW)


def _is_open(path: Path) -> bool:
    """Whether users other than owner and group can read a file; ignores folders of mounted secrets."""
    if path.is_relative_to(secrets_folder()) or not path.exists():
        return False
    return bool(path.stat().st_mode & stat.S_IRWXO)
