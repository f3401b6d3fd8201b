#define _GNU_SOURCE
#include "platform.h"

#include <dlfcn.h>

/* NVIDIA's management library, as its header nvml.h declares it; loaded only where it is
 * installed. */
typedef void *nvml_device;
struct nvml_utilization {
  unsigned gpu, memory;
};
struct nvml_memory {
  unsigned long long total, free, used;
};

static struct {
  int (*start)(void);
  int (*count)(unsigned *);
  int (*device)(unsigned, nvml_device *);
  int (*utilization)(nvml_device, struct nvml_utilization *);
  int (*memory)(nvml_device, struct nvml_memory *);
  int (*power)(nvml_device, unsigned *);
  int (*temperature)(nvml_device, int, unsigned *);
} nvml;

static platform_mutex lock = {.mutex = PTHREAD_MUTEX_INITIALIZER, .generation = 1};
static uint64_t ready; /* in which process it was started */
static int devices;

static int load(void) {
  void *library = dlopen("libnvidia-ml.so.1", RTLD_LAZY | RTLD_LOCAL);
  if (!library) return -1;
  *(void **)&nvml.start = dlsym(library, "nvmlInit_v2");
  *(void **)&nvml.count = dlsym(library, "nvmlDeviceGetCount_v2");
  *(void **)&nvml.device = dlsym(library, "nvmlDeviceGetHandleByIndex_v2");
  *(void **)&nvml.utilization = dlsym(library, "nvmlDeviceGetUtilizationRates");
  *(void **)&nvml.memory = dlsym(library, "nvmlDeviceGetMemoryInfo");
  *(void **)&nvml.power = dlsym(library, "nvmlDeviceGetPowerUsage");
  *(void **)&nvml.temperature = dlsym(library, "nvmlDeviceGetTemperature");
  return nvml.start && nvml.count && nvml.device ? 0 : -1;
}

int platform_gpu_count(void) {
  platform_mutex_lock(&lock);
  if (ready != platform_generation()) {
    /* A forked child has to start the library anew. */
    unsigned count = 0;
    devices = load() == 0 && nvml.start() == 0 && nvml.count(&count) == 0 ? (int)count : 0;
    ready = platform_generation();
  }
  int count = devices;
  platform_mutex_unlock(&lock);
  return count;
}

int platform_gpu_read(int number, struct platform_gpu *gpu) {
  *gpu = (struct platform_gpu){-1, -1, -1, -1, -1};
  nvml_device device;
  if (number < 0 || number >= platform_gpu_count()) return -1;
  if (nvml.device((unsigned)number, &device) != 0) return -1;
  struct nvml_utilization utilization;
  struct nvml_memory memory;
  unsigned milliwatts, celsius;
  if (nvml.utilization && nvml.utilization(device, &utilization) == 0) gpu->busy = utilization.gpu;
  if (nvml.memory && nvml.memory(device, &memory) == 0) {
    gpu->used = (double)memory.used;
    gpu->total = (double)memory.total;
  }
  if (nvml.power && nvml.power(device, &milliwatts) == 0) gpu->watts = milliwatts / 1000.0;
  if (nvml.temperature && nvml.temperature(device, 0, &celsius) == 0) gpu->celsius = celsius;
  return 0;
}
