"""Who was told otherwise than holds: what sets it right, and what came too late. Pure."""
