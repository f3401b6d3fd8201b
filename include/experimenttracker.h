/*
 * experimenttracker.h: the C API of specweave-ml, an experiment tracker, and its manual.
 *
 * What is not in this file is not part of the API. The documents that it names, `docs/...`, are
 * installed with it, below `share/doc/experimenttracker` of the same prefix.
 *
 * WHAT IT DOES
 *
 *   An increment is one piece of work: a folder, such as
 *   `.specweave/increments/0042-recommendation-model`, that groups the experiments made for it. An
 *   experiment is a folder too. It has parameters, metrics (key, value, step, time), tags, notes,
 *   artifacts (files) and a status. C, Swift and Python programs write and read the same folders;
 *   what the library writes in them is JSON, YAML, Markdown or TensorBoard event files.
 *
 *       et_experiment *experiment = NULL;
 *       if (et_experiment_start(NULL, "xgboost-v1", NULL, &experiment))
 *         return fail(et_last_error());
 *       et_experiment_log_param_int(experiment, "n_estimators", 100);
 *       et_experiment_log_metric(experiment, "auc", 0.87, ET_AUTO_STEP);
 *       et_experiment_finish(experiment, ET_COMPLETED, NULL);
 *       et_experiment_free(experiment);
 *
 * STATUS
 *
 *   Every function that can fail returns an `int`: `ET_OK` (0) for success, a negative code for a
 *   failure, which `et_last_error()` explains. Functions that log, and those that say so, may
 *   return `ET_DEFERRED` (> 0) instead: the record is in memory and will be stored as soon as the
 *   disk accepts writes; `et_last_error()` says why that fails now. Codes never change their
 *   meaning. A NULL argument that must not be NULL is `ET_EINVALID`, and the message names it.
 *
 * TEXT
 *
 *   Text arguments are UTF-8, end with NUL, and are borrowed for the call. A NUL inside a key or a
 *   value is written as the two bytes C0 80. Bytes that are not UTF-8 are kept exactly in keys,
 *   are written as `\xNN` in other text, and are refused in names with `ET_ENAME`.
 *
 *   Text that a function stores in a `char **` is owned by the caller, who releases it with
 *   `et_string_free()`; the pointer is set to NULL before anything can fail. Text that a function
 *   returns as `const char *` is borrowed from what the function's comment names.
 *
 * JSON
 *
 *   Options and results with many members are JSON objects. In options, unknown members are
 *   refused, so that a typing error is reported, and the words NaN, Infinity and -Infinity are
 *   accepted as numbers. Results are always strict JSON: a number that is not finite is the string
 *   "NaN", "Infinity" or "-Infinity". A reader must ignore members that it does not know.
 *   docs/schemas/ describes both.
 *
 * HANDLES
 *
 *   Handles are opaque. A function stores a new one in its `out` argument, which is NULL after a
 *   failure. The caller owns it and releases it once, by its `_free` function, which accepts NULL
 *   and never fails; an artifact is released by `et_artifact_commit()` or `et_artifact_abort()`.
 *   Handles may be released in any order: an experiment keeps its increment alive. Using a handle
 *   after its release is undefined, as with free(3). A handle of another type than the function
 *   expects is `ET_EINVALID`.
 *
 * THREADS AND PROCESSES
 *
 *   Every function may be called from any thread, also on one handle at the same time. The error
 *   message belongs to the calling thread. No function starts a thread, installs a signal handler
 *   or changes the process in any other way. After fork(2) the child may continue to use the
 *   handle: its first call that logs makes it a writer of its own. Only the process that started or
 *   resumed an experiment decides its status, and in it only the handles that did so.
 *
 *   A fork waits until no other thread is inside a call of the library, but for a second at most:
 *   such a thread may hold a lock of the Swift runtime, which cannot be released in the child. If
 *   another thread's call takes longer (a large artifact, a disk that does not answer), a call in
 *   the child may wait for ever. The same holds after `_Fork(3)` and a raw clone(2), which run no
 *   fork handlers, and in the child of a Swift program, whose own threads may hold such locks. Such
 *   a child should only exec or exit.
 *
 *   dlclose(3) leaves the library in memory, so threads that are in it continue.
 *
 *   No file of an experiment stays open once it has ended, nor of one that was only loaded: a
 *   program may hold any number of them. A later call opens the folder again at its path; if it was
 *   moved meanwhile, the call returns `ET_ENOEXPERIMENT`.
 *
 * VALGRIND
 *
 *   Valgrind calls a few hundred bytes "possibly lost" that the Swift runtime keeps for as long as
 *   the process lives. share/experimenttracker/valgrind.supp, in the sources tools/valgrind.supp,
 *   leaves them out: `valgrind --leak-check=full --suppressions=valgrind.supp ./program`.
 *
 * SIGNAL HANDLERS
 *
 *   No function may be called from a signal handler: none is async-signal-safe. A call from a
 *   handler that interrupted another call of the same thread returns `ET_EREENTERED` instead of
 *   waiting for ever; a call from one that interrupted malloc(3) may still wait for ever. Let the
 *   handler set a flag, and check it in the loop:
 *
 *       static volatile sig_atomic_t asked_to_stop;
 *       static void stop(int signal) { asked_to_stop = signal; }
 *       ...
 *       signal(SIGTERM, stop);
 *       for (int step = 0; step < steps && !asked_to_stop; step++)
 *         et_experiment_log_metric(experiment, "energy", simulate(), step);
 *       et_experiment_finish(experiment, asked_to_stop ? ET_INTERRUPTED : ET_COMPLETED, NULL);
 *
 *   A handler may interrupt any call and return: the call continues, also without SA_RESTART. No
 *   call raises a signal: neither SIGPIPE, nor SIGXFSZ at a limit of file sizes, nor SIGBUS where a
 *   disk fails.
 *
 * CANCELLATION AND LONGJMP
 *
 *   A thread that is cancelled (pthread_cancel) ends after the call that it is in, never within it:
 *   what the call logs is stored. That holds for cancellation as threads have it at first
 *   (PTHREAD_CANCEL_DEFERRED). A thread with PTHREAD_CANCEL_ASYNCHRONOUS must not call the library.
 *
 *   No function calls back into the program, so nothing can leave one by an exception. A handler
 *   that interrupted a call must return: after longjmp(3), siglongjmp(3) or setcontext(3) out of it
 *   the call never ends, and what it had locked stays locked. If the handler has to jump, block its
 *   signal around calls (pthread_sigmask), or let it set a flag and jump after the call. To end the
 *   process in a handler (_exit(2)) is allowed, and loses nothing of calls that had returned.
 *
 * RANKS OF ONE JOB
 *
 *   Where torchrun, mpirun (Open MPI, MPICH, Intel MPI) or srun starts a program several times as one
 *   run, `et_experiment_start()` starts one experiment, on rank 0. On the other ranks it waits for
 *   that one, 60 seconds at most, and joins it: each rank then writes a file of its own, and only
 *   rank 0 decides the status. Where the ranks give names of their own, each starts its own
 *   experiment, after two seconds; with the option `ranks` "separate" it does so at once, and a
 *   number is how many seconds a rank waits. docs/c.md shows it with MPI.
 *
 * LIMITS
 *
 *   The name of an experiment: 65,536 bytes of UTF-8, without control characters, not absolute and
 *   without `..`; longer is `ET_ENAME`. A metric's key: 1,048,576 bytes, any but the empty one;
 *   those of up to 1,024 bytes take the fast path. A value for TensorBoard (text, image, histogram,
 *   summary): 8,384,512 bytes. A histogram: 65,536 buckets. Parameters, notes and facts have any
 *   size of which memory holds 16 copies; maps and lists in them are nested 50 levels at most,
 *   deeper is `ET_ESERIALISE`. What waits for a disk: 16 MiB. How many experiments, keys, points, tags and
 *   artifacts there are is limited by memory and disk only: an experiment that is open keeps some
 *   hundred bytes for each metric and each parameter. Artifacts may have any size; their paths obey
 *   the file system.
 *
 * ENVIRONMENT
 *
 *   The library reads these variables, each time that it needs one. A thread that changes the
 *   environment (setenv(3)) while another calls the library breaks both, as with getenv(3).
 *
 *     SPECWEAVE_ROOT            the project's folder, instead of looking around
 *     SPECWEAVE_INCREMENT_ID    the increment that NULL means
 *     SPECWEAVE_MODE            "disabled": experiments go to a temporary folder and are not kept
 *     SPECWEAVE_WRITES          how points get to the disk, as the option `writes`
 *     SPECWEAVE_REPRODUCES      set for the program that et_experiment_reproduce() runs
 *     HOME                      the user's own folder, of which no project is made
 *     LOGNAME USER              who selected an experiment, if /etc/passwd does not name the user
 *     TMPDIR                    temporary folders; /tmp without it
 *     XDG_RUNTIME_DIR           a folder in memory for points that wait, if /dev/shm is not usable
 *     PATH                      where git, and the programs of a reproduction, are found
 *     XDG_CONFIG_HOME LD_LIBRARY_PATH GIT_CONFIG_GLOBAL GIT_CONFIG_SYSTEM GIT_CONFIG_NOSYSTEM
 *     GIT_CONFIG_PARAMETERS GIT_CONFIG_COUNT
 *                               given to git, beside the settings that GIT_CONFIG_COUNT counts
 *     PYTHONPATH                extended for a Python program that is run again
 *     RANK TORCHELASTIC_RUN_ID TORCHELASTIC_RESTART_COUNT OMPI_COMM_WORLD_RANK
 *     OMPI_MCA_ess_base_jobid PMIX_RANK PMIX_NAMESPACE PMI_RANK PMI_SIZE PMI_JOBID
 *     MPI_LOCALNRANKS SLURM_PROCID SLURM_STEP_ID SLURM_STEP_NUM_TASKS SLURM_NTASKS
 *                               which rank of which run a process is
 *     SLURM_JOB_ID SLURM_CLUSTER_NAME SLURM_ARRAY_JOB_ID SLURM_ARRAY_TASK_ID
 *     SLURM_RESTART_COUNT PBS_JOBID LSB_JOBID LSB_JOBINDEX LSB_RESTART
 *                               which job it is, for `resume` "auto"
 *     COLUMNS LINES NO_COLOR TERM
 *                               the terminal, for et_command_run() only
 *
 *   Beside these it records the values of variables that change how programs compute, such as
 *   OMP_NUM_THREADS; docs/c.md lists them. No other variable is stored anywhere.
 */
#ifndef EXPERIMENTTRACKER_H
#define EXPERIMENTTRACKER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Version --------------------------------------------------------------------------------- */

#define ET_VERSION "0.1.0"
#define ET_VERSION_MAJOR 0
#define ET_VERSION_MINOR 1
#define ET_VERSION_PATCH 0

/** Changes whenever a program built against an older header may no longer run. */
#define ET_ABI_VERSION 1

#if defined(__GNUC__)
#define ET_API __attribute__((visibility("default")))
#else
#define ET_API
#endif

/* ---- Status codes ------------------------------------------------------------------------------
 * Values are stable and never reused. */

/** Success. */
#define ET_OK 0
/** Kept in memory, and stored as soon as the disk accepts writes; a kill before that loses it. When
 *  16 MiB wait already, the record is dropped instead; `et_experiment_dropped()` counts those. */
#define ET_DEFERRED 1
/** Nothing was done: the call would have to wait or to make a system call. Only from
 *  `et_experiment_try_…`. */
