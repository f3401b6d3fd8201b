/*
 * experimenttracker.h: the C API of the experiment tracker, and its manual.
 *
 * What is not in this file is not part of the API.
 *
 * WHAT IT DOES
 *
 *   An increment (`.specweave/increments/0042-recommendation-model`) groups experiments. An
 *   experiment has parameters, metrics (key, value, step, time), tags, notes, artifacts and a
 *   status. C, Swift and Python programs write and read the same folders; every file in them is
 *   JSON, YAML, Markdown or a TensorBoard event file.
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
 *   failure. Only the functions that log may return `ET_DEFERRED` (> 0): the record is in memory
 *   and will be stored when the disk takes it; `et_last_error()` says why it does not yet. Codes
 *   are stable for ever. A NULL argument that must not be NULL is `ET_EINVALID`, and the message
 *   names it. No argument makes the process trap.
 *
 * TEXT
 *
 *   Text that goes in is UTF-8, ends with NUL, and is borrowed for the call. For keys and values
 *   that hold a NUL themselves, write that NUL as the two bytes C0 80. Bytes that are not UTF-8 are
 *   kept exactly in keys, are written as `\xNN` in other text, and are refused in names with
 *   `ET_ENAME`. Text that comes out through a `char **` is owned by the caller and released with
 *   `et_string_free()`; it is set to NULL before anything can fail. Text that a function returns as
 *   `const char *` is borrowed; how long it lives is said at the function.
 *
 * JSON
 *
 *   Rich options and results are JSON objects. In options, unknown members are refused (a typo must
 *   not be silent) and the words NaN, Infinity and -Infinity are numbers. In results, which are
 *   always strict JSON, a reader must ignore members it does not know; a number that is not finite
 *   is the string "NaN", "Infinity" or "-Infinity". docs/schemas/ describes both.
 *
 * HANDLES
 *
 *   Handles are opaque. Each is released once by its `_free` function, which accepts NULL and never
 *   fails. Handles may be released in any order: an experiment keeps its increment alive. Using a
 *   handle after its release is undefined, as with free(3). A handle of another kind than the
 *   function wants is `ET_EINVALID`.
 *
 * THREADS AND PROCESSES
 *
 *   Every function may be called from any thread, also on one handle at the same time. The error
 *   message belongs to the calling thread. No function starts a thread, installs a signal handler
 *   or changes the process in any other way. After fork(2) the child may go on with the handle: it
 *   becomes a writer of its own on its first call that logs. Only the process that started an
 *   experiment decides its status, and in it only the handles that started or resumed it.
 *
 *   A fork waits until no other thread is inside a call of the library, since such a thread may
 *   hold a lock of the Swift runtime, which nobody could release in the child. It waits for a
 *   second at most. After a fork beside a call that takes longer (a large artifact, a disk that
 *   does not answer), a call of the child may wait for ever; so it may in a child of `_Fork(3)` or
 *   of a raw clone(2), which tell nobody, and in one of a Swift program, whose own threads may hold
 *   such locks: let it do nothing but exec or exit. dlclose(3) leaves the library in memory, so
 *   that threads may be in it and go on. A thread that is cancelled (pthread_cancel) ends after the
 *   call that it is in, never within.
 *
 *   Of an experiment that has ended, or was only loaded, no file stays open: a program may have any
 *   number of them. It is then found again where it was; one that was moved meanwhile is
 *   `ET_ENOEXPERIMENT`.
 *
 * SIGNAL HANDLERS
 *
 *   No function may be called from a signal handler: none is async-signal-safe. A call from a
 *   handler that interrupted another call of the same thread answers `ET_EREENTERED` instead of
 *   waiting for ever; one that interrupted malloc(3) may still do so. Let the handler set a flag,
 *   and the loop look at it:
 *
 *       static volatile sig_atomic_t asked_to_stop;
 *       static void stop(int signal) { asked_to_stop = signal; }
 *       ...
 *       signal(SIGTERM, stop);
 *       for (int step = 0; step < steps && !asked_to_stop; step++)
 *         et_experiment_log_metric(experiment, "energy", simulate(), step);
 *       et_experiment_finish(experiment, asked_to_stop ? ET_INTERRUPTED : ET_COMPLETED, NULL);
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
/** Kept in memory, stored as soon as the disk takes it; not yet safe from a kill. When too much
 *  waits already (16 MiB), the record is dropped and counted instead; see
 *  `et_experiment_dropped()`. */
