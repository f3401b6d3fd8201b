public import CExperimentTracker
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

/// A project and its increments, as C sees them.
final class ProjectHandle: StructureHandle {
  private var arena = Arena()
  private(set) var structure: UnsafePointer<et_project>?

  init(_ path: String, _ increments: [ProjectIncrement]) {
    super.init()
    var project = et_project()
    project.reserved = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
    project.path = arena.text(path)
    var pointers: [UnsafePointer<et_project_increment>?] = []
    for increment in increments {
      let filled = et_project_increment(
        name: arena.text(increment.name), key: arena.text(increment.key),
        path: arena.text(increment.path))
      pointers.append(arena.one(filled))
    }
    (project.increment_count, project.increments) = (pointers.count, arena.many(pointers))
    structure = arena.one(project)
  }

  deinit { arena.release() }
}

@c @implementation
public func et_project_open(
  _ directory: UnsafePointer<CChar>?,
  _ out: UnsafeMutablePointer<UnsafeMutablePointer<et_project>?>?
) -> CInt {
  boundary { () throws(TrackingError) in
    try returnStructure(out) { () throws(TrackingError) in
      let directory = try CText.name(directory, "directory")
      let path = try Project.path(around: directory)
      let handle = ProjectHandle(path, try Project.increments(around: directory))
      guard let structure = handle.structure else {
        throw TrackingError(.internalError, "the project was not filled")
      }
      return (handle, structure)
    }
  }
}

@c @implementation
public func et_project_free(_ project: UnsafeMutablePointer<et_project>?) {
  ProjectHandle.release(structure: project)
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