#define ET_AGAIN 2
/** An argument is missing, of the wrong kind or out of range. */
#define ET_EINVALID (-1)
/** A name that cannot or must not be stored. */
#define ET_ENAME (-2)
/** No increment fits. */
#define ET_ENOINCREMENT (-3)
/** Several increments fit; the message lists them. */
#define ET_EAMBIGUOUS (-4)
/** No experiment, or several, fit; the message lists the closest. */
#define ET_ENOEXPERIMENT (-5)
/** Another process is writing this experiment. */
#define ET_EBUSY (-6)
/** The file system refused: full, read-only, not permitted, gone. */
#define ET_ESTORAGE (-7)
/** A file of the store is damaged, was written by another program, or has a newer format. */
#define ET_EFORMAT (-8)
/** The handle was closed before. */
#define ET_ECLOSED (-9)
/** A value that cannot be stored in this form. */
#define ET_ESERIALISE (-10)
/** There is no metric, artifact or tag of that name. */
#define ET_ENOTFOUND (-11)
/** The call was made by a signal handler while its thread was inside another call; nothing was
 *  done. */
#define ET_EREENTERED (-12)
/** A mistake of this library; please report it. */
#define ET_EINTERNAL (-99)

/* ---- Constants ------------------------------------------------------------------------------- */

/** As a step: the next one of this key, counting from 0 and continuing after a resume, also among
 *  the steps of a series. It is the one integer that no point can have as its step. */
#define ET_AUTO_STEP INT64_MIN
/** As a time: now. So is any other that is not finite. */
#define ET_NOW (-1.0 / 0.0)

/** The statuses that a program sets, for `et_experiment_finish` and `et_experiment_set_status`. */
#define ET_RUNNING "running"
#define ET_COMPLETED "completed"
#define ET_FAILED "failed"
#define ET_INTERRUPTED "interrupted"

/* ---- Types ----------------------------------------------------------------------------------- */

/** An increment: the folder that groups experiments. */
typedef struct et_increment et_increment;
/** An experiment, being written or loaded. */
typedef struct et_experiment et_experiment;
/** An artifact between its first byte and its appearance under its name. */
typedef struct et_artifact et_artifact;
/** Experiments as they were listed. */
typedef struct et_listing et_listing;
/** The points of one metric, as arrays. */
typedef struct et_history et_history;
/** Reads the history of one metric in pieces, and knows how far it has read. */
typedef struct et_history_reader et_history_reader;
/** A value that is not a number. */
typedef struct et_value et_value;
/** Such values of one experiment, read one after the other. */
typedef struct et_value_reader et_value_reader;
/** A comparison of experiments. */
typedef struct et_comparison et_comparison;
/** Experiments that are watched; released with `et_watch_free()`. */
typedef struct et_watch et_watch;
/** A dashboard of experiments; released with `et_dashboard_free()`. */
typedef struct et_dashboard et_dashboard;
/** A look through the store, on its way. */
typedef struct et_check et_check;
/** What was done to many experiments, or found in them. */
typedef struct et_report et_report;
/** A JSON text that was parsed; its values are nodes. Released with `et_document_free()`. */
typedef struct et_document et_document;

/** What an `et_node` holds. */
#define ET_NULL 0
#define ET_BOOL 1
/** An integer of 64 bits. */
#define ET_INT 2
/** An integer that needs more than 64 bits: its digits are the text. */
#define ET_BIGINT 3
#define ET_DOUBLE 4
#define ET_TEXT 5
#define ET_LIST 6
#define ET_MAP 7
/** Elements of an array beside `ET_INT` and `ET_DOUBLE`: integers of 32 bits, and floats. */
#define ET_INT32 8
#define ET_FLOAT 9

/* ---- Library --------------------------------------------------------------------------------- */

/** The version of the library, as "0.1.0"; lives as long as the library. @since 0.1 */
ET_API const char *et_version(void);

/** `ET_ABI_VERSION` of the library; a program that was built with another value must not call any
 *  other function. @since 0.1 */
ET_API int et_abi_version(void);

/**
 * The message of the last failure, or of the last `ET_DEFERRED`, on this thread.
 *
 * One line in UTF-8, followed by one line for each candidate where there is a choice, and for an
 * error in a condition by the condition and a line that marks the place. Borrowed: it is valid
 * until the next failure on this thread. "" if there was none. Successful calls do not change it.
 * @since 0.1
 */
ET_API const char *et_last_error(void);

/**
 * The last failure on this thread as JSON:
 * `{"code": -5, "name": "ExperimentNotFound", "message": "…", "excerpt": [], "candidates": ["…"],
 * "errno": 0}`; `excerpt` holds a condition that cannot be parsed, and the mark below it.
 *
 * Borrowed as `et_last_error()`; "{}" if there was none.
 * @since 0.1
 */
ET_API const char *et_last_error_json(void);

/** The name of a status code, as "ExperimentNotFound"; lives as long as the library. @since 0.1 */
ET_API const char *et_error_name(int code);

/**
 * Make text safe to print in one line: control characters, line ends, bidirectional overrides and
 * characters without width become escapes (`\u{1B}`), so that a name from a store can neither move
 * the cursor nor be invisible. Messages, tables and reports of the library have them already; this
 * is for names that you print yourself.
 *
 * @param out Release it with `et_string_free()`.
 * @return `ET_OK`; `ET_EINVALID`.
 * @since 0.1
 */
ET_API int et_text_shown(const char *text, char **out);

/**
 * Take out of a URL what must not be written down: user and password, query and fragment, and
 * whatever looks like a token. Of a path of this machine, also as `file://`, the last part is left.
 *
 * @param url "https://user:token@example.com/a.whl?key=1"; a remote of git as
 *            "git@example.com:team/project.git" keeps its user.
 * @param out Release it with `et_string_free()`.
 * @return `ET_OK`; `ET_EINVALID`.
 * @since 0.1
 */
ET_API int et_url_redact(const char *url, char **out);

/**
 * Draw results that only the caller knows, such as the scores of a cross-validation, as a fragment
 * of HTML for a notebook that looks as those of experiments and comparisons do. Everything in it is
 * escaped.
 *
 * @param json An object, of which every member may be missing:
 *             `title` (text) and `facts` (texts beside it);
 *             `columns` (list of objects: `heading`, and `form`: "text", "number", "seconds" or
 *             "status") and `rows` (list of lists with a value for each column; null is an empty
 *             cell), of which `best` (its place, from 0) stands out;
 *             `curve` (list of numbers);
 *             `remarks` (texts);
 *             `shares` (list of pairs of a name and a number from 0 to 1).
 * @param out  Release it with `et_string_free()`.
 * @return `ET_OK`; `ET_EINVALID` for another member, or one that is something else.
 * @since 0.1
 */
ET_API int et_results_html(const char *json, char **out);

/**
 * Find the parameters that differ between rows that only the caller knows, such as the combinations
 * of a sweep, by the rule of comparisons and listings: a parameter differs where two rows have
 * different values of it, or only some rows have one. Numbers are the same if their values are (1
 * and 1.0), NaN is the same as NaN; true is not 1, and text is no number.
 *
 * @param rows A JSON array with an object for each row: a parameter's name and its value. A value
 *             that is an object is compared as a whole.
 * @param out  A JSON object with each parameter that differs, in the order of first appearance: a
 *             list that says which of its values each row has, counted from 0 in the order of first
 *             appearance, and null for none: `{"depth": [0, 1, 0, null]}`. Release it with
 *             `et_string_free()`.
 * @return `ET_OK`; `ET_EINVALID` for anything else as rows.
 * @since 0.1
 */
ET_API int et_params_differing(const char *rows, char **out);

/** Release text that a function stored in a `char **`. NULL is a harmless no-op. @since 0.1 */
ET_API void et_string_free(char *text);

/* ---- Increments ------------------------------------------------------------------------------ */

/**
 * Find the project's folder, whose `.specweave/` is the store, for files that belong beside the
 * increments. Nothing is made.
 *
 * @param directory Where to look from. A path into a `.specweave/` says itself which project it
 *                  belongs to; any other, and the working directory (NULL), is looked from as for
 *                  an increment, so that `SPECWEAVE_ROOT` decides where it is set. Where there is
 *                  no project yet, it is where the first experiment would make one.
 * @param out       The absolute path, released with `et_string_free()`.
 * @return `ET_OK`; `ET_ENOINCREMENT` where no project may be made, such as a home directory.
 * @since 0.1
 */
ET_API int et_project_path(const char *directory, char **out);

/**
 * List the increments of a project, those without experiments too: those in progress, then the
 * others, each by its number. Of several with one number it is the one that
 * `et_increment_open()` finds by it. Nothing is made.
 *
 * @param directory As for `et_project_path()`.
 * @param out       JSON: a list of `{"name", "key", "path"}`: the folder's name, the number and its
 *                  letter without leading zeros ("42", "7E"), and the absolute path. Released
 *                  with `et_string_free()`.
 * @return `ET_OK`; `ET_ENOINCREMENT`; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_project_increments(const char *directory, char **out);

/** One of a project's increments. @since 0.1 */
typedef struct et_project_increment {
  /** The folder's name, as "0042-recommendation-model". */
  const char *name;
  /** The number and its letter without leading zeros: "42", "7E". */
  const char *key;
  /** The absolute path. */
  const char *path;
} et_project_increment;

/** A project, as it was when it was opened. Like `et_snapshot`, it never changes. @since 0.1 */
typedef struct et_project {
  /** The library's; not to be used. */
  const void *reserved;
  /** As `et_project_path()`. */
  const char *path;
  /** In the order of `et_project_increments()`. */
  size_t increment_count;
  const et_project_increment *const *increments;
} et_project;

/**
 * Look for a project and its increments: what `et_project_path()` and `et_project_increments()`
 * return, as a C structure. Nothing is made.
 *
 * @param directory As for `et_project_path()`.
 * @param out       The project, released with `et_project_free()`, and with it all that its
 *                  members point to.
 * @return As `et_project_increments()`.
 * @since 0.1
 */
ET_API int et_project_open(const char *directory, et_project **out);

/** Release a project. NULL is a harmless no-op. @since 0.1 */
ET_API void et_project_free(et_project *project);

/**
 * Make the folder's name that a name has, as experiments get theirs: legal on Linux, macOS and
 * Windows, and different for different names also where the file system ignores case. A name of
 * plain lower-case words is its own folder; any other becomes what can be read of it, `~` and a
 * hash. Nothing is made.
 *
 * @param out Release it with `et_string_free()`.
 * @return `ET_OK`; `ET_EINVALID`; `ET_ENAME` if the name is not UTF-8.
 * @since 0.1
 */
ET_API int et_folder_name(const char *name, char **out);

/**
 * Find an increment, without creating anything.
 *
 * @param name      `42`, `0042`, `0042E`, the folder's name, a path, or `0042...`. NULL is the
 *                  active increment: the one that `SPECWEAVE_INCREMENT_ID` names, else the one that
 *                  contains `directory`, else the one that the git branch names, else the one
 *                  in progress, if it is the only one.
 * @param directory Where to look from; NULL is the working directory.
 * @param out       The increment, released with `et_increment_free()`.
 * @return `ET_OK`; `ET_ENOINCREMENT`; `ET_EAMBIGUOUS`; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_increment_open(const char *name, const char *directory, et_increment **out);

/**
 * Find an increment as `et_increment_open()`, or create it: the one called `name`, if that is a
 * full `NNNN-slug` with a free number, or `0001-experiments` in a project that has no increment.
 * @since 0.1
 */
ET_API int et_increment_ensure(const char *name, const char *directory, et_increment **out);

/** The folder's name, as `0042-recommendation-model`. Borrowed from the increment. @since 0.1 */
ET_API const char *et_increment_name(const et_increment *increment);

/** The absolute path of the folder. Borrowed from the increment. @since 0.1 */
ET_API const char *et_increment_path(const et_increment *increment);

/** Why this increment was chosen, such as "the working directory is inside it". Borrowed from the
 *  increment. @since 0.1 */
ET_API const char *et_increment_reason(const et_increment *increment);