#define ET_DEFERRED 1
/** Nothing was done: the call would have to wait or to ask the kernel. Only from
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
/** A file of the store is damaged, foreign or newer than this library. */
#define ET_EFORMAT (-8)
/** The handle was closed before. */
#define ET_ECLOSED (-9)
/** A value that cannot be stored in this form. */
#define ET_ESERIALISE (-10)
/** A metric or an artifact of that name is not there. */
#define ET_ENOTFOUND (-11)
/** The call was made while this thread was inside another one, as by a signal handler; nothing was
 *  done. */
#define ET_EREENTERED (-12)
/** A mistake of this library; please report it. */
#define ET_EINTERNAL (-99)

/* ---- Constants ------------------------------------------------------------------------------- */

/** As a step: the next one of this key, counting from 0 and continuing after a resume. */
#define ET_AUTO_STEP INT64_MIN

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
/** A place in the history of one metric, from which it is read on. */
typedef struct et_history_reader et_history_reader;
/** A comparison of experiments. */
typedef struct et_comparison et_comparison;

/* ---- Library --------------------------------------------------------------------------------- */

/** The version of the library, as "0.1.0"; lives as long as the library. @since 0.1 */
ET_API const char *et_version(void);

/** `ET_ABI_VERSION` of the library; a program that was built with another one must not go on.
 *  @since 0.1 */
ET_API int et_abi_version(void);

/**
 * The message of the last failure, or of the last `ET_DEFERRED`, on this thread.
 *
 * One line in UTF-8, then one line for each candidate where there is a choice; below an error in a
 * condition stand the condition and a mark at the place. Borrowed: it lives
 * until the next failure on this thread. "" if there was none. Successful calls leave it alone.
 * @since 0.1
 */
ET_API const char *et_last_error(void);

/**
 * The last failure on this thread as JSON:
 * `{"code": -5, "name": "ExperimentNotFound", "message": "…", "excerpt": [], "candidates": ["…"],
 * "errno": 0}`; `excerpt` is the line of a condition that cannot be read, and the mark below it.
 *
 * Borrowed as `et_last_error()`; "{}" if there was none.
 * @since 0.1
 */
ET_API const char *et_last_error_json(void);

/** The name of a status code, as "ExperimentNotFound"; lives as long as the library. @since 0.1 */
ET_API const char *et_error_name(int code);

/**
 * Text as one line for people: control characters, line ends, bidirectional overrides and
 * characters without width are written as escapes (`\u{1B}`), so that no name from a store moves a
 * cursor or hides. Messages, tables and reports of the library are written so; this is for names
 * that you print yourself.
 *
 * @param out Release it with `et_string_free()`.
 * @return `ET_OK`; `ET_EINVALID`.
 * @since 0.1
 */
ET_API int et_text_shown(const char *text, char **out);

/** Releases text that the library handed out. NULL is a harmless no-op. @since 0.1 */
ET_API void et_string_free(char *text);

/* ---- Increments ------------------------------------------------------------------------------ */

/**
 * Find an increment, without making anything.
 *
 * @param name      `42`, `0042`, `0042E`, the folder's name, a path, or `0042...` as documents
 *                  write it. NULL: `SPECWEAVE_INCREMENT_ID`, else the increment around `directory`,
 *                  else the one the git branch names, else the one in flight.
 * @param directory Where to look from; NULL is the working directory.
 * @param out       The increment, released with `et_increment_free()`.
 * @return `ET_OK`; `ET_ENOINCREMENT`; `ET_EAMBIGUOUS`; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_increment_open(const char *name, const char *directory, et_increment **out);

/**
 * As `et_increment_open()`, and makes what is missing: a full `NNNN-slug` whose number is free, and
 * `0001-experiments` in a project that has no increment at all.
 * @since 0.1
 */
ET_API int et_increment_ensure(const char *name, const char *directory, et_increment **out);

/** The folder's name, as `0042-recommendation-model`. Borrowed from the increment. @since 0.1 */
ET_API const char *et_increment_name(const et_increment *increment);

/** The absolute path of the folder. Borrowed from the increment. @since 0.1 */
ET_API const char *et_increment_path(const et_increment *increment);

/** Why this increment was chosen, as "the working directory is inside it". Borrowed. @since 0.1 */
ET_API const char *et_increment_reason(const et_increment *increment);

