"""One file a tool: how each is started, logged to, finished and read, as its documentation says."""