/**
 * List experiments: everything that `et_experiment_read()` returns for each, without histories.
 *
 * The listing is a snapshot: later changes of the experiments do not appear in it. A damaged
 * experiment is listed with its `problems`.
 *
 * @param increment The increment; NULL only where the options name the `increments`.
 * @param options   JSON or NULL, with these members:
 *   - `children` (false): also the experiments inside others.
 *   - `archived` (false): also those in the archive.
 *   - `status`: a list of statuses.
 *   - `where`: a condition, such as "params.max_depth > 3 and metrics.auc >= 0.85"; see
 *     docs/expressions.md.
 *   - `sort_by`: a metric, or a field of a condition; experiments without a value come last.
 *     Without it they are ordered by increment, then by number.
 *   - `descending` (false).
 *   - `limit`: the most experiments to list: the first by `sort_by`, without it the newest.
 *   - `increments`: "all" for every increment of the project, or a list of names as for
 *     `et_increment_open()`, looked for from `increment`, or from the working directory for NULL.
 * @param out       The listing, released with `et_listing_free()`.
 * @return `ET_OK`; `ET_EINVALID`, with the place in a condition that cannot be parsed.
 * @since 0.1
 */
ET_API int et_listing_open(const et_increment *increment, const char *options, et_listing **out);

/**
 * Make a listing of open experiments, in the given order, with their state now.
 *
 * @param experiments `count` handles of experiments, of any increments.
 * @param count       How many there are.
 * @param out         The listing, released with `et_listing_free()`; it does not keep the handles.
 * @return `ET_OK`; `ET_ENOINCREMENT` for one that is no longer in an increment.
 * @since 0.1
 */
ET_API int et_listing_of(const et_experiment *const *experiments, size_t count, et_listing **out);

/** How many experiments there are. @since 0.1 */
ET_API size_t et_listing_count(const et_listing *listing);

/**
 * Read one of the experiments as JSON: the members of `et_experiment_read()`, with the `increment`
 * and the absolute `path`.
 *
 * @param place The index of the experiment, from 0.
 * @param out   JSON, released with `et_string_free()`.
 * @return `ET_OK`; `ET_EINVALID` if `place` is not below `et_listing_count()`.
 * @since 0.1
 */
ET_API int et_listing_read(const et_listing *listing, size_t place, char **out);

/**
 * Read some of the experiments as the rows of a table: fewer members than `et_listing_read()`
 * returns, and much faster. Use it to go through all of them.
 *
 * @param first The index of the first, from 0.
 * @param count How many at most; fewer at the end of the listing.
 * @param out   JSON: a list of `{"name", "number", "label", "kind", "id", "parent", "status",
 *              "folder", "created", "ended", "duration", "rerun", "tags", "params": {…}, "metrics": {key: last value},
 *              "increment", "path"}`, each as in `et_experiment_read()`, but `params` are flat: a
 *              nested one has its path as its key, as in conditions (`model.depth`).
 * @return `ET_OK`; `ET_EINVALID` if `first` lies beyond the end.
 * @since 0.1
 */
ET_API int et_listing_table(const et_listing *listing, size_t first, size_t count, char **out);

/**
 * Show the experiments as a table for a terminal.
 *
 * Its columns are the metrics, first the primary one, then the parameters that differ. The newest
 * experiments come first, and those inside others below their parent; a listing with `sort_by`
 * keeps its order. A sweep has the values of its best combination. A last line counts what is not
 * shown.
 *
 * @param options JSON or NULL: `rows` (50): the most experiments to show; `places`: a list of
 *                indices, only these; `ordered` (false): true keeps the order of the places, and so
 *                does an order that is not ascending; `renew`: a list of indices of experiments to
 *                read again.
 * @param width   The width of the terminal in columns; 0 for no limit.
 * @return `ET_OK`; `ET_EINVALID` if an index is not below `et_listing_count()`.
 * @since 0.1
 */
ET_API int et_listing_text(const et_listing *listing, const char *options, int width, char **out);

/** The same table as an HTML fragment for notebooks, everything in it escaped. @since 0.1 */
ET_API int et_listing_html(const et_listing *listing, const char *options, char **out);

/** Notes about the selection as a JSON list of sentences, such as that no experiment has a
 *  parameter or a metric of the condition. @since 0.1 */
ET_API int et_listing_notes(const et_listing *listing, char **out);

/**
 * Export the experiments for other programs: as text, to a file, or to a folder that TensorBoard or
 * MLflow opens. docs/exporting.md describes the forms.
 *
 * A file or folder is built beside its place and is there whole or not at all.
 *
 * @param path    The file, which is replaced if it is there; for "tensorboard" and "mlflow" the
 *                folder, which is not. NULL returns the text.
 * @param options JSON or NULL, with these members:
 *   - `format` ("csv"): "csv", "json", "jsonl", "rows", "tensorboard" or "mlflow". "rows" is for
 *     programs that make typed tables: JSON lines, the first `{"schema_version", "columns":
 *     [{"name", "type"}, …]}`, each further one a list of values. A type is "boolean", "integer",
 *     "number" (NaN and the infinities are "NaN", "Infinity", "-Infinity"), "time" (microseconds
 *     since 1970), "text" or "texts" (a list of texts); every value may be null.
 *   - `fields`: the columns of a table, as "name,metrics.auc.max,params.lr"; all without it.
 *   - `points` (false): every point of every metric, a row each.
 *   - `overwrite` (false): an earlier export in the folder is replaced; no other folder ever is.
 * @param out     JSON: `{"path": absolute path or null, "text": text or null, "experiments": number,
 *                "notes": [sentence, …]}`.
 * @return `ET_OK`; `ET_EINVALID` for options that do not go together, for a form that needs a path,
 *         and for a folder that is there already; `ET_ESTORAGE` if it cannot be written, and then
 *         nothing is left of it.
 * @since 0.1
 */
ET_API int et_listing_export(const et_listing *listing, const char *path, const char *options,
                             char **out);

/** Release a listing. NULL is a harmless no-op. @since 0.1 */
ET_API void et_listing_free(et_listing *listing);

/** Release an increment. NULL is a harmless no-op. @since 0.1 */
ET_API void et_increment_free(et_increment *increment);

/* ---- Starting and finding experiments -------------------------------------------------------- */

/**
 * Start an experiment: its folder exists, and its start is stored, when this returns.
 *
 * The same name again makes a re-run in a folder of its own (`xgboost-v1-2`); nothing is
 * overwritten.
 *
 * @param increment Where; NULL finds or creates it as `et_increment_ensure(NULL, NULL)`.
 * @param name      The name, kept exactly; NULL is `exp-NNN`.
 * @param options   JSON or NULL, with these members:
 *   - `description`, `author`, `git_commit`, `data_version`, `primary_metric`: text.
 *   - `tags`: a list; `params`: an object; `about`: an object of further facts.
 *   - `kind` ("experiment").
 *   - `resume`: true continues the newest of this name; "allow" continues it, or starts one if
 *     there is none; "auto" continues what an earlier attempt of the same job of a scheduler
 *     (SLURM, PBS, LSF, torchrun) was writing under this name, or starts one; "force" continues it
 *     even if another host may still write it, or if it is the copy of one that is running.
 *   - `replace`: true moves the newest of this name to `_archive` first.
 *   - `join`: true attaches to a running experiment as a further writer; `rank`: the writer's rank.
 *   - `ranks` ("join"): in the processes of one run of torchrun, mpirun or srun the ranks beyond 0
 *     join what rank 0 starts; a number is how many seconds they wait for it (60), "separate" gives
 *     each an experiment of its own.
 *   - `capture`: true, false or a list of "git", "command", "environment".
 *   - `arguments`: the command line to record instead of the process's own.
 *   - `program`: the file that is run. Its repository is recorded first, and beside it that
 *     of the working directory if it is another one; git may run the filters of the first.
 *   - `environment`: an object of further facts of the environment.
 *   - `system_metrics`: true samples processors, memory and graphics processors into metrics below
 *     `system/`, during calls that log, at most every ten seconds; a number is another interval in
 *     seconds.
 *   - `strict`: true makes functions that log return errors instead of `ET_DEFERRED`.
 *   - `sync`: when data is forced to the disk: "close", when the experiment ends (default; one
 *     inside another follows its parent, and short ones are forced together with it), "always", or
 *     a number of seconds.
 *   - `id`, `created`: the identifier (32 hexadecimal digits) and the time of the start (seconds
 *     since 1970) of an experiment that comes from elsewhere. With `resume` the identifier says
 *     which one of that name.
 *   - `host`: the computer that runs the program, if this process only writes down what that one
 *     sends: once this process has released the experiment, its status is `unknown` until it is
 *     set.
 *   - `writes`: "automatic", "direct" (every call writes to the file) or "buffered" (hot loops
 *     collect in memory, even where other computers may see the file system).
 * @param out       The experiment, released with `et_experiment_free()`.
 * @return `ET_OK`; `ET_ENAME`; `ET_ENOINCREMENT`; `ET_EAMBIGUOUS`; `ET_EBUSY`; `ET_ENOEXPERIMENT`
 *         (`resume` of none, or a rank that has waited in vain); `ET_ESTORAGE`; `ET_EINVALID`.
 * @since 0.1
 */
ET_API int et_experiment_start(et_increment *increment, const char *name, const char *options,
                               et_experiment **out);

/**
 * Start an experiment inside another: a combination of a sweep, a stage, a fold.
 *
 * @param parent  The experiment around it, running or finished.
 * @param name    The name; NULL is the child's number with four digits.
 * @param options As for `et_experiment_start()`, and `child`: its place in a grid.
 * @param out     The experiment, released with `et_experiment_free()`.
 * @return As `et_experiment_start()`.
 * @since 0.1
 */
ET_API int et_experiment_start_child(et_experiment *parent, const char *name, const char *options,
                                     et_experiment **out);

/**
 * Load an experiment, to read it and to add to it. While it is running, even in this process, this
 * handle cannot set its status.
 *
 * @param increment Where to look first; NULL is the current one. Then all others, then archives.
 * @param query     A name (its newest re-run), a folder, a path, a number (`exp-003`,
 *                  `exp-003.12`), an identifier or an unambiguous beginning of a name.
 * @param out       The experiment, released with `et_experiment_free()`.
 * @return `ET_OK`; `ET_ENOEXPERIMENT` with the candidates; `ET_ENOINCREMENT`; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_experiment_open(et_increment *increment, const char *query, et_experiment **out);

/**
 * Load an archived experiment, as `et_experiment_open()` does; only the archives are searched, so
 * that a later experiment of the same name does not hide it.
 * @since 0.1
 */
ET_API int et_experiment_open_archived(et_increment *increment, const char *query,
                                       et_experiment **out);

/**
 * Find the names that resemble a text, for messages of your own about an unknown name: the closest
 * first, then the others in their order, at most twelve.
 *
 * @param text  The unknown name.
 * @param names A JSON array of the known names.
 * @param out   A JSON array; release it with `et_string_free()`.
 * @return `ET_OK`; `ET_EINVALID`.
 * @since 0.1
 */
ET_API int et_text_closest(const char *text, const char *names, char **out);

/** The name as it was given. Borrowed from the experiment. @since 0.1 */
ET_API const char *et_experiment_name(const et_experiment *experiment);

/** The absolute path of the folder. Borrowed from the experiment. @since 0.1 */
ET_API const char *et_experiment_path(const et_experiment *experiment);

/** The name of the increment's folder. Borrowed from the experiment. @since 0.1 */
ET_API const char *et_experiment_increment(const et_experiment *experiment);

