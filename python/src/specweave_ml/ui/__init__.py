"""The server of the dashboard, the command ``specweave-ml ui``; `starlette` and `uvicorn`."""
