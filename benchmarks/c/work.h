/* What the workloads share. */
#ifndef TRACKBENCH_WORK_H
#define TRACKBENCH_WORK_H

#include "experimenttracker.h"

enum { CALLS = 100000, WARM_UP = 20, BLOCK = 1000, MANY = 10, THREADS = 16 };

/* Seconds that only grow. */
double now(void);

/* Ends the program with the library's message if a call failed. */
void check(int code);

/* The increment in which all of them work. */
et_increment *increment(void);

/* A started experiment with its parameter, and its end. */
et_experiment *start(et_increment *in, const char *name, double depth);
void end(et_experiment *experiment);

/* survival.c */
void fork_in_a_run(void);
void read_fork(void);
void victim(const char *counter);
void read_victim(long long acknowledged);

#endif