/**
 * Move an experiment, with all that is inside it, to `_archive` of its increment. Listings and
 * comparisons leave archived ones out; its number is not used again.
 *
 * @param experiment The experiment; after success this handle can only be released.
 * @param force      Not 0: even if it is tagged `production`, selected or unreadable, or if it
 *                   cannot be known whether another host still writes it.
 * @param out        The experiment at its new path, released with `et_experiment_free()`.
 * @return `ET_OK`; `ET_EBUSY` if it, or one inside it, is running, or is not moved without `force`;
 *         `ET_EINVALID` if it is inside another or archived already; `ET_ENOEXPERIMENT` if it is no longer at its path;
 *         `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_experiment_archive(et_experiment *experiment, int force, et_experiment **out);

/**
 * Move an archived experiment back, under the next free folder name if its own is taken now.
 *
 * @param experiment The experiment; after success this handle can only be released.
 * @param out        The experiment at its new path, released with `et_experiment_free()`.
 * @return `ET_OK`; `ET_EINVALID` if it is not in the archive; `ET_EBUSY`; `ET_ENOEXPERIMENT`;
 *         `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_experiment_restore(et_experiment *experiment, et_experiment **out);

/**
 * Delete an experiment with all that is inside it, permanently. The targets of links in it stay.
 *
 * The experiment leaves every listing in one step before its first file is removed, so that readers
 * never find a part of one. Its number is not used again. After success the handle can only be
 * released.
 *
 * @param force Not 0: even if it is running, or may be, or is tagged `production`, selected or
 *              unreadable.
 * @return `ET_OK`; `ET_EBUSY` if it, or one inside it, is not deleted without `force`; `ET_ENOEXPERIMENT` if
 *         it is no longer at its path; `ET_ESTORAGE` if some of its files cannot be removed: the
 *         message says where they are.
 * @since 0.1
 */
ET_API int et_experiment_delete(et_experiment *experiment, int force);

/**
 * Release an experiment. This does not finish it: readers show an unfinished experiment as crashed
 * once its last handle in the process that started it is released. NULL is a harmless no-op.
 * @since 0.1
 */
ET_API void et_experiment_free(et_experiment *experiment);

/* ---- Logging ------------------------------------------------------------------------------------
 * Once these have returned ET_OK, a kill of the process does not lose what they logged. They wait
 * for nothing but the file system. They work after `et_experiment_finish()` too, and then change
 * neither the end nor the status. */

/** Log a parameter. The latest value of a key is shown; earlier ones are kept. A value that looks
 *  like a credential, or whose key does, is stored as `[REDACTED]`, as in the command line, and
 *  `et_experiment_take_notices()` reports it. @since 0.1 */
ET_API int et_experiment_log_param_int(et_experiment *experiment, const char *key, int64_t value);
/** As `et_experiment_log_param_int()`; NaN and infinities are kept. @since 0.1 */
ET_API int et_experiment_log_param_double(et_experiment *experiment, const char *key, double value);
/** As `et_experiment_log_param_int()`; 0 is false, any other value true. @since 0.1 */
ET_API int et_experiment_log_param_bool(et_experiment *experiment, const char *key, int value);
/** As `et_experiment_log_param_int()`, for text. @since 0.1 */
ET_API int et_experiment_log_param_text(et_experiment *experiment, const char *key,
                                        const char *value);

/** Log the members of a JSON object as parameters; objects and lists in it stay nested.
 *  @since 0.1 */
ET_API int et_experiment_log_params(et_experiment *experiment, const char *json);

/**
 * Log one value of a metric.
 *
 * @param key   The metric's name; "" is refused with `ET_EINVALID`.
 * @param value Any double; NaN and infinities are kept.
 * @param step  Any integer in any order, or `ET_AUTO_STEP`.
 * @return `ET_OK`; `ET_DEFERRED`; `ET_EINVALID`; with `strict` also `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_experiment_log_metric(et_experiment *experiment, const char *key, double value,
                                    int64_t step);

/** As `et_experiment_log_metric()`, for integers, which stay exact beyond 2^53. @since 0.1 */
ET_API int et_experiment_log_metric_int(et_experiment *experiment, const char *key, int64_t value,
                                        int64_t step);

/** As `et_experiment_log_metric()`, for true (not 0) or false (0), plotted as 1 or 0. @since 0.1 */
ET_API int et_experiment_log_metric_bool(et_experiment *experiment, const char *key, int value,
                                         int64_t step);

/**
 * Log several metrics at one step, as one record: all of them or none are stored.
 *
 * @param keys   `count` names.
 * @param values `count` values.
 * @param count  How many metrics there are.
 * @param step   The step of all; with `ET_AUTO_STEP` the highest next step among the keys.
 * @return As `et_experiment_log_metric()`.
 * @since 0.1
 */
ET_API int et_experiment_log_metrics(et_experiment *experiment, const char *const *keys,
                                     const double *values, size_t count, int64_t step);

/**
 * Log a value on the fast path: as `et_experiment_log_metric()`, if a store to memory is enough.
 *
 * It never waits, makes no system call and allocates nothing, so a caller may hold a lock of its
 * own, such as Python's global interpreter lock. It succeeds in hot loops only.
 *
 * @return `ET_OK`; `ET_AGAIN` if nothing was done: call `et_experiment_log_metric()`.
 * @since 0.1
 */
ET_API int et_experiment_try_log_metric(et_experiment *experiment, const char *key, double value,
                                        int64_t step);

/** A value and its step, or `ET_AUTO_STEP`. @since 0.1 */
typedef struct et_point {
  double value;
  int64_t step;
} et_point;

/** As `et_experiment_try_log_metric()`, with fewer arguments, for foreign-function interfaces such
 *  as Python's ctypes that convert each of them. @since 0.1 */
ET_API int et_experiment_try_log_point(et_experiment *experiment, const char *key,
                                       const et_point *point);

/** As `et_experiment_try_log_metric()` for `et_experiment_log_metrics()`. @since 0.1 */
ET_API int et_experiment_try_log_metrics(et_experiment *experiment, const char *const *keys,
                                         const double *values, size_t count, int64_t step);

/**
 * Log a whole series of one metric.
 *
 * @param values `count` values.
 * @param steps  `count` steps, or NULL to continue the automatic ones. `ET_AUTO_STEP` among them is
 *               the step after the highest so far.
 * @param times  `count` times in seconds since 1970 (UTC), or NULL for now.
 * @param count  How many points there are; the arrays are not used after the call.
 * @return As `et_experiment_log_metric()`.
 * @since 0.1
 */
ET_API int et_experiment_log_series(et_experiment *experiment, const char *key,
                                    const double *values, const int64_t *steps, const double *times,
                                    size_t count);

/**
 * Log a series of one metric from an array of another type, or from a column of a matrix or an
 * array of structures.
 *
 *     struct particle { float mass, energy; } particles[N];
 *     et_experiment_log_array(experiment, "energy", &particles[0].energy, ET_FLOAT,
 *                             sizeof particles[0], NULL, NULL, N);
 *
 * @param values The first value. Each is stored as the double of the same value; an integer beyond
 *               2^53 is rounded, which `et_experiment_log_metric_int()` does not do.
 * @param type   Of the values: `ET_DOUBLE`, `ET_FLOAT`, `ET_INT` (int64_t) or `ET_INT32`.
 * @param stride How many bytes lie from one value to the next, negative for a reversed array; 0 is
 *               the size of one. The values need not be aligned.
 * @param steps  `count` steps, or NULL to continue the automatic ones. `ET_AUTO_STEP` among them is
 *               the step after the highest so far.
 * @param times  `count` times in seconds since 1970 (UTC), or NULL for now.
 * @param count  How many points there are; the arrays are not used after the call.
 * @return As `et_experiment_log_metric()`.
 * @since 0.1
 */
ET_API int et_experiment_log_array(et_experiment *experiment, const char *key, const void *values,
                                   int type, ptrdiff_t stride, const int64_t *steps,
                                   const double *times, size_t count);

/**
 * Log how values are distributed, for TensorBoard's Histograms and Distributions tabs.
 *
 * This and the next four calls write values that are not numbers into the event file beside the
 * metrics, in TensorBoard's own form. One takes up to 8 MB. A key may be a metric too, or of several
 * of these kinds; TensorBoard then calls the later ones `key/histogram`, `key/text`, `key/metric`.
 *
 * @param key    Any text but "".
 * @param edges  Where the buckets begin and end: `count + 1` finite numbers, never going down.
 * @param counts `count` numbers or weights, finite and not negative.
 * @param count  How many buckets there are, up to 65,536.
 * @param step   Any integer in any order, or `ET_AUTO_STEP`.
 * @param time   When it was made, in seconds since 1970 (UTC), or `ET_NOW`.
 * @return `ET_OK`; `ET_DEFERRED`; `ET_EINVALID`; with `strict` also `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_experiment_log_histogram(et_experiment *experiment, const char *key,
                                       const double *edges, const double *counts, size_t count,
                                       int64_t step, double time);

/**
 * Log the histogram of values: buckets of the same width from the smallest to the largest, as
 * TensorBoard makes them. Where all values are equal, the last bucket has them. Values that are not
 * finite are in no bucket; `et_value_histogram()` says how many there were.
 *
 * @param values  `count` values; they are not used after the call.
 * @param buckets How many buckets, up to 65,536; 0 is 30.
 * @return As `et_experiment_log_histogram()`.
 * @since 0.1
 */
ET_API int et_experiment_log_distribution(et_experiment *experiment, const char *key,
                                          const double *values, size_t count, size_t buckets,
                                          int64_t step, double time);

/** Log text for TensorBoard's Text tab, which shows it as Markdown.
 *  @return As `et_experiment_log_histogram()`. @since 0.1 */
ET_API int et_experiment_log_text(et_experiment *experiment, const char *key, const char *text,
                                  int64_t step, double time);

/** Log a PNG, JPEG or GIF of `size` bytes for TensorBoard's Images tab.
 *  @return As `et_experiment_log_histogram()`; `ET_ESERIALISE` for anything else. @since 0.1 */
ET_API int et_experiment_log_image(et_experiment *experiment, const char *key, const void *bytes,
                                   size_t size, int64_t step, double time);

/**
 * Log a value of another program for TensorBoard as it is: audio, a mesh, a curve of any plugin.
 *
 * @param bytes A serialised `Summary.Value` of TensorBoard (tensorboard/compat/proto/summary.proto),
 *              whose tag is the key.
 * @param step  A step; `ET_AUTO_STEP` too.
 * @return As `et_experiment_log_histogram()`; `ET_ESERIALISE` for bytes that are none, for numbers,
 *         which are metrics, and for the settings of a run, which are parameters.
 * @since 0.1
 */
ET_API int et_experiment_log_summary(et_experiment *experiment, const void *bytes, size_t size,
                                     int64_t step, double time);

/** Add a note, stored with the time. @since 0.1 */
ET_API int et_experiment_log_note(et_experiment *experiment, const char *text);

/** Add a tag. Idempotent. @since 0.1 */
ET_API int et_experiment_add_tag(et_experiment *experiment, const char *tag);

/** Remove a tag; `ET_ENOTFOUND` if it is not there. @since 0.1 */
ET_API int et_experiment_remove_tag(et_experiment *experiment, const char *tag);

/**
 * Set the status.
 *
 * @param status  "running", "completed", "failed" or "interrupted".
 * @param failure JSON or NULL: `type`, `message`, `traceback` of the error; `ended`: when it ended,
 *                in seconds since 1970; `force`: true sets it although this handle does not own
 *                the experiment, as a server does that the program has asked to.
 * @return `ET_OK`; `ET_DEFERRED`; `ET_EINVALID` for another status, or where this handle does not
 *         own the experiment: for a writer that joined or was forked, and for a loaded handle while
 *         the experiment is running or if the status is "running".
 * @since 0.1
 */
ET_API int et_experiment_set_status(et_experiment *experiment, const char *status,
                                    const char *failure);

/**
 * Record that this experiment was selected, and why, with the name of the user and the time.
 *
 * @param options JSON or NULL: `rationale` (list of reasons), `selected` (true; false revokes it).
 * @since 0.1
 */
ET_API int et_experiment_select(et_experiment *experiment, const char *options);

/**
 * Record facts about the experiment in a section such as `data` or `environment`. The members of
 * `json`, an object, replace those of the same name; the other members of the section stay.
 * @since 0.1
 */
ET_API int et_experiment_log_fact(et_experiment *experiment, const char *section, const char *json);

