"""Choosing models: sweeps over parameters, cross-validation, and models side by side.

In a sweep every combination of parameters is an experiment inside the sweep's.

======================  ===========================================================================
module                  what it does
======================  ===========================================================================
`search`                `track_grid_search` and `track_hyperparameters`
`sweep`                 one sweep from its start to its end
`sklearn_hooks`         scikit-learn's own search and `cross_validate`, their fits one by one
`recorder`              writes what each fit gave into the experiment of its combination
`resume`                reads back what an interrupted sweep has already done
`fingerprint`           tells whether it is the same sweep
`results`               what the user gets
`report`                the sweep as Markdown
`importance`, `fanova`  which parameters matter; `importance_figure` draws it
`cross_validation`      `track_cross_validation`; `folds` sums up, `fold_figure` draws
`compare_models`        `compare_models`, on the same data
`metrics`, `scores`     which scores a model gets, and what they are called
======================  ===========================================================================
"""
