"""`begat check` in pipelines: exit codes, reasons, errors, and the examples as they stand."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.cli import Ran, begat

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "docs" / "examples"
GOOD, BAD, NONE = "Qwen/Qwen2.5-7B-Instruct", "sleepyjoe123/Misa", "nobody/none"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Return a folder as a repository that ships models, with a program `begat` in its bin."""
    for name in ("policy.toml", "models.txt"):
        shutil.copy(EXAMPLES / name, tmp_path)
    (tmp_path / "strict.toml").write_text("[provenance]\nrequire = ['licence']\n", encoding="utf-8")
    program = tmp_path / "bin" / "begat"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m begat.cli "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return tmp_path


def shell(line: str, desk: Path, home: Path) -> Ran:
    """Run a line as a CI does, in bash that stops at the first failure."""
    env = {**os.environ, "BEGAT_HOME": str(home), "PATH": f"{desk / 'bin'}:{os.environ['PATH']}"}
    words = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", line]
    done = subprocess.run(words, env=env, cwd=desk, capture_output=True, text=True, timeout=120, check=False)
    return Ran(done.returncode, done.stdout, done.stderr)


def checked(*words: str, home: Path, policy: Path = EXAMPLES / "policy.toml") -> Ran:
    """Run the command in this process."""
    return begat("check", *words, "--policy", str(policy), home=home)


