"""What newcomers and deployments start from holds together: Makefile, pins, compose file, environment script."""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from connectors.settings import Settings

PROJECT = Path(__file__).parents[2]


def make(*words: str) -> str:
    done = subprocess.run(
        ["make", "--no-print-directory", *words], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_make_alone_lists_every_target() -> None:
    targets = re.search(r"^\.PHONY: (.*)$", (PROJECT / "Makefile").read_text(), re.MULTILINE)
    assert targets
    listed = make()
    for target in set(targets[1].split()) - {"help"}:
        assert f"  make {target} " in listed


def test_the_demo_leaves_or_serves_as_asked() -> None:
    plan = make("-n", "-o", ".venv/for-demo", "demo", "SERVE=0", "KAFKA=1", "KAFKA_PORT=9192")
    assert "hub demo" in plan
    script = (
        plan[plan.index("set -eu") :]
        .replace("deploy/kafka/broker", "echo broker")
        .replace(".venv/bin/hub", "echo hub")
    )
    served = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True).stdout
    assert "hub demo --no-serve --kafka localhost:9192" in served


def test_a_broker_that_the_demo_started_is_stopped_even_if_the_demo_fails() -> None:
    plan = make("-n", "-o", ".venv/for-demo", "demo", "KAFKA=1", "KAFKA_PORT=9192")
    says = "broker() { echo broker $1; [ $1 != status ]; }; hub() { echo hub; return 7; }\n"
    script = (
        plan[plan.index("set -eu") :].replace("deploy/kafka/broker", "broker").replace(".venv/bin/hub", "hub")
    )
    done = subprocess.run(["bash", "-c", says + script], capture_output=True, text=True, check=False)
    assert done.stdout.split("\n")[:4] == ["broker status", "broker start", "hub", "broker stop"]
    assert done.returncode == 7


def test_every_requirement_is_pinned_exactly() -> None:
    lines = [
        line for line in (PROJECT / "constraints.txt").read_text().splitlines() if not line.startswith("#")
    ]
    assert all(re.fullmatch(r"[A-Za-z0-9_.-]+==[A-Za-z0-9_.!+-]+", line) for line in lines)
    pinned = {re.sub(r"[-_.]+", "-", line.split("==")[0]).lower() for line in lines}
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *itertools.chain(*project["optional-dependencies"].values())]
    names = {re.sub(r"[-_.]+", "-", re.split(r"[^A-Za-z0-9_.-]", line)[0]).lower() for line in wanted}
    assert names - {project["name"]} <= pinned


def test_the_compose_file_gives_the_hub_settings_that_exist() -> None:
    compose = yaml.safe_load((PROJECT / "deploy" / "compose.yaml").read_text())
    assert set(compose["services"]) == {"postgres", "kafka", "hub"}
    known = {f"HUB_{name.upper()}" for name in Settings.model_fields}
    assert set(compose["services"]["hub"]["environment"]) <= known
    build = compose["services"]["hub"]["build"]
    assert (PROJECT / "deploy" / build["context"] / build["dockerfile"]).resolve().is_file()


def test_the_image_holds_every_package_of_the_project() -> None:
    copied = set(
        re.findall(r"^COPY (\w+) \1$", (PROJECT / "deploy" / "Dockerfile").read_text(), re.MULTILINE)
    )
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())
    assert copied == {
        name.rstrip("*") for name in project["tool"]["setuptools"]["packages"]["find"]["include"]
    }


def test_without_a_usable_python_setup_says_what_to_install(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in ("bash", "env", "cat", "dirname"):
        found = shutil.which(tool)
        assert found
        (tools / tool).symlink_to(found)
    (tools / "python3").write_text("#!/bin/sh\nexit 1\n")
    (tools / "python3").chmod(0o755)
    (tmp_path / "deploy").mkdir()
    shutil.copy(PROJECT / "deploy" / "environment", tmp_path / "deploy" / "environment")
    done = subprocess.run(
        [str(tmp_path / "deploy" / "environment")],
        env={"PATH": str(tools)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "3.11 or newer is needed" in done.stderr
    assert "apt-get install python3 python3-venv" in done.stderr


@pytest.mark.skipif(shutil.which("docker") is None, reason="docker is not installed")
def test_docker_itself_can_read_the_compose_file() -> None:
    if subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("docker has no compose plugin; install docker-compose-plugin to test deploy/compose.yaml")
    done = subprocess.run(
        ["docker", "compose", "-f", str(PROJECT / "deploy" / "compose.yaml"), "config", "--quiet"],
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HUB_MASTER_KEY": "x", "POSTGRES_PASSWORD": "y"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
