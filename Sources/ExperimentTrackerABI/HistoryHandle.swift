import ExperimentTracker

/// A metric's points, whose memory C may look at until the handle is released.
final class HistoryHandle: Handle {
  let columns: HistoryColumns

  init(_ columns: HistoryColumns) { self.columns = columns }
}

final class HistoryReaderHandle: Handle {
  let reader: MetricHistoryReader

  init(_ reader: MetricHistoryReader) { self.reader = reader }
}
