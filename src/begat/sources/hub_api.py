"""Answers of the Hub's API that somebody kept: models, datasets and spaces, as lists or one by one.

JSON Lines, each line an answer, or one answer a ``.json`` file. Only what a question asked for is in an
answer, so parents come from ``baseModels`` where it is there and else from the tags.
"""

from begat.sources._hub import INDICATORS, TAG_METHODS, api_dataset, api_model, api_space
from begat.sources.base import File, Source, json_answers

__all__ = ["SOURCE"]

SOURCE = Source(
    name="hub-api",
    title="Hugging Face Hub, kept answers of its API",
    licence="",
    feeds="models, derivations, trained_on, datasets, observations, evaluations; as much of the Hub as was "
    "asked for; facts of the public Hub, no licence is stated for them",
    files=(
        File("models*.json*", json_answers, api_model, required=("id",)),
        File("datasets*.json*", json_answers, api_dataset, required=("id",)),
        File("spaces*.json*", json_answers, api_space, required=("id",)),
    ),
    methods=TAG_METHODS,
    authority=0,
    tables=("models", "derivations", "trained_on", "datasets", "observations", "evaluations"),
    indicators=INDICATORS,
)