/**
 * List experiments with what is known of each, histories left out, by number if nothing else is asked
 * for. It stays in the library until it is asked for, and does not change any more.
 *
 * One that is damaged is listed with its `problems` and never hides the others.
 *
 * @param increment The increment; NULL only where the options name the `increments`.
 * @param options   JSON or NULL: `children` (false), `archived` (false), `status` (a list of
 *                  statuses), `where` (a condition: "params.max_depth > 3 and metrics.auc >= 0.85";
 *                  the language is described in docs/expressions.md), `sort_by` (a metric, or a field
 *                  of that language; who has no value of it comes last), `descending` (false), `limit`
 *                  (the most experiments to list: the first by `sort_by`, without it the newest),
 *                  `increments`: "all", which is every increment of the project, or a list of names
 *                  as for `et_increment_open()`. They are looked for from `increment`, or from the
 *                  working directory for NULL. The experiments stand by increment, then by number,
 *                  or as `sort_by` says over all of them.
 * @param out       The listing, released with `et_listing_free()`.
 * @return `ET_OK`; `ET_EINVALID` with the place in a condition that cannot be read.
 * @since 0.1
 */
ET_API int et_listing_open(const et_increment *increment, const char *options, et_listing **out);

/**
 * A listing of experiments that are open, in this order, with what is known of each now.
 *
 * @param experiments Handles of experiments, of any increments.
 * @param count       How many there are.
 * @param out         The listing, released with `et_listing_free()`; the experiments are not needed
 *                    any more.
 * @return `ET_OK`; `ET_ENOINCREMENT` for one that does not lie in an increment any more.
 * @since 0.1
 */
ET_API int et_listing_of(const et_experiment *const *experiments, size_t count, et_listing **out);

/** How many experiments there are. @since 0.1 */
ET_API size_t et_listing_count(const et_listing *listing);

/**
 * One of the experiments as JSON: what `et_experiment_read()` gives, with the `increment` and the
 * absolute `path`.
 *
 * @param place From 0 on.
 * @return `ET_OK`; `ET_EINVALID` if there is no such place.
 * @since 0.1
 */
ET_API int et_listing_read(const et_listing *listing, size_t place, char **out);

/**
 * Some of the experiments as the rows of a table, for those who look at all of them: less of each
 * than `et_listing_read()` tells, and much quicker.
 *
 * @param first From 0 on.
 * @param count How many at most; there are fewer at the end.
 * @param out   JSON: a list of `{"name", "number", "label", "status", "folder", "created", "ended",
 *              "duration", "rerun", "tags", "params": {…}, "metrics": {key: last value},
 *              "increment", "path"}`, each as in `et_experiment_read()`, but `params` are flat: one
 *              inside others stands under its path, as in conditions (`model.depth`).
 * @return `ET_OK`; `ET_EINVALID` if `first` lies beyond the end.
 * @since 0.1
 */
ET_API int et_listing_table(const et_listing *listing, size_t first, size_t count, char **out);

/**
 * The experiments as a table for a terminal: metrics first, the one that decides before the others,
 * then the parameters that differ. The newest stand first, those inside others below them with
 * their parent; a listing with an order of its own keeps it. A sweep shows the values of its best
 * combination. What is not shown is counted.
 *
 * @param options JSON or NULL: `rows` (50, the most experiments to show), `places` (a list: only
 *                these, in this order), `ordered` (true keeps the order of the places; so does an
 *                order in which they do not go up), `renew` (a list of places that are read again).
 * @param width   The most columns of the terminal; 0 is no limit.
 * @return `ET_OK`; `ET_EINVALID` if there is no such place.
 * @since 0.1
 */
ET_API int et_listing_text(const et_listing *listing, const char *options, int width, char **out);

/** The same table as an HTML fragment for notebooks, everything in it escaped. @since 0.1 */
ET_API int et_listing_html(const et_listing *listing, const char *options, char **out);

/** What the reader should know about the choice, as a JSON list of sentences, such as a parameter or
 *  a metric of the condition that no experiment has. @since 0.1 */
ET_API int et_listing_notes(const et_listing *listing, char **out);

/** Releases a listing. NULL is a harmless no-op. @since 0.1 */
ET_API void et_listing_free(et_listing *listing);

/** Releases an increment. NULL is a harmless no-op. @since 0.1 */
ET_API void et_increment_free(et_increment *increment);

/* ---- Starting and finding experiments -------------------------------------------------------- */

