internal import DashboardAssets

/// The files of the dashboard's page, as `Sources/DashboardAssets/page` holds them.
package struct PageFiles: Sendable {
  private let texts: [(name: String, text: String)]

  /// Those that the library carries.
  package static let carried = PageFiles(
    (0..<dashboard_asset_count()).compactMap { place in
      guard let asset = dashboard_asset_at(place) else { return nil }
      let bytes = UnsafeBufferPointer(start: asset.pointee.bytes, count: asset.pointee.size)
      return (String(cString: asset.pointee.name), String(decoding: bytes, as: UTF8.self))
    })

  package init(_ texts: [(name: String, text: String)]) { self.texts = texts }

  /// Their names, in order.
  package var names: [String] { texts.map(\.name) }

  /// The text of one of them.
  package subscript(_ name: String) -> String? { texts.first { $0.name == name }?.text }
}
