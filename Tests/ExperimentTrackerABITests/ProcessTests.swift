import CExperimentTracker
import Glibc
import Testing
import TrackingTestSupport

/// Programs in C that fork and join, linked with the library as any user's program is.
@Suite struct ProcessTests {
  @Test(arguments: ["direct", "buffered"]) func `a limit of file sizes ends no process`(
    writes: String
  ) throws {
    let fixture = try Fixture()
    try CProgram.run(
      fixture,
      """
      et_experiment_free(e);
      if (et_experiment_start(i, "limited", "{\\"writes\\": \\"\(writes)\\"}", &e)) return 2;
      if (et_experiment_log_metric(e, "auc", 0, 0)) return 3;
      struct rlimit none = {0, RLIM_INFINITY}, all = {RLIM_INFINITY, RLIM_INFINITY};
      if (setrlimit(RLIMIT_FSIZE, &none)) return 4;
      for (int step = 1; step < 5000; step++)
        if (et_experiment_log_metric(e, "auc", step, step) < 0) return 5;
      if (et_experiment_log_note(e, "limited") != ET_DEFERRED) return 6;
      if (et_experiment_flush(e, 0) == ET_OK) return 8;
      if (setrlimit(RLIMIT_FSIZE, &all)) return 9;
      if (et_experiment_flush(e, 0)) return 10;
      """)
    let read = try #require(CProgram.reading(fixture, "limited"))
    for fact in [#""status": "completed""#, #""count": 5000"#, #""text": "limited""#] {
      #expect(read.contains(fact))
    }
  }

  @Test func `a strict experiment answers with the fault, another one counts what is lost`() throws
  {
    let fixture = try Fixture()
    try CProgram.run(
      fixture,
      """
      struct rlimit none = {0, RLIM_INFINITY}, all = {RLIM_INFINITY, RLIM_INFINITY};
      et_experiment *s = NULL;
      if (et_experiment_start(i, "strict", "{\\"strict\\": true}", &s)) return 2;
      if (et_experiment_log_metric(s, "auc", 0, 0) || et_experiment_log_metric(e, "auc", 0, 0)) return 3;
      if (setrlimit(RLIMIT_FSIZE, &none)) return 4;
      if (et_experiment_log_metric(s, "auc", 1, 1) != ET_ESTORAGE) return 5;
      if (!strstr(et_last_error(), "file-size limit")) return 6;
      if (et_experiment_log_note(s, "refused") != ET_ESTORAGE) return 8;
      if (et_experiment_flush(s, 0) != ET_ESTORAGE) return 9;
      static double values[100000];
      uint64_t dropped = 0;
      for (int call = 0; call < 6; call++)
        if (et_experiment_log_series(e, "long", values, NULL, NULL, 100000) != ET_DEFERRED) return 10;
      if (et_experiment_dropped(e, &dropped) || dropped == 0 || dropped >= 600000) return 11;
      if (setrlimit(RLIMIT_FSIZE, &all)) return 12;
      if (et_experiment_log_metric(s, "auc", 2, 2) || et_experiment_finish(s, NULL, NULL)) return 13;
      if (et_experiment_log_metric(e, "auc", 1, 1)) return 14;
      et_history *h = NULL;
      if (et_history_open(e, "long", &h)) return 15;
      if (et_history_count(h) + dropped != 600000) return 16;
      et_history_free(h);
      et_experiment_free(s);
      """)
    let strict = try #require(CProgram.reading(fixture, "strict"))
    for fact in [#""status": "completed""#, #""count": 3"#, #""text": "refused""#] {
      #expect(strict.contains(fact))
    }
  }

