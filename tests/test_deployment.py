"""The deployment files, as far as they can be checked without a container engine."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from service.settings.model import Settings, variable_name
from tests.certificate import self_signed
from tests.nginx import find_nginx, needs_nginx, temporary_paths

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(one) for one in command], cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_dockerfile_breaks_no_rule_of_hadolint() -> None:
    done = run(BIN / "hadolint", "--failure-threshold", "info", "Dockerfile")
    assert (done.returncode, done.stdout) == (0, "")


def test_yaml_breaks_no_rule_of_yamllint() -> None:
    chart = "deploy/helm/visage"
    alerts = "deploy/prometheus/visage-alerts.yaml"
    files = ("compose.yaml", ".yamllint", f"{chart}/Chart.yaml", f"{chart}/values.yaml", alerts)
    done = run(BIN / "yamllint", "--strict", *files)
    assert (done.returncode, done.stdout) == (0, "")


def test_every_secret_of_the_compose_file_is_one_that_a_service_reads() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    settings = {variable_name(field).lower() for field in Settings.model_fields}
    assert set(compose["services"]["visage"]["secrets"]) <= settings
    used = {secret for service in compose["services"].values() for secret in service["secrets"]}
    assert used == set(compose["secrets"])


@pytest.mark.parametrize(
    "name",
    [
        "Dockerfile",
        "compose.yaml",
        "deploy/environment",
        "deploy/helm/visage/values.yaml",
        "deploy/nginx.conf",
        "deploy/visage.service",
        "docs/deploy-compose.md",
        "docs/deploy-kubernetes.md",
        "docs/deploy-vm.md",
    ],
)
def test_every_setting_that_is_named_exists(name: str) -> None:
    known = {variable_name(field) for field in Settings.model_fields}
    assert set(re.findall(r"VISAGE_[A-Z_]+", (ROOT / name).read_text())) <= known


def test_the_image_runs_as_an_unprivileged_user_and_has_a_health_check() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert "USER 10001:10001" in lines
    assert any("service.runtime.healthcheck" in line for line in lines)


def test_the_image_is_built_for_no_particular_processor() -> None:
    assert re.findall(r"(?i)--platform|x86|amd64|arm64|aarch64", (ROOT / "Dockerfile").read_text()) == []
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    assert [name for name, service in compose["services"].items() if "platform" in service] == []


def test_every_builder_finds_what_the_dockerfile_copies() -> None:
    """buildah enters a folder only if a pattern matches the folder itself: `!db/**/*.py` would hide `db/core`."""
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    sources = {source for line in copied for source in line.split()}
    wanted = {f"!{source}/**" if (ROOT / source).is_dir() else f"!{source}" for source in sources}
    assert wanted == {line for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}


def test_compose_mounts_the_data_folder_of_the_image_and_passes_its_port() -> None:
    image = dict(re.findall(r"(\w+)=(\S+)", (ROOT / "Dockerfile").read_text()))
    service = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["visage"]
    assert f"home:{image['VISAGE_HOME']}" in service["volumes"]
    (exposed,) = re.findall(r"^EXPOSE (\d+)$", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    assert [port.rpartition(":")[2] for port in service["ports"]] == [exposed]
    assert Settings.model_fields["port"].default == int(exposed)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
@pytest.mark.parametrize("name", ["visage.service", "visage-retention.service", "visage-retention.timer"])
def test_systemd_understands_every_line_of_a_unit(name: str, tmp_path: Path) -> None:
    for unit in (ROOT / "deploy").glob("visage*"):
        (tmp_path / unit.name).write_text(re.sub(r"(?<=ExecStart=)\S+", sys.executable, unit.read_text()))
    done = run("systemd-analyze", "verify", "--man=no", tmp_path / name)
    assert [line for line in done.stderr.splitlines() if str(tmp_path) in line or "visage" in line] == []


def test_a_command_has_the_settings_of_the_service(tmp_path: Path) -> None:
    (tmp_path / "environment").write_text((ROOT / "deploy" / "environment").read_text() + "VISAGE_PORT='8001'\n")
    command = tmp_path / "command"
    command.write_text('#!/bin/sh\necho "$VISAGE_HOME" "$VISAGE_PORT" "$(umask)" "$@"\n')
    command.chmod(0o755)
    wrapper = (ROOT / "deploy" / "visage").read_text()
    wrapper = wrapper.replace("/etc/visage/environment", str(tmp_path / "environment"))
    (tmp_path / "visage").write_text(wrapper.replace("/opt/visage/.venv/bin/visage", str(command)))
    done = run("sh", tmp_path / "visage", "user", "show", "ada lovelace")
    assert done.stdout == "/var/lib/visage 8001 0077 user show ada lovelace\n"


@needs_nginx
def test_nginx_understands_every_line_of_the_configuration(tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    server = (ROOT / "deploy" / "nginx.conf").read_text()
    server = re.sub(r"(?<=ssl_certificate     )\S+(?=;)", str(certificate), server)
    server = re.sub(r"(?<=ssl_certificate_key )\S+(?=;)", str(key), server)
    paths = temporary_paths(tmp_path)
    (tmp_path / "nginx.conf").write_text(f"pid {tmp_path}/pid; events {{}} http {{ access_log off; {paths} {server} }}")
    done = run(str(find_nginx()), "-t", "-e", "stderr", "-p", tmp_path, "-c", tmp_path / "nginx.conf")
    assert done.returncode == 0, done.stderr


def test_the_proxy_that_the_compose_file_trusts_is_its_network_s_gateway() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text())
    (network,) = compose["networks"]["visage"]["ipam"]["config"]
    assert compose["services"]["visage"]["environment"]["VISAGE_TRUSTED_PROXIES"] == network["gateway"]
