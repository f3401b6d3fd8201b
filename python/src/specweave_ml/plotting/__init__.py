"""Pictures of experiments, drawn with matplotlib and without pyplot."""