  @Test func `a forked child that logs is a writer of its own and does not decide the status`()
    throws
  {
    let fixture = try Fixture()
    try CProgram.run(
      fixture,
      """
      et_experiment_log_metric(e, "auc", 0.5, 0);
      for (int n = 0; n < 3; n++) {
        if (fork() == 0) {
          if (et_experiment_log_metric(e, "auc", 0.25, n)) _exit(2);
          if (et_experiment_set_status(e, "failed", NULL) != ET_EINVALID) _exit(3);
          et_experiment_finish(e, "failed", NULL);
          et_experiment_free(e);
          _exit(0);
        }
        int status; wait(&status); if (status) return 4;
      }
      et_experiment_log_metric(e, "auc", 0.75, 1);
      """)
    let tree = FileTree.paths(fixture.sandbox.experiments + "/forked")
    for number in 1...3 {
      #expect(tree.count { $0.hasPrefix("writers/fork-\(number)/events.out") } == 1)
    }
    let read = try #require(CProgram.reading(fixture, "forked"))
    #expect(read.contains(#""status": "completed""#))
    var experiment: OpaquePointer?
    var history: OpaquePointer?
    #expect(et_experiment_open(fixture.increment, "forked", &experiment) == ET_OK)
    #expect(et_history_open(experiment, "auc", &history) == ET_OK)
    #expect(
      (0..<et_history_count(history)).map { et_history_values(history)?[$0] }
        == [0.5, 0.75, 0.25, 0.25, 0.25])
    et_history_free(history)
    et_experiment_free(experiment)
  }

  @Test func `a forked child that only exits writes nothing`() throws {
    let fixture = try Fixture()
    try CProgram.run(
      fixture,
      """
      et_experiment_log_metric(e, "auc", 0.5, 0);
      if (fork() == 0) { et_experiment_finish(e, NULL, NULL); et_experiment_flush(e, 1); et_experiment_free(e); exit(0); }
      int status; wait(&status); if (status) return 4;
      char *json; if (et_experiment_read(e, &json)) return 5;
      if (!strstr(json, "\\"status\\": \\"running\\"")) return 6;
      et_string_free(json);
      """)
    #expect(!FileTree.paths(fixture.sandbox.experiments + "/forked").contains("writers"))
  }

  @Test func `a child forked while other threads log neither hangs nor harms`() throws {
    let fixture = try Fixture()
    try CProgram.run(
      fixture,
      """
      pthread_t threads[3];
      for (long n = 0; n < 3; n++) pthread_create(&threads[n], NULL, work, (void *)n);
      for (int n = 0; n < 20; n++) {
        pid_t child = fork();
        if (child == 0) { alarm(20); _exit(et_experiment_log_metric(e, "child", n, n) ? 1 : 0); }
        int status; waitpid(child, &status, 0); if (status) return 4;
      }
      __atomic_store_n(&stop, 1, __ATOMIC_RELAXED);
      for (int n = 0; n < 3; n++) pthread_join(threads[n], NULL);
      et_experiment_log_metric_int(e, "logged", logged, 0);
      """)
    let read = try #require(CProgram.reading(fixture, "forked"))
    #expect(read.contains(#""history": "complete""#))
    #expect(FileTree.paths(fixture.sandbox.experiments + "/forked/writers").count == 40)
  }

  @Test func `two processes log into one experiment, and none of their points is lost`() throws {
    let fixture = try Fixture()
    let workers = try CProgram.compile(
      fixture,
      """
      int main(int argc, char **argv) {
        et_increment *i = NULL; et_experiment *e = NULL; char options[64];
        if (et_increment_open("42", argv[1], &i)) return 1;
        for (int rank = 1; rank <= 2; rank++) if (fork() == 0) {
          snprintf(options, sizeof options, "{\\"join\\": true, \\"rank\\": %d}", rank);
          if (et_experiment_start(i, "x", options, &e)) _exit(2);
          for (int n = 0; n < 500; n++) if (et_experiment_log_metric(e, "loss", rank, n)) _exit(3);
          if (et_experiment_finish(e, "failed", NULL)) _exit(5);
          _exit(0);
        }
        int status, worst = 0;
        for (int n = 0; n < 2; n++) { wait(&status); if (status) worst = 4; }
        return worst;
      }
      """)
    let result = CProgram.start(workers, fixture)
    #expect(result.code == 0, "\(result.output)")
    for step in 0..<10 {
      #expect(et_experiment_log_metric(fixture.experiment, "loss", 0, Int64(step)) == ET_OK)
    }
    var history: OpaquePointer?
    #expect(et_history_open(fixture.experiment, "loss", &history) == ET_OK)
    #expect(et_history_count(history) == 1010)
    et_history_free(history)
    #expect(fixture.json().contains(#""status": "running""#))
    let tree = FileTree.paths(fixture.sandbox.experiments + "/x")
    #expect(tree.contains("writers/rank-1"))
    #expect(tree.contains("writers/rank-2"))
  }

  @Test func `a program that is killed is crashed at once, and resumed where it was`() throws {
    let fixture = try Fixture()
    let victim = try CProgram.compile(
      fixture,
      CProgram.body("et_experiment_log_metric(e, \"auc\", 0.5, ET_AUTO_STEP); kill(getpid(), 9);"))
    #expect(CProgram.start(victim, fixture).code == -9)
    #expect(CProgram.reading(fixture, "forked")?.contains(#""status": "crashed""#) == true)
    var experiment: OpaquePointer?
    #expect(
      et_experiment_start(
        fixture.increment, "forked", #"{"resume": true, "capture": false}"#, &experiment) == ET_OK)
    #expect(et_experiment_log_metric(experiment, "auc", 0.75, .min) == ET_OK)
    var history: OpaquePointer?
    #expect(et_history_open(experiment, "auc", &history) == ET_OK)
    #expect((0..<2).map { et_history_steps(history)?[$0] } == [0, 1])
    et_history_free(history)
    #expect(et_experiment_finish(experiment, nil, nil) == ET_OK)
    et_experiment_free(experiment)
    #expect(CProgram.reading(fixture, "forked")?.contains(#""status": "completed""#) == true)
  }

  @Test func `an experiment of a living process is busy to others`() throws {
    let fixture = try Fixture()
    let rival = try CProgram.compile(
      fixture,
      """
      int main(int argc, char **argv) {
        et_increment *i = NULL; et_experiment *e = NULL;
        if (et_increment_open("42", argv[1], &i)) return 1;
        int code = et_experiment_start(i, "x", "{\\"resume\\": true}", &e);
        puts(et_last_error());
        return -code;
      }
      """)
    let result = CProgram.start(rival, fixture)
    #expect(result.code == Int(-ET_EBUSY))
    #expect(result.output.contains("process \(getpid()) on "))
  }

  @Test func `a thread that is cancelled leaves no lock behind`() throws {
    let fixture = try Fixture()
    try CProgram.run(
      fixture,
      """
      for (int n = 0; n < 200; n++) {
        pthread_t thread;
        stop = 0;
        if (pthread_create(&thread, NULL, work, NULL)) return 2;
        usleep(n * 20);
        if (pthread_cancel(thread) || pthread_join(thread, NULL)) return 3;
        alarm(20);
        if (et_experiment_log_note(e, "after a cancelled thread")) return 4;
        alarm(0);
      }
      """)
  }

  @Test func `a call from a signal handler inside another call answers instead of waiting`() throws
  {
    let fixture = try Fixture()
    try CProgram.run(
      fixture,
      """
      alarm(60);
      signal(SIGUSR1, handler);
      pthread_t self = pthread_self(), other;
      if (pthread_create(&other, NULL, interrupt, &self)) return 2;
      while (!refused) et_experiment_log_note(e, "in the way");
      stop = 1;
      pthread_join(other, NULL);
      if (!strstr(handler_message, "signal handler")) return 3;
      """,
      before: """
        static volatile sig_atomic_t refused;
        static const char *volatile handler_message = "";
        static void handler(int signal) {
          (void)signal;
          if (et_experiment_set_status(e, ET_RUNNING, NULL) == ET_EREENTERED) {
            handler_message = et_last_error();
            refused = 1;
          }
        }
        static void *interrupt(void *thread) {
          while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
            if (refused) break;
            pthread_kill(*(pthread_t *)thread, SIGUSR1);
            usleep(1000);
          }
          return NULL;
        }
        """)
  }
}
