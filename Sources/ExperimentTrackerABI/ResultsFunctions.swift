internal import CExperimentTracker
import ExperimentTracker

@c @implementation
public func et_results_html(
  _ json: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnText(out) { () throws(TrackingError) in
      Array(try ResultsTable.html(json: try CText.required(json, "json"), for: "results").utf8)
    }
  }
}

@c @implementation
public func et_params_differing(
  _ rows: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnJSON(out) { () throws(TrackingError) in
      try DifferingParams(json: try CText.required(rows, "rows")).value
    }
  }
}

@c @implementation
public func et_url_redact(
  _ url: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnText(out) { () throws(TrackingError) in
      Array(GitRemote.shareable(try CText.text(url, "url")).utf8)
    }
  }
}