/**
 * Capture whether the working tree has uncommitted changes, and save them as a patch.
 *
 * It runs git with a time limit and may take as long; call it in a thread of your own. What cannot
 * be captured is recorded with the reason, and is not a failure.
 *
 * @param seconds The time limit; 0 is 1.5 seconds.
 * @since 0.1
 */
ET_API int et_experiment_capture_git(et_experiment *experiment, double seconds);

/**
 * Save the code that was run and is in no commit, below `environment/code/`, with credentials taken
 * out.
 *
 * Each file is looked up in its own repository. A file that is the same in the commit is not saved.
 * Others keep their path relative to the repository of the program (the option `program` of the
 * start, else of the working directory), or without a repository to the working directory; files
 * from elsewhere are saved as their `name` below `elsewhere/`. Further repositories, and the files
 * that were left out, are listed in the section `code`.
 *
 * @param json    A list of objects: `path` (absolute, without links) and `name`
 *                (`package/module.py`).
 * @param seconds How long git may take; 0 is half a second. Files of which git has not reported by
 *                then are saved.
 * @since 0.1
 */
ET_API int et_experiment_capture_code(et_experiment *experiment, const char *json, double seconds);

/**
 * Save text below `environment/`, such as requirements.txt or code/train.py, with credentials taken
 * out.
 * @since 0.1
 */
ET_API int et_experiment_capture_text(et_experiment *experiment, const char *path, const char *text,
                                      size_t size);

/**
 * Add what the program wrote to its terminal to `output.log` in the experiment's folder.
 *
 * Only the last state of a progress bar is kept; colours and credentials are left out. Of very
 * long output the beginning and the end are kept, with a line between them that says how much is
 * missing. A writer that joined has a file of its own, such as `output-rank-1.log`; the output of a
 * forked child is not recorded.
 *
 * @param bytes `size` bytes in any pieces; a line may end in a later call.
 * @return `ET_OK`; `ET_DEFERRED`; `ET_EINVALID`.
 * @since 0.1
 */
ET_API int et_experiment_log_output(et_experiment *experiment, const char *bytes, size_t size);

/**
 * Write a report of the experiment as Markdown: status, parameters, metrics, notes, artifacts, and
 * how to run it again. It is an artifact of the kind "report": an older one is kept as a version,
 * and an unchanged one is not written again.
 *
 * @param path     The path within the experiment's folder; NULL is `report.md`.
 * @param out_path The path that it has, released with `et_string_free()`.
 * @return `ET_OK`; `ET_ENAME`; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_experiment_save_report(et_experiment *experiment, const char *path, char **out_path);

/**
 * Take the messages for the user that have not been taken yet, such as files of a folder that were
 * not copied, a parameter that looked like a credential and was stored as `[REDACTED]`, or what is
 * damaged of an experiment that was loaded or resumed.
 *
 * @param out A JSON list of sentences, released with `et_string_free()`; NULL if there are none.
 * @return `ET_OK`; `ET_EINVALID`.
 * @since 0.1
 */
ET_API int et_experiment_take_notices(et_experiment *experiment, char **out);

/**
 * Count the points and records that were lost because they could not be stored.
 *
 * While the experiment is written, these are the records that did not fit into the memory for what
 * waits. From its end on, they are also the records that still wait, because the process may end,
 * and those that may have been lost with a disk that was shut down or unmounted: what was logged
 * since the last sync, or can no longer be reached. What the disk takes later is not counted any
 * more. A flush that fails loses nothing by itself.
 *
 * @return `ET_OK`; `ET_EINVALID`.
 * @since 0.1
 */
ET_API int et_experiment_dropped(const et_experiment *experiment, uint64_t *out);

/**
 * Store what was deferred and refresh params.json, metrics.json, metadata.yaml and .summary.json.
 *
 * @param durable Not 0: also force everything to the disk, so that a power cut does not lose it.
 * @return `ET_OK`; `ET_ESTORAGE` if something is still not stored.
 * @since 0.1
 */
ET_API int et_experiment_flush(et_experiment *experiment, int durable);

/**
 * End the experiment and refresh its files. Idempotent. Logging stays possible.
 *
 * Only a handle that started or resumed an experiment decides how it ended. For a writer that
 * joined, and for a loaded experiment that has ended, the status is ignored: its records are
 * flushed and its files closed. A handle that was loaded while the experiment is running, in
 * whichever process, is refused. `et_experiment_set_status()` changes the status of one that has
 * ended.
 *
 * @param status  "completed", "failed" or "interrupted"; NULL keeps what
 *                `et_experiment_set_status()` set, or else "completed".
 * @param failure JSON or NULL: `type`, `message`, `traceback`, `ended` (when it ended, in seconds
 *                since 1970, if that was earlier), and `closed` (how it was closed).
 *                With `"closed": "at exit"` and no status the experiment is "completed", and
 *                becomes "failed" with this failure if the process then exits with a status other
 *                than 0.
 * @return `ET_OK`; `ET_EINVALID`; `ET_ESTORAGE`, once, if something could not be stored, or was
 *         perhaps lost with a disk that was shut down or unmounted: the message says how much, and
 *         `et_experiment_dropped()` counts it.
 * @since 0.1
 */
ET_API int et_experiment_finish(et_experiment *experiment, const char *status, const char *failure);

/**
 * Store only the end and its time, where something that belongs to the experiment is still to be
 * recorded: the time that takes does not count. After it, `et_experiment_finish(experiment, NULL,
 * NULL)` refreshes the files and forces them to the disk, once.
 *
 * @param status  As for `et_experiment_finish()`.
 * @param failure As for `et_experiment_finish()`.
 * @return `ET_OK`; `ET_EINVALID`; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_experiment_begin_finish(et_experiment *experiment, const char *status,
                                      const char *failure);

/* ---- Artifacts ----------------------------------------------------------------------------------
 * A saved file appears under its name complete or not at all. If a name is saved again, the newest
 * has the name, and the older ones are kept below `.versions/`. */

/**
 * Save bytes as a file.
 *
 * @param bytes   `size` bytes; not used after the call.
 * @param path    The path within the experiment's folder, with `/`.
 * @param options JSON or NULL: `kind` ("model", "figure", "table", "data", "text", "file") and
 *                `details` (object).
 * @return `ET_OK`; `ET_ENAME`; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_experiment_save_bytes(et_experiment *experiment, const char *path, const void *bytes,
                                    size_t size, const char *options);

/**
 * Copy a file or a folder.
 *
 * Everything in a folder is copied except pipes, sockets and devices, names that are not UTF-8, and
 * links that point outside of it. Links into the folder are followed, and so are those into a cache
 * that names files by their content (Hugging Face, DVC, git-annex). What is not copied is reported
 * by `et_experiment_take_notices()` and listed in the artifact's details (`left_out`,
 * `left_out_entries`). If a file grows meanwhile, its size at the beginning is copied.
 *
 * @param source  The path of the file or folder, which need not be UTF-8; a link is followed.
 *                Refused are anything but files and folders, the working directory unless it is
 *                given by its full path, and a folder that contains the experiment.
 * @param path    The path within the experiment's folder; NULL is the source's own name, which then
 *                must be UTF-8.
 * @param options JSON or NULL: `kind`, `details` as for `et_experiment_save_bytes()`;
 *                `follow_links`: true follows all links in a folder.
 * @return `ET_OK`; `ET_ENAME`; `ET_EINVALID`; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_experiment_save_file(et_experiment *experiment, const char *source, const char *path,
                                   const char *options);

/**
 * Begin an artifact that other code writes, such as a package's own function to save a model.
 *
 * @param path      The path that it will have.
 * @param out       The artifact, ended by `et_artifact_commit()` or `et_artifact_abort()`.
 * @param out_path  Where to write it: the absolute path of a file that does not exist yet, with the
 *                  same extension, released with `et_string_free()`. A folder may be made there as
 *                  well. The path goes through a descriptor of this process, such as
 *                  `/proc/1234/fd/5/model.bin`, into a folder that only this user can change, so
 *                  that nobody can redirect it by exchanging folders or links of the store.
 *                  Programs that this process starts can use it too. Without `/proc`, and where the
 *                  file system has no owners or modes, it is in a new folder below `TMPDIR`.
 * @return `ET_OK`; `ET_ENAME`; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_artifact_begin(et_experiment *experiment, const char *path, et_artifact **out,
                             char **out_path);

/** Hash what was written, move it to its name, and release the artifact, also on failure. The
 *  options are those of `et_experiment_save_bytes()`. @since 0.1 */
ET_API int et_artifact_commit(et_artifact *artifact, const char *options);

/** Remove what was written and release the artifact. NULL is a harmless no-op. @since 0.1 */
ET_API void et_artifact_abort(et_artifact *artifact);

/**
 * Find the absolute path of an artifact.
 *
 * @param path The path within the experiment's folder.
 * @param out  The absolute path, released with `et_string_free()`.
 * @return `ET_OK`; `ET_ENOTFOUND` with the artifacts that exist.
 * @since 0.1
 */
ET_API int et_artifact_path(const et_experiment *experiment, const char *path, char **out);

/**
 * Read an artifact and compare its size and SHA-256 with what was saved.
 *
 * @param path    As it was saved.
 * @param version Which version, from 1 on; 0 is the newest.
 * @return `ET_OK` if it is as it was saved; `ET_EFORMAT` if its content is different or it is gone;
 *         `ET_ENOTFOUND` with the artifacts there are; `ET_ESTORAGE` if it cannot be read.
 * @since 0.1
 */
ET_API int et_artifact_check(const et_experiment *experiment, const char *path, uint64_t version);

/**
 * Note that an experiment uses an artifact of another one, so that `et_artifact_find()` finds it:
 * which experiment made it, its version and its SHA-256, in the section `inputs`.
 *
 * @param experiment The one that uses it.
 * @param source     The one that made it.
 * @param path       The path within the folder of `source`; the newest version is meant.
 * @param out        The absolute path of the file, released with `et_string_free()`.
 * @return `ET_OK`; `ET_DEFERRED`, and the path is there too; `ET_ENOTFOUND` with the artifacts there
 *         are; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_artifact_use(et_experiment *experiment, const et_experiment *source,
                           const char *path, char **out);

/**
 * Find which experiments of an increment produced or used an artifact, by its content; those inside
 * others and archived ones too.
 *
 * @param sha256 8 to 64 hexadecimal digits, the beginning of its SHA-256.
 * @param out    JSON: a list of `{"relation": "produced" or "used", "name", "experiment": the
 *               absolute path of its folder, "path": within the one that produced it, "version",
 *               "sha256"}`. Read it with `et_document_parse()`, release it with `et_string_free()`.
 * @return `ET_OK`, also if there is none; `ET_EINVALID`; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_artifact_find(const et_increment *increment, const char *sha256, char **out);

/**
 * Make the path of an artifact that is saved at several steps: "samples.png" at step 12 is
 * "samples/step-000012.png". Nothing is saved.
 *
 * @return `ET_OK`; `ET_ENAME`.
 * @since 0.1
 */
ET_API int et_artifact_step_path(const char *path, int64_t step, char **out);

/* ---- Reading --------------------------------------------------------------------------------- */

/**
 * Read the state of the experiment now, the latest calls of this process included, as JSON without
 * histories.
 *
 * Members: `name`, `folder`, `number`, `label`, `rerun`, `kind`, `id`, `parent`, `status`,
 * `failure`, `created`, `ended`, `duration`, `params`, `params_previous`, `metrics`, `tags`,
 * `notes`, `artifacts`, `selection`, `facts`, `writers`, `history`, `problems`, `dropped`.
 *
 * `problems` says what is damaged: records that cannot be read, with file and offset, and event
 * files that are shorter than they were when .summary.json was written. The rest is given all the
 * same; where the summary knows what an event file has lost, it is given from there. The content of
 * artifacts is not read: see `et_artifact_check()`.
 * @since 0.1
 */
ET_API int et_experiment_read(const et_experiment *experiment, char **out);

