"""How busy the machine is, as metrics below ``system/``."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from conftest import Run
from specweave import InvalidArgumentError, compare_experiments, track_experiment

DRIVER = """
/* Answers as the driver's library does, for a machine with one graphics processor. */
typedef struct { unsigned gpu, memory; } utilization;
typedef struct { unsigned long long total, free, used; } memory;
int nvmlInit_v2(void) { return 0; }
int nvmlDeviceGetCount_v2(unsigned *count) { *count = 1; return 0; }
int nvmlDeviceGetHandleByIndex_v2(unsigned i, void **device) { *device = &device; return i; }
int nvmlDeviceGetUtilizationRates(void *device, utilization *u) { u->gpu = 83; return 0; }
int nvmlDeviceGetMemoryInfo(void *device, memory *m) {
  m->total = 16000; m->free = 12000; m->used = 4000; return 0;
}
int nvmlDeviceGetPowerUsage(void *device, unsigned *milliwatts) { *milliwatts = 250500; return 0; }
int nvmlDeviceGetTemperature(void *device, int sensor, unsigned *celsius) { return 3; }
"""


def test_they_are_ordinary_metrics_and_only_wanted_ones() -> None:
    with track_experiment("busy", capture=False, system_metrics=0) as exp:
        exp.log_metric("loss", 0.5)
    with track_experiment("plain", capture=False) as other:
        other.log_metric("loss", 0.4)
    found = {key for key in exp.metrics if key.startswith("system/")}
    assert {"system/memory_rss", "system/memory_percent", "system/cpu_percent"} <= found
    assert 1 << 20 < exp.metrics["system/memory_rss"] < 1 << 40
    assert len(exp.history("system/memory_rss")) >= 1
    assert list(other.metrics) == ["loss"]


def test_a_comparison_leaves_them_out_unless_asked() -> None:
    for name in ("one", "two"):
        with track_experiment(name, capture=False, system_metrics=True) as exp:
            exp.log_metric("odd_name", 1.0)
    text = str(compare_experiments().markdown)
    assert "Odd Name" in text
    assert "system" not in text.lower()
    asked = compare_experiments(metrics=["system/memory_rss"], write=False)
    assert "system" in str(asked.markdown).lower()


def test_the_interval_is_a_number_of_seconds() -> None:
    with pytest.raises(InvalidArgumentError, match="system_metrics"):
        track_experiment("wrong", system_metrics="often")  # type: ignore[arg-type]


def test_a_graphics_processor_is_asked_through_the_library_of_its_driver(
    run: Run, tmp_path: Path
) -> None:
    source = tmp_path / "driver.c"
    source.write_text(DRIVER, "utf-8")
    library = tmp_path / "libnvidia-ml.so.1"
    subprocess.run(["cc", "-shared", "-fPIC", "-w", "-o", library, source], check=True)
    result = run(
        """
        from specweave import track_experiment
        with track_experiment("gpu", capture=False, system_metrics=True) as exp:
            exp.log_metric("loss", 1.0)
        print({key: value for key, value in exp.metrics.items() if "gpu" in key})
        """,
        LD_LIBRARY_PATH=str(tmp_path),
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.strip() == str(
        {
            "system/gpu_0_percent": 83.0,
            "system/gpu_0_memory": 4000.0,
            "system/gpu_0_memory_percent": 25.0,
            "system/gpu_0_watts": 250.5,
        }
    )
