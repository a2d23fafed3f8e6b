"""The commands: each module has ``configure``, its options and examples, and a function that carries it out."""
