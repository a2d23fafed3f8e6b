"""Step 3, learn: evaluation runs beside handling and outlives it."""
