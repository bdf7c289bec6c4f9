/* bench/peer.h - other libraries as contenders in training and prediction, behind a common interface.
 *
 * Each adapter is one file, compiled if Meson finds its library. */
#ifndef GML_BENCH_PEER_H
#define GML_BENCH_PEER_H

#include "step.h"

/* Networks of another library that only predict: ReLU with softmax output, in float. */
typedef struct bench_predictor {
    /* Makes a network with these parameters, in the order of bench_parameters, that predicts x [rows x inputs] into y
     * [rows x outputs]. Both matrices are packed and must outlive it. */
    void *(*create)(const bench_net *net, const double *parameters, gml_matrix x, gml_matrix y, size_t threads);
    /* A contender; takes what create returned. */
    void (*run)(void *network);
    void (*destroy)(void *network);
} bench_predictor;

typedef struct bench_peer {
    const char *name;
    size_t threads;   /* 0: the number passed to create */
    const char *note; /* difference of its step from gemmule's; null: computes the same */
    /* Makes a ReLU network with this batch and these parameters, in the order of bench_parameters. */
    void *(*create)(const bench_net *net, const bench_batch *batch, const double *parameters, size_t threads);
    /* Makes one step: forward, loss, backward and SGD update. */
    void (*step)(void *peer, float rate);
    /* Computes the last layer's values before softmax, [batch x outputs]. */
    void (*outputs)(void *peer, double *outputs);
    /* Copies the current parameters; null if the peer trains with another loss. */
    void (*parameters)(void *peer, double *parameters);
    void (*destroy)(void *peer);
    const bench_predictor *predictor; /* null: it has no softmax */
} bench_peer;

extern const bench_peer bench_peer_fann, bench_peer_onednn;

/* The adapters of this build, terminated by null. */
extern const bench_peer *const bench_peers[];

/* A peer and its network, which are timed. */
typedef struct bench_rival {
    const bench_peer *peer;
    void *state;
} bench_rival;

/* Makes a rival. Ends the program if its outputs, or its gradients if they are comparable, differ from the reference.
 * The batch must be float and outlive the rival. */
bench_rival bench_rival_make(const bench_peer *peer, const bench_net *net, const bench_batch *batch, size_t threads);
void bench_rival_free(bench_rival *rival);

/* A contender; takes a bench_rival. */
void bench_rival_run(void *rival);

#endif
