"""Letters: what they must say, whether they say it, and how they look in three languages."""
