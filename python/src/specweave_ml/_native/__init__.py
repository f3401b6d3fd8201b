"""The C library: its functions, its objects as handles, text and failures across the boundary."""
