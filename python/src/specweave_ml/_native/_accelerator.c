/*
 * log_metric() and log_metrics() for CPython without the cost of ctypes, over the same C API.
 *
 * Only the fast path of a hot loop is here: text keys, floats, an integer step or none, answered by
 * et_experiment_try_log_metric() or et_experiment_try_log_metrics() under the interpreter's lock.
 * Everything else goes to the methods `_log_metric` and `_log_metrics`, which are what there is
 * without this module. Stable ABI: one binary for Python 3.10 and later.
 */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030A0000
#include <Python.h>
#include <stdint.h>
#include <string.h>

typedef int (*try_log_metric)(void *experiment, const char *key, double value, int64_t step);
typedef int (*try_log_metrics)(void *experiment, const char *const *keys, const double *values,
                               size_t count, int64_t step);

enum { MOST_TOGETHER = 64 };

typedef struct {
  PyObject_HEAD
  void *experiment;
  try_log_metric log;
  try_log_metrics log_together;
} quick_metrics;

static PyObject *step_name, *log_metric_name, *log_metrics_name;

/* The step of a call; 0 if it is none that fits. ET_AUTO_STEP, INT64_MIN, is the next one. */
static int read_step(PyObject *step, int64_t *number) {
  if (step == NULL || step == Py_None) {
    *number = INT64_MIN;
    return 1;
  }
  if (!PyLong_CheckExact(step)) return 0;
  int overflow = 0;
  *number = PyLong_AsLongLongAndOverflow(step, &overflow);
  return !overflow;
}

/* Whether the one keyword is `step`. */
static int names_step(PyObject *names) {
  if (PyTuple_Size(names) != 1) return 0;
  PyObject *name = PyTuple_GetItem(names, 0);
  return name == step_name || PyUnicode_Compare(name, step_name) == 0;
}

/* The text's own UTF-8, which it keeps: it is encoded once, however often it is used. NULL for what
 * is not plain text without NUL. */
static const char *key_text(PyObject *key) {
  if (!PyUnicode_CheckExact(key)) return NULL;
  Py_ssize_t size;
  const char *text = PyUnicode_AsUTF8AndSize(key, &size);
  if (!text) PyErr_Clear();
  return text && strlen(text) == (size_t)size ? text : NULL;
}

/* Calls the method in Python with the same arguments. */
static PyObject *general_path(PyObject *self, PyObject *name, PyObject *const *args, Py_ssize_t count,
                          PyObject *names) {
  PyObject *method = PyObject_GetAttr(self, name);
  PyObject *positional = method ? PyTuple_New(count) : NULL;
  PyObject *named = positional && names ? PyDict_New() : NULL;
  PyObject *result = NULL;
  if (!positional || (names && !named)) goto done;
  for (Py_ssize_t index = 0; index < count; index++) {
    Py_INCREF(args[index]);
    PyTuple_SetItem(positional, index, args[index]);
  }
  for (Py_ssize_t index = 0; names && index < PyTuple_Size(names); index++)
    if (PyDict_SetItem(named, PyTuple_GetItem(names, index), args[count + index]) < 0) goto done;
  result = PyObject_Call(method, positional, named);
done:
  Py_XDECREF(named);
  Py_XDECREF(positional);
  Py_XDECREF(method);
  return result;
}

static PyObject *log_metric(PyObject *object, PyObject *const *args, Py_ssize_t count,
                            PyObject *names) {
  quick_metrics *self = (quick_metrics *)object;
  PyObject *step = count == 3 ? args[2] : NULL;
  int understood = !names && (count == 2 || count == 3);
  if (names && count == 2 && names_step(names)) {
    step = args[2];
    understood = 1;
  }
  int64_t number;
  if (self->experiment && understood && PyFloat_CheckExact(args[1]) && read_step(step, &number)) {
    const char *key = key_text(args[0]);
    if (key && self->log(self->experiment, key, PyFloat_AsDouble(args[1]), number) == 0)
      Py_RETURN_NONE;
  }
  return general_path(object, log_metric_name, args, count, names);
}

