internal import CExperimentTracker
import ExperimentTracker

@c @implementation
public func et_project_path(
  _ directory: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnText(out) { () throws(TrackingError) in
      Array(try Project.path(around: try CText.name(directory, "directory")).utf8)
    }
  }
}

@c @implementation
public func et_project_increments(
  _ directory: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnJSON(out) { () throws(TrackingError) in
      let increments = try Project.increments(around: try CText.name(directory, "directory"))
      return .list(
        increments.map {
          ["name": .text($0.name), "key": .text($0.key), "path": .text($0.path)]
        })
    }
  }
}

@c @implementation
public func et_folder_name(
  _ name: UnsafePointer<CChar>?, _ out: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnText(out) { () throws(TrackingError) in
      Array(Project.folderName(for: try CText.requiredName(name, "name")).utf8)
    }
  }
}
