"""Renders the Helm chart with Helm itself, as `helm template` does. No cluster is contacted."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import helm_python
import yaml

CHART = Path(__file__).parent.parent / "deploy" / "helm" / "visage"

LEAST: Mapping[str, Any] = {
    "image": {"repository": "registry.example.org/visage"},
    "publicUrl": "https://login.example.org",
    "existingSecret": "visage",
}
"""The values that every installation has to give."""

SHARED: Mapping[str, Any] = {**LEAST, "replicaCount": 3, "storage": {"accessMode": "ReadWriteMany"}}
"""Three pods that share a volume."""

EVERYTHING: Mapping[str, Any] = {
    **SHARED,
    "publicUrl": "https://example.org/face",
    "trustedProxies": ["10.244.0.0/16", "fd00::/8"],
    "settings": {"VISAGE_LIVENESS": "passive", "VISAGE_WORKERS": 2, "VISAGE_SERVER_TIMING": True},
    "ingress": {"enabled": True, "className": "nginx", "tlsSecretName": "certificate"},
    "networkPolicy": {
        "enabled": True,
        "from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ingress"}}}],
        "databaseTo": [{"ipBlock": {"cidr": "192.0.2.1/32"}}],
        "egress": [{"ports": [{"port": 443, "protocol": "TCP"}]}],
    },
    "serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}},
    "retention": {"enabled": True},
    "backup": {"enabled": True, "existingClaim": "backups", "keys": False},
    "restore": {"from": "visage-2026-11-30-024500"},
    "command": ["migrate", "--down-to", "0013", "--yes"],
    "imagePullSecrets": [{"name": "registry"}],
    "serviceAccountName": "visage",
    "nodeSelector": {"kubernetes.io/arch": "arm64"},
    "tolerations": [{"key": "login", "operator": "Exists"}],
    "affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}},
    "podAnnotations": {"example.org/owner": "login"},
    "podLabels": {"team": "login"},
    "extraVolumes": [{"name": "consent", "configMap": {"name": "consent"}}],
    "extraVolumeMounts": [{"name": "consent", "mountPath": "/etc/visage/consent"}],
}
"""Every part of the chart switched on."""

ONE_POD_WITH_JOBS: Mapping[str, Any] = {
    **LEAST,
    "retention": {"enabled": True},
    "backup": {"enabled": True, "existingClaim": "backups"},
}
"""The jobs beside a volume that only one node can mount."""


def render(values: Mapping[str, Any], release: str = "visage") -> list[dict[str, Any]]:
    """Returns the objects of a release. Raises helm_python.HelmError if the chart refuses the values."""
    with helm_python.Chart.load(CHART) as chart:
        chart.validate_schema(dict(values))
        texts = chart.render(dict(values), name=release, namespace="login")
    return [one for name, text in texts.items() if name.endswith(".yaml") for one in yaml.safe_load_all(text) if one]


def notes(values: Mapping[str, Any]) -> str:
    """Returns what `helm install` prints."""
    with helm_python.Chart.load(CHART) as chart:
        return chart.render(dict(values), name="visage", namespace="login")["visage/templates/NOTES.txt"]


def of_kind(kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the only object of a kind."""
    (found,) = [one for one in render(values) if one["kind"] == kind]
    return found


def pods(values: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yields the name and the pod specification of everything that starts pods."""
    for one in render(values):
        spec = one.get("spec", {})
        if one["kind"] == "CronJob":
            spec = spec["jobTemplate"]["spec"]
        if "template" in spec:
            yield one["metadata"]["name"], spec["template"]["spec"]
