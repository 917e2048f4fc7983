"""What a store holds: everything, or what lineage and its common questions need."""

from typing import Literal, get_args

__all__ = ["PROFILES", "Profile"]

Profile = Literal["full", "lineage"]

PROFILES: tuple[Profile, ...] = get_args(Profile)
"""``full`` holds all tables; ``lineage`` models, derivations with their evidence, who publishes, licences."""