/**
 * Start an experiment: its folder exists, and its start is stored, when this returns.
 *
 * The same name again makes a re-run in a folder of its own (`xgboost-v1-2`); nothing is
 * overwritten.
 *
 * @param increment Where; NULL finds or makes it as `et_increment_ensure(NULL, NULL)`.
 * @param name      The name, kept exactly; NULL is `exp-NNN`.
 * @param options   JSON or NULL: `description`, `author`, `git_commit`, `data_version`,
 *   `primary_metric` (text), `tags` (list), `params` (object), `about` (object: further facts);
 *   `kind` ("experiment"); `resume`: true continues the newest of this name, "allow" continues or
 *   starts, "auto" continues what an earlier attempt of the same job of a scheduler (SLURM, PBS,
 *   LSF, torchrun) was writing under this name, or starts, "force" also one that another host may
 *   still write, or the copy of one that is running; `replace`: true moves the newest of this name
 *   to `_archive`; `join`: true attaches to a running one as a further writer; `rank`: the writer's
 *   rank; `capture`: true, false or a list of "git", "command", "environment"; `arguments`: the
 *   command line to record instead of the process's own; `program`: the file that is run, whose
 *   repository is recorded before that of the working directory, and whose filters git may run;
 *   `environment`: further facts of the environment (object); `system_metrics`: true samples
 *   processors, memory and graphics processors into metrics below `system/`, on calls that log, at
 *   most every ten seconds; a number is another interval; `strict`: true makes logging return
 *   errors where it would defer; `sync`: "close" (default; of an experiment inside another: as that
 *   one, quick ones together with it), "always" or seconds; `writes`: "automatic", "direct" (every
 *   call writes) or "buffered" (hot loops collect in memory also where other computers may see the
 *   file system).
 * @param out       The experiment, released with `et_experiment_free()`.
 * @return `ET_OK`; `ET_ENAME`; `ET_ENOINCREMENT`; `ET_EAMBIGUOUS`; `ET_EBUSY`; `ET_ENOEXPERIMENT`
 *         (`resume` of none); `ET_ESTORAGE`; `ET_EINVALID`.
 * @since 0.1
 */
ET_API int et_experiment_start(et_increment *increment, const char *name, const char *options,
                               et_experiment **out);

/**
 * Start an experiment inside another: a combination of a sweep, a stage, a fold.
 *
 * @param parent The experiment around it, running or finished.
 * @param name   The name; NULL is the child's number with four digits.
 * @param options As for `et_experiment_start()`, and `child`: its place in a grid.
 * @since 0.1
 */
ET_API int et_experiment_start_child(et_experiment *parent, const char *name, const char *options,
                                     et_experiment **out);

/**
 * Load an experiment, to read it and to add to it. While it is running, be it in this process, its
 * status is not for this handle to set.
 *
 * @param increment Where to look first; NULL is the current one. Then all others, then archives.
 * @param query     A name (its newest re-run), a folder, a path, a number (`exp-003`, `exp-003.12`)
 *                  or an unambiguous beginning of a name.
 * @return `ET_OK`; `ET_ENOEXPERIMENT` with the candidates; `ET_ENOINCREMENT`; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_experiment_open(et_increment *increment, const char *query, et_experiment **out);

/**
 * Sort names by how close they are to a text that was none of them: the closest first, then the
 * others in their order, at most twelve. For messages of your own about a name that is not there.
 *
 * @param text  What was asked for.
 * @param names A JSON array of the names that there are.
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
 * @param force Not 0: also one of which cannot be told whether another host still writes it.
 * @param out   The experiment at its new place, released with `et_experiment_free()`. The handle
 *              that was given is of no more use but to be released.
 * @return `ET_OK`; `ET_EBUSY` if it, or one inside it, is running; `ET_EINVALID` if it is inside
 *         another or archived already; `ET_ENOEXPERIMENT` if it does not lie where it lay;
 *         `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_experiment_archive(et_experiment *experiment, int force, et_experiment **out);

/**
 * Move an archived experiment back; if its folder's name is taken by now, under the next free one.
 *
 * @param out As for `et_experiment_archive()`.
 * @return `ET_OK`; `ET_EINVALID` if it is not in the archive; `ET_EBUSY`; `ET_ENOEXPERIMENT`;
 *         `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_experiment_restore(et_experiment *experiment, et_experiment **out);

/**
 * Delete an experiment with all that is inside it, for good. What a link in it points to stays.
 *
 * It is out of every listing in one step before the first of its files goes, so that there is never
 * half an experiment. Its number is not used again. The handle is then only to be released.
 *
 * @param force Not 0: also one that is running, or may be.
 * @return `ET_OK`; `ET_EBUSY` if it, or one inside it, is running or may be; `ET_ENOEXPERIMENT` if
 *         it does not lie where it lay; `ET_ESTORAGE` if some of its files cannot be removed: the
 *         message says where they are.
 * @since 0.1
 */
