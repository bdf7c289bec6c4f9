/* bench/whole_fit.h - load, train and evaluate by the public headers; bench_end_to_end runs it as a process. */
#ifndef GML_BENCH_WHOLE_FIT_H
#define GML_BENCH_WHOLE_FIT_H

/* Trains n-512-256-10 ReLU with Adam 1e-3, batch 128, on the folder of IDX files arguments[0], with arguments[1]
 * threads, for arguments[2] epochs. Prints the seconds of each phase and the accuracy as a line of JSON. Returns the
 * exit code. */
int bench_whole_fit(char **arguments);

#endif
