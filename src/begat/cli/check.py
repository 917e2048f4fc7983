"""The command that stops a pipeline: check."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from begat.cli.output import Output, command
from begat.errors import InputError, UnknownName, UnreadableFile
from begat.printable import printable

if TYPE_CHECKING:
    from begat.consequence.policy import Policy
    from begat.registry import Registry

__all__ = ["register"]

Row = Mapping[str, Any]

KEYS = ("asked", "model", "verdict", "policy", "policy_sha256", "snapshot", "digest", "reasons", "error")
STDIN = Path("-")
SHOWN = 3
"""Reasons of one rule and code that a person is shown."""
COMMANDS = {"fail": "error", "warn": "warning"}
"""Verdicts, the gravest first, and how GitHub Actions names such annotations."""


def check(
    out: Output,
    policy: Annotated[Path, typer.Option("--policy", "-p", help="The rules, a TOML file.")],
    models: Annotated[
        list[str] | None, typer.Argument(metavar="MODEL...", help="Models; - for a list on stdin.")
    ] = None,
    from_: Annotated[
        Path | None,
        typer.Option("--from", metavar="FILE", help="Also the models in a file, one a line; - for stdin."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as failures.")] = False,
    github: Annotated[
        bool, typer.Option("--github", help="Also print annotations for GitHub Actions.")
    ] = False,
) -> None:
    """Check whether models keep a policy: licences, inherited terms, origins, provenance.

    Exit code 0 if all keep it, 1 if one doesn't, 2 if a model is not known (the others are reported all the
    same), the policy can't be read or the answer not be written. What isn't known fails unless the policy
    says otherwise; warnings fail with --strict only. A finding aid, not legal advice. In a list, what follows
    # is no model.

    Keys of a policy: follow; licence: allow, deny, covers, unknown; terms: forbid, contested, unknown,
    conflicts; origin: countries, institutions, accounts, each with allow and deny, covers, unknown;
    provenance: require, known_depth, max_depth, evidence; model: unlisted, removed, gated, min_age_days,
    unknown. docs/concept/gate.md explains them, docs/examples/policy.toml is a policy to start from.

    Examples:

      echo 'licence.allow = ["permissive", "public-domain"]' > policy.toml

      begat check Qwen/Qwen2.5-7B-Instruct --policy policy.toml

      begat check --from models.txt --policy policy.toml --strict --format json
    """
    if github and not out.tabular:
        raise InputError("annotations go with the table", where="--github", hint="Leave --format out.")
    lists = [
        *(_listed(STDIN) if name == "-" else [name] for name in models or ()),
        _listed(from_) if from_ else [],
    ]
    asked = list(dict.fromkeys(chain.from_iterable(lists)))
    if not asked:
        raise InputError("no model is named", hint="Name models, or a file of them with --from.")
    registry = out.registry()
    rows, errors = _checked(registry, asked, registry.policy(policy))
    if out.tabular:
        _draw(out, rows)
    else:
        out.rows(rows, KEYS, keys=KEYS)
    if github:
        out.write("".join(f"{line}\n" for row in rows for line in _annotations(row)))
    out.note(_summary(rows))
    _refuse(errors)
    wrong = {"fail", "warn"} if strict else {"fail"}
    if any(row["verdict"] in wrong for row in rows):
        raise typer.Exit(1)


def _listed(file: Path) -> list[str]:
    """Read models from a file or stdin, one a line."""
    try:
        content = sys.stdin.buffer.read() if file == STDIN else file.read_bytes()
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text"
        raise UnreadableFile(reason, where=str(file), hint="Write one model a line.") from error
    found = [name for line in text.splitlines() if (name := line.partition("#")[0].strip())]
    if not found:
        raise InputError("it names no model", where=str(file), hint="Write one model a line.")
    return found


def _checked(
    registry: "Registry", asked: Iterable[str], policy: "Policy"
) -> tuple[list[Row], list[UnknownName]]:
    """Return a row a model, also of those that are not known, and the errors of these."""
    rows: list[Row] = []
    errors = []
    for text in asked:
        try:
            rows.append({**registry.check(text, policy), "error": None})
        except UnknownName as error:
            errors.append(error)
            rows.append({**_unknown(registry, text, policy), "error": str(error)})
    return rows, errors


def _unknown(registry: "Registry", text: str, policy: "Policy") -> Row:
    return {
        "asked": text,
        "model": None,
        "verdict": "error",
        "policy": policy.file,
        "policy_sha256": policy.digest,
        "snapshot": registry.snapshot.name,
        "digest": registry.snapshot.digest,
        "reasons": [],
    }


def _refuse(errors: Sequence[UnknownName]) -> None:
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise InputError("; ".join(error.what for error in errors), hint="Try `begat search TEXT`.")


def _draw(out: Output, rows: Sequence[Row]) -> None:
    """Print for each model what is not kept and why, then in a line what is kept."""
    from rich.padding import Padding
    from rich.text import Text

    for row in rows:
        out.draw(Text(f"{row['verdict'].upper()}  {printable(_name(row))}", style="bold"))
        for line in map(printable, _lines(row)):
            text = line.lstrip()
            if text.startswith("https://"):
                out.draw(Text(line, no_wrap=True, overflow="ignore"))
            else:
                out.draw(Padding(Text(text), (0, 0, 0, len(line) - len(text)), expand=False))


def _name(row: Row) -> str:
    """Return the id of the model, and as what it was asked for where that is more than another case."""
    asked, model = row["asked"], row["model"] or row["asked"]
    return model if model.casefold() == asked.casefold() else f"{model} (asked as {asked})"


def _lines(row: Row) -> Iterator[str]:
    if row["error"]:
        yield f"  {row['error']}"
    told = [reason for name in COMMANDS for reason in row["reasons"] if reason["verdict"] == name]
    for (rule, code), group in groupby(told, key=lambda reason: (reason["rule"], reason["code"])):
        reasons = list(group)
        for reason in reasons[:SHOWN]:
            yield f"  {reason['verdict']}  {rule}: {reason['reason']}"
            yield from (f"        {text}" for text in _where(row, reason))
        if len(reasons) > SHOWN:
            yield f"        and {len(reasons) - SHOWN:,} more with {code}, see --format json"
    passed = [reason for reason in row["reasons"] if reason["verdict"] == "pass"]
    if kept := [reason["rule"] for reason in passed if reason["state"] == "kept"]:
        yield f"  kept  {', '.join(kept)}"
    if let := [reason["rule"] for reason in passed if reason["state"] != "kept"]:
        counts = (f"{rule} ({let.count(rule):,})" for rule in dict.fromkeys(let))
        yield f"  pass  let through by the policy: {', '.join(counts)}"


def _where(row: Row, reason: Row) -> Iterator[str]:
    """Yield how the thing that a reason is about went in, and its page."""
    yield from map(_step, reason["path"])
    if reason["page"] and reason["subject"] != row["model"]:
        yield reason["page"]


def _step(step: Row) -> str:
    sure = "" if step["evidence"] == "declared" else f" ({step['evidence']})"
    return f"{step['relation']} <- {step['id']}{sure}"


def _annotations(row: Row) -> Iterator[str]:
    """Yield commands that GitHub Actions shows beside a run.

    Examples
    --------
    >>> reason = {"rule": "a,b", "verdict": "fail", "reason": "no", "subject": "x/y", "path": []}
    >>> list(_annotations({"model": "x/y", "error": None, "reasons": [reason]}))
    ['::error title=begat check a%2Cb::x/y: no']
    """
    if row["error"]:
        yield f"::error title=begat check::{_escaped(row['error'])}"
    for reason in row["reasons"]:
        if kind := COMMANDS.get(reason["verdict"]):
            title = _escaped(f"begat check {reason['rule']}").replace(":", "%3A").replace(",", "%2C")
            through = f" ({reason['subject']})" if reason["path"] else ""
            yield f"::{kind} title={title}::{_escaped(row['model'] + ': ' + reason['reason'] + through)}"


def _escaped(text: str) -> str:
    return printable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _summary(rows: Sequence[Row]) -> str:
    words = {
        "pass": ("keeps the policy", "keep the policy"),
        "warn": ("keeps it with warnings", "keep it with warnings"),
        "fail": ("does not keep it", "do not keep it"),
        "error": ("is not known", "are not known"),
    }
    verdicts = [row["verdict"] for row in rows]
    counted = {name: verdicts.count(name) for name in words if name in verdicts}
    said = (f"{count:,} {words[name][count > 1]}" for name, count in counted.items())
    return f"{len(rows):,} checked: {', '.join(said)}. A finding aid, not legal advice."


def register(app: typer.Typer) -> None:
    """Add this command."""
    command(app, rich_help_panel="Consequences")(check)