def test_exit_codes(built: Path, desk: Path) -> None:
    """0 keeps it, warnings included unless strict; 1 does not; 2 asks wrongly, and reports the rest."""
    assert checked(GOOD, home=built).code == 0
    assert checked(GOOD, "--strict", home=built).code == 1
    assert checked(BAD, home=built).code == 1
    mixed = checked(GOOD, NONE, BAD, "--format", "json", home=built)
    assert mixed.code == 2
    assert [row["verdict"] for row in mixed.rows] == ["warn", "error", "fail"]
    assert (mixed.rows[1]["reasons"], mixed.rows[1]["asked"], mixed.rows[1]["model"]) == ([], NONE, None)
    assert f"no model named '{NONE}'" in mixed.err
    assert {*mixed.rows[0]} == {*mixed.rows[1]}
    twice = checked(NONE, "nobody/neither", home=built)
    assert twice.code == 2
    assert NONE in twice.err
    assert "nobody/neither" in twice.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "no model is named"),
        (("--from", "none.txt"), "none.txt"),
        (("--from", "empty.txt"), "it names no model"),
        ((GOOD, "--github", "--format", "json"), "--github"),
    ],
)
def test_a_wrong_question_is_no_pass(
    built: Path, desk: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    """No model, a list that is missing or empty: exit code 2, nothing on stdout."""
    monkeypatch.chdir(desk)
    (desk / "empty.txt").write_text("# nothing\n\n", encoding="utf-8")
    ran = checked(*words, home=built)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


@pytest.mark.parametrize("text", [None, "", "[licence\n", "[licence]\nalow = ['MIT']\n"])
def test_a_wrong_policy_is_no_pass(built: Path, tmp_path: Path, text: str | None) -> None:
    """A policy that is missing, empty, broken or mistyped: exit code 2, nothing on stdout."""
    file = tmp_path / "wrong.toml"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    ran = checked(GOOD, home=built, policy=file)
    assert (ran.code, ran.out) == (2, "")
    assert "wrong.toml" in ran.err


def test_the_table_says_why(built: Path, desk: Path) -> None:
    """Each reason stands with its rule, and how it came in; annotations follow if asked for."""
    ran = checked(BAD, NONE, "bert-base-uncased", "--github", home=built)
    assert "FAIL  google-bert/bert-base-uncased (asked as bert-base-uncased)" in ran.out
    assert f"FAIL  {BAD}" in ran.out
    assert "fail  licence.allow: licence not known: none stated" in ran.out
    assert "copy <- meta-llama/Meta-Llama-3-8B-Instruct (reported)" in ran.out
    assert f"::error title=begat check licence.allow::{BAD}: licence not known" in ran.out
    assert "::error title=begat check::no model named" in ran.out
    assert "3 checked: 2 do not keep it, 1 is not known" in ran.err


def test_in_a_shell(built: Path, desk: Path) -> None:
    """Stdout is JSON alone, a list comes from stdin, and the pipeline fails as the check does."""
    read = f"{sys.executable} -c 'import json, sys; print(json.load(sys.stdin)[0][\"verdict\"])'"
    listed = f"printf '\\xef\\xbb\\xbf{BAD}  # chat\\r\\n# ours\\n'"
    line = f"{listed} | begat check - -p policy.toml -f json | {read}"
    ran = shell(line, desk, built)
    assert (ran.code, ran.out) == (1, "fail\n")
    stopped = shell(f"begat check {GOOD} -p strict.toml -q && echo shipped", desk, built)
    assert (stopped.code, stopped.out.splitlines()[-1]) == (0, "shipped")


def test_a_closed_pipe_is_no_pass(built: Path, desk: Path) -> None:
    """Where nobody reads the answer, a model that keeps the policy does not pass, and nothing is traced."""
    reader, writer = os.pipe()
    os.close(reader)
    env = {**os.environ, "BEGAT_HOME": str(built)}
    words = [sys.executable, "-m", "begat.cli", "check", GOOD, "-p", "policy.toml"]
    with os.fdopen(writer, "wb") as closed:
        done = subprocess.run(
            words, stdout=closed, stderr=subprocess.PIPE, env=env, cwd=desk, timeout=120, check=False
        )
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr


def test_the_action_runs_as_it_stands(built: Path, desk: Path) -> None:
    """The steps of the example that need no network end well, and leave the reasons in their file."""
    action = yaml.safe_load((EXAMPLES / "github-action.yml").read_text(encoding="utf-8"))
    steps = [step["run"] for step in action["jobs"]["policy"]["steps"] if "run" in step]
    offline = [line for line in steps if "pip install" not in line]
    assert len(offline) == len(steps) - 1 == 2
    ran = shell("\n".join(offline), desk, built)
    assert ran.code == 0, ran.err
    lines = (desk / "reasons.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["model"] for line in lines] == [GOOD, "HuggingFaceH4/zephyr-7b-beta"]


def hooks() -> list[dict[str, Any]]:
    """Return the hook that is offered, and the one of the example."""
    offered = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    local = yaml.safe_load((EXAMPLES / "pre-commit-config.yaml").read_text(encoding="utf-8"))
    return [*offered, *local["repos"][0]["hooks"]]


def test_the_hooks_run_as_they_stand(built: Path, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both hooks keep the example's models, and stop a list with a model that breaks the policy."""
    monkeypatch.chdir(desk)
    for hook in hooks():
        program, *words = [*hook["entry"].split(), *hook.get("args", ())]
        assert (program, hook["pass_filenames"]) == ("begat", False)
        shutil.copy(EXAMPLES / "models.txt", desk)
        assert begat(*words, home=built).code == 0
        (desk / "models.txt").write_text(BAD, encoding="utf-8")
        assert begat(*words, home=built).code == 1


def test_every_key_is_explained(built: Path) -> None:
    """The page of the gate names all keys of a policy, and the example uses most sections."""
    from begat.consequence.policy_file import TOP, Table

    page = (ROOT / "docs" / "concept" / "gate.md").read_text(encoding="utf-8")
    for name, section in TOP.keys.items():
        for key in section.keys if isinstance(section, Table) else (name,):
            assert f"`{key}`" in page, f"{name}.{key}"
    rules = {row["rule"].split(".")[0] for row in checked(GOOD, "-f", "json", home=built).rows[0]["reasons"]}
    assert rules == {"licence", "terms", "origin", "provenance", "model"}
