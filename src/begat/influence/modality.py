"""Modalities of models and datasets, from what sources say of them."""

import polars as pl

__all__ = ["DATASET_MODALITIES", "LIFECYCLE", "dataset_modality", "model_modality"]

DATASET_MODALITIES = ("language", "speech", "vision", "multimodal", "embodied", "other")

LIFECYCLE = ("Pre-training", "Fine-tuning", "Preference", "Evaluation")

TASKS = {
    "language": (
        "fill-mask question-answering summarization table-question-answering text-classification "
        "text-generation text2text-generation token-classification translation zero-shot-classification "
        "text-ranking conversational"
    ),
    "speech": (
        "audio-classification audio-to-audio automatic-speech-recognition text-to-audio text-to-speech "
        "voice-activity-detection"
    ),
    "vision": (
        "depth-estimation image-classification image-segmentation image-to-image keypoint-detection "
        "mask-generation object-detection text-to-image text-to-video unconditional-image-generation "
        "video-classification video-to-video zero-shot-image-classification zero-shot-object-detection"
    ),
    "multimodal": (
        "any-to-any audio-text-to-text document-question-answering image-text-to-text image-text-to-image "
        "image-text-to-video image-to-text image-to-video video-text-to-text visual-document-retrieval "
        "visual-question-answering"
    ),
    "3d": "image-to-3d text-to-3d",
    "vector": "feature-extraction image-feature-extraction sentence-similarity",
    "embodied": "reinforcement-learning robotics",
}
"""Tasks of the Hub by modality, as begat sorts them; the list of tasks is the Hub's."""

WORDS = {
    "text": "language",
    "language": "language",
    "audio": "speech",
    "speech": "speech",
    "image": "vision",
    "video": "vision",
    "vision": "vision",
    "image generation": "vision",
    "multimodal": "multimodal",
    "3d": "3d",
    "protein": "protein",
    "biology": "protein",
    "vector": "vector",
    "embodied": "embodied",
    "robotics": "embodied",
}
"""Words that sources use for a modality."""


def model_modality() -> pl.Expr:
    """Return the modality of a model from ``modality`` and ``task``; null where neither tells it."""
    by_task = {task: name for name, tasks in TASKS.items() for task in tasks.split()}
    known = WORDS | dict.fromkeys(("3d modeling",), "3d")
    stated = pl.col("modality").str.to_lowercase().str.split(",")
    several = stated.list.len() > 1
    one = stated.list.first().replace_strict(known, default=None, return_dtype=pl.String)
    task = pl.col("task").replace_strict(by_task, default=None, return_dtype=pl.String)
    return pl.when(several).then(pl.lit("multimodal")).otherwise(pl.coalesce(one, task))


def dataset_modality() -> pl.Expr:
    """Return the modality of a dataset from ``modality``: ``other`` for what is none of the named ones."""
    stated = pl.col("modality").str.to_lowercase().str.split(",")
    one = stated.list.first().replace_strict(
        {word: name for word, name in WORDS.items() if name in DATASET_MODALITIES},
        default="other",
        return_dtype=pl.String,
    )
    several = stated.list.len() > 1
    named = pl.when(several).then(pl.lit("multimodal")).otherwise(one)
    return pl.when(pl.col("modality").is_null()).then(None).otherwise(named)
