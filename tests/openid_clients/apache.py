"""Apache with mod_auth_openidc, set up as docs/openid.md says."""

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from string import Template
from urllib.parse import quote

import pytest

from tests.openid_clients.programs import serving
from tests.openid_clients.registered import Registered

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
UNPACKED = ROOT / ".cache" / "apache"
MODULES = Path("usr/lib/apache2/modules")

BLOCKS = re.compile(r"^```apache\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CLAIMS = '{"id_token":{"acr":{"essential":true,"values":["%s"]}}}'


def find_apache() -> Path | None:
    """Returns the folder below which Apache and its module for OpenID are: installed, or unpacked by `make apache`."""
    roots = (root for root in (Path("/"), UNPACKED) if (root / MODULES / "mod_auth_openidc.so").is_file())
    return next((root for root in roots if (root / "usr/sbin/apache2").is_file()), None)


needs_apache = pytest.mark.skipif(
    find_apache() is None, reason="there is no mod_auth_openidc: `make apache` fetches it from Debian"
)


@contextlib.contextmanager
def apache(registered: Registered, folder: Path) -> Iterator[None]:
    """Serves pages behind mod_auth_openidc; every user must be able to enter ``folder``, which is for its files."""
    root = find_apache()
    assert root is not None
    for name in ("", "private", "private/admin", "private/vault", "private/nobody"):
        (folder / "pages" / name).mkdir()
        (folder / "pages" / name / "index.html").write_text(f"<!doctype html><title>Page</title><pre>/{name}</pre>\n")
    (folder / "client.conf").write_text(
        f"OIDCClientID {registered.client_id}\nOIDCClientSecret {registered.secret}\n"
        "OIDCCryptoPassphrase of-the-tests\n"
    )
    values = {
        "root": str(root / MODULES.parent),
        "folder": str(folder),
        "port": str(registered.port),
        "user": "User nobody\nGroup nogroup" if os.geteuid() == 0 else "",
        "site": documented_site(registered, folder),
    }
    configuration = folder / "apache.conf"
    configuration.write_text(Template((HERE / "apache.conf").read_text()).substitute(values))
    libraries = ":".join(map(str, root.glob("usr/lib/*-linux-gnu")))
    command = [root / "usr/sbin/apache2", "-D", "FOREGROUND", "-f", configuration]
    with serving(command, registered, {"LD_LIBRARY_PATH": libraries}):
        yield


def documented_site(registered: Registered, folder: Path) -> str:
    """Returns the virtual host of docs/openid.md without TLS, with the tests' addresses and further locations."""
    site, challenged = BLOCKS.findall((ROOT / "docs" / "openid.md").read_text())
    further = [
        challenged,
        _location("vault", "Require claim acr~^urn:visage:face.*[+]passkey", "urn:visage:face+passkey"),
        _location("nobody", "Require claim acr:urn:example:nobody", "urn:example:nobody"),
        "    OIDCInfoHook access_token id_token userinfo refresh_token\n",
    ]
    site = "".join(line for line in site.splitlines(keepends=True) if "SSL" not in line)
    return (
        site.replace("</VirtualHost>", "".join(further) + "</VirtualHost>")
        .replace("*:443", f"*:{registered.port}")
        .replace("ServerName app.example.org", "ServerName 127.0.0.1")
        .replace("https://app.example.org", registered.url)
        .replace("https://login.example.org", registered.issuer)
        .replace("/etc/apache2/visage-client.conf", str(folder / "client.conf"))
        .replace("/var/www/app", str(folder / "pages"))
    )


def _location(name: str, requirement: str, level: str) -> str:
    """Returns the configuration of a location that needs a level, as the page has it for a challenge."""
    return f"""
    <Location /private/{name}>
        AuthType openid-connect
        {requirement}
        OIDCUnAutzAction auth
        OIDCPathAuthRequestParams claims={quote(CLAIMS % level)}
    </Location>
"""
