"""Step 1, receive: capture and registration, acknowledgement, assessment, and history taken in."""
