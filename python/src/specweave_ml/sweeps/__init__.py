"""Sweeps: every combination of parameters is an experiment inside the sweep's.

======================  ===========================================================================
module                  what it does
======================  ===========================================================================
`doors`                 `track_grid_search` and `track_hyperparameters`
`running`               one sweep from its start to its end
`scikit`                scikit-learn's own search, its fits handed to the recorder one by one
`fits`                  one fit in a worker, and why its score is missing
`recorder`              writes what each fit gave into the experiment of its combination
`restored`              reads back what an interrupted sweep has already done
`fingerprint`           tells whether it is the same sweep
`results`               what the user gets
`report`                the sweep as Markdown
`fanova`, `importance`  which parameters matter; `picture` draws it
======================  ===========================================================================
"""