/**
 * Get a number that stays the same as long as `et_experiment_read()` would return the same, also
 * while another process writes the experiment: get it before reading, and read again when it has
 * changed. The sizes of the event files, and the number of bytes that wait in memory, decide it; it
 * takes a few microseconds.
 *
 * @param out The number; 0 where only reading shows changes.
 * @since 0.1
 */
ET_API int et_experiment_state(const et_experiment *experiment, uint64_t *out);

/** The experiment as an HTML fragment for notebooks, everything in it escaped. @since 0.1 */
ET_API int et_experiment_html(const et_experiment *experiment, char **out);

/**
 * Show what differs between two experiments.
 *
 * @param options JSON or NULL: `as`: "json", "text" (tables for a terminal) or "html" (a fragment
 *                for notebooks, everything in it escaped); `width`: the terminal's columns, for
 *                "text"; `code` (true: also the code as it was run, the recorded commit with the
 *                recorded changes, for which git is run in a temporary folder; not in "html");
 *                `paths`: the files and folders in which the code is compared; `stat` (true: which
 *                files of code differ, without the diff).
 * @param out     The text; as JSON `before` (`other`) and `after` (`experiment`), and what differs:
 *                `params`, `metrics` (with their differences), `tags`, `facts` (commit, environment,
 *                data), `artifacts` (by content), and where it is asked for `code`: `files`, `patch`
 *                (a unified diff), `notes` (what could not be compared).
 *                docs/schemas/difference.schema.json describes it. Released with `et_string_free()`.
 * @return `ET_OK`; `ET_EINVALID`; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_experiment_diff(const et_experiment *experiment, const et_experiment *other,
                              const char *options, char **out);

/**
 * Say what changed beside the score between two experiments, the most likely reason first, and what
 * is equal: sentences from facts.
 *
 * @param options JSON or NULL: `metric`: the one that is explained (default: as in a comparison of
 *                the two); `as`: "json", "text" (for a terminal), "markdown" or "html" (a fragment
 *                for notebooks, everything in it escaped); `width`: the terminal's columns, for
 *                "text".
 * @param out     The text, of `experiment` as seen from `other`; docs/schemas/explanation.schema.json
 *                describes the JSON. Released with `et_string_free()`.
 * @return `ET_OK`; `ET_EINVALID`; `ET_ENOTFOUND` for a metric that neither has; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_experiment_why(const et_experiment *experiment, const et_experiment *other,
                             const char *options, char **out);

/**
 * Run an experiment again and compare what comes of it.
 *
 * The recorded commit is checked out into a worktree of its own, with the recorded patch and code;
 * a Python program gets a new environment with the recorded packages; then the recorded command is
 * run there, into a new experiment of the same increment. Its output goes to standard error. The
 * call returns when the program has ended, which may take as long as the experiment did.
 *
 * The verdict is `reproduced` (every metric but times is equal, or within the tolerance, or within
 * the spread of runs that differ in nothing but the seed), `differs`, or `cannot` (something it was
 * made from is missing or another); `reasons` says what. It is recorded in both experiments.
 *
 * @param options JSON or NULL: `here` (true: use the programs and packages of this machine),
 *                `python` (a program), `before` (a command of the shell that is run first, such as
 *                "make"), `links` (files and folders of the working tree that git does not have),
 *                `tolerance` (a part of the value, such as 0.01), `keep` (true: leave the worktree).
 * @param out     JSON: `verdict`, `reasons`, `metrics`, `experiment` (the new folder or null), its
 *                `path`, `kept`. Released with `et_string_free()`.
 * @return `ET_OK`, whatever the verdict; `ET_EINVALID` for an experiment that has not ended, or
 *         wrong options; `ET_ESTORAGE` if the verdict cannot be recorded.
 * @since 0.1
 */
ET_API int et_experiment_reproduce(const et_experiment *experiment, const char *options,
                                   char **out);

/**
 * Read the history of one metric, of all writers, in the order in which it was written.
 *
 * @param key The metric.
 * @param out The history, released with `et_history_free()`.
 * @return `ET_OK`; `ET_ENOTFOUND` with the metrics that exist; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_history_open(const et_experiment *experiment, const char *key, et_history **out);

/**
 * Thin a history to what a chart or a reader needs: both ends, the first value that is no number,
 * and of equal stretches the smallest and the largest, in order. No minimum or maximum is left out
 * for a point beside it.
 *
 * @param most How many points at most; 5 at least.
 * @param out  A history of its own, released with `et_history_free()`; with as few points or fewer
 *             it is a copy.
 * @return `ET_OK`; `ET_ESTORAGE` if there is not enough memory.
 * @since 0.1
 */
ET_API int et_history_sample(const et_history *history, size_t most, et_history **out);

/** How many points there are. @since 0.1 */
ET_API size_t et_history_count(const et_history *history);

/** `et_history_count()` steps. Borrowed from the history, as all its arrays. @since 0.1 */
ET_API const int64_t *et_history_steps(const et_history *history);

/** The values as doubles: exact for doubles, rounded for integers beyond 2^53. @since 0.1 */
ET_API const double *et_history_values(const et_history *history);

/** The values as integers, exactly, if all of them are integers; else NULL. @since 0.1 */
ET_API const int64_t *et_history_integers(const et_history *history);

/** The times in seconds since 1970. @since 0.1 */
ET_API const double *et_history_times(const et_history *history);

/** For each point the number of its writer, an index into `writers` of `et_experiment_read()`.
 *  @since 0.1 */
ET_API const uint32_t *et_history_writers(const et_history *history);

/** What could not be read or was lost, as a JSON list of sentences with file and offset; "[]" if
 *  everything is there. @since 0.1 */
ET_API int et_history_problems(const et_history *history, char **out);

/** Release a history. NULL is a harmless no-op. @since 0.1 */
ET_API void et_history_free(et_history *history);

/**
 * Open the history of one metric to read it in pieces, if it may be larger than the memory.
 *
 *     et_history_reader *reader;
 *     et_history *piece;
 *     if (et_history_reader_open(experiment, "loss", &reader)) ...
 *     while (!et_history_reader_next(reader, 1000000, &piece) && piece) {
 *       ... et_history_values(piece), et_history_count(piece) ...
 *       et_history_free(piece);
 *     }
 *     et_history_reader_free(reader);
 *
 * @param key The metric.
 * @param out The reader, released with `et_history_reader_free()`.
 * @return As `et_history_open()`.
 * @since 0.1
 */
ET_API int et_history_reader_open(const et_experiment *experiment, const char *key,
                                  et_history_reader **out);

/**
 * Read the next points, in the order of `et_history_open()`.
 *
 * @param most How many at most; more only where another program put several into one event.
 * @param out  A history of its own, released with `et_history_free()`; NULL at the end.
 * @return `ET_OK`, also at the end; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_history_reader_next(et_history_reader *reader, size_t most, et_history **out);

/** Release a reader, not the histories that it returned. NULL is a harmless no-op. @since 0.1 */
ET_API void et_history_reader_free(et_history_reader *reader);

/**
 * Open what was logged that is not a number: histograms, texts, images and what else TensorBoard
 * shows, of all writers, in the order in which it was written.
 *
 *     et_value_reader *reader;
 *     et_value *value;
 *     if (et_value_reader_open(experiment, "weights", "histogram", &reader)) ...
 *     while (!et_value_reader_next(reader, &value) && value) {
 *       const double *edges, *counts;
 *       size_t buckets = et_value_histogram(value, &edges, &counts, NULL);
 *       ... et_value_step(value) ...
 *       et_value_free(value);
 *     }
 *     et_value_reader_free(reader);
 *
 * @param key  Whose values; NULL is any.
 * @param kind "histogram", "text", "image", "audio", or what TensorBoard calls another plugin; NULL
 *             is any.
 * @param out  The reader, released with `et_value_reader_free()`.
 * @return `ET_OK`; `ET_ENOTFOUND` with what exists, if there is nothing of the key; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_value_reader_open(const et_experiment *experiment, const char *key, const char *kind,
                                et_value_reader **out);

/** Read the next value, released with `et_value_free()`; NULL at the end.
 *  @return `ET_OK`, also at the end; `ET_ESTORAGE`. @since 0.1 */
ET_API int et_value_reader_next(et_value_reader *reader, et_value **out);

/** What could not be read so far, as a JSON list of sentences with file and offset. @since 0.1 */
ET_API int et_value_reader_problems(const et_value_reader *reader, char **out);

/** Release a reader, not the values that it returned. NULL is a harmless no-op. @since 0.1 */
ET_API void et_value_reader_free(et_value_reader *reader);

/** The key. Borrowed from the value, as all that follows. @since 0.1 */
ET_API const char *et_value_key(const et_value *value);

/** "histogram", "text", "image", "audio", or what TensorBoard calls another plugin. @since 0.1 */
ET_API const char *et_value_kind(const et_value *value);

/** The step. @since 0.1 */
ET_API int64_t et_value_step(const et_value *value);

/** The time in seconds since 1970. @since 0.1 */
ET_API double et_value_time(const et_value *value);

/** The number of its writer, an index into `writers` of `et_experiment_read()`. @since 0.1 */
ET_API uint32_t et_value_writer(const et_value *value);

/** The text; NULL if it is none. @since 0.1 */
ET_API const char *et_value_text(const et_value *value);

/** The encoded image and its size in bytes; NULL and 0 if it is none. @since 0.1 */
ET_API const void *et_value_image(const et_value *value, size_t *size);

/**
 * The histogram. Any of the pointers may be NULL.
 *
 * @param edges      Where the buckets begin and end: one more than there are buckets.
 * @param counts     The count of each bucket.
 * @param not_finite How many values were not finite, and are in no bucket.
 * @return How many buckets there are. Where it is no histogram, 0, and both arrays are NULL.
 * @since 0.1
 */
ET_API size_t et_value_histogram(const et_value *value, const double **edges,
                                 const double **counts, uint64_t *not_finite);

/** The serialised `Summary.Value` of TensorBoard and its size in bytes. @since 0.1 */
ET_API const void *et_value_summary(const et_value *value, size_t *size);

/** Release a value. NULL is a harmless no-op. @since 0.1 */
ET_API void et_value_free(et_value *value);

/* ---- Snapshots ----------------------------------------------------------------------------------
 * The state of an experiment as C structures, also of the rows of a listing or of a comparison: no
 * JSON is needed. A snapshot is filled when it is made and never changes. It may be read from any thread
 * without a lock, and outlives the handle that it was made from. All that its members point to
 * belongs to it, until `et_snapshot_free()`.
 *
 * Later versions add members at the ends of the structures, which only the library makes: reach
 * them by their pointers, never copy them by `sizeof`. */

/**
 * A value: a parameter, a fact, or a part of one.
 *
 * Every member may be read whatever the type is: those that the type does not use have the values
 * given here. @since 0.1
 */
typedef struct et_node {
  /** `ET_NULL`, `ET_BOOL`, `ET_INT`, `ET_BIGINT`, `ET_DOUBLE`, `ET_TEXT`, `ET_LIST` or `ET_MAP`. */
  int type;
  /** Its name: of a parameter, and in a map. NULL in a list. */
  const char *key;
  /** Of `ET_TEXT`, and the digits of `ET_BIGINT`; else NULL. */
  const char *text;
  /** Of `ET_INT`, and 1 or 0 of `ET_BOOL`; else 0. */
  int64_t integer;
  /** Of `ET_INT`, `ET_BIGINT` and `ET_DOUBLE`, and of the texts by which JSON results name numbers
   *  that are not finite ("NaN", "Infinity", "-Infinity"); else NaN. */
  double number;
  /** How many items an `ET_LIST` or `ET_MAP` has; else 0. */
  size_t count;
  /** The items, in order. */
  const struct et_node *const *items;
} et_node;