/* The keys and values of a dict of floats; how many, or 0 if it holds anything else. */
static size_t read_metrics(PyObject *metrics, const char **keys, double *values) {
  if (!PyDict_CheckExact(metrics) || PyDict_Size(metrics) > MOST_TOGETHER) return 0;
  PyObject *key, *value;
  Py_ssize_t place = 0;
  size_t count = 0;
  while (PyDict_Next(metrics, &place, &key, &value)) {
    keys[count] = key_text(key);
    if (!keys[count] || !PyFloat_CheckExact(value)) return 0;
    values[count++] = PyFloat_AsDouble(value);
  }
  return count;
}

static PyObject *log_metrics(PyObject *object, PyObject *const *args, Py_ssize_t count,
                             PyObject *names) {
  quick_metrics *self = (quick_metrics *)object;
  PyObject *step = count == 2 ? args[1] : NULL;
  int understood = !names && (count == 1 || count == 2);
  if (names && count == 1 && names_step(names)) {
    step = args[1];
    understood = 1;
  }
  int64_t number;
  if (self->experiment && understood && read_step(step, &number)) {
    const char *keys[MOST_TOGETHER];
    double values[MOST_TOGETHER];
    size_t known = read_metrics(args[0], keys, values);
    if (known && self->log_together(self->experiment, keys, values, known, number) == 0)
      Py_RETURN_NONE;
  }
  return general_path(object, log_metrics_name, args, count, names);
}

/* Sets the experiment's handle and the addresses of et_experiment_try_log_metric() and
 * et_experiment_try_log_metrics(); zeros take them away. */
static PyObject *bind(PyObject *object, PyObject *args) {
  unsigned long long experiment, log, together;
  if (!PyArg_ParseTuple(args, "KKK", &experiment, &log, &together)) return NULL;
  quick_metrics *self = (quick_metrics *)object;
  self->experiment = (void *)(uintptr_t)experiment;
  self->log = (try_log_metric)(uintptr_t)log;
  self->log_together = (try_log_metrics)(uintptr_t)together;
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"log_metric", (PyCFunction)(void (*)(void))log_metric, METH_FASTCALL | METH_KEYWORDS,
     "log_metric($self, key, value, step=None)\n--\n\n"
     "Log one value of a metric.\n\n"
     "Without a step the metric counts its own steps from 0. Values are stored exactly; numpy,\n"
     "torch and other scalars are accepted. What this has recorded survives a kill of the process."},
    {"log_metrics", (PyCFunction)(void (*)(void))log_metrics, METH_FASTCALL | METH_KEYWORDS,
     "log_metrics($self, metrics=None, /, step=None, **named)\n--\n\n"
     "Log several metrics at one step, as one record: ``log_metrics(loss=0.1, auc=0.9)``."},
    {"_bind", bind, METH_VARARGS, "Set what log_metric and log_metrics call."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot slots[] = {
    {Py_tp_methods, methods},
    {Py_tp_doc, "The fast path of log_metric() and log_metrics(); a base of Experiment."},
    {0, NULL},
};

static PyType_Spec spec = {
    .name = "specweave_ml._native._accelerator.FastMetrics",
    .basicsize = sizeof(quick_metrics),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .slots = slots,
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "specweave_ml._native._accelerator",
    .m_doc = "log_metric() and log_metrics() for CPython without the cost of ctypes.",
    .m_size = -1,
};

PyMODINIT_FUNC PyInit__accelerator(void) {
  PyObject *module = PyModule_Create(&definition);
  if (!module) return NULL;
  step_name = PyUnicode_InternFromString("step");
  log_metric_name = PyUnicode_InternFromString("_log_metric");
  log_metrics_name = PyUnicode_InternFromString("_log_metrics");
  int named = step_name && log_metric_name && log_metrics_name;
  PyObject *type = named ? PyType_FromSpec(&spec) : NULL;
  if (!type || PyModule_AddObject(module, "FastMetrics", type) < 0) {
    Py_XDECREF(type);
    Py_DECREF(module);
    return NULL;
  }
  return module;
}
