internal import TrackingEntities
internal import TrackingStore

/// The variables of the environment that are stored: those that change how a program computes or say
/// which part of a job it is. Nothing else of the environment is ever stored.
enum HostFactsVariables {
  static func chosen(from environment: [String: String]) -> [Value.Entry] {
    names.compactMap { name in
      guard let value = environment[name], !value.isEmpty else { return nil }
      let shown = folders.contains(name) ? value.lastPathPart : value
      return Value.Entry(Key(name), .text(SecretScan.redact(String(shown.prefix(1024))).text))
    }
  }

  /// Those that may hold a path, of which only the name is stored.
  private static let folders: Set<String> = ["VIRTUAL_ENV", "CONDA_DEFAULT_ENV"]

  private static let names = [
    "CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "NVIDIA_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES",
    "ROCR_VISIBLE_DEVICES", "ZE_AFFINITY_MASK", "CUBLAS_WORKSPACE_CONFIG", "TF_DETERMINISTIC_OPS",
    "TF_CUDNN_DETERMINISTIC", "TF_ENABLE_ONEDNN_OPTS", "XLA_FLAGS", "KERAS_BACKEND",
    "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS", "PYTHONHASHSEED", "RANK", "LOCAL_RANK", "NODE_RANK", "GROUP_RANK",
    "WORLD_SIZE", "LOCAL_WORLD_SIZE", "TORCHELASTIC_RUN_ID", "OMPI_COMM_WORLD_RANK",
    "OMPI_COMM_WORLD_SIZE", "PMI_RANK", "PMI_SIZE", "SLURM_JOB_ID", "SLURM_ARRAY_JOB_ID",
    "SLURM_ARRAY_TASK_ID", "SLURM_PROCID", "SLURM_NTASKS", "SLURM_NNODES", "PBS_JOBID",
    "LSB_JOBID", "CONDA_DEFAULT_ENV", "VIRTUAL_ENV",
  ]
}
