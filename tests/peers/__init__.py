"""What goes wrong in other systems, and here does not: one test for each pain point that is about time."""
