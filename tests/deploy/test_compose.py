"""The compose installation: valid, complete, without root, and nothing declared that nobody uses."""

from __future__ import annotations

import re
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "docker-compose.yml").read_text())
TEXT = (DEPLOY / "docker-compose.yml").read_text()
EXAMPLE = (DEPLOY / ".env.example").read_text()
DECLARED = set(re.findall(r"^([A-Z_0-9]+)=", EXAMPLE, re.MULTILINE))
SECRETS = {name.upper() for name in COMPOSE["secrets"]}
FLOWS = "\n".join(
    file.read_text() for folder in ("flows", "subflows") for file in sorted((ROOT / folder).glob("*.yml"))
)
CONFIGURED = set(re.findall(r"^[^#\n]*\$\{([A-Z_0-9]+)", (DEPLOY / "kestra.yml").read_text(), re.MULTILINE))
PACKAGE = "\n".join(file.read_text() for file in (ROOT / "bottleneck_tasks").rglob("*.py"))


def _config(env_file: Path, **environment: str) -> dict[str, Any]:
    """What the real docker-compose makes of the file; its Python wrapper hides the exit code, the binary does not."""
    binary = Path(str(files("compose"))) / "docker-compose"
    command = [binary, "--env-file", env_file, "-f", DEPLOY / "docker-compose.yml", "--profile", "workers", "config"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"HOME": "/tmp", **environment})  # noqa: S108
    assert done.returncode == 0, done.stderr
    config: dict[str, Any] = yaml.safe_load(done.stdout)
    return config


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """An .env whose empty variables have been filled in."""
    path = tmp_path / "env"
    path.write_text(re.sub(r"^([A-Z_0-9]+)=$", r"\1=Filled-in-1", EXAMPLE, flags=re.MULTILINE))
    return path


def test_compose_accepts_the_example_once_filled_in(filled: Path) -> None:
    """docker-compose itself reads the file without an error or a missing variable."""
    config = _config(filled)
    assert set(config["services"]) == {"postgres", "s3", "mail", "kestra", "worker", "loader"}


def test_one_variable_chooses_the_long_term_version(filled: Path) -> None:
    """KESTRA_VERSION alone builds every Kestra image from 1.3."""
    services = _config(filled, KESTRA_VERSION="v1.3.31")["services"]
    assert {services[name]["build"]["args"]["KESTRA_VERSION"] for name in ("kestra", "worker")} == {"v1.3.31"}


def test_an_empty_password_stops_the_installation(filled: Path) -> None:
    """A key of the store left empty is refused before anything starts."""
    filled.write_text(filled.read_text().replace("AWS_SECRET_ACCESS_KEY=Filled-in-1", "AWS_SECRET_ACCESS_KEY="))
    with pytest.raises(AssertionError, match="AWS_SECRET_ACCESS_KEY"):
        _config(filled)


def test_every_variable_is_declared_and_every_declared_one_is_used() -> None:
    """.env.example and docker-compose.yml name the same variables."""
    used = set(re.findall(r"\$\{([A-Z_0-9]+)", TEXT))
    used |= {entry["environment"] for entry in COMPOSE["secrets"].values()}
    assert used == DECLARED


def test_every_variable_is_explained() -> None:
    """Each variable of .env.example has a comment above it, its own or the group's."""
    lines = EXAMPLE.splitlines()
    for number, line in enumerate(lines):
        if re.match(r"[A-Z_0-9]+=", line):
            assert lines[number - 1].startswith("#") or re.match(r"[A-Z_0-9]+=", lines[number - 1]), line


def test_every_secret_of_the_flows_is_given_and_every_given_one_is_used() -> None:
    """What a flow reads by secret() is a file of the container; no file is mounted that nobody reads."""
    asked = set(re.findall(r"secret\('([A-Z_0-9]+)'", FLOWS))
    assert asked <= SECRETS
    for name in SECRETS - asked - CONFIGURED:
        assert f'"{name}"' in PACKAGE, f"{name} is mounted, and neither a flow, Kestra nor the package reads it"


def test_every_environment_value_of_the_flows_is_given_and_used() -> None:
    """`envs.name` in a flow is ENV_NAME of the Kestra container, and the reverse."""
    given = {name[4:].lower() for name in COMPOSE["services"]["kestra"]["environment"] if name.startswith("ENV_")}
    asked = set(re.findall(r"\benvs\.([a-z_0-9]+)", FLOWS))
    assert asked == given


def test_kestra_configuration_finds_its_values() -> None:
    """Each placeholder of kestra.yml is in the environment or among the secrets."""
    assert CONFIGURED
    assert SECRETS | set(COMPOSE["services"]["kestra"]["environment"]) >= CONFIGURED


@pytest.mark.parametrize("name", sorted(COMPOSE["services"]))
def test_no_service_has_more_rights_than_it_needs(name: str) -> None:
    """Capabilities dropped, no new privileges, no Docker socket, ports on the loopback address only."""
    service = COMPOSE["services"][name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged")
    assert "docker.sock" not in str(service)
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
    assert service.get("user", "") not in {"root", "0", 0}


def test_every_lasting_service_says_when_it_is_ready() -> None:
    """Each service that others wait for has a health check."""
    waited = {name for service in COMPOSE["services"].values() for name in service.get("depends_on", {})}
    assert all("healthcheck" in COMPOSE["services"][name] for name in waited)
    assert "healthcheck" in COMPOSE["services"]["mail"]


def test_mounted_paths_exist() -> None:
    """Every file that compose mounts from the checkout is there; sample exports are made by `make run`."""
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":", maxsplit=1)[0]
            if source.startswith(".") and not source.endswith("out/sample"):
                assert (DEPLOY / source).exists(), source


def test_secrets_reach_kestra_as_variables_and_in_base64(tmp_path: Path) -> None:
    """with-secrets.sh turns each file into NAME and SECRET_NAME, whatever characters the value has."""
    (tmp_path / "smtp_password").write_text("pä$s 'w\"ord\n")
    done = subprocess.run(
        ["bash", DEPLOY / "with-secrets.sh", "bash", "-c", 'printf "%s|%s" "$SMTP_PASSWORD" "$SECRET_SMTP_PASSWORD"'],
        capture_output=True, text=True, check=True, env={"SECRETS_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.stdout == "pä$s 'w\"ord|cMOkJHMgJ3cib3Jk"


def test_the_loader_finds_everything_it_loads() -> None:
    """Each folder that load.sh uploads exists in the repository and is copied into its image."""
    script = (DEPLOY / "load.sh").read_text()
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    folders = re.findall(r"kestractl flows deploy (\S+)", script)
    folders += re.findall(r'kestractl nsfiles upload "\$namespace" (\S+)', script)
    assert {"flows", "subflows", "bottleneck_tasks", "namespace_files/config"} <= set(folders)
    for folder in folders:
        assert (ROOT / folder).is_dir()
        assert f"COPY {folder.split('/')[0]} /bottleneck/" in dockerfile
