"""The Helm chart: linted and rendered by Helm, held against the schemas of Kubernetes and against the settings."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import helm_python
import kubernetes_validate
import pytest
import yaml
from flask import Flask

from service.http import operations
from service.settings.model import Settings, variable_name
from tests.helm_chart import CHART, EVERYTHING, LEAST, ONE_POD_WITH_JOBS, SHARED, notes, of_kind, pods, render

ROOT = Path(__file__).parent.parent
OLDEST_KUBERNETES, NEWEST_KUBERNETES = "1.27", "1.37"
INFORMATION = 1
"""Helm's severity of advice, such as that a chart should have an icon."""

GIVEN_BY_THE_CHART = {"VISAGE_HOME", "VISAGE_PORT", "VISAGE_PUBLIC_URL", "VISAGE_TRUSTED_PROXIES"}
SERVED_BY_THE_INGRESS = {"VISAGE_TLS_CERT", "VISAGE_TLS_KEY"}
SETS = {"least": LEAST, "shared": SHARED, "everything": EVERYTHING, "one pod with jobs": ONE_POD_WITH_JOBS}

JOBS = {"restore": {"from": "visage-2026-11-30-024500"}, "command": ["check"]}
"""The jobs that the guide starts by hand."""

every_set = pytest.mark.parametrize("values", SETS.values(), ids=SETS)


def secret_settings() -> set[str]:
    """Returns the settings that hold a secret, by their type."""
    return {variable_name(name) for name, one in Settings.model_fields.items() if "SecretStr" in str(one.annotation)}


def operator_routes() -> set[str]:
    """Returns the service's routes for operators."""
    app = Flask("routes")
    app.register_blueprint(operations.blueprint)
    return {rule.rule for rule in app.url_map.iter_rules()}


class TestLint:
    @pytest.mark.parametrize("values", [{}, *SETS.values()], ids=["none", *SETS])
    def test_helm_finds_nothing_wrong(self, values: Mapping[str, Any]) -> None:
        report = helm_python.lint(CHART, dict(values), strict=True)
        wrong = [one for one in report["messages"] if one["severity"] > INFORMATION]
        assert (wrong, report["errors"]) == ([], [])

    @pytest.mark.parametrize("version", [OLDEST_KUBERNETES, NEWEST_KUBERNETES])
    @every_set
    def test_kubernetes_knows_every_field(self, values: Mapping[str, Any], version: str) -> None:
        for one in render(values):
            if one["kind"] != "ServiceMonitor":  # of the Prometheus operator
                kubernetes_validate.validate(one, version, strict=True)

    def test_the_oldest_kubernetes_of_the_chart_is_the_one_that_is_checked(self) -> None:
        assert yaml.safe_load((CHART / "Chart.yaml").read_text())["kubeVersion"] == f">={OLDEST_KUBERNETES}.0-0"

    def test_the_chart_has_the_version_of_the_package(self) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
        assert yaml.safe_load((CHART / "Chart.yaml").read_text())["appVersion"] == project["version"]

    def test_every_value_has_a_comment_above_it_or_above_its_group(self) -> None:
        blocks = re.split(r"\n\n", (CHART / "values.yaml").read_text())
        silent = [block for block in blocks if not any(line.lstrip().startswith("#") for line in block.splitlines())]
        described = {"service:", "containerSecurityContext:"}  # the names say it, or the block before does
        assert [block for block in silent if block.splitlines()[0] not in described] == []

    def test_the_schema_knows_every_value(self) -> None:
        values = yaml.safe_load((CHART / "values.yaml").read_text())
        schema = yaml.safe_load((CHART / "values.schema.json").read_text())["properties"]
        assert set(values) == set(schema) - {"global"}
        for name, one in schema.items():
            if "properties" in one and name != "settings":
                assert set(values[name]) == set(one["properties"]), name


class TestRefusal:
    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"image": {}}, "image.repository"),
            ({"publicUrl": ""}, "publicUrl"),
            ({"existingSecret": ""}, "existingSecret"),
            ({"replicaCount": 2}, "ReadWriteMany"),
            ({"ingress": {"enabled": True, "tlsSecretName": "t"}}, "trustedProxies"),
            ({"ingress": {"enabled": True}, "trustedProxies": ["10.0.0.0/8"]}, "tlsSecretName"),
            (
                {
                    "ingress": {"enabled": True, "tlsSecretName": "t"},
                    "trustedProxies": ["::/0"],
                    "publicUrl": "http://a.example",
                },
                "https",
            ),
            ({"networkPolicy": {"enabled": True}}, "networkPolicy.from"),
            ({"backup": {"enabled": True}}, "backup.existingClaim"),
            ({"restore": {"from": "visage-2026"}}, "backup.existingClaim"),
            ({"terminationGracePeriodSeconds": 15}, "drainSeconds"),
        ],
    )
    def test_values_that_would_do_harm_are_refused_by_name(self, change: Mapping[str, Any], message: str) -> None:
        with pytest.raises(helm_python.HelmError, match=message):
            render({**LEAST, **change})

    @pytest.mark.parametrize(
        "change",
        [
            {"settings": {"VISAGE_LIVENES": "off"}},
            {"settings": {"VISAGE_METRICS_TOKEN": "a-secret-of-some-length"}},
            {"replicas": 2},
            {"storage": {"accessMode": "ReadOnlyMany"}},
            {"restore": {"from": "x; rm -r /"}},
        ],
    )
    def test_the_schema_refuses_misspelt_names_secrets_and_unusable_values(self, change: Mapping[str, Any]) -> None:
        with pytest.raises(helm_python.HelmError):
            render({**LEAST, **change})


