"""One module for each kind of source; the package `importing` says how to write one."""
