internal import CExperimentTracker
import ExperimentTracker

final class DashboardHandle: Handle {
  let dashboard: Dashboard

  init(_ dashboard: Dashboard) { self.dashboard = dashboard }
}

@c @implementation
public func et_dashboard_open(
  _ increment: OpaquePointer?, _ options: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<OpaquePointer?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnHandle(out) { () throws(TrackingError) in
      let shown = try increment.map { (increment) throws(TrackingError) in
        try IncrementHandle.of(increment, "increment").increment
      }
      return DashboardHandle(
        try Dashboard(shown, json: CText.bytes(options), for: "a dashboard"))
    }
  }
}

@c @implementation
public func et_dashboard_html(
  _ dashboard: OpaquePointer?, _ options: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnText(out) { () throws(TrackingError) in
      try DashboardHandle.of(dashboard, "dashboard").dashboard.html(
        json: CText.bytes(options), for: "the page of a dashboard")
    }
  }
}

@c @implementation
public func et_dashboard_ask(
  _ dashboard: OpaquePointer?, _ request: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnText(out) { () throws(TrackingError) in
      let dashboard = try DashboardHandle.of(dashboard, "dashboard").dashboard
      return dashboard.ask(try CText.required(request, "request"))
    }
  }
}

@c @implementation
public func et_dashboard_free(_ dashboard: OpaquePointer?) { DashboardHandle.release(dashboard) }