class TestSettings:
    def test_every_setting_can_be_given_and_no_other(self) -> None:
        schema = yaml.safe_load((CHART / "values.schema.json").read_text())
        known = {variable_name(field) for field in Settings.model_fields}
        assert set(schema["properties"]["settings"]["properties"]) == (
            known - GIVEN_BY_THE_CHART - SERVED_BY_THE_INGRESS - secret_settings()
        )

    @every_set
    def test_a_config_map_holds_settings_and_no_secret(self, values: Mapping[str, Any]) -> None:
        data = of_kind("ConfigMap", values)["data"]
        assert set(data) <= {variable_name(field) for field in Settings.model_fields} - secret_settings()

    def test_the_service_accepts_the_settings_of_the_config_map(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name, value in of_kind("ConfigMap", EVERYTHING)["data"].items():
            monkeypatch.setenv(name, value)
        settings = Settings()
        assert (settings.workers, settings.server_timing, settings.base_path) == (2, True, "/face")
        assert [str(one) for one in settings.trusted_proxies] == ["10.244.0.0/16", "fd00::/8"]

    def test_a_value_replaces_a_setting_of_the_chart_once(self) -> None:
        data = of_kind("ConfigMap", {**LEAST, "settings": {"VISAGE_HOST": "::", "VISAGE_LOG_FORMAT": "text"}})["data"]
        assert (data["VISAGE_HOST"], data["VISAGE_LOG_FORMAT"]) == ("::", "text")

    def test_a_changed_setting_restarts_the_pods(self) -> None:
        changed = {**LEAST, "settings": {"VISAGE_LIVENESS": "challenge"}}
        first, second = (of_kind("Deployment", values)["spec"]["template"] for values in (LEAST, changed))
        assert first["metadata"]["annotations"] != second["metadata"]["annotations"]

    @every_set
    def test_the_chart_creates_no_secret(self, values: Mapping[str, Any]) -> None:
        assert not [one for one in render(values) if one["kind"] == "Secret"]

    @every_set
    def test_kubernetes_adds_no_variable_that_looks_like_a_setting(self, values: Mapping[str, Any]) -> None:
        assert {pod["enableServiceLinks"] for _, pod in pods(values)} == {False}


class TestPods:
    def test_the_probes_ask_for_routes_that_exist(self) -> None:
        (container,) = of_kind("Deployment", LEAST)["spec"]["template"]["spec"]["containers"]
        routes = operator_routes()
        probes = [container[name]["httpGet"] for name in ("startupProbe", "livenessProbe", "readinessProbe")]
        assert {probe["path"] for probe in probes} <= routes
        assert {probe["port"] for probe in probes} == {container["ports"][0]["name"]}

    def test_prometheus_asks_for_a_route_that_exists(self) -> None:
        (endpoint,) = of_kind("ServiceMonitor", EVERYTHING)["spec"]["endpoints"]
        assert endpoint["path"] in operator_routes()
        assert endpoint["authorization"]["credentials"]["key"] == variable_name("metrics_token").lower()

    @every_set
    def test_every_container_keeps_the_restricted_pod_security_standard(self, values: Mapping[str, Any]) -> None:
        for name, pod in pods(values):
            assert pod["automountServiceAccountToken"] is False, name
            assert pod["securityContext"]["runAsNonRoot"] is True, name
            assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
            for container in [*pod.get("initContainers", []), *pod["containers"]]:
                context = container["securityContext"]
                assert context["capabilities"] == {"drop": ["ALL"]}, name
                assert context["allowPrivilegeEscalation"] is False, name
                assert context["readOnlyRootFilesystem"] is True, name
                assert container["resources"]["limits"]["memory"], name

    def test_a_pod_runs_as_the_user_of_the_image(self) -> None:
        context = of_kind("Deployment", LEAST)["spec"]["template"]["spec"]["securityContext"]
        assert f"USER {context['runAsUser']}:{context['runAsGroup']}" in (ROOT / "Dockerfile").read_text().splitlines()

    def test_a_pod_ends_after_its_requests(self) -> None:
        pod = of_kind("Deployment", LEAST)["spec"]["template"]["spec"]
        drain = int(pod["containers"][0]["lifecycle"]["preStop"]["exec"]["command"][1])
        assert pod["terminationGracePeriodSeconds"] > drain + 10

    def test_one_pod_is_stopped_before_its_successor_starts(self) -> None:
        assert of_kind("Deployment", LEAST)["spec"]["strategy"] == {"type": "Recreate"}
        assert "PodDisruptionBudget" not in {one["kind"] for one in render(LEAST)}

    def test_several_pods_are_replaced_one_by_one(self) -> None:
        strategy = of_kind("Deployment", SHARED)["spec"]["strategy"]
        assert strategy == {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
        assert of_kind("PodDisruptionBudget", SHARED)["spec"]["maxUnavailable"] == 1

    def test_the_service_sends_nothing_to_the_pods_of_jobs(self) -> None:
        selector = of_kind("Service", EVERYTHING)["spec"]["selector"].items()
        jobs = [one for one in render(EVERYTHING) if one["kind"] == "CronJob"]
        labels = [one["spec"]["jobTemplate"]["spec"]["template"]["metadata"]["labels"].items() for one in jobs]
        assert len(labels) == 2
        assert not any(selector <= one for one in labels)

    def test_jobs_run_where_the_volume_is(self) -> None:
        affine = {name: "podAffinity" in pod.get("affinity", {}) for name, pod in pods(ONE_POD_WITH_JOBS)}
        assert affine == {"visage": False, "visage-retention": True, "visage-backup": True}
        assert not any("podAffinity" in pod.get("affinity", {}) for _, pod in pods(EVERYTHING))

    def test_jobs_run_anywhere_while_no_pod_serves(self) -> None:
        stopped = {**ONE_POD_WITH_JOBS, "replicaCount": 0, "command": ["check"]}
        assert not any("podAffinity" in pod.get("affinity", {}) for _, pod in pods(stopped))

    def test_a_command_of_the_operator_is_one_of_visages(self) -> None:
        (container,) = dict(pods(EVERYTHING))["visage-command"]["containers"]
        assert container["command"] == ["visage", "migrate", "--down-to", "0013", "--yes"]

    def test_uninstalling_keeps_pictures_and_keys(self) -> None:
        annotations = of_kind("PersistentVolumeClaim", LEAST)["metadata"]["annotations"]
        assert annotations["helm.sh/resource-policy"] == "keep"

    def test_the_longest_release_name_makes_names_that_kubernetes_takes(self) -> None:
        names = {one["kind"]: one["metadata"]["name"] for one in render(EVERYTHING, release="r" * 53)}
        assert len(names["CronJob"]) <= 52


class TestIngress:
    def test_it_serves_the_public_address(self) -> None:
        (rule,) = of_kind("Ingress", EVERYTHING)["spec"]["rules"]
        assert (rule["host"], rule["http"]["paths"][0]["path"]) == ("example.org", "/face")

    def test_it_accepts_the_bodies_that_the_service_accepts(self) -> None:
        annotations = of_kind("Ingress", EVERYTHING)["metadata"]["annotations"]
        size = annotations["nginx.ingress.kubernetes.io/proxy-body-size"]
        assert size == f"{Settings.model_fields['max_request_mb'].default}m"


class TestNotes:
    def test_they_say_what_is_missing(self) -> None:
        text = notes(LEAST)
        assert all(words in text for words in ("No Ingress", "There is no backup", "Liveness is off", "one node only"))

    def test_they_are_silent_on_what_is_there(self) -> None:
        text = notes(EVERYTHING)
        assert not any(words in text for words in ("No Ingress", "no backup", "Liveness is off", "one node only"))


class TestGuide:
    def test_its_values_are_complete(self) -> None:
        kinds = {one["kind"] for one in render(self._values())}
        assert kinds == {"ConfigMap", "CronJob", "Deployment", "Ingress", "PersistentVolumeClaim", "Service"}

    def test_its_names_are_those_of_the_release(self) -> None:
        names = {one["metadata"]["name"] for one in render({**self._values(), **JOBS})}
        named = re.findall(r"(?:job|cronjob|deployment)/(\S+?)(?: |`|$)", self._text(), flags=re.MULTILINE)
        assert set(named) <= names

    def test_the_templates_that_it_shows_exist(self) -> None:
        shown = set(re.findall(r"--show-only (\S+)", self._text()))
        assert {"templates/restore.yaml", "templates/command.yaml"} == shown
        assert all((CHART / name).is_file() for name in shown)

    def _text(self) -> str:
        return (ROOT / "docs" / "deploy-kubernetes.md").read_text()

    def _values(self) -> dict[str, Any]:
        (values,) = re.findall(r"```yaml\n# visage.yaml\n(.*?)```", self._text(), flags=re.DOTALL)
        return dict(yaml.safe_load(values))
