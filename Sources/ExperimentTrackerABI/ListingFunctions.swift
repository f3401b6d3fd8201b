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
    try giveHandle(out) { () throws(TrackingError) in
      ListingHandle(
        try IncrementHandle.of(increment, "increment").increment.listing(
          json: CText.bytes(options), for: "et_listing_open"))
    }
  }
}

@c @implementation
public func et_listing_count(_ listing: OpaquePointer?) -> Int {
  (try? ListingHandle.of(listing, "listing").listing.experiments.count) ?? 0
}

@c @implementation
public func et_listing_read(
  _ listing: OpaquePointer?, _ place: Int,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try giveJSON(out) { () throws(TrackingError) in
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
    try giveJSON(out) { () throws(TrackingError) in
      try ListingHandle.of(listing, "listing").listing.table(
        from: first, count: Int(clamping: UInt(bitPattern: count)))
    }
  }
}

@c @implementation
public func et_listing_notes(
  _ listing: OpaquePointer?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try giveJSON(out) { () throws(TrackingError) in
      .list(try ListingHandle.of(listing, "listing").listing.notes.map(Value.text))
    }
  }
}

@c @implementation
public func et_listing_free(_ listing: OpaquePointer?) { ListingHandle.release(listing) }
