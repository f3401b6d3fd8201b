/*
 * specweave-ml: the command line's program. All of it is in libexperimenttracker.so, which this program
 * finds and calls; so it starts as fast as the library is loaded.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../include/experimenttracker.h" /* ET_ABI_VERSION, the number in the library's soname */

#define TEXT(macro) #macro
#define TEXT_OF(macro) TEXT(macro)
#define LIBRARY "libexperimenttracker.so"
#define SONAME LIBRARY "." TEXT_OF(ET_ABI_VERSION)
#define PACKAGE "specweave_ml/lib/" LIBRARY
#define VARIABLE "SPECWEAVE_LIBRARY"

typedef int command_run(int argc, const char *const *argv);

/* Where a library may be, from the folder of this program; %s is a version of Python. */
static const char *const places[] = {
    "../lib/" SONAME, /* make install */
    "../lib64/" SONAME,
    "../lib/python%s/site-packages/" PACKAGE, /* a virtual environment, the user's site */
    "../lib64/python%s/site-packages/" PACKAGE,
    "../lib/python%s/dist-packages/" PACKAGE, /* Debian, /usr/local */
    "../local/lib/python%s/dist-packages/" PACKAGE,
    "../lib/python3/dist-packages/" PACKAGE, /* Debian, /usr */
    "../" PACKAGE,                           /* pip install --target */
    LIBRARY,                                 /* beside it */
};

static const char *const versions[] = {"3.10", "3.11", "3.12", "3.13", "3.14", "3.15", "3.16"};

static char tried[16 * 1024];

static void remember(const char *path, const char *reason) {
  size_t used = strlen(tried);
  snprintf(tried + used, sizeof tried - used, "  %s: %s\n", path, reason);
}

/* The function in the library at a path; NULL if there is none. */
static command_run *load(const char *path) {
  struct stat facts;
  if (strchr(path, '/') && stat(path, &facts) < 0) return NULL;
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char *words = dlerror();
    remember(path, words ? words : "cannot be loaded");
    return NULL;
  }
  command_run *run = (command_run *)dlsym(library, "et_command_run");
  if (!run) remember(path, "is older than this program: it has no et_command_run");
  return run;
}

/* The newest of the libraries at a place that depends on the version of Python, or the one at a place
 * that does not. */
static command_run *load_from(const char *folder, const char *place) {
  char relative[PATH_MAX], path[PATH_MAX];
  size_t count = strstr(place, "%s") ? sizeof versions / sizeof *versions : 1;
  for (size_t last = count; last > 0; last--) {
    const char *mark = strstr(place, "%s");
    if (mark)
      snprintf(relative, sizeof relative, "%.*s%s%s", (int)(mark - place), place,
               versions[last - 1], mark + 2);
    else
      snprintf(relative, sizeof relative, "%s", place);
    if (snprintf(path, sizeof path, "%s/%s", folder, relative) >= (int)sizeof path) continue;
    command_run *run = load(path);
    if (run) return run;
  }
  return NULL;
}

/* Where this program is: the file itself, whatever links to it. */
static int own_path(char *path, size_t size) {
  ssize_t count = readlink("/proc/self/exe", path, size - 1);
  if (count <= 0) return 0;
  path[count] = 0;
  return 1;
}

static command_run *find(const char *own) {
  const char *given = getenv(VARIABLE);
  if (given && *given) {
    char path[PATH_MAX];
    struct stat facts;
    int is_folder = stat(given, &facts) == 0 && S_ISDIR(facts.st_mode);
    snprintf(path, sizeof path, is_folder ? "%s/" LIBRARY : "%s", given);
    command_run *run = load(path);
    if (!run && !*tried) remember(path, "is not there");
    return run;
  }
  if (*own) {
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", own);
    char *slash = strrchr(folder, '/');
    if (slash) *slash = 0;
    for (size_t place = 0; place < sizeof places / sizeof *places; place++) {
      command_run *run = load_from(folder, places[place]);
      if (run) return run;
    }
  }
#ifdef EDITABLE_LIBRARY
  command_run *editable = load(EDITABLE_LIBRARY); /* pip install -e */
  if (editable) return editable;
#endif
  return load(SONAME);
}

int main(int argc, char *argv[]) {
  char own[PATH_MAX] = "";
  if (!own_path(own, sizeof own)) *own = 0;
  command_run *run = find(own);
  if (!run) {
    fprintf(stderr,
            "specweave-ml: " LIBRARY " was not found. Install it again (pip install "
            "--force-reinstall specweave-ml, or make install), or set " VARIABLE
            " to its path.\n%s%s",
            *tried ? "Tried:\n" : "", tried);
    return 1;
  }
  if (*own && argc > 0) argv[0] = own;
  return run(argc, (const char *const *)argv);
}
