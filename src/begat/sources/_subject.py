"""What answers are about: repositories of GitHub, and answers whose folder alone says it."""

import re
from urllib.parse import quote, unquote

from begat.sources.base import BadRow, Context

__all__ = ["github_repository", "kind_of", "repositories", "subject_of"]

GITHUB = re.compile(r"(?:https?://)?github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?")


def kind_of(kind: str, subject: str) -> str:
    """Return the folder for the answers of a kind about one thing.

    Examples
    --------
    >>> kind_of("openrank", "vllm-project/vllm")
    'openrank-vllm-project%2Fvllm'
    """
    return f"{kind}-{quote(subject, safe='')}"


def subject_of(context: Context) -> str:
    """Return what a file is about, the reverse of `kind_of`."""
    return unquote(context.path.parent.name.partition("-")[2])


def repositories(wanted: tuple[str, ...]) -> list[str]:
    """Return the ids of systems that are on GitHub: those without a platform in front."""
    return [name for name in wanted if ":" not in name and name.count("/") == 1]


def github_repository(address: str) -> str:
    """Return ``owner/name`` of the address of a repository of GitHub.

    Raises
    ------
    BadRow
        If it is none.

    Examples
    --------
    >>> github_repository("https://github.com/vllm-project/vllm.git")
    'vllm-project/vllm'
    """
    if match := GITHUB.fullmatch(address):
        return match[1]
    raise BadRow(f"{address:.200} is no repository of GitHub")
