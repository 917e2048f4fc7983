"""A live platform into a snapshot: crawl, keep the raw answers, check them, publish."""

from begat.sync.sync import Synced, client_for, sync

__all__ = ["Synced", "client_for", "sync"]