ET_API int et_experiment_delete(et_experiment *experiment, int force);

/**
 * Release an experiment. What is not finished is left as it is: readers show it as crashed once its
 * last handle in the process that started it is released. NULL is a harmless no-op.
 * @since 0.1
 */
ET_API void et_experiment_free(et_experiment *experiment);

/* ---- Logging ------------------------------------------------------------------------------------
 * When these return ET_OK, a kill of the process loses nothing. They never block on anything but
 * the file system, and work after `et_experiment_finish()` too: end and status then stay as they
 * are. */

/** Log a parameter. A later value of the same key is shown; the earlier ones are kept. What looks
 *  like a credential, by its name or itself, is stored as `[REDACTED]`, as in the command line;
 *  `et_experiment_take_notices()` says so. @since 0.1 */
ET_API int et_experiment_log_param_int(et_experiment *experiment, const char *key, int64_t value);
/** @since 0.1 */
ET_API int et_experiment_log_param_double(et_experiment *experiment, const char *key, double value);
/** `value` is 0 for false, anything else for true. @since 0.1 */
ET_API int et_experiment_log_param_bool(et_experiment *experiment, const char *key, int value);
/** @since 0.1 */
ET_API int et_experiment_log_param_text(et_experiment *experiment, const char *key,
                                        const char *value);

/** Log parameters from a JSON object; objects and lists in it are kept as they are. @since 0.1 */
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

/** As `et_experiment_log_metric()`, exact beyond 2^53. @since 0.1 */
ET_API int et_experiment_log_metric_int(et_experiment *experiment, const char *key, int64_t value,
                             int64_t step);

/** As `et_experiment_log_metric()`; shown as true or false, drawn as 1 or 0. @since 0.1 */
ET_API int et_experiment_log_metric_bool(et_experiment *experiment, const char *key, int value,
                                         int64_t step);

/**
 * Log several metrics at one step, as one record: all of them or none are stored.
 *
 * @param keys   `count` names.
 * @param values `count` values.
 * @param step   The step of all; with `ET_AUTO_STEP` the highest next step among the keys.
 * @since 0.1
 */
ET_API int et_experiment_log_metrics(et_experiment *experiment, const char *const *keys,
                                     const double *values, size_t count, int64_t step);

/**
 * As `et_experiment_log_metric()`, where that needs nothing but a store to memory.
 *
 * For callers that hold a lock of their own, as Python's: it never waits, makes no system call and
 * allocates nothing. It succeeds in hot loops only.
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

/** As `et_experiment_try_log_metric()`, for callers to whom each argument is dear, as to Python's
 *  ctypes. @since 0.1 */
ET_API int et_experiment_try_log_point(et_experiment *experiment, const char *key,
                                       const et_point *point);

/** As `et_experiment_try_log_metric()` for `et_experiment_log_metrics()`. @since 0.1 */
ET_API int et_experiment_try_log_metrics(et_experiment *experiment, const char *const *keys,
                              const double *values, size_t count, int64_t step);

/**
 * Log a whole series of one metric.
 *
 * @param values `count` values.
 * @param steps  `count` steps, or NULL to continue the automatic ones.
 * @param times  `count` times in seconds since 1970, or NULL for now.
 * @since 0.1
 */
ET_API int et_experiment_log_series(et_experiment *experiment, const char *key,
                                    const double *values, const int64_t *steps, const double *times,
                                    size_t count);

/** Add a note; it is stamped with the time. @since 0.1 */
ET_API int et_experiment_log_note(et_experiment *experiment, const char *text);

/** Add a tag; a tag that is there already stays as it is. @since 0.1 */
ET_API int et_experiment_add_tag(et_experiment *experiment, const char *tag);

/** Take a tag away; `ET_ENOTFOUND` if it is not there. @since 0.1 */
ET_API int et_experiment_remove_tag(et_experiment *experiment, const char *tag);

/**
 * Set the status.
 *
 * @param status  "running", "completed", "failed" or "interrupted".
 * @param failure JSON or NULL: `type`, `message`, `traceback` of the error.
 * @return `ET_OK`; `ET_DEFERRED`; `ET_EINVALID` for another status, for a writer that joined or was
 *         forked, and for a handle that was loaded while the experiment is running, or "running":
 *         the status is the owner's to say.
 * @since 0.1
 */
