"""`autolog`: trainings recorded without a line of code in them.

==============  ===================================================================================
module          what it does
==============  ===================================================================================
`autolog`       `autolog`, which turns it on and off
`patches`       replaces functions of other packages, and puts them back exactly
`trampolines`   exchanges the code of a function, which stays the same object
`import_hooks`  waits for packages that are imported later
`callers`       tells the training that the user called from those within it
`places`        the experiment, or the child of it, in which a training is recorded
`training_run`  one training and its experiment; nothing in it may harm the training
`sklearn` …     what is replaced in each package, and what is recorded of it
==============  ===================================================================================
"""
