"""Reads the files ``run-<id>.wandb`` that Weights & Biases writes, without that package.

    from specweave_ml.wandb.offline_file.file import OfflineFile

    file = OfflineFile(path)
    for record in file.records():
        if isinstance(record, HistoryRow):
            print(record.step, record.values)
    print(file.damage)

Such a file is a log: records of Protocol Buffers, framed as LevelDB frames its log, one after the
other as the run went on. It is read in one pass and in little memory. What is damaged is left out
and stands in ``file.damage``; what lies before and behind it is read.
"""