/** A metric without its history. @since 0.1 */
typedef struct et_metric {
  const char *key;
  /** The type of the last value: `ET_DOUBLE`, `ET_INT` or `ET_BOOL`. */
  int type;
  double last;
  /** The last value, exactly, if it is an integer or a boolean; else 0. */
  int64_t last_integer;
  int64_t last_step;
  /** Seconds since 1970. */
  double last_time;
  /** Of the values that are numbers; NaN if none is. The steps are the first ones. */
  double minimum;
  int64_t minimum_step;
  double maximum;
  int64_t maximum_step;
  double mean;
  /** How many points there are, and how many of them are not NaN. */
  uint64_t count;
  uint64_t numbers;
  /** The highest step, which automatic steps continue. */
  int64_t highest_step;
} et_metric;

/** A note. @since 0.1 */
typedef struct et_note {
  const char *text;
  /** Seconds since 1970. */
  double time;
} et_note;

/** A saved file or folder, in one of its versions. @since 0.1 */
typedef struct et_artifact_info {
  /** The path within the experiment's folder, by which it was saved. */
  const char *path;
  /** Where this version lies: an absolute path. */
  const char *file;
  /** "model", "figure", "table", "data", "text", "file", "folder", "report" ... */
  const char *kind;
  /** In hexadecimal digits. */
  const char *sha256;
  /** In bytes; of all files for a folder. */
  uint64_t size;
  /** 1 for the first of this path, 2 for the next ... */
  uint64_t version;
  /** Not 0 for the newest version of its path. */
  int is_newest;
  /** What was given as its details when it was saved: a map. */
  const et_node *details;
} et_artifact_info;

/** An experiment at one moment. @since 0.1 */
typedef struct et_snapshot {
  /** The library's; not to be used. */
  const void *reserved;
  /** As it was given at the start, also in a listing and in a comparison. */
  const char *name;
  /** "running", "completed", "failed", "interrupted", "crashed" or "unknown". */
  const char *status;
  /** The absolute path of the folder. */
  const char *path;
  /** The folder, relative to `experiments/` of the increment. */
  const char *folder;
  /** The name of the increment's folder. */
  const char *increment;
  /** "exp-003", or "exp-003.12" inside another; "" where the number around it is not known. */
  const char *label;
  /** 32 hexadecimal digits. */
  const char *id;
  /** The identifier of the experiment around it; "" if there is none. */
  const char *parent;
  /** "experiment", "sweep", "stage" ... */
  const char *kind;
  /** The number in the increment, 0 inside another; the place inside the other, else 0. */
  uint64_t number;
  uint64_t child;
  /** 1 for the first experiment of this name, 2 for its first re-run ... */
  uint64_t rerun;
  /** Seconds since 1970. `ended` is NaN while it runs. */
  double created;
  double ended;
  double last_write;
  /** In seconds; NaN while it runs. */
  double duration;
  /** The error that ended it; NULL if there was none. */
  const char *failure_type;
  const char *failure_message;
  const char *failure_traceback;
  /** The parameters, each with its name as `key`, in the order in which they were first logged. */
  size_t param_count;
  const et_node *const *params;
  /** The metrics, in the order in which they were first logged. */
  size_t metric_count;
  const et_metric *const *metrics;
  size_t tag_count;
  const char *const *tags;
  size_t note_count;
  const et_note *const *notes;
  /** By path, the newest version of each first. */
  size_t artifact_count;
  const et_artifact_info *const *artifacts;
  /** The sections of facts: a map with "git", "command", "environment", "data", "about" ... */
  const et_node *facts;
  /** The decision for it: a map with "selected", "rationale", "by", "time"; NULL if there is none. */
  const et_node *selection;
  /** The processes that wrote into it: a list of maps with "pid", "host", "rank", "role" ... */
  const et_node *writers;
  /** What is damaged, a sentence each. */
  size_t problem_count;
  const char *const *problems;
  /** How many records are known to be lost. */
  uint64_t dropped;
} et_snapshot;

/**
 * Read the state of an experiment now, the latest calls of this process included.
 *
 *     et_snapshot *snapshot;
 *     if (et_experiment_snapshot(experiment, &snapshot)) return fail(et_last_error());
 *     const et_metric *loss = et_snapshot_metric(snapshot, "loss");
 *     if (loss) printf("%s: %g, at best %g at step %lld\n", snapshot->status, loss->last,
 *                      loss->minimum, (long long)loss->minimum_step);
 *     et_snapshot_free(snapshot);
 *
 * @param out The snapshot, released with `et_snapshot_free()`.
 * @return `ET_OK`; `ET_ENOEXPERIMENT`; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_experiment_snapshot(const et_experiment *experiment, et_snapshot **out);

/**
 * Get one of the experiments of a listing, as it was listed.
 *
 * @param place The index of the experiment, from 0.
 * @param out   The snapshot, released with `et_snapshot_free()`.
 * @return `ET_OK`; `ET_EINVALID` if `place` is not below `et_listing_count()`.
 * @since 0.1
 */
ET_API int et_listing_snapshot(const et_listing *listing, size_t place, et_snapshot **out);

/** Find a metric. Borrowed from the snapshot; NULL if there is none of that name. @since 0.1 */
ET_API const et_metric *et_snapshot_metric(const et_snapshot *snapshot, const char *key);

/** Find a parameter. Borrowed from the snapshot; NULL if there is none of that name. Of one that is
 *  nested, `et_node_get()` finds what is inside. @since 0.1 */
ET_API const et_node *et_snapshot_param(const et_snapshot *snapshot, const char *key);

/**
 * Get a parameter of a type, as `et_experiment_log_param_double()` logs it. An integer is a double
 * too, if it is not beyond 2^53.
 *
 * @param out Where the value is stored; it stays as it is after a failure.
 * @return `ET_OK`; `ET_ENOTFOUND` with the parameters there are; `ET_EINVALID` if it is of another
 *         type: the message says of which.
 * @since 0.1
 */
ET_API int et_snapshot_param_double(const et_snapshot *snapshot, const char *key, double *out);
/** As `et_snapshot_param_double()`, for an integer of 64 bits. @since 0.1 */
ET_API int et_snapshot_param_int(const et_snapshot *snapshot, const char *key, int64_t *out);
/** As `et_snapshot_param_double()`, for a boolean: 1 or 0. @since 0.1 */
ET_API int et_snapshot_param_bool(const et_snapshot *snapshot, const char *key, int *out);
/** As `et_snapshot_param_double()`, for text, which is borrowed from the snapshot. @since 0.1 */
ET_API int et_snapshot_param_text(const et_snapshot *snapshot, const char *key, const char **out);

/** Find a version of an artifact; 0 is the newest. Borrowed from the snapshot; NULL if there is no
 *  such one. @since 0.1 */
ET_API const et_artifact_info *et_snapshot_artifact(const et_snapshot *snapshot, const char *path,
                                                    uint64_t version);

/** Find a member of a map. NULL if there is none, if `node` is not a map or is NULL, so that calls can
 *  be nested. Borrowed, as the node. @since 0.1 */
ET_API const et_node *et_node_get(const et_node *node, const char *key);

/** Release a snapshot. NULL is a harmless no-op. @since 0.1 */
ET_API void et_snapshot_free(et_snapshot *snapshot);

/**
 * Read a JSON text, such as the results of other functions, so that no other reader is needed.
 *
 *     et_document *document;
 *     if (et_document_parse(json, &document)) ...
 *     const et_node *events = et_node_get(et_document_root(document), "events");
 *     for (size_t i = 0; i < events->count; i++) puts(et_node_get(events->items[i], "kind")->text);
 *     et_document_free(document);
 *
 * @param json Strict JSON, nested at most 200 levels, in UTF-8.
 * @param out  The document, released with `et_document_free()`; it does not keep the text.
 * @return `ET_OK`; `ET_EFORMAT` with line and column.
 * @since 0.1
 */
ET_API int et_document_parse(const char *json, et_document **out);

/** The value of the whole text. Borrowed from the document, as all nodes below it. @since 0.1 */
ET_API const et_node *et_document_root(const et_document *document);

/** Release a document. NULL is a harmless no-op. @since 0.1 */
ET_API void et_document_free(et_document *document);

/* ---- Comparing ------------------------------------------------------------------------------- */

/**
 * Compare the experiments of an increment and write `experiments/comparison.md`.
 *
 * The file is written again with the same options whenever an experiment of the increment ends.
 *
 * @param options JSON or NULL, with these members:
 *   - `metrics`: a list of keys, the first of which decides which is best, unless `sort_by` names
 *     another.
 *   - `directions`: an object, from a key to "higher" or "lower": which is better.
 *   - `reruns`: "newest" or "all"; `children` (false): also the experiments inside others;
 *     `archived` (false): also those in the archive.
 *   - `experiments`: a list of names or absolute paths: a series, in this order.
 *   - `only`: a list of the same: exactly these, ranked; paths may lie in other increments.
 *   - `increments`: a list of names or paths: other increments to include; nothing is written.
 *   - `where`: a condition as for `et_listing_open()`.
 *   - `group_by`: a list of parameters: runs with the same values of them are one row, with mean
 *     and standard deviation; "-seed": those that are the same in all parameters but the seed.
 *   - `params`: true is a column for each parameter that differs; or a list of them; or "all".
 *   - `limit`: the most rows; `notes`: a list of sentences to add; `write` (true).
 * @param out     The comparison, released with `et_comparison_free()`.
 * @return `ET_OK`; `ET_DEFERRED` if the comparison was made but comparison.md could not be written,
 *         as in a store that is read-only or on a full disk: `et_last_error()` says why;
 *         `ET_EINVALID`; `ET_ENOEXPERIMENT`; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_increment_compare(et_increment *increment, const char *options, et_comparison **out);

/** The comparison as JSON: `columns`, `rows`, `best`, `reasons`, `primary_metric`, `path`.
 *  @since 0.1 */
ET_API int et_comparison_json(const et_comparison *comparison, char **out);

/** How many rows there are. @since 0.1 */
ET_API size_t et_comparison_count(const et_comparison *comparison);

/** The metric that decides; NULL if there is none. Borrowed from the comparison. @since 0.1 */
ET_API const char *et_comparison_metric(const et_comparison *comparison);

/**
 * Find the best row.
 *
 * @param place The index of the row, from 0.
 * @param value Its value of the metric that decides; may be NULL.
 * @return `ET_OK`; `ET_ENOTFOUND` if nothing is ranked.
 * @since 0.1
 */
ET_API int et_comparison_best(const et_comparison *comparison, size_t *place, double *value);

/**
 * Get a row's value of a metric; where runs are grouped, their mean.
 *
 * @param place The index of the row, from 0.
 * @param key   The metric; NULL is the one that decides.
 * @param out   The value; it stays as it is after a failure.
 * @return `ET_OK`; `ET_ENOTFOUND` if the row has no such value; `ET_EINVALID` if `place` is not
 *         below `et_comparison_count()`.
 * @since 0.1
 */
ET_API int et_comparison_value(const et_comparison *comparison, size_t place, const char *key,
                               double *out);

/** The rank of a row, 1 for the best and for all that tie with it; 0 if it is not ranked or `place` is
 *  not below `et_comparison_count()`. @since 0.1 */
ET_API size_t et_comparison_rank(const et_comparison *comparison, size_t place);

/**
 * Get the experiment of a row, as it was compared: of a sweep its best combination, of a group its
 * best run.
 *
 * @param out The snapshot, released with `et_snapshot_free()`.
 * @return `ET_OK`; `ET_EINVALID` if `place` is not below `et_comparison_count()`.
 * @since 0.1
 */
ET_API int et_comparison_snapshot(const et_comparison *comparison, size_t place,
                                  et_snapshot **out);

/** The comparison as Markdown, as in comparison.md. @since 0.1 */
ET_API int et_comparison_markdown(const et_comparison *comparison, char **out);

/** The comparison as an HTML fragment for notebooks. @since 0.1 */
ET_API int et_comparison_html(const et_comparison *comparison, char **out);

