"""Step 2, respond: resolve early or look into it, find, decide, tell, review, close."""
