"""Answers that do not say what they are about: the folder that keeps them does."""

from urllib.parse import quote, unquote

from begat.sources.base import Context

__all__ = ["kind_of", "repositories", "subject_of"]


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
