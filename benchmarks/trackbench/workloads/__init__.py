"""The work, one file each: `run(adapter class, folder, options, import seconds)` gives figures."""
