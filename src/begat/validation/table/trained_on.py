"""Rules for training links."""

from begat.validation.rule import Table, known

__all__ = ["TABLE"]

TABLE = Table(
    "trained_on",
    ("model", "dataset_raw", "source"),
    (
        known("model", "models"),
        known("dataset", "datasets"),
    ),
)