/**
 * The comparison as a page that needs no server: the dashboard with the experiments that were
 * compared, their curves and this comparison, as one file of HTML to keep or to send. It loads
 * nothing from elsewhere. Curves and details are left out where the file would become large.
 *
 * @param out The page, released with `et_string_free()`.
 * @return `ET_OK`; `ET_EINVALID`; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_comparison_page(const et_comparison *comparison, char **out);

/** The comparison as a table for a terminal, at most `width` columns wide; 0 for no limit.
 *  @since 0.1 */
ET_API int et_comparison_text(const et_comparison *comparison, int width, char **out);

/**
 * Review the experiments of an increment: facts computed from what was recorded, each a sentence
 * with its numbers and an id. docs/review.md describes the rules and their thresholds.
 *
 * @param options JSON or NULL: `metric`: the metric to judge by, and `direction`: "higher" or
 *                "lower" (default: as in a comparison); `as`: "json", "text" (for a terminal),
 *                "markdown" or "html" (a fragment for notebooks, everything in it escaped);
 *                `width`: the terminal's columns, for "text".
 * @param out     The text; docs/schemas/review.schema.json describes the JSON. Released with
 *                `et_string_free()`.
 * @return `ET_OK`; `ET_EINVALID`; `ET_ENOTFOUND` for a metric that no experiment has;
 *         `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_increment_review(const et_increment *increment, const char *options, char **out);

/**
 * Write the text of an issue for GitHub: the best experiments, the parameters of the selected one,
 * else of the best, its data and how to run it again, with links relative to the repository.
 * Nothing is sent.
 *
 * @param title   What is asked for, on one line, at most 256 characters.
 * @param options JSON or NULL: `metric`: the metric to judge by (default: as in a comparison);
 *                `as`: "markdown" (default: the title is the heading) or "json" (`title` and
 *                `body` apart).
 * @param out     The text, released with `et_string_free()`.
 * @return `ET_OK`; `ET_EINVALID`; `ET_ENOTFOUND` for a metric that no experiment has;
 *         `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_increment_github_issue(const et_increment *increment, const char *title,
                                     const char *options, char **out);

/** Release a comparison. NULL is a harmless no-op. @since 0.1 */
ET_API void et_comparison_free(et_comparison *comparison);

/* ---- Watching -------------------------------------------------------------------------------- */

/**
 * Begin to watch the experiments of an increment. Nothing is read before the first look, and
 * nothing is ever written.
 *
 * @param options JSON or NULL:
 *   - `where`: a condition; an experiment that has fulfilled it once stays watched;
 *   - `metrics`: the metrics that are looked at, a list (default: all);
 *   - `stall`: after how long without a point a running experiment stalls: a number of seconds,
 *     text such as "90s", "10m", "2h", or false for never (default: "10m");
 *   - `children` (false): experiments inside others too;
 *   - `old` (false): the first look tells what is wrong with experiments that were over before.
 * @param out     The watch, released with `et_watch_free()`.
 * @return `ET_OK`; `ET_EINVALID`.
 * @since 0.1
 */
ET_API int et_watch_open(const et_increment *increment, const char *options, et_watch **out);

/**
 * Look at the experiments and tell what has happened since the last look; only what has changed is
 * read. The caller decides how often: once a second is often enough.
 *
 * An alert is a metric whose last value is NaN or infinite (`not-finite`), a running experiment
 * that has logged no point for a while (`stalled`), a process that is gone (`crashed`) and an error
 * (`failed`). Each is told once, and again only after it was over. The other events are `started`,
 * `resumed`, `completed`, `interrupted`, `recovered` and `gone`. The first look tells the alerts of
 * what runs.
 *
 * @param out JSON: `format`, `events`, `running` (how many experiments run) and `experiments` (how
 *            many are watched); docs/schemas/watch.schema.json. Released with `et_string_free()`.
 * @return `ET_OK`; `ET_ENOINCREMENT`; `ET_ESTORAGE`: the next look goes on where this one would
 *         have.
 * @since 0.1
 */
ET_API int et_watch_look(et_watch *watch, char **out);

/** Release a watch. NULL is a harmless no-op. @since 0.1 */
ET_API void et_watch_free(et_watch *watch);

/* ---- Dashboard ------------------------------------------------------------------------------- */

/**
 * Open the dashboard of an increment, or of a whole project. Nothing is read before the first
 * request. What was read is kept, and only what has changed is read again, so keep one dashboard for
 * as long as its page is open. It may be used from several threads.
 *
 * @param increment The increment; NULL for all of the project.
 * @param options   JSON or NULL:
 *   - `edit` (false): whether the page may change notes, tags and decisions;
 *   - `directory`: where to look for the project, without an increment (default: the working
 *     directory).
 * @param out       The dashboard, released with `et_dashboard_free()`.
 * @return `ET_OK`; `ET_EINVALID`; `ET_ENOINCREMENT` where there is no project.
 * @since 0.1
 */
ET_API int et_dashboard_open(const et_increment *increment, const char *options,
                             et_dashboard **out);

/**
 * The page: one file of HTML with its style and its script. A page without `embed` sends what it
 * needs to know to its own server, at the relative address `ask`, which passes it to
 * `et_dashboard_ask()`; neither form loads anything from elsewhere.
 *
 * @param options JSON or NULL:
 *   - `embed` (false): whether it contains its data and needs no server: a file to keep or to send;
 *   - `ids`: with `embed`, the identifiers of the experiments that it holds, with all that is inside
 *     them (default: all);
 *   - `token`: without `embed`, a secret for `<meta name="token">`; with every change the page sends
 *     it in the header `X-Dashboard-Token`, and the server must refuse a change without it.
 * @param out     The page, released with `et_string_free()`.
 * @return `ET_OK`; `ET_EINVALID`; `ET_ENOEXPERIMENT` if an identifier in `ids` is not of an
 *         experiment of this dashboard; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_dashboard_html(et_dashboard *dashboard, const char *options, char **out);

/**
 * Answer a request of the page.
 *
 * @param request A JSON object such as `{"ask": "experiments"}`, or a list of them, which is
 *                answered with a list in the same order; docs/dashboard.md describes them. An error
 *                is an answer too: `{"error": {"code", "message"}}`.
 * @param out     JSON; docs/schemas/dashboard.schema.json. Released with `et_string_free()`.
 * @return `ET_OK`, also where the answer is an error; `ET_EINVALID` for NULL.
 * @since 0.1
 */
ET_API int et_dashboard_ask(et_dashboard *dashboard, const char *request, char **out);

/** Release a dashboard. NULL is a harmless no-op. @since 0.1 */
ET_API void et_dashboard_free(et_dashboard *dashboard);

/* ---- Documentation --------------------------------------------------------------------------- */

/**
 * Write what is known of an increment's experiments into the project's documentation:
 * `architecture/ml-experiments.md`, `architecture/ml-models.md` and `runbooks/model-training.md`
 * below `.specweave/docs/internal/`.
 *
 * In each file the increment has one block between two markers; all other text in it stays as it
 * is, and a file that says the same already is not written. docs/living-docs.md describes them.
 *
 * @param options JSON or NULL: `report` (false): also `reports/ml-experiments.md` in the increment.
 * @param out     JSON: `increment`, `files` (each with `path` and `change`: "created", "updated" or
 *                "unchanged"), and `selected`, the names of the selected experiments.
 * @return `ET_OK`; `ET_EFORMAT` for damaged markers, with file and line, and nothing is written;
 *         `ET_ESTORAGE`, where the old file is left; `ET_EBUSY`.
 * @since 0.1
 */
ET_API int et_increment_sync_docs(et_increment *increment, const char *options, char **out);

/* ---- Keeping the store in order -------------------------------------------------------------- */

/**
 * Move the experiments that fulfil some conditions to `_archive` of their increment, or say which
 * ones would be moved.
 *
 * Top-level experiments are moved one by one, each with all that is inside it. A running one never
 * is; one that cannot be moved is kept, and the report says why. `et_experiment_open_archived()` and
 * `et_experiment_restore()` bring one back.
 *
 * @param increment The increment; NULL only where the options name the `increments`.
 * @param options   JSON with at least one of the first three members; those given must all hold:
 *   - `older_than`: "12h", "30d", "2w", "6mo", "1y", or a date as "2026-01-31": those in which
 *     nothing has happened since, their end included.
 *   - `where`: a condition as for `et_listing_open()`.
 *   - `names`: a list of names, numbers or folders.
 *   - `force` (false): true moves also those that are tagged `production`, selected, unreadable or
 *     perhaps written by another host.
 *   - `dry_run` (true): false moves them.
 *   - `increments`: as for `et_listing_open()`.
 * @param out       The report, released with `et_report_free()`; docs/schemas/archive.schema.json
 *                  describes its JSON.
 * @return `ET_OK`; `ET_EINVALID`; `ET_ENOEXPERIMENT` for a name that none has; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_increment_archive(const et_increment *increment, const char *options,
                                et_report **out);

/**
 * Begin to look through increments for what is damaged, missing, left behind or not of this
 * library. Nothing is read before the first step, and nothing changed without `repair`.
 *
 * @param increment The increment; NULL only where the options name the `increments`.
 * @param options   JSON or NULL, with these members:
 *   - `artifacts` (false): true reads all artifacts, to compare their hashes.
 *   - `repair` (false): true records crashes, writes views again, and finishes or undoes what was
 *     cut short. What is replaced is kept, as `*.edited`; no data is deleted.
 *   - `increments`: as for `et_listing_open()`.
 * @param out       The check, released with `et_check_free()`.
 * @return `ET_OK`; `ET_EINVALID`; `ET_ENOINCREMENT`; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_check_open(const et_increment *increment, const char *options, et_check **out);

/**
 * Look at the next experiment. The check is over when `done` equals `total`; further steps do
 * nothing.
 *
 * @param done  How much was looked at; may be NULL.
 * @param total How much there is; may be NULL.
 * @return `ET_OK`; `ET_ESTORAGE` if the store cannot be read: the next step goes on after it.
 * @since 0.1
 */
ET_API int et_check_step(et_check *check, uint64_t *done, uint64_t *total);

/**
 * Report what was found so far.
 *
 * @param out The report, released with `et_report_free()`; docs/schemas/check.schema.json describes
 *            its JSON.
 * @return `ET_OK`.
 * @since 0.1
 */
ET_API int et_check_report(const et_check *check, et_report **out);

/** Release a check. NULL is a harmless no-op. @since 0.1 */
ET_API void et_check_free(et_check *check);

/** The report as JSON. @since 0.1 */
ET_API int et_report_json(const et_report *report, char **out);

/** The report as a table for a terminal, at most `width` columns wide; 0 for no limit. @since 0.1 */
ET_API int et_report_text(const et_report *report, int width, char **out);

/** The report as an HTML fragment for notebooks, everything in it escaped. @since 0.1 */
ET_API int et_report_html(const et_report *report, char **out);

/** Release a report. NULL is a harmless no-op. @since 0.1 */
ET_API void et_report_free(et_report *report);

/* ---- The command line ------------------------------------------------------------------------ */

/**
 * Run a command line of `specweave-ml`, as `specweave-ml list 0042` does.
 *
 * What the command says is on the descriptors 1 (data) and 2 (messages) when the call returns; what
 * the caller's own streams of stdio hold is written before it. The process is neither ended nor
 * changed. While another program runs for the command (`specweave-ml-x`), SIGINT and SIGQUIT are
 * ignored, as system(3) does; the call should then be the only one of the library.
 *
 * @param argc How many arguments there are, with the program's name.
 * @param argv The arguments, borrowed for the call. The first one is the path of the program: other
 *             programs of the name `specweave-ml-x` are looked for in its folder, then on PATH. It
 *             may be a name without a folder.
 * @return The exit code: 0 success, 1 failure, 2 a wrong command line, 3 not found, 4 several fit;
 *         of another program its own, or 128 and the number of the signal that ended it. A NULL
 *         `argv` and a NULL within it are 2.
 * @since 0.1
 */
ET_API int et_command_run(int argc, const char *const *argv);

#ifdef __cplusplus
}
#endif

#endif
