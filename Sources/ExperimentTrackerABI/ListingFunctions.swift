internal import CExperimentTracker
import ExperimentTracker

final class ListingHandle: Handle {
  let listing: IncrementListing

  init(_ listing: IncrementListing) { self.listing = listing }
}

@c @implementation
public func et_listing_open(
  _ increment: OpaquePointer?, _ options: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnHandle(out) { () throws(TrackingError) in
      let given = try increment.map { (pointer) throws(TrackingError) in
        try IncrementHandle.of(pointer, "increment").increment
      }
      return ListingHandle(
        try Increment.listing(of: given, json: CText.bytes(options), for: "a listing"))
    }
  }
}

@c @implementation
public func et_listing_of(
  _ experiments: UnsafePointer<OpaquePointer?>?, _ count: Int,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnHandle(out) { () throws(TrackingError) in
      guard let experiments else { throw CText.missing("experiments") }
      guard count >= 0 else {
        throw TrackingError(.invalidArgument, "'count' is larger than any array")
      }
      var listed: [Experiment] = []
      for place in 0..<count {
        listed.append(
          try ExperimentHandle.of(experiments[place], "experiments[\(place)]").experiment)
      }
      return ListingHandle(try IncrementListing(of: listed))
    }
  }
}

@c @implementation
public func et_listing_count(_ listing: OpaquePointer?) -> Int {
  (try? ListingHandle.of(listing, "listing").listing.count) ?? 0
}

@c @implementation
public func et_listing_read(
  _ listing: OpaquePointer?, _ place: Int,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnJSON(out) { () throws(TrackingError) in
      try ListingHandle.of(listing, "listing").listing.json(at: place)
    }
  }
}

@c @implementation
public func et_listing_table(
  _ listing: OpaquePointer?, _ first: Int, _ count: Int,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnJSON(out) { () throws(TrackingError) in
      try ListingHandle.of(listing, "listing").listing.table(
        from: first, count: Int(clamping: UInt(bitPattern: count)))
    }
  }
}

@c @implementation
public func et_listing_text(
  _ listing: OpaquePointer?, _ options: UnsafePointer<CChar>?, _ width: CInt,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnText(out) { () throws(TrackingError) in
      Array(
        try ListingHandle.of(listing, "listing").listing.text(
          json: CText.bytes(options), width: Int(width), for: "a listing"
        ).utf8)
    }
  }
}

@c @implementation
public func et_listing_html(
  _ listing: OpaquePointer?, _ options: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnText(out) { () throws(TrackingError) in
      Array(
        try ListingHandle.of(listing, "listing").listing.html(
          json: CText.bytes(options), for: "a listing"
        ).utf8)
    }
  }
}

@c @implementation
public func et_listing_notes(
  _ listing: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnJSON(out) { () throws(TrackingError) in
      .list(try ListingHandle.of(listing, "listing").listing.notes.map(Value.text))
    }
  }
}

@c @implementation
public func et_listing_export(
  _ listing: OpaquePointer?, _ path: UnsafePointer<CChar>?, _ options: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnJSON(out) { () throws(TrackingError) in
      let place = try path.map { (path) throws(TrackingError) in try CText.text(path, "path") }
      return try ListingHandle.of(listing, "listing").listing.export(
        try ExportOptions(json: CText.bytes(options), for: "an export"), to: place
      ).json
    }
  }
}

@c @implementation
public func et_listing_free(_ listing: OpaquePointer?) { ListingHandle.release(listing) }