ET_API int et_experiment_set_status(et_experiment *experiment, const char *status,
                                    const char *failure);

/**
 * Record the decision for this experiment.
 *
 * @param options JSON or NULL: `rationale` (list of reasons), `selected` (true; false takes it
 *                back).
 * @since 0.1
 */
ET_API int et_experiment_select(et_experiment *experiment, const char *options);

/**
 * Record what is known about the experiment in a section such as `data` or `environment`; members
 * of the same name are replaced, others stay.
 * @since 0.1
 */
ET_API int et_experiment_log_fact(et_experiment *experiment, const char *section, const char *json);

/**
 * Capture what takes time: whether the working tree has changes, and the patch of them.
 *
 * Runs git with a time limit; meant for a thread of the caller's. What cannot be had is recorded
 * with the reason and is no failure.
 *
 * @param seconds The time limit; 0 is 1.5 seconds.
 * @since 0.1
 */
ET_API int et_experiment_capture_git(et_experiment *experiment, double seconds);

/**
 * Save the code that was run and is in no commit, below `environment/code/`, with credentials taken
 * out.
 *
 * Of each file its own repository is asked. A file that the commit has as it is is not saved. The
 * others get the path that they have in the repository of the program (the option `program` of the
 * start, else the working directory's), without one that from the working directory; files of
 * another place get their `name` below `elsewhere/`. Further repositories and what was left out
 * stand in the section `code`.
 *
 * @param json    A list of objects: `path` (absolute, without links) and `name`
 *                (`package/module.py`).
 * @param seconds How long git may take; 0 is half a second. What it has not told by then is saved.
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
 * A progress bar leaves its last state; colours and credentials are left out. Of very long output
 * the beginning and the end are kept, with a line between them that says how much is missing. A
 * writer that joined has a file of its own, as `output-rank-1.log`; a forked child's output is not
 * recorded.
 *
 * @param bytes `size` bytes in any pieces; a line may end in a later call.
 * @return `ET_OK`; `ET_DEFERRED`; `ET_EINVALID`.
 * @since 0.1
 */
ET_API int et_experiment_log_output(et_experiment *experiment, const char *bytes, size_t size);

/**
 * Write a report of the experiment as Markdown: how it went, what it was given, what came of it,
 * the notes, the artifacts, and how to run it again. It is an artifact of the kind "report": an
 * older one is kept as a version, and nothing is done if nothing has changed.
 *
 * @param path     The path within the experiment's folder; NULL is `report.md`.
 * @param out_path The path within the experiment's folder.
 * @return `ET_OK`; `ET_ENAME`; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_experiment_save_report(et_experiment *experiment, const char *path, char **out_path);

/**
 * What the user is to be told, each of it once: files of a folder that were not copied, a parameter
 * that looks like a credential and was stored without it.
 *
 * @param out A JSON list of sentences; NULL if there is nothing to tell.
 * @since 0.1
 */
ET_API int et_experiment_take_notices(et_experiment *experiment, char **out);

/** How many records could not be stored and were dropped. @since 0.1 */
ET_API int et_experiment_dropped(const et_experiment *experiment, uint64_t *out);

/**
 * Store what is deferred and refresh params.json, metrics.json and metadata.yaml.
 *
 * @param durable Not 0: everything is on the disk, safe from a power cut, when this returns.
 * @return `ET_OK`; `ET_ESTORAGE` if something is still not stored.
 * @since 0.1
 */
ET_API int et_experiment_flush(et_experiment *experiment, int durable);

/**
 * End the experiment and refresh its files. Again: a harmless no-op. Logging stays possible.
 *
 * How an experiment ended is said by who started or resumed it. One that joined is only flushed and
 * let go of, whatever the status; so is one that was loaded and has ended. A handle that was loaded
 * while the experiment is running, in whichever process, is refused. `et_experiment_set_status()`
 * changes the status of one that has ended.
 *
 * @param status  "completed", "failed" or "interrupted"; NULL keeps what
 *                `et_experiment_set_status()` said, or else "completed".
 * @param failure JSON or NULL: `type`, `message`, `traceback`, and `closed` (how it was closed).
 *                With `"closed": "at exit"` and no status it is "completed", and "failed" for this
 *                reason if the process then exits with a status other than 0, which is known last
 *                of all.
 * @return `ET_OK`; `ET_EINVALID`; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_experiment_finish(et_experiment *experiment, const char *status, const char *failure);

/**
 * Store the end alone, where something that belongs to the experiment is still to be recorded and its
 * time is not to count: `et_experiment_finish(experiment, NULL, NULL)` after that refreshes the files
 * and forces them to the disk, once.
 *
 * @param status  As for `et_experiment_finish()`.
 * @param failure As for `et_experiment_finish()`.
 * @return `ET_OK`; `ET_EINVALID`; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_experiment_begin_finish(et_experiment *experiment, const char *status,
                                      const char *failure);

/* ---- Artifacts ----------------------------------------------------------------------------------
 * A saved file appears under its name whole or not at all. The same name again keeps the newest
 * there and the older below `.versions/`. */

/**
 * Save bytes as a file.
 *
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
 * Of a folder everything is copied but pipes and the like, names that are not UTF-8, and links that
 * lead out of it. Links to something in the folder are followed, and those into a cache that names
 * files by their content (Hugging Face, DVC, git-annex). What is not copied is told by
 * `et_experiment_take_notices()` and stands in the artifact's details (`left_out`,
 * `left_out_entries`). Of a file that grows meanwhile what it held at first is copied.
 *
 * @param source  The file or folder, of any bytes; a link is followed, anything but files and
 *                folders is refused, and so are the working directory, unless its full path is
 *                given, and a folder that holds the experiment.
 * @param path    The path within the experiment's folder; NULL is the source's own name, which then
 *                must be UTF-8.
 * @param options JSON or NULL: `kind`, `details` as for `et_experiment_save_bytes()`;
 *                `follow_links`: true follows all links in a folder.
 * @since 0.1
 */
ET_API int et_experiment_save_file(et_experiment *experiment, const char *source, const char *path,
                        const char *options);

/**
 * Begin an artifact that something else writes.
 *
 * @param path      The path that it will have.
 * @param out       The artifact, ended by `et_artifact_commit()` or `et_artifact_abort()`.
 * @param out_path  Where to write it: an absolute path of a file that does not exist yet, with the
 *                  same extension. A folder may be made there as well. It leads through a
 *                  descriptor of this process, as `/proc/1234/fd/5/model.bin`, into a folder that
 *                  only this user can change: whoever swaps folders or links of the store cannot
 *                  make it lead elsewhere. Programs that this process starts can use it too.
 *                  Without such paths, and where the file system has no owners or modes, it is in a
 *                  new folder below `TMPDIR`.
 * @since 0.1
 */
ET_API int et_artifact_begin(et_experiment *experiment, const char *path, et_artifact **out,
                             char **out_path);

/** Hash what was written, give it its name, and release the artifact, also on failure.
 *  @since 0.1 */
ET_API int et_artifact_commit(et_artifact *artifact, const char *options);

/** Remove what was written and release the artifact. NULL is a harmless no-op. @since 0.1 */
ET_API void et_artifact_abort(et_artifact *artifact);

/**
 * The absolute path of an artifact.
 *
 * @param path As it was saved.
 * @return `ET_OK`; `ET_ENOTFOUND` with the artifacts there are.
 * @since 0.1
 */
ET_API int et_artifact_path(const et_experiment *experiment, const char *path, char **out);

/**
 * The path of an artifact that is made again at several steps: "samples.png" at step 12 is
 * "samples/step-000012.png". Nothing is saved.
 *
 * @return `ET_OK`; `ET_ENAME`.
 * @since 0.1
 */
ET_API int et_artifact_step_path(const char *path, int64_t step, char **out);

/* ---- Reading --------------------------------------------------------------------------------- */

/**
 * All that is known of the experiment now, its own latest calls included, as JSON; histories left
 * out.
 *
 * Members: `name`, `folder`, `number`, `label`, `rerun`, `kind`, `id`, `parent`, `status`,
 * `failure`, `created`, `ended`, `duration`, `params`, `params_previous`, `metrics`, `tags`,
 * `notes`, `artifacts`, `selection`, `facts`, `writers`, `history`, `problems`, `dropped`.
 * @since 0.1
 */
ET_API int et_experiment_read(const et_experiment *experiment, char **out);

/**
 * A number that stays the same as long as `et_experiment_read()` would tell nothing new. To ask
 * costs a few microseconds: ask before reading, and read again when it is another one.
 *
 * @param out 0 where only reading can tell, as of an experiment that another process writes.
 * @since 0.1
 */
ET_API int et_experiment_state(const et_experiment *experiment, uint64_t *out);

/** The experiment as an HTML fragment for notebooks, everything in it escaped. @since 0.1 */
ET_API int et_experiment_html(const et_experiment *experiment, char **out);

/**
 * What is different in an experiment, seen from another one.
 *
 * @param options JSON or NULL: `as`: "json", "text" (tables for a terminal) or "html" (a fragment
 *                for notebooks, everything in it escaped); `width`: the terminal's columns, for
 *                "text".
 * @param out     JSON: `before` (the other) and `after` (the experiment), and what is not the same:
 *                `params`, `metrics` (with their differences), `tags`, `facts` (code, environment,
 *                data), `artifacts` (by content); or the text.
 * @return `ET_OK`; `ET_EINVALID`; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_experiment_diff(const et_experiment *experiment, const et_experiment *other,
                              const char *options, char **out);

/**
 * The history of one metric, of all writers, in the order it was written.
 *
 * @param key The metric.
 * @param out The history, released with `et_history_free()`.
 * @return `ET_OK`; `ET_ENOTFOUND` with the metrics there are; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_history_open(const et_experiment *experiment, const char *key, et_history **out);

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

/** What could not be read, as a JSON list of sentences with file and offset; "[]" if all could.
 *  @since 0.1 */
ET_API int et_history_problems(const et_history *history, char **out);

/** Releases a history. NULL is a harmless no-op. @since 0.1 */
ET_API void et_history_free(et_history *history);

/**
 * Opens the history of one metric to be read in pieces, for one that is larger than the memory.
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
 * The next points, in the order that `et_history_open()` gives them.
 *
 * @param most How many at most; more only where another program put several into one event.
 * @param out A history of its own, released with `et_history_free()`; NULL at the end.
 * @return `ET_OK`, also at the end; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_history_reader_next(et_history_reader *reader, size_t most, et_history **out);

/** Releases a reader; the pieces it gave stay. NULL is a harmless no-op. @since 0.1 */
ET_API void et_history_reader_free(et_history_reader *reader);

/* ---- Comparing ------------------------------------------------------------------------------- */

/**
 * Compare the experiments of an increment and write `experiments/comparison.md`.
 *
 * The file is written again with the same options whenever an experiment of the increment ends.
 *
 * @param options JSON or NULL: `metrics` (list of keys, the first of which decides), `sort_by` (the
 *                key that decides), `directions` (object: key to "higher" or "lower"), `reruns`
 *                ("newest" or "all"), `children` (false), `experiments` (list of names or absolute
 *                paths: a series in this order), `only` (list of the same: exactly these, ranked;
 *                paths may lie in other increments), `increments` (list of names or paths: other
 *                increments that take part as a whole; nothing is written), `where` (a condition as
 *                for `et_listing_open()`), `group_by` (list of parameters: runs that agree in
 *                them are one row with mean and standard deviation; "-seed": that agree in all but
 *                the seed), `params` (true: a column for each parameter that differs; or a list of
 *                parameters; or "all"), `limit` (the most rows), `notes` (list of sentences for the
 *                reader), `write` (true).
 * @param out     The comparison, released with `et_comparison_free()`.
 * @return `ET_OK`; `ET_DEFERRED` if all is there but comparison.md could not be written, as in a
 *         store that is read-only or on a full disk: `et_last_error()` says why; `ET_EINVALID`;
 *         `ET_ENOEXPERIMENT`; `ET_ESTORAGE`.
 * @since 0.1
 */
ET_API int et_increment_compare(et_increment *increment, const char *options, et_comparison **out);

/** The comparison as JSON: `columns`, `rows`, `best`, `reasons`, `primary_metric`, `path`.
 *  @since 0.1 */
ET_API int et_comparison_json(const et_comparison *comparison, char **out);

/** The comparison as Markdown, as in comparison.md. @since 0.1 */
ET_API int et_comparison_markdown(const et_comparison *comparison, char **out);

/** The comparison as an HTML fragment for notebooks. @since 0.1 */
ET_API int et_comparison_html(const et_comparison *comparison, char **out);

/** The comparison as a table for a terminal, at most `width` columns wide; 0 is no limit.
 *  @since 0.1 */
ET_API int et_comparison_text(const et_comparison *comparison, int width, char **out);

/** Releases a comparison. NULL is a harmless no-op. @since 0.1 */
ET_API void et_comparison_free(et_comparison *comparison);

#ifdef __cplusplus
}
#endif

#endif
